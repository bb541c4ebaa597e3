"""Promises of the two roles on PostgreSQL: the application adds to the journal and reads it, and can do nothing else to it."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from psycopg2 import errors

HOUSE = Path(__file__).parents[2]
APPEND = "SELECT journal.append(ARRAY[now()], ARRAY[%s], ARRAY['a.b:1'], ARRAY[NULL]::uuid[], ARRAY['{}'])"
pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("roles")]


class Installation:
    """A database with its two roles, as an operator makes them."""

    def __init__(self):
        self.server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
        self.name = f"sdgc_roles_{os.getpid()}"
        self.owner, self.application = f"sdgc_owner_{os.getpid()}", f"sdgc_app_{os.getpid()}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "k7Qe1vT9wZ3xB5nM8rL2pY6uA4sD0fGhJcVtXeWq-RzKbNmPyUoIa",
            "PUBLIC_URL": "https://certify.example.org",
            "JOURNAL_SIGNING_KEY": "c2lnbmVkIGluIHRlc3RzLCBhbmQgbm93aGVyZSBlbHM=",
            "ADMIN_DATABASE_URL": f"{self.server}/postgres",
            "MIGRATE_DATABASE_URL": self.address(self.owner),
            "DATABASE_URL": self.address(self.application),
        }

    def address(self, role):
        return f"postgres://{role}@{self.server.rpartition('@')[2]}/{self.name}"

    def manage(self, *words, **given):
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=HOUSE,
            env=self.environment | given,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def as_role(self, role):
        connection = psycopg2.connect(self.address(role))
        connection.autocommit = True
        return connection

    def administer(self, *sentences):
        connection = psycopg2.connect(f"{self.server}/postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            for sentence in sentences:
                cursor.execute(sentence)
        connection.close()

    def __enter__(self):
        self.administer(f"DROP DATABASE IF EXISTS {self.name}", f"CREATE DATABASE {self.name} TEMPLATE template0")
        return self

    def __exit__(self, *_):
        self.administer(
            f"DROP DATABASE {self.name} WITH (FORCE)",
            f"DROP ROLE IF EXISTS {self.owner}",
            f"DROP ROLE IF EXISTS {self.application}",
        )


@pytest.fixture(scope="module")
def installation():
    with Installation() as made:
        assert made.manage("make_roles")[0] == 0
        code, said = made.manage("migrate", "--verbosity", "0")
        assert code == 0, said
        yield made


@pytest.fixture
def application(installation):
    connection = installation.as_role(installation.application)
    yield connection.cursor()
    connection.close()


@pytest.fixture
def owner(installation):
    connection = installation.as_role(installation.owner)
    yield connection.cursor()
    connection.close()


def test_the_application_adds_and_reads(application):
    application.execute(APPEND, ["x.added"])
    application.execute("SELECT act, length(digest) FROM journal.journal_entry ORDER BY seq DESC LIMIT 1", [])
    assert application.fetchone() == ("x.added", 64)


@pytest.mark.parametrize(
    "sentence",
    [
        "INSERT INTO journal.journal_entry VALUES (99, now(), 'x', 'y', NULL, '{}', '', '')",
        "UPDATE journal.journal_entry SET act = 'x'",
        "DELETE FROM journal.journal_entry",
        "TRUNCATE journal.journal_entry",
        "ALTER TABLE journal.journal_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER journal_entry_stays ON journal.journal_entry",
        "DROP TABLE journal.journal_entry",
        "DROP FUNCTION journal.append",
        "CREATE TABLE journal.other (x int)",
        "CREATE OR REPLACE FUNCTION journal.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        "ALTER TABLE journal.journal_entry OWNER TO CURRENT_USER",
        "SET session_replication_role = replica",
        "SET ROLE {owner}",
        "CREATE TABLE public.other (x int)",
    ],
)
def test_the_application_can_do_nothing_else(installation, application, sentence):
    with pytest.raises(errors.InsufficientPrivilege):
        application.execute(sentence.replace("{owner}", installation.owner))


def test_the_application_cannot_give_itself_rights(application):
    application.execute("GRANT ALL ON journal.journal_entry TO CURRENT_USER")  # which warns, and grants nothing
    application.execute("SELECT has_table_privilege('journal.journal_entry', 'UPDATE, INSERT, DELETE, TRUNCATE')")
    assert application.fetchone() == (False,)


@pytest.mark.parametrize("sentence", ["UPDATE journal.journal_entry SET act = 'x'", "TRUNCATE journal.journal_entry"])
def test_the_triggers_hold_for_the_owner_as_well(application, owner, sentence):
    application.execute(APPEND, ["x.kept"])
    with pytest.raises(errors.RaiseException, match="only ever added to"):
        owner.execute(sentence)


@pytest.mark.parametrize("act", ["", 'say "x"', "back\\slash", "zwölf", "two words"])
def test_the_function_writes_only_what_needs_no_escaping(application, act):
    with pytest.raises(errors.RaiseException, match="cannot write"):
        application.execute(APPEND, [act])


def test_the_application_works_with_everything_else(application):
    application.execute("INSERT INTO django_session VALUES ('x', 'y', now()) RETURNING session_key")
    assert application.fetchone() == ("x",)
    application.execute("UPDATE django_session SET session_data = 'z'")
    application.execute("DELETE FROM django_session WHERE session_key = 'x'")


def test_the_check_before_opening_says_nothing_of_two_roles_and_complains_of_one(installation):
    code, said = installation.manage("check", "--deploy", "--fail-level", "WARNING")
    assert (code, "no issues" in said) == (0, True), said
    for role in (installation.owner, "postgres"):
        code, said = installation.manage("check", "--deploy", DATABASE_URL=installation.address(role))
        assert (code, "sdgcities.E001" in said) == (1, True), said


def test_the_application_s_role_verifies_and_signs(installation, application):
    application.execute(APPEND, ["x.signed"])
    assert installation.manage("make_checkpoint")[0] == 0
    code, said = installation.manage("verify_journal")
    assert (code, "all as they were written" in said) == (0, True), said


def test_roles_may_be_made_again_and_at_once(installation):
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: installation.manage("make_roles"), range(4)))
    assert [code for code, _ in done] == [0] * 4, done


def test_what_one_role_had_made_becomes_the_owner_s(installation):
    connection = psycopg2.connect(f"{installation.server}/{installation.name}")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE public.made_before (id bigserial PRIMARY KEY)")
    assert installation.manage("make_roles")[0] == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('public', 'journal')")
        assert cursor.fetchall() == [(installation.owner,)]
        cursor.execute("DROP TABLE public.made_before")
    connection.close()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ADMIN_DATABASE_URL": ""}, "ADMIN_DATABASE_URL must be given"),
        ({"MIGRATE_DATABASE_URL": "postgres://one@h/d", "DATABASE_URL": "postgres://one@h/d"}, "name the same role"),
        ({"MIGRATE_DATABASE_URL": "postgres://one@h/c"}, "name different databases"),
        ({"MIGRATE_DATABASE_URL": "postgres://h/c"}, "must name a role and a database"),
    ],
)
def test_what_cannot_be_done_is_said(installation, given, words, monkeypatch):
    for name, value in (installation.environment | given).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(CommandError, match=words):
        call_command("make_roles")


def test_ten_writers_at_once_lose_nothing_and_do_not_deadlock(installation, application):
    application.execute("SELECT coalesce(max(seq), 0) FROM journal.journal_entry")
    (before,) = application.fetchone()

    def write(number):
        connection = installation.as_role(installation.application)
        with connection.cursor() as cursor:
            for one in range(20):
                cursor.execute(APPEND, [f"x.writer-{number}-{one}"])
        connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(write, range(10)))
    application.execute(
        "SELECT count(*), count(DISTINCT act), max(seq) FROM journal.journal_entry WHERE seq > %s", [before]
    )
    assert application.fetchone() == (200, 200, before + 200)
    code, said = installation.manage("verify_journal")
    assert code == 0, said
