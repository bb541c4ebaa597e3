"""The shelf's verbs: versions never change, what a submission uses is read-only, and who looked is known (R-C3)."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest

from sdgcities import journal, storage
from sdgcities.errors import Refused
from sdgcities.models import Entry
from tracks import rules
from tracks.actions import shelving
from tracks.models import Evidence, EvidenceVersion

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOLD = {"source": "Planning", "dated_on": date(2026, 3, 1), "language": "en", "confidentiality": "public"}

pytestmark = pytest.mark.django_db


def test_what_is_put_is_kept_whole_with_all_that_is_told(put, editor):
    version = put("Plan", period_start=date(2025, 1, 1), period_end=date(2025, 12, 31), file_name="../../etc/plan.txt")
    with storage.open_kept(version.sha256) as kept:
        assert kept.read() == b"Plan"
    assert version.as_embedded() == {
        "id": str(version.pk),
        "evidence": str(version.evidence_id),
        "title": "The plan",
        "kind": "document",
        "number": "1",
        "sha256": hashlib.sha256(b"Plan").hexdigest(),
        "size": "4",
        "media_type": "text/plain",
        "file_name": "plan.txt",
        "source": "Department of City Planning",
        "dated_on": "2026-03-01",
        "period_start": "2025-01-01",
        "period_end": "2025-12-31",
        "language": "en",
        "confidentiality": "public",
        "scan_state": "unscanned",
    }
    assert (version.uploaded_by, version.uploaded_at) == (editor, AT)
    assert [entry.act for entry in journal.of(version)] == ["evidence.put"]


def test_a_replacement_is_a_new_version_and_the_old_one_stays(put, editor):
    first = put("One")
    second = shelving.replace(first.evidence, file=b"Two", file_name="plan.txt", by=editor, at=AT, **TOLD)
    numbers = [(version.number, version.sha256) for version in first.evidence.versions.order_by("number")]
    assert numbers == [(1, hashlib.sha256(b"One").hexdigest()), (2, hashlib.sha256(b"Two").hexdigest())]
    assert second.evidence == first.evidence
    assert Evidence.objects.on_shelf(first.evidence.city).get().newest == second


def test_a_version_in_no_submission_can_be_described_anew(put, editor):
    version = put()
    shelving.describe(version, by=editor, at=AT, **{**TOLD, "source": "The mayor's office"})
    version.refresh_from_db()
    assert version.source == "The mayor's office"


def test_a_version_in_a_submission_cannot_be_described_anew(put, editor):
    version = put()
    shelving.freeze([version], by=editor, at=AT)
    with pytest.raises(Refused) as refused:
        shelving.describe(version, by=editor, at=AT, **{**TOLD, "source": "Another"})
    version.refresh_from_db()
    assert (refused.value.rule, version.source) == ("R-C3", "Department of City Planning")


def test_the_may_not_of_r_c3_fails_when_the_rule_allows(put, editor, monkeypatch):
    monkeypatch.setattr(rules, "may_change", lambda version: None)
    with pytest.raises(pytest.fail.Exception):
        test_a_version_in_a_submission_cannot_be_described_anew(put, editor)


def test_the_first_submission_s_time_stays(put, editor):
    version = put()
    shelving.freeze([version, version], by=editor, at=AT)
    shelving.freeze([version], by=editor, at=AT + timedelta(days=1))
    version.refresh_from_db()
    assert version.frozen_at == AT
    assert Entry.objects.filter(act="evidence.frozen").count() == 1


def test_a_frozen_piece_still_takes_a_new_version(put, editor):
    version = put("One")
    shelving.freeze([version], by=editor, at=AT)
    second = shelving.replace(version.evidence, file=b"Two", file_name="plan.txt", by=editor, at=AT, **TOLD)
    assert (second.number, second.is_frozen) == (2, False)


def test_the_same_bytes_are_refused_on_the_same_shelf_naming_the_piece(put, neighbour):
    put("One", title="First of all")
    with pytest.raises(Refused, match="First of all.*version 1"):
        put("One", title="Another name")
    assert put("One", where=neighbour).number == 1
    assert EvidenceVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"source": "  "}, "source"),
        ({"language": ""}, "language"),
        ({"confidentiality": "secret"}, "confidentiality"),
        ({"dated_on": date(2026, 11, 22)}, "dated_on"),
        ({"period_start": date(2026, 1, 1)}, "period_end"),
        ({"period_start": date(2026, 1, 2), "period_end": date(2026, 1, 1)}, "period_end"),
        ({"title": " "}, "title"),
    ],
)
def test_what_is_not_told_is_refused_at_its_field_and_nothing_is_kept(put, told, field):
    with pytest.raises(Refused) as refused:
        put(**told)
    assert (refused.value.field, EvidenceVersion.objects.count(), Entry.objects.count()) == (field, 0, 0)


def test_today_is_the_city_s_day_not_greenwich_s(put, city):
    city.time_zone = "Pacific/Auckland"
    assert put(dated_on=date(2026, 11, 22)).dated_on == date(2026, 11, 22)


def test_a_view_is_in_the_journal(put, delegate):
    version = put()
    shelving.note_view(version, by=delegate, at=AT)
    entry = journal.of(version).get(act="evidence.viewed")
    assert (entry.actor, version.sha256 in entry.body) == (delegate.pk, True)


def test_titles_and_sources_do_not_enter_the_journal(put):
    put(title="Confidential title", source="Confidential source")
    assert not any("onfidential title" in entry.body or "ential source" in entry.body for entry in Entry.objects.all())


def test_a_full_shelf_takes_no_more(put, settings):
    settings.SHELF_BYTES = 20
    put("ten bytes.")
    with pytest.raises(rules.DescriptionRefused) as refusal:
        put("eleven byte")
    assert (refusal.value.field, EvidenceVersion.objects.count()) == ("file", 1)
    put("10 bytes..")


def test_a_city_puts_so_many_files_on_its_shelf_within_a_day(put, settings, neighbour):
    settings.SHELF_FILES_A_DAY = 2
    for words in ("one", "two"):
        put(words)
    with pytest.raises(rules.DescriptionRefused):
        put("three")
    put("three", where=neighbour)
    put("three", at=AT + timedelta(days=1, seconds=1))
    assert EvidenceVersion.objects.count() == 4


def test_what_the_checks_refuse_is_said_at_the_file(put):
    with pytest.raises(rules.FileRefused) as refusal:
        put("plain text under a fine name", file_name="mandate.pdf")
    assert (refusal.value.field, refusal.value.code) == ("file", "other-content")
    assert not EvidenceVersion.objects.exists()
