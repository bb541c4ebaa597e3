"""Promises of jobs that lose their worker, their database or their bell: nothing breaks, and nothing waits for good."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from sdgcities import jobs
from sdgcities.celery import app
from sdgcities.models import Job

ROOT = Path(__file__).resolve().parents[2]
NEXT_HOUR = timezone.now() + timedelta(hours=1)


@pytest.fixture
def known(monkeypatch, settings):
    """The registry, to which a test may add functions of its own; nothing rings."""
    settings.REDIS_URL = ""
    jobs.function("sdgcities.send_mail")
    monkeypatch.setattr(jobs, "_functions", dict(jobs._functions))
    return jobs.job


# --- a worker that dies


def fall(job, times):
    """Let TIMES workers die over JOB, each an hour before anybody looks."""
    for _ in range(times):
        jobs._claim(job.pk)
        jobs.sweep(at=NEXT_HOUR)


@pytest.mark.django_db
def test_a_job_whose_worker_always_dies_is_given_up():
    job = jobs.later("test.any")
    fall(job, jobs.FALLS)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.last_error) == ("failed", jobs.FALLS, "The worker fell silent.")


@pytest.mark.django_db
def test_a_job_is_done_though_more_workers_died_over_it_than_it_may_fail(known):
    known("test.any")(lambda **_: None)
    job = jobs.later("test.any")
    fall(job, jobs.FALLS - 1)
    assert jobs.work_until_empty() == (1, 0)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", jobs.FALLS)


@pytest.mark.django_db
def test_a_job_that_loses_its_database_is_not_given_up_as_early_as_one_that_fails(known, caplog):
    @known("test.lose")
    def lose(**_):
        raise OperationalError("server closed the connection unexpectedly")

    job = jobs.later("test.lose")
    assert jobs.work_until_empty() == (0, 1)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("failed", jobs.FALLS)
    assert job.last_error == "OperationalError: server closed the connection unexpectedly"


@pytest.mark.django_db
def test_no_job_waits_longer_than_a_minute_for_its_next_try():
    job = jobs.later("test.any")
    fall(job, jobs.FALLS - 1)
    job.refresh_from_db()
    assert job.not_before == NEXT_HOUR + timedelta(seconds=jobs.LONGEST_WAIT)


@pytest.mark.django_db
def test_a_sleeper_from_before_the_tries_were_counted_anew_marks_nothing(known):
    job = jobs.later("test.any")
    sleeper = jobs._claim(job.pk)
    Job.objects.filter(pk=job.pk).update(state="failed")
    jobs.again(job)
    assert jobs._claim(job.pk).attempts == sleeper.attempts
    assert jobs._mine(sleeper).update(state="done") == 0


@pytest.mark.django_db
def test_a_worker_that_shows_a_sign_of_life_keeps_its_job():
    claimed = jobs._claim(jobs.later("test.any").pk)
    assert jobs.sweep(at=claimed.lease_until) == 0
    assert jobs.sweep(at=claimed.lease_until + timedelta(seconds=1)) == 1


def test_what_has_happened_is_noted_though_the_database_was_away(transactional_db, settings):
    settings.LEASE_SECONDS = 5
    answers = iter([OperationalError("starting up"), InterfaceError("closed"), "noted"])

    def write():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert jobs.insist(write) == "noted"


def test_a_database_that_stays_away_is_not_waited_for_longer_than_a_lease(transactional_db, settings):
    settings.LEASE_SECONDS = 0.3
    tries = []

    def write():
        tries.append(1)
        raise OperationalError("starting up")

    with pytest.raises(OperationalError):
        jobs.insist(write)
    assert len(tries) > 1
    with pytest.raises(OperationalError), transaction.atomic():
        jobs.insist(write)


# --- a database that goes away


def asked(name):
    with transaction.atomic():
        return jobs.later(name)


def cut(*, which):
    """End connections to this test's database, as a restart of PostgreSQL does; WHICH is a condition on their pids."""
    told = connection.settings_dict
    other = psycopg2.connect(
        dbname=told["NAME"], user=told["USER"], password=told["PASSWORD"], host=told["HOST"], port=told["PORT"]
    )
    other.autocommit = True
    with other.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = current_database() AND pid <> pg_backend_pid() AND {which}"
        )
    other.close()


def own():
    return connection.connection.info.backend_pid


@pytest.mark.postgres
def test_a_job_whose_connection_breaks_is_tried_again(transactional_db, known, caplog):
    @known("test.break")
    def work(**_):
        cut(which=f"pid = {own()}")
        Job.objects.count()

    job = asked("test.break")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", 1)
    assert job.last_error.startswith("OperationalError")


@pytest.mark.postgres
def test_a_job_that_was_done_is_noted_though_the_connection_broke_at_its_end(transactional_db, known):
    known("test.end")(lambda **_: cut(which=f"pid = {own()}"))
    job = asked("test.end")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 1)


@pytest.mark.postgres
def test_the_signs_of_life_go_on_after_their_connection_broke(transactional_db, known, settings, caplog):
    settings.LEASE_SECONDS = 0.6
    seen = []

    @known("test.long")
    def work(**_):
        signs = {heartbeat()}
        until = time.monotonic() + 20
        while len(signs) < 3 and time.monotonic() < until:
            time.sleep(0.05)
            sign = heartbeat()
            if sign not in signs and len(signs) == 1:
                cut(which=f"pid <> {own()}")
            signs.add(sign)
        seen.extend(signs)

    def heartbeat():
        return Job.objects.get(name="test.long").heartbeat_at

    jobs.run(asked("test.long").pk, beating=True)
    assert len(seen) == 3
    assert "A sign of life" in caplog.text


# --- without a bell, or with too many

ASKING = """
import time
import django
django.setup()
from django.db import transaction
from sdgcities import jobs

begun = time.monotonic()
with transaction.atomic():
    jobs.later("sdgcities.forget_jobs", key="without a bell")
print(time.monotonic() - begun)
"""
SWEEPING = """
from datetime import timedelta
import django
django.setup()
from django.utils import timezone
from sdgcities import jobs
from sdgcities.celery import unheard
from django.conf import settings

for _ in range(3):
    jobs.sweep(at=timezone.now() + timedelta(hours=1))
    print(unheard(settings.REDIS_URL))
"""


def elsewhere(code, broker):
    """What CODE prints in another process on this test's database, with a BROKER."""
    name = str(connection.settings_dict["NAME"])
    server = os.environ.get("DATABASE_URL", "").rpartition("/")[0]
    url = f"sqlite:///{name}" if connection.vendor == "sqlite" else f"{server}/{name}"
    environment = os.environ | {
        "DATABASE_URL": url,
        "REDIS_URL": broker,
        "SECRET_KEY": "for-this-test-only",
        "DJANGO_SETTINGS_MODULE": "sdgcities.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [float(line) for line in done.stdout.split()]


def test_an_act_is_done_though_the_bell_cannot_ring(transactional_db):
    (seconds,) = elsewhere(ASKING, "redis://127.0.0.1:1/0")
    assert seconds < 10
    assert Job.objects.get().state == "queued"


def test_a_sweep_is_made_though_the_bell_cannot_ring(transactional_db, settings, caplog):
    settings.REDIS_URL = ""
    asked("test.silent")
    jobs._claim(Job.objects.get().pk)
    settings.REDIS_URL, settings.LEASE_SECONDS = "redis://127.0.0.1:1/0", 0
    assert jobs.sweep(at=Job.objects.get().lease_until.replace(year=2099)) == 1
    assert "The bell does not ring" in caplog.text


def test_the_clock_does_not_stand_in_line_behind_the_bells():
    assert [app.amqp.router.route({}, name)["queue"].name for name in ("sdgcities.tick", "sdgcities.ring")] == [
        "clock",
        "celery",
    ]
    assert sorted(app.amqp.queues.consume_from) == ["celery", "clock"]


@pytest.mark.redis
def test_a_sweep_rings_for_what_was_lost_and_not_twice(transactional_db, settings):
    import redis

    settings.REDIS_URL = ""
    for _ in range(4):
        asked("test.any")
    broker = os.environ["REDIS_URL"].rpartition("/")[0] + "/11"  # a queue of this test's own
    with redis.Redis.from_url(broker) as bells:
        bells.flushdb()
        assert elsewhere(SWEEPING, broker) == [4, 4, 4]
        bells.ltrim("celery", 0, 0)
        assert elsewhere(SWEEPING, broker) == [4, 4, 4]
        bells.flushdb()
