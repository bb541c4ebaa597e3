"""What the votes on an item carry, and whether the record and the levels let it be decided (R-B8, R-D3, R-D5, R-D7)."""

from datetime import datetime

from certification import rules, snapshots
from certification.models import AgendaItem, Application, Decision, Meeting, Result, Seat, Vote
from certification.rules import Ballot
from sdgcities import canonical
from sdgcities.errors import Refused


def reported(item: AgendaItem) -> dict[str, str]:
    """The report's result on each criterion."""
    return {one["key"]: str(one["result"]) for one in canonical.load(item.report.text)["criteria"]}


def on_record(item: AgendaItem) -> dict[str, str]:
    """The result on each criterion that the committee decides by (R-D3)."""
    return snapshots.results_on_record(item, canonical.load(item.report.text))


def unmet_on_record(item: AgendaItem) -> list[str]:
    """The criteria not met on the committee's record, in order."""
    settled = {Result.MET.value, Result.NOT_APPLICABLE.value}
    return [key for key, result in on_record(item).items() if result not in settled]


def has_quorum(item: AgendaItem, seats: list[Seat]) -> bool:
    """Whether SEATS are enough for ITEM."""
    try:
        rules.quorum_is_met(item.meeting.committee, [seat.constituency for seat in seats])
    except Refused:
        return False
    return True


def can_be_made(application: Application, item: AgendaItem, kind: Decision.Kind, *, at: datetime) -> None:
    """Refuse a decision that the record or the levels do not carry (R-D3, R-D5)."""
    rules.record_carries(kind, snapshots.stage_of(application), on_record(item))
    if kind == Decision.Kind.GRANT:
        rules.level_is_free(application, at=at)
        rules.level_below_is_held(application, at=at, granted_now=_granted_now(application, item.meeting))


def is_blocked(application: Application, item: AgendaItem, votes: list[Vote], *, at: datetime) -> bool:
    """Whether VOTES, of a quorum and no tie, carry a decision that cannot be made: then the case may be deferred."""
    kind = carried_by(item, votes)
    if kind is None:
        return False
    try:
        can_be_made(application, item, kind, at=at)
    except Refused:
        return True
    return False


def carried_by(item: AgendaItem, votes: list[Vote]) -> Decision.Kind | None:
    """What VOTES carry: a grant or a refusal, or nothing when they tie; refused without quorum or balance (R-B8, R-D7)."""
    rules.quorum_is_met(item.meeting.committee, [vote.seat.constituency for vote in votes])
    rules.votes_are_balanced([Ballot(vote.seat.constituency, vote.choice) for vote in votes])
    counts = rules.tally(votes)
    if rules.is_tied(counts):
        return None
    return Decision.Kind.GRANT if rules.is_granted(counts) else Decision.Kind.REFUSE


def _granted_now(application: Application, meeting: Meeting) -> frozenset[str]:
    granted = Decision.objects.filter(
        item__meeting=meeting, application__city=application.city_id, kind=Decision.Kind.GRANT
    )
    return frozenset(granted.values_list("application__stage", flat=True))
