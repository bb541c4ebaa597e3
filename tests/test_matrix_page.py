"""The page docs/matrix.md says what the table of the permission matrix says."""

from tests import matrix_page
from tests.matrix_api import EVERYONE
from tests.matrix_table import POSTED, TABLE


def test_the_page_is_written_from_the_table():
    assert matrix_page.PAGE.read_text(encoding="utf-8") == matrix_page.text(), "run `make matrix`"


def test_every_row_and_every_role_stands_on_it():
    assert set(matrix_page.ROLES) == EVERYONE
    lines = [line for line in matrix_page.text().splitlines() if "●" in line or "○" in line]
    rows = [line for line in lines if line.count("●") + line.count("○") == len(EVERYONE)]
    assert len(rows) == len(POSTED) + sum(len(lines) for lines in TABLE.values())
    assert len(set(rows)) == len(rows), "two rows look alike"


def test_a_mark_follows_the_readers():
    (row,) = [line for line in matrix_page.text().splitlines() if line.startswith("| panel-finding |")]
    marks = dict(zip(matrix_page.ROLES, row.strip("| ").split(" | ")[3:], strict=True))
    assert {role for role, mark in marks.items() if mark == "●"} == set(TABLE["panel-finding"][0][1])
