"""What a program may ask: parameters and how each is read, the language, cursors that only we can write."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from sdgcities import languages
from sdgcities.problems import ROOT, Problem

LANGUAGES = tuple(sorted(languages.base(code) for code, _name in settings.LANGUAGES))
SOURCE = "en"
ON_A_PAGE, MOST_ON_A_PAGE = 50, 100
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a program may ask: its name, what it takes, and what that does."""

    name: str
    about: str
    read: Callable[[str], Any]
    schema: Mapping[str, Any]
    example: str


class Unreadable(Exception):  # noqa: N818 - says what the text is
    """A value that its parameter does not take, with the values that it takes."""

    def __init__(self, allowed: Sequence[str]) -> None:
        """Keep what is allowed."""
        super().__init__()
        self.allowed = list(allowed)


def text(name: str, about: str, example: str, *, longest: int = LONGEST_TEXT) -> Parameter:
    """A word to search by."""

    def read(given: str) -> str:
        if len(given) > longest:
            raise Unreadable([_("at most %(count)s characters") % {"count": longest}])
        return given

    return Parameter(name, about, read, {"type": "string", "maxLength": longest}, example)


def choice(name: str, about: str, choices: Iterable[str], example: str) -> Parameter:
    """One of a few words."""
    allowed = sorted(choices)

    def read(given: str) -> str:
        if given not in allowed:
            raise Unreadable(allowed)
        return given

    return Parameter(name, about, read, {"type": "string", "enum": allowed}, example)


def key(name: str, about: str, pattern: str, example: str) -> Parameter:
    """A key of a certain form."""
    form = re.compile(pattern)

    def read(given: str) -> str:
        if not form.fullmatch(given):
            raise Unreadable([_("a key such as %(example)s") % {"example": example}])
        return given

    return Parameter(name, about, read, {"type": "string", "pattern": f"^{pattern}$"}, example)


def country(about: str) -> Parameter:
    """A country by ISO 3166-1 alpha-3."""
    return key("country", about, "[A-Z]{3}", "KEN")


def since(about: str) -> Parameter:
    """A day: from its beginning in UTC."""

    def read(given: str) -> datetime:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", given, flags=re.ASCII):
            raise Unreadable([_("a day, such as 2026-09-01")])
        try:
            return datetime.combine(date.fromisoformat(given), time(), tzinfo=UTC)
        except ValueError:
            raise Unreadable([_("a day, such as 2026-09-01")]) from None

    return Parameter("since", about, read, {"type": "string", "format": "date"}, "2026-09-01")


def page_size() -> Parameter:
    """How many rows a page holds."""

    def read(given: str) -> int:
        if not (given.isascii() and given.isdigit() and len(given) <= len("100") and 1 <= int(given) <= MOST_ON_A_PAGE):
            raise Unreadable([_("a number from 1 to %(most)s") % {"most": MOST_ON_A_PAGE}])
        return int(given)

    schema = {"type": "integer", "minimum": 1, "maximum": MOST_ON_A_PAGE, "default": ON_A_PAGE}
    return Parameter("page_size", "How many rows a page holds.", read, schema, "50")


def cursor() -> Parameter:
    """Where the next page begins."""
    about = "Where a page begins: taken from the `next` of the page before, never made by hand."
    return Parameter("cursor", about, str, {"type": "string"}, "")


def fields(known: Iterable[str]) -> Parameter:
    """Which members are told."""
    allowed = list(known)

    def read(given: str) -> tuple[str, ...]:
        wanted = tuple(given.split(","))
        if not set(wanted) <= set(allowed):
            raise Unreadable(allowed)
        return wanted

    about = "The members to tell, comma-separated; all where it is left out. `id` is always told."
    schema = {"type": "string", "pattern": f"^({'|'.join(allowed)})(,({'|'.join(allowed)}))*$"}
    return Parameter("fields", about, read, schema, ",".join(allowed[:2]))


def ordering(allowed: Iterable[str], refuse: Callable[[str], None]) -> Parameter:
    """In which order rows come; REFUSE raises for an order that no list of cities may have (R-A5)."""
    names = [sign + name for name in allowed for sign in ("", "-")]

    def read(given: str) -> str:
        refuse(given)
        if given not in names:
            raise Unreadable(names)
        return given

    about = "The order: by name, country or date only, as certification is never a ranking (R-A5). `-` turns it round."
    return Parameter("ordering", about, read, {"type": "string", "enum": names}, names[0])


def language() -> Parameter:
    """In which language texts are told."""
    about = "The language of texts. Without it the header Accept-Language decides, and English stands in."
    return choice("lang", about, LANGUAGES, "fr")


def read(query: QueryDict, parameters: Iterable[Parameter]) -> dict[str, Any]:
    """Read what was asked, each by its parameter; anything else is refused and nothing is passed over."""
    known = {one.name: one for one in parameters}
    found: dict[str, Any] = {}
    for name in query:
        if name not in known:
            detail = _("This address has no parameter “%(name)s”.") % {"name": name[:LONGEST_TEXT]}
            raise Problem("invalid-parameter", detail, parameter=name[:LONGEST_TEXT], allowed=sorted(known))
        given = query.getlist(name)
        if len(given) > 1:
            detail = _("“%(name)s” is given more than once.") % {"name": name}
            raise Problem("invalid-parameter", detail, parameter=name, allowed=[])
        try:
            found[name] = known[name].read(given[0])
        except Unreadable as unreadable:
            words = {"name": name, "allowed": ", ".join(unreadable.allowed)}
            detail = _("“%(name)s” takes: %(allowed)s.") % words
            raise Problem("invalid-parameter", detail, parameter=name, allowed=unreadable.allowed) from None
    return found


def language_of(asked: str, accepted: str) -> str:
    """The language for a program that ASKED for one, or ACCEPTS some; English where none of ours is among them."""
    wanted = [asked] if asked else [code for code, _weight in parse_accept_lang_header(accepted[:500].lower())]
    for code in wanted:
        if (short := languages.base(code)) in LANGUAGES:
            return short
    return SOURCE


# --- pages


def after(
    rows: "QuerySet[Model, tuple[Any, ...]]", order: Sequence[str], values: Sequence[Any]
) -> "QuerySet[Model, tuple[Any, ...]]":
    """Keep the ROWS that come behind VALUES in ORDER: greater in the first, or equal there and greater in the next."""
    behind = Q()
    equal: dict[str, Any] = {}
    for name, value in zip(order, values, strict=True):
        plain = name.removeprefix("-")
        step = "lt" if name.startswith("-") else "gt"
        behind |= Q(**equal, **{f"{plain}__{step}": value})
        equal[plain] = value
    return rows.filter(behind)


def seal(collection: str, values: Sequence[Any]) -> str:
    """Write a cursor: the place after VALUES in that COLLECTION and order, under our signature."""
    plain = [{"at": one.isoformat()} if isinstance(one, datetime) else one for one in values]
    return signing.Signer(salt=f"cursor:{collection}").sign_object(plain)


def unseal(collection: str, given: str) -> list[Any]:
    """Read a cursor of ours, or refuse."""
    try:
        plain = signing.Signer(salt=f"cursor:{collection}").unsign_object(given)
    except (signing.BadSignature, ValueError):
        detail = _("This cursor is not one of ours for this list and order. Take the address in “next” as it is.")
        raise Problem("invalid-parameter", detail, parameter="cursor", allowed=[]) from None
    return [datetime.fromisoformat(one["at"]) if isinstance(one, dict) else one for one in plain]


def address(path: str, query: QueryDict | None = None, **changed: str) -> str:
    """The public address of PATH with what was asked in QUERY and CHANGED since."""
    asked = {**(query.dict() if query is not None else {}), **changed}
    return f"{settings.PUBLIC_URL}{path}" + (f"?{urlencode(asked)}" if asked else "")


def link(*parts: object) -> str:
    """The public address of a thing: its PARTS below the root."""
    return f"{settings.PUBLIC_URL}{ROOT}{'/'.join(str(part) for part in parts)}/"
