"""How a program is known: by a token that a person made, or by the session of a browser."""

from django.core.cache import cache
from django.utils import timezone
from knox.crypto import hash_token
from rest_framework import authentication
from rest_framework.exceptions import APIException, AuthenticationFailed, Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from sdgcities.models import Token, User

SCHEME = "Bearer"
FAILURES = 20  # from one address
WITHIN = 60  # seconds
LONGEST = 200  # of a header: ours are shorter


class TokenAuthentication(authentication.BaseAuthentication):
    """A token in the header Authorization: one query, nothing written; it ends with the account, at once.

    Too many tokens that open nothing, from one address in a minute, and the next of them is told to wait; one that opens
    something always does, for many people share an address.
    """

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        """Find whose token it is; None where none was sent."""
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        token = _token(secret.strip())
        if token is None:
            raise self._failure(f"token-failures:{BaseThrottle().get_ident(request)}")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """How to come in."""
        return SCHEME

    def _failure(self, key: str) -> APIException:
        if cache.get(key, 0) >= FAILURES:
            return Throttled(wait=WITHIN)
        cache.add(key, 0, WITHIN)
        _count(key)
        return AuthenticationFailed()


def _token(secret: str) -> Token | None:
    if len(secret) > LONGEST:
        return None
    rows = Token.objects.running(timezone.now()).filter(digest=hash_token(secret)).select_related("user")
    return next(iter(rows), None)  # one at most: a digest is unique


def _count(key: str) -> None:
    try:
        cache.incr(key)
    except ValueError:  # it was over between the two
        cache.set(key, 1, WITHIN)


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of a person who signed in on the pages."""
