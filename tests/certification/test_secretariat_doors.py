"""The secretariat's pages: the queue, screening, objections, people; and for nobody else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certification.actions import applying, screening
from certification.models import Application, Finding, Mandate, Part
from sdgcities import journal
from tests.certification import factories
from tests.certification.factories import drafted, in_review, screened, submitted

pytestmark = pytest.mark.django_db

PAGES = ("case", "verify", "return-to-city", "accept", "add-evaluator", "assign-file-checker")


@pytest.fixture
def w():
    return factories.world(at=timezone.now() - timedelta(hours=6))


def to(name, w, *args):
    return reverse(f"secretariat-{name}", args=[w.application.reference, *args])


def words(response):
    return response.content.decode()


def queries(client, page):
    client.get(page)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(page).status_code == 200
        return len(seen)


def another(w):
    place = factories.city("Mannheim")
    for user, role in ((w.delegate, "city_delegate"), (w.editor, "city_editor")):
        factories.membership(user, role, city=place)
    return factories.World(**{**vars(w), "city": place, "application": None})


def test_the_queue_lists_what_is_handed_in_and_no_draft(client, w):
    submitted(w)
    draft = drafted(another(w))
    client.force_login(w.secretary)
    page = words(client.get(reverse("secretariat-queue")))
    assert (w.application.reference in page, draft.application.reference in page) == (True, False)
    assert '<td class="govuk-table__cell">Silver</td>' in page
    assert w.application.reference not in words(client.get(reverse("secretariat-queue"), {"state": "screening"}))


def test_an_empty_queue_says_how_cases_come(client, w):
    client.force_login(w.secretary)
    assert "Applications come here" in words(client.get(reverse("secretariat-queue")))


@pytest.mark.parametrize("sort", ["date", "name", "country", "-date"])
def test_may_sort_by_name_country_or_date(client, w, sort):
    """R-A5: these orders, and their reverse."""
    submitted(w)
    client.force_login(w.secretary)
    assert client.get(reverse("secretariat-queue"), {"sort": sort}).context["sort"] == sort


def test_may_not_sort_by_anything_else(client, w):
    """R-A5: no order that ranks cities."""
    submitted(w)
    client.force_login(w.secretary)
    response = client.get(reverse("secretariat-queue"), {"sort": "outcome"})
    assert (response.context["sort"], "by name, country or date only" in words(response)) == ("date", True)


def test_the_queue_costs_the_same_with_one_case_and_with_three(client, w):
    submitted(w)
    client.force_login(w.secretary)
    alone = queries(client, reverse("secretariat-queue"))
    for _ in range(2):
        submitted(another(w))
    assert queries(client, reverse("secretariat-queue")) == alone


def test_the_choice_of_a_panel_costs_the_same_with_more_members(client, w):
    screened(w)
    client.force_login(w.secretary)
    alone = queries(client, to("accept", w))
    for _ in range(2):
        factories.panel_member(w.panel)
    assert queries(client, to("accept", w)) == alone


def test_may_not_open_the_secretariats_pages_as_others(client, w):
    """R-B10: neither the city, the panel, nor a superuser."""
    screened(w)
    root = factories.person("Root", is_superuser=True, is_staff=True)
    for person in (w.delegate, w.lead, w.stranger, root):
        client.force_login(person)
        assert client.get(reverse("secretariat-queue")).status_code == 404
        assert {client.get(to(name, w)).status_code for name in PAGES} == {404}


def test_a_case_is_screened_through_the_pages(client, w):
    """R-C1: taken up, mandate verified, accepted with a panel."""
    submitted(w)
    client.force_login(w.secretary)
    client.post(to("take-up", w))
    page = words(client.get(to("case", w)))
    assert "What the city does about A1.1." in page
    client.post(to("verify", w), {"channel": "Switchboard of the city"})
    choice = words(client.get(to("accept", w)))
    assert w.evaluators[0].name in choice
    evaluators = [str(person.pk) for person in w.evaluators[:2]]
    response = client.post(to("accept", w), {"lead": str(w.lead.pk), "evaluators": evaluators})
    assert (response.status_code, w.case.state) == (302, "in_review")
    assert set(Finding.objects.values_list("person", flat=True)) == {person.pk for person in w.evaluators[:2]}


def test_the_choice_shows_conflicts_and_load(client, w):
    in_review(w)
    other = screened(another(w))
    factories.membership(w.evaluators[2], "city_editor", city=other.city)
    client.force_login(w.secretary)
    page = words(client.get(to("accept", other)))
    assert f"{w.evaluators[2].name}: 0 running cases; works or worked for this city" in page
    assert f"{w.evaluators[0].name}: 1 running case" in page


def test_may_not_return_without_reasons(client, w):
    """R-C1: the sentence stands on the page, and with reasons it goes."""
    screened(w)
    client.force_login(w.secretary)
    refused = client.post(to("return-to-city", w), {"reasons": ""})
    assert ("Say what is missing" in words(refused), w.case.state) == (True, "screening")
    client.post(to("return-to-city", w), {"reasons": "The boundary is unclear."})
    assert w.case.state == "draft"


def test_a_returned_case_stays_in_sight_as_it_was_handed_in(client, w):
    """R-C1, R-H4: the submission can be read again; the city's new draft and its letter cannot."""
    screened(w)
    screening.return_to_city(w.application, reasons="The boundary is unclear.", by=w.secretary, at=w.later(hours=2))
    requirement = w.application.answers.order_by("requirement")[0].requirement
    draft = {"judgement": "met", "narrative": "Words of the new draft.", "base_version": 1}
    applying.save_answer(w.application, requirement=requirement, **draft, by=w.editor, at=w.later(hours=3))
    client.force_login(w.secretary)
    assert w.application.reference in words(client.get(reverse("secretariat-queue")))
    page = words(client.get(to("case", w)))
    told = (
        "The application is back with the city",
        "Submission 1",
        "The boundary is unclear.",
        "Words of the new draft.",
    )
    assert [one in page for one in told] == [True, True, True, False]
    assert client.get(to("evidence", w, w.case.mandate.letter_id)).status_code == 404
    assert client.get(to("evidence", w, w.evidence.pk)).status_code == 404


def test_a_draft_that_was_taken_back_stays_the_citys_own(client, w):
    """R-H4: what was linked, and the mandate that was changed, after the case came back, is opened to nobody else."""
    screened(w)
    screening.return_to_city(w.application, reasons="The boundary is unclear.", by=w.secretary, at=w.later(hours=2))
    letter = factories.on_shelf(w.city, w.editor, title="A newer letter", at=w.at)
    applying.give_mandate(w.application, letter=letter, departments="New departments", by=w.editor, at=w.at)
    applying.retract(w.application, reason="We begin anew.", by=w.delegate, at=w.later(hours=3))
    client.force_login(w.secretary)
    page = words(client.get(to("case", w)))
    assert ["Submission 1" in page, "New departments" in page] == [True, False]
    for version in (letter, w.evidence):
        assert client.get(to("evidence", w, version.pk)).status_code == 404


def test_a_case_that_was_taken_back_as_it_was_handed_in_can_still_be_read(client, w):
    screened(w)
    applying.retract(w.application, reason="We begin anew.", by=w.delegate, at=w.later(hours=3))
    client.force_login(w.secretary)
    assert b"".join(client.get(to("evidence", w, w.evidence.pk)).streaming_content)


def test_may_not_accept_before_the_mandate_is_verified(client, w):
    """R-C1: what was chosen is kept."""
    screened(w)
    Mandate.objects.update(verified_at=None)
    client.force_login(w.secretary)
    evaluators = [str(person.pk) for person in w.evaluators[:2]]
    page = client.post(to("accept", w), {"lead": str(w.lead.pk), "evaluators": evaluators})
    assert "Verify the city&#x27;s mandate first" in words(page)
    assert page.context["form"]["lead"].value() == str(w.lead.pk)


def test_an_objection_is_ruled_on_and_the_member_replaced(client, w):
    """R-B5: the replacement comes from the same panel."""
    in_review(w)
    objection = applying.object_to(
        w.application, person=w.evaluators[0], reasons="Advised us.", by=w.delegate, at=timezone.now()
    )
    client.force_login(w.secretary)
    page = reverse("secretariat-rule-on-objection", args=[objection.pk])
    assert "Advised us." in words(client.get(page))
    told = {"upheld": "yes", "answer": "You are right.", "replacement": str(w.evaluators[3].pk)}
    assert client.post(page, told).status_code == 302
    assert Part.objects.get(person=w.evaluators[0], application=w.application).ended_because == "objection"
    assert Finding.objects.filter(person=w.evaluators[3]).exists()


def test_a_file_checker_and_a_member_are_named(client, w):
    in_review(w)
    client.force_login(w.secretary)
    client.post(to("assign-file-checker", w), {"person": str(w.checker.pk)})
    client.post(to("add-evaluator", w), {"person": str(w.evaluators[2].pk)})
    assert w.case.parts.get(person=w.checker).part == "file_checker"
    assert w.case.parts.get(person=w.evaluators[2]).part == "evaluator"


def test_a_download_is_noted_in_the_journal(client, w):
    """R-H1: who took which version."""
    submitted(w)
    client.force_login(w.secretary)
    response = client.get(to("evidence", w, w.evidence.pk))
    assert (response.status_code, response["Content-Disposition"].startswith("attachment")) == (200, True)
    assert b"".join(response.streaming_content).startswith(b"Inventory")  # which also closes the file
    assert "evidence.viewed" in journal.of(w.evidence).values_list("act", flat=True)
    strange = factories.on_shelf(w.city, w.editor, title="Not linked", at=w.at)
    assert client.get(to("evidence", w, strange.pk)).status_code == 404


def test_reading_changes_nothing(client, w):
    screened(w)
    client.force_login(w.secretary)
    before = Application.objects.values().get()
    assert {client.get(to(name, w)).status_code for name in PAGES} == {200}
    assert Application.objects.values().get() == before
