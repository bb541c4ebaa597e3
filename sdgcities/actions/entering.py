"""What the secretariat enters by hand beside the files that ship: a city, and a country that is invented."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from sdgcities import journal, names, roles
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.models import City, Country, User

LEFT_FREE = re.compile(r"(AA|Q[M-Z]|X[A-Z]|ZZ)[A-Z]")  # what ISO 3166-1 leaves to its users, so no country ever has it


@journaled
def city(
    slug: str,
    *,
    name: str,
    translated: Mapping[str, str],
    country: Country,
    kind: str,
    time_zone: str,
    units: Sequence[str],
    authority: str,
    population: int,
    population_year: int,
    population_source: str,
    by: User,
    at: datetime,
) -> City:
    """Enter a city that no reference file holds, with its boundary as a list of UNITS (R-C2)."""
    _by_the_house(by, at=at)
    if City.objects.filter(slug=slug).exists():
        raise Refused(_("A city is entered under this short name already. Choose another one."))
    made = City.objects.create(
        slug=slug,
        name=name,
        names=dict(translated),
        country=country,
        kind=kind,
        time_zone=time_zone,
        boundary_kind=City.BoundaryKind.UNITS,
        boundary={"units": list(units)},
        authority=authority,
        population=population,
        population_year=population_year,
        population_source=population_source,
    )
    journal.record("city.entered", made, by=by, at=at, slug=slug, country=country.pk)
    return made


@journaled
def invented_country(iso3: str, *, translated: Mapping[str, str], by: User, at: datetime) -> Country:
    """Enter a country that does not exist, for cities that are invented; under a code that no country can have."""
    _by_the_house(by, at=at)
    if not LEFT_FREE.fullmatch(iso3):
        raise Refused(_("An invented country needs a code that ISO 3166 leaves free, such as QZZ."))
    if Country.objects.filter(iso3=iso3).exists():
        raise Refused(_("This code is taken already. Choose another one."))
    made = Country.objects.create(
        iso3=iso3, iso2=iso3[:2], names=dict(translated), name_key=names.keys([iso3, *translated.values()])
    )
    journal.record("country.invented", made, by=by, at=at, iso3=iso3)
    return made


def _by_the_house(by: User, *, at: datetime) -> None:
    if not roles.runs_the_house(by, at=at):
        raise Refused(_("Only the secretariat can enter this. Write to it what should be entered."))
