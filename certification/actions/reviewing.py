"""The technical panel's verbs: declare, stand aside, allocate, find; the lead's come from reconciling (R-B3 to R-C6)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from certification import flow, rules
from certification.actions import joining, panelling
from certification.actions.panelling import CheckInput, MarkInput
from certification.actions.reconciling import ask, lapse, lapse_overdue, reconcile, send_draft, sign
from certification.actions.telling import tell
from certification.models import (
    Application,
    Declaration,
    EvidenceCheck,
    EvidenceLink,
    Finding,
    Part,
    Recusal,
    RequirementMark,
    Step,
)
from sdgcities import journal, roles
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.models import User
from sdgcities.roles import Role

__all__ = [
    "CheckInput", "MarkInput", "allocate", "allot", "ask", "call_third", "declare", "file", "lapse", "lapse_overdue",
    "reconcile", "recuse", "save_finding", "send_draft", "sign",
]  # fmt: skip


# --- interests


@journaled
def declare(
    application: Application,
    *,
    conflict: bool,
    category: str = "",
    explanation: str = "",
    by: User,
    at: datetime,
) -> Declaration:
    """Sign BY's declaration of interest; a conflict ends access at once and alerts the secretariat (R-B3)."""
    held = Application.objects.hold(application.pk)
    rules.case_is_undecided(held)
    rules.not_recused(by, held)
    _judges(by, held, at=at)
    if Declaration.objects.filter(application=held, person=by).exists():
        raise Refused(_("You have declared already. If something has changed, stand aside from this case."), "R-B3")
    _known_category(category, needed=conflict)
    declaration = Declaration.objects.create(
        application=held, person=by, conflict=conflict, category=category, explanation=explanation, signed_at=at
    )
    journal.record(
        "interest.declared", declaration, by=by, at=at, application=held.reference, conflict=conflict, category=category
    )
    if conflict:
        _stand_aside(held, category, by=by, at=at)
    return declaration


@journaled
def recuse(application: Application, *, category: str, by: User, at: datetime) -> Recusal:
    """BY stands aside from the case for good; access ends at once (R-B4)."""
    held = Application.objects.hold(application.pk)
    rules.case_is_undecided(held)
    rules.not_recused(by, held)
    _judges(by, held, at=at)
    _known_category(category, needed=True)
    return _stand_aside(held, category, by=by, at=at)


def _judges(by: User, held: Application, *, at: datetime) -> None:
    """Refuse whoever has no judging part in the case and no seat in its committee (R-B6 for those who sit)."""
    part = Part.objects.filter(application=held, person=by, part__in=rules.parts.JUDGING, ended_at__isnull=True).first()
    sits = rules.seats_in_term(by, at=at).filter(committee__mechanism=held.mechanism_id).exists()
    if part is None and not sits:
        raise Refused(_("You have no part in judging this case. Ask the secretariat if you should have one."), "R-H4")
    if part is not None and part.part in {Part.Kind.EVALUATOR, Part.Kind.LEAD}:
        panelling.in_term(by, held, at=at)


def _known_category(category: str, *, needed: bool) -> None:
    if needed and category not in Recusal.Category.values:
        raise Refused(_("Say what kind of conflict of interest it is."), "R-B4")


def _stand_aside(held: Application, category: str, *, by: User, at: datetime) -> Recusal:
    recusal = Recusal.objects.create(application=held, person=by, category=category, at=at)
    part = Part.objects.filter(application=held, person=by, ended_at__isnull=True).select_related("person").first()
    if part is not None:
        joining.leave(part, because="recusal", by=by, at=at)
    if held.state in panelling.AT_WORK:
        # What somebody with a conflict found does not count; it is kept, set aside.
        Finding.objects.filter(application=held, cycle=held.cycle, person=by).update(set_aside_at=at)
    Step.objects.create(application=held, move="stood-aside", by=by, at=at)
    journal.record("interest.recused", recusal, by=by, at=at, application=held.reference, category=category)
    tell(
        [*roles.people_with(Role.SECRETARIAT, at=at), *panelling.leads(held)],
        "panel_stood_aside",
        held,
        f"stood-aside:{recusal.pk}",
        person=by,
        recusal=recusal,
    )
    return recusal


# --- allocation


@journaled
def allocate(application: Application, *, criterion: str, persons: Iterable[User], by: User, at: datetime) -> None:
    """The lead gives CRITERION to PERSONS, at least as many as the policy asks; whoever is no longer named leaves it."""
    held = Application.objects.hold(application.pk)
    panelling.acts(by, held, "lead", at=at)
    panelling.in_state(held, flow.State.IN_REVIEW)
    people = list(persons)
    if len(people) < panelling.needed(held):
        raise Refused(_("Choose at least two evaluators for each criterion."), "R-C5")
    left_out = rules.findings_of(held, criterion).filter(third=False).exclude(person__in=people)
    if left_out.filter(filed_at__isnull=False).exists():
        raise Refused(_("Who has filed a finding on this criterion stays on it. Choose them as well."), "R-C5")
    left_out.update(set_aside_at=at)
    allot(held, criterion=criterion, persons=people, by=by, at=at)


@journaled
def allot(
    application: Application, *, criterion: str, persons: Iterable[User], third: bool = False, by: User, at: datetime
) -> None:
    """Write the findings PERSONS are to make on CRITERION; whoever calls has been asked whether they may."""
    panelling.criterion_of(application, criterion)
    for person in persons:
        rules.lead_files_no_first_finding(person, application)
        rules.not_recused(person, application)
        if not application.parts.filter(person=person, part=Part.Kind.EVALUATOR, ended_at__isnull=True).exists():
            raise Refused(
                _("%(person)s is no evaluator of this case. Ask the secretariat to add them.") % {"person": person},
                "R-B1",
            )
        panelling.in_term(person, application, at=at)
        finding, new = Finding.objects.get_or_create(
            application=application,
            cycle=application.cycle,
            criterion=criterion,
            person=person,
            defaults={"third": third},
        )
        if not new and finding.set_aside_at is not None:
            Finding.objects.filter(pk=finding.pk).update(set_aside_at=None)
        if new:
            journal.record(
                "finding.allocated", finding, by=by, at=at, application=application.reference, criterion=criterion
            )


@journaled
def call_third(application: Application, *, criterion: str, person: User, by: User, at: datetime) -> Finding:
    """Ask PERSON, who is blind too, where the first findings differ or the city has added to them since (R-C5)."""
    held = Application.objects.hold(application.pk)
    panelling.acts(by, held, "lead", at=at)
    panelling.in_state(held, flow.State.IN_REVIEW)
    findings = list(rules.findings_of(held, criterion))
    panelling.first_ones_filed(by, held, criterion)
    answered = held.clarifications.filter(criterion=criterion, answered_at__isnull=False).exists()
    if not rules.in_discord(findings) and not answered:
        raise Refused(
            _("The findings on %(key)s agree, so no third one is needed. Reconcile the criterion.")
            % {"key": criterion},
            "R-C5",
        )
    if any(finding.person_id == person.pk for finding in findings):
        raise Refused(
            _("%(person)s has a finding on this criterion already. Choose somebody else.") % {"person": person},
            "R-C5",
        )
    allot(held, criterion=criterion, persons=[person], third=True, by=by, at=at)
    finding = rules.findings_of(held, criterion).get(person=person)
    tell([person], "panel_third", held, f"third:{finding.pk}", criterion=panelling.criterion_of(held, criterion))
    return finding


# --- findings


@journaled
def save_finding(
    finding: Finding,
    *,
    result: str,
    rationale: str,
    marks: Mapping[str, MarkInput],
    checks: Mapping[UUID, CheckInput],
    by: User,
    at: datetime,
) -> Finding:
    """Keep what BY has so far on the criterion; nothing needs to be complete yet."""
    held, own = _own(finding, by=by, at=at)
    panelling.in_state(held, *panelling.AT_WORK)
    own.result, own.rationale, own.saved_at = result, rationale, at
    own.save(update_fields=["result", "rationale", "saved_at"])
    keys = {requirement.key for requirement in panelling.criterion_of(held, own.criterion).requirements}
    links = set(held.links.filter(requirement__in=keys).values_list("pk", flat=True))
    own.marks.all().delete()  # a draft's marks are written anew; a filed finding is never written again
    RequirementMark.objects.bulk_create(
        RequirementMark(finding=own, requirement=key, mark=one.mark, reason=one.reason, stale_override=one.override)
        for key, one in marks.items()
        if key in keys and (one.mark or one.reason or one.override)
    )
    own.checks.all().delete()
    EvidenceCheck.objects.bulk_create(
        EvidenceCheck(finding=own, link_id=pk, verdict=one.verdict, reason=one.reason)
        for pk, one in checks.items()
        if pk in links and (one.verdict or one.reason)
    )
    journal.record("finding.saved", own, by=by, at=at, application=held.reference, criterion=own.criterion)
    return own


@journaled
def file(finding: Finding, *, by: User, at: datetime) -> Finding:
    """File the finding as it was saved; when it is the last one the lead is told, once (R-C5, R-C6).

    Three may file at one moment: the application's row lets them in one by one, so that exactly one of them finds
    nothing outstanding.
    """
    held, own = _own(finding, by=by, at=at)
    panelling.in_state(held, flow.State.IN_REVIEW)
    criterion = panelling.criterion_of(held, own.criterion)
    links = panelling.links_of(held, criterion)
    checks = {check.link_id: check for check in own.checks.all()}
    _pieces_are_checked(links, checks)
    verified = {pk for pk, check in checks.items() if check.verdict == EvidenceCheck.Verdict.VERIFIED}
    marks = {one.requirement: MarkInput(one.mark, one.reason, one.stale_override) for one in own.marks.all()}
    panelling.may_be_not_applicable(criterion, marks)
    rules.finding_stands(
        criterion, own.result, own.rationale, panelling.weighed(held, criterion, marks, links, verified)
    )
    own.filed_at = at
    own.save(update_fields=["filed_at"])
    journal.record(
        "finding.filed", own, by=by, at=at, application=held.reference, criterion=own.criterion, result=own.result
    )
    _tell_lead_when_all_filed(held, by=by, at=at)
    return own


def _own(finding: Finding, *, by: User, at: datetime) -> tuple[Application, Finding]:
    """Hold the case, then the finding as it is now, for the one person whose finding it is."""
    held = Application.objects.hold(finding.application_id)
    panelling.acts(by, held, "evaluate", at=at)
    own = Finding.objects.hold(finding.pk)
    if own.person_id != by.pk or own.set_aside_at is not None or own.cycle != held.cycle:
        raise Refused(_("This finding is not yours to make. Open your own from the case."), "R-C5")
    rules.not_filed_yet(own)
    return held, own


def _pieces_are_checked(links: Iterable[EvidenceLink], checks: Mapping[UUID, EvidenceCheck]) -> None:
    for link in links:
        check = checks.get(link.pk)
        if check is None or not check.verdict:
            raise Refused(
                _("Say of each piece of evidence what it proves. Still open: %(title)s (%(key)s).")
                % {"title": link.version.evidence.title, "key": link.requirement},
                "R-C6",
            )
        if check.verdict != EvidenceCheck.Verdict.VERIFIED and not check.reason.strip():
            raise Refused(
                _("Say why this piece is insufficient or rejected: %(title)s (%(key)s).")
                % {"title": link.version.evidence.title, "key": link.requirement},
                "R-C6",
            )


def _tell_lead_when_all_filed(held: Application, *, by: User, at: datetime) -> None:
    counted = Finding.objects.filter(application=held, cycle=held.cycle, set_aside_at__isnull=True)
    if counted.filter(filed_at__isnull=True).exists():
        return
    step = Step.objects.create(application=held, move="findings-in", by=by, at=at)
    tell(panelling.leads(held), "panel_findings_in", held, f"findings-in:{step.pk}")
