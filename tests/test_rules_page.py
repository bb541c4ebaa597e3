"""docs/rules.md against the code: each rule once, each name and test it gives is there, and what is enforced has its row."""

import inspect
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from certification import rules

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"
COUNTS = {"A": 5, "B": 12, "C": 11, "D": 7, "E": 8, "F": 5, "G": 6, "H": 4, "I": 4}
IDS = [f"R-{part}{number}" for part, last in COUNTS.items() for number in range(1, last + 1)]
LATER, BUILT = "later", "built"


@dataclass(frozen=True)
class Row:
    """One rule on the page; `code` in dotted paths, tests as file::test."""

    rule: str
    words: str
    code: list[str]
    may: list[str]
    may_not: list[str]


def read(page):
    """The rows of PAGE in its order, and the ids of those that no function asks: later, or built."""
    rows, waiting = [], []
    for line in page.splitlines():
        if not line.startswith("| R-"):
            continue
        rule, words, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells in ([LATER] * 3, [BUILT] * 3):
            waiting.append(rule)
        rows.append(Row(rule, words, *[re.findall(r"`([^`]+)`", cell) for cell in cells]))
    return rows, waiting


ROWS, WAITING = read(PAGE.read_text(encoding="utf-8"))
ENFORCED = {row.rule: row for row in ROWS if row.rule not in WAITING}


def named(test):
    """The test function that is written as file::test."""
    room, name = test.split("::")
    return getattr(import_module(f"tests.certification.{room}"), name)


def reached(path):
    """What a dotted path leads to."""
    parts = path.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise LookupError(path)


def test_each_of_the_62_rules_has_one_row_in_its_place():
    assert len(IDS) == 62
    assert [row.rule for row in ROWS] == IDS
    assert [row.rule for row in ROWS if not row.words] == []


def test_what_is_enforced_has_a_row_and_what_is_later_is_not_enforced():
    assert sorted(ENFORCED) == sorted(rules.RULES)


def test_what_is_built_names_a_page_that_names_tests():
    built = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if f"| {BUILT} |" in line]
    assert built
    for line in built:
        page = (PAGE.parent / re.search(r"\]\((\w+\.md)\)", line)[1]).read_text(encoding="utf-8")
        tests = re.findall(r"test_\w+\.py", page)
        assert tests
        assert [name for name in tests if not list(PAGE.parents[1].glob(f"tests/**/{name}"))] == []


@pytest.mark.parametrize("rule", ENFORCED)
def test_a_row_names_code_that_is_there_and_every_function_of_its_rule(rule):
    for path in ENFORCED[rule].code:
        assert reached(path)
    functions = {f"certification.rules.{name}" for name in rules.RULES[rule]}
    assert functions <= set(ENFORCED[rule].code)


@pytest.mark.parametrize("rule", ENFORCED)
def test_a_row_names_tests_that_are_there_and_say_whose_they_are(rule):
    row = ENFORCED[rule]
    assert row.may
    assert row.may_not
    for test in row.may + row.may_not:
        assert re.search(rf"{rule}\b", inspect.getdoc(named(test)) or ""), test


@pytest.mark.parametrize("rule", ENFORCED)
def test_every_may_not_of_a_row_can_be_run_without_its_rule(rule):
    """The proof in test_rules_bite.py calls it by itself: it asks for no fixtures."""
    for test in ENFORCED[rule].may_not:
        assert not inspect.signature(named(test)).parameters, test


def test_a_torn_page_would_be_found_out():
    rows, waiting = read(
        "| R-A1 | words | `no.such.code` | `test_rules_parts::no_such_test` | later |\n| R-A2 | x | later | later | later |"
    )
    assert waiting == ["R-A2"]
    with pytest.raises(LookupError):
        reached(rows[0].code[0])
    with pytest.raises(AttributeError):
        named(rows[0].may[0])
