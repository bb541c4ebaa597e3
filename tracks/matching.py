"""From a gap to what could close it: tools and case studies for a requirement (EB4 §25, §37)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tracks.models import CaseStudy, Tool


class Wanting(Protocol):
    """What a requirement says about help: tools by slug, and themes."""

    @property
    def tools(self) -> Sequence[str]: ...

    @property
    def themes(self) -> Sequence[str]: ...


def tools_for(requirement: Wanting) -> list[Tool]:
    """The tools the requirement names, in its order, then those that share a theme, by slug; one query."""
    named = {slug: place for place, slug in enumerate(requirement.tools)}
    themes = {theme.casefold() for theme in getattr(requirement, "themes", ())}
    found = [tool for tool in Tool.objects.all() if tool.slug in named or themes & _themes(tool)]
    return sorted(found, key=lambda tool: (named.get(tool.slug, len(named)), tool.slug.encode()))


def case_studies_for(tools: Sequence[Tool]) -> list[CaseStudy]:
    """What cities did with TOOLS, by slug; one query."""
    found = CaseStudy.objects.filter(tool__in=tools).select_related("tool")
    return sorted(found, key=lambda study: study.slug.encode())


def _themes(tool: Tool) -> set[str]:
    return {str(theme).casefold() for theme in tool.themes}
