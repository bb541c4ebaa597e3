"""A form does its work once: what a browser sends again, the same to the letter and from the same page, only leads there."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from sdgcities.models import Sent

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - its name; masked anew on every page, so that it tells one page from another
WAITS = timedelta(minutes=10)  # a form whose server died is free again after this; large files are at work for minutes
DONE = range(300, 400)  # a form that was done leads on; one that was refused comes back and may be sent again
OTHERS = ("allauth.", "django.contrib.admin")  # whose forms have guards of their own

Answer = Callable[[HttpRequest], HttpResponse]


class Once:
    """Stands before every door: two who press at one moment meet at the row of the form, the second is told."""

    def __init__(self, get_response: Answer) -> None:
        """Stand before GET_RESPONSE."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the form through, and remember where it led."""
        response = self.get_response(request)
        digest = getattr(request, "sent", "")
        if digest and response.status_code in DONE and not _says_no(request):
            Sent.objects.filter(digest=digest).update(location=response["Location"][:2000])
        elif digest:
            Sent.objects.filter(digest=digest).delete()
        return response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Stop a form that was sent already."""
        if request.method != "POST" or TOKEN not in request.POST or getattr(view, "__module__", "").startswith(OTHERS):
            return None
        if not request.user.is_authenticated:  # a form sent after the session ended was not done
            return None
        now = timezone.now()
        digest = digest_of(request)
        Sent.objects.filter(digest=digest, location="", at__lt=now - WAITS).delete()
        sent, new = Sent.objects.get_or_create(digest=digest, defaults={"at": now})
        if new:
            request.sent = digest  # type: ignore[attr-defined]  # ours
            return None
        if not sent.location:
            return render(request, "409.html", status=409)
        messages.info(request, _("You sent this form already, and it was done. Nothing was done a second time."))
        return HttpResponseRedirect(sent.location)


def _says_no(request: HttpRequest) -> bool:
    """Whether the page that the answer leads to will show a refusal: what was refused may be sent again."""
    queued = getattr(messages.get_messages(request), "_queued_messages", [])  # asking in any other way uses them up
    return any(message.level >= messages.ERROR for message in queued)


def digest_of(request: HttpRequest) -> str:
    """One digest over who sends what from which page to where; a corrected file is another, whatever its name and size."""
    files = [(name, file.name, _content(file)) for name, some in request.FILES.lists() for file in some]
    told = [str(request.user.pk), request.get_full_path(), sorted(request.POST.lists()), sorted(files, key=str)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _content(file: "UploadedFile[bytes]") -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)  # for the door behind
    return digest.hexdigest()
