"""Tokens: made once by their person, told once, ended at once; how a program signs in, and how often it may fail to."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone
from knox.crypto import hash_token
from rest_framework.request import Request

from sdgcities import journal
from sdgcities.actions import tokens
from sdgcities.api import signing
from sdgcities.errors import Refused
from sdgcities.models import Entry, Mail, Token
from tests.certification import factories

pytestmark = pytest.mark.django_db
PRIVATE = "/api/v1/cities/"


@pytest.fixture(autouse=True)
def _no_failures_yet():
    cache.clear()


def made(person, *, name="Hub", days=30, at=None):
    return tokens.make(person, name=name, days=days, by=person, at=at or timezone.now())


def read(secret, address=PRIVATE, scheme="Bearer", **extra):
    return Client().get(address, headers={"Authorization": f"{scheme} {secret}"}, **extra)


# --- the verbs


def test_of_a_token_only_the_digest_is_kept_and_the_journal_tells_neither_name_nor_secret():
    person = factories.person()
    token, secret = made(person, name="Hub of Nairobi")
    kept = Token.objects.values().get()
    assert (kept["digest"], secret[len(kept["token_key"]) :] in str(kept)) == (hash_token(secret), False)
    (entry,) = journal.of(token)
    assert (entry.act, entry.actor) == ("token.made", person.pk)
    assert [word for word in ("Nairobi", secret, kept["digest"]) if word in entry.body + entry.object] == []


def test_a_letter_tells_the_person_that_a_token_was_made_and_what_to_do_if_it_was_not_them():
    person = factories.person(language="fr")
    token, secret = made(person, name="Hub\nof Nairobi")
    letter = Mail.objects.get()
    assert (letter.to_user, letter.language, letter.subject) == (person, "fr", "Un jeton a été créé pour votre compte")
    assert "« Hub of Nairobi »" in letter.body
    assert "/accounts/password/change/" in letter.body
    assert [word for word in (secret, secret[:15], token.digest) if word in letter.body] == []


def test_nobody_makes_or_revokes_a_token_of_somebody_else():
    person, other = factories.person(), factories.person(is_superuser=True)
    with pytest.raises(Refused):
        tokens.make(person, name="Hub", days=30, by=other, at=timezone.now())
    token, secret = made(person)
    with pytest.raises(Refused):
        tokens.revoke(token, by=other, at=timezone.now())
    assert (Token.objects.count(), read(secret).status_code, Entry.objects.filter(actor=other.pk).count()) == (
        1,
        200,
        0,
    )


@pytest.mark.parametrize("told", [{"name": " "}, {"days": 31}, {"days": 0}, {"days": 100_000}])
def test_a_token_without_a_name_or_with_an_end_of_its_own_is_refused(told):
    with pytest.raises(Refused):
        made(factories.person(), **told)
    assert Token.objects.count() == 0


def test_a_name_is_taken_while_its_token_lasts():
    person, at = factories.person(), timezone.now()
    first, _secret = made(person, at=at)
    with pytest.raises(Refused):
        made(person, at=at)
    made(factories.person(), at=at)
    made(person, at=first.expiry)
    tokens.revoke(Token.objects.get(user=person, revoked_at=None), by=person, at=first.expiry)
    made(person, at=first.expiry)
    assert Token.objects.filter(user=person).count() == 3


def test_ten_tokens_are_enough():
    person = factories.person()
    for number in range(tokens.MOST):
        made(person, name=f"Program {number}")
    with pytest.raises(Refused):
        made(person, name="One more")


# --- signing in


def test_a_token_opens_what_its_person_may_read():
    _token, secret = made(factories.person())
    assert read(secret).status_code == 200
    assert read(secret, scheme="bEaReR").status_code == 200


def test_a_token_that_is_over_revoked_or_changed_opens_nothing():
    person, at = factories.person(), timezone.now()
    over = made(person, name="Over", at=at - timedelta(days=30)).secret
    token, revoked = made(person, name="Revoked")
    tokens.revoke(token, by=person, at=timezone.now())
    changed = made(person, name="Changed").secret[:-1] + "x"
    for secret in (over, revoked, changed, "", "sdgc_", "é", "a b c", "x" * 10_000):
        answer = read(secret)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer"), secret[:20]
        assert answer.json()["type"].endswith("/not-signed-in/")


def test_a_token_ends_with_the_account_at_the_next_request():
    person = factories.person()
    _token, secret = made(person)
    assert read(secret).status_code == 200
    person.is_active = False
    person.save()
    assert read(secret).status_code == 401


def test_a_token_opens_no_page_and_changes_nothing():
    _token, secret = made(factories.secretary())
    assert read(secret, "/secretariat/").status_code == 302
    before = Entry.objects.count()
    answer = Client().post(PRIVATE, headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, Entry.objects.count()) == (405, before)


def test_a_program_is_known_by_one_query_that_writes_nothing(django_assert_num_queries):
    _token, secret = made(factories.person())
    asked = Request(RequestFactory().get("/", headers={"Authorization": f"Bearer {secret}"}))
    with django_assert_num_queries(1) as asks:
        signing.TokenAuthentication().authenticate(asked)
    assert asks.captured_queries[0]["sql"].startswith("SELECT")


def test_who_fails_too_often_is_told_to_wait_and_who_is_right_comes_in_from_there_too():
    _token, secret = made(factories.person())
    for _number in range(signing.FAILURES):
        assert read("nonsense").status_code == 401
    answer = read("nonsense")
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)
    assert answer.json()["type"].endswith("/too-many-attempts/")
    assert read(secret).status_code == 200
    assert (read("nonsense").status_code, read("nonsense", REMOTE_ADDR="10.0.0.9").status_code) == (429, 401)
    cache.clear()
    assert read("nonsense").status_code == 401


def test_signing_in_rightly_is_never_counted():
    _token, secret = made(factories.person())
    assert {read(secret).status_code for _number in range(signing.FAILURES + 5)} == {200}


# --- the page


def test_the_secret_is_shown_once_and_kept_nowhere(client):
    person = factories.person()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page = client.post("/accounts/tokens/make/", {"name": "Hub", "days": "90"})
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert read(secret).status_code == 200
    listed = client.get("/accounts/tokens/").content.decode()
    assert (secret in listed, secret[:15] in listed, "Hub" in listed) == (False, True, True)


def test_a_form_sent_twice_makes_one_token(client):
    client.force_login(factories.person(), backend="django.contrib.auth.backends.ModelBackend")
    for _time in range(2):
        again = client.post("/accounts/tokens/make/", {"name": "Hub", "days": "90"})
    assert Token.objects.count() == 1
    assert "You have a token of this name already" in again.content.decode()


def test_a_token_is_revoked_after_asking(client):
    person = factories.person()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    token, secret = made(person)
    address = f"/accounts/tokens/{token.pk}/revoke/"
    assert client.get(address).status_code == 200
    assert read(secret).status_code == 200
    assert client.post(address)["Location"] == "/accounts/tokens/"
    assert read(secret).status_code == 401
    assert client.post(address).status_code == 302
    assert Entry.objects.filter(act="token.revoked").count() == 1


def test_somebody_elses_token_is_not_there(client):
    token, secret = made(factories.person())
    client.force_login(factories.secretary(), backend="django.contrib.auth.backends.ModelBackend")
    address = f"/accounts/tokens/{token.pk}/revoke/"
    assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)
    assert str(token.pk) not in client.get("/accounts/tokens/").content.decode()
    assert read(secret).status_code == 200
