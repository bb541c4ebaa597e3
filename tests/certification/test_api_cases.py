"""Cases, reports and certificates for programs: what they tell, how they are narrowed, what they ask of the database."""

import shlex
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certification.api.applications import levels
from certification.models import Application, Finding, StageReport
from sdgcities import canonical
from sdgcities.actions import tokens
from sdgcities.models import Role
from tests.certification import deciding_world, factories, panel_world
from tests.certification.factories import NOW

pytestmark = pytest.mark.django_db


def reader(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def rows(client, address, **asked):
    return client.get(address, asked).json()["results"]


def ids(client, address, **asked):
    return [row["id"] for row in rows(client, address, **asked)]


def more_of(application, count, **told):
    """Further cases like it, each of a city of its own: the list is under test, not the way there."""
    made = []
    for number in range(count):
        fresh = Application.objects.get(pk=application.pk)
        fresh.pk, fresh.reference = None, f"SDGC-2026-9{number:04d}"
        fresh.city = factories.city(f"City {number}", of=factories.country("DEU", "DE", "Germany"))
        for name, value in told.items():
            setattr(fresh, name, value)
        fresh._state.adding = True
        fresh.save()
        made.append(fresh)
    return made


# --- applications


def test_an_application_is_told_as_its_page_tells_it():
    w = factories.submitted(factories.world())
    (row,) = rows(reader(w.editor), "/api/v1/applications/")
    case = w.case
    assert row == {
        "id": case.reference,
        "city": w.city.slug,
        "city_name": w.city.name,
        "country": "USA",
        "mechanism": "global",
        "standard": "global-2023-1.0",
        "stage": "A",
        "level": "silver",
        "language": "en",
        "state": "submitted",
        "outcome": None,
        "cycle": 1,
        "started_at": canonical.moment(case.started_at),
        "submitted_at": canonical.moment(case.submitted_at),
        "response_until": None,
        "url": f"http://127.0.0.1:8000/api/v1/applications/{case.reference}/",
    }
    assert reader(w.editor).get(f"/api/v1/applications/{case.reference}/").json() == row


def test_applications_are_narrowed_by_state_stage_place_and_day():
    w = factories.submitted(factories.world())
    first = w.case.reference
    (other,) = more_of(w.application, 1, stage="B", state="in_review", started_at=NOW.replace(month=10))
    client, address = reader(w.secretary), "/api/v1/applications/"
    assert ids(client, address) == [other.reference, first]
    for asked, found in (
        ({"state": "submitted"}, [first]),
        ({"stage": "B"}, [other.reference]),
        ({"country": "DEU"}, [other.reference]),
        ({"city": w.city.slug}, [first]),
        ({"since": "2026-10-01"}, [other.reference]),
        ({"ordering": "-country"}, [first, other.reference]),
        ({"ordering": "-date"}, [first, other.reference]),
    ):
        assert ids(client, address, **asked) == found, asked


@pytest.mark.parametrize("address", ["applications", "reports", "certificates"])
def test_no_case_is_ordered_by_anything_but_name_country_or_date(address):
    client = reader(factories.secretary())
    for order in ("score", "-gaps", "outcome", "level"):
        told = client.get(f"/api/v1/{address}/", {"ordering": order}).json()
        assert (told["status"], told["rule"]) == (400, "R-A5")


@pytest.mark.parametrize(
    "asked", [{"state": "winning"}, {"stage": "AA"}, {"since": "2026-13-01"}, {"since": "yesterday"}, {"country": "de"}]
)
def test_what_a_parameter_does_not_take_is_told_with_what_it_takes(asked):
    told = reader(factories.secretary()).get("/api/v1/applications/", asked).json()
    assert (told["status"], [told["parameter"]]) == (400, list(asked))
    assert told["allowed"]


def test_access_ends_with_the_part_at_the_next_request():
    w = factories.submitted(factories.world())
    client = reader(w.editor)
    assert ids(client, "/api/v1/applications/") == [w.case.reference]
    w.editor.memberships.update(ended_at=NOW)
    assert ids(client, "/api/v1/applications/") == []
    assert client.get(f"/api/v1/applications/{w.case.reference}/").status_code == 404


# --- submissions, evidence, findings


def test_a_submission_is_told_byte_for_byte_as_it_was_frozen():
    w = factories.submitted(factories.world())
    client, root = reader(w.delegate), f"/api/v1/applications/{w.case.reference}/submissions/"
    (row,) = rows(client, root)
    kept = w.case.submissions.get()
    document = client.get(f"{root}1/document/")
    assert (row["id"], row["digest"]) == ("1", kept.digest)
    assert (document.content.decode(), canonical.digest(document.content)) == (kept.text, kept.digest)
    assert document["Content-Type"] == "application/json"
    for number in ("0", "01", "2", "1.0", "x", "١", "99999"):
        assert client.get(f"{root}{number}/").status_code == 404
        assert client.get(f"{root}{number}/document/").status_code == 404


def test_evidence_is_told_with_its_digest_and_the_address_of_its_file():
    w = factories.submitted(factories.world())
    client = reader(w.editor)
    told = rows(client, f"/api/v1/applications/{w.case.reference}/evidence/")
    assert [one["requirement"] for one in told] == sorted(
        one.key for one in w.standard.content.stage("A").requirements()
    )
    assert {one["sha256"] for one in told} == {w.evidence.sha256}
    file = client.get(told[0]["file"].removeprefix("http://127.0.0.1:8000"))
    assert canonical.digest(b"".join(file.streaming_content)) == w.evidence.sha256


def test_findings_are_blind_until_all_are_in():
    """R-C5"""
    w = panel_world.at_work()
    address = f"/api/v1/applications/{w.case.reference}/findings/"
    panel_world.filed(w, w.evaluators[0])
    one = panel_world.own(w, w.evaluators[0])
    two = panel_world.own(w, w.evaluators[1])
    assert ids(reader(w.lead), address) == []
    assert str(two.pk) not in ids(reader(w.evaluators[0]), address)
    assert str(one.pk) in ids(reader(w.evaluators[0]), address)
    panel_world.filed(w, w.evaluators[1])
    assert sorted(ids(reader(w.lead), address)) == sorted([str(one.pk), str(two.pk)])
    assert str(two.pk) not in ids(reader(w.evaluators[0]), address)
    for person in (w.editor, w.secretary):
        assert rows(reader(person), address) == []
        assert reader(person).get(f"{address}{one.pk}/").status_code == 404
    whole = reader(w.lead).get(f"{address}{one.pk}/").json()
    assert (whole["evaluator"], whole["result"], whole["rationale"]) == (
        w.evaluators[0].name,
        "met",
        "Read and compared.",
    )
    assert {one["mark"] for one in whole["marks"]} == {"met"}
    assert {one["verdict"] for one in whole["checks"]} == {"verified"}


# --- reports and certificates


def test_a_report_is_told_byte_for_byte_as_it_was_frozen():
    w = deciding_world.checked()
    client = reader(w.secretary)
    (row,) = rows(client, "/api/v1/reports/")
    assert (row["id"], row["digest"], row["pdf"]) == (f"{w.application.reference}-report-1", w.report.digest, None)
    document = client.get(f"/api/v1/reports/{row['id']}/document/")
    assert (document.content.decode(), canonical.digest(document.content)) == (w.report.text, row["digest"])
    assert client.get(row["page"].removeprefix("http://127.0.0.1:8000")).status_code == 200
    StageReport.objects.update(pdf_sha256="0" * 64)
    (row,) = rows(client, "/api/v1/reports/", application=w.application.reference, draft="false")
    assert row["pdf"] == f"{row['page']}pdf/"
    assert rows(client, "/api/v1/reports/", draft="true") == []


@pytest.mark.parametrize("key", ["report-1", "x", "SDGC-2026-00001-report-", "SDGC-2026-00001-report-1-draft-draft"])
def test_a_report_that_is_not_there_is_not_found(key):
    client = reader(factories.secretary())
    for below in ("", "document/"):
        assert client.get(f"/api/v1/reports/{key}/{below}").status_code == 404


def test_a_certificate_is_told_with_the_case_that_it_comes_from():
    w = deciding_world.voted()
    deciding_world.close(w)
    (row,) = rows(reader(w.secretary), "/api/v1/certificates/")
    entry = Client().get(f"/api/v1/register/{row['id']}/").json()
    assert (row["application"], row["decision"][:4]) == (w.application.reference, "DEC-")
    assert {name: row[name] for name in entry if name != "history"} == {
        name: told for name, told in entry.items() if name != "history"
    }
    assert rows(reader(w.stranger), "/api/v1/certificates/") == []
    assert reader(w.stranger).get(f"/api/v1/certificates/{row['id']}/").status_code == 404


# --- what is asked of the database


def asked_for(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    return len(captured), len(answer.json()["results"])


@pytest.mark.parametrize("role", ["editor", "secretary", "lead"])
def test_applications_ask_a_fixed_number_of_queries(role):
    w = factories.in_review(factories.world())
    client = reader(getattr(w, role))
    levels.cache_clear()
    one = asked_for(client, "/api/v1/applications/")
    for fresh in more_of(w.application, 2):
        factories.membership(w.editor, Role.CITY_EDITOR, city=fresh.city)
        deciding_world.plays(fresh, w.lead, "lead")
    three = asked_for(client, "/api/v1/applications/")
    assert (one[1], three[1]) == (1, 3)
    assert one[0] == three[0] <= 6


def test_what_stands_below_a_case_asks_a_fixed_number_of_queries():
    w = panel_world.at_work()
    client, root = reader(w.evaluators[0]), f"/api/v1/applications/{w.case.reference}/"
    own = list(Finding.objects.filter(application=w.case, person=w.evaluators[0]).values_list("pk", flat=True))
    links = list(w.case.links.values_list("pk", flat=True))
    counted = []
    for rows_left in (3, 1):
        Finding.objects.filter(pk__in=own[rows_left:]).update(set_aside_at=NOW)
        w.case.links.filter(pk__in=links[rows_left:]).delete()
        counted.append([asked_for(client, f"{root}{below}/") for below in ("findings", "evidence")])
    three, one = counted
    assert [found for _queries, found in three + one] == [3, 3, 1, 1]
    assert [queries for queries, _found in three] == [queries for queries, _found in one]


def test_reports_ask_a_fixed_number_of_queries():
    w = deciding_world.checked()
    client = reader(w.secretary)
    one = asked_for(client, "/api/v1/reports/")
    for version in (2, 3):
        deciding_world.signed(w, version=version)
    three = asked_for(client, "/api/v1/reports/")
    assert (one[1], three[1], one[0]) == (1, 3, three[0])


# --- the page about all this


def test_each_example_of_the_page_is_answered_as_it_says():
    w = deciding_world.voted()
    deciding_world.close(w)
    token = tokens.make(w.editor, name="Page", days=30, by=w.editor, at=timezone.now()).secret
    tag = Client().get("/api/v1/register/")["ETag"]
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith("curl ")]
    told = {}
    for line in lines:
        command, _sign, status = line.partition("  # ")
        words = shlex.split(command.replace("$SITE", "").replace("$TOKEN", token))
        headers = {}
        for place, word in enumerate(words):
            if word == "-H":
                name, _colon, value = words[place + 1].partition(": ")
                headers[name] = value.replace("$ETAG", tag)
        told[line] = (Client().get(words[-1], headers=headers).status_code, int(status or 200))
    assert {line: got for line, (got, _said) in told.items()} == {line: said for line, (_got, said) in told.items()}
    assert len(lines) > 10
