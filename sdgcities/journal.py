"""The journal's pen: a verb's entries are collected and join the chain as the last statement of its transaction (R-H1)."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, QuerySet

from sdgcities import canonical, chain
from sdgcities.models import Entry, Salt, User
from sdgcities.verify_journal import GENESIS, leaf

P = ParamSpec("P")
T = TypeVar("T")

LAST = "SELECT seq, digest FROM journal_entry ORDER BY seq DESC LIMIT 1"
INSERT = (
    "INSERT INTO journal_entry (seq, at, act, object, actor, body, previous, digest)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
APPEND = "SELECT journal.append(%s::timestamptz[], %s::text[], %s::text[], %s::uuid[], %s::text[])"

_collected: ContextVar[list[Entry] | None] = ContextVar("collected", default=None)


def journaled(verb: Callable[P, T]) -> Callable[P, T]:
    """Run VERB in one transaction and write what it recorded last, or nothing at all.

    A verb called by a verb joins it; if the inner one is refused, its entries go with its changes.
    The outermost one opens the transaction itself (durable), so that the entries truly come last.
    """

    @wraps(verb)
    def told(*args: P.args, **kwargs: P.kwargs) -> T:
        outer = _collected.get()
        return _alone(verb, *args, **kwargs) if outer is None else _within(outer, verb, *args, **kwargs)

    return told


def _alone(verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    entries: list[Entry] = []
    token = _collected.set(entries)
    try:
        with transaction.atomic(durable=True):
            outcome = verb(*args, **kwargs)
            append(entries)
            return outcome
    finally:
        _collected.reset(token)


def _within(outer: list[Entry], verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    before = len(outer)
    try:
        with transaction.atomic():
            return verb(*args, **kwargs)
    except BaseException:
        del outer[before:]
        raise


def append(entries: list[Entry]) -> None:
    """Join ENTRIES to the chain, in their order, as the last statement of the transaction; verbs leave it to `journaled`.

    On PostgreSQL the function in schema ``journal`` does it: it alone may write there. What was deferred is checked before,
    since the locks that this takes must not be waited for under the chain's. On SQLite the transaction holds the
    database's one lock from its beginning, so the last row stays the last.
    """
    if not entries:
        return
    if connection.vendor == "postgresql":
        connection.check_constraints()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            told = ((one.at, one.act, one.object, one.actor and str(one.actor), one.body) for one in entries)
            cursor.execute(APPEND, [list(column) for column in zip(*told, strict=True)])
        else:
            cursor.execute(LAST)
            cursor.executemany(INSERT, list(_chained(entries, *cursor.fetchone() or (0, GENESIS))))


def _chained(entries: list[Entry], seq: int, digest: str) -> Iterator[tuple[Any, ...]]:
    """The rows of ENTRIES as SQLite stores them, after row SEQ with its DIGEST."""
    for one in entries:
        seq, previous = seq + 1, digest
        text = chain.line(seq, previous, at=one.at, act=one.act, obj=one.object, actor=one.actor, body=one.body)
        digest = leaf(text)
        at = one.at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
        yield seq, at, one.act, one.object, one.actor and one.actor.hex, one.body, previous, digest


def record(act: str, obj: Model, /, *, by: User | None, at: datetime, **body: object) -> None:
    """Collect one entry: BY did ACT to OBJ at AT; BODY holds ids, digests and choices, never free text.

    Raises RuntimeError outside a journaled verb.
    """
    entries = _collected.get()
    if entries is None:
        message = f"Only a journaled verb can record {act!r}."
        raise RuntimeError(message)
    actor = by.pk if by is not None else None
    entries.append(Entry(at=at, act=act, object=name_of(obj), actor=actor, body=canonical.text(body)))


def name_of(obj: Model) -> str:
    """Give the name under which the journal knows OBJ: ``app.model:key``."""
    return f"{obj._meta.label_lower}:{obj.pk}"


def of(obj: Model) -> QuerySet[Entry]:
    """Give the entries that tell of OBJ, oldest first."""
    return Entry.objects.filter(object=name_of(obj)).order_by("seq")


def keyed(text: str, *, of: Model | None = None) -> str:
    """Give the keyed digest of TEXT: e-mail, address and free text enter the journal only like this.

    What names a person is the name or address OF somebody: a salt of that object's own is mixed in, and kept in the
    caller's transaction. When it is erased, not even who holds the key can test a guess. Two objects never share a digest.
    """
    salt = bytes.fromhex(_salt(of)) if of is not None else b""
    return hmac.new(settings.JOURNAL_KEY.encode(), salt + text.encode("utf-8"), hashlib.sha256).hexdigest()


def _salt(obj: Model) -> str:
    fresh = {"secret": secrets.token_hex(32)}
    return Salt.objects.get_or_create(object=name_of(obj), defaults=fresh)[0].secret
