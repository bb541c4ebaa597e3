"""Whether the journal's rows are what they were, and if not, what was done to the first that is not. No Django in here."""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

from sdgcities.verify_journal import GENESIS, Fault, Tree, cut, leaf, rewritten


class Row(NamedTuple):
    """One row: its number from 1, the digest of the row before, its own digest, and the text that this is taken of."""

    seq: int
    previous: str
    digest: str
    line: str


def check(
    rows: Iterable[Row], roots: Mapping[int, str], *, place: Callable[[str], int | None] = lambda _digest: None
) -> tuple[int, str, Fault | None]:
    """Read ROWS in the order of their numbers; give how many are right, the root over them, and the first fault.

    ROOTS are those that checkpoints name, in hex by size: they show what a chain alone cannot, since who rewrites all
    of it, or cuts its tail, leaves a whole chain. PLACE finds the number of the row that carries a digest. Codes of
    faults: edited, deleted, inserted, moved; by checkpoints: cut, rewritten.
    """
    tree, last, right, number = Tree(), GENESIS, 0, 0
    add, reading = tree.add, iter(rows)
    before: Row | None = None
    torn: Fault | None = None
    for row in reading:
        seq, previous, digest, line = row
        number += 1
        if seq != number or previous != last or sha256(b"\0" + line.encode()).hexdigest() != digest:
            before, after = (Row(*one) if one else None for one in (before, next(reading, None)))
            return number - 1, tree.root().hex(), _explain(Row(*row), number, before, after, place)
        if torn:  # the next row follows, so it is not this one place alone
            break
        add(bytes.fromhex(digest))
        last, before = digest, row
        if number in roots:
            torn = None if tree.root().hex() == roots[number] else rewritten(right, number)
            right = right if torn else number
    return (right if torn else number), tree.root().hex(), torn or cut(number, roots)


def _explain(row: Row, number: int, before: Row | None, after: Row | None, place: Callable[[str], int | None]) -> Fault:
    """Say what was done at NUMBER, where ROW does not stand as it should."""
    last = before.digest if before else GENESIS
    if row.seq != number:
        return _misnumbered(row.seq, number)
    origin = _origin(row, number, place)
    if origin is not None:
        whole = after is None or _origin(after, number + 1, place) == origin + 1
        return _displaced(number, origin, whole=whole)
    if _stranger(row, number, last, after):
        return _inserted(number)
    if row.previous != last and leaf(row.line) == row.digest:
        return _edited(max(number - 1, 1), "digest is not the one that the row after it follows")
    return _edited(number, "text does not give its digest")


def _misnumbered(seq: int, number: int) -> Fault:
    if seq < number:
        return Fault("inserted", seq, f"Row {seq} stands there twice.")
    until = f" to {seq - 1}" if seq - 1 > number else ""
    return Fault("deleted", number, f"Row {number}{until} is missing.")


def _displaced(number: int, origin: int, *, whole: bool) -> Fault:
    """What was written as row ORIGIN stands at NUMBER; WHOLE if the row after it comes along with it."""
    if origin < number:
        return _inserted(origin)
    if whole:
        return Fault("deleted", number, f"Row {number} is missing: in its place stands what was row {origin}.")
    return Fault("moved", number, f"Row {number} was moved: what stands there was written as row {origin}.")


def _stranger(row: Row, number: int, last: str, after: Row | None) -> bool:
    """Whether ROW never was in the chain: the one after it follows the one before it, or nothing ties it to anything."""
    if after is not None:
        return after.previous == last or _fits(after, number)
    tied = leaf(row.line) == row.digest or leaf(_with(row.line, previous=last)) == row.digest
    return row.previous != last and not tied


def _origin(row: Row, number: int, place: Callable[[str], int | None]) -> int | None:
    """The number under which ROW was written, if it is another than NUMBER and can be found."""
    follows = 0 if row.previous == GENESIS else place(row.previous)
    numbers = [number - 1, number + 1] if follows is None else [number - 1, number + 1, follows + 1]
    return next((one for one in numbers if one != number and _fits(row, one)), None)


def _fits(row: Row, number: int) -> bool:
    return leaf(_with(row.line, seq=number)) == row.digest


def _with(line: str, *, seq: int | None = None, previous: str | None = None) -> str:
    """LINE with another number or predecessor: both stand at its end."""
    head, _, number = line.rpartition(',"seq":')
    if seq is not None:
        return f'{head},"seq":{seq}}}'
    front, _, _ = head.rpartition(',"previous":"')
    return f'{front},"previous":"{previous}","seq":{number}'


def _inserted(number: int) -> Fault:
    return Fault("inserted", number, f"Row {number} was put in: the row after it does not follow it.")


def _edited(number: int, why: str) -> Fault:
    return Fault("edited", number, f"Row {number} was changed: its {why}.")
