"""Template tags for names that are kept in several languages: each is shown in its own language, and a lack is said."""

from collections.abc import Iterable, Mapping

from django import template
from django.conf import settings
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info

from sdgcities import languages, naming

register = template.Library()


@register.simple_tag
def word(known: Mapping[str, str], otherwise: str = "") -> SafeString:
    """KNOWN in the reader's language; where there is none, the English name and a word about the lack."""
    found = naming.word(known, otherwise)
    shown = {"word": found, "direction": languages.direction(found.language or "en")}
    return mark_safe(render_to_string("parts/word.html", shown).strip())  # noqa: S308 - the part escapes what it is given


@register.simple_tag
def in_each_language(known: Mapping[str, str]) -> list[dict[str, str]]:
    """The six languages with what KNOWN says in each; an empty text is one that the source lacks."""
    codes = [(languages.base(code), code) for code, _name in settings.LANGUAGES]
    return [
        {
            "language": code,
            "name": get_language_info(code)["name_translated"],
            "direction": languages.direction(short),
            "text": known.get(short, ""),
        }
        for short, code in codes
    ]


@register.filter
def in_its_language(text: str) -> SafeString:
    """TEXT with its language said, where it stands untranslated and so in another than the reader's."""
    language = getattr(text, "language", "")
    return _said(text, language) if language else conditional_escape(text)


@register.filter
def code(text: object) -> SafeString:
    """A code such as 1.a.1, kept from the direction of the words around it: in Arabic it would run backwards."""
    return format_html("<bdi>{}</bdi>", text)


@register.filter
def said_in(text: str | None, language: str | None) -> SafeString:
    """What somebody wrote in LANGUAGE, line by line; where nobody knows in which, no language is claimed."""
    return _said(linebreaksbr(text or ""), language or "")


def _said(text: str, language: str) -> SafeString:
    runs = languages.direction(language) if language else "auto"
    return format_html('<span lang="{}" dir="{}">{}</span>', language, runs, text)


@register.filter
def language_names(tags: Iterable[str]) -> str:
    """The languages of TAGS, each by its own name."""
    return ", ".join(naming.language_itself(tag) for tag in tags)
