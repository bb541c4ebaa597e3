"""What is asked before Django reads a request: characters that are no text's, and whose address stands before the proxy."""

import io

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client, RequestFactory
from django.urls import reverse

from sdgcities import gate
from sdgcities.models import User
from sdgcities.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_open")]


@pytest.fixture
def kept_open():
    """A server's handler closes the connection after each answer; the test's own transaction lives in it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def status(content_type, path="/", method="GET", body=b""):
    """What the whole server answers, from the environment on."""
    environ = RequestFactory().generic(method, path, body).environ
    environ |= {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    said = []
    list(application(environ, lambda line, headers: said.append(line)))
    return int(said[0].split()[0])


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain; charset=rot13",
        "text/plain; charset=hex",
        "text/plain; charset=zip",
        "text/plain; charset=idna",
        "text/plain; charset=nothing",
        "text/plain; charset*=rot13''a%20",
        "text/plain; charset=a\0b",
    ],
)
def test_characters_of_no_text_are_answered_with_a_page(content_type):
    assert status(content_type) == 400


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "text/plain; charset=utf-8", 'text/html; charset="UTF8"', ";;"]
)
def test_text_is_read(content_type):
    assert status(content_type) == 200


@pytest.mark.parametrize(
    ("behind", "said", "address"),
    [
        (True, "203.0.113.7, 198.51.100.4", "198.51.100.4"),
        (True, "198.51.100.4", "198.51.100.4"),
        (True, "", "10.0.0.1"),
        (False, "198.51.100.4", "10.0.0.1"),
    ],
)
def test_the_address_is_the_one_our_own_proxy_saw(behind, said, address):
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": said}
    assert gate.told(environ, behind_proxy=behind)["REMOTE_ADDR"] == address


def test_one_stranger_s_wrong_passwords_keep_nobody_else_out(settings):
    settings.BEHIND_PROXY = True
    chair = User.objects.create_user("chair@example.org", "long enough for anyone", name="Chair")
    chair.emailaddress_set.create(email=chair.email, verified=True, primary=True)

    def sign_in(login, password, address):
        told = gate.told({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": address}, behind_proxy=True)
        return Client(REMOTE_ADDR=told["REMOTE_ADDR"]).post(
            reverse("account_login"), {"login": login, "password": password}
        )

    for number in range(15):
        sign_in(f"nobody{number}@example.org", "wrong", "203.0.113.7")
    assert sign_in(chair.email, "long enough for anyone", "198.51.100.4").status_code == 302
    assert sign_in(chair.email, "long enough for anyone", "203.0.113.7").status_code != 302
