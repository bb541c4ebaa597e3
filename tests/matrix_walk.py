"""How the permission matrix asks: as whom, what is kept of an answer, what was written meanwhile, what a form is sent."""

import re

from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import URLPattern

from sdgcities.models import Entry


def signed_in(person):
    client = Client()
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def answered(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    shown = body if response.status_code != 302 else response["Location"].encode()
    return response.status_code, shown


OURS = ("sdgcities", "tracks", "certification", "monitoring")


def prints():
    """All rows of ours by model, without the journal: equal means nothing changed."""
    models = [model for label in OURS for model in apps.get_app_config(label).get_models() if model is not Entry]
    return {model._meta.label: sorted(map(repr, model.objects.values_list())) for model in models}


class Writes:
    """Listens for statements that write a row of ours: where none was heard, nothing can have changed."""

    def __init__(self):
        self.heard = False
        self.wrapped = connection.execute_wrapper(self)

    def __enter__(self):
        self.wrapped.__enter__()
        return self

    def __exit__(self, *told):
        self.wrapped.__exit__(*told)

    def __call__(self, execute, sql, params, many, context):
        reads = sql.lstrip("( ").upper().startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK"))
        self.heard = self.heard or (not reads and any(f'"{label}_' in sql for label in OURS))
        return execute(sql, params, many, context)


def addresses(patterns, namespace=""):
    """The url names of PATTERNS; the admin and the sign-in pages are their makers' and have tests of their own."""
    for one in patterns:
        if isinstance(one, URLPattern):
            yield f"{namespace}{one.name}"
        elif one.namespace != "admin" and getattr(one.urlconf_name, "__name__", "") != "allauth.urls":
            yield from addresses(one.url_patterns, namespace)


def plain(body):
    """BODY but for its one-time token."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", body)


def filled(form):
    """A body that gives each field of FORM something it takes."""
    body = {"act": "save", "application": "", "confirmed": "on", "language": "en"}
    for name, field in getattr(form, "fields", {}).items():
        body[form.add_prefix(name)] = value_of(form, name, field)
    return {key: value for key, value in body.items() if value is not None}


def value_of(form, name, field):
    begun = form.get_initial_for_field(field, name)
    if getattr(field, "choices", None):
        keys = [str(key) for key, _label in field.choices if str(key) and not isinstance(_label, list | tuple)]
        many = type(field).__name__ == "MultipleChoiceField"
        return (keys[:2] if many else keys[-1]) if keys else None
    kinds = {
        "BooleanField": "on",
        "IntegerField": 2020 if begun is None else begun,
        "DateField": "2026-12-31",
        "DateTimeField": "2027-02-01T10:00",
        "EmailField": "successor@example.org",
        "FileField": None,
        "CodesField": "sw",
    }
    words = begun if isinstance(begun, str) and begun else "Words that say enough to be taken for reasons."
    return kinds.get(type(field).__name__, words)
