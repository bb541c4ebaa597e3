"""Who sits for an item and who presides over it (R-B1, R-B3, R-B4, R-B6, R-B8, R-B10, R-D1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID

from django.db.models import Min, Q
from django.utils.translation import gettext as _

from certification.flow import State
from certification.models import AgendaItem, Application, Attendance, Declaration, Meeting, Part, Recusal, Seat, Vote
from certification.rules.parts import (
    must_have_declared,
    not_recused,
    part_is_free,
    secretariat_stays_out,
)
from certification.rules.registry import rule
from sdgcities import roles
from sdgcities.errors import Refused
from sdgcities.models import Membership, User
from sdgcities.roles import Role


@dataclass(frozen=True, slots=True)
class Known:
    """What stands against people at the items of a meeting, read once for all of them."""

    apart: Mapping[tuple[UUID, UUID], datetime]  # case and person: since when they stand aside or play another part
    out: frozenset[UUID]  # closed accounts, the secretariat and administrators: no item at all


def known_against(cases: Iterable[UUID], people: Iterable[UUID], *, at: datetime) -> Known:
    """What stands against PEOPLE at the items of CASES, in a fixed number of queries (R-B1, R-B4, R-B10)."""
    persons = list(people)
    return Known(_apart(list(cases), persons), _out(persons, at=at))


def _out(persons: list[UUID], *, at: datetime) -> frozenset[UUID]:
    """Who of PERSONS judges nothing: closed accounts, the secretariat and administrators (R-B10)."""
    house = roles.running(at).filter(role__in=(Role.SECRETARIAT, Role.ADMINISTRATOR))
    flagged = Q(is_active=False) | Q(is_superuser=True) | Q(is_staff=True) | Q(pk__in=house.values("user_id"))
    return frozenset(User.objects.filter(flagged, pk__in=persons).values_list("pk", flat=True))


def _apart(applications: list[UUID], persons: list[UUID]) -> dict[tuple[UUID, UUID], datetime]:
    """Since when PERSONS stand aside from APPLICATIONS, play another part in them or work for their city."""
    apart: dict[tuple[UUID, UUID], datetime] = {}
    told = {"application__in": applications, "person__in": persons}
    rows = [
        *Recusal.objects.filter(**told).values_list("application_id", "person_id", "at"),
        *Part.objects.filter(**told)
        .exclude(part=Part.Kind.DECIDER)
        .values_list("application_id", "person_id", "started_at"),
        *_of_the_city(applications, persons),
    ]
    for application, person, since in rows:
        key = (application, person)
        apart[key] = min(apart.get(key, since), since)
    return apart


def _of_the_city(applications: list[UUID], persons: list[UUID]) -> list[tuple[UUID, UUID, datetime]]:
    works = Membership.objects.filter(user__in=persons, city__applications__in=applications)
    rows = works.values_list("city__applications", "user_id", "starts_on")
    return [(application, person, datetime.combine(day, time(), UTC)) for application, person, day in rows]


@rule("R-B1", "R-B4", "R-B8", "R-B10", allows=True)
def sits(seat: Seat, item: AgendaItem, known: Known, *, at: datetime) -> bool:
    """Whether the member of SEAT sits for ITEM: in term, not aside, no other part, not of the city or the house.

    Of a settled item it says who sat when it was settled: closed minutes do not change.
    """
    moment = item.closed_at or at
    apart = known.apart.get((item.application_id, seat.person_id))
    free = item.closed_at is not None or seat.person_id not in known.out
    return free and seat.starts_on <= moment.date() <= seat.ends_on and (apart is None or apart > moment)


def sitting(item: AgendaItem, *, at: datetime) -> list[Seat]:
    """The seats present at ITEM whose members sit for it, by name (R-B4, R-B8)."""
    present = Attendance.objects.filter(meeting=item.meeting_id, arrived_at__lte=item.closed_at or at)
    seats = [one.seat for one in present.select_related("seat__person").order_by("seat__person__name", "pk")]
    known = known_against([item.application_id], [seat.person_id for seat in seats], at=at)
    return [seat for seat in seats if sits(seat, item, known, at=at)]


def counted(item: AgendaItem) -> list[Vote]:
    """The votes that count: not void, and of nobody who was out of the item before it was settled (R-B1, R-B4)."""
    votes = Vote.objects.filter(item=item, voided_at__isnull=True).select_related("seat", "person").order_by("at", "pk")
    cast = list(votes)
    apart = _apart([item.application_id], [vote.person_id for vote in cast])
    since = {person: moment for (_case, person), moment in apart.items()}
    return [vote for vote in cast if not _was_out(since.get(vote.person_id), item.closed_at)]


def _was_out(since: datetime | None, closed_at: datetime | None) -> bool:
    return since is not None and (closed_at is None or since <= closed_at)


# --- the chair


def _chairs(meeting: Meeting, *, at: datetime) -> list[Seat]:
    """The chair's seats in term that were there when MEETING was opened; one, as a rule."""
    day = at.date()
    seats = Seat.objects.filter(
        committee=meeting.committee_id, duty=Seat.Duty.CHAIR, starts_on__lte=day, ends_on__gte=day
    ).select_related("person")
    opened = meeting.opened_at
    return [one for one in seats if opened is None or one.made_at is None or one.made_at <= opened]


def _longest_seated(meeting: Meeting, people: Iterable[UUID]) -> UUID | None:
    """Who of PEOPLE came into the committee first; of several, who came into the meeting first."""
    since = Min("person__seats__starts_on", filter=Q(person__seats__committee=meeting.committee_id))
    present = Attendance.objects.filter(meeting=meeting, person__in=list(people)).annotate(since=since)
    first = present.order_by("since", "arrived_at", "pk").first()
    return first.person_id if first else None


def presiding(item: AgendaItem, *, at: datetime) -> set[UUID]:
    """Who presides over ITEM: the chair; where the chair cannot sit for it, the longest-seated declared member."""
    chairs = _chairs(item.meeting, at=at)
    known = known_against([item.application_id], [seat.person_id for seat in chairs], at=at)
    able = {seat.person_id for seat in chairs if sits(seat, item, known, at=at)}
    if able:
        return able
    declared = Declaration.objects.filter(application=item.application_id, conflict=False)
    there = declared.filter(person__in=[seat.person_id for seat in sitting(item, at=at)])
    first = _longest_seated(item.meeting, there.values_list("person_id", flat=True))
    return {first} if first else set()


@rule("R-D1")
def presides(person: User, item: AgendaItem, *, at: datetime) -> None:
    """Refuse whoever does not preside over ITEM: free of every other part, declared, present (R-B1, R-B3, R-B4, R-B10)."""
    secretariat_stays_out(person, Part.Kind.DECIDER, at=at)
    not_recused(person, item.application)
    part_is_free(person, item.application, Part.Kind.DECIDER)
    if person.pk not in presiding(item, at=at):
        raise Refused(
            _(
                "Only the committee's chair can do this, or the longest-seated member where the chair stands aside. Ask them."
            ),
            "R-D1",
        )
    if not Attendance.objects.filter(meeting=item.meeting_id, person=person).exists():
        raise Refused(_("Say on the meeting's page that you are present first."), "R-D1")
    must_have_declared(person, item.application)


@rule("R-D1")
def chairs_meeting(person: User, meeting: Meeting, *, at: datetime) -> None:
    """Refuse whoever does not chair MEETING: the chair, or the longest-seated member where there is no chair (any more)."""
    secretariat_stays_out(person, Part.Kind.DECIDER, at=at)
    chairs = [seat.person_id for seat in _chairs(meeting, at=at)]
    able = set(chairs) - _out(chairs, at=at)
    if not able:
        day = at.date()
        seats = Attendance.objects.filter(meeting=meeting, seat__starts_on__lte=day, seat__ends_on__gte=day)
        present = list(seats.values_list("person_id", flat=True))
        first = _longest_seated(meeting, set(present) - _out(present, at=at))
        able = {first} if first else set()
    if person.pk not in able:
        raise Refused(_("Only the committee's chair can do this. Ask the chair."), "R-D1")


@rule("R-D1")
def case_is_before_committee(application: Application) -> None:
    """Refuse a vote on a case that is not on the agenda any more: taken back, or sent back (R-D1)."""
    if application.state != State.ON_AGENDA:
        raise Refused(
            _("This case is not before the committee: it is %(state)s. Load the page again to see what can be done.")
            % {"state": application.get_state_display()},
            "R-D1",
        )


@rule("R-B4")
def case_is_undecided(application: Application) -> None:
    """Refuse to stand aside from what is over: what was decided, and by whom, stays as it was (R-B4, R-D2)."""
    if application.state in {State.DECIDED, State.RETRACTED}:
        raise Refused(_("This case is closed, so nobody can stand aside from it any more."), "R-B4")
