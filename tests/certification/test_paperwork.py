"""Whoever waits for a paper is told how far it is, in words, from the job's row; whoever may not read it learns nothing."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certification.actions import applying
from certification.models import Certificate, Decision, StageReport
from sdgcities import jobs
from sdgcities.models import Job
from tests.certification import deciding_world, factories, panel_world

pytestmark = pytest.mark.django_db
ASKS = {"HX-Request": "true"}


def signed_in(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def handed_in():
    w = factories.submitted(factories.world())
    return (
        w,
        reverse("city-receipt", args=[w.application.reference, 1]),
        reverse("city-receipt-pdf", args=[w.application.reference, 1]),
    )


def fail_for_good(settings, tmp_path):
    """No file can be kept: the store's folder is a file."""
    settings.MEDIA_ROOT = tmp_path / "in-the-way"
    settings.MEDIA_ROOT.write_text("")
    jobs.work_until_empty()


def test_after_handing_in_the_receipt_waits_is_at_work_and_is_there(work):
    w, page, pdf = handed_in()
    client = signed_in(w.delegate)
    shown = client.get(page).content.decode()
    assert "Receipt: waiting" in shown
    assert f'hx-get="{pdf}?seen=waiting-0" hx-trigger="every 2s"' in shown
    assert '<a class="govuk-link" href="' + page + '">Refresh</a>' in shown
    Job.objects.filter(name="certification.write_receipt").update(state="running", progress=40)
    shown = client.get(pdf, headers=ASKS).content.decode()
    assert "Receipt: at work" in shown
    assert '<progress class="sdg-progress__bar" max="100" value="40">' in shown
    Job.objects.filter(name="certification.write_receipt").update(state="queued", progress=0)
    work()
    done = client.get(pdf, headers=ASKS).content.decode()
    assert "hx-" not in done
    assert f'href="{pdf}"' in done
    assert b"".join(client.get(pdf).streaming_content).startswith(b"%PDF")


def test_asking_again_when_nothing_has_changed_says_nothing():
    w, _page, pdf = handed_in()
    client = signed_in(w.delegate)
    assert client.get(f"{pdf}?seen=waiting-0", headers=ASKS).status_code == 204
    assert client.get(f"{pdf}?seen=working-10", headers=ASKS).status_code == 200


def test_without_script_the_papers_own_address_tells_how_far_it_is():
    w, _page, pdf = handed_in()
    response = signed_in(w.delegate).get(pdf)
    assert (response.status_code, response["Cache-Control"]) == (202, "no-store")
    shown = response.content.decode()
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in shown
    assert "Receipt: waiting" in shown


def test_an_attempt_that_failed_is_told_without_alarm():
    w, page, _pdf = handed_in()
    Job.objects.filter(name="certification.write_receipt").update(attempts=1, last_error="OSError: /secret/path")
    shown = signed_in(w.delegate).get(page).content.decode()
    assert "A first attempt did not succeed." in shown
    assert "/secret/path" not in shown


def test_what_has_failed_is_told_to_the_city_and_to_the_secretariat_which_has_it_tried_again(settings, tmp_path, work):
    w, page, pdf = handed_in()
    store = settings.MEDIA_ROOT
    fail_for_good(settings, tmp_path)
    city, desk = signed_in(w.delegate), signed_in(w.secretary)
    shown = city.get(page).content.decode()
    assert "Receipt: failed" in shown
    assert "The secretariat sees it on its desk" in shown
    assert "hx-" not in shown
    assert "NotADirectory" not in shown
    assert "See why 1 job failed" in desk.get(reverse("desk")).content.decode()
    listed = desk.get(reverse("jobs-list")).content.decode()
    assert "Print a receipt" in listed
    assert reverse("secretariat-case", args=[w.application.reference]) in listed
    assert "Something unexpected happened." in listed
    assert "NotADirectoryError" in listed
    failed = Job.objects.get(state="failed")
    assert (failed.attempts, failed.about) == (5, w.application.reference)
    settings.MEDIA_ROOT = store
    assert desk.post(reverse("jobs-retry", args=[failed.pk])).status_code == 302
    assert "Receipt: waiting" in city.get(page).content.decode()
    work()
    assert b"".join(city.get(pdf).streaming_content).startswith(b"%PDF")
    assert "failed" not in desk.get(reverse("desk")).content.decode()


def test_the_desk_of_nobody_else_counts_failed_jobs():
    w, _page, _pdf = handed_in()
    Job.objects.update(state="failed", finished_at=timezone.now())
    for person in (w.delegate, w.editor, w.lead, w.chair, w.stranger):
        assert "jobs failed" not in signed_in(person).get(reverse("desk")).content.decode()
    assert "jobs failed" in signed_in(w.secretary).get(reverse("desk")).content.decode()


def test_a_job_whose_row_is_gone_is_no_promise():
    w, page, _pdf = handed_in()
    Job.objects.all().delete()
    assert "Receipt: failed" in signed_in(w.delegate).get(page).content.decode()


def test_draft_and_signed_report_are_followed_on_their_own_pages():
    w = panel_world.reported()
    client, reference = signed_in(w.delegate), w.application.reference
    for kind in ("-draft", ""):
        shown = client.get(reverse(f"report{kind}-html", args=[reference, 1])).content.decode()
        assert f'hx-get="{reverse(f"report{kind}-pdf", args=[reference, 1])}?seen=waiting-0"' in shown


def test_letter_and_certificate_are_followed_by_those_who_may_read_them():
    w = deciding_world.voted()
    deciding_world.close(w)
    letter = reverse("decision-letter", args=[Decision.objects.get().reference])
    assert "Letter of decision: waiting" in signed_in(w.delegate).get(letter).content.decode()
    reference = Certificate.objects.get().reference
    shown = Client().get(reverse("register-certificate", args=[reference])).content.decode()
    assert "Certificate: waiting" in shown
    asked = Client().get(reverse("register-pdf", args=[reference]), headers=ASKS)
    assert "Certificate: waiting" in asked.content.decode()


def papers(w):
    reference = w.application.reference
    yield reverse("city-receipt-pdf", args=[reference, 1])
    for report in StageReport.objects.filter(application=w.application):
        yield reverse("report-draft-pdf" if report.draft else "report-pdf", args=[reference, report.version])


@pytest.mark.parametrize("headers", [{}, ASKS], ids=["by address", "asking again"])
def test_who_may_not_read_a_paper_learns_nothing_of_its_job(headers):
    w = panel_world.reported()
    other = factories.delegate(factories.city("Elsewhere"))
    absent = reverse("city-receipt-pdf", args=["SDGC-2026-99999", 1])
    addresses = list(papers(w))
    assert len(addresses) == 3
    for person in (w.stranger, other, w.evaluators[3], w.chair):
        client = signed_in(person)
        unknown = client.get(absent, headers=headers)
        for address in addresses:
            response = client.get(address, headers=headers)
            assert (response.status_code, response.content) == (404, unknown.content), (person, address)
    for address in addresses:
        assert signed_in(w.delegate).get(address, headers=headers).status_code in {200, 202}


def test_a_page_that_asks_again_after_the_session_ended_loads_anew():
    _w, _page, pdf = handed_in()
    response = Client().get(pdf, headers=ASKS)
    assert (response.status_code, response["HX-Refresh"], response.content) == (204, "true", b"")


def test_looking_at_a_page_that_waits_costs_one_query_more():
    w, page, _pdf = handed_in()
    client = signed_in(w.delegate)
    client.get(page)
    with CaptureQueriesContext(connection) as waiting:
        client.get(page)
    jobs.work_until_empty()
    with CaptureQueriesContext(connection) as done:
        client.get(page)
    assert len(waiting) == len(done) + 1


def test_what_another_city_hands_in_has_a_job_of_its_own():
    w, _page, _pdf = handed_in()
    applying.retract(w.application, reason="Starts anew.", by=w.delegate, at=w.later(hours=1))
    factories.submitted(w)
    assert sorted(Job.objects.filter(name="certification.write_receipt").values_list("about", flat=True)) == sorted(
        [*w.city.applications.values_list("reference", flat=True)]
    )
