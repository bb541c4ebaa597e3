"""The doors of the file checker: take the file, read it with its list, recommend in writing (R-C9)."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from certification import access, flow, rules
from certification.actions import checking
from certification.forms import panel as forms
from certification.models import Application, Part, StageReport
from sdgcities import canonical
from sdgcities.errors import Refused
from sdgcities.http import SignedIn
from sdgcities.models import User


def checker_case(user: User, reference: str, *, at: datetime) -> Application:
    """The case whose file USER checks now, or 404 (R-H4)."""
    return access.case_as(user, reference, Part.Kind.FILE_CHECKER, at=at)


@login_required
@require_GET
def case(request: SignedIn, reference: str) -> HttpResponse:
    """The file with its consistency list; nothing of it before the declaration (R-B3)."""
    now = timezone.now()
    application = checker_case(request.user, reference, at=now)
    if not rules.has_declared(request.user, application):
        return redirect("panel-declare", reference)
    return render(request, "certification/checker/case.html", _context(application))


def _context(application: Application) -> dict[str, object]:
    report = StageReport.objects.filter(application=application, draft=False).order_by("-version").first()
    taken = application.state == flow.State.FILE_CHECK
    read = taken and report is not None
    return {
        "application": application,
        "report": report,
        "waiting": application.state == flow.State.REPORTED,
        "taken": taken,
        "document": canonical.load(report.text) if read and report else None,
        "points": checking.consistency(application, report) if read and report else [],
        "checks": application.file_checks.select_related("report", "by").order_by("at", "pk"),
    }


@login_required
@require_POST
def take_file(request: SignedIn, reference: str) -> HttpResponse:
    """Take the file."""
    now = timezone.now()
    application = checker_case(request.user, reference, at=now)
    try:
        checking.take_file(application, by=request.user, at=now)
    except Refused as refusal:
        form = forms.Confirm(request.POST)
        form.add_error(None, str(refusal))
        return render(request, "certification/checker/case.html", {**_context(application), "form": form})
    messages.success(request, _("The file is with you."))
    return redirect("checker-case", reference)


@login_required
@require_http_methods(["GET", "POST"])
def recommend(request: SignedIn, reference: str) -> HttpResponse:
    """Write the recommendation (R-C9)."""
    now = timezone.now()
    application = checker_case(request.user, reference, at=now)
    if not rules.has_declared(request.user, application):
        return redirect("panel-declare", reference)
    form = forms.Recommend(request.POST or None)
    if form.is_valid():
        try:
            checking.recommend(application, **form.cleaned_data, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your recommendation is on file."))
            return redirect("checker-case", reference)
    return render(request, "certification/checker/recommend.html", {**_context(application), "form": form})
