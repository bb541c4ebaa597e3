"""The look's template tags: fields, buttons, states, the wheel, numbers and dates in words; each renders a part from templates/parts/."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django import forms, template
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils import dateformat, numberformat, timezone
from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sdgcities import wheel as drawing

register = template.Library()

Text = str | Promise

KINDS = ("neutral", "good", "care", "stop", "silver", "gold", "platinum", "diamond")
LEVELS = KINDS[4:]
SHORT_CHOICES = 3  # so many radios, all with short words, stand in one line
SHORT_WORDS = 12
REFERENCE = re.compile(r"\b([A-Z]{3,4}-\d{4}-\d{5,})\b")


# -- forms ---------------------------------------------------------------------------------------------------------


def _part(name: str, **context: object) -> SafeString:
    return mark_safe(render_to_string(f"parts/{name}.html", context))  # noqa: S308 - the part escapes what it is given


def _kind(widget: forms.Widget) -> str:
    found: tuple[tuple[type[forms.Widget], str], ...] = (
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.RadioSelect, "radios"),
        (forms.CheckboxInput, "checkbox"),
        (forms.SelectDateWidget, "parts"),
        (forms.MultiWidget, "parts"),
        (forms.FileInput, "file"),
        (forms.Select, "select"),
        (forms.Textarea, "textarea"),
    )
    return next((kind for shape, kind in found if isinstance(widget, shape)), "input")


CLASSES = {
    "radios": "govuk-radios__input",
    "checkboxes": "govuk-checkboxes__input",
    "checkbox": "govuk-checkboxes__input",
    "parts": "govuk-select sdg-date__part",
    "file": "govuk-file-upload sdg-file__input",
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "input": "govuk-input",
}


def _described(bound: BoundField, *, counted: int | None) -> str:
    ids = [f"{bound.auto_id}-hint"] if bound.help_text else []
    ids += [f"{bound.auto_id}-error"] if bound.errors else []
    ids += [f"{bound.auto_id}-info"] if counted else []
    return " ".join(ids)


def _attributes(bound: BoundField, kind: str, described: str) -> dict[str, str | bool]:
    wrong = (
        " govuk-{}--error".format({"file": "file-upload", "parts": "select"}.get(kind, kind)) if bound.errors else ""
    )
    own = str(bound.field.widget.attrs.get("class", ""))
    # a hint says what belongs into a field; a placeholder is gone when it is needed
    attributes: dict[str, str | bool] = {"class": f"{CLASSES[kind]}{wrong} {own}".strip(), "placeholder": False}
    if kind in {"radios", "checkboxes", "parts"}:
        return attributes
    if described:
        attributes["aria-describedby"] = described
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if isinstance(bound.field, forms.DateField) and kind == "input":
        attributes["class"] = f"{attributes['class']} govuk-input--width-10"
    return attributes


def _short(bound: BoundField) -> bool:
    choices = [str(choice.choice_label) for choice in bound.subwidgets if hasattr(choice, "choice_label")]
    return len(choices) <= SHORT_CHOICES and all(len(words) <= SHORT_WORDS for words in choices)


def _with_class(bound: BoundField, attributes: dict[str, str | bool]) -> BoundField:
    # radios and checkboxes are drawn one by one by the part, so the class has to be on the widget itself
    bound.field.widget.attrs["class"] = attributes["class"]
    return bound


def _date_parts(bound: BoundField, attributes: dict[str, str | bool]) -> SafeString:
    """Day, month and year, each with a name of its own: one legend over three nameless lists tells a listener nothing."""
    widget, names = bound.field.widget, {"day": _("Day"), "month": _("Month"), "year": _("Year")}
    context = widget.get_context(bound.html_name, bound.value(), {**widget.attrs, **attributes, "id": bound.auto_id})
    for part in context["widget"]["subwidgets"]:
        part["attrs"] |= {"aria-label": names.get(part["name"].rsplit("_", 1)[-1], bound.label)}
    renderer = bound.form.renderer
    return mark_safe(renderer.render(widget.template_name, context))  # noqa: S308 - the widget's own template escapes


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """One whole field: label, hint, errors and control, linked to each other; a hidden one is only its control."""
    if bound.is_hidden:
        return _part("field", kind="hidden", control=bound.as_widget())
    kind = _kind(bound.field.widget)
    counted = bound.field.max_length if kind == "textarea" and isinstance(bound.field, forms.CharField) else None
    described = _described(bound, counted=counted)
    attributes = _attributes(bound, kind, described)
    if kind in {"radios", "checkboxes"}:
        return _part("field", kind=kind, field=_with_class(bound, attributes), described=described, short=_short(bound))
    if isinstance(bound.field, forms.DateField) and type(bound.field.widget) is forms.DateInput:
        bound.field.widget.input_type = "date"  # the browser's own calendar; it sends and takes ISO dates
        bound.field.widget.format = "%Y-%m-%d"
    control = _date_parts(bound, attributes) if kind == "parts" else bound.as_widget(attrs=attributes)
    return _part("field", kind=kind, field=bound, control=control, described=described, counted=counted)


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """All fields of FORM in its order, hidden ones first."""
    return _part("form_fields", form=form)


def anchor(bound: BoundField) -> str:
    """The id of the first control of a field, where the error summary's link leads."""
    kind = _kind(bound.field.widget)
    if kind in {"radios", "checkboxes"}:
        return f"{bound.auto_id}_0"
    return bound.id_for_label or str(bound.auto_id)


def _error(bound: BoundField, text: str) -> tuple[str, str]:
    label = str(bound.label).rstrip(" .:?؟。？")  # a question's mark does not stand before a colon
    return "" if bound.is_hidden else anchor(bound), _("%(label)s: %(error)s") % {"label": label, "error": text}


@register.simple_tag
def error_summary(form: BaseForm | None) -> SafeString:
    """What is wrong with FORM, each sentence linked to its field; nothing when nothing is wrong."""
    if form is None or not form.is_bound:
        return SafeString("")
    errors: list[tuple[str, str]] = [("", str(text)) for text in form.non_field_errors()]
    errors += [_error(one, str(text)) for one in form for text in one.errors]
    return _part("error_summary", errors=errors)


@register.simple_tag
def button(text: Text, kind: str = "", *, href: str = "", **attributes: object) -> SafeString:
    """A button that sends its form, or with HREF a link that looks like one; KIND is "", secondary or warning."""
    named = [(name.rstrip("_").replace("_", "-"), value) for name, value in attributes.items() if value is not None]
    return _part("button", text=text, kind=kind, href=href, attributes=named)


# -- words on a page -----------------------------------------------------------------------------------------------


@register.simple_tag
def page_heading(title: Text, caption: Text = "") -> SafeString:
    """The page's one h1, with the case or city it belongs to above it."""
    return _part("page_heading", title=title, caption=caption)


@register.simple_tag
def back_link(url: str, text: Text = "") -> SafeString:
    """The way back, for the block before_content."""
    return _part("back_link", url=url, text=text)


@register.simple_tag
def empty(text: Text, more: Text = "") -> SafeString:
    """What an empty list says: what will be here, and how it comes."""
    return _part("empty", text=text, more=more)


@register.simple_tag
def state_tag(text: Text, kind: str = "neutral") -> SafeString:
    """A state or level as a word with a shape; KIND outside the known ones is neutral."""
    return _tag(str(text), str(kind) if str(kind) in KINDS else "neutral")


@lru_cache(1024)  # a page of fifty cases shows the same few words fifty times
def _tag(text: str, known: str) -> SafeString:
    level = LEVELS.index(known) + 1 if known in LEVELS else 0
    return _part(
        "state_tag",
        text=text,
        kind=known,
        ink=(drawing.INKS | drawing.STATE_INKS)[known],
        quarters=drawing.quarters(level),
    )


@register.simple_tag
def table_rows(rows: Iterable[Sequence[object]]) -> SafeString:
    """The rows of a list's table, the first cell of each its head; made at once, since a template takes ten times as long."""
    return mark_safe("\n".join(_row(*map(_escaped, row)) for row in rows))  # noqa: S308 - every cell is escaped


def _row(head: str, *cells: str) -> str:
    told = "".join([f'<td class="govuk-table__cell">{cell}</td>' for cell in cells])
    return f'<tr class="govuk-table__row"><th scope="row" class="govuk-table__header">{head}</th>{told}</tr>'


def _escaped(cell: object) -> str:
    """CELL as `conditional_escape` gives it, without its care for lazy texts, which costs ten times as much."""
    return cell if isinstance(cell, SafeString) else escape(str(cell))


@register.simple_tag
def summary_row(label: Text, value: object, href: str = "", action: Text = "") -> SafeString:
    """One row of a `<dl class="govuk-summary-list">`; with HREF it can be changed."""
    return _part("summary_row", label=label, value=value, href=href, action=action or _("Change"))


@register.simple_tag
def timeline(steps: Iterable[Mapping[str, object]]) -> SafeString:
    """STEPS as {"title", "at", "zone", "by", "text", "state": done|now|next}, all but the title optional."""
    return _part("timeline", steps=steps)


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: Page[Any]) -> SafeString:
    """Links to the pages of a list, keeping the rest of the address; nothing when there is one page."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    found = {"page": page, "numbers": numbers, "request": context.get("request")}
    return mark_safe(render_to_string("parts/pagination.html", found, request=context.get("request")))  # noqa: S308 - our own template escapes


@register.simple_tag(takes_context=True)
def nav_link(context: Context, url: str, text: Text) -> SafeString:
    """A link of the main navigation, marked when the reader is on that page or below it."""
    request = context.get("request")
    here = request is not None and request.path.startswith(url)
    current = mark_safe(' aria-current="page"') if here else ""
    return format_html('<a href="{}"{}>{}</a>', url, current, text)


# -- the wheel -----------------------------------------------------------------------------------------------------


@register.simple_tag
def wheel(segments: Sequence[Mapping[str, str]], label: Text, size: int = 240) -> SafeString:
    """The ring of SEGMENTS ({"key", "level", "state": met|partly|open|na}); LABEL says in words what it shows."""
    known = [drawing.Segment(str(one["key"]), str(one["level"]), _state(one["state"])) for one in segments]
    return _part("wheel", shapes=drawing.shapes(known), label=label, size=str(size))


def _state(word: str) -> drawing.State:
    states: dict[str, drawing.State] = {"met": "met", "partly": "partly", "na": "na"}
    return states.get(str(word), "open")


@register.simple_tag
def wheel_key() -> SafeString:
    """What the wheel's marks mean, as a short list to stand beside it."""
    marks: list[tuple[drawing.State, str]] = [
        ("met", _("Met")),
        ("partly", _("Partly met")),
        ("open", _("Not yet met")),
        ("na", _("Not applicable")),
    ]
    return _part("wheel_key", rows=[(drawing.sample(state), text) for state, text in marks])


# -- numbers, languages and dates in words -------------------------------------------------------------------------


@register.filter
def unbroken(text: object) -> SafeString:
    """TEXT with each reference in it (SDGC-2026-00042) kept in one line: browsers break words at hyphens."""
    parts = REFERENCE.split(str(text))  # what the pattern catches stands at the odd places
    kept = ('<span class="sdg-reference">{}</span>' if place % 2 else "{}" for place in range(len(parts)))
    return format_html("".join(kept), *parts)


@register.filter
def grouped(number: object) -> str:
    """A whole number with its thousands set apart as the reader's language does it; other text as it is."""
    digits = str(number)
    if not (digits.isdecimal() and digits.isascii()):
        return digits
    return numberformat.format(
        int(digits), ".", grouping=3, thousand_sep=get_format("THOUSAND_SEPARATOR") or ",", force_grouping=True
    )


@register.filter
def language_name(tag: object) -> str:
    """The language of a BCP 47 tag in the reader's words, or the tag where we do not know one."""
    first = str(tag).lower().split("-", maxsplit=1)[0]
    ours = {code.split("-")[0]: str(name) for code, name in settings.LANGUAGES}
    known = LANG_INFO.get(first, {}).get("name", "")
    return ours.get(first) or (_(known) if known else str(tag))


def _day_format() -> str:
    language = get_language() or "en"
    return "j F Y" if language.startswith("en") else get_format("DATE_FORMAT")


@register.filter
def long_date(moment: date | datetime | None) -> str:
    """A day written out in the reader's language: 21 November 2026."""
    if moment is None or moment == "":
        return ""
    shown = timezone.localtime(moment) if isinstance(moment, datetime) and timezone.is_aware(moment) else moment
    return dateformat.format(shown, _day_format())


@register.filter
def long_time(moment: datetime | None, zone: object = None) -> str:
    """A day and time written out with the zone's name; without ZONE in UTC."""
    if moment is None or moment == "":
        return ""
    place = ZoneInfo(str(zone)) if zone else UTC
    there = moment.astimezone(place)
    words = {"date": long_date(there.date()), "time": there.strftime("%H:%M"), "zone": str(zone) if zone else "UTC"}
    return _("%(date)s at %(time)s (%(zone)s)") % words
