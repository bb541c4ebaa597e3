"""Where reference data comes from: one row for each set, as it was last loaded."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """A set of reference data: who published it, under which licence, and the digest and rows of the file we loaded.

    ``subject`` and ``note`` are words of ours in English, translated when shown; ``title`` is the publisher's own.
    """

    key = models.SlugField(primary_key=True, max_length=40)
    subject = models.CharField(_("what it is"), max_length=200)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=300)
    url = models.URLField(_("address"), max_length=500, blank=True)
    licence = models.CharField(_("licence"), max_length=300)
    note = models.TextField(_("what to know"), blank=True)
    retrieved_on = models.DateField(_("retrieved"))
    file = models.CharField(_("file"), max_length=200)
    digest = models.CharField(_("SHA-256 of the file"), max_length=64)
    rows = models.PositiveIntegerField(_("rows"))
    loaded_at = models.DateTimeField(_("loaded"))

    class Meta:
        """Names."""

        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        """Give the title its publisher gave it."""
        return self.title
