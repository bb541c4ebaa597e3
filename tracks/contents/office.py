"""Office documents, which are ZIP files of XML parts: what they unpack to, and whether anything in them runs or fetches."""

import io
import lzma
import re
import stat
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from xml.parsers import expat

from tracks.contents.verdict import Unfit

MEBIBYTE = 1024 * 1024
MOST_UNPACKED = 400 * MEBIBYTE
MOST_MEMBERS = 5_000
STEEPEST = 200  # unpacked to packed bytes, for what is large enough to hurt

TYPES = "[Content_Types].xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
XML = (".xml", ".rels")
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml."
LONG_TABLES = {
    SHEETS + part for part in ("worksheet+xml", "sharedstrings+xml", "calcchain+xml", "pivotcacherecords+xml")
}
OPEN_PARTS = ("content.xml", "styles.xml")  # of an OpenDocument, which says of no part what it is
REMOTE = re.compile(
    r"^\s*((https?|ftps?|smb|webdav|mhtml|ms-[a-z]+):|(file:)?[\\/]{2,}(?!/?[a-z]:)[^\\/])", re.IGNORECASE
)
LINKS = frozenset({"ddeLink", "oleLink", "dde-source", "dde-link", "dde-connection-decl"})
DDE = re.compile(r"\bDDE(AUTO)?\b", re.IGNORECASE)

Attributes = Mapping[str, str]
Types = dict[str, set[str]]
Start = Callable[[str, Attributes], None]


def check(data: bytes, kinds: Mapping[str, str], stated: Mapping[bytes, str]) -> str:
    """The media type of the package in DATA (by its main part, of KINDS, or as STATED in it), or Unfit."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive.infolist(), len(data))
            media_type = _kind(archive, kinds, stated)
            types: Types = defaultdict(set)
            for name in sorted(
                archive.namelist(), key=lambda name: name != TYPES
            ):  # what each part is, before the parts
                _check_part(archive, name, types)
            return media_type
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, expat.ExpatError):
        raise Unfit("broken") from None
    except (NotImplementedError, EOFError, RuntimeError, ValueError, LookupError, OSError):
        raise Unfit("broken") from None


def _check_members(members: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or _is_steep(unpacked, packed):
        raise Unfit("bomb")
    for member in members:
        _check_member(member)
    if len({member.filename.lower() for member in members}) < len(members):
        raise Unfit("unsafe-path")


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.orig_filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or ":" in name or "\0" in name:
        raise Unfit("unsafe-path")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Unfit("unsafe-path")
    if member.flag_bits & 0x1:
        raise Unfit("locked")
    if _is_steep(member.file_size, member.compress_size):
        raise Unfit("bomb")


def _is_steep(unpacked: int, packed: int) -> bool:
    return unpacked > MEBIBYTE and unpacked > STEEPEST * max(packed, 1)


def _kind(archive: zipfile.ZipFile, kinds: Mapping[str, str], stated: Mapping[bytes, str]) -> str:
    names = set(archive.namelist())
    if TYPES in names:
        for part, media_type in kinds.items():
            if part in names:
                return media_type
    if "mimetype" in names and "content.xml" in names:
        own = _head(archive, "mimetype", 200).strip()
        if own in stated:
            return stated[own]
    raise Unfit("archive")


def _check_part(archive: zipfile.ZipFile, name: str, types: Types) -> None:
    lower = name.lower()
    if lower.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in lower:
        raise Unfit("macros")
    if lower.startswith(("basic/", "scripts/")):
        raise Unfit("macros")
    if re.search(r"(activex/|oleobject[^/]*\.bin$|^object [0-9]+$)", lower):
        raise Unfit("embedded")
    if lower.endswith(XML) or any("+xml" in one or "/xml" in one for one in _said(lower, types)):
        _parse(archive, name, types)
    elif lower.endswith(".vml"):  # older drawings, not always well-formed
        _check_drawing(archive.read(name))
    elif _head(archive, name, len(OLE)) == OLE:
        raise Unfit("embedded")


def _check_drawing(data: bytes) -> None:
    bare = data.replace(b"\0", b"").lower()
    if b"<!doctype" in bare or b"<!entity" in bare:
        raise Unfit("entities")


def _head(archive: zipfile.ZipFile, name: str, size: int) -> bytes:
    with archive.open(name) as member:
        return member.read(size)


# --- the parts, read as XML in whatever characters they are written


def _said(name: str, types: Types) -> set[str]:
    """What kind of part the package says NAME to be; by its own name or, failing that, by its ending."""
    return types.get(f"/{name}") or types.get(f".{name.rpartition('.')[2]}") or set()


def _parse(archive: zipfile.ZipFile, name: str, types: Types) -> None:
    """Read a part from end to end; all but the long tables are listened to element by element."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    words: list[str] = []
    parser.StartElementHandler = _listener(name.lower(), parser, words, types)
    with archive.open(name) as member:
        parser.ParseFile(member)
    if DDE.search("".join(words)):
        raise Unfit("remote")


def _refuse_doctype(*_told: object) -> None:
    raise Unfit("entities")


def _listener(name: str, parser: expat.XMLParserType, words: list[str], types: Types) -> Start | None:
    """Where a part lies says nothing: it may be a link or a text under any name."""
    if name == TYPES.lower():
        return _content_type_of(types)
    if name.endswith(".rels"):
        return _relation
    told = types.get(f"/{name}")
    if told and told <= LONG_TABLES and name.rpartition("/")[2] not in OPEN_PARTS:
        return None
    return _field_of(parser, words)


def _content_type_of(types: Types) -> Start:
    """Notes in TYPES what the parts are, by name (/xl/workbook.xml) or by ending (.xml)."""

    def start(_name: str, attributes: Attributes) -> None:
        said = attributes.get("ContentType", "").lower()
        if "macroenabled" in said or "vbaproject" in said:
            raise Unfit("macros")
        if "activex" in said or "oleobject" in said:
            raise Unfit("embedded")
        part, ending = attributes.get("PartName", "").lower(), attributes.get("Extension", "").lower()
        types[part or f".{ending}"].add(said)

    return start


def _relation(_name: str, attributes: Attributes) -> None:
    if attributes.get("TargetMode", "").lower() != "external":
        return
    shown = attributes.get("Type", "").lower().endswith("/hyperlink")  # followed by a reader's hand alone
    if not shown and REMOTE.match(attributes.get("Target", "")):
        raise Unfit("remote")


def _check_link(name: str, local: str) -> None:
    if local in LINKS:
        raise Unfit("remote")
    if name == "script:event-listener":
        raise Unfit("macros")


def _field_of(parser: expat.XMLParserType, words: list[str]) -> Start:
    """Listens for links, and for fields of a text: their instructions may be spread over several runs."""

    def start(name: str, attributes: Attributes) -> None:
        local = name.rpartition(":")[2]
        _check_link(name, local)
        if local == "fldSimple":
            words.extend(value for key, value in attributes.items() if key.endswith("instr"))
        parser.CharacterDataHandler = words.append if local == "instrText" else None

    return start
