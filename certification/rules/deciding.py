"""What a vote, a decision and a certificate need (R-B8, R-D1 to R-D4, R-D7, R-E1 to R-E3)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from certification.models import AgendaItem, Committee, Constituency, Decision, Meeting, Result, StageReport, Vote
from certification.rules.registry import rule
from certification.standard import Stage
from sdgcities.errors import Refused

GOVERNMENT = frozenset({Constituency.LOCAL_GOVERNMENT, Constituency.NATIONAL_GOVERNMENT})


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote cast, reduced to what counting needs."""

    constituency: str
    choice: str


def constituency_group(constituency: str) -> str:
    """Local and national government count together (R-B8)."""
    return "government" if constituency in GOVERNMENT else constituency


def required_groups(committee: Committee) -> tuple[str, ...]:
    """The groups a committee's quorum needs, as its mechanism says."""
    return tuple(committee.constituencies)


def _covers(required: str, sitting: Iterable[str]) -> bool:
    held = set(sitting)
    return required in held or required in {constituency_group(one) for one in held}


@rule("R-B8")
def quorum_is_met(committee: Committee, sitting: Sequence[str]) -> None:
    """Refuse an item without its quorum: SITTING are the constituencies present after recusals (R-B8)."""
    absent = [group for group in required_groups(committee) if not _covers(group, sitting)]
    if len(sitting) < committee.quorum or absent:
        raise Refused(
            _(
                "There is no quorum for this item: %(present)s of %(needed)s members sit, and every constituency must. Carry it to the next meeting."
            )
            % {"present": len(sitting), "needed": committee.quorum},
            "R-B8",
        )


@rule("R-B8")
def votes_are_balanced(ballots: Sequence[Ballot]) -> None:
    """Refuse a count in which one constituency, or government together, cast above half of the votes (R-B8)."""
    groups = Counter(constituency_group(ballot.constituency) for ballot in ballots)
    heavy = [group for group, votes in groups.items() if 2 * votes > len(ballots)]
    if heavy:
        raise Refused(
            _(
                "One constituency cast more than half of the votes on this item, so the vote cannot be closed yet. Let others vote, or carry the item."
            ),
            "R-B8",
        )


@rule("R-D1")
def meeting_is_open(meeting: Meeting) -> None:
    """Refuse votes and decisions outside a meeting in session (R-D1)."""
    if meeting.state != Meeting.State.OPEN:
        raise Refused(_("This can only be done while the meeting is in session. Ask the chair to open it."), "R-D1")


@rule("R-D1")
def vote_is_open(item: AgendaItem) -> None:
    """Refuse a vote on an item whose vote is not open (R-D1)."""
    if item.state != AgendaItem.State.OPEN:
        raise Refused(_("The vote on this item is not open. Wait until the chair opens it."), "R-D1")


@rule("R-D1")
def item_rests_on_report(item: AgendaItem, report: StageReport) -> None:
    """Refuse to decide on anything but the frozen report the item was listed with (R-D1)."""
    if report.draft or item.report_id != report.pk:
        raise Refused(_("This item rests on another report. Put the new one on the agenda."), "R-D1")


def tally(votes: Iterable[Vote]) -> dict[str, int]:
    """Votes by choice; abstentions are no votes cast (R-D7)."""
    counted = Counter(vote.choice for vote in votes)
    return {choice: counted[choice] for choice in Vote.Choice.values}


@rule("R-D7", allows=True)
def is_granted(counts: Mapping[str, int]) -> bool:
    """Whether yes has more than half of the votes cast (R-D7)."""
    return counts["yes"] > counts["no"]


@rule("R-D7", allows=False)
def is_tied(counts: Mapping[str, int]) -> bool:
    """Whether the vote is a tie, neither grant nor refusal (R-D7)."""
    return counts["yes"] == counts["no"]


@rule("R-D2")
def decision_is_recorded(kind: str, reasons: str, *, attendance: int, votes: int) -> None:
    """Refuse a decision without reasons, attendance and votes; a deferral needs what and by when (R-D2)."""
    if not reasons.strip():
        raise Refused(_("Give the reasons for the decision."), "R-D2")
    if kind != Decision.Kind.DEFER and not (attendance and votes):
        raise Refused(
            _(
                "A decision needs its attendance and its votes on record. Let the members say that they are present, and vote."
            ),
            "R-D2",
        )


@rule("R-D3")
def record_carries(kind: str, stage: Stage, results: Mapping[str, str]) -> None:
    """Refuse a grant with an unmet criterion on record, or a refusal with none (R-D3)."""
    settled = (Result.MET, Result.NOT_APPLICABLE)
    unmet = [one.key for one in stage.criteria if one.mandatory and results.get(one.key) not in settled]
    if kind == Decision.Kind.GRANT and unmet:
        raise Refused(
            _(
                "A certificate needs every criterion met. Not met on record: %(keys)s. Defer the decision and ask the city for what is missing."
            )
            % {"keys": ", ".join(unmet)},
            "R-D3",
        )
    if kind == Decision.Kind.REFUSE and not unmet:
        raise Refused(
            _("Every criterion is met on record. To refuse, record the committee's own finding with reasons first."),
            "R-D3",
        )


@rule("R-D3")
def departure_is_reasoned(found: str, own: str, reasons: str, *, spot_checked: bool) -> None:
    """Refuse a departure without reasons, and one upward without a spot check of the criterion (R-D3)."""
    rank = {Result.NOT_MET: 0, Result.PARTLY: 1, Result.MET: 2, Result.NOT_APPLICABLE: 2}
    if not reasons.strip():
        raise Refused(_("Give the reasons why the committee departs from the report."), "R-D3")
    if rank[Result(own)] > rank[Result(found)] and not spot_checked:
        raise Refused(
            _(
                "The committee can find better than the report only after a spot check of the criterion. Keep the report's finding, or defer."
            ),
            "R-D3",
        )


@rule("R-D3")
def record_is_open(votes: Sequence[Vote]) -> None:
    """Refuse a departure once votes are cast: they were cast on the record as it stood (R-D3)."""
    if votes:
        raise Refused(
            _("Votes have been cast on the record as it stands, so it cannot change under them any more."), "R-D3"
        )


@rule("R-D7")
def deferral_is_open(votes: Sequence[Vote], *, blocked: bool) -> None:
    """Refuse a deferral against votes that decide: with votes cast it needs that what they carry is BLOCKED (R-D2, R-D7)."""
    if votes and not blocked:
        raise Refused(
            _("Votes have been cast, and they decide this item. Close the vote instead of deferring it."), "R-D7"
        )


@rule("R-D4")
def refusal_is_whole(document: Mapping[str, Any]) -> None:
    """Refuse a letter of refusal without unmet criteria, reasons, right of appeal and its deadline (R-D4)."""
    needed = ("unmet", "reasons", "appeal_until")
    missing = [name for name in needed if not document.get(name)]
    if document["decision"] == Decision.Kind.REFUSE and missing:
        raise Refused(
            _(
                "A refusal names the unmet criteria, the reasons and until when the city can appeal. Add what is missing."
            ),
            "R-D4",
        )


@rule("R-E1")
def comes_from_grant(decision: Decision) -> None:
    """Refuse a certificate that no grant stands behind (R-E1)."""
    if decision.kind != Decision.Kind.GRANT:
        raise Refused(
            _("A certificate is issued only from a decision to grant. Let the committee decide first."), "R-E1"
        )


CERTIFICATE_MEMBERS = (
    "body",
    "holder",
    "scope",
    "level",
    "standard",
    "mechanism",
    "granted_at",
    "effective_at",
    "expires_at",
    "id",
    "disclaimer",
)


@rule("R-E2")
def certificate_is_whole(document: Mapping[str, Any]) -> None:
    """Refuse a certificate that lacks what it must hold; the signature comes in its own issue (R-E2)."""
    missing = [name for name in CERTIFICATE_MEMBERS if not document.get(name)]
    if missing:
        raise Refused(
            _("The certificate lacks: %(names)s. Complete what the application and its mechanism say.")
            % {"names": ", ".join(missing)},
            "R-E2",
        )


@rule("R-E3")
def certificate_expires(effective_at: datetime, expires_at: datetime | None) -> None:
    """Refuse a certificate without an expiry after its start (R-E3)."""
    if expires_at is None or expires_at <= effective_at:
        raise Refused(_("A certificate needs a date on which it expires. Give the mechanism a term."), "R-E3")
