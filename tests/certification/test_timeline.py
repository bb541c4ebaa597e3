"""Promises of what a case tells of itself: to each reader what they may know, in words, from the journal's own rows."""

import re
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification import acts, timeline
from certification.actions import applying, reviewing, screening
from certification.models import Part
from certification.timeline import SHOWN, Reader
from sdgcities import acts as words
from sdgcities import journal, reading
from sdgcities.models import Entry, Role
from tests.certification import deciding_world, factories, panel_world
from tracks.actions import shelving

pytestmark = pytest.mark.django_db
NOT_OF_A_CASE = ("seat.", "meeting.", "standard.", "mechanism.", "panel.", "committee.")


@journal.journaled
def did(act, obj, *, by, at, **body):
    journal.record(act, obj, by=by, at=at, **body)


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_for(person, application, **asked):
    response = signed_in(person).get(reverse("case-timeline", args=[application.reference]), asked)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def sitting():
    """A case before its committee, and one reader of each kind who has declared."""
    w = deciding_world.sitting()
    auditor = factories.person("Auditor")
    factories.membership(auditor, Role.AUDITOR)
    panel_world.declared(w, w.lead, w.evaluators[0], w.checker)
    w.readers = {
        Reader.CITY: w.editor,
        Reader.LEAD: w.lead,
        Reader.EVALUATOR: w.evaluators[0],
        Reader.CHECKER: w.checker,
        Reader.COMMITTEE: w.members[0],
        Reader.OVERSEER: auditor,
    }
    return w


# --- the table


def test_every_act_of_a_case_is_in_the_table_and_overseers_see_each():
    told = {act for group in words.groups() for act in group.acts if group.title not in _below()}
    of_cases = {act for act in told if not act.startswith(NOT_OF_A_CASE)}
    assert set(SHOWN) == of_cases | {"evidence.frozen", "evidence.viewed"}
    assert all(Reader.OVERSEER in readers for readers in SHOWN.values())


def _below():
    """The kinds of acts that the floors below tell."""
    ours = {"application.started", "application.scope", "mandate.verified", "finding.filed", "vote.cast", "seat.made"}
    return {group.title for group in words.groups() if not ours & set(group.acts)}


def test_each_reader_sees_each_act_that_the_table_shows_them_and_no_other(sitting):
    w, places = sitting, {}
    somebody = factories.person("Somebody")
    for number, act in enumerate(SHOWN):
        places[act] = f"Z{number}z"
        more = {"ruling": "upheld"} if act == "objection.ruled" else {}
        told = {"application": w.application.reference, "criterion": places[act], **more}
        did(act, w.application.city, by=somebody, at=w.at, **told)
    for reader, person in w.readers.items():
        assert timeline.reader_of(person, w.application, at=w.at) == reader
        seen = _all_pages(person, w.application)
        shown = {act for act, place in places.items() if f"<code>{place}</code>" in seen}
        assert shown == {act for act, readers in SHOWN.items() if reader in readers}, reader


def _all_pages(person, application):
    client, address, pages = signed_in(person), reverse("case-timeline", args=[application.reference]), []
    path = address
    while path:
        page = client.get(path).content.decode()
        pages.append(page)
        found = re.search(r'href="(\?[^"]*)" rel="next"', page)
        path = f"{address}{found[1].replace('&amp;', '&')}" if found else ""
    return "".join(pages)


def test_what_somebody_did_themselves_they_see_and_nobody_elses(sitting):
    w = sitting
    for person, place in ((w.evaluators[0], "Z1z"), (w.evaluators[1], "Z2z")):
        for act in ("finding.filed", "evidence.viewed", "interest.declared"):
            did(act, w.application, by=person, at=w.at, criterion=place)
    page = page_for(w.evaluators[0], w.application)
    assert page.count("<code>Z1z</code>") == 3
    assert "Z2z" not in page
    assert w.evaluators[1].name not in page


def test_the_city_never_learns_who_votes_how_judges_find_or_who_reads_its_evidence(sitting):
    w = sitting
    deciding_world.plays(w.application, w.evaluators[2], Part.Kind.EVALUATOR)
    did("vote.cast", w.application, by=w.members[1], at=w.at)
    did("finding.filed", w.application, by=w.evaluators[2], at=w.at)
    did("evidence.viewed", w.application, by=w.evaluators[2], at=w.at)
    did("application.take_file", w.application, by=w.checker, at=w.at)
    did("interest.recused", w.application, by=w.evaluators[2], at=w.at)
    page = page_for(w.editor, w.application)
    assert "File check begun" in page
    assert "A member stood aside" in page
    for person in (w.members[1], w.evaluators[2], w.checker):
        assert person.name not in page
    told = page_for(w.readers[Reader.OVERSEER], w.application)
    for person in (w.members[1], w.evaluators[2], w.checker):
        assert person.name in told


def test_names_are_told_as_the_scheme_has_it(sitting):
    w = sitting
    people = {"evaluator": w.evaluators[1], "lead": w.lead, "secretary": w.secretary, "chair": w.chair}
    for person in people.values():
        did("application.accept", w.application, by=person, at=w.at)
    did("application.submit", w.application, by=w.delegate, at=w.at)
    deciding_world.plays(w.application, w.delegate, Part.Kind.CITY)
    named = {
        reader: {
            key for key, person in {**people, "city": w.delegate}.items() if person.name in page_for(who, w.application)
        }
        for reader, who in w.readers.items()
    }
    assert named == {
        Reader.CITY: {"evaluator", "lead", "secretary", "chair", "city"},
        Reader.LEAD: {"evaluator", "lead", "secretary"},
        Reader.EVALUATOR: {"secretary"},
        Reader.CHECKER: {"secretary"},
        Reader.COMMITTEE: {"secretary"},
        Reader.OVERSEER: {"evaluator", "lead", "secretary", "chair", "city"},
    }


# --- its doors


def test_who_may_not_open_the_case_finds_nothing(sitting):
    w = sitting
    address = reverse("case-timeline", args=[w.application.reference])
    hub = factories.person("Hub")
    factories.membership(hub, Role.HUB_STAFF)
    for stranger in (w.stranger, hub, factories.official(factories.city("Elsewhere")), w.evaluators[3]):
        assert signed_in(stranger).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_who_judges_declares_before_reading_it():
    w = factories.in_review(factories.world())
    response = signed_in(w.lead).get(reverse("case-timeline", args=[w.application.reference]))
    assert response["Location"] == reverse("panel-declare", args=[w.application.reference])


def test_a_draft_is_the_citys_alone():
    w = factories.drafted(factories.world())
    address = reverse("case-timeline", args=[w.application.reference])
    assert signed_in(w.secretary).get(address).status_code == 404
    assert "Answer saved" in page_for(w.editor, w.application)


# --- what a line says


def test_a_line_says_who_in_which_part_did_what_when_and_why():
    w = factories.screened(factories.world())
    screening.return_to_city(w.application, reasons="The letter is not signed.", by=w.secretary, at=w.later(hours=1))
    page = page_for(w.delegate, w.application)
    (line,) = [one for one in page.split("<li ") if "Returned to the city with reasons" in one]
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", line))
    assert f"{w.secretary.name} · Secretariat" in said
    assert "The letter is not signed." in said
    assert "(America/Los_Angeles)" in said
    assert "(UTC)" in said


def test_the_steps_of_a_case_keep_their_titles_in_their_order():
    w = factories.in_review(factories.world())
    steps = [str(step["title"]) for step in timeline.of(w.application)]
    page = page_for(w.editor, w.application)
    told = re.findall(r'sdg-timeline__title">([^<]+?)\s*<', page)
    assert [title for title in told if title in steps] == steps
    assert {"Territory described", "Mandate given", "Answer saved"} <= set(told) - set(steps)


def test_those_who_oversee_see_which_file_was_taken_by_whom_in_which_part():
    w = factories.in_review(factories.world())
    panel_world.declared(w, w.evaluators[0])
    address = reverse("panel-evidence", args=[w.application.reference, w.evidence.pk])
    b"".join(signed_in(w.evaluators[0]).get(address).streaming_content)
    page = page_for(w.secretary, w.application)
    (line,) = [one for one in page.split("<li ") if "Evidence viewed or downloaded" in one]
    for said in (w.evaluators[0].name, "Evaluator", "Inventory · evidence.txt"):
        assert said in line
    assert "Evidence viewed" not in page_for(w.editor, w.application)


def test_a_part_is_told_as_it_was_at_the_time():
    w = factories.submitted(factories.world())
    part = Part.objects.get(application=w.application, person=w.delegate)
    part.ended_at = w.at
    part.save()
    did("application.scope", w.application, by=w.delegate, at=w.at + timedelta(hours=1))
    entries = list(acts.entries_of(w.application).order_by("seq"))
    told = {line.seq: line.part for line in timeline.told(entries, w.case, reader=Reader.CITY, user=w.editor, at=w.at)}
    submitted = next(one for one in entries if one.act == "application.submit")
    assert (told[submitted.seq], told[entries[-1].seq]) == ("City official", "")


# --- how it is found


def test_every_entry_of_a_case_is_found_and_no_others():
    w = factories.in_review(factories.world())
    panel_world.declared(w, w.lead, *w.evaluators[:2])
    reviewing.ask(w.application, criterion="A1", question="Which year?", by=w.lead, at=w.at)
    applying.retract(w.application, reason="A mistake.", by=w.delegate, at=w.later(hours=1))
    lost = Entry.objects.exclude(seq__in=acts.entries_of(w.application).values("seq"))
    belongs = lost.exclude(act__startswith="person.").exclude(act__in=["evidence.put", "seat.made"])
    strangers = set(belongs.values_list("act", flat=True))
    assert not [act for act in strangers if act in SHOWN], strangers
    labels = {name.partition(":")[0] for name in Entry.objects.values_list("object", flat=True)}
    assert labels - words.kinds() == set()


def test_what_the_committee_and_the_printing_press_do_belongs_to_the_case_too(work):
    w = deciding_world.voted()
    deciding_world.close(w)
    work()
    strangers = Entry.objects.exclude(seq__in=acts.entries_of(w.application).values("seq"))
    assert not set(strangers.values_list("act", flat=True)) & set(SHOWN)
    found = set(acts.entries_of(w.application).values_list("act", flat=True))
    assert {"item.listed", "vote.cast", "decision.made", "certificate.issued", "part.left", "letter.written"} <= found


@journal.journaled
def much_happened(people, *, by, at):
    for number, person in enumerate(people):
        journal.record("person.closed", person, by=by, at=at, application=f"SDGC-{number}")


def test_the_two_indexes_answer_and_the_journal_is_not_read_through():
    w = factories.submitted(factories.world())
    other = factories.person("Other")
    much_happened([other] * 5_000, by=other, at=w.at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = acts.entries_of(w.application).order_by("seq")[:50].explain()
    assert "journal_entry_of_case" in plan, plan
    assert "journal_entry_of_object" in plan, plan
    assert "Seq Scan" not in plan, plan
    assert not re.search(r"SCAN journal_entry(?! USING (COVERING )?INDEX)", plan), plan


def test_a_page_asks_the_database_as_often_for_many_acts_as_for_one(sitting):
    w, numbers = sitting, count()

    def asked(person):
        client = signed_in(person)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("case-timeline", args=[w.application.reference]))
        return len(queries)

    def act():
        version = factories.on_shelf(w.city, w.editor, title=f"Piece {next(numbers)}")
        shelving.note_view(version, by=factories.person(), at=w.at, application=w.application.reference)

    act()
    once = {reader: asked(person) for reader, person in w.readers.items()}
    for _ in range(3):
        act()
    assert {reader: asked(person) for reader, person in w.readers.items()} == once


def test_a_long_story_turns_its_pages_forwards_and_back(monkeypatch):
    w = factories.drafted(factories.world())
    monkeypatch.setattr(reading, "ON_A_PAGE", 5)
    address = reverse("case-timeline", args=[w.application.reference])
    seen, client, path = [], signed_in(w.editor), address
    while path:
        response = client.get(path)
        seen.append([line.seq for line in response.context["lines"]])
        found = re.search(r'href="(\?[^"]*)" rel="next"', response.content.decode())
        path = f"{address}{found[1].replace('&amp;', '&')}" if found else ""
    every = [entry.seq for entry in acts.entries_of(w.application).order_by("seq")]
    assert [seq for page in seen for seq in page] == every
    assert {len(page) for page in seen[:-1]} == {5}
    back = client.get(address, {"before": seen[2][0]}).context["lines"]
    assert [line.seq for line in back] == seen[1]
