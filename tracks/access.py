"""Who reaches what on the tracks floor: one accessor per model; for anyone else the thing does not exist."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404

from sdgcities import roles
from sdgcities.models import City, User
from tracks.models import Evidence, EvidenceVersion, ImportRun, Series

Person = User | AnonymousUser


def may_work(user: Person, city: City, *, at: datetime) -> bool:
    """Whether USER is an official of CITY at AT; being superuser changes nothing (R-B10)."""
    return any(roles.holds(user, role, at=at, city=city) for role in roles.CITY_ROLES)


def city_for(user: Person, slug: str, *, at: datetime) -> City:
    """The city at whose tracks USER works."""
    return get_object_or_404(roles.cities_of(user, at=at), slug=slug)


def evidence_for(user: Person, pk: UUID, *, at: datetime) -> Evidence:
    """A piece of evidence of USER's own city, its versions ready, newest first."""
    versions = EvidenceVersion.objects.select_related("uploaded_by").order_by("-number")
    of_mine = Evidence.objects.filter(city__in=roles.cities_of(user, at=at)).select_related("city")
    return get_object_or_404(of_mine.prefetch_related(Prefetch("versions", queryset=versions)), pk=pk)


def version_for(user: Person, pk: UUID, *, at: datetime) -> EvidenceVersion:
    """A version on the shelf of USER's own city."""
    of_mine = EvidenceVersion.objects.filter(evidence__city__in=roles.cities_of(user, at=at))
    return get_object_or_404(of_mine.select_related("evidence__city"), pk=pk)


def series_for(user: Person, pk: UUID, *, at: datetime) -> Series:
    """A series of USER's own city with its values ready."""
    of_mine = Series.objects.filter(city__in=roles.cities_of(user, at=at)).select_related("city", "run")
    return get_object_or_404(of_mine.prefetch_related("observations"), pk=pk)


def import_run_for(user: Person, pk: UUID, *, at: datetime) -> ImportRun:
    """An import into USER's own city."""
    of_mine = ImportRun.objects.filter(city__in=roles.cities_of(user, at=at)).select_related("city", "by")
    return get_object_or_404(of_mine, pk=pk)


def of_city(thing: Evidence | Series | ImportRun, slug: str) -> None:
    """The address names a city: it is the thing's own, or there is nothing."""
    if thing.city.slug != slug:
        raise Http404
