"""Names kept in several languages, given in the reader's."""

from collections.abc import Mapping
from typing import NamedTuple

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language

from sdgcities import languages

LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")  # the six of the United Nations, as names are keyed


class Word(NamedTuple):
    """A name and the language it is in; ``lacks`` says that the source has none in the reader's language."""

    text: str
    language: str
    lacks: bool


def word(known: Mapping[str, str], otherwise: str = "") -> Word:
    """Pick the name for the active language, else the English one, else OTHERWISE; nothing is made up."""
    wanted = (get_language() or "en").split("-")[0]
    if found := known.get(wanted):
        return Word(found, wanted, lacks=False)
    return Word(known.get("en") or otherwise, "en" if known.get("en") else "", lacks=True)


def localised(known: Mapping[str, str], otherwise: str) -> str:
    """Give the text of ``word``."""
    return word(known, otherwise).text


def languages_by_name() -> list[tuple[str, str]]:
    """Every language a document can be in, as (tag, its own name), sorted by the name; regions are left out."""
    framework = {tag: str(told["name_local"]) for tag, told in LANG_INFO.items() if "name_local" in told}
    known = {
        **languages.MORE,
        **{tag: name for tag, name in framework.items() if tag == languages.base(tag)},
        "zh": "中文",
    }
    ours = ((tag, name) for tag, name in known.items() if tag not in languages.INVENTED)
    return sorted(ours, key=lambda pair: pair[1].casefold())


def language_itself(tag: str) -> str:
    """The language's own name, or its tag where we do not know one."""
    return dict(languages_by_name()).get(languages.base(tag), tag)
