"""Parts that people hold: how one begins and ends, is changed for another, and what closing an account does to them."""

from datetime import UTC, date, datetime

from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from sdgcities import journal, roles, signing
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.models import City, Invitation, Membership, Organisation, Role, User

WATCHES = frozenset([Role.FILE_CHECKER, Role.AUDITOR])  # who checks what the house does is not of the house

# upper floors are named by string only; no setting, so that nobody switches them off; each refuses, or says nothing
ASKED_BEFORE_A_MEMBERSHIP = ("certification.actions.joining.membership_is_free",)
ENDED_WITH_AN_ACCOUNT = ("certification.actions.joining.leave_all", "certification.actions.convening.give_up_seats")


def begin(
    user: User,
    role: str,
    organisation: Organisation | None,
    city: City | None,
    *,
    by: User,
    at: datetime,
    succeeds: Membership | None = None,
) -> Membership:
    """Let a part begin on the day of AT; a part that the person holds already is not begun twice.

    Only a journaled verb calls this, after it has asked whether BY may.
    """
    running = Membership.objects.filter(
        user=user, role=role, organisation=organisation, city=city, ended_at__isnull=True, ends_on__isnull=True
    )
    if (same := running.first()) is not None:
        return same
    belongs(role, city, organisation)
    _stays_apart(user, role, at)
    _upper_floors_agree(user, role, city, at)
    _is_the_only_delegate(role, city, at)
    begun = Membership.objects.create(
        user=user,
        role=role,
        organisation=organisation,
        city=city,
        starts_on=at.astimezone(UTC).date(),
        succeeds=succeeds,
    )
    _tell("membership.begun", begun, by=by, at=at, succeeds=begun.succeeds_id)
    return begun


def finish(held: Membership, *, by: User, at: datetime) -> None:
    """End a part that the caller holds; from AT it gives no right any more (R-H4)."""
    if held.ended_at is not None:
        raise Refused(_("This role has ended already, so nothing is left to do."))
    if held.role == Role.ADMINISTRATOR:
        others = roles.running(at).filter(role=Role.ADMINISTRATOR).exclude(user_id=held.user_id)
        if not others.exists():
            raise Refused(_("This is the only administrator. Invite another one first."))
    held.ended_at = at
    held.save(update_fields=["ended_at"])
    _tell("membership.ended", held, by=by, at=at)
    letters = Invitation.objects.held().filter(succeeds=held, accepted_at__isnull=True, cancelled_at__isnull=True)
    for letter in letters.order_by("pk"):  # what the part's holder promised falls with the part
        letter.cancelled_at = at
        letter.save(update_fields=["cancelled_at"])
        journal.record("person.invitation_withdrawn", letter, by=by, at=at)


@journaled
def change(
    membership: Membership,
    *,
    role: str,
    city: City | None = None,
    organisation: Organisation | None = None,
    by: User,
    at: datetime,
) -> Membership:
    """End a part and let another of the same person begin in its place, in one act; nobody changes their own.

    BY must be one who could give both. A delegate's part is handed over, never changed (R-C1).
    """
    held = Membership.objects.hold(membership.pk)
    user = held.user
    if user.pk == by.pk:
        raise Refused(_("You cannot change your own role. Ask somebody else of the secretariat."), "R-B10")
    if Role.CITY_DELEGATE in {held.role, role}:
        raise Refused(
            _("The delegate's part is not changed but handed over. Hand it over to the next delegate."), "R-C1"
        )
    may_end = roles.may_give(by, held.role, city=held.city, organisation=held.organisation, at=at)
    if not may_end or not roles.may_give(by, role, city=city, organisation=organisation, at=at):
        raise Refused(_("You may not give this role. Ask an administrator."))
    if (held.role, held.city, held.organisation) == (role, city, organisation):
        raise Refused(_("This is the role the person holds. Choose another one, or leave it as it is."))
    belongs(role, city, organisation)
    finish(held, by=by, at=at)
    return begin(user, role, organisation, city, by=by, at=at)


@journaled
def affiliate(
    user: User, organisation: Organisation, *, starts_on: date, ends_on: date | None, by: User, at: datetime
) -> Membership:
    """Record that USER works, or worked, for ORGANISATION from a day to a day: ties count by organisation (R-B2, R-B9).

    It gives no right. The house records it, and the organisation's manager for their own people.
    """
    own = organisation.memberships.filter(user=user).exists() and roles.managed_by(by, at=at).filter(pk=organisation.pk)
    if not roles.runs_the_house(by, at=at) and not own:
        raise Refused(_("Only the secretariat or the organisation's manager can record this. Ask one of them."))
    if starts_on > at.astimezone(UTC).date():
        raise Refused(_("The first day cannot be in the future. Choose today or an earlier day."))
    if ends_on is not None and ends_on < starts_on:
        raise Refused(_("The last day cannot be before the first. Check both days."))
    held = User.objects.select_for_update(of=("self",)).get(pk=user.pk)  # two may record the same at one moment
    tie = {"role": Role.ORGANISATION_MEMBER, "organisation": organisation, "starts_on": starts_on, "ends_on": ends_on}
    if held.memberships.filter(**tie, ended_at__isnull=True).exists():
        raise Refused(_("This is recorded already, so nothing is left to do."))
    made = Membership.objects.create(user=user, **tie)
    _tell("membership.recorded", made, by=by, at=at, starts_on=starts_on, ends_on=ends_on)
    return made


@journaled
def close(user: User, *, by: User, at: datetime) -> None:
    """Close an account: all that it could do ends for good, sessions and tokens too; what the person did stays."""
    held = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    _may_close(held, by, at)
    if not held.is_active:
        raise Refused(_("This account is closed already, so nothing is left to do."))
    today = at.astimezone(UTC).date()
    open_ended = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    for one in Membership.objects.held().filter(open_ended, user=held, ended_at__isnull=True).order_by("pk"):
        if not roles.may_give(by, one.role, city=one.city, organisation=one.organisation, at=at):
            raise Refused(_("The person holds a role that you may not end. Ask an administrator."))
        finish(one, by=by, at=at)
    signing.end_tokens(held, by=by, at=at)
    for name in ENDED_WITH_AN_ACCOUNT:
        import_string(name)(held, by=by, at=at)
    held.is_active = user.is_active = False
    held.set_unusable_password()  # sessions and links of letters hang on the password: none opens after a reopening
    held.save(update_fields=["is_active", "password"])
    journal.record("person.closed", held, by=by, at=at)


@journaled
def reopen(user: User, *, by: User, at: datetime) -> None:
    """Open a closed account again, without any part; the person sets a new password by a letter's link."""
    held = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    _may_close(held, by, at)
    if held.erased_at is not None:
        raise Refused(
            _("This person's data was erased, so the account cannot be opened again. Invite the person anew.")
        )
    if held.is_active:
        raise Refused(_("This account is open already, so nothing is left to do."))
    held.is_active = user.is_active = True
    held.save(update_fields=["is_active"])
    journal.record("person.reopened", held, by=by, at=at)


def belongs(role: str, city: City | None, organisation: Organisation | None) -> None:
    """Refuse a role without what it is held in."""
    if role in roles.CITY_ROLES and city is None:
        raise Refused(_("Say which city this person works for."))
    if role in roles.ORGANISATION_ROLES and organisation is None:
        raise Refused(_("Say which organisation this person belongs to."))
    if organisation is not None and Organisation.objects.filter(pk=organisation.pk, ended_at__isnull=False).exists():
        raise Refused(_("This organisation has ended. Choose another one."))


def _stays_apart(user: User, role: str, at: datetime) -> None:
    """Keep those who check the house's work, and the cities it serves, out of the house, and the house out of both (R-B10)."""
    mine = {one.role for one in roles.running(at).filter(user=user)}
    house = set(roles.HOUSE_ROLES)
    if (role in house and mine & WATCHES) or (role in WATCHES and mine & house):
        raise Refused(
            _(
                "Who belongs to the secretariat or administers cannot be auditor or file checker as well. Choose another role."
            ),
            "R-B10",
        )
    if (role in house and mine & set(roles.CITY_ROLES)) or (role in roles.CITY_ROLES and mine & house):
        raise Refused(
            _("Who belongs to the secretariat or administers cannot work for a city as well. Choose another role."),
            "R-B10",
        )


def _upper_floors_agree(user: User, role: str, city: City | None, at: datetime) -> None:
    """Let the floors above refuse: who judges a city's case does not come to work for that city (R-B1)."""
    for name in ASKED_BEFORE_A_MEMBERSHIP:
        import_string(name)(user, role, city=city, at=at)


def _is_the_only_delegate(role: str, city: City | None, at: datetime) -> None:
    if role == Role.CITY_DELEGATE and roles.running(at).filter(role=role, city=city).exists():
        raise Refused(_("This city has a delegate. Hand the delegate's part over instead."), "R-C1")


def _may_close(user: User, by: User, at: datetime) -> None:
    if user.pk == by.pk:
        raise Refused(_("You cannot close or reopen your own account. Ask somebody else of the secretariat."), "R-B10")
    if not roles.runs_the_house(by, at=at):
        raise Refused(_("Only the secretariat can close an account or open it again. Write to it."))


def _tell(act: str, part: Membership, *, by: User, at: datetime, **more: object) -> None:
    told = {"user": part.user_id, "role": part.role, "city": part.city_id, "organisation": part.organisation_id}
    journal.record(act, part, by=by, at=at, **told, **more)
