"""Merkle trees as RFC 6962 builds them: roots over a part, and what proves that one tree begins with another. No Django in here."""

from collections.abc import Callable

from sdgcities.verify_journal import node


def split(size: int) -> int:
    """The greatest power of two below SIZE, where RFC 6962 parts a tree of two leaves or more."""
    return 1 << ((size - 1).bit_length() - 1)


def range_root(start: int, end: int, full: Callable[[int, int], bytes]) -> bytes:
    """The root over the leaves START to END (not counted); FULL gives that of a full part by level and index."""
    size = end - start
    if size & (size - 1) == 0 and start % size == 0:
        level = size.bit_length() - 1
        return full(level, start >> level)
    middle = start + split(size)
    return node(range_root(start, middle, full), range_root(middle, end, full))


def prove(first: int, second: int, full: Callable[[int, int], bytes]) -> list[bytes]:
    """The consistency proof between the trees of FIRST and SECOND leaves (RFC 6962, 2.1.2).

    Raises ValueError unless 0 < FIRST <= SECOND.
    """
    if not 0 < first <= second:
        message = "A proof leads from a smaller tree with rows to a larger one."
        raise ValueError(message)
    return _proof(first, 0, second, full, whole=True)


def _proof(first: int, start: int, end: int, full: Callable[[int, int], bytes], *, whole: bool) -> list[bytes]:
    size = end - start
    if first == size:
        return [] if whole else [range_root(start, end, full)]
    left = split(size)
    middle = start + left
    if first <= left:
        return [*_proof(first, start, middle, full, whole=whole), range_root(middle, end, full)]
    return [*_proof(first - left, middle, end, full, whole=False), range_root(start, middle, full)]
