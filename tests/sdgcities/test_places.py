"""What a city or a country may be called, and which clock it lives by: what no page could show is not kept."""

import pytest
from django.core.exceptions import ValidationError

from sdgcities.models import City, Country

pytestmark = pytest.mark.django_db


@pytest.fixture
def kisumu():
    country = Country.objects.create(iso3="KEN", iso2="KE", names={"en": "Kenya"})
    return City(slug="kisumu", name="Kisumu", country=country, time_zone="Africa/Nairobi", names={"fr": "Kisumu"})


def test_a_city_with_its_names_and_clock_is_whole(kisumu):
    kisumu.full_clean()
    assert (kisumu.name, kisumu.names) == ("Kisumu", {"fr": "Kisumu"})


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("time_zone", "Foo/Bar"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", ""),
        ("names", []),
        ("names", {"fr": 1}),
        ("names", "x"),
    ],
)
def test_what_no_page_could_show_is_refused(kisumu, field, wrong):
    setattr(kisumu, field, wrong)
    with pytest.raises(ValidationError) as refused:
        kisumu.full_clean()
    assert set(refused.value.message_dict) == {field}


def test_names_are_kept_on_one_line(kisumu):
    kisumu.name, kisumu.names = "Kisumu\r\nBcc: all@example.org", {"fr": "\u202eKisumu"}
    kisumu.full_clean()
    assert (kisumu.name, kisumu.names) == ("Kisumu Bcc: all@example.org", {"fr": "Kisumu"})
