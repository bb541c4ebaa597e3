"""Problems as RFC 9457 documents: what went wrong, in a sentence for the reader, with the rule behind it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions

from sdgcities.errors import Refused

MEDIA_TYPE = "application/problem+json"
ROOT = "/api/v1/"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its name in addresses, its status, its title and what a program can do about it."""

    name: str
    status: int
    title: Promise
    meaning: Promise


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "bad-request",
            400,
            _("The request cannot be read"),
            _("The address or its headers hold something that no address of ours takes, such as a NUL character."),
        ),
        Kind(
            "invalid-parameter",
            400,
            _("A parameter cannot be used like this"),
            _("“parameter” names it, “allowed” what it takes. A parameter that an address does not know is refused."),
        ),
        Kind(
            "refused",
            400,
            _("A rule of the programme refuses this"),
            _("“rule” names the rule: R-A5 where an order by anything but name, country or date is asked for."),
        ),
        Kind(
            "not-signed-in",
            401,
            _("Sign in first"),
            _("Send a token that has not ended: Authorization: Bearer, a space, the token."),
        ),
        Kind(
            "closed",
            403,
            _("This is closed to you for now"),
            _("“rule” names the rule: R-B3 where a declaration of interest has to be signed first."),
        ),
        Kind(
            "not-found",
            404,
            _("There is nothing here for you"),
            _("There is no such thing, or it is none of yours: the two look alike."),
        ),
        Kind(
            "method-not-allowed",
            405,
            _("This address can only be read"),
            _("The header Allow lists the methods: GET, HEAD and OPTIONS."),
        ),
        Kind(
            "not-acceptable",
            406,
            _("There is no such form of this"),
            _("Ask for application/json, or name no media type."),
        ),
        Kind(
            "too-large",
            413,
            _("The request is too large"),
            _("No address reads what is sent to it."),
        ),
        Kind(
            "unsupported-media-type",
            415,
            _("This form of content is not read"),
            _("No address reads what is sent to it."),
        ),
        Kind(
            "too-many-attempts",
            429,
            _("Too many attempts to sign in"),
            _("The header Retry-After says in how many seconds the next attempt is looked at."),
        ),
        Kind(
            "internal",
            500,
            _("Something broke on our side"),
            _("It is logged. Ask again later."),
        ),
    )
}


class Problem(exceptions.APIException):
    """A refusal that knows its kind, its sentence, the rule behind it and further members."""

    def __init__(self, kind: str, detail: str | Promise, *, rule: str = "", **members: object) -> None:
        """Keep the sentence DETAIL for the reader; MEMBERS are told beside it."""
        self.kind = KINDS[kind]
        self.status_code = self.kind.status
        self.sentence, self.rule, self.members = detail, rule, members
        super().__init__(str(detail))


def refused(kind: str, refusal: Refused, **members: object) -> Problem:
    """Tell a refusal of a rule as a problem of that KIND."""
    return Problem(kind, str(refusal), rule=refusal.rule, **members)


BY_STATUS = {kind.status: kind for kind in reversed(list(KINDS.values()))}
SENTENCES = {
    401: _("This needs a person who is signed in: a token in the header Authorization, or a session."),
    404: _("There is nothing at this address, or nothing of yours."),
    405: _("This address can only be read: GET, HEAD or OPTIONS."),
    406: _("This address answers in application/json."),
    500: _("Something broke on our side. It is logged; ask again later."),
}


def document(kind: Kind, detail: object, request: HttpRequest, *, rule: str = "", **members: object) -> dict[str, Any]:
    """Put one problem into the members of RFC 9457; `instance` is the address that was asked."""
    told = {
        "type": f"{settings.PUBLIC_URL}{ROOT}problems/{kind.name}/",
        "title": str(kind.title),
        "status": kind.status,
        "detail": str(detail),
        "instance": request.path,
    }
    return {**told, **({"rule": rule} if rule else {}), **members}


def response(content: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Answer with a problem; nobody keeps it."""
    body = json.dumps(content, ensure_ascii=False).encode()
    answer = HttpResponse(body, status=content["status"], content_type=MEDIA_TYPE, headers=headers)
    answer["Cache-Control"] = "no-store"
    return answer


def handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Turn what an address raised into a problem; what nobody foresaw goes on to be logged (REST's handler)."""
    request = context["request"]
    if isinstance(error, Refused):
        error = refused("refused", error)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, Problem):
        return response(document(error.kind, error.sentence, request, rule=error.rule, **error.members))
    if not isinstance(error, exceptions.APIException):
        return None
    kind = BY_STATUS.get(error.status_code, KINDS["bad-request"])
    return response(document(kind, SENTENCES.get(kind.status, kind.meaning), request), _headers(error))


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    return headers


def framed(request: HttpRequest, name: str) -> HttpResponse | None:
    """The problem of that NAME where a program asked, for what no door answered; None where a person did."""
    if not request.path.startswith(ROOT):
        return None
    kind = KINDS[name]
    return response(document(kind, SENTENCES.get(kind.status, kind.meaning), request))
