"""The shelf's doors: officials of the city come in, nobody else learns that anything is there."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sdgcities import journal
from sdgcities.models import Entry
from tracks.actions import measuring, shelving
from tracks.models import EvidenceVersion, Series

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
SLUG = "los-angeles"
FILLED = {
    "title": "The plan",
    "kind": "plan",
    "source": "Planning",
    "dated_on": "2026-03-01",
    "period_start": "",
    "period_end": "",
    "language": "en",
    "confidentiality": "public",
    "note": "",
}

pytestmark = pytest.mark.django_db


def file(data=b"Plan", name="plan.txt"):
    return SimpleUploadedFile(name, data)


def path(name, *args):
    return reverse(name, args=[SLUG, *args])


def status(client, address):
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)  # which also closes the file
    return response.status_code


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


@pytest.fixture
def addresses(put, city, editor, tmp_path):
    """Every page of the floor, with something on it."""
    version = put("Secret of the city")
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "indicator_1-1-1.csv").write_text("Year,Value\n2015,1\n2016,2\n")
    run = measuring.import_open_sdg(city, folder=tmp_path, by=editor, at=AT)
    return {
        "shelf": path("shelf-show"),
        "add": path("shelf-add"),
        "piece": path("shelf-evidence", version.evidence_id),
        "replace": path("shelf-replace", version.evidence_id),
        "describe": path("shelf-describe", version.pk),
        "download": path("shelf-download", version.pk),
        "data": path("data-show"),
        "series": path("data-series", Series.objects.get().pk),
        "account": path("data-account", run.pk),
    }


def test_officials_see_every_page(client, addresses, editor, delegate):
    for person in (editor, delegate):
        client.force_login(person)
        assert {name: status(client, address) for name, address in addresses.items()} == dict.fromkeys(addresses, 200)


def test_nobody_else_sees_a_page_or_changes_anything(client, addresses, outsiders):
    before = EvidenceVersion.objects.count(), Entry.objects.count()
    for person in outsiders.values():
        client.force_login(person)
        assert {name: client.get(address).status_code for name, address in addresses.items()} == dict.fromkeys(
            addresses, 404
        )
        posted = [
            client.post(addresses[name], {**FILLED, "file": file(b"New")}).status_code
            for name in ("add", "replace", "describe")
        ]
        assert posted == [404, 404, 404]
    assert (EvidenceVersion.objects.count(), Entry.objects.count()) == before


def test_who_has_not_signed_in_is_asked_to(client, addresses):
    client.logout()
    for address in addresses.values():
        response = client.get(address)
        assert (response.status_code, response["Location"].startswith("/accounts/login/")) == (302, True)


def test_another_city_s_address_leads_nowhere_even_to_an_official_of_both(client, addresses, editor, neighbour):
    from sdgcities.models import Membership

    Membership.objects.create(user=editor, role="city_editor", city=neighbour, starts_on=date(2026, 1, 1))
    client.force_login(editor)
    for name in ("piece", "replace", "describe", "download", "series", "account"):
        assert client.get(addresses[name].replace(SLUG, neighbour.slug)).status_code == 404


def test_a_file_put_on_the_shelf_shows_its_digest(client, city, editor):
    client.force_login(editor)
    response = client.post(path("shelf-add"), {**FILLED, "file": file()}, follow=True)
    version = EvidenceVersion.objects.get()
    assert response.redirect_chain == [(path("shelf-evidence", version.evidence_id), 302)]
    assert response.content.decode().count(version.sha256) == 2
    assert (version.evidence.title, version.evidence.kind, version.uploaded_by) == ("The plan", "plan", editor)


def test_what_was_typed_stays_after_a_refusal_and_the_file_is_asked_for_again(client, city, editor):
    client.force_login(editor)
    page = client.post(path("shelf-add"), {**FILLED, "dated_on": "2026-12-24", "file": file()}).content.decode()
    assert all(typed in page for typed in ("The plan", "Planning", "2026-12-24"))
    assert "lies in the future" in page
    assert "Choose the file again" in page
    assert EvidenceVersion.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "plan.txt", "The file is empty"),
        (b"<html>", "plan.txt", "Web pages, SVG and other markup"),
        (b"MZ\x90\0", "plan.pdf", "This kind of file is not taken"),
    ],
)
def test_a_refused_file_is_explained_at_its_field(client, editor, data, name, sentence):
    client.force_login(editor)
    response = client.post(path("shelf-add"), {**FILLED, "file": file(data, name)})
    assert [sentence in error for error in response.context["form"].errors["file"]] == [True]
    assert EvidenceVersion.objects.count() == 0


def test_no_file_at_all_is_one_error_not_two(client, city, editor):
    client.force_login(editor)
    response = client.post(path("shelf-add"), FILLED)
    assert len(response.context["form"].errors["file"]) == 1


def test_a_new_version_begins_with_what_was_told_before(client, put, editor):
    version = put(source="The archive")
    client.force_login(editor)
    page = client.get(path("shelf-replace", version.evidence_id)).content.decode()
    assert 'value="The archive"' in page
    client.post(path("shelf-replace", version.evidence_id), {**FILLED, "file": file(b"Two")})
    assert list(version.evidence.versions.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_the_same_file_again_names_the_piece(client, put, editor):
    put("Plan", title="First of all")
    client.force_login(editor)
    response = client.post(path("shelf-add"), {**FILLED, "file": file(b"Plan")})
    assert "First of all" in response.context["form"].errors["file"][0]


def test_a_description_is_corrected_until_a_submission_uses_it(client, put, editor):
    version = put()
    client.force_login(editor)
    address = path("shelf-describe", version.pk)
    assert client.post(address, {**FILLED, "source": "Corrected"}).status_code == 302
    shelving.freeze([version], by=editor, at=AT)
    response = client.post(address, {**FILLED, "source": "Too late"})
    version.refresh_from_db()
    assert (response.status_code, version.source) == (200, "Corrected")
    assert "part of a submission" in response.context["form"].non_field_errors()[0]


def test_a_download_is_an_attachment_in_a_sandbox_and_is_journaled(client, put, delegate):
    version = put("Plan", file_name="plan 计划.txt")
    client.force_login(delegate)
    response = client.get(path("shelf-download", version.pk))
    assert b"".join(response.streaming_content) == b"Plan"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert response["Cache-Control"] == "private, no-store"
    entry = journal.of(version).get(act="evidence.viewed")
    assert (entry.actor, entry.at) == (delegate.pk, AT)


def test_the_day_after_the_last_day_the_shelf_is_shut(client, put, editor, monkeypatch):
    put()
    editor.memberships.update(ends_on=date(2026, 11, 21))
    client.force_login(editor)
    assert client.get(path("shelf-show")).status_code == 200
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + timedelta(days=1))
    assert client.get(path("shelf-show")).status_code == 404


def test_the_lists_take_as_many_queries_for_three_as_for_one(client, put, city, editor, tmp_path):
    (tmp_path / "raw").mkdir()

    def grow(number):
        version = put(f"Plan {number}")
        told = {"source": "P", "dated_on": date(2026, 3, 1), "language": "en", "confidentiality": "public"}
        shelving.replace(version.evidence, file=b"New %d" % number, file_name="a.txt", by=editor, at=AT, **told)
        (tmp_path / "raw" / f"indicator_{number}-1-1.csv").write_text("Year,Units,Value\n2015,a,1\n2016,a,2\n")
        measuring.import_open_sdg(city, folder=tmp_path, by=editor, at=AT)

    def queries(name):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            assert client.get(path(name)).status_code == 200
        return len(captured)

    client.force_login(editor)
    grow(1)
    one = {name: queries(name) for name in ("shelf-show", "data-show")}
    grow(2)
    grow(3)
    assert {name: queries(name) for name in one} == one
