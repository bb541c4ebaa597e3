"""Reading Open SDG files: every row is accounted for, none twice."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tracks import indicators

LOS_ANGELES = Path(indicators.__file__).parent / "definitions" / "los_angeles"


def read(text, name="indicator_1-1-1.csv"):
    return indicators.read(name, text.encode() if isinstance(text, str) else text)


def reasons(text):
    return [row.reason for row in read(text).rows]


cells = st.text(alphabet=st.sampled_from('AB12.e-/,"; \n\ré–x'), max_size=6)
tables = st.lists(st.lists(cells, max_size=4), max_size=12)


@given(tables)
def test_every_row_has_one_reason_and_the_counts_add_up(table):
    lines = "\n".join(",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in table)
    reading = read("Year,Group,Value\n" + lines)
    rows = list(
        csv.reader(("Year,Group,Value\n" + lines).replace("\r\n", "\n").replace("\r", "\n").splitlines(keepends=True))
    )
    assert [row.line for row in reading.rows] == list(range(2, len(rows) + 1))
    assert sum(reading.counts.values()) == len(rows) - 1
    assert len(reading.values) == reading.counts.get("kept", 0)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data):
    reading = indicators.read("indicator_1-1-1.csv", data)
    assert sum(reading.counts.values()) == len(reading.rows)


def test_a_row_is_left_out_for_the_first_thing_wrong_with_it():
    text = "Year,Sex,Value\n2015,,5\n,,\n2016,,\n2017,,n/a\nsoon,,5\n2018,5\n2015,,5.0\n2015,,5\n2015,F,5\n2019,,inf\n"
    assert reasons(text) == [
        "kept",
        "blank",
        "no-value",
        "not-a-number",
        "odd-year",
        "ragged",
        "conflict",
        "duplicate",
        "kept",
        "not-a-number",
    ]


@pytest.mark.parametrize(
    ("period", "year"),
    [
        ("2015", 2015),
        ("2015.0", 2015),
        ("2015/16", 2015),
        ("1999/00", 1999),
        ("2009-2010", 2009),
        ("2009–2010", 2009),
        ("2018-11-03", 2018),
        ("2018-11-03T10:00", 2018),
        ("2010-2009", None),
        ("15", None),
        ("20155", None),
        ("1500", None),
        ("This is a non-statistical indicator", None),
    ],
)
def test_the_first_year_of_a_period(period, year):
    assert indicators.first_year(period) == year


def test_marks_and_line_ends_are_read_and_remarked_on():
    reading = indicators.read("indicator_1-1-1.csv", b"\xef\xbb\xbfYear,Value\r2015,1\r2016,2")
    assert ([value.period for value in reading.values], reading.remarks) == (
        ["2015", "2016"],
        ["byte-order-mark", "lone-carriage-returns"],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Year,Group,Value\n2015,A,1\n2015,B,3\n2015,,2\n", True),
        ("Year,Grade,Planet,Fruit,Value\n2015,A,,,15.1\n", True),
        ("Year,Group,Value\n2015,A,1\n2015,B,4\n", False),
        ("Year,Group,Value\n2015,A,1\n2015,C,3\n", False),
        ("Year,Group,Value\n2015,A,1\n", False),
        ("Year,Group,Sex,Value\n2015,A,F,1\n2015,B,F,2\n", False),
        ("Year,Group,Value\n", False),
    ],
)
def test_a_placeholder_is_known_by_its_whole_shape(text, expected):
    assert ("placeholder" in read(text).remarks) == expected


def test_second_files_archives_and_strangers_are_set_aside_and_counted():
    one = b"Year,Value\n2015,1\n"
    found = indicators.read_files(
        [
            ("indicator_1-1-1/indicator_1-1-1.csv", one + b"2016,2\n"),
            ("indicator_1-1-1.csv", one),
            ("indicator_1-2-1.csv.old", one),
            ("notes.csv", one),
        ]
    )
    assert [(reading.name, reading.counts) for reading in found] == [
        ("indicator_1-1-1.csv", {"kept": 1}),
        ("indicator_1-2-1.csv.old", {"archive-file": 1}),
        ("notes.csv", {"not-an-indicator": 1}),
        ("indicator_1-1-1/indicator_1-1-1.csv", {"second-file": 2}),
    ]
    assert found[-1].remarks == ["second-file", "rows-not-in-the-first:1"]


def test_the_front_matter_of_every_page_is_what_a_yaml_reader_finds():
    different, texts = [], 0
    for path in sorted((LOS_ANGELES / "meta").glob("*.md")):
        page = path.read_text(encoding="utf-8")
        wanted = yaml.safe_load(page.split("\n---")[0].removeprefix("---"))
        found = indicators.front_matter(page)
        for key, value in wanted.items():
            if isinstance(value, str):
                texts += 1
                if found.get(key, "").split() != value.split():
                    different.append((path.name, key))
    assert (different, texts > 3000) == ([], True)


# --- the real repository; counts of the tidy file that was made from it by other means (shared data, README) -----------

TIDY_ROWS = 4812
TIDY_INDICATORS = 134


@pytest.fixture(scope="module")
def los_angeles():
    return indicators.read_files((path.name, path.read_bytes()) for path in (LOS_ANGELES / "raw").iterdir())


def test_every_row_of_los_angeles_is_accounted_for(los_angeles):
    counts = Counter()
    for reading in los_angeles:
        counts.update(reading.counts)
    assert dict(counts) == {
        "kept": 4559,
        "placeholder": 975,
        "second-file": 210,
        "not-an-indicator": 105,
        "no-value": 41,
        "duplicate": 1,
        "conflict": 1,
    }
    assert sum(counts.values()) == 5892


def test_the_difference_to_the_tidy_file_is_explained_row_by_row(los_angeles):
    """The tidy file also holds the second file of 1.1.1, rows without a value, and two rows that repeat a key."""
    counts = Counter()
    for reading in los_angeles:
        counts.update(reading.counts)
    differences = ("second-file", "no-value", "duplicate", "conflict")
    assert counts["kept"] + sum(counts[reason] for reason in differences) == TIDY_ROWS
    with_values = {reading.code for reading in los_angeles if reading.values}
    without = {reading.code for reading in los_angeles if set(reading.counts) == {"no-value"}}
    assert (len(with_values), without) == (TIDY_INDICATORS - 1, {"5.a.2"})


def test_the_placeholders_are_those_that_were_found_by_hand(los_angeles):
    assert sum("placeholder" in reading.remarks for reading in los_angeles) == 113


def test_dimensions_make_one_key_in_any_order():
    assert indicators.dimensions_key({"b": "1", "a": "é"}) == indicators.dimensions_key({"a": "é", "b": "1"})
    assert json.loads(indicators.dimensions_key({"a": "é"})) == {"a": "é"}
