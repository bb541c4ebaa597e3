"""Promises of kept files: named by content, whole or absent."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from sdgcities import storage

CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 1000


@pytest.mark.parametrize("wrap", [bytes, BytesIO, ContentFile, lambda raw: SimpleUploadedFile("../../x.pdf", raw)])
def test_what_is_kept_is_found_by_its_digest(wrap):
    kept = storage.keep(wrap(CONTENT))
    assert kept == storage.Kept(hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
    with storage.open_kept(kept.sha256) as file:
        assert file.read() == CONTENT


def test_the_same_content_is_kept_once(settings):
    first, second = storage.keep(CONTENT), storage.keep(BytesIO(CONTENT))
    assert first == second
    assert [path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == [first.sha256]


def test_an_empty_file_is_a_file():
    assert storage.keep(b"").size == 0


def test_a_writing_that_breaks_off_leaves_nothing_under_the_name(settings):
    class Torn(File):
        def chunks(self, chunk_size=None):
            yield CONTENT[:100]
            raise OSError("the line broke")

    with pytest.raises(OSError, match="broke"):
        default_storage.save("kept/00/torn", Torn(BytesIO(CONTENT)))
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


def test_what_was_never_kept_is_not_found():
    with pytest.raises(FileNotFoundError):
        storage.open_kept("0" * 64)
