"""Parts are disjoint from both sides: a judge does not come to the city, and whoever did acts for neither (R-B1, R-B10)."""

import pytest

from certification import access, rules
from certification.actions import applying, screening
from certification.models import Part, Seat
from sdgcities import access as mechanism
from sdgcities import journal
from sdgcities.actions import parts, people
from sdgcities.errors import Refused
from sdgcities.models import Entry, Mail, Membership, Role
from tests.certification import factories
from tests.certification.factories import in_review, screened, submitted, world
from tests.certification.panel_world import at_work, filed, refused

pytestmark = pytest.mark.django_db


def invited(w, person, role=Role.CITY_EDITOR):
    return people.invite(person.email, role, city=w.city, by=w.secretary, at=w.at).token


def test_may_come_to_a_city_that_one_does_not_judge():
    """R-B1"""
    w = in_review(world())
    people.accept(invited(w, w.stranger), by=w.stranger, at=w.at)
    assert Membership.objects.get(user=w.stranger).city == w.city


def test_may_not_come_to_the_city_as_its_judge():
    """R-B1: asked when the letter is accepted, and nothing is left half done."""
    w = in_review(world())
    judge = w.evaluators[0]
    refused("R-B1", people.accept, invited(w, judge), by=judge, at=w.at)
    assert not Membership.objects.filter(user=judge).exists()


def test_may_not_follow_the_delegate_as_a_judge():
    """R-B1: by succession neither."""
    w = in_review(world())
    held = w.delegate.memberships.get()
    refused("R-B1", people.hand_over, held, to=w.lead, by=w.delegate, at=w.at)
    held.refresh_from_db()
    assert held.ended_at is None


def test_may_not_act_on_either_side_with_both():
    """R-B1: should it come to be all the same, that person neither files a finding nor acts for the city."""
    w = at_work()
    judge = w.evaluators[0]
    factories.membership(judge, Role.CITY_DELEGATE, city=w.city)
    refused("R-B1", filed, w, judge)
    for need in ("submit", "edit"):
        refused("R-B1", rules.must, judge, need, w.application, at=w.at)


def test_may_not_screen_ones_own_city():
    """R-B1, R-B10: the secretary who became the city verifies no mandate and accepts no case."""
    w = screened(world())
    factories.membership(w.secretary, Role.CITY_DELEGATE, city=w.city)
    refused("R-B1", screening.verify_mandate, w.application, channel="Mine.", by=w.secretary, at=w.at)
    told = {"panel": w.panel, "lead": w.lead, "evaluators": w.evaluators[:2]}
    refused("R-B1", screening.accept, w.application, **told, by=w.secretary, at=w.at)
    assert w.case.state == "screening"


def test_may_not_work_for_a_city_and_the_house():
    """R-B10: in neither order."""
    w = submitted(world())
    boss = factories.person("Boss")
    factories.membership(boss, Role.ADMINISTRATOR)
    helper = factories.secretary()
    token = people.invite(helper.email, Role.CITY_EDITOR, city=w.city, by=boss, at=w.at).token
    refused("R-B10", people.accept, token, by=helper, at=w.at)
    token = people.invite(w.editor.email, Role.SECRETARIAT, by=boss, at=w.at).token
    refused("R-B10", people.accept, token, by=w.editor, at=w.at)


def test_the_present_delegate_hears_of_a_hand_over_and_can_withdraw_it():
    """R-C1: the house never changes a city's delegate behind the delegate's back."""
    w = world()
    held = w.delegate.memberships.get()
    letter = people.hand_over(held, to="mallory@evil.example", by=w.secretary, at=w.at)
    told = Mail.objects.get(to_user=w.delegate)
    assert (told.key, "mallory@evil.example" in told.body) == (f"handed-over:{letter.invitation.pk}", True)
    people.cancel(letter.invitation, by=w.delegate, at=w.at)
    with pytest.raises(Refused):
        people.accept(letter.token, name="Mallory", password="long-enough-secret-7", at=w.at)
    assert applying.start(w.city, stage="A", by=w.delegate, at=w.at).parts.filter(part=Part.Kind.CITY).count() == 2


def test_who_hands_over_gets_no_letter_about_it():
    w = world()
    people.hand_over(w.delegate.memberships.get(), to="next@example.org", by=w.delegate, at=w.at)
    assert not Mail.objects.filter(to_user=w.delegate).exists()


def test_a_closed_account_has_left_its_cases_when_it_is_opened_again():
    """R-H4: neither the part nor the right to read the case comes back."""
    w = in_review(world())
    judge = w.evaluators[0]
    others = set(w.application.parts.filter(ended_at=None).exclude(person=judge).values_list("person", flat=True))
    parts.close(judge, by=w.secretary, at=w.at)
    part = Part.objects.get(person=judge)
    assert (part.ended_at, part.ended_because) == (w.at, "closed")
    assert [entry.act for entry in journal.of(part)] == ["part.joined", "part.left"]
    parts.reopen(judge, by=w.secretary, at=w.at)
    assert not mechanism.has(judge, "read_case", w.application)
    later = w.at + factories.DAY
    assert not access.applications_for(judge, at=later).exists()
    assert not access.panel_parts_for(judge, at=later).exists()
    running = w.application.parts.filter(ended_at=None).values_list("person", flat=True)
    assert set(running) == others


def test_a_closed_account_has_given_up_its_seats_when_it_is_opened_again():
    """R-B6: today is the last day; what has not run for a day yet keeps the shortest term, and what is over stays."""
    w, day = world(), factories.NOW.date()
    member = factories.person()
    told = {"person": member, "committee": w.committee, "duty": "member", "constituency": "academia"}
    terms = [(-300, -200), (-100, 100), (200, 300)]
    for first, last in terms:
        Seat.objects.create(**told, starts_on=day + first * factories.DAY, ends_on=day + last * factories.DAY)
    parts.close(member, by=w.secretary, at=factories.NOW)
    parts.reopen(member, by=w.secretary, at=factories.NOW)
    ends = [(seat.ends_on - day).days for seat in Seat.objects.filter(person=member).order_by("starts_on")]
    assert ends == [-200, 0, 201]
    assert not rules.seats_in_term(member, at=factories.NOW + factories.DAY).exists()
    assert Entry.objects.filter(act="seat.ended", actor=w.secretary.pk).count() == 2
