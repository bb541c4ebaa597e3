"""The secretariat's doors: the queue, screening, objections, and finding people; never a finding or a vote (R-B10)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from certification import access, listing, progress, roster, rules, timeline
from certification.actions import screening
from certification.forms import secretariat as forms
from certification.models import Part
from certification.models.applications import STATES
from sdgcities import canonical, roles
from sdgcities.errors import Refused
from sdgcities.http import SignedIn
from sdgcities.models import User
from sdgcities.roles import Role
from tracks.actions import shelving
from tracks.views.shelf import attachment

PANEL = (Part.Kind.LEAD, Part.Kind.EVALUATOR)

read_or_write = require_http_methods(["GET", "POST"])


@login_required
@require_GET
def queue(request: SignedIn) -> HttpResponse:
    """All submitted cases, by state; in the order of name, country or date only (R-A5)."""
    now = timezone.now()
    if not roles.holds(request.user, Role.SECRETARIAT, at=now):
        raise Http404
    state, sort = request.GET.get("state", ""), request.GET.get("sort", "date")
    try:
        rules.sorts_by_no_score(sort)
    except Refused as refusal:
        messages.error(request, str(refusal))
        sort = "date"
    cases = access.applications_for(request.user, at=now)
    if state in dict(STATES):
        cases = cases.filter(state=state)
    page = Paginator(listing.ordered(cases, sort), listing.ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "states": STATES, "state": state, "sort": sort, "sorts": listing.sorts()}
    return render(request, "certification/secretariat/queue.html", context)


@login_required
@require_GET
def case(request: SignedIn, reference: str) -> HttpResponse:
    """The case: what was handed in, the mandate, the panel, objections, and what can be done now."""
    now = timezone.now()
    application = access.desk_case_for(request.user, reference, at=now)
    submission = application.submissions.order_by("-number").first()
    parts = (
        application.parts.exclude(part=Part.Kind.CITY)
        .select_related("person")
        .order_by("started_at", "part", "person__name", "pk")
    )
    context = {
        "application": application,
        "stage": progress.stage_of(application),
        "submission": submission,
        "document": canonical.load(submission.text) if submission else None,
        "mandate": getattr(application, "mandate", None) if access.stands_as_handed_in(application) else None,
        "links": {str(link.pk): link for link in access.links_for(request.user, application, at=now)},
        "parts": parts,
        "objections": application.objections.select_related("person").order_by("at", "pk"),
        "reports": access.reports_for(request.user, application, at=now).order_by("version"),
        "checks": application.file_checks.select_related("by").order_by("at", "pk"),
        "steps": timeline.of(application, inside=True),
        "has_lead": any(part.part == Part.Kind.LEAD and part.ended_at is None for part in parts),
        "screens": application.state == "screening",
        "waits": application.state == "submitted",
        "judged": application.state in screening.JUDGED,
        "filed": application.state in screening.FILED,
    }
    return render(request, "certification/secretariat/case.html", context)


@login_required
@require_GET
def evidence(request: SignedIn, reference: str, pk: UUID) -> FileResponse:
    """Hand a version of the case out as an attachment; the journal notes it (R-H1)."""
    now = timezone.now()
    application = access.desk_case_for(request.user, reference, at=now)
    mandate = getattr(application, "mandate", None)
    handed_in = access.stands_as_handed_in(application)
    letter = mandate.letter if mandate is not None and mandate.letter_id == pk and handed_in else None
    version = letter or access.version_for(request.user, application, pk, at=now)
    shelving.note_view(version, by=request.user, at=now, application=reference)
    return attachment(version)


@login_required
@require_POST
def take_up(request: SignedIn, reference: str) -> HttpResponse:
    """Begin to screen."""
    now = timezone.now()
    application = access.desk_case_for(request.user, reference, at=now)
    try:
        screening.take_up(application, by=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You are screening this application."))
    return redirect("secretariat-case", reference)


@login_required
@read_or_write
def verify(request: SignedIn, reference: str) -> HttpResponse:
    """Record how the mandate was confirmed (R-C1)."""
    now = timezone.now()
    application = access.desk_case_for(request.user, reference, at=now)
    form = forms.Channel(request.POST or None)
    done = _done(form, lambda: screening.verify_mandate(application, **form.cleaned_data, by=request.user, at=now))
    if done:
        messages.success(request, _("The mandate is verified."))
        return redirect("secretariat-case", reference)
    context = {"application": application, "mandate": getattr(application, "mandate", None), "form": form}
    return render(request, "certification/secretariat/verify.html", context)


@login_required
@read_or_write
def return_to_city(request: SignedIn, reference: str) -> HttpResponse:
    """Give the application back with reasons (R-C1)."""
    now = timezone.now()
    application = access.desk_case_for(request.user, reference, at=now)
    form = forms.Reasons(request.POST or None)
    done = _done(form, lambda: screening.return_to_city(application, **form.cleaned_data, by=request.user, at=now))
    if done:
        messages.success(request, _("The application is back with the city."))
        return redirect("secretariat-queue")
    context = {"application": application, "form": form}
    return render(request, "certification/secretariat/return_to_city.html", context)


@login_required
@read_or_write
def accept(request: SignedIn, reference: str) -> HttpResponse:
    """Choose lead and evaluators, and let the review begin."""
    now = timezone.now()
    application = access.desk_case_for(request.user, reference, at=now)
    panel = roster.panel_for(application)
    if panel is None:  # nobody to choose from: the page says what to do first
        return render(request, "certification/secretariat/accept.html", {"application": application})
    candidates = roster.candidates(panel, application, at=now)
    form = forms.Accept(request.POST or None, candidates=candidates)

    def do() -> object:
        lead, evaluators = form.chosen()
        return screening.accept(application, panel=panel, lead=lead, evaluators=evaluators, by=request.user, at=now)

    if _done(form, do):
        messages.success(request, _("The review has begun. The panel and the city are told."))
        return redirect("secretariat-case", reference)
    context = {"application": application, "panel": panel, "candidates": candidates, "form": form}
    return render(request, "certification/secretariat/accept.html", context)


@login_required
@read_or_write
def add_evaluator(request: SignedIn, reference: str) -> HttpResponse:
    """Let a member join the panel of a running case."""
    now = timezone.now()
    application = access.desk_case_for(request.user, reference, at=now)
    candidates = roster.candidates(application.panel, application, at=now)
    form = forms.Member(request.POST or None, candidates=candidates)

    def do() -> object:
        person, kind = form.chosen()
        return screening.add_evaluator(application, person, kind=kind, by=request.user, at=now)

    if _done(form, do):
        messages.success(request, _("The member has joined. The city is told."))
        return redirect("secretariat-case", reference)
    return render(request, "certification/secretariat/add_evaluator.html", {"application": application, "form": form})


@login_required
@read_or_write
def rule_on_objection(request: SignedIn, pk: UUID) -> HttpResponse:
    """Answer the city's objection (R-B5)."""
    now = timezone.now()
    objection = access.objection_for(request.user, pk, at=now)
    application = objection.application
    candidates = [one for one in roster.candidates(application.panel, application, at=now) if not one.conflicts]
    form = forms.Ruling(request.POST or None, candidates=candidates)
    if _done(form, lambda: screening.rule_on_objection(objection, **form.told(), by=request.user, at=now)):
        messages.success(request, _("Your ruling is with the city."))
        return redirect("secretariat-case", application.reference)
    context = {"application": application, "objection": objection, "form": form}
    return render(request, "certification/secretariat/rule_on_objection.html", context)


@login_required
@read_or_write
def assign_file_checker(request: SignedIn, reference: str) -> HttpResponse:
    """Name who checks the file (R-C9)."""
    now = timezone.now()
    application = access.desk_case_for(request.user, reference, at=now)
    form = forms.Checker(request.POST or None, people=_checkers(now))
    done = _done(form, lambda: screening.assign_file_checker(application, **form.cleaned_data, by=request.user, at=now))
    if done:
        messages.success(request, _("The file checker is named and told."))
        return redirect("secretariat-case", reference)
    context = {"application": application, "form": form}
    return render(request, "certification/secretariat/assign_file_checker.html", context)


def _checkers(at: datetime) -> QuerySet[User]:
    return roles.people_with(Role.FILE_CHECKER, at=at).order_by("name", "pk")


def _done(form: Form, verb: Callable[[], object]) -> bool:
    """Whether FORM was sent, fits, and VERB did it; a refusal becomes a sentence on the form."""
    if not form.is_valid():
        return False
    try:
        verb()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
