"""Work to be done later: the row is the truth, the broker only a bell."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of work, asked for inside the transaction that needs it."""

    class State(models.TextChoices):
        """Where the work stands."""

        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("At work")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(_("name"), max_length=100)
    key = models.CharField(_("key"), max_length=200, null=True, blank=True)  # noqa: DJ001 - null is "no key": keys are unique
    about = models.CharField(_("about"), max_length=40, blank=True)
    arguments = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    progress = models.PositiveSmallIntegerField(_("progress"), default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("asked for"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        """Names; the same key waits or works once, and may come again when it is finished."""

        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = (
            models.UniqueConstraint(
                fields=("name", "key"),
                condition=Q(state__in=["queued", "running"]),
                name="one_unfinished_job_for_one_key",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="progress_is_a_percentage"),
        )
        indexes = (models.Index(fields=("state", "created_at"), name="job_state_created"),)

    def __str__(self) -> str:
        """Give its name and key."""
        return f"{self.name} {self.key or ''}".strip()
