"""The city's doors to its case: start, describe, hand in, follow, object, respond."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from certification import access, flow, paperwork, progress, timeline
from certification.actions import applying
from certification.flow import State
from certification.forms import city as forms
from certification.models import Application, Objection, Part, Scope, Standard, Step
from sdgcities import canonical, following, roles
from sdgcities.deadlines import in_time
from sdgcities.errors import Refused
from sdgcities.http import SignedIn
from tracks.access import city_for
from tracks.actions import shelving

read_or_write = require_http_methods(["GET", "POST"])


@login_required
@read_or_write
def start(request: SignedIn, slug: str) -> HttpResponse:
    """Open a draft for one stage."""
    now = timezone.now()
    city = city_for(request.user, slug, at=now)
    standard = Standard.objects.order_by("-published_at", "-version", "pk").first()
    form = forms.Start(request.POST or None, standard=standard.told(get_language() or "en") if standard else None)
    if form.is_valid():
        try:
            application = applying.start(city, **form.cleaned_data, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("city-task-list", application.reference)
    return render(request, "certification/city/start.html", {"city": city, "form": form, "standard": standard})


@login_required
@require_GET
def case(request: SignedIn, reference: str) -> HttpResponse:
    """Where the case stands, what was done, who is on the panel."""
    now = timezone.now()
    application = access.own_application_for(request.user, reference, at=now)
    panel = application.parts.filter(
        part__in=(Part.Kind.LEAD, Part.Kind.EVALUATOR), ended_at__isnull=True
    ).select_related("person")
    until = application.objection_until
    questions = list(application.clarifications.order_by("asked_at", "pk"))
    context = {
        "application": application,
        "stage": progress.stage_of(application),
        "steps": timeline.of(application),
        "returned": _returned(application),
        "panel": sorted(panel, key=lambda part: (part.part != Part.Kind.LEAD, part.person.name, str(part.pk))),
        "objections": {one.person_id: one for one in Objection.objects.filter(application=application)},
        "may_object": until is not None and in_time(now, until),
        "questions": questions,
        "submissions": application.submissions.order_by("number"),
        "reports": access.reports_for(request.user, application, at=now).order_by("version", "draft"),
        "decisions": application.decisions.order_by("decided_at", "pk"),
        "is_delegate": roles.holds(request.user, roles.Role.CITY_DELEGATE, at=now, city=application.city),
    }
    return render(request, "certification/city/case.html", context)


@login_required
@require_GET
def task_list(request: SignedIn, reference: str) -> HttpResponse:
    """What is done and what is still missing."""
    application = access.own_application_for(request.user, reference, at=timezone.now())
    context = {
        "application": application,
        "stage": progress.stage_of(application),
        "progress": progress.of(application),
        "returned": _returned(application),
    }
    return render(request, "certification/city/task_list.html", context)


def _returned(application: Application) -> Step | None:
    """Why the draft came back from the secretariat, where it did (R-C1)."""
    if application.state != State.DRAFT:
        return None
    return application.steps.filter(move=flow.RETURN.name).select_related("by").order_by("-id").first()


@login_required
@read_or_write
def scope(request: SignedIn, reference: str) -> HttpResponse:
    """The territory the application is about (R-C2)."""
    now = timezone.now()
    application = access.own_application_for(request.user, reference, at=now)
    known = Scope.objects.filter(application=application).first()
    form = forms.Scope(request.POST or None, at=now, instance=known, initial={} if known else _from_city(application))
    if form.is_valid():
        try:
            applying.set_scope(application, **form.cleaned_data, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The territory is saved."))
            return redirect("city-task-list", reference)
    return render(request, "certification/city/scope.html", {"application": application, "form": form})


def _from_city(application: Application) -> dict[str, object]:
    city = application.city
    return {
        "name": city.name,
        "kind": city.get_kind_display(),
        "boundary_kind": city.boundary_kind,
        "authority": city.authority,
        "population": city.population,
        "population_year": city.population_year,
        "population_source": city.population_source,
    }


@login_required
@read_or_write
def mandate(request: SignedIn, reference: str) -> HttpResponse:
    """The signed letter, from the shelf or uploaded now (R-C1)."""
    now = timezone.now()
    application = access.own_application_for(request.user, reference, at=now)
    uploads = request.POST.get("act") == "upload"
    known = getattr(application, "mandate", None)
    begun = {"letter": known.letter_id, "departments": known.departments} if known else {}
    choose = forms.Mandate(
        request.POST if request.method == "POST" and not uploads else None, city=application.city, initial=begun
    )
    upload = forms.Letter(
        request.POST if uploads else None,
        request.FILES if uploads else None,
        prefix="new",
        initial={"kind": "letter", "language": application.language, "confidentiality": "restricted"},
    )
    form = upload if uploads else choose
    if form.is_valid():
        try:
            told = dict(form.cleaned_data)
            departments = told.pop("departments")
            letter = told.pop("letter", None) or shelving.put(
                application.city, **told, file_name=told["file"].name, by=request.user, at=now
            )
            applying.give_mandate(application, letter=letter, departments=departments, by=request.user, at=now)
        except Refused as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("The mandate is saved. The secretariat verifies it after you hand in."))
            return redirect("city-task-list", reference)
    if uploads:
        upload.ask_again()
    context = {"application": application, "mandate": known, "choose": choose, "upload": upload, "form": form}
    return render(request, "certification/city/mandate.html", context)


def _refuse(form: object, refusal: Refused) -> None:
    field = getattr(refusal, "field", None)
    form.add_error(field if field in form.fields else None, str(refusal))  # type: ignore[attr-defined]  # any form


@login_required
@require_GET
def check(request: SignedIn, reference: str) -> HttpResponse:
    """All answers on one page before handing in."""
    application = access.own_application_for(request.user, reference, at=timezone.now())
    links = application.links.select_related("version__evidence").order_by("version__evidence__title", "pk")
    pieces: dict[str, list[object]] = {}
    for link in links:
        pieces.setdefault(link.requirement, []).append(link)
    answers = {answer.requirement: answer for answer in application.answers.all()}
    done = progress.of(application)
    rows = [
        (part.criterion, [(task, answers.get(task.requirement.key), pieces.get(task.requirement.key, [])) for task in part.tasks])
        for part in done.parts
    ]  # fmt: skip
    context = {"application": application, "stage": progress.stage_of(application), "progress": done, "rows": rows}
    return render(request, "certification/city/check.html", context)


@login_required
@read_or_write
def submit(request: SignedIn, reference: str) -> HttpResponse:
    """Confirm, and hand in."""
    now = timezone.now()
    application = access.own_application_for(request.user, reference, at=now)
    form = forms.Confirm(request.POST or None)
    if form.is_valid():
        try:
            handed_in = applying.submit(application, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("city-receipt", reference, handed_in.number)
    context = {
        "application": application,
        "form": form,
        "missing": applying.missing(application),
        "is_delegate": roles.holds(request.user, roles.Role.CITY_DELEGATE, at=now, city=application.city),
    }
    return render(request, "certification/city/submit.html", context)


@login_required
@require_GET
def receipt(request: SignedIn, reference: str, number: int) -> HttpResponse:
    """What was handed in, under which digest."""
    now = timezone.now()
    application = access.own_application_for(request.user, reference, at=now)
    submission = access.submission_for(request.user, reference, number, at=now)
    waited_for = following.of(paperwork.receipt(submission, reference))
    context = {"application": application, "submission": submission, "progress": waited_for}
    return render(request, "certification/city/receipt.html", context)


@login_required
@require_GET
def receipt_pdf(request: SignedIn, reference: str, number: int) -> FileResponse | HttpResponse:
    """The receipt on paper, or how far it is."""
    submission = access.submission_for(request.user, reference, number, at=timezone.now())
    return following.answer(request, paperwork.receipt(submission, reference))


@login_required
@read_or_write
def object_to(request: SignedIn, reference: str, person: UUID) -> HttpResponse:
    """Object to a member of the panel (R-B5)."""
    now = timezone.now()
    application = access.own_application_for(request.user, reference, at=now)
    part = application.parts.filter(person_id=person, ended_at__isnull=True).exclude(part=Part.Kind.CITY).first()
    if part is None:
        raise Http404
    form = forms.Reason(request.POST or None)
    if form.is_valid():
        try:
            applying.object_to(
                application, person=part.person, reasons=form.cleaned_data["reason"], by=request.user, at=now
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your objection is with the secretariat."))
            return redirect("city-case", reference)
    return render(
        request, "certification/city/object_to.html", {"application": application, "part": part, "form": form}
    )


@login_required
@read_or_write
def clarify(request: SignedIn, pk: UUID) -> HttpResponse:
    """Answer a question of the panel."""
    now = timezone.now()
    question = access.clarification_for(request.user, pk, at=now)
    application = question.application
    form = forms.Clarify(request.POST or None)
    if form.is_valid():
        try:
            applying.answer_clarification(question, **form.cleaned_data, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your answer is with the panel."))
            return redirect("city-case", application.reference)
    criterion = application.standard.told(get_language() or "en").criterion(question.criterion)
    context = {"application": application, "question": question, "criterion": criterion, "form": form}
    return render(request, "certification/city/clarify.html", context)


@login_required
@read_or_write
def respond(request: SignedIn, reference: str) -> HttpResponse:
    """Read the gaps of the draft report and respond, once (R-C7)."""
    now = timezone.now()
    application = access.own_application_for(request.user, reference, at=now)
    draft = access.reports_for(request.user, application, at=now).filter(draft=True).order_by("-version").first()
    if draft is None:
        raise Http404
    form = forms.Response(request.POST or None, stage=progress.stage_of(application))
    if request.method == "POST" and form.is_valid():
        try:
            applying.respond(
                application,
                text=form.cleaned_data["text"],
                corrections=form.corrections(),
                by=request.user,
                at=now,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your response is with the panel lead."))
            return redirect("city-case", reference)
    document = canonical.load(draft.text)
    rows = [(one, form[f"correction_{one['key']}"]) for one in document["criteria"]]
    context = {"application": application, "draft": draft, "rows": rows, "form": form}
    return render(request, "certification/city/respond.html", context)


@login_required
@read_or_write
def extend(request: SignedIn, reference: str) -> HttpResponse:
    """Take more time to respond, once (R-C7)."""
    now = timezone.now()
    application = access.own_application_for(request.user, reference, at=now)
    form = forms.Reason(request.POST or None)
    if form.is_valid():
        try:
            applying.extend(application, **form.cleaned_data, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("You have more time to respond."))
            return redirect("city-case", reference)
    return render(request, "certification/city/extend.html", {"application": application, "form": form})


@login_required
@read_or_write
def retract(request: SignedIn, reference: str) -> HttpResponse:
    """Take the application back before it is decided."""
    now = timezone.now()
    application = access.own_application_for(request.user, reference, at=now)
    form = forms.Reason(request.POST or None)
    if form.is_valid():
        try:
            applying.retract(application, **form.cleaned_data, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The application is taken back."))
            return redirect("city-case", reference)
    return render(request, "certification/city/retract.html", {"application": application, "form": form})
