"""Who may take part in a case: each rule of certification.rules.parts lets through what it may and refuses the rest."""

from datetime import date

import pytest

from certification import rules
from certification.models import Declaration, Meeting, Objection, Part, Recusal, Seat
from sdgcities.models import Membership, Role
from tests.certification import factories
from tests.certification.factories import LONG_AGO, NOW
from tests.certification.rules_world import DAY, case, plays, refused

pytestmark = pytest.mark.django_db


def test_may_part_is_free():
    """R-B1"""
    application = case()
    rules.part_is_free(factories.person(), application, Part.Kind.EVALUATOR)
    evaluator = plays(application, Part.Kind.EVALUATOR)
    rules.part_is_free(evaluator, application, Part.Kind.EVALUATOR)
    rules.part_is_free(evaluator, case(), Part.Kind.FILE_CHECKER)


def test_may_not_part_is_free():
    """R-B1"""
    application = case()
    for first in Part.Kind:
        person = plays(application, first)
        for second in set(Part.Kind) - {first}:
            refused("R-B1", rules.part_is_free, person, application, second)


def test_may_not_part_is_free_for_the_citys_own_people():
    """R-B1"""
    application = case()
    formerly = factories.person()
    Membership.objects.create(
        user=formerly, role=Role.CITY_EDITOR, city=application.city, starts_on=LONG_AGO, ends_on=date(2026, 2, 1)
    )
    refused("R-B1", rules.part_is_free, formerly, application, Part.Kind.EVALUATOR)


def test_may_city_is_free():
    """R-B1: a judge of a closed case, or of another city's, or nobody's, may come to work for a city."""
    place = factories.city()
    judge = plays(case(place=place, state="decided"), Part.Kind.EVALUATOR)
    for person in (judge, plays(case(), Part.Kind.LEAD), factories.person()):
        rules.city_is_free(person, place)


def test_may_not_city_is_free():
    """R-B1: whatever other part it is, and though it has ended."""
    application = case()
    for kind in set(Part.Kind) - {Part.Kind.CITY}:
        refused(
            "R-B1", rules.city_is_free, plays(application, kind, factories.person(), ended_at=NOW), application.city
        )


def test_may_lead_files_no_first_finding():
    """R-B1"""
    application = case()
    rules.lead_files_no_first_finding(plays(application, Part.Kind.EVALUATOR), application)
    rules.lead_files_no_first_finding(plays(case(), Part.Kind.LEAD), application)


def test_may_not_lead_files_no_first_finding():
    """R-B1"""
    application = case()
    refused("R-B1", rules.lead_files_no_first_finding, plays(application, Part.Kind.LEAD), application)


def test_may_has_declared():
    """R-B3"""
    application = case()
    assert rules.has_declared(plays(application, Part.Kind.EVALUATOR, declared=True), application)


def test_may_not_has_declared():
    """R-B3: neither silence, nor a conflict, nor a declaration for another case."""
    application, other = case(), case()
    assert not rules.has_declared(plays(application, Part.Kind.EVALUATOR), application)
    assert not rules.has_declared(plays(application, Part.Kind.LEAD, declared=False), application)
    assert not rules.has_declared(plays(other, Part.Kind.EVALUATOR, declared=True), application)


def test_may_must_have_declared():
    """R-B3"""
    application = case()
    rules.must_have_declared(plays(application, Part.Kind.DECIDER, declared=True), application)


def test_may_not_must_have_declared():
    """R-B3"""
    application = case()
    refused("R-B3", rules.must_have_declared, plays(application, Part.Kind.DECIDER), application)


def test_may_may_read_evidence():
    """R-B3, R-H4"""
    application = case()
    assert rules.may_read_evidence(plays(application, Part.Kind.EVALUATOR, declared=True), application, at=NOW)


def test_may_not_may_read_evidence():
    """R-B3, R-H4: assigned is not enough, declared is not enough, and neither lasts beyond the assignment."""
    application = case()
    undeclared = plays(application, Part.Kind.EVALUATOR)
    unassigned = factories.person()
    Declaration.objects.create(application=application, person=unassigned, conflict=False, signed_at=NOW)
    gone = plays(application, Part.Kind.EVALUATOR, declared=True, ended_at=NOW)
    assert [rules.may_read_evidence(one, application, at=NOW) for one in (undeclared, unassigned, gone)] == [False] * 3


def test_may_not_recused():
    """R-B4"""
    application, other = case(), case()
    person = plays(application, Part.Kind.EVALUATOR)
    Recusal.objects.create(application=other, person=person, category="family", at=NOW)
    rules.not_recused(person, application)


def test_may_not_not_recused():
    """R-B4"""
    application = case()
    person = plays(application, Part.Kind.EVALUATOR)
    Recusal.objects.create(application=application, person=person, category="family", at=NOW)
    refused("R-B4", rules.not_recused, person, application)


def objected(application, ruling):
    person = plays(application, Part.Kind.EVALUATOR)
    Objection.objects.create(
        application=application, person=person, reasons="Ties.", by=factories.person(), at=NOW, ruling=ruling
    )
    return person


def test_may_no_open_objection():
    """R-B5"""
    application = case()
    rules.no_open_objection(plays(application, Part.Kind.EVALUATOR), application)
    rules.no_open_objection(objected(application, "dismissed"), application)


def test_may_not_no_open_objection():
    """R-B5"""
    application = case()
    refused("R-B5", rules.no_open_objection, objected(application, "open"), application)
    refused("R-B5", rules.no_open_objection, objected(application, "upheld"), application)


def test_may_seat_in_term():
    """R-B6: the first and the last day are in the term."""
    rules.seat_in_term(Seat(starts_on=NOW.date(), ends_on=NOW.date()), at=NOW)


def test_may_not_seat_in_term():
    """R-B6"""
    over = Seat(starts_on=date(2026, 1, 1), ends_on=date(2026, 8, 31))
    to_come = Seat(starts_on=date(2026, 9, 2), ends_on=date(2028, 1, 1))
    refused("R-B6", rules.seat_in_term, over, at=NOW)
    refused("R-B6", rules.seat_in_term, to_come, at=NOW)


def test_may_term_begins_ahead():
    """R-B6: today is not too early."""
    rules.term_begins_ahead(NOW.date(), at=NOW)


def test_may_not_term_begins_ahead():
    """R-B6: no seat is dated back."""
    refused("R-B6", rules.term_begins_ahead, date(2026, 8, 31), at=NOW)


def test_may_seat_was_there():
    """R-B6: given before the meeting was opened; of an old seat it is not known when, and it was."""
    rules.seat_was_there(Seat(made_at=NOW), Meeting(opened_at=NOW))
    rules.seat_was_there(Seat(made_at=None), Meeting(opened_at=NOW))
    rules.seat_was_there(Seat(made_at=NOW), Meeting(opened_at=None))


def test_may_not_seat_was_there():
    """R-B6, R-B8: no meeting is packed while it sits."""
    refused("R-B6", rules.seat_was_there, Seat(made_at=NOW + DAY), Meeting(opened_at=NOW))


def test_may_term_allowed():
    """R-B6"""
    body = factories.panel()
    rules.term_allowed(factories.person(), body, body.mechanism, term=2)


def test_may_not_term_allowed():
    """R-B6"""
    body = factories.panel()
    refused("R-B6", rules.term_allowed, factories.person(), body, body.mechanism, term=3)


JUDGING = (Part.Kind.EVALUATOR, Part.Kind.LEAD, Part.Kind.FILE_CHECKER, Part.Kind.DECIDER)


def test_may_secretariat_stays_out():
    """R-B10"""
    for kind in JUDGING:
        rules.secretariat_stays_out(factories.person(), kind, at=NOW)
    rules.secretariat_stays_out(factories.secretary(), Part.Kind.SECRETARIAT, at=NOW)


def test_may_not_secretariat_stays_out():
    """R-B10: neither the secretariat nor an administrator, a superuser least of all."""
    administrator = factories.person()
    factories.membership(administrator, Role.ADMINISTRATOR)
    people = [
        factories.secretary(),
        administrator,
        factories.person(is_staff=True),
        factories.person(is_superuser=True),
    ]
    for person in people:
        for kind in JUDGING:
            refused("R-B10", rules.secretariat_stays_out, person, kind, at=NOW)


def test_may_is_assigned():
    """R-H4"""
    application = case()
    assert rules.is_assigned(plays(application, Part.Kind.EVALUATOR), application, at=NOW)


def test_may_not_is_assigned():
    """R-H4: not when the part has ended, not in another case, and not by being superuser."""
    application = case()
    gone = plays(application, Part.Kind.EVALUATOR, ended_at=NOW)
    elsewhere = plays(case(), Part.Kind.EVALUATOR)
    superuser = factories.person(is_superuser=True)
    assert [rules.is_assigned(one, application, at=NOW) for one in (gone, elsewhere, superuser)] == [False] * 3


def test_may_not_is_assigned_without_the_seat_or_role():
    """R-B6, R-H4: access ends with the seat's term, or with the file checker's role, though the part still runs."""
    application = case()
    judges = [plays(application, kind, declared=True) for kind in JUDGING]
    assert [rules.may_read_evidence(one, application, at=NOW) for one in judges] == [True] * 4
    Seat.objects.update(ends_on=NOW.date() - DAY)
    Membership.objects.update(ended_at=NOW)
    assert [rules.may_read_evidence(one, application, at=NOW) for one in judges] == [False] * 4


def test_may_others_review():
    """R-D7: who left for another reason, or was tied over in another case, may come."""
    application, elsewhere = case(), case()
    gone = plays(application, Part.Kind.EVALUATOR)
    Part.objects.filter(person=gone).update(ended_at=NOW, ended_because="decided")
    tied = plays(elsewhere, Part.Kind.EVALUATOR)
    Part.objects.filter(person=tied).update(ended_at=NOW, ended_because=rules.TIED)
    for person in (factories.person(), gone, tied):
        rules.others_review(person, application)


def test_may_not_others_review():
    """R-D7: whoever judged what the committee tied on twice is no longer among the others."""
    application = case()
    tied = plays(application, Part.Kind.EVALUATOR)
    Part.objects.filter(person=tied).update(ended_at=NOW, ended_because=rules.TIED)
    refused("R-D7", rules.others_review, tied, application)
