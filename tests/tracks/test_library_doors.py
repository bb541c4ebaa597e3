"""Promises of the library's public pages."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.urls import reverse

from tracks.actions import stocking
from tracks.models import CaseStudy, Tool

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def library():
    stocking.load_library(at=AT)


def shown(client, **query):
    page = client.get(reverse("library"), query).content.decode()
    tools = [slug for slug in Tool.objects.values_list("slug", flat=True) if f'"/library/tools/{slug}/"' in page]
    studies = [slug for slug in CaseStudy.objects.values_list("slug", flat=True) if f'"/library/cases/{slug}/"' in page]
    return set(tools), set(studies)


def test_every_entry_is_listed_once_over_the_pages(client, library):
    pages = [shown(client, page=number) for number in (1, 2, 3)]
    assert sum(len(tools) for tools, _studies in pages) == Tool.objects.count() == 36
    assert sum(len(studies) for _tools, studies in pages) == CaseStudy.objects.count() == 16


def test_words_kind_track_and_goal_narrow_the_list(client, library):
    assert shown(client, q="own-source revenue", kind="tool") == ({"rosra"}, set())
    assert shown(client, q="kisumu", kind="study")[1] >= {"rosra-kisumu"}
    of_finance = set(Tool.objects.filter(track="finance").values_list("slug", flat=True))
    assert shown(client, track="finance", kind="tool") == (of_finance, set())
    assert shown(client, goal="13", kind="tool")[0] == {one.slug for one in Tool.objects.all() if "13" in one.sdgs}
    assert shown(client, goal="1", kind="tool")[0] == {one.slug for one in Tool.objects.all() if "1" in one.sdgs}


def test_a_tool_leads_to_its_cases_and_its_goals_and_back(client, library):
    call_command("load_reference", verbosity=0)
    tool = client.get(reverse("library-tool", args=["rosra"])).content.decode()
    assert reverse("library-study", args=["rosra-kisumu"]) in tool
    assert reverse("goals-goal", args=["11"]) in tool
    study = client.get(reverse("library-study", args=["rosra-kisumu"])).content.decode()
    assert reverse("library-tool", args=["rosra"]) in study
    assert reverse("countries-country", args=["KEN"]) in study
    assert client.get(reverse("library-tool", args=["rosra-kisumu"])).status_code == 404
    assert client.get(reverse("library-study", args=["rosra"])).status_code == 404


@pytest.mark.parametrize("kept", [1, 3])
def test_the_list_costs_the_same_however_long(client, library, kept, django_assert_num_queries):
    CaseStudy.objects.exclude(pk__in=CaseStudy.objects.values_list("pk", flat=True)[:kept]).delete()
    Tool.objects.exclude(pk__in=Tool.objects.values_list("pk", flat=True)[:kept]).delete()
    with django_assert_num_queries(3):
        client.get(reverse("library"))
