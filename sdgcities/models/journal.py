"""Who did what to which, when, and the signed checkpoints over it: read here, written by ``sdgcities.journal`` alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One row of the journal; its table is made by the migration's SQL and refuses change.

    ``body`` is the exact RFC 8785 text. ``digest`` is the leaf hash over the row's text (``sdgcities.chain``) and
    ``previous`` that of the row before, both in lower-case hex. ``seq`` counts from 1 without gaps.
    No foreign keys: rows outlive what they tell of.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(_("when"))
    act = models.CharField(_("act"), max_length=100)
    object = models.CharField(_("object"), max_length=200)
    actor = models.UUIDField(_("who"), null=True)
    body = models.TextField(_("what"))
    previous = models.CharField(_("digest of the row before"), max_length=64)
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        """Unmanaged, so that test flushes leave it alone."""

        managed = False
        db_table = "journal_entry"
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")

    def __str__(self) -> str:
        """Give number and act."""
        return f"{self.seq} {self.act}"


class Checkpoint(models.Model):
    """A signed statement of how many rows the journal had and what its Merkle root was; ``line`` is what is published."""

    size = models.BigIntegerField(_("rows"), unique=True)
    root = models.CharField(_("root"), max_length=64)
    at = models.DateTimeField(_("when"))
    line = models.TextField(_("published line"))

    class Meta:
        """Names."""

        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")

    def __str__(self) -> str:
        """Give size and root."""
        return f"{self.size} {self.root}"


class Subtree(models.Model):
    """The root over a full part of the journal's Merkle tree: 2 to the power of ``level`` rows, the ``place``-th such part.

    Kept for every eighth level, so that a proof between two checkpoints reads a few rows and not all.
    """

    level = models.PositiveSmallIntegerField()
    place = models.BigIntegerField()
    root = models.CharField(max_length=64)

    class Meta:
        """One root each."""

        constraints = (models.UniqueConstraint(fields=("level", "place"), name="subtree_once"),)

    def __str__(self) -> str:
        """Give level and place."""
        return f"{self.level}/{self.place}"


class PublicKey(models.Model):
    """A key whose signatures of ours can be verified: published in the DID document for good, also when no longer used."""

    fragment = models.CharField(max_length=60, unique=True)
    purpose = models.CharField(max_length=30)
    multibase = models.CharField(max_length=100)
    since = models.DateTimeField()

    class Meta:
        """Names."""

        verbose_name = _("public key")
        verbose_name_plural = _("public keys")

    def __str__(self) -> str:
        """Give the name under which it is published."""
        return self.fragment
