"""A definition's page: what may stand on it, and the line on which a torn one is torn. No Django in here."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

Raw = Any  # what TOML or JSON may hold
Place = tuple[str | int, ...]  # the way to a thing on the page: ("stages", 0, "criteria", 1, "title")
Check = Callable[[Raw], Raw]  # gives what it was given, made fit for use, or raises ValueError with the reason

HEADER = re.compile(r"\s*\[{1,2}([^\[\]]+)\]{1,2}\s*(#.*)?$")
NAME = re.compile(r'"([^"]+)"|([\w-]+)')
MEMBER = re.compile(r"\s*([\w-]+)\s*=")
AT_LINE = re.compile(r" ?\(at line (\d+), column \d+\)")
AT_END = re.compile(r" ?\(at end of document\)")


class TornPage(ValueError):  # noqa: N818 - the page is torn: a finding told to its author
    """A definition that cannot be read as it stands: file, line and reason."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file, self.line, self.reason = file, line, reason


@dataclass(frozen=True, slots=True)
class Page:
    """A definition as read, able to say on which line a thing stands."""

    file: str
    text: str
    body: dict[str, Raw]

    def torn(self, place: Place, reason: str) -> NoReturn:
        """Refuse the page because of what stands at PLACE."""
        raise TornPage(self.file, self.line(place), reason)

    def line(self, place: Place) -> int:
        """Give the line of the thing at PLACE, or of the nearest table that holds it."""
        lines = lines_of(self.text)
        while place not in lines:
            place = place[:-1]
        return lines[place]

    def checked(self, place: Place, value: Raw, check: Check) -> Raw:
        """Give VALUE as CHECK returns it; what the check says against it becomes the reason."""
        try:
            return check(value)
        except ValueError as complaint:
            self.torn(place, f"{place[-1]}: {complaint}")

    def table(self, place: Place, raw: Raw, members: Mapping[str, Check]) -> dict[str, Raw]:
        """Give RAW with each of MEMBERS checked; an unknown or a missing one tears the page."""
        if not isinstance(raw, dict):
            self.torn(place, "must be a table")
        for name in raw:
            if name not in members:
                self.torn((*place, name), f"unknown member {name!r}")
        for name in members:
            if name not in raw:
                self.torn(place, f"missing member {name!r}")
        return {name: self.checked((*place, name), raw[name], check) for name, check in members.items()}


def page_of(path: Path) -> Page:
    """Read the page at PATH; bad TOML tears it."""
    text = path.read_text(encoding="utf-8")
    try:
        return Page(path.name, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        at = AT_LINE.search(str(error))
        line = int(at[1]) if at else len(text.splitlines())
        raise TornPage(path.name, line, AT_END.sub("", AT_LINE.sub("", str(error)))) from error


def lines_of(text: str) -> dict[Place, int]:
    """Tell on which line each table and each member stands (TEXT is known to be good TOML)."""
    found: dict[Place, int] = {(): 1}
    counts: dict[Place, int] = {}
    here: Place = ()
    quoted = False
    for number, line in enumerate(text.splitlines(), 1):
        if not quoted and (header := HEADER.match(line)):
            here = _place_of(header[1], counts, many=line.lstrip().startswith("[["))
            found[here] = number
        elif not quoted and (member := MEMBER.match(line)):
            found[(*here, member[1])] = number
        quoted ^= bool(line.count('"""') % 2)
    return found


def _place_of(header: str, counts: dict[Place, int], *, many: bool) -> Place:
    names = [quoted or bare for quoted, bare in NAME.findall(header)]
    place: Place = ()
    for name in names[:-1]:
        place = (*place, name)
        if place in counts:
            place = (*place, counts[place] - 1)
    place = (*place, names[-1])
    if many:
        counts[place] = counts.get(place, 0) + 1
        place = (*place, counts[place] - 1)
    return place


# --- checks of one value -----------------------------------------------------------------------------------------------


def _a(kind: type, name: str) -> Check:
    def check(value: Raw) -> Raw:
        if type(value) is not kind:  # a truth value is no number here
            raise ValueError(f"must be {name}")
        return value

    return check


table, truth, several, whole = _a(dict, "a table"), _a(bool, "true or false"), _a(list, "a list"), _a(int, "a number")


def words(value: Raw) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text that says something")
    return value


def some(value: Raw) -> list[Raw]:
    if not several(value):
        raise ValueError("must not be empty")
    return list(value)


def positive(value: Raw) -> int:
    if whole(value) <= 0:
        raise ValueError("must be more than 0")
    return int(value)


def matching(pattern: str, name: str) -> Check:
    def check(value: Raw) -> str:
        if not re.fullmatch(pattern, words(value)):
            raise ValueError(f"{value!r} is not {name}")
        return str(value)

    return check


def each(check: Check, *, least: int = 0) -> Check:
    def checked(value: Raw) -> tuple[Raw, ...]:
        items = tuple(check(item) for item in several(value))
        if len(items) < least:
            raise ValueError(f"needs at least {least}")
        if len(set(items)) < len(items):
            raise ValueError("says the same twice")
        return items

    return checked


slug = matching(r"[a-z0-9]+(-[a-z0-9]+)*", "a slug")
language = matching(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a language tag")
source = matching(r"[^§;]+ §\d+[^§;]*(; [^§;]+ §\d+[^§;]*)*", 'a source paragraph such as "HSP/EB.2023/4 §21a"')
