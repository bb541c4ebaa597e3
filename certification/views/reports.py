"""The doors to papers: stage reports on screen, as PDF and as JSON; letters of decision."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from certification import access, paperwork, reports
from certification.models import StageReport
from sdgcities import following
from sdgcities.http import SignedIn, attached_text


def _report(request: SignedIn, reference: str, version: int, kind: str, *, at: datetime) -> StageReport:
    return access.report_for(request.user, reference, version, draft=kind == "draft", at=at)


@login_required
def html(request: SignedIn, reference: str, version: int, kind: str = "signed") -> HttpResponse:
    """The report's twin on screen, from the same text as its paper."""
    report = _report(request, reference, version, kind, at=timezone.now())
    context, body = reports.on_screen(report.text)
    waited_for = following.of(paperwork.report(report, reference))
    shown = {**context, "report": report, "body": body, "progress": waited_for}
    return render(request, "certification/reports/html.html", shown)


@login_required
def pdf(request: SignedIn, reference: str, version: int, kind: str = "signed") -> FileResponse | HttpResponse:
    """The report as it was printed, as a download; until the job has written it, how far it is."""
    report = _report(request, reference, version, kind, at=timezone.now())
    return following.answer(request, paperwork.report(report, reference))


@login_required
def json(request: SignedIn, reference: str, version: int, kind: str = "signed") -> HttpResponse:
    """The report's own text, byte for byte as its digest counts it."""
    report = _report(request, reference, version, kind, at=timezone.now())
    response = attached_text(report.text, paperwork.report(report, reference).file_name.replace(".pdf", ".json"))
    response["Link"] = f'<{reverse("report-schema", args=[reports.read(report.text)["schema"]])}>; rel="describedby"'
    return response


@require_GET
def schema(request: HttpRequest, number: int) -> HttpResponse:
    """The JSON schema of stage reports of that number, for everyone; a schema once published stays."""
    published = reports.schema(number)
    if published is None:
        raise Http404
    return HttpResponse(published, content_type="application/schema+json")


@login_required
def letter(request: SignedIn, reference: str) -> FileResponse | HttpResponse:
    """The letter of a decision, as a download; until the job has written it, how far it is."""
    decision = access.decision_for(request.user, reference, at=timezone.now())
    return following.answer(request, paperwork.letter(decision))
