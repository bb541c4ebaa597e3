"""What the benchmarks share: a database of their own, interleaved pairs, one line a figure."""

import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
GIVEN = os.environ.get("DATABASE_URL", "")
PAIRS = 30


def on_postgres() -> bool:
    """Whether the figures are PostgreSQL's; else they are SQLite's, and each line says so."""
    return urlsplit(GIVEN).scheme in {"postgres", "postgresql"}


@contextmanager
def database() -> Iterator[None]:
    """Django on a database made for this run alone, and dropped after it."""
    with tempfile.TemporaryDirectory() as folder:
        name = f"sdgc_bench_{os.getpid()}"
        if on_postgres():
            _on_server(f'CREATE DATABASE "{name}"')
            os.environ["DATABASE_URL"] = _address(name)
        else:
            os.environ["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"
        os.environ.update(MEDIA_ROOT=f"{folder}/media", SECRET_KEY="for-this-run-only", LOG_LEVEL="ERROR")
        os.environ.pop("REDIS_URL", None)
        try:
            _set_up()
            yield
        finally:
            from django.db import connections

            connections.close_all()
            if on_postgres():
                _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _set_up() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "sdgcities.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _address(name: str) -> str:
    parts = urlsplit(GIVEN)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


def _on_server(sentence: str) -> None:
    import psycopg2

    server = psycopg2.connect(_address("postgres"))
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(sentence)
    server.close()


def settle() -> None:
    """Let the database look at what was loaded, so that its plans are those of a running house."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if on_postgres() else "ANALYZE")


def once(act: Callable[[], object]) -> float:
    """The seconds that ACT takes, without the garbage of what ran before."""
    gc.collect()
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def pairs(
    ours: Callable[[], object], reference: Callable[[], object], *, times: int = PAIRS
) -> list[tuple[float, float]]:
    """TIMES interleaved pairs in seconds, each warmed up once; the first of a pair changes from pair to pair."""
    ours()
    reference()
    found = []
    for number in range(times):
        if number % 2:
            second = once(reference)
            found.append((once(ours), second))
        else:
            first = once(ours)
            found.append((first, once(reference)))
    return found


def tell(name: str, found: list[tuple[float, float]], *, aim: float, note: str = "") -> None:
    """One line: the medians, and the median of the pairs' ratios beside the aim."""
    ours, reference = (statistics.median(column) * 1000 for column in zip(*found, strict=True))
    ratio = statistics.median(first / second for first, second in found)
    where = "PostgreSQL" if on_postgres() else "SQLite"
    words = f"bench {name} ours={ours:.2f}ms reference={reference:.2f}ms ratio={ratio:.2f}"
    print(f"{words} aim<={aim} pairs={len(found)} on {where}{'; ' + note if note else ''}", flush=True)


def must(holds: object, what: str) -> None:
    """Fail the bench where one side does less than it claims."""
    if not holds:
        sys.exit(f"The bench is void: {what}")
