"""What a city fills in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certification import rules
from certification.models import Answer as AnswerRow
from certification.models import Scope as ScopeRow
from certification.standard import Requirement, Stage, Standard
from sdgcities.models import City
from sdgcities.templatetags.look import long_date
from tracks.forms import Add
from tracks.models import EvidenceVersion

LONGEST_NARRATIVE = 8000
LONGEST_REASONS = 4000


class VersionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # the class is not generic at run time
    """A choice among versions on the city's shelf."""

    def label_from_instance(self, obj: EvidenceVersion) -> str:
        """Title, version, the document's own date, and the file."""
        return gettext("%(title)s (version %(number)s, dated %(date)s, %(file)s)") % {
            "title": obj.evidence.title,
            "number": obj.number,
            "date": long_date(obj.dated_on),
            "file": obj.file_name,
        }


def newest_on_shelf(city: City) -> list[EvidenceVersion]:
    """The newest version of each piece on CITY's shelf, by title."""
    versions = EvidenceVersion.objects.filter(evidence__city=city).select_related("evidence")
    newest = {version.evidence_id: version for version in versions.order_by("number", "pk")}
    return sorted(newest.values(), key=lambda version: (version.evidence.title.casefold(), str(version.pk)))


def _offer(form: forms.Form, name: str, versions: Iterable[EvidenceVersion]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        keys = [version.pk for version in versions]
        found = EvidenceVersion.objects.filter(pk__in=keys).select_related("evidence")
        field.queryset = found.order_by("evidence__title", "pk")


class Start(forms.Form):
    """Which stage to apply for."""

    stage = forms.ChoiceField(label=_("Which level do you apply for?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, standard: Standard | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["stage"]
        if isinstance(field, forms.ChoiceField) and standard is not None:
            field.choices = [(one.key, f"{one.level_title}: {one.title}") for one in standard.stages]


class Answer(forms.Form):
    """The city's judgement on one requirement, in its own words."""

    verb_asks = True  # what is missing is said by the verb, so no field is called optional
    judgement = forms.ChoiceField(
        label=_("Your judgement"), required=False, choices=AnswerRow.Judgement.choices, widget=forms.RadioSelect
    )
    narrative = forms.CharField(
        label=_("Your reasons"),
        required=False,
        max_length=LONGEST_NARRATIVE,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Say what your city does and has, and where the evidence shows it."),
    )
    base_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, requirement: Requirement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["judgement"]
        if isinstance(field, forms.ChoiceField) and not requirement.may_be_not_applicable:
            field.choices = [one for one in AnswerRow.Judgement.choices if one[0] != AnswerRow.Judgement.NOT_APPLICABLE]


class Link(forms.Form):
    """A piece from the shelf for one requirement."""

    version = VersionChoice(EvidenceVersion.objects.none(), label=_("From your shelf"))
    where = forms.CharField(
        label=_("Where in the document"),
        max_length=200,
        required=False,
        help_text=_("For example “pages 12 to 15” or “sheet Water”."),
    )

    def __init__(self, *args: Any, city: City, linked: frozenset[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "version", [one for one in newest_on_shelf(city) if one.pk not in linked])


class Upload(Add):
    """A new file for the shelf, linked to the requirement at once."""

    where = forms.CharField(label=_("Where in the document"), max_length=200, required=False)


class Scope(forms.ModelForm):  # type: ignore[type-arg]  # the class is not generic at run time
    """The territorial unit (R-C2)."""

    class Meta:
        model = ScopeRow
        fields = (
            "name",
            "kind",
            "boundary_kind",
            "boundary",
            "population",
            "population_year",
            "population_source",
            "authority",
        )
        labels = {
            "name": _("Name of the territory"),
            "kind": _("Kind of territory"),
            "boundary_kind": _("How do you give its boundary?"),
            "boundary": _("Boundary"),
            "population": _("Population"),
            "population_year": _("Year of the population figure"),
            "population_source": _("Source of the population figure"),
            "authority": _("Authority responsible for the territory"),
        }
        help_texts = {
            "kind": _("For example municipality, metropolitan area, district or city region; never a single project."),
            "boundary": _("List the administrative units, paste the GeoJSON polygon, or name the legal act."),
            "population_source": _("For example the census or the statistical office, with the publication."),
        }
        widgets = {"boundary_kind": forms.RadioSelect, "boundary": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        field = self.fields["boundary_kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = ScopeRow.BoundaryKind.choices

    def clean(self) -> dict[str, Any]:
        """Tell at its field what cannot be so."""
        given = super().clean() or self.cleaned_data
        for name, sentence in rules.scope_faults(given, at=self.at).items():
            self.add_error(name, sentence)
        return given


class Mandate(forms.Form):
    """The signed letter: one from the shelf (R-C1)."""

    letter = VersionChoice(
        EvidenceVersion.objects.none(),
        label=_("The letter"),
        help_text=_(
            "A letter signed by the mayor that names the delegate and the departments. Put it on your shelf first."
        ),
    )
    departments = forms.CharField(
        label=_("Departments that take part"),
        max_length=LONGEST_REASONS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line."),
    )

    def __init__(self, *args: Any, city: City, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "letter", newest_on_shelf(city))


class Letter(Add):
    """A mandate's letter uploaded directly."""

    departments = Mandate.base_fields["departments"]


class Reason(forms.Form):
    """Why."""

    verb_asks = True  # what is missing is said by the verb, so no field is called optional
    reason = forms.CharField(
        label=_("Your reasons"), required=False, max_length=LONGEST_REASONS, widget=forms.Textarea(attrs={"rows": 6})
    )


class Clarify(forms.Form):
    """The answer to a question of the panel."""

    verb_asks = True  # what is missing is said by the verb, so no field is called optional
    answer = forms.CharField(
        label=_("Your answer"), required=False, max_length=LONGEST_NARRATIVE, widget=forms.Textarea(attrs={"rows": 10})
    )


class Response(forms.Form):
    """Corrections by criterion, and what the city has to say to all."""

    text = forms.CharField(
        label=_("Your response to the draft as a whole"),
        required=False,
        max_length=LONGEST_NARRATIVE,
        widget=forms.Textarea(attrs={"rows": 10}),
    )

    def __init__(self, *args: Any, stage: Stage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for criterion in stage.criteria:
            self.fields[f"correction_{criterion.key}"] = forms.CharField(
                label=gettext("Corrections of fact to %(key)s") % {"key": criterion.key},
                required=False,
                max_length=LONGEST_NARRATIVE,
                widget=forms.Textarea(attrs={"rows": 5}),
            )

    def corrections(self) -> Mapping[str, str]:
        """What was written, by criterion."""
        head = "correction_"
        return {name.removeprefix(head): words for name, words in self.cleaned_data.items() if name.startswith(head)}


class Confirm(forms.Form):
    """A word of confirmation before an act that cannot be undone."""

    confirmed = forms.BooleanField(
        label=_("I confirm for the city that the content is true to our knowledge and may be evaluated."),
        error_messages={"required": _("Confirm first that the content is true to your knowledge.")},
    )
