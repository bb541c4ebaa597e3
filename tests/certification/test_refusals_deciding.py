"""How the committee's verbs on one item decline: the sentence, the rule, and that nothing has changed."""

import pytest

from certification import flow
from certification.actions import deciding, moving
from tests.certification import deciding_world as case
from tests.certification.declining import declined

pytestmark = pytest.mark.django_db


def test_a_vote_is_opened_once():
    """R-D1"""
    w = case.opened()
    sentence = "This item is open or settled already. Load the page again to see which."
    declined(sentence, "R-D1", deciding.open_item, w.item, by=w.chair, at=w.at)


@pytest.mark.parametrize("choice", ["", "maybe"], ids=["none", "maybe"])
def test_a_vote_is_yes_no_or_abstention(choice):
    """R-D1"""
    w = case.opened()
    told = {"choice": choice, "digest": w.report.digest, "by": w.members[0], "at": w.at}
    declined("Choose yes, no or abstain.", "R-D1", deciding.vote, w.item, **told)


@pytest.mark.parametrize(("criterion", "result"), [("Z9", "met"), ("A2", "excellent")])
def test_the_committee_departs_from_a_finding_of_the_report(criterion, result):
    """R-D3"""
    w = case.sitting(results=case.UNMET)
    told = {"criterion": criterion, "result": result, "reasons": "The annex shows it.", "by": w.chair, "at": w.at}
    sentence = "Choose one of the report's criteria and what the committee finds."
    declined(sentence, "R-D3", deciding.depart, w.item, **told)


def test_what_is_decided_is_not_carried_over():
    """R-D1"""
    w = case.voted()
    case.close(w)
    sentence = "This item is settled. What was decided stands in the minutes."
    declined(sentence, "R-D1", deciding.carry, w.item, by=w.chair, at=w.at)


def test_a_deferral_gives_the_city_a_day_at_least():
    """R-D2"""
    w = case.voted(results=case.UNMET)
    told = {"defer": True, "missing": {"A2": "The plan."}, "missing_by": w.at.date()}
    declined("Give the city until a later day than today.", "R-D2", case.close, w, **told)


@pytest.mark.parametrize("move", [flow.DECIDE, flow.REOPEN], ids=lambda move: move.name)
def test_the_gate_itself_lets_nobody_through_but_who_presides(move):
    """R-D1: whichever verb leads to it."""
    w = case.voted()
    sentence = "Only the committee's chair can do this. Ask the chair."
    for by in (w.members[0], w.secretary, w.stranger):
        declined(sentence, "R-D1", moving.make, move, w.application, by=by, at=w.at)
