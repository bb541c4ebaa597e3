"""The defaults of a mechanism's policy, in calendar days, years and months (rules.md, Defaults; ours)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Policy:
    """What a mechanism may set for itself; each number is a default of rules.md."""

    objection_days: int = 10
    clarification_days: int = 20
    response_days: int = 14
    appeal_days: int = 30
    cut_off_days: int = 28
    term_years: int = 3
    consecutive_terms: int = 2
    validity_years: int = 4
    evaluators_a_criterion: int = 2


def policy_of(stored: Mapping[str, object]) -> Policy:
    """The policy with what STORED sets; unknown names and anything but whole numbers are passed over."""
    names = {field.name for field in fields(Policy)}
    return Policy(**{key: value for key, value in stored.items() if key in names and isinstance(value, int)})
