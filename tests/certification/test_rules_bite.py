"""That every *may not* can fail: with the rule replaced by one that allows, its test finds nothing refused.

A rule is taken away here and only here, in the test's own process: no setting or variable reaches it.
"""

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.core.exceptions import ObjectDoesNotExist

from certification import rules
from sdgcities import settings as settings_file
from tests.certification import (
    test_rules_applying,
    test_rules_deciding,
    test_rules_judging,
    test_rules_keeping,
    test_rules_parts,
    test_rules_sitting,
)
from tests.test_rules_page import ENFORCED, named

pytestmark = pytest.mark.django_db

ROOM_NAMES = ("applying", "deciding", "judging", "keeping", "moves", "parts", "sitting")
ROOMS = [import_module(f"certification.rules.{name}") for name in ROOM_NAMES]
OWN = [
    test_rules_applying,
    test_rules_deciding,
    test_rules_judging,
    test_rules_keeping,
    test_rules_parts,
    test_rules_sitting,
]
FUNCTIONS = sorted({name for names in rules.RULES.values() for name in names})
# the refusal does not come, or the verb goes on and stumbles over the row that the rule would have asked for
FAILED = (AssertionError, pytest.fail.Exception, ObjectDoesNotExist)


def own_test(name):
    """The test of that name in the files about rules by themselves."""
    return next((getattr(room, name) for room in OWN if hasattr(room, name)), None)


def take_away(monkeypatch, names):
    """Replace the rules of these NAMES by ones that allow, wherever their own package looks them up."""
    for name in names:
        for room in [rules, *ROOMS]:
            if hasattr(room, name):
                monkeypatch.setattr(room, name, lambda *_, allowed=rules.ALLOWS[name], **__: allowed)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_has_its_may_and_its_may_not(name):
    assert own_test(f"test_may_{name}")
    assert own_test(f"test_may_not_{name}")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_without_the_function_its_may_not_fails(name, monkeypatch):
    take_away(monkeypatch, [name])
    with pytest.raises(FAILED):
        own_test(f"test_may_not_{name}")()


MAY_NOTS = [(rule, test) for rule in sorted(rules.RULES) for test in ENFORCED[rule].may_not]


@pytest.mark.parametrize(("rule", "test"), MAY_NOTS, ids=[f"{rule}-{test}" for rule, test in MAY_NOTS])
def test_without_the_rule_every_may_not_on_its_row_fails(rule, test, monkeypatch):
    take_away(monkeypatch, rules.RULES[rule])
    with pytest.raises(FAILED):
        named(test)()


def test_with_its_rules_in_place_nothing_was_left_taken_away():
    """The proofs above leave no trace: what they replaced is back."""
    for name in FUNCTIONS:
        assert getattr(rules, name).__name__ == name


def test_no_setting_and_no_variable_is_read_where_rules_are_asked():
    """A server cannot be told to leave a rule out: the rules know neither settings nor environment."""
    for room in [rules, *ROOMS, import_module("certification.rules.registry")]:
        source = inspect.getsource(room)
        assert re.findall(r"\b(environ|getenv|settings|DEBUG|DEMONSTRATION)\b", source) == []


def test_no_setting_names_a_rule():
    source = Path(settings_file.__file__).read_text(encoding="utf-8")
    assert re.findall(r"\bR-[A-I]\d+\b|certification\.rules|\bRULES\b|\bALLOWS\b", source) == []


def test_what_allows_is_read_by_tests_alone():
    """ALLOWS, what a replaced rule would answer, is used nowhere in what ships."""
    floors = ("sdgcities", "tracks", "certification", "monitoring")
    root = Path(settings_file.__file__).parents[1]
    readers = {
        path.relative_to(root).as_posix()
        for floor in floors
        for path in (root / floor).rglob("*.py")
        if re.search(r"\bALLOWS\b", path.read_text(encoding="utf-8"))
    }
    assert readers == {"certification/rules/__init__.py", "certification/rules/registry.py"}
