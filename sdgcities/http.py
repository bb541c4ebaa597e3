"""Requests and answers: a person who has signed in, what no door should see, what no browser keeps or runs."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from sdgcities import gate, storage
from sdgcities.models import User

NOT_KEPT = "private, no-store"
Shown = TypeVar("Shown", bound=HttpResponseBase)


class SignedIn(HttpRequest):
    """A request whose user is a person of ours."""

    user: User


def in_language(response: HttpResponse, language: str) -> HttpResponse:
    """Let the browser ask for pages in LANGUAGE from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=31_536_000,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


LARGEST = 2**63 - 1  # the largest number of a row that either database knows


def number_asked(request: HttpRequest, name: str) -> int:
    """The number that the address gives as NAME, or 0 where it gives none that a row could have."""
    asked = request.GET.get(name, "")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= len(str(LARGEST)) else 0
    return number if number <= LARGEST else 0


# What a file may do when a browser opens it after all: nothing.
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


def attachment(sha256: str, name: str, media_type: str = "application/pdf") -> FileResponse:
    """What is kept under SHA256 as a download that no browser runs; the caller has checked the right to it."""
    response = FileResponse(storage.open_kept(sha256), as_attachment=True, filename=name, content_type=media_type)
    response["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(sha256)).decode('ascii')}:"
    return _shut(response)


def attached_text(text: str, name: str, media_type: str = "application/json") -> HttpResponse:
    """TEXT, a JSON document or what MEDIA_TYPE says, as such a download, byte for byte."""
    response = HttpResponse(text, content_type=f"{media_type}; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return _shut(response)


def streamed(pieces: Iterable[str], name: str, media_type: str) -> StreamingHttpResponse:
    """PIECES of text as such a download, each made when it is sent."""
    response = StreamingHttpResponse(pieces, content_type=f"{media_type}; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return _shut(response)


def _shut(response: Shown) -> Shown:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = NOT_KEPT
    return response


def not_kept(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Tell browsers and proxies to keep no page of a person who is signed in: the next at this computer goes back in it."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        says = response.has_header("Cache-Control")  # asked first: what is open to all does not depend on the session
        if not says and settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            response["Cache-Control"] = NOT_KEPT
        return response

    return answer


def without_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 400 to an address with a NUL character: no text of ours holds one, and PostgreSQL raises on it."""

    def answer(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            message = "The address holds a NUL character."
            raise SuspiciousOperation(message)
        return get_response(request)

    return answer


def readable(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 400 to what names characters other than those of our pages; the gate has kept Django from stumbling."""

    def answer(request: HttpRequest) -> HttpResponse:
        if gate.UNREADABLE in request.META:
            message = "The request is written in characters that are not read here."
            raise SuspiciousOperation(message)
        return get_response(request)

    return answer


def not_too_large(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 413 to a request that says of itself that it is larger than any form of ours."""

    def answer(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.LARGEST_REQUEST:
            message = "The request is larger than any form of ours."
            raise RequestDataTooBig(message)
        return get_response(request)

    return answer
