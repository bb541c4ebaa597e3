"""The committee's verbs on one item: declare, stand aside, vote, depart from a finding, close (rules.md, part D)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from certification import rules, snapshots
from certification.actions import convening, joining, moving, outcomes, reviewing, weighing
from certification.flow import DECIDE, REOPEN
from certification.models import (
    AgendaItem,
    Application,
    Attendance,
    CommitteeFinding,
    Decision,
    Declaration,
    Meeting,
    Outcome,
    Part,
    Recusal,
    Result,
    Seat,
    Vote,
)
from certification.policy import policy_of
from sdgcities import canonical, journal
from sdgcities.deadlines import in_sight, last_instant
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.models import User
from sdgcities.references import next_reference

OUTCOMES = {
    Decision.Kind.GRANT: Outcome.CERTIFIED,
    Decision.Kind.REFUSE: Outcome.NOT_CERTIFIED,
    Decision.Kind.DEFER: Outcome.DEFERRED,
}

# --- who decides


@journaled
def declare(
    item: AgendaItem, *, conflict: bool, category: str = "", explanation: str = "", by: User, at: datetime
) -> Declaration:
    """Sign BY's declaration of interest; without a conflict the member joins the case and may read it (R-B3)."""
    _own_seat(item, by, at=at)
    declaration = reviewing.declare(
        item.application, conflict=conflict, category=category, explanation=explanation, by=by, at=at
    )
    if conflict:
        _void(item, by, at=at)
    else:
        joining.join(item.application, by, Part.Kind.DECIDER, by=by, at=at)
    return declaration


@journaled
def stand_aside(item: AgendaItem, *, category: str, by: User, at: datetime) -> Recusal:
    """BY stands aside from ITEM: no access, no vote (one cast already is void), not counted for quorum (R-B4)."""
    recusal = reviewing.recuse(item.application, category=category, by=by, at=at)
    _void(item, by, at=at)
    return recusal


def _void(item: AgendaItem, person: User, *, at: datetime) -> None:
    open_votes = Vote.objects.filter(item__application=item.application_id, person=person, voided_at__isnull=True)
    open_votes.filter(item__state=AgendaItem.State.OPEN).update(voided_at=at)


def _own_seat(item: AgendaItem, person: User, *, at: datetime) -> Seat:
    own = convening.own_seat(item.meeting, person, at=at)
    rules.seat_in_term(own, at=at)
    return own


@dataclass(frozen=True, slots=True)
class Watched:
    """One item with the members who sit for it: how many of each constituency, and whether that is a quorum."""

    item: AgendaItem
    present: int
    groups: dict[str, int]
    quorum: bool


def watch(meeting: Meeting, *, at: datetime) -> list[Watched]:
    """The items of MEETING with their quorum of those who sit, in a fixed number of queries (R-B4, R-B8)."""
    found = meeting.items.select_related("application__city", "report", "meeting__committee", "decision")
    items = list(found.order_by("application__reference"))
    present = list(meeting.attendances.select_related("seat"))
    known = rules.known_against([one.application_id for one in items], [one.person_id for one in present], at=at)
    watched = []
    for item in items:
        there = [one.seat for one in present if item.closed_at is None or one.arrived_at <= item.closed_at]
        seats = [seat for seat in there if rules.sits(seat, item, known, at=at)]
        groups = Counter(seat.constituency for seat in seats)
        watched.append(Watched(item, len(seats), dict(groups), weighing.has_quorum(item, seats)))
    return watched


# --- the vote


@journaled
def open_item(item: AgendaItem, *, by: User, at: datetime) -> None:
    """Who presides opens the vote; members who sit for the item and declared join the case as deciders."""
    application, held = _held(item)
    rules.meeting_is_open(held.meeting)
    rules.case_is_before_committee(application)
    rules.presides(by, held, at=at)
    rules.item_rests_on_report(held, held.report)
    if held.state != AgendaItem.State.LISTED:
        raise Refused(_("This item is open or settled already. Load the page again to see which."), "R-D1")
    for seat in rules.sitting(held, at=at):
        if rules.has_declared(seat.person, application):
            joining.join(application, seat.person, Part.Kind.DECIDER, by=by, at=at)
    held.state, held.opened_at = AgendaItem.State.OPEN, at
    held.save(update_fields=["state", "opened_at"])
    item.state = held.state
    journal.record("item.opened", held, by=by, at=at, application=application.reference, report=held.report.digest)


@journaled
def vote(item: AgendaItem, *, choice: str, dissent: str = "", digest: str, by: User, at: datetime) -> Vote:
    """Cast BY's one vote on the report of DIGEST; it stays as cast (R-B3, R-B4, R-B6, R-B10, R-C8, R-D1)."""
    application, held = _held(item)
    rules.meeting_is_open(held.meeting)
    rules.vote_is_open(held)
    rules.case_is_before_committee(application)
    rules.secretariat_stays_out(by, Part.Kind.DECIDER, at=at)
    seat = _voting_seat(held, by)
    rules.seat_in_term(seat, at=at)
    rules.not_recused(by, application)
    rules.must_have_declared(by, application)
    rules.vote_is_on_current_report(held.report, digest)
    if choice not in Vote.Choice.values:
        raise Refused(_("Choose yes, no or abstain."), "R-D1")
    if Vote.objects.filter(item=held, person=by).exists():
        raise Refused(_("You have voted already, and a vote stays as it was cast. You can still stand aside."), "R-D1")
    joining.join(application, by, Part.Kind.DECIDER, by=by, at=at)
    cast = Vote.objects.create(
        item=held, seat=seat, person=by, choice=choice, dissent=dissent, report_digest=digest, at=at
    )
    journal.record("vote.cast", cast, by=by, at=at, application=application.reference, report=digest)
    return cast


def _voting_seat(item: AgendaItem, person: User) -> Seat:
    present = Attendance.objects.filter(meeting=item.meeting_id, person=person).select_related("seat").first()
    if present is None:
        raise Refused(_("Only members who are present vote. Say that you are present first."), "R-D1")
    return present.seat


@journaled
def depart(item: AgendaItem, *, criterion: str, result: str, reasons: str, by: User, at: datetime) -> CommitteeFinding:
    """The chair records the committee's own finding where it departs from the report's (R-D3)."""
    application, held = _held(item)
    rules.meeting_is_open(held.meeting)
    rules.presides(by, held, at=at)
    found = weighing.reported(held)
    if held.state not in {AgendaItem.State.LISTED, AgendaItem.State.OPEN}:
        raise Refused(_("This item is settled. What was decided stands in the minutes."), "R-D3")
    rules.record_is_open(rules.counted(held))
    if criterion not in found or result not in Result.values:
        raise Refused(_("Choose one of the report's criteria and what the committee finds."), "R-D3")
    rules.departure_is_reasoned(found[criterion], result, reasons, spot_checked=False)
    own, _new = CommitteeFinding.objects.update_or_create(
        item=held, criterion=criterion, defaults={"result": result, "reasons": reasons, "at": at}
    )
    told = {"application": application.reference, "criterion": criterion, "found": found[criterion], "result": result}
    journal.record("item.departed", own, by=by, at=at, **told)
    return own


# --- the end of an item


@journaled
def carry(item: AgendaItem, *, by: User, at: datetime) -> None:
    """The chair carries an item over when the members who sit for it make no quorum (R-B8)."""
    _application, held = _held(item)
    rules.meeting_is_open(held.meeting)
    rules.presides(by, held, at=at)
    if held.state not in {AgendaItem.State.LISTED, AgendaItem.State.OPEN}:
        raise Refused(_("This item is settled. What was decided stands in the minutes."), "R-D1")
    if weighing.has_quorum(held, rules.sitting(held, at=at)) and weighing.has_quorum(held, _voters(held)):
        raise Refused(_("There is a quorum for this item, so it can be decided today. Let the members vote."), "R-B8")
    convening.carry_over(held, because=AgendaItem.Carried.NO_QUORUM, by=by, at=at)
    item.state = held.state


@journaled
def close_item(
    item: AgendaItem,
    *,
    reasons: str,
    defer: bool = False,
    missing: Mapping[str, str] | None = None,
    missing_by: date | None = None,
    by: User,
    at: datetime,
) -> Decision | None:
    """Close the vote: decide, or carry the item over for want of quorum or a tie; a second tie reopens the review.

    Two who close at one moment meet at the held rows: the second finds a vote that is not open. Gives the decision,
    or None where there is none (R-B8, R-D1 to R-D5, R-D7).
    """
    application, held = _held(item)
    rules.meeting_is_open(held.meeting)
    rules.presides(by, held, at=at)
    rules.vote_is_open(held)
    rules.item_rests_on_report(held, held.report)
    rules.vote_is_on_current_report(held.report, held.report.digest)
    decision: Decision | None = None
    if not weighing.has_quorum(held, rules.sitting(held, at=at)):
        convening.carry_over(held, because=AgendaItem.Carried.NO_QUORUM, by=by, at=at)
    elif defer:
        decision = _defer(application, held, reasons, missing or {}, missing_by, by=by, at=at)
    else:
        decision = _settle(application, held, reasons, by=by, at=at)
    item.state = held.state
    return decision


def _settle(application: Application, item: AgendaItem, reasons: str, *, by: User, at: datetime) -> Decision | None:
    kind = weighing.carried_by(item, rules.counted(item))
    if kind is None:
        _tie(application, item, by=by, at=at)
        return None
    return _decide(application, item, kind, reasons, by=by, at=at)


def _voters(item: AgendaItem) -> list[Seat]:
    return [vote.seat for vote in rules.counted(item)]


def _decide(
    application: Application, item: AgendaItem, kind: Decision.Kind, reasons: str, *, by: User, at: datetime
) -> Decision:
    weighing.can_be_made(application, item, kind, at=at)
    decision = _written(item, kind, reasons, by=by, at=at)
    _close(application, item, decision, by=by, at=at)
    outcomes.follow(decision, by=by, at=at)
    return decision


def _defer(
    application: Application,
    item: AgendaItem,
    reasons: str,
    missing: Mapping[str, str],
    missing_by: date | None,
    *,
    by: User,
    at: datetime,
) -> Decision:
    wanted = {key: text.strip() for key, text in missing.items() if text.strip()}
    if not wanted or missing_by is None or not set(wanted) <= set(weighing.reported(item)):
        raise Refused(_("A deferral says what is missing, criterion by criterion, and by when. Fill in both."), "R-D2")
    if not in_sight(missing_by, at=at):
        raise Refused(_("Choose a day within the next ten years."), "R-D2")
    if missing_by <= at.date():
        raise Refused(_("Give the city until a later day than today."), "R-D2")
    votes = rules.counted(item)
    rules.deferral_is_open(votes, blocked=bool(votes) and weighing.is_blocked(application, item, votes, at=at))
    until = outcomes.end_of(missing_by, application)
    decision = _written(item, Decision.Kind.DEFER, reasons, missing=wanted, until=until, by=by, at=at)
    _close(application, item, decision, by=by, at=at)
    outcomes.follow_deferral(decision, wanted, until=until, by=by, at=at)
    return decision


def _written(
    item: AgendaItem,
    kind: Decision.Kind,
    reasons: str,
    *,
    missing: Mapping[str, str] | None = None,
    until: datetime | None = None,
    by: User,
    at: datetime,
) -> Decision:
    application, votes = item.application, rules.counted(item)
    rules.decision_is_recorded(kind, reasons, attendance=len(rules.sitting(item, at=at)), votes=len(votes))
    days = policy_of(application.mechanism.policy).appeal_days
    appeal_until = last_instant(at, days=days, zone=application.city.time_zone)
    reference = next_reference("DEC", at=at)
    document = snapshots.decision(
        item,
        reference=reference,
        kind=kind,
        reasons=reasons,
        unmet=weighing.unmet_on_record(item),
        missing="\n".join(f"{key}: {what}" for key, what in sorted((missing or {}).items())),
        missing_until=until,
        appeal_until=appeal_until,
        at=at,
    )
    rules.refusal_is_whole({**document, "kind": kind.value})
    text = canonical.text(document)
    return Decision.objects.create(
        reference=reference,
        item=item,
        application=application,
        kind=kind,
        reasons=reasons,
        appeal_until=appeal_until,
        text=text,
        digest=canonical.digest(text),
        decided_at=at,
    )


def _close(application: Application, item: AgendaItem, decision: Decision, *, by: User, at: datetime) -> None:
    item.state, item.closed_at = AgendaItem.State.CLOSED, at
    item.save(update_fields=["state", "closed_at"])
    moving.make(DECIDE, application, by=by, at=at, note=decision.reference)
    application.outcome = OUTCOMES[Decision.Kind(decision.kind)]
    application.save(update_fields=["outcome"])
    journal.record(
        "decision.made", decision, by=by, at=at, kind=decision.kind, application=application.reference,
        digest=decision.digest, report=item.report.digest, votes=rules.tally(rules.counted(item)),
    )  # fmt: skip


def _tie(application: Application, item: AgendaItem, *, by: User, at: datetime) -> None:
    before = application.items.filter(carried_because=AgendaItem.Carried.TIE, report=item.report_id)
    if not before.exclude(pk=item.pk).exists():
        convening.carry_over(item, because=AgendaItem.Carried.TIE, by=by, at=at)
        return
    doubtful = weighing.unmet_on_record(item) or list(weighing.reported(item))
    item.state, item.carried_because, item.closed_at = AgendaItem.State.REMOVED, AgendaItem.Carried.TIE, at
    item.save(update_fields=["state", "carried_because", "closed_at"])
    moving.make(REOPEN, application, by=by, at=at, note=", ".join(doubtful))
    outcomes.review_by_others(application, doubtful, by=by, at=at)


def _held(item: AgendaItem) -> tuple[Application, AgendaItem]:
    """Hold the case, then the item, then read: whoever votes or closes at the same moment waits here."""
    application = Application.objects.hold(item.application_id)
    held = AgendaItem.objects.hold(item.pk)
    held.application = application
    held.meeting = Meeting.objects.select_related("committee").get(pk=held.meeting_id)
    return application, held
