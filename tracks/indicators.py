"""Reading one Open SDG file: every row is kept or left out with a reason, and none is lost; no Django here.

An Open SDG repository holds one CSV per indicator (Year, optional Units, one column per dimension, Value) and one
page of front matter per indicator. City repositories start as a copy of a sample, so invented series (groups A and B
with values 1 to 3; grades, planets and fruit) stand beside real ones and look like data.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

KEPT = "kept"
BLANK = "blank"
NO_VALUE = "no-value"
NOT_A_NUMBER = "not-a-number"
ODD_YEAR = "odd-year"
DUPLICATE = "duplicate"
CONFLICT = "conflict"
PLACEHOLDER = "placeholder"
RAGGED = "ragged"
NOT_AN_INDICATOR = "not-an-indicator"
SECOND_FILE = "second-file"
ARCHIVE = "archive-file"
UNREADABLE = "unreadable"
NOT_IN_THE_FIRST = "rows-not-in-the-first"  # a remark on a second file, with how many

REASONS = (
    KEPT,
    BLANK,
    NO_VALUE,
    NOT_A_NUMBER,
    ODD_YEAR,
    DUPLICATE,
    CONFLICT,
    PLACEHOLDER,
    RAGGED,
    NOT_AN_INDICATOR,
    SECOND_FILE,
    ARCHIVE,
    UNREADABLE,
)
FILE_NAME = re.compile(r"^indicator_(\d{1,2}-[0-9a-z]{1,2}-[0-9a-z]{1,2}(?:-[0-9a-z]+)*)\.csv$", re.IGNORECASE)
YEAR = re.compile(r"^(\d{4})(?:\.0)?$")
SPAN = re.compile(r"^(\d{4})\s*[-/\u2013\u2014]\s*(?:(\d{4})|(\d{2}))$")
DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?$")
NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")
EARLIEST, LATEST = 1800, 2200
DEMONSTRATION_COLUMNS = frozenset({"Planet", "Fruit"})


@dataclass(frozen=True, slots=True)
class Value:
    """One kept row: PERIOD and RAW as written, YEAR the first year of the period, LINE the row in the file (from 2)."""

    line: int
    period: str
    year: int
    raw: str
    number: float
    unit: str
    dimensions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one row."""

    line: int
    reason: str


@dataclass(slots=True)
class Reading:
    """One file read: as many ROWS as were in it, VALUES for those kept, REMARKS on what was odd about the file."""

    name: str
    code: str
    rows: list[Row] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Rows by reason; adds up to the rows read."""
        found = Counter(row.reason for row in self.rows)
        return {reason: found[reason] for reason in REASONS if found[reason]}


def code_of(name: str) -> str:
    """The indicator a file's NAME speaks of, 11.6.2 for indicator_11-6-2.csv; empty when it is none."""
    found = FILE_NAME.match(_parts(name)[-1])
    return found.group(1).lower().replace("-", ".") if found else ""


def _parts(name: str) -> list[str]:
    """Folders and file; a folder may have been flattened into the name by a double underscore."""
    return name.replace("__", "/").split("/")


def read_files(files: Iterable[tuple[str, bytes]]) -> list[Reading]:
    """Read FILES (path in the folder, bytes) in the order of their paths, the least nested first.

    A second file of an indicator that was read already, and an archive (`.old`), are accounted for and not taken.
    """
    taken: dict[str, bytes] = {}
    readings = []
    for name, data in sorted(files, key=lambda file: (len(_parts(file[0])), file[0].encode())):
        code = code_of(name)
        if _is_archive(name):
            readings.append(_set_aside(name, code, data, ARCHIVE))
        elif not code:
            readings.append(_set_aside(name, code, data, NOT_AN_INDICATOR))
        elif code in taken:
            readings.append(_set_aside(name, code, data, SECOND_FILE))
            readings[-1].remarks.append(f"{NOT_IN_THE_FIRST}:{len(_lines(data) - _lines(taken[code]))}")
        else:
            taken[code] = data
            readings.append(read(name, data))
    return readings


def read(name: str, data: bytes) -> Reading:
    """Read one raw file; each of its data rows is in `rows` exactly once."""
    reading = Reading(name, code_of(name))
    try:
        text = _text(data, reading)
        lines = list(csv.reader(io.StringIO(text, newline="")))
    except (UnicodeDecodeError, csv.Error):
        reading.remarks.append("unreadable")
        reading.rows = [Row(line, UNREADABLE) for line in range(2, _line_count(data) + 1)]
        return reading
    if not lines:
        return reading
    header = [cell.strip() for cell in lines[0]]
    body = list(enumerate(lines[1:], start=2))
    if "Year" not in header or "Value" not in header or len(set(header)) < len(header):
        reading.remarks.append("no-header")
        reading.rows = [Row(line, UNREADABLE) for line, _ in body]
        return reading
    if is_placeholder(header, [cells for _, cells in body]):
        reading.remarks.append("placeholder")
        reading.rows = [Row(line, PLACEHOLDER) for line, _ in body]
        return reading
    _sort_out(reading, header, body)
    return reading


def is_placeholder(header: list[str], lines: list[list[str]]) -> bool:
    """Whether a file is one of the samples a new Open SDG repository starts with.

    The first kind: only the column Group (A, B or empty) with whole values 1 to 3. The second: grades, planets, fruit.
    """
    if set(header) >= DEMONSTRATION_COLUMNS:
        return True
    if set(header) != {"Year", "Group", "Value"}:
        return False
    group, value = header.index("Group"), header.index("Value")
    rows = [cells for cells in lines if len(cells) == len(header) and any(cell.strip() for cell in cells)]
    groups = {cells[group].strip() for cells in rows}
    values = {cells[value].strip() for cells in rows}
    return bool(rows) and {"A", "B"} <= groups <= {"A", "B", ""} and values <= {"1", "2", "3", "1.0", "2.0", "3.0"}


def first_year(period: str) -> int | None:
    """The first year of PERIOD: 2015, 2015/16, 2009-2010, 2018-11-03; None for what is no such period."""
    for form in (YEAR, DAY):
        found = form.match(period)
        if found:
            year = int(found.group(1))
            return year if EARLIEST <= year <= LATEST else None
    span = SPAN.match(period)
    if span is None:
        return None
    start, end = int(span.group(1)), int(span.group(2) or span.group(3))
    if span.group(3):  # 2015/16, and 1999/00 across a century
        end += start // 100 * 100
        end += 100 if end < start else 0
    return start if EARLIEST <= start <= end <= LATEST else None


def number_of(raw: str) -> float | None:
    """RAW as a double: plain decimal or exponent notation only; None for anything else, infinity included."""
    if not NUMBER.match(raw):
        return None
    number = float(raw)
    return number if math.isfinite(number) else None


def dimensions_key(dimensions: Mapping[str, str]) -> str:
    """One text for one set of dimensions, whatever their order; empty for the total."""
    return json.dumps(dict(sorted(dimensions.items())), ensure_ascii=False, separators=(",", ":")) if dimensions else ""


def _sort_out(reading: Reading, header: list[str], body: list[tuple[int, list[str]]]) -> None:
    seen: dict[tuple[str, str, str], str] = {}
    for line, cells in body:
        value, reason = _judge(line, header, cells)
        if value is not None:
            key = (value.unit, value.period, dimensions_key(value.dimensions))
            if key in seen:
                reason = DUPLICATE if seen[key] == value.raw else CONFLICT
            else:
                seen[key] = value.raw
                reading.values.append(value)
        reading.rows.append(Row(line, reason))


def _judge(line: int, header: list[str], cells: list[str]) -> tuple[Value | None, str]:
    if not any(cell.strip() for cell in cells):
        return None, BLANK
    if len(cells) != len(header):
        return None, RAGGED
    row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    raw, period, unit = row.pop("Value"), row.pop("Year"), row.pop("Units", "")
    if not raw:
        return None, NO_VALUE
    number = number_of(raw)
    if number is None:
        return None, NOT_A_NUMBER
    year = first_year(period)
    if year is None:
        return None, ODD_YEAR
    dimensions = {name: cell for name, cell in row.items() if cell and name}
    return Value(line, period, year, raw, number, unit, dimensions), KEPT


def _text(data: bytes, reading: Reading) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        reading.remarks.append("byte-order-mark")
    text = data.decode("utf-8-sig")
    if "\r" in text.replace("\r\n", ""):
        reading.remarks.append("lone-carriage-returns")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _set_aside(name: str, code: str, data: bytes, reason: str) -> Reading:
    reading = Reading(name, code, remarks=[reason])
    reading.rows = [Row(line, reason) for line in range(2, _line_count(data) + 1)]
    return reading


def _line_count(data: bytes) -> int:
    """Rows with the header, as the CSV reader counts them; lines where it cannot read."""
    text = data.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    try:
        return sum(1 for _ in csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        return len(text.splitlines())


def _lines(data: bytes) -> set[str]:
    text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return {line.strip() for line in text.split("\n")[1:] if line.strip()}


def _is_archive(name: str) -> bool:
    return ".old" in _parts(name)[-1].lower()


# --- the page of front matter beside each file -----------------------------------------------------------------------

KEY = re.compile(r"^([^\s:#'\"-][^:]*):(?:\s+(.*))?$")


def front_matter(page: str) -> dict[str, str]:
    """The top-level texts of an Open SDG page: plain, quoted and folded (`>-`) ones; lists and maps are left out."""
    found: dict[str, str] = {}
    key = ""
    parts: list[str] = []
    for line in _between_rules(page):
        opening = KEY.match(line)
        if opening:
            _keep(found, key, parts)
            key, parts = opening.group(1), [opening.group(2) or ""]
        else:
            parts.append(line)
    _keep(found, key, parts)
    return found


def _between_rules(page: str) -> Iterator[str]:
    lines = iter(page.replace("\r\n", "\n").lstrip("\ufeff").split("\n"))
    if next(lines, "").strip() != "---":
        return
    for line in lines:
        if line.strip() == "---":
            return
        yield line


def _keep(found: dict[str, str], key: str, parts: list[str]) -> None:
    if not key:
        return
    head, rest = parts[0].strip(), parts[1:]
    if any(line.startswith(("- ", "  - ")) for line in rest) and not head:
        return
    is_folded = head in {">-", ">", "|", "|-"}
    text = " ".join(word for word in ("" if is_folded else head, *(line.strip() for line in rest)) if word)
    found[key] = text if is_folded else _unquoted(text)


def _unquoted(text: str) -> str:
    quote, inner = text[:1], text[1:-1]
    if len(text) == len(quote) or quote != text[-1]:
        return text
    if quote == "'":
        return inner.replace("''", "'")
    if quote == '"':
        return _unescaped(inner)
    return text


def _unescaped(inner: str) -> str:
    joined = inner.replace("\\ \\ ", " ").replace("\\_", "\\u00a0")
    try:
        return str(json.loads(f'"{joined}"'))
    except ValueError:
        return inner
