"""What a city does: start, describe itself, answer, hand in, respond, and object (certification.md §4, R-C1 to R-C7)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from certification import flow, progress, rules
from certification.actions import convening, joining, moving
from certification.actions.responding import answer_clarification, extend, freeze_evidence, object_to, respond
from certification.actions.telling import officials, tell
from certification.flow import State
from certification.models import (
    Answer,
    AnswerVersion,
    Application,
    EvidenceLink,
    Mandate,
    Mechanism,
    Part,
    Scope,
    Standard,
    Submission,
)
from certification.snapshots import submission as snapshot
from certification.standard import Requirement
from sdgcities import canonical, journal, roles
from sdgcities.errors import Refused
from sdgcities.jobs import later
from sdgcities.journal import journaled
from sdgcities.models import City, User
from sdgcities.references import next_reference
from sdgcities.roles import Role
from tracks.models import EvidenceVersion

__all__ = [
    "Saved", "answer_clarification", "extend", "give_mandate", "link", "missing", "object_to", "respond", "retract",
    "save_answer", "set_scope", "start", "submit", "unlink",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer as it stands, and whether the text just saved was set beside it because another came first."""

    answer: Answer
    collided: bool
    aside: AnswerVersion | None = None


@journaled
def start(
    city: City, *, stage: str, language: str = "", mechanism: Mechanism | None = None, by: User, at: datetime
) -> Application:
    """Open a draft for STAGE under the newest standard (R-A1); the city's officials get their parts."""
    place = City.objects.select_for_update(of=("self",), no_key=True).get(pk=city.pk)  # two officials may start at once
    rules.must(by, "edit", Application(city=place), at=at)
    standard = Standard.objects.order_by("-published_at", "-version", "pk").first()
    if standard is None or stage not in {one.key for one in standard.content.stages}:
        raise Refused(_("Choose one of the stages of the published standard."), "R-A1")
    rules.level_is_free(Application(city=place, standard=standard, stage=stage), at=at)
    running = Application.objects.filter(city=place, stage=stage).exclude(state__in=[one.value for one in flow.FINAL])
    if running.exists():
        raise Refused(_("An application for this stage is under way already. Open it from your desk."))
    application = Application.objects.create(
        reference=next_reference("SDGC", at=at),
        city=place,
        mechanism=mechanism or _mechanism_for(place),
        standard=standard,
        stage=stage,
        language=language or by.language,
        started_at=at,
    )
    application.steps.create(move="start", target=State.DRAFT.value, by=by, at=at)
    for person in officials(application.city, at=at):
        joining.join(application, person, Part.Kind.CITY, by=by, at=at)
    journal.record(
        "application.started", application, by=by, at=at, city=city.pk, stage=stage, standard=standard.digest
    )
    return application


@journaled
def set_scope(
    application: Application,
    *,
    name: str,
    kind: str,
    boundary_kind: str,
    boundary: str,
    population: int,
    population_year: int,
    population_source: str,
    authority: str,
    by: User,
    at: datetime,
) -> Scope:
    """Say which territorial unit the application is about (R-C2)."""
    held = _own_draft(application, by=by, at=at)
    told = {
        "name": name,
        "kind": kind,
        "boundary_kind": boundary_kind,
        "boundary": boundary,
        "population": population,
        "population_year": population_year,
        "population_source": population_source,
        "authority": authority,
    }
    rules.scope_is_possible(told, at=at)
    scope, _new = Scope.objects.update_or_create(application=held, defaults={**told, "set_at": at})
    journal.record("application.scope", held, by=by, at=at, digest=canonical.digest(canonical.text(told)))
    return scope


@journaled
def give_mandate(
    application: Application, *, letter: EvidenceVersion, departments: str, by: User, at: datetime
) -> Mandate:
    """Name the signed letter and the departments (R-C1); what was verified before has to be verified anew."""
    held = _own_draft(application, by=by, at=at)
    _of_the_city(letter, held)
    delegates = roles.people_with(Role.CITY_DELEGATE, at=at, city=held.city).order_by("name", "pk")
    delegate = by if roles.holds(by, Role.CITY_DELEGATE, at=at, city=held.city) else delegates.first()
    if delegate is None:
        raise Refused(_("The city has no delegate yet. Ask the secretariat to invite the mayor's delegate."), "R-C1")
    if not departments.strip():
        raise Refused(_("Name the departments that take part."), "R-C1")
    told = {"letter": letter, "delegate": delegate, "departments": departments.strip(), "given_at": at}
    unverified = {"channel": "", "verified_at": None, "verified_by": None}
    mandate, _new = Mandate.objects.update_or_create(application=held, defaults={**told, **unverified})
    journal.record("application.mandate", held, by=by, at=at, letter=letter.sha256, delegate=delegate.pk)
    return mandate


@journaled
def save_answer(
    application: Application,
    *,
    requirement: str,
    judgement: str,
    narrative: str,
    base_version: int,
    by: User,
    at: datetime,
) -> Saved:
    """Keep the city's answer to one requirement.

    BASE_VERSION is the version the writer read (0: none). If another official saved meanwhile, nothing is lost: the
    answer that came first stays, this text is kept beside it as a version set aside, to be merged by a person.
    """
    held = _own_draft(application, by=by, at=at)  # two officials may save the same answer at one moment
    asked = _requirement(held, requirement)
    if judgement == Answer.Judgement.NOT_APPLICABLE and not asked.may_be_not_applicable:
        raise Refused(_("This requirement applies to every city. Choose one of the other answers."), "R-C6")
    answer = Answer.objects.filter(application=held, requirement=requirement).first()
    told = {"judgement": judgement, "narrative": narrative, "edited_by": by, "edited_at": at}
    if answer is not None and (answer.judgement, answer.narrative) == (judgement, narrative):
        return Saved(answer, collided=False)
    if answer is None:
        answer = Answer.objects.create(
            application=held, requirement=requirement, language=held.language, version=1, **told
        )
        kept = AnswerVersion.objects.create(answer=answer, number=1, **told)
        collided = False
    else:
        collided = base_version != answer.version
        number = (answer.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        kept = AnswerVersion.objects.create(answer=answer, number=number, set_aside=collided, **told)
        if not collided:
            Answer.objects.filter(pk=answer.pk).update(version=number, **told)
            answer.refresh_from_db()
    journal.record(
        "answer.saved", answer, by=by, at=at, application=held.reference, requirement=requirement, number=kept.number,
        set_aside=collided, judgement=judgement, narrative=journal.keyed(narrative),
    )  # fmt: skip
    return Saved(answer, collided, kept if collided else None)


@journaled
def link(
    application: Application, *, requirement: str, version: EvidenceVersion, where: str = "", by: User, at: datetime
) -> EvidenceLink:
    """Let VERSION on the city's shelf serve REQUIREMENT; the same link again is no news (R-C3)."""
    held = _own_open(application, by=by, at=at)
    _requirement(held, requirement)
    _of_the_city(version, held)
    made, new = EvidenceLink.objects.get_or_create(
        application=held,
        requirement=requirement,
        version=version,
        defaults={"where": where, "linked_by": by, "linked_at": at},
    )
    if new:
        told = {"application": held.reference, "requirement": requirement, "sha256": version.sha256}
        journal.record("evidence.linked", made, by=by, at=at, **told)
    return made


@journaled
def unlink(link: EvidenceLink, *, by: User, at: datetime) -> None:
    """Take LINK away while nothing that was handed in holds it (R-C3)."""
    held = _own_open(link.application, by=by, at=at)
    rules.link_is_open(link, held)
    if link.checks.exists():
        raise Refused(
            _("An evaluator has looked at this evidence already, so it stays. You can add a newer version."), "R-C3"
        )
    told = {"application": held.reference, "requirement": link.requirement, "version": link.version_id}
    journal.record("evidence.unlinked", link, by=by, at=at, **told)
    link.delete()


def missing(application: Application) -> list[str]:
    """What is still open before APPLICATION can be handed in, in sentences."""
    return list(progress.of(application).missing)


@journaled
def submit(application: Application, *, by: User, at: datetime) -> Submission:
    """Hand in: freeze the content as a snapshot under its digest, and its evidence with it (R-C1 to R-C3)."""
    held = Application.objects.hold(application.pk)  # the delegate may press twice
    rules.must(by, "submit", held, at=at)
    if held.state == State.DRAFT:
        rules.scope_is_whole(held)
        rules.delegate_is_mandated(held)
        _is_whole(held)
    moving.make(flow.SUBMIT, held, by=by, at=at)
    held.submitted_at = at
    held.save(update_fields=["submitted_at"])
    text = canonical.text(snapshot(held, by=by, at=at))
    handed_in = Submission.objects.create(
        application=held,
        number=held.submissions.count() + 1,
        text=text,
        digest=canonical.digest(text),
        submitted_by=by,
        submitted_at=at,
    )
    freeze_evidence(held, by=by, at=at)
    journal.record("submission.made", handed_in, by=by, at=at, application=held.reference, digest=handed_in.digest)
    later(
        "certification.write_receipt",
        key=f"receipt:{handed_in.pk}",
        about=held.reference,
        application_id=held.pk,
        submission_id=handed_in.pk,
    )
    tell(officials(held.city, at=at), "submitted", held, f"submission:{handed_in.pk}", submission=handed_in)
    secretariat = roles.people_with(Role.SECRETARIAT, at=at)
    tell(secretariat, "to_screen", held, f"to-screen:{handed_in.pk}", submission=handed_in)
    application.refresh_from_db()
    return handed_in


@journaled
def retract(application: Application, *, reason: str, by: User, at: datetime) -> None:
    """Take the application back before the decision; whoever judged it leaves (R-H4), and it leaves the agenda."""
    if not reason.strip():
        raise Refused(_("Say why the city takes its application back."))
    held = moving.make(flow.RETRACT, Application.objects.hold(application.pk), by=by, at=at, note=reason.strip())
    judges = held.parts.filter(ended_at__isnull=True).exclude(part=Part.Kind.CITY).select_related("person")
    told = [part.person for part in judges]
    for part in judges:
        joining.leave(part, because="retracted", by=by, at=at)
    convening.take_off(held, by=by, at=at)
    tell(told, "retracted", held, f"retracted:{held.pk}")
    application.refresh_from_db()


def _own_draft(application: Application, *, by: User, at: datetime) -> Application:
    """The held row of a draft that BY may write; after submission its words are fixed (R-C3)."""
    held = _own_open(application, by=by, at=at)
    if held.state != State.DRAFT:
        raise Refused(
            _("This application is submitted, so its answers cannot change. Say what is new when the panel asks."),
            "R-C3",
        )
    return held


def _own_open(application: Application, *, by: User, at: datetime) -> Application:
    held = Application.objects.hold(application.pk)
    rules.must(by, "edit", held, at=at)
    rules.evidence_is_open(held)
    if not Part.objects.filter(application=held, person=by, part=Part.Kind.CITY, ended_at__isnull=True).exists():
        joining.join(held, by, Part.Kind.CITY, by=by, at=at)  # who came to the city later; R-B1 may stand against it
    return held


def _is_whole(application: Application) -> None:
    open_points = progress.open_tasks(progress.of(application).parts)
    if open_points:
        raise Refused(
            _("Something is still missing: %(points)s") % {"points": " ".join(open_points)},
            "R-C1",
        )


def _requirement(application: Application, key: str) -> Requirement:
    for one in progress.stage_of(application).requirements():
        if one.key == key:
            return one
    raise Refused(_("This requirement does not belong to the stage you apply for. Choose one from your list of tasks."))


def _of_the_city(version: EvidenceVersion, application: Application) -> None:
    if version.evidence.city_id != application.city_id:
        raise Refused(_("This evidence is not on your city's shelf. Put it there first."), "R-C3")


def _mechanism_for(city: City) -> Mechanism:
    """The country's own active mechanism, else the global one (EB4 §26b, §27)."""
    active = Mechanism.objects.filter(active=True)
    national = active.filter(kind=Mechanism.Kind.NATIONAL, country=city.country_id)
    found = national.order_by("key").first() or active.filter(kind=Mechanism.Kind.GLOBAL).order_by("key").first()
    if found is None:
        raise Refused(
            _("No certification mechanism is active for your country now. Ask the secretariat when one will be.")
        )
    return found
