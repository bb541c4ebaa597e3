"""Doors of people: the list, one person's page, what is kept of them, closing an account, erasing their data."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sdgcities import forms, names, roles
from sdgcities.actions import erasing, parts, people
from sdgcities.errors import Refused
from sdgcities.http import SignedIn
from sdgcities.models import City, Membership, Organisation, User
from sdgcities.roles import Role

ON_A_PAGE = 50
SEATS = ("seats__panel", "seats__committee")  # the floor above names them so


@login_required
@require_GET
def list_people(request: SignedIn) -> HttpResponse:
    """Show who holds which part, to those who bring people in."""
    at, asked = timezone.now(), request.GET
    if not roles.leads(request.user, at=at):
        raise Http404
    house = roles.runs_the_house(request.user, at=at)
    visible = _of_the_time(roles.memberships_of_all_times(request.user, at=at), asked.get("state", ""), at)
    wanted = _filtered(visible, asked)
    found = _people(request.user, visible, wanted, asked, at).order_by("name_key", "pk")
    shown_parts = visible.select_related("city", "organisation").order_by("starts_on", "pk")
    rows = found.prefetch_related(Prefetch("memberships", shown_parts, to_attr="held"), *(SEATS if house else ()))
    everything = roles.memberships_of_all_times(request.user, at=at)
    shown = {
        "page": Paginator(rows, ON_A_PAGE).get_page(asked.get("page")),
        "house": house,
        "asked": asked,
        "today": at.date(),
        "roles": Role.choices,
        "cities": City.objects.filter(pk__in=everything.values("city_id")).order_by("name", "slug"),
        "organisations": Organisation.objects.filter(pk__in=everything.values("organisation_id")).order_by(
            "name", "pk"
        ),
    }
    return render(request, "sdgcities/people/list.html", shown)


@login_required
@require_GET
def show(request: SignedIn, pk: UUID) -> HttpResponse:
    """One person: parts and seats now and before, languages, competences, country."""
    at = timezone.now()
    person = _person(request.user, pk, at)
    running = set(roles.running(at).filter(user=person).values_list("pk", flat=True))
    held = person.memberships.select_related("city", "organisation", "succeeds__user").order_by("-starts_on", "pk")
    shown = {
        "person": person,
        "now": [one for one in held if one.pk in running],
        "before": [one for one in held if one.pk not in running],
        "letters": people.open_at(roles.invitations_for(request.user, at=at).filter(email=person.email), at)
        .select_related("city", "organisation")
        .order_by("invited_at", "pk"),
        "today": at.date(),
        "themselves": person.pk == request.user.pk,
    }
    return render(request, "sdgcities/people/show.html", shown)


@login_required
def describe(request: SignedIn, pk: UUID) -> HttpResponse:
    """Keep a person's languages, competences and country."""
    at = timezone.now()
    person = _person(request.user, pk, at)
    begun = forms.Describe.said(person.working_languages)
    begun |= {"competences": ", ".join(person.competences), "country": person.country_id}
    form = forms.Describe(request.POST or None, initial=begun)
    if form.is_valid():
        told = {"languages": form.spoken(), **{name: form.cleaned_data[name] for name in ("competences", "country")}}
        try:
            people.describe(person, **told, by=request.user, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("What is known of the person has been kept."))
            return redirect("people-show", person.pk)
    return render(request, "sdgcities/people/describe.html", {"person": person, "form": form})


@login_required
def affiliate(request: SignedIn, pk: UUID) -> HttpResponse:
    """Record for whom a person works or worked."""
    at = timezone.now()
    person = _person(request.user, pk, at)
    form = forms.Affiliate(request.POST or None)
    if form.is_valid():
        try:
            parts.affiliate(person, **form.cleaned_data, by=request.user, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It has been recorded."))
            return redirect("people-show", person.pk)
    return render(request, "sdgcities/people/affiliate.html", {"person": person, "form": form})


@login_required
def close(request: SignedIn, pk: UUID) -> HttpResponse:
    """Close an account or open it again, after asking."""
    at = timezone.now()
    person = _person(request.user, pk, at)
    refusal = ""
    if request.method == "POST":
        opens = request.POST.get("open") == "on"
        try:
            (parts.reopen if opens else parts.close)(person, by=request.user, at=at)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("The account is open again.") if opens else _("The account is closed."))
            return redirect("people-show", person.pk)
    return render(request, "sdgcities/people/close.html", {"person": person, "refusal": refusal})


@login_required
def erase(request: SignedIn, pk: UUID) -> HttpResponse:
    """Erase a person's data for good, after saying what goes and what stays."""
    at = timezone.now()
    person = _person(request.user, pk, at)
    form = forms.Erase(request.POST or None)
    if form.is_valid():
        try:
            erasing.erase(person, by=request.user, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The person's data has been erased."))
            return redirect("people-show", person.pk)
    shown = {"person": person, "form": form, "papers": erasing.papers(person)}
    return render(request, "sdgcities/people/erase.html", shown)


def _person(user: User, pk: UUID, at: datetime) -> User:
    found = roles.people_for(user, at=at).select_related("country").prefetch_related(*SEATS)
    return get_object_or_404(found, pk=pk)


def _of_the_time(memberships: QuerySet[Membership], state: str, at: datetime) -> QuerySet[Membership]:
    """Keep what runs now, or with STATE "before" what does not any more."""
    running = roles.running(at).values("pk")
    return memberships.exclude(pk__in=running) if state == "before" else memberships.filter(pk__in=running)


def _filtered(memberships: QuerySet[Membership], asked: Any) -> QuerySet[Membership] | None:  # noqa: ANN401 - a QueryDict
    """Keep the memberships asked for by role, city and organisation; None when none of these was asked for."""
    wanted = {
        "role": asked.get("role", ""),
        "city__slug": asked.get("city", ""),
        "organisation__pk": _uuid(asked.get("organisation", "")),
    }
    given = {name: value for name, value in wanted.items() if value}
    return memberships.filter(**given) if given and given.get("role") != "none" else None


def _people(
    user: User,
    visible: QuerySet[Membership],
    wanted: QuerySet[Membership] | None,
    asked: Any,  # noqa: ANN401 - a QueryDict
    at: datetime,
) -> QuerySet[User]:
    """Give the people of the list: who has a part that was asked for; the house finds those without one, too."""
    rows = User.objects.all()
    everyone, state = roles.people_for(user, at=at).exists(), asked.get("state", "")
    if everyone and asked.get("role") == "none":
        rows = rows.exclude(pk__in=roles.running(at).values("user_id"))
    elif wanted is not None:
        rows = rows.filter(pk__in=wanted.values("user_id"))
    elif not everyone or state == "before":
        rows = rows.filter(pk__in=visible.values("user_id"))
    if everyone and state in {"", "closed"}:
        rows = rows.filter(is_active=state == "")
    if wanted_name := names.key(text := asked.get("q", "")):
        rows = rows.filter(Q(name_key__contains=wanted_name) | Q(email=text.strip().lower()))
    return rows


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
