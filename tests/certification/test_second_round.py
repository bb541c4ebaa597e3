"""What comes back is walked to its end: a deferral to its second decision, a second tie to a review by others; a level is held once."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from certification.actions import applying, checking, convening, deciding, reviewing, screening
from certification.models import Certificate, Decision, Finding
from tests.certification import deciding_world as case
from tests.certification import factories, panel_world
from tests.certification.rules_world import certified

pytestmark = pytest.mark.django_db


def with_evidence(w):
    """The case has a piece of evidence under each requirement, as any submitted one has."""
    w.evidence = factories.on_shelf(w.city, w.editor, title="Inventory")
    for one in w.standard.content.stage(w.stage).requirements():
        link = {"requirement": one.key, "version": w.evidence, "linked_by": w.editor, "linked_at": w.at}
        w.application.links.create(**link)
    return w


def refresh(w):
    w.application = w.case
    return w


def judge_anew(w, criteria, evaluators):
    for key in criteria:
        for person in evaluators:
            panel_world.filed(w, person, key)
        panel_world.settle(w, key)


def to_the_agenda(w):
    """From a settled review by response, signature and file check before another meeting."""
    reviewing.send_draft(w.application, by=w.lead, at=w.later(days=1))
    applying.respond(w.application, text="We agree.", corrections={}, by=w.delegate, at=w.later(days=1))
    w.report = reviewing.sign(w.application, by=w.lead, at=w.later(days=1))
    checking.take_file(w.application, by=w.checker, at=w.at)
    checking.recommend(w.application, recommendation="proceed", reasons="In order.", by=w.checker, at=w.at)
    w.meeting = convening.plan_meeting(w.committee, scheduled_at=w.at + timedelta(days=40), by=w.secretary, at=w.at)
    w.item = convening.put_on_agenda(w.meeting, w.application, by=w.secretary, at=w.at)
    w.at = w.meeting.scheduled_at
    case.open_and_attend(w, w.meeting)
    return w


def deferred():
    w = with_evidence(case.opened(results=case.UNMET))
    case.close(w, defer=True, missing={"A2": "The adopted programme."}, missing_by=date(2026, 12, 20))
    for person in (w.lead, *w.evaluators[:2], w.checker):
        reviewing.declare(w.application, conflict=False, by=person, at=w.at)
    (asked,) = w.application.clarifications.all()
    applying.answer_clarification(asked, answer="Adopted in November.", by=w.delegate, at=w.later(days=3))
    return refresh(w)


def test_a_deferred_case_comes_to_its_second_decision():
    """R-D2: asked, answered, judged anew on what was missing, reported as version 2, granted in a later meeting."""
    w = deferred()
    assert (w.case.state, w.case.outcome, w.case.cycle) == ("in_review", "deferred", 2)
    judge_anew(w, ["A2"], w.evaluators[:2])
    to_the_agenda(w)
    assert (w.report.version, w.case.state) == (2, "on_agenda")
    deciding.open_item(w.item, by=w.chair, at=w.at)
    case.cast(w, case.VOTES)
    decision = case.close(w)
    assert list(Decision.objects.order_by("decided_at").values_list("kind", flat=True)) == ["defer", "grant"]
    assert decision.certificate.status == "active"
    assert (w.case.state, w.case.outcome) == ("decided", "certified")


def tied(w):
    """The committee votes three to three on the case as it stands before its meeting."""
    case.cast(w, ("yes", "yes", "yes", "no", "no", "no"))
    assert case.close(w) is None
    return refresh(w)


def tied_twice():
    w = with_evidence(case.opened(results=case.UNMET))
    for person in (w.lead, *w.evaluators[:2], w.checker):
        reviewing.declare(w.application, conflict=False, by=person, at=w.at)
    tied(w)
    case.next_meeting(w)
    return tied(w)


def test_after_a_second_tie_others_review_what_was_in_doubt_and_it_is_decided():
    """R-D7: the evaluators of the criteria in doubt leave, others take these up, and a new report is decided on."""
    w = tied_twice()
    assert (w.case.state, w.case.cycle) == ("in_review", 2)
    others = w.evaluators[2:]
    for person in others:
        screening.add_evaluator(w.application, person, by=w.secretary, at=w.at)
        reviewing.declare(w.application, conflict=False, by=person, at=w.at)
    fresh = Finding.objects.filter(cycle=2, filed_at=None)
    assert {(one.criterion, one.person) for one in fresh} == {("A2", person) for person in others}
    judge_anew(w, ["A2"], others)
    to_the_agenda(w)
    deciding.open_item(w.item, by=w.chair, at=w.at)
    case.cast(w, case.VOTES)
    assert case.close(w).kind == "grant"


def test_may_not_review_again_what_one_left_in_a_tie():
    """R-D7: whoever judged the criteria in doubt does not come back."""
    w = tied_twice()
    for person in w.evaluators[:2]:
        case.refused(partial(screening.add_evaluator, w.application, person, by=w.secretary, at=w.at), "R-D7")
    assert not w.application.parts.filter(part="evaluator", ended_at__isnull=True).exists()


# --- a level once


def test_may_not_start_for_a_level_that_is_held():
    """R-D5: and the refusal names the certificate that stands."""
    w = case.voted()
    case.close(w)
    held = Certificate.objects.get()
    refusal = panel_world.refused("R-D5", applying.start, w.city, stage="A", by=w.editor, at=w.at)
    assert held.reference in refusal
    applying.start(w.city, stage="B", by=w.editor, at=w.at)


def test_may_not_accept_for_a_level_that_is_held():
    """R-D5: granted while the other application waited."""
    w = factories.screened(factories.world())
    certified(w.city, "A")
    told = {"panel": w.panel, "lead": w.lead, "evaluators": w.evaluators[:2], "by": w.secretary, "at": w.at}
    panel_world.refused("R-D5", screening.accept, w.application, **told)


def test_may_not_grant_a_level_that_is_held():
    """R-D5: the vote is for it, and the decision does not come."""
    w = case.voted()
    certified(w.city, "A")
    case.refused(lambda: case.close(w), "R-D5")
    assert (w.case.state, Certificate.objects.count()) == ("on_agenda", 1)


def test_a_level_can_be_granted_again_once_the_former_certificate_is_over():
    """R-E3: also before the timer has come by to let it expire."""
    w = case.voted()
    former = certified(w.city, "A", expires_at=w.at - timedelta(seconds=1))
    case.close(w)
    former.refresh_from_db()
    assert (former.status, [event.status for event in former.history.all()]) == ("expired", ["expired"])
    assert Certificate.objects.get(status="active").application == w.application


def test_two_active_certificates_of_a_level_cannot_stand_in_the_database():
    place = factories.city()
    certified(place, "A")
    second = certified(place, "A", status="superseded")
    second.status = "active"
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save(update_fields=["status"])
