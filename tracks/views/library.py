"""The doors of the library: tools and case studies, for everyone."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sdgcities.models import Country, Goal
from tracks.models import CaseStudy, Tool

ON_A_PAGE = 25
TRACKS = {
    "data": _("Data"),
    "strategic-planning": _("Strategic planning"),
    "institutional-effectiveness": _("Institutional effectiveness"),
    "finance": _("Finance and implementation"),
}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """What is in the library, by words, kind, track and goal; by name."""
    asked = request.GET
    text, kind, track, goal = (asked.get(name, "") for name in ("q", "kind", "track", "goal"))
    tools = Tool.objects.named(text).order_by("name", "slug") if kind in {"", "tool"} else Tool.objects.none()
    studies = CaseStudy.objects.named(text).order_by("title", "slug").select_related("tool")
    if kind == "tool":
        studies = studies.none()
    if track:
        tools, studies = tools.filter(track=track), studies.filter(tool__track=track)
    both: list[Tool | CaseStudy] = [*tools, *studies]
    found = [one for one in both if not goal or goal in one.sdgs]
    entries = [{"tool": one} if isinstance(one, Tool) else {"study": one} for one in found]
    shown = {
        "page": Paginator(entries, ON_A_PAGE).get_page(asked.get("page")),
        "asked": asked,
        "tracks": TRACKS.items(),
        "goals": Goal.objects.order_by("position"),
    }
    return render(request, "tracks/library/show.html", shown)


@require_safe
def tool(request: HttpRequest, slug: str) -> HttpResponse:
    """One tool, and what cities did with it."""
    found = get_object_or_404(Tool, slug=slug)
    shown = {
        "tool": found,
        "track": TRACKS.get(found.track, found.track),
        "goals": Goal.objects.filter(code__in=found.sdgs).order_by("position"),
        "studies": found.case_studies.order_by("title", "slug"),
    }
    return render(request, "tracks/library/tool.html", shown)


@require_safe
def study(request: HttpRequest, slug: str) -> HttpResponse:
    """One case study."""
    found = get_object_or_404(CaseStudy.objects.select_related("tool"), slug=slug)
    shown = {
        "study": found,
        "country": Country.objects.filter(pk=found.country_iso3).first(),
        "goals": Goal.objects.filter(code__in=found.sdgs).order_by("position"),
    }
    return render(request, "tracks/library/study.html", shown)
