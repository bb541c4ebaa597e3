"""What the secretariat keeps of reference data by hand: income groups by date, and cities that no file ships."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from zoneinfo import available_timezones

from django.db.models import ForeignObjectRel
from django.utils.translation import gettext_lazy as _

from sdgcities import canonical, incomes, journal, roles
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.models import City, Country, IncomeGroup, User

BY_HAND = ("kind", "parent_id", "authority", "population", "population_year", "population_source")
FROM_FILES = ("name", "time_zone")  # of a city that a file ships: a load would bring them back
FIRST_YEAR = 1900


@journaled
def add_income_group(
    row: IncomeGroup, *, country: Country, group: str, starts_on: date | None, source: str, by: User, at: datetime
) -> IncomeGroup:
    """Let COUNTRY be in GROUP from a day on, in the new ROW; what held before stays as it was (R-A4)."""
    _may(by, at)
    if starts_on is None:
        raise Refused(_("Say from which day the group holds."), "R-A4")
    if country.income_groups.filter(starts_on=starts_on).exists():
        raise Refused(_("A group is recorded from that day on. Correct it, or choose another day."), "R-A4")
    before = incomes.income_group(country, on=starts_on)
    row.country, row.starts_on = country, starts_on
    _say(row, group, source)
    row.recorded_by, row.recorded_at = by, at
    row.save(force_insert=True)
    _tell_group("income_group.added", row, before.group if before else None, by=by, at=at)
    return row


@journaled
def correct_income_group(row: IncomeGroup, *, group: str, source: str, by: User, at: datetime) -> IncomeGroup:
    """Correct what was recorded from a day on; the journal keeps what stood there. The file's own row is the file's."""
    _may(by, at)
    held = IncomeGroup.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if held.starts_on is None:
        raise Refused(_("This row comes from the file. Add one with a day instead."), "R-A4")
    before = held.group
    _say(held, group, source)
    held.recorded_by, held.recorded_at = by, at
    held.save()
    _tell_group("income_group.corrected", held, before, by=by, at=at)
    return held


@journaled
def add_city(city: City, *, by: User, at: datetime) -> City:
    """Keep a new CITY that no file ships."""
    _may(by, at)
    city.name = city.name.strip()
    if not city.name or not city.slug:
        raise Refused(_("Enter the city's name and its short name for addresses."))
    if City.objects.filter(slug=city.slug).exists():
        raise Refused(_("A city with this short name is here already."))
    _whole(city, at)
    city.save(force_insert=True)
    journal.record("city.added", city, by=by, at=at, digest=_print(city))
    return city


@journaled
def keep_city(city: City, *, told: Mapping[str, object], by: User, at: datetime) -> City:
    """Keep what is TOLD of a city; its short name, country and, where a file ships it, its name stay."""
    _may(by, at)
    held = City.objects.hold(city.pk)
    may = {*BY_HAND} if held.geonameid else {*BY_HAND, *FROM_FILES}
    if fixed := {name for name, value in told.items() if name not in may and getattr(held, name) != value}:
        raise Refused(_("This cannot be changed here: %(fields)s.") % {"fields": ", ".join(sorted(fixed))}, "R-C2")
    before, changed = _print(held), [name for name, value in told.items() if getattr(held, name) != value]
    for name in changed:
        setattr(held, name, told[name])
    _whole(held, at)
    if changed:
        held.save(update_fields=[name.removesuffix("_id") for name in changed])
        told_of = {"fields": sorted(changed), "before": before, "digest": _print(held)}
        journal.record("city.kept", held, by=by, at=at, **told_of)
    return held


@journaled
def remove_city(city: City, *, by: User, at: datetime) -> None:
    """Take away a city that was added by mistake: one that a file ships, or that anything refers to, stays."""
    _may(by, at)
    held = City.objects.hold(city.pk)
    if is_referred_to(held):
        raise Refused(_("Others refer to this city, or a file ships it. It stays."), "R-H2")
    journal.record("city.removed", held, by=by, at=at, digest=_print(held))
    held.delete()


def is_referred_to(city: City) -> bool:
    """Say whether a file ships CITY or any row of any floor refers to it."""
    relations = [field for field in City._meta.get_fields(include_hidden=True) if isinstance(field, ForeignObjectRel)]
    rows = [(one.related_model._default_manager, one.field.name) for one in relations]
    return city.geonameid is not None or any(manager.filter(**{name: city}).exists() for manager, name in rows)


def _may(by: User, at: datetime) -> None:
    if not roles.runs_the_house(by, at=at):
        raise Refused(_("Only the secretariat keeps reference data."), "R-B10")


def _say(row: IncomeGroup, group: str, source: str) -> None:
    if group not in IncomeGroup.Group.values:
        raise Refused(_("Choose one of the groups."))
    if not source.strip():
        raise Refused(_("Say where this is published."))
    row.group, row.source = group, source.strip()


def _tell_group(act: str, row: IncomeGroup, before: str | None, *, by: User, at: datetime) -> None:
    told = {"country": row.country_id, "group": row.group, "before": before, "starts_on": row.starts_on}
    journal.record(act, row, by=by, at=at, **told, source=journal.keyed(row.source))


def _whole(city: City, at: datetime) -> None:
    """Refuse a city whose particulars do not hold together (R-C2)."""
    if city.time_zone not in available_timezones():
        raise Refused(_("Choose one of the time zones."))
    if city.kind not in City.Kind.values:
        raise Refused(_("Choose the kind of unit."))
    above, seen = city.parent, {city.pk}
    while above is not None:
        if above.pk in seen:
            raise Refused(_("A city cannot be part of itself."), "R-C2")
        seen.add(above.pk)
        above = above.parent
    if city.population is not None and not city.population_source.strip():
        raise Refused(_("Say where the population is published."), "R-C2")
    if city.population_year is not None and not FIRST_YEAR <= city.population_year <= at.astimezone(UTC).year:
        raise Refused(_("Check the year of the population."), "R-C2")


def _print(city: City) -> str:
    """Give the digest of a city's particulars: the journal tells that they changed, not what people wrote."""
    fields = ("slug", "name", "country_id", "geonameid", "time_zone", *BY_HAND)
    return canonical.digest(canonical.text({name: getattr(city, name) for name in fields}))
