"""The house's own WSGI application, asked in this process without a server between."""

import io
import sys
from collections.abc import Callable

import measure


def wsgi(**headers: str) -> Callable[[str], bytes]:
    """Give a function that reads an address, or voids the bench where the answer is not 200."""
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()

    def get(address: str) -> bytes:
        path, _mark, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
            **headers,
        }
        told: list[str] = []
        answer = application(environ, lambda status, _headers: told.append(status))
        body = b"".join(answer)
        answer.close()
        measure.must(told == ["200 OK"], f"{address} answered {told}")
        return body

    return get


def signed_in(person: object) -> Callable[[str], bytes]:
    """The same as PERSON, by a session as a browser holds it."""
    from django.test import Client

    client = Client()
    client.force_login(person)
    return wsgi(HTTP_COOKIE="; ".join(f"{key}={morsel.value}" for key, morsel in client.cookies.items()))
