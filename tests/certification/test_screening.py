"""The secretariat's verbs: each rule they call lets through what it may, and refuses what it may not."""

from datetime import date

import pytest
from django.core.exceptions import ObjectDoesNotExist

from certification import rules
from certification.actions import applying, reviewing, screening
from certification.flow import State
from certification.models import Application, Finding, Mandate, Part, Seat
from sdgcities import access as permissions
from sdgcities.errors import Refused
from sdgcities.models import Mail, Membership
from tests.certification import factories
from tests.certification import panel_world as panel
from tests.certification.factories import in_review, screened, submitted, world

pytestmark = pytest.mark.django_db


def refusal(verb, *args, **told):
    """The refusal of VERB, which must refuse."""
    with pytest.raises(Refused) as caught:
        verb(*args, **told)
    return caught.value


def accept(w, **told):
    told = {"panel": w.panel, "lead": w.lead, "evaluators": w.evaluators[:2], "by": w.secretary, "at": w.at, **told}
    return screening.accept(w.application, **told)


def objected(w, person=None):
    told = {"person": person or w.evaluators[0], "reasons": "Advised us.", "by": w.delegate, "at": w.at}
    return applying.object_to(w.application, **told)


def rule(w, objection, *, upheld=True, answer="You are right.", **told):
    return screening.rule_on_objection(
        objection, upheld=upheld, answer=answer, **{"by": w.secretary, "at": w.at, **told}
    )


def test_may_screen_as_secretariat():
    """R-B10: the secretariat screens, and has that part in the case."""
    w = submitted(world())
    screening.take_up(w.application, by=w.secretary, at=w.at)
    assert (w.case.state, w.case.parts.get(person=w.secretary).part) == ("screening", "secretariat")


def test_may_not_screen_as_anybody_else():
    """R-B10: neither a superuser nor the panel screens."""
    w = submitted(world())
    superuser = factories.person("Root", is_superuser=True, is_staff=True)
    for person in (superuser, w.lead, w.delegate, w.chair):
        assert refusal(screening.take_up, w.application, by=person, at=w.at).rule == "R-B10"
    assert w.case.state == State.SUBMITTED


def test_may_accept_after_screening():
    """R-C1: the panel joins, every criterion has two findings to be made, the city may object for ten days."""
    w = in_review(world())
    parts = set(w.case.parts.exclude(part="city").values_list("person", "part"))
    evaluators = {(person.pk, "evaluator") for person in w.evaluators[:2]}
    assert parts == {(w.lead.pk, "lead"), (w.secretary.pk, "secretariat")} | evaluators
    assert (w.case.state, w.case.panel) == (State.IN_REVIEW, w.panel)
    assert Finding.objects.count() == 2 * len(w.standard.content.stage("A").criteria)
    assert w.case.objection_until.isoformat() == "2026-09-12T06:59:59+00:00"
    assert permissions.has(w.lead, "read_case", w.case)
    assert set(Mail.objects.filter(key__startswith="assigned:").values_list("to_user", flat=True)) == {
        w.lead.pk,
        *(person.pk for person in w.evaluators[:2]),
    }


def test_may_not_accept_without_verified_mandate():
    """R-C1: the secretariat confirms the mandate first."""
    w = screened(world())
    Mandate.objects.update(verified_at=None)
    assert refusal(accept, w).rule == "R-C1"
    assert (w.case.state, Finding.objects.count()) == (State.SCREENING, 0)


def test_may_not_verify_without_naming_the_channel():
    """R-C1: through which channel, looked up by the secretariat itself."""
    w = submitted(world())
    screening.take_up(w.application, by=w.secretary, at=w.at)
    assert refusal(screening.verify_mandate, w.application, channel=" ", by=w.secretary, at=w.at).rule == "R-C1"
    assert Mandate.objects.get().verified_at is None


def test_may_not_accept_before_screening():
    """R-C1: screening precedes evaluation."""
    w = submitted(world())
    Mandate.objects.update(verified_at=w.at)
    assert refusal(accept, w).rule == "R-C1"
    assert Finding.objects.count() == 0


def test_may_not_accept_with_a_panel_of_another_language():
    """R-C1: the panel of the application's language."""
    w = screened(world())
    assert refusal(accept, w, panel=factories.panel(w.mechanism, "fr")).rule == "R-C1"


def test_may_return_with_reasons():
    """R-C1: the city gets its draft back with the reasons, and can hand in again."""
    w = screened(world())
    screening.return_to_city(w.application, reasons="The boundary is unclear.", by=w.secretary, at=w.at)
    assert (w.case.state, w.case.steps.get(move="return").note) == ("draft", "The boundary is unclear.")
    assert Mail.objects.filter(to_user=w.editor, body__contains="The boundary is unclear.").count() == 1
    assert applying.submit(w.application, by=w.delegate, at=w.at).number == 2


def test_may_not_return_without_reasons():
    """R-C1: the city has to know what to do."""
    w = screened(world())
    assert refusal(screening.return_to_city, w.application, reasons="", by=w.secretary, at=w.at).rule == "R-C1"
    assert w.case.state == State.SCREENING


def test_may_not_accept_without_scope():
    """R-C2: everything later refers to the territory."""
    w = screened(world())
    w.application.scope.__class__.objects.update(boundary="")
    assert refusal(accept, w).rule == "R-C2"


def test_may_accept_a_higher_level_while_the_one_below_is_under_way():
    """R-D5: silver in review, gold may be screened in."""
    w = submitted(world())
    other = factories.World(**{**vars(w), "application": None, "evidence": None})
    screened(other, "B")
    accept(other)
    assert other.case.state == State.IN_REVIEW


def test_may_not_accept_a_higher_level_alone():
    """R-D5: the level below is neither held nor under way."""
    w = screened(world(), "B")
    assert refusal(accept, w).rule == "R-D5"
    assert w.case.state == State.SCREENING


def test_may_accept_three_evaluators_of_whom_one_waits():
    """R-C5: the third files only where the first two differ."""
    w = screened(world())
    accept(w, evaluators=w.evaluators[:3])
    assert Finding.objects.filter(person=w.evaluators[2]).count() == 0


def test_may_not_accept_fewer_than_two_evaluators():
    """R-C5: at least two, and two different ones."""
    w = screened(world())
    assert refusal(accept, w, evaluators=[w.evaluators[0]] * 2).rule == "R-C5"


def test_may_not_lead_and_evaluate():
    """R-B1: one part a person."""
    w = screened(world())
    assert refusal(accept, w, evaluators=[w.evaluators[0], w.lead]).rule == "R-B1"
    assert w.case.parts.filter(part="evaluator").count() == 0


def test_may_not_evaluate_ones_own_city():
    """R-B1: who works for the city does not judge it."""
    w = screened(world())
    Membership.objects.create(user=w.evaluators[0], role="city_editor", city=w.city, starts_on=date(2020, 1, 1))
    assert refusal(accept, w).rule == "R-B1"


@pytest.mark.parametrize("role", ["secretariat", "administrator"])
def test_may_not_evaluate_as_secretariat(role):
    """R-B10: a seat on the panel does not help."""
    w = screened(world())
    Membership.objects.create(user=w.evaluators[0], role=role, starts_on=date(2020, 1, 1))
    assert refusal(accept, w).rule == "R-B10"
    assert Finding.objects.count() == 0


def test_may_not_evaluate_out_of_term():
    """R-B6: the seat has to run."""
    w = screened(world())
    Seat.objects.filter(person=w.evaluators[0]).update(ends_on=date(2026, 8, 1))
    assert refusal(accept, w).rule == "R-B6"


def test_may_replace_a_member_objected_to():
    """R-B5: an upheld objection ends the part, sets the findings aside, and somebody else takes them over."""
    w = in_review(world())
    rule(w, objected(w), replacement=w.evaluators[3])
    out = w.case.parts.get(person=w.evaluators[0])
    assert (out.ended_because, rules.is_assigned(w.evaluators[0], w.case, at=w.at)) == ("objection", False)
    assert not Finding.objects.filter(person=w.evaluators[0], set_aside_at=None).exists()
    mine = Finding.objects.filter(person=w.evaluators[3], set_aside_at=None)
    assert mine.count() == len(w.standard.content.stage("A").criteria)


def test_an_objection_upheld_while_the_city_responds_brings_the_case_back_to_review():
    """R-C5: nothing is signed on one evaluator; the replacement finds, and the lead reconciles again."""
    w = panel.drafted()
    lead = {"by": w.lead, "at": w.later(hours=1)}
    rule(w, objected(w), replacement=w.evaluators[3])
    assert w.case.state == State.IN_REVIEW
    panel.declared(w, w.evaluators[3])
    w.application = w.case
    assert refusal(reviewing.send_draft, w.application, **lead).rule == "R-C5"
    for one in panel.criteria(w):
        panel.filed(w, w.evaluators[3], one.key)
    assert refusal(reviewing.send_draft, w.application, **lead).rule == "R-C5"
    w.later(hours=1)
    for one in panel.criteria(w):
        panel.settle(w, one.key)
    reviewing.send_draft(w.application, by=w.lead, at=w.at)
    assert w.case.state == State.RESPONDING


def test_may_replace_a_lead_objected_to():
    """R-B5: the lead's successor needs a lead's seat."""
    w = in_review(world())
    successor = factories.panel_member(w.panel, Seat.Duty.LEAD)
    rule(w, objected(w, w.lead), replacement=successor)
    assert w.case.parts.get(part=Part.Kind.LEAD, ended_at=None).person == successor


def test_a_dismissed_objection_leaves_the_member():
    """R-B5: the city reads why."""
    w = in_review(world())
    rule(w, objected(w), upheld=False, answer="No tie was found.")
    assert rules.is_assigned(w.evaluators[0], w.case, at=w.at)
    assert Mail.objects.filter(to_user=w.delegate, body__contains="No tie was found.").count() == 1


def test_may_not_rule_without_an_answer_or_twice():
    """R-B5: an answer in writing, and one ruling."""
    w = in_review(world())
    objection = objected(w)
    assert refusal(rule, w, objection, answer="").rule == "R-B5"
    rule(w, objection)
    assert refusal(rule, w, objection, upheld=False).rule == "R-B5"


def test_may_not_bring_back_a_member_objected_to():
    """R-B5: an upheld objection stands."""
    w = in_review(world())
    rule(w, objected(w))
    refused = refusal(screening.add_evaluator, w.application, w.evaluators[0], by=w.secretary, at=w.at)
    assert refused.rule == "R-B5"


def test_may_add_an_evaluator_who_waits_for_discord():
    w = in_review(world())
    screening.add_evaluator(w.application, w.evaluators[2], by=w.secretary, at=w.at)
    assert Finding.objects.filter(person=w.evaluators[2]).count() == 0


def test_may_assign_a_file_checker():
    """R-C9: a file checker who has no other part."""
    w = in_review(world())
    part = screening.assign_file_checker(w.application, w.checker, by=w.secretary, at=w.at)
    assert (part.part, rules.is_assigned(w.checker, w.case, at=w.at)) == ("file_checker", True)


def test_may_not_assign_an_evaluator_or_a_secretary_as_file_checker():
    """R-C9, R-B10: somebody who did not evaluate and is not of the secretariat."""
    w = in_review(world())
    for person, broken in ((w.evaluators[0], "R-C9"), (w.secretary, "R-B10"), (w.stranger, "R-C9")):
        factories.membership(person, "file_checker" if person != w.stranger else "auditor")
        assert refusal(screening.assign_file_checker, w.application, person, by=w.secretary, at=w.at).rule == broken


def test_a_second_accept_is_refused():
    w = in_review(world())
    refusal(accept, w)
    assert Application.objects.get().parts.filter(part="lead").count() == 1


MAY_NOTS = {
    "mandate_is_verified": test_may_not_accept_without_verified_mandate,
    "return_has_reasons": test_may_not_return_without_reasons,
    "scope_is_whole": test_may_not_accept_without_scope,
    "level_below_is_under_way": test_may_not_accept_a_higher_level_alone,
    "part_is_free": test_may_not_evaluate_ones_own_city,
    "secretariat_stays_out": lambda: test_may_not_evaluate_as_secretariat("secretariat"),
    "seat_in_term": test_may_not_evaluate_out_of_term,
    "no_open_objection": test_may_not_bring_back_a_member_objected_to,
    "checker_did_not_evaluate": test_may_not_assign_an_evaluator_or_a_secretary_as_file_checker,
}


@pytest.mark.parametrize("name", MAY_NOTS)
def test_each_may_not_fails_when_its_rule_allows(name, monkeypatch):
    """A test that cannot fail holds nothing: with the rule taken away the refusal is gone."""
    for room in (rules, rules.moves):
        monkeypatch.setattr(room, name, lambda *_, **__: rules.ALLOWS[name], raising=False)
    with pytest.raises((AssertionError, pytest.fail.Exception, ObjectDoesNotExist)):
        MAY_NOTS[name]()
