"""Parts are disjoint from both sides: a judge does not come to the city, and whoever did acts for neither (R-B1, R-B10)."""

import pytest

from certification import rules
from certification.actions import applying, screening
from certification.models import Part
from sdgcities.actions import people
from sdgcities.errors import Refused
from sdgcities.models import Mail, Membership, Role
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
