"""The doors of the data track: the city's series, one series, and what became of each row of an import."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from sdgcities.http import SignedIn
from tracks import access, drawing, indicators
from tracks.models import ImportRun, Observation, Series

REASONS = {
    indicators.KEPT: _("Kept"),
    indicators.BLANK: _("Empty row"),
    indicators.NO_VALUE: _("Row without a value"),
    indicators.NOT_A_NUMBER: _("Value is not a number"),
    indicators.ODD_YEAR: _("Year cannot be read"),
    indicators.DUPLICATE: _("Same value for the same year and group again"),
    indicators.CONFLICT: _("Another value for the same year and group; the first one was kept"),
    indicators.PLACEHOLDER: _("Placeholder of an Open SDG sample, not real data"),
    indicators.RAGGED: _("Row has too many or too few cells"),
    indicators.NOT_AN_INDICATOR: _("File is not named after an indicator"),
    indicators.SECOND_FILE: _("Second file of an indicator that was read already"),
    indicators.ARCHIVE: _("Archived file"),
    indicators.UNREADABLE: _("File could not be read"),
}

REMARKS = {
    "byte-order-mark": _("Begins with a byte order mark"),
    "lone-carriage-returns": _("Lines end in lone carriage returns"),
    "no-header": _("Has no columns Year and Value, or one of its columns twice"),
    "unreadable": _("Is not text in UTF-8"),
}


@login_required
@require_GET
def show(request: SignedIn, slug: str) -> HttpResponse:
    """All series of the city, by indicator."""
    city = access.city_for(request.user, slug, at=timezone.now())
    found = sorted(Series.objects.of_city(city), key=lambda series: (_by_number(series.code), series.unit.encode()))
    runs = ImportRun.objects.filter(city=city).defer("report").order_by("-at", "id")
    return render(request, "tracks/data/show.html", {"city": city, "all_series": found, "runs": runs})


@login_required
@require_GET
def series(request: SignedIn, slug: str, pk: UUID) -> HttpResponse:
    """One series: its line of totals, and every value in a table."""
    found = access.series_for(request.user, pk, at=timezone.now())
    access.of_city(found, slug)
    rows = sorted(found.observations.all(), key=lambda row: (row.year, row.position))
    context = {"city": found.city, "series": found, "rows": rows, "line": _line(found.headline), "width": drawing.WIDTH}
    return render(request, "tracks/data/series.html", {**context, "height": drawing.HEIGHT})


@login_required
@require_GET
def account(request: SignedIn, slug: str, pk: UUID) -> HttpResponse:
    """What became of every row of an import."""
    run = access.import_run_for(request.user, pk, at=timezone.now())
    access.of_city(run, slug)
    counts = [(REASONS.get(reason, reason), count) for reason, count in run.report["counts"].items()]
    odd = [file for file in run.report["files"] if file["left_out"] or file["remarks"]]
    files = [{**file, "reasons": _reasons(file), "told": _remarks(file["remarks"])} for file in odd]
    return render(request, "tracks/data/account.html", {"city": run.city, "run": run, "counts": counts, "files": files})


def _reasons(file: dict[str, dict[str, list[int]]]) -> list[tuple[object, list[int]]]:
    return [(REASONS.get(reason, reason), lines) for reason, lines in file["left_out"].items()]


def _remarks(remarks: list[str]) -> list[object]:
    """What is odd about a file itself; reasons for leaving it out stand beside its rows."""
    told: list[object] = [REMARKS[remark] for remark in remarks if remark in REMARKS]
    fewer = [remark.partition(":")[2] for remark in remarks if remark.startswith(indicators.NOT_IN_THE_FIRST)]
    return told + [_rows_not_in_the_first(int(number)) for number in fewer]


def _rows_not_in_the_first(number: int) -> str:
    return ngettext(
        "%(number)d of its rows is not in the first file", "%(number)d of its rows are not in the first file", number
    ) % {"number": number}


def _line(headline: list[Observation]) -> drawing.Line | None:
    return drawing.line([(row.year, row.value) for row in headline])


def _by_number(code: str) -> list[tuple[int, str]]:
    return [(int(part) if part.isdigit() else 1000, part) for part in code.split(".")]
