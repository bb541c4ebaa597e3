"""Every name that docs/words.md gives to a word stands in the code, and every word has its six languages."""

import re
from importlib import import_module
from pathlib import Path

import pytest

WORDS = (Path(__file__).parents[1] / "docs" / "words.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in WORDS.splitlines() if line.startswith("| ")]
NAMES = sorted(set(re.findall(r"`((?:sdgcities|tracks|certification|monitoring)(?:\.\w+)*)`", WORDS)))


def has(name: str) -> bool:
    """Whether NAME, written in full, is a module or a name in one."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


@pytest.mark.parametrize("name", NAMES)
def test_a_name_on_the_page_of_words_stands_in_the_code(name):
    assert has(name)


def test_a_name_that_stands_nowhere_would_be_found_out():
    assert not has("certification.standard.Framework")
    assert not has("nowhere.at.all")


def test_every_row_is_whole():
    assert len(ROWS) > 60
    assert [row for row in ROWS if len(row) not in (4, 8) or not all(row)] == []
