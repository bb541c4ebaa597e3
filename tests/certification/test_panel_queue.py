"""The list of cases that a panel member reviews: what is on it, in which order, and at what cost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certification import listing
from certification.actions import reviewing
from certification.models import Application, Finding
from sdgcities import access
from tests.certification import factories
from tests.certification.factories import in_review

pytestmark = pytest.mark.django_db

PAGE = "/panel/"


@pytest.fixture
def w():
    return factories.world(at=timezone.now() - timedelta(hours=6))


def client(person):
    one = Client()
    one.force_login(person)
    return one


def more(w, *names):
    """W's panel in review of other cities, too."""
    worlds = []
    for name in names:
        place = factories.city(name)
        for user, role in ((w.delegate, "city_delegate"), (w.editor, "city_editor")):
            factories.membership(user, role, city=place)
        worlds.append(in_review(factories.World(**{**vars(w), "city": place, "application": None})))
    return worlds


def listed(person, **asked):
    return [row.application__reference for row in client(person).get(PAGE, asked).context["leaf"].rows]


def test_lists_the_cases_of_ones_panels_and_no_others(w):
    in_review(w)
    assert reverse("panel-queue") == PAGE
    assert listed(w.evaluators[0]) == listed(w.lead) == [w.application.reference]
    assert [listed(one) for one in (w.evaluators[2], w.delegate, w.secretary, w.checker)] == [[], [], [], []]


def test_a_case_leaves_the_list_when_the_part_ends(w):
    """R-H4: at once, and also where only the right on the case was taken."""
    in_review(w)
    reviewing.recuse(w.application, category="family", by=w.evaluators[0], at=timezone.now())
    assert (listed(w.evaluators[0]), listed(w.evaluators[1])) == ([], [w.application.reference])
    access.revoke(w.evaluators[1], "read_case", w.application)
    assert listed(w.evaluators[1]) == []


def test_a_row_says_the_level_the_part_and_what_is_open(w):
    in_review(w)
    page = client(w.evaluators[0]).get(PAGE)
    row = page.context["rows"][0]
    assert Finding.objects.filter(person=w.evaluators[0], filed_at=None).count() == 3
    assert [str(one) for one in (*row[1:4], *row[5:])] == [
        w.city.name,
        "United States of America",
        "Silver",
        "Evaluator",
        "3",
    ]
    assert '<td class="govuk-table__cell">Silver</td>' in page.content.decode()


def test_only_what_is_open_in_this_cycle_is_counted(w):
    in_review(w)
    one, other, _third = Finding.objects.filter(person=w.evaluators[0]).order_by("criterion")
    Finding.objects.filter(pk=one.pk).update(cycle=one.cycle + 1)
    Finding.objects.filter(pk=other.pk).update(set_aside_at=timezone.now())
    shown = [client(one).get(PAGE).context["rows"][0][6] for one in (*w.evaluators[:2], w.lead)]
    assert shown == [1, Finding.objects.filter(person=w.evaluators[1]).count(), 0]


def test_may_sort_by_date_name_or_country_and_by_nothing_else(w):
    """R-A5"""
    in_review(w)
    second, third = more(w, "Aalborg", "Zagreb")
    first_in = [w.application.reference, second.application.reference, third.application.reference]
    by_name = sorted([w, second, third], key=lambda one: one.city.name)
    assert listed(w.lead) == first_in
    assert listed(w.lead, sort="name") == [one.application.reference for one in by_name]
    refused = client(w.lead).get(PAGE, {"sort": "outcome"})
    assert (refused.context["sort"], "by name, country or date only" in refused.content.decode()) == ("date", True)


def test_the_list_is_turned_without_being_counted(w, monkeypatch):
    monkeypatch.setattr(listing, "ROWS", 2)
    in_review(w)
    more(w, "Aalborg", "Zagreb")
    pages = [client(w.lead).get(PAGE, {"page": one}).context["leaf"] for one in ("1", "2", "3", "x", "-1", "9" * 30)]
    assert [(len(one.rows), one.number, one.previous, one.next) for one in pages] == [
        (2, 1, 0, 2),
        (1, 2, 1, 0),
        (0, 3, 2, 0),
        (2, 1, 0, 2),
        (2, 1, 0, 2),
        (2, 1, 0, 2),
    ]


def test_the_list_costs_the_same_with_one_case_and_with_three(w, django_assert_max_num_queries):
    in_review(w)
    person = client(w.lead)
    person.get(PAGE)
    with django_assert_max_num_queries(20) as one:
        person.get(PAGE)
    more(w, "Aalborg", "Zagreb")
    assert Application.objects.count() == 3
    with django_assert_max_num_queries(20) as three:
        assert len(person.get(PAGE).context["rows"]) == 3
    assert len(three) == len(one)
