"""How a case is judged: declarations, findings, reconciliation, the city's response, the report, the file check."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sdgcities.managers import HoldQuerySet

PERSON = settings.AUTH_USER_MODEL


class Result(models.TextChoices):
    """A finding on a criterion (R-C6)."""

    MET = "met", _("Met")
    PARTLY = "partly_met", _("Partly met")
    NOT_MET = "not_met", _("Not met")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class Mark(models.TextChoices):
    """A mark on a requirement (R-C6)."""

    MET = "met", _("Met")
    NOT_MET = "not_met", _("Not met")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class Declaration(models.Model):
    """What an evaluator or decider declares about conflicts before reading a case (R-B3)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.ForeignKey("certification.Application", on_delete=models.PROTECT, related_name="declarations")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="declarations")
    conflict = models.BooleanField()
    category = models.CharField(max_length=40, blank=True)
    explanation = models.TextField(blank=True)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "person"), name="one_declaration"),)

    def __str__(self) -> str:
        return f"{self.person} on {self.application}"


class Recusal(models.Model):
    """A person who stands aside: who, when, reason category, item (R-B4)."""

    class Category(models.TextChoices):
        """Why."""

        FINANCIAL = "financial", _("Financial interest")
        EMPLOYMENT = "employment", _("Employment or advice")
        FAMILY = "family", _("Family or close relation")
        CITIZENSHIP = "citizenship", _("Tie to the city or its country")
        OTHER = "other", _("Other reason")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.ForeignKey("certification.Application", on_delete=models.PROTECT, related_name="recusals")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="recusals")
    category = models.CharField(max_length=16, choices=Category)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "person"), name="recused_once"),)

    def __str__(self) -> str:
        return f"{self.person} recused from {self.application}"


class Objection(models.Model):
    """The city's reasoned objection to a panel member (R-B5)."""

    class Ruling(models.TextChoices):
        """What the secretariat answered."""

        OPEN = "open", _("Open")
        UPHELD = "upheld", _("Upheld")
        DISMISSED = "dismissed", _("Dismissed")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.ForeignKey("certification.Application", on_delete=models.PROTECT, related_name="objections")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    reasons = models.TextField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ruling = models.CharField(max_length=10, choices=Ruling, default=Ruling.OPEN)
    answer = models.TextField(blank=True)
    ruled_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "person"), name="one_objection_a_member"),)

    def __str__(self) -> str:
        return f"Objection to {self.person}"


class Finding(models.Model):
    """One evaluator's finding on one criterion: allocated by the lead, filed blind, never changed after (R-C5)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.ForeignKey("certification.Application", on_delete=models.PROTECT, related_name="findings")
    cycle = models.PositiveSmallIntegerField(default=1)
    criterion = models.CharField(max_length=10)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="findings")
    third = models.BooleanField(default=False)
    result = models.CharField(max_length=16, choices=Result, blank=True)
    rationale = models.TextField(blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    filed_at = models.DateTimeField(null=True, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("application", "cycle", "criterion", "person"), name="one_finding_each"),
            models.CheckConstraint(condition=Q(filed_at__isnull=True) | ~Q(result=""), name="filed_has_result"),
        )

    def __str__(self) -> str:
        return f"{self.application} {self.criterion}"


class RequirementMark(models.Model):
    """The mark on one requirement that a finding rests on (R-C6)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    finding = models.ForeignKey("certification.Finding", on_delete=models.PROTECT, related_name="marks")
    requirement = models.CharField(max_length=20)
    mark = models.CharField(max_length=16, choices=Mark)
    reason = models.TextField(blank=True)
    stale_override = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("finding", "requirement"), name="one_mark"),)

    def __str__(self) -> str:
        return f"{self.requirement}: {self.mark}"


class EvidenceCheck(models.Model):
    """An evaluator's verdict on one piece of evidence (certification.md §4.4)."""

    class Verdict(models.TextChoices):
        """What the piece proves."""

        VERIFIED = "verified", _("Verified")
        INSUFFICIENT = "insufficient", _("Insufficient")
        REJECTED = "rejected", _("Rejected")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    finding = models.ForeignKey("certification.Finding", on_delete=models.PROTECT, related_name="checks")
    link = models.ForeignKey("certification.EvidenceLink", on_delete=models.PROTECT, related_name="checks")
    verdict = models.CharField(max_length=14, choices=Verdict)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("finding", "link"), name="one_check"),)

    def __str__(self) -> str:
        return f"{self.link}: {self.verdict}"


class Reconciliation(models.Model):
    """What the lead made of the findings on one criterion; the last one counts, every one is kept."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.ForeignKey(
        "certification.Application", on_delete=models.PROTECT, related_name="reconciliations"
    )
    cycle = models.PositiveSmallIntegerField(default=1)
    criterion = models.CharField(max_length=10)
    number = models.PositiveSmallIntegerField(default=1)
    result = models.CharField(max_length=16, choices=Result)
    marks = models.JSONField(default=dict)
    reason = models.TextField()
    closing = models.TextField(blank=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("application", "cycle", "criterion", "number"), name="reconciled_once"),
        )

    def __str__(self) -> str:
        return f"{self.application} {self.criterion}: {self.result}"


class Clarification(models.Model):
    """A question to the city with its deadline, and the answer (certification.md §4.5)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.ForeignKey(
        "certification.Application", on_delete=models.PROTECT, related_name="clarifications"
    )
    criterion = models.CharField(max_length=10)
    question = models.TextField()
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    lapsed_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.application} {self.criterion}"


class Response(models.Model):
    """The city's one answer to all gaps and the draft report (R-C7)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.ForeignKey("certification.Application", on_delete=models.PROTECT, related_name="responses")
    cycle = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    corrections = models.JSONField(default=dict)
    extension_reason = models.TextField(blank=True)
    handed_in_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "cycle"), name="one_response_a_cycle"),)

    def __str__(self) -> str:
        return f"Response of {self.application}"


class StageReport(models.Model):
    """A draft or frozen stage report: RFC 8785 text under its digest; paper is made from the text alone (R-C8)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.ForeignKey("certification.Application", on_delete=models.PROTECT, related_name="reports")
    version = models.PositiveSmallIntegerField()
    draft = models.BooleanField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    signed_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    pdf_size = models.PositiveIntegerField(default=0)
    written_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "version", "draft"), name="report_version_once"),)

    def __str__(self) -> str:
        return f"{self.application} report {self.version}"


class FileCheck(models.Model):
    """The written recommendation of somebody who did not evaluate (R-C9)."""

    class Recommendation(models.TextChoices):
        """Fit for the agenda, or back to the panel."""

        PROCEED = "proceed", _("The file is complete and in order")
        SEND_BACK = "send_back", _("Back to the panel")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.ForeignKey("certification.Application", on_delete=models.PROTECT, related_name="file_checks")
    report = models.ForeignKey("certification.StageReport", on_delete=models.PROTECT, related_name="file_checks")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    recommendation = models.CharField(max_length=10, choices=Recommendation)
    reasons = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("report", "by"), name="checked_once"),)

    def __str__(self) -> str:
        return f"{self.application}: {self.recommendation}"
