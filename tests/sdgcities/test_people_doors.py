"""Promises of the pages on which people, their parts and organisations are managed."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sdgcities import roles
from sdgcities.actions import people
from sdgcities.models import Entry, Invitation, Membership, Organisation, Role, User
from tests.sdgcities import people_world as world

pytestmark = pytest.mark.django_db


def today():
    return timezone.now()


def person(name, role="", **more):
    return world.person(name, role, on=today(), **more)


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def desk():
    """The secretariat at its desk."""
    return signed_in(person("secretary", Role.SECRETARIAT))


def listed(client, **query):
    page = client.get(reverse("people-list"), query).content.decode()
    return set(re.findall(r"<bdi>(\w+)@example\.org", page))


def test_the_list_is_narrowed_by_name_role_city_organisation_and_state(desk):
    kisumu, nakuru, hub = world.city(), world.city("Nakuru"), world.organisation("Hub", "hub")
    person("amina", Role.CITY_EDITOR, city=kisumu)
    person("brian", Role.CITY_EDITOR, city=nakuru)
    person("chen", Role.HUB_STAFF, organisation=hub)
    gone = person("gone", Role.AUDITOR)
    gone.memberships.update(ended_at=today())
    closed = person("closed")
    closed.is_active = False
    closed.save()
    person("judge")  # sits on a panel, perhaps; has no standing role
    assert listed(desk) == {"amina", "brian", "chen", "gone", "judge", "secretary"}
    assert listed(desk, role="city_editor") == {"amina", "brian"}
    assert listed(desk, city="nakuru") == {"brian"}
    assert listed(desk, organisation=str(hub.pk)) == {"chen"}
    assert listed(desk, organisation="no-uuid") == listed(desk)
    assert listed(desk, q="AMÍNA") == listed(desk, q="amina@Example.org") == {"amina"}
    assert listed(desk, role="none") == {"gone", "judge"}
    assert listed(desk, state="before") == {"gone"}
    assert listed(desk, state="closed") == {"closed"}


def test_long_lists_come_in_pages(desk):
    for number in range(60):
        person(f"p{number:02}")
    first, second = (listed(desk, page=number) for number in (1, 2))
    assert (len(first), len(second), first & second) == (50, 11, set())


def test_a_delegate_finds_the_own_city_s_people_and_no_byte_of_others():
    kisumu, nakuru = world.city(), world.city("Nakuru")
    person("amina", Role.CITY_EDITOR, city=kisumu)
    gone = person("gone", Role.CITY_EDITOR, city=kisumu)
    gone.memberships.update(ended_at=today())
    other = person("brian", Role.CITY_EDITOR, city=nakuru)
    person("auditor", Role.AUDITOR)
    client = signed_in(person("delegate", Role.CITY_DELEGATE, city=kisumu))
    assert listed(client) == {"amina", "delegate"}
    assert listed(client, state="before") == {"gone"}
    for query in ({"city": "nakuru"}, {"q": "brian"}, {"role": "none"}, {"state": "closed"}, {"role": "auditor"}):
        assert listed(client, **query) <= {"amina", "delegate"}, query
    assert "Nakuru" not in client.get(reverse("people-list")).content.decode()
    for name in ("people-show", "people-describe", "people-close", "people-affiliate"):
        for pk in (other.pk, gone.pk):
            assert client.get(reverse(name, args=[pk])).status_code == 404


def test_a_person_s_page_tells_parts_now_and_before_with_their_days(desk):
    hub = world.organisation("Lake Hub", "hub")
    one = person("one", Role.HUB_STAFF, organisation=hub)
    Membership.objects.create(user=one, role=Role.AUDITOR, starts_on="2020-01-01", ends_on="2021-12-31")
    people.invite(one.email, Role.FILE_CHECKER, by=User.objects.get(name="Secretary"), at=today())
    page = desk.get(reverse("people-show", args=[one.pk])).content.decode()
    assert page.index("Lake Hub") < page.index("File checker") < page.index("1 January 2020 to 31 December 2021")


def test_the_house_describes_closes_and_opens_on_the_person_s_page(desk):
    one, kenya = person("one"), world.country()
    address = reverse("people-describe", args=[one.pk])
    given = {"languages": ["en", "fr"], "other_languages": "SW", "competences": "A1, A2", "country": kenya.pk}
    assert desk.post(address, given).status_code == 302
    one.refresh_from_db()
    assert (one.working_languages, one.competences, one.country) == (["en", "fr", "sw"], ["A1", "A2"], kenya)
    wrong = desk.post(address, {**given, "competences": "roads & bridges"})
    assert (wrong.status_code, "roads &amp; bridges" in wrong.content.decode()) == (200, True)
    for body, active in (({}, False), ({"open": "on"}, True)):
        desk.post(reverse("people-close", args=[one.pk]), body)
        one.refresh_from_db()
        assert one.is_active is active


def test_the_house_changes_a_part_and_records_a_tie(desk):
    hub = world.organisation("Hub", "hub")
    one = person("one", Role.AUDITOR)
    address = reverse("people-change", args=[world.part_of(one).pk])
    wrong = desk.post(address, {"role": Role.AUDITOR})
    assert "This is the role the person holds" in wrong.content.decode()
    assert desk.post(address, {"role": Role.HUB_STAFF, "organisation": hub.pk}).status_code == 302
    assert roles.holds(one, Role.HUB_STAFF, at=timezone.now())
    tie = {"organisation": hub.pk, "starts_on": "2020-01-01", "ends_on": "2019-01-01"}
    wrong = desk.post(reverse("people-affiliate", args=[one.pk]), tie)
    assert "before the first" in wrong.content.decode()
    assert desk.post(reverse("people-affiliate", args=[one.pk]), {**tie, "ends_on": "2021-01-01"}).status_code == 302
    assert one.memberships.filter(role=Role.ORGANISATION_MEMBER).count() == 1


def test_nobody_finds_a_page_to_change_what_only_the_house_changes():
    kisumu, hub = world.city(), world.organisation("Hub", "hub")
    editor = person("editor", Role.CITY_EDITOR, city=kisumu)
    delegate = person("delegate", Role.CITY_DELEGATE, city=kisumu)
    manager = person("manager", Role.ORGANISATION_MANAGER, organisation=hub)
    root = User.objects.create_superuser("root@example.org", "x", name="Root")
    before = Entry.objects.count()
    for user in (editor, delegate, manager, root, person("nobody")):
        client = signed_in(user)
        pages = [reverse(name, args=[editor.pk]) for name in ("people-show", "people-describe", "people-close")]
        pages += [reverse("people-change", args=[world.part_of(editor).pk]), reverse("organisations-create")]
        pages += [reverse(name, args=[hub.pk]) for name in ("organisations-change", "organisations-end")]
        assert {client.post(page, {"open": "on"}).status_code for page in pages} == {404, 405}
        assert {client.get(page).status_code for page in pages} == {404}, user
    assert Entry.objects.count() == before


def test_invitations_are_listed_by_state_sent_again_and_withdrawn(desk):
    by = User.objects.get(name="Secretary")
    letters = {
        name: people.invite(f"{name}@example.org", Role.AUDITOR, by=by, at=today()).invitation
        for name in ("open", "old", "withdrawn")
    }
    Invitation.objects.filter(pk=letters["old"].pk).update(expires_at="2026-01-01T00:00Z")
    address = reverse("people-cancel", args=[letters["withdrawn"].pk])
    assert desk.get(address).status_code == 200
    assert desk.post(address).status_code == 302

    def shown(state):
        page = desk.get(reverse("people-invitations"), {"state": state}).content.decode()
        return set(re.findall(r"<bdi>(\w+)@example\.org</bdi></th>", page))

    states = {"": {"open"}, "expired": {"old"}, "withdrawn": {"withdrawn"}, "accepted": set(), "all": {*letters}}
    assert {state: shown(state) for state in states} == states
    assert desk.post(reverse("people-resend", args=[letters["old"].pk])).status_code == 302
    assert shown("") == {"open", "old"}
    again = desk.post(reverse("people-resend", args=[letters["withdrawn"].pk]), follow=True)
    assert "withdrawn already" in again.content.decode()


def test_a_withdrawn_letter_says_so_to_its_reader(client):
    by = person("secretary", Role.SECRETARIAT)
    offer = people.invite("new@example.org", Role.AUDITOR, by=by, at=today())
    people.cancel(offer.invitation, by=by, at=today())
    page = client.get(reverse("people-accept", args=[offer.token])).content.decode()
    assert "has been withdrawn" in page
    assert "<form" not in page.split("<main")[1].split("</main")[0]


def test_a_manager_reads_and_withdraws_the_own_organisation_s_letters_alone(desk):
    hub, other = world.organisation("Hub", "hub"), world.organisation("Other", "hub")
    by = User.objects.get(name="Secretary")
    mine, theirs = (
        people.invite(f"{one.name.lower()}@example.org", Role.HUB_STAFF, organisation=one, by=by, at=today()).invitation
        for one in (hub, other)
    )
    client = signed_in(person("manager", Role.ORGANISATION_MANAGER, organisation=hub))
    page = client.get(reverse("people-invitations")).content.decode()
    assert ("hub@example.org" in page, "other@example.org" in page) == (True, False)
    for name in ("people-cancel", "people-resend"):
        assert client.post(reverse(name, args=[theirs.pk])).status_code == 404
    assert client.post(reverse("people-cancel", args=[mine.pk])).status_code == 302
    theirs.refresh_from_db()
    assert theirs.cancelled_at is None


def test_the_forms_offer_only_what_the_person_may_give():
    hub, kisumu = world.organisation("Hub", "hub"), world.city()
    offered = {}
    for name, user in {
        "administrator": person("a", Role.ADMINISTRATOR),
        "secretary": person("s", Role.SECRETARIAT),
        "delegate": person("d", Role.CITY_DELEGATE, city=kisumu),
        "manager": person("m", Role.ORGANISATION_MANAGER, organisation=hub),
    }.items():
        form = signed_in(user).get(reverse("people-invite")).context["form"]
        offered[name] = {key for key, _label in form.fields["role"].choices}
    house = {Role.ADMINISTRATOR, Role.SECRETARIAT}
    assert offered == {
        "administrator": {"", *Role},
        "secretary": {"", *Role} - house,
        "delegate": {Role.CITY_EDITOR},
        "manager": {Role.HUB_STAFF, Role.ORGANISATION_MEMBER},
    }


def test_a_delegate_hands_over_and_the_secretariat_may_end_the_old_part_at_once(desk):
    kisumu = world.city()
    delegate = person("delegate", Role.CITY_DELEGATE, city=kisumu)
    address = reverse("people-hand-over", args=[world.part_of(delegate).pk])
    assert "at_once" not in signed_in(delegate).get(address).context["form"].fields
    assert desk.post(address, {"email": "next@example.org", "at_once": "on"}).status_code == 302
    assert not roles.holds(delegate, Role.CITY_DELEGATE, at=timezone.now())
    assert Invitation.objects.get().succeeds == delegate.memberships.get()


def test_only_a_delegate_s_part_has_a_page_to_hand_it_over(desk):
    editor = person("editor", Role.CITY_EDITOR, city=world.city())
    assert desk.get(reverse("people-hand-over", args=[world.part_of(editor).pk])).status_code == 404


def test_organisations_are_made_found_changed_and_ended(desk):
    kisumu = world.city()
    given = {"name": "جامعة كيسومو", "kind": "academia", "country": kisumu.country.pk}
    assert desk.post(reverse("organisations-create"), given).status_code == 302
    made = Organisation.objects.get()
    again = desk.post(reverse("organisations-create"), given)
    assert "here already" in again.content.decode()
    assert f"/organisations/{made.pk}/" in desk.get(reverse("organisations-list"), {"q": "جامعة"}).content.decode()
    desk.post(reverse("organisations-change", args=[made.pk]), {**given, "name": "University"})
    made.refresh_from_db()
    assert made.name == "University"
    assert desk.post(reverse("organisations-end", args=[made.pk])).status_code == 302
    shown = {state: f"/organisations/{made.pk}/" in page for state, page in _pages(desk).items()}
    assert shown == {"": False, "ended": True}


def _pages(client):
    return {
        state: client.get(reverse("organisations-list"), {"state": state}).content.decode() for state in ("", "ended")
    }


def test_a_manager_sees_the_own_organisation_and_its_people_alone(desk):
    hub, other = world.organisation("Hub", "hub"), world.organisation("Zanzibar", "hub")
    person("staff", Role.HUB_STAFF, organisation=hub)
    client = signed_in(person("manager", Role.ORGANISATION_MANAGER, organisation=hub))
    assert "Staff" in client.get(reverse("organisations-show", args=[hub.pk])).content.decode()
    assert client.get(reverse("organisations-show", args=[other.pk])).status_code == 404
    assert "Zanzibar" not in client.get(reverse("organisations-list")).content.decode()
    assert listed(client) == {"staff", "manager"}
    assert signed_in(person("nobody")).get(reverse("organisations-list")).status_code == 404
    assert list(roles.managed_by(AnonymousUser(), at=today())) == []


def test_people_keep_their_own_account_and_read_on_in_the_language_they_chose():
    one = person("one")
    client = signed_in(one)
    given = {"name": "One Person", "language": "ar", "time_zone": "Africa/Nairobi", "languages": ["ar"]}
    response = client.post(reverse("account-change"), {**given, "other_languages": "sw"})
    assert response.status_code == 302
    one.refresh_from_db()
    assert (one.name, one.language, one.time_zone) == ("One Person", "ar", "Africa/Nairobi")
    assert one.working_languages == ["ar", "sw"]
    page = client.get(reverse("account-show")).content.decode()
    assert ('dir="rtl"' in page, "One Person" in page) == (True, True)
    wrong = client.post(reverse("account-change"), {**given, "other_languages": "Kiswahili please"})
    assert wrong.status_code == 200
    one.refresh_from_db()
    assert one.working_languages == ["ar", "sw"]


def test_an_account_page_needs_a_sign_in(client):
    for name in ("account-show", "account-change"):
        assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_however_long(desk, rows, django_assert_max_num_queries):
    hub, by = world.organisation("Hub", "hub"), User.objects.get(name="Secretary")
    for number in range(rows):
        person(f"h{number}", Role.HUB_STAFF, organisation=hub)
        world.organisation(f"Institute {number}")
        people.invite(f"i{number}@example.org", Role.HUB_STAFF, organisation=hub, by=by, at=today())
    for name, most, args in (
        ("people-list", 14, []),
        ("people-invitations", 8, []),
        ("organisations-list", 8, []),
        ("organisations-show", 9, [hub.pk]),
    ):
        with django_assert_max_num_queries(most):
            assert desk.get(reverse(name, args=args)).status_code == 200
