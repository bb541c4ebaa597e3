"""What an application needs: each rule of certification.rules.applying lets through what it may and refuses the rest."""

from datetime import timedelta

import pytest

from certification import rules
from certification.models import Application, Certificate, EvidenceLink, Response
from tests.certification import factories
from tests.certification.factories import NOW, SCOPE
from tests.certification.rules_world import DAY, case, certified, mandated, refused, scoped

pytestmark = pytest.mark.django_db
INSTANT = timedelta(microseconds=1)


def test_may_standard_is_new():
    """R-A1: the same words again are no change, and a new version is free."""
    published = factories.standard()
    rules.standard_is_new(published.key, published.version, published.digest)
    rules.standard_is_new(published.key, "a later version", "1" * 64)


def test_may_not_standard_is_new():
    """R-A1"""
    published = factories.standard()
    refused("R-A1", rules.standard_is_new, published.key, published.version, "1" * 64)


def test_may_sorts_by_no_score():
    """R-A5"""
    for sort in ("name", "country", "date", "-name", "-country", "-date"):
        rules.sorts_by_no_score(sort)


def test_may_not_sorts_by_no_score():
    """R-A5"""
    for sort in ("score", "-level", "stage", "findings", "", "name,score", "--name"):
        refused("R-A5", rules.sorts_by_no_score, sort)


def test_may_delegate_is_mandated():
    """R-C1"""
    application = case()
    mandated(application)
    rules.delegate_is_mandated(application)


def test_may_not_delegate_is_mandated():
    """R-C1"""
    refused("R-C1", rules.delegate_is_mandated, case())


def test_may_mandate_is_verified():
    """R-C1"""
    application = case()
    mandated(application, channel="Switchboard", verified_at=NOW, verified_by=factories.secretary())
    rules.mandate_is_verified(application)


def test_may_not_mandate_is_verified():
    """R-C1"""
    application = case()
    mandated(application)
    refused("R-C1", rules.mandate_is_verified, application)


def test_may_return_has_reasons():
    """R-C1"""
    rules.return_has_reasons("The boundary is missing.")


def test_may_not_return_has_reasons():
    """R-C1"""
    refused("R-C1", rules.return_has_reasons, " \n")


def test_may_scope_is_whole():
    """R-C2"""
    application = case()
    scoped(application)
    rules.scope_is_whole(application)


def test_may_not_scope_is_whole():
    """R-C2: none at all, or without boundary, authority or source."""
    refused("R-C2", rules.scope_is_whole, case())
    for lacking in ("boundary", "authority", "population_source"):
        application = case()
        scoped(application, **{lacking: " "})
        refused("R-C2", rules.scope_is_whole, application)


def test_may_scope_is_possible():
    """R-C2: one inhabitant, a hundred thousand million, this year, an area drawn."""
    area = '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}'
    for told in ({"population": 1}, {"population": 10**11}, {"population_year": NOW.year}):
        rules.scope_is_possible({**SCOPE, **told}, at=NOW)
    rules.scope_is_possible({**SCOPE, "boundary_kind": "polygon", "boundary": area}, at=NOW)


def test_may_not_scope_is_possible():
    """R-C2: nobody, more than there are people, a year to come or before counts, a polygon that is none."""
    wrong = [{"population": number} for number in (0, -1, 10**11 + 1, 9_007_199_254_740_992)]
    wrong += [{"population_year": NOW.year + 1}, {"population_year": 1799}]
    for told in (*wrong, {"boundary_kind": "polygon", "boundary": "x"}):
        refused("R-C2", rules.scope_is_possible, {**SCOPE, **told}, at=NOW)


def test_may_evidence_is_open():
    """R-C3"""
    for state in ("draft", "clarification", "responding"):
        rules.evidence_is_open(Application(state=state))


def test_may_not_evidence_is_open():
    """R-C3"""
    closed = ("submitted", "screening", "in_review", "reported", "file_check", "on_agenda", "decided", "retracted")
    for state in closed:
        refused("R-C3", rules.evidence_is_open, Application(state=state))


def test_may_response_in_time():
    """R-C7: the last instant is in time."""
    rules.response_in_time(Application(response_until=NOW), at=NOW)


def test_may_not_response_in_time():
    """R-C7"""
    refused("R-C7", rules.response_in_time, Application(response_until=NOW), at=NOW + INSTANT)
    refused("R-C7", rules.response_in_time, Application(response_until=None), at=NOW)


def test_may_extends_once():
    """R-C7"""
    rules.extends_once(Application(response_extended=False), "The council meets on Thursday.")


def test_may_not_extends_once():
    """R-C7"""
    refused("R-C7", rules.extends_once, Application(response_extended=True), "The council meets on Thursday.")
    refused("R-C7", rules.extends_once, Application(response_extended=False), " ")


def test_may_city_has_answered():
    """R-C7: answered, or its time over."""
    answered = case(state="responding", response_until=NOW)
    Response.objects.create(application=answered, cycle=1, text="We agree.", handed_in_at=NOW - DAY)
    rules.city_has_answered(answered, at=NOW)
    rules.city_has_answered(case(state="responding", response_until=NOW), at=NOW + INSTANT)


def test_may_not_city_has_answered():
    """R-C7: not while the time runs, not on the response of an earlier cycle, nor on one not handed in."""
    application = case(state="responding", response_until=NOW, cycle=2)
    Response.objects.create(application=application, cycle=1, text="We agree.", handed_in_at=NOW - DAY)
    Response.objects.create(application=application, cycle=2, text="We")
    refused("R-C7", rules.city_has_answered, application, at=NOW)


def test_may_level_below_is_held():
    """R-D5: silver needs nothing; gold an active silver, to its last instant, or one granted in this meeting."""
    place = factories.city()
    rules.level_below_is_held(case("A"), at=NOW)
    rules.level_below_is_held(case("B"), at=NOW, granted_now=frozenset({"A"}))
    certified(place, "A", expires_at=NOW + DAY)
    rules.level_below_is_held(case("B", place=place), at=NOW + DAY)


def test_may_not_level_below_is_held():
    """R-D5: not with nothing, with another city's or an ended certificate, nor one that skips a level."""
    certified(factories.city(), "A")
    refused("R-D5", rules.level_below_is_held, case("B"), at=NOW)
    ended, over, skips = factories.city(), factories.city(), factories.city()
    certified(ended, "A", status=Certificate.Status.EXPIRED)
    certified(over, "A", expires_at=NOW + DAY)
    certified(skips, "A")
    refused("R-D5", rules.level_below_is_held, case("B", place=ended), at=NOW)
    refused("R-D5", rules.level_below_is_held, case("B", place=over), at=NOW + DAY + INSTANT)
    refused("R-D5", rules.level_below_is_held, case("C", place=skips), at=NOW)


def test_may_level_below_is_under_way():
    """R-D5"""
    on_its_way, holder = factories.city(), factories.city()
    case("A", state="in_review", place=on_its_way)
    certified(holder, "A")
    rules.level_below_is_under_way(case("A"), at=NOW)
    rules.level_below_is_under_way(case("B", place=on_its_way), at=NOW)
    rules.level_below_is_under_way(case("B", place=holder), at=NOW)


def test_may_not_level_below_is_under_way():
    """R-D5: a draft is not under way, and what was refused or retracted is so no longer."""
    refused("R-D5", rules.level_below_is_under_way, case("B"), at=NOW)
    for state in ("draft", "decided", "retracted"):
        place = factories.city()
        case("A", state=state, place=place)
        refused("R-D5", rules.level_below_is_under_way, case("B", place=place), at=NOW)


def test_may_level_is_free():
    """R-D5: another city's, a lower one, one that ended or whose time is over stand in nobody's way."""
    lower, ended, over = factories.city(), factories.city(), factories.city()
    certified(lower, "A")
    certified(ended, "A", status="superseded")
    certified(over, "A", expires_at=NOW + DAY)
    rules.level_is_free(case("A"), at=NOW)
    rules.level_is_free(case("B", place=lower), at=NOW)
    rules.level_is_free(case("A", place=ended), at=NOW)
    rules.level_is_free(case("A", place=over), at=NOW + DAY + INSTANT)


def test_may_not_level_is_free():
    """R-D5: not beside an active certificate of the level, to its last instant, nor of one that includes it."""
    same, higher = factories.city(), factories.city()
    certified(same, "A", expires_at=NOW + DAY)
    certified(higher, "B")
    refused("R-D5", rules.level_is_free, case("A", place=same), at=NOW + DAY)
    refused("R-D5", rules.level_is_free, case("A", place=higher), at=NOW)


def test_may_link_is_open():
    """R-C3: in a draft, and what was linked since the last handing in."""
    rules.link_is_open(EvidenceLink(linked_at=NOW), case(state="draft", submitted_at=NOW))
    rules.link_is_open(EvidenceLink(linked_at=NOW + DAY), case(state="clarification", submitted_at=NOW))


def test_may_not_link_is_open():
    """R-C3: neither what was submitted, nor what came with an earlier answer."""
    application = case(state="clarification", submitted_at=NOW)
    refused("R-C3", rules.link_is_open, EvidenceLink(linked_at=NOW), application)
    application.steps.create(move="clarified", at=NOW + 2 * DAY)
    refused("R-C3", rules.link_is_open, EvidenceLink(linked_at=NOW + DAY), application)
