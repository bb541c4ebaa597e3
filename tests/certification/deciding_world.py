"""A case whose report is signed and checked, and the committee before which it comes: for tests of what follows."""

from datetime import timedelta

import pytest

from certification import snapshots
from certification.actions import convening, deciding
from certification.models import (
    AgendaItem,
    Application,
    FileCheck,
    Finding,
    Part,
    Reconciliation,
    Scope,
    StageReport,
    Submission,
)
from sdgcities import access as permissions
from sdgcities import canonical
from sdgcities.errors import Refused
from tests.certification import factories
from tests.certification.factories import NOW

SIGNED = NOW + timedelta(days=30)
MEETS = NOW + timedelta(days=70)
UNMET = {"A2": "not_met"}
VOTES = ("yes", "yes", "yes", "yes", "yes", "yes")


def checked(w=None, stage="A", results=None, city=None):
    """W (a new world unless given) with a case of STAGE in file check; RESULTS by criterion, met unless told."""
    w = w or factories.world()
    w.stage = stage
    w.application = application = Application.objects.create(
        reference=f"SDGC-2026-{next(factories._numbers):05d}",
        city=city or w.city,
        mechanism=w.mechanism,
        standard=w.standard,
        panel=w.panel,
        stage=stage,
        language="en",
        state="file_check",
        started_at=NOW,
        submitted_at=NOW,
    )
    Scope.objects.create(application=application, set_at=NOW, **factories.SCOPE)
    Submission.objects.create(
        application=application, number=1, text="{}", digest="0" * 64, submitted_by=w.delegate, submitted_at=NOW
    )
    plays(application, w.lead, Part.Kind.LEAD)
    for evaluator in w.evaluators[:2]:
        plays(application, evaluator, Part.Kind.EVALUATOR)
    plays(application, w.checker, Part.Kind.FILE_CHECKER)
    for criterion in snapshots.stage_of(application).criteria:
        judged(w, criterion, (results or {}).get(criterion.key, "met"))
    signed(w)
    return w


def plays(application, person, kind):
    Part.objects.create(application=application, person=person, part=kind, started_at=NOW)
    permissions.grant(person, "read_case", application)


def judged(w, criterion, result):
    told = {"application": w.application, "criterion": criterion.key, "result": result}
    for evaluator in w.evaluators[:2]:
        Finding.objects.create(**told, person=evaluator, rationale="Seen", saved_at=NOW, filed_at=NOW)
    mark = "met" if result == "met" else "not_met"
    marks = {one.key: {"mark": mark, "reason": "Seen", "override": ""} for one in criterion.requirements}
    Reconciliation.objects.create(**told, marks=marks, reason="Agreed", closing="", by=w.lead, at=NOW)


def signed(w, version=1, at=SIGNED):
    """A signed report of W's case with the file checker's recommendation."""
    document = snapshots.report(w.application, version=version, draft=False, by=w.lead, at=at)
    text = canonical.text(document)
    w.report = StageReport.objects.create(
        application=w.application,
        version=version,
        draft=False,
        text=text,
        digest=canonical.digest(text),
        frozen_at=at,
        signed_by=w.lead,
    )
    FileCheck.objects.create(
        application=w.application, report=w.report, by=w.checker, recommendation="proceed", reasons="In order", at=at
    )
    return w.report


def planned(w=None, **told):
    """W with a meeting that has the case on its agenda."""
    w = checked(w, **told)
    if not hasattr(w, "meeting"):
        w.meeting = convening.plan_meeting(w.committee, scheduled_at=MEETS, by=w.secretary, at=SIGNED)
    w.item = convening.put_on_agenda(w.meeting, w.application, by=w.secretary, at=SIGNED)
    return w


def sitting(w=None, **told):
    """W with its meeting in session, everybody present and declared."""
    w = planned(w, **told)
    w.at = MEETS
    open_and_attend(w, w.meeting)
    everybody_declares(w)
    return w


def open_and_attend(w, meeting, present=None):
    if meeting.state == "planned":
        convening.open_meeting(meeting, by=w.chair, at=meeting.scheduled_at)
    for person in present or [w.chair, *w.members]:
        convening.attend(meeting, by=person, at=meeting.scheduled_at)


def everybody_declares(w):
    for person in [w.chair, *w.members]:
        deciding.declare(w.item, conflict=False, by=person, at=w.at)


def opened(w=None, **told):
    """W with the vote on its item open."""
    w = sitting(w, **told)
    deciding.open_item(w.item, by=w.chair, at=w.at)
    return w


def voted(w=None, choices=VOTES, **told):
    """W with votes: the chair's first, then the members', in order; None casts none."""
    w = opened(w, **told)
    cast(w, choices)
    return w


def cast(w, choices):
    for person, choice in zip([w.chair, *w.members], choices, strict=True):
        if choice:
            deciding.vote(w.item, choice=choice, digest=w.report.digest, by=person, at=w.at)


def close(w, **told):
    return deciding.close_item(w.item, reasons="As the report says.", **told, by=w.chair, at=w.at)


def next_meeting(w):
    """The carried case before another meeting of the same committee, in session."""
    w.at = w.at + timedelta(days=30)
    w.meeting = convening.plan_meeting(w.committee, scheduled_at=w.at, by=w.secretary, at=w.at - timedelta(days=1))
    w.item = AgendaItem.objects.get(meeting=w.meeting, application=w.application)
    open_and_attend(w, w.meeting)
    deciding.open_item(w.item, by=w.chair, at=w.at)
    return w


def certified(w, stage):
    """The decision by which W's city is certified for STAGE, in a meeting of its own."""
    checked(w, stage)
    w.meeting = convening.plan_meeting(w.committee, scheduled_at=MEETS, by=w.secretary, at=SIGNED)
    w.item = convening.put_on_agenda(w.meeting, w.application, by=w.secretary, at=SIGNED)
    w.at = MEETS
    open_and_attend(w, w.meeting)
    everybody_declares(w)
    deciding.open_item(w.item, by=w.chair, at=w.at)
    cast(w, VOTES)
    return close(w)


def refused(act, rule=""):
    """ACT is refused under RULE."""
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.rule == rule
