"""Promises of reference data: loading may run again, a changed file leaves an entry, and groups have their days."""

import csv
import shutil
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from sdgcities import canonical, incomes, sources
from sdgcities.actions import referencing
from sdgcities.models import City, Country, Entry, Goal, IncomeGroup, Indicator, Source, Target

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
LATER = AT + timedelta(days=1)
pytestmark = pytest.mark.django_db


def loaded():
    return [
        (entry.object.partition(":")[2], canonical.load(entry.body))
        for entry in Entry.objects.filter(act="reference.loaded").order_by("seq")
    ]


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(referencing.FOLDER, tmp_path / "reference")


def rewrite(path, change):
    rows = referencing.read(path.read_bytes())
    for row in rows:
        change(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def test_loading_again_leaves_the_same_rows_and_says_nothing():
    counted = referencing.load(at=AT)
    assert counted == {
        "countries": Country.objects.count(),
        "income-groups": IncomeGroup.objects.count(),
        "cities": City.objects.count(),
        "sdg-goals": 17,
        "sdg-targets": 169,
        "sdg-indicators": 252,
    }
    assert (counted["countries"], counted["income-groups"]) == (249, 215)
    models = (Country, IncomeGroup, City, Goal, Target, Indicator, Source)
    before = [sorted(map(repr, model.objects.values_list())) for model in models]
    assert len(loaded()) == len(referencing.LOADERS)
    assert referencing.load(at=LATER) == counted
    assert [sorted(map(repr, model.objects.values_list())) for model in models] == before
    assert len(loaded()) == len(referencing.LOADERS)


def test_every_row_of_the_framework_has_its_words_in_six_languages():
    referencing.load(at=AT)
    six = {"ar", "zh", "en", "fr", "ru", "es"}
    for model in (Goal, Target, Indicator):
        assert [one.code for one in model.objects.all() if set(one.titles) != six] == []
    urban = Indicator.objects.get(code="11.3.1")
    assert (urban.target.code, urban.target.goal.code) == ("11.3", "11")
    assert urban.titles["fr"].startswith("Ratio")


def test_a_name_that_the_source_lacks_is_not_made_up():
    referencing.load(at=AT)
    lacking = [one.iso3 for one in Country.objects.order_by("iso3") if len(one.names) < 6]
    assert lacking == ["TWN"]
    assert list(Country.objects.get(iso3="TWN").names) == ["en"]


def test_a_changed_source_updates_its_rows_and_leaves_an_entry(folder):
    referencing.load(folder, at=AT)
    old = Source.objects.get(key="sdg-indicators").digest
    rewrite(
        folder / "indicators.csv",
        lambda row: row.update(title_en="Other words", target="11.4") if row["code"] == "11.3.1" else None,
    )
    before = len(loaded())
    referencing.load(folder, at=LATER)
    key, body = loaded()[-1]
    new = Source.objects.get(key="sdg-indicators")
    assert (len(loaded()), key) == (before + 1, "sdg-indicators")
    assert body == {"before": old, "digest": new.digest, "changed": 1, "rows": 252}
    assert new.digest == canonical.digest((folder / "indicators.csv").read_bytes())
    assert new.loaded_at == LATER
    changed = Indicator.objects.get(code="11.3.1")
    assert (changed.titles["en"], changed.target_id, Indicator.objects.count()) == ("Other words", "11.4", 252)
    assert list(Indicator.objects.named("other words")) == [changed]


def test_a_row_that_was_damaged_comes_back_and_that_is_said(folder):
    referencing.load(folder, at=AT)
    Country.objects.filter(iso3="KEN").update(region="Atlantis")
    referencing.load(folder, at=LATER)
    assert Country.objects.get(iso3="KEN").region == "Africa"
    assert (loaded()[-1][0], loaded()[-1][1]["changed"]) == ("countries", 1)


def test_a_torn_file_changes_nothing(folder):
    referencing.load(folder, at=AT)
    before = len(loaded())
    rewrite(folder / "countries.csv", lambda row: row.update(region="Elsewhere"))
    rewrite(folder / "indicators.csv", lambda row: row.update(status="unheard of"))
    with pytest.raises(ValueError, match="unheard of"):
        referencing.load(folder, at=LATER)
    assert not Country.objects.filter(region="Elsewhere").exists()
    assert len(loaded()) == before


def test_a_group_holds_from_its_day_until_the_next():
    referencing.load(at=AT)
    kenya = Country.objects.get(iso3="KEN")
    for day, group in ((date(2026, 7, 1), "upper_middle"), (date(2028, 7, 1), "high")):
        IncomeGroup.objects.create(country=kenya, group=group, starts_on=day, source="World Bank", recorded_at=AT)
    days = [date(2020, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date(2028, 6, 30), date(2028, 7, 1)]
    found = [incomes.income_group(kenya, on=day).group for day in days]
    assert found == ["lower_middle", "lower_middle", "upper_middle", "upper_middle", "high"]
    assert [one.group for one in incomes.history(kenya)] == ["high", "upper_middle", "lower_middle"]


def test_a_country_that_the_source_does_not_classify_has_no_group():
    referencing.load(at=AT)
    assert incomes.income_group(Country.objects.get(iso3="VEN"), on=AT.date()) is None


def test_what_the_secretariat_dated_outlives_a_load(folder):
    referencing.load(folder, at=AT)
    kenya = Country.objects.get(iso3="KEN")
    mine = IncomeGroup.objects.create(
        country=kenya, group="high", starts_on=date(2026, 7, 1), source="World Bank", recorded_at=AT
    )
    rewrite(folder / "countries.csv", lambda row: row.update(wb_income="low") if row["iso3"] == "KEN" else None)
    referencing.load(folder, at=LATER)
    assert [one.group for one in incomes.history(kenya)] == ["high", "low"]
    assert incomes.income_group(kenya, on=date(2026, 12, 1)) == mine


def test_from_one_day_on_a_country_is_in_one_group():
    referencing.load(at=AT)
    for day in (date(2026, 7, 1), None):
        told = {"country_id": "KEN", "starts_on": day, "source": "x", "recorded_at": AT}
        with pytest.raises(IntegrityError), transaction.atomic():
            IncomeGroup.objects.create(group="low", **told)
            IncomeGroup.objects.create(group="high", **told)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("كينيا", "KEN"),
        ("肯尼亚", "KEN"),
        ("KENYA", "KEN"),
        ("кения", "KEN"),
        ("cote d’ivoire", "CIV"),
        ("أستراليا", "AUS"),
        ("استراليا", "AUS"),  # without the hamza, as many type it
        ("ｋｅｎｙａ", "KEN"),  # full width
    ],
)
def test_a_country_is_found_by_any_of_its_names(text, code):
    referencing.load(at=AT)
    assert code in Country.objects.named(text).values_list("iso3", flat=True)


@pytest.mark.parametrize(
    ("text", "code"),
    [("土地使用率与人口", "11.3.1"), ("نسبة السكان الذين يعيشون دون خط الفقر الدولي", "1.1.1"), ("11.3.1", "11.3.1")],
)
def test_an_indicator_is_found_in_any_of_the_languages(text, code):
    referencing.load(at=AT)
    assert list(Indicator.objects.named(text).values_list("code", flat=True)) == [code]


def test_arabic_that_is_stretched_or_pointed_is_found_all_the_same():
    referencing.load(at=AT)
    target = Target.objects.get(code="1.2")
    assert "ـ" in target.titles["ar"]
    assert target in Target.objects.named("تخفيض نسبة الرجال والنساء")


def test_every_region_of_a_country_can_be_translated():
    referencing.load(at=AT)
    said = {*Country.objects.values_list("region", flat=True), *Country.objects.values_list("subregion", flat=True)}
    assert said - {""} == set(sources.REGIONS)
