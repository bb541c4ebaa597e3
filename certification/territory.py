"""What a territory can be: how many people, in which year, and a boundary that a map could draw. No Django in here."""

import json
from typing import Any

MOST_PEOPLE = 10**11  # more than ever lived on earth at once, and small enough for every reader of our documents
FIRST_YEAR = 1800
CORNERS = 4  # a ring's first point is its last
DEPTH = {"Polygon": 1, "MultiPolygon": 2}
EAST, NORTH = 180, 90


def is_population(people: int) -> bool:
    """Whether a territory can have so many inhabitants."""
    return 1 <= people <= MOST_PEOPLE


def is_year(year: int, *, now: int) -> bool:
    """Whether people can have been counted in YEAR."""
    return FIRST_YEAR <= year <= now


def is_area(text: str) -> bool:
    """Whether TEXT is GeoJSON (RFC 7946) that encloses land: Polygon or MultiPolygon, bare or in one or more features."""
    try:
        return _encloses(json.loads(text))
    except (ValueError, RecursionError):
        return False


def _encloses(thing: Any) -> bool:  # noqa: ANN401 - whatever stood in the text
    if not isinstance(thing, dict):
        return False
    if thing.get("type") == "FeatureCollection":
        features = thing.get("features")
        return isinstance(features, list) and bool(features) and all(_encloses(one) for one in features)
    if thing.get("type") == "Feature":
        return _encloses(thing.get("geometry"))
    depth = DEPTH.get(str(thing.get("type")))
    return depth is not None and _are_rings(thing.get("coordinates"), depth)


def _are_rings(given: Any, depth: int) -> bool:  # noqa: ANN401 - whatever stood in the text
    """Whether GIVEN is a list of rings (depth 1), or of such lists (depth 2)."""
    if not isinstance(given, list) or not given:
        return False
    return all(_is_ring(one) if depth == 1 else _are_rings(one, depth - 1) for one in given)


def _is_ring(points: Any) -> bool:  # noqa: ANN401 - whatever stood in the text
    closed = isinstance(points, list) and len(points) >= CORNERS and points[0] == points[-1]
    return closed and all(_is_point(one) for one in points)


def _is_point(point: Any) -> bool:  # noqa: ANN401 - whatever stood in the text
    if not isinstance(point, list) or len(point) not in (2, 3):
        return False
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in point):
        return False
    return bool(abs(point[0]) <= EAST and abs(point[1]) <= NORTH)
