"""Doors of the house itself: jobs, language, health."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from sdgcities import causes, celery, jobs, roles
from sdgcities.actions import people, working
from sdgcities.errors import Refused
from sdgcities.http import SignedIn, in_language
from sdgcities.models import Job, User
from sdgcities.roles import Role

ON_A_PAGE = 50
LOOPBACK = frozenset(["127.0.0.1", "::1"])


# --- jobs


@login_required
@require_GET
def list_jobs(request: SignedIn) -> HttpResponse:
    """Show the secretariat what failed and what is under way."""
    _house_only(request.user)
    at = timezone.now()
    page = Paginator(jobs.failed(), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "failed": [{**_told(job), "cause": causes.cause(job.last_error)} for job in page],
        "under_way": [_told(job) for job in jobs.unfinished().order_by("created_at", "pk")[:ON_A_PAGE]],
        "opens_cases": roles.holds(request.user, Role.SECRETARIAT, at=at),
    }
    return render(request, "sdgcities/jobs/list.html", shown)


def _told(job: Job) -> dict[str, object]:
    return {"job": job, "title": jobs.title(job.name), "is_a_case": job.about.startswith("SDGC-")}


@login_required
@require_POST
def retry_job(request: SignedIn, pk: UUID) -> HttpResponse:
    """Have a failed job tried again."""
    _house_only(request.user)
    try:
        working.retry(get_object_or_404(Job, pk=pk), by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The job is waiting to be done again."))
    return redirect("jobs-list")


# --- everyone


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Read on in another language; who is signed in gets letters in it, too."""
    wanted = request.POST.get("language", "")
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = HttpResponseRedirect(target)
    if wanted in dict(settings.LANGUAGES):
        if isinstance(request.user, User):
            people.speak(request.user, language=wanted, by=request.user, at=timezone.now())
        in_language(response, wanted)
    return response


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Tell machines whether the database and, where there is one, the broker answer; the house, how much work waits.

    Without its database the site is out of service (503); without the broker it serves, and work waits in the database.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        told: dict[str, object] = {"database": "answers", **(_work() if _from_the_house(request) else {})}
    except DatabaseError:
        return JsonResponse({"database": "silent"}, status=503)
    if settings.REDIS_URL:
        told["broker"] = "answers" if celery.answers(settings.REDIS_URL) else "silent"
    return JsonResponse(told)


def _work() -> dict[str, int]:
    failed = Job.objects.filter(state=Job.State.FAILED).count()
    return {"jobs_waiting": jobs.unfinished().count(), "jobs_failed": failed}


def _from_the_house(request: HttpRequest) -> bool:
    """Whether this machine itself asks, through no proxy, or somebody who runs the house."""
    if request.META.get("REMOTE_ADDR") in LOOPBACK and "HTTP_X_FORWARDED_FOR" not in request.META:
        return True
    return isinstance(request.user, User) and roles.runs_the_house(request.user, at=timezone.now())


def _house_only(user: User) -> None:
    if not roles.runs_the_house(user, at=timezone.now()):
        raise Http404
