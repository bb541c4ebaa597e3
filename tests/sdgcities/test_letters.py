"""Promises of invitations that are written again, withdrawn, doubled or sent to oneself."""

from datetime import timedelta

import pytest
from django.core import mail

from sdgcities import journal, roles
from sdgcities.actions import people
from sdgcities.errors import Refused
from sdgcities.models import Invitation, Mail, Membership, Role
from tests.sdgcities import people_world as world
from tests.sdgcities.people_world import AT, LATER, PASSWORD

pytestmark = pytest.mark.django_db


def invited(email="new@example.org", role=Role.AUDITOR, **more):
    by = more.pop("by", None) or world.secretary()
    return people.invite(email, role, by=by, at=AT, **more), by


def test_a_letter_written_again_opens_for_fourteen_days_more_and_the_old_one_opens_nothing(work):
    (old, by), later = invited(), AT + timedelta(days=20)
    new = people.resend(old.invitation, by=by, at=later)
    assert new.invitation.expires_at == later + people.OPEN_FOR
    with pytest.raises(Refused, match="not known"):
        people.accept(old.token, name="New", password=PASSWORD, at=later)
    work()
    assert [new.token in letter.body for letter in mail.outbox] == [False, True]
    user = people.accept(new.token, name="New", password=PASSWORD, at=later)
    assert roles.holds(user, Role.AUDITOR, at=later)
    assert [entry.act for entry in journal.of(old.invitation)] == [
        "person.invited",
        "person.invited_again",
        "person.accepted",
    ]


def test_a_withdrawn_letter_opens_nothing_and_is_not_withdrawn_twice():
    offer, by = invited()
    people.cancel(offer.invitation, by=by, at=LATER)
    with pytest.raises(Refused, match="withdrawn"):
        people.accept(offer.token, name="New", password=PASSWORD, at=LATER)
    for again in (people.cancel, people.resend):
        with pytest.raises(Refused, match="already"):
            again(offer.invitation, by=by, at=LATER)
    assert [entry.act for entry in journal.of(offer.invitation)] == ["person.invited", "person.invitation_withdrawn"]


def test_an_accepted_letter_is_neither_written_again_nor_withdrawn():
    offer, by = invited()
    people.accept(offer.token, name="New", password=PASSWORD, at=LATER)
    for verb in (people.cancel, people.resend):
        with pytest.raises(Refused, match="accepted"):
            verb(offer.invitation, by=by, at=LATER)
    assert Mail.objects.count() == 1


@pytest.mark.parametrize("verb", [people.cancel, people.resend])
def test_who_could_not_have_invited_changes_no_letter(verb):
    kisumu, nakuru = world.city(), world.city("Nakuru")
    offer, _by = invited(role=Role.CITY_EDITOR, city=kisumu)
    before = list(Invitation.objects.values())
    stranger = world.person("d", Role.CITY_DELEGATE, city=nakuru)
    for one in (stranger, world.person("a", Role.AUDITOR), world.person("nobody")):
        with pytest.raises(Refused, match="may not"):
            verb(offer.invitation, by=one, at=LATER)
    assert list(Invitation.objects.values()) == before
    assert Mail.objects.count() == 1


def test_a_delegate_withdraws_what_the_secretariat_offered_to_an_editor_of_the_city():
    kisumu = world.city()
    offer, _by = invited(role=Role.CITY_EDITOR, city=kisumu)
    people.cancel(offer.invitation, by=world.person("d", Role.CITY_DELEGATE, city=kisumu), at=LATER)
    offer.invitation.refresh_from_db()
    assert offer.invitation.cancelled_at == LATER


def test_one_role_is_offered_once_to_an_address():
    _offer, by = invited()
    with pytest.raises(Refused, match="open at this address"):
        people.invite("NEW@example.org ", Role.AUDITOR, by=by, at=LATER)
    people.invite("new@example.org", Role.FILE_CHECKER, by=by, at=LATER)
    people.invite("new@example.org", Role.AUDITOR, by=by, at=AT + timedelta(days=15))
    assert Invitation.objects.count() == 3


@pytest.mark.parametrize("role", [Role.FILE_CHECKER, Role.AUDITOR, Role.ADMINISTRATOR, Role.SECRETARIAT, ""])
def test_nobody_invites_themselves(role):
    for by in (world.administrator(), world.secretary()):
        with pytest.raises(Refused):
            people.invite(by.email.upper(), role, by=by, at=AT)
    assert not Invitation.objects.exists()


def test_the_languages_told_in_the_invitation_are_those_of_the_new_account():
    offer, _by = invited(working_languages=["sw", "en"], language="fr")
    user = people.accept(offer.token, name="New", password=PASSWORD, at=LATER)
    assert (user.working_languages, user.language) == (["en", "sw"], "fr")


def test_but_they_change_nothing_for_who_has_an_account():
    known = world.person("known")
    offer, _by = invited("known@example.org", working_languages=["sw"])
    people.accept(offer.token, by=known, at=LATER)
    known.refresh_from_db()
    assert known.working_languages == []


@pytest.mark.parametrize("role", [Role.ORGANISATION_MEMBER, Role.ORGANISATION_MANAGER, Role.CITY_EDITOR])
def test_a_role_is_not_offered_without_what_it_is_held_in(role):
    with pytest.raises(Refused, match="Say which"):
        invited(role=role)


def test_a_city_s_second_delegate_is_refused_and_the_first_hands_over():
    kisumu = world.city()
    by = world.secretary()
    first, second = (
        people.invite(f"{name}@example.org", Role.CITY_DELEGATE, city=kisumu, by=by, at=AT) for name in ("a", "b")
    )
    people.accept(first.token, name="First", password=PASSWORD, at=LATER)
    with pytest.raises(Refused) as refusal:
        people.accept(second.token, name="Second", password=PASSWORD, at=LATER)
    assert refusal.value.rule == "R-C1"
    assert Membership.objects.get(role=Role.CITY_DELEGATE).user.name == "First"


@pytest.mark.parametrize("watch", [Role.AUDITOR, Role.FILE_CHECKER])
@pytest.mark.parametrize("house", [Role.SECRETARIAT, Role.ADMINISTRATOR])
def test_who_checks_the_house_is_not_of_the_house(watch, house):
    root = world.administrator("root")
    for had, offered in ((watch, house), (house, watch)):
        one = world.person(f"{had}-{offered}".replace("_", ""), had)
        offer = people.invite(one.email, offered, by=root, at=AT)
        with pytest.raises(Refused) as refusal:
            people.accept(offer.token, by=one, at=LATER)
        assert refusal.value.rule == "R-B10"
        assert not roles.holds(one, offered, at=LATER)
