"""What the secretariat fills in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from certification.models import Part, Seat
from certification.roster import Candidate
from sdgcities.models import User

LONGEST = 4000


class Channel(forms.Form):
    """How the mandate was confirmed (R-C1)."""

    verb_asks = True  # what is missing is said by the verb, so no field is called optional
    channel = forms.CharField(
        label=_("Through which channel did you confirm the mandate?"),
        required=False,
        max_length=300,
        help_text=_(
            "One that you looked up yourself, such as the switchboard on the city's own site; never one the letter gives."
        ),
    )


class Reasons(forms.Form):
    """Why an application goes back."""

    verb_asks = True  # what is missing is said by the verb, so no field is called optional
    reasons = forms.CharField(
        label=_("What is missing, and what should the city do?"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class Accept(forms.Form):
    """The lead and the evaluators, from the panel of the application's language."""

    lead = forms.ChoiceField(label=_("Panel lead"), widget=forms.RadioSelect)
    evaluators = forms.MultipleChoiceField(
        label=_("Evaluators"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Choose at least two. The first two by name get every criterion; the others are held back, to be called as a third "
            "where those two differ. The lead can allocate a criterion otherwise."
        ),
    )

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.person.pk): one.person for one in candidates}
        lead, evaluators = self.fields["lead"], self.fields["evaluators"]
        if isinstance(lead, forms.ChoiceField) and isinstance(evaluators, forms.ChoiceField):
            lead.choices = [(str(one.person.pk), one.label) for one in candidates if one.seat.duty == Seat.Duty.LEAD]
            evaluators.choices = [
                (str(one.person.pk), one.label) for one in candidates if one.seat.duty != Seat.Duty.LEAD
            ]

    def chosen(self) -> tuple[User, list[User]]:
        """The lead and the evaluators, in the order of their names."""
        keys = self.cleaned_data["evaluators"]
        return self.people[self.cleaned_data["lead"]], [person for key, person in self.people.items() if key in keys]


class Member(forms.Form):
    """One more member of a case's panel."""

    person = forms.ChoiceField(label=_("Member"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(one.person.pk): one for one in candidates}
        field = self.fields["person"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(key, f"{one.label} ({one.seat.get_duty_display()})") for key, one in self.known.items()]

    def chosen(self) -> tuple[User, Part.Kind]:
        """The member, and the part that their seat is for."""
        one = self.known[self.cleaned_data["person"]]
        return one.person, Part.Kind.LEAD if one.seat.duty == Seat.Duty.LEAD else Part.Kind.EVALUATOR


class Ruling(forms.Form):
    """The answer to the city's objection (R-B5)."""

    upheld = forms.TypedChoiceField(
        label=_("Your ruling"),
        choices=[("yes", _("Upheld: the member leaves the panel")), ("no", _("Dismissed: the member stays"))],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Your answer to the city"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6})
    )
    replacement = forms.ChoiceField(
        label=_("Who replaces the member"),
        required=False,
        help_text=_("You can also name somebody later."),
    )

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.person.pk): one.person for one in candidates}
        field = self.fields["replacement"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Nobody yet")), *((str(one.person.pk), one.label) for one in candidates)]

    def told(self) -> dict[str, Any]:
        """What the verb wants to know."""
        return {**self.cleaned_data, "replacement": self.people.get(self.cleaned_data["replacement"])}


class Checker(forms.Form):
    """Who checks the file (R-C9)."""

    person = forms.ModelChoiceField(
        User.objects.none(), label=_("File checker"), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = people
