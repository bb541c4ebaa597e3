"""The life of an application: its states and moves, one table that can be read aloud (certification.md §4).

Moves not yet built (spot check, appeal) are absent, not stubbed.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SCREENING = "screening"
    IN_REVIEW = "in_review"
    CLARIFICATION = "clarification"
    RESPONDING = "responding"
    REPORTED = "reported"
    FILE_CHECK = "file_check"
    ON_AGENDA = "on_agenda"
    DECIDED = "decided"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Move:
    """One way from some states to one; `needs` names the question in `rules.MAY` asked of whoever makes it."""

    name: str
    sources: tuple[State, ...]
    target: State
    needs: str


SUBMIT = Move("submit", (State.DRAFT,), State.SUBMITTED, "submit")
TAKE_UP = Move("take_up", (State.SUBMITTED,), State.SCREENING, "screen")
RETURN = Move("return", (State.SCREENING,), State.DRAFT, "screen")
ACCEPT = Move("accept", (State.SCREENING,), State.IN_REVIEW, "screen")
ASK = Move("ask", (State.IN_REVIEW,), State.CLARIFICATION, "lead")
ANSWER = Move("answer", (State.CLARIFICATION,), State.IN_REVIEW, "submit")
LAPSE = Move("lapse", (State.CLARIFICATION,), State.IN_REVIEW, "lead")
SEND_DRAFT = Move("send_draft", (State.IN_REVIEW,), State.RESPONDING, "lead")
REVIEW_AGAIN = Move("review_again", (State.RESPONDING,), State.IN_REVIEW, "screen")
SIGN = Move("sign", (State.RESPONDING,), State.REPORTED, "lead")
TAKE_FILE = Move("take_file", (State.REPORTED,), State.FILE_CHECK, "file_check")
SEND_BACK = Move("send_back", (State.FILE_CHECK,), State.IN_REVIEW, "file_check")
PUT_ON_AGENDA = Move("put_on_agenda", (State.FILE_CHECK,), State.ON_AGENDA, "convene")
DECIDE = Move("decide", (State.ON_AGENDA,), State.DECIDED, "chair")
REOPEN = Move("reopen", (State.ON_AGENDA,), State.IN_REVIEW, "chair")
RESUME = Move("resume", (State.DECIDED,), State.CLARIFICATION, "chair")
RETRACT = Move(
    "retract",
    (
        State.DRAFT,
        State.SUBMITTED,
        State.SCREENING,
        State.IN_REVIEW,
        State.CLARIFICATION,
        State.RESPONDING,
        State.REPORTED,
        State.FILE_CHECK,
        State.ON_AGENDA,
    ),
    State.RETRACTED,
    "submit",
)

MOVES: tuple[Move, ...] = (
    SUBMIT,
    TAKE_UP,
    RETURN,
    ACCEPT,
    ASK,
    ANSWER,
    LAPSE,
    SEND_DRAFT,
    REVIEW_AGAIN,
    SIGN,
    TAKE_FILE,
    SEND_BACK,
    PUT_ON_AGENDA,
    DECIDE,
    REOPEN,
    RESUME,
    RETRACT,
)

FINAL = (State.DECIDED, State.RETRACTED)
