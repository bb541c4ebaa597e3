"""The city's verbs: each rule they call lets through what it may, and refuses what it may not."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist

from certification import rules
from certification.actions import applying
from certification.flow import State
from certification.models import (
    Answer,
    AnswerVersion,
    Application,
    Clarification,
    EvidenceLink,
    Part,
    Step,
    Submission,
)
from sdgcities import canonical, journal
from sdgcities.errors import Refused
from sdgcities.models import Job, Mail, Membership
from tests.certification.factories import (
    DAY,
    NOW,
    SCOPE,
    drafted,
    in_review,
    on_shelf,
    person,
    started,
    submitted,
    world,
)
from tracks.models import EvidenceVersion

pytestmark = pytest.mark.django_db


def refusal(verb, *args, **told):
    """The refusal of VERB, which must refuse."""
    with pytest.raises(Refused) as caught:
        verb(*args, **told)
    return caught.value


def save(w, **told):
    told = {"requirement": "A1.1", "judgement": "met", "narrative": "We do.", "base_version": 0, **told}
    return applying.save_answer(w.application, **{"by": w.editor, "at": w.at, **told})


def responding(w):
    Application.objects.filter(pk=w.application.pk).update(state=State.RESPONDING, response_until=w.at + 14 * DAY)
    w.application = w.case
    return w


def asked(w, due=20 * DAY):
    question = Clarification.objects.create(
        application=w.application,
        criterion="A1",
        question="Which year?",
        asked_by=w.lead,
        asked_at=w.at,
        due_at=w.at + due,
    )
    Application.objects.filter(pk=w.application.pk).update(state=State.CLARIFICATION)
    return question


def test_a_draft_pins_the_newest_standard_and_gives_officials_their_part():
    w = started(world())
    assert (w.case.standard, w.case.state, w.case.language) == (w.standard, "draft", "en")
    assert w.case.reference.startswith("SDGC-2026-")
    assert set(w.case.parts.values_list("person", "part")) == {(w.editor.pk, "city"), (w.delegate.pk, "city")}


def test_a_second_running_application_for_a_stage_is_refused():
    w = started(world())
    assert "under way" in str(refusal(applying.start, w.city, stage="A", by=w.editor, at=w.at))


def test_may_not_start_for_another_city():
    """R-C1: only the city's own officials."""
    w = world()
    assert refusal(applying.start, w.city, stage="A", by=w.stranger, at=w.at).rule == "R-C1"
    assert Application.objects.count() == 0


def test_missing_names_everything_that_is_open():
    w = started(world())
    open_points = applying.missing(w.application)
    assert len(open_points) == 2 + len(w.standard.content.stage("A").requirements())
    assert applying.missing(drafted(world()).application) == []


def test_evidence_is_missing_until_it_is_linked():
    w = started(world())
    save(w)
    assert any(one.startswith("A1.1") for one in applying.missing(w.application))
    applying.link(w.application, requirement="A1.1", version=on_shelf(w.city, w.editor), by=w.editor, at=w.at)
    assert not any(one.startswith("A1.1") for one in applying.missing(w.application))


def test_may_submit_with_mandate():
    """R-C1: the delegate hands in; content is frozen under its digest, with its evidence, and a receipt is asked for."""
    w = drafted(world())
    handed_in = applying.submit(w.application, by=w.delegate, at=w.at)
    assert (w.case.state, w.case.submitted_at, handed_in.number) == ("submitted", w.at, 1)
    assert handed_in.digest == canonical.digest(handed_in.text)
    assert canonical.load(handed_in.text)["application"] == w.application.reference
    assert Job.objects.filter(name="certification.write_receipt").count() == 1
    assert Mail.objects.filter(to_user=w.delegate).count() == 1
    assert "submission.made" in journal.of(handed_in).values_list("act", flat=True)


def test_may_not_submit_without_mandate():
    """R-C1: without the signed letter nothing goes out."""
    w = drafted(world())
    w.application.mandate.delete()
    assert refusal(applying.submit, w.application, by=w.delegate, at=w.at).rule == "R-C1"
    assert (w.case.state, Submission.objects.count()) == ("draft", 0)


def test_may_not_submit_as_editor():
    """R-C1: the delegate alone hands in."""
    w = drafted(world())
    assert refusal(applying.submit, w.application, by=w.editor, at=w.at).rule == "R-C1"
    assert Submission.objects.count() == 0


def test_may_not_submit_after_the_delegate_handed_over():
    """R-C1: an ended membership submits nothing."""
    w = drafted(world())
    Membership.objects.filter(user=w.delegate).update(ended_at=NOW - DAY)
    assert refusal(applying.submit, w.application, by=w.delegate, at=w.at).rule == "R-C1"


def test_may_not_submit_what_is_incomplete():
    """R-C1: the refusal names what is missing."""
    w = drafted(world())
    EvidenceLink.objects.filter(requirement="A1.1").delete()
    refused = refusal(applying.submit, w.application, by=w.delegate, at=w.at)
    assert (refused.rule, "A1.1" in str(refused)) == ("R-C1", True)


def test_a_second_submit_is_refused_and_leaves_one_submission():
    w = submitted(world())
    refusal(applying.submit, w.application, by=w.delegate, at=w.at)
    assert Submission.objects.count() == 1


def test_may_submit_with_scope():
    """R-C2: the snapshot refers to the territory as described."""
    submitted(world())
    assert canonical.load(Submission.objects.get().text)["scope"]["population"] == str(SCOPE["population"])


def test_may_not_submit_without_scope():
    """R-C2: a territory without its boundary is refused."""
    w = drafted(world())
    applying.set_scope(w.application, **{**SCOPE, "boundary": " "}, by=w.editor, at=w.at)
    assert refusal(applying.submit, w.application, by=w.delegate, at=w.at).rule == "R-C2"
    assert w.case.state == "draft"


def test_may_link_evidence_while_the_draft_is_open():
    """R-C3: a piece serves a requirement, and can be taken off again."""
    w = started(world())
    link = applying.link(w.application, requirement="A1.1", version=on_shelf(w.city, w.editor), by=w.editor, at=w.at)
    applying.unlink(link, by=w.editor, at=w.at)
    assert EvidenceLink.objects.count() == 0


def test_submitted_evidence_is_frozen():
    """R-C3: every version of the submission, the letter included."""
    w = submitted(world())
    assert set(EvidenceVersion.objects.values_list("frozen_at", flat=True)) == {w.at}


def test_may_not_link_after_submission():
    """R-C3: the evidence of a submitted application stays as it is."""
    w = drafted(world())
    more = on_shelf(w.city, w.editor, title="More")
    applying.submit(w.application, by=w.delegate, at=w.at)
    before = EvidenceLink.objects.count()
    told = {"requirement": "A1.1", "version": more, "by": w.editor, "at": w.at}
    assert refusal(applying.link, w.application, **told).rule == "R-C3"
    assert refusal(applying.unlink, EvidenceLink.objects.first(), by=w.editor, at=w.at).rule == "R-C3"
    assert EvidenceLink.objects.count() == before


def test_may_not_unlink_submitted_evidence_in_clarification():
    """R-C3: a clarification adds, it never takes away."""
    w = in_review(world())
    asked(w)
    more = on_shelf(w.city, w.editor, title="More")
    added = applying.link(w.application, requirement="A1.1", version=more, by=w.editor, at=w.at)
    assert refusal(applying.unlink, EvidenceLink.objects.exclude(pk=added.pk)[0], by=w.editor, at=w.at).rule == "R-C3"
    applying.unlink(added, by=w.editor, at=w.at)


def test_may_not_unlink_what_came_with_an_earlier_answer():
    """R-C3: a piece handed in with the first clarification stays in the second."""
    w = in_review(world())
    question = asked(w)
    more = on_shelf(w.city, w.editor, title="More")
    added = applying.link(w.application, requirement="A1.1", version=more, by=w.editor, at=w.at)
    applying.answer_clarification(question, answer="Here it is.", by=w.delegate, at=w.later(hours=1))
    asked(w)
    assert refusal(applying.unlink, added, by=w.editor, at=w.later(hours=1)).rule == "R-C3"
    assert EvidenceLink.objects.filter(pk=added.pk).exists()


def test_may_not_link_another_citys_evidence():
    """R-C3: only what is on the city's own shelf."""
    w, other = started(world()), world()
    theirs = on_shelf(other.city, other.editor)
    told = {"requirement": "A1.1", "version": theirs, "by": w.editor, "at": w.at}
    assert refusal(applying.link, w.application, **told).rule == "R-C3"


def test_answers_are_fixed_after_submission():
    w = submitted(world())
    assert refusal(save, w, base_version=1).rule == "R-C3"


def test_a_later_text_never_overwrites_an_unseen_one():
    w = started(world())
    save(w, narrative="First.")
    mine = save(w, narrative="Second.", base_version=1)
    theirs = save(w, narrative="Third.", base_version=1, by=w.delegate)
    assert (mine.collided, theirs.collided, theirs.answer.narrative) == (False, True, "Second.")
    kept = AnswerVersion.objects.order_by("number").values_list("narrative", "set_aside")
    assert list(kept) == [("First.", False), ("Second.", False), ("Third.", True)]
    merged = save(w, narrative="Second and third.", base_version=theirs.answer.version)
    assert (merged.collided, Answer.objects.get().version) == (False, 4)


def test_the_same_text_twice_is_no_collision():
    w = started(world())
    save(w)
    assert (save(w).collided, AnswerVersion.objects.count()) == (False, 1)


def test_not_applicable_is_refused_where_the_standard_does_not_allow_it():
    w = started(world())
    fixed = next(one for one in w.standard.content.stage("A").requirements() if not one.may_be_not_applicable)
    assert refusal(save, w, requirement=fixed.key, judgement="not_applicable").rule == "R-C6"


def test_may_not_edit_as_a_judge_of_the_case():
    """R-B1: who judges a case does not become its city's official in it."""
    w = started(world())
    Part.objects.create(application=w.application, person=w.stranger, part=Part.Kind.EVALUATOR, started_at=w.at)
    Membership.objects.create(user=w.stranger, role="city_editor", city=w.city, starts_on=date(2026, 1, 1))
    assert refusal(save, w, by=w.stranger).rule == "R-B1"
    assert Answer.objects.count() == 0


def test_may_edit_as_an_official_who_came_later():
    """R-B1: the part comes with the first act."""
    w = started(world())
    late = person("Late")
    Membership.objects.create(user=late, role="city_editor", city=w.city, starts_on=date(2026, 1, 1))
    save(w, by=late)
    assert Part.objects.get(application=w.application, person=late).part == Part.Kind.CITY


def test_may_object_to_a_member():
    """R-B5: with reasons, until the last instant."""
    w = in_review(world())
    told = {"person": w.evaluators[0], "by": w.delegate, "at": w.application.objection_until}
    objection = applying.object_to(w.application, reasons="Advised us in 2025.", **told)
    assert (objection.ruling, objection.person) == ("open", w.evaluators[0])
    assert Mail.objects.filter(to_user=w.secretary, key__startswith=f"objection:{objection.pk}").count() == 1


@pytest.mark.parametrize(
    ("reasons", "late", "who"),
    [("", timedelta(), "evaluator"), ("Bias.", timedelta(seconds=1), "evaluator"), ("Bias.", timedelta(), "stranger")],
)
def test_may_not_object_without_reasons_too_late_or_to_others(reasons, late, who):
    """R-B5: reasons, in time, and only to a member."""
    w = in_review(world())
    target = w.evaluators[0] if who == "evaluator" else w.stranger
    told = {"person": target, "reasons": reasons, "by": w.delegate, "at": w.application.objection_until + late}
    assert refusal(applying.object_to, w.application, **told).rule == "R-B5"
    assert w.case.objections.count() == 0


def test_the_last_answer_brings_the_case_back_to_review():
    w = in_review(world())
    first, second = asked(w), asked(w)
    applying.answer_clarification(first, answer="2024.", by=w.delegate, at=w.at)
    assert w.case.state == State.CLARIFICATION
    applying.answer_clarification(second, answer="2025.", by=w.delegate, at=second.due_at)
    assert w.case.state == State.IN_REVIEW


@pytest.mark.parametrize(("answer", "late"), [("", timedelta()), ("2024.", timedelta(seconds=1))])
def test_an_empty_or_late_answer_is_refused(answer, late):
    w = in_review(world())
    question = asked(w)
    refusal(applying.answer_clarification, question, answer=answer, by=w.delegate, at=question.due_at + late)
    assert w.case.state == State.CLARIFICATION


def test_may_respond_until_the_last_instant():
    """R-C7: one round, in time."""
    w = responding(in_review(world()))
    told = {"text": "", "corrections": {"A1": "The year is 2025.", "Z9": "x"}}
    response = applying.respond(w.application, **told, by=w.delegate, at=w.application.response_until)
    assert (response.corrections, response.handed_in_by) == ({"A1": "The year is 2025."}, w.delegate)


def test_may_not_respond_late_or_twice():
    """R-C7: after the last instant, and after the response, nothing is taken."""
    w = responding(in_review(world()))
    told = {"text": "Thank you.", "corrections": {}, "by": w.delegate}
    late = w.application.response_until + timedelta(seconds=1)
    assert refusal(applying.respond, w.application, **told, at=late).rule == "R-C7"
    assert w.case.responses.count() == 0
    applying.respond(w.application, **told, at=w.at)
    assert refusal(applying.respond, w.application, **told, at=w.at).rule == "R-C7"


def test_may_extend_once_with_a_reason():
    """R-C7: fourteen more days in the city's own time zone."""
    w = responding(in_review(world()))
    before = w.application.response_until
    applying.extend(w.application, reason="Elections.", by=w.delegate, at=w.at)
    assert (w.case.response_extended, (w.case.response_until - before).days) == (True, 14)


def test_may_not_extend_twice_or_without_a_reason():
    """R-C7: once, and with a reason."""
    w = responding(in_review(world()))
    assert refusal(applying.extend, w.application, reason=" ", by=w.delegate, at=w.at).rule == "R-C7"
    applying.extend(w.application, reason="Elections.", by=w.delegate, at=w.at)
    until = w.case.response_until
    assert refusal(applying.extend, w.application, reason="More.", by=w.delegate, at=w.at).rule == "R-C7"
    assert w.case.response_until == until


def test_retracting_ends_every_judges_access():
    w = in_review(world())
    applying.retract(w.application, reason="A new mayor.", by=w.delegate, at=w.at)
    assert w.case.state == State.RETRACTED
    assert not any(rules.is_assigned(person, w.application, at=w.at) for person in [w.lead, *w.evaluators[:2]])
    assert Step.objects.filter(move="retract", note="A new mayor.").count() == 1


MAY_NOTS = {
    "delegate_is_mandated": test_may_not_submit_without_mandate,
    "scope_is_whole": test_may_not_submit_without_scope,
    "evidence_is_open": test_may_not_link_after_submission,
    "response_in_time": test_may_not_respond_late_or_twice,
    "extends_once": test_may_not_extend_twice_or_without_a_reason,
    "part_is_free": test_may_not_edit_as_a_judge_of_the_case,
}


@pytest.mark.parametrize("name", MAY_NOTS)
def test_each_may_not_fails_when_its_rule_allows(name, monkeypatch):
    """A test that cannot fail holds nothing: with the rule taken away the refusal is gone."""
    for room in (rules, rules.moves):
        monkeypatch.setattr(room, name, lambda *_, **__: rules.ALLOWS[name], raising=False)
    with pytest.raises((AssertionError, pytest.fail.Exception, ObjectDoesNotExist)):
        MAY_NOTS[name]()
