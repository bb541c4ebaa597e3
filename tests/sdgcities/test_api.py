"""What the addresses for programs share: problems, parameters, pages, tags of versions, the schema, the page for people."""

from pathlib import Path

import pytest
import yaml
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory, override_settings
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from openapi_spec_validator import validate
from rest_framework import exceptions

from sdgcities import problems
from sdgcities.api import asking, schema
from sdgcities.errors import Refused

DOCS = Path(__file__).parents[2] / "docs"
FORBIDDEN = ("score", "rank", "rating", "points", "percent", "grade")


def operations():
    return [
        (path, method, told)
        for path, methods in schema.tree()["paths"].items()
        for method, told in methods.items()
        if method != "parameters"
    ]


# --- the schema


def test_the_schema_is_openapi_3_1():
    tree = yaml.safe_load(schema.as_yaml())
    validate(tree)
    assert tree["openapi"].startswith("3.1.")


def test_the_schema_is_made_without_a_warning():
    GENERATOR_STATS.reset()
    GENERATOR_STATS.silence()
    made = SchemaGenerator().get_schema(request=None, public=True)
    assert (dict(GENERATOR_STATS._warn_cache), dict(GENERATOR_STATS._error_cache)) == ({}, {})
    assert made["paths"]


def test_the_committed_schema_is_the_one_that_is_served(client):
    """Else: manage.py spectacular --file docs/openapi.yaml; fields may be added, never changed or removed."""
    committed = (DOCS / "openapi.yaml").read_bytes()
    assert committed == schema.as_yaml()
    assert client.get("/api/v1/schema/", headers={"Accept": "application/yaml"}).content == committed
    assert client.get("/api/v1/schema/").json() == yaml.safe_load(committed)


def test_every_operation_tells_what_it_does_what_it_gives_and_what_can_go_wrong():
    bare = [
        (path, method)
        for path, method, told in operations()
        if not (told["summary"] and told["description"] and told["operationId"] and len(told["tags"]) == 1)
        or not told["responses"]["200"]["content"]["application/json"]["examples"]
        or set(told["responses"]["400"]["content"]) != {problems.MEDIA_TYPE}
        or not all(one.get("description") for one in told["parameters"])
    ]
    assert bare == []
    assert len(operations()) > 15


def test_there_is_only_reading():
    assert {method for _path, method, _told in operations()} == {"get"}


def test_nothing_can_be_sorted_narrowed_or_read_by_a_score():
    """R-A5: no parameter, member or word to choose bears such a name."""
    tree = schema.tree()
    names = {one["name"] for _path, _method, told in operations() for one in told["parameters"]}
    names |= {name for shape in tree["components"]["schemas"].values() for name in shape.get("properties", {})}
    assert [name for name in names if any(word in name.lower() for word in FORBIDDEN)] == []
    orders = [
        set(one["schema"]["enum"])
        for _path, _method, told in operations()
        for one in told["parameters"]
        if one["name"] == "ordering"
    ]
    assert orders
    assert all(order <= {"name", "-name", "country", "-country", "date", "-date"} for order in orders)


# --- the page for people


def test_the_page_for_people_lists_every_address_without_javascript(client):
    page = client.get("/api/v1/docs/").content.decode()
    assert [path for path, _method, _told in operations() if f"<code>{path}</code>" not in page] == []
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "cdn" not in page


# --- problems


def answered(error):
    request = RequestFactory().get("/api/v1/applications/")
    answer = problems.handler(error, {"request": request})
    return answer, __import__("json").loads(answer.content)


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (Http404("there is one, but not for you"), 404, "not-found"),
        (exceptions.NotFound("there is one, but not for you"), 404, "not-found"),
        (exceptions.NotAuthenticated(), 401, "not-signed-in"),
        (exceptions.AuthenticationFailed(), 401, "not-signed-in"),
        (PermissionDenied(), 403, "closed"),
        (exceptions.MethodNotAllowed("POST"), 405, "method-not-allowed"),
        (exceptions.NotAcceptable(), 406, "not-acceptable"),
        (exceptions.UnsupportedMediaType("text/html"), 415, "unsupported-media-type"),
        (exceptions.Throttled(wait=7), 429, "too-many-attempts"),
        (exceptions.ParseError(), 400, "bad-request"),
    ],
)
def test_what_is_raised_becomes_a_problem(error, status, name):
    answer, told = answered(error)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert set(told) == {"type", "title", "status", "detail", "instance"}
    assert told["type"].endswith(f"/api/v1/problems/{name}/")
    assert (told["status"], told["instance"]) == (status, "/api/v1/applications/")
    assert "not for you" not in told["detail"]
    assert answer["Cache-Control"] == "no-store"


def test_a_refusal_tells_its_sentence_and_its_rule():
    _answer, told = answered(Refused("Not by score.", "R-A5"))
    assert (told["status"], told["detail"], told["rule"]) == (400, "Not by score.", "R-A5")


def test_who_came_too_often_is_told_when_to_come_again():
    assert answered(exceptions.Throttled(wait=7))[0]["Retry-After"] == "8"


def test_what_nobody_foresaw_is_left_to_be_logged():
    assert problems.handler(ZeroDivisionError(), {"request": None}) is None


def test_the_kind_of_a_problem_is_an_address_that_explains_it(client):
    for name, kind in problems.KINDS.items():
        told = client.get(f"/api/v1/problems/{name}/").json()
        assert told == {"id": name, "status": kind.status, "title": str(kind.title), "meaning": str(kind.meaning)}
    assert client.get("/api/v1/problems/nonsense/").status_code == 404


@pytest.mark.parametrize(
    "address", ["/api/v1/nowhere/", "/api/v1/cities", "/api/v1/nowhere/?a=1", "/api/v1/cities/x/y/"]
)
def test_an_address_of_nothing_is_a_problem_and_no_page(client, address):
    for method in ("get", "post", "put", "delete"):
        answer = getattr(client, method)(address)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_what_the_frame_refuses_is_a_problem_below_the_root_alone(client):
    assert client.get("/api/v1/?x=%00")["Content-Type"] == "application/problem+json"
    assert client.get("/scheme/?x=%00")["Content-Type"].startswith("text/html")
    assert client.get("/nowhere/")["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written(client, method):
    answer = getattr(client, method)("/api/v1/", {"a": "b"}, content_type="application/json")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.json()["type"].endswith("/method-not-allowed/")


def test_a_session_that_writes_is_told_the_same():
    client = Client(enforce_csrf_checks=True)
    assert client.post("/api/v1/cities/").status_code == 405


def test_a_form_that_is_not_spoken_is_refused(client):
    answer = client.get("/api/v1/", headers={"Accept": "text/csv"})
    assert (answer.status_code, answer["Content-Type"]) == (406, "application/problem+json")
    assert client.get("/api/v1/", headers={"Accept": "text/html, */*;q=0.1"}).status_code == 200


# --- what is asked


def test_a_parameter_that_is_not_known_is_refused_with_those_that_are(client):
    told = client.get("/api/v1/problems/?rank=1").json()
    assert (told["status"], told["parameter"]) == (400, "rank")
    assert told["allowed"] == ["cursor", "fields", "lang", "page_size"]


def test_a_parameter_given_twice_is_refused(client):
    assert client.get("/api/v1/problems/?page_size=1&page_size=2").json()["parameter"] == "page_size"


@pytest.mark.parametrize("asked", ["", "0", "101", "-1", "1.5", "١", "9999999999999999999"])
def test_a_page_has_one_to_a_hundred_rows(client, asked):
    told = client.get("/api/v1/problems/", {"page_size": asked}).json()
    assert (told["status"], told["parameter"]) == (400, "page_size")


def test_fields_are_told_alone_and_an_unknown_one_is_refused_with_those_that_are_known(client):
    (first, *_more) = client.get("/api/v1/problems/?fields=status").json()["results"]
    assert first == {"id": "bad-request", "status": 400}
    told = client.get("/api/v1/problems/?fields=status,secret").json()
    assert (told["status"], told["parameter"]) == (400, "fields")
    assert told["allowed"] == ["id", "status", "title", "meaning"]
    assert "secret" not in told["detail"]


def test_a_list_is_read_to_its_end_by_its_cursors(client):
    found, address = [], "/api/v1/problems/?page_size=4"
    while address:
        page = client.get(address).json()
        found += [row["id"] for row in page["results"]]
        address = page["next"]
    assert found == list(problems.KINDS)


def test_the_next_page_is_at_the_public_address(client):
    with override_settings(PUBLIC_URL="https://sdgcities.example"):
        following = client.get("/api/v1/problems/?page_size=4&fields=id").json()["next"]
    assert following.startswith("https://sdgcities.example/api/v1/problems/?page_size=4&fields=id&cursor=")


@pytest.mark.parametrize("cursor", ["", "x", "WyJub3QtZm91bmQiXQ", "é", "a.b.c", "%F0%9F"])
def test_a_cursor_made_by_hand_is_refused(client, cursor):
    told = client.get("/api/v1/problems/", {"cursor": cursor}).json()
    assert (told["status"], told["parameter"]) == (400, "cursor")


def test_a_cursor_leads_on_in_its_own_list_alone(client):
    cursor = asking.seal("/api/v1/elsewhere/", ["not-found"])
    assert client.get("/api/v1/problems/", {"cursor": cursor}).status_code == 400


# --- languages


@pytest.mark.parametrize(
    ("asked", "accepted", "told"),
    [
        ("fr", "es", "fr"),
        ("", "es-MX,es;q=0.9", "es"),
        ("", "de, zh-CN;q=0.5", "zh"),
        ("", "de", "en"),
        ("", "", "en"),
        ("", "tlh;q=nonsense", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_else_accepted_else_english(asked, accepted, told):
    assert asking.language_of(asked, accepted) == told


def test_the_answer_says_its_language_and_no_cookie_changes_it(client):
    client.cookies["django_language"] = "ar"
    assert client.get("/api/v1/problems/")["Content-Language"] == "en"
    assert client.get("/api/v1/problems/?lang=fr")["Content-Language"] == "fr"
    assert client.get("/api/v1/problems/?lang=tlh").json()["parameter"] == "lang"


# --- what is kept


def test_an_answer_that_the_program_has_is_not_sent_again(client):
    first = client.get("/api/v1/problems/")
    again = client.get("/api/v1/problems/", headers={"If-None-Match": f'"other", {first["ETag"]}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == first["Cache-Control"] == "public, max-age=3600"
    assert not first["ETag"].startswith("W/")


def test_another_answer_has_another_tag(client):
    first = client.get("/api/v1/problems/")
    other = client.get("/api/v1/problems/?lang=fr&fields=id", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200


def test_what_is_open_to_all_depends_on_no_person(client):
    assert client.get("/api/v1/problems/")["Vary"] == "Accept-Language"


def test_head_and_options_tell_what_they_should(client):
    whole, head = client.get("/api/v1/"), client.head("/api/v1/")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"])
    options = client.options("/api/v1/")
    assert (options.status_code, options.content, options["Allow"]) == (204, b"", "GET, HEAD, OPTIONS")
