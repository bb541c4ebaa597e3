"""The panel lead's verbs: reconcile, ask the city, send the draft report, sign it (R-C5 to R-C8)."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from certification import flow, rules, snapshots
from certification.actions import moving, panelling
from certification.actions.panelling import MarkInput
from certification.actions.telling import officials, players, tell
from certification.models import (
    Application,
    Clarification,
    EvidenceCheck,
    Mark,
    Part,
    Reconciliation,
    RequirementMark,
    Response,
    Result,
    StageReport,
)
from certification.policy import policy_of
from sdgcities import canonical, journal, roles
from sdgcities.deadlines import in_time, last_instant
from sdgcities.errors import Refused
from sdgcities.jobs import later
from sdgcities.journal import journaled
from sdgcities.models import User
from sdgcities.roles import Role

# --- reconciliation


@journaled
def reconcile(
    application: Application,
    *,
    criterion: str,
    result: str,
    marks: Mapping[str, MarkInput],
    reason: str,
    closing: str = "",
    by: User,
    at: datetime,
) -> Reconciliation:
    """The lead settles CRITERION from the filed findings, which stay as they are; every reconciliation is kept (R-C5).

    While the city's response is read, it may only be for the better: a new gap would not have reached the city (R-C7).
    """
    held = Application.objects.hold(application.pk)
    panelling.acts(by, held, "lead", at=at)
    panelling.in_state(held, flow.State.IN_REVIEW, flow.State.RESPONDING)
    one = panelling.criterion_of(held, criterion)
    rules.enough_evaluators(held, criterion)
    panelling.first_ones_filed(by, held, criterion)
    rules.discord_has_third(held, criterion, reason)
    links = panelling.links_of(held, one)
    verified = EvidenceCheck.objects.filter(
        finding__in=rules.findings_of(held, criterion).filter(filed_at__isnull=False),
        verdict=EvidenceCheck.Verdict.VERIFIED,
    )
    given = _with_overrides(held, criterion, marks)
    panelling.may_be_not_applicable(one, given)
    weighed = panelling.weighed(held, one, given, links, set(verified.values_list("link_id", flat=True)))
    rules.finding_stands(one, result, reason, weighed)
    if result in {Result.PARTLY, Result.NOT_MET} and not closing.strip():
        raise Refused(_("Say what would close the gap, so that the city knows what to do."), "R-C7")
    last = held.reconciliations.filter(cycle=held.cycle, criterion=criterion).order_by("-number").first()
    if held.state == flow.State.RESPONDING:
        _only_for_the_better(held, last, result, given, at=at)
    written = {key: {"mark": m.mark, "reason": m.reason, "override": m.override} for key, m in given.items()}
    if last is not None and _same(last, result, written, reason, closing):
        return last
    settled = Reconciliation.objects.create(
        application=held,
        cycle=held.cycle,
        criterion=criterion,
        number=last.number + 1 if last else 1,
        result=result,
        marks=written,
        reason=reason,
        closing=closing,
        by=by,
        at=at,
    )
    journal.record(
        "criterion.reconciled",
        settled,
        by=by,
        at=at,
        application=held.reference,
        criterion=criterion,
        result=result,
        number=settled.number,
    )
    return settled


def _same(last: Reconciliation, result: str, marks: object, reason: str, closing: str) -> bool:
    """Whether the form was only sent again: the same words, and no finding has changed since."""
    try:
        rules.reconciled_last(last)
    except Refused:
        return False
    return (last.result, last.marks, last.reason, last.closing) == (result, marks, reason, closing)


def _with_overrides(held: Application, criterion: str, marks: Mapping[str, MarkInput]) -> dict[str, MarkInput]:
    """MARKS where the lead's own word on stale evidence is missing and an evaluator's stands, with that one."""
    recorded = dict(
        RequirementMark.objects.filter(finding__in=rules.findings_of(held, criterion).filter(filed_at__isnull=False))
        .exclude(stale_override="")
        .order_by("pk")
        .values_list("requirement", "stale_override")
    )
    return {
        key: MarkInput(one.mark, one.reason, one.override or recorded.get(key, "") if one.mark == Mark.MET else "")
        for key, one in marks.items()
    }


def _only_for_the_better(
    held: Application, last: Reconciliation | None, result: str, marks: Mapping[str, MarkInput], *, at: datetime
) -> None:
    rules.city_has_answered(held, at=at)
    before = {} if last is None else last.marks
    gaps = [key for key, m in marks.items() if m.mark == Mark.NOT_MET and before[key]["mark"] != Mark.NOT_MET]
    worse = last is None or rules.judging.RANK.get(Result(result), 2) < rules.judging.RANK.get(Result(last.result), 2)
    if gaps or worse:
        raise Refused(
            _(
                "The city has not seen this gap. After its response a criterion can only be corrected in its favour: keep the result, or raise it."
            ),
            "R-C7",
        )


# --- clarification


@journaled
def ask(application: Application, *, criterion: str, question: str, by: User, at: datetime) -> Clarification:
    """The lead asks the city about CRITERION; it has the policy's days to answer (certification.md §4.5)."""
    held = Application.objects.hold(application.pk)
    panelling.acts(by, held, "lead", at=at)
    panelling.in_state(held, *panelling.AT_WORK)
    panelling.criterion_of(held, criterion)
    if not question.strip():
        raise Refused(_("Write the question to the city."), "R-C7")
    waiting = held.clarifications.filter(answered_at__isnull=True, lapsed_at__isnull=True, criterion=criterion)
    if waiting.filter(question=question).exists():
        raise Refused(_("This very question is with the city already. Wait for its answer."), "R-C7")
    days = policy_of(held.mechanism.policy).clarification_days
    asked = Clarification.objects.create(
        application=held,
        criterion=criterion,
        question=question,
        asked_by=by,
        asked_at=at,
        due_at=last_instant(at, days=days, zone=held.city.time_zone),
    )
    if held.state == flow.State.IN_REVIEW:
        moving.make(flow.ASK, held, by=by, at=at)
    application.state = flow.State.CLARIFICATION.value
    journal.record("clarification.asked", asked, by=by, at=at, application=held.reference, criterion=criterion)
    tell(officials(held.city, at=at), "panel_question", held, f"asked:{asked.pk}", clarification=asked)
    return asked


@journaled
def lapse(clarification: Clarification, *, by: User, at: datetime) -> None:
    """Go on without an answer when the time for it is over; with the last open question the review goes on."""
    held = Application.objects.hold(clarification.application_id)
    asked = Clarification.objects.hold(clarification.pk)
    if asked.answered_at is not None or asked.lapsed_at is not None:
        return
    if in_time(at, asked.due_at):
        raise Refused(_("The city still has time to answer this question. Wait until it is over."), "R-C7")
    asked.lapsed_at = at
    asked.save(update_fields=["lapsed_at"])
    journal.record("clarification.lapsed", asked, by=by, at=at, application=held.reference)
    if not held.clarifications.filter(answered_at__isnull=True, lapsed_at__isnull=True).exists():
        moving.make(flow.LAPSE, held, by=by, at=at)
    else:
        rules.must(by, flow.LAPSE.needs, held, at=at)


def lapse_overdue(*, at: datetime) -> int:
    """Let every question whose time is over lapse in its lead's name; for the timer. Gives how many did."""
    lapsed = 0
    overdue = Clarification.objects.filter(answered_at__isnull=True, lapsed_at__isnull=True, due_at__lt=at)
    for clarification in overdue.select_related("application").order_by("due_at", "pk"):
        for lead in panelling.leads(clarification.application):
            try:
                lapse(clarification, by=lead, at=at)
            except Refused:
                continue  # a lead out of term or the like: it waits on the secretariat's desk
            lapsed += 1
    return lapsed


# --- the report


@journaled
def send_draft(application: Application, *, by: User, at: datetime) -> StageReport:
    """Send every gap and the draft report to the city in one round, once each criterion is settled (R-C7)."""
    held = Application.objects.hold(application.pk)
    panelling.acts(by, held, "lead", at=at)
    _all_settled(held)
    held = moving.make(flow.SEND_DRAFT, held, by=by, at=at)
    days = policy_of(held.mechanism.policy).response_days
    held.response_until = last_instant(at, days=days, zone=held.city.time_zone)
    held.response_extended, held.responded_at = False, None
    held.save(update_fields=["response_until", "response_extended", "responded_at"])
    # A report that came back from the file check goes to the city again: its round starts anew, its text stays.
    Response.objects.filter(application=held, cycle=held.cycle).update(handed_in_by=None, handed_in_at=None)
    application.state, application.response_until = held.state, held.response_until
    report = _written(held, draft=True, by=by, at=at)
    tell(officials(held.city, at=at), "panel_draft", held, f"draft:{report.pk}", report=report)
    return report


def _all_settled(held: Application) -> None:
    settled = snapshots.reconciled(held)
    open_ones = [one.key for one in snapshots.stage_of(held).criteria if one.key not in settled]
    if open_ones:
        raise Refused(
            _("Reconcile every criterion first. Still open: %(keys)s.") % {"keys": ", ".join(open_ones)}, "R-C7"
        )
    for key, one in settled.items():
        rules.enough_evaluators(held, key)
        rules.reconciled_last(one)
        rules.discord_has_third(held, key, one.reason)


@journaled
def sign(application: Application, *, by: User, at: datetime) -> StageReport:
    """Sign the stage report off: from here it is frozen under its digest; a change is a new version (R-C7, R-C8)."""
    held = Application.objects.hold(application.pk)
    panelling.acts(by, held, "lead", at=at)
    panelling.in_state(held, flow.State.RESPONDING)
    rules.city_has_answered(held, at=at)
    _all_settled(held)
    held = moving.make(flow.SIGN, held, by=by, at=at)
    application.state = held.state
    report = _written(held, draft=False, by=by, at=at)
    told = [
        *officials(held.city, at=at),
        *players(held, Part.Kind.FILE_CHECKER),
        *roles.people_with(Role.SECRETARIAT, at=at),
    ]
    tell(told, "panel_signed", held, f"signed:{report.pk}", report=report)
    return report


def _written(held: Application, *, draft: bool, by: User, at: datetime) -> StageReport:
    last = StageReport.objects.filter(application=held, draft=draft).aggregate(last=Max("version"))["last"] or 0
    text = canonical.text(snapshots.report(held, version=last + 1, draft=draft, by=by, at=at))
    report = StageReport.objects.create(
        application=held,
        version=last + 1,
        draft=draft,
        text=text,
        digest=canonical.digest(text),
        frozen_at=at,
        signed_by=None if draft else by,
    )
    act = "report.drafted" if draft else "report.signed"
    journal.record(act, report, by=by, at=at, application=held.reference, version=report.version, digest=report.digest)
    later(
        "certification.write_report",
        key=f"report:{report.pk}:v{report.version}",
        about=held.reference,
        application_id=held.pk,
        report_id=report.pk,
    )
    return report
