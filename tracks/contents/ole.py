"""Spreadsheets before 2007: an OLE container, read by olefile, and the records of the workbook in it."""

import io
import re
import struct
from collections.abc import Iterator

import olefile

from tracks.contents.verdict import Unfit

CARRIED = re.compile(r"(mbd|lnk)[0-9a-f]+|objectpool|ctls|\x01ole10native", re.IGNORECASE)

BOF, FILEPASS, BOUNDSHEET, SUPBOOK = 0x0809, 0x002F, 0x0085, 0x01AE
MACRO_SHEETS = frozenset({1, 6})  # as a sheet's entry says it: a sheet of Excel 4 macros, a module of Basic
MACRO_STREAMS = frozenset({0x40, 0x06})  # the same, as the sheet itself says it
OWN_LINKS = frozenset({0x0401, 0x3A01})  # to the workbook itself, and to functions that were added to the program
FAR = ("\x01\x01@", "\x01\x05")  # a share, a web address


def check(data: bytes) -> None:
    """Raise Unfit if the spreadsheet in DATA runs, carries or fetches something."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as box:
            _check(box)
    except (OSError, struct.error, IndexError):
        raise Unfit("broken") from None


def _check(box: olefile.OleFileIO) -> None:
    names = box.listdir(streams=True, storages=True)
    if any(CARRIED.fullmatch(part) for path in names for part in path):
        raise Unfit("embedded")
    books = [path for path in box.listdir() if path[-1].lower() in {"workbook", "book"}]
    if not any(path[-1].lower() == "workbook" for path in books):
        raise Unfit("unknown-type")
    for path in books:
        with box.openstream(path) as book:
            _check_book(book.read())


# --- the workbook: records one after another, each with its number and its length


def _check_book(book: bytes) -> None:
    if book[:2] != BOF.to_bytes(2, "little"):
        raise Unfit("broken")
    for number, body in _records(book):
        if number == FILEPASS:
            raise Unfit("locked")
        if number == BOF and _is_macro(body):
            raise Unfit("macros")
        if number == BOUNDSHEET:
            _check_sheet(book, body)
        if number == SUPBOOK:
            _check_link(body)


def _records(book: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 4 <= len(book):
        number, length = struct.unpack_from("<HH", book, place)
        yield number, book[place + 4 : place + 4 + length]
        place += 4 + length


def _is_macro(body: bytes) -> bool:
    return int.from_bytes(body[2:4], "little") in MACRO_STREAMS


def _check_sheet(book: bytes, body: bytes) -> None:
    (place,) = struct.unpack_from("<I", body)
    if body[5] in MACRO_SHEETS or (place and _is_macro(book[place + 4 : place + 8])):
        raise Unfit("macros")


def _check_link(body: bytes) -> None:
    """A link to another file of the same machine is let in; one to a program or another machine is not."""
    _sheets, length = struct.unpack_from("<HH", body)
    if length in OWN_LINKS and not body[4:]:
        return
    wide = body[4] & 1
    target = body[5 : 5 + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1", "replace")
    if target.startswith(FAR) or (not target.startswith("\x01") and "\x03" in target):
        raise Unfit("remote")
