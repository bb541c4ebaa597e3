"""The page docs/refusals.md: one row for each sentence that refuses, written from the code and from what the tests provoked."""

from dataclasses import dataclass

from tests.refusal_sites import HOUSE, sites

PAGE = HOUSE / "docs" / "refusals.md"
NONE = "—"
HEAD = """# Refusals

One row for each sentence with which the house declines: a verb's `Refused`, a form's own word. It is read from the code's
syntax tree, and the last column from what happened while the tests ran, so it is written by a command and by nobody else:

    make refusals          # runs the tests, notes which of them provoked which sentence, writes this page
    make refusals TESTS=…  # the same for some tests; rows that they did not touch keep theirs

`tests/test_refusals.py` holds the page against the code (a new sentence without a row fails, a row without a test fails),
and every test that is named here fails when it does not provoke its sentence any more. A sentence says what to do next, in
the language of its reader; nothing has changed when it is read. Placeholders stand as `%(…)s`. *Rule* is the id in
[rules.md](rules.md), or — where the sentence rests on none of the 62. What Django's own fields say (“This field is
required.”) and the pages for requests that cannot be answered (`templates/4xx.html`) are not rows here.

| sentence | where | rule | test |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One line of the page."""

    where: str
    sentence: str
    rule: str
    test: str = ""

    @property
    def key(self):
        return self.where, self.sentence

    def __str__(self):
        cells = (self.sentence, f"`{self.where}`", self.rule or NONE, f"`{self.test}`" if self.test else "")
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def expected():
    """What the code says, as rows without a test, sorted."""
    return sorted({Row(site.where, site.sentence, site.rule) for site in sites()})


def read():
    """The rows of the page as it stands."""
    if not PAGE.exists():
        return []
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ") and "`" in line]
    return [_row(line) for line in lines]


def _row(line):
    cells = [cell.strip() for cell in line.replace("\\|", "\0").strip("|").split(" | ")]
    sentence, where, rule, test = (cell.strip("` |").replace("\0", "|") for cell in [*cells, ""][:4])
    return Row(where, sentence, "" if rule == NONE else rule, test)


def write(provoked, known_tests):
    """Write the page anew: PROVOKED gives tests by (where, sentence); a row untouched keeps a test that is in KNOWN_TESTS."""
    before = {row.key: row.test for row in read()}
    rows = []
    for row in expected():
        kept = before.get(row.key, "")
        tests = set(provoked.get(row.key, ())) | ({kept} if kept in known_tests else set())
        rows.append(Row(row.where, row.sentence, row.rule, min(tests, key=fitness, default="")))
    PAGE.write_text(HEAD + "\n".join(map(str, rows)) + "\n", encoding="utf-8")
    return [row for row in rows if not row.test]


def fitness(test):
    """Smaller is better: a test of this very thing before one that walks through the whole house."""
    far = ("tests/journeys/", "tests/test_matrix", "tests/test_refusals_twice", "tests/certification/test_rules_bite")
    return test.startswith(far), "[" in test, test
