"""Paper from frozen documents: tagged, in its language, the same bytes every time, of every schema that ever was."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.template.loader import render_to_string

from certification import reports
from certification.reports.common import context_of
from sdgcities import canonical, paper
from sdgcities.errors import Refused

FROZEN = Path(__file__).parent / "frozen"
PAPERS = {
    "stage-report": reports.stage_report,
    "submission": reports.receipt,
    "decision": reports.letter,
    "certificate": reports.certificate,
}
LANGUAGES = {"stage-report-2": "ar", "submission-2": "ar"}


def frozen(name):
    return (FROZEN / f"{name}.json").read_text(encoding="utf-8")


def changed(name, **members):
    return canonical.text({**canonical.load(frozen(name)), **members})


def letter(**members):
    text = changed("decision-2", **members)
    return render_to_string("reports/letter.html", {**context_of(reports.read(text), "0" * 64), "attendance": []})


def kinds_of(node, found):
    """Collect the structure types below NODE."""
    if isinstance(node, pikepdf.Dictionary):
        if "/S" in node and "/K" in node:
            found.append(str(node["/S"]))
        if "/K" in node:
            kinds_of(node["/K"], found)
    elif isinstance(node, pikepdf.Array):
        for child in node:
            kinds_of(child, found)
    return found


@pytest.mark.parametrize("schema", [1, 2])
@pytest.mark.parametrize("kind", PAPERS)
def test_a_document_of_every_schema_prints_as_tagged_paper_in_its_language(kind, schema):
    text = frozen(f"{kind}-{schema}")
    document = canonical.load(text)
    with pikepdf.open(BytesIO(PAPERS[kind](text))) as pdf:
        structure = kinds_of(pdf.Root.StructTreeRoot, [])
        told = (str(pdf.Root.Lang), bool(pdf.Root.MarkInfo.Marked), "/H1" in structure)
        assert told == (LANGUAGES.get(f"{kind}-{schema}", "en"), True, True)
        assert document.get("reference", document.get("id", document["application"])) in str(pdf.docinfo["/Title"])
    assert document["schema"] == schema


def test_the_same_text_gives_the_same_bytes():
    assert reports.receipt(frozen("submission-2")) == reports.receipt(frozen("submission-2"))


def test_fonts_and_style_are_read_once():
    assert paper._style_and_fonts() is paper._style_and_fonts() or (
        paper._style_and_fonts()[0] is paper._style_and_fonts()[0]
    )


def test_a_chinese_report_without_a_chinese_font_is_refused(monkeypatch):
    monkeypatch.setattr(paper, "CHINESE_FONTS", ("/nowhere/font.ttc",))
    with pytest.raises(Refused, match="no Chinese font"):
        reports.receipt(changed("submission-2", language="zh"))


def test_an_arabic_paper_needs_no_chinese_font(monkeypatch):
    monkeypatch.setattr(paper, "CHINESE_FONTS", ("/nowhere/font.ttc",))
    assert reports.receipt(frozen("submission-2")).startswith(b"%PDF")


def test_a_refusal_names_criteria_reasons_right_of_appeal_and_its_deadline_in_the_citys_zone():
    """R-D4."""
    page = letter(
        decision="refuse",
        reasons="Two dates are missing.",
        unmet=[{"key": "A2", "title": "Work programme"}],
        appeal_until="2026-10-02T06:59:59Z",
    )
    wanted = ["A2", "Two dates are missing.", "Your right of appeal", "1 October 2026 at 23:59 (America/Los_Angeles)"]
    assert [text for text in wanted if text not in page] == []


def test_a_grant_speaks_of_no_appeal_against_a_refusal():
    assert "Your right of appeal" not in letter(decision="grant")


@pytest.mark.parametrize("template", ["stage_report", "certificate"])
def test_each_paper_says_that_it_is_a_demonstration(template):
    name = {"stage_report": "stage-report-1", "certificate": "certificate-2"}[template]
    document = reports.read(frozen(name))
    words = reports.report_context(document, "0" * 64) if template == "stage_report" else context_of(document, "0" * 64)
    page = render_to_string(f"reports/{template}.html", {"segments": [], **words})
    assert "Demonstration: no city has been certified" in page
