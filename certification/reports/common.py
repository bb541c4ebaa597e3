"""What every paper shows first: city and country in its language, dates, digest, mechanism, and whence its words come."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import pgettext_lazy

from certification.reports.words import BODIES, MECHANISMS, TRANSLATION_NOTES, TRANSLATIONS
from sdgcities import languages

MOMENTS = ("made_at", "granted_at", "effective_at", "expires_at", "appeal_until", "missing_until")


def context_of(document: Mapping[str, Any], digest: str, **more: object) -> dict[str, Any]:
    """The context that all papers share, and MORE."""
    language = languages.base(document["language"])
    city = document["city"]
    return {
        "document": document,
        "digest": digest,
        "language": document["language"],
        "direction": languages.direction(language),
        "city_name": city["names"].get(language) or city["name"],
        "country_name": city["country_names"].get(language) or city["country_names"].get("en", ""),
        "zone": city["time_zone"],
        "mechanism_name": MECHANISMS.get(document["mechanism"]["key"], document["mechanism"]["name"]),
        "body_name": BODIES.get(document.get("body", ""), document.get("body", "")),
        "translation_status": TRANSLATIONS.get(document["standard"]["translation"].get("status", "")),
        "translation_note": TRANSLATION_NOTES.get(document["standard"]["translation"].get("status", "")),
        "source_language": document["standard"]["language"],
        "comma": pgettext_lazy("between items", ", "),
        "semicolon": pgettext_lazy("between items", "; "),
        "between": "" if language == "zh" else " ",  # two sentences: Chinese puts no space between them
        "moments": {name: moment_of(document.get(name)) for name in MOMENTS},
        **more,
    }


def moment_of(written: object) -> datetime | None:
    """A moment as a document writes it, or none."""
    return datetime.fromisoformat(str(written)) if written else None
