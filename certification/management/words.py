"""What the demonstration's people write: read from texts/, one file a language and one for what a single case says."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from certification.management.cases import INVENTED, Case
from certification.standard import Criterion

TEXTS = Path(__file__).resolve().parent / "texts"


@cache
def read(name: str) -> dict[str, Any]:
    """One file of texts."""
    return tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


class Words:
    """What is written in one case, in its language; of two wordings the case's own."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.common = read(case.language)
        self.own: dict[str, Any] = read("cases").get(case.key, {})
        self.unmet: dict[str, str] = self.own.get("unmet", {})

    def answer(self, requirement: str, city: str) -> str:
        """The city's answer to one requirement."""
        written = self.own.get("answers", {}).get(requirement) or self._of("answers")[requirement]
        chosen = written if isinstance(written, str) else written[self.case.wording]
        return str(chosen).format(city=city)

    def judgement(self, requirement: str) -> str:
        """What the city says of itself: it knows of its gaps, in part."""
        return "partly_met" if requirement in self.unmet else "met"

    def rationale(self, criterion: str, place: int) -> str:
        """The reasons of the evaluator at PLACE, the third writing like the first."""
        own = self.own.get("rationale", {}).get(criterion)
        return str(own or self._of("rationales")[criterion][(place + self.case.wording) % 2])

    def checked(self, place: int) -> str:
        """What an evaluator notes beside a piece that proves its point."""
        return str(self.common["checked"][place % 2])

    def lacking(self, criterion: Criterion, place: int) -> dict[str, str]:
        """The requirements of CRITERION that the evaluator at PLACE finds not met, each with the reason."""
        alone = self.own.get("second", {}).get(criterion.key, {}).get("unmet", {}) if place == 1 else {}
        found = {**self.unmet, **alone}
        return {one.key: found[one.key] for one in criterion.requirements if one.key in found}

    def doubt(self, criterion: str) -> dict[str, str]:
        """The second evaluator's doubt on CRITERION, or nothing."""
        doubt: dict[str, str] = self.own.get("doubt", {})
        return doubt if doubt.get("criterion") == criterion else {}

    def reason(self, criterion: str) -> str:
        """Why the lead settles a criterion as it is settled."""
        return str(
            self.doubt(criterion).get("reason")
            or self.own.get("reason", {}).get(criterion)
            or self.common["reconciled"]
        )

    def closing(self, criterion: str) -> str:
        """What would close the gap."""
        return str(self.own.get("closing", {}).get(criterion, ""))

    def said(self, name: str, otherwise: str = "") -> str:
        """What the case itself says under NAME, else what its language says, else OTHERWISE."""
        return str(self.own.get(name) or self.common.get(name) or otherwise)

    def decided(self, sitting: str, outcome: str) -> str:
        """The reasons of the decision."""
        return str(self.own.get("decided", {}).get(sitting) or (self.common["granted"] if outcome == "grant" else ""))

    def _of(self, name: str) -> dict[str, Any]:
        told: dict[str, Any] = self.common[name] if self.case.stage == "A" else self.common["gold"][name]
        return told


def city_name(case: Case, names: dict[str, str], otherwise: str) -> str:
    """The city's name in the case's language."""
    known = INVENTED[case.city]["translated"] if case.city in INVENTED else names
    return known.get(case.language) or otherwise
