"""What each act of the journal is called in words, and how what it was done to is named; each floor's own stand in its ``acts``.

A floor's file is found by its name, as ``tasks`` are, so that no floor need be known from below. What is read here is
for the journal's readers, the secretariat and auditors; what a case shows to whom is the case's own table.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from sdgcities import roles
from sdgcities.models import City, Entry, Organisation, User

Text = str | Promise


class Thing(NamedTuple):
    """What something is called, where its reader may open it, if anywhere, and the language of a name that is a sentence."""

    words: str
    href: str = ""
    language: str = ""


class Group(NamedTuple):
    """Acts of one kind: what they are about, and the words of each."""

    title: Text
    acts: Mapping[str, Text]


Finder = Callable[[Collection[str], User, datetime], Mapping[str, Thing]]
Parts = Callable[[Collection[Entry]], Mapping[int, str]]
About = Callable[[str], QuerySet[Entry] | None]

_groups: list[Group] = []
_words: dict[str, Text] = {}
_views: set[str] = set()
_kinds: dict[str, Text] = {}
_finders: dict[str, Finder] = {}
_parts: list[Parts] = []
_about: list[About] = []


# --- telling: each floor, when its ``acts`` is read


def tell(title: Text, acts: Mapping[str, Text], *, views: Iterable[str] = ()) -> None:
    """Name ACTS, of one kind called TITLE; those in VIEWS tell that evidence was seen or taken (R-H1)."""
    _groups.append(Group(title, acts))
    _words.update(acts)
    _views.update(views)


def name(kinds: Mapping[str, Text]) -> None:
    """Say what KINDS of things are called, by their model's label."""
    _kinds.update(kinds)


def finds(label: str) -> Callable[[Finder], Finder]:
    """Let a function name the things of the model LABEL by their keys, for one reader at one time, in one query."""

    def registered(finder: Finder) -> Finder:
        _finders[label] = finder
        return finder

    return registered


def tells_parts(function: Parts) -> Parts:
    """Let FUNCTION say in which part of theirs people acted, by the entries' numbers, in one query."""
    _parts.append(function)
    return function


def tells_about(function: About) -> About:
    """Let FUNCTION find the entries about what a reader names by its reference; None where it knows no such thing."""
    _about.append(function)
    return function


# --- asking


def words(act: str) -> str:
    """Say in the reader's language what was done; an act that nobody named is told by its name."""
    _discover()
    return str(_words.get(act, act))


def groups() -> list[Group]:
    """All acts that have words, by kind, the ground floor's first."""
    _discover()
    return list(_groups)


def views() -> frozenset[str]:
    """The acts that tell that evidence was seen or taken."""
    _discover()
    return frozenset(_views)


def kind(label: str) -> str:
    """Say what things of the model LABEL are called; one that nobody named is told by its label."""
    _discover()
    return str(_kinds.get(label, label))


def kinds() -> frozenset[str]:
    """The models whose things have a name."""
    _discover()
    return frozenset(_kinds)


def found(names: Collection[str], *, reader: User, at: datetime) -> dict[str, Thing]:
    """What the things of these NAMES (``app.model:key``) are called for READER, one query a model that has a finder."""
    _discover()
    keys: dict[str, set[str]] = {}
    for one in names:
        label, _colon, key = one.partition(":")
        keys.setdefault(label, set()).add(key)
    known = {label: _finders[label](sorted(some), reader, at) for label, some in keys.items() if label in _finders}
    return {f"{label}:{key}": thing for label, things in known.items() for key, thing in things.items()}


def parts(entries: Collection[Entry]) -> dict[int, str]:
    """In which part in a case people acted, by the entries' numbers, where it was in one."""
    _discover()
    return {seq: part for function in _parts for seq, part in function(entries).items()}


def about(text: str) -> QuerySet[Entry] | None:
    """The entries about what TEXT names: the reference of a case, or an object as the journal knows it."""
    _discover()
    if ":" in text:
        return Entry.objects.filter(object=text)
    return next((entries for function in _about if (entries := function(text)) is not None), None)


@cache
def _discover() -> None:
    """Read every floor's ``acts``, once: a page asks for the words of a hundred acts, a sheet for those of all."""
    autodiscover_modules("acts")


# --- the ground floor's own

tell(
    _("People and accounts"),
    {
        "person.invited": _("Invitation sent"),
        "person.invited_again": _("Invitation sent again"),
        "person.invitation_withdrawn": _("Invitation withdrawn"),
        "person.accepted": _("Invitation accepted"),
        "person.account": _("Account changed"),
        "person.language": _("Language of pages and letters chosen"),
        "person.described": _("Languages, competences and country of a person kept"),
        "person.closed": _("Account closed"),
        "person.reopened": _("Account opened again"),
        "person.erased": _("Data of a person erased"),
        "person.password.set": _("Password set"),
        "person.password.changed": _("Password changed"),
        "person.password.reset": _("Password set anew by a letter's link"),
        "person.address.added": _("E-mail address added"),
        "person.address.removed": _("E-mail address removed"),
        "person.address.changed": _("E-mail address changed"),
        "token.made": _("Token for a program made"),
        "token.revoked": _("Token for a program revoked"),
    },
)
tell(
    _("Roles and organisations"),
    {
        "membership.begun": _("Role begun"),
        "membership.ended": _("Role ended"),
        "membership.recorded": _("Work for an organisation recorded"),
        "organisation.created": _("Organisation added"),
        "organisation.changed": _("Organisation changed"),
        "organisation.ended": _("Organisation ended"),
    },
)
tell(
    _("Reference data"),
    {
        "reference.loaded": _("Reference data loaded from its file"),
        "income_group.added": _("Income group added from a day on"),
        "income_group.corrected": _("Income group corrected"),
        "city.added": _("City added"),
        "city.kept": _("Particulars of a city changed"),
        "city.removed": _("City removed that was added by mistake"),
        "city.entered": _("City entered for the demonstration"),
        "country.invented": _("Country invented for the demonstration"),
    },
)
tell(
    _("The journal and the house's work"),
    {
        "journal.adopted": _("What stood before taken over into the chain"),
        "journal.checkpoint_asked": _("Checkpoint asked for"),
        "journal.checkpointed": _("Checkpoint of the journal signed"),
        "journal.exported": _("Journal taken out as a file"),
        "key.published": _("Public key published"),
        "job.retried": _("Failed job tried again"),
        "records.forgotten": _("Records dropped whose time was over"),
    },
)
name(
    {
        "sdgcities.user": _("Person"),
        "sdgcities.invitation": _("Invitation"),
        "sdgcities.token": _("Token for a program"),
        "sdgcities.membership": _("Role"),
        "sdgcities.organisation": _("Organisation"),
        "sdgcities.source": _("Reference data"),
        "sdgcities.incomegroup": _("Income group"),
        "sdgcities.city": _("City"),
        "sdgcities.country": _("Country"),
        "sdgcities.entry": _("Journal"),
        "sdgcities.checkpoint": _("Checkpoint"),
        "sdgcities.publickey": _("Public key"),
        "sdgcities.job": _("Job"),
        "sdgcities.counter": _("Numbers given out"),
    }
)


@finds("sdgcities.user")
def people(keys: Collection[str], reader: User, at: datetime) -> dict[str, Thing]:
    """Their names; the house opens their pages."""
    opens = roles.runs_the_house(reader, at=at)
    return {
        str(one.pk): Thing(str(one), reverse("people-show", args=[one.pk]) if opens else "")
        for one in User.objects.filter(pk__in=keys)
    }


@finds("sdgcities.organisation")
def organisations(keys: Collection[str], reader: User, at: datetime) -> dict[str, Thing]:
    """Their names; the house opens their pages."""
    opens = roles.runs_the_house(reader, at=at)
    return {
        str(one.pk): Thing(str(one), reverse("organisations-show", args=[one.pk]) if opens else "")
        for one in Organisation.objects.filter(pk__in=keys)
    }


@finds("sdgcities.city")
def cities(keys: Collection[str], reader: User, at: datetime) -> dict[str, Thing]:
    """Their names."""
    return {str(one.pk): Thing(str(one)) for one in City.objects.filter(pk__in=keys)}


@finds("sdgcities.entry")
def rows(keys: Collection[str], reader: User, at: datetime) -> dict[str, Thing]:
    """The number of the row that the journal ended with."""
    return {key: Thing(key, reverse("journal-entry", args=[key]) if key != "0" else "") for key in keys}
