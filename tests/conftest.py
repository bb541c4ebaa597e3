"""What all tests share: the database that DATABASE_URL names, a media folder of their own, the queue, what is left out."""

import os
import sys
from collections import Counter

import pytest

from tests.faults.servers import absent
from tests.refusal_watch import Watch

FAULTS = os.environ.get("FAULTS") == "1"  # make faults runs both storms, whatever the run's own database is


def on_postgres():
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


LEFT_OUT_BY_MARK = {
    "browser": (lambda: os.environ.get("BROWSER") == "0", "browser journeys (BROWSER=0)"),
    "screens": (lambda: os.environ.get("SCREENS") != "1", "pictures of every page (make screens)"),
    "evidence": (lambda: not os.environ.get("SDGC_EVIDENCE"), "tests on real files (SDGC_EVIDENCE is not set)"),
    "postgres": (lambda: not on_postgres(), "tests that need PostgreSQL"),
    "redis": (lambda: not os.environ.get("REDIS_URL"), "tests that need Redis"),
    "servers": (lambda: absent() or not (FAULTS or on_postgres()), "storms over PostgreSQL and Redis"),
    "embedded": (lambda: on_postgres() and not FAULTS, "storms over SQLite"),
}
LEFT_OUT = pytest.StashKey[Counter]()


def pytest_configure(config):
    config.stash[LEFT_OUT] = Counter()
    if config.pluginmanager.hasplugin("dsession") or not hasattr(config, "workerinput"):
        config.pluginmanager.register(Controller(config), "left-out")
    watch = Watch(config)
    config.pluginmanager.register(watch, "refusals")
    watch.listen()


def pytest_collection_modifyitems(config, items):
    """Deselect, and count, what this machine's services cannot run: never skip."""
    absent = {mark: reason for mark, (missing, reason) in LEFT_OUT_BY_MARK.items() if missing()}
    kept, left = [], []
    for item in items:
        mark = next((mark for mark in absent if item.get_closest_marker(mark)), None)
        (left if mark else kept).append(item)
        if mark:
            config.stash[LEFT_OUT][absent[mark]] += 1
    _hold_to_a_database_of_their_own(kept)
    if left:
        items[:] = kept
        config.hook.pytest_deselected(items=left)
    if hasattr(config, "workeroutput"):
        config.workeroutput["left_out"] = dict(config.stash[LEFT_OUT])


def _hold_to_a_database_of_their_own(items):
    """A world built for a whole file, in tests without a mark, would be built in the installation's own database."""
    for item in items:
        asked = {"django_db_setup", "db", "transactional_db", "live_server"} & set(item.fixturenames)
        if asked == {"django_db_setup"} and item.get_closest_marker("django_db") is None:
            raise pytest.UsageError(f"{item.nodeid} reaches for the database: mark it django_db.")


class Controller:
    """The process that speaks to the person: says last how many tests were left out, and why."""

    def __init__(self, config):
        self.config = config

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node, error):
        told = getattr(node, "workeroutput", {}).get("left_out", {})
        self.config.stash[LEFT_OUT] = Counter(told) | self.config.stash[LEFT_OUT]

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self, config):
        left = config.stash[LEFT_OUT]
        if left:
            told = ", ".join(f"{count} {reason}" for reason, count in sorted(left.items()))
            sys.stdout.write(f"Left out: {told}.\n")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """On SQLite the test database is a file of this worker: one in memory cannot race (decided.md)."""
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def _world_of_its_own(settings, tmp_path):
    """Every test has its own files and mail tray, speaks English at first, and does not read this installation's switches."""
    from django.utils import translation

    translation.deactivate()  # a request of the test before may have left its reader's language behind
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DEMONSTRATION = False
    settings.SIGNING_KEYS = {"journal": "c2lnbmVkIGluIHRlc3RzLCBhbmQgbm93aGVyZSBlbHM="}


@pytest.fixture
def work():
    """The embedded worker: each call works the queue until it is empty."""
    from sdgcities import jobs

    return jobs.work_until_empty


@pytest.fixture(scope="session")
def full():
    """Whether thousand-fold tests run in their full size (`make test FULL=1`)."""
    return os.environ.get("FULL") == "1"


@pytest.fixture(scope="session")
def evidence_folder():
    """The folder of real files that are never shipped."""
    from pathlib import Path

    return Path(os.environ["SDGC_EVIDENCE"])
