"""Who did what to which, when: read here, written by ``sdgcities.journal`` alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One row of the journal; its table is made by the migration's SQL and refuses change.

    ``body`` is the exact RFC 8785 text. No foreign keys: rows outlive what they tell of.
    """

    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("when"))
    act = models.CharField(_("act"), max_length=100)
    object = models.CharField(_("object"), max_length=200)
    actor = models.UUIDField(_("who"), null=True)
    body = models.TextField(_("what"))

    class Meta:
        """Unmanaged, so that test flushes leave it alone."""

        managed = False
        db_table = "journal_entry"
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")

    def __str__(self) -> str:
        """Give number and act."""
        return f"{self.seq} {self.act}"
