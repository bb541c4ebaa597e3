"""What a territory can be: numbers within reason, and a boundary that a map could draw."""

import json

import pytest

from certification import territory

RING = [[34.7, -0.1], [34.8, -0.1], [34.8, 0.0], [34.7, -0.1]]
POLYGON = {"type": "Polygon", "coordinates": [RING]}


def feature(geometry):
    return {"type": "Feature", "geometry": geometry, "properties": {}}


@pytest.mark.parametrize(
    "area",
    [
        POLYGON,
        {"type": "MultiPolygon", "coordinates": [[RING], [RING, RING]]},
        feature(POLYGON),
        {"type": "FeatureCollection", "features": [feature(POLYGON)]},
        {"type": "Polygon", "coordinates": [[[*point, 1100.5] for point in RING]]},
    ],
    ids=["polygon", "several", "feature", "collection", "with heights"],
)
def test_an_area_is_drawn(area):
    assert territory.is_area(json.dumps(area))


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "",
        "[]",
        "null",
        '{"type": ["Polygon"]}',
        '{"type": "Polygon"}',
        '{"type": "FeatureCollection", "features": "no"}',
        '{"type": "FeatureCollection", "features": []}',
        json.dumps({"type": "Point", "coordinates": [34.7, -0.1]}),
        json.dumps({"type": "Polygon", "coordinates": []}),
        json.dumps({"type": "Polygon", "coordinates": [RING[:-1]]}),
        json.dumps({"type": "Polygon", "coordinates": [[*RING[:-1], [34.7, 0.5]]]}),
        json.dumps({"type": "Polygon", "coordinates": RING}),
        json.dumps({"type": "MultiPolygon", "coordinates": [RING]}),
        json.dumps({"type": "Polygon", "coordinates": [[[200, 0], [1, 1], [2, 2], [200, 0]]]}),
        json.dumps({"type": "Polygon", "coordinates": [[["a", 0], [1, 1], [2, 2], ["a", 0]]]}),
        '{"type": "Polygon", "coordinates": [[[NaN, 0], [1, 1], [2, 2], [NaN, 0]]]}',
        '{"type": "Polygon", "coordinates": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"type": "Point", "x": ' + "9" * 5000 + "}",
    ],
)
def test_what_encloses_nothing_is_no_area(text):
    assert not territory.is_area(text)
