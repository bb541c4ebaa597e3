"""Promises of the journal's pages and files: who reads them, what is found, how it is proved by hand, what is taken out."""

import csv
import io
import re
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sdgcities import canonical, journal, proving, reading, sheets, verify_journal
from sdgcities.models import Entry, Role, User
from tests.certification import factories
from tests.sdgcities import people_world as world
from tracks.actions import shelving

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@journal.journaled
def did(act, obj, *, by, at, **body):
    journal.record(act, obj, by=by, at=at, **body)


@pytest.fixture
def auditor():
    return world.person("auditor", Role.AUDITOR, on=timezone.now())


@pytest.fixture
def desk(auditor):
    return signed_in(auditor)


def numbers(client, **asked):
    """The entries that the page lists, in its order."""
    page = client.get(reverse("journal-entries"), asked).content.decode()
    return [
        int(seq) for seq in re.findall(r"/journal/entries/(\d+)/", page.partition('<h2 class="govuk-heading-m">')[0])
    ]


def taken(client, form, **asked):
    response = client.post(reverse("journal-export"), {"form": form, **asked})
    return response, b"".join(response.streaming_content).decode()


def test_the_secretariat_and_auditors_read_it_and_nobody_else():
    at = timezone.now()
    roles = {Role.SECRETARIAT: 200, Role.AUDITOR: 200, Role.ADMINISTRATOR: 404, Role.HUB_STAFF: 404}
    anyone = world.person("anyone")
    did("person.closed", anyone, by=anyone, at=AT)
    for role, status in roles.items():
        client = signed_in(world.person(role.value, role, on=at))
        for address in (reverse("journal-entries"), reverse("journal-entry", args=[1])):
            assert client.get(address).status_code == status, role
        assert client.post(reverse("journal-export"), {"form": "lines"}).status_code == status, role
    assert Client().get(reverse("journal-entries")).status_code == 302


def test_entries_are_found_by_who_what_about_and_when(desk):
    ana, bob = world.person("ana"), world.person("bob")
    did("person.closed", bob, by=ana, at=AT)
    did("token.made", bob, by=bob, at=AT + timedelta(days=1))
    did("evidence.viewed", ana, by=bob, at=AT + timedelta(days=2), application="SDGC-1")
    did("journal.checkpointed", ana, by=None, at=AT + timedelta(days=3))
    assert numbers(desk) == [4, 3, 2, 1]
    assert numbers(desk, q="ÁNA") == numbers(desk, q="Ana@Example.org") == [1]
    assert numbers(desk, q="bo") == [3, 2]
    assert numbers(desk, q="nobody@example.org") == numbers(desk, q="´") == []
    assert numbers(desk, act="token.made") == [2]
    assert numbers(desk, views="on") == [3]
    assert numbers(desk, about=f"sdgcities.user:{bob.pk}") == [2, 1]
    assert numbers(desk, about="SDGC-1") == []  # no such case
    assert numbers(desk, since="2026-11-22", until="2026-11-23") == [3, 2]
    assert numbers(desk, since="2026-11-22", q="bob", views="on") == [3]


def test_days_begin_and_end_in_utc(desk):
    someone = world.person("someone")
    last = datetime(2026, 11, 21, 23, 59, 59, 999999, tzinfo=UTC)
    did("person.closed", someone, by=someone, at=last)
    did("person.closed", someone, by=someone, at=last + timedelta(microseconds=1))
    assert numbers(desk, until="2026-11-21") == [1]
    assert numbers(desk, since="2026-11-22") == [2]


def test_a_case_is_found_by_its_reference_with_all_that_belongs_to_it(desk):
    w = factories.submitted(factories.world())
    did("person.closed", w.editor, by=w.editor, at=AT)
    of_case = numbers(desk, about=f" {w.application.reference.lower()} ")
    told = set(Entry.objects.filter(seq__in=of_case).values_list("act", flat=True))
    assert {"application.started", "application.scope", "answer.saved", "evidence.linked", "evidence.frozen"} <= told
    assert "person.closed" not in told


def test_what_cannot_be_read_is_said_and_nothing_is_shown(desk):
    someone = world.person("someone")
    did("person.closed", someone, by=someone, at=AT)
    for asked in ({"since": "yesterday"}, {"act": "no.such"}, {"since": "2026-11-22", "until": "2026-11-21"}):
        page = desk.get(reverse("journal-entries"), asked).content.decode()
        assert "govuk-error-summary" in page
        assert "Nothing is shown until the conditions can be read." in page
        assert "/journal/entries/1/" not in page
    assert "No entry fits" in desk.get(reverse("journal-entries"), {"q": "nobody"}).content.decode()


def test_an_empty_journal_says_so(desk):
    assert "The journal has no entries yet." in desk.get(reverse("journal-entries")).content.decode()


def test_pages_turn_by_number_and_keep_what_was_asked_for(desk, monkeypatch):
    monkeypatch.setattr(reading, "ON_A_PAGE", 2)
    one, other = world.person("one"), world.person("other")
    for number in range(10):
        did("person.closed", one, by=one if number % 2 else other, at=AT)
    address, seen = f"{reverse('journal-entries')}?q=one", []
    while address:
        page = desk.get(address).content.decode()
        seen.append([int(seq) for seq in re.findall(r"/journal/entries/(\d+)/", page)])
        links = dict(reversed(found) for found in re.findall(r'href="([^"]*)" rel="(\w+)"', page))
        assert all("q=one" in link for link in links.values())
        address = reverse("journal-entries") + links["next"].replace("&amp;", "&") if "next" in links else ""
    assert seen == [[10, 8], [6, 4], [2]]
    assert numbers(desk, q="one", after="4") == [8, 6]
    assert numbers(desk, q="one", after="8") == [10]
    assert numbers(desk, q="one", before="-1") == numbers(desk, q="one", before="9" * 30) == [10, 8]


def test_a_row_says_who_in_which_role_did_what_to_what_when(desk):
    brigitte = world.person("brigitte", Role.SECRETARIAT, on=AT)
    brigitte.memberships.update(ended_at=AT + timedelta(hours=1))
    bob = world.person("bob")
    did("person.closed", bob, by=brigitte, at=AT)
    did("person.reopened", bob, by=brigitte, at=AT + timedelta(hours=2))
    page = desk.get(reverse("journal-entries")).content.decode()
    later, first = (re.sub(r"<[^>]*>|\s+", " ", row) for row in page.split('<li class="sdg-entry">')[1:])
    for words in ("Account closed", "Brigitte", "Secretariat", "Person: Bob", "21 November 2026 at 12:30 (UTC)"):
        assert words in re.sub(r"\s+", " ", first), words
    assert "Account opened again" in later
    assert "Secretariat" not in later  # the role had ended by then


def test_a_list_asks_the_database_as_often_for_three_rows_as_for_one(desk):
    people = [world.person(f"person{number}", Role.HUB_STAFF) for number in range(4)]

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse("journal-entries")).status_code == 200
        return len(queries)

    did("person.closed", people[0], by=people[1], at=AT, application="SDGC-1")
    one = asked()
    for number in (1, 2):
        did("person.closed", people[number], by=people[number + 1], at=AT, application=f"SDGC-{number}")
    assert asked() == one


def test_the_page_is_read_from_the_key_however_far_back_it_is(desk):
    someone = world.person("someone")
    did("person.closed", someone, by=someone, at=AT)
    with CaptureQueriesContext(connection) as queries:
        desk.get(reverse("journal-entries"), {"before": 1_000_000})
    assert not [query["sql"] for query in queries if " OFFSET " in query["sql"]]


# --- one entry


def test_an_entry_says_how_its_digest_is_taken_and_the_shell_takes_the_same(desk):
    someone = world.person("someone")
    awkward = "it's 100% \\0 $HOME `ls` «é»"
    did("person.closed", someone, by=someone, at=AT, awkward=awkward)
    did("person.reopened", someone, by=None, at=AT)
    for entry in Entry.objects.order_by("seq"):
        response = desk.get(reverse("journal-entry", args=[entry.seq]))
        for shell in ("sh", "bash"):
            told = subprocess.run(
                [shell, "-c", response.context["command"]], capture_output=True, text=True, check=True
            )
            assert told.stdout.split()[0] == entry.digest
        page = response.content.decode()
        assert entry.digest in page
        assert entry.previous in page
        assert canonical.load(response.context["text"])["seq"] == entry.seq


def test_an_entry_leads_to_its_neighbours(desk):
    someone = world.person("someone")
    for _ in range(3):
        did("person.closed", someone, by=someone, at=AT)
    around = {seq: desk.get(reverse("journal-entry", args=[seq])).content.decode() for seq in (1, 2, 3)}
    led = {seq: set(re.findall(r'/journal/entries/(\d+)/" rel', page)) for seq, page in around.items()}
    assert led == {1: {"2"}, 2: {"1", "3"}, 3: {"2"}}
    for nowhere in (0, 4, 2**63):
        assert desk.get(reverse("journal-entry", args=[nowhere])).status_code == 404


# --- taken out


def test_the_lines_are_the_whole_journal_as_it_is_proved_whatever_is_asked_for(desk):
    someone = world.person("someone")
    for number in range(5):
        did("person.closed", someone, by=someone, at=AT + timedelta(seconds=number), word="é")
    response, text = taken(desk, "lines", q="nobody", act="token.made")
    assert text.splitlines() == [text for *_before, text in proving.rows()][:5]
    assert verify_journal.check_lines(io.StringIO(text), {}) == (5, None)
    assert response["Content-Disposition"] == 'attachment; filename="journal-5.jsonl"'
    assert response["Cache-Control"] == "private, no-store"


def test_a_sheet_holds_what_is_asked_for_and_no_formula(desk):
    crook = world.person("crook")
    User.objects.filter(pk=crook.pk).update(name="=HYPERLINK(1)", name_key="=hyperlink(1)")
    did("person.closed", crook, by=crook, at=AT)
    did("person.reopened", crook, by=world.person("other"), at=AT)
    _response, text = taken(desk, "csv", q="=hyper")
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert head[:4] == ["Number", "When (UTC)", "What was done", "Act"]
    assert [row[:5] for row in rows] == [
        ["1", "2026-11-21T12:30:00+00:00", "Account closed", "person.closed", "'=HYPERLINK(1)"]
    ]


def test_what_is_taken_out_is_an_entry_before_the_first_row_leaves(desk, auditor):
    someone = world.person("someone")
    did("person.closed", someone, by=someone, at=AT)
    response = desk.post(
        reverse("journal-export"), {"form": "csv", "q": "someone", "act": "person.closed", "views": ""}
    )
    entry = Entry.objects.get(act="journal.exported")
    assert (entry.seq, entry.object, entry.actor) == (2, "sdgcities.entry:1", auditor.pk)
    body = canonical.load(entry.body)
    assert body == {"form": "csv", "last": 1, "act": "person.closed", "q": "given"}
    text = b"".join(response.streaming_content).decode()
    assert "journal.exported" not in text


def test_an_empty_journal_can_be_taken_out_too(desk):
    assert taken(desk, "lines")[1] == ""
    assert Entry.objects.get().object == "sdgcities.entry:0"


def test_a_form_that_nobody_offers_takes_nothing_out(desk):
    for told in ({}, {"form": "xml"}, {"form": "csv", "since": "no day"}):
        assert desk.post(reverse("journal-export"), told).status_code == 404
    assert desk.get(reverse("journal-export")).status_code == 405
    assert not Entry.objects.exists()


def test_a_large_journal_goes_out_piece_by_piece(desk, monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", 2)
    someone = world.person("someone")
    for _ in range(5):
        did("person.closed", someone, by=someone, at=AT)
    assert [piece.count("\n") for piece in reading.lines(5)] == [2, 2, 1]
    assert [len(some) for some in reading.pieces(Entry.objects.all(), 4)] == [2, 2]
    assert taken(desk, "csv")[1].count("\r\n") == 6


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "  =1"])
def test_no_cell_is_a_formula(text):
    assert sheets.cell(text) == f"'{text}"


def test_numbers_stay_numbers_and_words_words():
    assert [sheets.cell(value) for value in (-1, "a=b", "", None)] == [-1, "a=b", "", ""]


def test_an_export_asked_for_through_an_old_session_is_nothing(desk, auditor):
    auditor.memberships.update(ended_at=timezone.now())
    assert desk.post(reverse("journal-export"), {"form": "lines"}).status_code == 404
    assert not Entry.objects.exists()


def test_a_file_of_the_shelf_is_named_only_once_it_was_handed_in(desk):
    w = factories.world()
    version = factories.on_shelf(w.city, w.editor, title="Secret plan")
    shelving.note_view(version, by=w.editor, at=AT)
    assert "Secret plan" not in desk.get(reverse("journal-entries")).content.decode()
    shelving.freeze([version], by=w.editor, at=AT)
    assert "Secret plan" in desk.get(reverse("journal-entries")).content.decode()
