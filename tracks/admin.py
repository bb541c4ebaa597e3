"""The library in the secretariat's admin: read there, changed by loading another catalogue."""

from __future__ import annotations

from django.contrib import admin

from sdgcities.admin import Shown, site
from tracks.models import CaseStudy, Tool


@admin.register(Tool, site=site)
class ToolAdmin(Shown):
    """Tools."""

    list_display = ("slug", "name", "owner", "track")
    list_filter = ("track",)
    search_fields = ("name_key",)
    ordering = ("slug",)


@admin.register(CaseStudy, site=site)
class CaseStudyAdmin(Shown):
    """Case studies."""

    list_display = ("slug", "title", "city_name", "tool")
    list_select_related = ("tool",)
    search_fields = ("name_key",)
    ordering = ("slug",)
