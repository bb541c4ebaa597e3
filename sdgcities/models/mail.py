"""Letters on their way out: written with the act that causes them, sent by a job."""

from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Mail(models.Model):
    """One letter to one person, in their language; the key keeps it from being written twice."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    to_user = models.ForeignKey("sdgcities.User", on_delete=models.PROTECT, null=True, blank=True, related_name="mails")
    to_address = models.EmailField(_("address"))
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("text"))
    language = models.CharField(_("language"), max_length=20)
    key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        """Names."""

        verbose_name = _("mail")
        verbose_name_plural = _("mails")

    def __str__(self) -> str:
        """Give the subject."""
        return self.subject
