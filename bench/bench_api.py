"""The list of applications for programs: a hundred of 10,000, beside a bare psycopg2 and json program.

The reference asks our own query, so what makes that query cheaper makes both sides faster and the ratio no better. Our
time on PostgreSQL, by sampling the stack: 27 % the query of the page (compiled, planned, run, read), 20 % what the person
holds (two queries), 17 % the filter of rights, 15 % the token and its person, 11 % members and JSON, 10 % the rest.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import measure
import psycopg2
import psycopg2.extras
import serving

ROWS = 100
ADDRESS = f"/api/v1/applications/?page_size={ROWS}"
TOLD = (
    "id", "city", "city_name", "country", "mechanism", "standard_id", "key", "version", "stage", "language", "state",
    "outcome", "cycle", "started_at", "submitted_at", "response_until",
)  # fmt: skip


def query_of(get: Callable[[str], bytes]) -> tuple[str, list[Any]]:
    """The one query of the page for its rows, as it goes to the driver."""
    from django.db import connection

    asked: list[tuple[str, list[Any]]] = []

    def note(execute: Callable[..., object], sql: str, params: Sequence[Any], many: object, context: object) -> object:
        asked.append((sql, list(params or ())))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        get(ADDRESS)
    found = [one for one in asked if f"LIMIT {ROWS + 1}" in one[0]]
    measure.must(len(found) == 1, f"the page asks {len(found)} queries for its rows")
    return found[0]


def reader(sql: str, params: list[Any], levels: dict[str, str], root: str) -> Callable[[], bytes]:
    """The reference: a connection that stays open, the same query, the same members by `json`."""
    cursor = _cursor()
    words = sql if measure.on_postgres() else sql.replace("%s", "?")

    def read() -> bytes:
        cursor.execute(words, params)
        results = [_told(dict(zip(TOLD, row, strict=False)), levels, root) for row in cursor.fetchall()[:ROWS]]
        return json.dumps({"results": results}, ensure_ascii=False).encode()

    return read


def _cursor() -> "psycopg2.extensions.cursor | sqlite3.Cursor":
    address = os.environ["DATABASE_URL"]
    if not measure.on_postgres():
        return sqlite3.connect(address.removeprefix("sqlite:///")).cursor()
    psycopg2.extras.register_uuid()
    connection = psycopg2.connect(address)
    connection.autocommit = True
    return connection.cursor()


def _told(row: dict[str, Any], levels: dict[str, str], root: str) -> dict[str, Any]:
    row.pop("standard_id")
    row["standard"] = f"{row.pop('key')}-{row.pop('version')}"
    row["level"] = levels[row["stage"]]
    row["outcome"] = row["outcome"] or None
    for name in ("started_at", "submitted_at", "response_until"):
        row[name] = row[name] and _moment(row[name])
    row["url"] = f"{root}{row['id']}/"
    return row


def _moment(given: datetime | str) -> str:
    at = given if isinstance(given, datetime) else datetime.fromisoformat(given).replace(tzinfo=UTC)
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def api_list() -> None:
    """A program with a token reads a page with the rights of each case; the reference asks the very same query."""
    import population

    with measure.database():
        from django.utils import timezone

        from sdgcities.actions import tokens

        member = population.populate(10_000)
        secret = tokens.make(member, name="Bench", days=30, by=member, at=timezone.now()).secret
        get = serving.wsgi(HTTP_AUTHORIZATION=f"Bearer {secret}")
        measure.settle()
        told = json.loads(get(ADDRESS))["results"]
        levels = {one["stage"]: one["level"] for one in told}
        read = reader(*query_of(get), levels, told[0]["url"].removesuffix(f"{told[0]['id']}/"))
        measure.must(len(told) == ROWS and json.loads(read())["results"] == told, "the two sides tell different rows")
        found = measure.pairs(lambda: get(ADDRESS), read)
    measure.tell("api_list", found, aim=2, note="100 of 10,000; signing in and building the query are the larger part")


if __name__ == "__main__":
    api_list()
