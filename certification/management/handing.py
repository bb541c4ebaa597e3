"""From the first draft to the panel: what the city brings and what the secretariat does with it."""

from datetime import datetime
from functools import partial

from certification.actions import applying, responding, screening
from certification.management.cases import Territory
from certification.management.people import person
from certification.management.walk import Walk
from sdgcities.models import User
from tracks.actions import measuring, shelving
from tracks.demonstration import LOS_ANGELES, SILVER, outlines
from tracks.models import ImportRun

CHANNEL = "Telephone call to the mayor's office; the number was taken from the city's own web page"
FIRST_ANSWER, LAST_ANSWER = 8, 20

# --- the city


def start(walk: Walk) -> None:
    """An official opens the draft; of Los Angeles they import the city's series as well."""
    case = walk.case
    walk.add(
        walk.editor,
        "start",
        lambda by, at: applying.start(walk.city, stage=case.stage, language=case.language, by=by, at=at),
    )
    if case.key == "los-angeles-A":
        known = ImportRun.objects.filter(city__slug=case.city).exists
        walk.add(walk.editor, "import series", partial(_import, walk), known)


def _import(walk: Walk, by: User, at: datetime) -> None:
    measuring.import_open_sdg(walk.city, folder=LOS_ANGELES, by=by, at=at)


def describe(walk: Walk) -> None:
    """An official describes the territory."""
    if walk.case.territory:
        walk.add(walk.editor, "describe the territory", partial(_describe, walk, walk.case.territory))


def _describe(walk: Walk, told: Territory, by: User, at: datetime) -> None:
    applying.set_scope(
        walk.application,
        name=told.name,
        kind=told.kind,
        boundary_kind=told.boundary_kind,
        boundary=told.boundary,
        population=told.population,
        population_year=told.year,
        population_source=told.source,
        authority=told.authority,
        by=by,
        at=at,
    )


def shelve(walk: Walk) -> None:
    """An official puts the papers on the city's shelf."""
    for one in walk.outlines:
        walk.add(walk.editor, f"shelve {one.key}", partial(_put, walk, one.title), partial(walk.is_shelved, one.title))


def _put(walk: Walk, title: str, by: User, at: datetime) -> None:
    shelving.put(walk.city, **walk.papers[title].as_put(), by=by, at=at)


def mandate(walk: Walk) -> None:
    """The delegate names the signed letter; for a second level the one on the shelf still holds."""
    if "mandate" in walk.case.leaves:
        return
    title = next(one.title for one in (*walk.outlines, *outlines(SILVER)) if one.key == "mandate")
    departments = walk.words.said("departments")
    walk.add(
        walk.case.delegate,
        "give the mandate",
        lambda by, at: applying.give_mandate(
            walk.application, letter=walk.version(title), departments=departments, by=by, at=at
        ),
    )


def answer(walk: Walk) -> None:
    """An official answers one requirement after the other, over some weeks, and links what proves it."""
    asked = [one for one in walk.requirements if one.key not in walk.case.leaves]
    for place, one in enumerate(asked):
        walk.day(FIRST_ANSWER + (LAST_ANSWER - FIRST_ANSWER) * place / len(asked))
        walk.add(walk.editor, f"answer {one.key}", partial(_save, walk, one.key))
        for paper in walk.outlines:
            if one.key in paper.requirements:
                walk.add(walk.editor, f"link to {one.key}", partial(link, walk, one.key, paper.title))


def _save(walk: Walk, requirement: str, by: User, at: datetime) -> None:
    applying.save_answer(
        walk.application,
        requirement=requirement,
        judgement=walk.words.judgement(requirement),
        narrative=walk.words.answer(requirement, walk.city_name),
        base_version=0,
        by=by,
        at=at,
    )


def link(walk: Walk, requirement: str, title: str, by: User, at: datetime) -> None:
    """Let the newest version of the piece called TITLE serve REQUIREMENT."""
    applying.link(walk.application, requirement=requirement, version=walk.version(title), by=by, at=at)


def submit(walk: Walk) -> None:
    """The delegate hands in."""
    walk.add(walk.case.delegate, "submit", lambda by, at: applying.submit(walk.application, by=by, at=at))


def retract(walk: Walk) -> None:
    """The delegate takes the application back."""
    told = {"reason": walk.words.said("retracted")}
    walk.add(walk.case.delegate, "retract", lambda by, at: applying.retract(walk.application, **told, by=by, at=at))


# --- the secretariat


def take_up(walk: Walk) -> None:
    """The secretariat begins to screen."""
    walk.add(walk.case.secretary, "take up", lambda by, at: screening.take_up(walk.application, by=by, at=at))


def give_back(walk: Walk) -> None:
    """The secretariat returns the application with reasons."""
    told = {"reasons": walk.words.said("returned")}
    walk.add(
        walk.case.secretary,
        "return",
        lambda by, at: screening.return_to_city(walk.application, **told, by=by, at=at),
    )


def verify(walk: Walk) -> None:
    """The secretariat confirms the mandate through a channel that it looked up itself."""
    walk.add(
        walk.case.secretary,
        "verify the mandate",
        lambda by, at: screening.verify_mandate(walk.application, channel=CHANNEL, by=by, at=at),
    )


def accept(walk: Walk) -> None:
    """The secretariat lets the review begin and names the panel's people."""
    walk.add(walk.case.secretary, "accept", partial(_accept, walk))


def _accept(walk: Walk, by: User, at: datetime) -> None:
    lead, evaluators = person(walk.case.lead), [person(key) for key in walk.case.evaluators]
    screening.accept(walk.application, panel=walk.panel, lead=lead, evaluators=evaluators, by=by, at=at)


def object_to(walk: Walk) -> None:
    """The delegate objects to a member, where the case says so; the secretariat rules, and somebody else comes."""
    member, instead = walk.case.objected
    if member:
        walk.add(walk.case.delegate, "object", partial(_object, walk, member))
        walk.add(walk.case.secretary, "rule on the objection", partial(_rule, walk, member, instead))


def _object(walk: Walk, member: str, by: User, at: datetime) -> None:
    reasons = walk.words.own["objection"]["reasons"]
    responding.object_to(walk.application, person=person(member), reasons=reasons, by=by, at=at)


def _rule(walk: Walk, member: str, instead: str, by: User, at: datetime) -> None:
    screening.rule_on_objection(
        walk.application.objections.get(person=person(member)),
        upheld=True,
        answer=walk.words.own["objection"]["answer"],
        replacement=person(instead),
        by=by,
        at=at,
    )
