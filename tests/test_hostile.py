"""Hostile input on forms and addresses: a sentence or the whole text, never half of it and never an error of ours."""

import pytest
from django.test import Client
from django.urls import reverse

from certification.models import Answer, Scope
from tests.certification import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return factories.started(factories.world())


@pytest.fixture
def editor(w):
    client = Client()
    client.force_login(w.editor, backend="django.contrib.auth.backends.ModelBackend")
    return client


def answer(editor, w, narrative, **more):
    address = reverse("city-answer", args=[w.application.reference, "A1.1"])
    told = {"act": "save", "judgement": "met", "narrative": narrative, "base_version": 0, **more}
    return editor.post(address, told)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000_000,
        "before\x00after",
        "\u202ereversed\u2066",
        "\ud7ff\U0010ffff",
        "<script>alert(1)</script>",
        "{{ x }}",
    ],
    ids=["ten million letters", "a NUL", "bidi", "edges", "markup", "template"],
)
def test_a_text_is_kept_whole_or_refused_with_a_sentence(editor, w, text):
    status = answer(editor, w, text).status_code
    kept = Answer.objects.filter(application=w.application).values_list("narrative", flat=True)
    assert status in {200, 302, 400, 413}
    assert list(kept) in ([], [text])


def test_markup_in_an_answer_is_text(editor, w):
    answer(editor, w, "<script>alert(1)</script>")
    page = editor.get(reverse("city-answer", args=[w.application.reference, "A1.1"])).content
    assert b"<script>alert" not in page


@pytest.mark.parametrize("version", ["-1", "9" * 40, "NaN", "", "1e3", "٣"])
def test_a_strange_base_version_is_no_error_of_ours(editor, w, version):
    assert answer(editor, w, "words", base_version=version).status_code in {200, 302}


@pytest.mark.parametrize(
    "wrong",
    [
        {"population": "9" * 30},
        {"population": "9223372036854775808"},
        {"population": "-1"},
        {"population": "0"},
        {"population": "9007199254740992"},
        {"population_year": "2999"},
        {"boundary_kind": "polygon", "boundary": "x"},
        {"population_year": "99999999999"},
        {"name": "a\x00b"},
        {"boundary_kind": "nothing"},
    ],
    ids=str,
)
def test_a_number_or_word_out_of_bounds_is_answered_and_nothing_saved(editor, w, wrong):
    response = editor.post(reverse("city-scope", args=[w.application.reference]), {**factories.SCOPE, **wrong})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Scope.objects.exists()


@pytest.mark.parametrize("date", ["2026-02-30", "0000-00-00", "99999-01-01", "tomorrow", "\x00"])
def test_a_bad_date_is_answered(editor, w, date):
    response = editor.post(reverse("shelf-add", args=[w.city.slug]), {"title": "T", "dated_on": date})
    assert response.status_code == 200
    assert response.context["form"].errors["dated_on"]


@pytest.mark.parametrize(
    "address",
    [
        "/findings/not-a-uuid/",
        "/case/%00/",
        "/case/..%2f..%2fetc/",
        "/register/%00/",
        "/register/?q=%00&page=99999999999999999999",
        "/register/?sort=%00",
        "/case/SDGC-2026-00001'--/",
        f"/case/{'A' * 5000}/",
    ],
)
def test_a_strange_address_is_no_error_of_ours(editor, address):
    assert editor.get(address).status_code in {200, 400, 404}


@pytest.mark.parametrize("text", ["a" * 60_000, "\ufdfa" * 3_500, "%" * 60_000], ids=["letters", "ligatures", "signs"])
def test_a_search_of_any_length_is_answered(client, w, text):
    for asked in (text, "Los"):
        assert client.get(reverse("register"), {"q": asked}).status_code == 200


def test_a_receipt_with_a_number_beyond_all_numbers_is_not_there(editor, w):
    for name in ("city-receipt", "report-html"):
        address = reverse(name, args=[w.application.reference, 10**30])
        assert editor.get(address).status_code == 404


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_next_leads_nowhere_else(editor, target):
    response = editor.post(reverse("set_language"), {"language": "fr", "next": target})
    assert response["Location"] == "/"
    signed_in = editor.get(reverse("account_login"), {"next": target})
    assert "evil.example" not in signed_in.get("Location", "")
