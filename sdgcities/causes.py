"""Why a job failed, in words for the secretariat; the machine's own words stay beside them."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KNOWN: tuple[tuple[tuple[str, ...], Promise], ...] = (
    (
        ("SMTP", "ConnectionRefusedError", "gaierror", "ConnectionResetError"),
        _(
            "The mail server did not answer or did not take the letter. Check the address and the server, then try again."
        ),
    ),
    (
        ("FileNotFoundError", "PermissionError"),
        _(
            "A file that is needed is not in the store or cannot be read. Ask whoever keeps the machine, then try again."
        ),
    ),
    (("OSError: [Errno 28]",), _("The disk is full. Ask whoever keeps the machine to make room, then try again.")),
    (("MemoryError",), _("The machine ran out of memory. Try again when less is going on.")),
    (("OperationalError", "InterfaceError"), _("The database did not answer. Try again in a few minutes.")),
    (("DoesNotExist",), _("What the job is about does not exist any more. Trying again does not help.")),
    (("LookupError",), _("The program does not know this kind of job any more. Ask whoever keeps the machine.")),
    (("The worker fell silent",), _("The program that did the work stopped in the middle each time. Try again once.")),
)
UNKNOWN = _(
    "Something unexpected happened. Try again once; if it fails again, pass the words below on to whoever keeps the machine."
)


A_TYPE = re.compile(r"([A-Za-z]+): ")


def cause(last_error: str) -> Promise | str:
    """The cause that LAST_ERROR tells; a refusal is a sentence itself."""
    kind = A_TYPE.match(last_error)
    for signs, words in KNOWN:
        if any(last_error.startswith(sign) or (kind and sign in kind[1]) for sign in signs):
            return words
    return UNKNOWN if kind or not last_error else last_error
