"""Where the points of a line chart lie: plain arithmetic, drawn by a template as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 600, 200, 12


@dataclass(frozen=True, slots=True)
class Line:
    """POINTS in the picture's own units, with the lowest and highest value and the years at both ends."""

    points: tuple[tuple[float, float], ...]
    lowest: float
    highest: float
    first: int
    last: int

    @property
    def path(self) -> str:
        """The points as SVG's `points` attribute."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.points)


def line(values: Sequence[tuple[int, float]]) -> Line | None:
    """A line through (year, value) pairs in the order of years; None when there are not two years to join."""
    ordered = sorted(values)
    years = [year for year, _ in ordered]
    if len(set(years)) <= 1:
        return None
    lowest, highest = min(value for _, value in ordered), max(value for _, value in ordered)
    points = tuple(
        (_place(year, years[0], years[-1], WIDTH), HEIGHT - _place(value, lowest, highest, HEIGHT))
        for year, value in ordered
    )
    return Line(points, lowest, highest, years[0], years[-1])


def _place(value: float, lowest: float, highest: float, length: int) -> float:
    room = length - 2 * MARGIN
    return MARGIN + (room * (value - lowest) / (highest - lowest) if highest > lowest else room / 2)
