"""Three evaluators file at one moment, each through a connection of their own (PostgreSQL)."""

import pytest

from certification.actions import reviewing
from certification.models import Finding, Step
from sdgcities.errors import Refused
from sdgcities.models import Mail
from tests.certification.panel_world import at_work, criteria, filed, own, saved
from tests.certification.races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_three_file_their_last_finding_at_one_moment_and_the_lead_hears_once():
    w = at_work(evaluators=3)
    people = w.evaluators[:3]
    last = criteria(w)[-1].key
    for one in criteria(w):
        reviewing.allocate(w.application, criterion=one.key, persons=people, by=w.lead, at=w.at)
    for one in criteria(w)[:-1]:
        for person in people:
            filed(w, person, one.key)
    for person in people:
        saved(w, person, last)
    deeds = [lambda person=person: reviewing.file(own(w, person, last), by=person, at=w.at) for person in people]
    at_once(*deeds)
    assert Finding.objects.filter(filed_at__isnull=True).count() == 0
    assert Mail.objects.filter(key__startswith="findings-in:").count() == 1
    assert Step.objects.filter(move="findings-in").count() == 1


def test_one_finding_filed_by_two_clicks_is_filed_once():
    w = at_work()
    person = w.evaluators[0]
    finding = saved(w, person)

    def click():
        try:
            reviewing.file(Finding.objects.get(pk=finding.pk), by=person, at=w.at)
        except Refused as refusal:
            return refusal.rule
        return "filed"

    assert sorted(at_once(click, click)) == ["R-C5", "filed"]
