"""Files that are not taken and names full of tricks, through the door: a sentence at the field, all typed words stay, nothing kept."""

import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sdgcities.models import Entry
from tests.tracks.conftest import AT
from tests.tracks.test_contents import UNFIT, pdf
from tests.tracks.test_contents_hostile import ACTING, crowd, heap
from tracks import contents, rules
from tracks.contents.pdf import MOST_OBJECTS
from tracks.models import Evidence, EvidenceVersion

pytestmark = pytest.mark.django_db
ADDRESS = reverse("shelf-add", args=["los-angeles"])
TYPED = {
    "title": "A title of the city's own",
    "kind": "plan",
    "source": "The planning department",
    "dated_on": "2026-03-01",
    "language": "es",
    "confidentiality": "restricted",
    "note": "Read chapter 4 first.",
}
FIRST = {code: (data, name) for code, data, name in reversed([*UNFIT, *ACTING])}


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


@pytest.fixture
def official(client, editor):
    client.force_login(editor)
    return client


def sent(client, data, name):
    return client.post(ADDRESS, {**TYPED, "file": SimpleUploadedFile(name, data)})


def kept():
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    return Evidence.objects.count(), EvidenceVersion.objects.count(), Entry.objects.count(), files


def refused_whole(response, sentence):
    form = response.context["form"]
    assert response.status_code == 200
    assert str(sentence) in [str(error) for error in form.errors["file"]]
    assert {name: form[name].value() for name in TYPED} == TYPED
    assert kept() == (0, 0, 0, [])


@pytest.mark.parametrize("code", sorted(FIRST))
def test_a_file_that_is_not_taken_says_why_and_nothing_is_lost_or_kept(official, code):
    refused_whole(sent(official, *FIRST[code]), rules.REASONS[code])


def test_a_file_that_is_too_large_says_how_large_it_may_be(official, monkeypatch):
    monkeypatch.setattr(contents, "LARGEST", 10)
    refused_whole(sent(official, b"0123456789x", "a.txt"), rules.REASONS["too-large"])


def test_a_pdf_of_too_many_parts_says_so(official):
    refused_whole(sent(official, crowd(MOST_OBJECTS), "a.pdf"), rules.REASONS["too-complex"])


def test_a_file_that_exhausts_its_check_says_so(official):
    refused_whole(sent(official, heap(800), "a.pdf"), rules.REASONS["exhausting"])


def test_a_file_that_cannot_be_checked_now_is_not_let_in(official, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    refused_whole(sent(official, pdf(), "a.pdf"), rules.REASONS["not-checked"])


def test_every_reason_is_heard_at_the_door():
    assert {*FIRST, "too-large", "too-complex", "exhausting", "not-checked"} == set(rules.REASONS)


@pytest.mark.parametrize("code", sorted(FIRST))
def test_the_verb_refuses_such_a_file_under_the_rule_of_the_shelf(put, code):
    data, name = FIRST[code]
    with pytest.raises(rules.FileRefused) as refusal:
        put(data, file_name=name)
    told = refusal.value
    assert (told.code, told.field, told.rule, str(told)) == (code, "file", "R-C3", str(rules.REASONS[code]))
    assert kept() == (0, 0, 0, [])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\plan.txt", "plan.txt"),
        ("plan\u202efdp.txt", "planfdp.txt"),
        ("\u2066plan\u2069.txt", "plan.txt"),
        ("x" * 296 + ".txt", "x" * 120 + ".txt"),
        ("plan\x00.exe.txt", "plan.exe.txt"),
        ('a";b=c"<script>.txt', "a.txt"),
        ("plan\r\nSet-Cookie: a=b.txt", "_plan.txt"),
        (".htaccess", "htaccess.txt"),
        ("خطة المدينة.txt", "خطة المدينة.txt"),
    ],
)
def test_a_name_full_of_tricks_is_kept_as_a_plain_one(official, name, shown):
    response = sent(official, b"Words of the plan.", name)
    assert response.status_code == 302, response.context["form"].errors
    version = EvidenceVersion.objects.get()
    assert version.file_name == shown
    download = official.get(reverse("shelf-download", args=["los-angeles", version.pk]))
    b"".join(download.streaming_content)
    header = download["Content-Disposition"]
    assert header.startswith("attachment;")
    assert not {"\r", "\n", "\0", "\u202e"} & set(header)
    assert "Set-Cookie" not in download


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "x" * 201}, "title"),
        ({"title": ""}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"source": ""}, "source"),
        ({"dated_on": "2026-12-24"}, "dated_on"),
        ({"dated_on": "yesterday"}, "dated_on"),
        ({"period_start": "2020-01-01"}, "period_end"),
        ({"period_start": "2021-01-01", "period_end": "2020-01-01"}, "period_end"),
        ({"language": "klingon"}, "language"),
        ({"confidentiality": "secret"}, "confidentiality"),
        ({"note": "x" * 1001}, "note"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_at_its_field_and_all_else_stays(official, wrong, field):
    given = {**TYPED, **wrong}
    response = official.post(ADDRESS, {**given, "file": SimpleUploadedFile("plan.txt", b"Words.")})
    form = response.context["form"]
    assert response.status_code == 200
    assert field in form.errors
    assert "Choose the file again" in str(form.errors["file"])
    assert {name: form[name].value() for name in given} == given
    assert kept() == (0, 0, 0, [])
