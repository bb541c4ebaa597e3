"""Requests that cannot be answered: our own page with what to do next, and the words that were typed."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from certification.models import Answer, AnswerVersion
from sdgcities import typed
from tests.certification import factories

pytestmark = pytest.mark.django_db
PASSWORD = "secret-word"
WORDS = "Housing stands in the plan, chapter 4, with figures for every district."


@pytest.fixture
def w():
    made = factories.started(factories.world())
    made.editor.emailaddress_set.create(email=made.editor.email, verified=True, primary=True)
    return made


@pytest.fixture
def editor(w):
    client = Client()
    client.force_login(w.editor, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(w):
    return reverse("city-answer", args=[w.application.reference, "A1.1"])


def told(**more):
    return {"act": "save", "judgement": "met", "narrative": WORDS, "base_version": 0, **more}


def page_of(response):
    return response.content.decode()


# --- an ended session


def signs_in(client, sealed, following, w, password=PASSWORD):
    data = {"login": w.editor.email, "password": password, "typed": sealed, "next": following}
    return client.post(reverse("account_login"), data)


def test_what_was_typed_when_the_session_had_ended_comes_back_after_sign_in(client, w):
    ended = client.post(address(w), told())
    assert (ended.status_code, Answer.objects.count()) == (401, 0)
    assert "Your session has ended" in page_of(ended)
    assert WORDS in page_of(ended)
    assert signs_in(client, ended.context["sealed"], address(w), w)["Location"] == address(w)
    back = client.get(address(w))
    assert "Your words are still here" in page_of(back)
    pairs = dict(back.context["typed"].pairs)
    assert pairs == {key: str(value) for key, value in told().items()}
    assert client.post(address(w), pairs).status_code == 302
    assert list(Answer.objects.values_list("narrative", flat=True)) == [WORDS]
    assert "Your words are still here" not in page_of(client.get(address(w)))


def test_a_wrong_password_does_not_lose_them(client, w):
    sealed = client.post(address(w), told()).context["sealed"]
    wrong = signs_in(client, sealed, address(w), w, password="guess")
    assert f'name="typed" value="{sealed}"' in page_of(wrong)
    signs_in(client, sealed, address(w), w)
    assert WORDS in page_of(client.get(address(w)))


def test_another_who_signs_in_at_the_same_browser_is_not_shown_them(client, w, settings):
    sealed = client.post(address(w), told()).context["sealed"]
    Authenticator.objects.create(user=w.editor, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    assert signs_in(client, sealed, address(w), w)["Location"].startswith(reverse("mfa_authenticate"))
    w.delegate.emailaddress_set.create(email=w.delegate.email, verified=True, primary=True)
    settings.ACCOUNT_LOGIN_TIMEOUT = -1  # the first has waited too long with the second factor
    client.post(reverse("account_login"), {"login": w.delegate.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(w.delegate.pk)
    assert WORDS not in page_of(client.get(address(w)))


def test_they_are_shown_to_the_one_who_typed_them_alone(client, w, rf):
    asked = rf.post(reverse("account_login"), {"typed": client.post(address(w), told()).context["sealed"]})
    asked.session = {}
    typed.keep(asked, w.editor)
    opened = rf.get(address(w))
    opened.session = asked.session
    shown = []
    for opened.user in (w.delegate, w.editor):
        shown.append(typed.kept(opened) is not None)
    assert shown == [False, True]


def test_they_can_be_thrown_away(client, w):
    signs_in(client, client.post(address(w), told()).context["sealed"], address(w), w)
    assert client.post(address(w), {"typed": "discard"})["Location"] == address(w)
    assert "Your judgement" in page_of(client.get(address(w)))
    assert Answer.objects.count() == 0


def test_nothing_of_a_visitor_is_stored_before_the_sign_in(client, w):
    from django.contrib.sessions.models import Session

    before = Session.objects.count()
    client.post(address(w), told())
    assert Session.objects.count() == before


def test_what_somebody_else_sealed_or_changed_is_not_taken(client, w):
    signs_in(client, "eyJwYXRoIjoiL2Rlc2svIn0:1:forged", address(w), w)
    assert "typed" not in client.session
    assert "Your judgement" in page_of(client.get(address(w)))


def test_another_person_who_signs_in_there_sees_no_page_that_is_not_theirs(client, w):
    w.stranger.emailaddress_set.create(email=w.stranger.email, verified=True, primary=True)
    sealed = client.post(address(w), told()).context["sealed"]
    client.post(reverse("account_login"), {"login": w.stranger.email, "password": PASSWORD, "typed": sealed})
    answer = client.get(address(w))
    assert (answer.status_code, WORDS in page_of(answer)) == (404, False)


def test_a_form_without_words_leads_to_the_sign_in_as_before(client, w):
    response = client.post(reverse("city-submit", args=[w.application.reference]), {"confirmed": "on"})
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/accounts/login/", {"login": "somebody with words"}),
        ("/invitations/abc/", {"name": "A name of four words"}),
        ("/desk/", {"new_password": "correct horse battery staple"}),
        ("/desk/", {"choice": "met"}),
        ("/desk/", {"narrative": "long " * 100_000}),
    ],
)
def test_passwords_keys_bare_choices_and_masses_are_never_carried(rf, path, data):
    assert typed.gather(rf.post(path, data)) is None


# --- an expired form


def strict(user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_an_expired_form_of_ours_is_offered_again_with_its_words(w):
    client = strict(w.editor)
    old = client.post(address(w), told(), headers={"Origin": "http://testserver"})
    assert (old.status_code, Answer.objects.count()) == (403, 0)
    assert WORDS in page_of(old)
    fresh = {**dict(old.context["typed"].pairs), "csrfmiddlewaretoken": str(old.context["csrf_token"])}
    assert client.post(address(w), fresh, headers={"Origin": "http://testserver"}).status_code == 302
    assert list(Answer.objects.values_list("narrative", flat=True)) == [WORDS]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_a_form_from_elsewhere_is_refused_and_its_words_are_not_laid_before_the_person(w, origin):
    response = strict(w.editor).post(address(w), told(), headers={"Origin": origin} if origin else {})
    assert (response.status_code, WORDS in page_of(response)) == (403, False)
    assert "o back in your browser" in page_of(response)
    assert not AnswerVersion.objects.exists()


# --- too much, the wrong way, too often


def test_a_request_above_all_forms_gets_our_page(editor, w, settings):
    response = editor.post(address(w), told(narrative="x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)))
    assert (response.status_code, Answer.objects.count()) == (413, 0)
    assert "o back in your browser" in page_of(response)


def test_a_request_that_says_it_is_huge_is_not_taken_apart(editor, w, settings):
    settings.LARGEST_REQUEST = 100
    response = editor.post(address(w), told())
    assert response.status_code == 413
    assert "50 MB" in page_of(response)


def test_ten_million_letters_come_back_in_their_form_with_a_sentence(editor, w):
    text = "x" * 10_000_000
    response = editor.post(address(w), told(narrative=text))
    assert (response.status_code, Answer.objects.count()) == (200, 0)
    assert response.context["form"]["narrative"].value() == text
    assert "at most 8000 characters" in str(response.context["form"].errors["narrative"])


def test_an_address_that_only_takes_forms_says_so(editor, w):
    response = editor.get(reverse("secretariat-take-up", args=[w.application.reference]))
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "This address only takes forms" in page_of(response)


def test_an_unreadable_address_gets_our_page(editor):
    response = editor.get("/register/?q=%00")
    assert response.status_code == 400
    assert "Nothing has changed" in page_of(response)


def test_an_error_of_ours_gets_our_page_and_no_traceback(w, monkeypatch):
    from certification.views import desk

    def broken(*_args, **_kwargs):
        raise RuntimeError(WORDS)

    monkeypatch.setattr(desk.waiting, "waiting_for", broken)
    client = Client(raise_request_exception=False)
    client.force_login(w.editor, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(reverse("desk"))
    assert response.status_code == 500
    assert "Something went wrong on our side" in page_of(response)
    assert WORDS not in page_of(response)
