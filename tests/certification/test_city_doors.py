"""The city's pages and the desk: what an official finds, does and is refused, through the browser's doors."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certification import waiting
from certification.actions import applying, screening
from certification.models import (
    Answer,
    AnswerVersion,
    Application,
    Clarification,
    EvidenceLink,
    Mandate,
    Objection,
    Scope,
    StageReport,
    Submission,
)
from certification.views import desk
from sdgcities import canonical
from tests.certification import factories
from tests.certification.factories import SCOPE, drafted, in_review, on_shelf, screened, started, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return factories.world(at=timezone.now() - timedelta(hours=6))


def to(name, w, *args):
    return reverse(name, args=[w.application.reference, *args])


def words(response):
    return response.content.decode()


def test_an_official_starts_and_finds_the_tasks(client, w):
    client.force_login(w.editor)
    assert "Silver" in words(client.get(reverse("city-start", args=[w.city.slug])))
    response = client.post(reverse("city-start", args=[w.city.slug]), {"stage": "A"}, follow=True)
    assert Application.objects.get().stage == "A"
    assert "0 of" in words(response)
    assert "Not started" in words(response)


def test_a_stranger_finds_no_case(client, w):
    started(w)
    names = ("city-case", "city-task-list", "city-scope", "city-mandate", "city-check", "city-submit", "city-retract")
    for name in names:
        assert client.get(to(name, w)).status_code == 302
    client.force_login(w.stranger)
    assert [client.get(to(name, w)).status_code for name in names] == [404] * len(names)
    assert client.get(to("city-answer", w, "A1.1")).status_code == 404


def test_an_answer_is_saved_and_the_next_is_shown(client, w):
    started(w)
    client.force_login(w.editor)
    told = {"judgement": "met", "narrative": "We do.", "base_version": "0"}
    stay = client.post(to("city-answer", w, "A1.1"), {**told, "act": "save"})
    assert stay.url == to("city-answer", w, "A1.1")
    go = client.post(to("city-answer", w, "A1.2"), {**told, "act": "next"})
    assert go.url != to("city-answer", w, "A1.2")
    assert set(Answer.objects.values_list("requirement", "narrative")) == {("A1.1", "We do."), ("A1.2", "We do.")}


def test_two_texts_stand_side_by_side_and_none_is_lost(client, w):
    started(w)
    applying.save_answer(
        w.application, requirement="A1.1", judgement="met", narrative="Theirs.", base_version=0, by=w.delegate, at=w.at
    )
    client.force_login(w.editor)
    told = {"judgement": "not_met", "narrative": "Mine.", "act": "save"}
    page = client.post(to("city-answer", w, "A1.1"), {**told, "base_version": "0"})
    assert page.status_code == 200
    assert "Theirs." in words(page)
    assert words(page).count("Mine.") == 2  # beside the other text, and in the form
    assert set(AnswerVersion.objects.values_list("narrative", flat=True)) == {"Theirs.", "Mine."}
    base = page.context["form"]["base_version"].value()
    client.post(to("city-answer", w, "A1.1"), {**told, "narrative": "Both.", "base_version": base})
    assert Answer.objects.get().narrative == "Both."


def test_a_file_goes_to_the_shelf_and_is_linked_at_once(client, w):
    started(w)
    client.force_login(w.editor)
    told = {
        "title": "Plan", "kind": "plan", "source": "City Planning", "dated_on": "2026-05-01", "language": "en",
        "confidentiality": "public", "where": "page 3",
    }  # fmt: skip
    posted = {f"new-{key}": value for key, value in told.items()}
    file = SimpleUploadedFile("plan.txt", b"The plan of the city.\n")
    client.post(to("city-answer", w, "A1.1"), {**posted, "new-file": file, "act": "upload"})
    link = EvidenceLink.objects.select_related("version__evidence").get()
    assert (link.requirement, link.where, link.version.evidence.title) == ("A1.1", "page 3", "Plan")
    client.post(to("city-answer", w, "A1.1"), {"act": f"unlink:{link.pk}"})
    assert EvidenceLink.objects.count() == 0


@pytest.mark.parametrize("act", ["link", "upload", "refused", "unlink"])
def test_what_was_typed_is_saved_before_evidence_is_linked_uploaded_or_taken_off(client, w, act):
    started(w)
    version = on_shelf(w.city, w.editor, at=w.at)
    link = applying.link(w.application, requirement="A1.1", version=version, by=w.editor, at=w.at)
    other = on_shelf(w.city, w.editor, title="Second", at=w.at)
    asked = {
        "link": {"act": "link", "link-version": other.pk},
        "upload": {"act": "upload"},  # without a file: refused
        "refused": {"act": "link", "link-version": "nothing of ours"},
        "unlink": {"act": f"unlink:{link.pk}"},
    }[act]
    client.force_login(w.editor)
    typed = {"judgement": "met", "narrative": "Typed, not yet saved.", "base_version": 0}
    client.post(to("city-answer", w, "A1.1"), {**typed, **asked})
    answer = w.application.answers.get()
    assert (answer.narrative, answer.judgement, answer.version) == ("Typed, not yet saved.", "met", 1)
    client.post(to("city-answer", w, "A1.1"), {**typed, "base_version": 1, **asked})
    assert w.application.answers.get().version == 1


def test_may_not_take_off_evidence_of_another_requirement_or_case(client, w):
    started(w)
    link = applying.link(
        w.application, requirement="A1.2", version=on_shelf(w.city, w.editor, at=w.at), by=w.editor, at=w.at
    )
    client.force_login(w.editor)
    assert client.post(to("city-answer", w, "A1.1"), {"act": f"unlink:{link.pk}"}).status_code == 404
    assert EvidenceLink.objects.count() == 1


def test_after_the_last_requirement_comes_the_task_list(client, w):
    started(w)
    client.force_login(w.editor)
    typed = {"judgement": "met", "narrative": "All there.", "base_version": 0, "act": "next"}
    assert client.post(to("city-answer", w, "A1.1"), typed).url == to("city-answer", w, "A1.2")
    assert client.post(to("city-answer", w, "A3.3"), typed).url == to("city-task-list", w)


def test_a_returned_application_says_why_where_the_city_works_on_it(client, w):
    """R-C1: on the task list, the case and the desk."""
    screened(w)
    screening.return_to_city(w.application, reasons="The boundary is unclear.\nDraw it.", by=w.secretary, at=w.at)
    client.force_login(w.editor)
    for page in (to("city-task-list", w), to("city-case", w)):
        assert "The boundary is unclear.<br>Draw it." in client.get(page).content.decode()
    assert "Mend what was returned" in client.get(reverse("desk")).content.decode()


def test_a_piece_from_the_shelf_is_linked(client, w):
    started(w)
    version = on_shelf(w.city, w.editor, at=w.at)
    client.force_login(w.editor)
    client.post(to("city-answer", w, "A1.1"), {"link-version": version.pk, "link-where": "p. 1", "act": "link"})
    assert EvidenceLink.objects.get().version == version


def test_scope_and_mandate_are_saved(client, w):
    started(w)
    letter = on_shelf(w.city, w.editor, title="Letter", at=w.at)
    client.force_login(w.editor)
    client.post(to("city-scope", w), SCOPE)
    client.post(to("city-mandate", w), {"letter": letter.pk, "departments": "Planning", "act": "choose"})
    assert (Scope.objects.get().population, Mandate.objects.get().delegate) == (SCOPE["population"], w.delegate)
    assert client.get(to("city-check", w)).status_code == 200


def test_a_mandate_is_uploaded_directly(client, w):
    started(w)
    client.force_login(w.editor)
    told = {
        "title": "Letter", "kind": "letter", "source": "Mayor", "dated_on": "2026-05-01", "language": "en",
        "confidentiality": "restricted", "departments": "Planning",
    }  # fmt: skip
    posted = {f"new-{key}": value for key, value in told.items()}
    file = SimpleUploadedFile("letter.txt", b"Dear secretariat.\n")
    client.post(to("city-mandate", w), {**posted, "new-file": file, "act": "upload"})
    assert Mandate.objects.get().letter.file_name == "letter.txt"


def test_the_delegate_hands_in_and_gets_a_receipt(client, w):
    drafted(w)
    client.force_login(w.delegate)
    response = client.post(to("city-submit", w), {"confirmed": "on"}, follow=True)
    assert Submission.objects.get().digest in words(response)
    assert "The paper will be prepared in a moment." in words(response)
    assert client.get(to("city-receipt-pdf", w, 1)).status_code == 202  # a page that tells how far the paper is


def test_may_not_hand_in_as_editor(client, w):
    """R-C1: the door says who does."""
    drafted(w)
    client.force_login(w.editor)
    page = client.post(to("city-submit", w), {"confirmed": "on"})
    assert (page.status_code, Submission.objects.count()) == (200, 0)
    assert "Only the mayor&#x27;s delegate" in words(page)


def test_the_city_sees_its_panel_and_objects(client, w):
    """R-B5: names, and a form for reasons."""
    in_review(w)
    client.force_login(w.delegate)
    page = words(client.get(to("city-case", w)))
    assert all(person.name in page for person in [w.lead, *w.evaluators[:2]])
    assert "Accepted for review" in page
    target = to("city-object-to", w, w.evaluators[0].pk)
    refused = client.post(target, {"reason": ""})
    assert "Give the reasons" in words(refused)
    client.post(target, {"reason": "Advised us."})
    assert Objection.objects.get().person == w.evaluators[0]


def test_a_question_is_answered(client, w):
    in_review(w)
    question = Clarification.objects.create(
        application=w.application, criterion="A1", question="Which year?", asked_by=w.lead, asked_at=w.at,
        due_at=timezone.now() + timedelta(days=3),
    )  # fmt: skip
    Application.objects.update(state="clarification")
    client.force_login(w.delegate)
    page = reverse("city-clarify", args=[question.pk])
    assert "Which year?" in words(client.get(page))
    client.post(page, {"answer": "2025."})
    assert (w.case.state, Clarification.objects.get().answer) == ("in_review", "2025.")


def test_the_draft_report_is_read_and_answered(client, w):
    in_review(w)
    gap = {"requirement": "A1.1", "title": "Inventory", "reason": "No data since 2019."}
    criteria = [
        {"key": one.key, "title": one.title, "result": "not_met", "reason": "See gaps.", "gaps": [gap], "closing": ""}
        for one in w.standard.content.stage("A").criteria
    ]
    text = canonical.text({"criteria": criteria})
    StageReport.objects.create(
        application=w.application, version=1, draft=True, text=text, digest=canonical.digest(text), frozen_at=w.at
    )
    Application.objects.update(state="responding", response_until=timezone.now() + timedelta(days=3))
    client.force_login(w.delegate)
    assert "No data since 2019." in words(client.get(to("city-respond", w)))
    client.post(to("city-extend", w), {"reason": "Elections."})
    assert w.case.response_extended
    refused = client.post(to("city-respond", w), {"text": ""})
    assert "nothing to correct" in words(refused)
    client.post(to("city-respond", w), {"text": "Thank you.", "correction_A1": "Data of 2025 exist."})
    assert w.case.responses.get().corrections == {"A1": "Data of 2025 exist."}


def test_the_delegate_takes_the_application_back(client, w):
    drafted(w)
    client.force_login(w.delegate)
    client.post(to("city-retract", w), {"reason": "A new mayor."})
    assert w.case.state == "retracted"


def waits(user, w):
    return [(one.url_name, str(one.what)) for one in waiting.waiting_for(user, at=timezone.now())]


def test_the_desk_shows_each_person_what_waits(w):
    started(w)
    assert [name for name, _ in waits(w.editor, w)] == ["city-task-list"]
    Application.objects.update(state="retracted")
    submitted(w)
    assert [name for name, _ in waits(w.secretary, w)] == ["secretariat-case"]
    assert waits(w.editor, w) == []


def test_the_panel_is_asked_to_declare_first(w):
    in_review(w)
    for person in [w.lead, *w.evaluators[:2]]:
        assert [name for name, _ in waits(person, w)] == ["panel-declare"]
    assert waits(w.evaluators[2], w) == []
    assert waits(w.secretary, w) == []


def test_every_desk_row_leads_somewhere(w):
    in_review(w)
    people = [w.lead, w.delegate, w.secretary, *w.evaluators]
    rows = [row for person in people for row in waiting.waiting_for(person, at=timezone.now())]
    assert "" not in [desk.address(row) for row in rows]


def test_an_empty_desk_says_what_will_come(client, w):
    client.force_login(w.stranger)
    assert "Nothing waits for you." in words(client.get(reverse("desk")))


def queries(client, page):
    """How many queries PAGE takes; the first visit, which fills caches, does not count."""
    client.get(page)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(page).status_code == 200
        return len(seen)


def another(w):
    """A further case with the same people, for another city."""
    place = factories.city("Mannheim")
    for user, role in ((w.delegate, "city_delegate"), (w.editor, "city_editor")):
        factories.membership(user, role, city=place)
    return factories.World(**{**vars(w), "city": place, "application": None})


@pytest.mark.parametrize("who", ["secretary", "delegate", "lead"])
def test_the_desk_costs_the_same_with_one_case_and_with_three(client, w, who):
    in_review(w)
    client.force_login(getattr(w, who))
    alone = queries(client, reverse("desk"))
    for _ in range(2):
        in_review(another(w))
    assert queries(client, reverse("desk")) == alone


@pytest.mark.parametrize("name", ["city-task-list", "city-check"])
def test_a_list_costs_the_same_with_no_answer_and_with_all(client, w, name):
    started(w)
    factories.on_shelf(w.city, w.editor, at=w.at)
    applying.set_scope(w.application, **SCOPE, by=w.editor, at=w.at)
    client.force_login(w.editor)
    alone = queries(client, to(name, w))
    full = drafted(another(w))
    Mandate.objects.all().delete()
    assert queries(client, to(name, full)) == alone
