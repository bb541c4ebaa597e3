"""How names are compared: one normal form, so that both databases find non-ASCII names alike. No Django in here."""

import unicodedata
from collections.abc import Iterable

ARABIC_STRETCH = "\u0640"  # tatweel only widens a line
JOINERS = "\u200c\u200d"  # Persian and the Indic scripts are written with them
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
LONGEST = 200
VOICING = 10  # combining classes below it make another letter (Indic dots, kana voicing); those above are accents


def key(name: str) -> str:
    """Give the form in which names are searched: NFKC, case folded, no accents or vowel signs, spaces single."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", folded) if not _is_accent(sign))
    return " ".join(unicodedata.normalize("NFKC", bare).split())


def sought(text: str) -> str:
    """Give the form of what someone searches for: no name is longer, and no database takes a pattern of any length."""
    return key(text[:LONGEST])[:LONGEST].strip()


def plain(name: str) -> str:
    """Give NAME on one line, without signs that nobody sees: they break a letter's subject or turn a line around."""
    return " ".join("".join(sign for sign in name if _is_seen(sign)).split())


def _is_seen(sign: str) -> bool:
    return sign in JOINERS or sign.isspace() or unicodedata.category(sign) not in UNSEEN


def keys(known: Iterable[str]) -> str:
    """Give the searched form of several names of one thing, each once."""
    return "\n".join(dict.fromkeys(key(name) for name in known))


def _is_accent(sign: str) -> bool:
    return sign == ARABIC_STRETCH or unicodedata.combining(sign) >= VOICING
