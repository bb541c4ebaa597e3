"""Signing in: what the journal keeps when a password or an address changes."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sdgcities import journal
from sdgcities.actions import tokens
from sdgcities.models import Token, User

pytestmark = pytest.mark.django_db
OLD, NEW = "long enough for anyone", "another long enough word"


@pytest.fixture
def chair():
    user = User.objects.create_user("chair@example.org", OLD, name="Chair")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def browser(chair):
    client = Client()
    client.post(reverse("account_login"), {"login": chair.email, "password": OLD})
    return client


def told(user):
    return [(entry.act, entry.actor) for entry in journal.of(user)]


def test_a_changed_password_is_noted(browser, chair):
    browser.post(reverse("account_change_password"), {"oldpassword": OLD, "password1": NEW, "password2": NEW})
    assert told(chair) == [("person.password.changed", chair.pk)]


def test_an_added_address_is_noted_and_never_written_out(browser, chair):
    browser.post(reverse("account_email"), {"action_add": "", "email": "attacker@example.net"})
    assert told(chair) == [("person.address.added", chair.pk)]
    assert "attacker" not in journal.of(chair).get().body


def test_a_password_set_by_a_letter_s_link_is_noted_without_a_name(chair, client, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": chair.email})
    link = next(word for word in mailoutbox[0].body.split() if "/key/" in word)
    form = client.get("/" + link.split("/", 3)[3], follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW, "password2": NEW})
    assert ("person.password.reset", None) in told(chair)


def test_a_refused_change_is_no_news(browser, chair):
    browser.post(reverse("account_change_password"), {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    assert told(chair) == []


# --- tokens end with the password under which they were made


def with_tokens(user):
    at = timezone.now()
    running = tokens.make(user, name="Hub", days=30, by=user, at=at).token
    return running, tokens.make(user, name="Over", days=30, by=user, at=at - timedelta(days=40)).token


def test_a_changed_password_revokes_the_person_s_tokens_and_nobody_else_s(browser, chair):
    other = User.objects.create_user("other@example.org", OLD, name="Other")
    (running, over), (theirs, _over) = with_tokens(chair), with_tokens(other)
    browser.post(reverse("account_change_password"), {"oldpassword": OLD, "password1": NEW, "password2": NEW})
    assert set(Token.objects.running(timezone.now())) == {theirs}
    assert [(entry.act, entry.actor) for entry in journal.of(running)][1:] == [("token.revoked", chair.pk)]
    assert [entry.act for entry in journal.of(over)] == ["token.made"]


def test_a_password_set_by_a_letter_s_link_revokes_them_too(chair, client, mailoutbox):
    running, _over = with_tokens(chair)
    client.post(reverse("account_reset_password"), {"email": chair.email})
    link = next(word for word in mailoutbox[0].body.split() if "/key/" in word)
    form = client.get("/" + link.split("/", 3)[3], follow=True).redirect_chain[-1][0]
    assert Token.objects.running(timezone.now()).exists()
    client.post(form, {"password1": NEW, "password2": NEW})
    assert not Token.objects.running(timezone.now()).exists()
    assert [(entry.act, entry.actor) for entry in journal.of(running)][1:] == [("token.revoked", None)]


def test_an_added_address_revokes_no_token(browser, chair):
    running, _over = with_tokens(chair)
    browser.post(reverse("account_email"), {"action_add": "", "email": "new@example.org"})
    assert set(Token.objects.running(timezone.now())) == {running}
