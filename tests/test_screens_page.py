"""docs/screens.md against the table of addresses: every page has its section and its pictures, and no picture is left over."""

import pytest

from certification.management import people
from tests.screens_page import page, read
from tests.screens_table import ANONYMOUS, FOLDER, LEFT_OUT, PAGE, area_of, files_of, names

HEAVIEST = 15_000_000  # what all pictures together may take


@pytest.fixture(scope="module")
def sections():
    return read(PAGE.read_text(encoding="utf-8"))


def test_every_page_has_its_section_or_a_reason_to_have_none(sections):
    """Who adds an address adds its picture (`make screens`), or says in tests/screens_table.py why there is none."""
    assert sorted([*sections, *LEFT_OUT]) == sorted(names())


def test_every_section_shows_its_four_pictures(sections):
    assert sections == {name: files_of(name) for name in sections}


def test_every_picture_is_there_and_none_is_left_over(sections):
    shown = sorted(file for files in sections.values() for file in files)
    assert sorted(path.name for path in FOLDER.iterdir()) == shown


def test_the_pictures_are_pictures_and_do_not_weigh_too_much():
    heads = {path.name: path.read_bytes()[:12] for path in FOLDER.iterdir()}
    assert [name for name, head in heads.items() if (head[:4], head[8:]) != (b"RIFF", b"WEBP")] == []
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < HEAVIEST


def test_every_address_belongs_to_an_area_and_its_eyes_are_of_the_demonstration():
    keys = {ANONYMOUS, "administrator", *(one.key for one in people.CAST)}
    assert {eyes for name in names() if name not in LEFT_OUT for eyes in area_of(name).eyes} <= keys


def test_what_is_written_is_read_again_and_a_torn_page_is_found_out():
    told = page({"home": ("A | home", ANONYMOUS), "city-case": ("Los Angeles", "delegate")})
    assert read(told) == {"home": files_of("home"), "city-case": files_of("city-case")}
    with pytest.raises(AssertionError, match="two sections"):
        read(told + told)
    with pytest.raises(AssertionError, match="without the name"):
        read("### A page\n\nno name\n")
