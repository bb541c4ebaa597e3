"""The stage report: whole, one page of summary, no names, no title of what is not public, the same on screen and on paper."""

import re
from io import BytesIO
from pathlib import Path

import jsonschema
import pikepdf
import pytest
from django.template.loader import render_to_string
from django.utils import translation

from certification import progress, reports
from certification.standard import GLOBAL, read
from certification.translations import translation_for
from sdgcities import canonical
from tests.certification import report_world as play

STANDARD = read(GLOBAL)
FROZEN = Path(__file__).parent / "frozen"
IDS = re.compile(r'\sid="([^"]+)"')


def frozen(name):
    return (FROZEN / f"{name}.json").read_text(encoding="utf-8")


def whole_page(text):
    document = reports.read(text)
    with translation.override(document["language"]):
        return render_to_string("reports/stage_report.html", reports.report_context(document, canonical.digest(text)))


def valid(text):
    document = canonical.load(text)
    schema = canonical.load(reports.schema(document["schema"]))
    jsonschema.validate(document, schema)
    return document


@pytest.fixture
def signed(db):
    """A signed report with a gap, a requirement that does not apply and a piece that is not public."""
    w = play.measured(
        play.world(),
        [
            ("1.1.1", "Poverty", "Percent", [(2020 + n, f"{20 - n}", {}) for n in range(4)]
             + [(2023, "18.5", {"Gender": "Female"}), (2023, "15.5", {"Gender": "Male"})]),
            ("11.6.2", "Fine particles", "µg/m³", [(2023, "9.1", {})]),
        ],
    )  # fmt: skip
    w.report = play.reported(play.judged(play.in_review(play.submitted(w, restricted=("A3.3",))), gaps=("A2.2",)))
    return w


# --- the document


def test_every_report_is_valid_by_the_schema_of_its_number(signed):
    drafts = [one.text for one in play.drafts(signed)]
    told = [valid(text)["schema"] for text in (signed.report.text, *drafts, frozen("stage-report-1"))]
    assert told == [2, 2, 1]


@pytest.mark.parametrize(
    "spoiled",
    [{"version": "1"}, {"people": {}}, {"score": 3}, {"submission_digest": "none"}, {"criteria": []}],
    ids=lambda one: next(iter(one)),
)
def test_what_is_not_a_report_is_not_valid(spoiled):
    with pytest.raises(jsonschema.ValidationError):
        valid(canonical.text({**canonical.load(frozen("stage-report-2")), **spoiled}))


def test_it_names_no_evaluator_and_no_lead(signed):
    """R-H3: the document itself, so no face of it can."""
    people = [signed.lead, *signed.evaluators, signed.checker, *signed.members]
    told = [name for one in people for name in (one.name, one.email, str(one.pk)) if name in signed.report.text]
    assert (told, canonical.load(signed.report.text)["people"]) == (
        [],
        {"evaluators": 2, "third_evaluators": 0, "leads": 1, "stood_aside": 0},
    )


def test_of_evidence_that_is_not_public_it_keeps_the_digest_and_not_the_title(signed):
    """R-H3."""
    pieces = reports.report_context(reports.read(signed.report.text), signed.report.digest)["pieces"]
    kept = {
        piece["title"]: (piece["confidentiality"], piece["withheld"]) for piece in pieces if "A3.3" in piece["serves"]
    }
    assert kept == {"Inventory of policies A3": ("public", False), "": ("restricted", True)}
    assert "Inventory of policies A3.3" not in signed.report.text
    assert "Inventory of policies A3.3" in signed.application.submissions.get().text


def test_series_brought_in_after_the_submission_do_not_enter_it(db):
    w = play.submitted(play.world())
    play.measured(w, [("1.1.1", "Poverty", "Percent", [(2020 + n, "20", {}) for n in range(4)])])
    report = play.reported(play.judged(play.in_review(w)))
    assert canonical.load(report.text)["data"]["series"] == []


def test_a_gap_has_what_closes_it_its_hours_and_the_tools_of_its_requirement(signed):
    gap = canonical.load(signed.report.text)["criteria"][1]["gaps"][0]
    wanted = STANDARD.requirement("A2.2")
    assert (gap["requirement"], gap["documents"], gap["hours"]) == (
        "A2.2", list(wanted.documents), wanted.expected_hours,
    )  # fmt: skip


def test_what_the_evaluators_found_is_counted_and_what_they_checked(signed):
    first = canonical.load(signed.report.text)["criteria"][0]
    assert (first["findings"], first["agreed"], first["third"]) == (["met", "met"], True, False)
    assert first["requirements"][0]["evidence"][0]["checks"] == {"verified": 2, "insufficient": 0, "rejected": 0}


def test_a_criterion_shows_the_series_that_tell_its_groups_apart(signed):
    data = canonical.load(signed.report.text)["criteria"][0]["data"]
    (chart,) = data["charts"]
    assert (data["requirements"], chart["code"], chart["dimension"]) == (["A1.2", "A1.3"], "1.1.1", "Gender")
    assert [one["group"] for one in chart["groups"]] == ["Female", "Male"]
    assert [point["value"] for point in chart["points"]] == ["20", "19", "18", "17"]


# --- languages


def test_it_speaks_the_applications_language_and_records_which_translation():
    document = canonical.load(frozen("stage-report-2"))
    shipped = translation_for(STANDARD, "ar")
    assert document["standard"]["translation"] == {"language": "ar", "status": "working", "digest": shipped.digest}
    assert document["criteria"][0]["title"] == shipped.texts["A1", "title"]


def test_a_report_in_the_standards_own_language_records_no_translation(signed):
    assert canonical.load(signed.report.text)["standard"]["translation"] == {}


def test_a_text_without_translation_says_its_own_language():
    page = whole_page(frozen("stage-report-2"))
    document = canonical.load(frozen("stage-report-2"))
    gap = document["criteria"][1]["gaps"][0]
    marked = f'<span lang="en" dir="ltr">{gap["documents"][0]}</span>' in page
    assert marked is ("documents" in gap["source_texts"])


def test_no_english_sentence_of_ours_is_left_in_an_arabic_report():
    page = whole_page(frozen("stage-report-2"))
    own = re.sub(r"<(?P<tag>\w+)[^>]*\slang=\"en\".*?</(?P=tag)>", "", page, flags=re.DOTALL)
    words = re.findall(r">\s*([A-Za-z]{3,}(?: [A-Za-z]{2,}){2,})", own)
    assert [one for one in words if not one.startswith("SDG Cities")] == []


# --- the pages


def test_paper_and_screen_have_the_same_anchors_and_the_same_tables():
    text = frozen("stage-report-2")
    _context, body = reports.on_screen(text)
    page = whole_page(text).partition('<main class="paper-numbered">')[2]
    assert (IDS.findall(body), body.count("<table")) == (IDS.findall(page), page.count("<table"))
    assert len(set(IDS.findall(body))) == len(IDS.findall(body))


def test_bookmarks_lead_to_every_part_and_every_criterion():
    with pikepdf.open(BytesIO(reports.stage_report(frozen("stage-report-2")))) as pdf, pdf.open_outline() as outline:
        titles = [one.title for top in outline.root for one in _below(top)]
    assert [key for key in ("A1", "A2", "A3", "A2.2") if not any(f"{key} " in title for title in titles)] == []


def _below(item):
    return [item, *(one for child in item.children for one in _below(child))]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_summary_stands_on_one_page_however_many_gaps(language):
    """The stage with most criteria, every requirement a gap."""
    document = canonical.load(frozen("stage-report-2"))
    stage = STANDARD.stage("B")
    model = document["criteria"][1]
    gap = {**model["gaps"][0], "documents": ["-"], "reason": "", "case_studies": []}
    criteria = [
        {**model, "key": one.key, "title": one.title, "data": {}, "requirements": [], "result": "not_met",
         "gaps": [{**gap, "requirement": each.key, "title": each.title} for each in one.requirements]}
        for one in stage.criteria
    ]  # fmt: skip
    text = canonical.text({**document, "language": language, "criteria": criteria, "clarifications": []})
    with pikepdf.open(BytesIO(reports.stage_report(text))) as pdf, pdf.open_outline() as outline:
        places = [_page(pdf, one) for one in outline.root[0].children if one.title]
    assert places[2] - places[1] == 1


def _page(pdf, item):
    target = item.destination[0] if item.destination else item.action.D[0]
    return next(n for n, page in enumerate(pdf.pages) if page.obj.objgen == target.objgen)


def test_the_twin_is_in_the_reports_language_whatever_the_readers(signed, client):
    client.force_login(signed.delegate)
    page = client.get(
        f"/case/{signed.application.reference}/reports/1/", headers={"accept-language": "ar"}
    ).content.decode()
    assert '<div class="sdg-report" lang="en" dir="ltr">' in page
    assert "What was asked" in page


def test_the_schema_is_published_and_the_json_says_where(signed, client):
    client.force_login(signed.delegate)
    link = client.get(f"/case/{signed.application.reference}/reports/1/json/")["Link"]
    client.logout()
    found = client.get("/schemas/stage-report-2.json")
    assert (link, found["Content-Type"]) == (
        '</schemas/stage-report-2.json>; rel="describedby"', "application/schema+json",
    )  # fmt: skip
    assert jsonschema.Draft202012Validator.check_schema(found.json()) is None


def test_a_schema_that_never_was_is_not_found(client):
    assert client.get("/schemas/stage-report-99.json").status_code == 404


@pytest.mark.parametrize(("code", "tag"), [("ar", "ar"), ("zh-hans", "zh"), ("fr", "fr")])
def test_pages_tell_the_standard_in_the_readers_language(db, code, tag):
    w = play.make.started(play.make.world())
    with translation.override(code):
        told = progress.of(w.application).parts[0].criterion.title
    assert told == translation_for(STANDARD, tag).texts["A1", "title"]


def test_pages_tell_the_standard_in_its_own_words_where_the_reader_reads_english(db):
    w = play.make.started(play.make.world())
    assert progress.of(w.application).parts[0].criterion.title == STANDARD.criterion("A1").title
