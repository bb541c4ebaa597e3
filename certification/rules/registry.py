"""Which function enforces which rule id, so that a test can take each one away and see its refusal vanish."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

RULES: dict[str, list[str]] = {}
ALLOWS: dict[str, object] = {}


def rule(*ids: str, allows: object = None) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Enter a function under the rule IDS it enforces; ALLOWS is what it returns when nothing stands against it."""

    def enter(function: Callable[P, T]) -> Callable[P, T]:
        for key in ids:
            RULES.setdefault(key, []).append(function.__name__)
        ALLOWS[function.__name__] = allows
        return function

    return enter
