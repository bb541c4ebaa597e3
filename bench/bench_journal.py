"""The journal: what a row costs to add, against a bare insert; what a million rows cost to verify, against hashing them.

``journal_append`` adds one row in a transaction of its own, as a verb does, beside the same row put into a table of the
same shape with the same indexes. ``journal_verify`` is ``manage.py verify_journal`` over ROWS rows: texts, chain, the
Merkle tree and its root. Its reference reads the same bytes from the same table and takes the SHA-256 of each row's,
checking nothing; what hashing alone takes, with the bytes in memory already, stands in the note.
"""

from __future__ import annotations

import io
import os
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

import measure

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

Stored = tuple[int, datetime, str, str]  # number, when, digest of the row before, its own

ROWS = int(os.environ.get("JOURNAL_ROWS", "1000000"))
ADDED = 50  # rows a side of a pair
CHUNK = 20_000
MANY, FEW = 100_000, 5  # from so many rows on a run takes seconds, and so few pairs are measured
AT = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
ACTOR = UUID(int=7)
BODY = '{"application":"SDGC-2026-00042","criterion":"B1","digest":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}'
COLUMNS = "seq, at, act, object, actor, body, previous, digest"


def main() -> None:
    with measure.database():
        _append()
        _fill()
        measure.settle()
        _verify()


def _append() -> None:
    from django.db import connection, transaction

    from sdgcities import journal
    from sdgcities.models import Entry

    table = "bare_entry"
    with connection.cursor() as cursor:
        _bare_table(cursor, table)
    number = iter(range(10**9))

    def ours() -> None:
        for _ in range(ADDED):
            with transaction.atomic():
                journal.append(
                    [Entry(at=AT, act="finding.saved", object="certification.finding:1", actor=ACTOR, body=BODY)]
                )

    def bare() -> None:
        actor = str(ACTOR) if measure.on_postgres() else ACTOR.hex
        at = AT if measure.on_postgres() else "2026-11-21 12:30:00"
        for _ in range(ADDED):
            with transaction.atomic(), connection.cursor() as cursor:
                row = [next(number), at, "finding.saved", "certification.finding:1", actor, BODY, "0" * 64, "0" * 64]
                cursor.execute(f"INSERT INTO {table} ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", row)

    before = Entry.objects.count()
    found = measure.pairs(ours, bare)
    measure.must(Entry.objects.count() - before == ADDED * (measure.PAIRS + 1), "rows are missing from the journal")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        measure.must(cursor.fetchone()[0] == ADDED * (measure.PAIRS + 1), "rows are missing from the reference")
        cursor.execute(f"DROP TABLE {table}")
    per_row = [(ours / ADDED, bare / ADDED) for ours, bare in found]
    measure.tell("journal_append", per_row, aim=3, note="a row in a transaction of its own")


def _bare_table(cursor: CursorWrapper, table: str) -> None:
    """The journal's table with its indexes, without its function, chain and triggers."""
    if measure.on_postgres():
        cursor.execute(f"CREATE TABLE {table} (LIKE journal.journal_entry INCLUDING ALL)")
        return
    cursor.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'journal_entry' AND type IN ('table', 'index') AND sql IS NOT NULL"
    )
    for (sentence,) in cursor.fetchall():
        cursor.execute(sentence.replace("journal_entry", table), None)


def _fill() -> None:
    """Rows until there are ROWS of them, each following the one before."""
    from django.db import connection

    from sdgcities import chain
    from sdgcities.models import Entry
    from sdgcities.verify_journal import leaf

    seq, last = Entry.objects.order_by("-seq").values_list("seq", "digest").first()
    while seq < ROWS:
        rows = []
        for _ in range(min(CHUNK, ROWS - seq)):
            seq, previous = seq + 1, last
            at = AT + timedelta(milliseconds=37 * seq)
            last = leaf(
                chain.line(
                    seq, previous, at=at, act="finding.saved", obj="certification.finding:1", actor=ACTOR, body=BODY
                )
            )
            rows.append((seq, at, previous, last))
        with connection.cursor() as cursor:
            _put(cursor, rows)


def _put(cursor: CursorWrapper, rows: list[Stored]) -> None:
    if not measure.on_postgres():
        told = [
            (
                seq,
                at.strftime("%Y-%m-%d %H:%M:%S.%f"),
                "finding.saved",
                "certification.finding:1",
                ACTOR.hex,
                BODY,
                previous,
                digest,
            )
            for seq, at, previous, digest in rows
        ]
        cursor.executemany(f"INSERT INTO journal_entry ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", told)
        return
    body = BODY.replace("\\", "\\\\")
    text = "".join(
        f"{seq}\t{at.isoformat()}\tfinding.saved\tcertification.finding:1\t{ACTOR}\t{body}\t{previous}\t{digest}\n"
        for seq, at, previous, digest in rows
    )
    cursor.copy_expert(f"COPY journal.journal_entry ({COLUMNS}) FROM STDIN", io.StringIO(text))


def _verify() -> None:
    from sdgcities import proving

    def ours() -> None:
        verdict = proving.verify()
        measure.must(verdict.fault is None and verdict.size == ROWS, f"the journal does not hold: {verdict}")

    def bare() -> None:
        count = 0
        for row in proving.rows():
            sha256(row[3].encode()).digest()
            count += 1
        measure.must(count == ROWS, "the reference did not read all rows")

    texts = [row[3].encode() for row in proving.rows()]

    def alone() -> None:
        for text in texts:
            sha256(text).digest()

    memory = min(measure.once(alone) for _ in range(3))
    times = FEW if ROWS >= MANY else measure.PAIRS
    found = measure.pairs(ours, bare, times=times)
    note = f"{ROWS} rows; hashing alone, from memory: {memory * 1000:.0f}ms"
    measure.tell("journal_verify", found, aim=2, note=note)


if __name__ == "__main__":
    sys.exit(main())
