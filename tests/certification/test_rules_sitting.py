"""Who sits for an item and who presides: each rule of certification.rules.sitting lets through what it may, no more."""

from datetime import date, timedelta

import pytest

from certification import rules
from certification.models import AgendaItem, Declaration, Meeting, Part, Recusal, Seat
from sdgcities.models import Role
from tests.certification import factories
from tests.certification.factories import NOW
from tests.certification.rules_world import ACADEMIA, CIVIL, DAY, case, plays, refused, report

pytestmark = pytest.mark.django_db


def before_committee(*, state="on_agenda", **told):
    """An item of a meeting in session, with a chair and two members who are present and declared."""
    application = case(state=state)
    body = factories.committee(application.mechanism)
    meeting = Meeting.objects.create(
        reference=f"MEET-{application.reference}", mechanism=body.mechanism, committee=body, scheduled_at=NOW,
        cut_off_at=NOW, state=Meeting.State.OPEN, opened_at=NOW,
    )  # fmt: skip
    item = AgendaItem.objects.create(meeting=meeting, application=application, report=report(application), **told)
    return item, [member(item, ACADEMIA, "chair"), member(item, CIVIL), member(item, ACADEMIA)]


def member(item, constituency, duty="member", *, declared=True, **told):
    """A person who is present at ITEM's meeting by a seat of their own."""
    person = factories.committee_member(item.meeting.committee, constituency, duty, **told)
    item.meeting.attendances.create(seat=person.seats.get(), person=person, arrived_at=NOW)
    if declared:
        Declaration.objects.create(application=item.application, person=person, conflict=False, signed_at=NOW)
    return person


def sits(item, person):
    seat = Seat.objects.get(person=person, committee__isnull=False)
    known = rules.known_against([item.application_id], [person.pk], at=NOW)
    return rules.sits(seat, item, known, at=NOW)


def recuse(item, person, at=NOW):
    Recusal.objects.create(application=item.application, person=person, category="family", at=at)


def test_may_sits():
    """R-B1, R-B4, R-B8, R-B10: present, in term and free of any other part; a part in another case is no hindrance."""
    item, people = before_committee()
    plays(case(), Part.Kind.EVALUATOR, people[1])
    plays(item.application, Part.Kind.DECIDER, people[2])
    assert [sits(item, one) for one in people] == [True] * 3
    assert {seat.person for seat in rules.sitting(item, at=NOW)} == set(people)


def test_may_not_sits():
    """R-B1, R-B4, R-B6, R-B8, R-B10: not counted in the quorum, whatever the seat."""
    item, [_chair, aside, judge] = before_committee()
    recuse(item, aside)
    plays(item.application, Part.Kind.EVALUATOR, judge, ended_at=NOW)
    citizen, house, over, closed = (member(item, CIVIL) for _ in range(4))
    factories.membership(citizen, Role.CITY_EDITOR, city=item.application.city)
    factories.membership(house, Role.ADMINISTRATOR)
    over.seats.update(ends_on=NOW.date() - DAY)
    closed.is_active = False
    closed.save()
    assert [sits(item, one) for one in (aside, judge, citizen, house, over, closed)] == [False] * 6


def test_who_sat_for_a_settled_item_stays_who_sat():
    """R-B4: what happens after the item was settled does not change its minutes."""
    item, [chair, aside, _other] = before_committee(state="decided")
    AgendaItem.objects.filter(pk=item.pk).update(state=AgendaItem.State.CLOSED, closed_at=NOW)
    item.refresh_from_db()
    recuse(item, aside, at=NOW + timedelta(minutes=1))
    factories.membership(chair, Role.SECRETARIAT)
    late = member(item, CIVIL)
    item.meeting.attendances.filter(person=late).update(arrived_at=NOW + timedelta(minutes=1))
    assert len(rules.sitting(item, at=NOW + DAY)) == 3


def test_may_presides():
    """R-D1: the chair, present and declared."""
    item, [chair, *_members] = before_committee()
    rules.presides(chair, item, at=NOW)


def test_the_longest_seated_member_presides_where_the_chair_cannot():
    """R-B4, R-D1: declared and free of other parts; of two seated equally long, who came first into the meeting."""
    item, [chair, *_members] = before_committee()
    undeclared = member(item, CIVIL, declared=False, starts_on=date(2024, 1, 1))
    eldest = member(item, CIVIL, starts_on=date(2025, 1, 1))
    refused("R-D1", rules.presides, eldest, item, at=NOW)
    recuse(item, chair)
    rules.presides(eldest, item, at=NOW)
    refused("R-D1", rules.presides, undeclared, item, at=NOW)


def test_may_not_presides():
    """R-D1: no other member, no chair who is absent or whose seat is over, and none seated after the opening."""
    item, [chair, *members] = before_committee()
    for one in members:
        refused("R-D1", rules.presides, one, item, at=NOW)
    item.meeting.attendances.filter(person=chair).delete()
    refused("R-D1", rules.presides, chair, item, at=NOW)
    packed = member(item, CIVIL, "chair", made_at=NOW + timedelta(minutes=1))
    refused("R-D1", rules.presides, packed, item, at=NOW + timedelta(minutes=2))


def test_may_not_preside_after_standing_aside():
    """R-B4"""
    item, [chair, *_members] = before_committee()
    recuse(item, chair)
    refused("R-B4", rules.presides, chair, item, at=NOW)


def test_may_not_preside_with_another_part():
    """R-B1: the panel lead of the case, given a chair's seat."""
    item, [chair, *_members] = before_committee()
    plays(item.application, Part.Kind.LEAD, chair)
    refused("R-B1", rules.presides, chair, item, at=NOW)


def test_may_not_preside_undeclared():
    """R-B3"""
    item, [chair, *_members] = before_committee()
    Declaration.objects.filter(person=chair).delete()
    refused("R-B3", rules.presides, chair, item, at=NOW)


@pytest.mark.parametrize("office", [Role.SECRETARIAT, Role.ADMINISTRATOR])
def test_may_not_preside_as_secretariat(office):
    """R-B10: whoever comes to the house stops to preside at once."""
    item, [chair, *_members] = before_committee()
    factories.membership(chair, office)
    refused("R-B10", rules.presides, chair, item, at=NOW)


def test_may_not_preside_as_superuser():
    """R-B10"""
    item, _people = before_committee()
    boss = member(item, CIVIL, "chair")
    boss.is_superuser = True
    boss.save()
    refused("R-B10", rules.presides, boss, item, at=NOW)


def test_may_chairs_meeting():
    """R-D1: the chair; where no chair is in term any more, the longest-seated member who is there."""
    item, [chair, *_members] = before_committee()
    rules.chairs_meeting(chair, item.meeting, at=NOW)
    eldest = member(item, CIVIL, starts_on=date(2025, 1, 1))
    chair.seats.update(ends_on=NOW.date() - DAY)
    rules.chairs_meeting(eldest, item.meeting, at=NOW)


def test_may_not_chairs_meeting():
    """R-D1"""
    item, [chair, *members] = before_committee()
    for one in members:
        refused("R-D1", rules.chairs_meeting, one, item.meeting, at=NOW)
    chair.seats.update(ends_on=NOW.date() - DAY)
    refused("R-D1", rules.chairs_meeting, chair, item.meeting, at=NOW)


def test_may_case_is_before_committee():
    """R-D1"""
    rules.case_is_before_committee(case(state="on_agenda"))


def test_may_not_case_is_before_committee():
    """R-D1"""
    for state in ("retracted", "in_review", "decided"):
        refused("R-D1", rules.case_is_before_committee, case(state=state))


def test_may_case_is_undecided():
    """R-B4"""
    for state in ("in_review", "on_agenda", "clarification"):
        rules.case_is_undecided(case(state=state))


def test_may_not_case_is_undecided():
    """R-B4"""
    for state in ("decided", "retracted"):
        refused("R-B4", rules.case_is_undecided, case(state=state))
