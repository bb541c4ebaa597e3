"""Refusals of keeping reference data by hand: each says what to do next, and leaves rows and journal as they were."""

from datetime import date

import pytest

from sdgcities.actions import keeping
from sdgcities.errors import Refused
from sdgcities.models import City, Entry, IncomeGroup, Role, User
from tests.sdgcities import people_world as world
from tests.sdgcities.people_world import AT, LATER

pytestmark = pytest.mark.django_db
DAY = date(2026, 7, 1)


def kept():
    """All that the verbs of this room write."""
    rows = [sorted(map(repr, model.objects.values_list())) for model in (City, IncomeGroup)]
    return rows, Entry.objects.count()


def refused(sentence, rule, verb, *given, **told):
    before = kept()
    with pytest.raises(Refused) as refusal:
        verb(*given, **told)
    assert (str(refusal.value), refusal.value.rule) == (sentence, rule)
    assert kept() == before


def group(by, **changed):
    told = {"country": world.country(), "group": "high", "starts_on": DAY, "source": "World Bank", "by": by, "at": AT}
    return {**told, **changed}


def nyeri(**changed):
    return City(**{"slug": "nyeri", "name": "Nyeri", "country": world.country(), **changed})


def shipped(**changed):
    city = nyeri(geonameid=184433, **changed)
    city.save(force_insert=True)
    return city


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.HUB_STAFF, Role.CITY_DELEGATE, ""])
def test_nobody_but_the_secretariat_keeps_reference_data(role):
    own, house = world.city(), world.secretary()
    row = keeping.add_income_group(IncomeGroup(), **group(house))
    by = world.person("other", role, city=own if role == Role.CITY_DELEGATE else None)
    for verb, given, told in (
        (keeping.add_income_group, IncomeGroup(), group(by, starts_on=date(2027, 7, 1))),
        (keeping.correct_income_group, row, {"group": "low", "source": "Own", "by": by, "at": LATER}),
        (keeping.add_city, nyeri(), {"by": by, "at": LATER}),
        (keeping.keep_city, own, {"told": {"authority": "Own"}, "by": by, "at": LATER}),
        (keeping.remove_city, own, {"by": by, "at": LATER}),
    ):
        refused("Only the secretariat keeps reference data.", "R-B10", verb, given, **told)


def test_rank_keeps_no_reference_data():
    root = User.objects.create_superuser("root@example.org", "x", name="Root")
    city = nyeri()
    refused("Only the secretariat keeps reference data.", "R-B10", keeping.add_city, city, by=root, at=AT)


def test_a_second_group_from_the_same_day_on_is_refused():
    by = world.secretary()
    keeping.add_income_group(IncomeGroup(), **group(by))
    sentence = "A group is recorded from that day on. Correct it, or choose another day."
    refused(sentence, "R-A4", keeping.add_income_group, IncomeGroup(), **group(by, group="low"))


def test_the_group_that_a_file_ships_is_not_corrected_by_hand():
    row = IncomeGroup.objects.create(country=world.country(), group="low", source="World Bank", recorded_at=AT)
    told = {"group": "high", "source": "Own", "by": world.secretary(), "at": LATER}
    sentence = "This row comes from the file. Add one with a day instead."
    refused(sentence, "R-A4", keeping.correct_income_group, row, **told)


@pytest.mark.parametrize("unknown", ["", "rich", "HIGH"])
def test_a_group_is_one_of_the_known_ones(unknown):
    by = world.secretary()
    refused("Choose one of the groups.", "", keeping.add_income_group, IncomeGroup(), **group(by, group=unknown))
    row = keeping.add_income_group(IncomeGroup(), **group(by))
    told = {"group": unknown, "source": "World Bank", "by": by, "at": LATER}
    refused("Choose one of the groups.", "", keeping.correct_income_group, row, **told)


@pytest.mark.parametrize("nothing", ["", " \n"])
def test_a_group_says_where_it_is_published(nothing):
    by = world.secretary()
    refused("Say where this is published.", "", keeping.add_income_group, IncomeGroup(), **group(by, source=nothing))
    row = keeping.add_income_group(IncomeGroup(), **group(by))
    told = {"group": "low", "source": nothing, "by": by, "at": LATER}
    refused("Say where this is published.", "", keeping.correct_income_group, row, **told)


@pytest.mark.parametrize("lacking", [{"name": " "}, {"slug": ""}], ids=str)
def test_a_city_has_a_name_and_a_short_one(lacking):
    sentence = "Enter the city's name and its short name for addresses."
    refused(sentence, "", keeping.add_city, nyeri(**lacking), by=world.secretary(), at=AT)


def test_two_cities_do_not_share_an_address():
    by = world.secretary()
    keeping.add_city(nyeri(), by=by, at=AT)
    refused("A city with this short name is here already.", "", keeping.add_city, nyeri(name="Other"), by=by, at=LATER)


WRONG = [
    ("Choose one of the time zones.", "", {"time_zone": "Africa/Atlantis"}),
    ("Choose the kind of unit.", "", {"kind": "neighbourhood"}),
    ("Check the year of the population.", "R-C2", {"population_year": keeping.FIRST_YEAR - 1}),
    ("Check the year of the population.", "R-C2", {"population_year": AT.year + 1}),
    ("Say where the population is published.", "R-C2", {"population": 100, "population_source": " "}),
]


@pytest.mark.parametrize(("sentence", "rule", "wrong"), WRONG, ids=str)
def test_what_is_wrong_about_a_city_is_refused_whether_new_or_kept(sentence, rule, wrong):
    by = world.secretary()
    refused(sentence, rule, keeping.add_city, nyeri(**wrong), by=by, at=AT)
    city = keeping.add_city(nyeri(), by=by, at=AT)
    refused(sentence, rule, keeping.keep_city, city, told=wrong, by=by, at=LATER)


def test_the_first_and_the_present_year_are_years_of_a_population():
    by = world.secretary()
    city = keeping.add_city(nyeri(population_year=keeping.FIRST_YEAR), by=by, at=AT)
    assert keeping.keep_city(city, told={"population_year": AT.year}, by=by, at=LATER).population_year == AT.year


def test_a_city_is_no_part_of_itself_nor_of_one_of_its_parts():
    by = world.secretary()
    whole = keeping.add_city(nyeri(), by=by, at=AT)
    part = keeping.add_city(nyeri(slug="part", name="Part", parent=whole), by=by, at=AT)
    least = keeping.add_city(nyeri(slug="least", name="Least", parent=part), by=by, at=AT)
    for above in (whole, part, least):
        told = {"parent_id": above.pk}
        refused("A city cannot be part of itself.", "R-C2", keeping.keep_city, whole, told=told, by=by, at=LATER)


@pytest.mark.parametrize(
    ("told", "named"),
    [({"slug": "other"}, "slug"), ({"time_zone": "Africa/Cairo", "name": "Other", "kind": "other"}, "name, time_zone")],
    ids=str,
)
def test_what_a_file_says_of_a_city_is_not_kept_by_hand(told, named):
    city, by = shipped(), world.secretary()
    refused(f"This cannot be changed here: {named}.", "R-C2", keeping.keep_city, city, told=told, by=by, at=LATER)


def test_a_city_that_a_file_ships_or_another_refers_to_stays():
    by = world.secretary()
    whole = keeping.add_city(nyeri(slug="whole", name="Whole"), by=by, at=AT)
    for city in (shipped(parent=whole), whole):
        sentence = "Others refer to this city, or a file ships it. It stays."
        refused(sentence, "R-H2", keeping.remove_city, city, by=by, at=LATER)
