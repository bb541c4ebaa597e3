"""How far a paper is, for whoever waits for it: from its own row when it is written, else from the job that writes it."""

from dataclasses import dataclass
from enum import StrEnum

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise

from sdgcities import jobs
from sdgcities.http import attachment
from sdgcities.models import Job


class Stand(StrEnum):
    """What is said of a paper that somebody waits for."""

    DONE = "done"
    WAITING = "waiting"
    AGAIN = "again"  # a first attempt failed, and it is tried again by itself
    WORKING = "working"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that a job writes: which job under which key, where it is fetched, and its file once it is there."""

    title: str | Promise
    job: str
    key: str
    address: str
    file_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far PAPER is."""

    paper: Paper
    stand: Stand
    percent: int = 0

    @property
    def mark(self) -> str:
        """The same as long as nothing has changed, so that a page that asks again is not read out again."""
        return f"{self.stand}-{self.percent}"


def of(paper: Paper) -> Progress:
    """How far PAPER is now."""
    if paper.sha256:
        return Progress(paper, Stand.DONE)
    job = jobs.find(paper.job, paper.key)
    if job is None or job.state in {Job.State.FAILED, Job.State.DONE}:  # done, and no paper: nobody writes it any more
        return Progress(paper, Stand.FAILED)
    if job.state == Job.State.RUNNING:
        return Progress(paper, Stand.WORKING, job.progress)
    return Progress(paper, Stand.AGAIN if job.attempts else Stand.WAITING)


def answer(request: HttpRequest, paper: Paper) -> FileResponse | HttpResponse:
    """Hand PAPER out; while it is not written, tell how far it is. The caller has checked the right to it.

    The same address serves the page that asks again (htmx), so that whoever may not fetch a paper learns nothing of it.
    """
    asks_again = request.headers.get("HX-Request") == "true"
    if paper.sha256 and not asks_again:
        response: FileResponse | HttpResponse = attachment(paper.sha256, paper.file_name)
    else:
        response = _told(request, of(paper), asks_again=asks_again)
        response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["HX-Request"])
    return response


def _told(request: HttpRequest, progress: Progress, *, asks_again: bool) -> HttpResponse:
    if asks_again and request.GET.get("seen") == progress.mark:
        return HttpResponse(status=204)
    template = "parts/progress.html" if asks_again else "sdgcities/jobs/progress.html"
    return render(request, template, {"progress": progress}, status=200 if asks_again else 202)
