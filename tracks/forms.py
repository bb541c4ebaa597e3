"""The forms of the shelf: what R-C3 wants to be told about a file, asked kindly."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sdgcities.errors import Refused
from sdgcities.naming import languages_by_name
from tracks.models import Confidentiality, EvidenceVersion, Kind

LONGEST_NOTE = 1000


def languages() -> list[tuple[str, str]]:
    """Language tags with each language's own name, sorted by it."""
    return [("", "—"), *languages_by_name()]


class Description(forms.Form):
    """What is told about a file."""

    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("Who issued the document, for example the City Planning Department."),
    )
    dated_on = forms.DateField(label=_("Date of the document"), help_text=_("The date on the document itself."))
    period_start = forms.DateField(
        label=_("First day of the period it covers"),
        required=False,
        help_text=_("Leave both days empty when the document covers no period, as a letter does not."),
    )
    period_end = forms.DateField(label=_("Last day of the period it covers"), required=False)
    language = forms.ChoiceField(label=_("Language of the document"), choices=languages)
    confidentiality = forms.ChoiceField(
        label=_("Who may read it"),
        choices=Confidentiality.choices,
        widget=forms.RadioSelect,
        help_text=_("Public reports draw on public documents only. Evaluators of your application read all classes."),
    )
    note = forms.CharField(
        label=_("Note for the evaluators"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def refuse(self, refusal: Refused) -> None:
        """Show REFUSAL at the field it belongs to."""
        field = getattr(refusal, "field", None)
        self.add_error(field if field in self.fields else None, str(refusal))


class Upload(Description):
    """A file and what is told about it."""

    file = forms.FileField(
        label=_("File"),
        max_length=255,
        allow_empty_file=True,  # the verb says it better
        help_text=_(
            "PDF, XLSX, XLS, DOCX, PPTX, ODS, ODT, CSV, text, PNG, JPEG or GeoJSON; at most 50 MB; no macros, no password."
        ),
    )

    def ask_again(self) -> None:
        """Browsers do not keep a chosen file when a page comes back; say so where it must be chosen."""
        if self.errors and self.files and "file" not in self.errors:
            self.add_error("file", _("Choose the file again: browsers do not keep it. All else is as you left it."))


class Add(Upload):
    """A new piece of evidence."""

    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, initial=Kind.DOCUMENT)

    field_order = ("title", "kind", "file", "source", "dated_on", "period_start", "period_end", "language")


class Replace(Upload):
    """A new version of a piece of evidence."""

    field_order = ("file", "source", "dated_on", "period_start", "period_end", "language")


def told_about(version: EvidenceVersion) -> dict[str, Any]:
    """What was told about VERSION, to begin the next form with."""
    return {name: getattr(version, name) for name in Description.base_fields}
