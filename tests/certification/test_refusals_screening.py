"""How the secretariat's verbs on a case decline: what they say, under which rule, and that nothing has changed."""

import pytest
from django.urls import reverse

from certification.actions import screening
from certification.models import Panel, Part, Seat
from tests.certification import factories as make
from tests.certification.declining import declined, rows

pytestmark = pytest.mark.django_db


def add(w, person, **told):
    return screening.add_evaluator(w.application, person, **{"by": w.secretary, "at": w.at, **told})


@pytest.mark.parametrize("kind", [Part.Kind.EVALUATOR, Part.Kind.LEAD])
def test_a_member_of_the_panel_has_the_seat_for_it(kind):
    """R-B6: a file checker has none, and an evaluator's seat is not a lead's."""
    w = make.in_review(make.world())
    w.application.parts.filter(part=Part.Kind.LEAD).update(ended_at=w.at)
    person = w.checker if kind == Part.Kind.EVALUATOR else w.evaluators[2]
    sentence = f"{person.name} has no such seat on this panel. Choose somebody who has."
    declined(sentence, "R-B6", add, w, person, kind=kind)


@pytest.mark.parametrize("kind", [Part.Kind.DECIDER, Part.Kind.FILE_CHECKER, Part.Kind.CITY])
def test_nobody_joins_a_panel_but_as_lead_or_evaluator(kind):
    """R-B1"""
    w = make.in_review(make.world())
    declined("Choose a panel lead or an evaluator.", "R-B1", add, w, w.evaluators[2], kind=kind)


def test_a_panel_has_one_lead():
    """R-B1"""
    w = make.in_review(make.world())
    other = make.panel_member(w.panel, Seat.Duty.LEAD)
    declined("This case has a panel lead already. Choose an evaluator.", "R-B1", add, w, other, kind=Part.Kind.LEAD)


def test_who_sits_with_all_to_do_does_not_join_again():
    """R-B1: one who sits takes what others left open, and here nothing is."""
    w = make.in_review(make.world())
    person = w.evaluators[0]
    sentence = f"{person.name} is on this panel already, with all to do. Choose somebody else."
    declined(sentence, "R-B1", add, w, person)


def test_a_panel_changes_only_in_review():
    """R-B5"""
    w = make.screened(make.world())
    sentence = (
        "The panel can be changed only while the application is in review. Load the case again to see where it stands."
    )
    declined(sentence, "R-B5", add, w, w.evaluators[2])


def test_a_file_checker_is_named_after_the_case_was_accepted():
    """R-C9"""
    w = make.screened(make.world())
    sentence = "A file checker is named once the application is in review. Accept it first."
    declined(sentence, "R-C9", screening.assign_file_checker, w.application, w.checker, by=w.secretary, at=w.at)


def test_where_no_panel_works_in_the_language_nobody_is_offered_and_nothing_begins(client):
    """R-C1: neither the members of other panels nor those of the committee."""
    w = make.screened(make.world())
    Panel.objects.update(language="fr")
    client.force_login(w.secretary)
    page = reverse("secretariat-accept", args=[w.application.reference])
    before = rows()
    sent = {"lead": str(w.lead.pk), "evaluators": [str(one.pk) for one in w.evaluators[:2]]}
    for answer in (client.get(page), client.post(page, sent)):
        words = answer.content.decode()
        assert "No panel works in the application's language yet. Seat one first." in words
        assert [one.name for one in (w.lead, w.chair, *w.members, *w.evaluators) if one.name in words] == []
    assert rows() == before


def test_before_there_is_a_panel_nobody_is_offered_for_it(client):
    """R-C1: a seat in no panel is a seat in the committee, and says nothing here."""
    w = make.screened(make.world())
    client.force_login(w.secretary)
    words = client.get(reverse("secretariat-add-evaluator", args=[w.application.reference])).content.decode()
    assert [one.name for one in (w.chair, *w.members, w.lead, *w.evaluators) if one.name in words] == []
