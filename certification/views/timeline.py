"""The door to all that has happened in a case, for everyone who may open it, each as much as they may know."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from certification import access, acts, rules, timeline
from certification.timeline import Reader
from sdgcities import reading
from sdgcities.http import SignedIn, number_asked

BACK = {
    Reader.CITY: "city-case",
    Reader.EVALUATOR: "panel-case",
    Reader.LEAD: "panel-case",
    Reader.CHECKER: "checker-case",
}


@login_required
@require_GET
def show(request: SignedIn, reference: str) -> HttpResponse:
    """What was done, by whom in which part, when and why; who judges declares first (R-B3)."""
    now, user = timezone.now(), request.user
    application = access.application_for(user, reference, at=now)
    if access.must_declare(user, application, at=now) and not rules.has_declared(user, application):
        return redirect("panel-declare", reference)
    reader = timeline.reader_of(user, application, at=now)
    entries = timeline.visible(acts.entries_of(application), reader, user)
    leaf = reading.oldest_first(entries, before=number_asked(request, "before"), after=number_asked(request, "after"))
    context = {
        "application": application,
        "leaf": leaf,
        "lines": timeline.told(leaf.entries, application, reader=reader, user=user, at=now),
        "oversees": reader == Reader.OVERSEER,
        "back": BACK.get(reader, "desk"),
    }
    return render(request, "certification/case/timeline.html", context)
