"""The doors for programs: read one parameter list, ask one accessor, tell plain rows under a tag of their bytes."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from sdgcities import languages
from sdgcities.api import asking
from sdgcities.api.asking import Parameter
from sdgcities.http import NOT_KEPT
from sdgcities.models import User

Row = dict[str, Any]
PRIVATE = "private, no-cache"  # kept by the reader alone, and asked again each time
PUBLIC = "public, no-cache"  # kept by anyone, and asked again each time: a status is never stale (R-E6)
LASTING = "public, max-age=3600"


class Door(APIView):
    """An address that is read: its words in the schema, what it takes, and how its bytes go out."""

    http_method_names = ["get", "head", "options"]
    shape: ClassVar[type[Serializer[Any]]]
    tag: ClassVar[str] = ""
    operation: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    example: ClassVar[Mapping[str, Any]] = {}
    places: ClassVar[Mapping[str, tuple[str, str]]] = {}  # what the address names: how it is written, an example
    caching: ClassVar[str] = PRIVATE
    translated: ClassVar[bool] = False
    closes: ClassVar[bool] = False  # whether a rule can close it to a person who may know of the thing (403)
    many: ClassVar[bool] = False
    at: datetime
    asked: dict[str, Any]
    language: str
    by_session = False  # whether a browser asks, in which the next at this computer could go back

    @property
    def person(self) -> User:
        """Whoever asks; the permission classes let no one else in."""
        return cast("User", self.request.user)

    @property
    def reader(self) -> User | AnonymousUser:
        """Whoever asks, signed in or not."""
        return self.request.user

    @classmethod
    def parameters(cls) -> list[Parameter]:
        """What may be asked."""
        return [asking.fields(cls.shape().fields), *([asking.language()] if cls.translated else [])]

    @classmethod
    def is_open(cls) -> bool:
        """Whether anyone may come in."""
        return AllowAny in cls.permission_classes

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in the language that the program asked for; a cookie of the pages has no say here."""
        asked = request.GET.get("lang", "") if self.translated else ""
        self.language = asking.language_of(asked, request.headers.get("Accept-Language", ""))
        with translation.override(languages.catalogue(self.language)):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what is never done here before asking who it is; then read the clock and what was asked."""
        if (request.method or "").lower() not in self.http_method_names:
            raise MethodNotAllowed(request.method or "")
        super().initial(request, *args, **kwargs)
        self.by_session = isinstance(request.successful_authenticator, SessionAuthentication)
        self.at = timezone.now()
        if request.method != "OPTIONS":
            self.asked = asking.read(request.query_params, known_to(type(self)))

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]  # told by Allow alone
        """Tell the methods."""
        return HttpResponse(status=204)

    def finalize_response(  # type: ignore[override]  # ours are plain responses
        self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Say whose the answer is and what it depends on."""
        answer = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]  # it takes both
        answer.headers.setdefault("Cache-Control", NOT_KEPT if self.by_session else self.caching)
        answer["Content-Language"] = self.language
        personal = [] if self.caching != PRIVATE else ["Authorization", "Cookie"]
        patch_vary_headers(answer, ["Accept-Language", *personal])
        return answer

    def tell(self, content: object) -> HttpResponse:
        """Answer with CONTENT as JSON."""
        return self.send(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())

    def send(self, body: bytes, media_type: str = "application/json") -> HttpResponse:
        """Answer with these bytes under their tag, or say that the program has them already (304)."""
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        known = parse_etags(self.request.headers.get("If-None-Match", ""))
        same = known == ["*"] or tag in {one.removeprefix("W/") for one in known}
        answer = HttpResponse(status=304) if same else HttpResponse(body, content_type=media_type)
        if same:
            del answer["Content-Type"]
        answer["ETag"] = tag
        return answer

    def pick(self, row: Row) -> Row:
        """Keep of ROW what `fields` asks for, and its id."""
        wanted = self.asked.get("fields")
        return row if wanted is None else {name: told for name, told in row.items() if name in wanted or name == "id"}


_known: dict[type[Door], list[Parameter]] = {}


def known_to(door: type[Door]) -> list[Parameter]:
    """The parameters of DOOR, put together once."""
    if door not in _known:
        _known[door] = door.parameters()
    return _known[door]


class Thing(Door):
    """One thing, or 404."""

    def find(self, **named: Any) -> Row:
        """Load the thing that the address names, as its members."""
        raise NotImplementedError

    def get(self, request: Request, **named: Any) -> HttpResponse:
        """Tell it."""
        return self.tell(self.pick(self.find(**named)))


class Document(Door):
    """A stored document, byte for byte as its digest counts it."""

    @classmethod
    def parameters(cls) -> list[Parameter]:
        """Nothing: it is told whole."""
        return []

    def text(self, **named: Any) -> str:
        """Load the text that the address names."""
        raise NotImplementedError

    def get(self, request: Request, **named: Any) -> HttpResponse:
        """Tell it."""
        return self.send(self.text(**named).encode())


class Listed(Door):
    """A short list in an order of its own, such as the criteria of a standard."""

    many = True

    @classmethod
    def parameters(cls) -> list[Parameter]:
        """Pages, beside what every address takes."""
        return [*super().parameters(), asking.page_size(), asking.cursor()]

    def items(self, **named: Any) -> Iterable[Row]:
        """All of it, in order."""
        raise NotImplementedError

    def get(self, request: Request, **named: Any) -> HttpResponse:
        """Tell a page of it."""
        rows = list(self.items(**named))
        begin = 0
        if "cursor" in self.asked:
            (last,) = asking.unseal(request.path, self.asked["cursor"])
            begin = next((place for place, row in enumerate(rows, 1) if row["id"] == last), len(rows))
        end = begin + self.asked.get("page_size", asking.ON_A_PAGE)
        following = None
        if end < len(rows):
            following = asking.address(
                request.path, request.query_params, cursor=asking.seal(request.path, [rows[end - 1]["id"]])
            )
        return self.tell({"next": following, "results": [self.pick(row) for row in rows[begin:end]]})


def any_order(asked: str) -> None:
    """Take any order: for lists that are not of cities."""


class Collection(Door):
    """Rows of the database, page by page, each page in one query."""

    many = True
    columns: ClassVar[tuple[str, ...]]  # what `row` is made from, in one query
    orders: ClassVar[
        Mapping[str, tuple[str, ...]]
    ]  # the first is the one nobody asks for; each ends in a unique column
    refuses: Callable[[str], None] = staticmethod(any_order)

    @classmethod
    def parameters(cls) -> list[Parameter]:
        """Filters, order and pages."""
        order = asking.ordering(cls.orders, cls.refuses)
        return [*super().parameters(), *cls.filters(), order, asking.page_size(), asking.cursor()]

    @classmethod
    def filters(cls) -> list[Parameter]:
        """What narrows the list."""
        return []

    def rows(self, **named: Any) -> "QuerySet[Any, Any]":
        """What the person may read, narrowed as asked."""
        raise NotImplementedError

    def row(self, *columns: Any) -> Row:
        """One row's members from its columns."""
        raise NotImplementedError

    def get(self, request: Request, **named: Any) -> HttpResponse:
        """Tell a page."""
        name = self.asked.get("ordering", next(iter(self.orders)))
        order = turned(self.orders[name.removeprefix("-")], name.startswith("-"))
        place = f"{request.path}:{name}"
        rows = self.rows(**named)
        if "cursor" in self.asked:
            rows = asking.after(rows, order, asking.unseal(place, self.asked["cursor"]))
        size = self.asked.get("page_size", asking.ON_A_PAGE)
        keys = [one.removeprefix("-") for one in order]
        columns = list(dict.fromkeys([*self.columns, *keys]))  # what is told and what it is ordered by, each read once
        found = list(rows.order_by(*order).values_list(*columns)[: size + 1])
        following = None
        if len(found) > size:
            last = dict(zip(columns, found[size - 1], strict=True))
            cursor = asking.seal(place, [last[key] for key in keys])
            following = asking.address(request.path, request.query_params, cursor=cursor)
        told = [self.pick(self.row(*one[: len(self.columns)])) for one in found[:size]]
        return self.tell({"next": following, "results": told})


def turned(order: Sequence[str], back: bool) -> list[str]:  # noqa: FBT001 - one of two directions
    """The order, or the same turned round."""
    return [(one[1:] if one.startswith("-") else f"-{one}") if back else one for one in order]


def one_of(rows: "QuerySet[Any, Any]", columns: Sequence[str]) -> tuple[Any, ...]:
    """The columns of the one row, or 404."""
    found: tuple[Any, ...] | None = rows.values_list(*columns).first()
    if found is None:
        raise Http404
    return found
