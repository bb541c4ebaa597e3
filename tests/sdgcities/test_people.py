"""Promises of invitations, memberships and handovers: who may, who may not, and what is kept of it."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from sdgcities import jobs, journal, roles
from sdgcities.actions import parts, people
from sdgcities.errors import Refused
from sdgcities.models import City, Country, Invitation, Mail, Membership, Role, User

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
PASSWORD = "correct horse battery staple"
pytestmark = pytest.mark.django_db


@pytest.fixture
def kisumu():
    country = Country.objects.create(iso3="KEN", iso2="KE", names={"en": "Kenya"})
    return City.objects.create(slug="kisumu", name="Kisumu", country=country)


@pytest.fixture
def nakuru(kisumu):
    return City.objects.create(slug="nakuru", name="Nakuru", country=kisumu.country)


def person(email, role="", city=None):
    user = User.objects.create_user(email, name=email.split("@")[0].title())
    if role:
        Membership.objects.create(user=user, role=role, city=city, starts_on=AT.date())
    return user


def test_the_first_administrator_is_invited_by_nobody_and_no_second_one():
    invited = people.invite("Root@Example.org", Role.ADMINISTRATOR, by=None, at=AT)
    root = people.accept(invited.token, name="Root", password=PASSWORD, at=AT)
    assert root.email == "root@example.org"
    assert roles.holds(root, Role.ADMINISTRATOR, at=AT)
    with pytest.raises(Refused):
        people.invite("second@example.org", Role.ADMINISTRATOR, by=None, at=AT)


@pytest.mark.parametrize("inviter", [Role.ADMINISTRATOR, Role.SECRETARIAT])
def test_the_house_invites_a_city_s_delegate(inviter, kisumu):
    invited = people.invite(
        "mayor@example.org", Role.CITY_DELEGATE, city=kisumu, by=person("s@example.org", inviter), at=AT
    )
    delegate = people.accept(invited.token, name="Mayor", password=PASSWORD, at=LATER)
    assert list(roles.cities_of(delegate, at=LATER)) == [kisumu]
    assert EmailAddress.objects.get(user=delegate).verified


def test_a_delegate_invites_editors_of_the_own_city_alone(kisumu, nakuru):
    delegate = person("d@example.org", Role.CITY_DELEGATE, kisumu)
    people.invite("e@example.org", Role.CITY_EDITOR, city=kisumu, by=delegate, at=AT)
    for role, city in [(Role.CITY_EDITOR, nakuru), (Role.CITY_DELEGATE, kisumu), (Role.AUDITOR, None), ("", None)]:
        with pytest.raises(Refused):
            people.invite("x@example.org", role, city=city, by=delegate, at=AT)
    assert Invitation.objects.count() == 1
    assert Mail.objects.count() == 1


@pytest.mark.parametrize("role", [Role.CITY_EDITOR, Role.AUDITOR, Role.HUB_STAFF, Role.FILE_CHECKER, ""])
def test_others_invite_nobody_and_superusers_neither(role, kisumu):
    city = kisumu if role == Role.CITY_EDITOR else None
    root = User.objects.create_superuser("root@example.org", "x", name="Root")
    for user in (person("p@example.org", role, city), root):
        with pytest.raises(Refused):
            people.invite("x@example.org", Role.CITY_EDITOR, city=kisumu, by=user, at=AT)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.ADMINISTRATOR])
def test_the_secretariat_does_not_invite_its_own(role):
    with pytest.raises(Refused):
        people.invite("x@example.org", role, by=person("s@example.org", Role.SECRETARIAT), at=AT)


def test_the_secret_is_in_the_letter_alone(kisumu):
    invited = people.invite(
        "m@example.org", Role.CITY_DELEGATE, city=kisumu, by=person("s@example.org", Role.SECRETARIAT), at=AT
    )
    assert invited.token not in str(Invitation.objects.values().get())
    jobs.work_until_empty()
    assert invited.token in mail.outbox[0].body
    assert "m@example.org" not in journal.of(invited.invitation).get().body


def test_an_invitation_is_claimed_once_and_only_while_it_is_open(kisumu):
    secretary = person("s@example.org", Role.SECRETARIAT)
    once = people.invite("a@example.org", by=secretary, at=AT)
    assert people.accept(once.token, name="A", password=PASSWORD, at=once.invitation.expires_at).name == "A"
    with pytest.raises(Refused, match="already"):
        people.accept(once.token, name="A", password=PASSWORD, at=LATER)
    late = people.invite("b@example.org", by=secretary, at=AT)
    with pytest.raises(Refused, match="no longer"):
        people.accept(late.token, name="B", password=PASSWORD, at=late.invitation.expires_at + timedelta(seconds=1))
    with pytest.raises(Refused, match="not known"):
        people.accept("guess", name="C", password=PASSWORD, at=LATER)
    assert not User.objects.filter(email="b@example.org").exists()


def test_a_weak_password_is_refused_and_nothing_changes():
    invited = people.invite("a@example.org", by=person("s@example.org", Role.SECRETARIAT), at=AT)
    with pytest.raises(Refused):
        people.accept(invited.token, name="A", password="12345", at=LATER)
    invited.invitation.refresh_from_db()
    assert invited.invitation.accepted_at is None
    assert not User.objects.filter(email="a@example.org").exists()


def test_who_has_an_account_accepts_signed_in_and_nobody_else_does(kisumu):
    known, other = person("k@example.org"), person("o@example.org")
    invited = people.invite(
        "k@example.org", Role.CITY_EDITOR, city=kisumu, by=person("s@example.org", Role.SECRETARIAT), at=AT
    )
    for by in (None, other):
        with pytest.raises(Refused):
            people.accept(invited.token, name="Thief", password=PASSWORD, by=by, at=LATER)
    assert people.accept(invited.token, by=known, at=LATER) == known
    assert roles.holds(known, Role.CITY_EDITOR, at=LATER, city=kisumu)


def test_an_ended_part_gives_nothing_from_that_instant(kisumu):
    editor = person("e@example.org", Role.CITY_EDITOR, kisumu)
    people.end_membership(editor.memberships.get(), by=person("s@example.org", Role.SECRETARIAT), at=LATER)
    assert roles.holds(editor, Role.CITY_EDITOR, at=AT, city=kisumu)
    assert not roles.holds(editor, Role.CITY_EDITOR, at=LATER, city=kisumu)
    assert not roles.cities_of(editor, at=LATER).exists()


def test_a_stranger_ends_nobody_s_part(kisumu, nakuru):
    editor = person("e@example.org", Role.CITY_EDITOR, kisumu)
    with pytest.raises(Refused):
        people.end_membership(
            editor.memberships.get(), by=person("d@example.org", Role.CITY_DELEGATE, nakuru), at=LATER
        )
    assert roles.holds(editor, Role.CITY_EDITOR, at=LATER, city=kisumu)


def test_a_new_delegate_takes_over_only_when_the_invitation_is_claimed(kisumu):
    old = person("old@example.org", Role.CITY_DELEGATE, kisumu)
    invited = people.hand_over(old.memberships.get(), to="new@example.org", by=old, at=AT)
    assert roles.holds(old, Role.CITY_DELEGATE, at=LATER, city=kisumu)
    new = people.accept(invited.token, name="New", password=PASSWORD, at=LATER)
    assert roles.holds(new, Role.CITY_DELEGATE, at=LATER, city=kisumu)
    assert not roles.holds(old, Role.CITY_DELEGATE, at=LATER, city=kisumu)
    begun = new.memberships.get()
    assert begun.succeeds == old.memberships.get()
    assert list(journal.of(begun).values_list("act", flat=True)) == ["membership.begun"]


def test_a_person_with_an_account_takes_over_at_once(kisumu):
    old, new = (
        person("old@example.org", Role.CITY_DELEGATE, kisumu),
        person("new@example.org", Role.CITY_EDITOR, kisumu),
    )
    people.hand_over(old.memberships.get(), to=new, by=person("s@example.org", Role.SECRETARIAT), at=LATER)
    assert [roles.holds(user, Role.CITY_DELEGATE, at=LATER, city=kisumu) for user in (old, new)] == [False, True]


def test_an_editor_cannot_make_themselves_the_delegate(kisumu):
    old, editor = (
        person("old@example.org", Role.CITY_DELEGATE, kisumu),
        person("e@example.org", Role.CITY_EDITOR, kisumu),
    )
    with pytest.raises(Refused) as refusal:
        people.hand_over(old.memberships.get(), to=editor, by=editor, at=LATER)
    assert refusal.value.rule == "R-C1"
    assert roles.holds(old, Role.CITY_DELEGATE, at=LATER, city=kisumu)


def test_rank_gives_no_role(kisumu):
    root = User.objects.create_superuser("root@example.org", "x", name="Root")
    assert [role for role in Role if roles.holds(root, role, at=AT)] == []
    assert list(roles.cities_of(root, at=AT)) == []
    assert list(roles.memberships_for(root, at=AT)) == []


def test_an_inactive_person_holds_nothing(kisumu):
    editor = person("e@example.org", Role.CITY_EDITOR, kisumu)
    editor.is_active = False
    editor.save()
    assert not roles.holds(editor, Role.CITY_EDITOR, at=AT, city=kisumu)


def test_a_term_has_a_first_and_a_last_day(kisumu):
    user = person("e@example.org")
    Membership.objects.create(user=user, role=Role.AUDITOR, starts_on=AT.date(), ends_on=AT.date() + timedelta(days=1))
    days = [AT + timedelta(days=number) for number in (-1, 0, 1, 2)]
    assert [roles.holds(user, Role.AUDITOR, at=day) for day in days] == [False, True, True, False]


def test_an_invitation_to_somebody_s_other_address_is_for_that_person(kisumu):
    host = person("s@example.org", Role.SECRETARIAT)
    known = person("known@example.org")
    EmailAddress.objects.create(user=known, email="other@example.org", verified=True)
    invited = people.invite("other@example.org", Role.CITY_EDITOR, city=kisumu, by=host, at=AT)
    with pytest.raises(Refused):
        people.accept(invited.token, name="New", password=PASSWORD, at=LATER)
    assert people.accept(invited.token, by=known, at=LATER) == known
    assert User.objects.count() == 2


def test_an_unproved_address_belongs_to_whoever_the_letter_reaches(kisumu):
    host = person("s@example.org", Role.SECRETARIAT)
    EmailAddress.objects.create(user=person("greedy@example.org"), email="mayor@example.org", verified=False)
    invited = people.invite("mayor@example.org", Role.CITY_EDITOR, city=kisumu, by=host, at=AT)
    assert people.accept(invited.token, name="Mayor", password=PASSWORD, at=LATER).email == "mayor@example.org"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Eve\nhttp://phish.example", "Eve http://phish.example"),
        ("\u202eEve", "Eve"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_a_name_stands_on_one_line_without_unseen_signs(given, kept, kisumu):
    host = person("s@example.org", Role.SECRETARIAT)
    invited = people.invite("e@example.org", Role.CITY_EDITOR, city=kisumu, by=host, at=AT)
    assert people.accept(invited.token, name=given, password=PASSWORD, at=LATER).name == kept


@pytest.mark.parametrize("given", ["\u202e", "\n \u200b"])
def test_a_name_that_nobody_sees_is_no_name(given, kisumu):
    host = person("s@example.org", Role.SECRETARIAT)
    invited = people.invite("e@example.org", Role.CITY_EDITOR, city=kisumu, by=host, at=AT)
    with pytest.raises(Refused):
        people.accept(invited.token, name=given, password=PASSWORD, at=LATER)


def test_an_offer_ends_with_the_part_it_rests_on(kisumu):
    delegate = person("d@example.org", Role.CITY_DELEGATE, kisumu)
    invited = people.invite("e@example.org", Role.CITY_EDITOR, city=kisumu, by=delegate, at=AT)
    people.end_membership(delegate.memberships.get(), by=person("s@example.org", Role.SECRETARIAT), at=AT)
    with pytest.raises(Refused):
        people.accept(invited.token, name="E", password=PASSWORD, at=LATER)
    assert not User.objects.filter(email="e@example.org").exists()


def test_a_delegate_writes_so_many_invitations_a_day(kisumu):
    delegate = person("d@example.org", Role.CITY_DELEGATE, kisumu)
    for number in range(people.A_DAY):
        people.invite(f"e{number}@example.org", Role.CITY_EDITOR, city=kisumu, by=delegate, at=AT)
    with pytest.raises(Refused):
        people.invite("more@example.org", Role.CITY_EDITOR, city=kisumu, by=delegate, at=LATER)
    people.invite("more@example.org", Role.CITY_EDITOR, city=kisumu, by=delegate, at=AT + timedelta(days=1))
    assert Mail.objects.count() == people.A_DAY + 1


def test_a_closed_account_accepts_nothing(kisumu):
    house, known = person("s@example.org", Role.SECRETARIAT), person("k@example.org")
    invited = people.invite("k@example.org", Role.CITY_EDITOR, city=kisumu, by=house, at=AT)
    parts.close(known, by=house, at=AT)
    with pytest.raises(Refused) as refusal:
        people.accept(invited.token, by=known, at=LATER)
    assert str(refusal.value) == "This account is closed. Ask the secretariat to open it again."
    assert not Membership.objects.filter(user=known).exists()
    invited.invitation.refresh_from_db()
    assert invited.invitation.accepted_at is None


def test_the_delegate_is_not_their_own_successor(kisumu):
    delegate, house = person("d@example.org", Role.CITY_DELEGATE, kisumu), person("s@example.org", Role.SECRETARIAT)
    for by in (delegate, house):
        with pytest.raises(Refused) as refusal:
            people.hand_over(delegate.memberships.get(), to=delegate, by=by, at=LATER)
        assert str(refusal.value) == "This person is the delegate already. Name somebody else."
        assert refusal.value.rule == "R-C1"
    assert roles.holds(delegate, Role.CITY_DELEGATE, at=LATER, city=kisumu)
    assert delegate.memberships.count() == 1


def test_only_a_delegate_s_part_that_runs_is_handed_over(kisumu):
    house, heir = person("s@example.org", Role.SECRETARIAT), person("n@example.org")
    editor, former = (
        person("e@example.org", Role.CITY_EDITOR, kisumu),
        person("f@example.org", Role.CITY_DELEGATE, kisumu),
    )
    people.end_membership(former.memberships.get(), by=house, at=AT)
    for held in (editor.memberships.get(), former.memberships.get()):
        for to in (heir, "new@example.org"):
            with pytest.raises(Refused) as refusal:
                people.hand_over(held, to=to, by=house, at=LATER)
            sentence = "Only the part of a city's present delegate can be handed over. End this one instead."
            assert (str(refusal.value), refusal.value.rule) == (sentence, "R-C1")
    assert not heir.memberships.exists()
    assert not Invitation.objects.exists()


def test_nobody_chooses_another_person_s_language():
    one, house = person("o@example.org"), person("s@example.org", Role.SECRETARIAT)
    with pytest.raises(Refused) as refusal:
        people.speak(one, language="fr", by=house, at=AT)
    assert str(refusal.value) == "You may change only your own language. Ask the other person to choose theirs."
    assert not journal.of(one).exists()
    people.speak(one, language="fr", by=one, at=AT)
    one.refresh_from_db()
    assert one.language == "fr"


def test_the_language_one_has_is_chosen_again_without_a_trace():
    one = person("o@example.org")
    people.speak(one, language="fr", by=one, at=AT)
    people.speak(one, language="fr", by=one, at=LATER)
    assert [entry.act for entry in journal.of(one)] == ["person.language"]
