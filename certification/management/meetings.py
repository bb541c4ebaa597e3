"""The committee's meetings: planned, opened, attended, voted item by item, closed, as declared in cases.py."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from certification.actions import convening, deciding
from certification.management import bodies
from certification.management.acts import Act
from certification.management.cases import CASES, Item, Sitting
from certification.management.closing import meeting_of
from certification.management.people import person
from certification.management.words import Words
from certification.models import AgendaItem, Declaration, Meeting
from sdgcities.models import User

CHAIR = "chair"
ABSTAINS = "member4"
AGAINST = ("member2", "member5", "member6")  # where a vote is tied


def acts(sitting: Sitting) -> Iterator[Act]:
    """The acts of SITTING; where it is still to come, only that it is planned."""
    known = Meeting.objects.filter(committee__mechanism__key="global", scheduled_at=sitting.scheduled)
    yield Act(sitting.planned, bodies.SECRETARY, f"plan {sitting.key}", partial(_plan, sitting), known.exists)
    now = iter(sitting.scheduled + timedelta(seconds=20 * number) for number in range(1000))
    if not sitting.present:
        return
    yield Act(next(now), CHAIR, f"open {sitting.key}", partial(_open, sitting))
    for key in sitting.present:
        yield Act(next(now), key, f"attend {sitting.key}", partial(_attend, sitting))
    for item in sitting.items:
        yield from (
            Act(next(now), by, f"{item.case}: {what}", do, done) for by, what, do, done in _decided(sitting, item)
        )
    yield Act(next(now), CHAIR, f"close {sitting.key}", partial(_close, sitting))


def _plan(sitting: Sitting, by: User, at: datetime) -> None:
    convening.plan_meeting(bodies.mechanism().committee, scheduled_at=sitting.scheduled, by=by, at=at)


def _open(sitting: Sitting, by: User, at: datetime) -> None:
    convening.open_meeting(meeting_of(sitting.key), by=by, at=at)


def _attend(sitting: Sitting, by: User, at: datetime) -> None:
    convening.attend(meeting_of(sitting.key), by=by, at=at)


def _close(sitting: Sitting, by: User, at: datetime) -> None:
    convening.close_meeting(meeting_of(sitting.key), by=by, at=at)


def _decided(sitting: Sitting, item: Item) -> Iterator[tuple[str, str, partial[None], partial[bool] | None]]:
    """Who declares, who opens, who votes, who closes."""
    for key in sitting.present:
        conflict = key == item.aside
        yield key, "declare", partial(_declare, sitting, item, conflict), partial(_declared, sitting, item, key)
    yield CHAIR, "open the vote", partial(_open_item, sitting, item), None
    for key in sitting.present:
        if key != item.aside and item.outcome != "defer":
            yield key, "vote", partial(_vote, sitting, item, _choice(item, key)), None
    yield CHAIR, "close the vote", partial(_close_item, sitting, item), None


def _choice(item: Item, key: str) -> str:
    if key == ABSTAINS:
        return "abstain"
    if item.outcome == "tie":
        return "no" if key in AGAINST else "yes"
    return "yes" if item.outcome == "grant" else "no"


def _item(sitting: Sitting, item: Item) -> AgendaItem:
    city, _dash, stage = item.case.rpartition("-")
    own = AgendaItem.objects.filter(application__city__slug=city, application__stage=stage)
    return own.select_related("report", "meeting", "application").get(meeting=meeting_of(sitting.key))


def _declared(sitting: Sitting, item: Item, key: str) -> bool:
    """Who declared on the case in an earlier meeting need not again."""
    application = _item(sitting, item).application
    return Declaration.objects.filter(application=application, person=person(key)).exists()


def _declare(sitting: Sitting, item: Item, conflict: bool, by: User, at: datetime) -> None:  # noqa: FBT001 - a partial's
    category = "other" if conflict else ""
    deciding.declare(_item(sitting, item), conflict=conflict, category=category, by=by, at=at)


def _open_item(sitting: Sitting, item: Item, by: User, at: datetime) -> None:
    deciding.open_item(_item(sitting, item), by=by, at=at)


def _vote(sitting: Sitting, item: Item, choice: str, by: User, at: datetime) -> None:
    own = _item(sitting, item)
    dissent = _words(item).said("dissent") if choice == "no" and item.outcome == "tie" else ""
    deciding.vote(own, choice=choice, dissent=dissent, digest=own.report.digest, by=by, at=at)


def _close_item(sitting: Sitting, item: Item, by: User, at: datetime) -> None:
    words = _words(item)
    deciding.close_item(
        _item(sitting, item),
        reasons=words.decided(sitting.key, item.outcome),
        defer=item.outcome == "defer",
        missing=words.own["missing"] if item.outcome == "defer" else None,
        missing_by=item.missing_by,
        by=by,
        at=at,
    )


def _words(item: Item) -> Words:
    return Words(next(one for one in CASES if one.key == item.case))


def is_over(sitting: Sitting) -> bool:
    """Whether SITTING was held by an earlier demonstration or by hand, so that nothing of it is to be done."""
    closed = Meeting.objects.filter(scheduled_at=sitting.scheduled, state=Meeting.State.CLOSED)
    return closed.exists()
