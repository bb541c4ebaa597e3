"""When an item can be decided and how votes are counted: quorum, balance, majority, ties (R-B8, R-D7)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certification import rules
from certification.actions import convening, deciding
from certification.models import AgendaItem, Certificate, Decision, Finding, Part, Reconciliation
from certification.rules import Ballot
from sdgcities.models import Mail
from tests.certification import deciding_world as case
from tests.certification import factories
from tests.certification.deciding_world import UNMET, refused

pytestmark = pytest.mark.django_db


# --- quorum and balance


def test_may_decide_with_a_quorum():
    """R-B8"""
    assert case.close(case.voted()).kind == "grant"


def test_may_not_decide_without_a_quorum_and_the_item_is_carried():
    """R-B8: after recusals nobody sits for civil society."""
    w = case.voted()
    for member in w.members[1:3]:
        deciding.stand_aside(w.item, category="other", by=member, at=w.at)
    assert case.close(w) is None
    w.item.refresh_from_db()
    assert (w.item.state, w.item.carried_because) == ("carried", "no_quorum")
    assert convening.misses(w.application) == 1
    assert w.case.state == "on_agenda"
    assert not Decision.objects.exists()


def test_may_not_close_before_each_constituency_voted():
    """R-B8: at least one voter of each constituency."""
    w = case.voted(choices=("yes", "yes", None, None, "yes", None))
    refused(lambda: case.close(w), "R-B8")
    assert AgendaItem.objects.get().state == "open"


def test_may_not_close_while_government_cast_above_half():
    """R-B8: three of five."""
    w = case.planned()
    w.at = case.MEETS
    extra = factories.committee_member(w.committee, "national_government")
    w.members = [*w.members, extra]
    case.open_and_attend(w, w.meeting)
    case.everybody_declares(w)
    deciding.open_item(w.item, by=w.chair, at=w.at)
    case.cast(w, ("yes", None, "yes", None, "yes", "yes", "yes"))
    refused(lambda: case.close(w), "R-B8")


def test_the_chair_may_carry_an_item_only_without_a_quorum():
    """R-B8"""
    w = case.voted()
    refused(lambda: deciding.carry(w.item, by=w.chair, at=w.at), "R-B8")
    for member in w.members[1:3]:
        deciding.stand_aside(w.item, category="other", by=member, at=w.at)
    deciding.carry(w.item, by=w.chair, at=w.at)
    assert AgendaItem.objects.get().state == "carried"


def test_two_of_four_pass_and_three_of_five_do_not():
    """R-B8"""
    rules.votes_are_balanced(
        [Ballot(one, "yes") for one in ("academia", "academia", "civil_society", "local_government")]
    )
    three = ("academia", "civil_society", "local_government", "local_government", "national_government")
    refused(lambda: rules.votes_are_balanced([Ballot(one, "yes") for one in three]), "R-B8")


CONSTITUENCIES = ("academia", "civil_society", "local_government", "national_government")


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the rule
@given(st.lists(st.sampled_from(CONSTITUENCIES), max_size=12))
def test_the_balance_holds_exactly_when_no_group_has_above_half(cast):
    """R-B8: government counts together."""
    groups = ["government" if one.endswith("government") else one for one in cast]
    fits = all(2 * groups.count(group) <= len(groups) for group in set(groups))
    ballots = [Ballot(one, "yes") for one in cast]
    if fits:
        rules.votes_are_balanced(ballots)
    else:
        refused(lambda: rules.votes_are_balanced(ballots), "R-B8")


# --- the majority


def test_may_grant_with_more_yes_than_no():
    """R-D7: abstentions are no votes cast."""
    w = case.voted(choices=("yes", "yes", "no", "abstain", "abstain", "abstain"))
    assert case.close(w).kind == "grant"


def test_may_not_grant_with_as_many_no_as_yes():
    """R-D7: a tie is carried to the next meeting."""
    w = case.voted(choices=("yes", "yes", "yes", "no", "no", "no"))
    assert case.close(w) is None
    w.item.refresh_from_db()
    assert (w.item.state, w.item.carried_because, w.case.state) == ("carried", "tie", "on_agenda")
    assert not Certificate.objects.exists()


def test_may_not_grant_with_fewer_yes_than_no():
    """R-D7: the majority refuses."""
    w = case.voted(results=UNMET, choices=("no", "no", "no", "no", "yes", "yes"))
    assert case.close(w).kind == "refuse"


def test_a_second_tie_sends_the_criteria_in_doubt_to_others():
    """R-D7"""
    w = case.voted(results=UNMET, choices=("yes", "yes", "yes", "no", "no", "no"))
    case.close(w)
    case.next_meeting(w)
    case.cast(w, ("yes", "yes", "yes", "no", "no", "no"))
    assert case.close(w) is None
    assert (w.case.state, w.case.cycle) == ("in_review", 2)
    assert set(Finding.objects.filter(cycle=1).values_list("criterion", flat=True)) == {"A2"}
    assert set(Reconciliation.objects.filter(cycle=2).values_list("criterion", flat=True)) == {"A1", "A3"}
    ended = Part.objects.filter(part="evaluator", ended_because="tied")
    assert {part.person for part in ended} == set(w.evaluators[:2])
    assert Mail.objects.filter(key__startswith="tied:").count() == 2


def test_a_decision_after_one_tie():
    """R-D7: declared members vote anew."""
    w = case.voted(choices=("yes", "yes", "yes", "no", "no", "no"))
    case.close(w)
    case.next_meeting(w)
    case.cast(w, case.VOTES)
    assert case.close(w).kind == "grant"
