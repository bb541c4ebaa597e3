"""The doors of panel members: declare, read evidence, find criterion by criterion, file, stand aside."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from certification import access, listing, progress, rules, snapshots
from certification.actions import panelling, reviewing
from certification.forms import panel as forms
from certification.models import Application, Finding, Part
from certification.models.applications import STATES, state_in_words
from certification.models.standards import told_of
from certification.standard import Criterion
from sdgcities.errors import Refused
from sdgcities.http import SignedIn
from sdgcities.models import User
from sdgcities.naming import localised
from sdgcities.templatetags.look import state_tag
from sdgcities.templatetags.words import in_its_language
from tracks.actions import shelving
from tracks.views.shelf import attachment

read_or_write = require_http_methods(["GET", "POST"])
PANEL = (Part.Kind.EVALUATOR, Part.Kind.LEAD)


@login_required
@require_GET
def case(request: SignedIn, reference: str) -> HttpResponse:
    """The case for a panel member: nothing of its evidence before the declaration (R-B3)."""
    now = timezone.now()
    application, part = member_case(request.user, reference, at=now)
    if not rules.has_declared(request.user, application):
        return redirect("panel-declare", reference)
    context = {
        "application": application,
        "part": part,
        "stage": progress.stage_of(application),
        "working": application.state in panelling.AT_WORK,
        **(_overview(application) if part.part == Part.Kind.LEAD else _own_work(application, request.user)),
        "reports": access.reports_for(request.user, application, at=now).order_by("-draft", "version"),
        "clarifications": application.clarifications.order_by("asked_at", "pk"),
        "response": application.responses.filter(cycle=application.cycle, handed_in_at__isnull=False).first(),
        "now": now,
    }
    return render(request, f"certification/panel/{'lead' if part.part == Part.Kind.LEAD else 'case'}.html", context)


@login_required
@require_GET
def queue(request: SignedIn) -> HttpResponse:
    """The cases whose panel the person is on, fifty a page; in the order of name, country or date only (R-A5)."""
    sort = request.GET.get("sort", "date")
    try:
        rules.sorts_by_no_score(sort)
    except Refused as refusal:
        messages.error(request, str(refusal))
        sort = "date"
    parts = access.panel_parts_for(request.user, at=timezone.now())
    state = request.GET.get("state", "")
    if state in dict(STATES):
        parts = parts.filter(application__state=state)
    known = parts.annotate(to_file=_to_file(request.user)).order_by(*listing.by(sort, "application__"))
    leaf = listing.leaf(known.values_list(*SHOWN, named=True), request.GET.get("page"))
    context = {
        "leaf": leaf,
        "rows": _cells(leaf.rows),
        "state": state,
        "states": STATES[2:],
        "sort": sort,
        "sorts": listing.sorts(),
    }
    return render(request, "certification/panel/queue.html", context)


SHOWN = (
    "application__reference",
    "application__city__name",
    "application__city__names",
    "application__city__country_id",
    "application__city__country__names",
    "application__standard_id",
    "application__stage",
    "application__state",
    "application__responded_at",
    "part",
    "to_file",
)


def _to_file(user: User) -> Coalesce:
    """How many findings of USER are open in the case of a part, counted where the part is read."""
    found = Finding.objects.filter(
        application=OuterRef("application"),
        cycle=OuterRef("application__cycle"),
        person=user,
        filed_at__isnull=True,
        set_aside_at__isnull=True,
    )
    return Coalesce(Subquery(found.values("person").annotate(number=Count("pk")).values("number")), 0)


def _cells(rows: list[Any]) -> list[list[object]]:
    """What stands in the list: case, city, country, level, state, the person's part, how many of their findings are open."""
    address = reverse("panel-case", args=["*"])  # made once: fifty are a twentieth of the page
    kinds, language = {key: str(words) for key, words in Part.Kind.choices}, get_language() or "en"
    return [
        [
            format_html(
                '<a class="govuk-link sdg-reference" href="{}">{}</a>',
                address.replace("*", row.application__reference),
                row.application__reference,
            ),
            localised(row.application__city__names, row.application__city__name),
            localised(row.application__city__country__names, row.application__city__country_id),
            in_its_language(told_of(row.application__standard_id, language).stage(row.application__stage).level_title),
            state_tag(state_in_words(row.application__state, row.application__responded_at)),
            kinds[row.part],
            row.to_file,
        ]
        for row in rows
    ]


def member_case(user: User, reference: str, *, at: datetime) -> tuple[Application, Part]:
    """The case in which USER plays a part of the panel now, or 404 (R-H4)."""
    application = access.application_for(user, reference, at=at)
    part = application.parts.filter(person=user, part__in=PANEL, ended_at__isnull=True).first()
    if part is None or not rules.is_assigned(user, application, at=at):
        raise Http404
    return application, part


def _own_work(application: Application, user: User) -> dict[str, Any]:
    """The person's own criteria with what is done; never what another found (R-C5)."""
    criteria = {one.key: one for one in progress.stage_of(application).criteria}
    findings = _own_findings(application, user)
    return {
        "rows": [{"criterion": criteria[finding.criterion], "finding": finding} for finding in findings],
        "done": len([finding for finding in findings if finding.filed_at]),
    }


def _own_findings(application: Application, user: User) -> list[Finding]:
    own = Finding.objects.filter(
        application=application, cycle=application.cycle, person=user, set_aside_at__isnull=True
    )
    order = [one.key for one in progress.stage_of(application).criteria]
    return sorted(own, key=lambda finding: order.index(finding.criterion))


def _overview(application: Application) -> dict[str, Any]:
    """Who has filed on which criterion, not what (R-C5), and what is reconciled: in a fixed number of queries."""
    settled = snapshots.reconciled(application)
    findings = Finding.objects.filter(
        application=application, cycle=application.cycle, set_aside_at__isnull=True
    ).select_related("person")
    needed = panelling.needed(application)
    rows = []
    for criterion in progress.stage_of(application).criteria:
        own = sorted(
            (finding for finding in findings if finding.criterion == criterion.key),
            key=lambda finding: (finding.third, finding.person.name),
        )
        first = [finding for finding in own if not finding.third]
        ready = len(first) >= needed and all(finding.filed_at for finding in own)
        rows.append(
            {
                "criterion": criterion,
                "filing": [{"person": one.person, "third": one.third, "filed": bool(one.filed_at)} for one in own],
                "ready": ready,
                "settled": settled.get(criterion.key),
            }
        )
    return {"rows": rows, "all_settled": all(row["settled"] for row in rows)}


@login_required
@read_or_write
def declare(request: SignedIn, reference: str) -> HttpResponse:
    """The declaration of interest, before anything else can be read (R-B3)."""
    now = timezone.now()
    application = access.judged_case_for(request.user, reference, at=now)
    form = forms.Declare(request.POST or None)
    if form.is_valid():
        try:
            declaration = reviewing.declare(application, **form.told(), by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if declaration.conflict:
                messages.success(request, _("Thank you. The secretariat knows, and the case is closed to you."))
                return redirect("desk")
            messages.success(request, _("Your declaration is signed. The case is open to you."))
            return redirect(_next_page(application, request.user), *_next_words(application, request.user))
    declared = application.declarations.filter(person=request.user).first()
    context = {"application": application, "form": form, "declared": declared}
    return render(request, "certification/panel/declare.html", context)


def _next_page(application: Application, user: User) -> str:
    part = application.parts.filter(person=user, ended_at__isnull=True).first()
    pages = {Part.Kind.EVALUATOR: "panel-case", Part.Kind.LEAD: "panel-case", Part.Kind.FILE_CHECKER: "checker-case"}
    return pages.get(Part.Kind(part.part), "desk") if part else "desk"


def _next_words(application: Application, user: User) -> list[str]:
    return [] if _next_page(application, user) == "desk" else [application.reference]


@login_required
@read_or_write
def recuse(request: SignedIn, reference: str) -> HttpResponse:
    """Stand aside from the case (R-B4)."""
    now = timezone.now()
    application = access.judged_case_for(request.user, reference, at=now)
    form = forms.Recuse(request.POST or None)
    if form.is_valid():
        try:
            reviewing.recuse(application, **form.cleaned_data, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("You stand aside from this case. The secretariat knows."))
            return redirect("desk")
    return render(request, "certification/panel/recuse.html", {"application": application, "form": form})


@login_required
@require_GET
def evidence(request: SignedIn, reference: str, pk: UUID) -> FileResponse:
    """Hand a piece of evidence to a judge who may read it; the journal notes it (R-B3, R-H1, R-H4)."""
    now = timezone.now()
    application = access.application_for(request.user, reference, at=now)
    version = access.version_for(request.user, application, pk, at=now)
    shelving.note_view(version, by=request.user, at=now, application=reference)
    return attachment(version)


@login_required
@read_or_write
def finding(request: SignedIn, pk: UUID) -> HttpResponse:
    """Evaluate one criterion: the city's words and evidence beside one's own finding."""
    now = timezone.now()
    application, own = _finding(request.user, pk, at=now)
    one = progress.criterion_of(application, own.criterion)
    form = _finding_form(request, application, own, one, at=now)
    if form.is_valid():
        try:
            reviewing.save_finding(
                own,
                result=form.cleaned_data["result"],
                rationale=form.cleaned_data["rationale"],
                marks=form.marks(),
                checks=form.checks(),
                by=request.user,
                at=now,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if "file" in request.POST:
                return redirect("panel-file", own.pk)
            messages.success(request, _("Your work on %(key)s is saved. It is not filed yet.") % {"key": one.key})
            return redirect("panel-case", application.reference)
    context = {
        "application": application,
        "finding": own,
        "criterion": one,
        "form": form,
        "rows": form.rows(),
        "clarifications": application.clarifications.filter(criterion=one.key).order_by("asked_at", "pk"),
        **_neighbours(_own_findings(application, request.user), own),
    }
    return render(request, "certification/panel/finding.html", context)


def _finding(user: User, pk: UUID, *, at: datetime) -> tuple[Application, Finding]:
    """One's own finding of the running cycle in a case one is assigned to, or 404 (R-C5, R-H4)."""
    found = access.finding_for(user, pk, at=at)
    application = access.case_as(user, found.application.reference, Part.Kind.EVALUATOR, at=at)
    if found.cycle != application.cycle:
        raise Http404
    return application, found


def _finding_form(
    request: SignedIn, application: Application, own: Finding, criterion: Criterion, *, at: datetime
) -> forms.FindingForm:
    links = _readable(request.user, application, criterion, at=at)
    return forms.FindingForm(
        request.POST or None,
        initial=forms.finding_initial(own),
        criterion=criterion,
        links=links,
        stale=panelling.stale_links(application, criterion, links),
        answers=answers_of(application, criterion),
    )


def _readable(user: User, application: Application, criterion: Criterion, *, at: datetime) -> list[Any]:
    allowed = set(access.links_for(user, application, at=at).values_list("pk", flat=True))
    return [link for link in panelling.links_of(application, criterion) if link.pk in allowed]


def answers_of(application: Application, criterion: Criterion) -> dict[str, Any]:
    """The city's answers on CRITERION by requirement."""
    keys = [requirement.key for requirement in criterion.requirements]
    return {answer.requirement: answer for answer in application.answers.filter(requirement__in=keys)}


def _neighbours(findings: list[Finding], own: Finding) -> dict[str, Finding | None]:
    place = [one.pk for one in findings].index(own.pk)
    return {
        "previous": findings[place - 1] if place else None,
        "next": findings[place + 1] if place + 1 < len(findings) else None,
    }


@login_required
@read_or_write
def file(request: SignedIn, pk: UUID) -> HttpResponse:
    """File the saved finding, which then stays as it is (R-C5)."""
    now = timezone.now()
    application, own = _finding(request.user, pk, at=now)
    form = forms.Confirm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reviewing.file(own, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your finding on %(key)s is filed.") % {"key": own.criterion})
            return redirect("panel-case", application.reference)
    context = {
        "application": application,
        "finding": own,
        "criterion": progress.criterion_of(application, own.criterion),
        "marks": own.marks.order_by("requirement"),
        "form": form,
    }
    return render(request, "certification/panel/file.html", context)
