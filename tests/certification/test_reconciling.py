"""From findings to the signed report: blind, reconciled, asked, drafted, signed."""

from datetime import UTC, datetime, timedelta

import pytest

from certification import rules
from certification.actions import responding, reviewing, screening
from certification.models import Application, Result, StageReport, Step
from sdgcities import canonical
from sdgcities.errors import Refused
from sdgcities.models import Entry, Job
from tests.certification.panel_world import (
    all_filed,
    at_work,
    declared,
    drafted,
    filed,
    mails,
    own,
    refused,
    reported,
    saved,
    settle,
)

pytestmark = pytest.mark.django_db


# --- R-C5


def test_the_last_finding_lets_the_lead_reconcile():
    w = at_work()
    all_filed(w)
    assert [mail.to_user for mail in mails("findings-in:")] == [w.lead]
    assert Step.objects.filter(application=w.application, move="findings-in").count() == 1


def test_may_see_findings_when_all_have_filed():
    """R-C5: the lead and the evaluators of the criterion."""
    w = at_work()
    filed(w, w.evaluators[0])
    filed(w, w.evaluators[1])
    assert rules.may_see_findings(w.lead, w.application, "A1")
    assert rules.may_see_findings(w.evaluators[0], w.application, "A1")


def test_may_not_see_findings_before_all_have_filed():
    """R-C5: blind to each other and to the lead; a replacement is blind as well."""
    w = at_work()
    filed(w, w.evaluators[0])
    assert not rules.may_see_findings(w.lead, w.application, "A1")
    assert not rules.may_see_findings(w.evaluators[1], w.application, "A1")
    reviewing.recuse(w.application, category="other", by=w.evaluators[1], at=w.at)
    assert not rules.may_see_findings(w.lead, w.application, "A1")


def test_may_not_change_or_file_again_a_filed_finding():
    """R-C5: the originals stay."""
    w = at_work()
    finding = filed(w, w.evaluators[0])
    refused("R-C5", saved, w, w.evaluators[0], result=Result.NOT_MET)
    refused("R-C5", reviewing.file, finding, by=w.evaluators[0], at=w.at)
    assert own(w, w.evaluators[0]).result == "met"


def test_may_not_write_anothers_finding():
    """R-C5."""
    w = at_work()
    finding = own(w, w.evaluators[0])
    refused(
        "R-C5",
        reviewing.save_finding,
        finding,
        result="met",
        rationale="",
        marks={},
        checks={},
        by=w.evaluators[1],
        at=w.at,
    )


def test_may_reconcile_two_findings_that_agree():
    """R-C5: and every reconciliation is kept."""
    w = all_filed(at_work())
    assert [settle(w).number, settle(w, reason="Better said.").number] == [1, 2]


def test_may_not_reconcile_before_two_have_filed():
    """R-C5."""
    w = at_work()
    filed(w, w.evaluators[0])
    refused("R-C5", settle, w)


def test_may_not_reconcile_discord_without_a_third_finding():
    """R-C5: the third is called, blind, and only then the lead settles it with a reason."""
    w = at_work(evaluators=2)
    filed(w, w.evaluators[0])
    filed(w, w.evaluators[1], result=Result.NOT_MET, verdict="insufficient")
    refused("R-C5", settle, w)
    screening.add_evaluator(w.application, w.evaluators[2], by=w.secretary, at=w.at)
    declared(w, w.evaluators[2])
    reviewing.call_third(w.application, criterion="A1", person=w.evaluators[2], by=w.lead, at=w.at)
    assert mails("third:").get().to_user == w.evaluators[2]
    assert not rules.may_see_findings(w.evaluators[2], w.application, "A1")
    refused("R-C5", settle, w)
    filed(w, w.evaluators[2])
    assert settle(w, reason="The third and the first read the annex.").result == "met"
    assert [f.result for f in rules.findings_of(w.application, "A1").order_by("filed_at", "result")].count(
        "not_met"
    ) == 1


def test_may_not_call_a_third_where_findings_agree():
    """R-C5."""
    w = at_work(evaluators=2)
    filed(w, w.evaluators[0])
    filed(w, w.evaluators[1])
    screening.add_evaluator(w.application, w.evaluators[2], by=w.secretary, at=w.at)
    refused("R-C5", reviewing.call_third, w.application, criterion="A1", person=w.evaluators[2], by=w.lead, at=w.at)


def test_may_not_reconcile_above_the_marks_or_without_what_closes_the_gap():
    """R-C6, R-C7: every gap says what would close it."""
    w = all_filed(at_work())
    refused("R-C6", settle, w, result=Result.MET, mark="not_met")
    refused("R-C7", settle, w, result=Result.NOT_MET)
    assert settle(w, result=Result.NOT_MET, closing="Publish the inventory.").closing == "Publish the inventory."


# --- clarification


def test_a_question_goes_to_the_city_and_the_answer_brings_the_case_back():
    w = at_work()
    asked = reviewing.ask(w.application, criterion="A1", question="Which year?", by=w.lead, at=w.at)
    assert w.case.state == "clarification"
    assert {mail.to_user for mail in mails("asked:")} == {w.editor, w.delegate}
    responding.answer_clarification(asked, answer="2025.", by=w.delegate, at=w.later(days=1))
    assert w.case.state == "in_review"


def test_a_question_lapses_after_its_last_instant_only():
    w = at_work()
    asked = reviewing.ask(w.application, criterion="A1", question="Which year?", by=w.lead, at=w.at)
    refused("R-C7", reviewing.lapse, asked, by=w.lead, at=asked.due_at)
    assert reviewing.lapse_overdue(at=asked.due_at + timedelta(seconds=1)) == 1
    assert w.case.state == "in_review"
    assert reviewing.lapse_overdue(at=asked.due_at + timedelta(days=1)) == 0


def test_with_two_questions_open_the_first_to_lapse_leaves_the_case_waiting():
    w = at_work()
    first = reviewing.ask(w.application, criterion="A1", question="Which year?", by=w.lead, at=w.at)
    reviewing.ask(w.application, criterion="A2", question="Who?", by=w.lead, at=w.later(days=1))
    reviewing.lapse(first, by=w.lead, at=first.due_at + timedelta(seconds=1))
    assert w.case.state == "clarification"


# --- R-C7, R-C8


def test_may_send_the_draft_when_every_criterion_is_reconciled():
    """R-C7: the city gets all at once, and the time to respond ends on a day's last second where it is."""
    w = drafted()
    assert w.case.state == "responding"
    assert w.case.response_until == datetime(2026, 9, 17, 6, 59, 59, tzinfo=UTC)
    assert StageReport.objects.get().draft
    assert {mail.to_user for mail in mails("draft:")} == {w.editor, w.delegate}


def test_may_not_send_the_draft_with_a_criterion_open():
    """R-C7: every gap reaches the city in one round."""
    w = all_filed(at_work())
    settle(w, "A1")
    sentence = refused("R-C7", reviewing.send_draft, w.application, by=w.lead, at=w.at)
    assert "A2, A3" in sentence
    assert w.case.state == "in_review"


def test_may_sign_after_the_response():
    """R-C7, R-C8: the report is frozen under the digest of its own text."""
    w = reported()
    report = StageReport.objects.get(draft=False)
    assert w.case.state == "reported"
    assert report.digest == canonical.digest(report.text)
    assert report.signed_by == w.lead
    assert Entry.objects.filter(act="report.signed").get().body.count(report.digest) == 1


def test_may_sign_when_the_time_to_respond_is_over():
    """R-C7."""
    w = drafted()
    signed = reviewing.sign(w.application, by=w.lead, at=w.application.response_until + timedelta(seconds=1))
    assert not signed.draft


def test_may_not_sign_while_the_city_may_still_respond():
    """R-C7: at the last instant itself the city is still in time."""
    w = drafted()
    refused("R-C7", reviewing.sign, w.application, by=w.lead, at=w.application.response_until)
    assert w.case.state == "responding"
    assert not StageReport.objects.filter(draft=False).exists()


def test_may_correct_in_the_citys_favour_while_its_response_is_read_but_not_against_it():
    """R-C7: a gap that the city never saw cannot enter the report."""
    w = drafted()
    refused("R-C7", settle, w, reason="A closer look.")
    responding.respond(w.application, text="A fact is wrong.", corrections={}, by=w.delegate, at=w.later(days=1))
    refused("R-C7", settle, w, result=Result.NOT_MET, closing="More.")
    assert settle(w, reason="With the fact put right.").number == 2


def test_the_report_asks_for_its_paper_in_the_same_transaction():
    """R-C8."""
    reported()
    assert Job.objects.filter(name="certification.write_report").count() == 2


def test_nobody_but_the_lead_settles_asks_or_signs():
    w = all_filed(at_work())
    other = w.evaluators[0]
    with pytest.raises(Refused):
        reviewing.ask(w.application, criterion="A1", question="Why?", by=other, at=w.at)
    with pytest.raises(Refused):
        reviewing.send_draft(w.application, by=other, at=w.at)
    assert Application.objects.get(pk=w.application.pk).state == "in_review"
