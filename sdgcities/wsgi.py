"""The door for a WSGI server."""

import os
from typing import Any

from django import setup
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http.response import HttpResponseBase

from sdgcities import gate

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sdgcities.settings")


class Handler(WSGIHandler):
    """Django's handler behind our gate."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> HttpResponseBase:  # noqa: ANN401 - a server's own
        """Answer the request in ENVIRON."""
        return super().__call__(gate.told(environ, behind_proxy=settings.BEHIND_PROXY), start_response)


setup(set_prefix=False)
application = Handler()
