"""What findings and reports rest on: each rule of certification.rules.judging lets through what it may and refuses the rest."""

import pytest

from certification import rules
from certification.models import FileCheck, Finding, Part, Reconciliation, Result, StageReport
from certification.rules import Marked
from tests.certification import factories
from tests.certification.factories import NOW
from tests.certification.rules_world import DAY, case, criterion, found, plays, refused, report

pytestmark = pytest.mark.django_db

SHOWN = Marked("met", verified=1)
NOT_SHOWN = Marked("not_met", reason="Nothing was verified.")
DOES_NOT_APPLY = Marked("not_applicable", reason="The province is competent.")
TWO = criterion(True, False)


def test_may_evidence_is_fresh():
    """R-C4: with a recorded override."""
    rules.evidence_is_fresh("A1.1", Marked("met", verified=1, stale=True, override="Still in force."))


def test_may_not_evidence_is_fresh():
    """R-C4"""
    stale = Marked("met", verified=1, stale=True, override=" ")
    refused("R-C4", rules.evidence_is_fresh, "A1.1", stale)


def test_may_not_evidence_is_fresh_in_a_finding():
    """R-C4: a whole finding does not carry what its stale mark does not."""
    stale = Marked("met", verified=1, stale=True)
    refused("R-C4", rules.finding_stands, TWO, "met", "Read.", {"A1.1": stale, "A1.2": SHOWN})


def test_may_mark_stands():
    """R-C6"""
    for marked in (SHOWN, NOT_SHOWN, DOES_NOT_APPLY):
        rules.mark_stands("A1.1", marked)


def test_may_not_mark_stands():
    """R-C6: met needs verified evidence, every other mark its reason."""
    for marked in (Marked("met", reason="So we hear."), Marked("not_met"), Marked("not_applicable", reason=" ")):
        refused("R-C6", rules.mark_stands, "A1.1", marked)


def test_may_finding_stands():
    """R-C6: as high as the marks carry, or lower with reasons; what is not mandatory does not block."""
    rules.finding_stands(TWO, "met", "Read.", {"A1.1": SHOWN, "A1.2": NOT_SHOWN})
    rules.finding_stands(TWO, "not_met", "Only on paper.", {"A1.1": SHOWN, "A1.2": SHOWN})
    rules.finding_stands(TWO, "met", "Read.", {"A1.1": DOES_NOT_APPLY, "A1.2": SHOWN})
    rules.finding_stands(TWO, "not_applicable", "Read.", {"A1.1": DOES_NOT_APPLY, "A1.2": DOES_NOT_APPLY})


@pytest.mark.parametrize(
    ("result", "first", "second"),
    [
        (Result.MET, NOT_SHOWN, SHOWN),
        (Result.PARTLY, NOT_SHOWN, NOT_SHOWN),
        (Result.MET, DOES_NOT_APPLY, DOES_NOT_APPLY),
        (Result.NOT_APPLICABLE, DOES_NOT_APPLY, NOT_SHOWN),
    ],
)
def test_no_finding_is_higher_than_its_marks(result, first, second):
    """R-C6"""
    refused("R-C6", rules.finding_stands, TWO, result, "Read.", {"A1.1": first, "A1.2": second})


def test_may_not_finding_stands():
    """R-C6: higher than its marks, without a rationale, or with a requirement left unmarked."""
    refused("R-C6", rules.finding_stands, TWO, "met", "Read.", {"A1.1": NOT_SHOWN, "A1.2": SHOWN})
    refused("R-C6", rules.finding_stands, TWO, "met", " ", {"A1.1": SHOWN, "A1.2": SHOWN})
    refused("R-C6", rules.finding_stands, TWO, "met", "Read.", {"A1.1": SHOWN})


def test_may_enough_evaluators():
    """R-C5"""
    application = case()
    found(application)
    found(application)
    rules.enough_evaluators(application, "A1")


def test_may_not_enough_evaluators():
    """R-C5: one filed and one saved is one; what was set aside does not count, and no policy makes one enough."""
    application = case()
    application.mechanism.policy = {"evaluators_a_criterion": 1}
    found(application)
    found(application, filed=False)
    aside = found(application)
    Finding.objects.filter(pk=aside.pk).update(set_aside_at=NOW)
    refused("R-C5", rules.enough_evaluators, application, "A1")


def test_may_may_see_findings():
    """R-C5"""
    application = case()
    lead = plays(application, Part.Kind.LEAD)
    one = found(application).person
    found(application)
    assert rules.may_see_findings(lead, application, "A1")
    assert rules.may_see_findings(one, application, "A1")


def test_may_not_may_see_findings():
    """R-C5: blind until all have filed, the third too, and closed to everybody who judges nothing here."""
    application = case()
    lead = plays(application, Part.Kind.LEAD)
    one = found(application).person
    assert not rules.may_see_findings(lead, application, "A1")
    third = found(application, filed=False, third=True).person
    found(application)
    blind = [rules.may_see_findings(person, application, "A1") for person in (lead, one, third)]
    assert blind == [False] * 3
    Finding.objects.filter(person=third).update(filed_at=NOW, result="met")
    strangers = (factories.person(is_superuser=True), plays(application, Part.Kind.CITY))
    assert [rules.may_see_findings(person, application, "A1") for person in strangers] == [False] * 2


def test_may_discord_has_third():
    """R-C5: agreement needs no third; discord is settled with one, and a reason."""
    agreed, differ = case(), case()
    found(agreed)
    found(agreed)
    rules.discord_has_third(agreed, "A1", "")
    found(differ)
    found(differ, result="not_met")
    found(differ, third=True)
    rules.discord_has_third(differ, "A1", "The third piece settles it.")


def test_may_not_discord_has_third():
    """R-C5"""
    application = case()
    found(application)
    found(application, result="not_met")
    refused("R-C5", rules.discord_has_third, application, "A1", "I believe the first.")
    found(application, third=True)
    refused("R-C5", rules.discord_has_third, application, "A1", " ")


def test_may_not_filed_yet():
    """R-C5"""
    rules.not_filed_yet(Finding(filed_at=None))


def test_may_not_not_filed_yet():
    """R-C5"""
    refused("R-C5", rules.not_filed_yet, Finding(filed_at=NOW))


def test_may_report_is_frozen():
    """R-C8"""
    rules.report_is_frozen(report(case()))


def test_may_not_report_is_frozen():
    """R-C8"""
    refused("R-C8", rules.report_is_frozen, report(case(), draft=True))
    refused("R-C8", rules.report_is_frozen, StageReport(draft=False, signed_by=None))


def test_may_vote_is_on_current_report():
    """R-C8"""
    application = case()
    first = report(application)
    rules.vote_is_on_current_report(first, first.digest)


def test_may_not_vote_is_on_current_report():
    """R-C8: a newer version leaves every vote on the old one behind."""
    application = case()
    first = report(application)
    refused("R-C8", rules.vote_is_on_current_report, first, "0" * 64)
    report(application, version=2)
    refused("R-C8", rules.vote_is_on_current_report, first, first.digest)


def recommended(application, of, recommendation):
    by = plays(application, Part.Kind.FILE_CHECKER)
    FileCheck.objects.create(
        application=application, report=of, by=by, recommendation=recommendation, reasons="Read.", at=NOW
    )


def test_may_file_is_checked():
    """R-C9"""
    application = case()
    signed = report(application)
    recommended(application, signed, "proceed")
    rules.file_is_checked(application, signed)


def test_may_not_file_is_checked():
    """R-C9: not without one, not with one that sends back, not with one on an older report."""
    application = case()
    first, second = report(application), report(application, version=2)
    refused("R-C9", rules.file_is_checked, application, second)
    recommended(application, first, "proceed")
    recommended(application, second, "send_back")
    refused("R-C9", rules.file_is_checked, application, second)


def test_may_checker_did_not_evaluate():
    """R-C9"""
    application = case()
    rules.checker_did_not_evaluate(factories.person(), application)
    rules.checker_did_not_evaluate(plays(case(), Part.Kind.EVALUATOR), application)


def test_may_not_checker_did_not_evaluate():
    """R-C9: nor who did so once and left."""
    application = case()
    refused("R-C9", rules.checker_did_not_evaluate, plays(application, Part.Kind.LEAD), application)
    gone = plays(application, Part.Kind.EVALUATOR, ended_at=NOW)
    refused("R-C9", rules.checker_did_not_evaluate, gone, application)


def settled(application):
    return Reconciliation(application=application, cycle=1, criterion="A1", at=NOW)


def test_may_reconciled_last():
    """R-C5: after the last finding; one that was never filed and is set aside changes nothing."""
    application = case()
    found(application)
    Finding.objects.filter(pk=found(application, filed=False).pk).update(set_aside_at=NOW + DAY)
    rules.reconciled_last(settled(application))


def test_may_not_reconciled_last():
    """R-C5: neither before a finding was filed nor before one was set aside."""
    later, aside = case(), case()
    Finding.objects.filter(pk=found(later).pk).update(filed_at=NOW + DAY)
    refused("R-C5", rules.reconciled_last, settled(later))
    Finding.objects.filter(pk=found(aside).pk).update(set_aside_at=NOW + DAY)
    refused("R-C5", rules.reconciled_last, settled(aside))
