"""A standard's words in other languages: which text is translated, which stands in the source language; no Django in here."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Self, TypeVar

from certification import pages
from certification.pages import Check, Page, Place, Raw
from certification.standard import DEFINITIONS, Criterion, Group, Requirement, Stage, Standard
from sdgcities.canonical import digest as digest_of


@dataclass(frozen=True, slots=True)
class Translation:
    """The words of a standard in another language; a better one is no new version of the standard."""

    standard: str
    language: str
    status: str
    texts: Mapping[tuple[str, str], str | tuple[str, ...]]  # by key and member, as ("A1", "title")
    digest: str

    def has(self, key: str, member: str = "title") -> bool:
        """Whether that text is translated; if not, the source text stands in and keeps its own language."""
        return (key, member) in self.texts


class Untranslated(str):
    """A text that stands in the standard's own LANGUAGE because its translation does not have it."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str) -> Self:
        """The same text, knowing its language."""
        made = super().__new__(cls, text)
        made.language = language
        return made


AnyPart = TypeVar("AnyPart", Standard, Group, Stage, Criterion, Requirement)


def read(path: str | Path, standard: Standard) -> Translation:
    """Read the translation of STANDARD at PATH, or raise TornPage."""
    page = pages.page_of(Path(path))
    head = page.table((), page.body, TRANSLATION)
    if head["standard"] != standard.key:
        page.torn(("standard",), f"translates {head['standard']!r}, not {standard.key!r}")
    texts = {}
    for section, items in _translatable(standard).items():
        for key, entry in head[section].items():
            if key not in items:
                page.torn((section, key), f"{standard.key} has no {key!r} among its {section}")
            for member, value in page.checked((section, key), entry, pages.table).items():
                texts[key, member] = _translated_text(page, (section, key, member), value, items[key])
    digest = digest_of(page.text)
    return Translation(head["standard"], head["language"], head["status"], MappingProxyType(texts), digest)


@lru_cache(maxsize=64)
def translation_for(standard: Standard, language: str) -> Translation | None:
    """The shipped translation of STANDARD into that language, if there is one."""
    path = DEFINITIONS / f"{standard.key}.{language}.toml"
    return read(path, standard) if language.isalpha() and path.is_file() else None


@lru_cache(maxsize=64)
def for_readers(standard: Standard, language: str) -> Standard:
    """STANDARD for readers of LANGUAGE, whether or not a translation ships; what is missing is marked as such."""
    if language == standard.language:
        return standard
    nothing = Translation(standard.key, language, "", MappingProxyType({}), "")
    return in_language(standard, translation_for(standard, language) or nothing)


def in_language(standard: Standard, translation: Translation) -> Standard:
    """STANDARD in that language: where a text is not translated the source text stands, Untranslated. Same digest."""
    return _in_language(standard, translation, standard.language)


def _in_language(item: AnyPart, translation: Translation, source: str) -> AnyPart:
    changes: dict[str, Raw] = {}
    for field in fields(item):
        value = getattr(item, field.name)
        if field.name in {"groups", "stages", "criteria", "requirements"}:
            changes[field.name] = tuple(_in_language(part, translation, source) for part in value)
        elif field.name in TRANSLATED:
            changes[field.name] = translation.texts.get((item.key, field.name)) or _untranslated(value, source)
    return replace(item, **changes)


def _untranslated(value: str | tuple[str, ...], source: str) -> str | tuple[str, ...]:
    return Untranslated(value, source) if isinstance(value, str) else tuple(Untranslated(one, source) for one in value)


def _translatable(standard: Standard) -> dict[str, dict[str, Raw]]:
    return {
        "standards": {standard.key: standard},
        "groups": {group.key: group for group in standard.groups},
        "stages": {stage.key: stage for stage in standard.stages},
        "criteria": {criterion.key: criterion for criterion in standard.criteria()},
        "requirements": {requirement.key: requirement for requirement in standard.requirements()},
    }


def _translated_text(page: Page, place: Place, value: Raw, item: Raw) -> str | tuple[str, ...]:
    member = place[-1]
    if member not in TRANSLATED:
        page.torn(place, f"{member!r} is not a text that is translated")
    if not hasattr(item, str(member)):
        page.torn(place, f"unknown member {member!r}")
    if member != "documents":
        return str(page.checked(place, value, pages.words))
    translated: tuple[str, ...] = page.checked(place, value, pages.each(pages.words, least=1))
    if len(translated) != len(item.documents):
        page.torn(place, f"{len(translated)} documents where the source has {len(item.documents)}")
    return translated


TRANSLATION: dict[str, Check] = {
    "standard": pages.slug,
    "language": pages.language,
    "status": pages.matching("official|working|machine", "official, working or machine"),
    "standards": pages.table,
    "groups": pages.table,
    "stages": pages.table,
    "criteria": pages.table,
    "requirements": pages.table,
}
TRANSLATED = frozenset(
    (
        *("title", "certificate_word", "level_title", "summary", "opening", "text"),
        *("question", "guidance", "documents"),
    )
)
