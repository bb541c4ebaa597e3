"""The panel's part of the way: declarations, blind findings, a third, a question, reconciliation, draft, response, signature."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from certification.actions import applying, reconciling, reviewing, screening
from certification.actions.panelling import CheckInput, MarkInput
from certification.management.cases import Case
from certification.management.people import person
from certification.management.walk import Walk
from certification.models import Finding
from certification.standard import Criterion
from sdgcities.models import User

# --- interests


def bench(case: Case) -> list[str]:
    """The evaluators who judge, once whoever had to go is replaced: two who find, and the third."""
    gone = dict([case.objected, case.stands_aside])
    return [gone.get(key, key) for key in case.evaluators]


def declare(walk: Walk) -> None:
    """Everybody declares their interests; one with a conflict stands aside, and somebody else comes."""
    aside, instead = walk.case.stands_aside
    if aside:
        walk.add(aside, "declare a conflict", partial(_conflict, walk))
        walk.add(walk.case.secretary, "replace", partial(_replace, walk, instead))
    for key in [walk.case.lead, *bench(walk.case)]:
        walk.add(key, "declare", partial(interests, walk))


def _conflict(walk: Walk, by: User, at: datetime) -> None:
    reviewing.declare(walk.application, conflict=True, category="citizenship", by=by, at=at)


def _replace(walk: Walk, key: str, by: User, at: datetime) -> None:
    screening.add_evaluator(walk.application, person(key), by=by, at=at)


def interests(walk: Walk, by: User, at: datetime) -> None:
    """BY declares that no conflict stands against judging the case."""
    reviewing.declare(walk.application, conflict=False, by=by, at=at)


# --- findings


def find(walk: Walk) -> None:
    """The first files in one week, the second in the next; each finding is its evaluator's own act (R-C5)."""
    for place, key in enumerate(bench(walk.case)[:2]):
        for number, criterion in enumerate(walk.criteria):
            walk.day(40 + 5 * place + number)
            if number <= walk.case.filed[place]:
                walk.add(key, f"find on {criterion.key}", partial(_find, walk, criterion, place))
            if number < walk.case.filed[place]:
                walk.add(key, f"file {criterion.key}", partial(_file, walk, criterion))


def find_anew(walk: Walk, criteria: Iterable[Criterion]) -> None:
    """After a deferral both look at CRITERIA again, and find what was lacking."""
    for key in bench(walk.case)[:2]:
        for criterion in criteria:
            walk.add(key, f"find anew on {criterion.key}", partial(_find_anew, walk, criterion))
            walk.add(key, f"file {criterion.key}", partial(_file, walk, criterion))


def _find(walk: Walk, criterion: Criterion, place: int, by: User, at: datetime) -> None:
    doubt = walk.words.doubt(criterion.key) if place == 1 else {}
    rationale = doubt.get("rationale") or walk.words.rationale(criterion.key, place)
    lacking = walk.words.lacking(criterion, place)
    _save(walk, criterion, lacking, rationale, doubts=bool(doubt), place=place, by=by, at=at)


def _find_anew(walk: Walk, criterion: Criterion, by: User, at: datetime) -> None:
    _save(walk, criterion, {}, walk.words.own["again"]["rationale"], doubts=False, place=0, by=by, at=at)


def _save(
    walk: Walk,
    criterion: Criterion,
    lacking: Mapping[str, str],
    rationale: str,
    *,
    doubts: bool,
    place: int,
    by: User,
    at: datetime,
) -> None:
    shown = {
        link.pk: CheckInput("insufficient", lacking[link.requirement])
        if link.requirement in lacking
        else CheckInput("verified", walk.words.checked(place))
        for link in walk.links(criterion)
    }
    reviewing.save_finding(
        _own(walk, criterion, by),
        result="partly_met" if doubts else _result(criterion, lacking),
        rationale=rationale,
        marks=_marks(criterion, lacking),
        checks=shown,
        by=by,
        at=at,
    )


def _file(walk: Walk, criterion: Criterion, by: User, at: datetime) -> None:
    reviewing.file(_own(walk, criterion, by), by=by, at=at)


def _own(walk: Walk, criterion: Criterion, by: User) -> Finding:
    application = walk.application
    return Finding.objects.get(application=application, cycle=application.cycle, criterion=criterion.key, person=by)


def _result(criterion: Criterion, lacking: Mapping[str, str]) -> str:
    if not lacking:
        return "met"
    return "partly_met" if len(lacking) < len(criterion.requirements) else "not_met"


def _marks(criterion: Criterion, lacking: Mapping[str, str]) -> dict[str, MarkInput]:
    return {
        one.key: MarkInput("not_met", lacking[one.key]) if one.key in lacking else MarkInput("met")
        for one in criterion.requirements
    }


def call_third(walk: Walk) -> None:
    """Where the first two differ the lead calls the third, who finds blind too; or has still to, where the case stops here."""
    third, alone = bench(walk.case)[-1], walk.words.own.get("second", {})
    for criterion in walk.criteria:
        if not walk.words.doubt(criterion.key) and criterion.key not in alone:
            continue
        walk.add(walk.case.lead, f"call a third on {criterion.key}", partial(_call, walk, criterion, third))
        if walk.case.until != "third":
            walk.add(third, f"find on {criterion.key}", partial(_find, walk, criterion, 2))
            walk.add(third, f"file {criterion.key}", partial(_file, walk, criterion))


def _call(walk: Walk, criterion: Criterion, third: str, by: User, at: datetime) -> None:
    reviewing.call_third(walk.application, criterion=criterion.key, person=person(third), by=by, at=at)


# --- the lead and the city


def ask(walk: Walk) -> None:
    """The lead asks the city."""
    told = {"criterion": walk.words.own["question"]["criterion"], "question": walk.words.own["question"]["text"]}
    walk.add(walk.case.lead, "ask", lambda by, at: reconciling.ask(walk.application, **told, by=by, at=at))


def reconcile(walk: Walk) -> None:
    """The lead settles every criterion."""
    for criterion in walk.criteria:
        _settle(walk, criterion, walk.words.reason(criterion.key), walk.words.lacking(criterion, 0))


def reconcile_anew(walk: Walk, criteria: Iterable[Criterion]) -> None:
    """After a deferral the lead settles CRITERIA again: what was lacking is there."""
    for criterion in criteria:
        _settle(walk, criterion, walk.words.own["again"]["reason"], {})


def _settle(walk: Walk, criterion: Criterion, reason: str, lacking: Mapping[str, str]) -> None:
    def settle(by: User, at: datetime) -> None:
        reconciling.reconcile(
            walk.application,
            criterion=criterion.key,
            result=_result(criterion, lacking),
            marks=_marks(criterion, lacking),
            reason=reason,
            closing=walk.words.closing(criterion.key) if lacking else "",
            by=by,
            at=at,
        )

    walk.add(walk.case.lead, f"reconcile {criterion.key}", settle)


def send_draft(walk: Walk) -> None:
    """The draft report goes to the city, which may ask for more time."""
    walk.add(walk.case.lead, "send the draft", lambda by, at: reconciling.send_draft(walk.application, by=by, at=at))
    if walk.case.extends:
        walk.day(75)
        told = {"reason": walk.words.said("extension")}
        walk.add(walk.case.delegate, "extend", lambda by, at: applying.extend(walk.application, **told, by=by, at=at))


def respond(walk: Walk) -> None:
    """The city responds to the draft."""
    response(walk, walk.words.said("response"), walk.words.own.get("correction", {}))


def response(walk: Walk, text: str, corrections: Mapping[str, str]) -> None:
    """The delegate hands in the response with TEXT."""
    walk.add(
        walk.case.delegate,
        "respond",
        lambda by, at: applying.respond(walk.application, text=text, corrections=corrections, by=by, at=at),
    )


def sign(walk: Walk) -> None:
    """The lead signs the report."""
    walk.add(walk.case.lead, "sign", lambda by, at: reconciling.sign(walk.application, by=by, at=at))
