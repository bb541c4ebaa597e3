"""What programs are told of a standard: the shapes of its parts, and their words in the language asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from certification import translations
from certification.standard import Criterion, Requirement, Stage, Standard
from certification.translations import Translation
from sdgcities.api.doors import Row


class TranslationSerializer(serializers.Serializer[Any]):
    """The translation that the texts are told in."""

    language = serializers.CharField(help_text="Its language.")
    status = serializers.ChoiceField(["official", "working", "machine"], help_text="Who stands behind it.")
    digest = serializers.CharField(help_text="Its SHA-256 digest; never part of the standard's.")


class GroupSerializer(serializers.Serializer[Any]):
    """People, or a place, that must not be left behind."""

    key = serializers.CharField(help_text="Its key in `disaggregation` of a requirement.")
    title = serializers.CharField(help_text="Its name.")
    source = serializers.CharField(help_text="The paragraph it comes from.")  # type: ignore[assignment]  # a declared field leaves the class's own


class StandardSerializer(serializers.Serializer[Any]):
    """A published version of a standard; it never changes (R-A1)."""

    id = serializers.CharField(help_text="Key and version.")
    key = serializers.CharField(required=False, help_text="The standard's key.")
    version = serializers.CharField(required=False, help_text="The version.")
    title = serializers.CharField(required=False, help_text="Its title.")
    body = serializers.CharField(required=False, help_text="Whose standard it is.")
    base = serializers.CharField(
        required=False, allow_null=True, help_text="The id of the global version a national one stands on."
    )
    language = serializers.CharField(required=False, help_text="The language of the source text, which alone counts.")
    languages = serializers.ListField(
        required=False, child=serializers.CharField(), help_text="The languages that texts are told in."
    )
    translation = TranslationSerializer(
        required=False, allow_null=True, help_text="The translation told here; null for the source text."
    )
    digest = serializers.CharField(required=False, help_text="SHA-256 of the document, in hex.")
    published_at = serializers.DateTimeField(required=False, help_text="When it was published.")
    transition_until = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Until when applications may still begin under it."
    )
    groups = GroupSerializer(required=False, many=True, help_text="Who must not be left behind.")


class PartSerializer(serializers.Serializer[Any]):
    """What stages, criteria and requirements have in common."""

    id = serializers.CharField(help_text="Its key in the standard; the same in every language.")
    title = serializers.CharField(required=False, help_text="Its title.")
    source = serializers.CharField(required=False, help_text="The paragraph it comes from.")  # type: ignore[assignment]  # a declared field leaves the class's own
    untranslated = serializers.ListField(
        required=False,
        child=serializers.CharField(),
        help_text="The members told in the source language, as the translation lacks them.",
    )


class StageSerializer(PartSerializer):
    """One of the steps of the way, ending in a level."""

    level = serializers.CharField(required=False, help_text="The level it ends in, such as silver.")
    level_title = serializers.CharField(required=False, help_text="The level's name.")
    summary = serializers.CharField(required=False, help_text="What it is about.")
    opening = serializers.CharField(required=False, help_text="The sentence that governs each of its criteria.")
    ends_in_certificate = serializers.BooleanField(required=False, help_text="Whether a certificate is issued.")
    criteria = serializers.ListField(
        required=False, child=serializers.CharField(), help_text="The ids of its criteria, in order."
    )


class CriterionSerializer(PartSerializer):
    """What a stage is decided by: met or not by its requirements (R-C6)."""

    stage = serializers.CharField(required=False, help_text="The id of its stage.")
    level = serializers.CharField(required=False, help_text="The level of its stage.")
    text = serializers.CharField(required=False, help_text="The criterion itself.")
    mandatory = serializers.BooleanField(required=False, help_text="Whether a certificate needs it met.")
    requirements = serializers.ListField(
        required=False, child=serializers.CharField(), help_text="The ids of its requirements, in order."
    )


class RequirementSerializer(PartSerializer):
    """One question that a city answers and an evaluator marks."""

    stage = serializers.CharField(required=False, help_text="The id of its stage.")
    criterion = serializers.CharField(required=False, help_text="The id of its criterion.")
    question = serializers.CharField(required=False, help_text="The question.")
    guidance = serializers.CharField(required=False, help_text="How to answer it.")
    mandatory = serializers.BooleanField(required=False, help_text="Whether the criterion needs it met.")
    documents = serializers.ListField(
        required=False, child=serializers.CharField(), help_text="What counts as evidence."
    )
    fresh_months = serializers.IntegerField(
        required=False, allow_null=True, help_text="How old evidence may be, in months; null: of any age (R-C4)."
    )
    track_objects = serializers.ListField(
        required=False, child=serializers.CharField(), help_text="Work of the tracks that can serve."
    )
    expected_hours = serializers.IntegerField(required=False, help_text="The effort that is expected, in hours.")
    themes = serializers.ListField(required=False, child=serializers.CharField(), help_text="What it is about.")
    tools = serializers.ListField(
        required=False, child=serializers.CharField(), help_text="Tools that help to close a gap."
    )
    disaggregation = serializers.ListField(
        required=False, child=serializers.CharField(), help_text="Keys of the groups that the answer tells apart."
    )
    may_be_not_applicable = serializers.BooleanField(
        required=False, help_text="Whether a city without the legal competence may say so."
    )


# --- one standard in one language


@dataclass(frozen=True, slots=True)
class Told:
    """A standard in the language asked for."""

    standard: Standard
    translation: Translation | None

    def lacks(self, part: Stage | Criterion | Requirement) -> list[str]:
        """The members of PART that stand in the source language."""
        if self.translation is None:
            return []
        members = sorted(name for name in translations.TRANSLATED if hasattr(part, name))
        return [name for name in members if not self.translation.has(part.key, name)]

    def stage(self, part: Stage) -> Row:
        """A stage's members."""
        names = ("title", "source", "level", "level_title", "summary", "opening", "ends_in_certificate")
        return self._part(part, names) | {"criteria": [one.key for one in part.criteria]}

    def criterion(self, part: Criterion, stage: Stage) -> Row:
        """A criterion's members."""
        told = self._part(part, ("title", "source", "text", "mandatory"))
        keys = [one.key for one in part.requirements]
        return told | {"stage": stage.key, "level": stage.level, "requirements": keys}

    def requirement(self, part: Requirement, criterion: Criterion, stage: Stage) -> Row:
        """A requirement's members."""
        whole = ("title", "source", "question", "guidance", "mandatory", "fresh_months", "expected_hours")
        lists = ("documents", "track_objects", "themes", "tools", "disaggregation")
        told = self._part(part, (*whole, "may_be_not_applicable"))
        told |= {name: list(getattr(part, name)) for name in lists}
        return told | {"stage": stage.key, "criterion": criterion.key}

    def _part(self, part: Stage | Criterion | Requirement, names: Iterable[str]) -> Row:
        return {"id": part.key, "untranslated": self.lacks(part)} | {name: getattr(part, name) for name in names}


def told_in(content: Standard, language: str) -> Told:
    """CONTENT for readers of that language; where it is not translated, the source text."""
    translation = None if language == content.language else translations.translation_for(content, language)
    return Told(translations.in_language(content, translation) if translation else content, translation)
