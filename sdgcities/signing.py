"""Signing in: by e-mail, by invitation only, with a lock on name and address."""

from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from allauth.account import signals
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailConfirmation
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from sdgcities import typed
from sdgcities.journal import journaled, record
from sdgcities.models import Token, User

TOLD = {
    signals.password_set: "password.set",
    signals.password_changed: "password.changed",
    signals.password_reset: "password.reset",
    signals.email_added: "address.added",
    signals.email_removed: "address.removed",
    signals.email_changed: "address.changed",
}


PASSWORDS = frozenset(["password.set", "password.changed", "password.reset"])


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """What allauth may do here."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Keep public sign-up shut: accounts come by invitation."""
        return False

    def pre_login(self, request: HttpRequest, user: Any, **told: Any) -> HttpResponse | None:  # noqa: ANN401 - allauth carries no types
        """Keep what was typed before the session ended: the password is right."""
        typed.keep(request, user)
        answer: HttpResponse | None = super().pre_login(request, user, **told)
        return answer

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Lead to our own address: the request's is whatever its sender wrote."""
        return _ours(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        """Lead to our own address, here too."""
        return _ours(super().get_email_confirmation_url(request, emailconfirmation))


def _ours(link: str) -> str:
    """LINK at PUBLIC_URL, whatever host the request was sent to."""
    return urljoin(settings.PUBLIC_URL, urlsplit(link).path)


def name_tried(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str | None:
    """Give the address that someone tried to sign in with, in one form, for axes' lock."""
    given = (credentials or {}).get("email") or (credentials or {}).get("username")
    if given is None and request is not None:
        given = request.POST.get("login") or request.POST.get("username")
    return str(given).strip().lower() if given else None


def listen() -> None:
    """Have the journal told whenever somebody's password or address changes: by these, one person becomes another."""
    for signal in TOLD:
        signal.connect(_note, dispatch_uid="sdgcities.signing")


def _note(signal: Any, user: User, **told: object) -> None:  # noqa: ANN401 - allauth carries no types
    by = None if signal is signals.password_reset else user  # all else only the person does, and signed in
    _noted(user, act=TOLD[signal], by=by, at=timezone.now())


@journaled
def _noted(user: User, *, act: str, by: User | None, at: datetime) -> None:
    """Write it down, without the address itself; nobody is named where the link of a letter opened the door.

    With a password the tokens end that were made under it: a thief may have made them.
    """
    record(f"person.{act}", user, by=by, at=at)
    if act in PASSWORDS:
        end_tokens(user, by=by, at=at)


def end_tokens(user: User, *, by: User | None, at: datetime) -> None:
    """Revoke every token of USER's that still runs; only a journaled verb calls this."""
    tokens = Token.objects.held().filter(user=user, revoked_at__isnull=True, expiry__gt=at)
    for token in tokens.order_by("pk"):
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        record("token.revoked", token, by=by, at=at, user=user.pk)
