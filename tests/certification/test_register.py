"""The public pages: home, scheme, register, certificate; for everyone, never a ranking (R-A5)."""

import json
import re

import pytest
from django.conf import settings
from django.test import Client

from certification.models import Certificate
from sdgcities import canonical
from sdgcities.models import City
from tests.certification import deciding_world as case
from tests.certification import factories
from tests.certification.register_world import another, granted

pytestmark = pytest.mark.django_db


def listed(response):
    return [entry["certificate"].holder for entry in response.context["entries"]]


def test_home_and_scheme_open_without_a_standard_and_without_signing_in():
    assert Client().get("/").status_code == 200
    assert b"not published yet" in Client().get("/scheme/").content


def test_the_scheme_says_every_requirement_without_signing_in():
    """17065 4.6"""
    content = factories.standard().content
    page = Client().get("/scheme/").content.decode()
    assert [one.key for one in content.requirements() if f"{one.key} " not in page] == []


def in_arabic():
    client = Client()
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "ar"})
    return client


def test_the_scheme_and_the_register_speak_the_readers_language():
    """What has a translation is shown in it; what has none says which language it is in."""
    certificate = granted()
    told = certificate.application.standard.told("ar")
    page, stage = in_arabic().get("/scheme/").content.decode(), told.stages[0]
    assert [one.title for one in stage.criteria if one.title not in page] == []
    assert f'<span lang="en" dir="ltr">{stage.opening}</span>' in page
    register = in_arabic().get("/register/").content.decode()
    assert told.stage(certificate.stage).level_title in register
    assert "Silver" not in register


def test_a_certificates_page_names_city_and_committee_in_the_readers_language_and_the_holder_as_on_the_paper():
    certificate = granted()
    City.objects.filter(pk=certificate.city_id).update(name=certificate.holder, names={"ar": "لوس أنجلوس"})
    page = in_arabic().get(f"/register/{certificate.reference}/").content.decode()
    heading = re.search(r"<h1.*?</h1>", page, re.DOTALL)[0]
    assert "لوس أنجلوس" in heading
    assert certificate.holder not in heading
    assert f'<span lang="en" dir="ltr">{certificate.holder}</span>' in page
    assert "الآلية العالمية" in page
    assert "Global mechanism" not in page


def test_a_holder_that_is_not_the_city_itself_keeps_its_name_in_every_language():
    certificate = granted()
    City.objects.filter(pk=certificate.city_id).update(name="Another name", names={"ar": "لوس أنجلوس"})
    page = in_arabic().get(f"/register/{certificate.reference}/").content.decode()
    assert certificate.holder in re.search(r"<h1.*?</h1>", page, re.DOTALL)[0]


def test_an_empty_register_says_how_it_fills():
    assert b"No certificate has been issued yet" in Client().get("/register/").content


def test_cities_are_found_by_name_whatever_the_script_and_case():
    certificate = granted()
    another(certificate, 2, "ŁÓDŹ")
    assert listed(Client().get("/register/", {"q": "łódź"})) == ["ŁÓDŹ"]
    assert listed(Client().get("/register/", {"q": "LOS ang"})) == ["Los Angeles"]
    assert b"No certificate fits" in Client().get("/register/", {"q": "nowhere"}).content


def test_filters_of_level_country_and_status():
    certificate = granted()
    another(certificate, 2, "Bonn")
    assert listed(Client().get("/register/", {"country": "DEU"})) == ["Bonn"]
    assert listed(Client().get("/register/", {"level": "gold"})) == []
    assert listed(Client().get("/register/", {"status": "active"})) == ["Bonn", "Los Angeles"]
    assert listed(Client().get("/register/", {"status": "expired"})) == []


@pytest.mark.parametrize(
    ("sort", "order"),
    [("name", ["Bonn", "Los Angeles"]), ("country", ["Bonn", "Los Angeles"]), ("-name", ["Los Angeles", "Bonn"])],
)
def test_may_sort_by_name_country_or_date(sort, order):
    """R-A5"""
    another(granted(), 2, "Bonn")
    assert listed(Client().get("/register/", {"sort": sort})) == order


@pytest.mark.parametrize("sort", ["level", "score", "-stage", "city__population"])
def test_may_not_sort_by_a_score(sort):
    """R-A5: refused with a sentence; the list stays by name."""
    another(granted(), 2, "Bonn")
    response = Client().get("/register/", {"sort": sort})
    assert response.context["sort"] == "name"
    assert b"by name, country or date only" in response.content


def test_the_register_asks_a_fixed_number_of_queries(django_assert_num_queries):
    certificate = granted()
    with django_assert_num_queries(4):
        Client().get("/register/")
    for number in (2, 3):
        another(certificate, number, f"City {number}")
    with django_assert_num_queries(4):
        Client().get("/register/")


def test_a_certificate_page_tells_what_is_certified():
    certificate = granted()
    page = Client().get(f"/register/{certificate.reference}/").content.decode()
    told = (
        "Los Angeles",
        "15 council districts",
        "Silver",
        certificate.digest,
        "not a comparison",
        "Active",
        "Granted",
    )
    assert [words for words in told if words not in page] == []
    assert f"/register/{certificate.reference}.json" in page


def test_the_json_is_the_text_under_the_digest():
    certificate = granted()
    response = Client().get(f"/register/{certificate.reference}.json")
    assert canonical.digest(response.content) == certificate.digest
    assert json.loads(response.content)["id"] == certificate.reference


@pytest.mark.parametrize("address", ["/register/CERT-1/", "/register/CERT-1.json", "/register/CERT-1.pdf"])
def test_unknown_references_are_not_found(address):
    assert Client().get(address).status_code == 404


def test_a_pdf_that_is_not_made_yet_is_said_to_be_on_its_way():
    assert Client().get(f"/register/{granted().reference}.pdf").status_code == 202


def test_what_is_over_is_shown_as_expired_before_the_timer_came():
    """R-E3"""
    certificate = granted()
    Certificate.objects.update(expires_at="2026-11-12T00:00:00Z")
    assert b"Expired" in Client().get(f"/register/{certificate.reference}/").content
    assert listed(Client().get("/register/", {"status": "active"})) == []
    assert listed(Client().get("/register/", {"status": "expired"})) == ["Los Angeles"]


def test_a_running_case_is_not_in_public():
    """R-H3"""
    w = case.voted()
    assert Client().get(f"/register/{w.application.reference}/").status_code == 404
    assert w.application.reference not in Client().get("/register/").content.decode()
