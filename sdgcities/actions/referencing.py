"""Bringing reference data up to the files that ship: countries, income groups, cities, goals, targets, indicators."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from sdgcities import canonical, journal, names, sources
from sdgcities.journal import journaled
from sdgcities.models import City, Country, Goal, IncomeGroup, Indicator, Source, Target, User
from sdgcities.naming import LANGUAGES
from sdgcities.sources import Origin

FOLDER = Path(__file__).resolve().parent.parent / "reference"

M = TypeVar("M", bound=Model)
Row = dict[str, str]


@journaled
def load(folder: Path = FOLDER, *, by: User | None = None, at: datetime) -> dict[str, int]:
    """Bring every set up to the files in FOLDER and say how many rows each has; again, it changes nothing.

    A row that a file no longer holds stays: others may refer to it.
    """
    counted = {}
    for origin, bring in LOADERS:
        content = (folder / origin.file).read_bytes()
        rows = read(content)
        changed = bring(rows, at)
        counted[origin.key] = len(_held(origin, rows))
        keep(origin, content=content, rows=counted[origin.key], changed=changed, by=by, at=at)
    return counted


@journaled
def keep(origin: Origin, *, content: bytes, rows: int, changed: int, by: User | None, at: datetime) -> None:
    """Keep what is said of ORIGIN with the digest of the file's CONTENT; a change of either, or of rows, is journaled."""
    told = {
        name: getattr(origin, name)
        for name in ("subject", "title", "publisher", "url", "licence", "note", "retrieved_on", "file")
    }
    told |= {"digest": canonical.digest(content), "rows": rows}
    known = Source.objects.filter(pk=origin.key).first()
    if known and not changed and all(getattr(known, name) == value for name, value in told.items()):
        return
    source, _made = Source.objects.update_or_create(key=origin.key, defaults={**told, "loaded_at": at})
    before = known.digest if known else None
    journal.record(
        "reference.loaded", source, by=by, at=at, digest=source.digest, before=before, rows=rows, changed=changed
    )


def read(content: bytes) -> list[Row]:
    """Read a CSV file's rows."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def bring(there: QuerySet[M], rows: Iterable[M], fields: Sequence[str], *, key: str = "pk") -> int:
    """Make the ROWS that are not THERE and update those that differ in FIELDS, known by KEY; say how many those were."""
    known = {getattr(one, key): one for one in there}
    new, changed = [], []
    for row in rows:
        old = known.get(getattr(row, key))
        if old is None:
            new.append(row)
        elif any(getattr(old, name) != getattr(row, name) for name in fields):
            for name in fields:
                setattr(old, name, getattr(row, name))
            changed.append(old)
    there.model._default_manager.bulk_create(new)
    there.model._default_manager.bulk_update(changed, fields)
    return len(new) + len(changed)


def words(row: Row, prefix: str) -> dict[str, str]:
    """Give the names of a row by language; a language that the source lacks is not there."""
    found = {language: row[f"{prefix}_{language}"].strip() for language in LANGUAGES}
    return {language: text for language, text in found.items() if text}


def _countries(rows: list[Row], at: datetime) -> int:
    made = []
    for row in rows:
        known = words(row, "name")
        found = names.keys([row["iso3"], row["iso2"], row["official_name_en"], *known.values()])
        place = {"region": row["region"], "subregion": row["subregion"]}
        made.append(Country(iso3=row["iso3"], iso2=row["iso2"], names=known, name_key=found, **place))
    return bring(Country.objects.all(), made, ("iso2", "names", "name_key", "region", "subregion"))


def _income_groups(rows: list[Row], at: datetime) -> int:
    """Keep the source's group as the undated row of each country; dated rows are the secretariat's and stay."""
    undated = IncomeGroup.objects.filter(starts_on__isnull=True)
    told = {"source": sources.WORLD_BANK, "recorded_at": at}
    made = [
        IncomeGroup(country_id=row["iso3"], group=IncomeGroup.Group(row["wb_income"]).value, **told)
        for row in _held(sources.INCOME_GROUPS, rows)
    ]
    return bring(undated, made, ("group", "source"), key="country_id")


def _cities(rows: list[Row], at: datetime) -> int:
    known = {one.slug: one for one in City.objects.all()}
    return sum(_city(row, known.get(row["slug"])) for row in rows)


def _city(row: Row, known: City | None) -> bool:
    """Load one city; what a person corrected since (authority, boundary, population) is left alone."""
    given = {
        "name": row["name"],
        "names": json.loads(row["names"]),
        "country_id": row["iso3"],
        "geonameid": int(row["geonameid"]) if row["geonameid"] else None,
        "time_zone": row["time_zone"],
    }
    if known is None:
        City.objects.create(slug=row["slug"], **given, **_first(row))
        return True
    if all(getattr(known, name) == value for name, value in given.items()):
        return False
    for name, value in given.items():
        setattr(known, name, value)
    known.save(update_fields=list(given))
    return True


def _first(row: Row) -> dict[str, Any]:
    return {
        "kind": row["kind"],
        "boundary_kind": row["boundary_kind"],
        "boundary": json.loads(row["boundary"]),
        "authority": row["authority"],
        "population": int(row["population"]) if row["population"] else None,
        "population_year": int(row["population_year"]) if row["population_year"] else None,
        "population_source": row["population_source"],
    }


def _goals(rows: list[Row], at: datetime) -> int:
    made = []
    for position, row in enumerate(rows, 1):
        short, titles = words(row, "short"), words(row, "title")
        found = names.keys([row["code"], *short.values(), *titles.values()])
        made.append(Goal(code=row["code"], position=position, short=short, titles=titles, name_key=found))
    return bring(Goal.objects.all(), made, ("position", "short", "titles", "name_key"))


def _targets(rows: list[Row], at: datetime) -> int:
    made = []
    for position, row in enumerate(rows, 1):
        titles = words(row, "title")
        place = {"goal_id": row["goal"], "position": position, "kind": Target.Kind(row["kind"]).value}
        found = names.keys([row["code"], *titles.values()])
        made.append(Target(code=row["code"], titles=titles, name_key=found, **place))
    return bring(Target.objects.all(), made, ("goal_id", "position", "kind", "titles", "name_key"))


def _indicators(rows: list[Row], at: datetime) -> int:
    made = []
    for position, row in enumerate(rows, 1):
        titles = words(row, "title")
        place = {"target_id": row["target"], "position": position, "status": Indicator.Status(row["status"]).value}
        found = names.keys([row["code"], *titles.values()])
        repeats = row["repeats"].split()
        made.append(Indicator(code=row["code"], titles=titles, name_key=found, repeats=repeats, **place))
    return bring(Indicator.objects.all(), made, ("target_id", "position", "status", "repeats", "titles", "name_key"))


def _held(origin: Origin, rows: list[Row]) -> list[Row]:
    """Keep the rows of a file that say something about ORIGIN's subject."""
    return [row for row in rows if row["wb_income"]] if origin is sources.INCOME_GROUPS else rows


LOADERS: tuple[tuple[Origin, Callable[[list[Row], datetime], int]], ...] = (
    (sources.COUNTRIES, _countries),
    (sources.INCOME_GROUPS, _income_groups),
    (sources.CITIES, _cities),
    (sources.GOALS, _goals),
    (sources.TARGETS, _targets),
    (sources.INDICATORS, _indicators),
)
