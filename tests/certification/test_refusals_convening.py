"""How the verbs on seats, meetings and agendas decline: the sentence, the rule, and that nothing has changed."""

from datetime import timedelta

import pytest

from certification.actions import convening
from certification.models import Application, Mechanism, Seat
from tests.certification import deciding_world as case
from tests.certification import factories as make
from tests.certification.declining import declined

pytestmark = pytest.mark.django_db
TODAY = make.NOW.date()
TOMORROW = TODAY + make.DAY


def give(w, *, body="committee", **told):
    """A seat for a stranger, in one body unless told otherwise."""
    bodies = {"committee": {"committee": w.committee}, "panel": {"panel": w.panel}, "neither": {}}
    bodies["both"] = bodies["committee"] | bodies["panel"]
    given = {"duty": "member", "constituency": "academia", "starts_on": TOMORROW, **bodies[body], **told}
    return convening.seat(w.stranger, **given, by=w.secretary, at=w.at)


ONE_BODY = "A seat is in one body: choose a panel or a committee."
NO_DUTY = "This duty does not exist in %s. Choose another one."


@pytest.mark.parametrize(
    ("sentence", "rule", "told"),
    [
        (ONE_BODY, "", {"body": "both"}),
        (ONE_BODY, "", {"body": "neither"}),
        (NO_DUTY % "Committee", "", {"duty": "lead"}),
        (NO_DUTY % "Panel (en)", "", {"body": "panel", "duty": "chair"}),
        ("A term ends after it starts. Choose a later last day.", "R-B6", {"ends_on": TOMORROW}),
    ],
    ids=["both-bodies", "no-body", "committee-duty", "panel-duty", "last-day"],
)
def test_a_seat_fits_its_body_and_its_days(sentence, rule, told):
    w = make.world()
    declined(sentence, rule, give, w, **told)


def test_an_alternate_sits_where_the_member_sits():
    """R-B8: neither for another constituency nor for themself."""
    w = make.world()
    civil = Seat.objects.get(person=w.members[1])
    own = make.committee_member(w.committee, "academia", starts_on=TODAY, ends_on=TOMORROW)
    w.stranger, held = own, Seat.objects.get(person=own)
    sentence = "An alternate sits in the member's committee and constituency. Choose another member."
    for alternate_of in (civil, held):
        declined(sentence, "R-B8", give, w, alternate_of=alternate_of, starts_on=TODAY + timedelta(days=9))


@pytest.mark.parametrize("starts_on", [TODAY, TOMORROW])
def test_a_seat_runs_for_a_day_before_it_ends(starts_on):
    """R-B6"""
    w = make.world()
    seat = give(w, starts_on=starts_on)
    sentence = "This seat has not run for a day yet. It can end tomorrow at the earliest."
    declined(sentence, "R-B6", convening.end_seat, seat, by=w.secretary, at=w.at)


def test_a_meeting_is_opened_once():
    """R-D1"""
    w = case.sitting()
    sentence = "This meeting has been opened already. Go on with its agenda."
    declined(sentence, "R-D1", convening.open_meeting, w.meeting, by=w.chair, at=w.at)


def test_who_has_no_seat_attends_nothing():
    """R-B6"""
    w = case.sitting()
    sentence = "You have no seat in this committee. Ask the secretariat if you should have one."
    for by in (w.stranger, w.evaluators[2]):
        declined(sentence, "R-B6", convening.attend, w.meeting, by=by, at=w.at)


# --- the agenda


def meeting(w, at=case.SIGNED):
    return convening.plan_meeting(w.committee, scheduled_at=case.MEETS, by=w.secretary, at=at)


def listed(w, meeting, at=case.SIGNED):
    return convening.put_on_agenda(meeting, w.application, by=w.secretary, at=at)


def test_a_case_comes_before_its_own_mechanisms_committee():
    """R-D1"""
    w = case.checked()
    national = Mechanism.objects.create(key="national", name="National", kind="national", country=w.city.country)
    Application.objects.update(mechanism=national)
    sentence = "This case belongs to another mechanism. Put it on its own committee's agenda."
    declined(sentence, "R-D1", listed, w, meeting(w))


def test_a_case_is_on_an_agenda_once():
    w = case.planned()
    sentence = "This case is on the agenda of this meeting already, so nothing is left to do."
    declined(sentence, "", listed, w, w.meeting)


def test_nothing_comes_on_the_agenda_of_what_is_over():
    """R-D1"""
    w = case.checked()
    over = meeting(w)
    convening.open_meeting(over, by=w.chair, at=case.MEETS)
    convening.close_meeting(over, by=w.chair, at=case.MEETS)
    sentence = "This meeting is over. Put the case on the agenda of a later one."
    declined(sentence, "R-D1", listed, w, over, at=case.MEETS)


def test_a_case_without_a_signed_report_stays_off_the_agenda():
    """R-C8"""
    w = make.in_review(make.world())
    sentence = "Only a signed, frozen report can go on from here. Ask the panel lead to sign it."
    declined(sentence, "R-C8", listed, w, meeting(w, at=w.at), at=w.at)
