"""Cities for programs: those in the register for everyone, and those a person works with."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.permissions import AllowAny

from certification import access, rules
from sdgcities import names
from sdgcities.api import asking
from sdgcities.api.asking import Parameter
from sdgcities.api.doors import Collection, Row, Thing, one_of
from sdgcities.models import City

COLUMNS = (
    "slug", "name", "names", "kind", "country_id", "parent__slug", "geonameid", "time_zone", "authority",
    "population", "population_year", "population_source",
)  # fmt: skip
EXAMPLE = {
    "id": "los-angeles",
    "name": "Los Angeles",
    "names": {"en": "Los Angeles", "zh": "洛杉矶"},
    "kind": "municipality",
    "country": "USA",
    "parent": None,
    "geonameid": 5368361,
    "time_zone": "America/Los_Angeles",
    "authority": "Mayor and City Council of Los Angeles",
    "population": 3820914,
    "population_year": 2023,
    "population_source": "United States Census Bureau",
}


class CitySerializer(serializers.Serializer[Any]):
    """A territorial unit inside a planning and governance framework; what is certified (EB4 §39)."""

    id = serializers.CharField(help_text="The city's slug.")
    name = serializers.CharField(required=False, help_text="Its own name.")
    names = serializers.DictField(
        required=False, child=serializers.CharField(), help_text="Its name by language, as far as known."
    )
    kind = serializers.ChoiceField(City.Kind.values, required=False, help_text="What kind of unit it is.")
    country = serializers.CharField(required=False, help_text="Its country, ISO 3166-1 alpha-3.")
    parent = serializers.CharField(required=False, allow_null=True, help_text="The id of the unit it is part of.")  # type: ignore[assignment]  # a declared field leaves the class's own
    geonameid = serializers.IntegerField(required=False, allow_null=True, help_text="Its id at GeoNames.")
    time_zone = serializers.CharField(required=False, help_text="Its IANA time zone: deadlines end there.")
    authority = serializers.CharField(required=False, allow_blank=True, help_text="Who governs it.")
    population = serializers.IntegerField(required=False, allow_null=True, help_text="Its population.")
    population_year = serializers.IntegerField(required=False, allow_null=True, help_text="Of which year.")
    population_source = serializers.CharField(required=False, allow_blank=True, help_text="From which source.")


def _row(*columns: Any) -> Row:
    told = dict(zip(("id", *COLUMNS[1:]), columns, strict=True))
    return {**told, "country": told.pop("country_id"), "parent": told.pop("parent__slug")}


class Cities(Collection):
    """The cities in the public register, for everyone; for who is signed in also their own, and those of their cases."""

    permission_classes = (AllowAny,)
    shape = CitySerializer
    tag, operation, summary, example = "cities", "listCities", "The cities", EXAMPLE
    columns = COLUMNS
    orders = {"name": ("name", "slug"), "country": ("country_id", "name", "slug")}
    refuses = staticmethod(rules.sorts_by_no_score)

    @classmethod
    def filters(cls) -> list[Parameter]:
        """By name and country."""
        return [
            asking.text("q", "Words in its name, in any of its languages.", "angeles"),
            asking.country("Those of one country, ISO 3166-1 alpha-3."),
        ]

    def rows(self, **named: Any) -> "QuerySet[Any, Any]":
        """Those that were asked for."""
        rows = access.cities_for(self.reader, at=self.at)
        if text := names.sought(self.asked.get("q", "")):
            rows = rows.filter(name_key__contains=text)
        return rows.filter(country=self.asked["country"]) if "country" in self.asked else rows

    def row(self, *columns: Any) -> Row:
        """One city."""
        return _row(*columns)


class OneCity(Thing):
    """One city, if you may know of it."""

    permission_classes = (AllowAny,)
    shape = CitySerializer
    tag, operation, summary, example = "cities", "readCity", "One city", EXAMPLE
    places = {"slug": ("^[-a-zA-Z0-9_]{1,100}$", "los-angeles")}

    def find(self, **named: Any) -> Row:
        """The one of that slug."""
        return _row(*one_of(access.cities_for(self.reader, at=self.at).filter(slug=named["slug"]), COLUMNS))
