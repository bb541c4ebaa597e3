"""The look: every pair of colours can be read, every field is linked to its words, dates are written out."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from sdgcities import wheel as drawing

ROOT = Path(__file__).resolve().parent.parent.parent
TOKENS = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
INKS = ("ink", "quiet", "deep", "silver", "gold", "platinum", "diamond", "good", "care", "stop")


def _tokens(scheme):
    light, dark = TOKENS.split("@media (prefers-color-scheme: dark)")
    text = light if scheme == "light" else dark.split("@media print")[0]
    return dict(re.findall(r"--sdg-([a-z-]+): (#[0-9a-f]{6});", text))


def _luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _render(source, request=None, **context):
    return engines["django"].from_string("{% load look %}" + source).render(context, request)


class Sample(forms.Form):
    title = forms.CharField(label="Title", help_text="As it stands on its first page.")
    answer = forms.CharField(label="Answer", max_length=500, widget=forms.Textarea)
    readers = forms.ChoiceField(
        label="Who may read it", choices=[("all", "All"), ("few", "Few")], widget=forms.RadioSelect
    )
    tongues = forms.MultipleChoiceField(
        label="Languages", choices=[("en", "English")], widget=forms.CheckboxSelectMultiple, required=False
    )
    dated = forms.DateField(label="Date")
    begins = forms.DateField(label="Begins", widget=forms.SelectDateWidget(years=[2026]), required=False)
    paper = forms.FileField(label="File")
    sure = forms.BooleanField(label="I am sure")
    secret = forms.CharField(widget=forms.HiddenInput, initial="s")


# -- colours


def test_the_measure_of_contrast_is_the_standard_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "wash"])
@pytest.mark.parametrize("ink", INKS)
def test_every_ink_can_be_read_on_every_ground(scheme, ground, ink):
    tokens = _tokens(scheme)

    assert contrast(tokens[ink], tokens[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_on_buttons_and_on_the_banner_can_be_read(scheme):
    tokens = _tokens(scheme)

    assert contrast(tokens["on-deep"], tokens["deep"]) >= 4.5
    assert contrast(tokens["on-banner"], tokens["banner"]) >= 4.5
    assert contrast(tokens["paper"], tokens["stop"]) >= 4.5  # the button that warns
    assert contrast(tokens["paper"], tokens["ink"]) >= 4.5  # a button under the pointer


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_of_fields_and_segments_can_be_seen(scheme):
    tokens = _tokens(scheme)

    assert contrast(tokens["quiet"], tokens["paper"]) >= 3
    assert contrast(tokens["edge"], tokens["paper"]) >= 3


def test_ink_where_no_style_sheet_reaches_is_the_ink_of_the_tokens():
    light = _tokens("light")

    assert {level: light[level] for level in drawing.INKS} == drawing.INKS
    assert light["deep"] == drawing.OTHER_INK


# -- fields


def test_a_field_is_linked_to_its_hint_and_its_errors():
    html = _render("{% field form.title %}", form=Sample({}))

    assert 'aria-describedby="id_title-hint id_title-error"' in html
    assert 'id="id_title-hint"' in html
    assert 'id="id_title-error"' in html
    assert 'aria-invalid="true"' in html


def test_every_link_of_the_error_summary_leads_to_a_control():
    form = Sample({})
    html = _render("{% error_summary form %}{% form_fields form %}", form=form)
    anchors = re.findall(r'href="#([^"]+)"', html)

    assert anchors == ["id_title", "id_answer", "id_readers_0", "id_dated", "id_paper", "id_sure"]
    assert all(f'id="{anchor}"' in html for anchor in anchors)


def test_a_form_without_errors_has_no_summary():
    assert _render("{% error_summary form %}", form=Sample()).strip() == ""


def test_the_summary_escapes_what_was_typed():
    form = Sample({})
    form.add_error(None, "<b>no</b>")

    assert "&lt;b&gt;no&lt;/b&gt;" in _render("{% error_summary form %}", form=form)


def test_every_control_has_a_name():
    html = _render("{% form_fields form %}", form=Sample())
    controls = re.findall(r"<(?:input|select|textarea)\b[^>]*>", html)
    named = [one for one in controls if 'type="hidden"' not in one]
    without = [
        one
        for one in named
        if "aria-label" not in one and f'for="{re.search(r" id=.([^ >]*).[ >]", one)[1]}"' not in html
    ]

    assert len(named) == 11
    assert without == []


def test_groups_of_choices_stand_in_a_fieldset_with_a_legend():
    html = _render("{% field form.readers %}{% field form.tongues %}{% field form.begins %}", form=Sample())

    assert html.count("<fieldset") == html.count("<legend") == 3


def test_a_file_field_speaks_the_readers_language_not_the_browsers():
    assert 'class="sdg-file__button">Choose a file<' in _render("{% field form.paper %}", form=Sample())


def test_a_date_goes_to_the_browsers_calendar_as_iso():
    html = _render("{% field form.dated %}", form=Sample(initial={"dated": date(2026, 11, 21)}))

    assert 'type="date"' in html
    assert 'value="2026-11-21"' in html


def test_a_hidden_field_is_only_its_control():
    assert (
        _render("{% field form.secret %}", form=Sample()).strip()
        == '<input type="hidden" name="secret" value="s" id="id_secret">'
    )


def test_a_button_carries_its_name_and_value_and_a_link_is_a_link():
    assert 'name="later" value="1"' in _render('{% button "Later" "secondary" name="later" value="1" %}')
    assert _render('{% button "Go" href="/desk/" %}').strip().startswith('<a href="/desk/"')


# -- words and marks


def test_a_state_is_a_word_with_a_shape_of_its_own():
    kinds = ["neutral", "good", "care", "stop", "silver", "gold", "platinum", "diamond"]
    drawn = [_render('{% state_tag "Word" kind %}', kind=kind) for kind in kinds]
    shapes = {
        re.sub(r'stroke="#\w+"|fill="#\w+"', "", re.search(r"<svg.*</svg>", html, re.DOTALL)[0]) for html in drawn
    }

    assert all("Word" in html for html in drawn)
    assert len(shapes) == len(kinds)


def test_the_cells_of_a_table_are_escaped_unless_they_are_safe():
    row = [SafeString('<a href="/x/">x</a>'), '<b> & "c"', gettext_lazy("Met"), 3]
    assert _render("{% table_rows rows %}", rows=[row, ["y"]]).strip() == (
        '<tr class="govuk-table__row"><th scope="row" class="govuk-table__header"><a href="/x/">x</a></th>'
        '<td class="govuk-table__cell">&lt;b&gt; &amp; &quot;c&quot;</td>'
        '<td class="govuk-table__cell">Met</td><td class="govuk-table__cell">3</td></tr>\n'
        '<tr class="govuk-table__row"><th scope="row" class="govuk-table__header">y</th></tr>'
    )


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_wheel_is_the_same_drawing_in_every_language(language):
    segments = [{"key": "1", "level": "silver", "state": "partly"}, {"key": "2", "level": "gold", "state": "na"}]
    with translation.override(language):
        html = _render('{% wheel segments "One of two" 240 %}', segments=segments)

    assert 'aria-label="One of two"' in html
    assert re.findall(r'stroke-width="([^"]*)"', html) == ["1.2", "0", "1.2", "1", "2.2"]
    assert "style=" not in html


def test_pages_of_a_list_keep_the_question():
    request = RequestFactory().get("/register/", {"q": "los", "page": "2"})
    html = _render("{% pagination page %}", request=request, page=Paginator(range(40), 10).get_page(2))

    assert "?q=los&amp;page=3" in html
    assert _render("{% pagination page %}", request=request, page=Paginator(range(4), 10).get_page(1)).strip() == ""


def test_a_timeline_says_what_is_now_and_what_is_to_come():
    steps = [
        {"title": "Submitted", "at": datetime(2026, 11, 21, 8, tzinfo=UTC), "zone": "America/Los_Angeles"},
        {"title": "In review", "state": "now"},
        {"title": "Committee", "state": "next"},
    ]
    html = _render("{% timeline steps %}", steps=steps)

    assert "21 November 2026 at 00:00 (America/Los_Angeles)" in html
    assert html.count('aria-current="step"') == 1
    assert html.count("(to come)") == 1


# -- dates


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "21 November 2026"),
        ("fr", "21 novembre 2026"),
        ("es", "21 de noviembre de 2026"),
        ("zh-hans", "2026年11月21日"),
    ],
)
def test_a_date_is_written_out_in_the_readers_language(language, written):
    with translation.override(language):
        assert _render("{{ day|long_date }}", day=date(2026, 11, 21)) == written


def test_a_time_is_told_in_the_citys_zone_with_the_zones_name():
    at = datetime(2026, 11, 22, 7, 59, 59, tzinfo=UTC)

    assert (
        _render('{{ at|long_time:"America/Los_Angeles" }}', at=at) == "21 November 2026 at 23:59 (America/Los_Angeles)"
    )
    assert _render("{{ at|long_time }}", at=at) == "22 November 2026 at 07:59 (UTC)"
    assert _render("{{ at|long_time }}|{{ at|long_date }}", at=None) == "|"


# -- the house's own rules for pages


def _templates():
    return sorted((ROOT / "templates").rglob("*.html"))


def test_no_page_carries_a_style_or_script_of_its_own():
    inline = re.compile(r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*\bsrc=)(?![^>]*application/json)")
    found = [
        page.relative_to(ROOT)
        for page in _templates()
        if "reports" not in page.parts and inline.search(page.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_the_style_sheets_fetch_nothing_from_elsewhere():
    sheets = sorted((ROOT / "static").rglob("*.css"))
    addresses = [
        address for sheet in sheets for address in re.findall(r"url\(\"?([^)\"]*)", sheet.read_text(encoding="utf-8"))
    ]

    assert all((ROOT / "static/css" / address).resolve().is_file() for address in addresses)
    assert not any("GDS" in sheet.read_text(encoding="utf-8") for sheet in sheets)


def test_the_page_of_a_fault_needs_neither_database_nor_request():
    html = engines["django"].get_template("500.html").render()

    assert "Something went wrong on our side" in html


def test_arabic_takes_the_mirrored_sheet():
    with translation.override("ar"):
        html = engines["django"].get_template("base.html").render({}, None)

    assert '<html lang="ar" dir="rtl"' in html
    assert "govuk-frontend.rtl.css" in html
    assert "govuk-frontend.css" not in html


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "3,898,747"), ("fr", "3\xa0898\xa0747"), ("es", "3\xa0898\xa0747"), ("ar", "3.898.747")],
)
def test_a_large_number_is_grouped_as_the_readers_language_does(language, written):
    with translation.override(language):
        assert _render("{{ number|grouped }}", number=3898747) == written
        assert _render("{{ number|grouped }}", number="3898747") == written


def test_a_reference_is_kept_in_one_line_and_words_around_it_are_escaped():
    kept = '<span class="sdg-reference">SDGC-2026-00042</span>'
    assert _render("{{ text|unbroken }}", text="<b>: SDGC-2026-00042") == f"&lt;b&gt;: {kept}"
    assert _render("{{ text|unbroken }}", text="Baden-Baden {0}: 3-2") == "Baden-Baden {0}: 3-2"


def test_an_empty_row_of_a_summary_says_so():
    assert "—</dd>" in _render("{% summary_row 'Country' value %}", value="")
    assert ">0</dd>" in _render("{% summary_row 'Cases' value %}", value=0)


def test_what_is_no_whole_number_stands_as_it_is():
    assert [_render("{{ number|grouped }}", number=one) for one in ("", "about 9", "9.5")] == ["", "about 9", "9.5"]


@pytest.mark.parametrize(
    ("tag", "written"),
    [("zh", "Chinese"), ("zh-hans", "Chinese"), ("fr", "French"), ("tr", "Turkish"), ("xx-1", "xx-1")],
)
def test_a_language_is_told_by_its_name(tag, written):
    assert _render("{{ tag|language_name }}", tag=tag) == written
