"""The committee decides: votes, quorum, balance, ties, departures, deferral and what follows (rules.md, part D)."""

from datetime import date, timedelta

import pytest

from certification import rules
from certification.actions import convening, deciding, reviewing
from certification.models import (
    Certificate,
    Clarification,
    Decision,
    Finding,
    Part,
    Recusal,
    Vote,
)
from sdgcities import canonical
from sdgcities.models import Job, Mail, Role
from tests.certification import deciding_world as case
from tests.certification import factories
from tests.certification.deciding_world import UNMET, certified, refused

pytestmark = pytest.mark.django_db


# --- votes


def test_may_vote_once_on_the_frozen_report():
    """R-D1: present, declared, in session, on the report's digest."""
    w = case.opened()
    cast = deciding.vote(w.item, choice="yes", dissent="", digest=w.report.digest, by=w.chair, at=w.at)
    assert (cast.choice, cast.report_digest, cast.person) == ("yes", w.report.digest, w.chair)


def test_may_not_vote_before_the_vote_is_open():
    """R-D1"""
    w = case.sitting()
    refused(lambda: deciding.vote(w.item, choice="yes", digest=w.report.digest, by=w.chair, at=w.at), "R-D1")
    assert Vote.objects.count() == 0


def test_a_cast_vote_stays_as_it_is():
    """R-D1"""
    w = case.opened()
    deciding.vote(w.item, choice="yes", digest=w.report.digest, by=w.chair, at=w.at)
    refused(lambda: deciding.vote(w.item, choice="no", digest=w.report.digest, by=w.chair, at=w.at), "R-D1")
    assert [vote.choice for vote in Vote.objects.all()] == ["yes"]


def test_may_not_vote_on_another_report():
    """R-C8: a vote names the digest that was read."""
    w = case.opened()
    refused(lambda: deciding.vote(w.item, choice="yes", digest="f" * 64, by=w.chair, at=w.at), "R-C8")


def test_who_is_absent_has_no_vote():
    """R-D1"""
    w = case.planned()
    case.open_and_attend(w, w.meeting, [w.chair, *w.members[:4]])
    w.at = case.MEETS
    case.everybody_declares(w)
    deciding.open_item(w.item, by=w.chair, at=w.at)
    refused(lambda: deciding.vote(w.item, choice="yes", digest=w.report.digest, by=w.members[4], at=w.at), "R-D1")


def test_may_not_vote_undeclared():
    """R-B3"""
    w = case.planned()
    w.at = case.MEETS
    case.open_and_attend(w, w.meeting)
    deciding.declare(w.item, conflict=False, by=w.chair, at=w.at)
    deciding.open_item(w.item, by=w.chair, at=w.at)
    refused(lambda: deciding.vote(w.item, choice="yes", digest=w.report.digest, by=w.members[0], at=w.at), "R-B3")


def test_may_not_vote_after_the_term():
    """R-B6"""
    w = case.opened()
    w.chair.seats.update(ends_on=w.at.date() - timedelta(days=1))
    refused(lambda: deciding.vote(w.item, choice="yes", digest=w.report.digest, by=w.chair, at=w.at), "R-B6")


@pytest.mark.parametrize("office", ["secretariat", "administrator", "superuser"])
def test_may_not_vote_as_secretariat_or_administrator(office):
    """R-B10: whatever seat they hold; being superuser changes nothing."""
    w = case.opened()
    member = w.members[0]
    if office == "superuser":
        member.is_superuser = True
        member.save()
    else:
        factories.membership(member, Role(office))
    refused(lambda: deciding.vote(w.item, choice="yes", digest=w.report.digest, by=member, at=w.at), "R-B10")


def test_only_the_chair_opens_the_vote():
    """R-D1"""
    w = case.sitting()
    refused(lambda: deciding.open_item(w.item, by=w.members[0], at=w.at), "R-D1")


def test_who_judged_the_case_cannot_decide_it():
    """R-B1"""
    w = case.planned()
    factories.Seat.objects.create(
        person=w.evaluators[0],
        committee=w.committee,
        duty="member",
        constituency="academia",
        starts_on=factories.LONG_AGO,
        ends_on=factories.FAR_AHEAD,
    )
    # the declaration of the evaluator would make them a decider, too
    refused(lambda: deciding.declare(w.item, conflict=False, by=w.evaluators[0], at=case.MEETS), "R-B1")


# --- recusal


def test_may_stand_aside():
    """R-B4: a record; access ends at once, the vote is void, the seat does not count for quorum."""
    w = case.opened()
    member = w.members[1]
    deciding.vote(w.item, choice="no", digest=w.report.digest, by=member, at=w.at)
    deciding.stand_aside(w.item, category="family", by=member, at=w.at)
    assert Recusal.objects.get().person == member
    assert Vote.objects.get().voided_at == w.at
    assert Part.objects.get(person=member).ended_at == w.at
    assert member not in [seat.person for seat in rules.sitting(w.item, at=w.at)]
    assert rules.counted(w.item) == []


def test_may_not_vote_after_standing_aside():
    """R-B4"""
    w = case.opened()
    deciding.stand_aside(w.item, category="family", by=w.members[1], at=w.at)
    refused(lambda: deciding.vote(w.item, choice="yes", digest=w.report.digest, by=w.members[1], at=w.at), "R-B4")


def test_a_declared_conflict_is_a_recusal():
    """R-B3, R-B4"""
    w = case.planned()
    deciding.declare(w.item, conflict=True, category="employment", by=w.members[0], at=case.MEETS)
    assert Recusal.objects.get().person == w.members[0]
    assert not Part.objects.filter(person=w.members[0]).exists()


# --- the record


def test_may_not_grant_with_an_unmet_criterion():
    """R-D3"""
    w = case.voted(results=UNMET)
    refused(lambda: case.close(w), "R-D3")
    assert w.case.state == "on_agenda"


def test_may_not_refuse_with_every_criterion_met():
    """R-D3"""
    w = case.voted(choices=("no", "no", "no", "no", "no", "no"))
    refused(lambda: case.close(w), "R-D3")


def test_may_depart_downward_with_reasons_and_refuse_then():
    """R-D3"""
    w = case.opened()
    deciding.depart(w.item, criterion="A1", result="not_met", reasons="Not public.", by=w.chair, at=w.at)
    case.cast(w, ("no", "no", "no", "no", "no", "no"))
    decision = case.close(w)
    assert (decision.kind, w.case.outcome) == ("refuse", "not_certified")
    assert canonical.load(decision.text)["departures"] == [
        {"criterion": "A1", "result": "not_met", "reasons": "Not public."}
    ]


def test_may_not_depart_upward_without_a_spot_check():
    """R-D3"""
    w = case.opened(results=UNMET)
    refused(
        lambda: deciding.depart(w.item, criterion="A2", result="met", reasons="We think so.", by=w.chair, at=w.at),
        "R-D3",
    )


def test_may_not_depart_without_reasons():
    """R-D3"""
    w = case.opened()
    refused(lambda: deciding.depart(w.item, criterion="A1", result="not_met", reasons=" ", by=w.chair, at=w.at), "R-D3")


# --- kinds


def test_may_decide_with_reasons_attendance_and_votes():
    """R-D2: the decision holds what it rests on, under its digest."""
    w = case.voted(choices=("yes", "yes", "yes", "yes", "yes", "no"))
    decision = case.close(w)
    document = canonical.load(decision.text)
    assert canonical.digest(decision.text) == decision.digest
    assert document["report"]["digest"] == w.report.digest
    assert document["counts"] == {"yes": 5, "no": 1, "abstain": 0}
    assert (len(document["attendance"]), len(document["votes"])) == (6, 6)
    assert (w.case.state, w.case.outcome) == ("decided", "certified")
    assert Job.objects.filter(name="certification.write_letter").count() == 1
    assert Mail.objects.filter(key__startswith=f"decided:{decision.pk}").count() == 5


def test_may_not_decide_without_reasons():
    """R-D2"""
    w = case.voted()
    refused(lambda: deciding.close_item(w.item, reasons=" ", by=w.chair, at=w.at), "R-D2")
    assert not Decision.objects.exists()


def test_may_defer_saying_what_is_missing_and_by_when():
    """R-D2: the city is asked, and the same evaluators look at these criteria anew."""
    w = case.opened(results=UNMET)
    decision = case.close(w, defer=True, missing={"A2": "The adopted plan."}, missing_by=date(2026, 12, 20))
    assert (decision.kind, w.case.state, w.case.outcome, w.case.cycle) == ("defer", "clarification", "deferred", 2)
    asked = Clarification.objects.get()
    assert (asked.criterion, asked.question, str(asked.due_at)) == (
        "A2",
        "The adopted plan.",
        "2026-12-21 07:59:59+00:00",
    )
    fresh = Finding.objects.filter(cycle=2, criterion="A2")
    assert {finding.person for finding in fresh} == set(w.evaluators[:2])
    assert not fresh.exclude(filed_at=None).exists()


@pytest.mark.parametrize("told", [{}, {"missing": {"A2": "The plan."}}, {"missing_by": date(2026, 12, 20)}])
def test_a_deferral_without_what_and_by_when_is_refused(told):
    """R-D2"""
    w = case.opened(results=UNMET)
    refused(lambda: case.close(w, defer=True, **told), "R-D2")


def test_may_refuse_naming_what_is_unmet_and_the_right_of_appeal():
    """R-D4: until the last instant of the thirtieth day where the city is."""
    w = case.voted(results=UNMET, choices=("no", "no", "no", "no", "no", "no"))
    document = canonical.load(case.close(w).text)
    assert [one["key"] for one in document["unmet"]] == ["A2"]
    assert document["appeal_until"] == "2026-12-11T07:59:59Z"
    assert document["reasons"] == "As the report says."
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("lacking", ["unmet", "reasons", "appeal_until"])
def test_may_not_refuse_with_less(lacking, monkeypatch):
    """R-D4"""
    from certification import snapshots

    w = case.voted(results=UNMET, choices=("no", "no", "no", "no", "no", "no"))
    whole = snapshots.decision
    monkeypatch.setattr(snapshots, "decision", lambda item, **told: {**whole(item, **told), lacking: ""})
    refused(lambda: case.close(w), "R-D4")
    assert w.case.state == "on_agenda"


# --- levels


def test_may_grant_gold_on_active_silver():
    """R-D5: silver needs none before it, gold an active silver; the lower one is superseded."""
    w = factories.world()
    silver = certified(w, "A")
    gold = certified(w, "B")
    assert Certificate.objects.get(decision=silver).status == "superseded"
    assert Certificate.objects.get(decision=gold).status == "active"


def test_may_not_grant_gold_without_silver():
    """R-D5"""
    w = factories.world()
    refused(lambda: certified(w, "B"), "R-D5")
    assert not Certificate.objects.exists()


def test_gold_may_follow_silver_in_the_same_meeting():
    """R-D5"""
    w = case.voted()
    case.close(w)
    case.checked(w, "B")
    w.item = convening.put_on_agenda(w.meeting, w.application, by=w.secretary, at=w.at)
    case.everybody_declares(w)
    deciding.open_item(w.item, by=w.chair, at=w.at)
    case.cast(w, case.VOTES)
    assert case.close(w).kind == "grant"


# --- twice


def test_a_second_close_changes_nothing():
    """R-D1"""
    w = case.voted()
    case.close(w)
    refused(lambda: case.close(w), "R-D1")
    assert (Decision.objects.count(), Certificate.objects.count()) == (1, 1)


def test_access_ends_with_the_decision():
    """R-H4"""
    w = case.voted()
    assert rules.may_read_evidence(w.members[0], w.application, at=w.at)
    case.close(w)
    assert not rules.may_read_evidence(w.members[0], w.application, at=w.at)


def test_a_recusal_given_elsewhere_counts_too():
    """R-B4"""
    w = case.voted()
    reviewing.recuse(w.application, category="other", by=w.members[0], at=w.at)
    assert len(rules.counted(w.item)) == 5
