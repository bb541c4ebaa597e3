"""The committee's pages: who may open them, what they tell, refusals as sentences, and eight who vote at one moment."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certification.actions import convening, deciding
from certification.models import Attendance, Certificate, Decision, Meeting, Seat, Vote
from sdgcities.errors import Refused
from tests.certification import deciding_world as case
from tests.certification import factories
from tests.certification.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    """The doors read this clock: the day on which the committee of these tests meets."""
    monkeypatch.setattr(timezone, "now", lambda: case.MEETS)


def reader(person):
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def item_url(w, verb=""):
    place = [w.meeting.reference, w.application.reference]
    return reverse("committee-act-on-item", args=[*place, verb]) if verb else reverse("committee-item", args=place)


def test_pages_ask_for_signing_in():
    w = case.planned()
    for address in (item_url(w), reverse("committee-meeting", args=[w.meeting.reference]), reverse("committee-plan")):
        assert Client().get(address).status_code == 302


def test_strangers_and_the_city_find_nothing():
    w = case.planned()
    for person in (w.stranger, w.delegate, w.evaluators[0]):
        assert reader(person).get(item_url(w)).status_code == 404
        assert reader(person).get(reverse("committee-meeting", args=[w.meeting.reference])).status_code == 404
        assert reader(person).get(reverse("committee-meetings")).status_code == 404


def test_only_the_secretariat_plans_and_seats():
    """R-B10"""
    w = factories.world()
    for name in ("committee-plan", "committee-seats", "committee-make-seat"):
        assert reader(w.chair).get(reverse(name)).status_code == 404
        assert reader(w.secretary).get(reverse(name)).status_code == 200


def test_a_meeting_is_planned_in_the_browser():
    w = factories.world()
    told = {"committee": w.committee.pk, "scheduled_at": "2027-03-01T10:00"}
    response = reader(w.secretary).post(reverse("committee-plan"), told, follow=True)
    meeting = Meeting.objects.get()
    assert response.redirect_chain == [(reverse("committee-meeting", args=[meeting.reference]), 302)]
    assert "1 February 2027" in response.content.decode()


def test_a_seat_is_given_in_the_browser_and_a_refusal_keeps_what_was_typed():
    """R-B6"""
    w, person = factories.world(), factories.person("Newcomer")
    told = {
        "body": f"committee:{w.committee.pk}",
        "person": person.pk,
        "duty": "member",
        "constituency": "academia",
        "starts_on": "2027-01-01",
    }
    client = reader(w.secretary)
    assert client.post(reverse("committee-make-seat"), told).status_code == 302
    page = client.post(reverse("committee-make-seat"), told)
    assert "already has a seat here" in page.content.decode()
    assert page.context["form"]["starts_on"].value() == "2027-01-01"
    seat = Seat.objects.get(person=w.members[0])
    assert client.post(reverse("committee-end-seat", args=[seat.pk])).status_code == 302


def test_a_case_is_put_on_the_agenda_in_the_browser():
    w = case.checked()
    meeting = convening.plan_meeting(w.committee, scheduled_at=case.MEETS, by=w.secretary, at=case.SIGNED)
    address = reverse("committee-agenda", args=[meeting.reference])
    assert w.application.reference in reader(w.secretary).get(address).content.decode()
    reader(w.secretary).post(address, {"application": w.application.reference})
    assert [item.application for item in meeting.items.all()] == [w.application]


def test_the_report_shows_only_after_the_declaration():
    """R-B3"""
    w = case.planned()
    client = reader(w.chair)
    assert w.report.digest not in client.get(item_url(w)).content.decode()
    client.post(item_url(w, "declare"), {"conflict": "no"})
    assert w.report.digest in client.get(item_url(w)).content.decode()


def test_who_stands_aside_sees_nothing_more():
    """R-B4"""
    w = case.sitting()
    client = reader(w.members[0])
    client.post(item_url(w, "recuse"), {"category": "family"})
    page = client.get(item_url(w)).content.decode()
    assert w.report.digest not in page
    assert "You stand aside from this item" in page


def test_the_whole_item_in_the_browser():
    """R-D1, R-E1"""
    w = case.planned()
    everyone = [reader(person) for person in (w.chair, *w.members)]
    place = [w.meeting.reference]
    everyone[0].post(reverse("committee-act-on-meeting", args=[*place, "open"]))
    for client in everyone:
        client.post(reverse("committee-act-on-meeting", args=[*place, "attend"]))
        client.post(item_url(w, "declare"), {"conflict": "no"})
    everyone[0].post(item_url(w, "open"))
    for client in everyone:
        client.post(item_url(w, "vote"), {"choice": "yes", "digest": w.report.digest})
    everyone[0].post(item_url(w, "close"), {"reasons": "Every criterion is met."})
    everyone[0].post(reverse("committee-act-on-meeting", args=[*place, "close"]))
    certificate = Certificate.objects.get()
    assert certificate.reference in everyone[1].get(item_url(w)).content.decode()
    minutes = everyone[1].get(reverse("committee-minutes", args=place)).content.decode()
    assert "Yes: 6. No: 0. Abstained: 0." in minutes
    assert Meeting.objects.get().state == "closed"


def test_a_refusal_is_a_sentence_and_keeps_the_reasons():
    """R-B8"""
    w = case.opened()
    page = reader(w.chair).post(item_url(w, "close"), {"reasons": "We all agree."})
    assert page.status_code == 200
    assert "There is no quorum for this item" in page.content.decode()
    assert "We all agree." in page.content.decode()


def test_a_deferral_in_the_browser():
    """R-D2"""
    w = case.opened(results={"A2": "not_met"})
    told = {"reasons": "One gap.", "missing_by": "2026-12-20", "missing_A2": "The adopted plan."}
    assert reader(w.chair).post(item_url(w, "defer"), told).status_code == 302
    assert w.case.state == "clarification"


def test_votes_by_name_are_read_by_committee_secretariat_and_auditor_alone():
    """R-H3"""
    w = case.voted()
    case.close(w)
    auditor = factories.person("Auditor")
    factories.membership(auditor, "auditor")
    address = reverse("committee-minutes", args=[w.meeting.reference])
    for person in (w.members[0], w.secretary, auditor):
        assert w.members[3].name in reader(person).get(address).content.decode()
    for person in (w.delegate, w.evaluators[0], w.lead, w.stranger):
        assert reader(person).get(address).status_code == 404


def test_who_stood_aside_reads_in_the_minutes_what_was_decided_and_not_why():
    """R-B4"""
    w = case.sitting()
    deciding.stand_aside(w.item, category="employment", by=w.members[4], at=w.at)
    deciding.open_item(w.item, by=w.chair, at=w.at)
    for person in (w.chair, *w.members[:4]):
        deciding.vote(w.item, choice="yes", digest=w.report.digest, by=person, at=w.at)
    decision = case.close(w)
    address = reverse("committee-minutes", args=[w.meeting.reference])
    read = {who: reader(who).get(address).content.decode() for who in (w.members[0], w.members[4])}
    assert all(decision.reference in page for page in read.values())
    assert [decision.reasons in page for page in read.values()] == [True, False]


def test_open_votes_do_not_tell_the_choice():
    w = case.voted(choices=("no", None, None, None, None, None))
    page = reader(w.members[0]).get(item_url(w)).content.decode()
    assert f"{w.chair.name} has voted" in page
    assert (
        "No: 1"
        not in reader(w.members[0]).get(reverse("committee-minutes", args=[w.meeting.reference])).content.decode()
    )


def test_a_meeting_page_asks_a_fixed_number_of_queries(django_assert_max_num_queries):
    w = case.sitting()
    client = reader(w.chair)
    address = reverse("committee-meeting", args=[w.meeting.reference])
    with django_assert_max_num_queries(18):
        client.get(address)
    for number in (2, 3):
        case.checked(w, city=factories.city(f"City {number}"))
        convening.put_on_agenda(w.meeting, w.application, by=w.secretary, at=case.SIGNED)
    with django_assert_max_num_queries(18):
        client.get(address)


# --- races


def or_refused(deed):
    """DEED, giving its refusal instead of raising it."""

    def done():
        try:
            return deed()
        except Refused as refusal:
            return refusal

    return done


def eight():
    w = case.planned()
    more = ("academia", "civil_society")
    w.members += [factories.committee_member(w.committee, one) for one in more]
    w.at = case.MEETS
    case.open_and_attend(w, w.meeting)
    case.everybody_declares(w)
    deciding.open_item(w.item, by=w.chair, at=w.at)
    return w, [w.chair, *w.members]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_vote_at_one_moment_and_the_chair_closes_twice():
    """R-D1: eight votes, one decision, one certificate."""
    w, people = eight()
    cast = at_once(
        *[
            lambda person=person: deciding.vote(
                type(w.item).objects.get(pk=w.item.pk), choice="yes", digest=w.report.digest, by=person, at=w.at
            )
            for person in people
        ]
    )
    assert [type(one) for one in cast] == [Vote] * 8
    closed = at_once(*[or_refused(lambda: case.close(w))] * 2)
    assert sorted(type(one).__name__ for one in closed) == ["Decision", "Refused"]
    assert (Vote.objects.count(), Decision.objects.count(), Certificate.objects.count()) == (8, 1, 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_member_who_votes_and_attends_twice_at_one_moment_counts_once():
    """R-D1: a double submit."""
    w, people = eight()
    vote = or_refused(lambda: deciding.vote(w.item, choice="yes", digest=w.report.digest, by=people[1], at=w.at))
    cast = at_once(vote, vote)
    assert sorted(type(one).__name__ for one in cast) == ["Refused", "Vote"]
    at_once(*[lambda: convening.attend(w.meeting, by=people[1], at=w.at)] * 2)
    assert (Vote.objects.count(), Attendance.objects.filter(person=people[1]).count()) == (1, 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_vote_and_a_close_at_one_moment_leave_no_vote_uncounted():
    """R-D1: the vote came first and is in the decision, or it is refused."""
    w, people = eight()
    for person in people[:-1]:
        deciding.vote(w.item, choice="yes", digest=w.report.digest, by=person, at=w.at)
    at_once(
        or_refused(lambda: deciding.vote(w.item, choice="no", digest=w.report.digest, by=people[-1], at=w.at)),
        or_refused(lambda: case.close(w)),
    )
    from sdgcities import canonical

    counted = canonical.load(Decision.objects.get().text)["votes"]
    assert len(counted) == Vote.objects.count()
