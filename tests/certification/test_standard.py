"""The standard is read whole or refused with file, line and reason; its digest covers the source text alone."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification import standard as reader
from certification import translations
from certification.standard import DEFINITIONS, GLOBAL, TornPage

HOUSE = Path(__file__).parents[2]
CATALOGUE = HOUSE / "tracks" / "definitions" / "tools_catalogue.csv"
LANGUAGES = ("ar", "es", "fr", "ru", "zh")

GOOD = """\
key = "small"
version = "1.0"
language = "en"
title = "A small standard"
base = ""
body = "A body"
certificate_word = "certificate"

[[groups]]
key = "women"
title = "Women and girls"
source = "HSP/EB.2023/4 §31"

[[stages]]
key = "A"
level = "silver"
level_title = "Silver"
title = "Eligibility"
summary = "A summary."
opening = "An opening."
source = "HSP/EB.2023/4 §20"
ends_in_certificate = true

[[stages.criteria]]
key = "A1"
title = "Inventory"
text = "The city has taken stock."
source = "HSP/EB.2023/4 §20a"
mandatory = true

[[stages.criteria.requirements]]
key = "A1.1"
title = "Policies"
question = "Which ones?"
guidance = "List them."
source = "HSP/EB.2023/4 §20a"
mandatory = true
documents = ["Inventory"]
fresh_months = 24
track_objects = ["data.series"]
expected_hours = 4
themes = ["localization"]
tools = ["urbanlex"]
disaggregation = ["women"]
may_be_not_applicable = false

[[stages.criteria.requirements]]
key = "A1.2"
title = "Data"
question = "What data?"
guidance = "Name them."
source = "HSP/EB.2023/4 §20a; HSP/EB.2023/4 §12a"
mandatory = false
documents = ["Inventory", "Series"]
fresh_months = "any"
track_objects = []
expected_hours = 2
themes = ["monitoring"]
tools = []
disaggregation = []
may_be_not_applicable = true
"""
TRANSLATION = """\
standard = "small"
language = "fr"
status = "working"

[standards.small]
title = "Une petite norme"

[groups]

[stages.A]
level_title = "Argent"

[criteria.A1]
title = "Inventaire"

[requirements."A1.2"]
title = "Données"
documents = ["Inventaire", "Séries"]
"""


def line_of(text: str, words: str, nth: int = 1) -> int:
    """The line on which the NTH occurrence of WORDS stands."""
    return [n for n, line in enumerate(text.splitlines(), 1) if words in line][nth - 1]


def written(folder: Path, text: str, name: str = "small.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_page_is_read_into_stages_criteria_and_requirements(tmp_path):
    standard = reader.read(written(tmp_path, GOOD))
    first, second = standard.criterion("A1").requirements
    assert standard.stage("A").criteria == standard.criteria() == (standard.criterion("A1"),)
    assert standard.stage_of_level("silver") is standard.stage("A")
    assert (standard.base, first.fresh_months, second.fresh_months) == (None, 24, None)
    assert standard.requirement("A1.2") == second
    assert (first.mandatory, second.mandatory, second.documents) == (True, False, ("Inventory", "Series"))


def test_what_the_standard_does_not_hold_is_a_key_error(tmp_path):
    standard = reader.read(written(tmp_path, GOOD))
    for ask, key in ((standard.stage, "B"), (standard.criterion, "A2"), (standard.requirement, "A1.9")):
        with pytest.raises(KeyError):
            ask(key)


TORN = {
    "bad TOML": ("level = ", "level == ", "level ==", "Invalid value"),
    "unknown member": ("text = ", "txet = ", "txet =", "unknown member 'txet'"),
    "unknown member of the head": ('body = "A body"', 'body = "A body"\npoints = 5', "points =", "unknown member 'points'"),
    "missing member": ("expected_hours = 2\n", "", ("[[stages.criteria.requirements]]", 2), "missing member 'expected_hours'"),
    "missing member of the head": ('version = "1.0"\n', "", 1, "missing member 'version'"),
    "duplicate key": ('key = "A1.2"', 'key = "A1.1"', ('key = "A1.1"', 2), "key 'A1.1' stands twice"),
    "duplicate member": ('key = "A1.2"', 'key = "A1.2"\nkey = "A1.2"', ('key = "A1.2"', 2), "Cannot overwrite a value"),
    "text where a number should be": ("expected_hours = 4", 'expected_hours = "4"', 'expected_hours = "4"', "expected_hours: must be a number"),
    "truth where a number should be": ("expected_hours = 4", "expected_hours = true", "expected_hours = true", "expected_hours: must be a number"),
    "number where truth should be": ("mandatory = false", "mandatory = 0", "mandatory = 0", "mandatory: must be true or false"),
    "text where a list should be": ('["Inventory"]', '"Inventory"', 'documents = "Inventory"', "documents: must be a list"),
    "number in a list of texts": ('["Inventory"]', "[3]", "documents = [3]", "documents: must be a text that says something"),
    "empty text": ('"List them."', '" "', "guidance = ", "guidance: must be a text that says something"),
    "nothing counts": ('["Inventory"]', "[]", "documents = []", "documents: needs at least 1"),
    "the same twice": ('["Inventory", "Series"]', '["Series", "Series"]', '["Series", "Series"]', "documents: says the same twice"),
    "no source": ('source = "HSP/EB.2023/4 §20a; HSP/EB.2023/4 §12a"', 'source = ""', 'source = ""', "source: must be a text"),
    "source without paragraph": ("4 §20a; HSP", "4; HSP", "4; HSP", "is not a source paragraph"),
    "tool that is no slug": ('["urbanlex"]', '["Urban Lex"]', '["Urban Lex"]', "tools: 'Urban Lex' is not a slug"),
    "track that is none": ('["data.series"]', '["magic.series"]', '["magic.series"]', "is not an object of a track"),
    "group nobody named": ('["women"]', '["wmoen"]', '["wmoen"]', "no group has the key 'wmoen'"),
    "no hours": ("expected_hours = 4", "expected_hours = 0", "expected_hours = 0", "expected_hours: must be more than 0"),
    "negative hours": ("expected_hours = 4", "expected_hours = -1", "expected_hours = -1", "expected_hours: must be more than 0"),
    "freshness that is neither": ("fresh_months = 24", 'fresh_months = "old"', 'fresh_months = "old"', "fresh_months: must be a number"),
    "freshness of no month": ("fresh_months = 24", "fresh_months = 0", "fresh_months = 0", "fresh_months: must be more than 0"),
    "requirements out of order": ('key = "A1.2"', 'key = "A1.3"', 'key = "A1.3"', "'A1.3' stands where 'A1.2' should"),
    "requirement of another criterion": ('key = "A1.2"', 'key = "A2.2"', 'key = "A2.2"', "'A2.2' stands where 'A1.2' should"),
    "criteria out of order": ('key = "A1"', 'key = "A2"', "A1.1", "'A1.1' stands where 'A2.1' should"),
    "criterion of another stage": ('key = "A"\n', 'key = "B"\n', 'key = "A1"', "'A1' stands where 'B1' should"),
    "key that is none": ('key = "A1"', 'key = "first"', 'key = "first"', "is not a criterion's key"),
    "level that is no slug": ('"silver"', '"Silver level"', '"Silver level"', "is not a slug"),
    "nothing mandatory": ('guidance = "List them."\nsource = "HSP/EB.2023/4 §20a"\nmandatory = true', 'guidance = "List them."\nsource = "HSP/EB.2023/4 §20a"\nmandatory = false', "[[stages.criteria]]", "A1 has no mandatory requirement"),
    "criterion without requirement": (GOOD[GOOD.index("[[stages.criteria.requirements]]") :], "", "[[stages.criteria]]", "missing member 'requirements'"),
    "criterion with an empty list": (GOOD[GOOD.index("[[stages.criteria.requirements]]") :], "requirements = []\n", "requirements = []", "requirements: must not be empty"),
    "requirements that are no tables": (GOOD[GOOD.index("[[stages.criteria.requirements]]") :], "requirements = [3]\n", "requirements = [3]", "must be a table"),
    "stage without criterion": (GOOD[GOOD.index("[[stages.criteria]]") :], "", "[[stages]]", "missing member 'criteria'"),
}  # fmt: skip


@pytest.mark.parametrize("case", TORN)
def test_a_torn_page_is_refused_with_file_line_and_reason(case, tmp_path):
    old, new, where, reason = TORN[case]
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    line = where if isinstance(where, int) else line_of(text, *((where,) if isinstance(where, str) else where))
    with pytest.raises(TornPage) as refusal:
        reader.read(written(tmp_path, text))
    assert (refusal.value.file, refusal.value.line) == ("small.toml", line)
    assert reason in refusal.value.reason
    assert str(refusal.value) == f"small.toml:{line}: {refusal.value.reason}"


def test_a_page_that_ends_in_the_middle_is_torn_on_its_last_line(tmp_path):
    text = GOOD[: GOOD.index("[[stages.criteria]]")] + 'criteria = ["'
    with pytest.raises(TornPage) as refusal:
        reader.read(written(tmp_path, text))
    assert refusal.value.line == len(text.splitlines())


def test_what_looks_like_a_header_inside_a_long_text_moves_no_line(tmp_path):
    text = GOOD.replace('"List them."', '"""\n[[stages]]\nkey = 3\n"""', 1).replace(
        "expected_hours = 2", "expected_hours = 0"
    )
    with pytest.raises(TornPage) as refusal:
        reader.read(written(tmp_path, text))
    assert refusal.value.line == line_of(text, "expected_hours = 0")


def test_two_stages_may_not_end_in_one_level(tmp_path):
    stage = GOOD[GOOD.index("[[stages]]") :]
    text = GOOD + re.sub(r'key = "A', 'key = "B', stage)
    with pytest.raises(TornPage, match="level 'silver' stands twice"):
        reader.read(written(tmp_path, text))
    assert (
        len(
            reader.read(
                written(tmp_path, GOOD + re.sub(r'key = "A', 'key = "B', stage).replace("silver", "gold"))
            ).stages
        )
        == 2
    )


MEMBER_LINES = [n for n, line in enumerate(GOOD.splitlines()) if re.match(r"\w+ = ", line)]
SHIPPED = GLOBAL.read_text(encoding="utf-8").splitlines()
SHIPPED_MEMBER_LINES = [n for n, line in enumerate(SHIPPED) if re.match(r"\w+ = ", line)]


@pytest.mark.parametrize("number", MEMBER_LINES)
def test_a_small_page_without_any_of_its_members_is_refused(number, tmp_path):
    lines = GOOD.splitlines()
    with pytest.raises(TornPage):
        reader.read(written(tmp_path, "\n".join(lines[:number] + lines[number + 1 :])))


@settings(deadline=None)  # a busy machine is no torn page
@given(number=st.sampled_from(SHIPPED_MEMBER_LINES))
def test_the_global_standard_without_any_of_its_members_is_refused(number, tmp_path_factory):
    text = "\n".join(SHIPPED[:number] + SHIPPED[number + 1 :])
    with pytest.raises(TornPage):
        reader.read(written(tmp_path_factory.mktemp("torn"), text))


@pytest.mark.parametrize("text", [GOOD, GLOBAL.read_text(encoding="utf-8")], ids=["small", "global"])
def test_a_standard_comes_back_from_its_text_as_it_was(text, tmp_path):
    standard = reader.read(written(tmp_path, text))
    assert reader.from_text(reader.to_text(standard)) == standard


def test_a_changed_text_is_checked_again():
    text = reader.to_text(reader.read(GLOBAL))
    with pytest.raises(TornPage, match=r"standard\.json:1: missing member 'body'"):
        reader.from_text(text.replace('"body":"UN-Habitat",', ""))


def test_the_digest_follows_rules_and_words_but_not_layout(tmp_path):
    digest = reader.read(written(tmp_path, GOOD)).digest
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert reader.read(written(tmp_path, "# A remark.\n" + GOOD.replace("\n\n", "\n\n\n"))).digest == digest
    for old, new in (("Which ones?", "Which?"), ("fresh_months = 24", "fresh_months = 25"), ('"1.0"', '"1.1"')):
        assert reader.read(written(tmp_path, GOOD.replace(old, new))).digest != digest


# --- translations ----------------------------------------------------------------------------------------------------


def test_a_translation_replaces_what_it_has_and_leaves_the_rest_and_the_digest(tmp_path):
    standard = reader.read(written(tmp_path, GOOD))
    translation = translations.read(written(tmp_path, TRANSLATION, "small.fr.toml"), standard)
    french = translations.in_language(standard, translation)
    assert (translation.language, translation.status) == ("fr", "working")
    assert (translation.has("A1"), translation.has("A1", "text"), translation.has("A1.2")) == (True, False, True)
    assert (french.title, french.stage("A").level_title) == ("Une petite norme", "Argent")
    assert (french.criterion("A1").title, french.criterion("A1").text) == ("Inventaire", "The city has taken stock.")
    assert french.requirement("A1.2").documents == ("Inventaire", "Séries")
    assert french.digest == standard.digest


def test_the_shipped_translation_is_found_by_language_and_a_missing_one_is_none():
    standard = reader.read(GLOBAL)
    chinese = translations.translation_for(standard, "zh")
    assert chinese is not None
    assert translations.in_language(standard, chinese).stage("A").level_title == "银级"
    assert translations.translation_for(standard, "tlh") is None


def test_a_better_translation_has_another_digest_and_the_standard_keeps_its_own(tmp_path):
    standard = reader.read(written(tmp_path, GOOD))
    first = translations.read(written(tmp_path, TRANSLATION, "small.fr.toml"), standard)
    better = translations.read(
        written(tmp_path, TRANSLATION.replace('Inventaire"\n', 'État des lieux"\n'), "small.fr.toml"), standard
    )
    assert first.digest != better.digest
    assert translations.in_language(standard, better).digest == reader.read(written(tmp_path, GOOD)).digest


TORN_TRANSLATIONS = {
    "of another standard": ('standard = "small"', 'standard = "large"', 'standard = "large"', "translates 'large', not 'small'"),
    "without status": ('status = "working"\n', "", 1, "missing member 'status'"),
    "with a status that is none": ('"working"', '"fine"', '"fine"', "is not official, working or machine"),
    "of a criterion that is none": ("[criteria.A1]", "[criteria.A7]", "[criteria.A7]", "small has no 'A7' among its criteria"),
    "of a member that is no text": ('title = "Inventaire"', 'source = "X §1"', "source =", "'source' is not a text that is translated"),
    "of a member it has not": ('title = "Inventaire"', 'question = "X"', "question =", "unknown member 'question'"),
    "with fewer documents": ('["Inventaire", "Séries"]', '["Inventaire"]', "documents =", "1 documents where the source has 2"),
    "with an empty text": ('"Argent"', '""', "level_title =", "must be a text that says something"),
    "with a text for a table": ("[criteria.A1]\ntitle = ", "[criteria]\nA1 = ", "A1 = ", "must be a table"),
}  # fmt: skip


@pytest.mark.parametrize("case", TORN_TRANSLATIONS)
def test_a_torn_translation_is_refused_with_file_line_and_reason(case, tmp_path):
    old, new, where, reason = TORN_TRANSLATIONS[case]
    assert old in TRANSLATION
    text = TRANSLATION.replace(old, new, 1)
    standard = reader.read(written(tmp_path, GOOD))
    with pytest.raises(TornPage) as refusal:
        translations.read(written(tmp_path, text, "small.fr.toml"), standard)
    assert refusal.value.file == "small.fr.toml"
    assert refusal.value.line == (where if isinstance(where, int) else line_of(text, where))
    assert reason in refusal.value.reason


@pytest.mark.parametrize("language", LANGUAGES)
def test_stages_criteria_and_requirements_of_the_global_standard_have_titles_in_every_un_language(language):
    standard = reader.read(GLOBAL)
    translation = translations.read(DEFINITIONS / f"global-2023.{language}.toml", standard)
    items = (*standard.groups, *standard.stages, *standard.criteria(), *standard.requirements())
    assert (translation.language, translation.status) == (language, "working")
    assert [item.key for item in items if not translation.has(item.key)] == []
    assert [stage.key for stage in standard.stages if not translation.has(stage.key, "level_title")] == []
    assert [item.key for item in standard.criteria() if not translation.has(item.key, "text")] == []


# --- the global standard ---------------------------------------------------------------------------------------------


def test_the_global_standard_has_four_stages_and_sixteen_mandatory_criteria():
    standard = reader.read(GLOBAL)
    assert [(stage.key, stage.level, len(stage.criteria)) for stage in standard.stages] == [
        ("A", "silver", 3), ("B", "gold", 5), ("C", "platinum", 4), ("D", "diamond", 4),
    ]  # fmt: skip
    assert all(criterion.mandatory for criterion in standard.criteria())
    assert all(3 <= len(criterion.requirements) <= 5 for criterion in standard.criteria())


def test_the_opening_sentence_of_each_stage_is_a_requirement_under_each_of_its_criteria():
    for stage in reader.read(GLOBAL).stages:
        for criterion in stage.criteria:
            governed = [r for r in criterion.requirements if stage.source in r.source.split("; ")]
            assert governed, criterion.key
            assert any(requirement.mandatory for requirement in governed), criterion.key


@pytest.mark.parametrize("key", ["C2", "C4"])
def test_as_appropriate_stays_in_the_wording_of_c2_and_c4(key):
    criterion = reader.read(GLOBAL).criterion(key)
    assert "as appropriate" in criterion.text
    assert any("as appropriate" in requirement.question for requirement in criterion.requirements)


def test_every_tool_and_theme_of_the_global_standard_stands_in_the_catalogue():
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        tools = list(csv.DictReader(file))
    slugs = {tool["slug"] for tool in tools}
    themes = {theme for tool in tools for theme in tool["themes"].split(";")}
    for requirement in reader.read(GLOBAL).requirements():
        assert requirement.tools, requirement.key
        assert set(requirement.tools) <= slugs, requirement.key
        assert set(requirement.themes) <= themes, requirement.key


def test_each_source_of_the_global_standard_is_a_paragraph_of_a_programme_document():
    standard = reader.read(GLOBAL)
    for item in (*standard.groups, *standard.stages, *standard.criteria(), *standard.requirements()):
        for source in item.source.split("; "):
            assert re.fullmatch(r"HSP/EB\.2023/(4|17) §\d+[a-e]?(\(i{1,3}\))?", source), item.key
