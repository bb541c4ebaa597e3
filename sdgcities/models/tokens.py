"""Tokens: what a person gives a program so that it reads what the person may read."""

from datetime import datetime
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from sdgcities.managers import HoldQuerySet


class TokenQuerySet(HoldQuerySet["Token"]):
    """Tokens by whether they open anything."""

    def running(self, at: datetime) -> "TokenQuerySet":
        """Keep the tokens that open something at AT: not revoked, not over, of a person whose account is open."""
        return self.filter(expiry__gt=at, revoked_at__isnull=True, user__is_active=True)


class Token(AbstractAuthToken):  # type: ignore[misc]  # knox carries no types
    """A program's token: only its digest is kept; it has a name, an end, and it reads, no more."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    digest = models.CharField(max_length=128, unique=True)
    user = models.ForeignKey("sdgcities.User", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=100)
    created = models.DateTimeField(_("made"))
    expiry = models.DateTimeField(_("ends"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        """Names; one running token of a name, so that a form sent twice makes one."""

        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "name"), condition=Q(revoked_at__isnull=True), name="one_token_of_a_name"
            ),
            models.CheckConstraint(condition=Q(expiry__gt=F("created")), name="token_ends_after_it_begins"),
        )

    def __str__(self) -> str:
        """Give its name."""
        return self.name
