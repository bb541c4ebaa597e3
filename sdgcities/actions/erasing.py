"""A person's data is erased: names, addresses and all that carries them go; what the person did stays under a number (R-H2)."""

import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sdgcities import journal, roles, typed
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.models import Invitation, Job, Mail, Membership, Role, Salt, Sent, Token, User

NOWHERE = "erased.invalid"  # RFC 2606: no letter can ever arrive there

# upper floors are named by string only; each refuses, erases words that are about the person, or lists papers
ASKED_BEFORE_ERASING = ("certification.rules.nobody_waits_for",)
ERASED_WITH_A_PERSON = ("certification.actions.joining.forget_words",)
PAPERS_THAT_STAY = ("certification.rules.papers_naming",)


@journaled
def erase(user: User, *, by: User, at: datetime) -> None:
    """Erase what is known of USER, whose account is closed, for good; the journal's rows stay as they are and say nothing more.

    Documents that were signed or handed in keep the name they were made with (R-H2); `papers` lists them.
    """
    held = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    _may_erase(held, by, at)
    for name in ASKED_BEFORE_ERASING:
        import_string(name)(held, at=at)
    addresses = _addresses(held)
    for name in ERASED_WITH_A_PERSON:
        import_string(name)(held)
    _forget_letters(held, addresses)
    _forget_traces(held, addresses)
    _forget_invitations(held, addresses, by=by, at=at)
    _forget_sign_in(held)
    Salt.objects.filter(object=journal.name_of(held)).delete()
    _empty(held, at)
    user.refresh_from_db()
    journal.record("person.erased", held, by=by, at=at)


def papers(user: User) -> list[str]:
    """The documents that carry USER's name and stay as they are, by reference."""
    return [one for name in PAPERS_THAT_STAY for one in import_string(name)(user)]


def _may_erase(held: User, by: User, at: datetime) -> None:
    if held.pk == by.pk:
        raise Refused(_("You cannot erase your own data. Ask somebody else of the secretariat."), "R-B10")
    if not roles.runs_the_house(by, at=at):
        raise Refused(_("Only the secretariat can erase a person's data. Write to it."))
    administered = Membership.objects.filter(user=held, role=Role.ADMINISTRATOR).exists()
    if administered and not roles.holds(by, Role.ADMINISTRATOR, at=at):
        raise Refused(_("This person was an administrator. Ask an administrator to erase the data."))
    if held.erased_at is not None:
        raise Refused(_("This person's data was erased already, so nothing is left to do."))
    if held.is_active:
        raise Refused(_("This account is open. Close it first, then erase the data."))


def _addresses(held: User) -> set[str]:
    """Every address by which HELD was ever reached, in small letters, but for one that is another's by now."""
    sources: Iterable[Iterable[str]] = (
        [held.email],
        EmailAddress.objects.filter(user=held).values_list("email", flat=True),
        Invitation.objects.filter(accepted_by=held).values_list("email", flat=True),
        Mail.objects.filter(to_user=held).values_list("to_address", flat=True),
    )
    found = {address.lower() for source in sources for address in source if address}
    accounts = User.objects.filter(_any("email", found)).exclude(pk=held.pk).values_list("email", flat=True)
    proved = EmailAddress.objects.filter(_any("email", found)).exclude(user=held).values_list("email", flat=True)
    return found - {address.lower() for others in (accounts, proved) for address in others}


def _any(field: str, texts: Iterable[str]) -> Q:
    """A condition that FIELD is one of TEXTS, whatever the case; with none of them it holds for no row."""
    condition = Q(pk__in=[])
    for text in texts:
        condition |= Q(**{f"{field}__iexact": text})
    return condition


def _telling(rows: QuerySet[Any], known: Iterable[str], *fields: str) -> QuerySet[Any]:
    """Those of ROWS in which one of KNOWN stands in one of FIELDS, whatever the case: read here, for databases differ in it."""
    marks = [one.casefold() for one in known]
    found = [
        key
        for key, *texts in rows.values_list("pk", *fields).iterator()
        if any(mark in str(text).casefold() for text in texts for mark in marks)
    ]
    held: QuerySet[Any] = rows.model._default_manager.filter(pk__in=found)
    return held


def _forget_letters(held: User, addresses: set[str]) -> None:
    """Drop the letters to HELD, and take the name out of those to others."""
    own = Mail.objects.filter(Q(to_user=held) | _any("to_address", addresses))
    sending = [f"mail:{key}" for key in own.values_list("pk", flat=True)]
    Job.objects.filter(name="sdgcities.send_mail", key__in=sending).delete()
    own.delete()
    known = [held.name, *addresses] if held.name else [*addresses]
    for letter in _telling(Mail.objects.all(), known, "subject", "body").order_by("pk"):
        with translation.override(letter.language):
            words = gettext("A person whose data was erased")
        letter.subject = _without(letter.subject, known, words)[:300]
        letter.body = _without(letter.body, known, words)
        letter.save(update_fields=["subject", "body"])


def _without(text: str, known: Iterable[str], words: str) -> str:
    """TEXT with WORDS where one of KNOWN stood: as whole words, where its script parts words by spaces."""
    for one in known:
        before = "" if _joins(one[0]) else r"(?<!\w)"
        after = "" if _joins(one[-1]) else r"(?!\w)"
        text = re.sub(before + re.escape(one) + after, lambda _found: words, text, flags=re.IGNORECASE)
    return text


def _joins(letter: str) -> bool:
    """Whether LETTER is of a script in which other words may stand right beside a name: Chinese, Arabic and their like."""
    return unicodedata.category(letter) == "Lo"


def _forget_traces(held: User, addresses: set[str]) -> None:
    """Drop what else the machinery noted of HELD: failed sign-ins, sessions with what was typed in them, forms, errors."""
    for model in (AccessAttempt, AccessLog, AccessFailureLog):
        model.objects.filter(_any("username", addresses)).delete()
    for session in Session.objects.iterator():
        _forget_session(session, str(held.pk), addresses)
    led = [text for address in addresses for text in (address, quote(address))]
    _telling(Sent.objects.exclude(location=""), led, "location").delete()
    _telling(Job.objects.exclude(last_error=""), addresses, "last_error").update(last_error="")
    shown = [held.name, *addresses] if held.name else [*addresses]
    _telling(LogEntry.objects.all(), shown, "object_repr").update(object_repr="")


def _forget_session(session: Session, key: str, addresses: set[str]) -> None:
    """Drop SESSION if it is the person's; from another's take the typed words if an address stands in them."""
    kept = session.get_decoded()
    words = kept.get(typed.KEY) or {}
    whose = kept.get(SESSION_KEY) or words.get("user")
    text = json.dumps(kept, default=str, ensure_ascii=False).lower()
    if whose == key or (whose is None and any(mark in text for mark in (key, *addresses))):
        session.delete()
    elif any(address in text for address in addresses):
        kept.pop(typed.KEY, None)
        session.session_data = SessionStore().encode(kept)
        session.save(update_fields=["session_data"])


def _forget_invitations(held: User, addresses: set[str], *, by: User, at: datetime) -> None:
    """Take the address out of every letter by which HELD came or could have come; an open one is withdrawn."""
    letters = Invitation.objects.held().filter(Q(accepted_by=held) | _any("email", addresses))
    for letter in letters.order_by("pk"):
        Salt.objects.filter(object=journal.name_of(letter)).delete()
        letter.email = f"{letter.pk}@{NOWHERE}"
        letter.language, letter.working_languages = "en", []
        if letter.accepted_at is None and letter.cancelled_at is None:
            letter.cancelled_at = at
            journal.record("person.invitation_withdrawn", letter, by=by, at=at)
        letter.save(update_fields=["email", "language", "working_languages", "cancelled_at"])


def _forget_sign_in(held: User) -> None:
    """Drop all by which HELD signed in: proved addresses with their confirmations, second factors, tokens."""
    EmailAddress.objects.filter(user=held).delete()
    Authenticator.objects.filter(user=held).delete()
    Token.objects.filter(user=held).delete()


def _empty(held: User, at: datetime) -> None:
    held.name, held.email, held.erased_at = "", f"{held.pk}@{NOWHERE}", at
    held.language, held.time_zone, held.country = "en", "UTC", None
    held.working_languages, held.competences = [], []
    held.is_staff = held.is_superuser = False
    held.last_login = None
    held.set_unusable_password()
    held.save()
