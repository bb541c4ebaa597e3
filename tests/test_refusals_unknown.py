"""Unknown and hidden look alike: for every address and role, the same answer to the byte."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.matrix_table import POSTED, TABLE
from tests.matrix_world import build

pytestmark = pytest.mark.django_db
LOOKING = ("stranger", "superuser", "other", "editor", "secretary", "evaluator", "chair")


@pytest.fixture
def house():
    return build()


def signed_in(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def absent(kwargs):
    """The same address, of things that are not there."""
    nothing = {"reference": "SDGC-2026-99999", "meeting": "MEET-2026-99999", "slug": "no-such-city", "number": 99}
    nothing |= {"version": 99, "token": "nobody-wrote-this", "pk": uuid4(), "person": uuid4()}
    return {key: nothing.get(key, value) for key, value in kwargs.items()}


def answer(client, method, address):
    response = getattr(client, method)(address)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = {name: value for name, value in response.items() if name != "Content-Length"}
    return response.status_code, headers, body.replace(address.encode(), b"<the address>")


def test_what_is_hidden_and_what_is_not_there_give_the_same_bytes(house):
    rows = [(name, about, readers) for name, lines in TABLE.items() for about, readers in lines]
    asked = [(name, "get", about, readers) for name, about, readers in rows]
    asked += [(name, "post", about, readers) for name, (about, readers) in POSTED.items()]
    compared, wrong = 0, []
    for role in LOOKING:
        client = signed_in(house.roles[role])
        for name, method, about, readers in asked:
            kwargs = about(house)
            if role in readers or absent(kwargs) == kwargs:
                continue
            hidden = answer(client, method, reverse(name, kwargs=kwargs))
            if hidden[0] != 404:  # led to declare, or a part of the address names what is not hidden
                continue
            compared += 1
            if hidden != answer(client, method, reverse(name, kwargs=absent(kwargs))):
                wrong.append(f"{name} as {role}")
    assert wrong == []
    assert compared > 300


def test_the_page_that_is_not_there_has_no_token_and_no_address_on_it(house):
    page = signed_in(house.roles["stranger"]).get("/case/SDGC-2026-99999/")
    assert page.status_code == 404
    assert "csrfmiddlewaretoken" not in page.content.decode()
    assert "SDGC-2026-99999" not in page.content.decode()
    assert "Set-Cookie" not in page


@pytest.mark.parametrize("language", ["ar", "zh-hans", "fr"])
def test_it_speaks_the_readers_language(client, language):
    page = client.get("/no/such/page/", headers={"Accept-Language": language})
    assert page.status_code == 404
    assert f'lang="{language}"' in page.content.decode()
