"""Promises of jobs: unique while unfinished, redone at will, never lost, never done twice."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from sdgcities import jobs, journal, mailing
from sdgcities.actions import forgetting, working
from sdgcities.errors import Refused
from sdgcities.models import Counter, Invitation, Job, Mail, Role
from sdgcities.timers import TIMERS
from tests.sdgcities import people_world as world

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def known(monkeypatch):
    """The registry, to which a test may add functions of its own."""
    jobs.function("sdgcities.send_mail")
    monkeypatch.setattr(jobs, "_functions", dict(jobs._functions))
    return jobs.job


@pytest.fixture(autouse=True)
def _without_broker(settings):
    settings.REDIS_URL = ""


def test_asking_needs_a_transaction(transactional_db):
    with pytest.raises(RuntimeError):
        jobs.later("test.any")
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_what_is_rolled_back_was_never_asked_for():
    with pytest.raises(Refused), transaction.atomic():
        jobs.later("test.any", key="a")
        raise Refused("no")
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_the_same_key_waits_once_and_can_be_done_again_afterwards(known):
    seen = []
    known("test.write")(lambda *, report_id, **_: seen.append(report_id))
    first = jobs.later("test.write", key="report:1:v1", report_id=1)
    assert jobs.later("test.write", key="report:1:v1", report_id=1) == first
    assert jobs.later("test.write", key="report:1:v2", report_id=2) != first
    assert jobs.work_until_empty() == (2, 0)
    assert seen == [1, 2]
    assert jobs.later("test.write", key="report:1:v1", report_id=3) != first
    assert jobs.work_until_empty() == (1, 0)
    assert seen == [1, 2, 3]


@pytest.mark.django_db
def test_jobs_without_a_key_are_all_done(known):
    seen = []
    known("test.tell")(lambda **_: seen.append(1))
    jobs.later("test.tell")
    jobs.later("test.tell")
    assert jobs.work_until_empty() == (2, 0)
    assert seen == [1, 1]


@pytest.mark.django_db
def test_a_failing_job_is_tried_five_times_then_shown_with_its_error(known, caplog):
    @known("test.break")
    def fail(**_):
        raise ValueError("the disk is full")

    job = jobs.later("test.break")
    assert jobs.work_until_empty() == (0, 1)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.last_error) == ("failed", 5, "ValueError: the disk is full")


@pytest.mark.django_db
def test_between_attempts_the_worker_waits_longer_each_time(known, caplog):
    @known("test.break")
    def fail(**_):
        raise ValueError("no")

    job = jobs.later("test.break")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "queued"
    assert job.not_before > timezone.now()
    assert jobs._next(patient=True) is None


@pytest.mark.django_db
def test_a_refused_job_is_given_up_at_once(known):
    @known("test.refuse")
    def refuse(**_):
        raise Refused("The report was replaced.")

    job = jobs.later("test.refuse")
    jobs.work_until_empty()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.last_error) == ("failed", 1, "The report was replaced.")


@pytest.mark.django_db
def test_an_unknown_job_fails_with_its_name(caplog):
    job = jobs.later("nowhere.nothing")
    assert jobs.work_until_empty() == (0, 1)
    job.refresh_from_db()
    assert "nowhere.nothing" in job.last_error


@pytest.mark.django_db
def test_a_failed_job_can_be_put_back_unless_the_same_waits_already(known):
    @known("test.refuse")
    def refuse(**_):
        raise Refused("no")

    job = jobs.later("test.refuse", key="k")
    jobs.work_until_empty()
    job.refresh_from_db()
    other = jobs.later("test.refuse", key="k")
    assert not jobs.again(job)
    other.delete()
    assert jobs.again(job)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", 0)


@pytest.mark.django_db
def test_a_worker_that_slept_through_its_lease_marks_nothing(known):
    job = jobs.later("test.any")
    sleeper = jobs._claim(job.pk)
    assert jobs.sweep(at=timezone.now() + timedelta(hours=1)) == 1
    assert jobs._claim(job.pk).attempts == 2
    assert jobs._mine(sleeper).update(state=Job.State.DONE) == 0


@pytest.mark.django_db
def test_a_running_job_tells_how_far_it_is(known):
    seen = []

    @known("test.long")
    def work(**_):
        jobs.progress(40)
        seen.append(jobs.find("test.long", "k").progress)

    jobs.later("test.long", key="k")
    jobs.work_until_empty()
    assert seen == [40]
    assert jobs.find("test.long", "k").progress == 100


@pytest.mark.django_db
def test_a_timer_is_asked_for_once_in_its_span_and_again_in_the_next():
    jobs.tick(at=AT)
    jobs.work_until_empty()
    jobs.tick(at=AT)
    assert Job.objects.count() == len(TIMERS)
    jobs.tick(at=AT + max(timer.every for timer in TIMERS))
    assert Job.objects.count() == 2 * len(TIMERS)


@pytest.mark.django_db
def test_every_timer_names_a_job_that_exists():
    assert [timer.name for timer in TIMERS if not callable(jobs.function(timer.name))] == []


@pytest.mark.django_db
def test_jobs_done_long_ago_are_forgotten_and_failed_ones_kept(known):
    known("test.any")(lambda **_: None)
    jobs.later("test.any")
    jobs.later("nowhere.nothing")
    jobs.work_until_empty()
    assert forgetting.forget(by=None, at=timezone.now() + timedelta(days=31))["jobs"] == 1
    assert Job.objects.get().state == "failed"


def test_eight_who_ask_at_one_moment_get_one_job_and_eight_workers_do_it_once(transactional_db, known):
    start, jobs_seen, done = Barrier(8), [], []
    known("test.race")(lambda **_: done.append(1))

    def ask_and_work():
        try:
            start.wait()
            with transaction.atomic():
                jobs_seen.append(jobs.later("test.race", key="k").pk)
            start.wait()
            jobs.run(jobs_seen[0])
        finally:
            connection.close()

    threads = [Thread(target=ask_and_work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(jobs_seen) == 8
    assert len(set(jobs_seen)) == 1
    assert done == [1]


def test_the_worker_stops_when_told_and_finishes_what_it_holds(transactional_db, known):
    stop = Event()
    known("test.stop")(lambda **_: stop.set())
    with transaction.atomic():
        job = jobs.later("test.stop")
    worker = Thread(target=lambda: (jobs.work(stop), connection.close()))
    worker.start()
    worker.join(20)
    job.refresh_from_db()
    assert job.state == "done"


# What the killed worker runs: slow work whose outcome is published under a unique name, as certificates are.
WORKER = """
import time
import django
django.setup()
from threading import Event
from sdgcities import jobs, mailing
from sdgcities.models import Counter

@jobs.job("test.publish")
def publish(*, number, **_):
    time.sleep(0.05)
    Counter.objects.get_or_create(prefix="KILLED", year=number)
    time.sleep(0.05)

print("ready", flush=True)
jobs.work(Event())
"""


def _elsewhere(**variables):
    """The environment of another process on this test's database; its leases are short, so that the test is."""
    environment = os.environ | {"LEASE_SECONDS": "2", "TICK_SECONDS": "1", "DEMONSTRATION": "0"} | variables
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        environment["DATABASE_URL"] = f"sqlite:///{name}"
    else:
        environment["DATABASE_URL"] = environment["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    return environment | {"DJANGO_SETTINGS_MODULE": "sdgcities.settings"}


def _worker():
    return subprocess.Popen(
        [sys.executable, "-c", WORKER], cwd=ROOT, env=_elsewhere(REDIS_URL=""), stdout=subprocess.PIPE, text=True
    )


def _until(done, *, seconds=120):
    last = time.monotonic() + seconds
    while not done() and time.monotonic() < last:
        time.sleep(0.1)
    assert done()


def test_workers_killed_in_the_midst_lose_nothing_and_publish_nothing_twice(transactional_db, full):
    count, kills = (200, 20) if full else (24, 3)
    with transaction.atomic():
        for number in range(count):
            jobs.later("test.publish", key=f"publish:{number}", number=number)
    for _ in range(kills):
        worker = _worker()
        assert worker.stdout.readline() == "ready\n"
        time.sleep(0.6)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
    worker = _worker()
    try:
        _until(lambda: not jobs.unfinished().filter(name="test.publish").exists())
    finally:
        worker.terminate()
        worker.wait()
        worker.stdout.close()
    published = Counter.objects.filter(prefix="KILLED")
    assert sorted(published.values_list("year", flat=True)) == list(range(count))
    assert Job.objects.filter(name="test.publish", state="done").count() == count


def test_manage_py_work_ends_cleanly_when_told(transactional_db):
    with transaction.atomic():
        job = jobs.later("sdgcities.forget_jobs", key="once")
    worker = subprocess.Popen([sys.executable, "manage.py", "work"], cwd=ROOT, env=_elsewhere(REDIS_URL=""))
    try:
        _until(lambda: Job.objects.get(pk=job.pk).state == "done", seconds=30)
    finally:
        worker.terminate()
    assert worker.wait(10) == 0


@pytest.mark.redis
def test_celery_killed_in_the_midst_and_its_queue_emptied_loses_nothing(transactional_db, settings, full):
    """Whole-worker kills and a FLUSHDB: the rows are the truth, the sweep rings again."""
    import redis

    count, kills = (200, 10) if full else (30, 2)
    broker = os.environ["REDIS_URL"].rpartition("/")[0] + "/15"  # a queue of this test's own
    bells = redis.Redis.from_url(broker)
    bells.flushdb()
    environment = _elsewhere(REDIS_URL=broker, EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend")
    command = [sys.executable, "-m", "celery", "-A", "sdgcities.celery", "worker", "-B", "-c", "2", "-l", "ERROR"]
    command += ["-s", str(Path(settings.MEDIA_ROOT).parent / "beat")]
    with transaction.atomic():
        for number in range(count):
            mailing.post(
                "invitation",
                to=f"p{number}@example.org",
                key=f"m:{number}",
                invitation=Invitation(expires_at=AT),
                token="t",
            )
    for _ in range(kills):
        worker = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)
        done = Job.objects.filter(state="done").count()
        _until(lambda done=done: Job.objects.filter(state="done").count() > done or not jobs.unfinished().exists())
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    bells.flushdb()
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        _until(lambda: not jobs.unfinished().filter(name="sdgcities.send_mail").exists())
    finally:
        worker.terminate()
        worker.wait()
        bells.flushdb()
        bells.close()
    assert Mail.objects.filter(sent_at__isnull=False).count() == count
    assert Job.objects.filter(name="sdgcities.send_mail", state="done").count() == count


def given_up():
    job = jobs.later("nowhere.nothing", key="k")
    jobs.work_until_empty()
    job.refresh_from_db()
    return job


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.HUB_STAFF, ""])
def test_only_the_secretariat_has_a_job_tried_again(role, caplog):
    job = given_up()
    with pytest.raises(Refused) as refusal:
        working.retry(job, by=world.person("other", role), at=AT)
    assert str(refusal.value) == "Only the secretariat can have a job tried again. Write to it what you wait for."
    job.refresh_from_db()
    assert (job.state, journal.of(job).exists()) == ("failed", False)


@pytest.mark.django_db
def test_a_job_that_is_not_failed_or_waits_already_is_not_tried_again(caplog):
    by, job = world.secretary(), given_up()
    twin = jobs.later("nowhere.nothing", key="k")
    for one, state in ((job, "failed"), (twin, "queued")):
        with pytest.raises(Refused) as refusal:
            working.retry(one, by=by, at=AT)
        assert str(refusal.value) == (
            "This job is not failed any more, or the same work is waiting already. Look at the list again."
        )
        one.refresh_from_db()
        assert (one.state, journal.of(one).exists()) == (state, False)
    twin.delete()
    working.retry(job, by=by, at=AT)
    job.refresh_from_db()
    assert (job.state, [entry.act for entry in journal.of(job)]) == ("queued", ["job.retried"])
