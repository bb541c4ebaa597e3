"""The schema of the addresses for programs (OpenAPI 3.1), made from the doors themselves."""

from functools import lru_cache
from typing import Any, cast

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from sdgcities.api.doors import PRIVATE, Document, Door, known_to
from sdgcities.problems import KINDS, MEDIA_TYPE, Kind

ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    description="The tag of these bytes; send it back in If-None-Match.",
    response=["200", "304"],
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="Tags of answers that the program has: the answer is 304 and empty where it would be one of them.",
)
RETRY_AFTER = OpenApiParameter(
    "Retry-After",
    int,
    OpenApiParameter.HEADER,
    description="In how many seconds the next attempt is looked at.",
    response=["429"],
)


class ProblemSerializer(serializers.Serializer[Any]):
    """What went wrong, as RFC 9457 has it, with the rule of the programme behind it where there is one."""

    type = serializers.URLField(help_text="The kind of problem: an address that explains it.")
    title = serializers.CharField(help_text="The kind in words, in the language of the answer.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(help_text="A sentence that says what to do.")
    instance = serializers.CharField(help_text="The address that was asked.")
    rule = serializers.RegexField(
        r"^R-[A-I]\d+$", required=False, help_text="The id of the programme's rule behind it, such as R-B3."
    )
    parameter = serializers.CharField(required=False, help_text="The parameter that cannot be used like this.")
    allowed = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="What the parameter takes, or which ones are known."
    )


class Schema(AutoSchema):
    """One operation, told by its door's own attributes; nothing is guessed."""

    @property
    def door(self) -> Door:
        """The door that is told."""
        return cast("Door", self.view)

    def get_operation_id(self) -> str:
        """The door's name of the operation."""
        return self.door.operation

    def get_tags(self) -> list[str]:
        """The door's group."""
        return [self.door.tag]

    def get_summary(self) -> str:
        """One line."""
        return self.door.summary

    def get_description(self) -> str:  # type: ignore[override]  # as its own parent does
        """The door's own words."""
        return " ".join((type(self.door).__doc__ or "").split())

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Who comes in: a token or a session; an empty one where nobody has to be known."""
        ways: list[dict[str, list[str]]] = super().get_auth()
        return [] if self._is_public() else ways

    def get_override_parameters(self) -> list[Any]:
        """Places in the address, then parameters, then what a program has already."""
        places = [
            OpenApiParameter(
                name, {"type": "string", "pattern": pattern}, OpenApiParameter.PATH, description="The id of the thing.",
                examples=[OpenApiExample("example", example)],
            )
            for name, (pattern, example) in self.door.places.items()
        ]  # fmt: skip
        asked = [
            OpenApiParameter(
                one.name,
                dict(one.schema),
                OpenApiParameter.QUERY,
                description=f"{one.about} Such as `{one.example}`." if one.example else one.about,
            )
            for one in known_to(type(self.door))
        ]
        return [*places, *asked, IF_NONE_MATCH, ETAG, *([] if self._is_public() else [RETRY_AFTER])]

    def get_response_serializers(self) -> Any:  # noqa: ANN401 - a response for each status
        """What comes back, and each problem that can come instead."""
        view = self.door
        told: Any = view.shape
        example: Any = view.example
        if view.many:
            told = inline_serializer(
                f"{view.shape.__name__.removesuffix('Serializer')}Page",
                {
                    "next": serializers.URLField(allow_null=True, help_text="The next page; null on the last."),
                    "results": view.shape(many=True),
                },
            )
            example = {"next": None, "results": [view.example]}
        if isinstance(view, Document):
            told = {"type": "object", "additionalProperties": True}
        found = OpenApiResponse(told, view.summary, [OpenApiExample("example", example)])
        same = OpenApiResponse(description="The program has it already: the body is empty.")
        return {(200, "application/json"): found, 304: same} | {
            (kind.status, MEDIA_TYPE): OpenApiResponse(
                ProblemSerializer, str(kind.title), [OpenApiExample(kind.name, problem(kind))]
            )
            for kind in self._problems()
        }

    def _is_public(self) -> bool:
        return self.door.caching != PRIVATE

    def _problems(self) -> list[Kind]:
        names = ["invalid-parameter"]
        if not self._is_public():
            names.append("not-signed-in")
        if self.door.closes:
            names.append("closed")
        if self.door.places:
            names.append("not-found")
        names.append("not-acceptable")
        if not self._is_public():
            names.append("too-many-attempts")
        return [KINDS[name] for name in names]


def problem(kind: Kind) -> dict[str, Any]:
    """An example of a problem of that KIND."""
    told = {
        "type": f"https://sdgcities.example/api/v1/problems/{kind.name}/",
        "title": str(kind.title),
        "status": kind.status,
        "detail": str(kind.meaning),
        "instance": "/api/v1/applications/",
    }
    return {**told, **({"rule": "R-B3"} if kind.name == "closed" else {})}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it carries few types
    """How a token is sent."""

    target_class = "sdgcities.api.signing.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """In the header, as a bearer's."""
        about = "A token that a person made on the page /accounts/tokens/; it reads what the person may read."
        return {"type": "http", "scheme": "bearer", "description": about}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it carries few types
    """How a browser is known."""

    target_class = "sdgcities.api.signing.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """By the session's cookie."""
        about = "The session of a person who signed in on the pages."
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": about}


@lru_cache(maxsize=1)
def tree() -> dict[str, Any]:
    """The whole schema, made once."""
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # so they are
    return made


@lru_cache(maxsize=1)
def as_yaml() -> bytes:
    """The schema as the committed file has it."""
    written: bytes = OpenApiYamlRenderer().render(tree(), renderer_context={})  # type: ignore[no-untyped-call]  # so it is
    return written


@lru_cache(maxsize=1)
def as_json() -> bytes:
    """The schema for programs that read no YAML."""
    written: bytes = OpenApiJsonRenderer2().render(tree(), renderer_context={})
    return written
