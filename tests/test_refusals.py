"""The page docs/refusals.md says what the code says, and names for each sentence a test that provokes it."""

import ast

from tests import refusal_sites, refusal_table
from tests.refusal_table import Row


def test_the_page_has_a_row_for_each_sentence_that_refuses_and_no_other():
    stands = [Row(row.where, row.sentence, row.rule) for row in refusal_table.read()]
    assert stands == refusal_table.expected(), "run make refusals"


def test_every_row_names_a_test_that_is_there():
    missing = [row for row in refusal_table.read() if not _is_there(row.test)]
    assert missing == []


def _is_there(test):
    path, _sep, name = test.partition("::")
    file = refusal_sites.HOUSE / path
    return bool(name) and file.is_file() and f"def {name.split('[')[0]}(" in file.read_text(encoding="utf-8")


def test_every_cited_rule_is_a_rule():
    page = (refusal_sites.HOUSE / "docs" / "rules.md").read_text(encoding="utf-8")
    assert [row for row in refusal_table.read() if row.rule and f"| {row.rule} |" not in page] == []


CODE = """
REASONS = {"a": _("The first. Do this."), "b": _("The second. Do that.")}
RULED = {"a": "R-A1"}

class Kind(Refused):
    def __init__(self, code):
        super().__init__(REASONS[code], rule="R-B2")

def plain(x):
    if x:
        raise Refused(_("Not now. Come back."), "R-C3")
    raise Kind("a")

def looked_up(key):
    raise Refused(REASONS[key], RULED[key])

class Form:
    field = Field(error_messages={"required": _("Choose one.")})

    def clean(self):
        self.add_error("field", _("Choose another."))
        raise ValidationError(_("Both do not fit. Choose one."))

def not_ours(error):
    raise Refused(" ".join(error.messages)) from error
"""


def test_the_reader_of_the_code_finds_each_way_to_say_no():
    tree = ast.parse(CODE)
    kinds = refusal_sites.refused_kinds([tree])
    found = refusal_sites.sites_in(refusal_sites.HOUSE / "certification" / "x.py", tree, kinds)
    assert [(one.where.removeprefix("certification.x."), one.sentence, one.rule) for one in found] == [
        ("plain", "Not now. Come back.", "R-C3"),
        ("plain", "The first. Do this.", "R-B2"),
        ("plain", "The second. Do that.", "R-B2"),
        ("looked_up", "The first. Do this.", "R-A1"),
        ("looked_up", "The second. Do that.", ""),
        ("Form", "Choose one.", ""),
        ("Form.clean", "Choose another.", ""),
        ("Form.clean", "Both do not fit. Choose one.", ""),
        ("not_ours", refusal_sites.ANOTHERS, ""),
    ]


def test_a_row_is_read_as_it_is_written():
    row = Row("certification.rules.parts.must", "A | B “%(x)s”. Do.", "R-B1", "tests/x.py::test_y[a|b]")
    assert refusal_table._row(str(row)) == row
    assert refusal_table._row(str(Row("a.b", "C. Do.", "", ""))) == Row("a.b", "C. Do.", "", "")
