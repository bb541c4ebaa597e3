"""Imports: all rows accounted for, the same files twice change nothing, new files read series anew."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from sdgcities import canonical, journal
from sdgcities.errors import Refused
from tracks import demonstration
from tracks.actions import measuring
from tracks.models import ImportRun, Observation, Series

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "meta").mkdir()
    (tmp_path / "LICENCE.txt").write_text("MIT\nof somebody\n")
    (tmp_path / "raw" / "indicator_11-6-2.csv").write_text(
        "Year,Station,Units,Value\n2015,,µg,12.50\n2016,N,µg,11\n2016,,µg,\n"
    )
    (tmp_path / "meta" / "11-6-2.md").write_text(
        "---\nindicator_name: Fine dust\nsource_organisation_1: The agency\n---\n"
    )
    return tmp_path


def run(city, folder, by, at=AT):
    return measuring.import_open_sdg(city, folder=folder, by=by, at=at)


def test_a_series_keeps_every_value_as_written(city, editor, folder):
    found = run(city, folder, editor)
    series = Series.objects.get()
    assert series.as_embedded() == {
        "id": str(series.pk),
        "code": "11.6.2",
        "title": "Fine dust",
        "description": "",
        "unit": "µg",
        "source": "The agency",
        "source_url": "",
        "licence": "MIT",
        "coverage": "",
        "observations": [
            {"period": "2015", "year": "2015", "value": "12.50", "dimensions": {}},
            {"period": "2016", "year": "2016", "value": "11", "dimensions": {"Station": "N"}},
        ],
    }
    assert canonical.load(canonical.text(series.as_embedded())) == series.as_embedded()
    assert (found.rows_read, found.rows_kept, found.report["files"][0]["left_out"]) == (3, 2, {"no-value": [4]})
    assert [entry.act for entry in journal.of(found)] == ["data.imported"]


def test_the_same_files_twice_change_nothing(city, editor, folder):
    first = run(city, folder, editor)
    again = run(city, folder, editor, AT + timedelta(days=1))
    assert (again, ImportRun.objects.count(), Observation.objects.count()) == (first, 1, 2)


def test_a_new_state_of_the_files_is_read_anew_and_series_keep_their_name(city, editor, folder):
    run(city, folder, editor)
    before = Series.objects.get().pk
    (folder / "raw" / "indicator_11-6-2.csv").write_text("Year,Units,Value\n2017,µg,10\n")
    run(city, folder, editor)
    series = Series.objects.get()
    assert (series.pk, [row.value_raw for row in series.observations.all()]) == (before, ["10"])


def test_a_folder_without_files_is_refused(city, editor, tmp_path):
    with pytest.raises(Refused):
        run(city, tmp_path, editor)
    (tmp_path / "raw").mkdir()
    with pytest.raises(Refused):
        run(city, tmp_path, editor)
    assert ImportRun.objects.count() == 0


def test_a_file_too_large_to_be_an_indicator_s_is_refused(city, editor, folder):
    large = folder / "raw" / "indicator_1-1-1.csv"
    large.write_bytes(b"Year,Value\n".ljust(measuring.LARGEST_FILE + 1, b"\n"))
    with pytest.raises(Refused) as refusal:
        run(city, folder, editor)
    assert str(refusal.value) == (
        "A file in the folder “raw” is too large to be the data of one indicator. Take it out, or split it."
    )
    assert not ImportRun.objects.exists()
    assert not Series.objects.exists()
    large.unlink()
    assert run(city, folder, editor).rows_kept == 2


def test_a_link_out_of_the_folder_is_not_followed(city, editor, folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "indicator_1-1-1.csv"
    outside.write_text("Year,Value\n2015,1\n")
    (folder / "raw" / "indicator_1-1-1.csv").symlink_to(outside)
    assert [file["file"] for file in run(city, folder, editor).report["files"]] == ["indicator_11-6-2.csv"]


def test_los_angeles_comes_in_whole(city, editor):
    found = run(city, demonstration.LOS_ANGELES, editor)
    assert (found.rows_read, found.rows_kept, Observation.objects.count()) == (5892, 4559, 4559)
    assert sum(found.report["counts"].values()) == found.rows_read
    by_file = Counter()
    for file in found.report["files"]:
        assert sum(file["counts"].values()) == file["rows"]
        assert sum(len(lines) for lines in file["left_out"].values()) == file["rows"] - file["counts"].get("kept", 0)
        by_file.update(file["counts"])
    assert dict(by_file) == found.report["counts"]
    assert len(set(Series.objects.values_list("code", flat=True))) == 133
    assert set(Series.objects.values_list("licence", flat=True)) == {"MIT"}


def test_the_command_imports_for_an_official(city, editor, folder, capsys):
    call_command("import_open_sdg", "los-angeles", str(folder), "--by", editor.email)
    assert "3 rows read, 2 kept" in capsys.readouterr().out


def test_the_command_refuses_everyone_else(outsiders, folder):
    for person in outsiders.values():
        with pytest.raises(CommandError):
            call_command("import_open_sdg", "los-angeles", str(folder), "--by", person.email)
    assert ImportRun.objects.count() == 0
