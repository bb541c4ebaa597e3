"""The doors to one's tokens: see them, make one and read its secret once, revoke it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from sdgcities import forms
from sdgcities.actions import tokens
from sdgcities.errors import Refused
from sdgcities.http import SignedIn
from sdgcities.models import Token


@login_required
@require_GET
def list_tokens(request: SignedIn) -> HttpResponse:
    """One's own tokens: those that open something, and those that ended."""
    at = timezone.now()
    own = Token.objects.filter(user=request.user).order_by("-created", "pk")
    running = list(own.running(at))
    known = {token.pk for token in running}
    shown = {"running": running, "ended": [token for token in own if token.pk not in known]}
    return render(request, "sdgcities/tokens/list.html", shown)


@login_required
@never_cache
def make(request: SignedIn) -> HttpResponse:
    """Make a token; its secret stands on the answer alone, which nobody keeps."""
    form = forms.MakeToken(request.POST or None)
    if form.is_valid():
        try:
            made = tokens.make(request.user, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "sdgcities/tokens/made.html", {"token": made.token, "secret": made.secret})
    return render(request, "sdgcities/tokens/make.html", {"form": form})


@login_required
def revoke(request: SignedIn, pk: UUID) -> HttpResponse:
    """Revoke a token, after asking."""
    token = get_object_or_404(Token, pk=pk, user=request.user)
    if request.method == "POST":
        try:
            tokens.revoke(token, by=request.user, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The token is revoked: programs that use it read nothing any more."))
        return redirect("tokens-list")
    return render(request, "sdgcities/tokens/revoke.html", {"token": token})
