"""The doors of the panel lead: allocate, reconcile, call a third, ask the city, send the draft, sign."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from certification import access, flow, progress, rules
from certification.actions import panelling, reviewing
from certification.forms import panel as forms
from certification.models import Application, EvidenceCheck, EvidenceLink, Finding, Part
from certification.standard import Criterion
from certification.views.panel import answers_of
from sdgcities.errors import Refused
from sdgcities.http import SignedIn
from sdgcities.models import User

read_or_write = require_http_methods(["GET", "POST"])


def lead_case(user: User, reference: str, *, at: datetime) -> Application:
    """The case USER leads and has declared for, or 404 (R-B3, R-H4)."""
    application = access.case_as(user, reference, Part.Kind.LEAD, at=at)
    if not rules.may_read_evidence(user, application, at=at):
        raise Http404
    return application


def _criterion(application: Application, key: str) -> Criterion:
    try:
        return progress.criterion_of(application, key)
    except KeyError as unknown:
        raise Http404 from unknown


@login_required
@read_or_write
def allocate(request: SignedIn, reference: str, criterion: str) -> HttpResponse:
    """Who evaluates one criterion."""
    now = timezone.now()
    application = lead_case(request.user, reference, at=now)
    one = _criterion(application, criterion)
    first = rules.findings_of(application, criterion).filter(third=False)
    initial = {"persons": [str(pk) for pk in first.values_list("person_id", flat=True)]}
    form = forms.People(request.POST or None, initial=initial, people=panelling.evaluators(application))
    if form.is_valid():
        try:
            reviewing.allocate(application, criterion=criterion, persons=form.chosen(), by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The evaluators of %(key)s are set.") % {"key": criterion})
            return redirect("panel-case", reference)
    context = {"application": application, "criterion": one, "form": form}
    return render(request, "certification/panel/allocate.html", context)


@login_required
@read_or_write
def reconcile(request: SignedIn, reference: str, criterion: str) -> HttpResponse:
    """The findings side by side, and what the panel makes of them; nothing of them before all are filed (R-C5)."""
    now = timezone.now()
    application = lead_case(request.user, reference, at=now)
    one = _criterion(application, criterion)
    if not rules.may_see_findings(request.user, application, criterion):
        context = {"application": application, "criterion": one}
        return render(request, "certification/panel/waiting.html", context)
    findings = _filed(application, criterion)
    last = application.reconciliations.filter(cycle=application.cycle, criterion=criterion).order_by("number")
    links = panelling.links_of(application, one)
    form = forms.ReconcileForm(
        request.POST or None,
        initial=forms.reconciled_initial(last.last(), findings),
        criterion=one,
        links=links,
        stale=panelling.stale_links(application, one, links),
        answers=answers_of(application, one),
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            reviewing.reconcile(
                application,
                criterion=criterion,
                result=data["result"],
                marks=form.marks(),
                reason=data["reason"],
                closing=data["closing"],
                by=request.user,
                at=now,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Criterion %(key)s is reconciled.") % {"key": criterion})
            return redirect("panel-case", reference)
    context = {
        "application": application,
        "criterion": one,
        "findings": findings,
        "discord": rules.in_discord(findings),
        "judged_by_third": any(finding.third for finding in findings),
        "rows": [{"row": row, "said": _said(findings, row.requirement.key)} for row in form.rows()],
        "earlier": last,
        "form": form,
        **_added(application, criterion, links, findings),
    }
    return render(request, "certification/panel/reconcile.html", context)


def _added(
    application: Application, criterion: str, links: Iterable[EvidenceLink], findings: Iterable[Finding]
) -> dict[str, object]:
    """What the city has added to CRITERION since it was judged, and whether somebody can be asked to judge that."""
    clarified = list(application.clarifications.filter(criterion=criterion).order_by("asked_at", "pk"))
    response = application.responses.filter(cycle=application.cycle, handed_in_at__isnull=False).first()
    judged = {check.link_id for finding in findings for check in finding.checks.all()}
    answered = any(one.answered_at for one in clarified)
    return {
        "clarified": clarified,
        "corrected": response.corrections.get(criterion, "") if response else "",
        "unjudged": {link.pk for link in links} - judged,
        "further": answered and application.state == flow.State.IN_REVIEW,
    }


def _filed(application: Application, criterion: str) -> list[Finding]:
    filed = rules.findings_of(application, criterion).filter(filed_at__isnull=False).select_related("person")
    ready = filed.prefetch_related("marks", "checks__link__version__evidence")
    return sorted(ready, key=lambda finding: (finding.third, finding.person.name))


def _said(findings: list[Finding], requirement: str) -> list[dict[str, object]]:
    """What each finding says of one requirement and its pieces."""
    return [
        {
            "person": finding.person,
            "mark": next((mark for mark in finding.marks.all() if mark.requirement == requirement), None),
            "checks": [check for check in finding.checks.all() if check.link.requirement == requirement],
            "verified": EvidenceCheck.Verdict.VERIFIED,
        }
        for finding in findings
    ]


@login_required
@read_or_write
def third(request: SignedIn, reference: str, criterion: str) -> HttpResponse:
    """Ask a third evaluator, who is blind too (R-C5)."""
    now = timezone.now()
    application = lead_case(request.user, reference, at=now)
    one = _criterion(application, criterion)
    taken = set(rules.findings_of(application, criterion).values_list("person_id", flat=True))
    people = [person for person in panelling.evaluators(application) if person.pk not in taken]
    form = forms.Third(request.POST or None, people=people)
    if form.is_valid():
        try:
            reviewing.call_third(application, criterion=criterion, person=form.chosen(), by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The third evaluator is asked and judges %(key)s blind.") % {"key": criterion})
            return redirect("panel-case", reference)
    context = {"application": application, "criterion": one, "form": form, "people": people}
    return render(request, "certification/panel/third.html", context)


@login_required
@read_or_write
def ask(request: SignedIn, reference: str) -> HttpResponse:
    """Ask the city a question, with a deadline."""
    now = timezone.now()
    application = lead_case(request.user, reference, at=now)
    initial = {"criterion": request.GET.get("criterion", "")}
    form = forms.Ask(request.POST or None, initial=initial, criteria=progress.stage_of(application).criteria)
    if form.is_valid():
        try:
            reviewing.ask(application, **form.cleaned_data, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your question is with the city."))
            return redirect("panel-case", reference)
    return render(request, "certification/panel/ask.html", {"application": application, "form": form})


@login_required
@read_or_write
def lapse(request: SignedIn, reference: str, pk: UUID) -> HttpResponse:
    """Go on without the city's answer once its time is over."""
    application = lead_case(request.user, reference, at=timezone.now())
    asked = get_object_or_404(application.clarifications, pk=pk)
    return _confirmed(
        request,
        application,
        lambda by, at: reviewing.lapse(asked, by=by, at=at),
        title=gettext_lazy("Go on without an answer"),
        text=gettext_lazy("The question stays in the file as not answered, and the review goes on."),
        done=gettext_lazy("The review goes on."),
    )


@login_required
@read_or_write
def send_draft(request: SignedIn, reference: str) -> HttpResponse:
    """Send all gaps and the draft report to the city (R-C7)."""
    application = lead_case(request.user, reference, at=timezone.now())
    return _confirmed(
        request,
        application,
        lambda by, at: reviewing.send_draft(application, by=by, at=at),
        title=gettext_lazy("Send the draft report to the city"),
        text=gettext_lazy("The city sees every result and gap at once, and has one round to respond."),
        done=gettext_lazy("The draft report is with the city."),
    )


@login_required
@read_or_write
def sign(request: SignedIn, reference: str) -> HttpResponse:
    """Sign the stage report; the page tells its digest afterwards (R-C8)."""
    application = lead_case(request.user, reference, at=timezone.now())

    def signed(by: User, at: datetime) -> None:
        report = reviewing.sign(application, by=by, at=at)
        messages.success(
            request,
            _("The report is signed and frozen as version %(version)s. Its SHA-256 digest is %(digest)s.")
            % {"version": report.version, "digest": report.digest},
        )

    return _confirmed(
        request,
        application,
        signed,
        title=gettext_lazy("Sign the stage report"),
        text=gettext_lazy(
            "The report is frozen under its digest and goes to the file check. A change is a new version."
        ),
        done="",
    )


def _confirmed(
    request: SignedIn,
    application: Application,
    verb: Callable[[User, datetime], object],
    *,
    title: str | Promise,
    text: str | Promise,
    done: str | Promise,
) -> HttpResponse:
    """One page for the acts that need no more than a yes."""
    form = forms.Confirm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            verb(request.user, timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if done:
                messages.success(request, str(done))
            return redirect("panel-case", application.reference)
    context = {
        "application": application,
        "form": form,
        "title": title,
        "text": text,
        "response": application.responses.filter(cycle=application.cycle, handed_in_at__isnull=False).first(),
        "responding": application.state == flow.State.RESPONDING,
    }
    return render(request, "certification/panel/confirm.html", context)
