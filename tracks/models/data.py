"""The data track: what a city measures, value by value as its source wrote it, and the imports that brought it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sdgcities.models import City


class ImportRun(models.Model):
    """One reading of one folder: REPORT accounts for every row of every file with a reason."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    city = models.ForeignKey("sdgcities.City", on_delete=models.PROTECT, related_name="import_runs")
    digest = models.CharField(max_length=64, help_text=_("Of the names and digests of all files read"))
    rows_read = models.PositiveIntegerField()
    rows_kept = models.PositiveIntegerField()
    report = models.JSONField()
    by = models.ForeignKey("sdgcities.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("city", "digest"), name="import_run_same_files_once"),
            models.CheckConstraint(condition=Q(rows_kept__lte=F("rows_read")), name="import_run_keeps_what_it_read"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.rows_kept}/{self.rows_read}"


class SeriesQuerySet(models.QuerySet["Series"]):
    """Reading series."""

    def of_city(self, city: City) -> SeriesQuerySet:
        """All series of CITY with their observations ready: two queries, however many series."""
        rows = Observation.objects.order_by("position", "id")
        return self.filter(city=city).prefetch_related(models.Prefetch("observations", queryset=rows)).order_by("id")


class Series(models.Model):
    """One indicator of one city in one unit."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    city = models.ForeignKey("sdgcities.City", on_delete=models.PROTECT, related_name="series")
    code = models.CharField(max_length=20, help_text=_("Indicator code such as 11.6.2"))
    title = models.CharField(max_length=500)
    description = models.TextField(blank=True, default="", help_text=_("What the city says it measures, if told"))
    unit = models.CharField(max_length=300, blank=True, default="")
    source = models.CharField(max_length=500, blank=True, default="")
    source_url = models.CharField(max_length=1000, blank=True, default="")
    licence = models.CharField(max_length=100, blank=True, default="")
    coverage = models.CharField(max_length=300, blank=True, default="", help_text=_("The place the values speak of"))
    run = models.ForeignKey("tracks.ImportRun", on_delete=models.PROTECT, related_name="series")

    objects = models.Manager.from_queryset(SeriesQuerySet)()

    class Meta:
        verbose_name_plural = "series"
        constraints = (
            models.UniqueConstraint(fields=("city", "code", "unit"), name="series_once_per_unit"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(title=""), name="series_is_named"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def headline(self) -> list[Observation]:
        """The totals (values of no group), by year; else none."""
        whole = (row for row in self.observations.all() if not row.dimensions)
        return sorted(whole, key=lambda row: (row.year, row.position))

    @property
    def latest(self) -> Observation | None:
        """The newest total, else the first of the newest values there are."""
        rows = self.headline or sorted(self.observations.all(), key=lambda row: (row.year, -row.position))
        return rows[-1] if rows else None

    @property
    def years(self) -> tuple[int, int] | None:
        """First and last year with a value."""
        years = [row.year for row in self.observations.all()]
        return (min(years), max(years)) if years else None

    def as_embedded(self) -> dict[str, Any]:
        """What a snapshot keeps of this series: every value as its source wrote it, numbers as strings."""
        return {
            "id": str(self.id),
            "code": self.code,
            "title": self.title,
            "description": self.description,
            "unit": self.unit,
            "source": self.source,
            "source_url": self.source_url,
            "licence": self.licence,
            "coverage": self.coverage,
            "observations": [row.as_embedded() for row in sorted(self.observations.all(), key=_position)],
        }


class Observation(models.Model):
    """One value: as written (`value_raw`) and as a double for drawing; `period` is the year as written."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    series = models.ForeignKey("tracks.Series", on_delete=models.CASCADE, related_name="observations")
    position = models.PositiveIntegerField(help_text=_("Row of the source file, from 2"))
    period = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField(help_text=_("First year of the period"))
    value_raw = models.CharField(max_length=60)
    value = models.FloatField()
    dimensions = models.JSONField(default=dict)
    dimensions_key = models.CharField(max_length=600, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("series", "period", "dimensions_key"), name="observation_once"),
            models.CheckConstraint(condition=Q(year__gte=1800, year__lte=2200), name="observation_year_is_plausible"),
        )

    def __str__(self) -> str:
        return f"{self.period}: {self.value_raw}"

    def as_embedded(self) -> dict[str, Any]:
        """Period, value and dimensions as text."""
        return {
            "period": self.period,
            "year": str(self.year),
            "value": self.value_raw,
            "dimensions": {str(key): str(value) for key, value in self.dimensions.items()},
        }


def _position(row: Observation) -> tuple[int, str]:
    return row.position, str(row.id)
