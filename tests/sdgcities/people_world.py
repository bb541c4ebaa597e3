"""Small makers of people, cities and organisations for the tests of who brings whom in."""

from datetime import UTC, datetime, timedelta

from sdgcities.models import City, Country, Membership, Organisation, Role, User

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
PASSWORD = "correct horse battery staple"


def country(iso3="KEN", iso2="KE", name="Kenya"):
    return Country.objects.get_or_create(iso3=iso3, defaults={"iso2": iso2, "names": {"en": name}})[0]


def city(name="Kisumu"):
    return City.objects.create(slug=name.lower(), name=name, country=country())


def organisation(name="University of Kisumu", kind="academia", **more):
    return Organisation.objects.create(name=name, kind=kind, **more)


def person(name, role="", *, city=None, organisation=None, on=AT):
    user = User.objects.create_user(f"{name}@example.org", PASSWORD, name=name.title())
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    if role:
        begun = {"role": role, "city": city, "organisation": organisation, "starts_on": on.date()}
        Membership.objects.create(user=user, **begun)
    return user


def part_of(user):
    return user.memberships.get(ended_at__isnull=True)


def secretary(name="secretary"):
    return person(name, Role.SECRETARIAT)


def administrator(name="administrator"):
    return person(name, Role.ADMINISTRATOR)
