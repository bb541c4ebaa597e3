"""Published versions of the standard: immutable text under its digest (R-A1)."""

from typing import Any
from uuid import UUID, uuid4

from django.db import models

from certification import standard as reader
from certification import translations
from sdgcities import languages


class Standard(models.Model):
    """One version of a standard, kept as the RFC 8785 text it was published as."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    base = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="overlays")
    title = models.CharField(max_length=200)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    transition_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("key", "version"), name="standard_once"),)

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new version; a published one is never written again (R-A1)."""
        if not self._state.adding:
            raise TypeError("A published standard is immutable: publish a new version (R-A1).")
        super().save(*args, **kwargs)

    @property
    def content(self) -> reader.Standard:
        """What the text says, as a table; read once in a process, since a published text never changes."""
        if self.pk not in _READ:
            _READ[self.pk] = reader.from_text(self.text)
        return _READ[self.pk]

    def told(self, language: str) -> reader.Standard:
        """What the text says, for readers of LANGUAGE; what has no translation stays in the source language."""
        return translations.for_readers(self.content, languages.base(language))


_READ: dict[UUID, reader.Standard] = {}


def content_of(pk: UUID) -> reader.Standard:
    """What the standard of PK says, for lists that hold no more of it than its key."""
    return _READ.get(pk) or Standard.objects.get(pk=pk).content


def told_of(pk: UUID, language: str) -> reader.Standard:
    """What the standard of PK says, for readers of LANGUAGE; for lists that hold no more of it than its key."""
    return translations.for_readers(content_of(pk), languages.base(language))
