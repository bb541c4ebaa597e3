"""The doors that tell of the others: the index, the kinds of problems, the schema, the page for people."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from rest_framework import renderers, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from sdgcities.api import asking, schema
from sdgcities.api.doors import LASTING, Door, Listed, Row, Thing
from sdgcities.problems import KINDS, Kind

COLLECTIONS = ("applications", "certificates", "cities", "problems", "register", "reports", "standards")


class Yaml(renderers.BaseRenderer):
    """The schema as YAML."""

    media_type = "application/yaml"
    format = "yaml"


class Json(renderers.BaseRenderer):
    """The schema as JSON."""

    media_type = "application/json"
    format = "json"


class IndexSerializer(serializers.Serializer[Any]):
    """Where everything begins."""

    id = serializers.CharField(help_text="The version of the interface: fields may be added to it, never changed.")
    schema = serializers.URLField(required=False, help_text="The OpenAPI description of every address.")
    documentation = serializers.URLField(required=False, help_text="The page for people.")
    collections = serializers.DictField(
        required=False, child=serializers.URLField(), help_text="The address of each collection by its name."
    )


class ProblemKindSerializer(serializers.Serializer[Any]):
    """A kind of problem."""

    id = serializers.CharField(help_text="Its name, the last part of a problem's `type`.")
    status = serializers.IntegerField(required=False, help_text="The HTTP status it comes with.")
    title = serializers.CharField(required=False, help_text="What it is, in a few words.")
    meaning = serializers.CharField(required=False, help_text="What a program can do about it.")


class Open(Door):
    """A door for everyone, whoever they are."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    caching = LASTING


class Index(Open, Thing):
    """The address of every collection, of the schema and of the page for people."""

    shape = IndexSerializer
    tag, operation, summary = "about", "readIndex", "Where everything begins"
    example = {
        "id": "v1",
        "schema": "https://sdgcities.example/api/v1/schema/",
        "documentation": "https://sdgcities.example/api/v1/docs/",
        "collections": {"cities": "https://sdgcities.example/api/v1/cities/"},
    }

    def find(self, **named: Any) -> Row:
        """The addresses."""
        return {
            "id": "v1",
            "schema": asking.link("schema"),
            "documentation": asking.link("docs"),
            "collections": {name: asking.link(name) for name in COLLECTIONS},
        }


def _kind(kind: Kind) -> Row:
    return {"id": kind.name, "status": kind.status, "title": str(kind.title), "meaning": str(kind.meaning)}


EXAMPLE = {
    "id": "not-found",
    "status": 404,
    "title": "There is nothing here for you",
    "meaning": "There is no such thing, or it is none of yours: the two look alike.",
}


class Problems(Open, Listed):
    """Each kind of problem that an answer can be, with what a program can do about it."""

    shape = ProblemKindSerializer
    translated = True
    tag, operation, summary, example = "about", "listProblems", "The kinds of problems", EXAMPLE

    def items(self, **named: Any) -> Iterable[Row]:
        """All kinds, by their status."""
        return (_kind(kind) for kind in KINDS.values())


class Problem(Open, Thing):
    """One kind of problem: the address that stands in the member `type` of an answer."""

    shape = ProblemKindSerializer
    translated = True
    tag, operation, summary, example = "about", "readProblem", "One kind of problem", EXAMPLE
    places = {"name": ("^[a-z-]+$", "not-found")}

    def find(self, **named: Any) -> Row:
        """The kind of that name."""
        if named["name"] not in KINDS:
            raise Http404
        return _kind(KINDS[named["name"]])


class Description(Open):
    """The schema itself: JSON, or YAML where it is asked for by Accept."""

    renderer_classes = (Json, Yaml)
    schema = None

    @classmethod
    def parameters(cls) -> list[asking.Parameter]:
        """Nothing."""
        return []

    def get(self, request: Request) -> HttpResponse:
        """Tell it."""
        if isinstance(request.accepted_renderer, Yaml):
            return self.send(schema.as_yaml(), Yaml.media_type)
        return self.send(schema.as_json())


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The page for people who write programs; the list of addresses stands there without JavaScript, too."""
    operations = [
        {"path": path, "summary": told["get"]["summary"], "tag": told["get"]["tags"][0]}
        for path, told in schema.tree()["paths"].items()
    ]
    shown = {"operations": operations, "schema_url": reverse("api-schema")}
    return render(request, "sdgcities/api/docs.html", shown)


class Nothing(Open):
    """Every other address below the root: a problem, and no page."""

    schema = None

    @classmethod
    def parameters(cls) -> list[asking.Parameter]:
        """Nothing."""
        return []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """There is nothing, whatever is done to it."""
        raise Http404
