"""Promises of the words for acts: what the code records has words, what has words is recorded, and every thing has a name."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import translation

from certification.flow import MOVES
from certification.models import Certificate
from sdgcities import acts, signing

HOUSE = Path(__file__).parents[2]
FLOORS = ("sdgcities", "tracks", "certification", "monitoring")

# What stands in an act's name when it is put together: the code's own tables.
PUT_TOGETHER = {
    "application.{}": [move.name for move in MOVES],
    "certificate.{}": [one for one in Certificate.Status.values if one != Certificate.Status.ACTIVE],
    "person.{}": list(signing.TOLD.values()),
}
IN_SQL = {"journal.adopted"}  # written by the migration that made the chain


def calls(tree, name):
    """Every call of NAME, or of something's NAME, with the functions it stands in, from the outermost."""

    def below(node, inside):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == name:
            yield node, inside
        deeper = [*inside, node] if isinstance(node, ast.FunctionDef) else inside
        for child in ast.iter_child_nodes(node):
            yield from below(child, deeper)

    return list(below(tree, []))


def recorded(source):
    """The acts that SOURCE records; one that cannot be told from its text is an error."""
    tree = ast.parse(source)
    return {act for call, inside in calls(tree, "record") for act in _acts(tree, call.args[0], inside)}


def _acts(tree, told, inside):
    match told:
        case ast.Constant(value=str(act)):
            return [act]
        case ast.IfExp(body=one, orelse=other):
            return [*_acts(tree, one, inside), *_acts(tree, other, inside)]
        case ast.JoinedStr(values=values):
            pattern = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in values)
            return [pattern.format(word) for word in PUT_TOGETHER[pattern]]
        case ast.Name(id=name):
            return _named(tree, name, inside)
    raise AssertionError(ast.dump(told))


def _named(tree, name, inside):
    """What the variable NAME can be: what is assigned to it, or what its function is called with."""
    function = inside[-1]
    assigned = [
        act
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
        for act in _acts(tree, node.value, inside)
    ]
    if assigned:
        return assigned
    place = [argument.arg for argument in function.args.args].index(name)
    found = [act for call, around in calls(tree, function.name) for act in _acts(tree, call.args[place], around)]
    assert found, f"nobody calls {function.name}"
    return found


@pytest.fixture(scope="module")
def known():
    return {act for group in acts.groups() for act in group.acts}


@pytest.fixture(scope="module")
def written():
    files = [path for floor in FLOORS for path in (HOUSE / floor).rglob("*.py") if "migrations" not in path.parts]
    return IN_SQL.union(*(recorded(path.read_text(encoding="utf-8")) for path in files))


def test_every_act_that_the_code_records_has_words(known, written):
    assert len(written) > 90
    assert sorted(written - known) == []


def test_every_act_that_has_words_is_recorded_somewhere(known, written):
    assert sorted(known - written) == []


def test_an_act_is_named_once():
    told = [act for group in acts.groups() for act in group.acts]
    assert len(told) == len(set(told))


def test_acts_are_read_however_their_names_are_written():
    assert recorded('def verb(x): journal.record("a.b", x)') == {"a.b"}
    assert recorded('def verb(x):\n act = "a.b" if x else "a.c"\n record(act, x)') == {"a.b", "a.c"}
    assert recorded('def _tell(act, x): record(act, x)\ndef verb(x): _tell("a.d", x)') == {"a.d"}
    assert "person.password.set" in recorded('def note(x, act): record(f"person.{act}", x)')
    with pytest.raises(KeyError):
        recorded('def verb(x, y): record(f"other.{y}", x)')
    with pytest.raises(AssertionError):
        recorded("def verb(x): record(x.act, x)")


def test_words_are_said_in_the_readers_language_and_an_unknown_act_by_its_name():
    with translation.override("en"):
        assert acts.words("evidence.viewed") == "Evidence viewed or downloaded"
    with translation.override("fr"):
        assert acts.words("evidence.viewed") != "Evidence viewed or downloaded"
    assert acts.words("nobody.knows") == "nobody.knows"


def test_views_of_evidence_are_known_as_such():
    assert acts.views() == {"evidence.viewed"}


def test_every_kind_of_thing_that_has_a_name_is_a_model():
    models = {model._meta.label_lower for model in apps.get_models()}
    assert acts.kinds() - models == set()
