"""How the verbs of the panel, its lead and the file checker decline: the sentence, the rule, and that nothing has changed."""

import pytest

from certification.actions import checking, reviewing, screening
from certification.models import Result
from tests.certification import factories as make
from tests.certification import panel_world as panel
from tests.certification.declining import declined

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["stranger", "checker", "editor", "secretary"])
def test_interests_are_declared_by_those_who_judge(who):
    """R-H4"""
    w = panel.at_work()
    sentence = "You have no part in judging this case. Ask the secretariat if you should have one."
    by = getattr(w, who)
    declined(sentence, "R-H4", reviewing.declare, w.application, conflict=False, by=by, at=w.at)
    declined(sentence, "R-H4", reviewing.recuse, w.application, category="family", by=by, at=w.at)


def allocate(w, *persons):
    reviewing.allocate(w.application, criterion="A1", persons=persons, by=w.lead, at=w.at)


def test_who_has_filed_stays_on_the_criterion():
    """R-C5"""
    w = panel.at_work(evaluators=3)
    panel.filed(w, w.evaluators[0])
    sentence = "Who has filed a finding on this criterion stays on it. Choose them as well."
    declined(sentence, "R-C5", allocate, w, w.evaluators[1], w.evaluators[2])


def test_findings_are_made_by_evaluators_of_the_case():
    """R-B1: and whom the lead would have left out stays."""
    w = panel.at_work()
    outside = w.evaluators[3]
    sentence = f"{outside.name} is no evaluator of this case. Ask the secretariat to add them."
    declined(sentence, "R-B1", allocate, w, w.evaluators[0], outside)


def test_a_third_finding_is_somebody_elses():
    """R-C5"""
    w = panel.at_work()
    first, second = w.evaluators[:2]
    panel.filed(w, first)
    panel.filed(w, second, result=Result.NOT_MET, verdict="insufficient")
    sentence = f"{first.name} has a finding on this criterion already. Choose somebody else."
    told = {"criterion": "A1", "person": first, "by": w.lead, "at": w.at}
    declined(sentence, "R-C5", reviewing.call_third, w.application, **told)


def test_a_finding_leaves_out_nothing_that_applies_to_every_city():
    """R-C6"""
    w = panel.at_work()
    person = w.evaluators[0]
    fixed = next(one for one in w.standard.content.criterion("A1").requirements if not one.may_be_not_applicable)
    finding = panel.saved(w, person, mark="not_applicable")
    sentence = f"{fixed.key} applies to every city: mark it met or not met."
    declined(sentence, "R-C6", reviewing.file, finding, by=person, at=w.at)


@pytest.mark.parametrize(
    ("criterion", "question", "sentence", "rule"),
    [
        ("Z9", "Which year?", "This stage has no criterion Z9. Choose one of those it has.", ""),
        ("A1", " ", "Write the question to the city.", "R-C7"),
    ],
    ids=["no-such-criterion", "no-question"],
)
def test_the_city_is_asked_something_about_a_criterion(criterion, question, sentence, rule):
    w = panel.at_work()
    told = {"criterion": criterion, "question": question, "by": w.lead, "at": w.at}
    declined(sentence, rule, reviewing.ask, w.application, **told)


def test_a_file_is_checked_when_its_report_is_signed():
    """R-C8"""
    w = make.in_review(make.world())
    screening.assign_file_checker(w.application, w.checker, by=w.secretary, at=w.at)
    panel.declared(w, w.checker)
    sentence = "There is no signed report yet. Wait until the panel lead has signed it."
    declined(sentence, "R-C8", checking.take_file, w.application, by=w.checker, at=w.at)
