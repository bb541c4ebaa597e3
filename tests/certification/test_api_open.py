"""What programs read without signing in: the standards, the register, and the cities in it."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from certification import translations
from certification.models import Certificate
from sdgcities import canonical
from sdgcities.actions import tokens
from sdgcities.models import Entry
from tests.certification import factories
from tests.certification.factories import NOW
from tests.certification.register_world import certificates

pytestmark = pytest.mark.django_db
GLOBAL = "/api/v1/standards/global-2023-1.0/"


def ids(client, address):
    found = []
    while address:
        page = client.get(address).json()
        found += [row["id"] for row in page["results"]]
        address = page["next"]
    return found


# --- standards


def test_a_standard_is_told_with_the_digest_that_its_document_has(client):
    published = factories.standard()
    told = client.get(GLOBAL).json()
    assert (told["id"], told["digest"], told["translation"]) == ("global-2023-1.0", published.digest, None)
    document = client.get(f"{GLOBAL}document/").content
    assert canonical.digest(document) == published.digest
    assert [row["id"] for row in client.get("/api/v1/standards/").json()["results"]] == [told["id"]]


def test_stages_criteria_and_requirements_are_told_in_the_order_of_the_standard(client):
    content = factories.standard().content
    assert ids(client, f"{GLOBAL}stages/?page_size=3") == [one.key for one in content.stages]
    assert ids(client, f"{GLOBAL}criteria/?page_size=3") == [one.key for one in content.criteria()]
    assert ids(client, f"{GLOBAL}requirements/?page_size=7") == [one.key for one in content.requirements()]


def test_parts_are_narrowed_by_stage_level_and_criterion(client):
    content = factories.standard().content
    gold = [one.key for one in content.stage("B").criteria]
    assert ids(client, f"{GLOBAL}criteria/?stage=B") == ids(client, f"{GLOBAL}criteria/?level=gold") == gold
    first = [one.key for one in content.criterion("A1").requirements]
    assert ids(client, f"{GLOBAL}requirements/?criterion=A1") == first
    assert ids(client, f"{GLOBAL}criteria/?stage=Z") == []


@pytest.mark.parametrize("language", ["ar", "es", "fr", "ru", "zh"])
def test_texts_are_told_in_the_language_asked_for_and_what_is_not_translated_is_named(client, language):
    content = factories.standard().content
    translation = translations.translation_for(content, language)
    told = client.get(f"{GLOBAL}requirements/A1.1/?lang={language}")
    assert told["Content-Language"] == language
    one = told.json()
    for member in ("title", "question", "guidance", "documents"):
        assert (member in one["untranslated"]) == (not translation.has("A1.1", member))
        source = getattr(content.requirement("A1.1"), member)
        meant = translation.texts.get(("A1.1", member), source)
        assert one[member] == (list(meant) if member == "documents" else meant)
    assert client.get(f"{GLOBAL}?lang={language}").json()["translation"] == {
        "language": language,
        "status": translation.status,
        "digest": translation.digest,
    }


def test_the_header_asks_for_a_language_as_well(client):
    factories.standard()
    by_header = client.get(f"{GLOBAL}criteria/A1/", headers={"Accept-Language": "fr-CA"})
    assert by_header.content == client.get(f"{GLOBAL}criteria/A1/?lang=fr").content
    assert "Accept-Language" in by_header["Vary"]


@pytest.mark.parametrize("place", ["criteria/A9/", "criteria/Ä1/", "requirements/A1.99/", "stages/Z/", "stages/a/"])
def test_a_part_that_is_not_there_is_not_found(client, place):
    factories.standard()
    assert client.get(f"{GLOBAL}{place}").status_code == 404


@pytest.mark.parametrize("standard", ["global-2023", "global-2023-9.9", "x", "-", "global-2023-1.0-"])
def test_a_standard_that_is_not_there_is_not_found(client, standard):
    factories.standard()
    for below in ("", "document/", "stages/", "criteria/", "requirements/"):
        assert client.get(f"/api/v1/standards/{standard}/{below}").status_code == 404


# --- the register


def test_the_register_tells_what_its_page_and_its_document_tell(client):
    (made,) = certificates("Alpha City")
    (row,) = client.get("/api/v1/register/").json()["results"]
    document = client.get(f"/api/v1/register/{made.reference}/document/").content
    assert (row["id"], row["holder"], row["level"], row["status"]) == (made.reference, "Alpha City", "silver", "active")
    assert canonical.digest(document) == row["digest"] == made.digest
    assert json.loads(document)["granted_at"] == row["granted_at"]
    whole = client.get(f"/api/v1/register/{made.reference}/").json()
    assert {name: told for name, told in whole.items() if name != "history"} == row
    assert [one["status"] for one in whole["history"]] == ["active"]
    assert client.get(row["page"].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_the_register_is_searched_as_its_page_is(client):
    first, second = certificates("Élan sur Mer", "Beta Bay")
    Certificate.objects.filter(pk=second.pk).update(status="superseded", level="gold")
    for asked, found in (
        ({"q": "ÉLAN"}, [first]),
        ({"q": "bay"}, [second]),
        ({"level": "gold"}, [second]),
        ({"status": "active"}, [first]),
        ({"country": "DEU"}, [second]),
        ({"country": "KEN"}, []),
        ({"since": second.granted_at.date().isoformat()}, [second]),
    ):
        told = [row["id"] for row in client.get("/api/v1/register/", asked).json()["results"]]
        assert told == [one.reference for one in found], asked
        shown = client.get("/register/", asked).content.decode()
        if "since" not in asked:
            assert {one.reference for one in (first, second) if one.reference in shown} == set(told)


def test_a_certificate_whose_time_is_over_is_expired_before_the_timer_says_so(client):
    (made,) = certificates("Alpha City")
    Certificate.objects.update(effective_at=NOW - timedelta(days=2000), expires_at=NOW - timedelta(days=900))
    assert client.get(f"/api/v1/register/{made.reference}/").json()["status"] == "expired"
    assert ids(client, "/api/v1/register/?status=expired") == [made.reference]
    assert ids(client, "/api/v1/register/?status=active") == []


def test_the_register_is_read_to_its_end_in_each_order_without_a_row_twice(client):
    made = [one.reference for one in certificates("Beta", "Alpha", "Alpha", "Gamma")]
    for order in ("name", "country", "date", "-name", "-country", "-date"):
        paged = ids(client, f"/api/v1/register/?ordering={order}&page_size=1")
        assert paged == ids(client, f"/api/v1/register/?ordering={order}")
        assert sorted(paged) == sorted(made)
    assert paged == made


@pytest.mark.parametrize("address", ["/api/v1/register/", "/api/v1/cities/", "/api/v1/standards/"])
@pytest.mark.parametrize("order", ["score", "-score", "level", "rank", "population", ""])
def test_an_order_by_anything_but_name_country_or_date_is_refused_by_its_rule(client, address, order):
    told = client.get(address, {"ordering": order}).json()
    assert (told["status"], told["rule"]) == (400, "R-A5")


def test_a_page_that_grows_meanwhile_neither_repeats_nor_loses_a_row(client):
    certificates("Beta", "Delta")
    page = client.get("/api/v1/register/?page_size=1").json()
    certificates("Alpha", "Gamma")
    rest = ids(client, page["next"])
    held = list(Certificate.objects.order_by("name_key").values_list("holder", "reference"))
    assert rest == [reference for holder, reference in held if holder in {"Delta", "Gamma"}]


def test_the_register_is_the_same_for_everyone_and_asked_again_each_time(client):
    certificates("Alpha City")
    nobody = client.get("/api/v1/register/")
    client.force_login(factories.secretary(), backend="django.contrib.auth.backends.ModelBackend")
    somebody = client.get("/api/v1/register/", headers={"Authorization": "Bearer nonsense"})
    assert (somebody.status_code, somebody.content, somebody["ETag"]) == (200, nobody.content, nobody["ETag"])
    assert (somebody["Vary"], somebody["Cache-Control"]) == ("Accept-Language", "public, no-cache")


@pytest.mark.parametrize("reference", ["CERT-2026-99999", "x", "SDGC-2026-00001", "%2e%2e"])
def test_a_certificate_that_is_not_there_is_not_found(client, reference):
    for below in ("", "document/"):
        assert client.get(f"/api/v1/register/{reference}/{below}").status_code == 404


# --- cities


def test_a_city_is_known_to_everyone_once_it_is_in_the_register(client):
    (made,) = certificates("Alpha City")
    factories.city("Beta City")
    assert ids(client, "/api/v1/cities/") == [made.city.slug]
    told = client.get(f"/api/v1/cities/{made.city.slug}/").json()
    assert (told["name"], told["country"], told["time_zone"]) == ("Alpha City", "USA", "America/Los_Angeles")


def test_a_city_that_is_only_under_way_is_known_to_its_own_people_and_the_house(client):
    w = factories.submitted(factories.world())
    hidden = f"/api/v1/cities/{w.city.slug}/"
    for person, status in ((None, 404), (w.stranger, 404), (w.lead, 404), (w.editor, 200), (w.secretary, 200)):
        client.logout()
        if person:
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(hidden).status_code == status
        assert (w.city.slug in ids(client, "/api/v1/cities/")) == (status == 200)


def test_what_depends_on_the_person_is_kept_by_nobody_else(client):
    person = factories.person()
    token = tokens.make(person, name="Hub", days=30, by=person, at=timezone.now()).secret
    told = client.get("/api/v1/cities/", headers={"Authorization": f"Bearer {token}"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get("/api/v1/cities/")
    assert (told["Cache-Control"], shown["Cache-Control"]) == ("private, no-cache", "private, no-store")
    for answer in (told, shown):
        assert {"Authorization", "Cookie"} <= set(answer["Vary"].split(", "))


# --- how much is asked of the database, and that nothing is written


def test_a_page_is_one_query_with_one_row_and_with_three(client, django_assert_num_queries):
    for holders, rows in ((["Alpha City"], 1), (["Beta City", "Gamma City"], 3)):
        certificates(*holders)
        for address in ("/api/v1/register/", "/api/v1/cities/"):
            with django_assert_num_queries(1):
                assert len(client.get(address).json()["results"]) == rows


def test_the_parts_of_a_standard_are_one_query(client, django_assert_num_queries):
    factories.standard()
    for below in ("", "stages/", "criteria/", "requirements/", "requirements/A1.1/"):
        with django_assert_num_queries(1):
            assert client.get(f"{GLOBAL}{below}").status_code == 200


def test_reading_leaves_no_trace(client):
    certificates("Alpha City")
    before = Entry.objects.count()
    for address in ("/api/v1/register/", "/api/v1/cities/", "/api/v1/standards/"):
        client.get(address)
    assert Entry.objects.count() == before
