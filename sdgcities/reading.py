"""The journal as it is read: what belongs to a case, one page of a long list, rows in words, and the whole as text."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import CharField, Func, QuerySet

from sdgcities import acts
from sdgcities.acts import Thing
from sdgcities.chain import LINE, TABLE, line
from sdgcities.models import Entry, Membership, User

ON_A_PAGE = 50
CHUNK = 2_000  # rows that are fetched at a time


class CaseOf(Func):
    """The reference of the case that a body names, written as the index of each database is (migration 0010)."""

    arity = 1
    output_field = CharField()
    template = "(%(expressions)s::jsonb ->> 'application')"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:  # noqa: ANN401 - the compiler's own types
        """Write it for SQLite."""
        return self.as_sql(compiler, connection, template="json_extract(%(expressions)s, '$.application')", **more)


def of_case(reference: str, name: str) -> QuerySet[Entry]:
    """The entries of a case: whose body names its REFERENCE, and those of the case itself, under its NAME in the journal.

    Two questions, each answered from an index of its own, and what they find together: asked as one with OR, a planner
    may read the whole journal instead.
    """
    told = Entry.objects.alias(case=CaseOf("body")).filter(case=reference).values("seq")
    return Entry.objects.filter(seq__in=Entry.objects.filter(object=name).values("seq").union(told))


def case_named(entry: Entry) -> str:
    """The reference of the case that ENTRY's body names, or nothing."""
    return str(json.loads(entry.body).get("application", ""))


# --- pages


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page: its rows, and the numbers from which the pages before and after it go on, 0 where there is none."""

    entries: list[Entry]
    before: int
    after: int


def newest_first(entries: QuerySet[Entry], *, before: int = 0, after: int = 0) -> Leaf:
    """The page of ENTRIES that ends BEFORE a number, or lies next AFTER one, or the first; newest first, in one query.

    ``before`` of the page leads to older entries, ``after`` to newer ones.
    """
    if after and not before:
        found, more = _some(entries.filter(seq__gt=after).order_by("seq"))
        found.reverse()
        return Leaf(found, found[-1].seq if found else 0, found[0].seq if more else 0)
    found, more = _some((entries.filter(seq__lt=before) if before else entries).order_by("-seq"))
    return Leaf(found, found[-1].seq if more else 0, found[0].seq if before and found else 0)


def oldest_first(entries: QuerySet[Entry], *, before: int = 0, after: int = 0) -> Leaf:
    """The page of ENTRIES next AFTER a number, or that ends BEFORE one, or the first; oldest first, in one query."""
    if before and not after:
        found, more = _some(entries.filter(seq__lt=before).order_by("-seq"))
        found.reverse()
        return Leaf(found, found[0].seq if more else 0, found[-1].seq if found else 0)
    found, more = _some((entries.filter(seq__gt=after) if after else entries).order_by("seq"))
    return Leaf(found, found[0].seq if after and found else 0, found[-1].seq if more else 0)


def _some(entries: QuerySet[Entry]) -> tuple[list[Entry], bool]:
    found = list(entries[: ON_A_PAGE + 1])
    return found[:ON_A_PAGE], len(found) > ON_A_PAGE


# --- rows in words


@dataclass(frozen=True, slots=True)
class Row:
    """One entry in words: what was done, by whom in which part, to what, in which case; and its body, read."""

    entry: Entry
    words: str
    who: Thing | None
    part: str
    kind: str
    thing: Thing | None
    case: Thing | None
    place: str
    body: dict[str, Any]


def told(entries: Collection[Entry], *, reader: User, at: datetime) -> list[Row]:
    """ENTRIES in words for READER: names are looked up now, in one query for each kind of thing on the page."""
    bodies = {entry.seq: json.loads(entry.body) for entry in entries}
    names = {entry.object for entry in entries} | {_person(entry) for entry in entries if entry.actor}
    cases = {case_named(entry) for entry in entries} - {""}
    known = acts.found(names | {f"case:{one}" for one in cases}, reader=reader, at=at)
    parts = _standing(entries) | acts.parts(entries)
    return [
        Row(
            entry=entry,
            words=acts.words(entry.act),
            who=known.get(_person(entry), Thing(str(entry.actor))) if entry.actor else None,
            part=parts.get(entry.seq, ""),
            kind=acts.kind(entry.object.partition(":")[0]),
            thing=known.get(entry.object),
            case=known.get(f"case:{body['application']}", Thing(body["application"]))
            if "application" in body
            else None,
            place=str(body.get("requirement") or body.get("criterion") or ""),
            body=body,
        )
        for entry in entries
        for body in [bodies[entry.seq]]
    ]


def _person(entry: Entry) -> str:
    return f"sdgcities.user:{entry.actor}"


def _standing(entries: Collection[Entry]) -> dict[int, str]:
    """The standing roles that people held when they acted, in words."""
    held: dict[object, list[Membership]] = {}
    actors = {entry.actor for entry in entries if entry.actor}
    for one in Membership.objects.filter(user__in=actors).order_by("starts_on", "pk"):
        held.setdefault(one.user_id, []).append(one)
    return {
        entry.seq: " · ".join(
            dict.fromkeys(str(one.get_role_display()) for one in held.get(entry.actor, []) if _ran(one, entry.at))
        )
        for entry in entries
    }


def _ran(part: Membership, at: datetime) -> bool:
    """Whether PART ran at AT, as `roles.running` asks of the database."""
    day = at.astimezone(UTC).date()
    if part.starts_on > day or (part.ends_on is not None and part.ends_on < day):
        return False
    return part.ended_at is None or part.ended_at > at


# --- the whole


def text(entry: Entry) -> str:
    """The row's canonical text, of which its digest is taken."""
    one = entry
    return line(one.seq, one.previous, at=one.at, act=one.act, obj=one.object, actor=one.actor, body=one.body)


def lines(last: int) -> Iterator[str]:
    """The canonical texts of the rows up to number LAST in their order, each with its line's end.

    Some rows at a time, each time by a question of its own: who takes the journal out slowly holds no transaction open,
    which on SQLite would keep everybody from writing. Nothing can change meanwhile: rows are only ever added.
    """
    columns, table = LINE[connection.vendor], TABLE[connection.vendor]
    sql = f"SELECT seq, {columns} FROM {table} WHERE seq > %s AND seq <= %s ORDER BY seq LIMIT %s"  # noqa: S608 - our own text
    seq = 0
    while seq < last:
        with connection.cursor() as cursor:
            cursor.execute(sql, [seq, last, CHUNK])
            found = cursor.fetchall()
        if not found:
            return
        seq = found[-1][0]
        yield "".join(f"{row}\n" for _seq, row in found)


def pieces(entries: QuerySet[Entry], last: int) -> Iterator[list[Entry]]:
    """ENTRIES up to number LAST in their order, some at a time, as `lines` reads them."""
    seq = 0
    while found := list(entries.filter(seq__gt=seq, seq__lte=last).order_by("seq")[:CHUNK]):
        yield found
        seq = found[-1].seq
