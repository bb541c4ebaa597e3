"""Spreadsheets before 2007: an OLE container, which is a small file system, and the records of the workbook in it."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from tracks.contents.verdict import Unfit

HEADER = 512
SIZES = frozenset({(9, 6), (12, 6)})  # of a sector and of a small one, as powers of two; there are no others
ENTRY = 128
LAST = 0xFFFFFFFA  # from here on a number of a sector means "none"
STREAM, ROOT = 2, 5
CARRIED = re.compile(r"(mbd|lnk)[0-9a-f]+|objectpool|ctls|\x01ole10native", re.IGNORECASE)

BOF, FILEPASS, BOUNDSHEET, SUPBOOK = 0x0809, 0x002F, 0x0085, 0x01AE
MACRO_SHEETS = frozenset({1, 6})  # as a sheet's entry says it: a sheet of Excel 4 macros, a module of Basic
MACRO_STREAMS = frozenset({0x40, 0x06})  # the same, as the sheet itself says it
OWN_LINKS = frozenset({0x0401, 0x3A01})  # to the workbook itself, and to functions that were added to the program
FAR = ("\x01\x01@", "\x01\x05")  # a share, a web address


@dataclass(frozen=True, slots=True)
class Entry:
    """A stream or folder of the container."""

    name: str
    kind: int
    start: int
    size: int


def check(data: bytes) -> None:
    """Raise Unfit if the spreadsheet in DATA runs, carries or fetches something."""
    try:
        _check(data)
    except (struct.error, IndexError):
        raise Unfit("broken") from None


def _check(data: bytes) -> None:
    box = Box(data)
    if any(CARRIED.fullmatch(entry.name) for entry in box.entries):
        raise Unfit("embedded")
    books = [entry for entry in box.entries if entry.kind == STREAM and entry.name.lower() in {"workbook", "book"}]
    if not any(entry.name.lower() == "workbook" for entry in books):
        raise Unfit("unknown-type")
    for entry in books:
        _check_book(box.read(entry))


class Box:
    """The container: sectors of one size, and a table that says which follows which."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        shift, small = struct.unpack_from("<HH", data, 30)
        if (shift, small) not in SIZES:
            raise Unfit("broken")
        self.size, self.small = 1 << shift, 1 << small
        (first_folder,) = struct.unpack_from("<I", data, 48)
        self.least, first_small = struct.unpack_from("<II", data, 56)
        self.next = _numbers(b"".join(self._sector(number) for number in self._tables()))
        self.entries = list(_entries(self._chain(first_folder)))
        self.next_small = _numbers(self._chain(first_small))
        roots = [entry for entry in self.entries if entry.kind == ROOT]
        self.pile = b"".join(self._chain(root.start) for root in roots[:1])  # where the small streams lie

    def read(self, entry: Entry) -> bytes:
        """The bytes of a stream."""
        if entry.size >= self.least:
            return self._chain(entry.start)[: entry.size]
        places = _follow(self.next_small, entry.start)
        return b"".join(self.pile[place * self.small : (place + 1) * self.small] for place in places)[: entry.size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        return self.data[start : start + self.size]

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in _follow(self.next, start))

    def _tables(self) -> Iterator[int]:
        """The sectors that hold the table: the first are told in the header, the others in a chain of their own."""
        yield from (number for number in _numbers(self.data[76:HEADER]) if number < LAST)
        (following,) = struct.unpack_from("<I", self.data, 68)
        for _sector in range(len(self.data) // self.size):
            if following >= LAST:
                return
            *told, following = _numbers(self._sector(following))
            yield from (number for number in told if number < LAST)


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _follow(following: tuple[int, ...], start: int) -> Iterator[int]:
    for _step in range(len(following) + 1):
        if start >= LAST:
            return
        yield start
        start = following[start]
    raise Unfit("broken")  # it runs in a ring


def _entries(folder: bytes) -> Iterator[Entry]:
    for place in range(0, len(folder) - ENTRY + 1, ENTRY):
        length, kind = struct.unpack_from("<HB", folder, place + 64)
        start, size = struct.unpack_from("<II", folder, place + 116)
        name = folder[place : place + min(length, 64)].decode("utf-16-le", "replace").rstrip("\0")
        if kind:
            yield Entry(name, kind, start, size)


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
