"""In which income group a country is on a day (R-A4)."""

from datetime import date

from django.db.models import F, Q, QuerySet

from sdgcities.models import Country, IncomeGroup


def history(country: Country) -> QuerySet[IncomeGroup]:
    """Give all that is known of COUNTRY's groups, the latest first and what has no date last."""
    return country.income_groups.order_by(F("starts_on").desc(nulls_last=True), "pk")


def income_group(country: Country, *, on: date) -> IncomeGroup | None:
    """Give the row that holds ON that day: the latest begun by then, else the one without a date, else nothing."""
    return history(country).filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on)).first()


def groups_of(countries: list[Country], *, on: date) -> dict[str, IncomeGroup]:
    """Give the rows that hold ON that day for many countries, by code; one query."""
    known = IncomeGroup.objects.filter(country__in=countries)
    begun = known.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on))
    return {one.country_id: one for one in begun.order_by(F("starts_on").asc(nulls_first=True), "pk")}
