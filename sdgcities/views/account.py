"""Doors of a person's own account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sdgcities import forms, roles
from sdgcities.actions import accounts
from sdgcities.errors import Refused
from sdgcities.http import SignedIn, in_language
from sdgcities.models import User

SEATS = ("seats__panel", "seats__committee")  # the floor above names them so


@login_required
@require_GET
def show(request: SignedIn) -> HttpResponse:
    """What is kept of the person, and the ways to change it."""
    at = timezone.now()
    held = (
        roles.running(at).filter(user=request.user).select_related("city", "organisation").order_by("starts_on", "pk")
    )
    person = User.objects.select_related("country").prefetch_related(*SEATS).get(pk=request.user.pk)
    return render(request, "sdgcities/account/show.html", {"person": person, "now": held, "today": at.date()})


@login_required
def change(request: SignedIn) -> HttpResponse:
    """Change one's name, languages and time zone."""
    at, user = timezone.now(), request.user
    begun = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
    form = forms.Account(request.POST or None, initial={**begun, **forms.Account.said(user.working_languages)})
    if form.is_valid():
        told = {name: form.cleaned_data[name] for name in begun}
        try:
            accounts.keep(user, **told, working_languages=form.spoken(), by=user, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            with translation.override(told["language"]):
                messages.success(request, _("Your account has been changed."))
            return in_language(redirect("account-show"), told["language"])
    return render(request, "sdgcities/account/change.html", {"form": form})
