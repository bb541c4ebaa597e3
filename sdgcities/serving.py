"""How gunicorn serves in production (``gunicorn --config python:sdgcities.serving``): numbers from the environment."""

import os
import re
from typing import Any

from gunicorn.glogging import Logger

# The keys of letters: whoever reads one may accept, confirm or set a password, so no log keeps them.
KEYS = re.compile(r"(/invitations/|/accounts/password/reset/key/|/accounts/confirm-email/)[^/\s\"]+")


class Log(Logger):  # type: ignore[misc]  # gunicorn carries no types
    """Gunicorn's log, without the keys of letters."""

    def atoms(self, *request: Any) -> dict[str, object]:
        """Give what a line can hold."""
        found: dict[str, object] = super().atoms(*request)
        return {name: without_keys(value) if isinstance(value, str) else value for name, value in found.items()}


def without_keys(text: str) -> str:
    """Give TEXT with a letter's key hidden."""
    return KEYS.sub(r"\1…", text)


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


bind = f"0.0.0.0:{_number('PORT', 8000)}"
workers = _number("WEB_WORKERS", 2)
threads = _number("WEB_THREADS", 4)
# An upload of 50 MB over a slow line is read by a thread; the clock is the process' own sign of life.
timeout = _number("WEB_TIMEOUT", 60)
graceful_timeout = 30
keepalive = 5
max_requests = 5_000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm"  # noqa: S108 - a worker's sign of life is written in memory: a slow disk must not kill it
control_socket_disable = True
preload_app = False  # each worker opens its own connections
logger_class = Log
accesslog = "-"
errorlog = "-"
access_log_format = '%(t)s %({x-forwarded-for}i)s %(h)s "%(m)s %(U)s" %(s)s %(B)s bytes %(M)s ms'
