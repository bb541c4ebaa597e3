"""The doors of the panel and of the file checker: what each person sees, and never sees."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certification.actions import applying, joining, reviewing, screening
from certification.models import Declaration, FileCheck, Finding, Part, Reconciliation, Recusal, StageReport
from sdgcities.models import Entry
from tests.certification import factories as make
from tests.certification.panel_world import at_work, declared, drafted, filed, own, reported, saved, settled

pytestmark = pytest.mark.django_db

SECRET = "Between us: the annex is thin."


def client(person):
    one = Client()
    one.force_login(person)
    return one


def url(name, *words):
    return reverse(name, args=words)


def test_without_signing_in_there_is_only_the_sign_in_page():
    w = at_work()
    answer = Client().get(url("panel-case", w.application.reference))
    assert answer.status_code == 302
    assert "/accounts/" in answer.url


def test_may_not_read_even_a_title_before_declaring():
    """R-B3: the case page leads to the declaration; evidence, evaluation page and titles are not there."""
    w = make.in_review(make.world())
    person = client(w.evaluators[0])
    first = person.get(url("panel-case", w.application.reference))
    assert first.url == url("panel-declare", w.application.reference)
    page = person.get(first.url)
    assert page.status_code == 200
    assert w.evidence.evidence.title not in page.content.decode()
    assert person.get(url("panel-evidence", w.application.reference, w.evidence.pk)).status_code == 404
    assert person.get(url("panel-finding", own(w, w.evaluators[0]).pk)).status_code == 404
    assert not Entry.objects.filter(act="evidence.viewed").exists()


def test_may_read_after_declaring_in_the_browser():
    """R-B3: sign, and the case opens."""
    w = make.in_review(make.world())
    person = client(w.evaluators[0])
    answer = person.post(url("panel-declare", w.application.reference), {"conflict": "no", "signed": "on"})
    assert answer.url == url("panel-case", w.application.reference)
    page = person.get(url("panel-finding", own(w, w.evaluators[0]).pk))
    assert w.evidence.evidence.title in page.content.decode()
    assert w.evidence.sha256[:8] in page.content.decode()


def test_a_conflict_declared_in_the_browser_closes_the_case():
    """R-B3, R-H4."""
    w = make.in_review(make.world())
    person = client(w.evaluators[0])
    person.post(
        url("panel-declare", w.application.reference), {"conflict": "yes", "category": "family", "signed": "on"}
    )
    assert Declaration.objects.get(person=w.evaluators[0]).conflict
    assert person.get(url("panel-case", w.application.reference)).status_code == 404
    assert person.get(url("panel-evidence", w.application.reference, w.evidence.pk)).status_code == 404


def test_a_refused_declaration_keeps_what_was_typed():
    w = make.in_review(make.world())
    person = client(w.evaluators[0])
    words = {"conflict": "yes", "explanation": "My sister works there.", "signed": "on"}
    page = person.post(url("panel-declare", w.application.reference), words).content.decode()
    assert "Say what kind of conflict of interest it is." in page
    assert "My sister works there." in page


def test_evidence_is_handed_out_as_an_attachment_that_no_browser_runs_and_is_noted():
    """R-H1."""
    w = at_work()
    answer = client(w.evaluators[0]).get(url("panel-evidence", w.application.reference, w.evidence.pk))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content).startswith(b"Inventory")
    assert Entry.objects.filter(act="evidence.viewed", actor=w.evaluators[0].pk).count() == 1


def test_nobody_reaches_evidence_that_is_not_of_the_case():
    w = at_work()
    other = make.on_shelf(w.city, w.editor, title="Not linked")
    assert client(w.evaluators[0]).get(url("panel-evidence", w.application.reference, other.pk)).status_code == 404


def test_may_not_see_anothers_finding_before_all_have_filed():
    """R-C5: not on the evaluator's pages, not on the lead's."""
    w = at_work()
    filed(w, w.evaluators[0], rationale=SECRET)
    mine = own(w, w.evaluators[1])
    theirs = own(w, w.evaluators[0])
    reference = w.application.reference
    for person, pages in (
        (w.evaluators[1], [url("panel-case", reference), url("panel-finding", mine.pk), url("panel-file", mine.pk)]),
        (w.lead, [url("panel-case", reference), url("lead-reconcile", reference, "A1")]),
    ):
        for page in pages:
            answer = client(person).get(page)
            assert answer.status_code == 200
            assert SECRET not in answer.content.decode()
    for person in (w.evaluators[1], w.lead):
        assert client(person).get(url("panel-finding", theirs.pk)).status_code == 404


def test_may_see_the_findings_side_by_side_when_all_have_filed():
    """R-C5."""
    w = at_work()
    filed(w, w.evaluators[0], rationale=SECRET)
    filed(w, w.evaluators[1], rationale="It is thick enough.")
    page = client(w.lead).get(url("lead-reconcile", w.application.reference, "A1")).content.decode()
    assert SECRET in page
    assert "It is thick enough." in page


def test_an_evaluator_saves_returns_and_files_in_the_browser():
    w = at_work()
    person = client(w.evaluators[0])
    finding = own(w, w.evaluators[0])
    words = {"result": "met", "rationale": "Read and compared."}
    for link in w.application.links.filter(requirement__startswith="A1."):
        words |= {f"mark_{link.requirement}": "met", f"verdict_{link.pk}": "verified"}
    answer = person.post(url("panel-finding", finding.pk), words | {"save": "1"})
    assert answer.url == url("panel-case", w.application.reference)
    assert "Read and compared." in person.get(url("panel-finding", finding.pk)).content.decode()
    answer = person.post(url("panel-finding", finding.pk), words | {"file": "1"})
    assert answer.url == url("panel-file", finding.pk)
    assert person.get(answer.url).status_code == 200
    assert person.post(answer.url).url == url("panel-case", w.application.reference)
    assert own(w, w.evaluators[0]).filed_at is not None
    page = person.post(url("panel-finding", finding.pk), words | {"rationale": "Changed."}).content.decode()
    assert "This finding is filed and stays as it is." in page


def test_a_refusal_to_file_says_why():
    w = at_work()
    finding = saved(w, w.evaluators[0], rationale="")
    page = client(w.evaluators[0]).post(url("panel-file", finding.pk)).content.decode()
    assert "Give the reasons for your finding." in page


def test_the_lead_reconciles_and_sends_the_draft_in_the_browser():
    w = at_work()
    for one in w.standard.content.stage("A").criteria:
        for person in w.evaluators[:2]:
            filed(w, person, one.key)
    lead = client(w.lead)
    for one in w.standard.content.stage("A").criteria:
        words = {"result": "met", "reason": "Both agree."}
        words |= {f"mark_{requirement.key}": "met" for requirement in one.requirements}
        page = lead.post(url("lead-reconcile", w.application.reference, one.key), words | {"reason": ""})
        assert "Give the reasons for your finding." in page.content.decode()
        answer = lead.post(url("lead-reconcile", w.application.reference, one.key), words)
        assert answer.status_code == 302
    assert Reconciliation.objects.count() == 3
    assert lead.get(url("lead-send-draft", w.application.reference)).status_code == 200
    assert lead.post(url("lead-send-draft", w.application.reference)).status_code == 302
    assert w.case.state == "responding"


def test_signing_too_early_is_refused_with_a_sentence():
    """R-C7."""
    w = drafted()
    w.application.response_until = timezone.now() + timedelta(days=1)
    w.application.save(update_fields=["response_until"])
    page = client(w.lead).post(url("lead-sign", w.application.reference)).content.decode()
    assert "The city still has time to respond." in page


def test_signing_tells_the_digest():
    """R-C8."""
    w = drafted()
    page = client(w.lead).post(url("lead-sign", w.application.reference), follow=True).content.decode()
    assert StageReport.objects.get(draft=False).digest in page


def test_the_lead_asks_calls_a_third_and_allocates_in_the_browser():
    w = at_work(evaluators=3)
    reference = w.application.reference
    lead = client(w.lead)
    people = [str(one.pk) for one in w.evaluators[:2]]
    assert lead.get(url("lead-allocate", reference, "A1")).status_code == 200
    assert lead.post(url("lead-allocate", reference, "A1"), {"persons": people}).status_code == 302
    filed(w, w.evaluators[0])
    filed(w, w.evaluators[1], result="not_met", verdict="rejected")
    assert "The findings differ" in lead.get(url("lead-reconcile", reference, "A1")).content.decode()
    assert lead.get(url("lead-third", reference, "A1")).status_code == 200
    person = {"person": str(w.evaluators[2].pk)}
    assert lead.post(url("lead-third", reference, "A1"), person).status_code == 302
    assert Finding.objects.get(third=True).person == w.evaluators[2]
    assert lead.get(url("lead-ask", reference)).status_code == 200
    assert lead.post(url("lead-ask", reference), {"criterion": "A2", "question": "Who?"}).status_code == 302
    assert w.case.state == "clarification"
    assert "Who?" in lead.get(url("panel-case", reference)).content.decode()


def test_may_not_open_the_leads_pages_as_evaluator_or_stranger():
    """R-H4, R-B1: 404, without a hint."""
    w = at_work()
    reference = w.application.reference
    pages = [
        url("lead-reconcile", reference, "A1"),
        url("lead-allocate", reference, "A1"),
        url("lead-third", reference, "A1"),
        url("lead-ask", reference),
        url("lead-send-draft", reference),
        url("lead-sign", reference),
        url("checker-case", reference),
        url("checker-recommend", reference),
    ]
    w.stranger.is_superuser = w.stranger.is_staff = True
    w.stranger.save()
    for person in (w.evaluators[0], w.evaluators[3], w.stranger, w.secretary):
        assert [client(person).get(page).status_code for page in pages] == [404] * len(pages)


def test_may_not_open_the_case_after_standing_aside_in_the_browser():
    """R-B4, R-H4: access ends at once."""
    w = at_work()
    person = client(w.evaluators[0])
    assert person.get(url("panel-recuse", w.application.reference)).status_code == 200
    person.post(url("panel-recuse", w.application.reference), {"category": "other"})
    assert Recusal.objects.get().person == w.evaluators[0]
    for page in (url("panel-case", w.application.reference), url("panel-finding", own(w, w.evaluators[0]).pk)):
        assert person.get(page).status_code == 404


def test_may_not_open_the_case_after_the_part_ended():
    """R-H4."""
    w = at_work()
    part = Part.objects.get(application=w.application, person=w.evaluators[0])
    joining.leave(part, because="replaced", by=w.secretary, at=w.at)
    assert client(w.evaluators[0]).get(url("panel-case", w.application.reference)).status_code == 404


def test_the_file_checker_takes_reads_and_recommends_in_the_browser():
    w = reported()
    screening.assign_file_checker(w.application, w.checker, by=w.secretary, at=w.at)
    reference = w.application.reference
    person = client(w.checker)
    assert person.get(url("checker-case", reference)).url == url("panel-declare", reference)
    answer = person.post(url("panel-declare", reference), {"conflict": "no", "signed": "on"})
    assert answer.url == url("checker-case", reference)
    assert person.get(answer.url).status_code == 200
    assert person.post(url("checker-take-file", reference)).status_code == 302
    page = person.get(url("checker-recommend", reference)).content.decode()
    assert StageReport.objects.get(draft=False).digest in page
    page = person.post(url("checker-recommend", reference), {"recommendation": "proceed", "reasons": ""})
    assert "Give the reasons for your recommendation." in page.content.decode()
    answer = person.post(url("checker-recommend", reference), {"recommendation": "proceed", "reasons": "In order."})
    assert answer.status_code == 302
    assert FileCheck.objects.get().reasons == "In order."
    assert "In order." in person.get(url("checker-case", reference)).content.decode()


def test_taking_a_file_twice_is_refused_with_a_sentence():
    w = reported()
    screening.assign_file_checker(w.application, w.checker, by=w.secretary, at=w.at)
    declared(w, w.checker)
    person = client(w.checker)
    person.post(url("checker-take-file", w.application.reference))
    page = person.post(url("checker-take-file", w.application.reference)).content.decode()
    assert "This cannot be done now" in page


def test_the_leads_page_takes_as_many_queries_for_one_criterion_allocated_as_for_three(
    django_assert_num_queries, django_assert_max_num_queries
):
    w = settled(at_work())
    lead = client(w.lead)
    page = url("panel-case", w.application.reference)
    Finding.objects.exclude(criterion="A1").update(set_aside_at=w.at)
    Reconciliation.objects.exclude(criterion="A1").delete()
    with django_assert_max_num_queries(60) as one:
        lead.get(page)
    Finding.objects.update(set_aside_at=None)
    with django_assert_num_queries(len(one)):
        lead.get(page)


def test_the_evaluators_page_takes_as_many_queries_for_one_criterion_as_for_three(
    django_assert_num_queries, django_assert_max_num_queries
):
    w = at_work()
    person = client(w.evaluators[0])
    page = url("panel-case", w.application.reference)
    Finding.objects.exclude(criterion="A1").update(set_aside_at=w.at)
    with django_assert_max_num_queries(60) as one:
        person.get(page)
    Finding.objects.update(set_aside_at=None)
    with django_assert_num_queries(len(one)):
        person.get(page)


def test_the_evaluation_page_takes_as_many_queries_for_one_piece_as_for_three(
    django_assert_num_queries, django_assert_max_num_queries
):
    w = at_work()
    person = client(w.evaluators[0])
    page = url("panel-finding", own(w, w.evaluators[0]).pk)
    with django_assert_max_num_queries(60) as one:
        person.get(page)
    link = w.application.links.get(requirement="A1.1")
    for title in ("Second", "Third"):
        link.pk = None
        link._state.adding = True
        link.version = make.on_shelf(w.city, w.editor, title=title)
        link.save()
    with django_assert_num_queries(len(one)):
        person.get(page)


def test_what_an_evaluator_typed_is_shown_escaped():
    w = at_work()
    saved(w, w.evaluators[0], rationale="<script>alert(1)</script>")
    page = client(w.evaluators[0]).get(url("panel-finding", own(w, w.evaluators[0]).pk)).content.decode()
    assert "<script>alert" not in page


def test_reviewing_is_the_one_name_for_the_panels_verbs():
    assert set(reviewing.__all__) >= {"declare", "recuse", "allocate", "file", "reconcile", "ask", "send_draft", "sign"}


def test_what_the_city_added_after_a_third_finding_is_shown_and_can_be_judged():
    """R-C5: the question, the answer and the piece that nobody has judged stand where the lead reconciles."""
    w = at_work(evaluators=4)
    filed(w, w.evaluators[0])
    filed(w, w.evaluators[1], result="not_met")
    reviewing.call_third(w.application, criterion="A1", person=w.evaluators[2], by=w.lead, at=w.at)
    filed(w, w.evaluators[2])
    asked = reviewing.ask(w.application, criterion="A1", question="Where is the annex?", by=w.lead, at=w.at)
    piece = make.on_shelf(w.city, w.editor, title="Annex", at=w.at)
    applying.link(w.application, requirement="A1.1", version=piece, by=w.editor, at=w.later(hours=1))
    applying.answer_clarification(asked, answer="Here it is.", by=w.delegate, at=w.at)
    page = client(w.lead).get(url("lead-reconcile", w.application.reference, "A1")).content.decode()
    shown = ("Where is the annex?", "Here it is.", "Added since, judged by nobody yet", "by a further evaluator")
    assert [page.count(words) for words in shown] == [1, 1, 1, 1]


def test_a_case_that_was_answered_says_so():
    """R-C7: with the city until it has responded, with the panel lead from then on."""
    w = drafted()
    before = w.case.get_state_display()
    applying.respond(w.application, text="We agree.", corrections={}, by=w.delegate, at=w.later(days=1))
    said = (before, w.case.get_state_display())
    assert said == ("with the city for its response", "with the panel lead, who reads the city's response")
    page = client(w.delegate).get(url("city-case", w.application.reference)).content.decode()
    assert "with the city for its response" not in page


def test_lists_and_case_end_together_with_the_seat():
    """R-B6, R-H4: what a list shows can be opened, and what cannot be opened is in no list."""
    w = at_work()
    one = client(w.evaluators[0])
    doors = (url("panel-queue"), url("desk"), url("panel-case", w.application.reference))
    before = [w.application.reference in one.get(door).content.decode() for door in doors]
    w.evaluators[0].seats.update(ends_on=timezone.now().date() - timedelta(days=1))
    after = [one.get(door) for door in doors]
    assert (before, [page.status_code for page in after]) == ([True] * 3, [200, 200, 404])
    assert not any(w.application.reference in page.content.decode() for page in after[:2])
