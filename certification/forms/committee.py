"""What the secretariat and the committee fill in: meetings, seats, declarations, votes, decisions."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from certification.models import Committee, Constituency, Panel, Recusal, Result, Seat, Vote
from sdgcities.models import Organisation, User

LONGEST = 4000  # letters: what a committee writes stands in a letter that somebody reads


def _lines(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PlanMeeting(forms.Form):
    """When a committee meets."""

    committee = forms.ModelChoiceField(Committee.objects.none(), label=_("Committee"))
    scheduled_at = forms.DateTimeField(
        label=_("Day and time (UTC)"),
        help_text=_("The cut-off follows from it: reports signed later come to the next meeting."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, committees: QuerySet[Committee], **kwargs: Any) -> None:
        """Offer COMMITTEES."""
        super().__init__(*args, **kwargs)
        _offer(self, "committee", committees)


class MakeSeat(forms.Form):
    """Who sits where, as what, from when."""

    body = forms.ChoiceField(label=_("Panel or committee"))
    person = forms.ModelChoiceField(User.objects.none(), label=_("Person"))
    duty = forms.ChoiceField(label=_("Duty"), choices=Seat.Duty)
    constituency = forms.ChoiceField(
        label=_("Constituency"),
        choices=[("", _("None: a seat in a panel")), *Constituency.choices],
        required=False,
        help_text=_("A committee member sits for one constituency."),
    )
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"), required=False)
    alternate_of = forms.ModelChoiceField(
        Seat.objects.none(),
        label=_("Alternate of"),
        required=False,
        help_text=_("An alternate sits when this member does not attend."),
    )
    starts_on = forms.DateField(label=_("First day"))
    ends_on = forms.DateField(
        label=_("Last day"), required=False, help_text=_("Leave it empty for a whole term of the mechanism.")
    )

    def __init__(
        self,
        *args: Any,
        panels: Iterable[Panel],
        committees: Iterable[Committee],
        seats: QuerySet[Seat],
        **kwargs: Any,
    ) -> None:
        """Offer the bodies and people there are."""
        super().__init__(*args, **kwargs)
        self.bodies: dict[str, dict[str, Any]] = {f"committee:{one.pk}": {"committee": one} for one in committees}
        self.bodies |= {f"panel:{one.pk}": {"panel": one} for one in panels}
        _choose(self, "body", [(key, str(next(iter(body.values())))) for key, body in self.bodies.items()])
        _offer(self, "person", User.objects.filter(is_active=True).order_by("name", "pk"))
        _offer(self, "organisation", Organisation.objects.order_by("name", "pk"))
        _offer(self, "alternate_of", seats.filter(committee__isnull=False).order_by("person__name", "pk"))

    def told(self) -> dict[str, Any]:
        """What the verb takes."""
        given = dict(self.cleaned_data)
        return given | self.bodies[given.pop("body")]


class Declare(forms.Form):
    """A declaration of interest (R-B3)."""

    conflict = forms.TypedChoiceField(
        label=_("Do you have a conflict of interest in this case?"),
        choices=[("no", _("No, I have none")), ("yes", _("Yes, I stand aside"))],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        help_text=_("You read the case when you have declared that you have none."),
    )
    category = forms.ChoiceField(
        label=_("Kind of conflict"),
        choices=[("", _("None")), *Recusal.Category.choices],
        required=False,
    )
    explanation = forms.CharField(label=_("Explanation"), required=False, max_length=LONGEST, widget=_lines(3))


class StandAside(forms.Form):
    """Why a member stands aside (R-B4)."""

    category = forms.ChoiceField(label=_("Reason"), choices=Recusal.Category, widget=forms.RadioSelect)


class CastVote(forms.Form):
    """A member's vote on the report with this digest (R-D1)."""

    digest = forms.CharField(widget=forms.HiddenInput)
    choice = forms.ChoiceField(
        label=_("Shall the city be certified at this level?"), choices=Vote.Choice, widget=forms.RadioSelect
    )
    dissent = forms.CharField(
        label=_("Dissent"),
        required=False,
        max_length=LONGEST,
        widget=_lines(3),
        help_text=_("If you do not share the committee's view, it is recorded with the decision."),
    )


class Depart(forms.Form):
    """The committee's own finding on one criterion (R-D3)."""

    criterion = forms.ChoiceField(label=_("Criterion"))
    result = forms.ChoiceField(label=_("What the committee finds"), choices=Result)
    reasons = forms.CharField(label=_("Reasons for departing"), max_length=LONGEST, widget=_lines())

    def __init__(self, *args: Any, criteria: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        """Offer CRITERIA by key and title."""
        super().__init__(*args, **kwargs)
        _choose(self, "criterion", [(key, f"{key} {title}") for key, title in criteria])


class Close(forms.Form):
    """The reasons of a decision (R-D2)."""

    reasons = forms.CharField(label=_("Reasons for the decision"), max_length=LONGEST, widget=_lines(5))


class Defer(forms.Form):
    """What is missing, criterion by criterion, and by when (R-D2)."""

    reasons = forms.CharField(label=_("Reasons for the deferral"), max_length=LONGEST, widget=_lines())
    missing_by = forms.DateField(label=_("By when the city shall send it"))

    def __init__(self, *args: Any, criteria: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        """Ask for what is missing on each of CRITERIA."""
        super().__init__(*args, **kwargs)
        self.keys = [key for key, _title in criteria]
        for key, title in criteria:
            label = _("What is missing on %(key)s: %(title)s") % {"key": key, "title": title}
            self.fields[f"missing_{key}"] = forms.CharField(
                label=label, required=False, max_length=LONGEST, widget=_lines(2)
            )

    def told(self) -> dict[str, Any]:
        """What the verb takes."""
        given = self.cleaned_data
        return {
            "reasons": given["reasons"],
            "missing_by": given["missing_by"],
            "missing": {key: given[f"missing_{key}"] for key in self.keys},
        }


class Nothing(forms.Form):
    """A deed that needs no words."""


def _offer(form: forms.Form, name: str, rows: Any) -> None:  # noqa: ANN401 - any QuerySet
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = rows


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
