"""Work that must not be lost or done twice: asked for in the caller's transaction, claimed by conditional update."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections, transaction
from django.db.models import Exists, F, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from sdgcities.celery import DEAF, app, unheard
from sdgcities.errors import Refused
from sdgcities.models import Job
from sdgcities.timers import TIMERS

Function = Callable[..., object]
T = TypeVar("T")

ATTEMPTS = 5  # tries after which a job that fails is given up
FALLS = 20  # tries after which one is given up that never ends: its worker dies, its database is lost (decision 10)
LOST = (OperationalError, InterfaceError)  # how a database that goes away shows itself
LONGEST_WAIT = 60  # seconds
UNFINISHED = (Job.State.QUEUED, Job.State.RUNNING)

log = logging.getLogger(__name__)
_functions: dict[str, Function] = {}
_titles: dict[str, str | Promise] = {}
_current: ContextVar[Job | None] = ContextVar("current", default=None)


class Worked(NamedTuple):
    """How many jobs were finished, and how many were given up."""

    done: int
    failed: int


# --- asking


def later(name: str, *, key: str | None = None, about: str = "", **ids: object) -> Job:
    """Ask for NAME inside the caller's transaction; the bell rings after commit.

    Unique on (name, key) while unfinished: asking again then gives the job that is there. A key carries the
    version of what is to be made (``report:<id>:v2``): redoing is possible, doing twice is not. IDS are plain ids.
    ABOUT is the reference by which people know what it is for.
    """
    if not connection.in_atomic_block:
        message = f"{name!r} must be asked for inside a transaction."
        raise RuntimeError(message)
    job = _insert(name, key, about, {word: _id(value) for word, value in ids.items()})
    transaction.on_commit(lambda: _ring(job.pk), robust=True)
    return job


def again(failed: Job) -> bool:
    """Put a failed job back in the queue with all its attempts; False if it is not failed, or the same waits already."""
    same = unfinished().filter(name=failed.name, key=failed.key) if failed.key is not None else Job.objects.none()
    back = Job.objects.filter(~Exists(same), pk=failed.pk, state=Job.State.FAILED).update(
        state=Job.State.QUEUED, attempts=0, progress=0, not_before=None, finished_at=None
    )
    if back:
        transaction.on_commit(lambda: _ring(failed.pk), robust=True)
    return bool(back)


def find(name: str, key: str) -> Job | None:
    """Give the latest job for NAME and KEY, to show how far it is."""
    return Job.objects.filter(name=name, key=key).order_by("-created_at", "-pk").first()


def failed() -> QuerySet[Job]:
    """Give the jobs that were given up, latest first."""
    return Job.objects.filter(state=Job.State.FAILED).order_by("-finished_at", "pk")


def unfinished() -> QuerySet[Job]:
    """Give the jobs that wait or are at work."""
    return Job.objects.filter(state__in=UNFINISHED)


def _insert(name: str, key: str | None, about: str, arguments: dict[str, Any]) -> Job:
    job = Job(name=name, key=key, about=about, arguments=arguments)
    if key is None:
        job.save(force_insert=True)
        return job
    while True:
        # Two may ask for the same at one moment: the constraint lets one in, the other takes what it finds.
        Job.objects.bulk_create([job], ignore_conflicts=True)
        found = unfinished().filter(name=name, key=key).first() or Job.objects.filter(pk=job.pk).first()
        if found is not None:
            return found


def _id(value: object) -> Any:  # noqa: ANN401 - what JSON holds
    return value if value is None or isinstance(value, bool | int) else str(value)


def _ring(job_id: UUID) -> None:
    if settings.REDIS_URL:
        app.send_task("sdgcities.ring", args=[str(job_id)], retry=False)


# --- the functions


def job(name: str, title: str | Promise = "") -> Callable[[Function], Function]:
    """Register a function under NAME: it takes plain ids by keyword, tolerates others, may run twice unharmed.

    TITLE says to the secretariat what is done.
    """

    def registered(function: Function) -> Function:
        _functions[name], _titles[name] = function, title or name
        return function

    return registered


def function(name: str) -> Function:
    """Find the function of that NAME in the floors' ``tasks``; LookupError if there is none."""
    if name not in _functions:
        autodiscover_modules("tasks")
    if name not in _functions:
        message = f"No floor knows the job {name!r}."
        raise LookupError(message)
    return _functions[name]


def title(name: str) -> str:
    """Say what the job of that NAME does, in the reader's language; an unknown one is told by its name."""
    try:
        function(name)
    except LookupError:
        return name
    return str(_titles[name])


def progress(percent: int) -> None:
    """Tell how far the running job is; outside a job nothing happens."""
    running = _current.get()
    if running is not None:
        _mine(running).update(progress=max(0, min(100, percent)), heartbeat_at=timezone.now())


# --- working


def run(job_id: UUID | str, *, beating: bool = False) -> bool:
    """Claim and do one job; False if it was not there to be claimed.

    What fails is tried again, later each time, up to ATTEMPTS; what loses its database up to FALLS; what is refused is
    given up at once. With BEATING a thread renews the lease meanwhile. The log tells what is begun and ended, and by
    which process.
    """
    claimed = _claim(job_id)
    if claimed is None:
        return False
    log.info("Begun: %s, try %d, process %d.", claimed.pk, claimed.attempts, os.getpid())
    token = _current.set(claimed)
    try:
        with _heartbeat(claimed, beating=beating):
            function(claimed.name)(**claimed.arguments)
    except Refused as refusal:
        _end(claimed, _given_up(str(refusal), at=timezone.now()))
    except LOST as error:
        log.warning("The job %s lost its database: %s", claimed, error)
        _end(claimed, _again_or_given_up(claimed, _told(error), limit=FALLS, at=timezone.now()))
    except Exception as error:
        log.exception("The job %s failed.", claimed)
        _end(claimed, _again_or_given_up(claimed, _told(error), limit=ATTEMPTS, at=timezone.now()))
    else:
        done = {"progress": 100, "lease_until": None, "last_error": "", "finished_at": timezone.now()}
        _end(claimed, {"state": Job.State.DONE, **done})
    finally:
        _current.reset(token)
        log.info("Ended: %s, try %d, process %d.", claimed.pk, claimed.attempts, os.getpid())
    return True


def insist(write: Callable[[], T]) -> T:
    """Do WRITE, and again while the database is away, for as long as a lease lasts; then raise what it raised.

    For noting what has happened and cannot be taken back. WRITE must be fit to run twice; inside a transaction it runs once.
    """
    until = time.monotonic() + settings.LEASE_SECONDS
    while True:
        try:
            return write()
        except LOST:
            if connection.in_atomic_block or time.monotonic() > until:
                raise
            connection.close()
            time.sleep(0.2)


def work_until_empty(limit: int = 10_000) -> Worked:
    """Do all that waits in this process, without pauses between attempts, until nothing is left (or LIMIT runs)."""
    done = failed = 0
    for _ in range(limit):
        waiting = _next(patient=False)
        if waiting is None:
            break
        run(waiting)
        state = Job.objects.values_list("state", flat=True).get(pk=waiting)
        done += state == Job.State.DONE
        failed += state == Job.State.FAILED
    return Worked(done, failed)


def work(stop: Event, *, shortest: float = 0.2, longest: float = 1.0) -> None:
    """Do what comes and run the timers until STOP is set; the job at hand is finished first."""
    pause, next_tick = shortest, timezone.now()
    while not stop.is_set():
        try:
            close_old_connections()
            if timezone.now() >= next_tick:
                tick(at=timezone.now())
                next_tick = timezone.now() + timedelta(seconds=settings.TICK_SECONDS)
            waiting = _next(patient=True)
            if waiting is not None and run(waiting, beating=True):
                pause = shortest
                continue
        except LOST as error:
            log.warning("The database did not answer, the worker tries again: %s", error)
            connections.close_all()
        stop.wait(pause)
        pause = min(longest, pause * 1.5)


def tick(*, at: datetime) -> None:
    """Sweep, and ask for every timer's job that was not asked for in its span yet."""
    sweep(at=at)
    for timer in TIMERS:
        key = timer.key(at)
        if not Job.objects.filter(name=timer.name, key=key).exists():
            with transaction.atomic():
                later(timer.name, key=key)


def sweep(*, at: datetime) -> int:
    """Put jobs whose worker fell silent back in the queue, give up the hopeless, ring again for what waits."""
    back = 0
    for silent in Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=at).order_by("lease_until", "pk")[:500]:
        outcome = _again_or_given_up(silent, "The worker fell silent.", limit=FALLS, at=at)
        # A worker that only slept may show a sign of life this moment: then the lease lasts, and the job stays its own.
        if _mine(silent).filter(lease_until__lt=at).update(**outcome) and outcome["state"] == Job.State.QUEUED:
            back += 1
    if settings.REDIS_URL:
        _ring_again(at)
    return back


def _ring_again(at: datetime) -> None:
    """Ring for what waits longer than a tick, oldest first, but never for more than there are bells missing.

    Each bell that nobody has heard yet will be; a second one for the same job would only make the others wait.
    """
    overdue = _ready(at).filter(created_at__lt=at - timedelta(seconds=settings.TICK_SECONDS))
    try:
        missing = min(500, _ready(at).count() - unheard(settings.REDIS_URL))
        for job_id in overdue.order_by("created_at", "pk").values_list("pk", flat=True)[: max(0, missing)]:
            _ring(job_id)
    except DEAF as error:
        log.warning("The bell does not ring, the next tick tries again: %s", error)


def _ready(at: datetime) -> QuerySet[Job]:
    return Job.objects.filter(Q(not_before__isnull=True) | Q(not_before__lte=at), state=Job.State.QUEUED)


def _next(*, patient: bool) -> UUID | None:
    ready = _ready(timezone.now()) if patient else Job.objects.filter(state=Job.State.QUEUED)
    return ready.order_by("created_at", "pk").values_list("pk", flat=True).first()


def _claim(job_id: UUID | str) -> Job | None:
    # Several workers may see the same row: the update's condition lets one have it.
    now = timezone.now()
    claimed = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING,
        attempts=F("attempts") + 1,
        started_at=now,
        finished_at=None,
        heartbeat_at=now,
        lease_until=now + _lease(),
    )
    return Job.objects.get(pk=job_id) if claimed else None


def _mine(claimed: Job) -> QuerySet[Job]:
    # A worker that slept through its lease must not mark what another has claimed since: the try tells them apart, and
    # its start does where the secretariat had the tries counted anew.
    mine = {"attempts": claimed.attempts, "started_at": claimed.started_at}
    return Job.objects.filter(pk=claimed.pk, state=Job.State.RUNNING, **mine)


def _end(claimed: Job, outcome: dict[str, Any]) -> None:
    # Cut off here, the lease runs out and the job is done again: it may run twice unharmed.
    insist(lambda: _mine(claimed).update(**outcome))


def _given_up(error: str, *, at: datetime) -> dict[str, Any]:
    return {"state": Job.State.FAILED, "lease_until": None, "last_error": error, "finished_at": at}


def _again_or_given_up(claimed: Job, error: str, *, limit: int, at: datetime) -> dict[str, Any]:
    if claimed.attempts >= limit:
        return _given_up(error, at=at)
    wait = timedelta(seconds=min(2**claimed.attempts, LONGEST_WAIT))
    return {"state": Job.State.QUEUED, "lease_until": None, "last_error": error, "not_before": at + wait}


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _lease() -> timedelta:
    return timedelta(seconds=settings.LEASE_SECONDS)


@contextmanager
def _heartbeat(claimed: Job, *, beating: bool) -> Iterator[None]:
    if not beating:
        yield
        return
    stop = Event()
    thread = Thread(target=_beat, args=(claimed, stop), daemon=True, name="heartbeat")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(claimed: Job, stop: Event) -> None:
    while not stop.wait(settings.LEASE_SECONDS / 3):
        try:
            now = timezone.now()
            _mine(claimed).update(heartbeat_at=now, lease_until=now + _lease())
        except LOST:
            log.warning("A sign of life of %s could not be written.", claimed)
            connection.close()  # a lost connection stays lost: the next sign goes through a new one
    connection.close()
