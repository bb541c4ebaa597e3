"""What each role finds through the addresses for programs: what is listed opens, and nothing else does."""

from contextlib import ExitStack

import pytest
from django.db import transaction
from django.test import Client, override_settings

from certification.models import Application, Certificate, EvidenceLink, Finding, StageReport, Submission
from sdgcities.models import City, Entry
from tests import matrix_world
from tests.canaries import ANSWERED, DISSENTED, DRAFTED, FOUND, OBJECTED, found_in
from tests.matrix_api import EVERYONE

pytestmark = pytest.mark.xdist_group("api-scope")  # one process has them all: their world is made once
ROLES = sorted(EVERYONE)


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker, tmp_path_factory):
    """The world of the permission matrix, once for this file, in a transaction that is undone."""
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    kept = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"), PASSWORD_HASHERS=hashers, DEMONSTRATION=False)
    with ExitStack() as stack:
        stack.enter_context(kept)
        stack.enter_context(django_db_blocker.unblock())
        whole = transaction.atomic()
        whole._from_testcase = True  # verbs may begin their own inside it
        stack.enter_context(whole)
        built = matrix_world.build()
        built.clients = {name: signed_in(person) for name, person in built.roles.items()}
        yield built
        transaction.set_rollback(True)


def signed_in(person):
    client = Client()
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def listed(client, address):
    """The status of the list, and the ids on all of its pages, a row at a time."""
    found, address = [], f"{address}?page_size=1&fields=id"
    while address:
        answer = client.get(address)
        if answer.status_code != 200:
            return answer.status_code, []
        page = answer.json()
        found += [row["id"] for row in page["results"]]
        address = page["next"]
    return 200, found


def report_id(one):
    return f"{one.application.reference}-report-{one.version}{'-draft' if one.draft else ''}"


def everything():
    """Each list with the ids of all that there is of its kind, whosever it is."""
    yield "/api/v1/applications/", [one.reference for one in Application.objects.all()]
    yield "/api/v1/certificates/", [one.reference for one in Certificate.objects.all()]
    yield "/api/v1/cities/", [one.slug for one in City.objects.all()]
    yield "/api/v1/register/", [one.reference for one in Certificate.objects.all()]
    yield "/api/v1/reports/", [report_id(one) for one in StageReport.objects.select_related("application")]
    links = [str(one.pk) for one in EvidenceLink.objects.order_by("pk")]
    some = links[:4] + [str(one.pk) for one in EvidenceLink.objects.filter(application__state__in=["decided", "draft"])]
    findings = [str(one.pk) for one in Finding.objects.order_by("pk")]
    numbers = sorted({str(one.number) for one in Submission.objects.all()} | {"2"})
    for one in Application.objects.all():
        yield f"/api/v1/applications/{one.reference}/submissions/", numbers
        yield f"/api/v1/applications/{one.reference}/evidence/", some
        yield f"/api/v1/applications/{one.reference}/findings/", findings


@pytest.mark.django_db  # asks for the database; the world of `house` outlives single tests
@pytest.mark.parametrize("role", ROLES)
def test_what_is_listed_opens_and_nothing_else_does(house, role):
    client, wrong = house.clients[role], []
    for address, known in everything():
        status, ids = listed(client, address)
        if len(ids) != len(set(ids)):
            wrong.append(f"{address}: a row stands twice")
        for key in {*known, *ids}:
            opens = client.get(f"{address}{key}/").status_code
            expected = 200 if key in ids else status if status != 200 else 404
            if opens != expected:
                wrong.append(f"{address}{key}/: {opens} where the list says {expected}")
    assert wrong == []


WORDS = {
    DRAFTED: {"other"},
    ANSWERED: {"delegate", "editor", "secretary", "auditor", "lead", "evaluator", "second"},
    FOUND: {"evaluator"},
    DISSENTED: set(),
    OBJECTED: set(),
}


@pytest.mark.django_db
def test_the_words_of_one_are_in_no_byte_for_another(house):
    """Draft, answers, findings, votes and objections, in every list, thing and document that a role can open."""
    seen = {word: set() for word in WORDS}
    for role, client in house.clients.items():
        for address, known in everything():
            addresses = [address, *(f"{address}{key}/{tail}" for key in known for tail in ("", "document/"))]
            for one in addresses:
                for word in found_in(client.get(one).content, WORDS):
                    seen[word].add(role)
    assert seen == WORDS


@pytest.mark.django_db
def test_reports_are_the_same_by_list_and_by_page(house):
    for client in house.clients.values():
        _status, ids = listed(client, "/api/v1/reports/")
        for one in StageReport.objects.select_related("application"):
            page = f"/case/{one.application.reference}/reports/{one.version}/{'draft/' if one.draft else ''}"
            assert (client.get(page).status_code == 200) == (report_id(one) in ids)


@pytest.mark.django_db
def test_before_the_declaration_a_judge_is_told_the_rule_whether_or_not_a_thing_is_there(house):
    """R-B3"""
    client, root = house.clients["undeclared"], f"/api/v1/applications/{house.review.reference}/"
    assert client.get(root).status_code == 200
    for below in (
        "submissions/",
        "submissions/1/",
        "submissions/1/document/",
        "submissions/9/",
        "evidence/",
        "findings/",
    ):
        told = client.get(f"{root}{below}")
        assert (told.status_code, told.json()["rule"]) == (403, "R-B3"), below
    assert "Sign your declaration" in told.json()["detail"]


@pytest.mark.django_db
def test_what_is_hidden_and_what_is_not_there_look_alike(house):
    client = house.clients["stranger"]
    for address, absent in ((house.review.reference, "SDGC-2026-99999"), (house.draft.reference, "SDGC-2026-99998")):
        told = [client.get(f"/api/v1/applications/{one}/") for one in (address, absent)]
        assert [one.status_code for one in told] == [404, 404]
        hidden, nothing = ({**one.json(), "instance": ""} for one in told)
        assert hidden == nothing


@pytest.mark.django_db
def test_nobody_unknown_learns_what_there_is(house):
    client = house.clients["anonymous"]
    for key in (house.review.reference, "SDGC-2026-99999"):
        for below in ("", "submissions/", "evidence/", "findings/"):
            assert client.get(f"/api/v1/applications/{key}/{below}").status_code == 401
    for address in ("/api/v1/reports/", "/api/v1/certificates/", "/api/v1/reports/x/document/"):
        assert client.get(address)["WWW-Authenticate"] == "Bearer"


@pytest.mark.django_db
def test_reading_changes_nothing(house):
    before = Entry.objects.count()
    for address, _known in everything():
        house.clients["lead"].get(address)
    assert Entry.objects.count() == before
