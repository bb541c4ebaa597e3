"""Deadlines in three time zones: the last instant itself is in time, a second later is not, and pages name the zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from certification.actions import applying, reconciling
from certification.models import Clarification, Objection, Response
from sdgcities.errors import Refused
from sdgcities.models import Mail
from tests.certification import factories, panel_world

pytestmark = pytest.mark.django_db
ZONES = ("Pacific/Auckland", "Africa/Nairobi", "America/Los_Angeles")
SECOND = timedelta(seconds=1)


def in_zone(w, zone):
    type(w.city).objects.filter(pk=w.city.pk).update(time_zone=zone)
    w.city.refresh_from_db()
    return w


@pytest.fixture(params=ZONES)
def reviewed(request):
    """A case in review of a city in the zone."""
    w = in_zone(factories.world(), request.param)
    w = factories.in_review(w)
    w.application = w.case
    return panel_world.declared(w, w.lead, *w.evaluators[:2])


def ends_the_day(moment, zone, days, since):
    there = moment.astimezone(ZoneInfo(zone))
    day = since.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    return (there.date(), there.hour, there.minute) == (day, 23, 59)


def refused(act, words):
    with pytest.raises(Refused) as refusal:
        act()
    assert words in str(refusal.value)


def pages(w, *names):
    client = Client()
    client.force_login(w.delegate, backend="django.contrib.auth.backends.ModelBackend")
    return [client.get(address).content.decode() for address in names]


def told(moment, zone):
    there = moment.astimezone(ZoneInfo(zone))
    return f"{there.day} {there:%B %Y} at 23:59 ({zone})"


def test_an_objection_at_the_last_instant_and_a_second_later(reviewed):
    w = reviewed
    until, zone = w.application.objection_until, w.city.time_zone
    assert ends_the_day(until, zone, 10, w.at)
    ways = {"reasons": "Worked for us.", "by": w.delegate}
    refused(
        lambda: applying.object_to(w.application, person=w.lead, **ways, at=until + SECOND),
        "The time to object is over",
    )
    assert not Objection.objects.exists()
    applying.object_to(w.application, person=w.lead, **ways, at=until)
    assert Objection.objects.count() == 1
    (page,) = pages(w, reverse("city-object-to", args=[w.application.reference, w.evaluators[0].pk]))
    assert told(until, zone) in page
    assert told(until, zone) in Mail.objects.filter(key__startswith="accepted").first().body


def test_an_answer_at_the_last_instant_and_a_second_later(reviewed):
    w = reviewed
    asked = reconciling.ask(w.application, criterion="A1", question="Since when?", by=w.lead, at=w.at)
    until, zone = asked.due_at, w.city.time_zone
    assert ends_the_day(until, zone, 20, w.at)
    refused(
        lambda: applying.answer_clarification(asked, answer="2019", by=w.delegate, at=until + SECOND),
        "The time to answer is over",
    )
    assert Clarification.objects.get().answered_at is None
    refused(lambda: reconciling.lapse(asked, by=w.lead, at=until), "The city still has time")
    applying.answer_clarification(asked, answer="2019", by=w.delegate, at=until)
    assert Clarification.objects.get().answer == "2019"
    (page,) = pages(w, reverse("city-clarify", args=[asked.pk]))
    assert told(until, zone) in page
    assert told(until, zone) in Mail.objects.filter(key__startswith="asked").first().body


@pytest.mark.parametrize("zone", ZONES)
def test_a_response_at_the_last_instant_and_a_second_later(zone):
    w = in_zone(factories.world(), zone)
    w = panel_world.declared(factories.in_review(w), w.lead, *w.evaluators[:2])
    panel_world.settled(w)
    reconciling.send_draft(w.application, by=w.lead, at=w.later(days=1))
    until = w.case.response_until
    assert ends_the_day(until, zone, 14, w.at)
    ways = {"text": "We agree.", "corrections": {}, "by": w.delegate}
    refused(lambda: applying.respond(w.application, **ways, at=until + SECOND), "The time for your response has ended")
    refused(lambda: reconciling.sign(w.application, by=w.lead, at=until), "The city still has time to respond")
    assert not Response.objects.filter(handed_in_at__isnull=False).exists()
    applying.respond(w.application, **ways, at=until)
    assert Response.objects.get().handed_in_at == until
    for page in pages(
        w, reverse("city-case", args=[w.application.reference]), reverse("city-respond", args=[w.application.reference])
    ):
        assert told(until, zone) in page


def test_the_lead_reads_the_citys_own_day(reviewed):
    """In Los Angeles the day ends when it is the next one in UTC."""
    w = panel_world.settled(reviewed)
    asked = reconciling.ask(w.application, criterion="A1", question="Since when?", by=w.lead, at=w.at)
    client = Client()
    client.force_login(w.lead, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(reverse("panel-case", args=[w.application.reference])).content.decode()
    assert told(asked.due_at, w.city.time_zone) in shown
    applying.answer_clarification(asked, answer="2019", by=w.delegate, at=w.at)
    reconciling.send_draft(w.application, by=w.lead, at=w.later(hours=1))
    for name in ("panel-case", "lead-sign"):
        shown = client.get(reverse(name, args=[w.application.reference])).content.decode()
        assert f"The city can respond until {told(w.case.response_until, w.city.time_zone)}." in shown


def test_an_invitation_opens_at_its_last_instant_and_not_a_second_later():
    from sdgcities.actions import people
    from sdgcities.models import Role, User

    w = factories.world()
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    invited = people.invite("late@example.org", Role.CITY_EDITOR, city=w.city, by=w.delegate, at=at)
    until = invited.invitation.expires_at
    ways = {"name": "Late", "password": "correct horse battery staple", "by": None}
    refused(lambda: people.accept(invited.token, **ways, at=until + SECOND), "no longer open")
    assert not User.objects.filter(email="late@example.org").exists()
    people.accept(invited.token, **ways, at=until)
    assert User.objects.filter(email="late@example.org").count() == 1
