"""What a decision and a certificate need: each rule of certification.rules.deciding lets through what it may and refuses the rest."""

import pytest

from certification import rules
from certification.models import AgendaItem, Committee, Decision, Meeting, StageReport, Vote
from certification.rules import Ballot
from certification.rules.deciding import CERTIFICATE_MEMBERS
from tests.certification import factories
from tests.certification.factories import NOW
from tests.certification.rules_world import ACADEMIA, CIVIL, DAY, GROUPS, LOCAL, NATIONAL, refused

pytestmark = pytest.mark.django_db


def global_committee():
    return Committee(name="Committee", quorum=3, constituencies=GROUPS)


def ballots(*constituencies):
    return [Ballot(one, "yes") for one in constituencies]


def test_may_quorum_is_met():
    """R-B8: enough, and one of each; local or national government sits for government."""
    rules.quorum_is_met(global_committee(), [ACADEMIA, CIVIL, NATIONAL])
    rules.quorum_is_met(global_committee(), [ACADEMIA, CIVIL, LOCAL])


def test_may_not_quorum_is_met():
    """R-B8: too few, or a constituency away."""
    refused("R-B8", rules.quorum_is_met, global_committee(), [ACADEMIA, CIVIL])
    refused("R-B8", rules.quorum_is_met, global_committee(), [ACADEMIA, CIVIL, CIVIL, ACADEMIA])
    refused("R-B8", rules.quorum_is_met, global_committee(), [])


def test_may_votes_are_balanced():
    """R-B8: two of four pass."""
    rules.votes_are_balanced(ballots(ACADEMIA, CIVIL, LOCAL, NATIONAL))


def test_may_not_votes_are_balanced():
    """R-B8: three of five do not, and government counts as one."""
    refused("R-B8", rules.votes_are_balanced, ballots(ACADEMIA, ACADEMIA, ACADEMIA, CIVIL, LOCAL))
    refused("R-B8", rules.votes_are_balanced, ballots(LOCAL, NATIONAL, NATIONAL, CIVIL, ACADEMIA))


def test_may_meeting_is_open():
    """R-D1"""
    rules.meeting_is_open(Meeting(state="open"))


def test_may_not_meeting_is_open():
    """R-D1"""
    for state in ("planned", "closed"):
        refused("R-D1", rules.meeting_is_open, Meeting(state=state))


def test_may_vote_is_open():
    """R-D1"""
    rules.vote_is_open(AgendaItem(state="open"))


def test_may_not_vote_is_open():
    """R-D1"""
    for state in ("listed", "closed", "carried", "removed"):
        refused("R-D1", rules.vote_is_open, AgendaItem(state=state))


def test_may_item_rests_on_report():
    """R-D1"""
    signed = StageReport(draft=False)
    rules.item_rests_on_report(AgendaItem(report=signed), signed)


def test_may_not_item_rests_on_report():
    """R-D1: not on another report, not on a draft."""
    signed, draft = StageReport(draft=False), StageReport(draft=True)
    refused("R-D1", rules.item_rests_on_report, AgendaItem(report=signed), StageReport(draft=False))
    refused("R-D1", rules.item_rests_on_report, AgendaItem(report=draft), draft)


def test_may_is_granted():
    """R-D7: abstentions are no votes cast."""
    assert rules.is_granted({"yes": 2, "no": 1, "abstain": 5})


def test_may_not_is_granted():
    """R-D7: half is not more than half."""
    outcomes = ({"yes": 2, "no": 2, "abstain": 0}, {"yes": 1, "no": 2, "abstain": 3}, {"yes": 0, "no": 0, "abstain": 6})
    assert [rules.is_granted(counts) for counts in outcomes] == [False] * 3


def test_may_is_tied():
    """R-D7: a vote that is no tie decides."""
    assert not rules.is_tied({"yes": 3, "no": 2, "abstain": 1})
    assert not rules.is_tied({"yes": 2, "no": 3, "abstain": 1})


def test_may_not_is_tied():
    """R-D7: a tie is neither grant nor refusal."""
    assert rules.is_tied({"yes": 2, "no": 2, "abstain": 1})
    assert rules.is_tied({"yes": 0, "no": 0, "abstain": 6})


def test_may_decision_is_recorded():
    """R-D2: a deferral needs no votes."""
    for kind in ("grant", "refuse"):
        rules.decision_is_recorded(kind, "As the report says.", attendance=5, votes=5)
    rules.decision_is_recorded("defer", "The inventory is missing.", attendance=5, votes=0)


def test_may_not_decision_is_recorded():
    """R-D2"""
    for kind in ("grant", "refuse"):
        refused("R-D2", rules.decision_is_recorded, kind, " ", attendance=5, votes=5)
        refused("R-D2", rules.decision_is_recorded, kind, "As the report says.", attendance=0, votes=5)
        refused("R-D2", rules.decision_is_recorded, kind, "As the report says.", attendance=5, votes=0)
    refused("R-D2", rules.decision_is_recorded, "defer", "", attendance=5, votes=5)


def on_record(**departing):
    stage = factories.standard().content.stage("A")
    return stage, {**{one.key: "met" for one in stage.criteria}, **departing}


def test_may_record_carries():
    """R-D3: what is not applicable does not block."""
    rules.record_carries("grant", *on_record(A2="not_applicable"))
    rules.record_carries("refuse", *on_record(A2="partly_met"))


def test_may_not_record_carries():
    """R-D3: no compensation: one criterion short of met is enough."""
    for short in ("partly_met", "not_met"):
        refused("R-D3", rules.record_carries, "grant", *on_record(A2=short))
    stage, results = on_record()
    refused("R-D3", rules.record_carries, "refuse", stage, results)
    del results["A1"]
    refused("R-D3", rules.record_carries, "grant", stage, results)


def test_may_departure_is_reasoned():
    """R-D3"""
    rules.departure_is_reasoned("met", "not_met", "The plan has lapsed.", spot_checked=False)
    rules.departure_is_reasoned("not_met", "met", "The check found it.", spot_checked=True)


def test_may_not_departure_is_reasoned():
    """R-D3: never without reasons, never upward without a spot check."""
    refused("R-D3", rules.departure_is_reasoned, "met", "not_met", " ", spot_checked=False)
    refused("R-D3", rules.departure_is_reasoned, "not_met", "partly_met", "We think so.", spot_checked=False)
    refused("R-D3", rules.departure_is_reasoned, "partly_met", "not_applicable", "We think so.", spot_checked=False)


REFUSAL = {"decision": "refuse", "unmet": ["A2"], "reasons": "No plan.", "appeal_until": "2026-12-21T07:59:59Z"}


def test_may_refusal_is_whole():
    """R-D4"""
    rules.refusal_is_whole(REFUSAL)
    rules.refusal_is_whole({**REFUSAL, "decision": "grant", "unmet": []})


def test_may_not_refusal_is_whole():
    """R-D4"""
    refused("R-D4", rules.refusal_is_whole, {**REFUSAL, "unmet": []})
    refused("R-D4", rules.refusal_is_whole, {**REFUSAL, "reasons": ""})
    refused("R-D4", rules.refusal_is_whole, {**REFUSAL, "appeal_until": None})


def test_may_comes_from_grant():
    """R-E1"""
    rules.comes_from_grant(Decision(kind="grant"))


def test_may_not_comes_from_grant():
    """R-E1"""
    for kind in ("refuse", "defer"):
        refused("R-E1", rules.comes_from_grant, Decision(kind=kind))


WHOLE = dict.fromkeys(CERTIFICATE_MEMBERS, "there")


def test_may_certificate_is_whole():
    """R-E2"""
    rules.certificate_is_whole(WHOLE)


def test_may_not_certificate_is_whole():
    """R-E2: each member is needed, empty is missing."""
    for name in WHOLE:
        refused("R-E2", rules.certificate_is_whole, {**WHOLE, name: ""})
    refused("R-E2", rules.certificate_is_whole, {})


def test_may_certificate_expires():
    """R-E3"""
    rules.certificate_expires(NOW, NOW + DAY)


def test_may_not_certificate_expires():
    """R-E3"""
    refused("R-E3", rules.certificate_expires, NOW, None)
    refused("R-E3", rules.certificate_expires, NOW, NOW)
    refused("R-E3", rules.certificate_expires, NOW, NOW - DAY)


def test_may_record_is_open():
    """R-D3: before the first vote."""
    rules.record_is_open([])


def test_may_not_record_is_open():
    """R-D3: no finding changes under a vote that is cast."""
    refused("R-D3", rules.record_is_open, [Vote(choice="yes")])


def test_may_deferral_is_open():
    """R-D2, R-D7: before the first vote, or where what the votes carry cannot be decided."""
    rules.deferral_is_open([], blocked=False)
    rules.deferral_is_open([Vote(choice="no")], blocked=True)


def test_may_not_deferral_is_open():
    """R-D7: nobody puts off what the votes decide."""
    refused("R-D7", rules.deferral_is_open, [Vote(choice="yes")], blocked=False)
