"""Organisations that employ or send people: made, changed and ended by the house."""

from datetime import UTC, datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sdgcities import journal, roles
from sdgcities.actions import parts
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.models import City, Country, Invitation, Membership, Organisation, User


@journaled
def create(
    name: str, *, kind: str, country: Country | None = None, city: City | None = None, by: User, at: datetime
) -> Organisation:
    """Make an organisation; a city administration says of which city, and so of which country."""
    made = Organisation(name=name, kind=kind, country=country, city=city)
    _keep(made, by, at)
    made.save(force_insert=True)
    _tell("organisation.created", made, by=by, at=at)
    return made


@journaled
def change(
    organisation: Organisation,
    *,
    name: str,
    kind: str,
    country: Country | None = None,
    city: City | None = None,
    by: User,
    at: datetime,
) -> Organisation:
    """Rename an organisation, or correct its kind, country or city: whose ties it makes depends on them (R-B2, R-B9)."""
    held = _held(organisation)
    held.name, held.kind, held.country, held.city = name, kind, country, city
    _keep(held, by, at)
    held.save()
    _tell("organisation.changed", held, by=by, at=at)
    return held


@journaled
def end(organisation: Organisation, *, by: User, at: datetime) -> None:
    """End an organisation: its members' parts end, its open invitations are withdrawn; what they did stays."""
    held = _held(organisation)
    _may(by, at)
    open_ended = Q(ends_on__isnull=True) | Q(ends_on__gte=at.astimezone(UTC).date())
    members = Membership.objects.held().filter(open_ended, organisation=held, ended_at__isnull=True)
    for one in members.order_by("pk"):
        if not roles.may_give(by, one.role, city=one.city, organisation=one.organisation, at=at):
            raise Refused(_("A member holds a role that you may not end. Ask an administrator."))
        parts.finish(one, by=by, at=at)
    letters = Invitation.objects.held().filter(organisation=held, accepted_at__isnull=True, cancelled_at__isnull=True)
    for letter in letters.order_by("pk"):
        letter.cancelled_at = at
        letter.save(update_fields=["cancelled_at"])
        journal.record("person.invitation_withdrawn", letter, by=by, at=at)
    held.ended_at = at
    held.save(update_fields=["ended_at"])
    journal.record("organisation.ended", held, by=by, at=at)


def _held(organisation: Organisation) -> Organisation:
    held = Organisation.objects.hold(organisation.pk)
    if held.ended_at is not None:
        raise Refused(_("This organisation has ended. Choose another one."))
    return held


def _may(by: User, at: datetime) -> None:
    if not roles.runs_the_house(by, at=at):
        raise Refused(_("Only the secretariat keeps organisations. Write to it what should be done."))


def _keep(organisation: Organisation, by: User, at: datetime) -> None:
    """Refuse what is not whole, and take a city administration's country from its city."""
    _may(by, at)
    organisation.name = organisation.name.strip()
    if not organisation.name:
        raise Refused(_("Enter the organisation's name."))
    if organisation.kind not in Organisation.Kind.values:
        raise Refused(_("Choose the kind of organisation."))
    if organisation.kind == Organisation.Kind.CITY_ADMINISTRATION and organisation.city is None:
        raise Refused(_("Say which city this administration is of."), "R-B9")
    if organisation.city is not None:
        organisation.country = organisation.city.country
    same = Organisation.objects.filter(name=organisation.name, country=organisation.country, ended_at__isnull=True)
    if same.exclude(pk=organisation.pk).exists():
        raise Refused(_("An organisation of this name is here already. Use it, or give this one another name."))


def _tell(act: str, organisation: Organisation, *, by: User, at: datetime) -> None:
    journal.record(
        act,
        organisation,
        by=by,
        at=at,
        name=journal.keyed(organisation.name),
        kind=organisation.kind,
        country=organisation.country_id,
        city=organisation.city_id,
    )
