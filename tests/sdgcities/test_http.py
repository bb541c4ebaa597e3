"""What browsers and proxies keep, and what a paper may do in one: nothing of a person who is signed in, and nothing at all."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from sdgcities import http, storage
from sdgcities.models import User
from sdgcities.signing import Adapter

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in():
    client = Client()
    client.force_login(
        User.objects.create_user("p@example.org", "x", name="P"), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


@pytest.mark.parametrize("address", ["/desk/", "/", "/register/", "/no-such-page/"])
def test_no_page_of_a_person_who_is_signed_in_is_kept(signed_in, address):
    assert signed_in.get(address)["Cache-Control"] == "private, no-store"


def test_a_page_for_everyone_may_be_kept(client):
    assert not client.get("/register/").has_header("Cache-Control")


def test_what_a_page_says_of_itself_stays(signed_in):
    def answer(request):
        response = HttpResponse()
        response["Cache-Control"] = "no-cache"
        return response

    request = RequestFactory().get("/")
    request.COOKIES = {"sessionid": "x"}
    request.user = User.objects.get()
    assert http.not_kept(answer)(request)["Cache-Control"] == "no-cache"
    assert http.not_kept(lambda _request: HttpResponse())(request)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("kind", ["file", "text"])
def test_a_paper_is_a_download_that_no_browser_runs_or_keeps(kind):
    kept = storage.keep(b"%PDF-")
    given = http.attachment(kept.sha256, "é.pdf") if kind == "file" else http.attached_text("{}", "é.json")
    assert given["Content-Disposition"].startswith("attachment; filename*=utf-8''%C3%A9.")
    assert (given["Content-Security-Policy"], given["X-Content-Type-Options"], given["Cache-Control"]) == (
        "sandbox; default-src 'none'; frame-ancestors 'none'",
        "nosniff",
        "private, no-store",
    )
    given.close()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:6666", "[::1]"])
def test_a_letter_leads_to_our_own_address_whatever_host_was_asked(host, settings, mailoutbox):
    settings.PUBLIC_URL = "https://sdgcities.example"
    user = User.objects.create_user("p@example.org", "x", name="P")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    Client(headers={"host": host}).post(reverse("account_reset_password"), {"email": user.email})
    assert [address for address in mailoutbox[0].body.split() if "://" in address] == [
        address
        for address in mailoutbox[0].body.split()
        if address.startswith("https://sdgcities.example/accounts/password/reset/")
    ]
    assert "https://sdgcities.example/accounts/password/reset/key/" in mailoutbox[0].body


def test_a_link_that_proves_an_address_leads_there_too(settings):
    settings.PUBLIC_URL = "https://sdgcities.example"
    request = RequestFactory().get("/", headers={"host": "localhost"})

    class Confirmation:
        key = "KEY"

    link = Adapter(request).get_email_confirmation_url(request, Confirmation())
    assert link == "https://sdgcities.example" + reverse("account_confirm_email", args=["KEY"])


def test_who_has_no_account_gets_no_letter(client, mailoutbox):
    answer = client.post(reverse("account_reset_password"), {"email": "stranger@example.org"})
    assert (answer.status_code, len(mailoutbox)) == (302, 0)


@pytest.mark.parametrize("address", ["/", "/register/", "/scheme/", "/health/"])
def test_a_page_for_everyone_answers_to_who_asks_for_its_head(client, address):
    answer = client.head(address)
    assert (answer.status_code, answer.content) == (200, b"")
