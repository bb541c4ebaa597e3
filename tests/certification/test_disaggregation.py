"""Which groups a series tells apart, and which series are drawn: by a rule, from the document alone."""

import pytest

from certification import disaggregation
from certification.standard import GLOBAL, read

STANDARD = read(GLOBAL)


def series(code="1.1.1", *rows):
    observations = [
        {"period": str(year), "year": str(year), "value": value, "dimensions": dimensions}
        for year, value, dimensions in rows
    ]
    told = {"code": code, "title": "-", "unit": "", "source": "", "licence": "", "coverage": ""}
    return {**told, "observations": observations}


def totals(code, *years):
    return series(code, *((year, "1", {}) for year in years))


@pytest.mark.parametrize(
    ("name", "label", "groups"),
    [
        ("Gender", "Female", ["women"]),
        ("Victim Gender", "Male", ["women"]),
        ("Age Group", "65 and over", ["children", "older_people", "youth"]),
        ("Agency", "Housing", []),
        ("Percentage", "All", []),
        ("Race", "American Indian and Alaska Native", ["indigenous"]),
        ("Birthplace", "Non-US Born", ["migrants"]),
        ("Council District", "14", ["place"]),
        ("الجنس", "نساء", ["women"]),
        ("按性别", "女", ["women"]),
        ("Пол", "Женщины", ["women"]),
    ],
)
def test_a_group_is_told_apart_where_a_dimension_or_a_label_bears_its_name(name, label, groups):
    assert disaggregation.told_apart(series("1.1.1", (2020, "1", {name: label}))) == groups


def test_every_group_that_words_are_kept_for_is_one_of_the_standards():
    kept = {
        group for entries in disaggregation._definition().values() for entry in entries for group in entry["groups"]
    }
    assert kept - {group.key for group in STANDARD.groups} == set()


def test_a_stage_asks_for_the_groups_of_its_requirements_in_the_standards_order():
    asked = disaggregation.asked_for(STANDARD, "A")
    assert (asked[0]["key"], asked[0]["asked_by"]) == ("women", ["A1.2", "A1.3", "A3.2", "A3.3"])
    assert [one["key"] for one in asked] == [group.key for group in STANDARD.groups]


def test_series_that_tell_more_groups_apart_come_first_then_those_with_more_years_then_by_code():
    rows = [(year, "1", {}) for year in (2018, 2019, 2020)]
    parted = series("9.1.1", *rows, (2020, "2", {"Sex": "Women"}), (2020, "3", {"Sex": "Men"}))
    long, short = totals("10.1.1", *range(2010, 2021)), totals("2.1.1", 2018, 2019, 2020)
    found = disaggregation.charts([short, long, parted], asked=["women"], drawn=set())
    assert [one["code"] for one in found] == ["9.1.1", "10.1.1"]


def test_a_series_is_drawn_under_one_criterion_only():
    drawn = set()
    one = totals("1.1.1", 2018, 2019, 2020)
    first = disaggregation.charts([one], asked=[], drawn=drawn)
    assert (len(first), disaggregation.charts([one], asked=[], drawn=drawn)) == (1, [])


def test_two_years_make_no_line():
    assert disaggregation.charts([totals("1.1.1", 2019, 2020)], asked=[], drawn=set()) == []


def test_a_long_line_says_how_many_years_it_leaves_out():
    (chart,) = disaggregation.charts([totals("1.1.1", *range(2000, 2020))], asked=[], drawn=set())
    assert (chart["points"][0]["year"], chart["left_out"]) == ("2008", 8)


def test_groups_are_those_of_the_newest_year_alone():
    one = series(
        "1.1.1",
        (2019, "1", {"Sex": "Women"}),
        (2020, "2", {"Sex": "Women"}),
        (2020, "3", {"Sex": "Men"}),
        (2020, "4", {"Sex": "Women", "Age": "15"}),
    )
    (chart,) = disaggregation.charts([one], asked=["women"], drawn=set())
    assert [(row["group"], row["value"]) for row in chart["groups"]] == [("Women", "2"), ("Men", "3")]


def test_a_series_is_kept_short_by_its_years_and_its_dimensions():
    one = series("1.1.1", (2019, "1", {}), (2021, "2", {"Sex": "Women"}), (2021, "3", {"Sex": "Men"}))
    kept = disaggregation.shortened(one)
    assert (kept["first_year"], kept["last_year"], kept["values"], kept["dimensions"]) == (
        "2019", "2021", 3, [{"name": "Sex", "groups": 2}],
    )  # fmt: skip


def test_codes_stand_in_order_of_their_numbers():
    codes = [
        one["code"]
        for one in sorted((totals(code, 2020) for code in ("10.1.1", "9.c.1", "9.2.1")), key=disaggregation.order)
    ]
    assert codes == ["9.2.1", "9.c.1", "10.1.1"]
