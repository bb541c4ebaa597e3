"""One accessor per model of certification: it loads a row for a person, or there is no such row (404).

Rights follow from role and relation, read as queryset filters; what is given to one person on one case is read
through `sdgcities.access`. Being superuser gives nothing (R-B10); access ends with the assignment (R-H4).
"""

from collections.abc import Iterator
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404

from certification import rules
from certification.flow import State
from certification.models import (
    AgendaItem,
    Application,
    Certificate,
    Clarification,
    Decision,
    EvidenceLink,
    Finding,
    Mechanism,
    Meeting,
    Objection,
    Panel,
    Part,
    Seat,
    StageReport,
    Standard,
    Submission,
)
from sdgcities import access as permissions
from sdgcities import roles
from sdgcities.models import City, User
from sdgcities.roles import Role
from tracks.models import EvidenceVersion

M = TypeVar("M", bound=Model)

JUDGES = (Part.Kind.EVALUATOR, Part.Kind.LEAD, Part.Kind.FILE_CHECKER, Part.Kind.DECIDER)


def oversees(user: User, *, at: datetime) -> bool:
    """Whether USER reads every submitted case: secretariat and auditor."""
    return roles.holds(user, Role.SECRETARIAT, at=at) or roles.holds(user, Role.AUDITOR, at=at)


def applications_for(user: User, *, at: datetime) -> QuerySet[Application]:
    """The cases USER may open: own city's, assigned ones, those before one's committee; overseers all but drafts.

    What the person holds is read first, so that the database is asked for nothing that could not be theirs.
    """
    held = rules.standing(user, at=at) if user.is_active else None
    ways = list(_ways_in(user, held, at=at)) if held else []
    if not ways:
        return Application.objects.none()
    return Application.objects.filter(reduce(or_, ways)).select_related("city", "mechanism", "standard", "panel")


def _ways_in(user: User, held: rules.Standing, *, at: datetime) -> Iterator[Q]:
    submitted = Q(submitted_at__isnull=False)  # one given back stays in sight: what was handed in, never the new draft
    if held.cities:
        yield Q(city__in=held.cities)
    if held.oversees:
        yield submitted
        return  # nothing is judged or decided that was not submitted
    if held.judges:
        running = rules.assigned(user, at=at, held=held, among=JUDGES).filter(application=OuterRef("pk"))
        yield permissions.is_granted(user, "read_case", Application) & Exists(running)
    if held.committees:
        yield Q(pk__in=_papers(user, at=at).values("application_id")) & submitted


def _before_committee(user: User, *, at: datetime) -> QuerySet[AgendaItem]:
    committees = rules.seats_in_term(user, at=at).filter(committee__isnull=False).values("committee_id")
    items = AgendaItem.objects.filter(meeting__committee__in=committees)
    return items.exclude(application__recusals__person=user)


def _papers(user: User, *, at: datetime) -> QuerySet[AgendaItem]:
    """The items whose papers USER reads as a member: a city that took its application back took its papers with it."""
    return _before_committee(user, at=at).exclude(application__state=State.RETRACTED)


def application_for(user: User, reference: str, *, at: datetime) -> Application:
    """The case of REFERENCE for USER, or 404 without a hint that it exists."""
    return _one(applications_for(user, at=at).filter(reference=reference))


def is_official(user: User, city: City, *, at: datetime) -> bool:
    """Whether USER works for CITY now."""
    return user.is_active and roles.cities_of(user, at=at).filter(pk=city.pk).exists()


def own_application_for(user: User, reference: str, *, at: datetime) -> Application:
    """The city's own case for one of its officials, or 404."""
    return _one(
        Application.objects.filter(reference=reference, city__in=roles.cities_of(user, at=at)).select_related(
            "city", "mechanism", "standard", "panel"
        )
        if user.is_active
        else Application.objects.none()
    )


def case_as(user: User, reference: str, kind: Part.Kind, *, at: datetime) -> Application:
    """The case in which USER plays the part KIND now, or 404 (R-H4)."""
    application = application_for(user, reference, at=at)
    parts = rules.assigned(user, at=at, among=[kind]).filter(application=application)
    if not parts.exists() or not permissions.has(user, "read_case", application):
        raise Http404
    return application


def panel_parts_for(user: User, *, at: datetime) -> QuerySet[Part]:
    """USER's running parts on panels by a seat in term, with the right that was given on each case (R-B6, R-H4)."""
    seats = rules.seats_in_term(user, at=at).values_list("panel_id", "duty") if user.is_active else ()
    held = [(panel, duty) for panel, duty in seats if panel]
    if not held:
        return Part.objects.none()
    played = Q(part=Part.Kind.EVALUATOR, application__panel__in=[panel for panel, _duty in held])
    if led := [panel for panel, duty in held if duty == Seat.Duty.LEAD]:
        played |= Q(part=Part.Kind.LEAD, application__panel__in=led)
    right = permissions.is_granted(user, "read_case", Application, through="application")
    return Part.objects.filter(played, right, person=user, ended_at__isnull=True)


def judged_case_for(user: User, reference: str, *, at: datetime) -> Application:
    """The case for whoever judges it or sits where it is decided: they declare and stand aside; or 404 (R-B3, R-B4)."""
    application = application_for(user, reference, at=at)
    parts = rules.assigned(user, at=at, among=JUDGES).filter(application=application)
    if not parts.exists() and not _papers(user, at=at).filter(application_id=application.pk).exists():
        raise Http404
    return application


def desk_case_for(user: User, reference: str, *, at: datetime) -> Application:
    """The case for the secretariat's work on it, or 404."""
    if not (user.is_active and roles.holds(user, Role.SECRETARIAT, at=at)):
        raise Http404
    return application_for(user, reference, at=at)


def stands_as_handed_in(application: Application) -> bool:
    """Whether the case's rows are what was handed in: a draft is the city's alone, also one that it took back."""
    if application.state == State.RETRACTED:
        return not application.steps.filter(source=State.DRAFT, target=State.RETRACTED).exists()
    return application.state != State.DRAFT


def links_for(user: User, application: Application, *, at: datetime) -> QuerySet[EvidenceLink]:
    """The evidence of a case that USER may read: the city its own, the secretariat to screen, judges as declared (R-B3)."""
    links = EvidenceLink.objects.filter(application=application).select_related("version__evidence")
    own = is_official(user, application.city, at=at)
    screens = roles.holds(user, Role.SECRETARIAT, at=at) and stands_as_handed_in(application)
    reads = own or screens or rules.may_read_evidence(user, application, at=at)
    return links if reads and user.is_active else links.none()


def version_for(user: User, application: Application, pk: UUID, *, at: datetime) -> EvidenceVersion:
    """One evidence version of a case for USER, or 404 (R-B3, R-H4)."""
    readable = links_for(user, application, at=at).filter(version_id=pk)
    return _one(EvidenceVersion.objects.filter(pk__in=readable.values("version_id")).select_related("evidence"))


def submissions_for(user: User, application: Application, *, at: datetime) -> QuerySet[Submission]:
    """What was handed in of a case: for the city, overseers, and judges who declared (R-B3)."""
    submissions = Submission.objects.filter(application=application)
    inside = is_official(user, application.city, at=at) or oversees(user, at=at)
    return submissions if inside or rules.may_read_evidence(user, application, at=at) else submissions.none()


def submission_for(user: User, reference: str, number: int, *, at: datetime) -> Submission:
    """A frozen submission: for the city, the secretariat, and judges who declared (R-B3)."""
    application = application_for(user, reference, at=at)
    return _one(submissions_for(user, application, at=at).filter(number=number))


def must_declare(user: User, application: Application, *, at: datetime) -> bool:
    """Whether USER may open the case only to judge it, and so declares before reading anything of it (R-B3)."""
    return not (is_official(user, application.city, at=at) or oversees(user, at=at))


def findings_for(user: User, application: Application, *, at: datetime) -> QuerySet[Finding]:
    """The findings of the running cycle that USER may read: an evaluator's own; the lead's panel's, once all are in.

    Who judges is blind until every evaluator of the criterion has filed (R-C5); nobody else reads findings by person.
    """
    findings = Finding.objects.filter(application=application, cycle=application.cycle, set_aside_at__isnull=True)
    if not rules.may_read_evidence(user, application, at=at):
        return findings.none()
    if not rules.assigned(user, at=at, among=[Part.Kind.LEAD]).filter(application=application).exists():
        return findings.filter(person=user)
    criteria = application.standard.content.stage(application.stage).criteria
    seen = [one.key for one in criteria if rules.may_see_findings(user, application, one.key)]
    return findings.filter(criterion__in=seen, filed_at__isnull=False)


def finding_for(user: User, pk: UUID, *, at: datetime) -> Finding:
    """An evaluator's own finding, or 404; others' are read where `rules.may_see_findings` says so (R-C5)."""
    own = Finding.objects.filter(pk=pk, person=user, set_aside_at__isnull=True).select_related("application__city")
    finding = _one(own)
    if not rules.may_read_evidence(user, finding.application, at=at):
        raise Http404
    return finding


def clarification_for(user: User, pk: UUID, *, at: datetime) -> Clarification:
    """A question to the city, for its officials, or 404."""
    cities = roles.cities_of(user, at=at)
    return _one(Clarification.objects.filter(pk=pk, application__city__in=cities).select_related("application__city"))


def objection_for(user: User, pk: UUID, *, at: datetime) -> Objection:
    """An objection for the secretariat that rules on it, or 404 (R-B5)."""
    if not roles.holds(user, Role.SECRETARIAT, at=at):
        raise Http404
    return _one(Objection.objects.filter(pk=pk).select_related("application__city", "person"))


def all_reports_for(user: User, *, at: datetime) -> QuerySet[StageReport]:
    """The reports that USER may read, of whichever case.

    The city and the panel lead read drafts too; judges who declared, overseers and committee members who did not
    stand aside read the signed ones.
    """
    if not user.is_active:
        return StageReport.objects.none()
    declared = rules.declarations(user).values("application_id")
    given = permissions.granted(user, "read_case", Application.objects.filter(pk__in=declared)).values("pk")
    judged = rules.assigned(user, at=at, among=JUDGES).filter(application__in=given)
    own = Q(application__city__in=roles.cities_of(user, at=at))
    led = Q(application__in=judged.filter(part=Part.Kind.LEAD).values("application_id"))
    sits = _papers(user, at=at).filter(application__in=declared).values("application_id")
    signed = Q(application__in=judged.values("application_id")) | Q(application__in=sits)
    if oversees(user, at=at):
        signed = Q()
    readable = own | led | (signed & Q(draft=False))
    return StageReport.objects.filter(readable).select_related("application__city")


def reports_for(user: User, application: Application, *, at: datetime) -> QuerySet[StageReport]:
    """The reports of a case that USER may read."""
    return all_reports_for(user, at=at).filter(application=application)


def report_for(user: User, reference: str, version: int, *, draft: bool, at: datetime) -> StageReport:
    """One report of a case for USER, or 404."""
    application = application_for(user, reference, at=at)
    return _one(reports_for(user, application, at=at).filter(version=version, draft=draft))


def meetings_for(user: User, *, at: datetime) -> QuerySet[Meeting]:
    """The meetings USER may open: of one's own committee, or all for secretariat and auditor."""
    if not user.is_active:
        return Meeting.objects.none()
    meetings = Meeting.objects.select_related("committee", "mechanism")
    if oversees(user, at=at):
        return meetings
    committees = rules.seats_in_term(user, at=at).filter(committee__isnull=False).values("committee_id")
    return meetings.filter(committee__in=committees)


def meeting_for(user: User, reference: str, *, at: datetime) -> Meeting:
    """The meeting of REFERENCE for USER, or 404."""
    return _one(meetings_for(user, at=at).filter(reference=reference))


def item_for(user: User, meeting_reference: str, reference: str, *, at: datetime) -> AgendaItem:
    """One application's item at a meeting for USER, or 404."""
    meeting = meeting_for(user, meeting_reference, at=at)
    items = AgendaItem.objects.filter(meeting=meeting, application__reference=reference)
    return _one(items.select_related("application__city", "application__standard", "report", "meeting__committee"))


def decision_for(user: User, reference: str, *, at: datetime) -> Decision:
    """A decision by its own reference: for its city, overseers, and who of the committee did not stand aside; or 404."""
    decisions = Decision.objects.filter(reference=reference).select_related("application__city", "item__meeting")
    decision = _one(decisions)
    inside = is_official(user, decision.application.city, at=at) or oversees(user, at=at)
    decides = _before_committee(user, at=at).filter(pk=decision.item_id)
    if not inside and not decides.exists():
        raise Http404
    return decision


def panels_for(user: User, *, at: datetime) -> QuerySet[Panel]:
    """The panels the secretariat keeps rosters of."""
    keeps = user.is_active and roles.holds(user, Role.SECRETARIAT, at=at)
    return Panel.objects.select_related("mechanism") if keeps else Panel.objects.none()


def seats_for(user: User, *, at: datetime) -> QuerySet[Seat]:
    """The seats the secretariat keeps."""
    keeps = user.is_active and roles.holds(user, Role.SECRETARIAT, at=at)
    return Seat.objects.select_related("person", "panel", "committee") if keeps else Seat.objects.none()


def mechanisms_for(user: User, *, at: datetime) -> QuerySet[Mechanism]:
    """The active mechanisms; anyone signed in may know them."""
    return Mechanism.objects.filter(active=True) if user.is_active else Mechanism.objects.none()


def cities_for(user: User | AnonymousUser, *, at: datetime) -> QuerySet[City]:
    """The cities USER may know of: those in the register, one's own, those of the cases one may open; the house all."""
    if isinstance(user, User) and roles.runs_the_house(user, at=at):
        return City.objects.all()
    known = Q(pk__in=Certificate.objects.values("city_id"))
    if isinstance(user, User) and user.is_active:
        known |= Q(pk__in=roles.cities_of(user, at=at).values("pk"))
        known |= Q(pk__in=applications_for(user, at=at).values("city_id"))
    return City.objects.filter(known)


def standards() -> QuerySet[Standard]:
    """The published standards: for everyone, signed in or not (R-A3)."""
    return Standard.objects.all()


def certificates() -> QuerySet[Certificate]:
    """The public register: for everyone, signed in or not (R-E7)."""
    return Certificate.objects.select_related("city__country", "mechanism")


def certificates_for(user: User, *, at: datetime) -> QuerySet[Certificate]:
    """The certificates of the cases that USER may open."""
    return certificates().filter(application__in=applications_for(user, at=at).values("pk"))


def certificate(reference: str) -> Certificate:
    """One certificate of the public register, or 404."""
    return _one(certificates().filter(reference=reference))


def _one(queryset: QuerySet[M]) -> M:
    found = queryset.first()
    if found is None:
        raise Http404
    return found
