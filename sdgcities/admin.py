"""Django's admin, for reference data alone: nothing of a case is seen or changed here, and every change is a verb's.

Who keeps reference data comes in by what they hold (`roles.runs_the_house`); being superuser or staff opens nothing
(R-B10). Rows are shown with their entries in the journal; nothing is deleted that anything refers to.
"""

from datetime import datetime
from functools import update_wrapper
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from sdgcities import acts, incomes, journal, roles
from sdgcities.actions import keeping
from sdgcities.errors import Refused
from sdgcities.forms import time_zones
from sdgcities.models import City, Country, Goal, IncomeGroup, Indicator, Source, Target, User

LEFT_OUT = {"password_change", "password_change_done", "view_on_site", "logout"}  # those have pages of ours


class ReferenceSite(admin.AdminSite):
    """The admin of the secretariat: for its people, with what is registered here and nothing else."""

    site_header = site_title = _("Reference data")
    index_title = _("What is kept here")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Let the house's people in, whatever their rank."""
        return roles.runs_the_house(request.user, at=timezone.now())

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Send strangers to sign in, and tell those who have no right that nothing is here."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, view)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign in on the page where everyone does."""
        if request.user.is_authenticated:
            if not self.has_permission(request):
                raise Http404
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def get_urls(self) -> list[Any]:
        """Leave out what has pages of ours."""
        return [one for one in super().get_urls() if getattr(one, "name", None) not in LEFT_OUT]


site = ReferenceSite(name="admin")


class Shown(admin.ModelAdmin):  # type: ignore[type-arg] # no subscript at run time
    """Rows that come from a file: read here, changed by loading another file."""

    actions = None
    show_full_result_count = False
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        return site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search by the normal form of names, whatever the script and the database."""
        named = getattr(queryset, "named", None)
        return (named(search_term) if named else queryset), False

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the row's entries in the journal: who did what, when."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        entries = list(journal.of(row))
        known = User.objects.in_bulk({entry.actor for entry in entries if entry.actor})
        told = [
            {"entry": one, "act": acts.words(one.act), "who": known.get(one.actor) if one.actor else None}
            for one in entries
        ]
        shown = {**site.each_context(request), "title": str(row), "row": row, "told": told, "opts": self.opts}
        return render(request, "admin/object_history.html", shown)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override] # nothing is logged twice
        """Leave it to the journal."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override] # nothing is logged twice
        """Leave it to the journal."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # type: ignore[override] # nothing is logged twice
        """Leave it to the journal."""


class KeptForm(forms.ModelForm):  # type: ignore[type-arg] # no subscript at run time
    """A form whose data the verb takes as soon as all of it is whole; what it refuses is an error of the form."""

    by: User
    at: datetime

    def act(self) -> None:
        """Call the verb."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc] # the stubs leave it out
        if not self.errors:
            try:
                self.act()
            except Refused as refusal:
                self.add_error(None, str(refusal))


class Kept(Shown):
    """Rows that the secretariat keeps by hand, each change through a verb."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return site.has_permission(request)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form who fills it in and when."""
        made = super().get_form(request, obj, change=change, **kwargs)
        return type(made.__name__, (made,), {"by": request.user, "at": timezone.now()})

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Show or take the form without a transaction around it: the verb opens its own."""
        return self._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[attr-defined] # the stubs leave it out

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing is left to save: the verb did."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing hangs on these rows."""


class IncomeGroupForm(KeptForm):
    """A country's group from a day on."""

    def act(self) -> None:
        """Add the row, or correct it."""
        row, given = self.instance, self.cleaned_data
        told = {"group": given["group"], "source": given["source"], "by": self.by, "at": self.at}
        if row._state.adding:  # noqa: SLF001 - Django's own way to tell
            keeping.add_income_group(row, country=given["country"], starts_on=given["starts_on"], **told)
        else:
            keeping.correct_income_group(row, **told)


class CityForm(KeptForm):
    """A city that no file ships, or what is kept by hand of one that a file ships."""

    def act(self) -> None:
        """Add the city, or keep what has changed of it."""
        if self.instance._state.adding:  # noqa: SLF001 - Django's own way to tell
            keeping.add_city(self.instance, by=self.by, at=self.at)
        else:
            told = {f"{name}_id" if name == "parent" else name: self.cleaned_data[name] for name in self.changed_data}
            if "parent_id" in told:
                told["parent_id"] = self.instance.parent_id
            keeping.keep_city(self.instance, told=told, by=self.by, at=self.at)


@admin.register(Country, site=site)
class CountryAdmin(Shown):
    """Countries, from their file; their income groups are kept beside them."""

    list_display = ("iso3", "__str__", "region", "group_today")
    list_filter = ("region",)
    search_fields = ("name_key",)
    ordering = ("iso3",)
    fields = ("iso3", "iso2", "names", "region", "subregion", "groups")
    readonly_fields = ("groups",)

    @admin.display(description=_("Income group"))
    def group_today(self, country: Country) -> str:
        """The group of today, one question a row: a page shows fifty."""
        found = incomes.income_group(country, on=timezone.now().date())
        return str(found.get_group_display()) if found else ""

    @admin.display(description=_("Income groups over time"))
    def groups(self, country: Country) -> str:
        """All groups with their days, and the way to add one."""
        rows = format_html_join(
            "",
            '<li><a href="{}">{}</a> {}</li>',
            (
                (reverse("admin:sdgcities_incomegroup_change", args=[one.pk]), one, one.starts_on or "")
                for one in incomes.history(country)
            ),
        )
        add = f"{reverse('admin:sdgcities_incomegroup_add')}?country={country.pk}"
        return format_html('<ul>{}</ul><a href="{}">{}</a>', rows, add, _("Add a group from a day on"))


@admin.register(IncomeGroup, site=site)
class IncomeGroupAdmin(Kept):
    """Income groups: one from a day on is added; what is dated can be corrected, and nothing goes."""

    form = IncomeGroupForm
    list_display = ("country", "group", "starts_on", "source", "recorded_at")
    list_select_related = ("country",)
    list_filter = ("group", "starts_on")
    search_fields = ("country__name_key",)
    ordering = ("country_id", "-starts_on", "pk")
    fields = ("country", "group", "starts_on", "source")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Any], bool]:
        """Search by the country's names."""
        return queryset.filter(country__in=Country.objects.named(search_term)), False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A row's country and day stay."""
        return ("country", "starts_on", "recorded_by", "recorded_at") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Say of a row who recorded it and when."""
        return (*self.fields, "recorded_by", "recorded_at") if obj else self.fields

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The file's own row is the file's."""
        dated = obj is None or getattr(obj, "starts_on", None) is not None
        return dated and super().has_change_permission(request, obj)


@admin.register(City, site=site)
class CityAdmin(Kept):
    """Cities: those of the file with what is kept of them by hand, and those that no file ships."""

    form = CityForm
    list_display = ("slug", "__str__", "country", "kind")
    list_select_related = ("country",)
    list_filter = ("kind",)
    search_fields = ("name_key",)
    ordering = ("slug",)
    fields = (
        "slug",
        "name",
        "country",
        *("kind", "parent", "time_zone", "authority"),
        *("population", "population_year", "population_source"),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What addresses and files say stays."""
        fixed = ("slug", "country") if obj else ()
        return (*fixed, "name", "time_zone") if obj and obj.geonameid else fixed

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer time zones by name."""
        if db_field.name == "time_zone":
            return forms.ChoiceField(label=db_field.verbose_name, choices=time_zones, initial="UTC")
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Take away only what was added by mistake."""
        return isinstance(obj, City) and site.has_permission(request) and not keeping.is_referred_to(obj)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Ask, then let the verb take the city away."""
        try:
            return self._delete_view(request, object_id, extra_context)  # type: ignore[attr-defined] # the stubs leave it out
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:sdgcities_city_changelist")

    def delete_model(self, request: HttpRequest, obj: City) -> None:
        keeping.remove_city(obj, by=cast("User", request.user), at=timezone.now())


@admin.register(Goal, site=site)
class GoalAdmin(Shown):
    """Goals, from their file."""

    list_display = ("code", "__str__")
    search_fields = ("name_key",)
    ordering = ("position",)
    fields = ("code", "short", "titles")


@admin.register(Target, site=site)
class TargetAdmin(Shown):
    """Targets, from their file."""

    list_display = ("code", "__str__", "kind")
    list_filter = ("kind", "goal")
    search_fields = ("name_key",)
    ordering = ("position",)
    fields = ("code", "goal", "kind", "titles")


@admin.register(Indicator, site=site)
class IndicatorAdmin(Shown):
    """Indicators, from their file."""

    list_display = ("code", "__str__", "status")
    list_filter = ("status",)
    search_fields = ("name_key",)
    ordering = ("position",)
    fields = ("code", "target", "status", "repeats", "titles")


@admin.register(Source, site=site)
class SourceAdmin(Shown):
    """Where each set comes from."""

    list_display = ("key", "title", "rows", "retrieved_on", "loaded_at")
    ordering = ("key",)
    fields = (
        *("key", "subject", "title", "publisher", "url", "licence", "note"),
        *("retrieved_on", "file", "digest", "rows", "loaded_at"),
    )
