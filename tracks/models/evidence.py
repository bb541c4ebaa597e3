"""The evidence shelf: what a city can show, each piece in numbered versions that never change their bytes (R-C3)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sdgcities.models import City
from sdgcities.naming import language_itself


class Kind(models.TextChoices):
    """What sort of thing a piece of evidence is."""

    DOCUMENT = "document", _("Document")
    POLICY = "policy", _("Policy, law or regulation")
    PLAN = "plan", _("Plan, strategy or work programme")
    DATA = "data", _("Data, statistics or map")
    LETTER = "letter", _("Letter or public statement")
    RECORD = "record", _("Record of a meeting or consultation")


class Confidentiality(models.TextChoices):
    """Who may draw on a version: public reports draw on the first class only (R-H3)."""

    PUBLIC = "public", _("Public")
    RESTRICTED = "restricted", _("Restricted to the evaluation")
    PERSONAL = "personal", _("Contains personal data")


class ScanState(models.TextChoices):
    """What the virus scanner said; without a scanner files stay marked unscanned."""

    UNSCANNED = "unscanned", _("Not scanned for viruses")
    CLEAN = "clean", _("Scanned, nothing found")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Reading the shelf."""

    def on_shelf(self, city: City) -> EvidenceQuerySet:
        """All pieces of CITY with their versions ready, the newest piece first: two queries, however many pieces."""
        newest_first = EvidenceVersion.objects.select_related("uploaded_by").order_by("-number")
        ready = models.Prefetch("versions", queryset=newest_first)
        return self.filter(city=city).prefetch_related(ready).order_by("-created_at", "id")


class Evidence(models.Model):
    """One piece of evidence of one city; its content is in its versions."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    city = models.ForeignKey("sdgcities.City", on_delete=models.PROTECT, related_name="evidence")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.DOCUMENT)
    created_by = models.ForeignKey("sdgcities.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = models.Manager.from_queryset(EvidenceQuerySet)()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(title=""), name="evidence_has_a_title"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="evidence_kind_is_known"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def newest(self) -> EvidenceVersion:
        """The version with the highest number; uses what `on_shelf` prepared."""
        return max(self.versions.all(), key=lambda version: version.number)


class EvidenceVersionQuerySet(models.QuerySet["EvidenceVersion"]):
    """Reading versions."""

    def with_bytes(self, city: City, sha256: str) -> EvidenceVersionQuerySet:
        """The versions on CITY's shelf that have exactly these bytes."""
        return self.filter(evidence__city=city, sha256=sha256).select_related("evidence").order_by("number", "id")

    def public(self) -> EvidenceVersionQuerySet:
        """What public reports may draw on (R-H3)."""
        return self.filter(confidentiality=Confidentiality.PUBLIC)


class EvidenceVersion(models.Model):
    """What was uploaded once: bytes by digest, and what R-C3 wants to be known about them."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    evidence = models.ForeignKey("tracks.Evidence", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text=_("In bytes"))
    media_type = models.CharField(max_length=100)
    file_name = models.CharField(max_length=150)
    uploaded_by = models.ForeignKey("sdgcities.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    source = models.CharField(max_length=300)
    period_start = models.DateField(null=True, blank=True)
    period_end = models.DateField(null=True, blank=True)
    dated_on = models.DateField(help_text=_("The document's own date"))
    language = models.CharField(max_length=35, help_text=_("Language tag as in BCP 47"))
    confidentiality = models.CharField(max_length=16, choices=Confidentiality.choices)
    scan_state = models.CharField(max_length=16, choices=ScanState.choices, default=ScanState.UNSCANNED)
    note = models.TextField(blank=True, default="")
    frozen_at = models.DateTimeField(null=True, blank=True, help_text=_("First submission that uses it (R-C3)"))

    objects = models.Manager.from_queryset(EvidenceVersionQuerySet)()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("evidence", "number"), name="evidence_version_number_once"),
            models.UniqueConstraint(fields=("evidence", "sha256"), name="evidence_version_bytes_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="evidence_version_counts_from_one"),
            models.CheckConstraint(condition=Q(size__gte=1), name="evidence_version_is_not_empty"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="evidence_version_has_a_digest"),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(language="") & ~Q(file_name=""), name="evidence_version_is_described"
            ),
            models.CheckConstraint(
                condition=Q(confidentiality__in=Confidentiality.values), name="evidence_version_class_is_known"
            ),
            models.CheckConstraint(
                condition=Q(period_start__isnull=True, period_end__isnull=True)
                | Q(period_start__isnull=False, period_end__isnull=False, period_end__gte=F("period_start")),
                name="evidence_version_period_runs_forward",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name} ({self.number})"

    @property
    def is_frozen(self) -> bool:
        """Whether a submission uses it, so that it is read-only (R-C3)."""
        return self.frozen_at is not None

    @property
    def language_name(self) -> str:
        """The language's own name, or its tag where we do not know one."""
        return language_itself(self.language)

    def as_embedded(self) -> Mapping[str, str | None]:
        """What a snapshot keeps of this version: everything but the bytes, which the digest names."""
        return {
            "id": str(self.id),
            "evidence": str(self.evidence_id),
            "title": self.evidence.title,
            "kind": self.evidence.kind,
            "number": str(self.number),
            "sha256": self.sha256,
            "size": str(self.size),
            "media_type": self.media_type,
            "file_name": self.file_name,
            "source": self.source,
            "dated_on": self.dated_on.isoformat(),
            "period_start": self.period_start.isoformat() if self.period_start else None,
            "period_end": self.period_end.isoformat() if self.period_end else None,
            "language": self.language,
            "confidentiality": self.confidentiality,
            "scan_state": self.scan_state,
        }
