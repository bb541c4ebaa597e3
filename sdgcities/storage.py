"""Files by their content: the name is the SHA-256, so a file can neither change nor be torn."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept: its SHA-256 in lower-case hex and its size in bytes."""

    sha256: str
    size: int


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


def keep(content: "bytes | BinaryIO | File[Any]") -> Kept:
    """Keep CONTENT and give its digest and size; what is there already is not written again.

    The file is whole on disk when this returns: write the row after it.
    """
    source = BytesIO(content) if isinstance(content, bytes) else content
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(source):
        digest.update(piece)
        size += len(piece)
    kept = Kept(digest.hexdigest(), size)
    if not default_storage.exists(_name(kept.sha256)):
        source.seek(0)
        default_storage.save(_name(kept.sha256), source if isinstance(source, File) else File(source))
    source.seek(0)
    return kept


def open_kept(sha256: str) -> BinaryIO:
    """Open what was kept under SHA256 for reading; FileNotFoundError if nothing was."""
    return cast("BinaryIO", default_storage.open(_name(sha256), "rb"))


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
