"""Promises of parts: one is changed for another in one act, ends at once, is handed over; and nobody raises their own."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sdgcities import canonical, journal, roles
from sdgcities.actions import parts, people, tokens
from sdgcities.errors import Refused
from sdgcities.models import Entry, Invitation, Membership, Role, Token, User
from tests.sdgcities import people_world as world
from tests.sdgcities.people_world import AT, LATER, PASSWORD

pytestmark = pytest.mark.django_db


def test_a_part_is_changed_for_another_in_one_act():
    hub = world.organisation("Hub", "hub")
    one, by = world.person("one", Role.AUDITOR), world.secretary()
    begun = parts.change(world.part_of(one), role=Role.HUB_STAFF, organisation=hub, by=by, at=LATER)
    assert not roles.holds(one, Role.AUDITOR, at=LATER)
    assert roles.holds(one, Role.HUB_STAFF, at=LATER)
    assert (begun.user, begun.organisation) == (one, hub)
    acts = Entry.objects.filter(actor=by.pk).order_by("seq").values_list("act", flat=True)
    assert list(acts) == ["membership.ended", "membership.begun"]
    assert canonical.load(journal.of(begun).get().body)["organisation"] == str(hub.pk)


def test_a_change_that_is_refused_ends_nothing():
    one, by = world.person("one", Role.AUDITOR), world.secretary()
    for told in (
        {"role": Role.ADMINISTRATOR},  # not the secretariat's to give
        {"role": Role.AUDITOR},  # what they hold
        {"role": Role.CITY_EDITOR},  # of no city
        {"role": Role.CITY_DELEGATE, "city": world.city()},  # handed over, never given this way
    ):
        with pytest.raises(Refused):
            parts.change(world.part_of(one), **told, by=by, at=LATER)
    assert roles.holds(one, Role.AUDITOR, at=LATER)
    assert Membership.objects.filter(user=one).count() == 1


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.ADMINISTRATOR])
def test_nobody_changes_their_own_part(role):
    world.administrator("other")
    one = world.person("one", role)
    with pytest.raises(Refused) as refusal:
        parts.change(world.part_of(one), role=Role.FILE_CHECKER, by=one, at=LATER)
    assert refusal.value.rule == "R-B10"


def test_strangers_delegates_and_superusers_change_nobody_s_part():
    kisumu, nakuru = world.city(), world.city("Nakuru")
    editor = world.person("editor", Role.CITY_EDITOR, city=kisumu)
    root = User.objects.create_superuser("root@example.org", "x", name="Root")
    delegate = world.person("delegate", Role.CITY_DELEGATE, city=nakuru)
    for by in (root, delegate, world.person("auditor", Role.AUDITOR), world.person("nobody")):
        with pytest.raises(Refused):
            parts.change(world.part_of(editor), role=Role.CITY_EDITOR, city=nakuru, by=by, at=LATER)
    assert roles.holds(editor, Role.CITY_EDITOR, at=LATER, city=kisumu)


def test_access_ends_on_the_next_request_of_an_open_session():
    one, other = world.secretary("one"), world.administrator("other")
    client = Client()
    client.force_login(one, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("people-list")).status_code == 200
    people.end_membership(world.part_of(one), by=other, at=AT)
    assert client.get(reverse("people-list")).status_code == 404


def test_the_only_administrator_stays_until_there_is_another():
    first = world.administrator("first")
    with pytest.raises(Refused, match="only administrator"):
        people.end_membership(world.part_of(first), by=first, at=LATER)
    second = world.administrator("second")
    people.end_membership(world.part_of(first), by=first, at=LATER)
    assert not roles.holds(first, Role.ADMINISTRATOR, at=LATER)
    with pytest.raises(Refused, match="only administrator"):
        people.end_membership(world.part_of(second), by=second, at=LATER)


def test_a_closed_account_ends_its_parts_and_its_open_sessions_and_keeps_what_was_done():
    kisumu = world.city()
    editor = world.person("editor", Role.CITY_EDITOR, city=kisumu)
    client = Client()
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("desk")).status_code == 200
    by = world.secretary()
    parts.close(editor, by=by, at=LATER)
    assert client.get(reverse("desk")).status_code == 302
    again = Client()
    again.post(reverse("account_login"), {"login": editor.email, "password": PASSWORD})
    assert "_auth_user_id" not in again.session
    assert editor.memberships.get().ended_at == LATER
    parts.reopen(editor, by=by, at=LATER)
    assert User.objects.get(pk=editor.pk).is_active
    assert not roles.running(LATER).filter(user=editor).exists()
    acts = [entry.act for entry in journal.of(editor)]
    assert acts == ["person.closed", "person.reopened"]


def test_a_reopened_account_gets_back_neither_its_sessions_nor_its_tokens():
    editor, by = world.person("editor", Role.CITY_EDITOR, city=world.city()), world.secretary()
    client = Client()
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    token = tokens.make(editor, name="Hub", days=30, by=editor, at=AT).token
    over = tokens.make(editor, name="Over", days=30, by=editor, at=AT - timedelta(days=40)).token
    parts.close(editor, by=by, at=LATER)
    parts.reopen(editor, by=by, at=LATER)
    assert client.get(reverse("desk")).status_code == 302
    assert not Token.objects.running(LATER).filter(user=editor).exists()
    assert [(entry.act, entry.actor) for entry in journal.of(token)][1:] == [("token.revoked", by.pk)]
    assert [entry.act for entry in journal.of(over)] == ["token.made"]


def test_who_has_a_reopened_account_sets_a_new_password_by_a_letter(client, mailoutbox):
    editor, by = world.person("editor", Role.CITY_EDITOR, city=world.city()), world.secretary()
    parts.close(editor, by=by, at=AT)
    client.post(reverse("account_reset_password"), {"email": editor.email})
    assert "/key/" not in "".join(letter.body for letter in mailoutbox)
    parts.reopen(editor, by=by, at=LATER)
    client.post(reverse("account_login"), {"login": editor.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    client.post(reverse("account_reset_password"), {"email": editor.email})
    link = next(word for word in mailoutbox[-1].body.split() if "/key/" in word)
    form = client.get("/" + link.split("/", 3)[3], follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "another " + PASSWORD, "password2": "another " + PASSWORD})
    client.post(reverse("account_login"), {"login": editor.email, "password": "another " + PASSWORD})
    assert client.get(reverse("desk")).status_code == 200


def test_nobody_closes_their_own_account_nor_one_above_them():
    chief, by = world.administrator(), world.secretary()
    world.administrator("second")
    editor = world.person("editor", Role.CITY_EDITOR, city=world.city())
    refused = [(by, by), (chief, chief), (chief, by), (editor, editor), (by, editor)]
    refused += [(editor, world.person("delegate", Role.CITY_DELEGATE, city=world.city("Nakuru")))]
    for user, actor in refused:
        with pytest.raises(Refused):
            parts.close(user, by=actor, at=LATER)
    assert not User.objects.filter(is_active=False).exists()
    assert not Membership.objects.filter(ended_at__isnull=False).exists()


def test_a_new_mayor_s_delegate_takes_over_what_the_city_has_after_the_old_one_was_ended_at_once():
    kisumu, by = world.city(), world.secretary()
    old = world.person("old", Role.CITY_DELEGATE, city=kisumu)
    part = world.part_of(old)
    offer = people.hand_over(part, to="new@example.org", at_once=True, by=by, at=AT)
    assert not roles.holds(old, Role.CITY_DELEGATE, at=LATER, city=kisumu)
    new = people.accept(offer.token, name="New", password=PASSWORD, at=LATER)
    assert roles.holds(new, Role.CITY_DELEGATE, at=LATER, city=kisumu)
    assert world.part_of(new).succeeds == part


def test_the_delegate_does_not_leave_the_city_alone_before_the_next_accepts():
    kisumu = world.city()
    old = world.person("old", Role.CITY_DELEGATE, city=kisumu)
    with pytest.raises(Refused) as refusal:
        people.hand_over(world.part_of(old), to="new@example.org", at_once=True, by=old, at=AT)
    assert refusal.value.rule == "R-C1"
    assert roles.holds(old, Role.CITY_DELEGATE, at=LATER, city=kisumu)


def test_nobody_hands_a_city_to_themselves():
    kisumu, by = world.city(), world.secretary()
    part = world.part_of(world.person("old", Role.CITY_DELEGATE, city=kisumu))
    for to in (by, by.email.upper()):
        with pytest.raises(Refused) as refusal:
            people.hand_over(part, to=to, by=by, at=AT)
        assert refusal.value.rule == "R-C1"
    assert not roles.holds(by, Role.CITY_DELEGATE, at=LATER)


def test_what_a_delegate_offered_falls_when_the_house_ends_the_part():
    kisumu = world.city()
    old = world.person("old", Role.CITY_DELEGATE, city=kisumu)
    offer = people.hand_over(world.part_of(old), to="friend@example.org", by=old, at=AT)
    people.end_membership(world.part_of(old), by=world.secretary(), at=LATER)
    with pytest.raises(Refused, match="withdrawn"):
        people.accept(offer.token, name="Friend", password=PASSWORD, at=LATER)
    assert Invitation.objects.get().cancelled_at == LATER
    assert not roles.people_with(Role.CITY_DELEGATE, at=LATER, city=kisumu).exists()


def test_a_part_ends_once():
    editor, by = world.person("editor", Role.CITY_EDITOR, city=world.city()), world.secretary()
    part = world.part_of(editor)
    people.end_membership(part, by=by, at=AT)
    with pytest.raises(Refused) as refusal:
        people.end_membership(part, by=by, at=LATER)
    assert str(refusal.value) == "This role has ended already, so nothing is left to do."
    part.refresh_from_db()
    assert part.ended_at == AT
    assert [entry.act for entry in journal.of(part)] == ["membership.ended"]


def test_an_open_account_is_not_opened_again():
    editor = world.person("editor", Role.CITY_EDITOR, city=world.city())
    with pytest.raises(Refused) as refusal:
        parts.reopen(editor, by=world.secretary(), at=LATER)
    assert str(refusal.value) == "This account is open already, so nothing is left to do."
    assert not journal.of(editor).exists()
    assert world.part_of(editor).role == Role.CITY_EDITOR
