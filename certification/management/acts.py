"""An act of the demonstration: one person, one instant, one verb; and the player who makes those not made yet, in order."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import get_hasher
from django.core.exceptions import ObjectDoesNotExist

from sdgcities.errors import Refused
from sdgcities.models import Entry, User

NOBODY = ""
LIGHT = 1_000


@dataclass(frozen=True, slots=True)
class Act:
    """What the person BY does AT an instant; `do` calls one verb with both.

    Whether it was made stands in the journal, under this person and this instant; `done` asks in another way where the
    journal cannot know, since another demonstration or a person by hand may have come first.
    """

    at: datetime
    by: str
    what: str
    do: Callable[[User, datetime], object]
    done: Callable[[], bool] | None = None


@dataclass(slots=True)
class Played:
    """How many acts were made now, and which were refused: those are passed over."""

    made: int = 0
    refused: list[str] = field(default_factory=list)


def play(acts: Iterable[Act], *, say: Callable[[str], object] | None = None) -> Played:
    """Make the ACTS that are not made yet, by date; SAY hears each month as it begins."""
    told, month = Played(), ""
    known = set(Entry.objects.values_list("actor", "at"))
    people: dict[str, User] = {}
    with lightly_hashed():
        for act in sorted(acts, key=lambda one: one.at):
            try:
                if _made(act, known, people):
                    continue
                if say and month != (month := f"{act.at:%Y-%m}"):
                    say(month)
                act.do(_person(act.by, people), act.at)
            except (Refused, ObjectDoesNotExist) as refusal:  # somebody was here by hand: what they did stands
                told.refused.append(f"{act.at:%Y-%m-%d %H:%M} {act.by}: {act.what}: {refusal}")
            else:
                told.made += 1
    return told


def _made(act: Act, known: set[tuple[UUID | None, datetime]], people: dict[str, User]) -> bool:
    if act.done is not None:
        return act.done()
    return act.by != NOBODY and (_person(act.by, people).pk, act.at) in known


def _person(key: str, people: dict[str, User]) -> User:
    if key not in people:
        people[key] = User() if key == NOBODY else User.objects.get(email=f"{key}@example.org")
    return people[key]


@contextmanager
def lightly_hashed() -> Iterator[None]:
    """Hash passwords lightly for a while: the demonstration's is printed on the screen, and hashed in full at the first sign-in."""
    hasher = get_hasher()
    full = getattr(hasher, "iterations", None)
    if isinstance(full, int):
        hasher.iterations = LIGHT  # type: ignore[attr-defined] # the stubs know only the base class
    try:
        yield
    finally:
        if isinstance(full, int):
            hasher.iterations = full  # type: ignore[attr-defined] # as above


def to_stderr(month: str) -> None:
    """Say on the screen how far the play is."""
    sys.stderr.write(f"playing {month}\n")
