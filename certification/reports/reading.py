"""Reading a frozen document of any schema as if it were of the newest: an old one stays readable (decided.md, Snapshots)."""

from collections.abc import Mapping
from typing import Any

from certification.standard import DEFINITIONS
from sdgcities import canonical

NO_CHECKS = {"verified": 0, "insufficient": 0, "rejected": 0}


def read(text: str) -> dict[str, Any]:
    """The document of TEXT; members that its schema did not have yet are there, and empty."""
    document: dict[str, Any] = canonical.load(text)
    return _from_first(document) if document["schema"] == 1 else document


def _from_first(document: Mapping[str, Any]) -> dict[str, Any]:
    lifted = {
        **document,
        "standard": {"language": "en", "translation": {}, **document["standard"]},
        "stage": {"summary": "", "source_texts": [], **document["stage"]},
    }
    if document["kind"] == "submission":
        lifted["series"] = []
    if document["kind"] == "stage-report":
        lifted |= {
            "submission_number": 1,
            "people": {"evaluators": document["evaluators"], "third_evaluators": 0, "leads": 1, "stood_aside": 0},
            "dates": [],
            "data": {"series": [], "groups": []},
            "criteria": [_criterion(one) for one in document["criteria"]],
        }
    return lifted


def _criterion(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **one,
        "source_texts": [],
        "third": not one["agreed"],
        "data": {},
        "requirements": [_requirement(each) for each in one["requirements"]],
        "gaps": [{**gap, "source_texts": [], "case_studies": []} for gap in one["gaps"]],
    }


def _requirement(one: Mapping[str, Any]) -> dict[str, Any]:
    pieces = [{**piece, "withheld": False, "checks": NO_CHECKS} for piece in one["evidence"]]
    return {**one, "source_texts": [], "judgement": "", "override": "", "evidence": pieces}


def schema(number: int) -> str | None:
    """The published JSON schema of stage reports of that NUMBER, or none."""
    path = DEFINITIONS / f"stage-report-{number}.schema.json"
    return path.read_text(encoding="utf-8") if path.is_file() else None
