"""Bringing people in by letters, ending their parts, handing a city over to its new delegate."""

import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sdgcities import canonical, journal, names, roles
from sdgcities.actions import parts
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.mailing import post
from sdgcities.models import City, Country, Invitation, Membership, Organisation, Role, User

OPEN_FOR = timedelta(days=14)
A_DAY, HOUSE_A_DAY = 20, 500  # invitations that one person writes: of a city, and of the secretariat
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
COMPETENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class Invited(NamedTuple):
    """An invitation, and the secret that only its letter carries."""

    invitation: Invitation
    token: str


@journaled
def invite(
    email: str,
    role: str = "",
    *,
    organisation: Organisation | None = None,
    city: City | None = None,
    language: str = "en",
    working_languages: Sequence[str] = (),
    by: User | None,
    at: datetime,
) -> Invited:
    """Write to EMAIL that an account, with ROLE if one is given, can be claimed within 14 days.

    Who may invite is `roles.may_give`; nobody invites themselves. BY is None only for the first administrator of an
    empty house.
    """
    parts.belongs(role, city, organisation)
    if not _may_invite(by, role, city, organisation, at):
        raise Refused(_("You may not invite a person to this role. Choose another one, or ask the secretariat."))
    email = email.strip().lower()
    if by is not None and email == by.email:
        raise Refused(_("You cannot invite yourself. Ask somebody else of the secretariat."), "R-B10")
    waiting = Invitation.objects.filter(email=email, role=role, city=city, organisation=organisation)
    if open_at(waiting, at).exists():
        raise Refused(_("An invitation for this role is open at this address. Send it again, or withdraw it first."))
    spoken = _codes(working_languages, LANGUAGE)
    offer = Invitation(email=email, role=role, organisation=organisation, city=city, language=language)
    offer.working_languages = spoken
    return _write(offer, by=by, at=at)


def open_at(invitations: QuerySet[Invitation], at: datetime) -> QuerySet[Invitation]:
    """Keep the invitations that can still be accepted at AT."""
    return invitations.filter(accepted_at__isnull=True, cancelled_at__isnull=True, expires_at__gte=at)


@journaled
def resend(invitation: Invitation, *, by: User, at: datetime) -> Invited:
    """Write the letter once more, with a new secret and 14 days from AT; the old letter opens nothing any more."""
    held = _open_letter(invitation, by, at)
    token = secrets.token_urlsafe(32)
    held.token_digest, held.expires_at = canonical.digest(token), at + OPEN_FOR
    held.save(update_fields=["token_digest", "expires_at"])
    journal.record("person.invited_again", held, by=by, at=at, expires_at=held.expires_at)
    _send(held, token, by)
    return Invited(held, token)


@journaled
def cancel(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Withdraw an invitation: its letter opens nothing any more."""
    held = _open_letter(invitation, by, at)
    held.cancelled_at = at
    held.save(update_fields=["cancelled_at"])
    journal.record("person.invitation_withdrawn", held, by=by, at=at)


@journaled
def accept(token: str, *, name: str = "", password: str = "", by: User | None = None, at: datetime) -> User:
    """Claim what the letter with TOKEN offers: a new account, or another part for the person who has one (BY)."""
    try:
        invitation = Invitation.objects.held().get(token_digest=canonical.digest(token))
    except Invitation.DoesNotExist:
        raise Refused(
            _("This invitation is not known. Open the link of the letter once more, or ask for a new letter.")
        ) from None
    if invitation.accepted_at is not None:
        raise Refused(_("This invitation has been accepted already. Sign in with the account that was opened then."))
    if invitation.cancelled_at is not None:
        raise Refused(_("This invitation has been withdrawn. Ask whoever invited you."))
    if at > invitation.expires_at:
        raise Refused(_("This invitation is no longer open. Ask for a new one."))
    if not _still_stands(invitation, at):
        raise Refused(
            _("Whoever invited you may no longer give this role. Ask the city or the secretariat for a new invitation.")
        )
    user = _claimed(invitation, name, password, by, at)
    invitation.accepted_at, invitation.accepted_by = at, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    journal.record("person.accepted", invitation, by=user, at=at)
    if invitation.succeeds is not None:
        _succeed(invitation.succeeds, user, by=user, at=at)
    elif invitation.role:
        parts.begin(user, invitation.role, invitation.organisation, invitation.city, by=user, at=at)
    return user


@journaled
def end_membership(membership: Membership, *, by: User, at: datetime) -> None:
    """End a part at once: from AT it gives no right any more (R-H4). Who could have given it may end it."""
    held = Membership.objects.hold(membership.pk)
    may_end = roles.may_give(by, held.role, city=held.city, organisation=held.organisation, at=at)
    if held.user_id != by.pk and not may_end:
        raise Refused(_("You may not end this role. Ask the secretariat to do it."))
    parts.finish(held, by=by, at=at)


@journaled
def hand_over(
    membership: Membership, *, to: User | str, at_once: bool = False, by: User, at: datetime
) -> Invited | Membership:
    """Record that a city's delegate is succeeded by TO (R-C1): nothing is lost, the old part ends as the new begins.

    A person with an account takes over at once; an address gets an invitation, and until it is claimed the delegate
    stays the delegate: an unclaimed account submits nothing. With AT_ONCE the house ends the old part now. The delegate
    or the house hands over, neither to themselves.
    """
    held = Membership.objects.hold(membership.pk)
    if held.role != Role.CITY_DELEGATE or held.ended_at is not None:
        raise Refused(
            _("Only the part of a city's present delegate can be handed over. End this one instead."),
            "R-C1",
        )
    house = roles.runs_the_house(by, at=at)
    if held.user_id != by.pk and not house:
        raise Refused(_("Only the delegate or the secretariat can hand this part over. Ask one of them."), "R-C1")
    if isinstance(to, User):
        return _succeed(held, to, by=by, at=at)
    if to.strip().lower() == by.email:
        raise Refused(_("You cannot hand this part over to yourself. Name somebody else."), "R-C1")
    if at_once and not house:
        raise Refused(
            _("Only the secretariat can end the delegate's part before the next one accepts. Write to it."), "R-C1"
        )
    successor = Invitation(
        email=to,
        role=held.role,
        organisation=held.organisation,
        city=held.city,
        succeeds=held,
        language=held.user.language,
    )
    if at_once:
        parts.finish(held, by=by, at=at)
    written = _write(successor, by=by, at=at)
    if held.user_id != by.pk:
        _tell_the_delegate(held, written.invitation, at_once=at_once)
    return written


def _tell_the_delegate(held: Membership, successor: Invitation, *, at_once: bool) -> None:
    """Write to the present delegate that the house hands their part over: until it is accepted they can withdraw that."""
    key = f"handed-over:{successor.pk}"
    post("handed_over", to=held.user, key=key, membership=held, invitation=successor, at_once=at_once)


@journaled
def speak(user: User, *, language: str, by: User, at: datetime) -> None:
    """Keep the language in which USER reads pages and letters."""
    if user.pk != by.pk:
        raise Refused(_("You may change only your own language. Ask the other person to choose theirs."))
    if user.language == language:
        return
    user.language = language
    user.save(update_fields=["language"])
    journal.record("person.language", user, by=by, at=at, language=language)


@journaled
def describe(
    user: User, *, languages: Iterable[str], competences: Iterable[str], country: Country | None, by: User, at: datetime
) -> None:
    """Keep what assignments look at: USER's working languages, competences and country (R-B7, R-B9).

    The secretariat and administrators describe others; of oneself a person says the working languages alone, for
    nobody widens what they may be called to judge.
    """
    held = User.objects.select_for_update().get(pk=user.pk)
    if held.erased_at is not None:
        raise Refused(_("This person's data was erased, and nothing can be added to it any more."))
    spoken, skilled = _codes(languages, LANGUAGE), _codes(competences, COMPETENCE)
    if held.pk == by.pk:
        if skilled != held.competences or country != held.country:
            raise Refused(_("You can change your own languages alone. Ask the secretariat for the rest."), "R-B7")
    elif not roles.runs_the_house(by, at=at):
        raise Refused(
            _("Only the secretariat can describe another person. Write to it what should stand there."), "R-B7"
        )
    held.working_languages, held.competences, held.country = spoken, skilled, country
    held.save(update_fields=["working_languages", "competences", "country"])
    user.working_languages, user.competences, user.country = spoken, skilled, country
    journal.record(
        "person.described",
        held,
        by=by,
        at=at,
        languages=spoken,
        competences=skilled,
        country=country.pk if country else None,
    )


def _codes(given: Iterable[str], form: re.Pattern[str]) -> list[str]:
    """Give what was typed as a sorted list of codes, each once."""
    codes = sorted({code.strip() for code in given if code.strip()})
    wrong = next((code for code in codes if not form.fullmatch(code)), None)
    if wrong is not None:
        raise Refused(_("“%(code)s” is not a known form of code. Use en, zh-hans or A1.") % {"code": wrong})
    return codes


def _still_stands(invitation: Invitation, at: datetime) -> bool:
    """Whether whoever wrote INVITATION could write it today: an offer ends with the part it rests on."""
    by, old = invitation.invited_by, invitation.succeeds
    if by is None:
        return True
    if old is not None:
        return roles.runs_the_house(by, at=at) or (old.user_id == by.pk and old.ended_at is None and by.is_active)
    return _may_invite(by, invitation.role, invitation.city, invitation.organisation, at)


def _not_too_many(by: User | None, at: datetime) -> None:
    """Refuse letters to strangers by the dozen in our name."""
    if by is None:
        return
    most = HOUSE_A_DAY if roles.runs_the_house(by, at=at) else A_DAY
    if Invitation.objects.filter(invited_by=by, invited_at__gt=at - timedelta(days=1)).count() >= most:
        raise Refused(_("You have written %(count)s invitations within a day. Go on tomorrow.") % {"count": most})


def _write(invitation: Invitation, *, by: User | None, at: datetime) -> Invited:
    """Keep INVITATION under a fresh secret and write its letter, in the person's own language if we know it."""
    _not_too_many(by, at)
    token = secrets.token_urlsafe(32)
    invitation.email = invitation.email.strip().lower()
    invitation.token_digest = canonical.digest(token)
    invitation.invited_by, invitation.invited_at, invitation.expires_at = by, at, at + OPEN_FOR
    known = known_by(invitation.email)
    invitation.language = known.language if known else invitation.language
    invitation.save(force_insert=True)
    journal.record(
        "person.invited",
        invitation,
        by=by,
        at=at,
        email=journal.keyed(invitation.email, of=invitation),
        role=invitation.role,
        city=invitation.city_id,
        organisation=invitation.organisation_id,
        succeeds=invitation.succeeds_id,
    )
    _send(invitation, token, by)
    return Invited(invitation, token)


def _send(invitation: Invitation, token: str, by: User | None) -> None:
    post(
        "invitation",
        to=invitation.email,
        key=f"invitation:{invitation.token_digest}",
        language=invitation.language,
        invitation=invitation,
        token=token,
        by=by,
    )


def _open_letter(invitation: Invitation, by: User, at: datetime) -> Invitation:
    """Hold an invitation that BY could have written and that nobody has accepted or withdrawn."""
    held = Invitation.objects.hold(invitation.pk)
    own = held.succeeds is not None and held.succeeds.user_id == by.pk
    if not own and not _may_invite(by, held.role, held.city, held.organisation, at):
        raise Refused(_("You may not change this invitation. Ask whoever sent it."))
    if held.accepted_at is not None:
        raise Refused(_("This invitation has been accepted already, so nothing is left to do."))
    if held.cancelled_at is not None:
        raise Refused(_("This invitation has been withdrawn already, so nothing is left to do."))
    return held


def known_by(email: str) -> User | None:
    """Give the person whom a letter to EMAIL reaches: by the address of the account, or by another one they proved."""
    owner = User.objects.filter(email=email).first()
    proved = None if owner else EmailAddress.objects.filter(email=email, verified=True).select_related("user").first()
    return proved.user if proved else owner


def _claimed(invitation: Invitation, name: str, password: str, by: User | None, at: datetime) -> User:
    """Give the person who claims: the one who is signed in under that address, or a new account."""
    known = known_by(invitation.email)
    if known is None:
        return _welcomed(invitation, name, password, at)
    if by is None or by.pk != known.pk:
        raise Refused(_("An account with this address exists. Sign in with it and open the invitation again."))
    if not known.is_active:
        raise Refused(_("This account is closed. Ask the secretariat to open it again."))
    return known


def _welcomed(invitation: Invitation, name: str, password: str, at: datetime) -> User:
    user = User(email=invitation.email, name=names.plain(name), language=invitation.language, joined_at=at)
    user.working_languages = invitation.working_languages
    if not user.name:
        raise Refused(_("Enter your name."))
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    user.set_password(password)
    user.save(force_insert=True)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)  # the letter reached them
    return user


def _succeed(old: Membership, user: User, *, by: User, at: datetime) -> Membership:
    """End OLD, unless that was done, and let USER's part begin in the same instant."""
    held = Membership.objects.hold(old.pk)
    if held.user_id == user.pk:
        raise Refused(_("This person is the delegate already. Name somebody else."), "R-C1")
    if user.pk == by.pk and not _was_offered(held, user):
        raise Refused(_("You cannot hand this part over to yourself. Name somebody else."), "R-C1")
    if held.ended_at is None:
        parts.finish(held, by=by, at=at)
    return parts.begin(user, held.role, held.organisation, held.city, by=by, at=at, succeeds=held)


def _was_offered(part: Membership, user: User) -> bool:
    """Say whether somebody else invited USER to succeed in PART."""
    return Invitation.objects.filter(succeeds=part, email=user.email).exclude(invited_by=user).exists()


def _may_invite(by: User | None, role: str, city: City | None, organisation: Organisation | None, at: datetime) -> bool:
    if by is None:
        return role == Role.ADMINISTRATOR and not Membership.objects.filter(role=Role.ADMINISTRATOR).exists()
    return roles.may_give(by, role, city=city, organisation=organisation, at=at)
