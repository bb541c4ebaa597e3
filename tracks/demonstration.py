"""Evidence for the demonstration, made from the city's own series: every page and every sheet says what it is."""

from __future__ import annotations

import io
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from sdgcities import canonical, languages
from sdgcities.models import City
from sdgcities.paper import has_chinese_font, printed
from tracks.models import Confidentiality, ImportRun, Observation, Series

DEFINITIONS = Path(__file__).resolve().parent / "definitions"
LOS_ANGELES = DEFINITIONS / "los_angeles"
SILVER = DEFINITIONS / "demonstration.toml"  # of Los Angeles, from its series
GOLD = DEFINITIONS / "demonstration" / "gold.toml"
FEW_SERIES = 3
MOST_COLUMN_WIDTH = 60

Table = tuple[list[str], list[list[str]]]


@dataclass(frozen=True, slots=True)
class Paper:
    """One document as `shelving.put` wants it, and the REQUIREMENTS (such as A1.1) it is made to answer."""

    key: str
    title: str
    kind: str
    file: bytes
    file_name: str
    source: str
    dated_on: date
    period_start: date | None
    period_end: date | None
    confidentiality: str
    requirements: tuple[str, ...]
    language: str

    def as_put(self) -> dict[str, Any]:
        """The keywords of `shelving.put`, but for `by` and `at`."""
        told = ("title", "kind", "file", "file_name", "source", "dated_on")
        named = (*told, "period_start", "period_end", "confidentiality", "language")
        return {name: getattr(self, name) for name in named}


@dataclass(frozen=True, slots=True)
class Outline:
    """A document that can be made: its key and title, and what it answers."""

    key: str
    title: str
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with what stands under it."""

    heading: str
    paragraphs: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def plain(language: str) -> Path:
    """What stands in the papers of a city of which no data ship, in LANGUAGE."""
    return DEFINITIONS / "demonstration" / f"{language}.toml"


def outlines(written: Path) -> list[Outline]:
    """What documents WRITTEN holds, without making any."""
    texts = tomllib.loads(written.read_text(encoding="utf-8"))
    return [Outline(one["key"], one["title"], tuple(one["requirements"])) for one in texts["documents"]]


def papers(
    city: City,
    *,
    on: date,
    delegate: str,
    places: str = "",
    written: Path = SILVER,
    lacking: Collection[str] = (),
) -> list[Paper]:
    """All documents for CITY as if written in the weeks before ON, naming DELEGATE and PLACES; what they say is WRITTEN.

    What carries a requirement that the city is LACKING is left out. Where they draw on series, the city's must be there.
    """
    texts = tomllib.loads(written.read_text(encoding="utf-8"))
    facts = Facts(city, texts["goals"])
    language = texts["language"]
    told = {"city": city.names.get(language) or city.name, "delegate": delegate, "places": places}
    return [_paper(one, texts, facts, told, on=on, lacking=lacking) for one in texts["documents"]]


def _paper(
    one: Mapping[str, Any],
    texts: Mapping[str, Any],
    facts: Facts,
    told: Mapping[str, str],
    *,
    on: date,
    lacking: Collection[str],
) -> Paper:
    dated, language = on - timedelta(days=one["days_before"]), texts["language"]
    filled = {**told, "date": f"{dated:%d %B %Y}" if language == "en" else dated.isoformat()}
    filled |= {"year": str(dated.year), "year_after": str(dated.year + 1)}
    parts = [_part(_without(part, lacking), facts, filled) for part in one["parts"]]
    words = {"notice": texts["notice"], "disclaimer": texts["disclaimer"].format(**filled), "dated": filled["date"]}
    words |= {"title": one["title"], "source": one["source"], "city": filled["city"], "language": language}
    ending = "txt" if one["format"] == "pdf" and not _printable(language) else one["format"]
    start, end = _period(one, facts, dated)
    return Paper(
        key=one["key"],
        title=one["title"],
        kind=one["kind"],
        file={"pdf": pdf, "xlsx": xlsx, "txt": txt}[ending](parts, words),
        file_name=f"{one['key']}.{ending}",
        source=one["source"],
        dated_on=dated,
        period_start=start,
        period_end=end,
        confidentiality=one.get("confidentiality", Confidentiality.PUBLIC),
        requirements=tuple(one["requirements"]),
        language=language,
    )


def _without(told: Mapping[str, Any], lacking: Collection[str]) -> Mapping[str, Any]:
    """A part of a document without the paragraphs and columns that carry what is LACKING."""
    kept = dict(told)
    if "answers" in told:
        kept["paragraphs"] = _kept(told["paragraphs"], told["answers"], lacking)
    table = told.get("table", {})
    if "answers" in table:
        kept["table"] = {
            "columns": _kept(table["columns"], table["answers"], lacking),
            "rows": [_kept(row, table["answers"], lacking) for row in table["rows"]],
        }
    return kept


def _kept(texts: Sequence[str], answers: Sequence[str], lacking: Collection[str]) -> list[str]:
    return [text for text, requirement in zip(texts, answers, strict=True) if requirement not in lacking]


def _part(told: Mapping[str, Any], facts: Facts, filled: Mapping[str, str]) -> Part:
    table = told.get("table", {})
    columns, rows = table.get("columns", []), table.get("rows", [])
    if "data" in told:
        columns, rows = facts.table(told["data"])
    else:
        rows = [[cell.format(**filled) for cell in row] for row in rows]
    paragraphs = [paragraph.format(**filled) for paragraph in told.get("paragraphs", [])]
    return Part(told["heading"].format(**filled), paragraphs, columns, rows)


def _period(told: Mapping[str, Any], facts: Facts, dated: date) -> tuple[date | None, date | None]:
    if told.get("covers_coming_year"):
        return date(dated.year + 1, 1, 1), date(dated.year + 1, 12, 31)
    if told.get("covers_series") and facts.years:
        return date(facts.years[0], 1, 1), date(facts.years[1], 12, 31)
    return None, None


class Facts:
    """What the city's imported series can say, table by table."""

    def __init__(self, city: City, goals: Sequence[str]) -> None:
        self.city = city
        self.goals = goals
        self.series = sorted(Series.objects.of_city(city), key=lambda one: (_in_order(one.code), one.unit.encode()))
        spans = [one.years for one in self.series if one.years]
        self.years = (min(span[0] for span in spans), max(span[1] for span in spans)) if spans else None

    def table(self, name: str) -> Table:
        """The table called NAME in the definitions."""
        tables: dict[str, Callable[[], Table]] = {
            "series": self.inventory,
            "left_out": self.left_out,
            "coverage": self.coverage,
            "progress": self.progress,
            "groups": self.groups,
        }
        return tables[name]()

    def inventory(self) -> Table:
        """Every series with its source, years and the groups it tells apart."""
        columns = [
            "Indicator",
            "Title",
            "Unit",
            "Owner",
            "Place",
            "First year",
            "Latest year",
            "Values",
            "Groups told apart",
        ]
        rows = [
            [one.code, one.title, one.unit, one.source, one.coverage, *_years(one), _groups(one)] for one in self.series
        ]
        return columns, rows

    def left_out(self) -> Table:
        """What became of the rows of the imports, reason by reason."""
        counts: Counter[str] = Counter()
        for run in ImportRun.objects.filter(city=self.city):
            counts.update(run.report["counts"])
        return ["What became of the row", "Rows"], [[reason, str(count)] for reason, count in counts.items()]

    def coverage(self) -> Table:
        """Goals with fewer than FEW_SERIES indicators."""
        codes = {one.code for one in self.series}
        found = Counter(code.split(".")[0] for code in codes)
        few = [(number, name) for number, name in enumerate(self.goals, 1) if found[str(number)] < FEW_SERIES]
        return ["Goal", "Title", "Indicators with values"], [
            [str(number), name, str(found[str(number)])] for number, name in few
        ]

    def progress(self) -> Table:
        """The earliest and latest value for the whole territory, for one series of each indicator that has two years."""
        rows, seen = [], set()
        for one in self.series:
            values = _one_a_year(one.headline)
            if one.code in seen or len(values) <= 1:
                continue
            seen.add(one.code)
            rows.append([one.code, one.title, one.unit, _told(values[0]), _told(values[-1]), one.source])
        return ["Indicator", "Title", "Unit", "Earlier (year)", "Latest (year)", "Source"], rows

    def groups(self) -> Table:
        """The latest values of indicator 1.1.1 for each single group."""
        rows = []
        for one in self.series:
            if one.code != "1.1.1":
                continue
            single = [row for row in one.observations.all() if len(row.dimensions) <= 1]
            latest = max((row.year for row in single), default=None)
            rows += [[one.unit, *_group(row), row.period, row.value_raw] for row in single if row.year == latest]
        return ["Unit", "Told apart by", "Group", "Year", "Value"], rows


def _in_order(code: str) -> list[tuple[int, str]]:
    return [(int(part) if part.isdigit() else 1000, part) for part in code.split(".")]


def _years(one: Series) -> list[str]:
    first, last = one.years or ("", "")
    return [str(first), str(last), str(len(one.observations.all()))]


def _groups(one: Series) -> str:
    return ", ".join(sorted({name for row in one.observations.all() for name in row.dimensions}))


def _group(row: Observation) -> tuple[str, str]:
    return next(iter(row.dimensions.items()), ("", "Total"))


def _one_a_year(rows: Sequence[Observation]) -> list[Observation]:
    first: dict[int, Observation] = {}
    for row in rows:
        first.setdefault(row.year, row)
    return list(first.values())


def _told(row: Observation) -> str:
    return f"{row.value_raw} ({row.period})"


# --- paper and sheets ------------------------------------------------------------------------------------------------


def pdf(parts: Sequence[Part], words: Mapping[str, str]) -> bytes:
    """PARTS as a tagged PDF; the notice stands in the foot of every page."""
    words = {**words, "direction": languages.direction(words["language"])}
    page = render_to_string("reports/city_evidence.html", {**words, "parts": parts})
    return printed(page, digest=canonical.digest(page))


def _printable(language: str) -> bool:
    """Whether the letters of LANGUAGE can be printed here; where no Chinese font is installed a text file tells the same."""
    return languages.base(language) != "zh" or has_chinese_font()


def txt(parts: Sequence[Part], words: Mapping[str, str]) -> bytes:
    """PARTS as plain text of one page, the notice above and below."""
    lines = [words["notice"], "", words["title"], f"{words['source']} · {words['dated']}"]
    for part in parts:
        lines += ["", part.heading, *part.paragraphs]
        lines += [" | ".join(row) for row in [part.columns, *part.rows] if row]
    return "\n".join([*lines, "", words["disclaimer"], words["notice"], ""]).encode()


def xlsx(parts: Sequence[Part], words: Mapping[str, str]) -> bytes:
    """PARTS as a workbook, a sheet each; the notice is the first row of every sheet, and the foot of its printed pages."""
    book = Workbook()
    for part in parts:
        sheet = book.create_sheet(part.heading[:31])
        sheet.sheet_view.rightToLeft = languages.direction(words.get("language", "")) == "rtl"
        sheet.append([words["notice"]])
        sheet.append([f"{words['city']}: {words['title']}"])
        sheet.append([words["disclaimer"]])
        sheet.append([])
        sheet.append(part.columns)
        for row in part.rows:
            sheet.append([_cell(text) for text in row])
        sheet["A1"].font = sheet["A2"].font = Font(bold=True)
        for cell in sheet[5]:
            cell.font = Font(bold=True)
        for place, width in enumerate(_widths(part), 1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        for cells in sheet.iter_rows(min_row=5):
            for cell in cells:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = "A6"
        sheet.oddFooter.center.text = words["notice"]
    book.remove(book.worksheets[0])
    book.properties.title = words["title"]
    book.properties.creator = words["source"]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(text: str) -> str | int:
    """Whole numbers stay numbers; what a spreadsheet would take for a formula becomes text."""
    if text.isdigit() and len(text) <= len("999999999"):
        return int(text)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _widths(part: Part) -> Iterator[int]:
    for place, column in enumerate(part.columns):
        longest = max([len(column), *(len(row[place]) for row in part.rows)])
        yield min(MOST_COLUMN_WIDTH, longest + 2)
