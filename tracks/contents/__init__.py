"""What a file is by its content, and why some are not let in: no Django, no guess by the name (trust.md 6)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from tracks.contents import office, pdf, plain
from tracks.contents.verdict import Unfit

__all__ = ["Content", "Unfit", "clean_name", "inspect", "is_light"]

LARGEST = 50 * 1024 * 1024
LIGHT = 64 * 1024
LONGEST_NAME = 120
LONGEST_ENDING = 10

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODT = "application/vnd.oasis.opendocument.text"
XLS = "application/vnd.ms-excel"
CSV = "text/csv"
TXT = "text/plain"
PNG = "image/png"
JPEG = "image/jpeg"
GEOJSON = "application/geo+json"

ENDINGS = {
    PDF: (".pdf",),
    XLSX: (".xlsx",),
    DOCX: (".docx",),
    PPTX: (".pptx",),
    ODS: (".ods",),
    ODT: (".odt",),
    XLS: (".xls",),
    CSV: (".csv",),
    TXT: (".txt", ".md"),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    GEOJSON: (".geojson", ".json"),
}
TEXTS = (CSV, TXT, GEOJSON)
MACRO_ENDINGS = frozenset({".xlsm", ".xltm", ".xlam", ".docm", ".dotm", ".pptm", ".potm", ".xlsb"})
ACTIVE_ENDINGS = frozenset(
    {".html", ".htm", ".xhtml", ".xht", ".mht", ".svg", ".svgz", ".xml", ".xsl", ".js", ".mjs", ".swf", ".hta"}
    | {".exe", ".com", ".bat", ".cmd", ".ps1", ".vbs", ".sh", ".scr", ".jar", ".lnk", ".url", ".dll", ".msi"}
)
NOT_TEXT = frozenset(ending for kind, endings in ENDINGS.items() if kind not in TEXTS for ending in endings)
OFFICE_PARTS = {"xl/workbook.xml": XLSX, "word/document.xml": DOCX, "ppt/presentation.xml": PPTX}
OPEN_DOCUMENT = {ODS.encode(): ODS, ODT.encode(): ODT}
MAGICS = {
    b"%PDF-": PDF,
    b"PK\x03\x04": "",  # the package says itself what it is
    b"PK\x05\x06": "",
    office.OLE: XLS,
    b"\x89PNG\r\n\x1a\n": PNG,
    b"\xff\xd8\xff": JPEG,
}


@dataclass(frozen=True, slots=True)
class Content:
    """A file found fit: what it is, and the cleaned name it is kept under."""

    media_type: str
    file_name: str


def inspect(data: bytes, name: str) -> Content:
    """What DATA is, judged by its bytes alone; raises Unfit with a reason code, whatever a reader stumbles over."""
    try:
        return _inspect(data, name)
    except Unfit:
        raise
    except MemoryError:
        raise Unfit("exhausting") from None
    except Exception:  # noqa: BLE001 - what a library cannot read is the file's fault, whatever it raises
        raise Unfit("broken") from None


def is_light(data: bytes, name: str) -> bool:
    """Whether reading DATA can hurt nobody: a short text that is no table, which no library of a format ever sees."""
    return len(data) <= LIGHT and _magic(data) is None and _ending(clean_name(name)) not in ENDINGS[CSV]


def _inspect(data: bytes, name: str) -> Content:
    if not data:
        raise Unfit("empty")
    if len(data) > LARGEST:
        raise Unfit("too-large")
    cleaned = clean_name(name)
    ending = _ending(cleaned)
    if ending in MACRO_ENDINGS:
        raise Unfit("macros")
    if ending in ACTIVE_ENDINGS:
        raise Unfit("active-type")
    media_type = _kind(data, ending)
    return Content(media_type, _with_ending(cleaned, media_type))


def clean_name(name: str) -> str:
    """NAME without path parts, control and direction characters, never empty and never hidden."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        sign for sign in last if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    kept = re.sub(r'[<>:"|?*;]', "_", kept)
    kept = re.sub(r"\s+", " ", kept).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if dot and stem and len(ending) <= LONGEST_ENDING:
        return f"{stem[:LONGEST_NAME]}.{ending}"
    return kept[:LONGEST_NAME] or "file"


def _with_ending(name: str, media_type: str) -> str:
    fitting = ENDINGS[media_type]
    return name if name.lower().endswith(fitting) else name + fitting[0]


def _ending(cleaned: str) -> str:
    return PurePosixPath(cleaned).suffix.lower()


def _magic(data: bytes) -> str | None:
    return next((kind for magic, kind in MAGICS.items() if data.startswith(magic)), None)


def _kind(data: bytes, ending: str) -> str:
    kind = _magic(data)
    if kind == "":
        return office.check(data, OFFICE_PARTS, OPEN_DOCUMENT)
    if kind is None:
        return _text(plain.read(data), ending)
    if kind == PDF:
        pdf.check(data)
    elif kind == XLS:
        plain.check_ole(data)
    else:
        plain.check_picture(data, "PNG" if kind == PNG else "JPEG")
    return kind


def _text(text: str, ending: str) -> str:
    if ending in NOT_TEXT:
        raise Unfit("other-content")
    if text.lstrip().startswith("{"):
        plain.check_map(text)
        return GEOJSON
    if ending == ".csv":
        plain.check_table(text)
        return CSV
    return TXT
