"""Promises of the journal: written last, with the verb or not at all, never changed."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from sdgcities import journal
from sdgcities.errors import Refused
from sdgcities.models import Entry, User

AT = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return User.objects.create_user("ana@example.org", name="Ana")


@journal.journaled
def rename(user, *, name, by, at):
    journal.record("person.renamed", user, by=by, at=at, old=journal.keyed(user.name), count=Decimal("1.50"))
    user.name = name
    user.save(update_fields=["name"])


def test_the_entry_is_the_last_statement_of_the_verb(person):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        rename(person, name="Bea", by=person, at=AT)
    statements = [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    pen = "SELECT journal.append(" if connection.vendor == "postgresql" else "INSERT INTO journal_entry"
    assert pen in statements[-1]
    assert statements[0].startswith("UPDATE")


@pytest.mark.postgres
def test_what_was_deferred_is_checked_before_the_chain_is_locked(person):
    """Else a row's parents are locked at the commit, under the chain's lock, for which their holder may be waiting."""
    with CaptureQueriesContext(connection) as queries:
        rename(person, name="Bea", by=person, at=AT)
    statements = [
        query["sql"].split("(")[0] for query in queries if "CONSTRAINTS" in query["sql"] or "append" in query["sql"]
    ]
    assert statements == ["SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED", "SELECT journal.append"]


def test_the_body_is_the_exact_canonical_text(person):
    rename(person, name="Bea", by=person, at=AT)
    entry = journal.of(person).get()
    assert entry.body == f'{{"count":"1.50","old":"{journal.keyed("Ana")}"}}'
    assert (entry.act, entry.object, entry.actor, entry.at) == (
        "person.renamed",
        f"sdgcities.user:{person.pk}",
        person.pk,
        AT,
    )


def test_a_refused_verb_leaves_neither_change_nor_entry(person):
    @journal.journaled
    def half(user, *, by, at):
        rename(user, name="Bea", by=by, at=at)
        raise Refused("No.", "R-B1")

    with pytest.raises(Refused) as refusal:
        half(person, by=person, at=AT)
    assert refusal.value.rule == "R-B1"
    person.refresh_from_db()
    assert person.name == "Ana"
    assert not journal.of(person).exists()


def test_an_inner_verb_that_is_refused_and_caught_takes_its_entries_along(person):
    @journal.journaled
    def inner(user, *, by, at):
        journal.record("person.tried", user, by=by, at=at)
        raise Refused("No.")

    @journal.journaled
    def outer(user, *, by, at):
        try:
            inner(user, by=by, at=at)
        except Refused:
            journal.record("person.consoled", user, by=by, at=at)

    outer(person, by=person, at=AT)
    assert list(journal.of(person).values_list("act", flat=True)) == ["person.consoled"]


def test_recording_outside_a_verb_is_an_error(person):
    with pytest.raises(RuntimeError):
        journal.record("person.any", person, by=None, at=AT)


@pytest.mark.django_db(transaction=True)
def test_a_verb_inside_a_foreign_transaction_is_an_error():
    someone = User.objects.create_user("b@example.org", name="B")
    with pytest.raises(RuntimeError), transaction.atomic():
        rename(someone, name="C", by=someone, at=AT)


@pytest.mark.parametrize("statement", ["UPDATE journal_entry SET act = 'x'", "DELETE FROM journal_entry"])
def test_what_is_written_cannot_be_changed_or_taken_away(person, statement):
    rename(person, name="Bea", by=person, at=AT)
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert journal.of(person).count() == 1


def test_free_text_cannot_be_read_from_its_keyed_digest(settings):
    first = journal.keyed("ana@example.org")
    settings.JOURNAL_KEY = "another"
    assert len(first) == 64
    assert journal.keyed("ana@example.org") != first


def test_the_journal_s_table_survives_what_empties_the_others(person):
    assert Entry._meta.db_table not in connection.introspection.django_table_names()


def test_the_body_reads_back(person):
    rename(person, name="Bea", by=person, at=AT)
    assert json.loads(journal.of(person).get().body)["count"] == "1.50"
