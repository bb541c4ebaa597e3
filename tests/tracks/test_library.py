"""The library: loading may run again, and a requirement finds its tools."""

import shutil
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from sdgcities import canonical
from sdgcities.models import Entry, Source
from tracks import matching
from tracks.actions import stocking
from tracks.models import CaseStudy, Tool

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_loading_twice_leaves_one_of_each():
    assert stocking.load_library(at=AT) == stocking.Stocked(36, 16)
    keys = set(Tool.objects.values_list("pk", "slug"))
    call_command("load_library", verbosity=0)
    assert (set(Tool.objects.values_list("pk", "slug")), CaseStudy.objects.count()) == (keys, 16)


def test_loading_brings_back_the_catalogue_s_words():
    stocking.load_library(at=AT)
    Tool.objects.filter(slug="rosra").update(name="Something else")
    stocking.load_library(at=AT)
    assert Tool.objects.get(slug="rosra").name != "Something else"


def test_named_tools_come_first_in_their_order_then_those_of_the_theme(django_assert_num_queries):
    stocking.load_library(at=AT)
    wanted = SimpleNamespace(tools=["rosra", "global-urban-monitoring-framework"], themes=["Monitoring"])
    with django_assert_num_queries(1):
        found = [tool.slug for tool in matching.tools_for(wanted)]
    assert found[:2] == wanted.tools
    assert found[2:] == sorted(found[2:])
    assert all("monitoring" in Tool.objects.get(slug=slug).themes for slug in found[2:])


def test_every_tool_the_standard_names_is_in_the_library():
    import re
    from pathlib import Path

    stocking.load_library(at=AT)
    text = (
        Path(matching.__file__)
        .parents[1]
        .joinpath("certification/definitions/global-2023.toml")
        .read_text(encoding="utf-8")
    )
    named = {
        slug
        for line in re.findall(r"^tools = \[(.*?)\]", text, flags=re.MULTILINE)
        for slug in re.findall(r'"(.+?)"', line)
    }
    assert sorted(named - set(Tool.objects.values_list("slug", flat=True))) == []


def test_case_studies_follow_their_tools():
    stocking.load_library(at=AT)
    found = matching.case_studies_for(list(Tool.objects.known_as(["rosra"])))
    assert {study.tool.slug for study in found} == {"rosra"}


def test_the_library_says_where_it_comes_from_and_a_changed_catalogue_leaves_an_entry(tmp_path):
    folder = shutil.copytree(stocking.DEFINITIONS, tmp_path / "definitions")
    stocking.load_library(folder, at=AT)
    stocking.load_library(folder, at=AT)
    acts = Entry.objects.filter(act="reference.loaded")
    assert [entry.object for entry in acts.order_by("seq")] == [
        "sdgcities.source:tools",
        "sdgcities.source:case-studies",
    ]
    catalogue = folder / "tools_catalogue.csv"
    catalogue.write_text(catalogue.read_text(encoding="utf-8").replace("Rapid", "Slow"), encoding="utf-8")
    stocking.load_library(folder, at=AT)
    assert acts.count() == 3
    source = Source.objects.get(key="tools")
    assert (source.digest, source.rows) == (canonical.digest(catalogue.read_bytes()), 36)


def test_a_tool_is_found_by_its_words():
    stocking.load_library(at=AT)
    assert "rosra" in Tool.objects.named("own-source REVENUE").values_list("slug", flat=True)
    assert list(CaseStudy.objects.named("chokwé").values_list("slug", flat=True)) == ["cityrap-chokwe"]
