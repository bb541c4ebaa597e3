"""A thousand random tamperings with the journal's table: every one found, named by its own code, at the first row concerned.

Who tampers here may do anything to the table: the triggers are put aside first. Cutting the tail and rewriting all that
follows leave a whole chain, so only a checkpoint that somebody kept shows them.
"""

import random
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from sdgcities import chain, journal, proving
from sdgcities.models import Entry, User
from sdgcities.verify_journal import Tree, leaf

AT = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
ROWS = 40
FAR = 10**9  # a number that no row bears
COLUMNS = ("at", "act", "object", "actor", "body", "previous", "digest")
pytestmark = pytest.mark.django_db


@journal.journaled
def told(person, number, *, by):
    journal.record("person.told", person, by=by, at=AT + timedelta(seconds=number), number=number, said="Größe, 城市")


class Tamperer:
    """Somebody with all rights on the table, and a die."""

    def __init__(self, seed):
        self.die = random.Random(seed)
        self.size = Entry.objects.count()

    def disarm(self):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("ALTER TABLE journal.journal_entry DISABLE TRIGGER USER")
            else:
                cursor.execute("DROP TRIGGER journal_entry_stays")
                cursor.execute("DROP TRIGGER journal_entry_whole")

    def seal(self, seq, previous):
        """Give row SEQ the digest that its text asks for."""
        row = Entry.objects.get(pk=seq)
        text = chain.line(seq, previous, at=row.at, act=row.act, obj=row.object, actor=row.actor, body=row.body)
        Entry.objects.filter(pk=seq).update(previous=previous, digest=leaf(text))
        return leaf(text)

    def other(self, column, row):
        """Something else than what stands in COLUMN of ROW."""
        strange = uuid.UUID(int=self.die.getrandbits(128))
        return {
            "at": row.at + timedelta(microseconds=self.die.choice([-1, 1, 10**9])),
            "act": "person.untold",
            "object": f"sdgcities.user:{strange}",
            "actor": strange if row.actor is None or self.die.random() < 0.5 else None,
            "body": row.body.replace('"number":', '"Number":') if self.die.random() < 0.5 else '{"said":"nothing"}',
            "previous": leaf(str(strange)),
            "digest": leaf(str(strange)),
        }[column]

    def change(self, seq):
        row = Entry.objects.get(pk=seq)
        column = self.die.choice(COLUMNS)
        Entry.objects.filter(pk=seq).update(**{column: self.other(column, row)})
        return column

    def edit(self):
        """Change one value; sometimes with a digest that fits again."""
        seq = self.die.randint(1, self.size)
        column = self.change(seq)
        if seq < self.size and column not in ("previous", "digest") and self.die.random() < 0.5:
            self.seal(seq, Entry.objects.get(pk=seq).previous)
        return "edited", seq

    def delete(self):
        """Take one row away; sometimes the numbers close up behind it."""
        seq = self.die.randint(1, self.size - 1)
        Entry.objects.filter(pk=seq).delete()
        if self.die.random() < 0.5:
            self.shift(seq + 1, -1)
        return "deleted", seq

    def insert(self):
        """Put a row in and move the others up; sometimes it follows the chain, where that shows only behind it."""
        seq = self.die.randint(1, self.size + 1)
        previous = Entry.objects.get(pk=seq - 1).digest if seq > 1 else "0" * 64
        like = Entry.objects.get(pk=min(seq, self.size))
        self.shift(seq, 1)
        like.pk, like.act, like.digest = seq, "person.forged", leaf(str(self.die.random()))
        following = seq <= self.size and self.die.random() < 0.7
        like.previous = previous if following else leaf(str(self.die.random()))
        like.save(force_insert=True)
        if following and self.die.random() < 0.5:
            self.seal(seq, previous)
        return "inserted", seq

    def swap(self):
        """Let two rows change places."""
        first, second = sorted(self.die.sample(range(1, self.size + 1), 2))
        for seq, to in ((first, FAR), (second, first), (FAR, second)):
            Entry.objects.filter(pk=seq).update(seq=to)
        return "moved", first

    def cut(self):
        """Take the last rows away."""
        seq = self.die.randint(1, self.size)
        Entry.objects.filter(pk__gte=seq).delete()
        return "cut", seq

    def rewrite(self):
        """Change a row and make all that follows fit again."""
        seq = self.die.randint(1, self.size)
        previous = Entry.objects.get(pk=seq - 1).digest if seq > 1 else "0" * 64
        Entry.objects.filter(pk=seq).update(act="person.untold")
        for one in range(seq, self.size + 1):
            previous = self.seal(one, previous)
        return "rewritten", seq

    def shift(self, start, by):
        """Give every row from number START another number."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE journal_entry SET seq = seq + %s WHERE seq >= %s", [FAR, start])
            cursor.execute("UPDATE journal_entry SET seq = seq - %s WHERE seq >= %s", [FAR - by, FAR])


DEEDS = ("edit", "delete", "insert", "swap", "cut", "rewrite")
BY_CHECKPOINTS = {"cut", "rewritten"}


@pytest.fixture
def world():
    """A journal of some rows, and the checkpoints that somebody kept of it."""
    person = User.objects.create_user("ana@example.org", name="Ana")
    for number in range(ROWS):
        told(person, number, by=person if number % 3 else None)
    whole = proving.verify()
    assert whole.fault is None
    middle = whole.size - ROWS // 2
    tree = Tree()
    for row in proving.rows():
        if row[0] <= middle:
            tree.add(bytes.fromhex(row[2]))
    return [(middle, tree.root().hex()), (whole.size, whole.root)]


def test_every_tampering_is_found_and_named(world, full):
    times = 1000 if full else 120
    found = {}
    for number in range(times):
        deed = DEEDS[number % len(DEEDS)]
        with transaction.atomic():
            one = Tamperer(f"{deed}-{number}")
            one.disarm()
            code, seq = getattr(one, deed)()
            alone, kept = proving.verify().fault, proving.verify(world).fault
            transaction.set_rollback(True)
        assert kept is not None, (deed, number, seq)
        assert kept.code == code, (deed, number, seq, kept)
        if code == "rewritten":
            assert kept.seq <= seq, (deed, number, seq, kept)
        else:
            assert kept.seq == seq, (deed, number, seq, kept)
        assert (alone is None) == (code in BY_CHECKPOINTS), (deed, number, alone)
        found[code] = found.get(code, 0) + 1
    assert sum(found.values()) == times
    assert set(found) == {"edited", "deleted", "inserted", "moved", "cut", "rewritten"}
    assert proving.verify(world).fault is None


@pytest.mark.parametrize("seq", [0, -7])
def test_no_row_stands_before_the_first(world, seq):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {chain.TABLE[connection.vendor]} SELECT {seq}, at, act, object, actor, body, previous, digest FROM journal_entry WHERE seq = 1"
        )


def test_what_is_put_before_the_first_all_the_same_is_found(world):
    """Who holds the table can take the check away as well."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE journal.journal_entry DROP CONSTRAINT journal_entry_seq_check")
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
    try:
        like = Entry.objects.get(pk=1)
        like.pk = -1
        like.save(force_insert=True)
        fault = proving.verify().fault
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")
    assert (fault.code, fault.seq) == ("inserted", -1)
