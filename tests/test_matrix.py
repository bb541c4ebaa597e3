"""Who reaches what: every address with every role, against one table; what is hidden is hidden in every byte."""

import re
from collections import defaultdict
from contextlib import ExitStack
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client, override_settings
from django.urls import get_resolver, reverse

from sdgcities import jobs
from sdgcities.models import Entry, Mail
from tests import canaries as words
from tests.canaries import found_in
from tests.matrix_api import OUTSIDE, api_refuses
from tests.matrix_table import (
    NOBODY,
    ONLY_READ,
    OTHER,
    OWN,
    POSTED,
    SIGNED,
    SIGNED_IN,
    TABLE,
    TOLD_THEN,
    WAS,
    WORDS,
    certificate,
)
from tests.matrix_walk import Writes, addresses, answered, filled, plain, prints, signed_in
from tests.matrix_world import build, printed
from tracks.models import Evidence

# Each test is undone; without this mark no test database is made, and `house` would build in the installation's own.
# And one process of a parallel run has them all: their world and their walk are made once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("matrix")]


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker, tmp_path_factory):
    """The world, once for this file, in a transaction that is undone."""
    media = tmp_path_factory.mktemp("media")
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with ExitStack() as stack:
        stack.enter_context(override_settings(MEDIA_ROOT=media, PASSWORD_HASHERS=hashers, DEMONSTRATION=False))
        stack.enter_context(django_db_blocker.unblock())
        whole = transaction.atomic()
        whole._from_testcase = True  # verbs may begin their own inside it
        stack.enter_context(whole)
        built = build()
        printed(built)
        built.media = media
        built.clients = {name: signed_in(person) for name, person in built.roles.items()}
        built.cookies = {name: dict(client.cookies) for name, client in built.clients.items()}
        yield built
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def walk(house):
    """Every address that can be read, as every role: {(name, place, role): (status, bytes)}; and what it changed."""
    before, journal = prints(), Entry.objects.count()
    seen = {}
    for name, rows in TABLE.items():
        for place, (about, _readers) in enumerate(rows):
            address = reverse(name, kwargs=about(house))
            for role, client in house.clients.items():
                seen[name, place, role] = answered(client.get(address))
    acts = set(Entry.objects.order_by("seq").values_list("act", flat=True)[journal:])
    after = prints()
    changed = sorted(label for label, was in before.items() if was != after[label])
    return SimpleNamespace(seen=seen, changed=changed, acts=acts)


@pytest.fixture(autouse=True)
def _as_it_was(_world_of_its_own, house, settings):
    """Its files, and everyone signed in as at first: what the test before did is undone, their sessions too."""
    settings.MEDIA_ROOT = house.media
    for name, cookies in house.cookies.items():
        house.clients[name] = Client()
        house.clients[name].cookies.load(cookies)


# Who is led to declare first, and so learns that there is a case, which they judge or decide (R-B3).
DECLARES = {(name, "undeclared") for name in ("panel-case", "checker-case", "case-timeline")}
DECLARES |= {("case-timeline", "alternate")}

# --- the promises


def test_every_address_has_its_row():
    names = set(addresses(get_resolver().url_patterns))
    assert names - set(TABLE) - set(POSTED) == set(), "addresses without a row"
    assert (set(TABLE) | set(POSTED)) - names == set(), "rows without an address"
    assert "None" not in names, "an address without a name"


def test_each_role_reads_what_the_table_says_and_nothing_else(walk):
    wrong = []
    for (name, place, role), (status, _body) in walk.seen.items():
        readers = TABLE[name][place][1]
        if (role in readers) != (status == 200):
            wrong.append(f"{name}[{place}] as {role}: {status}")
    assert not wrong, "\n".join(wrong)


def test_who_may_not_read_learns_nothing_not_even_that_it_exists(walk):
    wrong = []
    for (name, place, role), (status, body) in walk.seen.items():
        if role in TABLE[name][place][1]:
            continue
        signs_in = role in OUTSIDE and status == 302 and body.startswith(b"/accounts/login/")
        declares = (name, role) in DECLARES and status == 302
        if name.startswith("api-"):
            signs_in, declares = api_refuses(name, role, status, body)
        if not (signs_in or declares or (status == 404 and role not in OUTSIDE)):
            wrong.append(f"{name}[{place}] as {role}: {status}")
    assert not wrong, "\n".join(wrong)


def seen(response):
    """What a page shows but for its one-time token and the address that was asked for."""
    return re.sub(r"SDGC-2026-\d{5}", "", plain(response.content).decode())


def test_a_page_that_is_hidden_looks_like_one_that_is_not_there(house):
    for role in ("stranger", "other", "superuser"):
        client = house.clients[role]
        hidden = client.get(reverse("city-case", args=[house.review.reference]))
        absent = client.get(reverse("city-case", args=["SDGC-2026-99999"]))
        assert (hidden.status_code, seen(hidden)) == (absent.status_code, seen(absent))


def test_a_superuser_without_a_part_is_a_stranger(walk):
    for (name, place, role), (status, _body) in walk.seen.items():
        if role == "superuser":
            assert status == walk.seen[name, place, "stranger"][0], name


def test_lists_show_what_their_readers_can_open(house, walk):
    cases = {one.reference.encode(): which for which in ("review", "late", "draft") for one in [getattr(house, which)]}
    places = {"review": 0, "late": 1, "draft": 2}
    for role in house.roles:
        status, desk = walk.seen["desk", 0, role]
        shown = {which for reference, which in cases.items() if reference in desk} if status == 200 else set()
        opens = {
            which
            for which, place in places.items()
            for name in ("city-case", "secretariat-case", "panel-case", "checker-case")
            if place < len(TABLE[name]) and walk.seen[name, place, role][0] in {200, 302} and role not in OUTSIDE
        }
        assert shown <= opens, role
        if role in OWN | OTHER:
            assert shown == opens, role
    queue = walk.seen["secretariat-queue", 0, "secretary"][1]
    listed = {which for reference, which in cases.items() if reference in queue}
    assert listed == {w for w, place in places.items() if walk.seen["secretariat-case", place, "secretary"][0] == 200}


def test_the_shelf_shows_the_citys_own_pieces(house, walk):
    for place, mine in ((0, house.late.city), (1, house.draft.city)):
        for role in house.roles:
            status, body = walk.seen["shelf-show", place, role]
            shown = {one.pk for one in Evidence.objects.all() if str(one.pk).encode() in body}
            assert shown == ({one.pk for one in Evidence.objects.filter(city=mine)} if status == 200 else set())


def test_the_register_lists_what_opens(house, walk):
    for role in house.roles:
        body = walk.seen["register", 0, role][1]
        assert certificate(house)["reference"].encode() in body
        assert walk.seen["register-certificate", 0, role][0] == 200
        for which in ("review", "draft"):
            assert getattr(house, which).reference.encode() not in body


@pytest.fixture(scope="module")
def read(walk):
    """Where each role read each word: {(word, role): addresses}; bytes that many were given are searched once."""
    bodies, found = {}, defaultdict(list)
    for (name, place, role), (_status, body) in walk.seen.items():
        if body not in bodies:
            bodies[body] = found_in(body, WORDS)
        for word in bodies[body] - {word for address, word in SIGNED if address == name}:
            found[word, role].append(f"{name}[{place}]")
    return found


@pytest.mark.parametrize(("word", "readers"), WORDS.items())
def test_what_a_role_may_not_see_is_in_no_byte_sent_to_it(house, read, word, readers):
    leaks = {role: read[word, role] for role in house.roles if role not in readers and (word, role) in read}
    assert leaks == {}
    assert {role for role in readers if (word, role) not in read} == set(), "who may read it finds it nowhere"


def test_words_stand_on_every_kind_of_paper(walk):
    """Else the test above would have read no PDF."""
    for name, place, role, planted in PAPERS:
        status, body = walk.seen[name, place, role]
        assert (status, body[:5]) == (200, b"%PDF-")
        assert found_in(body, planted) == planted, name


def test_no_letter_tells_its_reader_what_they_may_not_see(house):
    roles = {person.email: role for role, person in house.roles.items() if person is not None}
    jobs.work_until_empty()
    assert len(mail.outbox) == Mail.objects.count() > 20
    leaks, told = [], set()
    for letter in mail.outbox:
        (address,) = letter.to
        role = roles.get(address)
        named = found_in(f"{letter.subject}\n{letter.body}".encode(), WORDS)
        told |= named
        readers = {word: WORDS[word] | TOLD_THEN.get(word, NOBODY) for word in named}
        leaks += [(letter.subject, role, word) for word in named if WAS.get(role, role) not in readers[word]]
    assert leaks == []
    assert told >= {words.ASKED, words.LEAD}, "the letters name nothing"


def test_who_has_no_account_any_more_is_shown_what_anyone_is(walk):
    for (name, place, role), (status, body) in walk.seen.items():
        if role == "inactive":
            known = walk.seen[name, place, "anonymous"]
            assert (status, plain(body)) == (known[0], plain(known[1])), name


def test_reading_changes_nothing_and_only_views_of_evidence_are_noted(walk):
    assert walk.changed == []
    assert walk.acts <= {"evidence.viewed"}


# --- what is posted


@pytest.fixture(scope="module")
def ready(house):
    """Filled forms, each as a person who may read its page finds them: {(name, place): body}."""
    found = {}
    for name, rows in TABLE.items():
        for place, (about, readers) in enumerate(rows):
            role = next((one for one in house.clients if one in readers and one not in ONLY_READ.get(name, ())), None)
            role = role or next((one for one in house.clients if one in readers), None)
            if role is None:
                continue
            response = house.clients[role].get(reverse(name, kwargs=about(house)))
            answered(response)  # read to its end: a file is closed again
            context = response.context
            if context is not None:
                found[name, place] = filled(context.get("choose") or context.get("form"))
    return found


def test_who_may_not_act_changes_nothing(house, ready):
    targets = [
        (name, about(house), readers - ONLY_READ.get(name, NOBODY), ready.get((name, place), {"confirmed": "on"}))
        for name, rows in TABLE.items()
        if name != "people-accept"  # the letter itself is the right
        for place, (about, readers) in enumerate(rows)
    ]
    plain = {"confirmed": "on", "language": "en", "criterion": "A1", "result": "not_met", "reasons": "Words."}
    targets += [(name, about(house), actors, plain) for name, (about, actors) in POSTED.items()]
    before, wrong = prints(), []
    journal = Entry.objects.count()
    for name, kwargs, actors, body in targets:
        statuses, address = {}, reverse(name, kwargs=kwargs)
        with Writes() as writes:
            for role in house.roles:
                if role not in actors:
                    statuses[role] = answered(house.clients[role].post(address, body))[0]
        if writes.heard and (prints() != before or Entry.objects.count() != journal):
            wrong.append(f"{name}: changed by one of {sorted(statuses)}")
            before, journal = prints(), Entry.objects.count()
        wrong += [f"{name} as {role}: {status}" for role, status in statuses.items() if status >= 500 or status == 403]
    assert not wrong, "\n".join(wrong)


def test_the_same_bodies_change_something_in_the_right_hands(house, ready):
    """Else the test above would prove nothing."""
    worked = set()
    for (name, place), body in ready.items():
        if name not in WORKED - worked:
            continue
        about, readers = TABLE[name][place]
        for role in sorted(readers - ONLY_READ.get(name, NOBODY) - OUTSIDE):
            mark = transaction.savepoint()
            before = Entry.objects.count()
            house.clients[role].post(reverse(name, kwargs=about(house)), body)
            changed = Entry.objects.count() > before
            transaction.savepoint_rollback(mark)
            house.clients[role] = signed_in(house.roles[role])
            if changed:
                worked.add(name)
                break
    assert worked >= WORKED, worked


WORKED = {
    "city-scope",
    "city-answer",
    "city-start",
    "city-mandate",
    "city-retract",
    "account-change",
    "organisations-change",
    "organisations-create",
    "people-change",
    "people-describe",
    "people-end",
    "people-invite",
    "people-hand-over",
    "lead-ask",
    "panel-declare",
    "panel-recuse",
    "panel-finding",
    "committee-plan",
    "committee-end-seat",
    "secretariat-rule-on-objection",
    "secretariat-add-evaluator",
    "secretariat-assign-file-checker",
}


PAPERS = [
    ("city-receipt-pdf", 1, "delegate", {words.DELEGATE, words.SHELVED}),
    ("report-pdf", 0, "chair", {words.SHELVED, words.SOURCED}),
    ("report-draft-pdf", 0, "editor", {words.SHELVED, words.SOURCED}),
    ("decision-letter", 0, "delegate", {"firstcity"}),
    ("register-pdf", 0, "anonymous", {"cityoflosangeles"}),
]


def test_a_form_without_its_token_is_refused(house):
    client = Client(enforce_csrf_checks=True)
    client.force_login(house.w.editor, backend="django.contrib.auth.backends.ModelBackend")
    before = prints()
    assert client.post(reverse("city-retract", args=[house.review.reference]), {"reason": "x"}).status_code == 403
    assert prints() == before


def test_an_address_of_nothing_is_not_there(house):
    for name in ("panel-finding", "panel-file", "city-clarify", "secretariat-rule-on-objection", "people-end"):
        for role in SIGNED_IN:
            assert house.clients[role].get(reverse(name, kwargs={"pk": uuid4()})).status_code == 404, (name, role)
