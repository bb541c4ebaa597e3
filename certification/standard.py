"""The standard of a certification: stages, criteria, requirements; read from a definition that may not be torn."""

from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path

from certification import pages
from certification.pages import Check, Page, Place, Raw, TornPage
from sdgcities.canonical import digest as digest_of
from sdgcities.canonical import load
from sdgcities.canonical import text as text_of

__all__ = [
    "DEFINITIONS", "GLOBAL", "Criterion", "Group", "Requirement", "Stage", "Standard", "TornPage", "canonical", "from_text",
    "read", "to_text",
]  # fmt: skip

DEFINITIONS = Path(__file__).parent / "definitions"
GLOBAL = DEFINITIONS / "global-2023.toml"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One question a city answers and an evaluator marks."""

    key: str
    title: str
    question: str
    guidance: str
    source: str
    mandatory: bool
    documents: tuple[str, ...]  # what counts as evidence, in words
    fresh_months: int | None  # how old evidence may be at submission (R-C4); None: of any age
    track_objects: tuple[str, ...]  # work of the tracks that can serve, such as "data.series"
    expected_hours: int
    themes: tuple[str, ...]
    tools: tuple[str, ...]  # slugs of the tools that help to close the gap
    disaggregation: tuple[str, ...]  # keys of the groups that the answer has to tell apart
    may_be_not_applicable: bool


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a stage is decided by; met or not by its requirements (R-C6)."""

    key: str
    title: str
    text: str
    source: str
    mandatory: bool
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage and the level it ends in."""

    key: str
    level: str
    level_title: str
    title: str
    summary: str
    opening: str  # the sentence that governs each of its criteria (EB4 §20 to §23)
    source: str
    ends_in_certificate: bool
    criteria: tuple[Criterion, ...]

    def requirements(self) -> tuple[Requirement, ...]:
        """All requirements of the stage, in order."""
        return tuple(requirement for criterion in self.criteria for requirement in criterion.requirements)


@dataclass(frozen=True, slots=True)
class Group:
    """People, or a place, that must not be left behind (EB4 §12a, §21c, §31)."""

    key: str
    title: str
    source: str


@dataclass(frozen=True, slots=True)
class Standard:
    """One version of a standard; the digest covers ids, rules and source text, never a translation."""

    key: str
    version: str
    language: str
    title: str
    base: str | None  # key of the global version that a national adaptation stands on
    body: str
    certificate_word: str
    groups: tuple[Group, ...]
    stages: tuple[Stage, ...]
    digest: str

    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria, in order."""
        return tuple(criterion for stage in self.stages for criterion in stage.criteria)

    def requirements(self) -> tuple[Requirement, ...]:
        """All requirements, in order."""
        return tuple(requirement for stage in self.stages for requirement in stage.requirements())

    def stage(self, key: str) -> Stage:
        """The stage of that key, or KeyError."""
        return {stage.key: stage for stage in self.stages}[key]

    def stage_of_level(self, level: str) -> Stage:
        """The stage that ends in that level, or KeyError."""
        return {stage.level: stage for stage in self.stages}[level]

    def criterion(self, key: str) -> Criterion:
        """The criterion of that key, or KeyError."""
        return {criterion.key: criterion for criterion in self.criteria()}[key]

    def requirement(self, key: str) -> Requirement:
        """The requirement of that key, or KeyError."""
        return {requirement.key: requirement for requirement in self.requirements()}[key]


# --- reading and writing ---------------------------------------------------------------------------------------------


def read(path: str | Path) -> Standard:
    """Read the standard defined at PATH, or raise TornPage."""
    return _standard(pages.page_of(Path(path)))


@lru_cache(maxsize=32)
def from_text(text: str) -> Standard:
    """Read what `to_text` wrote, by the same checks; one text is read once, as it cannot change."""
    return _standard(Page("standard.json", text, load(text)))


def to_text(standard: Standard) -> str:
    """STANDARD as one RFC 8785 document, without its digest."""
    return text_of(canonical(standard))


def canonical(standard: Standard) -> dict[str, Raw]:
    """STANDARD as plain tables and lists, in the shape of its definition."""
    return {name: _plain(getattr(standard, name)) for name in STANDARD}


def _plain(value: Raw) -> Raw:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


# --- what may stand in a definition ----------------------------------------------------------------------------------


def _age(value: Raw) -> int | None:
    """Months, or "any" for evidence that does not age; the RFC 8785 text says null for the latter."""
    return None if value in ("any", None) else pages.positive(value)


def _base(value: Raw) -> str | None:
    return None if value in ("", None) else str(pages.slug(value))


_object = pages.matching(r"(data|strategy|institutions|finance|library)(\.[a-z_]+)?", "an object of a track")
_group = pages.matching(r"[a-z]+(_[a-z]+)*", "the key of a group")

STANDARD: dict[str, Check] = {
    "key": pages.slug,
    "version": pages.matching(r"\d+(\.\d+)*", "a version"),
    "language": pages.language,
    "title": pages.words,
    "base": _base,
    "body": pages.words,
    "certificate_word": pages.words,
    "groups": pages.some,
    "stages": pages.some,
}
GROUP: dict[str, Check] = {"key": _group, "title": pages.words, "source": pages.source}
STAGE: dict[str, Check] = {
    "key": pages.matching("[A-Z]", "a capital letter"),
    "level": pages.slug,
    "level_title": pages.words,
    "title": pages.words,
    "summary": pages.words,
    "opening": pages.words,
    "source": pages.source,
    "ends_in_certificate": pages.truth,
    "criteria": pages.some,
}
CRITERION: dict[str, Check] = {
    "key": pages.matching(r"[A-Z]\d+", "a criterion's key"),
    "title": pages.words,
    "text": pages.words,
    "source": pages.source,
    "mandatory": pages.truth,
    "requirements": pages.some,
}
REQUIREMENT: dict[str, Check] = {
    "key": pages.matching(r"[A-Z]\d+\.\d+", "a requirement's key"),
    "title": pages.words,
    "question": pages.words,
    "guidance": pages.words,
    "source": pages.source,
    "mandatory": pages.truth,
    "documents": pages.each(pages.words, least=1),
    "fresh_months": _age,
    "track_objects": pages.each(_object),
    "expected_hours": pages.positive,
    "themes": pages.each(pages.words, least=1),
    "tools": pages.each(pages.slug),
    "disaggregation": pages.each(_group),
    "may_be_not_applicable": pages.truth,
}
# --- from page to standard -------------------------------------------------------------------------------------------


def _standard(page: Page) -> Standard:
    head = page.table((), page.body, STANDARD)
    groups = tuple(Group(**page.table(("groups", n), raw, GROUP)) for n, raw in enumerate(head["groups"]))
    _told_apart(page, ("groups",), groups, "key")
    stages = tuple(_stage(page, ("stages", n), raw) for n, raw in enumerate(head["stages"]))
    _told_apart(page, ("stages",), stages, "key")
    _told_apart(page, ("stages",), stages, "level")
    _in_order(page, ("stages",), stages, [chr(ord("A") + n) for n in range(len(stages))])
    _known_groups(page, stages, {group.key for group in groups})
    standard = Standard(**(head | {"groups": groups, "stages": stages}), digest="")
    return replace(standard, digest=digest_of(to_text(standard)))


def _stage(page: Page, place: Place, raw: Raw) -> Stage:
    members = page.table(place, raw, STAGE)
    place = (*place, "criteria")
    criteria = tuple(_criterion(page, (*place, n), raw) for n, raw in enumerate(members["criteria"]))
    _told_apart(page, place, criteria, "key")
    _in_order(page, place, criteria, [f"{members['key']}{n + 1}" for n in range(len(criteria))])
    return Stage(**(members | {"criteria": criteria}))


def _criterion(page: Page, place: Place, raw: Raw) -> Criterion:
    members = page.table(place, raw, CRITERION)
    below = (*place, "requirements")
    requirements = tuple(
        Requirement(**page.table((*below, n), raw, REQUIREMENT)) for n, raw in enumerate(members["requirements"])
    )
    _told_apart(page, below, requirements, "key")
    _in_order(page, below, requirements, [f"{members['key']}.{n + 1}" for n in range(len(requirements))])
    if not any(requirement.mandatory for requirement in requirements):
        page.torn(place, f"{members['key']} has no mandatory requirement: anything would meet it")
    return Criterion(**(members | {"requirements": requirements}))


def _told_apart(page: Page, place: Place, items: tuple[Raw, ...], member: str) -> None:
    seen = set()
    for n, item in enumerate(items):
        value = getattr(item, member)
        if value in seen:
            page.torn((*place, n, member), f"{member} {value!r} stands twice")
        seen.add(value)


def _in_order(page: Page, place: Place, items: tuple[Raw, ...], keys: list[str]) -> None:
    for n, (item, key) in enumerate(zip(items, keys, strict=True)):
        if item.key != key:
            page.torn((*place, n, "key"), f"{item.key!r} stands where {key!r} should: keys go in order without a gap")


def _known_groups(page: Page, stages: tuple[Stage, ...], known: set[str]) -> None:
    for s, stage in enumerate(stages):
        for c, criterion in enumerate(stage.criteria):
            for r, requirement in enumerate(criterion.requirements):
                for key in requirement.disaggregation:
                    if key not in known:
                        place = ("stages", s, "criteria", c, "requirements", r, "disaggregation")
                        page.torn(place, f"no group has the key {key!r}")
