"""What waits for a person: one row for each act that is theirs to do now, in a fixed number of queries."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certification import rules
from certification.flow import State
from certification.models import (
    AgendaItem,
    Application,
    Attendance,
    Clarification,
    Declaration,
    FileCheck,
    Finding,
    Meeting,
    Objection,
    Part,
    Reconciliation,
    Recusal,
    Response,
    StageReport,
    Vote,
)
from sdgcities import jobs, roles
from sdgcities.models import User
from sdgcities.roles import Role

JUDGES = (Part.Kind.EVALUATOR, Part.Kind.LEAD, Part.Kind.FILE_CHECKER)
AT_WORK = (State.IN_REVIEW, State.CLARIFICATION)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do: whose case, what, where, and until when."""

    title: str
    what: str | Promise
    url_name: str
    kwargs: Mapping[str, object] = field(default_factory=dict)
    due_at: datetime | None = None
    zone: str = "UTC"


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """All that waits for USER at AT: what has a deadline first, then by title."""
    if not user.is_active:
        return []
    held = set(roles.running(at).filter(user=user).values_list("role", flat=True))
    found = [*_as_city(user, held, at=at), *_as_judge(user, at=at), *_as_committee(user, at=at)]
    if Role.SECRETARIAT in held:
        found += _as_secretariat()
    if held & {Role.SECRETARIAT, Role.ADMINISTRATOR}:
        found += _failed_jobs()
    return sorted(found, key=lambda one: (one.due_at is None, one.due_at or at, one.title, str(one.what)))


def _of(application: Application) -> str:
    return f"{application.city}: {application.reference}"


# --- the city


def _as_city(user: User, held: set[str], *, at: datetime) -> Iterator[Waiting]:
    if not held & set(roles.CITY_ROLES):
        return
    own = {"city__in": roles.cities_of(user, at=at)}
    answered = Response.objects.filter(application=OuterRef("pk"), cycle=OuterRef("cycle"), handed_in_at__isnull=False)
    cases = Application.objects.filter(**own, state__in=(State.DRAFT, State.RESPONDING)).select_related("city")
    for case in cases.annotate(answered=Exists(answered)):
        key = {"reference": case.reference}
        if case.state == State.DRAFT:
            begun = case.submitted_at is None
            what = (
                _("Complete your application and hand it in")
                if begun
                else _("Mend what was returned, and hand it in again")
            )
            yield Waiting(_of(case), what, "city-task-list", key)
        elif not case.answered:
            what = _("Read the draft report and respond")
            yield Waiting(_of(case), what, "city-respond", key, case.response_until, case.city.time_zone)
    asked = Clarification.objects.filter(
        application__city__in=own["city__in"], answered_at__isnull=True, lapsed_at__isnull=True
    )
    for one in asked.exclude(application__state=State.RETRACTED).select_related("application__city"):
        what = _("Answer the panel's question")
        zone = one.application.city.time_zone
        yield Waiting(_of(one.application), what, "city-clarify", {"pk": one.pk}, one.due_at, zone)


# --- the secretariat


def _as_secretariat() -> Iterator[Waiting]:
    checkers = Part.objects.filter(application=OuterRef("pk"), part=Part.Kind.FILE_CHECKER, ended_at__isnull=True)
    leads = Part.objects.filter(application=OuterRef("pk"), part=Part.Kind.LEAD, ended_at__isnull=True)
    evaluators = Count("parts", filter=Q(parts__part=Part.Kind.EVALUATOR, parts__ended_at__isnull=True))
    checked = FileCheck.objects.filter(
        application=OuterRef("pk"), recommendation=FileCheck.Recommendation.PROCEED, report__version=latest_version()
    )
    states = (State.SUBMITTED, State.SCREENING, State.REPORTED, State.FILE_CHECK, *AT_WORK)
    cases = Application.objects.filter(state__in=states).select_related("city")
    known = cases.annotate(has_checker=Exists(checkers), has_lead=Exists(leads), checked=Exists(checked))
    for case in known.annotate(evaluators=evaluators):
        if (what := _to_arrange(case)) is not None:
            yield Waiting(_of(case), what, "secretariat-case", {"reference": case.reference})
    yield from _without_third()
    objections = Objection.objects.filter(ruling=Objection.Ruling.OPEN).select_related("application__city")
    for one in objections.exclude(application__state=State.RETRACTED):
        yield Waiting(_of(one.application), _("Rule on an objection"), "secretariat-rule-on-objection", {"pk": one.pk})


def latest_version() -> Subquery:
    """The version of the case's newest signed report."""
    signed = StageReport.objects.filter(application=OuterRef("application"), draft=False).order_by("-version")
    return Subquery(signed.values("version")[:1])


def _without_third() -> Iterator[Waiting]:
    """Criteria on which two evaluators differ while the case has no further evaluator to ask (R-C5)."""
    judges = Q(application__parts__part=Part.Kind.EVALUATOR, application__parts__ended_at__isnull=True)
    filed = Finding.objects.filter(
        application__state__in=AT_WORK,
        cycle=F("application__cycle"),
        filed_at__isnull=False,
        set_aside_at__isnull=True,
    )
    differing = filed.values("application", "criterion").annotate(
        lowest=Min("result"),
        highest=Max("result"),
        thirds=Count("pk", filter=Q(third=True), distinct=True),
        judges=Count("application__parts", filter=judges, distinct=True),
    )
    stuck = differing.filter(lowest__lt=F("highest"), thirds=0, judges__lte=2).order_by("application", "criterion")
    found = list(stuck.values_list("application", "criterion"))
    cases = Application.objects.select_related("city").in_bulk([pk for pk, _criterion in found])
    for pk, criterion in found:
        what = str(_("The evaluators differ on %(criterion)s: add a third evaluator")) % {"criterion": criterion}
        yield Waiting(_of(cases[pk]), what, "secretariat-case", {"reference": cases[pk].reference})


def _to_arrange(case: Application) -> Promise | None:
    if case.state == State.SUBMITTED:
        return _("Begin to screen this application")
    if case.state == State.SCREENING:
        return _("Screen this application: accept or return it")
    if case.state == State.REPORTED:
        return None if case.has_checker else _("Name a file checker")  # type: ignore[attr-defined]  # annotated
    if case.state == State.FILE_CHECK:
        return _("The file is in order: put the case on a meeting's agenda") if case.checked else None  # type: ignore[attr-defined]  # annotated
    short = not case.has_lead or case.evaluators < 2  # type: ignore[attr-defined]  # noqa: PLR2004 - two for each criterion (R-C5), annotated
    return _("Find a new member of the panel") if short else None


def _failed_jobs() -> Iterator[Waiting]:
    if number := jobs.failed().count():
        what = ngettext("See why %(number)d job failed", "See why %(number)d jobs failed", number) % {"number": number}
        yield Waiting(gettext("Work in the background"), what, "jobs-list")


# --- panel and file check


def _as_judge(user: User, *, at: datetime) -> Iterator[Waiting]:
    parts = rules.assigned(user, at=at, among=JUDGES)
    running = parts.exclude(application__state__in=(State.DECIDED, State.RETRACTED)).select_related("application__city")
    told = Declaration.objects.filter(application=OuterRef("application"), person=user)
    mine = list(running.annotate(declared=Exists(told)))
    cases = [part.application_id for part in mine]
    own = Finding.objects.filter(
        application__in=cases, person=user, filed_at__isnull=True, set_aside_at__isnull=True
    ).order_by("criterion", "pk")
    cycles = {part.application_id: part.application.cycle for part in mine}
    open_findings: dict[UUID, list[Finding]] = {}
    for one in own:
        if one.cycle == cycles[one.application_id]:
            open_findings.setdefault(one.application_id, []).append(one)
    reconciled = _reconciled(cases)
    answered = set(
        Response.objects.filter(application__in=cases, handed_in_at__isnull=False).values_list(
            "application_id", "cycle"
        )
    )
    for part in mine:
        case, key = part.application, {"reference": part.application.reference}
        if not part.declared:
            yield Waiting(_of(case), _("Declare your interests"), "panel-declare", key)
        elif part.part == Part.Kind.EVALUATOR and case.state in AT_WORK:
            for one in open_findings.get(case.pk, ()):
                yield Waiting(_of(case), _filing(one), "panel-finding", {"pk": one.pk})
        elif part.part == Part.Kind.LEAD:
            yield from _as_lead(case, reconciled, (case.pk, case.cycle) in answered)
        elif part.part == Part.Kind.FILE_CHECKER and case.state in {State.REPORTED, State.FILE_CHECK}:
            yield Waiting(_of(case), _("Check the file and recommend"), "checker-case", key)


def _filing(finding: Finding) -> str:
    return str(_("File your finding on %(criterion)s")) % {"criterion": finding.criterion}


def _reconciled(cases: Iterable[UUID]) -> set[tuple[UUID, int, str]]:
    rows = Reconciliation.objects.filter(application__in=cases)
    return set(rows.values_list("application_id", "cycle", "criterion"))


def _as_lead(case: Application, reconciled: set[tuple[UUID, int, str]], answered: bool) -> Iterator[Waiting]:  # noqa: FBT001 - one of two states
    key = {"reference": case.reference}
    if case.state == State.IN_REVIEW:
        done = sum(pk == case.pk and cycle == case.cycle for pk, cycle, _criterion in reconciled)
        words = {"done": done}
        what = str(_("Follow the findings and reconcile them; %(done)s criteria reconciled so far")) % words
        yield Waiting(_of(case), what, "panel-case", key)
    if case.state == State.RESPONDING and answered:
        yield Waiting(_of(case), _("The city has responded: sign the report"), "panel-case", key)


# --- the committee


def _as_committee(user: User, *, at: datetime) -> Iterator[Waiting]:
    seats = list(
        rules.seats_in_term(user, at=at).filter(committee__isnull=False).values_list("committee_id", flat=True)
    )
    if not seats:
        return
    attended = Attendance.objects.filter(meeting=OuterRef("pk"), person=user)
    meetings = Meeting.objects.filter(committee__in=seats).exclude(state=Meeting.State.CLOSED)
    for one in meetings.annotate(attends=Exists(attended)):
        planned = one.state == Meeting.State.PLANNED
        if planned or not one.attends:
            what = (
                _("Read the papers of the coming meeting")
                if planned
                else _("Take your seat: the meeting is in session")
            )
            due = one.scheduled_at if planned else None
            yield Waiting(one.reference, what, "committee-meeting", {"reference": one.reference}, due)
    voted = Vote.objects.filter(item=OuterRef("pk"), person=user, voided_at__isnull=True)
    aside = Recusal.objects.filter(application=OuterRef("application"), person=user)
    items = AgendaItem.objects.filter(
        ~Exists(voted), ~Exists(aside), meeting__committee__in=seats, state=AgendaItem.State.OPEN
    )
    for item in items.select_related("meeting", "application__city"):
        key = {"meeting": item.meeting.reference, "reference": item.application.reference}
        yield Waiting(_of(item.application), _("Vote on this item"), "committee-item", key)
