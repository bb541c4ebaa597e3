"""Doors of organisations: the list, one with its members, making, changing and ending one."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sdgcities import forms, roles
from sdgcities.actions import organising
from sdgcities.errors import Refused
from sdgcities.http import SignedIn
from sdgcities.managers import NamedQuerySet
from sdgcities.models import Organisation, User

ON_A_PAGE = 50


@login_required
@require_GET
def list_organisations(request: SignedIn) -> HttpResponse:
    """The organisations the person keeps: the house all, a manager their own."""
    at, asked = timezone.now(), request.GET
    mine = _readable(request.user, at)
    house = roles.runs_the_house(request.user, at=at)
    if not house and not mine.exists():
        raise Http404
    rows = mine.named(asked.get("q", "")).filter(ended_at__isnull=asked.get("state") != "ended")
    if asked.get("kind"):
        rows = rows.filter(kind=asked["kind"])
    running = roles.running(at).values("pk")
    members = Count("memberships__user", filter=Q(memberships__pk__in=running), distinct=True)
    rows = rows.select_related("country", "city").annotate(members=members).order_by("name_key", "pk")
    page = Paginator(rows, ON_A_PAGE).get_page(asked.get("page"))
    shown = {"page": page, "asked": asked, "kinds": Organisation.Kind.choices, "house": house}
    return render(request, "sdgcities/organisations/list.html", shown)


@login_required
@require_GET
def show(request: SignedIn, pk: UUID) -> HttpResponse:
    """One organisation and its people, now and before."""
    at = timezone.now()
    organisation = _organisation(request.user, pk, at)
    running = set(roles.running(at).filter(organisation=organisation).values_list("pk", flat=True))
    held = roles.memberships_of_all_times(request.user, at=at).filter(organisation=organisation)
    rows = held.select_related("user", "city").order_by("user__name_key", "-starts_on", "pk")
    shown = {
        "organisation": organisation,
        "now": [one for one in rows if one.pk in running],
        "before": [one for one in rows if one.pk not in running],
        "house": roles.runs_the_house(request.user, at=at),
    }
    return render(request, "sdgcities/organisations/show.html", shown)


@login_required
def create(request: SignedIn) -> HttpResponse:
    """Make an organisation."""
    at = timezone.now()
    _house_only(request.user, at)
    form = forms.KeepOrganisation(request.POST or None)
    if form.is_valid():
        try:
            made = organising.create(**form.cleaned_data, by=request.user, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The organisation is here now."))
            return redirect("organisations-show", made.pk)
    return render(request, "sdgcities/organisations/create.html", {"form": form})


@login_required
def change(request: SignedIn, pk: UUID) -> HttpResponse:
    """Rename an organisation, or correct its kind, country or city."""
    at = timezone.now()
    _house_only(request.user, at)
    organisation = _organisation(request.user, pk, at)
    form = forms.KeepOrganisation(request.POST or None, instance=Organisation.objects.get(pk=pk))
    if form.is_valid():
        try:
            organising.change(organisation, **form.cleaned_data, by=request.user, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The organisation has been changed."))
            return redirect("organisations-show", organisation.pk)
    return render(request, "sdgcities/organisations/change.html", {"organisation": organisation, "form": form})


@login_required
def end(request: SignedIn, pk: UUID) -> HttpResponse:
    """End an organisation, after asking."""
    at = timezone.now()
    _house_only(request.user, at)
    organisation = _organisation(request.user, pk, at)
    if request.method == "POST":
        try:
            organising.end(organisation, by=request.user, at=at)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The organisation has ended."))
        return redirect("organisations-show", organisation.pk)
    members = roles.running(at).filter(organisation=organisation).values("user").distinct().count()
    return render(request, "sdgcities/organisations/end.html", {"organisation": organisation, "members": members})


def _readable(user: User, at: datetime) -> NamedQuerySet[Organisation]:
    everything = Organisation.objects.all()
    if roles.runs_the_house(user, at=at):
        return everything
    return everything.filter(pk__in=roles.managed_by(user, at=at).values("pk"))


def _organisation(user: User, pk: UUID, at: datetime) -> Organisation:
    return get_object_or_404(_readable(user, at).select_related("country", "city"), pk=pk)


def _house_only(user: User, at: datetime) -> None:
    if not roles.runs_the_house(user, at=at):
        raise Http404
