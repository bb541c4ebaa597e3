"""Doors of parts: one ends, is changed for another, or is handed over to the next delegate."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sdgcities import forms, roles
from sdgcities.actions import parts, people
from sdgcities.errors import Refused
from sdgcities.http import SignedIn
from sdgcities.models import Membership, User
from sdgcities.roles import Role


@login_required
def end(request: SignedIn, pk: UUID) -> HttpResponse:
    """End a part, after asking."""
    at = timezone.now()
    membership = _membership(request.user, pk, at)
    if request.method == "POST":
        try:
            people.end_membership(membership, by=request.user, at=at)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The role has ended."))
        return redirect("people-list" if roles.leads(request.user, at=at) else "desk")
    return render(request, "sdgcities/people/end.html", {"membership": membership})


@login_required
def change(request: SignedIn, pk: UUID) -> HttpResponse:
    """Let another part take the place of one, in one act."""
    at = timezone.now()
    membership = _membership(request.user, pk, at)
    if not roles.runs_the_house(request.user, at=at):
        raise Http404
    form = forms.ChangePart(request.POST or None, by=request.user, at=at, part=membership)
    if form.is_valid():
        try:
            parts.change(membership, **form.part(), by=request.user, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The role has been changed."))
            return redirect("people-show", membership.user_id)
    return render(request, "sdgcities/people/change.html", {"membership": membership, "form": form})


@login_required
def hand_over(request: SignedIn, pk: UUID) -> HttpResponse:
    """Hand the delegate's part over to a successor (R-C1)."""
    at = timezone.now()
    membership = _membership(request.user, pk, at)
    if membership.role != Role.CITY_DELEGATE:
        raise Http404
    form = forms.HandOver(request.POST or None, house=roles.runs_the_house(request.user, at=at))
    if form.is_valid():
        told = {"to": form.cleaned_data["email"], "at_once": form.cleaned_data.get("at_once", False)}
        try:
            people.hand_over(membership, **told, by=request.user, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The new delegate has been invited."))
            return redirect("people-invitations")
    return render(request, "sdgcities/people/hand_over.html", {"membership": membership, "form": form})


def _membership(user: User, pk: UUID, at: datetime) -> Membership:
    rows = roles.memberships_for(user, at=at).select_related("user", "city", "organisation")
    return get_object_or_404(rows, pk=pk)
