"""Promises of the ground floor's doors."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sdgcities import jobs
from sdgcities.actions import people
from sdgcities.errors import Refused
from sdgcities.models import City, Country, Invitation, Job, Membership, Role, User

PASSWORD = "correct horse battery staple"
pytestmark = pytest.mark.django_db


@pytest.fixture
def kisumu():
    country = Country.objects.create(iso3="KEN", iso2="KE", names={"en": "Kenya"})
    return City.objects.create(slug="kisumu", name="Kisumu", country=country)


def person(email, role="", city=None):
    user = User.objects.create_user(email, PASSWORD, name=email.split("@")[0].title())
    user.emailaddress_set.create(email=email, verified=True, primary=True)
    if role:
        Membership.objects.create(user=user, role=role, city=city, starts_on=timezone.now().date())
    return user


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_new_delegate_opens_an_account_from_the_letter(client, kisumu):
    invited = people.invite(
        "m@example.org",
        Role.CITY_DELEGATE,
        city=kisumu,
        by=person("s@example.org", Role.SECRETARIAT),
        at=timezone.now(),
    )
    address = reverse("people-accept", args=[invited.token])
    assert "Kisumu" in client.get(address).content.decode()
    wrong = client.post(address, {"name": "Mayor", "password": "123"})
    assert (wrong.status_code, User.objects.filter(email="m@example.org").count()) == (200, 0)
    right = client.post(address, {"name": "Mayor", "password": PASSWORD})
    assert right.status_code == 302
    assert client.session["_auth_user_id"] == str(User.objects.get(email="m@example.org").pk)
    assert "already" in Client().get(address).content.decode()


def test_who_has_an_account_is_asked_to_sign_in_and_then_accepts(client, kisumu):
    known = person("k@example.org")
    invited = people.invite(
        "k@example.org", Role.CITY_EDITOR, city=kisumu, by=person("s@example.org", Role.SECRETARIAT), at=timezone.now()
    )
    address = reverse("people-accept", args=[invited.token])
    assert "?next=" in client.get(address).content.decode()
    client.post(address, {"name": "Thief", "password": PASSWORD})
    assert not known.memberships.exists()
    signed_in(known).post(address)
    assert known.memberships.get().city == kisumu


def test_an_expired_or_unknown_letter_opens_nothing(client):
    invited = people.invite("a@example.org", by=person("s@example.org", Role.SECRETARIAT), at=timezone.now())
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    response = client.get(reverse("people-accept", args=[invited.token]))
    assert "no longer open" in response.content.decode()
    assert client.get(reverse("people-accept", args=["guess"])).status_code == 404


def test_the_secretariat_invites_hands_over_and_ends(kisumu):
    client = signed_in(person("s@example.org", Role.SECRETARIAT))
    given = {"email": "m@example.org", "role": Role.CITY_DELEGATE, "city": str(kisumu.pk), "language": "fr"}
    assert client.get(reverse("people-invite")).status_code == 200
    assert client.post(reverse("people-invite"), given).status_code == 302
    assert Invitation.objects.get().language == "fr"
    delegate = person("d@example.org", Role.CITY_DELEGATE, kisumu).memberships.get()
    assert client.get(reverse("people-hand-over", args=[delegate.pk])).status_code == 200
    assert client.post(reverse("people-hand-over", args=[delegate.pk]), {"email": "n@example.org"}).status_code == 302
    assert Invitation.objects.get(email="n@example.org").succeeds == delegate
    assert client.get(reverse("people-end", args=[delegate.pk])).status_code == 200
    client.post(reverse("people-end", args=[delegate.pk]))
    delegate.refresh_from_db()
    assert delegate.ended_at is not None


def test_a_city_sees_its_own_people_and_no_byte_of_others(kisumu):
    nakuru = City.objects.create(slug="nakuru", name="Nakuru", country=kisumu.country)
    other = person("other@example.org", Role.CITY_EDITOR, nakuru)
    client = signed_in(person("d@example.org", Role.CITY_DELEGATE, kisumu))
    page = client.get(reverse("people-list")).content.decode()
    assert ("Kisumu" in page, "Nakuru" in page, "Other" in page) == (True, False, False)
    assert client.get(reverse("people-end", args=[other.memberships.get().pk])).status_code == 404
    assert "Nakuru" not in client.get(reverse("people-invite")).content.decode()


@pytest.mark.parametrize("name", ["people-list", "people-invite", "jobs-list"])
def test_strangers_and_superusers_find_no_such_page(name):
    root = User.objects.create_superuser("root@example.org", "x", name="Root")
    assert [signed_in(user).get(reverse(name)).status_code for user in (person("p@example.org"), root)] == [404, 404]
    assert Client().get(reverse(name)).status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_people_costs_the_same_however_long(rows, kisumu, django_assert_max_num_queries):
    client = signed_in(person("s@example.org", Role.SECRETARIAT))
    for number in range(rows):
        person(f"e{number}@example.org", Role.CITY_EDITOR, kisumu)
    with django_assert_max_num_queries(14):
        assert client.get(reverse("people-list")).status_code == 200


def test_the_secretariat_sees_what_failed_and_has_it_tried_again(monkeypatch):
    jobs.function("sdgcities.send_mail")
    monkeypatch.setattr(jobs, "_functions", dict(jobs._functions))

    @jobs.job("test.refuse")
    def refuse(**_):
        raise Refused("The paper is out.")

    job = jobs.later("test.refuse")
    jobs.work_until_empty()
    client = signed_in(person("s@example.org", Role.SECRETARIAT))
    assert "The paper is out." in client.get(reverse("jobs-list")).content.decode()
    assert signed_in(person("p@example.org")).post(reverse("jobs-retry", args=[job.pk])).status_code == 404
    assert Job.objects.get(pk=job.pk).state == "failed"
    client.post(reverse("jobs-retry", args=[job.pk]))
    assert Job.objects.get(pk=job.pk).state == "queued"


def test_a_chosen_language_is_kept_for_pages_and_letters(kisumu):
    user = person("p@example.org")
    client = signed_in(user)
    response = client.post(reverse("set_language"), {"language": "ar", "next": "/people/"})
    assert (response.status_code, response["Location"]) == (302, "/people/")
    user.refresh_from_db()
    assert user.language == "ar"
    assert 'dir="rtl"' in client.get(reverse("account_change_password")).content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_language_door_leads_nowhere_else(client, target):
    assert client.post(reverse("set_language"), {"language": "xx", "next": target})["Location"] == "/"


def test_health_tells_how_much_waits(client, settings):
    settings.REDIS_URL = ""
    assert client.get(reverse("health")).json() == {"database": "answers", "jobs_waiting": 0, "jobs_failed": 0}


def test_health_tells_how_much_waits_to_the_house_and_its_own_machine_alone(client, settings):
    settings.REDIS_URL = ""
    address, far = reverse("health"), {"REMOTE_ADDR": "198.51.100.7"}
    assert client.get(address, **far).json() == {"database": "answers"}
    assert client.get(address, headers={"X-Forwarded-For": "198.51.100.7"}).json() == {"database": "answers"}
    client.force_login(person("p@example.org"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address, **far).json() == {"database": "answers"}
    house = person("s@example.org", Role.SECRETARIAT)
    client.force_login(house, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address, **far).json() == {"database": "answers", "jobs_waiting": 0, "jobs_failed": 0}


@pytest.mark.redis
def test_health_tells_that_the_broker_answers(client):
    assert client.get(reverse("health")).json()["broker"] == "answers"


def test_health_tells_that_the_broker_is_silent(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = client.get(reverse("health"))
    assert (response.status_code, response.json()["broker"]) == (200, "silent")


def test_every_answer_carries_the_policy(client):
    response = client.get(reverse("account_login"))
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"


def test_signing_in_works_by_e_mail_and_signing_up_is_shut(client):
    person("p@example.org")
    response = client.post(reverse("account_login"), {"login": "P@Example.org", "password": PASSWORD})
    assert response.status_code == 302
    assert "_auth_user_id" in client.session
    before = User.objects.count()
    Client().post(reverse("account_signup"), {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.count() == before


def test_guessing_locks_the_name_at_that_address_and_not_the_person_elsewhere(settings):
    settings.ACCOUNT_RATE_LIMITS = False
    person("p@example.org")
    guesser = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        last = guesser.post(reverse("account_login"), {"login": "p@example.org", "password": "wrong"})
    assert last.status_code == 429
    right = {"login": "P@example.org", "password": PASSWORD}
    guesser.post(reverse("account_login"), right)
    assert "_auth_user_id" not in guesser.session
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    elsewhere.post(reverse("account_login"), right)
    assert "_auth_user_id" in elsewhere.session


def test_reference_data_loads_twice_into_the_same_rows():
    call_command("load_reference", verbosity=0)
    City.objects.filter(slug="los-angeles").update(authority="Office of the Mayor")
    call_command("load_reference", verbosity=0)
    assert (Country.objects.count(), City.objects.count()) == (249, 14)
    city = City.objects.get(slug="los-angeles")
    assert (city.country_id, city.time_zone, city.authority) == ("USA", "America/Los_Angeles", "Office of the Mayor")


@pytest.mark.parametrize("text", ["medellín", "MEDELLÍN", "Медельин", "медельин", "麦德林", "ميديلين"])
def test_a_city_is_found_by_any_of_its_names(text):
    call_command("load_reference", verbosity=0)
    assert list(City.objects.named(text).values_list("slug", flat=True)) == ["medellin"]
