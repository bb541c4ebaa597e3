"""Countries and cities: the territorial units that everything refers to (R-C2)."""

from typing import Any
from uuid import uuid4
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from sdgcities import names
from sdgcities.managers import NamedQuerySet
from sdgcities.naming import localised


def _named(given: object) -> dict[str, str]:
    """GIVEN as names by language, each on one line."""
    if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
        raise ValidationError({"names": _('Write a name for each language, as in {"fr": "Le Caire"}.')})
    return {language: names.plain(name) for language, name in given.items()}


class Country(models.Model):
    """A country or territory by its ISO 3166 codes."""

    iso3 = models.CharField(primary_key=True, max_length=3)
    iso2 = models.CharField(max_length=2, unique=True)
    names = models.JSONField(_("names"), default=dict)
    name_key = models.TextField(editable=False, default="")
    region = models.CharField(_("region"), max_length=60, blank=True)
    subregion = models.CharField(_("subregion"), max_length=60, blank=True)

    objects = NamedQuerySet.as_manager()

    class Meta:
        """Names."""

        verbose_name = _("country")
        verbose_name_plural = _("countries")

    def __str__(self) -> str:
        """Give its name in the reader's language."""
        return localised(self.names, self.iso3)

    def clean(self) -> None:
        """Refuse names that no page could show."""
        super().clean()
        given, self.names = self.names, {}  # a page that shows the refusal shows the names too
        self.names = _named(given)


class IncomeGroup(models.Model):
    """The income group a country is in from a day on: a row is added each time it changes, none is rewritten (R-A4)."""

    class Group(models.TextChoices):
        """The World Bank's groups, and that a country stands in none."""

        LOW = "low", _("Low income")
        LOWER_MIDDLE = "lower_middle", _("Lower middle income")
        UPPER_MIDDLE = "upper_middle", _("Upper middle income")
        HIGH = "high", _("High income")
        NONE = "none", _("Not classified")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    country = models.ForeignKey(
        "sdgcities.Country", on_delete=models.PROTECT, related_name="income_groups", verbose_name=_("country")
    )
    group = models.CharField(_("income group"), max_length=20, choices=Group)
    starts_on = models.DateField(_("from"), null=True, blank=True)  # empty: the source does not say since when
    source = models.CharField(_("source"), max_length=300)
    recorded_by = models.ForeignKey("sdgcities.User", on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        """Names; one group from one day on."""

        verbose_name = _("income group")
        verbose_name_plural = _("income groups")
        constraints = (
            models.UniqueConstraint(fields=("country", "starts_on"), name="one_income_group_from_a_day_on"),
            models.UniqueConstraint(
                fields=("country",), condition=models.Q(starts_on__isnull=True), name="one_income_group_without_a_day"
            ),
        )

    def __str__(self) -> str:
        """Give the group."""
        return str(self.get_group_display())


class City(models.Model):
    """A territorial unit inside a planning and governance framework; never a project or neighbourhood (EB4 §39)."""

    class Kind(models.TextChoices):
        """Kinds of units."""

        MUNICIPALITY = "municipality", _("Municipality")
        METROPOLITAN_AREA = "metropolitan_area", _("Metropolitan area")
        DISTRICT = "district", _("District")
        CITY_REGION = "city_region", _("City region")
        OTHER = "other", _("Other spatial unit")

    class BoundaryKind(models.TextChoices):
        """How the boundary is given."""

        UNITS = "units", _("List of administrative units")
        POLYGON = "polygon", _("GeoJSON polygon")
        ACT = "act", _("Legal act")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.SlugField(max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=200)
    names = models.JSONField(_("names in other languages"), default=dict, blank=True)
    name_key = models.TextField(editable=False, default="")
    kind = models.CharField(_("kind"), max_length=30, choices=Kind, default=Kind.MUNICIPALITY)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    country = models.ForeignKey(
        "sdgcities.Country", on_delete=models.PROTECT, related_name="cities", verbose_name=_("country")
    )
    geonameid = models.BigIntegerField(_("GeoNames id"), null=True, blank=True, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    boundary_kind = models.CharField(
        _("kind of boundary"), max_length=10, choices=BoundaryKind, default=BoundaryKind.UNITS
    )
    boundary = models.JSONField(_("boundary"), default=dict, blank=True)
    authority = models.CharField(_("authority"), max_length=300, blank=True)
    population = models.PositiveBigIntegerField(_("population"), null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(_("year of the population"), null=True, blank=True)
    population_source = models.CharField(_("source of the population"), max_length=300, blank=True)

    objects = NamedQuerySet.as_manager()

    class Meta:
        """Names, and what may be granted to one person on one city."""

        verbose_name = _("city")
        verbose_name_plural = _("cities")
        permissions = (("observe_city", "Can observe the city's work"),)

    def __str__(self) -> str:
        """Give its name in the reader's language."""
        return localised(self.names, self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the searched form beside the names; nothing is decided here."""
        self.name_key = names.keys([self.name, *self.names.values()])
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "name_key"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse what no page could show: a clock that does not exist, a name on two lines, names that are no names."""
        super().clean()
        self.name = names.plain(self.name)
        if self.time_zone not in available_timezones():
            raise ValidationError({"time_zone": _("This time zone is not known. Write it as in Africa/Nairobi.")})
        given, self.names = self.names, {}  # a page that shows the refusal shows the names too
        self.names = _named(given)


class CityPermission(UserObjectPermissionBase):
    """What is granted to one person on one city; goes with the city."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    content_object = models.ForeignKey("sdgcities.City", on_delete=models.CASCADE)
