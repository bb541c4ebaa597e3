"""How the city's verbs and its form decline: what they say, under which rule, and that nothing has changed."""

import pytest
from django.urls import reverse

from certification.actions import applying, reviewing
from certification.models import Mechanism, Submission
from sdgcities.models import Membership, Role
from tests.certification import factories as make
from tests.certification import panel_world as panel
from tests.certification.declining import declined

pytestmark = pytest.mark.django_db


def test_no_application_begins_where_no_mechanism_is_active():
    w = make.world()
    Mechanism.objects.update(active=False)
    sentence = "No certification mechanism is active for your country now. Ask the secretariat when one will be."
    declined(sentence, "", applying.start, w.city, stage="A", by=w.editor, at=w.at)


def test_an_application_is_for_a_stage_of_the_standard():
    """R-A1"""
    w = make.world()
    sentence = "Choose one of the stages of the published standard."
    declined(sentence, "R-A1", applying.start, w.city, stage="Z", by=w.editor, at=w.at)


def test_an_answer_is_to_a_requirement_of_the_stage():
    w = make.started(make.world(), "A")
    told = {"requirement": "B1.1", "judgement": "met", "narrative": "We do.", "base_version": 0}
    sentence = "This requirement does not belong to the stage you apply for. Choose one from your list of tasks."
    declined(sentence, "", applying.save_answer, w.application, **told, by=w.editor, at=w.at)


def test_a_mandate_names_departments():
    """R-C1"""
    w = make.started(make.world())
    told = {"letter": make.on_shelf(w.city, w.editor), "departments": " ", "by": w.editor, "at": w.at}
    declined("Name the departments that take part.", "R-C1", applying.give_mandate, w.application, **told)


def test_a_mandate_is_for_a_delegate():
    """R-C1"""
    w = make.started(make.world())
    Membership.objects.filter(role=Role.CITY_DELEGATE).update(ended_at=w.at)
    told = {"letter": make.on_shelf(w.city, w.editor), "departments": "Planning", "by": w.editor, "at": w.at}
    sentence = "The city has no delegate yet. Ask the secretariat to invite the mayor's delegate."
    declined(sentence, "R-C1", applying.give_mandate, w.application, **told)


def test_taking_back_needs_a_reason():
    w = make.submitted(make.world())
    sentence = "Say why the city takes its application back."
    declined(sentence, "", applying.retract, w.application, reason=" ", by=w.delegate, at=w.at)


def asked():
    """A case in which the panel has asked the city about A1."""
    w = panel.at_work()
    return w, reviewing.ask(w.application, criterion="A1", question="Which year?", by=w.lead, at=w.later(hours=1))


def test_evidence_that_an_evaluator_has_looked_at_stays():
    """R-C3: added while the panel's question was open, and looked at before the answer."""
    w, _question = asked()
    more = make.on_shelf(w.city, w.editor, title="More", at=w.at)
    added = applying.link(w.application, requirement="A1.1", version=more, by=w.editor, at=w.later(hours=1))
    seen = {added.pk: reviewing.CheckInput("verified")}
    finding = panel.own(w, w.evaluators[0])
    told = {"result": "", "rationale": "", "marks": {}, "checks": seen}
    reviewing.save_finding(finding, **told, by=w.evaluators[0], at=w.at)
    sentence = "An evaluator has looked at this evidence already, so it stays. You can add a newer version."
    declined(sentence, "R-C3", applying.unlink, added, by=w.editor, at=w.at)


def test_a_question_is_answered_once():
    """R-C7"""
    w, question = asked()
    applying.answer_clarification(question, answer="2025.", by=w.delegate, at=w.at)
    sentence = "This question is closed already. Say what is left in your response to the draft report."
    declined(sentence, "R-C7", applying.answer_clarification, question, answer="2024.", by=w.delegate, at=w.at)


def test_a_city_objects_to_a_member_once():
    """R-B5"""
    w = make.in_review(make.world())
    told = {"person": w.evaluators[0], "reasons": "Advised us.", "by": w.delegate, "at": w.at}
    applying.object_to(w.application, **told)
    sentence = "You have objected to this member already. The secretariat answers you in writing."
    declined(sentence, "R-B5", applying.object_to, w.application, **told)


def test_nothing_is_handed_in_without_the_word_that_it_is_true(client):
    w = make.drafted(make.world())
    client.force_login(w.delegate)
    page = client.post(reverse("city-submit", args=[w.application.reference]), {"confirmed": ""})
    errors = page.context["form"].errors
    assert errors == {"confirmed": ["Confirm first that the content is true to your knowledge."]}
    assert (w.case.state, Submission.objects.count()) == ("draft", 0)
