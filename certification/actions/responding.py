"""What a city does while it is judged: object to a member, clarify, respond to the draft report (R-B5, R-C7)."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from certification import flow, progress, rules
from certification.actions import moving
from certification.actions.telling import officials, players, tell
from certification.flow import State
from certification.models import Application, Clarification, Mandate, Objection, Part, Response
from certification.policy import policy_of
from sdgcities import journal, roles
from sdgcities.deadlines import in_time, last_instant
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.models import User
from sdgcities.roles import Role
from tracks.actions import shelving
from tracks.models import EvidenceVersion

PANEL = (Part.Kind.LEAD, Part.Kind.EVALUATOR)


@journaled
def object_to(application: Application, *, person: User, reasons: str, by: User, at: datetime) -> Objection:
    """Object, with reasons and in time, to a member of the panel (R-B5)."""
    held = Application.objects.hold(application.pk)
    rules.must(by, "submit", held, at=at)
    if held.objection_until is None or not in_time(at, held.objection_until):
        raise Refused(
            _("The time to object is over. Write to the secretariat if you learn of a conflict of interest."), "R-B5"
        )
    if not reasons.strip():
        raise Refused(_("Give the reasons for your objection, so that the secretariat can rule on it."), "R-B5")
    if not held.parts.filter(person=person, part__in=PANEL, ended_at__isnull=True).exists():
        raise Refused(_("This person is not on the panel of your application. Choose one of its members."), "R-B5")
    if held.objections.filter(person=person).exists():
        raise Refused(_("You have objected to this member already. The secretariat answers you in writing."), "R-B5")
    objection = Objection.objects.create(application=held, person=person, reasons=reasons.strip(), by=by, at=at)
    journal.record("objection.raised", objection, by=by, at=at, application=held.reference, person=person.pk)
    secretariat = roles.people_with(Role.SECRETARIAT, at=at)
    tell(secretariat, "objection_raised", held, f"objection:{objection.pk}", objection=objection)
    return objection


@journaled
def answer_clarification(clarification: Clarification, *, answer: str, by: User, at: datetime) -> None:
    """Answer the panel's question; the last answer brings the case back to review (certification.md §4.5)."""
    held = Application.objects.hold(clarification.application_id)  # two answers may be the last at one moment
    asked = Clarification.objects.hold(clarification.pk)
    rules.must(by, "submit", held, at=at)
    if asked.answered_at is not None or asked.lapsed_at is not None:
        raise Refused(
            _("This question is closed already. Say what is left in your response to the draft report."), "R-C7"
        )
    if not in_time(at, asked.due_at):
        raise Refused(_("The time to answer is over. Say it in your response to the draft report."), "R-C7")
    if not answer.strip():
        raise Refused(_("Write your answer. You can link further evidence to the requirements as well."), "R-C7")
    asked.answer, asked.answered_by, asked.answered_at = answer.strip(), by, at
    asked.save(update_fields=["answer", "answered_by", "answered_at"])
    freeze_evidence(held, by=by, at=at)
    held.steps.create(move="clarified", by=by, at=at, note=asked.criterion)
    journal.record(
        "clarification.answered", asked, by=by, at=at, application=held.reference, text=journal.keyed(answer)
    )
    tell(players(held, Part.Kind.LEAD), "clarified", held, f"clarified:{asked.pk}", clarification=asked)
    if not held.clarifications.filter(answered_at__isnull=True, lapsed_at__isnull=True).exists():
        moving.make(flow.ANSWER, held, by=by, at=at)
    clarification.refresh_from_db()


@journaled
def respond(application: Application, *, text: str, corrections: Mapping[str, str], by: User, at: datetime) -> Response:
    """Hand in the city's one response to all gaps and the draft report, in time (R-C7)."""
    held = _responding(application, by=by, at=at)
    known = {one.key for one in progress.stage_of(held).criteria}
    kept = {key: words.strip() for key, words in corrections.items() if key in known and words.strip()}
    if not text.strip() and not kept:
        raise Refused(_("Write your response, or say that you have nothing to correct."), "R-C7")
    response = _response(held)
    if response.handed_in_at is not None:
        raise Refused(_("The city's response is handed in already. The panel lead reads it now."), "R-C7")
    response.text, response.corrections = text.strip(), kept
    response.handed_in_by, response.handed_in_at = by, at
    response.save(update_fields=["text", "corrections", "handed_in_by", "handed_in_at"])
    held.responded_at = at
    held.save(update_fields=["responded_at"])
    freeze_evidence(held, by=by, at=at)
    held.steps.create(move="responded", by=by, at=at)
    journal.record("response.handed_in", response, by=by, at=at, application=held.reference, criteria=sorted(kept))
    tell(players(held, Part.Kind.LEAD), "responded", held, f"responded:{response.pk}")
    application.responded_at = at
    return response


@journaled
def extend(application: Application, *, reason: str, by: User, at: datetime) -> Application:
    """Take more time for the response, once and with a reason (R-C7)."""
    held = _responding(application, by=by, at=at)
    rules.extends_once(held, reason)
    days = policy_of(held.mechanism.policy).response_days
    until = held.response_until or at  # there is one: the rule has refused a case without
    held.response_until = last_instant(until, days=days, zone=held.city.time_zone)
    held.response_extended = True
    held.save(update_fields=["response_until", "response_extended"])
    response = _response(held)
    response.extension_reason = reason.strip()
    response.save(update_fields=["extension_reason"])
    held.steps.create(move="extended", by=by, at=at, note=reason.strip())
    journal.record("response.extended", held, by=by, at=at, until=held.response_until)
    people = [*players(held, Part.Kind.LEAD), *officials(held.city, at=at)]
    tell(people, "extended", held, f"extended:{held.pk}:{held.cycle}", until=held.response_until)
    application.refresh_from_db()
    return held


def freeze_evidence(application: Application, *, by: User, at: datetime) -> None:
    """Make every linked version and the mandate's letter read-only (R-C3); inside a verb only."""
    linked = EvidenceVersion.objects.filter(links__application=application, frozen_at__isnull=True)
    letters = EvidenceVersion.objects.filter(pk__in=Mandate.objects.filter(application=application).values("letter_id"))
    shelving.freeze([*linked, *letters], at=at, by=by, application=application.reference)


def _responding(application: Application, *, by: User, at: datetime) -> Application:
    held = Application.objects.hold(application.pk)
    rules.must(by, "submit", held, at=at)
    if held.state != State.RESPONDING:
        raise Refused(
            _("The draft report is not with the city now. Open your application to see where it stands."), "R-C7"
        )
    rules.response_in_time(held, at=at)
    return held


def _response(application: Application) -> Response:
    return Response.objects.get_or_create(application=application, cycle=application.cycle)[0]
