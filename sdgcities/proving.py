"""The journal read as a chain: its rows' texts, whether they hold, and what proves that one checkpoint continues another."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from typing import NamedTuple

from django.db import DatabaseError, connection, transaction

from sdgcities import canonical
from sdgcities.chain import LINE, TABLE
from sdgcities.merkle import prove
from sdgcities.models import Checkpoint, Entry, PublicKey, Subtree
from sdgcities.unbroken import Row, check
from sdgcities.verify_journal import (
    Fault,
    Tree,
    Trouble,
    check_published,
    check_signature,
    consistent,
    read_checkpoints,
    read_multikey,
)

CHUNK = 5_000  # rows that are fetched at a time
EVERY = 8  # levels between the subtrees that are kept
Root = tuple[int, str]  # how many rows, and the Merkle root over them in hex


class Verdict(NamedTuple):
    """How many rows are right, the Merkle root over them, and what is wrong first, if anything is."""

    size: int
    root: str
    fault: Fault | None


def rows() -> Iterator[Row]:
    """The journal's rows in their order, from one snapshot of the table and never all in memory."""
    text = f"coalesce({LINE[connection.vendor]}, '')"
    sql = f"SELECT seq, previous, digest, {text} FROM {TABLE[connection.vendor]} ORDER BY seq"  # noqa: S608 - our own text
    # A cursor of the server's needs a transaction on PostgreSQL; on SQLite one would keep everybody else from writing.
    held = transaction.atomic() if connection.vendor == "postgresql" else nullcontext()
    with held, connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while found := cursor.fetchmany(CHUNK):
            yield from found


def verify(kept: Iterable[Root] = ()) -> Verdict:
    """Read the whole journal and hold it to its checkpoints: those KEPT elsewhere, the published, and those it tells of.

    What is published is itself held to its signatures and proofs, with the site's keys.
    """
    keys = {key.fragment: read_multikey(key.multibase) for key in PublicKey.objects.all()}
    published = list(Checkpoint.objects.order_by("size").values_list("size", "root", "line"))
    fault = _published(published, keys)
    known: dict[int, str] = {}
    for size, root in [*kept, *((size, root) for size, root, _line in published), *_told(keys)]:
        if known.setdefault(size, root) != root:
            fault = fault or Fault("checkpoint", 0, f"Two checkpoints at {size} name different roots.")
    if fault:
        return Verdict(0, "", fault)
    try:
        return Verdict(*check(rows(), known, place=place))
    except (DatabaseError, UnicodeError) as error:
        return Verdict(0, "", Fault("unreadable", 0, f"The journal cannot be read: {error}"))


def place(digest: str) -> int | None:
    """The number of the row that carries DIGEST."""
    return Entry.objects.filter(digest=digest).values_list("seq", flat=True).first()


def _published(rows: Iterable[tuple[int, str, str]], keys: Mapping[str, bytes]) -> Fault | None:
    """What is wrong with the checkpoints as they are handed out, if anything is."""
    rows = list(rows)
    try:
        lines = read_checkpoints(line for _size, _root, line in rows)
    except Trouble as error:
        return Fault("checkpoint", 0, str(error))
    for (size, root, _line), one in zip(rows, lines, strict=True):
        if (one.size, one.root) != (size, root):
            return Fault("checkpoint", 0, f"The published line of the checkpoint at {size} says something else.")
    return check_published(lines, keys)


def _told(keys: Mapping[str, bytes]) -> Iterator[Root]:
    """The checkpoints that the journal itself tells of, as far as their signature holds: anything may be written there."""
    for seq, body in Entry.objects.filter(act="journal.checkpointed").values_list("seq", "body"):
        try:
            (one,) = read_checkpoints([canonical.load(body)["line"]])
        except (Trouble, ValueError, KeyError, TypeError, AttributeError):
            continue
        if one.size < seq and check_signature(one, keys) is None:
            yield one.size, one.root


# --- proofs


def proof(first: int, second: int) -> list[str]:
    """What proves that the journal of SECOND rows begins with that of FIRST, in hex (RFC 6962, 2.1.2); none from no rows."""
    return [part.hex() for part in prove(first, second, _full)] if first else []


def proved(first: Checkpoint | None, size: int, root: str) -> list[str]:
    """The proof from FIRST to the tree of SIZE rows with ROOT, held to both before it is given.

    Raises RuntimeError where not even the rows themselves prove it.
    """
    grow(size)
    if first is None or not first.size:
        return []
    for _attempt in range(2):
        made = proof(first.size, size)
        parts = [bytes.fromhex(part) for part in made]
        if consistent(first.size, size, bytes.fromhex(first.root), bytes.fromhex(root), parts):
            return made
        Subtree.objects.all().delete()  # somebody changed what was kept: made anew from the rows
        grow(size)
    message = f"The journal of {size} rows does not continue the checkpoint at {first.size}."
    raise RuntimeError(message)


def grow(size: int) -> None:
    """Keep the roots of the subtrees that are full at SIZE rows and not kept yet."""
    level = EVERY
    while size >> level:
        kept = set(Subtree.objects.filter(level=level).values_list("place", flat=True))
        fresh = [one for one in range(size >> level) if one not in kept]
        Subtree.objects.bulk_create(Subtree(level=level, place=one, root=_below(level, one).hex()) for one in fresh)
        level += EVERY


def _full(level: int, at: int) -> bytes:
    """The root over the AT-th part of 2**LEVEL rows, from the nearest level that is kept."""
    base = level - level % EVERY
    if base == 0:
        return _below(level, at)
    span = 1 << (level - base)
    found = _roots(base, at * span, span)
    return _over(found) if len(found) == span else _over(_digests(at << level, 1 << level))


def _below(level: int, at: int) -> bytes:
    """The same from the level below it that is kept."""
    base = max(level - EVERY, 0)
    span = 1 << (level - base)
    return _over(_roots(base, at * span, span) if base else _digests(at * span, span))


def _roots(level: int, start: int, count: int) -> list[str]:
    kept = Subtree.objects.filter(level=level, place__gte=start, place__lt=start + count)
    return list(kept.order_by("place").values_list("root", flat=True))


def _digests(start: int, count: int) -> Iterable[str]:
    held = Entry.objects.filter(seq__gt=start, seq__lte=start + count)
    return held.order_by("seq").values_list("digest", flat=True).iterator(CHUNK)


def _over(digests: Iterable[str]) -> bytes:
    tree = Tree()
    for digest in digests:
        tree.add(bytes.fromhex(digest))
    return tree.root()
