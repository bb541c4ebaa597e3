"""Template filters for who certifies: mechanisms and committees by the names the reader knows them by."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from certification.models import Committee, Mechanism
from certification.reports.words import BODIES, MECHANISMS

register = template.Library()


@register.filter
def mechanism_name(mechanism: Mechanism) -> SafeString:
    """The global mechanism in the reader's language; any other as its operator named it, in no language that we know."""
    known = MECHANISMS.get(mechanism.key)
    return format_html("{}", known) if known else _as_named(mechanism.name)


@register.filter
def body_name(body: Committee | str) -> SafeString:
    """The global committee, or its name on a paper, in the reader's language; any other as its operator named it."""
    name = body if isinstance(body, str) else body.name
    known = BODIES.get(name)
    return format_html("{}", known) if known else _as_named(name)


def _as_named(name: str) -> SafeString:
    return format_html('<span lang="" dir="auto">{}</span>', name)
