"""What the tests of the tracks floor share: a city with officials, a neighbour, a stranger, an all-powerful superuser."""

from datetime import UTC, date, datetime

import pytest

from sdgcities.models import City, Country, Membership, Role, User
from tracks.actions import shelving

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
PASSWORD = "long enough for anyone"


def person(email, **fields):
    return User.objects.create_user(email, PASSWORD, name=email.split("@")[0], **fields)


def official(city, email, role=Role.CITY_EDITOR, **fields):
    user = person(email)
    Membership.objects.create(user=user, role=role, city=city, starts_on=date(2026, 1, 1), **fields)
    return user


@pytest.fixture
def at():
    return AT


@pytest.fixture
def country(db):
    return Country.objects.create(iso3="USA", iso2="US", names={"en": "United States of America"})


@pytest.fixture
def city(country):
    return City.objects.create(slug="los-angeles", name="Los Angeles", country=country, time_zone="America/Los_Angeles")


@pytest.fixture
def neighbour(country):
    return City.objects.create(slug="long-beach", name="Long Beach", country=country, time_zone="America/Los_Angeles")


@pytest.fixture
def editor(city):
    return official(city, "editor@example.org")


@pytest.fixture
def delegate(city):
    return official(city, "delegate@example.org", Role.CITY_DELEGATE)


@pytest.fixture
def outsiders(city, neighbour):
    """Everyone who is no official of the city today, each with something that could leak."""
    ended = official(city, "former@example.org", ends_on=date(2026, 2, 1))
    staff = person("secretariat@example.org")
    Membership.objects.create(user=staff, role=Role.SECRETARIAT, starts_on=date(2026, 1, 1))
    return {
        "official of another city": official(neighbour, "neighbour@example.org"),
        "former official": ended,
        "secretariat": staff,
        "superuser": User.objects.create_superuser("super@example.org", PASSWORD, name="super"),
        "stranger": person("stranger@example.org"),
    }


TOLD = {
    "source": "Department of City Planning",
    "dated_on": date(2026, 3, 1),
    "language": "en",
    "confidentiality": "public",
}


@pytest.fixture
def put(city, editor):
    """Put a text on the shelf, as the editor unless told otherwise."""

    def do(text="Plan of the city", *, where=None, **told):
        given = {"title": "The plan", "file_name": "plan.txt", "by": editor, "at": AT, **TOLD, **told}
        data = text if isinstance(text, bytes) else text.encode()
        return shelving.put(where or city, file=data, **given)

    return do
