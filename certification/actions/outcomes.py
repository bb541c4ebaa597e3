"""What follows a decision: certificate, letter, mails; questions after a deferral; review by others after two ties."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from certification import rules
from certification.actions import issuing, joining, moving, reviewing
from certification.actions.telling import officials, players, tell
from certification.flow import RESUME
from certification.models import Application, Clarification, Decision, Finding, Part, Reconciliation
from sdgcities import journal, roles
from sdgcities.deadlines import last_instant
from sdgcities.jobs import later
from sdgcities.journal import journaled
from sdgcities.models import User
from sdgcities.roles import Role

JUDGES = (Part.Kind.EVALUATOR, Part.Kind.LEAD, Part.Kind.FILE_CHECKER, Part.Kind.DECIDER)


@journaled
def follow(decision: Decision, *, by: User, at: datetime) -> None:
    """Issue the certificate of a grant, write the letter, tell the city and the panel, end the judges' access (R-H4)."""
    if decision.kind == Decision.Kind.GRANT:
        issuing.issue(decision, by=by, at=at)
    _tell(decision, at=at)
    judges = decision.application.parts.filter(part__in=JUDGES, ended_at__isnull=True)
    for part in judges.select_related("person", "application"):
        joining.leave(part, because="decided", by=by, at=at)


@journaled
def follow_deferral(decision: Decision, missing: Mapping[str, str], *, until: datetime, by: User, at: datetime) -> None:
    """Ask the city for what is MISSING by UNTIL; its evaluators look at those criteria anew (R-D2)."""
    application = moving.make(RESUME, decision.application, by=by, at=at, note=decision.reference)
    judges = _begin_cycle(application, missing)
    for criterion, what in sorted(missing.items()):
        asked = Clarification.objects.create(
            application=application, criterion=criterion, question=what, asked_by=by, asked_at=at, due_at=until
        )
        journal.record(
            "clarification.asked", asked, by=by, at=at, application=application.reference, criterion=criterion
        )
        reviewing.allot(application, criterion=criterion, persons=_still_in(application, judges, at=at), by=by, at=at)
    _tell(decision, at=at)


@journaled
def review_by_others(application: Application, doubtful: Iterable[str], *, by: User, at: datetime) -> None:
    """After a second tie: the evaluators of the DOUBTFUL criteria leave, and the secretariat appoints others (R-D7)."""
    held = Application.objects.hold(application.pk)
    criteria = sorted(doubtful)
    judges = {person.pk for person in _begin_cycle(held, criteria)}
    leaving = held.parts.filter(part=Part.Kind.EVALUATOR, person__in=judges, ended_at__isnull=True)
    for part in leaving.select_related("person", "application"):
        joining.leave(part, because=rules.TIED, by=by, at=at)
    journal.record("application.review_by_others", held, by=by, at=at, criteria=criteria, cycle=held.cycle)
    told = {
        person.pk: person for person in (*roles.people_with(Role.SECRETARIAT, at=at), *players(held, Part.Kind.LEAD))
    }
    tell(told.values(), "committee_tied", held, f"tied:{held.pk}:{held.cycle}", criteria=", ".join(criteria))


def _begin_cycle(application: Application, criteria: Iterable[str]) -> list[User]:
    """Begin the next cycle: what was found on other criteria counts on in it. Gives who had judged CRITERIA."""
    old, reviewed = application.cycle, list(criteria)
    application.cycle = old + 1
    application.response_until, application.response_extended, application.responded_at = None, False, None
    application.save(update_fields=["cycle", "response_until", "response_extended", "responded_at"])
    findings = Finding.objects.filter(application=application, cycle=old)
    findings.exclude(criterion__in=reviewed).update(cycle=application.cycle)
    kept = Reconciliation.objects.filter(application=application, cycle=old).exclude(criterion__in=reviewed)
    kept.update(cycle=application.cycle)
    judged = findings.filter(criterion__in=reviewed, set_aside_at__isnull=True)
    return list(User.objects.filter(pk__in=judged.values("person_id")).order_by("name", "pk"))


def _still_in(application: Application, people: Iterable[User], *, at: datetime) -> list[User]:
    running = {person.pk for person in players(application, Part.Kind.EVALUATOR)}
    seated = rules.seats_in_term
    return [
        person
        for person in people
        if person.pk in running and seated(person, at=at).filter(panel=application.panel_id).exists()
    ]


def _tell(decision: Decision, *, at: datetime) -> None:
    application = decision.application
    about = application.reference
    later("certification.write_letter", key=f"letter:{decision.pk}", about=about, decision_id=decision.pk)
    told = officials(application.city, at=at)
    tell(told, "decided_city", application, f"decided:{decision.pk}", decision=decision)
    panel = players(application, Part.Kind.LEAD, Part.Kind.EVALUATOR)
    tell(panel, "decided_panel", application, f"decided:{decision.pk}", decision=decision)


def end_of(day: date, application: Application) -> datetime:
    """The last instant of DAY where the city is."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(application.city.time_zone))
    return last_instant(noon, days=0, zone=application.city.time_zone)
