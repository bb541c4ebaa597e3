"""How far a city's draft is: what is answered, what is still missing, and the wheel that shows it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from certification.models import Answer, Application, EvidenceLink, Mandate, Scope
from certification.standard import Criterion, Requirement, Stage

NOT_STARTED, IN_PROGRESS, COMPLETE = "not_started", "in_progress", "complete"
LABELS: dict[str, Promise] = {
    NOT_STARTED: gettext_lazy("Not started"),
    IN_PROGRESS: gettext_lazy("In progress"),
    COMPLETE: gettext_lazy("Complete"),
}
KINDS = {NOT_STARTED: "neutral", IN_PROGRESS: "care", COMPLETE: "good"}
NEEDS_EVIDENCE = frozenset({Answer.Judgement.MET, Answer.Judgement.PARTLY})


@dataclass(frozen=True, slots=True)
class Task:
    """One requirement with what the city has said of it so far."""

    requirement: Requirement
    status: str
    judgement: str
    pieces: int

    @property
    def label(self) -> Promise:
        """The status in words."""
        return LABELS[self.status]

    @property
    def kind(self) -> str:
        """The look of the status."""
        return KINDS[self.status]


@dataclass(frozen=True, slots=True)
class Part:
    """One criterion with its tasks."""

    criterion: Criterion
    tasks: tuple[Task, ...]

    @property
    def status(self) -> str:
        """Complete when every task is, not started when none is."""
        held = {task.status for task in self.tasks}
        return held.pop() if len(held) == 1 else IN_PROGRESS

    @property
    def label(self) -> Promise:
        """The status in words."""
        return LABELS[self.status]

    @property
    def kind(self) -> str:
        """The look of the status."""
        return KINDS[self.status]


@dataclass(frozen=True, slots=True)
class Progress:
    """A draft at one look: parts, what is missing, and the wheel's segments."""

    parts: tuple[Part, ...]
    scope: Scope | None
    mandate: Mandate | None
    missing: tuple[str, ...]
    segments: tuple[Mapping[str, str], ...]

    @property
    def done(self) -> int:
        """How many requirements are complete."""
        return sum(task.status == COMPLETE for part in self.parts for task in part.tasks)

    @property
    def all(self) -> int:
        """How many requirements there are."""
        return sum(len(part.tasks) for part in self.parts)


def of(application: Application) -> Progress:
    """How far APPLICATION is, in four queries whatever its size."""
    stage = stage_of(application)
    answers = {one.requirement: one for one in Answer.objects.filter(application=application)}
    pieces = Counter(EvidenceLink.objects.filter(application=application).values_list("requirement", flat=True))
    scope = Scope.objects.filter(application=application).first()
    mandate = Mandate.objects.filter(application=application).select_related("letter__evidence", "delegate").first()
    parts = tuple(
        Part(one, tuple(_task(each, answers.get(each.key), pieces[each.key]) for each in one.requirements))
        for one in stage.criteria
    )
    return Progress(parts, scope, mandate, tuple(_missing(parts, scope, mandate)), _segments(application, parts))


def _task(requirement: Requirement, answer: Answer | None, pieces: int) -> Task:
    if answer is None or not (answer.judgement or answer.narrative.strip()):
        return Task(requirement, IN_PROGRESS if pieces else NOT_STARTED, "", pieces)
    told = bool(answer.judgement and answer.narrative.strip())
    shown = pieces > 0 or answer.judgement not in NEEDS_EVIDENCE
    return Task(requirement, COMPLETE if told and shown else IN_PROGRESS, answer.judgement, pieces)


def _missing(parts: tuple[Part, ...], scope: Scope | None, mandate: Mandate | None) -> list[str]:
    found = []
    if scope is None:
        found.append(_("The territory: boundary, authority and population."))
    if mandate is None:
        found.append(_("The signed letter that names the delegate and the departments."))
    return [*found, *open_tasks(parts)]


def open_tasks(parts: tuple[Part, ...]) -> list[str]:
    """What the answers still lack, in sentences."""
    return [_sentence(task) for part in parts for task in part.tasks if task.status != COMPLETE]


def _sentence(task: Task) -> str:
    words = {"key": task.requirement.key, "title": task.requirement.title}
    if task.status == NOT_STARTED:
        return _("%(key)s %(title)s: no answer yet.") % words
    if task.judgement in NEEDS_EVIDENCE and not task.pieces:
        return _("%(key)s %(title)s: link the evidence that shows it.") % words
    return _("%(key)s %(title)s: give both your judgement and your reasons.") % words


def _segments(application: Application, parts: tuple[Part, ...]) -> tuple[Mapping[str, str], ...]:
    """The whole ring: this stage as the city judges itself, the other stages open (look.md)."""
    own = {part.criterion.key: _state(part) for part in parts}
    return tuple(
        {"key": one.key, "level": stage.level, "state": own.get(one.key, "open")}
        for stage in application.standard.content.stages
        for one in stage.criteria
    )


def _state(part: Part) -> str:
    judged = [task.judgement for task in part.tasks]
    if all(one == Answer.Judgement.NOT_APPLICABLE for one in judged):
        return "na"
    if all(one in {Answer.Judgement.MET, Answer.Judgement.NOT_APPLICABLE} for one in judged):
        return "met"
    return "partly" if {Answer.Judgement.MET, Answer.Judgement.PARTLY} & set(judged) else "open"


def stage_of(application: Application) -> Stage:
    """The stage an application is for, in the reader's language; the pinned standard's own words where it has no other."""
    return application.standard.told(get_language() or "en").stage(application.stage)


def criterion_of(application: Application, key: str) -> Criterion:
    """The criterion of that key as ``stage_of`` tells it; raises KeyError where the stage has no such criterion."""
    return {one.key: one for one in stage_of(application).criteria}[key]
