"""Doors for everyone: the goals with their targets and indicators, countries, and where reference data comes from."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sdgcities import incomes, names
from sdgcities.models import City, Country, Goal, Indicator, Source, Target

ON_A_PAGE = 50
MOST = 100  # so many of a kind are shown for one search; the page says when there are more


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Where each set of reference data comes from."""
    return render(request, "sdgcities/public/sources.html", {"sources": Source.objects.order_by("subject", "key")})


@require_safe
def goals(request: HttpRequest) -> HttpResponse:
    """The 17 goals, or what of the framework holds the words that were asked for."""
    text = request.GET.get("q", "")
    shown: dict[str, Any] = {"text": text, "searched": bool(names.key(text))}
    if shown["searched"]:
        shown |= {
            "goals": Goal.objects.named(text).order_by("position"),
            "targets": Target.objects.named(text).order_by("position")[:MOST],
            "indicators": Indicator.objects.named(text).select_related("target").order_by("position")[:MOST],
            "most": MOST,
        }
    else:
        shown["goals"] = Goal.objects.annotate(
            of_targets=Count("targets", distinct=True), of_indicators=Count("targets__indicators", distinct=True)
        ).order_by("position")
    return render(request, "sdgcities/public/goals.html", shown)


@require_safe
def goal(request: HttpRequest, code: str) -> HttpResponse:
    """One goal with its targets and their indicators."""
    found = get_object_or_404(Goal, code=code)
    indicators = Prefetch("indicators", Indicator.objects.order_by("position"))
    targets = found.targets.order_by("position").prefetch_related(indicators)
    return render(request, "sdgcities/public/goal.html", {"goal": found, "targets": targets})


@require_safe
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator in all its languages."""
    found = get_object_or_404(Indicator.objects.select_related("target__goal"), code=code)
    return render(request, "sdgcities/public/indicator.html", {"indicator": found})


@require_safe
def countries(request: HttpRequest) -> HttpResponse:
    """Countries and territories by name in the reader's language, with the income group of today."""
    asked = request.GET
    rows = Country.objects.named(asked.get("q", ""))
    if region := asked.get("region", ""):
        rows = rows.filter(region=region)
    listed = sorted(rows.annotate(of_cities=Count("cities")), key=lambda one: (names.key(str(one)), one.iso3))
    page = Paginator(listed, ON_A_PAGE).get_page(asked.get("page"))
    groups = incomes.groups_of(list(page), on=timezone.now().date())
    entries = [{"country": one, "group": groups.get(one.pk)} for one in page]
    regions = Country.objects.exclude(region="").order_by("region").values_list("region", flat=True).distinct()
    shown = {"page": page, "entries": entries, "asked": asked, "regions": regions}
    return render(request, "sdgcities/public/countries.html", shown)


@require_safe
def country(request: HttpRequest, iso3: str) -> HttpResponse:
    """One country with its income groups, its cities and the mechanism that certifies them."""
    found = get_object_or_404(Country, iso3=iso3)
    cities = sorted(City.objects.filter(country=found), key=lambda one: (names.key(str(one)), one.slug))
    shown = {
        "country": found,
        "group": incomes.income_group(found, on=timezone.now().date()),
        "history": incomes.history(found),
        "cities": cities,
    }
    return render(request, "sdgcities/public/country.html", shown)
