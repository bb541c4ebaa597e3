"""The file check: who may read the frozen file, what it must show, what follows from the recommendation."""

import pytest

from certification import rules
from certification.actions import checking, reviewing, screening
from certification.models import FileCheck, Finding, Part, StageReport
from sdgcities.errors import Refused
from sdgcities.models import Entry, Mail
from tests.certification import factories as make
from tests.certification.panel_world import refused, reported

pytestmark = pytest.mark.django_db


def assigned():
    """A reported case with its file checker, who has declared."""
    w = reported()
    screening.assign_file_checker(w.application, w.checker, by=w.secretary, at=w.at)
    reviewing.declare(w.application, conflict=False, by=w.checker, at=w.at)
    return w


def taken():
    w = assigned()
    checking.take_file(w.application, by=w.checker, at=w.later(days=1))
    return w


def recommended(w, recommendation="proceed", reasons="Complete and consistent."):
    return checking.recommend(w.application, recommendation=recommendation, reasons=reasons, by=w.checker, at=w.at)


def test_may_check_the_file_and_recommend_in_writing():
    """R-C9: the recommendation is on this very report, and lets it on the agenda."""
    w = taken()
    check = recommended(w)
    assert check.report == StageReport.objects.get(draft=False)
    assert w.case.state == "file_check"
    rules.file_is_checked(w.case, check.report)
    assert Entry.objects.filter(act="file.checked").count() == 1
    assert Mail.objects.filter(key__startswith="file-checked:").get().to_user == w.secretary


def test_may_not_check_a_file_that_one_evaluated():
    """R-C9: neither an evaluator nor the lead, even if somebody gives them the part."""
    w = assigned()
    for person in (w.lead, w.evaluators[0]):
        sentence = refused("R-C9", checking.take_file, w.application, by=person, at=w.at)
        assert "evaluated this case" in sentence
    assert w.case.state == "reported"


def test_may_not_recommend_without_reasons_or_twice():
    """R-C9."""
    w = taken()
    refused("R-C9", recommended, w, reasons=" ")
    refused("R-C9", recommended, w, recommendation="")
    recommended(w)
    refused("R-C9", recommended, w)
    assert FileCheck.objects.count() == 1


def test_may_not_recommend_before_declaring():
    """R-B3: a file checker declares like everybody who judges."""
    w = reported()
    screening.assign_file_checker(w.application, w.checker, by=w.secretary, at=w.at)
    refused("R-B3", checking.take_file, w.application, by=w.checker, at=w.at)


def test_may_not_check_as_secretariat():
    """R-B10."""
    w = assigned()
    refused("R-B10", checking.take_file, w.application, by=w.secretary, at=w.at)
    w.checker.is_staff = True
    w.checker.save()
    refused("R-B10", checking.take_file, w.application, by=w.checker, at=w.at)


def test_may_take_a_signed_report():
    """R-C8."""
    w = taken()
    assert w.case.state == "file_check"


def test_may_not_take_a_report_that_nobody_signed():
    """R-C8."""
    w = assigned()
    StageReport.objects.filter(draft=False).update(signed_by=None)
    refused("R-C8", checking.take_file, w.application, by=w.checker, at=w.at)
    assert w.case.state == "reported"


def test_sending_back_brings_the_case_to_the_lead_who_makes_a_new_version():
    """R-C8: the signed report stays; what changes is a new version, which the city sees again (R-C7)."""
    w = taken()
    recommended(w, "send_back", "The reason on A2 names the wrong year.")
    assert w.case.state == "in_review"
    assert Mail.objects.filter(key__startswith="file-checked:").get().to_user == w.lead
    reviewing.send_draft(w.application, by=w.lead, at=w.later(days=1))
    refused("R-C7", reviewing.sign, w.application, by=w.lead, at=w.at)
    reviewing.sign(w.application, by=w.lead, at=w.later(days=30))
    assert sorted(StageReport.objects.filter(draft=False).values_list("version", flat=True)) == [1, 2]
    checking.take_file(w.application, by=w.checker, at=w.at)
    assert recommended(w).report.version == 2


def test_everything_holds_in_a_whole_file():
    w = taken()
    assert [point.holds for point in checking.consistency(w.case, checking.report_of(w.case))] == [True] * 5


def test_a_changed_report_a_lost_finding_and_a_missing_declaration_are_seen():
    w = taken()
    report = checking.report_of(w.case)
    report.text = report.text.replace('"result":"met"', '"result":"not_met"', 1)
    Finding.objects.filter(person=w.evaluators[0], criterion="A2").update(set_aside_at=w.at)
    w.application.declarations.filter(person=w.lead).delete()
    assert [point.holds for point in checking.consistency(w.case, report)] == [True, False, False, False, False]


def test_may_not_recommend_a_file_that_does_not_hold():
    """R-C9: it can only go back."""
    w = taken()
    Finding.objects.filter(person=w.evaluators[0], criterion="A2").update(set_aside_at=w.at)
    refused("R-C9", recommended, w)
    assert recommended(w, "send_back", "A finding on A2 is missing.").recommendation == "send_back"


@pytest.mark.parametrize("stage", ["A", "B"])
def test_the_list_takes_as_many_queries_for_three_criteria_as_for_five(stage, django_assert_num_queries):
    w = make.in_review(make.world(), stage) if stage == "A" else make.in_review(_with_silver_under_way(), stage)
    report = StageReport(application=w.case, version=1, draft=False, text='{"criteria":[]}', digest="0" * 64)
    application = w.case.__class__.objects.select_related("standard", "mechanism").get(pk=w.application.pk)
    with django_assert_num_queries(4):
        checking.consistency(application, report)


def _with_silver_under_way():
    return make.in_review(make.world())


def test_access_ends_when_another_checker_takes_over():
    """R-H4."""
    w = assigned()
    other = make.file_checker()
    screening.assign_file_checker(w.application, other, by=w.secretary, at=w.at)
    assert Part.objects.get(application=w.application, person=w.checker).ended_at == w.at
    with pytest.raises(Refused):
        checking.take_file(w.application, by=w.checker, at=w.at)
