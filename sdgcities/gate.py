"""What is asked of a request before Django begins to read it: in which characters it is written, and whose address it has."""

import codecs
from typing import Any

from django.utils.http import parse_header_parameters

READ = frozenset({"utf-8", "ascii"})
UNREADABLE = "sdgcities.unreadable"


def told(environ: dict[str, Any], *, behind_proxy: bool) -> dict[str, Any]:
    """ENVIRON as Django can read it: marked where its charset is no text's, with the address that our proxy saw.

    Without the latter all who come through the proxy would share one address, and one stranger's wrong passwords
    would keep everybody out.
    """
    read = dict(environ)
    if not _is_readable(read.get("CONTENT_TYPE", "")):
        read |= {"CONTENT_TYPE": "application/octet-stream", UNREADABLE: True}
    seen = read.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()  # the last is our proxy's own word
    if behind_proxy and seen:
        read["REMOTE_ADDR"] = seen
    return read


def _is_readable(content_type: str) -> bool:
    """Whether the text is in UTF-8: Django builds a request by any codec of Python's, rot13 too, and raises."""
    try:
        _kind, parameters = parse_header_parameters(content_type)
        return codecs.lookup(parameters.get("charset", "utf-8")).name in READ
    except (LookupError, ValueError):
        return False
