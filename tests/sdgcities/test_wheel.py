"""The wheel's geometry: where segments lie, and that each state can be told apart without colour."""

import itertools
import re

import pytest

from sdgcities.wheel import ARC_GAP, GAP, Segment, Slot, quarters, sector, shapes, slots

GLOBAL = ["silver"] * 3 + ["gold"] * 5 + ["platinum"] * 4 + ["diamond"] * 4


def _parts(state):
    return [shape.part for shape in shapes([Segment("a", "silver", state), Segment("b", "gold", "open")])][:-1]


def test_sixteen_criteria_share_the_ring_in_four_arcs():
    places = slots(GLOBAL)
    gaps = [round(after.start - before.end, 6) for before, after in itertools.pairwise(places)]

    assert gaps == [GAP, GAP, ARC_GAP, GAP, GAP, GAP, GAP, ARC_GAP, GAP, GAP, GAP, ARC_GAP, GAP, GAP, GAP]
    assert len({round(place.end - place.start, 6) for place in places}) == 1
    assert places[0].start == pytest.approx(ARC_GAP / 2)
    assert places[-1].end == pytest.approx(360 - ARC_GAP / 2)


@pytest.mark.parametrize("count", [1, 2, 7, 24, 120])
def test_a_standard_with_other_counts_draws_its_own_ring(count):
    levels = ["first"] * (count - count // 3) + ["second"] * (count // 3)
    places = slots(levels)

    assert len(places) == count
    assert all(place.end > place.start for place in places)
    assert all(after.start > before.end for before, after in itertools.pairwise(places))
    assert places[-1].end <= 360
    assert len(shapes([Segment(str(number), level, "met") for number, level in enumerate(levels)])) == count


def test_a_standard_without_criteria_draws_nothing():
    assert shapes([]) == []


def test_each_state_has_its_own_parts():
    assert _parts("met") == ["met"]
    assert _parts("partly") == ["edge", "band", "hatch"]
    assert _parts("open") == ["open"]
    assert _parts("na") == ["open", "na"]


def test_a_partly_met_segment_is_hatched_above_its_inner_band():
    edge, band, hatched = shapes([Segment("a", "gold", "partly"), *[Segment("b", "gold", "open")] * 15])[:3]

    assert edge.path.startswith("M")
    assert "A92 92" in edge.path
    assert "A77 77" in band.path
    assert "A66 66" in band.path
    assert hatched.path.count("M") >= 3
    assert hatched.stroke == band.fill


def test_a_quarter_lies_clockwise_from_the_top():
    numbers = [float(number) for number in re.findall(r"-?\d+\.\d+", sector(Slot(0, 90), 50, 100))]

    assert numbers == [100, 0, 200, 100, 150, 100, 100, 50]


def test_an_arc_of_more_than_half_takes_the_long_way():
    assert "A100 100 0 1 1 " in sector(Slot(0, 200), 50, 100)
    assert "A100 100 0 0 1 " in sector(Slot(0, 170), 50, 100)


def test_a_whole_circle_is_drawn_as_two_halves():
    assert sector(Slot(0, 360), 50, 100).count("M") == 2


def test_the_small_ring_counts_quarters():
    assert len({quarters(count) for count in range(5)}) == 5
    assert quarters(0) == ""
