"""Promises of organisations: who keeps them, who brings their people in, and what a tie of some years says."""

from datetime import date, timedelta

import pytest

from sdgcities import journal, roles
from sdgcities.actions import organising, parts, people
from sdgcities.errors import Refused
from sdgcities.models import Invitation, Membership, Organisation, Role
from tests.sdgcities import people_world as world
from tests.sdgcities.people_world import AT, LATER, PASSWORD

pytestmark = pytest.mark.django_db
NOT_THE_HOUSE = [Role.AUDITOR, Role.FILE_CHECKER, Role.HUB_STAFF, ""]


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.ADMINISTRATOR])
def test_the_house_makes_renames_and_ends_an_organisation(role):
    by = world.person("keeper", role)
    made = organising.create("  Institute ", kind="academia", country=world.country(), by=by, at=AT)
    changed = organising.change(made, name="Institute of Cities", kind="civil_society", by=by, at=AT)
    assert (changed.name, changed.kind, changed.country) == ("Institute of Cities", "civil_society", None)
    assert list(Organisation.objects.named("institute OF")) == [made]
    organising.end(made, by=by, at=LATER)
    acts = [entry.act for entry in journal.of(made)]
    assert acts == ["organisation.created", "organisation.changed", "organisation.ended"]
    assert not any("Institute" in entry.body for entry in journal.of(made))
    for verb in (organising.end, lambda one, **told: organising.change(one, name="x", kind="firm", **told)):
        with pytest.raises(Refused, match="has ended"):
            verb(made, by=by, at=LATER)


@pytest.mark.parametrize("role", NOT_THE_HOUSE)
def test_nobody_else_keeps_organisations(role):
    one, by = world.organisation(), world.person("other", role)
    for act in (
        lambda: organising.create("Mine", kind="firm", by=by, at=AT),
        lambda: organising.change(one, name="Mine", kind="firm", by=by, at=AT),
        lambda: organising.end(one, by=by, at=AT),
    ):
        with pytest.raises(Refused, match="Only the secretariat"):
            act()
    one.refresh_from_db()
    assert (one.name, one.ended_at, Organisation.objects.count()) == ("University of Kisumu", None, 1)


def test_a_city_administration_is_of_a_city_and_of_its_country():
    by, kisumu = world.secretary(), world.city()
    with pytest.raises(Refused) as refusal:
        organising.create("Administration", kind="city_administration", by=by, at=AT)
    assert refusal.value.rule == "R-B9"
    made = organising.create("Administration", kind="city_administration", city=kisumu, by=by, at=AT)
    assert made.country == kisumu.country


@pytest.mark.parametrize(("name", "kind"), [(" ", "firm"), ("Institute", "club"), ("University of Kisumu", "academia")])
def test_what_is_not_whole_or_here_already_is_refused(name, kind):
    world.organisation()
    with pytest.raises(Refused):
        organising.create(name, kind=kind, by=world.secretary(), at=AT)
    assert Organisation.objects.count() == 1


def test_a_manager_brings_in_and_lets_go_the_own_people_alone():
    hub, other = world.organisation("Hub", "hub"), world.organisation("Other hub", "hub")
    manager = world.person("manager", Role.ORGANISATION_MANAGER, organisation=hub)
    offer = people.invite("staff@example.org", Role.HUB_STAFF, organisation=hub, by=manager, at=AT)
    staff = people.accept(offer.token, name="Staff", password=PASSWORD, at=AT)
    people.invite("m@example.org", Role.ORGANISATION_MEMBER, organisation=hub, by=manager, at=AT)
    refused = [
        (Role.HUB_STAFF, other),
        (Role.ORGANISATION_MEMBER, other),
        (Role.ORGANISATION_MANAGER, hub),
        (Role.AUDITOR, hub),
        ("", hub),
        ("", None),
    ]
    for role, organisation in refused:
        with pytest.raises(Refused):
            people.invite("x@example.org", role, organisation=organisation, by=manager, at=AT)
    assert Invitation.objects.count() == 2
    theirs = world.person("theirs", Role.HUB_STAFF, organisation=other)
    with pytest.raises(Refused):
        people.end_membership(world.part_of(theirs), by=manager, at=LATER)
    people.end_membership(world.part_of(staff), by=manager, at=LATER)
    assert not roles.holds(staff, Role.HUB_STAFF, at=LATER)


def test_a_manager_of_a_university_makes_no_hub_staff():
    university = world.organisation()
    manager = world.person("manager", Role.ORGANISATION_MANAGER, organisation=university)
    with pytest.raises(Refused):
        people.invite("x@example.org", Role.HUB_STAFF, organisation=university, by=manager, at=AT)


def test_a_manager_reads_the_own_people_alone():
    hub, other = world.organisation("Hub", "hub"), world.organisation("Other hub", "hub")
    manager = world.person("manager", Role.ORGANISATION_MANAGER, organisation=hub)
    staff = world.person("staff", Role.HUB_STAFF, organisation=hub)
    world.person("theirs", Role.HUB_STAFF, organisation=other)
    world.secretary()
    assert {one.user for one in roles.memberships_for(manager, at=AT)} == {manager, staff}
    assert list(roles.people_for(manager, at=AT)) == []


def test_an_organisation_that_ends_takes_its_parts_and_open_letters_with_it():
    hub, by = world.organisation("Hub", "hub"), world.secretary()
    staff = world.person("staff", Role.HUB_STAFF, organisation=hub)
    offer = people.invite("m@example.org", Role.ORGANISATION_MEMBER, organisation=hub, by=by, at=AT)
    organising.end(hub, by=by, at=LATER)
    assert not roles.holds(staff, Role.HUB_STAFF, at=LATER)
    with pytest.raises(Refused, match="withdrawn"):
        people.accept(offer.token, name="M", password=PASSWORD, at=LATER)
    with pytest.raises(Refused, match="ended"):
        people.invite("n@example.org", Role.HUB_STAFF, organisation=hub, by=by, at=LATER)


def test_what_someone_did_for_an_organisation_is_recorded_with_its_days_and_gives_no_right():
    university, by = world.organisation(), world.secretary()
    judge = world.person("judge")
    years = {"starts_on": date(2020, 1, 1), "ends_on": date(2025, 6, 30)}
    made = parts.affiliate(judge, university, **years, by=by, at=AT)
    assert (made.role, made.organisation, made.ends_on) == (Role.ORGANISATION_MEMBER, university, date(2025, 6, 30))
    assert not roles.running(AT).filter(user=judge).exists()
    assert [entry.act for entry in journal.of(made)] == ["membership.recorded"]


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [(AT.date() + timedelta(days=1), None), (date(2020, 1, 2), date(2020, 1, 1))],
)
def test_days_that_cannot_be_are_refused(starts_on, ends_on):
    told = {"starts_on": starts_on, "ends_on": ends_on, "by": world.secretary(), "at": AT}
    with pytest.raises(Refused):
        parts.affiliate(world.person("judge"), world.organisation(), **told)
    assert not Membership.objects.filter(role=Role.ORGANISATION_MEMBER).exists()


def test_a_manager_records_days_of_the_own_people_and_of_nobody_else():
    hub = world.organisation("Hub", "hub")
    manager = world.person("manager", Role.ORGANISATION_MANAGER, organisation=hub)
    staff, stranger = world.person("staff", Role.HUB_STAFF, organisation=hub), world.person("stranger")
    told = {"starts_on": date(2020, 1, 1), "ends_on": date(2020, 12, 31), "by": manager, "at": AT}
    parts.affiliate(staff, hub, **told)
    for user, organisation in ((stranger, hub), (staff, world.organisation())):
        with pytest.raises(Refused, match="Only the secretariat or"):
            parts.affiliate(user, organisation, **told)


def test_an_organisation_stays_while_a_member_holds_what_the_secretariat_may_not_end():
    firm, chief, by = world.organisation("Firm", "firm"), world.administrator(), world.secretary()
    member = world.person("member", Role.ORGANISATION_MEMBER, organisation=firm)
    offer = people.invite("clerk@example.org", Role.SECRETARIAT, organisation=firm, by=chief, at=AT)
    clerk = people.accept(offer.token, name="Clerk", password=PASSWORD, at=AT)
    with pytest.raises(Refused) as refusal:
        organising.end(firm, by=by, at=LATER)
    assert str(refusal.value) == "A member holds a role that you may not end. Ask an administrator."
    firm.refresh_from_db()
    assert firm.ended_at is None
    assert {world.part_of(one).organisation for one in (member, clerk)} == {firm}
    assert not journal.of(firm).exists()
    organising.end(firm, by=chief, at=LATER)
    assert not roles.holds(clerk, Role.SECRETARIAT, at=LATER)
