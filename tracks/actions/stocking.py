"""The verb that fills the library from the catalogue that ships with the floor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext_noop as _

from sdgcities import names
from sdgcities.actions import referencing
from sdgcities.journal import journaled
from sdgcities.models import User
from sdgcities.sources import Origin
from tracks.models import CaseStudy, Tool

DEFINITIONS = Path(__file__).resolve().parent.parent / "definitions"
RETRIEVED = date(2026, 11, 21)
OURS = "SDG Cities, from the page that each entry names"
TOOLS = Origin(
    "tools",
    _("The library: tools, methods, courses and services"),
    "Catalogue of tools",
    OURS,
    "",
    "Own text",
    "tools_catalogue.csv",
    _("Described in our words. Tracks, themes and part of the goals were assigned by us; links were not checked."),
    RETRIEVED,
)
CASE_STUDIES = Origin(
    "case-studies",
    _("The library: case studies of cities"),
    "Catalogue of case studies",
    OURS,
    "",
    "Own text",
    "case_studies.csv",
    _("Described in our words from the page that each entry names; links were not checked."),
    RETRIEVED,
)


@dataclass(frozen=True, slots=True)
class Stocked:
    """How many entries the library holds from the catalogue."""

    tools: int
    case_studies: int


@journaled
def load_library(folder: Path = DEFINITIONS, *, by: User | None = None, at: datetime) -> Stocked:
    """Bring tools and case studies up to the catalogue's text; running it again changes nothing."""
    tools = _load(TOOLS, folder, by=by, at=at)
    return Stocked(tools, _load(CASE_STUDIES, folder, by=by, at=at))


def _load(origin: Origin, folder: Path, *, by: User | None, at: datetime) -> int:
    content = (folder / origin.file).read_bytes()
    rows = referencing.read(content)
    changed = _tools(rows) if origin is TOOLS else _studies(rows)
    referencing.keep(origin, content=content, rows=len(rows), changed=changed, by=by, at=at)
    return len(rows)


def _tools(rows: list[dict[str, str]]) -> int:
    made = [
        Tool(
            slug=row["slug"],
            name=row["name"],
            owner=row["owner"],
            track=row["track"],
            themes=_list(row["themes"]),
            sdgs=_list(row["sdgs"]),
            summary=row["summary"],
            access_url=row["access_url"],
            source_url=row["source_url"],
            note=row["notes"],
            name_key=names.keys([row["name"], row["owner"], row["summary"], row["themes"]]),
        )
        for row in rows
    ]
    fields = ("name", "owner", "track", "themes", "sdgs", "summary", "access_url", "source_url", "note", "name_key")
    return referencing.bring(Tool.objects.all(), made, fields, key="slug")


def _studies(rows: list[dict[str, str]]) -> int:
    tools = {tool.slug: tool for tool in Tool.objects.all()}
    made = [
        CaseStudy(
            slug=row["slug"],
            title=row["title"],
            city_name=row["city"],
            country_iso3=row["country_iso3"],
            tool=tools.get(row["tool_slug"]),
            themes=_list(row["themes"]),
            sdgs=_list(row["sdgs"]),
            summary=row["summary"],
            result=row["result"],
            year=int(row["year"]) if row["year"].isdigit() else None,
            source_url=row["source_url"],
            name_key=names.keys([row["title"], row["city"], row["summary"], row["result"], row["themes"]]),
        )
        for row in rows
    ]
    fields = (
        *("title", "city_name", "country_iso3", "tool_id", "themes", "sdgs"),
        *("summary", "result", "year", "source_url", "name_key"),
    )
    return referencing.bring(CaseStudy.objects.all(), made, fields, key="slug")


def _list(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(";") if word.strip()]
