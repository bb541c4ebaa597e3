"""Whoever presides stands under the rules: no say after the vote began, none in what is over, no packed meeting."""

from datetime import date, timedelta

import pytest

from certification.actions import applying, convening, deciding, reviewing
from certification.models import CommitteeFinding, Decision, Meeting, Part, Recusal, Vote
from sdgcities.models import Role
from tests.certification import deciding_world as case
from tests.certification import factories
from tests.certification.deciding_world import UNMET, refused

pytestmark = pytest.mark.django_db
LATER = {"missing": {"A2": "The plan."}, "missing_by": date(2026, 12, 20)}
NO = ("no",) * 6


def test_may_preside_in_the_chairs_place():
    """R-B4, R-D1: the chair declared a conflict, so the longest-seated member opens and closes that item."""
    w = case.planned()
    w.at = case.MEETS
    case.open_and_attend(w, w.meeting)
    eldest, *others = w.members
    eldest.seats.update(starts_on=date(2025, 1, 1))
    deciding.declare(w.item, conflict=True, category="family", by=w.chair, at=w.at)
    for member in w.members:
        deciding.declare(w.item, conflict=False, by=member, at=w.at)
    refused(lambda: deciding.open_item(w.item, by=w.chair, at=w.at), "R-B4")
    refused(lambda: deciding.open_item(w.item, by=others[0], at=w.at), "R-D1")
    deciding.open_item(w.item, by=eldest, at=w.at)
    for member in w.members:
        deciding.vote(w.item, choice="yes", digest=w.report.digest, by=member, at=w.at)
    decision = deciding.close_item(w.item, reasons="As the report says.", by=eldest, at=w.at)
    assert (decision.kind, Part.objects.filter(person=w.chair).exists()) == ("grant", False)


@pytest.mark.parametrize("deed", ["close", "defer", "carry", "depart"])
def test_may_not_preside_after_joining_the_house(deed):
    """R-B10: made administrator in mid-vote, the chair does nothing more."""
    w = case.opened(results=UNMET)
    factories.membership(w.chair, Role.ADMINISTRATOR)
    told = {"criterion": "A1", "result": "not_met", "reasons": "Not public.", "by": w.chair, "at": w.at}
    deeds = {
        "close": lambda: case.close(w),
        "defer": lambda: case.close(w, defer=True, **LATER),
        "carry": lambda: deciding.carry(w.item, by=w.chair, at=w.at),
        "depart": lambda: deciding.depart(w.item, **told),
    }
    refused(deeds[deed], "R-B10")
    assert (Decision.objects.count(), CommitteeFinding.objects.count(), w.case.state) == (0, 0, "on_agenda")


def test_may_not_depart_once_votes_are_cast():
    """R-D3"""
    w = case.voted(choices=("yes", None, None, None, None, None))
    told = {"criterion": "A1", "result": "not_met", "reasons": "Not public.", "by": w.chair, "at": w.at}
    refused(lambda: deciding.depart(w.item, **told), "R-D3")


@pytest.mark.parametrize(
    "choices", [("yes", "yes", "yes", "yes", "yes", "no"), ("yes", "yes", "yes", "no", "no", "no")]
)
def test_may_not_defer_what_the_votes_decide(choices):
    """R-D7: neither a grant nor a tie is put off by whoever presides."""
    w = case.voted(choices=choices)
    refused(lambda: case.close(w, defer=True, **LATER), "R-D7")
    assert not Decision.objects.exists()


def test_may_not_defer_after_the_first_vote():
    """R-B8: one vote is no quorum, and puts an end to a deferral by the chair alone."""
    w = case.voted(choices=("yes", None, None, None, None, None))
    refused(lambda: case.close(w, defer=True, **LATER), "R-B8")


@pytest.mark.parametrize(("choices", "results"), [(NO, {}), (case.VOTES, UNMET)])
def test_may_defer_where_the_record_does_not_carry_what_the_votes_say(choices, results):
    """R-D2, R-D3, R-D7: a majority against a record that is met, or for one that is not, can only be deferred."""
    w = case.voted(choices=choices, results=results)
    refused(lambda: case.close(w), "R-D3")
    assert case.close(w, defer=True, **LATER).kind == "defer"


def test_a_deferral_ends_on_a_day_that_can_be_counted():
    """R-D2"""
    w = case.opened(results=UNMET)
    far = {**LATER, "missing_by": date(9999, 12, 31)}
    refused(lambda: case.close(w, defer=True, **far), "R-D2")


# --- what was taken back or is over


def test_a_retracted_case_leaves_the_agenda():
    """R-D1: its votes are void, nobody votes on it, and the meeting can be closed."""
    w = case.voted(choices=("yes", "yes", None, None, None, None))
    applying.retract(w.application, reason="A new mayor.", by=w.delegate, at=w.at)
    w.item.refresh_from_db()
    assert (w.item.state, Vote.objects.filter(voided_at=None).count()) == ("removed", 0)
    refused(lambda: deciding.vote(w.item, choice="yes", digest=w.report.digest, by=w.members[2], at=w.at), "R-D1")
    convening.close_meeting(w.meeting, by=w.chair, at=w.at)
    assert Meeting.objects.get().state == "closed"


def test_a_carried_case_that_is_retracted_is_not_listed_again():
    """R-D1"""
    w = case.voted(choices=("yes", "yes", "yes", "no", "no", "no"))
    case.close(w)
    applying.retract(w.application, reason="A new mayor.", by=w.delegate, at=w.at)
    soon = w.at + timedelta(days=40)
    following = convening.plan_meeting(w.committee, scheduled_at=soon, by=w.secretary, at=w.at)
    assert not following.items.exists()


def test_may_not_stand_aside_from_what_is_decided():
    """R-B4: quorum and votes stay as they were."""
    w = case.voted()
    case.close(w)
    refused(lambda: reviewing.recuse(w.application, category="other", by=w.members[0], at=w.at), "R-B4")
    refused(lambda: deciding.stand_aside(w.item, category="other", by=w.members[1], at=w.at), "R-B4")
    assert (Recusal.objects.count(), Vote.objects.filter(voided_at=None).count()) == (0, 6)


def test_a_recusal_in_the_next_round_leaves_the_closed_item_as_it_was():
    """R-B4: after a deferral the case runs on, and the minutes of the first item say what they said."""
    w = case.voted(choices=NO)
    case.close(w, defer=True, **LATER)
    reviewing.recuse(w.application, category="other", by=w.members[0], at=w.at + timedelta(days=1))
    [watched] = deciding.watch(w.meeting, at=w.at + timedelta(days=2))
    assert (watched.present, watched.quorum) == (6, True)


# --- who is let in


def test_may_not_pack_a_meeting_in_session():
    """R-B6: a seat given after the meeting was opened takes part from the next one on."""
    w = case.opened()
    friend, now = factories.person("Friend"), w.at + timedelta(minutes=5)
    told = {"committee": w.committee, "duty": "member", "constituency": "academia", "by": w.secretary, "at": now}
    refused(lambda: convening.seat(friend, starts_on=date(2020, 1, 1), **told), "R-B6")
    convening.seat(friend, starts_on=now.date(), **told)
    refused(lambda: convening.attend(w.meeting, by=friend, at=now), "R-B6")


def test_an_evaluator_who_also_sits_does_not_stop_the_item():
    """R-B1, R-B8: neither counted nor joined; the others go on."""
    w = case.planned()
    w.at = case.MEETS
    judge = w.evaluators[0]
    factories.Seat.objects.create(
        person=judge, committee=w.committee, duty="member", constituency="academia",
        starts_on=factories.LONG_AGO, ends_on=factories.FAR_AHEAD,
    )  # fmt: skip
    case.open_and_attend(w, w.meeting, [w.chair, *w.members, judge])
    case.everybody_declares(w)
    reviewing.declare(w.application, conflict=False, by=judge, at=w.at)
    deciding.open_item(w.item, by=w.chair, at=w.at)
    [watched] = deciding.watch(w.meeting, at=w.at)
    assert (watched.present, w.case.parts.get(person=judge).part) == (6, "evaluator")


@pytest.mark.parametrize("day", [date(9998, 1, 1), date(9999, 12, 31), date(2037, 1, 1)])
def test_a_seat_begins_on_a_day_that_can_be_counted(day):
    w = factories.world()
    told = {"duty": "member", "constituency": "academia", "by": w.secretary, "at": w.at}
    refused(lambda: convening.seat(w.stranger, committee=w.committee, starts_on=day, **told))
