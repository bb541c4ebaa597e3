"""The verbs of the data track: bring in series, and account for every row that was read."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from sdgcities import canonical
from sdgcities.errors import Refused
from sdgcities.journal import journaled, record
from sdgcities.models import City, User
from tracks import indicators
from tracks.models import ImportRun, Observation, Series

REPORT_SCHEMA = 1
LARGEST_FILE = 5 * 1024 * 1024
MOST_FILES = 2_000
LICENCE_FILE = "LICENCE.txt"


@dataclass(frozen=True, slots=True)
class Folder:
    """What was found on disk: raw files and pages of front matter by their path, and the licence's first line."""

    raw: Mapping[str, bytes]
    pages: Mapping[str, str]
    licence: str

    @property
    def digest(self) -> str:
        """One digest over names and digests of all that was read."""
        texts = {name: text.encode() for name, text in self.pages.items()}
        seen = {name: hashlib.sha256(data).hexdigest() for name, data in {**self.raw, **texts}.items()}
        return canonical.digest(canonical.text(seen))


def import_open_sdg(city: City, *, folder: Path | str, by: User, at: datetime) -> ImportRun:
    """Bring in the series of an Open SDG repository (`raw/`, `meta/`); the same files twice change nothing.

    Placeholder series are left out. The report's counts add up to the rows read. Series the folder has are read anew;
    series it has not stay. Refuses a folder without raw files, or with files too large to be indicator data.
    """
    found = _look(Path(folder))  # reading a few hundred files is slow: before the transaction
    readings = indicators.read_files(found.raw.items())
    return _write(city, found=found, readings=readings, by=by, at=at)


@journaled
def _write(city: City, *, found: Folder, readings: list[indicators.Reading], by: User, at: datetime) -> ImportRun:
    City.objects.select_for_update(of=("self",), no_key=True).get(pk=city.pk)  # two imports at one moment
    known = ImportRun.objects.filter(city=city, digest=found.digest).first()
    if known is not None:
        return known
    report = account(readings, found)
    run = ImportRun.objects.create(
        city=city,
        digest=found.digest,
        rows_read=report["rows"],
        rows_kept=report["counts"].get(indicators.KEPT, 0),
        report=report,
        by=by,
        at=at,
    )
    for reading in readings:
        _write_series(run, reading, found)
    record("data.imported", run, by=by, at=at, digest=run.digest, rows_read=run.rows_read, rows_kept=run.rows_kept)
    return run


def account(readings: list[indicators.Reading], found: Folder) -> dict[str, Any]:
    """The import's report: for each file its rows by reason, and the line of every row that was left out."""
    counts: Counter[str] = Counter()
    for reading in readings:
        counts.update(reading.counts)
    return {
        "schema": REPORT_SCHEMA,
        "rows": sum(len(reading.rows) for reading in readings),
        "counts": {reason: counts[reason] for reason in indicators.REASONS if counts[reason]},
        "indicators": len({reading.code for reading in readings if reading.values}),
        "licence": found.licence,
        "files": [_account_file(reading, found) for reading in readings],
    }


def _account_file(reading: indicators.Reading, found: Folder) -> dict[str, Any]:
    left_out: dict[str, list[int]] = defaultdict(list)
    for row in reading.rows:
        if row.reason != indicators.KEPT:
            left_out[row.reason].append(row.line)
    return {
        "file": reading.name,
        "sha256": hashlib.sha256(found.raw[reading.name]).hexdigest(),
        "code": reading.code,
        "rows": len(reading.rows),
        "counts": reading.counts,
        "left_out": dict(left_out),
        "remarks": reading.remarks,
    }


def _write_series(run: ImportRun, reading: indicators.Reading, found: Folder) -> None:
    told = indicators.front_matter(found.pages.get(reading.code, ""))
    by_unit: dict[str, list[indicators.Value]] = defaultdict(list)
    for value in reading.values:
        by_unit[value.unit or told.get("computation_units", "")].append(value)
    for unit, values in by_unit.items():
        series, _made = Series.objects.update_or_create(
            city=run.city,
            code=reading.code,
            unit=unit[:300],
            defaults={
                "title": (told.get("indicator_name") or reading.code)[:500],
                "description": told.get("national_indicator_description")
                or told.get("national_indicator_available", ""),
                "source": (told.get("source_organisation_1") or told.get("source_url_text_1", ""))[:500],
                "source_url": told.get("source_url_1", "")[:1000],
                "coverage": told.get("national_geographical_coverage", "")[:300],
                "licence": found.licence[:100],
                "run": run,
            },
        )
        series.observations.all().delete()
        Observation.objects.bulk_create([_observation(series, value) for value in values])


def _observation(series: Series, value: indicators.Value) -> Observation:
    return Observation(
        series=series,
        position=value.line,
        period=value.period,
        year=value.year,
        value_raw=value.raw,
        value=value.number,
        dimensions=dict(value.dimensions),
        dimensions_key=indicators.dimensions_key(value.dimensions),
    )


def _look(folder: Path) -> Folder:
    """Read the folder's files; links are not followed out of it."""
    if not (folder / "raw").is_dir():
        raise Refused(_("There is no folder “raw” with Open SDG files here. Choose the folder that holds it."))
    paths = [path for path in sorted((folder / "raw").rglob("*")) if path.is_file() and not path.is_symlink()]
    if not paths or len(paths) > MOST_FILES:
        raise Refused(
            _("The folder “raw” holds no files, or far more than an Open SDG repository has. Choose another folder.")
        )
    if any(path.stat().st_size > LARGEST_FILE for path in paths):
        raise Refused(
            _("A file in the folder “raw” is too large to be the data of one indicator. Take it out, or split it.")
        )
    raw = {path.relative_to(folder / "raw").as_posix(): path.read_bytes() for path in paths}
    return Folder(raw=raw, pages=_pages(folder / "meta"), licence=_licence(folder / LICENCE_FILE))


def _pages(folder: Path) -> dict[str, str]:
    """Pages by indicator code: 11-6-2.md is the page of 11.6.2."""
    paths = sorted(folder.glob("*.md"), key=lambda path: path.name.encode()) if folder.is_dir() else []
    return {path.stem.lower().replace("-", "."): path.read_text(encoding="utf-8", errors="replace") for path in paths}


def _licence(path: Path) -> str:
    return path.read_text(encoding="utf-8").splitlines()[0].strip() if path.is_file() else ""
