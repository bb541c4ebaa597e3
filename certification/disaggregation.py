"""Which groups of people and places a city's series tell apart, and which series are drawn; no Django in here.

It reads series as a document holds them (`tracks.models.Series.as_embedded`): every value a text, none computed.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from certification.standard import DEFINITIONS, Standard

Series = Mapping[str, Any]

SERIES = "data.series"  # work of the data track, as a requirement names it
WORD = re.compile(r"\w+")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
MOST_POINTS = 12
FEWEST_POINTS = 3
MOST_GROUPS = 8
FEWEST_GROUPS = 2
CHARTS_A_CRITERION = 2
LABELS_LOOKED_AT = 40


def told_apart(series: Series) -> list[str]:
    """The standard's groups that SERIES separates, by the names of its dimensions and of the groups in them."""
    found: set[str] = set()
    for name, labels in _dimensions(series).items():
        found |= _groups_in(name, "dimensions")
        for label in labels[:LABELS_LOOKED_AT]:
            found |= _groups_in(label, "labels")
    return sorted(found)


def shortened(series: Series) -> dict[str, Any]:
    """What a report keeps of SERIES: what it is, from when to when, and what it tells apart."""
    years = sorted(int(row["year"]) for row in series["observations"])
    return {
        **{name: series[name] for name in ("code", "title", "unit", "source", "licence", "coverage")},
        "first_year": str(years[0]) if years else "",
        "last_year": str(years[-1]) if years else "",
        "values": len(years),
        "dimensions": [{"name": name, "groups": len(labels)} for name, labels in sorted(_dimensions(series).items())],
        "groups": told_apart(series),
    }


def asked_for(standard: Standard, stage: str) -> list[dict[str, Any]]:
    """The groups that the requirements of STAGE ask to be told apart, in the standard's order, and who asks."""
    requirements = standard.stage(stage).requirements()
    asked = [
        {
            "key": group.key,
            "title": str(group.title),
            "asked_by": [one.key for one in requirements if group.key in one.disaggregation],
        }
        for group in standard.groups
    ]
    return [one for one in asked if one["asked_by"]]


def charts(series: Iterable[Series], *, asked: Collection[str], drawn: set[str]) -> list[dict[str, Any]]:
    """At most CHARTS_A_CRITERION of SERIES, told by a rule and never picked: those that separate groups ASKED for and
    have years enough for a line, then by how many groups, then by how many years, then by code. What is in DRAWN is not
    drawn again, and what is drawn is added.
    """

    def rank(one: Series) -> tuple[bool, int, int, Any]:
        groups, years = len(set(asked) & set(told_apart(one))), len(_totals(one))
        return not (groups and years >= FEWEST_POINTS), -groups, -years, order(one)

    ranked = sorted(series, key=rank)
    found: list[dict[str, Any]] = []
    for one in ranked:
        if one["code"] in drawn or len(found) == CHARTS_A_CRITERION:
            continue
        chart = _chart(one, asked)
        if chart["points"] or chart["groups"]:
            drawn.add(one["code"])
            found.append(chart)
    return found


def _chart(one: Series, asked: Collection[str]) -> dict[str, Any]:
    totals = _totals(one)
    points = totals[-MOST_POINTS:] if len(totals) >= FEWEST_POINTS else []
    dimension, groups = _latest_groups(one, asked)
    return {
        **{name: one[name] for name in ("code", "title", "unit", "source", "coverage")},
        "points": [{name: row[name] for name in ("period", "year", "value")} for row in points],
        "left_out": len(totals) - len(points) if points else 0,
        "dimension": dimension,
        "groups": groups,
    }


def _totals(one: Series) -> list[Mapping[str, str]]:
    """The value for everybody, one a year: the first that the source gives."""
    first: dict[int, Mapping[str, str]] = {}
    for row in one["observations"]:
        if not row["dimensions"]:
            first.setdefault(int(row["year"]), row)
    return [row for _year, row in sorted(first.items())]


def _latest_groups(one: Series, asked: Collection[str]) -> tuple[str, list[dict[str, str]]]:
    """The newest values of the dimension that separates most of the groups ASKED for, in the source's order."""
    best: tuple[str, list[dict[str, str]]] = ("", [])
    most = 0
    for name, labels in sorted(_dimensions(one).items()):
        served = _groups_in(name, "dimensions").union(*(_groups_in(label, "labels") for label in labels))
        if len(served & set(asked)) > most and (rows := _newest(one, name)):
            best, most = (name, rows), len(served & set(asked))
    return best


def _newest(one: Series, dimension: str) -> list[dict[str, str]]:
    alone = [row for row in one["observations"] if set(row["dimensions"]) == {dimension}]
    latest = max((int(row["year"]) for row in alone), default=0)
    rows = {row["dimensions"][dimension]: row for row in alone if int(row["year"]) == latest}
    if not FEWEST_GROUPS <= len(rows) <= MOST_GROUPS:
        return []
    return [{"group": label, "period": row["period"], "value": row["value"]} for label, row in rows.items()]


def _dimensions(one: Series) -> dict[str, list[str]]:
    """The labels of each dimension in the order in which they first stand."""
    found: dict[str, dict[str, None]] = {}
    for row in one["observations"]:
        for name, label in row["dimensions"].items():
            found.setdefault(name, {})[label] = None
    return {name: list(labels) for name, labels in found.items()}


def order(one: Series) -> tuple[Sequence[tuple[int, str]], str]:
    """Where SERIES stands in a list: 1.10.1 after 1.9.1."""
    parts = [(int(part) if part.isdigit() else 1000, part) for part in str(one["code"]).split(".")]
    return parts, str(one["unit"])


@lru_cache(maxsize=4096)
def _groups_in(text: str, place: str) -> frozenset[str]:
    found: set[str] = set()
    spaced = f" {' '.join(WORD.findall(text.casefold()))} "
    for entry in _definition()[place]:
        if any((word in spaced) if CHINESE.search(word) else (f" {word} " in spaced) for word in entry["words"]):
            found |= set(entry["groups"])
    return frozenset(found)


@cache
def _definition() -> dict[str, Any]:
    return tomllib.loads((DEFINITIONS / "dimensions.toml").read_text(encoding="utf-8"))
