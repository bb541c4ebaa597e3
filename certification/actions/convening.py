"""Who sits in a body, when a committee meets, what is on its agenda and who is present (R-B6, R-B8, R-B10)."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from certification import rules
from certification.actions import moving
from certification.flow import PUT_ON_AGENDA, State
from certification.models import (
    AgendaItem,
    Application,
    Attendance,
    Committee,
    FileCheck,
    Meeting,
    Panel,
    Part,
    Seat,
    StageReport,
)
from certification.policy import policy_of
from sdgcities import journal, mailing, roles
from sdgcities.deadlines import in_sight, in_time
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.models import Organisation, Role, User
from sdgcities.references import next_reference

UNSETTLED = (AgendaItem.State.LISTED, AgendaItem.State.OPEN)
BREAK = timedelta(days=365)  # a shorter pause between two terms does not end the row (ours)

# --- seats


@journaled
def seat(
    person: User,
    *,
    panel: Panel | None = None,
    committee: Committee | None = None,
    duty: str,
    constituency: str = "",
    organisation: Organisation | None = None,
    alternate_of: Seat | None = None,
    starts_on: date,
    ends_on: date | None = None,
    term: int = 1,
    by: User,
    at: datetime,
) -> Seat:
    """Give PERSON a seat for one term; TERM counts up by itself when earlier terms join on (R-B6, EB4 §26b)."""
    _only_secretariat(by, at=at)
    body = _held_body(panel, committee)
    judging = Part.Kind.EVALUATOR if panel is not None else Part.Kind.DECIDER
    rules.secretariat_stays_out(person, judging, at=at)
    _seat_fits(person, body, duty, constituency, alternate_of)
    rules.term_begins_ahead(starts_on, at=at)
    _in_sight(starts_on, ends_on or starts_on, at=at)
    ends_on = ends_on or _years_after(starts_on, policy_of(body.mechanism.policy).term_years)
    if ends_on <= starts_on:
        raise Refused(_("A term ends after it starts. Choose a later last day."), "R-B6")
    if _seats_of(person, body).filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise Refused(
            _("%(person)s already has a seat here in that time. Choose other days.") % {"person": person}, "R-B6"
        )
    number = max(term, 1 + _terms_before(person, body, starts_on))
    rules.term_allowed(person, body, body.mechanism, term=number)
    made = Seat.objects.create(
        person=person,
        panel=panel,
        committee=committee,
        duty=duty,
        constituency=constituency,
        organisation=organisation,
        alternate_of=alternate_of,
        starts_on=starts_on,
        ends_on=ends_on,
        term=number,
        made_at=at,
    )
    journal.record("seat.made", made, by=by, at=at, person=person.pk, duty=duty, starts_on=starts_on, ends_on=ends_on)
    return made


@journaled
def end_seat(seat: Seat, *, by: User, at: datetime) -> None:
    """End SEAT early: the day of AT is its last."""
    _only_secretariat(by, at=at)
    held = Seat.objects.select_for_update().get(pk=seat.pk)
    if held.ends_on <= at.date():
        raise Refused(_("This seat has ended already, or ends today, so nothing is left to do."), "R-B6")
    if held.starts_on >= at.date():
        raise Refused(_("This seat has not run for a day yet. It can end tomorrow at the earliest."), "R-B6")
    held.ends_on = at.date()
    held.save(update_fields=["ends_on"])
    journal.record("seat.ended", held, by=by, at=at, ends_on=held.ends_on)


@journaled
def give_up_seats(person: User, *, by: User, at: datetime) -> None:
    """End, when the ground floor says by name that PERSON's account is closed, their seats: today is the last day.

    A seat that has not run for a day yet keeps the shortest term there is.
    """
    for seat in Seat.objects.select_for_update(of=("self",)).filter(person=person).order_by("pk"):
        last = max(at.date(), seat.starts_on + timedelta(days=1))
        if seat.ends_on > last:
            seat.ends_on = last
            seat.save(update_fields=["ends_on"])
            journal.record("seat.ended", seat, by=by, at=at, ends_on=last)


@journaled
def come_from(seat: Seat, organisation: Organisation | None, *, by: User, at: datetime) -> None:
    """Say which ORGANISATION sends the person of SEAT: ties count by it too (R-B2)."""
    _only_secretariat(by, at=at)
    held = Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    held.organisation = organisation
    held.save(update_fields=["organisation"])
    journal.record("seat.sent", held, by=by, at=at, organisation=held.organisation_id)


def _held_body(panel: Panel | None, committee: Committee | None) -> Panel | Committee:
    if panel is not None and committee is None:
        return Panel.objects.select_for_update().get(pk=panel.pk)
    if committee is not None and panel is None:
        return Committee.objects.select_for_update().get(pk=committee.pk)
    raise Refused(_("A seat is in one body: choose a panel or a committee."))


def _seat_fits(person: User, body: Panel | Committee, duty: str, constituency: str, alternate_of: Seat | None) -> None:
    deciding = isinstance(body, Committee)
    duties = (Seat.Duty.CHAIR, Seat.Duty.MEMBER) if deciding else (Seat.Duty.LEAD, Seat.Duty.EVALUATOR)
    if duty not in duties:
        raise Refused(_("This duty does not exist in %(body)s. Choose another one.") % {"body": body.name})
    if deciding and not constituency:
        raise Refused(_("A committee member sits for one constituency. Choose it."), "R-B8")
    if alternate_of is None:
        return
    same = alternate_of.committee_id == body.pk and alternate_of.constituency == constituency
    if not same or alternate_of.person_id == person.pk:
        raise Refused(_("An alternate sits in the member's committee and constituency. Choose another member."), "R-B8")


def _seats_of(person: User, body: Panel | Committee) -> QuerySet[Seat]:
    return Seat.objects.filter(Q(panel_id=body.pk) | Q(committee_id=body.pk), person=person)


def _terms_before(person: User, body: Panel | Committee, starts_on: date) -> int:
    terms, following = 0, starts_on
    for earlier in _seats_of(person, body).filter(starts_on__lt=starts_on).order_by("-starts_on", "pk"):
        if following - earlier.ends_on > BREAK:
            break
        terms, following = terms + 1, earlier.starts_on
    return terms


def _years_after(day: date, years: int) -> date:
    leap = day.month == 2 and day.day == 29  # noqa: PLR2004 - the day that not every year has
    return day.replace(year=day.year + years, day=28 if leap else day.day) - timedelta(days=0 if leap else 1)


def _in_sight(*days: date, at: datetime) -> None:
    if not all(in_sight(day, at=at) for day in days):
        raise Refused(_("Choose a day within the next ten years."))


# --- meetings


@journaled
def plan_meeting(committee: Committee, *, scheduled_at: datetime, by: User, at: datetime) -> Meeting:
    """Plan a meeting; its cut-off follows the mechanism's policy, and what was carried over comes on its agenda."""
    _only_secretariat(by, at=at)
    if scheduled_at <= at:
        raise Refused(_("A meeting is planned ahead. Choose a later day or time."))
    body = Committee.objects.select_for_update().get(pk=committee.pk)  # two may plan at one moment
    if Meeting.objects.filter(committee=body, scheduled_at=scheduled_at, state=Meeting.State.PLANNED).exists():
        raise Refused(_("This committee meets at that time already. Choose another day or time."))
    _in_sight(scheduled_at.date(), at=at)
    meeting = Meeting.objects.create(
        reference=next_reference("MEET", at=at),
        mechanism=committee.mechanism,
        committee=committee,
        scheduled_at=scheduled_at,
        cut_off_at=cut_off(committee, scheduled_at),
    )
    journal.record("meeting.planned", meeting, by=by, at=at, scheduled_at=scheduled_at, cut_off_at=meeting.cut_off_at)
    for application in carried(committee):
        _list_again(meeting, application, by=by, at=at)
    for member in members_of(committee, at=at):
        mailing.post("meeting_planned", to=member, key=f"meeting:{meeting.pk}:{member.pk}", meeting=meeting)
    return meeting


def cut_off(committee: Committee, scheduled_at: datetime) -> datetime:
    """Until when a report must be signed to come before a meeting at SCHEDULED_AT (certification.md §4.8)."""
    return scheduled_at - timedelta(days=policy_of(committee.mechanism.policy).cut_off_days)


def members_of(committee: Committee, *, at: datetime) -> QuerySet[User]:
    """The people who sit in COMMITTEE on the day of AT."""
    day = at.date()
    seats = Seat.objects.filter(committee=committee, starts_on__lte=day, ends_on__gte=day)
    return User.objects.filter(pk__in=seats.values("person_id"), is_active=True).order_by("name", "pk")


@journaled
def put_on_agenda(meeting: Meeting, application: Application, *, by: User, at: datetime) -> AgendaItem:
    """Bring APPLICATION before MEETING with its signed and checked report (R-C8, R-C9, certification.md §4.8)."""
    held = Application.objects.hold(application.pk)
    sitting = Meeting.objects.hold(meeting.pk)
    _can_be_listed(sitting, held)
    report = StageReport.objects.filter(application=held, draft=False).order_by("-version").first()
    if report is None:
        raise Refused(_("Only a signed, frozen report can go on from here. Ask the panel lead to sign it."), "R-C8")
    rules.report_is_frozen(report)
    rules.file_is_checked(held, report)
    if held.state == State.ON_AGENDA and _was_carried(held):
        rules.must(by, "convene", held, at=at)
    else:
        if not in_time(report.frozen_at, sitting.cut_off_at):
            raise Refused(_("This report was signed after the meeting's cut-off. Put it on the next meeting's agenda."))
        moving.make(PUT_ON_AGENDA, held, by=by, at=at, note=sitting.reference)
    application.state = held.state
    return _list(sitting, held, report, by=by, at=at)


def _can_be_listed(meeting: Meeting, application: Application) -> None:
    if meeting.state == Meeting.State.CLOSED:
        raise Refused(_("This meeting is over. Put the case on the agenda of a later one."), "R-D1")
    if meeting.mechanism_id != application.mechanism_id:
        raise Refused(_("This case belongs to another mechanism. Put it on its own committee's agenda."), "R-D1")
    if AgendaItem.objects.filter(meeting=meeting, application=application).exists():
        raise Refused(_("This case is on the agenda of this meeting already, so nothing is left to do."))


def _was_carried(application: Application) -> bool:
    last = last_item(application)
    return last is not None and last.state == AgendaItem.State.CARRIED


def last_item(application: Application) -> AgendaItem | None:
    """The item with which APPLICATION came before a committee last."""
    return application.items.order_by("-meeting__scheduled_at", "-meeting__reference").first()


def _list(meeting: Meeting, application: Application, report: StageReport, *, by: User, at: datetime) -> AgendaItem:
    item = AgendaItem.objects.create(meeting=meeting, application=application, report=report)
    journal.record(
        "item.listed",
        item,
        by=by,
        at=at,
        application=application.reference,
        meeting=meeting.reference,
        report=report.digest,
    )
    return item


def candidates(meeting: Meeting) -> QuerySet[StageReport]:
    """The signed and checked reports that can come on MEETING's agenda: every one up to its cut-off."""
    newer = StageReport.objects.filter(
        application=OuterRef("application"), draft=False, version__gt=OuterRef("version")
    )
    checked = FileCheck.objects.filter(report=OuterRef("pk"), recommendation=FileCheck.Recommendation.PROCEED)
    return (
        StageReport.objects.filter(
            ~Exists(newer),
            Exists(checked),
            draft=False,
            frozen_at__lte=meeting.cut_off_at,
            application__mechanism=meeting.mechanism_id,
            application__state=State.FILE_CHECK.value,
        )
        .select_related("application__city")
        .order_by("frozen_at", "application__reference")
    )


def carried(committee: Committee) -> QuerySet[Application]:
    """The cases that were carried over and wait for a meeting of COMMITTEE to be planned."""
    listed = AgendaItem.objects.filter(application=OuterRef("pk"), state__in=UNSETTLED)
    waiting = Application.objects.filter(~Exists(listed), mechanism=committee.mechanism_id, state=State.ON_AGENDA.value)
    return waiting.select_related("city").order_by("reference")


def _list_again(meeting: Meeting, application: Application, *, by: User, at: datetime) -> AgendaItem:
    held = Application.objects.hold(application.pk)
    report = StageReport.objects.filter(application=held, draft=False).order_by("-version")[0]
    return _list(meeting, held, report, by=by, at=at)


@journaled
def carry_over(item: AgendaItem, *, because: str, by: User, at: datetime) -> None:
    """Carry ITEM to the next meeting (R-B8, R-D7): its votes are void, and it is listed there if one is planned."""
    item.state, item.carried_because, item.closed_at = AgendaItem.State.CARRIED, because, at
    item.save(update_fields=["state", "carried_because", "closed_at"])
    item.votes.filter(voided_at__isnull=True).update(voided_at=at)
    journal.record("item.carried", item, by=by, at=at, application=item.application.reference, because=because)
    following = Meeting.objects.filter(
        committee=item.meeting.committee_id,
        state=Meeting.State.PLANNED,
        scheduled_at__gt=item.meeting.scheduled_at,
    ).order_by("scheduled_at", "reference")
    meeting = following.first()
    if meeting is not None and item.application.state == State.ON_AGENDA:
        _list_again(meeting, item.application, by=by, at=at)


@journaled
def take_off(application: Application, *, by: User, at: datetime) -> None:
    """Take the held APPLICATION off every agenda on which it is not settled: its votes are void (R-D1)."""
    for item in AgendaItem.objects.held().filter(application=application, state__in=UNSETTLED):
        item.state, item.closed_at = AgendaItem.State.REMOVED, at
        item.save(update_fields=["state", "closed_at"])
        item.votes.filter(voided_at__isnull=True).update(voided_at=at)
        journal.record("item.removed", item, by=by, at=at, application=application.reference)


def misses(application: Application) -> int:
    """How often APPLICATION was carried over for want of a quorum."""
    return application.items.filter(carried_because=AgendaItem.Carried.NO_QUORUM).count()


@journaled
def open_meeting(meeting: Meeting, *, by: User, at: datetime) -> None:
    """Open the sitting; the chair alone does it."""
    held = Meeting.objects.hold(meeting.pk)
    rules.chairs_meeting(by, held, at=at)
    if held.state != Meeting.State.PLANNED:
        raise Refused(_("This meeting has been opened already. Go on with its agenda."), "R-D1")
    held.state, held.opened_at = Meeting.State.OPEN, at
    held.save(update_fields=["state", "opened_at"])
    meeting.state, meeting.opened_at = held.state, at
    journal.record("meeting.opened", held, by=by, at=at)


@journaled
def attend(meeting: Meeting, *, by: User, at: datetime) -> Attendance:
    """Note that BY is present by their own seat; an alternate sits only where the member does not (R-B6, R-B8)."""
    held = Meeting.objects.hold(meeting.pk)
    rules.meeting_is_open(held)
    own = own_seat(held, by, at=at)
    rules.seat_in_term(own, at=at)
    rules.seat_was_there(own, held)
    rules.secretariat_stays_out(by, Part.Kind.DECIDER, at=at)
    present = Attendance.objects.filter(meeting=held)
    if own.alternate_of_id is not None and present.filter(seat=own.alternate_of_id).exists():
        raise Refused(
            _("The member whose alternate you are is present. Agree with them who sits in the next meeting."), "R-B8"
        )
    if present.filter(seat__alternate_of=own).exists():
        raise Refused(
            _("Your alternate sits in your place already. Agree with them who sits in the next meeting."), "R-B8"
        )
    attendance, new = Attendance.objects.get_or_create(
        meeting=held, person=by, defaults={"seat": own, "arrived_at": at}
    )
    if new:
        journal.record("meeting.attended", attendance, by=by, at=at, meeting=held.reference, seat=own.pk)
    return attendance


def own_seat(meeting: Meeting, person: User, *, at: datetime) -> Seat:
    """The seat by which PERSON sits in MEETING's committee: one in term before one that is not; or refuse."""
    seats = list(Seat.objects.filter(committee=meeting.committee_id, person=person).order_by("-starts_on", "pk"))
    if not seats:
        raise Refused(_("You have no seat in this committee. Ask the secretariat if you should have one."), "R-B6")
    day = at.date()
    return max(seats, key=lambda one: (one.starts_on <= day <= one.ends_on, one.alternate_of_id is None))


@journaled
def close_meeting(meeting: Meeting, *, by: User, at: datetime) -> None:
    """End the sitting when every item is decided or carried over."""
    held = Meeting.objects.hold(meeting.pk)
    rules.chairs_meeting(by, held, at=at)
    rules.meeting_is_open(held)
    if held.items.filter(state__in=UNSETTLED).exists():
        raise Refused(_("Some items are neither decided nor carried over. Settle them first."), "R-D1")
    held.state, held.closed_at = Meeting.State.CLOSED, at
    held.save(update_fields=["state", "closed_at"])
    meeting.state, meeting.closed_at = held.state, at
    journal.record("meeting.closed", held, by=by, at=at)


def _only_secretariat(by: User, *, at: datetime) -> None:
    if not roles.holds(by, Role.SECRETARIAT, at=at):
        raise Refused(_("Only the secretariat can do this. Write to it what should be done."), "R-B10")
