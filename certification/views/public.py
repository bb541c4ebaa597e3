"""Doors for everyone: home, the scheme, the register and its certificates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from certification import access, paperwork, rules, search
from certification.models import Certificate, Mechanism, Standard
from certification.policy import Policy, policy_of
from certification.standard import Standard as Content
from sdgcities import canonical, following
from sdgcities.errors import Refused
from sdgcities.models import Country

ON_A_PAGE = 25
KINDS = {
    Certificate.Status.ACTIVE.value: "good",
    Certificate.Status.SUPERSEDED.value: "neutral",
    Certificate.Status.EXPIRED.value: "neutral",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is."""
    content = _published()
    return render(request, "certification/public/home.html", {"standard": content, "wheel": _whole_wheel(content)})


@require_safe
def scheme(request: HttpRequest) -> HttpResponse:
    """The criteria, the procedure, rights and duties, readable without signing in (17065 4.6)."""
    standard = _latest()
    policy = _policy()
    shown = {"published": standard, "standard": _published(), "policy": policy}
    return render(request, "certification/public/scheme.html", shown)


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The public register: every certificate, found by city, level, country or status; never ranked (R-A5)."""
    at, asked = timezone.now(), request.GET
    sort, refusal = asked.get("sort") or "name", ""
    try:
        rules.sorts_by_no_score(sort)
    except Refused as refused:
        sort, refusal = "name", str(refused)
    rows = search.found(access.certificates(), asked.get("q", ""), asked.get("level", ""), asked.get("country", ""))
    rows = search.standing(rows, asked.get("status", ""), at)
    page = Paginator(rows.order_by(*_order(sort)), ON_A_PAGE).get_page(asked.get("page"))
    levels = {stage.level: stage.level_title for stage in _stages()}
    entries = [{"certificate": one, "level": levels.get(one.level, one.level), **_status(one, at)} for one in page]
    shown = {
        "page": page,
        "entries": entries,
        "asked": asked,
        "sort": sort,
        "refusal": refusal,
        "filtered": any(asked.get(name) for name in ("q", "level", "country", "status")),
        "levels": list(levels.items()),
        "countries": _countries(),
        "statuses": Certificate.Status.choices,
    }
    return render(request, "certification/public/register.html", shown)


@require_safe
def certificate(request: HttpRequest, reference: str) -> HttpResponse:
    """One certificate with its history."""
    at = timezone.now()
    found = access.certificate(reference)
    document = canonical.load(found.text)
    content = found.application.standard.told(get_language() or "en")
    held = [stage.key for stage in content.stages]
    reached = set(held[: held.index(found.stage) + 1])
    shown = {
        "certificate": found,
        "name": _name(found),
        "document": document,
        "standard": content,
        "stage": content.stage(found.stage),
        "wheel": _wheel(content, reached),
        "history": found.history.order_by("at", "pk"),
        "progress": following.of(paperwork.certificate(found)),
        **_status(found, at),
    }
    return render(request, "certification/public/certificate.html", shown)


@require_safe
def certificate_json(request: HttpRequest, reference: str) -> HttpResponse:
    """The certificate's document as it was issued: its SHA-256 is the digest in the register."""
    found = access.certificate(reference)
    return HttpResponse(found.text, content_type="application/json; charset=utf-8")


@require_safe
def certificate_pdf(request: HttpRequest, reference: str) -> FileResponse | HttpResponse:
    """The certificate on paper; until it is printed, how far it is."""
    return following.answer(request, paperwork.certificate(access.certificate(reference)))


# --- what they share


def _name(found: Certificate) -> str:
    """The holder's name as readers know the city; a holder that is not the city by its own name stays as on the paper."""
    return str(found.city) if found.holder == found.city.name else found.holder


def _latest() -> Standard | None:
    return Standard.objects.filter(base__isnull=True).order_by("-published_at", "-version", "pk").first()


def _published() -> Content | None:
    latest = _latest()
    return latest.told(get_language() or "en") if latest else None


def _stages() -> Sequence[Any]:
    content = _published()
    return content.stages if content else ()


def _policy() -> Policy:
    mechanism = Mechanism.objects.filter(kind=Mechanism.Kind.GLOBAL, active=True).order_by("key").first()
    return policy_of(mechanism.policy if mechanism else {})


def _wheel(content: Content, reached: set[str]) -> list[dict[str, str]]:
    return [
        {"key": criterion.key, "level": stage.level, "state": "met" if stage.key in reached else "open"}
        for stage in content.stages
        for criterion in stage.criteria
    ]


def _whole_wheel(content: Content | None) -> list[dict[str, str]]:
    return _wheel(content, {stage.key for stage in content.stages}) if content else []


def _order(sort: str) -> list[str]:
    order = search.ORDERS[sort.removeprefix("-")]
    if not sort.startswith("-"):
        return list(order)
    return [one[1:] if one.startswith("-") else f"-{one}" for one in order]


def _status(found: Certificate, at: datetime) -> dict[str, Any]:
    """The certificate's status and its days."""
    status = search.status_of(found.status, found.expires_at, at)
    zone = ZoneInfo(found.city.time_zone)  # a day ends where the city is
    days = {name: getattr(found, f"{name}_at").astimezone(zone).date() for name in ("granted", "effective", "expires")}
    return {"status": status.label, "kind": KINDS[status.value], "days": days}


def _countries() -> list[tuple[str, str]]:
    held = Country.objects.filter(cities__certificates__isnull=False).distinct()
    return sorted(((one.iso3, str(one)) for one in held), key=lambda pair: pair[1])
