"""Signing in: what the journal keeps when a password or an address changes."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from sdgcities import journal
from sdgcities.models import User

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
