"""Applications for programs: the cases a person may open, as their pages show them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers

from certification import access, rules
from certification.api.standards import STAGE
from certification.models import Standard
from certification.models.applications import STATES, Outcome
from sdgcities.api import asking
from sdgcities.api.asking import Parameter, link
from sdgcities.api.doors import Collection, Row, Thing, one_of
from sdgcities.canonical import moment

PLACE = {"reference": ("^SDGC-[0-9]{4}-[0-9]{5,}$", "SDGC-2026-00042")}
COLUMNS = (
    "reference", "city__slug", "city__name", "city__country_id", "mechanism__key", "standard_id", "standard__key",
    "standard__version", "stage", "language", "state", "outcome", "cycle", "started_at", "submitted_at",
    "response_until",
)  # fmt: skip
EXAMPLE = {
    "id": "SDGC-2026-00042",
    "city": "los-angeles",
    "city_name": "Los Angeles",
    "country": "USA",
    "mechanism": "global",
    "standard": "global-2023-1.0",
    "stage": "A",
    "level": "silver",
    "language": "en",
    "state": "in_review",
    "outcome": None,
    "cycle": 1,
    "started_at": "2026-09-01T09:00:00Z",
    "submitted_at": "2026-09-01T10:00:00Z",
    "response_until": None,
    "url": "https://sdgcities.example/api/v1/applications/SDGC-2026-00042/",
}


class ApplicationSerializer(serializers.Serializer[Any]):
    """One city's way to one stage under one version of the standard."""

    id = serializers.CharField(help_text="The application's reference, which is never used again.")
    city = serializers.CharField(required=False, help_text="The id of the city.")
    city_name = serializers.CharField(required=False, help_text="The city's own name.")
    country = serializers.CharField(required=False, help_text="The city's country, ISO 3166-1 alpha-3.")
    mechanism = serializers.CharField(required=False, help_text="Who judges: global, or a national mechanism.")
    standard = serializers.CharField(required=False, help_text="The id of the standard it is judged by (R-A1).")
    stage = serializers.CharField(required=False, help_text="The id of the stage.")
    level = serializers.CharField(required=False, help_text="The level that the stage ends in.")
    language = serializers.CharField(required=False, help_text="The working language of the case.")
    state = serializers.ChoiceField([key for key, _name in STATES], required=False, help_text="Where it stands.")
    outcome = serializers.ChoiceField(
        Outcome.values, required=False, allow_null=True, help_text="What the committee decided; null before."
    )
    cycle = serializers.IntegerField(required=False, help_text="How many times it came before the panel.")
    started_at = serializers.DateTimeField(required=False, help_text="When the city began it.")
    submitted_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="When it was handed in; null before."
    )
    response_until = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Until when the city can respond to the draft report (R-C7)."
    )
    url = serializers.URLField(
        required=False, help_text="Its address; below it stand submissions and what rests on them."
    )


@lru_cache(maxsize=64)
def levels(standard: UUID) -> Mapping[str, str]:
    """The level of each stage of a published STANDARD: read once, as it never changes (R-A1)."""
    return {stage.key: stage.level for stage in Standard.objects.get(pk=standard).content.stages}


def told(*columns: Any) -> Row:
    """An application's members from its columns."""
    (reference, city, name, country, mechanism, standard, key, version, stage, language, state, outcome, cycle,
     started_at, submitted_at, response_until) = columns  # fmt: skip
    return {
        "id": reference,
        "city": city,
        "city_name": name,
        "country": country,
        "mechanism": mechanism,
        "standard": f"{key}-{version}",
        "stage": stage,
        "level": levels(standard)[stage],
        "language": language,
        "state": state,
        "outcome": outcome or None,
        "cycle": cycle,
        "started_at": moment(started_at),
        "submitted_at": moment(submitted_at) if submitted_at else None,
        "response_until": moment(response_until) if response_until else None,
        "url": link("applications", reference),
    }


class Applications(Collection):
    """The cases that you may open: your own city's, those you judge, those before your committee, or all you oversee."""

    shape = ApplicationSerializer
    tag, operation, summary, example = "applications", "listApplications", "The applications you may open", EXAMPLE
    columns = COLUMNS
    orders = {
        "date": ("-started_at", "reference"),
        "name": ("city__name", "reference"),
        "country": ("city__country_id", "city__name", "reference"),
    }
    refuses = staticmethod(rules.sorts_by_no_score)

    @classmethod
    def filters(cls) -> list[Parameter]:
        """By place, stage, state and beginning."""
        return [
            asking.choice("state", "Those that stand there.", [key for key, _name in STATES], "in_review"),
            asking.key("stage", "Those for one stage.", STAGE, "A"),
            asking.country("Those of cities of one country, ISO 3166-1 alpha-3."),
            asking.key("city", "Those of one city.", "[-a-zA-Z0-9_]{1,100}", "los-angeles"),
            asking.since("Those begun on that day or later (UTC)."),
        ]

    def rows(self, **named: Any) -> "QuerySet[Any, Any]":
        """Those that were asked for."""
        columns = {
            "state": "state",
            "stage": "stage",
            "country": "city__country",
            "city": "city__slug",
            "since": "started_at__gte",
        }
        narrowed = {column: self.asked[name] for name, column in columns.items() if name in self.asked}
        return access.applications_for(self.person, at=self.at).filter(**narrowed)

    def row(self, *columns: Any) -> Row:
        """One application."""
        return told(*columns)


class OneApplication(Thing):
    """One case, if you may open it."""

    shape = ApplicationSerializer
    tag, operation, summary, example = "applications", "readApplication", "One application", EXAMPLE
    places = PLACE

    def find(self, **named: Any) -> Row:
        """The one of that reference."""
        rows = access.applications_for(self.person, at=self.at).filter(reference=named["reference"])
        return told(*one_of(rows, COLUMNS))
