"""The storm: faults by plan and by seed while reports are made, on one of two ways of running, and what came of it."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field

import psycopg2

from tests.faults.servers import MailServer, Postgres, Redis
from tests.faults.workers import HOUSE, Kept, group_of, killed

LETTERS = 6  # three by a signature, three by a report that is written
RESERVE = 3  # cases that are signed only once nothing else is left to strike at, or all has struck
ROWS = (
    "SELECT (SELECT count(*) FROM certification_stagereport WHERE pdf_sha256 <> '' AND signed_by_id IS NOT NULL), "
    "(SELECT count(*) FROM sdgcities_mail WHERE sent_at IS NOT NULL), "
    "(SELECT count(*) FROM sdgcities_job WHERE state IN ('queued', 'running')), "
    "(SELECT count(*) FROM sdgcities_job WHERE state = 'failed')"
)


@dataclass(frozen=True)
class Plan:
    """How many reports, and how often what strikes."""

    reports: int
    children: int
    groups: int
    flushes: int = 0
    broker_deaths: int = 0
    cuts: int = 0
    pause: float = 0.4  # seconds from one signature to the next
    lease: int = 5  # seconds
    tick: int = 2  # seconds
    patience: float = 300  # seconds until nothing moves any more

    def faults(self, chance):
        """What strikes, in order: each as (share of the work that is done by then, what, whether blindly)."""
        kills = ["child"] * self.children + ["group"] * self.groups
        chance.shuffle(kills)
        # One kill in five strikes whatever the worker does just then, the others only while it holds a job.
        told = [(what, number % 5 == 4) for number, what in enumerate(kills)]
        others = ["flush"] * self.flushes + ["broker"] * self.broker_deaths + ["cut"] * self.cuts
        for one in others:
            told.insert(chance.randrange(len(told) + 1), (one, False))
        return [((number + chance.random()) / (len(told) + 1), *one) for number, one in enumerate(told)]


@dataclass
class Came:
    """What the storm did, and what stands after it."""

    seed: int
    struck: Counter = field(default_factory=Counter)  # faults by kind
    holding: int = 0  # kills that struck a process holding a job
    tries_cut: int = 0
    seconds: float = 0.0
    restarts: int = 0
    asked: dict = field(default_factory=dict)
    told: dict = field(default_factory=dict)
    deliveries: list = field(default_factory=list)

    @property
    def copies(self):
        """How many letters came more than once: each under the same Message-ID."""
        return len(self.deliveries) - len({key for key, _digest in self.deliveries})


class Storm:
    """Everything that runs, on PostgreSQL and Redis under Celery, or on SQLite under two embedded workers."""

    def __init__(self, plan, folder, *, celery, seed):
        self.plan, self.folder, self.celery = plan, folder, celery
        self.chance, self.came = random.Random(seed), Came(seed)
        self.stack, self.workers, self.rows, self.reserve = ExitStack(), [], None, RESERVE

    def run(self):
        with self.stack:
            # Told to end in the midst, it ends what it started, too.
            before = signal.signal(signal.SIGTERM, lambda *_: sys.exit("The storm was told to end."))
            self.stack.callback(signal.signal, signal.SIGTERM, before)
            self._open()
            begun = time.monotonic()
            asker = self.asker = self._start_asking()
            self._start_workers()
            for share, what, blind in self.plan.faults(self.chance):
                self._wait(lambda share=share: self._share() >= share)
                self._strike(what, blind=blind)
            while self.reserve:
                self._sign_one_more()
            self._wait(lambda: asker.poll() is not None)
            assert asker.returncode == 0, (self.folder / "asking.log").read_text()[-3000:]
            self.came.asked = json.loads(asker.stdout.read())
            self._wait(lambda: self._counted()[2] == 0)
            self.came.seconds = time.monotonic() - begun
            self._stop_workers()
            self.came.told = json.loads(self._world("tell"))
            self.came.deliveries = self.mail.taken
        return self.came

    # --- what runs

    def _open(self):
        self.mail = self.stack.enter_context(MailServer())
        self.postgres = self.stack.enter_context(Postgres()) if self.celery else None
        self.redis = self.stack.enter_context(Redis()) if self.celery else None
        self.stack.callback(self._close)
        known = {"PATH", "HOME", "LANG", "XDG_CACHE_HOME"}
        self.environment = {name: value for name, value in os.environ.items() if name in known} | {
            "DJANGO_SETTINGS_MODULE": "sdgcities.settings",
            "SECRET_KEY": "for-this-test-only",
            "DATABASE_URL": self.postgres.url if self.celery else f"sqlite:///{self.folder}/rows.sqlite3",
            "REDIS_URL": self.redis.url if self.celery else "",
            "MEDIA_ROOT": str(self.folder / "media"),
            "DEMONSTRATION": "0",
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.mail.port),
            "LEASE_SECONDS": str(self.plan.lease),
            "TICK_SECONDS": str(self.plan.tick),
            "LOG_LEVEL": "INFO",
        }
        self._world("make", str(self.plan.reports))

    def _python(self, *words):
        done = subprocess.run(
            [sys.executable, *words], cwd=HOUSE, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def _world(self, *words):
        return self._python("-m", "tests.faults.world", *words)

    def _start_asking(self):
        command = [sys.executable, "-m", "tests.faults.world", "ask", str(self.plan.pause), str(RESERVE)]
        with (self.folder / "asking.log").open("wb") as log:
            asker = subprocess.Popen(
                command,
                cwd=HOUSE,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.stack.callback(asker.stdout.close)
        self.stack.callback(asker.stdin.close)
        self.stack.callback(asker.wait)
        self.stack.callback(asker.kill)
        return asker

    def _start_workers(self):
        if self.celery:
            celery = [sys.executable, "-m", "celery", "--app", "sdgcities"]
            beat = ["beat", "--loglevel", "INFO", "--schedule", str(self.folder / "schedule"), "--pidfile="]
            programs = {
                "worker": [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2"],
                "beat": [*celery, *beat],
            }
        else:
            programs = {name: [sys.executable, "manage.py", "work"] for name in ("worker-1", "worker-2")}
        self.kept = [
            Kept(command, self.environment, self.folder / f"{name}.log").start() for name, command in programs.items()
        ]
        self.workers = self.kept[:1] if self.celery else self.kept

    def _stop_workers(self):
        while self.kept:
            one = self.kept.pop()
            one.stop()
            self.came.restarts += one.starts - 1

    def _close(self):
        if hasattr(self, "kept"):
            self._stop_workers()
        if self.rows is not None:
            self.rows.close()

    # --- what strikes

    def _strike(self, what, *, blind):
        if what == "flush":
            self.redis.client.flushall()
        elif what == "broker":
            self.redis.kill()
            time.sleep(3)
            self.redis.start()
        elif what == "cut":
            self.postgres.cut_off()
        else:
            time.sleep(self.chance.random() * 0.8)
            choose = self._child if what == "child" else self._groups
            held = killed(choose, self._holding, blind=blind, idle=self._idle)
            assert held is not None, f"There was no {what} to kill."
            self.came.holding += bool(held)
            self.came.tries_cut += len(held)
        self.came.struck[what] += 1

    def _idle(self):
        """Let there be something to strike at: all that was asked for is done already."""
        if self.reserve and self._counted()[2] == 0:
            self._sign_one_more()
            self._wait(lambda: self._counted()[2])

    def _sign_one_more(self):
        self.reserve -= 1
        self.asker.stdin.write("\n")
        self.asker.stdin.flush()

    def _holding(self):
        return {process: held for worker in self.workers for process, held in worker.holding().items()}

    def _child(self):
        """One process that does jobs: of Celery's pool, or one embedded worker; one that holds a job, if any does."""
        busy = sorted(self._holding())
        mains = {worker.process.pid for worker in self.workers if worker.process}
        idle = sorted(set(self._processes()) - mains if self.celery else self._processes())
        return [self.chance.choice(busy or idle)] if busy or idle else []

    def _groups(self):
        return [-group for group in {group_of(one) for one in self._processes()} if group]

    def _processes(self):
        return [one for worker in self.workers for one in worker.processes()]

    # --- how far it is

    def _share(self):
        """How much of the work is done, but for the reserve: reports weigh three times what all their letters do."""
        written, sent, _unfinished, _failed = self._counted()
        reports = self.plan.reports - RESERVE
        return 0.75 * min(1, written / reports) + 0.25 * min(1, sent / (LETTERS * reports))

    def _counted(self):
        for _ in range(100):
            try:
                if self.rows is None:
                    self.rows = self._connected()
                cursor = self.rows.cursor()
                cursor.execute(ROWS)
                return cursor.fetchone()
            except (psycopg2.Error, sqlite3.Error):
                self.rows = None
                time.sleep(0.1)
        raise AssertionError("The database does not answer.")

    def _connected(self):
        if not self.celery:
            return sqlite3.connect(f"file:{self.folder}/rows.sqlite3?mode=ro", uri=True, timeout=20)
        connection = psycopg2.connect(self.postgres.url)
        connection.autocommit = True
        return connection

    def _wait(self, until):
        last = time.monotonic() + self.plan.patience
        while not until():
            if time.monotonic() > last:
                raise AssertionError(f"Nothing moves any more: {self._counted()}, {self.came}; see {self.folder}.")
            time.sleep(0.1)


def table(came, plan):
    """The storm in a few lines, for who runs it."""
    told, files = came.told, came.told["files"]
    written = [one for one in told["reports"] if one["sha256"]]
    same = sum(one["sha256"] == one["undisturbed"] for one in written)
    rows = [
        ("seed", came.seed),
        ("children killed (SIGKILL)", came.struck["child"]),
        ("whole groups killed (SIGKILL)", came.struck["group"]),
        (
            "kills that struck a running job",
            f"{came.holding} of {plan.children + plan.groups} ({came.tries_cut} tries cut off)",
        ),
        ("Redis FLUSHALL", came.struck["flush"]),
        ("Redis killed and started again", came.struck["broker"]),
        ("PostgreSQL restarted at once", came.struck["cut"]),
        ("programs started again", came.restarts),
        ("reports written", f"{len(written)} of {plan.reports}"),
        ("reports equal to an undisturbed print", same),
        ("written twice", sum(one["noted"] != 1 for one in told["reports"])),
        (
            "files on the disk",
            f"{files['whole']} ({len(files['unnamed'])} without a row, {files['torn']} torn, then tidied)",
        ),
        ("letters", f"{len(told['letters'])} ({came.copies} came again under the same Message-ID)"),
        ("jobs", ", ".join(f"{count} {state}" for state, count in sorted(told["jobs"].items()))),
        ("tries lost, and most tries of one job", f"{told['lost_tries']}, {told['tries'][0]}"),
        ("slowest signature", f"{came.asked['slowest']} s ({came.asked['again']} made again)"),
        ("seconds", round(came.seconds)),
    ]
    return "\n".join(f"  {name:<40} {value}" for name, value in rows)
