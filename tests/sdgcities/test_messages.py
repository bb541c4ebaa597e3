"""The catalogues of translated words: what is compiled is what is written, and no placeholder is lost on the way."""

import re

import polib
import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, to_locale

from sdgcities import languages

CODES = [code for code, _name in settings.LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%([sd])|\{(\w*)\}")


def folder(code):
    return settings.BASE_DIR / "sdgcities" / "locale" / to_locale(code) / "LC_MESSAGES"


def written(code):
    return [entry for entry in polib.pofile(folder(code) / "django.po") if entry.translated()]


def placeholders(text):
    return {found.group(0) for found in PLACEHOLDER.finditer(text.replace("%%", ""))}


def said(entry):
    return entry.msgctxt, entry.msgid, entry.msgid_plural, entry.msgstr, entry.msgstr_plural


def misplaced(entry):
    """Forms of ENTRY whose placeholders are not the source's; the form for one or two may leave the number out."""
    if not entry.msgid_plural:
        return [entry.msgstr] if placeholders(entry.msgstr) != placeholders(entry.msgid) else []
    allowed = placeholders(entry.msgid_plural)
    needed = placeholders(entry.msgid) & allowed
    last = max(entry.msgstr_plural)
    forms = entry.msgstr_plural.items()
    return [
        form
        for place, form in forms
        if not needed - {"%(counter)s"} <= placeholders(form) <= allowed
        or (place == last and placeholders(form) != allowed)
    ]


@pytest.mark.parametrize("code", CODES)
def test_what_is_compiled_is_what_is_written(code):
    compiled = {said(entry) for entry in map(_hashable, polib.mofile(folder(code) / "django.mo"))}
    assert compiled == {said(entry) for entry in map(_hashable, written(code))}


def _hashable(entry):
    entry.msgstr_plural = tuple(form for _place, form in sorted(entry.msgstr_plural.items()))
    entry.msgctxt, entry.msgid_plural = entry.msgctxt or "", entry.msgid_plural or ""
    return entry


@pytest.mark.parametrize("code", CODES)
def test_a_translation_has_the_placeholders_of_its_source(code):
    assert [(entry.msgid, wrong) for entry in written(code) if (wrong := misplaced(entry))] == []


def test_a_lost_and_an_invented_placeholder_are_found():
    lost = polib.POEntry(msgid="Valid until %(day)s", msgstr="Valable")
    invented = polib.POEntry(msgid="Valid", msgstr="Valable %(day)s")
    few = polib.POEntry(
        msgid="One gap in %(city)s",
        msgid_plural="%(counter)s gaps in %(city)s",
        msgstr_plural={0: "Une lacune", 1: "%(counter)s lacunes à %(city)s"},
    )
    assert [misplaced(lost), misplaced(invented), misplaced(few)] == [["Valable"], ["Valable %(day)s"], ["Une lacune"]]


@pytest.mark.parametrize("code", CODES)
def test_no_translation_is_a_guess(code):
    assert [entry.msgid for entry in polib.pofile(folder(code) / "django.po") if entry.fuzzy or entry.obsolete] == []


@pytest.mark.parametrize("code", CODES)
def test_a_catalogue_knows_its_language_and_its_plurals(code):
    header = polib.pofile(folder(code) / "django.po").metadata
    forms = {"ar": 6, "zh-hans": 1, "fr": 2, "ru": 4, "es": 3}
    assert (header["Language"], header["Plural-Forms"].split(";")[0]) == (to_locale(code), f"nplurals={forms[code]}")


@pytest.mark.parametrize(("tag", "word"), [("ar", "مستوفى"), ("zh", "已达到"), ("zh-Hans", "已达到"), ("en", "Met")])
def test_paper_in_a_language_finds_its_words(tag, word):
    with translation.override(languages.catalogue(tag)):
        assert gettext("Met") == word


@pytest.mark.parametrize(("tag", "direction"), [("ar", "rtl"), ("ar-EG", "rtl"), ("fa", "rtl"), ("zh", "ltr")])
def test_a_text_runs_as_its_language_does(tag, direction):
    assert languages.direction(tag) == direction
