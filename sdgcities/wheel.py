"""The wheel: where each criterion's segment lies on the ring, and how met, partly met, open and not applicable are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians, sin
from typing import Literal

State = Literal["met", "partly", "open", "na"]

CENTRE = 100.0
OUTER, BAND, INNER = (
    92.0,
    77.0,
    66.0,
)  # radii in a field of 200 by 200; a partly met segment is filled from INNER to BAND
WHOLE, HALF = 360, 180  # degrees
GAP, ARC_GAP = 1.6, 5.2  # degrees between two segments, and between two levels' arcs
EDGE, PALE = "#8a95a3", "#f4f6f9"
PAPER = "#ffffff"

# The ink each level is drawn in where no style sheet reaches (PDF); on screen the class decides.
INKS = {"silver": "#5f6a78", "gold": "#8a6300", "platinum": "#3c6b7a", "diamond": "#2452b3"}
OTHER_INK = "#0b3a5b"
STATE_INKS = {"good": "#1d6b45", "care": "#8a5a00", "stop": "#a5281b", "neutral": "#5b6876"}


@dataclass(frozen=True, slots=True)
class Segment:
    """One criterion on the ring: its key, the level it belongs to, and how far it is."""

    key: str
    level: str
    state: State


@dataclass(frozen=True, slots=True)
class Slot:
    """The sector a segment fills, in degrees clockwise from the top."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Shape:
    """One path of the drawing; `part` says what it stands for and names its class."""

    part: str
    level: str
    path: str
    fill: str = "none"
    stroke: str = "none"
    width: str = "0"  # text, so that no language writes it with a comma


def slots(levels: Sequence[str]) -> list[Slot]:
    """Share the circle among LEVELS' segments, one each, with a wider gap where the level changes."""
    if not levels:
        return []
    closer = min(1.0, 16 / len(levels))  # a standard with many criteria has narrower gaps
    after = [ARC_GAP if one != following else GAP for one, following in pairwise(levels)]
    after.append(ARC_GAP if len(levels) > 1 else 0)
    gaps = [gap * closer for gap in after]
    width = (WHOLE - sum(gaps)) / len(levels)
    starts = [gaps[-1] / 2]
    for gap in gaps[:-1]:
        starts.append(starts[-1] + width + gap)
    return [Slot(start, start + width) for start in starts]


def shapes(segments: Sequence[Segment]) -> list[Shape]:
    """Draw SEGMENTS clockwise from the top, in the order given."""
    places = slots([segment.level for segment in segments])
    return [shape for segment, slot in zip(segments, places, strict=True) for shape in _drawn(segment, slot)]


def sample(state: State) -> list[Shape]:
    """One segment alone, the first of sixteen, for a key beside the wheel."""
    return _drawn(Segment("", "", state), slots([""] * 16)[0])


def _drawn(segment: Segment, slot: Slot) -> list[Shape]:
    level = segment.level
    ink = INKS.get(level, OTHER_INK)
    whole = sector(slot, INNER, OUTER)
    if segment.state == "met":
        return [Shape("met", level, whole, fill=ink, stroke=ink, width="1")]
    ground = Shape("open", level, whole, fill=PALE, stroke=EDGE, width="1")
    if segment.state == "partly":
        edge = Shape("edge", level, whole, fill=PAPER, stroke=ink, width="1.2")
        band = Shape("band", level, sector(slot, INNER, BAND), fill=ink)
        return [edge, band, Shape("hatch", level, hatch(slot), stroke=ink, width="1.2")]
    if segment.state == "na":
        return [ground, Shape("na", level, cross(slot), stroke="#5b6876", width="2.2")]
    return [ground]


def sector(slot: Slot, inner: float, outer: float) -> str:
    """The path of SLOT between two radii; a whole circle is drawn as two halves."""
    if slot.end - slot.start >= WHOLE:
        return " ".join(sector(Slot(half, half + HALF), inner, outer) for half in (slot.start, slot.start + HALF))
    far = 1 if slot.end - slot.start > HALF else 0
    return (
        f"M{point(slot.start, outer)}A{outer:g} {outer:g} 0 {far} 1 {point(slot.end, outer)}"
        f"L{point(slot.end, inner)}A{inner:g} {inner:g} 0 {far} 0 {point(slot.start, inner)}Z"
    )


def hatch(slot: Slot) -> str:
    """Strokes across the unfilled part of a partly met segment, so that it reads without colour."""
    lines = max(2, round((slot.end - slot.start) / 4))
    step = (slot.end - slot.start) / (lines + 1)
    turns = [slot.start + step * number for number in range(1, lines + 1)]
    return "".join(f"M{point(turn, BAND)}L{point(turn, OUTER - 1)}" for turn in turns)


def cross(slot: Slot) -> str:
    """The mark of a criterion that does not apply: a small diagonal cross in the middle of its segment."""
    middle, reach = (slot.start + slot.end) / 2, min(5.0, (slot.end - slot.start) / 4)
    radius = (INNER + OUTER) / 2
    turn = reach * 57.3 / radius
    return (
        f"M{point(middle - turn, radius - reach)}L{point(middle + turn, radius + reach)}"
        f"M{point(middle + turn, radius - reach)}L{point(middle - turn, radius + reach)}"
    )


def quarters(count: int) -> str:
    """The small ring beside a level's name: COUNT of four quarters, from the top, in a field of 12 by 12."""
    if count >= 4:  # noqa: PLR2004 - four quarters are the whole ring
        return "M6 2A4 4 0 0 1 6 10A4 4 0 0 1 6 2"
    ends = {1: "10 6", 2: "6 10", 3: "2 6"}
    return f"M6 2A4 4 0 {1 if count == 3 else 0} 1 {ends[count]}" if count > 0 else ""  # noqa: PLR2004 - three make the long arc


def point(degrees: float, radius: float) -> str:
    """A place on the field: DEGREES clockwise from the top, RADIUS from the centre."""
    turn = radians(degrees)
    return f"{CENTRE + radius * sin(turn):.2f} {CENTRE - radius * cos(turn):.2f}"
