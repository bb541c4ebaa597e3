"""One text for one content: RFC 8785 documents and their SHA-256 digests. No Django in here."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import rfc8785

SAFE = 2**53 - 1


def text(content: object) -> str:
    """Give the RFC 8785 text of CONTENT; decimals, dates, times and UUIDs become strings.

    Raises ValueError for a time without a zone, TypeError for what JSON cannot hold.
    """
    return rfc8785.dumps(plain(content)).decode("utf-8")


def digest(content: str | bytes) -> str:
    """Give the SHA-256 of CONTENT in lower-case hex; text counts by its UTF-8 bytes."""
    raw = content.encode("utf-8") if isinstance(content, str) else content
    return hashlib.sha256(raw).hexdigest()


def load(document: str) -> Any:  # noqa: ANN401 - any JSON
    """Read a document; a member that occurs twice is refused with ValueError."""
    return json.loads(document, object_pairs_hook=_once, parse_int=_whole)


def moment(at: datetime) -> str:
    """Write AT as RFC 3339 in UTC, ending in Z."""
    if at.tzinfo is None:
        message = "A time without a zone cannot be written down."
        raise ValueError(message)
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plain(content: object) -> Any:  # noqa: ANN401, PLR0911 - any JSON, a case for each kind
    """Turn CONTENT into what JSON knows."""
    match content:
        case Enum():
            return plain(content.value)
        case None | bool() | int() | float() | str():
            return content
        case datetime():
            return moment(content)
        case date():
            return content.isoformat()
        case Decimal():
            return format(content, "f")
        case UUID():
            return str(content)
        case Mapping():
            return {str(plain(key)): plain(value) for key, value in content.items()}
        case list() | tuple():
            return [plain(value) for value in content]
        case set() | frozenset():
            return sorted(plain(value) for value in content)
    message = f"A document cannot hold {type(content).__name__}."
    raise TypeError(message)


def _whole(digits: str) -> int | float:
    # RFC 8785 writes a great double without a point; beyond 53 bits it can only have been one.
    number = int(digits)
    return number if abs(number) <= SAFE else float(digits)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "A member occurs twice in one object."
        raise ValueError(message)
    return found
