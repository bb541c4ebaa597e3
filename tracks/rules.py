"""The rules of the shelf: what may come in, and what may no longer change (R-C3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sdgcities.errors import Refused
from sdgcities.models import City
from tracks import contents
from tracks.contents import apart
from tracks.models import EvidenceVersion

REASONS: dict[str, Promise] = {
    "empty": _("The file is empty. Choose a file with content."),
    "too-large": _("The file is larger than 50 MB. Split it, or make its pictures smaller."),
    "locked": _("The file is protected by a password. Evaluators must be able to read it: take the password off."),
    "broken": _("The file is damaged or is not what its beginning says. Open it, save it anew and try again."),
    "too-complex": _("The PDF has too many parts to be checked. Print it to a new PDF and try again."),
    "active-pdf": _(
        "The PDF contains a script, starts a program, sends or fetches something, or carries another file. Print it to a new PDF."
    ),
    "macros": _("The document contains macros. Save it without macros (as .xlsx or .docx)."),
    "embedded": _("The document carries another program's object or a control. Remove it, or save as PDF."),
    "entities": _("The document declares entities, which no office program does. Save it anew."),
    "unsafe-path": _("The document is packed with unsafe or doubled names inside. Save it anew."),
    "bomb": _("The document unpacks to far more than its size. Save it anew, or make it smaller."),
    "remote": _(
        "The document fetches something from another machine when it is opened (a template, a picture, a linked table). "
        "Break its links, or save it as PDF."
    ),
    "formula": _(
        "The table holds a formula that starts a program or fetches from elsewhere. Save it with values only."
    ),
    "other-content": _(
        "The file holds plain text under a name that promises another kind of file. "
        "Send the document itself, or name a text .txt and a table .csv."
    ),
    "exhausting": _(
        "Checking the file takes more memory or time than any document needs. Print it to a new PDF, or split it."
    ),
    "not-checked": _(
        "The file could not be checked just now. Try again in a few minutes; if it stays so, tell the secretariat."
    ),
    "archive": _("Archives are not taken. Put the documents on the shelf one by one."),
    "flood": _("The picture has more than 100 million points. Make it smaller."),
    "markup": _("Web pages, SVG and other markup are not taken. Save as PDF or as a picture."),
    "active-type": _("Files with this ending are not taken: they can run on the reader's computer. Save as PDF."),
    "not-geojson": _("This is JSON but not GeoJSON. Maps are taken as GeoJSON, data as CSV or a spreadsheet."),
    "unknown-type": _(
        "This kind of file is not taken. Use PDF, XLSX, XLS, DOCX, PPTX, ODS, ODT, CSV, text in UTF-8, PNG, JPEG or GeoJSON."
    ),
}


class DescriptionRefused(Refused):
    """A refusal that belongs to one field of what is told about a file."""

    def __init__(self, field: str, message: object) -> None:
        super().__init__(message, rule="R-C3")
        self.field = field


class FileRefused(DescriptionRefused):
    """A refusal because of the file itself, with the code of the reason."""

    def __init__(self, code: str) -> None:
        super().__init__("file", REASONS[code])
        self.code = code


def fit(data: bytes, name: str) -> contents.Content:
    """What DATA is, or the refusal with its reason."""
    try:
        return apart.inspect(data, name)
    except contents.Unfit as verdict:
        raise FileRefused(verdict.code) from None


def may_change(version: EvidenceVersion) -> None:
    """Refuse to change what a submission already uses; a replacement is a new version (R-C3)."""
    if version.is_frozen:
        raise Refused(
            str(_("This version is part of a submission and can no longer be changed. Add a new version instead.")),
            rule="R-C3",
        )


def has_room(city: City, size: int, *, at: datetime) -> None:
    """Refuse a file of SIZE bytes when CITY's shelf is full, or has taken in as much today as anyone can mean."""
    versions = EvidenceVersion.objects.filter(evidence__city=city)
    kept = versions.aggregate(bytes=Sum("size"))["bytes"] or 0
    if kept + size > settings.SHELF_BYTES:
        raise DescriptionRefused(
            "file",
            _(
                "Your city's shelf is full: it holds %(gigabytes)s GB. Send a smaller file, or ask the secretariat for room."
            )
            % {"gigabytes": settings.SHELF_BYTES // 1_000_000_000},
        )
    if versions.filter(uploaded_at__gt=at - timedelta(days=1)).count() >= settings.SHELF_FILES_A_DAY:
        raise DescriptionRefused(
            "file",
            _("Your city has put %(count)s files on its shelf within a day. Go on tomorrow, or ask the secretariat.")
            % {"count": settings.SHELF_FILES_A_DAY},
        )
