"""What both faces of a stage report show, paper and its twin on screen: made from the frozen document alone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from certification.reports import charts
from certification.reports.common import context_of, moment_of
from certification.reports.words import CITY_SAYS, CLASSES, MARKS, MOVES, RESULTS
from sdgcities import languages

Document = Mapping[str, Any]
MOST_CODES = 8
MOST_NAMES = 12
TOOLS_IN_SUMMARY = 2


def report_context(document: Document, digest: str) -> dict[str, Any]:
    """Everything that the pages of the report need; DOCUMENT is of the newest schema (`reading.read`)."""
    pieces = catalogue(document["criteria"])
    numbers = {piece["sha256"]: piece["number_in_list"] for piece in pieces}
    criteria = [_worded(one, document["data"]["groups"], numbers) for one in document["criteria"]]
    gaps = [gap for one in criteria for gap in one["gaps"]]
    return {
        **context_of(document, digest),
        "criteria": criteria,
        "results": _results(criteria),
        "gaps": gaps,
        "hours": sum(int(gap["hours"]) for gap in gaps),
        "pieces": pieces,
        "withheld": sum(piece["withheld"] for piece in pieces),
        "groups": _groups(document["data"]),
        "series": _indicators(document["data"]["series"]),
        "series_count": len(document["data"]["series"]),
        "other_names": _other_names(document["data"]["series"]),
        "dates": [{"label": MOVES[one["move"]], "at": moment_of(one["at"])} for one in document["dates"]],
        "segments": [
            {"key": one["key"], "level": document["stage"]["level"], "state": RESULTS[one["result"]][2]}
            for one in criteria
        ],
        "corrections": sorted(document["response"].get("corrections", {}).items()),
        "population": grouped(document["scope"]["population"]),
        "schema_url": f"{settings.PUBLIC_URL.rstrip('/')}/schemas/stage-report-{document['schema']}.json",
    }


def grouped(number: str) -> str:
    """A whole number in threes, parted by a space that does not break: read alike in every language."""
    return f"{int(number):,}".replace(",", "\u00a0") if str(number).isdigit() else str(number)


# --- criteria


def _results(criteria: Sequence[Document]) -> list[dict[str, Any]]:
    """The criteria by finding, each finding with a row though it may be empty: words, never a count that ranks (R-A5)."""
    return [
        {"label": label, "kind": kind, "criteria": [one for one in criteria if one["result"] == key]}
        for key, (label, kind, _part) in RESULTS.items()
    ]


def _worded(one: Document, groups: Iterable[Document], numbers: Mapping[str, int]) -> dict[str, Any]:
    label, kind, _part = RESULTS[one["result"]]
    requirements = [_requirement(each, numbers) for each in one["requirements"]]
    tools = dict.fromkeys(tool["name"] for gap in one["gaps"] for tool in gap["tools"])
    asked = one["data"].get("asked", [])
    return {
        **one,
        "label": label,
        "kind": kind,
        "requirements": requirements,
        "pieces": catalogue([one], numbers),
        "found": [
            {"label": words[0], "times": one["findings"].count(key)}
            for key, words in RESULTS.items()
            if key in one["findings"]
        ],
        "hours": sum(int(gap["hours"]) for gap in one["gaps"]),
        "tools": list(tools)[:TOOLS_IN_SUMMARY],
        "asked_groups": [group["title"] for group in groups if group["key"] in asked],
        "charts": [charts.drawn(chart) for chart in one["data"].get("charts", [])],
    }


def _requirement(one: Document, numbers: Mapping[str, int]) -> dict[str, Any]:
    label, kind, _part = MARKS[one["mark"]]
    places = [{"number": numbers[piece["sha256"]], "where": piece["where"]} for piece in one["evidence"]]
    return {
        **one,
        "label": label,
        "kind": kind,
        "said": CITY_SAYS[one["judgement"]],
        "places": sorted(places, key=lambda place: int(place["number"])),
    }


# --- evidence


def catalogue(criteria: Iterable[Document], numbers: Mapping[str, int] | None = None) -> list[dict[str, Any]]:
    """Each piece of evidence once, with the requirements it serves; numbered in the order of first use unless NUMBERS say."""
    pieces: dict[str, dict[str, Any]] = {}
    for criterion in criteria:
        for requirement in criterion["requirements"]:
            for piece in requirement["evidence"]:
                known = pieces.setdefault(piece["sha256"], _piece(piece))
                known["serves"].append(requirement["key"])
                for verdict, count in piece["checks"].items():
                    known["verdicts"][verdict] += count
    for place, piece in enumerate(pieces.values(), 1):
        piece["number_in_list"] = numbers[piece["sha256"]] if numbers else place
        piece["checked"] = sum(piece["verdicts"].values())
    return sorted(pieces.values(), key=lambda piece: int(piece["number_in_list"]))


def _piece(piece: Document) -> dict[str, Any]:
    return {
        **piece,
        "dated": date.fromisoformat(piece["dated_on"]),
        "starts": _day(piece.get("period_start")),
        "ends": _day(piece.get("period_end")),
        "language_name": lazystr_of_language(piece.get("language", "")),
        "class_label": CLASSES.get(piece.get("confidentiality", ""), ""),
        "serves": [],
        "verdicts": dict.fromkeys(piece["checks"], 0),
    }


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def lazystr_of_language(tag: str) -> object:
    """The language's name in the reader's language; its tag where we have no name for it."""
    known = LANG_INFO.get(languages.catalogue(tag), {})
    return _(known["name"]) if "name" in known else lazystr(tag)


# --- the city's data


def _groups(data: Document) -> list[dict[str, Any]]:
    """Each group that the stage asks to be told apart, with the series that do."""
    rows = []
    for group in data["groups"]:
        codes = list(dict.fromkeys(one["code"] for one in data["series"] if group["key"] in one["groups"]))
        rows.append(
            {**group, "codes": codes[:MOST_CODES], "more": max(0, len(codes) - MOST_CODES), "count": len(codes)}
        )
    return rows


def _indicators(series: Iterable[Document]) -> list[dict[str, Any]]:
    """The series that tell a group apart, those of one indicator in one row: its years, and all that they tell apart."""
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in series:
        if not one["groups"]:
            continue
        names = [dimension["name"] for dimension in one["dimensions"]]
        row = rows.setdefault((one["code"], one["title"], one["source"]), {**one, "names": []})
        row["first_year"] = min(row["first_year"], one["first_year"])
        row["last_year"] = max(row["last_year"], one["last_year"])
        row["names"] += [name for name in names if name not in row["names"]]
    return list(rows.values())


def _other_names(series: Iterable[Document]) -> list[str]:
    """What else the series tell apart, by the source's own names."""
    names = (dimension["name"] for one in series if not one["groups"] for dimension in one["dimensions"])
    return sorted(dict.fromkeys(names))[:MOST_NAMES]
