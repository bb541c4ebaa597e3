"""What the secretariat enters by hand: a city, an invented country; and nobody else does."""

from functools import partial

import pytest

from sdgcities.actions import entering
from sdgcities.errors import Refused
from sdgcities.models import City, Country, Entry, Role
from tests.certification.factories import NOW, country, membership, person

pytestmark = pytest.mark.django_db

TOLD = {
    "name": "Port Example",
    "translated": {"en": "Port Example", "fr": "Port-Exemple"},
    "kind": City.Kind.MUNICIPALITY,
    "time_zone": "UTC",
    "units": ["Old Port", "New Port"],
    "authority": "City of Port Example",
    "population": 120_000,
    "population_year": 2025,
    "population_source": "Invented",
}


def somebody(role):
    user = person()
    membership(user, role)
    return user


@pytest.fixture
def secretary():
    return somebody(Role.SECRETARIAT)


def test_may_enter_a_city_with_its_units(secretary):
    entering.city("port-example", country=country(), **TOLD, by=secretary, at=NOW)
    made = City.objects.get(slug="port-example")
    assert (made.boundary_kind, made.boundary) == ("units", {"units": ["Old Port", "New Port"]})
    assert list(City.objects.named("port-exemple")) == [made]
    assert Entry.objects.get(act="city.entered").actor == secretary.pk


def test_may_enter_an_invented_country_under_a_code_left_free(secretary):
    made = entering.invented_country("QZZ", translated={"en": "Exampleland"}, by=secretary, at=NOW)
    assert (made.iso2, str(made)) == ("QZ", "Exampleland")


@pytest.mark.parametrize("iso3", ["USA", "QLA", "QZ", "AAAA", "zzz", ""])
def test_may_not_invent_a_country_under_a_code_that_could_be_one(secretary, iso3):
    with pytest.raises(Refused):
        entering.invented_country(iso3, translated={"en": "Exampleland"}, by=secretary, at=NOW)
    assert not Country.objects.exists()


def acts(by):
    """Both acts, by whomever."""
    return [
        partial(entering.city, "port-example", country=country(), **TOLD, by=by, at=NOW),
        partial(entering.invented_country, "QZZ", translated={"en": "Exampleland"}, by=by, at=NOW),
    ]


def test_may_not_enter_twice(secretary):
    for act in acts(secretary):
        act()
        with pytest.raises(Refused):
            act()
    assert (City.objects.count(), Country.objects.count()) == (1, 2)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FILE_CHECKER, Role.HUB_STAFF])
def test_may_not_enter_as_anybody_else(role):
    for act in acts(somebody(role)):
        with pytest.raises(Refused):
            act()
    assert (City.objects.count(), Country.objects.count()) == (0, 1)
