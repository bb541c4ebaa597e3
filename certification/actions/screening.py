"""What the secretariat does with a case: screen, return or accept it, rule on objections, find people (R-C1, R-B5, R-D5)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from certification import flow, progress, rules
from certification.actions import joining, moving
from certification.actions.telling import officials, players, tell
from certification.flow import State
from certification.models import Application, Finding, Mandate, Objection, Panel, Part, Seat
from certification.policy import policy_of
from sdgcities import journal, roles
from sdgcities.deadlines import last_instant
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.models import User
from sdgcities.roles import Role

JUDGED = (State.IN_REVIEW, State.CLARIFICATION, State.RESPONDING)
FILED = (*JUDGED, State.REPORTED, State.FILE_CHECK)


@journaled
def take_up(application: Application, *, by: User, at: datetime) -> Application:
    """Begin to screen; who screens has a part in the case and can play no other (R-B1, R-B10)."""
    held = moving.make(flow.TAKE_UP, Application.objects.hold(application.pk), by=by, at=at)
    joining.join(held, by, Part.Kind.SECRETARIAT, by=by, at=at)
    application.refresh_from_db()
    return held


@journaled
def verify_mandate(application: Application, *, channel: str, by: User, at: datetime) -> Mandate:
    """Record that the mandate was confirmed, and through which channel, looked up by the secretariat itself (R-C1)."""
    held = _screened(application, by=by, at=at)
    rules.delegate_is_mandated(held)
    if not channel.strip():
        raise Refused(_("Say through which channel, looked up by yourself, you confirmed the mandate."), "R-C1")
    mandate = Mandate.objects.get(application=held)
    mandate.channel, mandate.verified_by, mandate.verified_at = channel.strip(), by, at
    mandate.save(update_fields=["channel", "verified_by", "verified_at"])
    held.steps.create(move="mandate_verified", by=by, at=at)
    journal.record("mandate.verified", held, by=by, at=at, channel=journal.keyed(channel.strip()))
    return mandate


@journaled
def return_to_city(application: Application, *, reasons: str, by: User, at: datetime) -> None:
    """Give the application back to the city as a draft, with reasons (R-C1)."""
    held = Application.objects.hold(application.pk)
    rules.return_has_reasons(reasons)
    moving.make(flow.RETURN, held, by=by, at=at, note=reasons.strip())
    number = held.submissions.count()
    tell(officials(held.city, at=at), "returned", held, f"returned:{held.pk}:{number}", reasons=reasons.strip())
    application.refresh_from_db()


@journaled
def accept(
    application: Application, *, panel: Panel, lead: User, evaluators: Sequence[User], by: User, at: datetime
) -> Application:
    """Let the review begin: the panel of the application's language, a lead, and at least two evaluators (R-C1, R-C5).

    The first evaluators, as many as the policy asks for each criterion, get every criterion; one more waits for discord.
    """
    held = _screened(application, by=by, at=at)
    rules.mandate_is_verified(held)
    rules.scope_is_whole(held)
    rules.level_below_is_under_way(held, at=at)
    rules.level_is_free(held, at=at)
    _fits(panel, held)
    policy = policy_of(held.mechanism.policy)
    needed = max(2, policy.evaluators_a_criterion)
    if len({person.pk for person in evaluators}) < needed:
        raise Refused(_("Choose at least %(number)s different evaluators.") % {"number": needed}, "R-C5")
    held.panel = panel
    held.objection_until = last_instant(at, days=policy.objection_days, zone=held.city.time_zone)
    held.save(update_fields=["panel", "objection_until"])
    _appoint(held, lead, Part.Kind.LEAD, by=by, at=at)
    for person in evaluators:
        _appoint(held, person, Part.Kind.EVALUATOR, by=by, at=at)
    _allocate_all(held, evaluators[:needed])
    moving.make(flow.ACCEPT, held, by=by, at=at)
    key = f"accepted:{held.pk}:{held.submissions.count()}"
    tell(officials(held.city, at=at), "accepted", held, key, lead=lead, evaluators=evaluators)
    application.refresh_from_db()
    return held


@journaled
def add_evaluator(
    application: Application, person: User, *, kind: Part.Kind = Part.Kind.EVALUATOR, by: User, at: datetime
) -> Part:
    """Let PERSON replace a member who left, or join as one more; a replacement takes over the criteria left open."""
    held = Application.objects.hold(application.pk)
    rules.must(by, "screen", held, at=at)
    if held.state not in JUDGED:
        raise Refused(
            _(
                "The panel can be changed only while the application is in review. Load the case again to see where it stands."
            ),
            "R-B5",
        )
    if kind not in {Part.Kind.LEAD, Part.Kind.EVALUATOR}:
        raise Refused(_("Choose a panel lead or an evaluator."), "R-B1")
    if kind == Part.Kind.LEAD and held.parts.filter(part=kind, ended_at__isnull=True).exclude(person=person).exists():
        raise Refused(_("This case has a panel lead already. Choose an evaluator."), "R-B1")
    sits = held.parts.filter(person=person, part=kind, ended_at__isnull=True).exists()
    part = _appoint(held, person, kind, by=by, at=at)
    taken = _take_over(held, person, by=by, at=at) if kind == Part.Kind.EVALUATOR else 0
    if sits and not taken:
        told = {"person": person}
        raise Refused(_("%(person)s is on this panel already, with all to do. Choose somebody else.") % told, "R-B1")
    tell(
        officials(held.city, at=at), "panel_changed", held, f"panel-changed:{part.pk}:{at:%Y%m%d%H%M%S}", person=person
    )
    return part


@journaled
def rule_on_objection(
    objection: Objection,
    *,
    upheld: bool,
    answer: str,
    replacement: User | None = None,
    by: User,
    at: datetime,
) -> Objection:
    """Answer the city's objection; an upheld one ends the member's part, sets findings aside, and REPLACEMENT steps in."""
    held = Application.objects.hold(objection.application_id)
    rules.must(by, "screen", held, at=at)
    ruled = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if ruled.ruling != Objection.Ruling.OPEN:
        raise Refused(_("This objection has been ruled on already. The ruling stands in the case."), "R-B5")
    if not answer.strip():
        raise Refused(_("Answer the city in writing: why the member stays or goes."), "R-B5")
    ruled.ruling = Objection.Ruling.UPHELD if upheld else Objection.Ruling.DISMISSED
    ruled.answer, ruled.ruled_by, ruled.ruled_at = answer.strip(), by, at
    ruled.save(update_fields=["ruling", "answer", "ruled_by", "ruled_at"])
    held.steps.create(move=f"objection_{ruled.ruling}", by=by, at=at)
    journal.record("objection.ruled", ruled, by=by, at=at, application=held.reference, ruling=ruled.ruling)
    if upheld:
        if held.state == State.RESPONDING:  # whoever comes instead has to find, and the city to see what they found
            moving.make(flow.REVIEW_AGAIN, held, by=by, at=at)
        _remove(held, ruled.person, replacement, by=by, at=at)
    tell(officials(held.city, at=at), "objection_ruled", held, f"ruled:{ruled.pk}", objection=ruled)
    objection.refresh_from_db()
    return ruled


@journaled
def assign_file_checker(application: Application, person: User, *, by: User, at: datetime) -> Part:
    """Ask PERSON, who has not evaluated and is not of the secretariat, to check the file (R-C9, R-B10)."""
    held = Application.objects.hold(application.pk)
    rules.must(by, "screen", held, at=at)
    if held.state not in FILED:
        raise Refused(_("A file checker is named once the application is in review. Accept it first."), "R-C9")
    rules.secretariat_stays_out(person, Part.Kind.FILE_CHECKER, at=at)
    rules.checker_did_not_evaluate(person, held)
    if not roles.holds(person, Role.FILE_CHECKER, at=at):
        raise Refused(_("%(person)s is not a file checker. Choose somebody who is.") % {"person": person}, "R-C9")
    others = held.parts.filter(part=Part.Kind.FILE_CHECKER, ended_at__isnull=True).exclude(person=person)
    for part in others.select_related("person", "application"):
        joining.leave(part, because="replaced", by=by, at=at)
    part = joining.join(held, person, Part.Kind.FILE_CHECKER, by=by, at=at)
    tell([person], "assigned", held, f"assigned:{part.pk}:{held.cycle}", part=part)
    return part


def _screened(application: Application, *, by: User, at: datetime) -> Application:
    held = Application.objects.hold(application.pk)
    rules.must(by, "screen", held, at=at)
    if held.state != State.SCREENING:
        raise Refused(
            _("This cannot be done now: the application is %(state)s. Load the page again to see what can.")
            % {"state": held.get_state_display()},
            "R-C1",
        )
    return held


def _fits(panel: Panel, application: Application) -> None:
    """Routing: the mechanism's panel of the application's language (EB4 §26b)."""
    if panel.mechanism_id != application.mechanism_id or panel.language != application.language:
        raise Refused(
            _("Choose the panel of this mechanism that works in the application's language (%(language)s).")
            % {"language": application.language},
            "R-C1",
        )


def _appoint(application: Application, person: User, kind: Part.Kind, *, by: User, at: datetime) -> Part:
    """Let PERSON join by a seat in term; they declare their interests before they read (R-B1, R-B3, R-B6, R-B10)."""
    rules.no_open_objection(person, application)
    seats = Seat.objects.filter(person=person, panel=application.panel)
    if kind == Part.Kind.LEAD:
        seats = seats.filter(duty=Seat.Duty.LEAD)
    seat = seats.order_by("-ends_on", "-starts_on").first()
    if seat is None:
        raise Refused(
            _("%(person)s has no such seat on this panel. Choose somebody who has.") % {"person": person}, "R-B6"
        )
    rules.seat_in_term(seat, at=at)
    part = joining.join(application, person, kind, by=by, at=at)
    tell([person], "assigned", application, f"assigned:{part.pk}:{application.cycle}", part=part)
    return part


def _allocate_all(application: Application, evaluators: Sequence[User]) -> None:
    for criterion in progress.stage_of(application).criteria:
        for person in evaluators:
            Finding.objects.get_or_create(
                application=application, cycle=application.cycle, criterion=criterion.key, person=person
            )


def _take_over(application: Application, person: User, *, by: User, at: datetime) -> int:
    """Give PERSON the criteria that have fewer evaluators than the policy asks for; how many they are."""
    taken = 0
    needed = max(2, policy_of(application.mechanism.policy).evaluators_a_criterion)
    there = {one.pk for one in players(application, Part.Kind.EVALUATOR)}
    for criterion in progress.stage_of(application).criteria:
        first = rules.findings_of(application, criterion.key).filter(third=False)
        left = first.filter(filed_at__isnull=True).exclude(person__in=there)
        left.update(set_aside_at=at)
        if first.count() < needed and not first.filter(person=person).exists():
            finding, _new = Finding.objects.get_or_create(
                application=application, cycle=application.cycle, criterion=criterion.key, person=person
            )
            told = {"application": application.reference, "criterion": criterion.key, "person": person.pk}
            journal.record("finding.allocated", finding, by=by, at=at, **told)
            taken += 1
    return taken


def _remove(application: Application, person: User, replacement: User | None, *, by: User, at: datetime) -> None:
    part = (
        application.parts.filter(person=person, ended_at__isnull=True).select_related("person", "application").first()
    )
    if part is None:
        return
    joining.leave(part, because="objection", by=by, at=at)
    Finding.objects.filter(application=application, person=person, set_aside_at__isnull=True).update(set_aside_at=at)
    if replacement is not None:
        add_evaluator(application, replacement, kind=Part.Kind(part.part), by=by, at=at)
