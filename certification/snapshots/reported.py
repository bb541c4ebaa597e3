"""The stage report: for each criterion whether it is met and why, its gaps, and what closes each (EB4 §25).

It names no evaluator and keeps of evidence that is not public only what identifies it (R-H3): one text for every reader.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from certification import disaggregation, flow, rules
from certification.models import Application, EvidenceCheck, Finding, Mark, Part, Reconciliation, Result
from certification.snapshots.common import PUBLIC, evidence, head, links_of, source_texts, told
from certification.standard import Criterion, Requirement
from sdgcities import canonical
from sdgcities.canonical import moment
from sdgcities.models import User
from tracks import matching

TOOLS_A_GAP = 4
CASES_A_GAP = 2
DATED = (flow.SUBMIT.name, flow.TAKE_UP.name, flow.ACCEPT.name, flow.SEND_DRAFT.name, flow.SIGN.name)
WITHHELD = ("title", "file_name", "source", "where")  # of evidence that is not public


@dataclass(frozen=True, slots=True)
class Material:
    """What the criteria of one report are written from."""

    application: Application
    handed_in: Mapping[str, Any]
    pieces: Mapping[str, list[dict[str, Any]]]
    drawn: set[str] = field(default_factory=set)  # series that are drawn under an earlier criterion

    @property
    def series(self) -> list[dict[str, Any]]:
        """The series of the submission; one handed in before schema 2 has none."""
        return sorted(self.handed_in.get("series", []), key=disaggregation.order)

    def judgement(self, requirement: str) -> str:
        """What the city said of REQUIREMENT."""
        answers = (one for criterion in self.handed_in.get("criteria", []) for one in criterion["requirements"])
        return next((str(one["judgement"]) for one in answers if one["key"] == requirement), "")


def reconciled(application: Application) -> dict[str, Reconciliation]:
    """The reconciliation that counts on each criterion of the running cycle: the last one."""
    rows = Reconciliation.objects.filter(application=application, cycle=application.cycle).order_by("number")
    return {row.criterion: row for row in rows}


def report(application: Application, *, version: int, draft: bool, by: User, at: datetime) -> dict[str, Any]:
    """The report as the lead sends it out, in the application's language."""
    standard = told(application)
    results = reconciled(application)
    submitted = application.submissions.order_by("-number")[0]
    material = Material(application, canonical.load(submitted.text), _looked_at(application))
    criteria = [_reported(material, one, results[one.key]) for one in standard.stage(application.stage).criteria]
    return {
        **head(application, "stage-report", at=at),
        "version": version,
        "draft": draft,
        "submission_digest": submitted.digest,
        "submission_number": submitted.number,
        "evaluators": _filed(application).values("person_id").distinct().count(),
        "people": _people(application),
        "dates": _dates(application, at=at),
        "criteria": criteria,
        "summary": {result: [one["key"] for one in criteria if one["result"] == result] for result in Result.values},
        "data": {
            "series": [disaggregation.shortened(one) for one in material.series],
            "groups": disaggregation.asked_for(standard, application.stage),
        },
        "response": _response(application),
        "clarifications": [
            {
                "criterion": asked.criterion,
                "question": asked.question,
                "answer": asked.answer,
                "asked_at": moment(asked.asked_at),
                "answered_at": moment(asked.answered_at) if asked.answered_at else "",
            }
            for asked in application.clarifications.order_by("asked_at", "id")
        ],
    }


# --- who and when


def _filed(application: Application) -> QuerySet[Finding]:
    return Finding.objects.filter(application=application, cycle=application.cycle, filed_at__isnull=False)


def _people(application: Application) -> dict[str, int]:
    """How many played which part; no names (R-H3)."""
    return {
        "evaluators": _filed(application).values("person_id").distinct().count(),
        "third_evaluators": _filed(application).filter(third=True).values("person_id").distinct().count(),
        "leads": application.parts.filter(part=Part.Kind.LEAD, ended_at__isnull=True).count(),
        "stood_aside": application.recusals.count(),
    }


def _dates(application: Application, *, at: datetime) -> list[dict[str, str]]:
    """When the steps were made that a reader asks for; of a step made twice the last."""
    made = {step.move: step.at for step in application.steps.filter(move__in=DATED, at__lte=at).order_by("at", "id")}
    return [{"move": name, "at": moment(made[name])} for name in DATED if name in made]


def _response(application: Application) -> dict[str, Any]:
    response = application.responses.filter(cycle=application.cycle, handed_in_at__isnull=False).first()
    if response is None or response.handed_in_at is None:
        return {}
    return {
        "text": response.text,
        "corrections": response.corrections,
        "handed_in_at": moment(response.handed_in_at),
    }


# --- evidence


def _looked_at(application: Application) -> dict[str, list[dict[str, Any]]]:
    """Evidence by requirement, each piece with how many evaluators verified it, found it insufficient or rejected it."""
    checks = EvidenceCheck.objects.filter(finding__in=_filed(application).filter(set_aside_at__isnull=True))
    verdicts: dict[str, Counter[str]] = {}
    for link, verdict in checks.values_list("link_id", "verdict"):
        verdicts.setdefault(str(link), Counter())[verdict] += 1
    return {
        key: [_shown(piece, verdicts.get(piece["link"], Counter())) for piece in pieces]
        for key, pieces in evidence(links_of(application)).items()
    }


def _shown(piece: Mapping[str, Any], verdicts: Counter[str]) -> dict[str, Any]:
    withheld = piece["confidentiality"] != PUBLIC
    kept = {name: "" if withheld and name in WITHHELD else value for name, value in piece.items()}
    return {**kept, "withheld": withheld, "checks": {name: verdicts[name] for name in EvidenceCheck.Verdict.values}}


# --- criterion, requirement, gap


def _reported(material: Material, criterion: Criterion, settled: Reconciliation) -> dict[str, Any]:
    findings = list(rules.findings_of(material.application, criterion.key).filter(filed_at__isnull=False))
    requirements = [_marked(material, requirement, settled) for requirement in criterion.requirements]
    return {
        "key": criterion.key,
        "title": criterion.title,
        "text": criterion.text,
        "source": criterion.source,
        "source_texts": source_texts(criterion, "title", "text"),
        "result": settled.result,
        "reason": settled.reason,
        "closing": settled.closing,
        "agreed": not rules.in_discord(findings),
        "third": any(finding.third for finding in findings),
        "findings": sorted(finding.result for finding in findings),
        "requirements": requirements,
        "data": _data(material, criterion),
        "gaps": [_gap(one, requirement) for one, requirement in zip(requirements, criterion.requirements, strict=True)
                 if one["mark"] == Mark.NOT_MET],
    }  # fmt: skip


def _data(material: Material, criterion: Criterion) -> dict[str, Any]:
    """The city's series that can serve this criterion, drawn by a rule; nothing where no requirement asks for data."""
    asking = [one for one in criterion.requirements if disaggregation.SERIES in one.track_objects]
    if not asking:
        return {}
    asked = sorted({group for one in asking for group in one.disaggregation})
    return {
        "requirements": [one.key for one in asking],
        "asked": asked,
        "charts": disaggregation.charts(material.series, asked=asked, drawn=material.drawn),
    }


def _marked(material: Material, requirement: Requirement, settled: Reconciliation) -> dict[str, Any]:
    marked = settled.marks.get(requirement.key, {})
    return {
        "key": requirement.key,
        "title": requirement.title,
        "source": requirement.source,
        "source_texts": source_texts(requirement, "title", "documents"),
        "mandatory": requirement.mandatory,
        "judgement": material.judgement(requirement.key),
        "mark": marked.get("mark", Mark.NOT_MET),
        "reason": marked.get("reason", ""),
        "override": marked.get("override", ""),
        "documents": list(requirement.documents),
        "hours": requirement.expected_hours,
        "disaggregation": list(requirement.disaggregation),
        "evidence": material.pieces.get(requirement.key, []),
    }


def _gap(marked: Mapping[str, Any], requirement: Requirement) -> dict[str, Any]:
    tools = matching.tools_for(requirement)[:TOOLS_A_GAP]
    return {
        "requirement": marked["key"],
        **{name: marked[name] for name in ("title", "reason", "documents", "hours", "source_texts")},
        "tools": [
            {"name": tool.name, "owner": tool.owner, "summary": tool.summary, "url": tool.access_url or tool.source_url}
            for tool in tools
        ],
        "case_studies": [
            {"title": one.title, "city": one.city_name, "year": str(one.year or ""), "url": one.source_url}
            for one in matching.case_studies_for(tools)[:CASES_A_GAP]
        ],
    }
