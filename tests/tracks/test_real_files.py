"""Files that cities really have, in a folder that is never shipped: each goes on the shelf and comes back unchanged."""

import hashlib
import os
from pathlib import Path

import pytest

from sdgcities import storage
from tracks import contents

pytestmark = [pytest.mark.django_db, pytest.mark.evidence]

FOLDER = Path(os.environ.get("SDGC_EVIDENCE") or "nowhere")
KINDS = {".pdf": contents.PDF, ".xlsx": contents.XLSX, ".xls": contents.XLS, ".geojson": contents.GEOJSON}


def files():
    return sorted(path for path in FOLDER.glob("*") if path.suffix in KINDS)


def test_there_are_ten_of_them():
    assert len(files()) == 10


@pytest.mark.parametrize("path", files() or [Path("none")], ids=lambda path: path.name)
def test_a_real_file_goes_on_the_shelf_unchanged(path, put):
    data = path.read_bytes()
    version = put(data, file_name=path.name)
    with storage.open_kept(version.sha256) as kept:
        assert hashlib.sha256(kept.read()).digest() == hashlib.sha256(data).digest()
    assert (version.media_type, version.file_name) == (KINDS[path.suffix], path.name)
