"""A word that was planted is found in whatever kind of answer it stands, and where it does not stand it is not."""

import gzip
import io
import json
import zipfile

import openpyxl
import pikepdf
import pytest

from certification import reports
from certification.actions import applying
from tests import canaries
from tests.canaries import ANSWERED, SHELVED, found_in
from tests.certification import factories

WORDS = {value for name, value in vars(canaries).items() if name.isupper() and isinstance(value, str)}


def page():
    return f'<p title="{SHELVED}">The city says: {ANSWERED.title()}.</p>'.encode()


def data():
    return json.dumps({"narrative": f"«{ANSWERED}»", SHELVED: [1]}).encode()


def sheet():
    book, kept = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["a", f"of {ANSWERED}"])
    book.create_sheet(SHELVED)
    book.save(kept)
    return kept.getvalue()


def packed():
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{SHELVED}.txt", f"It says {ANSWERED}.")
    return kept.getvalue()


def beside():
    """A PDF whose page is empty: its title, and a file that hangs on it."""
    kept = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = f"Of {ANSWERED}"
        pdf.attachments["more.txt"] = SHELVED.encode()
        pdf.save(kept, compress_streams=True)
    return kept.getvalue()


@pytest.mark.parametrize(
    "body",
    [page(), data(), sheet(), packed(), gzip.compress(page()), gzip.compress(sheet()), beside()],
    ids=["HTML", "JSON", "XLSX", "ZIP", "gzip", "a sheet in gzip", "beside the pages of a PDF"],
)
def test_a_word_is_found_in(body):
    assert found_in(body, WORDS) == {ANSWERED, SHELVED}


def test_what_is_not_there_is_not_found():
    for body in (b"", b"<p>Words of no one.</p>", blank(), gzip.compress(b"nothing"), "größer".encode("latin-1")):
        assert found_in(body, WORDS) == set()


def blank():
    kept = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(kept)
    return kept.getvalue()


@pytest.mark.django_db
def test_a_word_is_found_on_printed_paper():
    """In its text alone, for no byte of the file shows it; also where it hangs on a word too long for a line."""
    w = factories.drafted(factories.world())
    told = {"by": w.editor, "at": w.at}
    applying.set_scope(w.application, **{**factories.SCOPE, "name": f"City of {ANSWERED}"}, **told)
    piece = factories.on_shelf(w.city, w.editor, title=f"{'long' * 30}{SHELVED}", at=w.at)
    applying.link(w.application, requirement="A1.1", version=piece, where="", **told)
    applying.submit(w.application, by=w.delegate, at=w.later(hours=1))
    paper = reports.receipt(w.application.submissions.get().text)
    assert ANSWERED.encode() not in paper
    assert found_in(paper, WORDS) == {ANSWERED, SHELVED}


def test_each_word_is_of_its_own():
    """None stands within another, else one would be taken for the other."""
    assert [(one, other) for one in WORDS for other in WORDS if one != other and one in other] == []
