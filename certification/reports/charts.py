"""Charts of a report: where line and bars lie, drawn by attributes as SVG; their words stand beside them as HTML."""

from collections.abc import Mapping
from typing import Any

from tracks import drawing
from tracks.indicators import number_of

BAR = 100.0  # the longest bar, in the picture's own units


def drawn(chart: Mapping[str, Any]) -> dict[str, Any]:
    """CHART with the points of its line and the lengths of its bars; a value that is no number is told and not drawn."""
    values = [(int(one["year"]), number) for one in chart["points"] if (number := number_of(one["value"])) is not None]
    ends = sorted(chart["points"], key=lambda one: number_of(one["value"]) or 0.0)
    return {
        **chart,
        "line": drawing.line(values),
        "width": drawing.WIDTH,
        "height": drawing.HEIGHT,
        "lowest": ends[0]["value"] if ends else "",
        "highest": ends[-1]["value"] if ends else "",
        "groups": _bars(chart["groups"]),
    }


def _bars(groups: list[dict[str, str]]) -> list[dict[str, Any]]:
    numbers = [number_of(one["value"]) or 0.0 for one in groups]
    longest = max(numbers, default=0.0)
    return [
        {**one, "length": f"{max(0.0, number) / longest * BAR:.1f}" if longest > 0 else "0"}
        for one, number in zip(groups, numbers, strict=True)
    ]
