"""The file check: somebody who did not evaluate reads the frozen file and recommends in writing (R-C9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from certification import flow, rules, snapshots
from certification.actions import moving, panelling
from certification.actions.telling import players, tell
from certification.models import Application, FileCheck, Finding, Part, Reconciliation, StageReport
from sdgcities import canonical, journal, roles
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.models import User
from sdgcities.roles import Role


@dataclass(frozen=True, slots=True)
class Point:
    """One thing the file must show, whether it does, and what was found."""

    text: str
    holds: bool
    found: str


@journaled
def take_file(application: Application, *, by: User, at: datetime) -> Application:
    """Take the signed, frozen file to check it (R-C8, R-C9)."""
    held = Application.objects.hold(application.pk)
    _checks(by, held, at=at)
    rules.report_is_frozen(report_of(held))
    held = moving.make(flow.TAKE_FILE, held, by=by, at=at)
    application.state = held.state
    return held


@journaled
def recommend(application: Application, *, recommendation: str, reasons: str, by: User, at: datetime) -> FileCheck:
    """Recommend in writing on the report as it stands: fit for the agenda, or back to the panel (R-C9)."""
    held = Application.objects.hold(application.pk)
    _checks(by, held, at=at)
    panelling.in_state(held, flow.State.FILE_CHECK)
    report = report_of(held)
    rules.report_is_frozen(report)
    if recommendation not in FileCheck.Recommendation.values:
        raise Refused(_("Choose what you recommend."), "R-C9")
    if not reasons.strip():
        raise Refused(_("Give the reasons for your recommendation."), "R-C9")
    proceeds = recommendation == FileCheck.Recommendation.PROCEED
    if proceeds and not all(point.holds for point in consistency(held, report)):
        raise Refused(_("The list shows something that does not hold. Send the file back and say what."), "R-C9")
    if FileCheck.objects.filter(report=report, by=by).exists():
        raise Refused(
            _("You have given your recommendation on this report already. It is on file, so nothing is left to do."),
            "R-C9",
        )
    check = FileCheck.objects.create(
        application=held, report=report, by=by, recommendation=recommendation, reasons=reasons.strip(), at=at
    )
    journal.record(
        "file.checked",
        check,
        by=by,
        at=at,
        application=held.reference,
        recommendation=recommendation,
        digest=report.digest,
    )
    if not proceeds:
        moving.make(flow.SEND_BACK, held, by=by, at=at, note=reasons.strip())
        application.state = flow.State.IN_REVIEW.value
    told = roles.people_with(Role.SECRETARIAT, at=at) if proceeds else players(held, Part.Kind.LEAD)
    tell(told, "panel_file_checked", held, f"file-checked:{check.pk}", check=check)
    return check


def _checks(by: User, held: Application, *, at: datetime) -> None:
    rules.secretariat_stays_out(by, Part.Kind.FILE_CHECKER, at=at)
    rules.checker_did_not_evaluate(by, held)
    rules.not_recused(by, held)
    rules.must_have_declared(by, held)
    rules.must(by, "file_check", held, at=at)


def report_of(application: Application) -> StageReport:
    """The newest report that is no draft."""
    report = StageReport.objects.filter(application=application, draft=False).order_by("-version").first()
    if report is None:
        raise Refused(_("There is no signed report yet. Wait until the panel lead has signed it."), "R-C8")
    return report


def consistency(application: Application, report: StageReport) -> list[Point]:
    """What a file must show, in a fixed number of queries: settled, found twice, declared, sealed (R-B3, R-C5, R-C8)."""
    keys = [criterion.key for criterion in snapshots.stage_of(application).criteria]
    settled = snapshots.reconciled(application)
    filed: dict[str, int] = dict.fromkeys(keys, 0)
    for key in Finding.objects.filter(
        application=application, cycle=application.cycle, set_aside_at__isnull=True, filed_at__isnull=False, third=False
    ).values_list("criterion", flat=True):
        filed[key] = filed.get(key, 0) + 1
    needed = panelling.needed(application)
    counted = canonical.digest(report.text)
    unsettled = [key for key in keys if key not in settled]
    thin = [key for key in keys if filed[key] < needed]
    undeclared = _undeclared(application)
    return [
        Point(_("Every criterion is reconciled"), not unsettled, ", ".join(unsettled or keys)),
        Point(_("Every criterion has the findings it needs"), not thin, ", ".join(thin or keys)),
        Point(
            _("Everybody who evaluated declared their interests"),
            not undeclared,
            ", ".join(undeclared) or _("complete"),
        ),
        Point(
            _("The report's digest, counted again, is the one it was signed under"), counted == report.digest, counted
        ),
        Point(_("The report states every criterion's result as it was reconciled"), *_stated(report, settled)),
    ]


def _undeclared(application: Application) -> list[str]:
    declared = set(application.declarations.filter(conflict=False).values_list("person_id", flat=True))
    judged = application.parts.filter(part__in=(Part.Kind.EVALUATOR, Part.Kind.LEAD), ended_at__isnull=True)
    return sorted(str(part.person) for part in judged.select_related("person") if part.person_id not in declared)


def _stated(report: StageReport, settled: Mapping[str, Reconciliation]) -> tuple[bool, str]:
    said = {one["key"]: one["result"] for one in canonical.load(report.text)["criteria"]}
    differing = [key for key, one in sorted(settled.items()) if said.get(key) != one.result]
    return not differing, ", ".join(differing or sorted(said))
