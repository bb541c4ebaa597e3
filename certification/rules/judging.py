"""What findings, their reconciliation and the stage report must rest on (R-C4 to R-C6, R-C8, R-C9)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from certification.models import Application, FileCheck, Finding, Mark, Part, Reconciliation, Result, StageReport
from certification.policy import policy_of
from certification.rules.registry import rule
from certification.standard import Criterion
from sdgcities.errors import Refused
from sdgcities.models import User

RANK = {Result.NOT_MET: 0, Result.PARTLY: 1, Result.MET: 2}


@dataclass(frozen=True, slots=True)
class Marked:
    """One requirement's mark with what it rests on."""

    mark: str
    reason: str = ""
    verified: int = 0
    stale: bool = False
    override: str = ""


def ceiling(criterion: Criterion, marks: Mapping[str, str]) -> Result:
    """The highest result that MARKS (requirement key to mark) carry on CRITERION (R-C6)."""
    given = [marks.get(requirement.key, Mark.NOT_MET) for requirement in criterion.requirements]
    if all(mark == Mark.NOT_APPLICABLE for mark in given):
        return Result.NOT_APPLICABLE
    mandatory = [
        marks.get(requirement.key, Mark.NOT_MET) for requirement in criterion.requirements if requirement.mandatory
    ]
    some = any(mark == Mark.MET for mark in given)
    if some and all(mark != Mark.NOT_MET for mark in mandatory):
        return Result.MET
    return Result.PARTLY if some else Result.NOT_MET


@rule("R-C6")
def finding_stands(criterion: Criterion, result: str, rationale: str, marks: Mapping[str, Marked]) -> None:
    """Refuse a finding that its marks, its evidence or its words do not carry (R-C4, R-C6)."""
    missing = [requirement.key for requirement in criterion.requirements if requirement.key not in marks]
    if missing:
        raise Refused(_("Mark every requirement first. Still open: %(keys)s.") % {"keys": ", ".join(missing)}, "R-C6")
    if not rationale.strip():
        raise Refused(_("Give the reasons for your finding."), "R-C6")
    for key, marked in marks.items():
        mark_stands(key, marked)
    highest = ceiling(criterion, {key: marked.mark for key, marked in marks.items()})
    if Result.NOT_APPLICABLE in {highest, result}:
        if result != highest:
            raise Refused(
                _(
                    "A criterion is not applicable exactly when all its requirements are not applicable. Change the marks or the finding."
                ),
                "R-C6",
            )
        return
    if RANK[Result(result)] > RANK[highest]:
        raise Refused(
            _("The marks carry “%(highest)s” at most. Change the marks or the finding.") % {"highest": highest.label},
            "R-C6",
        )


@rule("R-C6")
def mark_stands(key: str, marked: Marked) -> None:
    """Refuse a mark of met without verified evidence, and any other mark without its reason (R-C6)."""
    if marked.mark == Mark.MET and not marked.verified:
        raise Refused(
            _("%(key)s: “met” needs at least one piece of evidence that you verified.") % {"key": key}, "R-C6"
        )
    if marked.mark == Mark.MET and marked.stale:
        evidence_is_fresh(key, marked)
    if marked.mark != Mark.MET and not marked.reason.strip():
        raise Refused(_("%(key)s: say why it is not met, or not applicable.") % {"key": key}, "R-C6")


@rule("R-C4")
def evidence_is_fresh(key: str, marked: Marked) -> None:
    """Refuse “met” on stale evidence alone without a recorded override (R-C4)."""
    if not marked.override.strip():
        raise Refused(
            _("%(key)s: the evidence is older than allowed. Record why it still proves the point, or mark not met.")
            % {"key": key},
            "R-C4",
        )


@rule("R-C5")
def enough_evaluators(application: Application, criterion: str) -> None:
    """Refuse to close a criterion before the policy's number of evaluators filed (at least two; R-C5)."""
    filed = findings_of(application, criterion).filter(filed_at__isnull=False).count()
    if filed < max(2, policy_of(application.mechanism.policy).evaluators_a_criterion):
        raise Refused(
            _(
                "Criterion %(key)s needs the findings of two evaluators first. Allocate it, or wait until both have filed."
            )
            % {"key": criterion},
            "R-C5",
        )


@rule("R-C5", allows=True)
def may_see_findings(person: User, application: Application, criterion: str) -> bool:
    """Whether PERSON may see what others found: the lead and each evaluator only when all first ones filed (R-C5)."""
    first = findings_of(application, criterion)
    needed = max(2, policy_of(application.mechanism.policy).evaluators_a_criterion)
    if first.filter(third=False).count() < needed or first.filter(filed_at__isnull=True).exists():
        return False  # who replaces a member that left is to file blind as well
    part = Part.objects.filter(application=application, person=person, ended_at__isnull=True).first()
    if part is None:
        return False
    own = first.filter(person=person)
    return part.part == Part.Kind.LEAD or own.exists()


@rule("R-C5")
def discord_has_third(application: Application, criterion: str, reason: str) -> None:
    """Refuse to reconcile differing findings without a third evaluator's and a reason (R-C5)."""
    filed = list(findings_of(application, criterion).filter(filed_at__isnull=False))
    differ = len({finding.result for finding in filed if not finding.third}) > 1
    if differ and not any(finding.third for finding in filed):
        raise Refused(
            _("The findings on %(key)s differ: ask a third evaluator before you reconcile.") % {"key": criterion},
            "R-C5",
        )
    if differ and not reason.strip():
        raise Refused(_("The findings differ: give the reason for what you make of them."), "R-C5")


@rule("R-C5")
def reconciled_last(settled: Reconciliation) -> None:
    """Refuse to go on with a reconciliation that a finding was filed, or set aside, after (R-C5)."""
    filed = Finding.objects.filter(
        application=settled.application_id, cycle=settled.cycle, criterion=settled.criterion, filed_at__isnull=False
    )
    if filed.filter(Q(filed_at__gt=settled.at) | Q(set_aside_at__gt=settled.at)).exists():
        raise Refused(
            _("The findings on %(key)s have changed since it was reconciled. Reconcile it again.")
            % {"key": settled.criterion},
            "R-C5",
        )


def findings_of(application: Application, criterion: str) -> QuerySet[Finding]:
    """The findings that count on one criterion in the application's running cycle."""
    return Finding.objects.filter(
        application=application, cycle=application.cycle, criterion=criterion, set_aside_at__isnull=True
    )


def in_discord(findings: Iterable[Finding]) -> bool:
    """Whether filed first findings differ (R-C5)."""
    return len({finding.result for finding in findings if finding.filed_at and not finding.third}) > 1


@rule("R-C5")
def not_filed_yet(finding: Finding) -> None:
    """Refuse to change a filed finding: the originals stay (R-C5)."""
    if finding.filed_at is not None:
        raise Refused(
            _("This finding is filed and stays as it is. If it rests on a mistake, tell the panel lead."), "R-C5"
        )


@rule("R-C8")
def report_is_frozen(report: StageReport) -> None:
    """Refuse to bring anything but a signed report before the file check or the committee (R-C8)."""
    if report.draft or report.signed_by_id is None:
        raise Refused(_("Only a signed, frozen report can go on from here. Ask the panel lead to sign it."), "R-C8")


@rule("R-C8")
def vote_is_on_current_report(report: StageReport, digest: str) -> None:
    """Refuse a vote on another report than the one that is frozen (R-C8, R-D1)."""
    latest = StageReport.objects.filter(application=report.application_id, draft=False).order_by("-version").first()
    if latest is None or latest.digest != digest:
        raise Refused(_("The report has a newer version. Read it and vote on that one."), "R-C8")


@rule("R-C9")
def file_is_checked(application: Application, report: StageReport) -> None:
    """Refuse the agenda without a written recommendation on this very report (R-C9)."""
    proceed = FileCheck.Recommendation.PROCEED
    if not FileCheck.objects.filter(report=report, recommendation=proceed).exists():
        raise Refused(
            _(
                "The file check comes first: it needs a written recommendation on this report. Ask the file checker for it."
            ),
            "R-C9",
        )


@rule("R-C9")
def checker_did_not_evaluate(person: User, application: Application) -> None:
    """Refuse a file checker who filed or reconciled a finding of the case (R-C9)."""
    judged: Collection[str] = (Part.Kind.EVALUATOR, Part.Kind.LEAD)
    if Part.objects.filter(application=application, person=person, part__in=judged).exists():
        raise Refused(_("Who evaluated this case cannot check its file. Choose somebody else."), "R-C9")
