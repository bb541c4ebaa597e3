"""Demonstration evidence says on every page and sheet that it is none, and passes the shelf's own checks."""

import io
import re
import tomllib
from datetime import UTC, date, datetime

import pikepdf
import pytest
from openpyxl import load_workbook

from sdgcities import paper as paper_house
from tracks import demonstration
from tracks.actions import measuring, shelving

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOTICE = "Demonstration: no city has been certified"

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers(city, editor):
    measuring.import_open_sdg(city, folder=demonstration.LOS_ANGELES, by=editor, at=AT)
    return demonstration.papers(city, on=date(2026, 11, 20), delegate="D. Elegate")


def meanings(font):
    """Which letters the codes of FONT stand for, by its ToUnicode table."""
    table = bytes(font.ToUnicode.read_bytes()).decode("ascii")
    pairs = re.findall(
        r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", re.sub(r"(?s)begincodespacerange.*?endcodespacerange", "", table)
    )
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def words_of(page):
    found, font = [], {}
    fonts = {str(name): meanings(value) for name, value in page.Resources.Font.items()}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            font = fonts[str(operands[0])]
        for piece in operands[0] if str(operator) == "TJ" else operands if str(operator) == "Tj" else ():
            if isinstance(piece, pikepdf.String):
                codes = bytes(piece)
                found += [font.get(int.from_bytes(codes[at : at + 2]), "?") for at in range(0, len(codes), 2)]
    return re.sub(r"\s+", "", "".join(found))


def test_all_documents_go_on_the_shelf_and_answer_all_of_stage_a(papers, city, editor):
    kept = [shelving.put(city, **paper.as_put(), by=editor, at=AT) for paper in papers]
    assert len({version.sha256 for version in kept}) == len(papers) == 9
    answered = sorted({key for paper in papers for key in paper.requirements})
    assert answered == ["A1.1", "A1.2", "A1.3", "A2.1", "A2.2", "A2.3", "A3.1", "A3.2", "A3.3"]


def test_every_page_and_every_sheet_says_so(papers):
    silent, pages = [], 0
    for paper in papers:
        if paper.file_name.endswith(".pdf"):
            with pikepdf.open(io.BytesIO(paper.file)) as document:
                texts = [words_of(page) for page in document.pages]
            said = [NOTICE.replace(" ", "") in text for text in texts]
        else:
            book = load_workbook(io.BytesIO(paper.file))
            said = [sheet["A1"].value == NOTICE for sheet in book.worksheets]
        pages += len(said)
        silent += [paper.key] * said.count(False)
    assert (silent, pages > 15) == ([], True)


def test_the_overview_of_progress_speaks_of_real_values(papers):
    paper = next(paper for paper in papers if paper.key == "progress-by-goal")
    with pikepdf.open(io.BytesIO(paper.file)) as document:
        text = "".join(words_of(page) for page in document.pages)
        assert document.Root.MarkInfo.Marked
    assert "Annualmeanlevelsoffineparticulatematter" in text


def test_a_cell_cannot_become_a_formula():
    made = demonstration.xlsx(
        [demonstration.Part("S", columns=["a"], rows=[["=1+1"], ["12"], ["-3"]])],
        {"notice": NOTICE, "disclaimer": "d", "title": "t", "city": "c", "source": "s"},
    )
    sheet = load_workbook(io.BytesIO(made)).worksheets[0]
    assert [sheet.cell(row, 1).value for row in (6, 7, 8)] == ["'=1+1", 12, "'-3"]


@pytest.mark.parametrize("language", ["en", "fr", "es", "ru", "zh", "ar"])
def test_a_plain_paper_says_so_on_every_page_in_its_own_language(city, language):
    made = demonstration.papers(
        city, on=date(2026, 9, 1), delegate="D. Elegate", places="Here", written=demonstration.plain(language)
    )
    notice = tomllib.loads(demonstration.plain(language).read_text(encoding="utf-8"))["notice"]
    assert {paper.language for paper in made} == {language}
    for paper in made:
        if paper.file_name.endswith(".xlsx"):
            book = load_workbook(io.BytesIO(paper.file))
            assert {sheet["A1"].value for sheet in book.worksheets} == {notice}
            assert {bool(sheet.sheet_view.rightToLeft) for sheet in book.worksheets} == {language == "ar"}
        elif paper.file_name.endswith(".txt"):
            assert paper.file.decode().count(notice) == 2
        else:
            with pikepdf.open(io.BytesIO(paper.file)) as document:
                assert str(document.Root.Lang) == language
                texts = [words_of(page) for page in document.pages]
            spoken = notice.replace(" ", "")
            assert language == "ar" or [text for text in texts if spoken not in text] == []  # Arabic is drawn joined


def test_where_chinese_cannot_be_printed_a_text_file_says_the_same(city, monkeypatch):
    monkeypatch.setattr(paper_house, "CHINESE_FONTS", ())
    written = demonstration.plain("zh")
    made = demonstration.papers(city, on=date(2026, 9, 1), delegate="D. Elegate", places="Here", written=written)
    assert [paper.file_name for paper in made] == ["mandate.txt", "inventory.xlsx", "programme.txt", "commitment.txt"]
