"""Making and revoking the tokens by which programs read what a person may read."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from knox.crypto import create_token_string, hash_token
from knox.settings import CONSTANTS

from sdgcities import journal, names
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.mailing import post
from sdgcities.models import Token, User

SIGN = "sdgc_"  # so that a token that got into the open is known for one
MOST = 10
LASTS = (30, 90, 365)  # days


class Made(NamedTuple):
    """A token, and the secret that is told once and kept nowhere."""

    token: Token
    secret: str


@journaled
def make(user: User, *, name: str, days: int, by: User, at: datetime) -> Made:
    """Make a token of USER's that reads for DAYS what they may read; people make only their own."""
    held = User.objects.select_for_update(of=("self",)).get(pk=user.pk)  # two forms at one moment
    if by.pk != held.pk or not held.is_active:
        raise Refused(_("You can make tokens for yourself only. Let the other person make theirs."))
    if not name.strip():
        raise Refused(_("Give the token a name: which program will use it?"))
    if days not in LASTS:
        raise Refused(_("A token lasts 30, 90 or 365 days. Choose one of these."))
    Token.objects.filter(user=held, revoked_at__isnull=True, expiry__lte=at).update(revoked_at=at)
    running = Token.objects.running(at).filter(user=held)
    if running.filter(name=name.strip()).exists():
        raise Refused(_("You have a token of this name already. Revoke it first, or choose another name."))
    if running.count() >= MOST:
        raise Refused(_("You have ten tokens already. Revoke one that is not needed any more."))
    secret = SIGN + create_token_string()
    token = Token.objects.create(
        user=held,
        name=name.strip(),
        digest=hash_token(secret),
        token_key=secret[: CONSTANTS.TOKEN_KEY_LENGTH],
        created=at,
        expiry=at + timedelta(days=days),
    )
    journal.record("token.made", token, by=by, at=at, user=held.pk, days=days)
    post("token_made", to=held, key=f"token-made:{token.pk}", token=token, name=names.plain(token.name))
    return Made(token, secret)


@journaled
def revoke(token: Token, *, by: User, at: datetime) -> None:
    """End a token: from AT it opens nothing."""
    held = Token.objects.hold(token.pk)
    if held.user_id != by.pk:
        raise Refused(_("You can revoke your own tokens only. Ask whoever made this one."))
    if held.revoked_at is not None:
        raise Refused(_("This token is revoked already, so nothing is left to do."))
    held.revoked_at = at
    held.save(update_fields=["revoked_at"])
    journal.record("token.revoked", held, by=by, at=at, user=held.user_id)
