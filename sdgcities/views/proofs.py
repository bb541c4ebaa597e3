"""Doors for whoever would verify the journal without us: its checkpoints, what proves them, our keys and the program (R-H1)."""

import re
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sdgcities import keys, proving, roles, verify_journal
from sdgcities.actions import checkpointing
from sdgcities.http import SignedIn, attached_text
from sdgcities.models import Checkpoint

CHUNK = 500  # lines that are fetched at a time
LATEST = 10  # checkpoints that the page shows
BEYOND = 2**63  # no journal has so many rows, and no column holds the number
DIGITS = re.compile(r"[0-9]{1,18}")
DOCUMENT = "did.json"
RUN = f"python3 verify_journal.py kept.jsonl {{address}} --did {DOCUMENT}"
COMMANDS = f"pip install cryptography\n{RUN} --begin\n{RUN} --keep"  # the first time, and each time after it
PROGRAM = Path(verify_journal.__file__)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """What the journal is, what its checkpoints prove, and how to verify them."""
    shown = {
        "checkpoints": Checkpoint.objects.order_by("-size")[:LATEST],
        "program": PROGRAM.name,
        "document": DOCUMENT,
        "commands": COMMANDS.format(address=settings.PUBLIC_URL + reverse("journal-checkpoints")),
        "may_ask": roles.runs_the_house(request.user, at=timezone.now()),
    }
    return render(request, "sdgcities/public/journal.html", shown)


@require_safe
def checkpoints(request: HttpRequest) -> HttpResponseBase:
    """All checkpoints, one signed line each, oldest first; with ``since`` those of so many rows and more."""
    since = request.GET.get("since", "")
    held = Checkpoint.objects.filter(size__gte=int(since)) if DIGITS.fullmatch(since) else Checkpoint.objects
    lines = held.order_by("size").values_list("line", flat=True)
    told = (f"{line}\n" for line in lines.iterator(CHUNK))
    return StreamingHttpResponse(told, content_type="application/jsonl; charset=utf-8")


@require_safe
def consistency(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """What proves that the checkpoint at SECOND rows continues the one at FIRST (RFC 6962, 2.1.2)."""
    if not first <= second < BEYOND:
        raise Http404
    known = set(Checkpoint.objects.filter(size__in=(first, second)).values_list("size", flat=True))
    if {first, second} - known:
        raise Http404
    return JsonResponse({"first": first, "second": second, "consistency": proving.proof(first, second)})


@require_safe
def program(request: HttpRequest) -> HttpResponse:
    """The one file that verifies what was kept."""
    return attached_text(PROGRAM.read_text(encoding="utf-8"), PROGRAM.name, "text/x-python")


@require_safe
def did(request: HttpRequest) -> HttpResponse:
    """The DID document, with every key that ever signed (W3C DID 1.0; did:web)."""
    return JsonResponse(keys.document(), content_type="application/did+json")


@login_required
@require_POST
def ask(request: SignedIn) -> HttpResponse:
    """Have a checkpoint made now."""
    at = timezone.now()
    if not roles.runs_the_house(request.user, at=at):
        raise Http404
    checkpointing.ask(by=request.user, at=at)
    messages.success(request, _("The journal is being verified. Its checkpoint stands here in a moment."))
    return redirect("journal")
