"""The panel's verbs: declaring, standing aside, allocating, finding."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification import rules
from certification import standard as reader
from certification.actions import joining, reviewing
from certification.actions.reviewing import CheckInput, MarkInput
from certification.models import Finding, Part, Recusal, Result, Seat
from sdgcities import access as permissions
from sdgcities.errors import Refused
from sdgcities.models import Membership, Role
from tests.certification import factories as make
from tests.certification.panel_world import at_work, declared, filed, mails, own, refused, saved

pytestmark = pytest.mark.django_db


# --- R-B1, R-B3, R-B4, R-B6, R-B10, R-H4


def test_may_evaluate_with_one_part_in_the_case():
    """R-B1: an evaluator, who plays no other part, gets the criteria."""
    w = at_work()
    assert {f.criterion for f in Finding.objects.filter(person=w.evaluators[0])} == {"A1", "A2", "A3"}


def test_may_not_give_a_first_finding_to_the_lead():
    """R-B1: who reconciles findings makes none."""
    w = at_work()
    people = [w.lead, w.evaluators[0]]
    refused("R-B1", reviewing.allocate, w.application, criterion="A1", persons=people, by=w.lead, at=w.at)
    assert not Finding.objects.filter(person=w.lead).exists()


def test_may_not_join_a_case_of_ones_own_city():
    """R-B1: the city's own people judge nothing in it."""
    w = at_work()
    Membership.objects.create(
        user=w.evaluators[2], role=Role.CITY_EDITOR, city=w.city, starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1)
    )
    refused("R-B1", joining.join, w.application, w.evaluators[2], Part.Kind.EVALUATOR, by=w.secretary, at=w.at)


def test_may_read_evidence_once_declared():
    """R-B3: the signed declaration opens the case."""
    w = make.in_review(make.world())
    reader_ = w.evaluators[0]
    assert not rules.may_read_evidence(reader_, w.application, at=w.at)
    declared(w, reader_)
    assert rules.may_read_evidence(reader_, w.application, at=w.at)


def test_may_not_save_a_finding_before_the_declaration():
    """R-B3: nothing is judged before the declaration is signed."""
    w = make.in_review(make.world())
    refused("R-B3", saved, w, w.evaluators[0])
    assert own(w, w.evaluators[0]).saved_at is None


def test_a_declared_conflict_ends_access_at_once_and_alerts_the_secretariat():
    """R-B3, R-B4, R-H4."""
    w = make.in_review(make.world())
    person = w.evaluators[0]
    reviewing.declare(w.application, conflict=True, category="family", explanation="A brother.", by=person, at=w.at)
    assert not permissions.has(person, "read_case", w.application)
    assert Recusal.objects.get(person=person).category == "family"
    assert mails("stood-aside:").filter(to_user=w.secretary).count() == 1
    assert own(w, person).set_aside_at == w.at


def test_a_conflict_needs_its_kind_and_nobody_declares_twice():
    """R-B3."""
    w = make.in_review(make.world())
    person = w.evaluators[0]
    refused("R-B4", reviewing.declare, w.application, conflict=True, by=person, at=w.at)
    declared(w, person)
    refused("R-B3", reviewing.declare, w.application, conflict=False, by=person, at=w.at)


def test_may_stand_aside_at_any_time():
    """R-B4: who, when and why are on record; what was filed is set aside and kept."""
    w = at_work()
    filed(w, w.evaluators[0])
    reviewing.recuse(w.application, category="financial", by=w.evaluators[0], at=w.at)
    kept = own(w, w.evaluators[0])
    assert (kept.result, kept.set_aside_at) == ("met", w.at)
    assert Part.objects.get(person=w.evaluators[0]).ended_because == "recusal"
    assert {m.to_user for m in mails("stood-aside:")} == {w.secretary, w.lead}


def test_may_not_act_after_standing_aside():
    """R-B4: no finding, no second declaration, no way back in."""
    w = at_work()
    person = w.evaluators[0]
    reviewing.recuse(w.application, category="other", by=person, at=w.at)
    refused("R-B4", saved, w, person)
    refused("R-B4", reviewing.declare, w.application, conflict=False, by=person, at=w.at)
    refused("R-B4", joining.join, w.application, person, Part.Kind.EVALUATOR, by=w.secretary, at=w.at)


def test_may_file_within_the_seats_term():
    """R-B6: the last day is in term."""
    w = at_work()
    Seat.objects.filter(person=w.evaluators[0]).update(ends_on=w.at.date())
    assert filed(w, w.evaluators[0]).filed_at == w.at


def test_may_not_act_outside_the_seats_term():
    """R-B6: neither evaluator nor lead."""
    w = at_work()
    Seat.objects.filter(person__in=[w.evaluators[0], w.lead]).update(ends_on=w.at.date() - timedelta(days=1))
    refused("R-B6", saved, w, w.evaluators[0])
    refused("R-B6", reviewing.ask, w.application, criterion="A1", question="Why?", by=w.lead, at=w.at)


def test_may_evaluate_without_any_administrative_role():
    """R-B10."""
    w = at_work()
    assert saved(w, w.evaluators[0]).saved_at == w.at


@pytest.mark.parametrize("become", ["superuser", "secretariat"])
def test_may_not_evaluate_as_secretariat_or_superuser(become):
    """R-B10: being superuser takes away, it gives nothing."""
    w = at_work()
    person = w.evaluators[0]
    if become == "superuser":
        person.is_superuser = True
        person.save()
    else:
        make.membership(person, Role.SECRETARIAT)
    refused("R-B10", saved, w, person)


def test_may_act_while_assigned():
    """R-H4."""
    w = at_work()
    assert rules.is_assigned(w.evaluators[0], w.application, at=w.at)


def test_may_not_act_after_the_assignment_ended():
    """R-H4: access ends with the part."""
    w = at_work()
    part = Part.objects.get(application=w.application, person=w.evaluators[0])
    joining.leave(part, because="replaced", by=w.secretary, at=w.at)
    with pytest.raises(Refused):
        saved(w, w.evaluators[0])
    assert not rules.may_read_evidence(w.evaluators[0], w.application, at=w.at)


# --- allocation


def test_the_lead_allocates_and_who_is_left_out_is_set_aside():
    w = at_work(evaluators=3)
    first, second, third = w.evaluators[:3]
    reviewing.allocate(w.application, criterion="A1", persons=[first, third], by=w.lead, at=w.at)
    assert set(rules.findings_of(w.application, "A1").values_list("person", flat=True)) == {first.pk, third.pk}
    reviewing.allocate(w.application, criterion="A1", persons=[second, third], by=w.lead, at=w.at)
    assert set(rules.findings_of(w.application, "A1").values_list("person", flat=True)) == {second.pk, third.pk}


def test_may_not_allocate_to_one_evaluator_alone():
    """R-C5."""
    w = at_work()
    refused("R-C5", reviewing.allocate, w.application, criterion="A1", persons=w.evaluators[:1], by=w.lead, at=w.at)


# --- R-C4, R-C6


def test_saved_work_is_kept_unfinished_and_can_be_saved_again():
    w = at_work()
    finding = own(w, w.evaluators[0])
    link = w.application.links.filter(requirement="A1.1").get()
    for reason in ("Half a thought", "A whole thought"):
        reviewing.save_finding(
            finding,
            result="",
            rationale="",
            marks={"A1.1": MarkInput("", reason)},
            checks={link.pk: CheckInput("", reason)},
            by=w.evaluators[0],
            at=w.at,
        )
    assert [mark.reason for mark in finding.marks.all()] == ["A whole thought"]
    assert [check.reason for check in finding.checks.all()] == ["A whole thought"]


def test_may_file_met_on_verified_evidence():
    """R-C6."""
    w = at_work()
    assert filed(w, w.evaluators[0]).result == "met"


def test_may_not_file_met_without_verified_evidence():
    """R-C6: what cannot be verified is not met."""
    w = at_work()
    finding = saved(w, w.evaluators[0], verdict="insufficient")
    refused("R-C6", reviewing.file, finding, by=w.evaluators[0], at=w.at)
    assert own(w, w.evaluators[0]).filed_at is None


def test_may_not_file_above_the_marks_nor_without_reasons():
    """R-C6: a finding is never higher than its marks, and says why."""
    w = at_work()
    person = w.evaluators[0]
    refused("R-C6", reviewing.file, saved(w, person, result=Result.MET, mark="not_met"), by=person, at=w.at)
    refused("R-C6", reviewing.file, saved(w, person, rationale=" "), by=person, at=w.at)


def test_may_not_file_with_a_piece_left_unjudged():
    """R-C6: each piece is verified, found insufficient or rejected, and the latter two say why."""
    w = at_work()
    finding = saved(w, w.evaluators[0])
    finding.checks.all().update(verdict="rejected", reason="")
    refused("R-C6", reviewing.file, finding, by=w.evaluators[0], at=w.at)
    finding.checks.all().delete()
    refused("R-C6", reviewing.file, finding, by=w.evaluators[0], at=w.at)


def test_may_file_a_finding_lower_than_its_marks():
    """R-C6: lower, with a reason, never higher."""
    w = at_work()
    assert filed(w, w.evaluators[0], result=Result.PARTLY).result == "partly_met"


def _aged(w):
    w.evidence.__class__.objects.filter(pk=w.evidence.pk).update(dated_on=date(2019, 1, 1))
    return w


def test_may_file_met_on_old_evidence_with_a_recorded_override():
    """R-C4."""
    w = _aged(at_work())
    finding = saved(w, w.evaluators[0])
    finding.marks.all().update(stale_override="The law has not changed since.")
    assert reviewing.file(finding, by=w.evaluators[0], at=w.at).filed_at == w.at


def test_may_not_file_met_on_old_evidence_alone():
    """R-C4."""
    w = _aged(at_work())
    refused("R-C4", reviewing.file, saved(w, w.evaluators[0]), by=w.evaluators[0], at=w.at)


STANDARD = reader.read(make.DEFINITION)
RANKS = {"not_met": 0, "partly_met": 1, "met": 2}


@given(st.data())
def test_a_finding_is_never_higher_than_its_marks(data):
    """R-C6: the ceiling of any marks holds for every finding that stands on them."""
    criterion = data.draw(st.sampled_from(STANDARD.criteria()))
    marks = {
        one.key: data.draw(st.sampled_from(["met", "not_met", "not_applicable"])) for one in criterion.requirements
    }
    result = data.draw(st.sampled_from([one.value for one in Result]))
    marked = {key: rules.Marked(mark, "Why.", 1) for key, mark in marks.items()}
    highest = rules.ceiling(criterion, marks)
    try:
        rules.finding_stands(criterion, result, "Why.", marked)
    except Refused:
        stands = False
    else:
        stands = True
    if "not_applicable" in (result, highest):
        assert stands is (result == highest)
    else:
        assert stands is (RANKS[result] <= RANKS[highest])
    if highest == "met":
        needed = [marks[one.key] for one in criterion.requirements if one.mandatory]
        assert "not_met" not in needed
        assert "met" in marks.values()
