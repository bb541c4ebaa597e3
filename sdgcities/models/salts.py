"""Salts: what is mixed into the digest of a person's name or address before it enters the journal."""

from django.db import models


class Salt(models.Model):
    """The salt of one object under its name in the journal; once the row is gone, nobody can test a guess any more."""

    object = models.CharField(max_length=200, unique=True)
    secret = models.CharField(max_length=64)

    def __str__(self) -> str:
        """Give whose it is."""
        return self.object
