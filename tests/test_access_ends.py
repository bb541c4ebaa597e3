"""Access ends with the assignment (R-H4): in a browser that stays signed in and for a token, on the very next request."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certification.actions import convening, joining, reviewing
from certification.models import Part, Seat
from sdgcities import roles
from sdgcities.actions import parts, people, tokens
from sdgcities.models import Role, User
from tests import matrix_world
from tests.certification import deciding_world, factories
from tests.matrix_api import API_TABLE
from tests.matrix_table import TABLE
from tests.matrix_walk import answered, signed_in

pytestmark = pytest.mark.django_db
DOWNLOADS = {
    "shelf-download",
    "panel-evidence",
    "secretariat-evidence",
    "report-pdf",
    "report-json",
    "report-draft-pdf",
    "decision-letter",
    "city-receipt-pdf",
    "api-report-document",
    "api-submission-document",
}
LISTS = ("desk", "panel-queue", "api-applications", "api-reports", "api-certificates")  # theirs, empty of what is not


# --- how an assignment ends


def role_ends(house, user, now):
    """Whoever gave a role ends it."""
    by = house.roles["administrator"]
    for held in roles.running(now).filter(user=user):
        people.end_membership(held, by=by if by.pk != user.pk else house.second, at=now)


def hands_over(house, user, now):
    """The delegate names a successor who has an account."""
    for held in roles.running(now).filter(user=user, role=Role.CITY_DELEGATE):
        people.hand_over(held, to=house.roles["stranger"], by=user, at=now)


def account_closes(house, user, now):
    by = house.roles["administrator"]
    parts.close(user, by=by if by.pk != user.pk else house.second, at=now)


def leaves(house, user, now):
    """The part in every case ends; the seat stays."""
    for part in Part.objects.filter(person=user, ended_at__isnull=True):
        joining.leave(part, because="left", by=house.w.secretary, at=now)


def stands_aside(house, user, now):
    reviewing.recuse(house.review, category="employment", by=user, at=now)


def term_ends(house, user, now):
    """The secretariat ends the seat: this day is its last, and then comes the next day."""
    for seat in user.seats.all():
        convening.end_seat(seat, by=house.w.secretary, at=now)
    assert user.seats.update(ends_on=(now - timedelta(days=1)).date())


WAYS = [
    ("delegate", hands_over),
    ("delegate", role_ends),
    ("delegate", account_closes),
    ("editor", role_ends),
    ("editor", account_closes),
    ("other", role_ends),
    ("lead", leaves),
    ("lead", term_ends),
    ("lead", account_closes),
    ("evaluator", leaves),
    ("evaluator", stands_aside),
    ("evaluator", term_ends),
    ("second", account_closes),
    ("chair", term_ends),
    ("member", term_ends),
    ("secretary", role_ends),
    ("secretary", account_closes),
    ("administrator", role_ends),
    ("auditor", role_ends),
    ("manager", role_ends),
]


@pytest.fixture
def house():
    found = matrix_world.build()
    found.second = factories.person("Second administrator")
    factories.membership(found.second, Role.ADMINISTRATOR)
    matrix_world.printed(found)
    return found


def opened(house, role):
    """The addresses that ROLE reads by an assignment, not as anybody who has signed in: of pages, and for programs."""
    pages, programs = {}, {}
    for table in (TABLE, API_TABLE):
        for name, rows in table.items():
            for about, readers in rows:
                if role in readers and "stranger" not in readers and not name.startswith("tokens-"):
                    place = programs if name.startswith("api-") else pages
                    place[reverse(name, kwargs=about(house))] = name
    return pages, programs


def asked(client, addresses, **headers):
    found = {}
    for address in addresses:
        cache.clear()  # a token that opens nothing any more is soon told to wait: no answer that proves anything
        found[address] = answered(client.get(address, **headers))
    return found


def is_shut(status, body):
    return status in {404, 401} or (status == 302 and b"/accounts/login/" in body)


def test_access_ends_on_the_next_request_however_the_assignment_ends(house):
    wrong, downloaded = [], set()
    references = [house.review.reference.encode(), house.late.reference.encode(), house.draft.reference.encode()]
    for role, ends in WAYS:
        mark = transaction.savepoint()
        user, now, told = User.objects.get(pk=house.roles[role].pk), timezone.now(), f"{role}, {ends.__name__}"
        browser, program = signed_in(user), Client()
        secret = {"HTTP_AUTHORIZATION": f"Bearer {tokens.make(user, name='x', days=30, by=user, at=now).secret}"}
        pages, programs = opened(house, role)
        before = asked(browser, pages) | asked(program, programs, **secret)
        read = {address for address, (status, _body) in before.items() if status == 200}
        assert read, told
        downloaded |= {(pages | programs)[address] for address in read} & DOWNLOADS
        ends(house, user, now - timedelta(seconds=1))
        after = asked(browser, read & set(pages)) | asked(program, read & set(programs), **secret)
        wrong += [f"{told}: {one} {after[one][0]}" for one in sorted(read) if not is_shut(*after[one])]
        for name in LISTS:
            cache.clear()
            client, more = (program, secret) if name.startswith("api-") else (browser, {})
            _status, body = answered(client.get(reverse(name), **more))
            wrong += [f"{told}: {name} still names {one.decode()}" for one in references if one in body]
        transaction.savepoint_rollback(mark)
    assert not wrong, "\n".join(wrong)
    assert downloaded == DOWNLOADS  # files are among what was read before


def test_who_is_of_a_hub_or_an_organisation_reads_nothing_by_that():
    """So that nothing is left to end; who gives them a page adds them to the ways above."""
    for role in ("hub", "colleague"):
        rows = [
            (name, readers) for table in (TABLE, API_TABLE) for name, some in table.items() for _at, readers in some
        ]
        assert [name for name, readers in rows if role in readers and "stranger" not in readers] == [], role


@pytest.mark.parametrize("way", ["the role", "the part", "the account"])
def test_the_file_checker_s_access_ends_on_the_next_request(way):
    w = deciding_world.checked()
    browser, now = signed_in(w.checker), timezone.now()
    address = reverse("checker-case", args=[w.application.reference])
    reviewing.declare(w.application, conflict=False, by=w.checker, at=w.at)
    assert browser.get(address).status_code == 200
    if way == "the role":
        people.end_membership(w.checker.memberships.get(), by=w.secretary, at=now)
    elif way == "the part":
        joining.leave(w.application.parts.get(person=w.checker), because="left", by=w.secretary, at=now)
    else:
        parts.close(w.checker, by=w.secretary, at=now)
    assert is_shut(*answered(browser.get(address)))


def test_a_seat_given_up_with_the_account_opens_nothing_on_its_last_day(house):
    chair, now = house.roles["chair"], timezone.now()
    browser = signed_in(chair)
    address = reverse("committee-meeting", args=[house.w.meeting.reference])
    assert browser.get(address).status_code == 200
    parts.close(chair, by=house.w.secretary, at=now)
    assert Seat.objects.get(person=chair).ends_on >= now.date()
    assert is_shut(*answered(browser.get(address)))
