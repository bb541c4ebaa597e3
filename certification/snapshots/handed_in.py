"""The submission: every answer with its evidence, the city's series, the scope and the mandate, as they were handed in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from certification.disaggregation import SERIES, order
from certification.models import Answer, Application
from certification.snapshots.common import evidence, head, links_of, told
from certification.standard import Stage
from sdgcities.models import City, User
from tracks.models import Series


def submission(application: Application, *, by: User, at: datetime) -> dict[str, Any]:
    """What the city hands in; the report is made from it, so that later imports change nothing (decided.md, Snapshots)."""
    pieces = evidence(links_of(application))
    answers = {answer.requirement: answer for answer in Answer.objects.filter(application=application)}
    mandate = application.mandate
    stage = told(application).stage(application.stage)
    return {
        **head(application, "submission", at=at),
        "submitted_by": str(by.pk),
        "submitted_by_name": by.name,
        "mandate": {
            "departments": mandate.departments,
            "delegate_name": mandate.delegate.name,
            "letter_sha256": mandate.letter.sha256,
        },
        "criteria": [
            {
                "key": criterion.key,
                "title": criterion.title,
                "requirements": [
                    _answered(requirement.key, requirement.title, answers.get(requirement.key), pieces)
                    for requirement in criterion.requirements
                ],
            }
            for criterion in stage.criteria
        ],
        "series": _series(application.city, stage),
    }


def _answered(
    key: str, title: str, answer: Answer | None, pieces: Mapping[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    return {
        "key": key,
        "title": title,
        "judgement": answer.judgement if answer else "",
        "narrative": answer.narrative if answer else "",
        "language": answer.language if answer else "",
        "version": answer.version if answer else 0,
        "evidence": pieces.get(key, []),
    }


def _series(city: City, stage: Stage) -> list[dict[str, Any]]:
    """The series of CITY, value by value, where a requirement of the stage says that they can serve it."""
    if not any(SERIES in requirement.track_objects for requirement in stage.requirements()):
        return []
    embedded = [one.as_embedded() for one in Series.objects.of_city(city)]
    return sorted(embedded, key=order)
