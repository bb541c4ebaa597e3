"""Promises of kept files: named by content, whole or absent."""

import fcntl
import hashlib
import os
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from sdgcities import storage
from tests.certification import factories as make

HOUSE = Path(__file__).resolve().parents[2]
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


# --- what killed processes left behind


def aged(path, by):
    """PATH as it were written BY ago."""
    then = (timezone.now() - by - timedelta(minutes=1)).timestamp()
    os.utime(path, (then, then))
    return path


def soon():
    """When everything that lies on the disk now is settled."""
    return timezone.now() + storage.SETTLED + timedelta(minutes=1)


def where(settings, sha256):
    (path,) = Path(settings.MEDIA_ROOT).rglob(sha256)
    return path


@pytest.fixture
def shelf(db):
    """Ten files that rows name."""
    place = make.city()
    by = make.official(place)
    return [make.on_shelf(place, by).sha256 for _ in range(10)]


def lying(settings):
    return sorted(path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def torn(settings):
    """What a process leaves that is killed while it writes."""
    folder = Path(settings.MEDIA_ROOT) / "kept" / "ab"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f".{'0' * 32}.tmp"
    path.write_bytes(CONTENT[:100])
    return path


@pytest.mark.django_db
def test_nothing_is_tidied_where_nothing_was_ever_kept():
    assert storage.tidy(at=soon()) == storage.Tidied(0, 0)


def test_what_lies_without_a_row_is_dropped_and_all_else_stays(settings, shelf):
    rest, unnamed = torn(settings), storage.keep(CONTENT).sha256
    stranger = Path(settings.MEDIA_ROOT) / "kept" / "ab" / "notes.txt"
    stranger.write_text("not ours")
    assert storage.tidy(at=timezone.now()) == storage.Tidied(0, 0)
    aged(rest, storage.WRITTEN)
    assert storage.tidy(at=timezone.now()) == storage.Tidied(1, 0)
    assert lying(settings) == sorted([*shelf, unnamed, "notes.txt"])
    assert storage.tidy(at=soon()) == storage.Tidied(0, 1)
    assert lying(settings) == sorted([*shelf, "notes.txt"])


def test_before_a_database_that_is_not_theirs_the_files_stay(settings, shelf, caplog):
    unnamed = [storage.keep(CONTENT + bytes([number])).sha256 for number in range(2)]
    assert storage.tidy(at=soon()) == storage.Tidied(0, 0)
    assert lying(settings) == sorted([*shelf, *unnamed])
    assert "2 of 12 files have no row: is this their database?" in caplog.text


def test_what_is_kept_again_is_as_young_as_new(settings, shelf):
    kept = storage.keep(CONTENT)
    aged(where(settings, kept.sha256), storage.SETTLED)
    storage.keep(CONTENT)
    assert storage.tidy(at=timezone.now()) == storage.Tidied(0, 0)
    aged(where(settings, kept.sha256), storage.SETTLED)
    assert storage.tidy(at=timezone.now()) == storage.Tidied(0, 1)
    storage.keep(CONTENT)
    assert lying(settings) == sorted([*shelf, kept.sha256])


def test_a_file_that_is_kept_again_while_it_is_tidied_stays(transactional_db, settings, shelf):
    """The race: tidying has judged the file old and without a row; before it drops it, somebody keeps the same content."""
    path = aged(where(settings, storage.keep(CONTENT).sha256), storage.SETTLED)
    tidied = []
    tidying = Thread(target=lambda: (tidied.append(storage.tidy(at=timezone.now())), connection.close()))
    folder = os.open(path.parent, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    tidying.start()
    tidying.join(0.5)
    assert tidied == []
    os.utime(path)
    os.close(folder)
    tidying.join(20)
    assert tidied == [storage.Tidied(0, 0)]
    assert path.exists()


def test_every_column_that_names_files_is_known_to_tidying():
    """A file whose name stood in another column would be dropped: whoever keeps files is named here with its column."""
    assert sorted(f"{model._meta.label}.{field}" for model, field in storage.naming()) == [
        "certification.Certificate.pdf_sha256",
        "certification.Decision.letter_sha256",
        "certification.StageReport.pdf_sha256",
        "certification.Submission.receipt_sha256",
        "tracks.EvidenceVersion.sha256",
    ]
    keepers = {
        str(path.relative_to(HOUSE))
        for floor in ("sdgcities", "tracks", "certification", "monitoring")
        for path in (HOUSE / floor).rglob("*.py")
        if re.search(r"storage\.keep\(|import .*\bkeep\b|default_storage\.save\(", path.read_text(encoding="utf-8"))
    }
    assert keepers == {"certification/tasks.py", "sdgcities/storage.py", "tracks/actions/shelving.py"}
