"""Files by their content: the name is the SHA-256, so a file can neither change nor be torn."""

import fcntl
import hashlib
import logging
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import uuid4

from django.apps import apps
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.models import Model

PIECE = 1 << 16
WRITTEN = timedelta(days=1)  # by then a file is written, or never will be
SETTLED = timedelta(days=30)  # by then a file that was kept has its row, and a wrong database was noticed
TORN = re.compile(r"\.[0-9a-f]{32}\.tmp")
WHOLE = re.compile(r"[0-9a-f]{64}")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept: its SHA-256 in lower-case hex and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many files were dropped: torn while they were written, and whole ones that no row names."""

    torn: int
    unnamed: int


class ContentStore(FileSystemStorage):
    """Django's storage on a disk, by temporary name, fsync and rename: a name always means a whole file."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Keep the name: the same name is the same content."""
        return name

    def _save(self, name: str, content: "File[Any]") -> str:
        final = Path(self.path(name))
        final.parent.mkdir(parents=True, exist_ok=True)
        temporary = final.parent / f".{uuid4().hex}.tmp"
        try:
            with temporary.open("xb") as out:
                for piece in content.chunks():
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            temporary.replace(final)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()
        _sync(final.parent)
        return name

    def renew(self, name: str) -> bool:
        """Give the file of that NAME today's date, so that it is not tidied away; False if there is none."""
        path = Path(self.path(name))
        try:
            with _held(path.parent):
                os.utime(path)
        except FileNotFoundError:
            return False
        return True


def keep(content: "bytes | BinaryIO | File[Any]") -> Kept:
    """Keep CONTENT and give its digest and size; what is there already is not written again.

    The file is whole on disk when this returns: write the row after it, in a column whose name ends in ``sha256``
    (`tidy` drops what no such column names).
    """
    source = BytesIO(content) if isinstance(content, bytes) else content
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(source):
        digest.update(piece)
        size += len(piece)
    kept = Kept(digest.hexdigest(), size)
    if not _store().renew(_name(kept.sha256)):
        source.seek(0)
        default_storage.save(_name(kept.sha256), source if isinstance(source, File) else File(source))
    source.seek(0)
    return kept


def open_kept(sha256: str) -> BinaryIO:
    """Open what was kept under SHA256 for reading; FileNotFoundError if nothing was."""
    return cast("BinaryIO", default_storage.open(_name(sha256), "rb"))


def naming() -> list[tuple[type[Model], str]]:
    """Give every column that names kept files, as model and field: those that end in ``sha256``."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name.endswith("sha256")
    ]


def tidy(*, at: datetime) -> Tidied:
    """Drop what killed processes left behind: torn files a day old, and whole ones thirty days old that no row names.

    A file whose row is about to be written is younger: it was written or renewed just before. Where more than a tenth
    would go this is hardly the database of these files: then the whole ones stay, and the log says so.
    """
    lying = [path for folder in _folders() for path in folder.iterdir()]
    whole = [path for path in lying if WHOLE.fullmatch(path.name)]
    old = [path for path in whole if _is_older(path, at - SETTLED)]
    named = _named(path.name for path in old)
    unnamed = [path for path in old if path.name not in named]
    if len(unnamed) * 10 > len(whole):
        log.warning("%d of %d files have no row: is this their database? They stay.", len(unnamed), len(whole))
        unnamed = []
    torn = [path for path in lying if TORN.fullmatch(path.name)]
    return Tidied(sum(_drop(path, at - WRITTEN) for path in torn), sum(_drop(path, at - SETTLED) for path in unnamed))


def _folders() -> list[Path]:
    root = Path(_store().path("kept"))
    return [path for path in sorted(root.iterdir()) if path.is_dir()] if root.is_dir() else []


def _named(digests: Iterable[str]) -> set[str]:
    asked = sorted(digests)
    found: set[str] = set()
    for start in range(0, len(asked), 500):
        for model, field in naming():
            rows = model._default_manager.filter(**{f"{field}__in": asked[start : start + 500]})
            found.update(rows.values_list(field, flat=True))
    return found


def _is_older(path: Path, than: datetime) -> bool:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < than
    except FileNotFoundError:
        return False


def _drop(path: Path, before: datetime) -> bool:
    # Whoever keeps the same content this moment renews the file first, under the same lock: then it stays.
    with _held(path.parent):
        if not _is_older(path, before):
            return False
        path.unlink()
        return True


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _store() -> ContentStore:
    return cast("ContentStore", default_storage)


def _name(sha256: str) -> str:
    return f"kept/{sha256[:2]}/{sha256}"


def _pieces(source: "BinaryIO | File[Any]") -> Iterator[bytes]:
    source.seek(0)
    while piece := source.read(PIECE):
        yield piece


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
