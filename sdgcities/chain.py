"""The text of one row of the journal, in Python and in the SQL of both databases. No Django in here.

It is the RFC 8785 document of act, actor, at, body, object, previous and seq; ``verify_journal`` takes the digest of it.
``body`` is stored as that very text; ``at`` is RFC 3339 in UTC with six digits of the second's fraction, always.
"""

import re
from datetime import UTC, datetime
from uuid import UUID

PLAIN = re.compile(
    r"[!#-\[\]-~]+"
)  # what an act and an object are written with: printable ASCII, nothing to be escaped
POSTGRESQL = """
    '{"act":' || to_json(act::text)::text
    || ',"actor":' || coalesce('"' || actor::text || '"', 'null')
    || ',"at":"' || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || 'Z"'
    || ',"body":' || body || ',"object":' || to_json(object::text)::text
    || ',"previous":"' || previous || '","seq":' || seq::text || '}'
"""
SQLITE = """
    '{"act":' || json_quote(act)
    || ',"actor":' || coalesce('"' || substr(actor, 1, 8) || '-' || substr(actor, 9, 4) || '-' || substr(actor, 13, 4)
        || '-' || substr(actor, 17, 4) || '-' || substr(actor, 21) || '"', 'null')
    || ',"at":"' || replace(at, ' ', 'T') || CASE instr(at, '.') WHEN 0 THEN '.000000' ELSE '' END || 'Z"'
    || ',"body":' || body || ',"object":' || json_quote(object)
    || ',"previous":"' || previous || '","seq":' || seq || '}'
"""
TABLE = {"postgresql": "journal.journal_entry", "sqlite": "journal_entry"}  # its own, whatever else bears the name
LINE = {"postgresql": POSTGRESQL, "sqlite": SQLITE}  # an expression over the table's columns, by vendor


def line(seq: int, previous: str, *, at: datetime, act: str, obj: str, actor: UUID | None, body: str) -> str:
    """Give the row's text; BODY is an RFC 8785 text already.

    Raises ValueError for an act or object that would have to be escaped, and for a time without a zone.
    """
    for word in (act, obj):
        if not PLAIN.fullmatch(word):
            message = f"The journal cannot write {word!r}."
            raise ValueError(message)
    if at.tzinfo is None:
        message = "A time without a zone cannot be written down."
        raise ValueError(message)
    moment = at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    who = f'"{actor}"' if actor else "null"
    front = f'{{"act":"{act}","actor":{who},"at":"{moment}","body":{body},"object":"{obj}"'
    return f'{front},"previous":"{previous}","seq":{seq}}}'
