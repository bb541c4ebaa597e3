"""Who holds which standing part, and for which city, at a given time."""

from datetime import UTC, datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from sdgcities.models import City, Invitation, Membership, Organisation, Role, User

__all__ = [
    "CITY_ROLES",
    "HOUSE_ROLES",
    "ORGANISATION_ROLES",
    "Role",
    "cities_of",
    "gives",
    "holds",
    "invitations_for",
    "leads",
    "led_by",
    "managed_by",
    "may_give",
    "memberships_for",
    "memberships_of_all_times",
    "people_for",
    "people_with",
    "reads_the_journal",
    "running",
    "runs_the_house",
]

CITY_ROLES = (Role.CITY_EDITOR, Role.CITY_DELEGATE)
HOUSE_ROLES = (Role.SECRETARIAT, Role.ADMINISTRATOR)
ORGANISATION_ROLES = (Role.ORGANISATION_MANAGER, Role.ORGANISATION_MEMBER)
ANY = frozenset(Role.values) | {""}
GIVES: dict[str, frozenset[str]] = {
    Role.ADMINISTRATOR: ANY,
    Role.SECRETARIAT: ANY - set(HOUSE_ROLES),
}


def running(at: datetime) -> QuerySet[Membership]:
    """Keep the memberships of active people that run at AT; an ended one gives nothing from that instant (R-H4)."""
    today = at.astimezone(UTC).date()
    return Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        Q(ended_at__isnull=True) | Q(ended_at__gt=at),
        starts_on__lte=today,
        user__is_active=True,
    )


def holds(user: User | AnonymousUser, role: str, *, at: datetime, city: City | None = None) -> bool:
    """Say whether USER holds ROLE at AT, for CITY if one is given; superusers get nothing by being so (R-B10)."""
    if user.pk is None:
        return False
    found = running(at).filter(user_id=user.pk, role=role)
    return (found.filter(city=city) if city is not None else found).exists()


def cities_of(user: User | AnonymousUser, *, at: datetime) -> QuerySet[City]:
    """Give the cities that USER works for at AT."""
    if user.pk is None:
        return City.objects.none()
    parts = running(at).filter(user_id=user.pk, role__in=CITY_ROLES)
    return City.objects.filter(pk__in=parts.values("city_id"))


def people_with(role: str, *, at: datetime, city: City | None = None) -> QuerySet[User]:
    """Give the people who hold ROLE at AT, for CITY if one is given."""
    found = running(at).filter(role=role)
    parts = found.filter(city=city) if city is not None else found
    return User.objects.filter(pk__in=parts.values("user_id"))


def runs_the_house(user: User | AnonymousUser, *, at: datetime) -> bool:
    """Say whether USER is of the secretariat or an administrator at AT."""
    return holds(user, Role.SECRETARIAT, at=at) or holds(user, Role.ADMINISTRATOR, at=at)


def reads_the_journal(user: User | AnonymousUser, *, at: datetime) -> bool:
    """Say whether USER reads the whole journal and takes it out at AT: the secretariat and auditors (R-H1)."""
    return holds(user, Role.SECRETARIAT, at=at) or holds(user, Role.AUDITOR, at=at)


def managed_by(user: User | AnonymousUser, *, at: datetime) -> QuerySet[Organisation]:
    """Give the organisations whose people USER brings in and lets go at AT."""
    if user.pk is None:
        return Organisation.objects.none()
    parts = running(at).filter(user_id=user.pk, role=Role.ORGANISATION_MANAGER)
    return Organisation.objects.filter(pk__in=parts.values("organisation_id"), ended_at__isnull=True)


def may_give(by: User, role: str, *, city: City | None, organisation: Organisation | None, at: datetime) -> bool:
    """Say whether BY may give ROLE, and so end it: what they hold themselves decides, never their rank.

    Administrators give everything, the secretariat all but the house's own roles, a city's delegate makes its editors,
    an organisation's manager its members (and a hub's its staff).
    """
    if any(role in given and holds(by, giver, at=at) for giver, given in GIVES.items()):
        return True
    if role == Role.CITY_EDITOR:
        return city is not None and organisation is None and holds(by, Role.CITY_DELEGATE, at=at, city=city)
    if organisation is None or city is not None:
        return False
    own = {Role.ORGANISATION_MEMBER} | ({Role.HUB_STAFF} if organisation.kind == Organisation.Kind.HUB else set())
    return role in own and managed_by(by, at=at).filter(pk=organisation.pk).exists()


def led_by(user: User | AnonymousUser, *, at: datetime) -> QuerySet[City]:
    """Give the cities whose delegate USER is at AT."""
    if user.pk is None:
        return City.objects.none()
    parts = running(at).filter(user_id=user.pk, role=Role.CITY_DELEGATE)
    return City.objects.filter(pk__in=parts.values("city_id"))


def gives(by: User, *, at: datetime) -> frozenset[str]:
    """Give the roles that BY may give at AT to somebody somewhere; `may_give` says to whom."""
    given = {role for giver, those in GIVES.items() if holds(by, giver, at=at) for role in those}
    if led_by(by, at=at).exists():
        given.add(Role.CITY_EDITOR)
    kinds = set(managed_by(by, at=at).values_list("kind", flat=True))
    if kinds:
        given.add(Role.ORGANISATION_MEMBER)
    if Organisation.Kind.HUB in kinds:
        given.add(Role.HUB_STAFF)
    return frozenset(given)


def memberships_for(user: User | AnonymousUser, *, at: datetime) -> QuerySet[Membership]:
    """Give the memberships running at AT that USER may read: the house all, a delegate the city's, a manager theirs."""
    return memberships_of_all_times(user, at=at).filter(pk__in=running(at).values("pk"))


def memberships_of_all_times(user: User | AnonymousUser, *, at: datetime) -> QuerySet[Membership]:
    """Give the memberships, ended ones too, that USER may read at AT."""
    if user.pk is None or not user.is_active:
        return Membership.objects.none()
    if runs_the_house(user, at=at):
        return Membership.objects.all()
    of_city = Q(city__in=led_by(user, at=at).values("pk"), role__in=CITY_ROLES)
    of_organisation = Q(organisation__in=managed_by(user, at=at).values("pk"), city__isnull=True)
    return Membership.objects.filter(of_city | of_organisation)


def invitations_for(user: User | AnonymousUser, *, at: datetime) -> QuerySet[Invitation]:
    """Give the invitations that USER may read at AT: the house all, others those to what they lead."""
    if user.pk is None or not user.is_active:
        return Invitation.objects.none()
    if runs_the_house(user, at=at):
        return Invitation.objects.all()
    of_city = Q(city__in=led_by(user, at=at).values("pk"), role__in=CITY_ROLES)
    of_organisation = Q(organisation__in=managed_by(user, at=at).values("pk"), city__isnull=True)
    return Invitation.objects.filter(of_city | of_organisation)


def people_for(user: User | AnonymousUser, *, at: datetime) -> QuerySet[User]:
    """Give the people whose whole page USER may read: the house's people everyone, others nobody."""
    everyone = User.objects.all()
    return everyone if user.is_active and runs_the_house(user, at=at) else everyone.none()


def leads(user: User | AnonymousUser, *, at: datetime) -> bool:
    """Say whether USER brings people in at AT: for the house, a city or an organisation."""
    if user.pk is None or not user.is_active:
        return False
    givers = (*HOUSE_ROLES, Role.CITY_DELEGATE, Role.ORGANISATION_MANAGER)
    return running(at).filter(user_id=user.pk, role__in=givers).exists()
