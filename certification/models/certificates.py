"""What the committee decides and what stands in the register: items, votes, decisions, certificates."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sdgcities.managers import HoldQuerySet

PERSON = settings.AUTH_USER_MODEL


class AgendaItem(models.Model):
    """One application before one meeting, bound to one frozen report (R-D1)."""

    class State(models.TextChoices):
        """Where the item stands in the meeting."""

        LISTED = "listed", _("On the agenda")
        OPEN = "open", _("Vote open")
        CLOSED = "closed", _("Decided")
        CARRIED = "carried", _("Carried to the next meeting")
        REMOVED = "removed", _("Taken off the agenda")

    class Carried(models.TextChoices):
        """Why an item was carried over."""

        NO_QUORUM = "no_quorum", _("No quorum")
        TIE = "tie", _("Tied vote")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    meeting = models.ForeignKey("certification.Meeting", on_delete=models.PROTECT, related_name="items")
    application = models.ForeignKey("certification.Application", on_delete=models.PROTECT, related_name="items")
    report = models.ForeignKey("certification.StageReport", on_delete=models.PROTECT, related_name="items")
    state = models.CharField(max_length=10, choices=State, default=State.LISTED)
    carried_because = models.CharField(max_length=10, choices=Carried, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("meeting", "application"), name="item_once_a_meeting"),)

    def __str__(self) -> str:
        return f"{self.application} at {self.meeting}"


class Vote(models.Model):
    """One member's vote on one item, bound to the report's digest (R-D1)."""

    class Choice(models.TextChoices):
        """How a member votes (R-D7)."""

        YES = "yes", _("Yes")
        NO = "no", _("No")
        ABSTAIN = "abstain", _("Abstain")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    item = models.ForeignKey("certification.AgendaItem", on_delete=models.PROTECT, related_name="votes")
    seat = models.ForeignKey("certification.Seat", on_delete=models.PROTECT, related_name="votes")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="votes")
    choice = models.CharField(max_length=8, choices=Choice)
    dissent = models.TextField(blank=True)
    report_digest = models.CharField(max_length=64)
    voided_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("item", "person"), name="one_vote"),)

    def __str__(self) -> str:
        return f"{self.item}: {self.choice}"


class CommitteeFinding(models.Model):
    """The committee's own finding where it departs from the report's (R-D3)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    item = models.ForeignKey("certification.AgendaItem", on_delete=models.PROTECT, related_name="departures")
    criterion = models.CharField(max_length=10)
    result = models.CharField(max_length=16)
    reasons = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("item", "criterion"), name="one_departure"),)

    def __str__(self) -> str:
        return f"{self.criterion}: {self.result}"


class Decision(models.Model):
    """What was decided: one RFC 8785 document under its digest, the letter made from it (R-D2, R-D4)."""

    class Kind(models.TextChoices):
        """The kinds built so far, in the words of the pages (R-D2)."""

        GRANT = "grant", _("Certified")
        REFUSE = "refuse", _("Not certified")
        DEFER = "defer", _("Deferred")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(max_length=30, unique=True)
    item = models.OneToOneField("certification.AgendaItem", on_delete=models.PROTECT, related_name="decision")
    application = models.ForeignKey("certification.Application", on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=8, choices=Kind)
    reasons = models.TextField()
    appeal_until = models.DateTimeField(null=True, blank=True)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    decided_at = models.DateTimeField()
    letter_sha256 = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.application}: {self.kind}"


class Certificate(models.Model):
    """A public certificate: a milestone recognised, made by code from a grant alone (R-E1, R-E2, R-E3)."""

    class Status(models.TextChoices):
        """Where the certificate stands (R-E4)."""

        ACTIVE = "active", _("Active")
        SUPERSEDED = "superseded", _("Superseded by a higher level")
        EXPIRED = "expired", _("Expired")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(max_length=30, unique=True)
    decision = models.OneToOneField("certification.Decision", on_delete=models.PROTECT, related_name="certificate")
    application = models.ForeignKey("certification.Application", on_delete=models.PROTECT, related_name="certificates")
    city = models.ForeignKey("sdgcities.City", on_delete=models.PROTECT, related_name="certificates")
    mechanism = models.ForeignKey("certification.Mechanism", on_delete=models.PROTECT, related_name="certificates")
    stage = models.CharField(max_length=10)
    level = models.CharField(max_length=40)
    holder = models.CharField(max_length=200)
    name_key = models.CharField(max_length=400, db_index=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    granted_at = models.DateTimeField()
    effective_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    pdf_sha256 = models.CharField(max_length=64, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("effective_at")), name="certificate_expires"
            ),
            models.UniqueConstraint(
                fields=("city", "stage"), condition=models.Q(status="active"), name="one_active_certificate_a_level"
            ),
        )
        indexes = (models.Index(fields=("granted_at", "reference"), name="certificate_by_date"),)

    def __str__(self) -> str:
        return self.reference


class CertificateEvent(models.Model):
    """A line of a certificate's public history (R-E7)."""

    id = models.BigAutoField(primary_key=True)
    certificate = models.ForeignKey("certification.Certificate", on_delete=models.PROTECT, related_name="history")
    status = models.CharField(max_length=10)
    at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.certificate}: {self.status}"
