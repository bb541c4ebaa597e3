"""What stands below an application for programs: submissions, evidence and findings, closed before a declaration (R-B3)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from rest_framework import serializers

from certification import access, rules
from certification.api.applications import PLACE
from certification.models import Application, EvidenceLink, Finding, Mark, Result
from certification.models.reviews import EvidenceCheck
from sdgcities.api.asking import address, link
from sdgcities.api.doors import Document, Listed, Row, Thing
from sdgcities.canonical import moment
from sdgcities.errors import Refused
from sdgcities.models import User
from sdgcities.problems import refused

NUMBER = ("^[1-9][0-9]{0,3}$", "1")
KEY = ("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "6f1c1b2e-5a0f-4f6e-9a53-0b9a6f0d3c11")


def opened(person: User, reference: str, *, at: datetime) -> Application:
    """The case of REFERENCE: 404 where there is none for PERSON, 403 before a judge has declared (R-B3)."""
    application = access.application_for(person, reference, at=at)
    if access.must_declare(person, application, at=at):
        try:
            rules.must_have_declared(person, application)
        except Refused as refusal:
            raise refused("closed", refusal) from refusal
    return application


# --- submissions

SUBMISSION = {
    "id": "1",
    "application": "SDGC-2026-00042",
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "submitted_at": "2026-09-01T10:00:00Z",
    "document": "https://sdgcities.example/api/v1/applications/SDGC-2026-00042/submissions/1/document/",
}


class SubmissionSerializer(serializers.Serializer[Any]):
    """The frozen content of one handing in."""

    id = serializers.CharField(help_text="Its number in the application.")
    application = serializers.CharField(required=False, help_text="The id of the application.")
    digest = serializers.CharField(required=False, help_text="SHA-256 of the document, in hex.")
    submitted_at = serializers.DateTimeField(required=False, help_text="When it was handed in.")
    document = serializers.URLField(required=False, help_text="What was handed in, as it was frozen.")


class Submissions(Listed):
    """Each handing in of a case, oldest first. A judge signs the declaration of interest first (R-B3)."""

    shape = SubmissionSerializer
    closes = True
    tag, operation, summary, example = "applications", "listSubmissions", "What was handed in", SUBMISSION
    places = PLACE

    def items(self, **named: Any) -> Iterable[Row]:
        """All of them."""
        application = opened(self.person, named["reference"], at=self.at)
        found = access.submissions_for(self.person, application, at=self.at).order_by("number")
        return [
            {
                "id": str(number),
                "application": application.reference,
                "digest": digest,
                "submitted_at": moment(submitted_at),
                "document": link("applications", application.reference, "submissions", number, "document"),
            }
            for number, digest, submitted_at in found.values_list("number", "digest", "submitted_at")
        ]


class OneSubmission(Thing):
    """One handing in. A judge signs the declaration of interest first (R-B3)."""

    shape = SubmissionSerializer
    closes = True
    tag, operation, summary, example = "applications", "readSubmission", "One handing in", SUBMISSION
    places = {**PLACE, "number": NUMBER}

    def find(self, **named: Any) -> Row:
        """The one of that number."""
        return _in(Submissions, self, named["reference"], named["number"])


class SubmissionDocument(Document):
    """What was handed in: one RFC 8785 text, whose SHA-256 is its digest. A judge declares first (R-B3)."""

    shape = SubmissionSerializer
    closes = True
    tag, operation, summary = "applications", "readSubmissionDocument", "A submission as it was frozen"
    example = {"kind": "submission", "application": "SDGC-2026-00042", "criteria": []}
    places = OneSubmission.places

    def text(self, **named: Any) -> str:
        """The text."""
        application = opened(self.person, named["reference"], at=self.at)
        number = int(named["number"]) if named["number"].isdecimal() and len(named["number"]) <= len("9999") else 0
        if str(number) != named["number"]:
            raise Http404
        return access.submission_for(self.person, application.reference, number, at=self.at).text


# --- evidence

EVIDENCE = {
    "id": KEY[1],
    "requirement": "A1.1",
    "where": "page 4",
    "version": "0d0c5f0e-9d0f-4b39-8d2e-2f1c7f0f6a10",
    "title": "Inventory of data",
    "number": 1,
    "file_name": "inventory.pdf",
    "media_type": "application/pdf",
    "size": 120394,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "source": "City Planning Department",
    "dated_on": "2026-06-01",
    "language": "en",
    "confidentiality": "public",
    "file": "https://sdgcities.example/case/SDGC-2026-00042/evidence/0d0c5f0e-9d0f-4b39-8d2e-2f1c7f0f6a10/",
}


class EvidenceSerializer(serializers.Serializer[Any]):
    """That a version on the city's shelf serves a requirement."""

    id = serializers.UUIDField(help_text="The id of the link between the version and the requirement.")
    requirement = serializers.CharField(required=False, help_text="The id of the requirement.")
    where = serializers.CharField(required=False, allow_blank=True, help_text="Where in it to look.")
    version = serializers.UUIDField(required=False, help_text="The id of the version.")
    title = serializers.CharField(required=False, help_text="Its title.")
    number = serializers.IntegerField(required=False, help_text="The number of the version.")
    file_name = serializers.CharField(required=False, help_text="The file's name.")
    media_type = serializers.CharField(required=False, help_text="The file's media type.")
    size = serializers.IntegerField(required=False, help_text="The file's size in bytes.")
    sha256 = serializers.CharField(required=False, help_text="The file's SHA-256, in hex.")
    source = serializers.CharField(  # type: ignore[assignment]  # a declared field leaves the class's own
        required=False, help_text="Where it comes from."
    )
    dated_on = serializers.DateField(required=False, help_text="The document's own date.")
    language = serializers.CharField(required=False, help_text="Its language.")
    confidentiality = serializers.CharField(required=False, help_text="Its class of confidentiality (R-H3).")
    file = serializers.URLField(required=False, help_text="The file, for a person who is signed in on the pages.")


def _evidence(one: EvidenceLink, reference: str) -> Row:
    version = one.version
    return {
        "id": str(one.pk),
        "requirement": one.requirement,
        "where": one.where,
        "version": str(version.pk),
        "title": version.evidence.title,
        "number": version.number,
        "file_name": version.file_name,
        "media_type": version.media_type,
        "size": version.size,
        "sha256": version.sha256,
        "source": version.source,
        "dated_on": version.dated_on.isoformat(),
        "language": version.language,
        "confidentiality": version.confidentiality,
        "file": address(reverse("panel-evidence", args=[reference, version.pk])),
    }


class Evidences(Listed):
    """The evidence of a case, by requirement. A judge signs the declaration of interest first (R-B3)."""

    shape = EvidenceSerializer
    closes = True
    tag, operation, summary, example = "applications", "listEvidence", "The evidence of a case", EVIDENCE
    places = PLACE

    def items(self, **named: Any) -> Iterable[Row]:
        """All of it."""
        application = opened(self.person, named["reference"], at=self.at)
        links = access.links_for(self.person, application, at=self.at)
        found = sorted(links, key=lambda one: (one.requirement, one.version.sha256, str(one.pk)))
        return [_evidence(one, application.reference) for one in found]


class OneEvidence(Thing):
    """One piece of evidence as it serves one requirement. A judge declares first (R-B3)."""

    shape = EvidenceSerializer
    closes = True
    tag, operation, summary, example = "applications", "readEvidence", "One piece of evidence", EVIDENCE
    places = {**PLACE, "key": KEY}

    def find(self, **named: Any) -> Row:
        """The one of that id."""
        return _in(Evidences, self, named["reference"], named["key"])


# --- findings

FINDING = {
    "id": KEY[1],
    "criterion": "A1",
    "cycle": 1,
    "evaluator": "Ana Evaluator",
    "third": False,
    "result": "met",
    "rationale": "The inventory covers all eleven sectors.",
    "saved_at": "2026-09-10T08:00:00Z",
    "filed_at": "2026-09-11T08:00:00Z",
    "marks": [{"requirement": "A1.1", "mark": "met", "reason": "", "stale_override": ""}],
    "checks": [{"evidence": KEY[1], "verdict": "verified", "reason": ""}],
}


class MarkSerializer(serializers.Serializer[Any]):
    """The mark on one requirement that a finding rests on (R-C6)."""

    requirement = serializers.CharField(help_text="The id of the requirement.")
    mark = serializers.ChoiceField(Mark.values, help_text="The mark.")
    reason = serializers.CharField(allow_blank=True, help_text="Why.")
    stale_override = serializers.CharField(allow_blank=True, help_text="Why old evidence still proves it (R-C4).")


class CheckSerializer(serializers.Serializer[Any]):
    """An evaluator's verdict on one piece of evidence."""

    evidence = serializers.UUIDField(help_text="The id of the evidence in this case.")
    verdict = serializers.ChoiceField(EvidenceCheck.Verdict.values, help_text="What it proves.")
    reason = serializers.CharField(allow_blank=True, help_text="Why.")


class FindingSerializer(serializers.Serializer[Any]):
    """One evaluator's independent result on one criterion."""

    id = serializers.UUIDField(help_text="Its id.")
    criterion = serializers.CharField(required=False, help_text="The id of the criterion.")
    cycle = serializers.IntegerField(required=False, help_text="The cycle of the application.")
    evaluator = serializers.CharField(required=False, help_text="Whose it is.")
    third = serializers.BooleanField(required=False, help_text="Whether a third evaluator was asked for it (R-C5).")
    result = serializers.ChoiceField(
        Result.values, required=False, allow_null=True, help_text="The result; null until one is saved."
    )
    rationale = serializers.CharField(required=False, allow_blank=True, help_text="The reasons.")
    saved_at = serializers.DateTimeField(required=False, allow_null=True, help_text="When it was last saved.")
    filed_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="When it was filed; after that it stays as it is."
    )
    marks = MarkSerializer(many=True, required=False, help_text="The marks it rests on.")
    checks = CheckSerializer(many=True, required=False, help_text="The verdicts on the evidence.")


def _finding(one: Finding) -> Row:
    marks = sorted(one.marks.all(), key=lambda mark: mark.requirement)
    checks = sorted(one.checks.all(), key=lambda check: str(check.link_id))
    return {
        "id": str(one.pk),
        "criterion": one.criterion,
        "cycle": one.cycle,
        "evaluator": str(one.person),
        "third": one.third,
        "result": one.result or None,
        "rationale": one.rationale,
        "saved_at": moment(one.saved_at) if one.saved_at else None,
        "filed_at": moment(one.filed_at) if one.filed_at else None,
        "marks": [
            {
                "requirement": mark.requirement,
                "mark": mark.mark,
                "reason": mark.reason,
                "stale_override": mark.stale_override,
            }
            for mark in marks
        ],
        "checks": [
            {"evidence": str(check.link_id), "verdict": check.verdict, "reason": check.reason} for check in checks
        ],
    }


class Findings(Listed):
    """Findings as the pages show them: an evaluator's own; the lead's panel's on a criterion once all are filed (R-C5)."""

    shape = FindingSerializer
    closes = True
    tag, operation, summary, example = "applications", "listFindings", "The findings you may read", FINDING
    places = PLACE

    def items(self, **named: Any) -> Iterable[Row]:
        """All of them, by criterion."""
        application = opened(self.person, named["reference"], at=self.at)
        found = access.findings_for(self.person, application, at=self.at)
        ready = found.select_related("person").prefetch_related("marks", "checks")
        order = [one.key for one in application.standard.content.stage(application.stage).criteria]
        by_criterion = sorted(
            ready, key=lambda one: (order.index(one.criterion), one.third, one.person.name, str(one.pk))
        )
        return [_finding(one) for one in by_criterion]


class OneFinding(Thing):
    """One finding, if you may read it. A judge declares first (R-B3)."""

    shape = FindingSerializer
    closes = True
    tag, operation, summary, example = "applications", "readFinding", "One finding", FINDING
    places = {**PLACE, "key": KEY}

    def find(self, **named: Any) -> Row:
        """The one of that id."""
        return _in(Findings, self, named["reference"], named["key"])


def _in(whole: type[Listed], door: Thing, reference: str, key: str) -> Row:
    """The one of that KEY in the list: what is not listed for a person is not there for them."""
    listed = whole(request=door.request)
    listed.at = door.at
    found = next((one for one in listed.items(reference=reference) if one["id"] == key), None)
    if found is None:
        raise Http404
    return found
