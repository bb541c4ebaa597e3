"""Tables as text that spreadsheets open (CSV): no cell of theirs is ever a formula. No Django in here."""

import csv
import io
from collections.abc import Iterable, Iterator

BEGINS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
)  # what a spreadsheet takes for the beginning of a formula, or skips before one
MARK = "\ufeff"  # by which spreadsheets know that it is UTF-8


def cell(value: object) -> object:
    """VALUE as it stands in a cell: a text that would be a formula is marked as a text; numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" ").startswith(BEGINS):
        return f"'{value}"
    return "" if value is None else value


def rows(some: Iterable[Iterable[object]]) -> str:
    """SOME rows as lines of CSV (RFC 4180)."""
    sheet = io.StringIO()
    csv.writer(sheet).writerows([[cell(value) for value in row] for row in some])
    return sheet.getvalue()


def sheet(head: Iterable[object], parts: Iterable[Iterable[Iterable[object]]]) -> Iterator[str]:
    """A whole sheet under its HEAD, given out part by part."""
    yield MARK + rows([head])
    for part in parts:
        yield rows(part)
