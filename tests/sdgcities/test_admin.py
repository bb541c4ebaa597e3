"""Promises of the admin: reference data alone, for whoever keeps it, by verbs that the journal tells of."""

from datetime import date

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from sdgcities import canonical, journal
from sdgcities.actions import referencing
from sdgcities.admin import site
from sdgcities.models import City, Country, Entry, IncomeGroup, Role, User
from tests.sdgcities import people_world as world
from tests.sdgcities.people_world import AT

REFERENCE = {"City", "Country", "Goal", "IncomeGroup", "Indicator", "Source", "Target", "Tool", "CaseStudy"}
pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def keeper():
    return signed_in(world.secretary())


def test_only_reference_data_is_registered_and_nothing_else_has_an_address(keeper):
    assert {model.__name__ for model in site._registry} == REFERENCE
    for model in apps.get_models():
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert (keeper.get(address).status_code == 200) == (model in site._registry), address


def test_rank_opens_nothing():
    root = User.objects.create_superuser("root@example.org", "x", name="Root")
    for user in (root, world.person("auditor", Role.AUDITOR), world.person("nobody")):
        for address in ("/admin/", "/admin/login/", "/admin/sdgcities/city/add/"):
            assert signed_in(user).get(address).status_code == 404
            assert signed_in(user).post(address, {"slug": "x"}).status_code == 404
    assert Client().get("/admin/").status_code == 302
    assert not City.objects.exists()


def test_a_group_from_a_day_on_is_added_corrected_and_told(keeper):
    kenya = world.country()
    given = {"country": kenya.pk, "group": "high", "starts_on": "2026-07-01", "source": "World Bank"}
    assert keeper.post("/admin/sdgcities/incomegroup/add/", given).status_code == 302
    row = IncomeGroup.objects.get()
    assert (row.group, row.starts_on, row.recorded_by.name) == ("high", date(2026, 7, 1), "Secretary")
    again = keeper.post("/admin/sdgcities/incomegroup/add/", {**given, "group": "low"})
    assert (again.status_code, IncomeGroup.objects.count()) == (200, 1)
    undated = keeper.post("/admin/sdgcities/incomegroup/add/", {**given, "starts_on": ""})
    assert "Say from which day" in undated.content.decode()
    address = reverse("admin:sdgcities_incomegroup_change", args=[row.pk])
    assert keeper.post(address, {"group": "low", "source": "World Bank"}).status_code == 302
    entries = [(one.act, canonical.load(one.body)["before"]) for one in journal.of(row)]
    assert entries == [("income_group.added", None), ("income_group.corrected", "high")]
    history = keeper.get(reverse("admin:sdgcities_incomegroup_history", args=[row.pk])).content.decode()
    assert ("Secretary" in history, "Income group corrected" in history) == (True, True)
    assert keeper.post(reverse("admin:sdgcities_incomegroup_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_what_comes_from_a_file_is_read_and_not_changed(keeper):
    referencing.load(at=AT)
    undated = IncomeGroup.objects.get(country="KEN")
    before = Entry.objects.count()
    for address in (
        reverse("admin:sdgcities_incomegroup_change", args=[undated.pk]),
        reverse("admin:sdgcities_country_change", args=["KEN"]),
        reverse("admin:sdgcities_indicator_change", args=["11.3.1"]),
        reverse("admin:sdgcities_source_change", args=["cities"]),
    ):
        assert keeper.get(address).status_code == 200
        assert keeper.post(address, {"group": "high", "source": "x", "region": "x"}).status_code == 403
    assert Entry.objects.count() == before
    assert Country.objects.get(pk="KEN").region == "Africa"


CITY = {"slug": "nyeri", "name": "Nyeri", "kind": "municipality", "time_zone": "Africa/Nairobi", "authority": ""}


def test_a_city_is_added_kept_and_taken_away_only_while_nothing_refers_to_it(keeper):
    given = {**CITY, "country": world.country().pk, "population": "", "population_year": "", "population_source": ""}
    assert keeper.post("/admin/sdgcities/city/add/", given).status_code == 302
    city = City.objects.get()
    address = reverse("admin:sdgcities_city_change", args=[city.pk])
    wrong = keeper.post(address, {**given, "population": "100"})
    assert "Say where the population is published" in wrong.content.decode()
    assert keeper.post(address, {**given, "authority": "County", "slug": "other"}).status_code == 302
    city.refresh_from_db()
    assert (city.authority, city.slug) == ("County", "nyeri")
    editor = world.person("editor", Role.CITY_EDITOR, city=city)
    away = reverse("admin:sdgcities_city_delete", args=[city.pk])
    assert keeper.post(away, {"post": "yes"}).status_code == 403
    editor.memberships.all().delete()
    assert keeper.post(away, {"post": "yes"}).status_code == 302
    assert not City.objects.exists()
    assert [one.act for one in journal.of(city)] == ["city.added", "city.kept", "city.removed"]
    assert not any("County" in one.body for one in journal.of(city))
