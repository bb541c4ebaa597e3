"""A file judged in a process of its own, with little memory and time: one that exhausts it takes nothing else along."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import BoundedSemaphore

from tracks import contents
from tracks.contents import Content, Unfit

HOUSE = Path(__file__).parents[2]
PATIENCE = 60  # seconds by the clock; of a processor's time the process has fewer
LONGEST_WAIT = 20  # seconds until a file's turn has come
AT_ONCE = BoundedSemaphore(
    2
)  # files judged at one moment in one server, so that memory stays what it was planned to be
UNKNOWING = {"PYTHONUTF8": "1"}  # no secret of ours is in that process
log = logging.getLogger(__name__)


def inspect(data: bytes, name: str) -> Content:
    """As `contents.inspect`, in a process of its own; a short text that is no table is read here, since nothing in it can hurt.

    The process is started anew, by path: a server with threads must not be forked.
    """
    if not data or len(data) > contents.LARGEST or contents.is_light(data, name):
        return contents.inspect(data, name)
    with NamedTemporaryFile(prefix="sdgcities-") as file:
        file.write(data)
        file.flush()
        with _turn():
            return _verdict(_run(file.name, contents.clean_name(name)))


@contextmanager
def _turn() -> Iterator[None]:
    """One of the few places; who waits too long for one is sent away, so that files in a row do not hold the whole server."""
    if not AT_ONCE.acquire(timeout=LONGEST_WAIT):
        raise Unfit("not-checked")
    try:
        yield
    finally:
        AT_ONCE.release()


def _run(path: str, name: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(  # noqa: S603 - ourselves, with a name that was cleaned
            [sys.executable, "-s", "-m", "tracks.contents", path, name],
            cwd=HOUSE,
            env=UNKNOWING,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unfit("exhausting") from None
    except OSError:
        log.exception("A file could not be checked: no process could be started.")
        raise Unfit("not-checked") from None


def _verdict(process: "subprocess.CompletedProcess[bytes]") -> Content:
    if process.returncode < 0:  # ended by the limit of time, or by a fault in a library
        raise Unfit("exhausting")
    try:
        told = json.loads(process.stdout)
    except ValueError:
        log.error("A file could not be checked: %s", process.stderr.decode(errors="replace")[-2000:])  # noqa: TRY400 - what that process said is the error
        raise Unfit("not-checked") from None
    if "unfit" in told:
        raise Unfit(told["unfit"])
    return Content(told["media_type"], told["file_name"])
