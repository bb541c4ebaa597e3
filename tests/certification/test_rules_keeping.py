"""What is kept of a case and of its people: two cycles whole, and a name while a case needs it (R-H2)."""

from datetime import timedelta

import pytest

from certification import rules
from certification.models import Application, Part
from sdgcities.actions import parts
from sdgcities.actions.erasing import erase
from tests.certification import deciding_world as world
from tests.certification import factories
from tests.certification.factories import NOW
from tests.certification.rules_world import case, plays, refused

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


def cycles(count, **more):
    """COUNT cases of one city for one stage that were decided, a year apart, the oldest first."""
    first = case(state="decided", **more)
    made = [first]
    for number in range(1, count):
        one = case(place=first.city, state="decided", **more)
        Application.objects.filter(pk=one.pk).update(started_at=first.started_at + number * YEAR)
        made.append(Application.objects.get(pk=one.pk))
    return made


def test_may_may_be_removed():
    """R-H2: of three cycles the oldest, and nothing that stands."""
    oldest, _previous, _current = cycles(3)
    rules.may_be_removed(oldest, at=NOW + 3 * YEAR)


def test_may_not_may_be_removed():
    """R-H2: the current cycle, the previous one, and one that runs."""
    _oldest, previous, current = cycles(3)
    refused("R-H2", rules.may_be_removed, previous, at=NOW + 3 * YEAR)
    refused("R-H2", rules.may_be_removed, current, at=NOW + 3 * YEAR)
    first, _second = cycles(2)
    refused("R-H2", rules.may_be_removed, first, at=NOW + 3 * YEAR)
    oldest, _previous, _current = cycles(3)
    Application.objects.filter(pk=oldest.pk).update(state="in_review")
    refused("R-H2", rules.may_be_removed, Application.objects.get(pk=oldest.pk), at=NOW + 3 * YEAR)


def test_may_not_may_be_removed_for_cycles_of_another_city_stage_or_mechanism():
    """R-H2: what others decided makes no cycle of this city's old."""
    oldest = cycles(1)[0]
    for others in (cycles(2), cycles(2)):
        Application.objects.filter(pk__in=[one.pk for one in others]).update(started_at=NOW + YEAR)
    same_city = cycles(2)
    Application.objects.filter(pk__in=[one.pk for one in same_city]).update(
        city=oldest.city, stage="B", started_at=NOW + YEAR
    )
    refused("R-H2", rules.may_be_removed, oldest, at=NOW + 3 * YEAR)


def test_may_not_may_be_removed_while_the_certificate_stands():
    """R-H2: a certificate that is active keeps its case, however many cycles came after."""
    w = factories.world()
    granted = world.certified(w, "A").application
    for number in (1, 2):
        later = case(place=w.city, state="decided")
        Application.objects.filter(pk=later.pk).update(
            stage="A", mechanism=granted.mechanism, started_at=granted.started_at + number * timedelta(days=1)
        )
    certificate = granted.certificates.get()
    refused("R-H2", rules.may_be_removed, granted, at=certificate.expires_at - timedelta(days=1))


def test_may_nobody_waits_for():
    """R-H2: once every case a person judged is over; who worked for a city was never waited for."""
    judge = plays(case(state="decided"), Part.Kind.EVALUATOR)
    plays(case(state="retracted"), Part.Kind.LEAD, judge)
    plays(case(), Part.Kind.CITY, judge)
    rules.nobody_waits_for(judge, at=NOW)


def test_may_not_nobody_waits_for():
    """R-H2: nor is anybody erased whose case runs, though the part has ended."""
    by = factories.secretary()
    for kind in set(Part.Kind) - {Part.Kind.CITY}:
        judge = plays(case(), kind, factories.person(), ended_at=NOW)
        refused("R-H2", rules.nobody_waits_for, judge, at=NOW)
        parts.close(judge, by=by, at=NOW)
        refused("R-H2", erase, judge, by=by, at=NOW)


def test_may_not_nobody_waits_for_while_a_decision_can_be_appealed():
    """R-H2: who judged is known until the last day on which the decision can be appealed."""
    w = world.voted(results=world.UNMET, choices=("no",) * 6)
    decision = world.close(w)
    assert decision.appeal_until is not None
    for person in (w.evaluators[0], w.members[0], w.checker):
        refused("R-H2", rules.nobody_waits_for, person, at=decision.appeal_until)
        rules.nobody_waits_for(person, at=decision.appeal_until + timedelta(seconds=1))
