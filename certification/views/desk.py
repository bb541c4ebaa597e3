"""The desk: what waits for each person, and the ways to their own work."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from certification import access, rules, waiting
from sdgcities import roles
from sdgcities.http import SignedIn
from sdgcities.roles import Role

SHOWN = 100  # so many rows: who has more to do finds the rest in the lists


@login_required
@require_GET
def show(request: SignedIn) -> HttpResponse:
    """What waits for the person, then their cities and cases."""
    now = timezone.now()
    user = request.user
    waits = waiting.waiting_for(user, at=now)
    context = {
        "rows": [(one, address(one)) for one in waits[:SHOWN]],
        "more": len(waits[SHOWN:]),
        "cities": roles.cities_of(user, at=now).order_by("name", "slug"),
        "cases": _cases(request),
        "leads": roles.leads(user, at=now),
        "manages": roles.managed_by(user, at=now).exists(),
        "house": roles.runs_the_house(user, at=now),
        "is_secretariat": roles.holds(user, Role.SECRETARIAT, at=now),
        "oversees": roles.reads_the_journal(user, at=now),
        "judges": rules.seats_in_term(user, at=now).filter(panel__isnull=False).exists(),
        "sits": rules.seats_in_term(user, at=now).filter(committee__isnull=False).exists(),
    }
    return render(request, "certification/desk/show.html", context)


def _cases(request: SignedIn) -> object:
    """The city's own cases, whatever their state."""
    cities = roles.cities_of(request.user, at=timezone.now())
    return access.applications_for(request.user, at=timezone.now()).filter(city__in=cities).order_by("-reference")


def address(one: waiting.Waiting) -> str:
    """Where the person does it; empty while that page does not stand."""
    try:
        return reverse(one.url_name, kwargs=dict(one.kwargs))
    except NoReverseMatch:
        return ""
