"""The end of the way: file check, agenda, and what follows when a decision was deferred."""

from datetime import datetime
from functools import partial

from certification.actions import applying, checking, convening, screening
from certification.management import handing, judging
from certification.management.cases import SITTINGS, Sitting
from certification.management.people import person
from certification.management.walk import Walk
from certification.models import Meeting
from sdgcities.models import User
from tracks import demonstration
from tracks.actions import shelving

# --- file check


def name_checker(walk: Walk) -> None:
    """The secretariat names who checks the file."""
    walk.add(walk.case.secretary, "name a file checker", partial(_name, walk))


def _name(walk: Walk, by: User, at: datetime) -> None:
    screening.assign_file_checker(walk.application, person(walk.case.checker), by=by, at=at)


def declare_and_take(walk: Walk) -> None:
    """The checker declares their interests and takes the file."""
    walk.add(walk.case.checker, "declare", partial(judging.interests, walk))
    take_file(walk)


def take_file(walk: Walk) -> None:
    """The checker takes the signed file."""
    walk.add(walk.case.checker, "take the file", lambda by, at: checking.take_file(walk.application, by=by, at=at))


def recommend(walk: Walk) -> None:
    """The checker recommends in writing."""
    told = {"recommendation": "proceed", "reasons": walk.words.said("recommended")}
    walk.add(walk.case.checker, "recommend", lambda by, at: checking.recommend(walk.application, **told, by=by, at=at))


# --- agenda


def sitting(key: str) -> Sitting:
    """What is declared of the meeting KEY."""
    return next(one for one in SITTINGS if one.key == key)


def meeting_of(key: str) -> Meeting:
    """The meeting that is declared under KEY."""
    return Meeting.objects.get(committee__mechanism__key="global", scheduled_at=sitting(key).scheduled)


def put_on_agenda(walk: Walk) -> None:
    """The secretariat puts the case before its meeting."""
    _list(walk, walk.case.meeting)


def _list(walk: Walk, meeting: str) -> None:
    walk.add(
        walk.case.secretary,
        "put on the agenda",
        lambda by, at: convening.put_on_agenda(meeting_of(meeting), walk.application, by=by, at=at),
    )


# --- after a deferral


def again(walk: Walk) -> None:
    """The city brings what was missing; it is judged anew and comes before a later meeting."""
    deferred = sitting(walk.case.meeting).scheduled
    missing = [one for one in walk.criteria if one.key in walk.words.own["missing"]]
    walk.days_after(deferred, 10)
    for criterion in missing:
        _bring(walk, criterion.key)
    walk.days_after(deferred, 14)
    judging.find_anew(walk, missing)
    walk.days_after(deferred, 17)
    judging.reconcile_anew(walk, missing)
    judging.send_draft(walk)
    walk.days_after(deferred, 22)
    judging.response(walk, walk.words.own["again"]["response"], {})
    walk.days_after(deferred, 24)
    judging.sign(walk)
    walk.days_after(deferred, 25)
    take_file(walk)
    recommend(walk)
    walk.days_after(deferred, 29)
    _list(walk, walk.case.again)


def _bring(walk: Walk, criterion: str) -> None:
    """A new version of the paper that answers CRITERION, and the answer to the committee's question."""
    paper = next(one for one in walk.outlines if any(key.startswith(criterion) for key in one.requirements))
    walk.add(walk.editor, f"bring the new {paper.key}", partial(_replace, walk, paper.title))
    for key in walk.words.unmet:
        if key.startswith(criterion):
            walk.add(walk.editor, f"link to {key}", partial(handing.link, walk, key, paper.title))
    walk.add(walk.case.delegate, f"answer on {criterion}", partial(_answer, walk, criterion))


def _replace(walk: Walk, title: str, by: User, at: datetime) -> None:
    made = demonstration.papers(
        walk.city, on=at.date(), delegate=by.name, places=walk.case.places, written=walk.written
    )
    paper = next(one for one in made if one.title == title)
    fresh = {name: value for name, value in paper.as_put().items() if name not in {"title", "kind"}}
    shelving.replace(walk.version(title).evidence, **fresh, by=by, at=at)


def _answer(walk: Walk, criterion: str, by: User, at: datetime) -> None:
    asked = walk.application.clarifications.get(criterion=criterion, answered_at__isnull=True)
    applying.answer_clarification(asked, answer=walk.words.own["again"]["answer"], by=by, at=at)
