"""What every document says first, and what several of them hold: city, scope, standard, stage, evidence."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings

from certification import translations
from certification.models import Application, EvidenceLink
from certification.standard import Stage
from certification.standard import Standard as Content
from certification.translations import Untranslated
from sdgcities import languages
from sdgcities.canonical import moment

SCHEMA = 2  # 1: words of the standard in English only, no series, no people, no verdicts on evidence
DEMONSTRATION = "Demonstration: no city has been certified"
PUBLIC = "public"


def stage_of(application: Application) -> Stage:
    """The stage the application is for, as its pinned standard has it."""
    return application.standard.content.stage(application.stage)


def told(application: Application) -> Content:
    """The application's standard in the application's language; what is not translated is marked."""
    return application.standard.told(application.language)


def head(application: Application, kind: str, *, at: datetime) -> dict[str, Any]:
    """What every document says first, in the application's language."""
    standard = told(application)
    stage = standard.stage(application.stage)
    scope = application.scope
    return {
        "schema": SCHEMA,
        "kind": kind,
        "demonstration": DEMONSTRATION if settings.DEMONSTRATION else "",
        "application": application.reference,
        "language": application.language,
        "made_at": moment(at),
        "city": {
            "slug": application.city.slug,
            "name": application.city.name,
            "names": application.city.names,
            "country": application.city.country_id,
            "country_names": application.city.country.names,
            "time_zone": application.city.time_zone,
        },
        "scope": {
            "name": scope.name,
            "kind": scope.kind,
            "boundary_kind": scope.boundary_kind,
            "boundary": scope.boundary,
            "authority": scope.authority,
            "population": str(scope.population),
            "population_year": scope.population_year,
            "population_source": scope.population_source,
        },
        "standard": {
            "key": application.standard.key,
            "version": application.standard.version,
            "title": standard.title,
            "digest": application.standard.digest,
            "language": standard.language,
            "translation": _translation(application),
        },
        "stage": {
            "key": stage.key,
            "level": stage.level,
            "level_title": stage.level_title,
            "title": stage.title,
            "summary": stage.summary,
            "source_texts": source_texts(stage, "level_title", "title", "summary"),
        },
        "mechanism": {"key": application.mechanism.key, "name": application.mechanism.name},
    }


def _translation(application: Application) -> dict[str, str]:
    """Which translation the document's words come from; nothing where they are the source itself."""
    content = application.standard.content
    language = languages.base(application.language)
    found = translations.translation_for(content, language) if language != content.language else None
    return {"language": found.language, "status": found.status, "digest": found.digest} if found else {}


def source_texts(part: object, *members: str) -> list[str]:
    """Which MEMBERS of a part of the standard stand in its source language, for want of a translation."""
    return [name for name in members if _is_source(getattr(part, name))]


def _is_source(text: str | tuple[str, ...]) -> bool:
    return isinstance(text if isinstance(text, str) else next(iter(text), ""), Untranslated)


def arcs(application: Application) -> list[list[Any]]:
    """Every criterion of the standard with its level, and whether the certified stage includes it (R-D5)."""
    stages = application.standard.content.stages
    reached = [stage.key for stage in stages].index(application.stage)
    return [
        [criterion.key, stage.level, place <= reached]
        for place, stage in enumerate(stages)
        for criterion in stage.criteria
    ]


def links_of(application: Application) -> list[EvidenceLink]:
    """The links of an application in a fixed order."""
    links = EvidenceLink.objects.filter(application=application).select_related("version__evidence")
    return sorted(links, key=lambda link: (link.requirement, link.version.sha256, str(link.pk)))


def evidence(links: Iterable[EvidenceLink]) -> dict[str, list[dict[str, Any]]]:
    """Evidence by requirement: version and digest of each piece."""
    pieces: dict[str, list[dict[str, Any]]] = {}
    for link in links:
        piece = {**link.version.as_embedded(), "where": link.where, "link": str(link.pk)}
        pieces.setdefault(link.requirement, []).append(piece)
    return pieces
