"""Every address for programs answers as its schema says: whatever is asked of it, and for all that there is to read."""

import warnings

import pytest
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings

from sdgcities.actions import tokens
from sdgcities.wsgi import application
from tests.certification import deciding_world, factories

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its own making, at import
    import schemathesis
    from schemathesis.specs.openapi.checks import positive_data_acceptance

pytestmark = pytest.mark.django_db
QUICK, FULL = 4, 200  # examples of each operation

LISTS = {  # each list with the operation that reads one of it, and the name of its id
    "/api/v1/applications/": ("/api/v1/applications/{reference}/", "reference"),
    "/api/v1/cities/": ("/api/v1/cities/{slug}/", "slug"),
    "/api/v1/certificates/": ("/api/v1/certificates/{reference}/", "reference"),
    "/api/v1/problems/": ("/api/v1/problems/{name}/", "name"),
    "/api/v1/register/": ("/api/v1/register/{reference}/", "reference"),
    "/api/v1/reports/": ("/api/v1/reports/{report}/", "report"),
    "/api/v1/standards/": ("/api/v1/standards/{standard}/", "standard"),
}
BELOW = {
    "/api/v1/standards/{standard}/stages/": "key",
    "/api/v1/standards/{standard}/criteria/": "key",
    "/api/v1/standards/{standard}/requirements/": "key",
    "/api/v1/applications/{reference}/submissions/": "number",
    "/api/v1/applications/{reference}/evidence/": "key",
    "/api/v1/applications/{reference}/findings/": "key",
}


@pytest.fixture
def schema(db):
    """The schema as it is served; the test's transaction outlives the requests, as with the test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def signed_in():
    """A program of the lead's, with a case in review and one that is decided to read of."""
    cache.clear()
    w = deciding_world.voted()
    deciding_world.close(w)
    second = factories.in_review(factories.world())
    person = second.lead
    person.declarations.create(application=second.case, conflict=False, signed_at=factories.NOW)
    factories.membership(person, "city_editor", city=w.application.city)
    made = tokens.make(person, name="Conformance", days=30, by=person, at=timezone.now())
    return {"Authorization": f"Bearer {made.secret}"}


def test_whatever_is_asked_is_answered_as_the_schema_says(schema, signed_in, full):
    walked = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        walked += 1

        @settings(
            max_examples=FULL if full else QUICK,
            deadline=None,
            database=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
            derandomize=not full,
        )
        @given(case=operation.as_strategy())
        def answers(case):
            cache.clear()  # the wrong tokens of other examples are not counted against this one
            made_up = [positive_data_acceptance] if "cursor" in (case.query or {}) else []  # only we write cursors
            case.call_and_validate(headers=signed_in, excluded_checks=made_up)

        answers()
    assert walked > 30


def ids(case, headers):
    return [row["id"] for row in case.call_and_validate(headers=headers).json()["results"]]


def test_all_that_there_is_to_read_is_told_as_the_schema_says(schema, signed_in):
    read, whole = 0, {}
    for address, (one, name) in LISTS.items():
        whole[name if name != "reference" else one] = found = ids(schema[address]["GET"].Case(), signed_in)
        assert found, address
        for key in found:
            schema[one]["GET"].Case(path_parameters={name: key}).call_and_validate(headers=signed_in)
            read += 1
    for address, name in BELOW.items():
        outer = "standard" if "{standard}" in address else "reference"
        for parent in whole["standard" if outer == "standard" else "/api/v1/applications/{reference}/"]:
            case = schema[address]["GET"].Case(path_parameters={outer: parent})
            for key in ids(case, signed_in)[:5]:
                asked = {outer: parent, name: key}
                schema[f"{address}{{{name}}}/"]["GET"].Case(path_parameters=asked).call_and_validate(headers=signed_in)
                read += 1
    assert read > 30
