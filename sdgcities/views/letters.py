"""Doors of invitations: writing one, the list of them, again, withdrawn, and accepted by its reader."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from sdgcities import canonical, forms, roles
from sdgcities.actions import people
from sdgcities.errors import Refused
from sdgcities.http import SignedIn
from sdgcities.models import Invitation, User

SIGN_IN = "allauth.account.auth_backends.AuthenticationBackend"
ON_A_PAGE = 50


@never_cache
@sensitive_post_parameters("password")
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let the reader of a letter claim what it offers."""
    at = timezone.now()
    letters = Invitation.objects.select_related("city", "organisation", "invited_by")
    invitation = get_object_or_404(letters, token_digest=canonical.digest(token))
    known = people.known_by(invitation.email)
    form = None if known else forms.Accept(request.POST or None, email=invitation.email)
    refusal = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            user = _accepted(request, token, form, at)
        except Refused as refused:
            refusal = str(refused)
        else:
            if form is not None:
                login(request, user, backend=SIGN_IN)
            messages.success(request, _("Welcome. You have accepted the invitation."))
            return redirect("desk")
    shown = {
        "invitation": invitation,
        "form": form,
        "known": known,
        "refusal": refusal,
        "open": people.open_at(Invitation.objects.filter(pk=invitation.pk), at).exists(),
    }
    return render(request, "sdgcities/people/accept.html", shown)


@login_required
def invite(request: SignedIn) -> HttpResponse:
    """Invite a person."""
    at = timezone.now()
    if not roles.leads(request.user, at=at):
        raise Http404
    begun = {"language": translation.get_language(), **{name: request.GET[name] for name in _ASKED & {*request.GET}}}
    form = forms.Invite(request.POST or None, by=request.user, at=at, initial=begun)
    if form.is_valid():
        given = form.cleaned_data
        told = {**form.part(), "language": given["language"], "working_languages": form.spoken()}
        try:
            people.invite(given["email"], **told, by=request.user, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("people-invitations")
    return render(request, "sdgcities/people/invite.html", {"form": form})


_ASKED = {"email", "role", "city", "organisation"}  # what a link to the form may fill in


@login_required
@require_GET
def invitations(request: SignedIn) -> HttpResponse:
    """The invitations and what became of them."""
    at, state = timezone.now(), request.GET.get("state", "")
    if not roles.leads(request.user, at=at):
        raise Http404
    rows = _in_state(roles.invitations_for(request.user, at=at), state, at)
    rows = rows.select_related("city", "organisation", "invited_by", "succeeds__user").order_by("-invited_at", "pk")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    entries = [{"letter": one, "state": _state(one, at)} for one in page]
    shown = {"page": page, "entries": entries, "asked": state, "states": STATES}
    return render(request, "sdgcities/people/invitations.html", shown)


@login_required
@require_POST
def resend(request: SignedIn, pk: UUID) -> HttpResponse:
    """Write a letter once more."""
    at = timezone.now()
    letter = get_object_or_404(roles.invitations_for(request.user, at=at), pk=pk)
    try:
        people.resend(letter, by=request.user, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The invitation has been sent again. The former letter opens nothing any more."))
    return redirect("people-invitations")


@login_required
def cancel(request: SignedIn, pk: UUID) -> HttpResponse:
    """Withdraw an invitation, after asking."""
    at = timezone.now()
    rows = roles.invitations_for(request.user, at=at).select_related("city", "organisation")
    letter = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        try:
            people.cancel(letter, by=request.user, at=at)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The invitation has been withdrawn."))
        return redirect("people-invitations")
    return render(request, "sdgcities/people/cancel.html", {"letter": letter})


STATES = {
    "": translation.gettext_lazy("Open"),
    "expired": translation.gettext_lazy("Over"),
    "accepted": translation.gettext_lazy("Accepted"),
    "withdrawn": translation.gettext_lazy("Withdrawn"),
    "all": translation.gettext_lazy("All"),
}


def _in_state(rows: QuerySet[Invitation], state: str, at: datetime) -> QuerySet[Invitation]:
    unanswered = rows.filter(accepted_at__isnull=True, cancelled_at__isnull=True)
    found = {
        "expired": unanswered.filter(expires_at__lt=at),
        "accepted": rows.filter(accepted_at__isnull=False),
        "withdrawn": rows.filter(cancelled_at__isnull=False),
        "all": rows,
    }
    return found.get(state, people.open_at(rows, at))


def _state(letter: Invitation, at: datetime) -> str:
    if letter.accepted_at is not None:
        return "accepted"
    if letter.cancelled_at is not None:
        return "withdrawn"
    return "expired" if letter.expires_at < at else "open"


def _accepted(request: HttpRequest, token: str, form: forms.Accept | None, at: datetime) -> User:
    by = request.user if isinstance(request.user, User) else None
    given = form.cleaned_data if form is not None else {}
    return people.accept(token, **given, by=by, at=at)
