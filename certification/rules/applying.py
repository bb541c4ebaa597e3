"""What a city's application needs before it moves (R-A1, R-A5, R-C1 to R-C4, R-C7, R-D5)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from certification import territory
from certification.flow import State
from certification.models import Application, Certificate, EvidenceLink, Mandate, Scope, Standard
from certification.rules.registry import rule
from certification.standard import Requirement
from sdgcities.deadlines import in_time
from sdgcities.errors import Refused

SORTS = ("name", "country", "date")


@rule("R-A1")
def standard_is_new(key: str, version: str, digest: str) -> None:
    """Refuse to publish other words under a version that stands already (R-A1)."""
    published = Standard.objects.filter(key=key, version=version).first()
    if published is not None and published.digest != digest:
        raise Refused(
            _("Version %(version)s of this standard is published and cannot change. Give the new text a new version.")
            % {"version": version},
            "R-A1",
        )


@rule("R-A5")
def sorts_by_no_score(sort: str) -> None:
    """Refuse any order but name, country or date: certification is never a ranking (R-A5, EB4 §5)."""
    if sort.removeprefix("-") not in SORTS:
        raise Refused(_("Cities are listed by name, country or date only. Choose one of these."), "R-A5")


@rule("R-C1")
def delegate_is_mandated(application: Application) -> None:
    """Refuse a submission without the signed letter that names the delegate (R-C1)."""
    if not Mandate.objects.filter(application=application).exists():
        raise Refused(
            _("Add the signed letter that names the mayor's delegate and the departments that take part."), "R-C1"
        )


@rule("R-C1")
def mandate_is_verified(application: Application) -> None:
    """Refuse review before the secretariat verified the mandate through a channel it looked up itself (R-C1)."""
    if not Mandate.objects.filter(application=application, verified_at__isnull=False).exists():
        raise Refused(
            _("Verify the city's mandate first: say through which channel, looked up by yourself, you confirmed it."),
            "R-C1",
        )


@rule("R-C1")
def return_has_reasons(reasons: str) -> None:
    """Refuse to return an application without reasons (R-C1, 17065 7.3)."""
    if not reasons.strip():
        raise Refused(_("Say what is missing, so that the city knows what to do."), "R-C1")


@rule("R-C2")
def scope_is_whole(application: Application) -> None:
    """Refuse a submission whose territorial unit is not defined (R-C2, EB4 §39)."""
    scope = Scope.objects.filter(application=application).first()
    if scope is None or not (scope.boundary.strip() and scope.authority.strip() and scope.population_source.strip()):
        raise Refused(
            _("Describe the territory first: its boundary, its authority, and its population with year and source."),
            "R-C2",
        )


def scope_faults(told: Mapping[str, Any], *, at: datetime) -> dict[str, str]:
    """What cannot be so in a territory TOLD on the day of AT, by field (R-C2)."""
    faults = {}
    people, year = told.get("population"), told.get("population_year")
    if people is not None and not territory.is_population(people):
        faults["population"] = _("Give the number of inhabitants: at least 1, and at most 100 000 million.")
    if year is not None and not territory.is_year(year, now=at.year):
        faults["population_year"] = _("Give the year of the count or estimate: from 1800 to this year.")
    if told.get("boundary_kind") == Scope.BoundaryKind.POLYGON and not territory.is_area(told.get("boundary", "")):
        faults["boundary"] = _(
            "This is no GeoJSON of an area. Paste a Polygon or MultiPolygon in degrees, each ring closed, "
            "or choose another way to give the boundary."
        )
    return faults


@rule("R-C2")
def scope_is_possible(told: Mapping[str, Any], *, at: datetime) -> None:
    """Refuse a territory that cannot be: nobody in it, counted in a year to come, or with a boundary no map can draw (R-C2)."""
    if faults := scope_faults(told, at=at):
        raise Refused(" ".join(faults.values()), "R-C2")


@rule("R-C3")
def evidence_is_open(application: Application) -> None:
    """Refuse to change evidence of a submitted application but by a new version (R-C3)."""
    if application.state not in {"draft", "clarification", "responding"}:
        raise Refused(
            _("This application is submitted, so its evidence cannot change. You can add versions when you are asked."),
            "R-C3",
        )


HANDING_IN = ("submit", "clarified", "responded")  # the steps with which a city hands evidence in


@rule("R-C3")
def link_is_open(link: EvidenceLink, application: Application) -> None:
    """Refuse to take away what was handed in: with the submission, an answer or the response (R-C3)."""
    if application.state == State.DRAFT:
        return
    last = application.steps.filter(move__in=HANDING_IN).aggregate(last=Max("at"))["last"] or application.submitted_at
    if last is None or link.linked_at <= last:
        raise Refused(_("This evidence is part of what you handed in and stays. You can add a newer version."), "R-C3")


def months_between(earlier: date, later: date) -> int:
    """Whole calendar months from EARLIER to LATER, rounded down."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months - 1 if later.day < earlier.day else months


def is_stale(requirement: Requirement, dated_on: date | None, *, at: datetime) -> bool:
    """Whether a document of DATED_ON is older than REQUIREMENT allows on the day of AT (R-C4)."""
    if requirement.fresh_months is None:
        return False
    return dated_on is None or months_between(dated_on, at.date()) >= requirement.fresh_months


@rule("R-C7")
def response_in_time(application: Application, *, at: datetime) -> None:
    """Refuse a response after its round ended; the last instant itself is in time (R-C7)."""
    if application.response_until is None or not in_time(at, application.response_until):
        raise Refused(_("The time for your response has ended. The panel lead now signs the report."), "R-C7")


@rule("R-C7")
def extends_once(application: Application, reason: str) -> None:
    """Refuse a second extension, or one without a reason (R-C7)."""
    if application.response_extended:
        raise Refused(
            _(
                "The time for the response has been extended once already; it cannot be again. Respond before it is over."
            ),
            "R-C7",
        )
    if not reason.strip():
        raise Refused(_("Say why the city needs more time."), "R-C7")


@rule("R-C7")
def city_has_answered(application: Application, *, at: datetime) -> None:
    """Refuse to sign the report before the city responded or its time ran out (R-C7)."""
    answered = application.responses.filter(cycle=application.cycle, handed_in_at__isnull=False).exists()
    running = application.response_until is None or in_time(at, application.response_until)
    if not answered and running:
        raise Refused(_("The city still has time to respond. Sign when it has, or when its time is over."), "R-C7")


@rule("R-D5")
def level_below_is_held(application: Application, *, at: datetime, granted_now: frozenset[str] = frozenset()) -> None:
    """Refuse a grant of level n without an active certificate of n-1, or its grant earlier in this meeting (R-D5)."""
    stages = application.standard.content.stages
    place = [stage.key for stage in stages].index(application.stage)
    if place == 0:
        return
    below = stages[place - 1]
    active = Certificate.objects.filter(
        city=application.city, stage=below.key, status=Certificate.Status.ACTIVE, expires_at__gte=at
    )
    if below.key not in granted_now and not active.exists():
        raise Refused(
            _("This level needs an active certificate of the level below it (%(level)s). Decide on that one first.")
            % {"level": below.level},
            "R-D5",
        )


@rule("R-D5")
def level_below_is_under_way(application: Application, *, at: datetime) -> None:
    """Refuse to screen in level n unless level n-1 is active or under way (R-D5)."""
    stages = application.standard.content.stages
    place = [stage.key for stage in stages].index(application.stage)
    if place == 0:
        return
    below = stages[place - 1].key
    under_way = Application.objects.filter(city=application.city, stage=below).exclude(
        state__in=("draft", "decided", "retracted")
    )
    active = Certificate.objects.filter(
        city=application.city, stage=below, status=Certificate.Status.ACTIVE, expires_at__gte=at
    )
    if not under_way.exists() and not active.exists():
        raise Refused(
            _(
                "The level below must be certified or under way before this one is reviewed. Return the application and say so."
            ),
            "R-D5",
        )


@rule("R-D5")
def level_is_free(application: Application, *, at: datetime) -> None:
    """Refuse a level that the city holds by an active certificate, its own or that of a higher level (R-D5)."""
    stages = application.standard.content.stages
    place = [stage.key for stage in stages].index(application.stage)
    including = [stage.key for stage in stages[place:]]
    held = Certificate.objects.filter(
        city=application.city, stage__in=including, status=Certificate.Status.ACTIVE, expires_at__gte=at
    )
    if (active := held.order_by("-granted_at", "reference").first()) is not None:
        raise Refused(
            _("The city holds this level by certificate %(reference)s, which is active. Apply for a higher level.")
            % {"reference": active.reference},
            "R-D5",
        )
