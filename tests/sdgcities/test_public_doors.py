"""Promises of the pages that everyone reads: goals, countries, sources."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import translation

from sdgcities.actions import referencing
from sdgcities.models import Country, Goal, IncomeGroup, Indicator, Source, Target
from sdgcities.templatetags.words import code, in_each_language, in_its_language, language_names, said_in, word

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def reference(django_db_setup, django_db_blocker):
    """The reference data, once for this file, in a transaction that is undone."""
    from django.db import transaction

    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole._from_testcase = True
        with whole:
            referencing.load(at=AT)
            yield
            transaction.set_rollback(True)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


def read(client, name, *args, language="en", **query):
    response = client.get(reverse(name, args=args), query, headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


def test_the_sources_page_names_publisher_licence_date_digest_and_rows_of_each(client):
    page = read(client, "sources")
    for source in Source.objects.all():
        for told in (source.publisher, source.licence, source.digest, "21 November 2026"):
            assert told in page
    assert page.count("<section") == Source.objects.count() == 6
    assert f'href="{reverse("sources")}"' in read(client, "home")


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "Sustainable cities"), ("ar", "المدن والمجتمعات المستدامة"), ("zh-hans", "可持续的城市和社区")],
)
def test_the_goals_are_read_in_the_reader_s_language(client, language, title):
    goals = read(client, "goals", language=language)
    assert goals.count('href="/goals/') == 17 + 1  # and the footer's
    goal = read(client, "goals-goal", "11", language=language)
    assert title in goals
    assert title in goal
    assert all(f'id="{code}"' in goal for code in Target.objects.filter(goal="11").values_list("code", flat=True))
    assert goal.count('href="/goals/indicators/') == Indicator.objects.filter(target__goal="11").count()


def test_an_indicator_stands_in_six_languages_beside_where_else_it_stands(client):
    page = read(client, "goals-indicator", "1.5.1")
    for text in Indicator.objects.get(code="1.5.1").titles.values():
        assert text in page.replace("&#x27;", "'")
    assert [f'href="/goals/indicators/{code}/"' in page for code in ("11.5.1", "13.1.1")] == [True, True]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("11.3.1", {"11.3.1"}),
        ("土地使用率", {"11.3.1"}),
        ("استهلاك الأراضي", {"11.3.1"}),
        ("land CONSUMPTION rate", {"11.3.1"}),
        ("no such words", set()),
    ],
)
def test_the_framework_is_searched_in_every_language(client, text, found):
    page = read(client, "goals", q=text)
    codes = Indicator.objects.values_list("code", flat=True)
    assert {code for code in codes if f'href="/goals/indicators/{code}/"' in page} == found


@pytest.mark.parametrize(
    ("name", "argument"), [("goals-goal", "18"), ("goals-indicator", "11.3"), ("countries-country", "ken")]
)
def test_what_is_not_in_the_framework_is_not_there(client, name, argument):
    assert client.get(reverse(name, args=[argument])).status_code == 404


@pytest.mark.parametrize(("text", "code"), [("كينيا", "KEN"), ("肯尼亚", "KEN"), ("Kénya", "KEN"), ("ITA", "ITA")])
def test_a_country_is_found_whatever_the_script(client, text, code):
    assert f'href="/countries/{code}/"' in read(client, "countries", q=text)


def test_countries_are_listed_by_name_in_the_reader_s_language(client):
    page = read(client, "countries", language="fr", region="Europe", page=1)
    assert page.index("Albanie") < page.index("Allemagne") < page.index("Autriche")
    assert "Kenya" not in page


def test_a_country_shows_its_groups_with_their_days_and_its_cities(client):
    kenya = Country.objects.get(iso3="KEN")
    told = {"source": "World Bank, July 2025", "recorded_at": AT}
    IncomeGroup.objects.create(country=kenya, group="upper_middle", starts_on=date(2025, 7, 1), **told)
    page = read(client, "countries-country", "KEN")
    assert page.index("1 July 2025") < page.index("the source does not say")
    assert "World Bank, July 2025" in page
    assert "Kisumu" in page
    assert "global mechanism" in page
    assert "Upper middle income" in read(client, "countries", q="Kenya")


def test_a_lacking_name_is_said_and_not_made_up(client):
    page = read(client, "countries", q="Taiwan", language="fr")
    assert '<span lang="en" dir="ltr">Taiwan' in page
    each = {one["language"]: one["text"] for one in in_each_language(Country.objects.get(iso3="TWN").names)}
    assert each["en"].startswith("Taiwan")
    assert each == {"en": each["en"], "ar": "", "zh-hans": "", "fr": "", "ru": "", "es": ""}
    with translation.override("fr"):
        assert word({"fr": "Kenya", "en": "x"}) == "Kenya"


class Borrowed(str):
    """A text that stands in another language than its reader's, and says so."""

    __slots__ = ()
    language = "en"


@pytest.mark.parametrize(
    ("shown", "markup"),
    [
        (code("1.a.1"), "<bdi>1.a.1</bdi>"),
        (in_its_language("متفق عليه"), "متفق عليه"),
        (in_its_language("A <b>"), "A &lt;b&gt;"),
        (in_its_language(Borrowed("A <b>")), '<span lang="en" dir="ltr">A &lt;b&gt;</span>'),
        (said_in("نعم\n<لا>", "ar"), '<span lang="ar" dir="rtl">نعم<br>&lt;لا&gt;</span>'),
        (said_in("who knows", ""), '<span lang="" dir="auto">who knows</span>'),
        (said_in(None, "fr"), '<span lang="fr" dir="ltr"></span>'),
    ],
)
def test_words_in_another_language_than_the_page_s_say_so(shown, markup):
    assert shown == markup


def test_languages_are_told_by_their_own_names():
    assert language_names(["en", "ar", "sw", "xx"]) == "English, العربيّة, Kiswahili, xx"


def test_words_that_were_typed_are_shown_as_words(client):
    page = read(client, "goals", q='"><script>alert(1)</script>')
    assert "<script>alert" not in page


@pytest.mark.parametrize(("name", "most"), [("goals", 2), ("countries", 5), ("sources", 2)])
def test_a_list_costs_the_same_however_long(client, name, most, django_assert_max_num_queries):
    with django_assert_max_num_queries(most):
        read(client, name)
    assert Goal.objects.count() == 17


def test_a_goal_s_page_costs_three_questions(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        read(client, "goals-goal", "17")
