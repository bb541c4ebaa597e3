"""The library: tools that can close a gap and case studies of cities that used them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models

from sdgcities.managers import NamedQuerySet


class ToolQuerySet(NamedQuerySet["Tool"]):
    """Reading the catalogue."""

    def known_as(self, slugs: list[str]) -> ToolQuerySet:
        """The tools with these slugs."""
        return self.filter(slug__in=slugs).order_by("slug")


class Tool(models.Model):
    """A tool, method, course or service a city can use."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.SlugField(max_length=100, unique=True)
    name = models.CharField(max_length=300)
    owner = models.CharField(max_length=300)
    track = models.CharField(max_length=40)
    themes = models.JSONField(default=list)
    sdgs = models.JSONField(default=list)
    summary = models.TextField()
    access_url = models.CharField(max_length=500, blank=True, default="")
    source_url = models.CharField(max_length=500, blank=True, default="")
    note = models.TextField(blank=True, default="")
    name_key = models.TextField(editable=False, default="")

    objects = ToolQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def as_embedded(self) -> dict[str, Any]:
        """What a snapshot keeps of a tool."""
        return {
            "slug": self.slug,
            "name": self.name,
            "owner": self.owner,
            "track": self.track,
            "themes": [str(theme) for theme in self.themes],
            "summary": self.summary,
            "access_url": self.access_url,
            "source_url": self.source_url,
        }


class CaseStudy(models.Model):
    """What one city did with a tool and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=300)
    city_name = models.CharField(max_length=200)
    country_iso3 = models.CharField(max_length=3, blank=True, default="")
    tool = models.ForeignKey("tracks.Tool", on_delete=models.SET_NULL, null=True, related_name="case_studies")
    themes = models.JSONField(default=list)
    sdgs = models.JSONField(default=list)
    summary = models.TextField()
    result = models.TextField(blank=True, default="")
    year = models.PositiveSmallIntegerField(null=True)
    source_url = models.CharField(max_length=500, blank=True, default="")
    name_key = models.TextField(editable=False, default="")

    objects = NamedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "case studies"

    def __str__(self) -> str:
        return self.title
