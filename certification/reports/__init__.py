"""Paper made from a frozen document alone, never from live rows: report, receipt, letter, certificate (R-C8)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from certification.reports.common import context_of
from certification.reports.reading import read, schema
from certification.reports.stage import report_context
from certification.reports.words import CONSTITUENCIES, DECISIONS, JUDGEMENTS
from sdgcities import canonical, languages, paper

__all__ = ["arcs", "certificate", "letter", "on_screen", "read", "receipt", "report_context", "schema", "stage_report"]


def stage_report(text: str) -> bytes:
    """The stage report as a tagged PDF, in the application's language."""
    document = read(text)
    return _paper("reports/stage_report.html", report_context(document, canonical.digest(text)), document)


def on_screen(text: str) -> tuple[dict[str, Any], SafeString]:
    """The report's twin for a page: what its head shows, and its body in the application's language."""
    context = report_context(read(text), canonical.digest(text))
    with translation.override(languages.catalogue(context["language"])):
        return context, render_to_string("reports/stage_report_body.html", context)


def receipt(text: str) -> bytes:
    """The receipt of a submission as PDF."""
    document = read(text)
    context = context_of(document, canonical.digest(text), judgements=JUDGEMENTS)
    return _paper("reports/receipt.html", {**context, "pieces": _pieces(document["criteria"])}, document)


def letter(text: str) -> bytes:
    """The decision's letter as PDF, with reasons and, when refused, the right of appeal (R-D4)."""
    document = read(text)
    context = context_of(document, canonical.digest(text), decided=DECISIONS[document["decision"]])
    rows = [(CONSTITUENCIES.get(key, key), count) for key, count in _seated(document["attendance"]).items()]
    return _paper("reports/letter.html", {**context, "attendance": rows}, document)


def certificate(text: str) -> bytes:
    """The certificate as PDF, with a code that leads to the register (R-E2)."""
    document = read(text)
    context = context_of(document, canonical.digest(text), code=_code(document["url"]))
    return _paper("reports/certificate.html", {**context, "segments": arcs(document)}, document)


def arcs(document: Mapping[str, Any]) -> list[dict[str, str]]:
    """The public wheel: whole arcs of the certified stage and of those it includes, without a count (look.md)."""
    return [
        {"key": key, "level": level, "state": "met" if included else "open"}
        for key, level, included in document["arcs"]
    ]


def _pieces(criteria: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each piece of evidence once, with the requirements it serves."""
    pieces: dict[str, dict[str, Any]] = {}
    for criterion in criteria:
        for requirement in criterion["requirements"]:
            for piece in requirement["evidence"]:
                dated = date.fromisoformat(piece["dated_on"])
                known = pieces.setdefault(piece["sha256"], {**piece, "dated": dated, "serves": []})
                known["serves"].append(requirement["key"])
    return sorted(pieces.values(), key=lambda piece: (piece["serves"][0], piece["sha256"]))


def _seated(attendance: Iterable[Mapping[str, str]]) -> dict[str, int]:
    seated: dict[str, int] = {}
    for one in attendance:
        seated[one["constituency"]] = seated.get(one["constituency"], 0) + 1
    return dict(sorted(seated.items()))


def _paper(template: str, context: Mapping[str, Any], document: Mapping[str, Any]) -> bytes:
    """Print TEMPLATE; the same document always gives the same bytes, so that doing it twice keeps one file."""
    paper.must_be_printable(document["language"])
    with translation.override(languages.catalogue(document["language"])):
        page = render_to_string(template, dict(context))
    return paper.printed(page, digest=context["digest"])


def _code(url: str) -> SafeString:
    """A QR code as SVG, drawn by attributes alone."""
    drawn = segno.make(url, error="m").svg_inline(scale=4, border=0, svgclass="paper-seal__qr", lineclass=None)
    return mark_safe(drawn)  # noqa: S308 - made by us from our own address
