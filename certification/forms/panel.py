"""The forms of the technical panel and of the file checker."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from certification.actions.panelling import CheckInput, MarkInput
from certification.models import (
    Answer,
    EvidenceCheck,
    EvidenceLink,
    FileCheck,
    Finding,
    Mark,
    Reconciliation,
    Recusal,
    Result,
)
from certification.standard import Criterion, Requirement
from sdgcities.models import User

Text = Any  # a text or a lazy translation
LONG = 4000


def words(label: Text, *, rows: int = 3, required: bool = False, help_text: Text = "") -> forms.CharField:
    """A text of some lines; what is missing is said by the verb, so that a draft can be kept."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONG,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def apart(text: str) -> str:
    """TEXT between marks (Unicode's isolates) that keep its direction from the label around it."""
    return f"\u2068{text}\u2069"


def choice(label: Text, choices: Iterable[tuple[Any, Any]], *, required: bool = False) -> forms.ChoiceField:
    """Radios, none of them chosen at first."""
    return forms.ChoiceField(label=label, choices=list(choices), required=required, widget=forms.RadioSelect)


class Declare(forms.Form):
    """A declaration of interest (R-B3)."""

    conflict = forms.ChoiceField(
        label=_("Is there a conflict of interest between you and this city?"),
        choices=(
            ("no", _("No: nothing stands between me and a fair judgement of this city")),
            ("yes", _("Yes: I have a conflict of interest, or it could look like one")),
        ),
        widget=forms.RadioSelect,
    )
    category = choice(_("If yes: what kind of conflict?"), Recusal.Category.choices)
    explanation = words(_("If yes: explain in a sentence"), help_text=_("The secretariat reads this."))
    signed = forms.BooleanField(label=_("I declare this to the best of my knowledge and tell at once when it changes"))

    def told(self) -> dict[str, Any]:
        """What the verb takes."""
        data = self.cleaned_data
        conflict = data["conflict"] == "yes"
        return {
            "conflict": conflict,
            "category": data["category"] if conflict else "",
            "explanation": data["explanation"] if conflict else "",
        }


class Recuse(forms.Form):
    """Standing aside (R-B4)."""

    category = choice(_("Why do you stand aside?"), Recusal.Category.choices, required=True)


class Confirm(forms.Form):
    """Nothing but the will to do it; carries refusals."""


class Row:
    """One requirement with the city's answer, its evidence, and the fields that judge it."""

    def __init__(
        self,
        form: forms.Form,
        requirement: Requirement,
        answer: Answer | None,
        pieces: Sequence[tuple[EvidenceLink, bool]],
        *,
        judged: bool,
    ) -> None:
        """Gather what stands together on the page."""
        key = requirement.key
        self.requirement, self.answer = requirement, answer
        self.fields: list[BoundField] = [form[f"mark_{key}"], form[f"reason_{key}"], form[f"override_{key}"]]
        self.pieces: list[dict[str, Any]] = [
            {
                "link": link,
                "version": link.version,
                "stale": stale,
                "fields": [form[f"verdict_{link.pk}"], form[f"why_{link.pk}"]] if judged else [],
            }
            for link, stale in pieces
        ]


class Marks(forms.Form):
    """The fields that a finding and a reconciliation share: a mark with its words for each requirement, and a result."""

    judged = False
    verb_asks = True  # what is missing is said by the verb, so no field is called optional

    def __init__(
        self,
        *args: Any,
        criterion: Criterion,
        links: Sequence[EvidenceLink],
        stale: Collection[UUID],
        answers: Mapping[str, Answer],
        **kwargs: Any,
    ) -> None:
        """Lay out the fields of CRITERION."""
        super().__init__(*args, **kwargs)
        self.criterion, self.links, self.stale, self.answers = criterion, links, stale, answers
        for requirement in criterion.requirements:
            self._mark_fields(requirement)
        for link in links if self.judged else ():
            title = {"title": apart(link.version.evidence.title), "number": link.version.number}
            self.fields[f"verdict_{link.pk}"] = choice(
                _("%(title)s, version %(number)s: what does it prove?") % title, EvidenceCheck.Verdict.choices
            )
            self.fields[f"why_{link.pk}"] = words(_("Why? (%(title)s)") % title, rows=2)

    def _mark_fields(self, requirement: Requirement) -> None:
        key = {"key": requirement.key}
        offered = [one for one in Mark.choices if one[0] != Mark.NOT_APPLICABLE or requirement.may_be_not_applicable]
        self.fields[f"mark_{requirement.key}"] = choice(_("Your mark on %(key)s") % key, offered)
        self.fields[f"reason_{requirement.key}"] = words(
            _("Reason for the mark on %(key)s") % key, help_text=_("Needed unless it is met.")
        )
        self.fields[f"override_{requirement.key}"] = words(
            _("Why old evidence still proves %(key)s") % key,
            rows=2,
            help_text=_("Only if you mark it met on evidence that is older than allowed."),
        )

    def rows(self) -> list[Row]:
        """The requirements in order, each with its answer and pieces."""
        return [
            Row(
                self,
                requirement,
                self.answers.get(requirement.key),
                [(link, link.pk in self.stale) for link in self.links if link.requirement == requirement.key],
                judged=self.judged,
            )
            for requirement in self.criterion.requirements
        ]

    def marks(self) -> dict[str, MarkInput]:
        """What was said of each requirement."""
        data = self.cleaned_data
        return {
            one.key: MarkInput(data[f"mark_{one.key}"], data[f"reason_{one.key}"], data[f"override_{one.key}"])
            for one in self.criterion.requirements
        }


class FindingForm(Marks):
    """One evaluator's finding; nothing is needed to save it."""

    judged = True
    result = choice(_("Your finding on the criterion"), Result.choices)
    rationale = words(_("The reasons for your finding"), rows=5)

    def checks(self) -> dict[UUID, CheckInput]:
        """What was said of each piece."""
        data = self.cleaned_data
        return {link.pk: CheckInput(data[f"verdict_{link.pk}"], data[f"why_{link.pk}"]) for link in self.links}


def finding_initial(finding: Finding) -> dict[str, Any]:
    """What was saved of FINDING, by field."""
    initial: dict[str, Any] = {"result": finding.result, "rationale": finding.rationale}
    for mark in finding.marks.all():
        initial[f"mark_{mark.requirement}"] = mark.mark
        initial[f"reason_{mark.requirement}"] = mark.reason
        initial[f"override_{mark.requirement}"] = mark.stale_override
    for check in finding.checks.all():
        initial[f"verdict_{check.link_id}"] = check.verdict
        initial[f"why_{check.link_id}"] = check.reason
    return initial


class ReconcileForm(Marks):
    """What the lead makes of the findings on a criterion."""

    result = choice(_("The panel's finding on the criterion"), Result.choices)
    reason = words(_("The reason, as the city will read it"), rows=5)
    closing = words(
        _("What would close the gap"), rows=4, help_text=_("Needed where the criterion is not or only partly met.")
    )


def reconciled_initial(settled: Reconciliation | None, findings: Sequence[Finding]) -> dict[str, Any]:
    """The last reconciliation by field; before there is one, what all findings agree on."""
    if settled is not None:
        initial: dict[str, Any] = {"result": settled.result, "reason": settled.reason, "closing": settled.closing}
        for key, one in settled.marks.items():
            initial |= {f"mark_{key}": one["mark"], f"reason_{key}": one["reason"], f"override_{key}": one["override"]}
        return initial
    results = {finding.result for finding in findings}
    agreed: dict[str, set[str]] = {}
    for finding in findings:
        for mark in finding.marks.all():
            agreed.setdefault(mark.requirement, set()).add(mark.mark)
    initial = {f"mark_{key}": marks.pop() for key, marks in agreed.items() if len(marks) == 1}
    return initial | ({"result": results.pop()} if len(results) == 1 else {})


class People(forms.Form):
    """Evaluators to choose from."""

    persons = forms.MultipleChoiceField(label=_("Evaluators of this criterion"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        """Offer PEOPLE."""
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["persons"].choices = [(key, str(person)) for key, person in self.people.items()]  # type: ignore[attr-defined]  # a choice field's own member

    def chosen(self) -> list[User]:
        """The people chosen."""
        return [self.people[key] for key in self.cleaned_data["persons"]]


class Third(forms.Form):
    """One evaluator to choose."""

    person = choice(_("Third evaluator"), (), required=True)

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        """Offer PEOPLE."""
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["person"].choices = [(key, str(person)) for key, person in self.people.items()]  # type: ignore[attr-defined]  # a choice field's own member

    def chosen(self) -> User:
        """The person chosen."""
        return self.people[self.cleaned_data["person"]]


class Ask(forms.Form):
    """A question to the city."""

    criterion = forms.ChoiceField(label=_("Criterion"))
    question = words(_("Your question to the city"), rows=5, required=True)

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any) -> None:
        """Offer CRITERIA."""
        super().__init__(*args, **kwargs)
        self.fields["criterion"].choices = [(one.key, f"{one.key} · {one.title}") for one in criteria]  # type: ignore[attr-defined]  # a choice field's own member


class Recommend(forms.Form):
    """The file checker's written recommendation (R-C9)."""

    verb_asks = True  # what is missing is said by the verb, so no field is called optional
    recommendation = choice(_("What do you recommend?"), FileCheck.Recommendation.choices, required=True)
    reasons = words(_("Your reasons"), rows=6)
