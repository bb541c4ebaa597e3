"""The journal read as a chain: its rows' texts, whether they hold, and what proves that one checkpoint continues another."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.db import connection, transaction

from sdgcities import canonical
from sdgcities.chain import LINE
from sdgcities.merkle import prove
from sdgcities.models import Checkpoint, Entry, Subtree
from sdgcities.unbroken import Row, check
from sdgcities.verify_journal import Fault, Tree

CHUNK = 5_000  # rows that are fetched at a time
EVERY = 8  # levels between the subtrees that are kept
TOLD = ("journal.adopted", "journal.checkpointed")  # acts whose body names a size and its root


class Verdict(NamedTuple):
    """How many rows are right, the Merkle root over them, and what is wrong first, if anything is."""

    size: int
    root: str
    fault: Fault | None


def rows(*, since: int = 0) -> Iterator[Row]:
    """The journal's rows after number SINCE, in their order, from one snapshot of the table and never all in memory."""
    text = f"coalesce({LINE[connection.vendor]}, '')"
    sql = f"SELECT seq, previous, digest, {text} FROM journal_entry WHERE seq > %s ORDER BY seq"  # noqa: S608 - our own text
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, [since])
        while found := cursor.fetchmany(CHUNK):
            yield from found


def verify(kept: Mapping[int, str] | None = None) -> Verdict:
    """Read the whole journal and hold it to its checkpoints: KEPT ones (root in hex by size), the published, and those it tells of."""
    known: dict[int, str] = {}
    for source in (kept or {}, _published(), _told()):
        for size, root in source.items():
            if known.setdefault(size, root) != root:
                words = f"Two checkpoints at {size} name different roots."
                return Verdict(0, "", Fault("checkpoint", 0, words))
    return Verdict(*check(rows(), known, place=place))


def place(digest: str) -> int | None:
    """The number of the row that carries DIGEST."""
    return Entry.objects.filter(digest=digest).values_list("seq", flat=True).first()


def _published() -> dict[int, str]:
    return dict(Checkpoint.objects.values_list("size", "root"))


def _told() -> dict[int, str]:
    bodies = (canonical.load(body) for body in Entry.objects.filter(act__in=TOLD).values_list("body", flat=True))
    return {body["size"]: body["root"] for body in bodies}


# --- proofs


def proof(first: int, second: int) -> list[str]:
    """What proves that the journal of SECOND rows begins with that of FIRST, in hex (RFC 6962, 2.1.2); none from no rows."""
    return [part.hex() for part in prove(first, second, _full)] if first else []


def grow(size: int) -> None:
    """Keep the roots of the subtrees that are full at SIZE rows and not kept yet."""
    level = EVERY
    while size >> level:
        kept = Subtree.objects.filter(level=level).count()
        fresh = range(kept, size >> level)
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
