"""Seats, meetings, agenda and attendance (R-B6, R-B8, R-B10; certification.md §4.8)."""

from datetime import date, timedelta

import pytest

from certification.actions import convening
from certification.models import AgendaItem, Attendance, FileCheck, Seat
from sdgcities.models import Entry, Mail
from tests.certification import deciding_world as case
from tests.certification import factories
from tests.certification.deciding_world import refused

pytestmark = pytest.mark.django_db
NOW = factories.NOW


def seated(w, person, starts_on, **told):
    told = {"duty": "member", "constituency": "academia", "by": w.secretary, "at": NOW, **told}
    return convening.seat(person, committee=w.committee, starts_on=starts_on, **told)


# --- seats


def test_may_sit_two_terms_in_a_row():
    """R-B6: a term is three years unless told otherwise."""
    w, person = factories.world(), factories.person()
    first = seated(w, person, date(2026, 10, 1))
    second = seated(w, person, date(2029, 10, 1))
    assert (first.ends_on, first.term, second.term) == (date(2029, 9, 30), 1, 2)


def test_may_not_sit_a_third_term_in_a_row():
    """R-B6"""
    w, person = factories.world(), factories.person()
    seated(w, person, date(2026, 10, 1))
    seated(w, person, date(2029, 10, 1))
    refused(lambda: seated(w, person, date(2032, 10, 1)), "R-B6")
    assert Seat.objects.filter(person=person).count() == 2


def test_may_sit_again_after_a_pause():
    """R-B6"""
    w, person = factories.world(), factories.person()
    seated(w, person, date(2026, 10, 1))
    seated(w, person, date(2029, 10, 1))
    assert seated(w, person, date(2034, 6, 1)).term == 1


def test_two_seats_in_one_body_at_one_time_are_refused():
    """R-B6"""
    w, person = factories.world(), factories.person()
    seated(w, person, date(2026, 10, 1))
    refused(lambda: seated(w, person, date(2027, 1, 1)), "R-B6")


def test_may_not_give_the_secretariat_a_seat():
    """R-B10"""
    w = factories.world()
    refused(lambda: seated(w, factories.secretary(), date(2026, 10, 1)), "R-B10")


def test_nobody_but_the_secretariat_gives_seats():
    """R-B10"""
    w = factories.world()
    refused(lambda: seated(w, factories.person(), date(2026, 10, 1), by=w.chair), "R-B10")


def test_a_committee_seat_is_for_one_constituency():
    """R-B8"""
    w = factories.world()
    refused(lambda: seated(w, factories.person(), date(2026, 10, 1), constituency=""), "R-B8")


def test_an_ended_seat_ends_today():
    """R-B6"""
    w = factories.world()
    seat = w.members[0].seats.get()
    convening.end_seat(seat, by=w.secretary, at=NOW)
    seat.refresh_from_db()
    assert seat.ends_on == NOW.date()


# --- meetings and agenda


def test_the_cut_off_lies_the_policys_days_before_the_meeting():
    w = factories.world()
    meeting = convening.plan_meeting(w.committee, scheduled_at=case.MEETS, by=w.secretary, at=NOW)
    assert meeting.cut_off_at == case.MEETS - timedelta(days=28)
    assert Mail.objects.filter(key__startswith="meeting:").count() == 6


def test_a_signed_and_checked_report_can_come_on_the_agenda():
    w = case.planned()
    assert (w.item.report, w.case.state) == (w.report, "on_agenda")


def test_candidates_are_exactly_those_that_can_be_listed():
    w = case.checked()
    w.meeting = convening.plan_meeting(w.committee, scheduled_at=case.MEETS, by=w.secretary, at=case.SIGNED)
    assert list(convening.candidates(w.meeting)) == [w.report]
    convening.put_on_agenda(w.meeting, w.application, by=w.secretary, at=case.SIGNED)
    assert list(convening.candidates(w.meeting)) == []


def test_a_report_signed_after_the_cut_off_waits():
    w = case.checked()
    soon = case.SIGNED + timedelta(days=27)
    meeting = convening.plan_meeting(w.committee, scheduled_at=soon, by=w.secretary, at=case.SIGNED)
    assert list(convening.candidates(meeting)) == []
    refused(lambda: convening.put_on_agenda(meeting, w.application, by=w.secretary, at=case.SIGNED))
    assert not AgendaItem.objects.exists()


def test_a_report_that_was_not_checked_is_refused():
    """R-C9"""
    w = case.checked()
    FileCheck.objects.all().delete()
    meeting = convening.plan_meeting(w.committee, scheduled_at=case.MEETS, by=w.secretary, at=case.SIGNED)
    refused(lambda: convening.put_on_agenda(meeting, w.application, by=w.secretary, at=case.SIGNED), "R-C9")


def test_only_the_chair_opens_a_meeting():
    """R-D1"""
    w = case.planned()
    refused(lambda: convening.open_meeting(w.meeting, by=w.members[0], at=case.MEETS), "R-D1")


def test_a_meeting_with_unsettled_items_stays_open():
    w = case.sitting()
    refused(lambda: convening.close_meeting(w.meeting, by=w.chair, at=w.at), "R-D1")


def test_a_meeting_is_closed_when_all_is_settled():
    w = case.voted()
    case.close(w)
    convening.close_meeting(w.meeting, by=w.chair, at=w.at)
    w.meeting.refresh_from_db()
    assert (w.meeting.state, w.meeting.closed_at) == ("closed", w.at)


# --- attendance


def test_may_attend_in_term():
    """R-B6"""
    w = case.planned()
    case.open_and_attend(w, w.meeting, [w.members[0]])
    assert Attendance.objects.get().person == w.members[0]


def test_may_not_attend_after_the_term():
    """R-B6"""
    w = case.planned()
    convening.open_meeting(w.meeting, by=w.chair, at=case.MEETS)
    w.members[0].seats.update(ends_on=case.MEETS.date() - timedelta(days=1))
    refused(lambda: convening.attend(w.meeting, by=w.members[0], at=case.MEETS), "R-B6")
    assert not Attendance.objects.exists()


def test_may_not_attend_as_administrator():
    """R-B10"""
    w = case.planned()
    convening.open_meeting(w.meeting, by=w.chair, at=case.MEETS)
    factories.membership(w.members[0], "administrator")
    refused(lambda: convening.attend(w.meeting, by=w.members[0], at=case.MEETS), "R-B10")


def test_attending_twice_is_once():
    w = case.planned()
    case.open_and_attend(w, w.meeting, [w.chair, w.chair])
    assert Attendance.objects.count() == 1


def with_alternate():
    w = case.planned()
    convening.open_meeting(w.meeting, by=w.chair, at=case.MEETS)
    seat = w.members[0].seats.get()
    other = factories.committee_member(w.committee, seat.constituency, alternate_of=seat)
    return w, w.members[0], other


def test_an_alternate_may_sit_where_the_member_does_not():
    """R-B8"""
    w, member, alternate = with_alternate()
    convening.attend(w.meeting, by=alternate, at=case.MEETS)
    refused(lambda: convening.attend(w.meeting, by=member, at=case.MEETS), "R-B8")


def test_an_alternate_may_not_sit_beside_the_member():
    """R-B8"""
    w, member, alternate = with_alternate()
    convening.attend(w.meeting, by=member, at=case.MEETS)
    refused(lambda: convening.attend(w.meeting, by=alternate, at=case.MEETS), "R-B8")


# --- who sends


def test_may_say_afterwards_who_sends_the_holder_of_a_seat():
    w = factories.world()
    own, sender = Seat.objects.get(person=w.members[0]), factories.organisation()
    convening.come_from(own, sender, by=w.secretary, at=w.at)
    own.refresh_from_db()
    assert own.organisation == sender
    assert Entry.objects.get(act="seat.sent").actor == w.secretary.pk


def test_may_not_say_who_sends_as_anybody_but_the_secretariat():
    """R-B10"""
    w = factories.world()
    own, sender = Seat.objects.get(person=w.members[0]), factories.organisation()
    for by in (w.chair, w.members[0], w.stranger):
        refused(lambda by=by: convening.come_from(own, sender, by=by, at=w.at), "R-B10")
    own.refresh_from_db()
    assert own.organisation is None
