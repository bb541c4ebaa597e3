"""The standards for programs: versions, stages, criteria and requirements, in the language asked for; open to all (R-A3)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from certification import access, rules, translations
from certification import standard as reader
from certification.api.texts import (
    CriterionSerializer,
    RequirementSerializer,
    StageSerializer,
    StandardSerializer,
    Told,
    told_in,
)
from certification.models import Standard as Published
from certification.standard import Group
from sdgcities.api import asking
from sdgcities.api.about import Open
from sdgcities.api.asking import LANGUAGES, Parameter
from sdgcities.api.doors import Collection, Document, Listed, Row, Thing
from sdgcities.canonical import moment

STAGE, CRITERION, REQUIREMENT = "[A-Z]", r"[A-Z][0-9]+", r"[A-Z][0-9]+\.[0-9]+"
PLACE = {"standard": (r"^[a-z0-9-]+-[0-9.]+$", "global-2023-1.0")}
COLUMNS = ("key", "version", "text", "published_at", "transition_until", "base__key", "base__version")


def _row(columns: tuple[Any, ...], language: str) -> Row:
    key, version, text, published_at, transition_until, base_key, base_version = columns
    told = told_in(reader.from_text(text), language)
    one, by = told.standard, told.translation
    known = {one.language, *(code for code in LANGUAGES if translations.translation_for(reader.from_text(text), code))}
    return {
        "id": f"{key}-{version}",
        "key": key,
        "version": version,
        "title": one.title,
        "body": one.body,
        "base": f"{base_key}-{base_version}" if base_key else None,
        "language": one.language,
        "languages": sorted(known),
        "translation": {"language": by.language, "status": by.status, "digest": by.digest} if by else None,
        "digest": one.digest,
        "published_at": moment(published_at),
        "transition_until": _moment(transition_until),
        "groups": [_group(group) for group in one.groups],
    }


def _group(group: Group) -> Row:
    return {"key": group.key, "title": group.title, "source": group.source}


def _moment(at: datetime | None) -> str | None:
    return moment(at) if at else None


def _one(standard: str) -> "QuerySet[Published, Published]":
    key, _sign, version = standard.rpartition("-")
    return access.standards().filter(key=key, version=version)


def _columns(standard: str) -> tuple[Any, ...]:
    found: tuple[Any, ...] | None = _one(standard).values_list(*COLUMNS).first()
    if found is None:
        raise Http404
    return found


# --- the doors

STANDARD = {
    "id": "global-2023-1.0",
    "key": "global-2023",
    "version": "1.0",
    "title": "SDG Cities certification: global standard",
    "body": "UN-Habitat",
    "base": None,
    "language": "en",
    "languages": ["ar", "en", "es", "fr", "ru", "zh"],
    "translation": None,
    "digest": "5f0c…",
    "published_at": "2026-01-01T00:00:00Z",
    "transition_until": None,
    "groups": [{"key": "women", "title": "Women and girls", "source": "HSP/EB.2023/4 §21c"}],
}
STAGE_TOLD = {
    "id": "A",
    "level": "silver",
    "title": "Candidate city",
    "criteria": ["A1", "A2", "A3", "A4"],
    "untranslated": [],
}
CRITERION_TOLD = {"id": "A1", "stage": "A", "level": "silver", "title": "Inventory of data", "mandatory": True}
REQUIREMENT_TOLD = {"id": "A1.1", "criterion": "A1", "stage": "A", "mandatory": True, "fresh_months": 24}


class Standards(Open, Collection):
    """Each published version of the standard, the newest first. A published version never changes (R-A1)."""

    shape = StandardSerializer
    translated = True
    tag, operation, summary, example = "standards", "listStandards", "The published standards", STANDARD
    columns = COLUMNS
    orders = {"date": ("-published_at", "key", "version"), "name": ("title", "key", "version")}
    refuses = staticmethod(rules.sorts_by_no_score)

    def rows(self, **named: Any) -> "QuerySet[Any, Any]":
        """All of them."""
        return access.standards()

    def row(self, *columns: Any) -> Row:
        """One version in the language asked for."""
        return _row(columns, self.language)


class OneStandard(Open, Thing):
    """One published version. Its text as published, with the digest that counts, is its `document`."""

    shape = StandardSerializer
    translated = True
    tag, operation, summary, example = "standards", "readStandard", "One published standard", STANDARD
    places = PLACE

    def find(self, **named: Any) -> Row:
        """It in the language asked for."""
        return _row(_columns(named["standard"]), self.language)


class StandardDocument(Open, Document):
    """The standard as it was published: one RFC 8785 text, whose SHA-256 is the standard's digest."""

    shape = StandardSerializer
    tag, operation, summary = "standards", "readStandardDocument", "A standard's text as published"
    example = {"key": "global-2023", "version": "1.0", "language": "en"}
    places = PLACE

    def text(self, **named: Any) -> str:
        """The text."""
        return str(_columns(named["standard"])[COLUMNS.index("text")])


class Parts(Open, Listed):
    """The parts of one kind of a standard, in its own order."""

    translated = True
    tag = "standards"
    places = PLACE

    def items(self, **named: Any) -> Iterable[Row]:
        """Those that were asked for."""
        text = _columns(named["standard"])[COLUMNS.index("text")]
        told = told_in(reader.from_text(text), self.language)
        narrowed = {name: self.asked[name] for name in ("stage", "level", "criterion") if name in self.asked}
        return [one for one in self.all_of(told) if all(one[name] == value for name, value in narrowed.items())]

    def all_of(self, told: Told) -> Iterable[Row]:
        """All parts of this kind."""
        raise NotImplementedError


class Stages(Parts):
    """The stages of a standard in order, each ending in a level."""

    shape = StageSerializer
    operation, summary, example = "listStages", "The stages of a standard", STAGE_TOLD

    def all_of(self, told: Told) -> Iterable[Row]:
        """Stages."""
        return [told.stage(one) for one in told.standard.stages]


class Criteria(Parts):
    """The criteria of a standard in order, those of one stage or level if asked so."""

    shape = CriterionSerializer
    operation, summary, example = "listCriteria", "The criteria of a standard", CRITERION_TOLD

    @classmethod
    def parameters(cls) -> list[Parameter]:
        """By stage or level."""
        return [*super().parameters(), stage_of(), level_of()]

    def all_of(self, told: Told) -> Iterable[Row]:
        """Criteria."""
        return [told.criterion(one, stage) for stage in told.standard.stages for one in stage.criteria]


class Requirements(Parts):
    """The requirements of a standard in order, those of one stage or criterion if asked so."""

    shape = RequirementSerializer
    operation, summary, example = "listRequirements", "The requirements of a standard", REQUIREMENT_TOLD

    @classmethod
    def parameters(cls) -> list[Parameter]:
        """By stage or criterion."""
        of = asking.key("criterion", "Those of one criterion.", CRITERION, "A1")
        return [*super().parameters(), stage_of(), of]

    def all_of(self, told: Told) -> Iterable[Row]:
        """Requirements."""
        return [
            told.requirement(one, criterion, stage)
            for stage in told.standard.stages
            for criterion in stage.criteria
            for one in criterion.requirements
        ]


class Part(Open, Thing):
    """One part of a standard, found in its list."""

    translated = True
    tag = "standards"
    whole: type[Parts]

    def find(self, **named: Any) -> Row:
        """The one of that key."""
        text = _columns(named["standard"])[COLUMNS.index("text")]
        told = told_in(reader.from_text(text), self.language)
        found = next((one for one in self.whole().all_of(told) if one["id"] == named["key"]), None)
        if found is None:
            raise Http404
        return found


class OneStage(Part):
    """One stage of a standard."""

    shape, whole = StageSerializer, Stages
    operation, summary, example = "readStage", "One stage", STAGE_TOLD
    places = {**PLACE, "key": (f"^{STAGE}$", "A")}


class OneCriterion(Part):
    """One criterion of a standard."""

    shape, whole = CriterionSerializer, Criteria
    operation, summary, example = "readCriterion", "One criterion", CRITERION_TOLD
    places = {**PLACE, "key": (f"^{CRITERION}$", "A1")}


class OneRequirement(Part):
    """One requirement of a standard."""

    shape, whole = RequirementSerializer, Requirements
    operation, summary, example = "readRequirement", "One requirement", REQUIREMENT_TOLD
    places = {**PLACE, "key": (f"^{REQUIREMENT}$", "A1.1")}


def stage_of() -> Parameter:
    """The parameter of a stage."""
    return asking.key("stage", "Those of one stage.", STAGE, "A")


def level_of() -> Parameter:
    """The parameter of a level."""
    return asking.key("level", "Those of one level, such as silver.", "[a-z][a-z0-9-]{0,39}", "silver")
