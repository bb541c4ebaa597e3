"""What is answered when a request cannot be: our own pages for 4xx, and a person's words kept when a session or a form has ended."""

from collections.abc import Callable

from allauth.account.forms import LoginForm
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.html import format_html
from django.views import defaults
from django.views.decorators.csrf import requires_csrf_token

from sdgcities import problems, typed

DRAINED = 2 * settings.LARGEST_REQUEST
SHOWS = (200, 405)  # the page itself, or one that only takes forms

Answer = Callable[[HttpRequest], HttpResponse]


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that a request is too large (413) or cannot be read (400)."""
    large = isinstance(exception, RequestDataTooBig)
    if large:
        _drain(request)
    if (told := problems.framed(request, "too-large" if large else "bad-request")) is not None:
        return told
    if large:
        return render(request, "413.html", {"megabytes": settings.LARGEST_REQUEST // 1_000_000}, status=413)
    return render(request, "400.html", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing."""
    return problems.framed(request, "not-found") or defaults.page_not_found(request, exception)


def internal(request: HttpRequest) -> HttpResponse:
    """Say that something broke on our side."""
    return problems.framed(request, "internal") or defaults.server_error(request)


def _drain(request: HttpRequest) -> None:
    """Read what is still on its way: a server that hangs up meanwhile shows the sender a broken connection, no page."""
    try:
        left = DRAINED
        while left > 0 and (piece := request.read(1_000_000)):
            left -= len(piece)
    except (OSError, ValueError):
        return


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form without its token; what our own page sent is offered to be checked and sent again."""
    words = typed.gather(request) if _from_our_own_page(request) else None
    return render(request, "403_csrf.html", {"typed": words}, status=403)


def _from_our_own_page(request: HttpRequest) -> bool:
    """Whether the browser says so: words that a stranger's page sent are never laid before a person to be sent."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


class Speaking:
    """Turns bare answers into pages: a form sent when the session had ended, its words after sign-in, a wrong method."""

    def __init__(self, get_response: Answer) -> None:
        """Stand before GET_RESPONSE."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer REQUEST, in words."""
        response = self.get_response(request)
        if request.path.startswith(problems.ROOT):
            return response  # a program reads no page
        if _leads_to_sign_in(response) and request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})  # the whole page asks for the sign-in
        if _leads_to_sign_in(response) and (words := typed.gather(request)) is not None:
            return _sign_in_first(request, words)
        if request.method == "GET" and response.status_code in SHOWS and (words := _kept(request)) is not None:
            return render(request, "sdgcities/typed/send.html", {"typed": words})
        if response.status_code == 405 and not response.content:  # noqa: PLR2004 - the method is not allowed
            said = render(request, "405.html", status=405)
            said["Allow"] = response["Allow"]
            return said
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseRedirect | None:
        """Throw kept words away when they are sent, or when that is what was sent."""
        if request.method != "POST" or _kept(request) is None:
            return None
        typed.forget(request)
        return HttpResponseRedirect(request.get_full_path()) if request.POST.get(typed.KEY) == "discard" else None


def _kept(request: HttpRequest) -> typed.Typed | None:
    """What waits for the person who signed in; a visitor without a session is not asked for one."""
    visits = settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated
    return None if visits else typed.kept(request)


def _leads_to_sign_in(response: HttpResponse) -> bool:
    return response.status_code == 302 and response["Location"].startswith(resolve_url(settings.LOGIN_URL))  # noqa: PLR2004 - found elsewhere


def _sign_in_first(request: HttpRequest, words: typed.Typed) -> HttpResponse:
    following = format_html('<input type="hidden" name="{}" value="{}">', REDIRECT_FIELD_NAME, words.path)
    shown = {
        "form": LoginForm(request=request),
        "typed": words,
        "sealed": typed.seal(words),
        "redirect_field": following,
    }
    return render(request, "account/login.html", shown, status=401)
