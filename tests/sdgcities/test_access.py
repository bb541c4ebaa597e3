"""Promises of rights on objects: what is granted to one person on one row, and nothing by rank."""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from sdgcities import access
from sdgcities.models import City, Country, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def cities():
    country = Country.objects.create(iso3="KEN", iso2="KE", names={"en": "Kenya"})
    return [City.objects.create(slug=slug, name=slug, country=country) for slug in ("kisumu", "nakuru")]


@pytest.fixture
def stranger():
    return User.objects.create_user("stranger@example.org", name="S")


def test_what_is_granted_on_one_row_holds_there_alone(cities, stranger):
    access.grant(stranger, "observe_city", cities[0])
    access.grant(stranger, "observe_city", cities[0])
    assert [access.has(stranger, "observe_city", city) for city in cities] == [True, False]
    assert list(access.granted(stranger, "observe_city", City.objects.all())) == [cities[0]]
    access.revoke(stranger, "observe_city", cities[0])
    assert not access.has(stranger, "observe_city", cities[0])
    assert not access.granted(stranger, "observe_city", City.objects.all()).exists()


@pytest.mark.parametrize("rank", ["superuser", "staff", "model-wide", "inactive", "anonymous"])
def test_rank_gives_nothing(cities, stranger, rank):
    user = stranger
    if rank == "superuser":
        user = User.objects.create_superuser("root@example.org", "x", name="Root")
    elif rank == "model-wide":
        user.user_permissions.add(Permission.objects.get(codename="observe_city"))
    elif rank == "inactive":
        access.grant(user, "observe_city", cities[0])
        user.is_active = False
        user.save()
    elif rank == "anonymous":
        user = AnonymousUser()
    else:
        user.is_staff = True
        user.save()
    assert [access.has(user, "observe_city", city) for city in cities] == [False, False]
    assert list(access.granted(user, "observe_city", City.objects.all())) == []


def test_a_grant_goes_with_its_object(cities, stranger):
    access.grant(stranger, "observe_city", cities[0])
    key = cities[0].pk
    cities[0].delete()
    again = City.objects.create(pk=key, slug="again", name="Again", country=cities[1].country)
    assert not access.has(stranger, "observe_city", again)


def test_a_model_without_rows_of_its_own_is_an_error(stranger):
    with pytest.raises(TypeError):
        access.has(stranger, "view_country", Country(iso3="KEN"))


def test_a_list_costs_one_query_however_long(cities, stranger, django_assert_num_queries):
    for city in cities:
        access.grant(stranger, "observe_city", city)
    with django_assert_num_queries(1):
        assert len(access.granted(stranger, "observe_city", City.objects.all())) == 2
