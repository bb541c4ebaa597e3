"""Rows for asking a rule by itself: a case without the way to it, its parts, findings and reports."""

from datetime import UTC, datetime, timedelta

import pytest

from certification.models import (
    Application,
    Certificate,
    Committee,
    Constituency,
    Decision,
    Declaration,
    Finding,
    Mandate,
    Part,
    Scope,
    StageReport,
)
from certification.standard import Criterion, Requirement
from sdgcities import access
from sdgcities.errors import Refused
from tests.certification import factories
from tests.certification.factories import NOW, SCOPE

DAY = timedelta(days=1)
FAR = datetime(2031, 1, 1, tzinfo=UTC)


def refused(rule, asked, *told, **named):
    """ASKED refuses under RULE's id and with a sentence; otherwise the test fails."""
    with pytest.raises(Refused) as refusal:
        asked(*told, **named)
    assert (refusal.value.rule, bool(str(refusal.value))) == (rule, True)


def case(stage="A", state="in_review", place=None, **told):
    """An application in STATE, with nothing around it."""
    return Application.objects.create(
        reference=f"SDGC-2026-{next(factories._numbers):05d}",
        city=place or factories.city(),
        mechanism=factories.mechanism(),
        standard=factories.standard(),
        stage=stage,
        language="en",
        state=state,
        started_at=NOW,
        **{"panel": factories.panel(), **told},
    )


def plays(application, kind, person=None, *, declared=None, ended_at=None):
    """A person (new, with the seat or role for it, unless given) with a part in the case, and the permission for it."""
    person = person or placed(application, kind)
    Part.objects.create(application=application, person=person, part=kind, started_at=NOW, ended_at=ended_at)
    if ended_at is None:
        access.grant(person, "read_case", application)
    if declared is not None:
        Declaration.objects.create(application=application, person=person, conflict=not declared, signed_at=NOW)
    return person


def placed(application, kind):
    """A person with the seat or the role by which KIND is played."""
    if kind in {Part.Kind.EVALUATOR, Part.Kind.LEAD}:
        return factories.panel_member(application.panel, duty=kind.value)
    if kind == Part.Kind.DECIDER:
        return factories.committee_member(factories.committee(application.mechanism), Constituency.ACADEMIA)
    if kind == Part.Kind.FILE_CHECKER:
        return factories.file_checker()
    if kind == Part.Kind.CITY:
        return factories.official(application.city)
    return factories.secretary() if kind == Part.Kind.SECRETARIAT else factories.person()


def found(application, person=None, result="met", *, filed=True, third=False):
    """A finding on A1."""
    return Finding.objects.create(
        application=application,
        criterion="A1",
        person=person or plays(application, Part.Kind.EVALUATOR),
        result=result,
        third=third,
        filed_at=NOW if filed else None,
    )


def report(application, *, version=1, draft=False):
    return StageReport.objects.create(
        application=application,
        version=version,
        draft=draft,
        text="{}",
        digest=f"{version}" * 64,
        frozen_at=NOW,
        signed_by=None if draft else factories.person("Lead"),
    )


def scoped(application, **told):
    return Scope.objects.create(application=application, set_at=NOW, **{**SCOPE, **told})


def mandated(application, **told):
    by = factories.official(application.city)
    letter = factories.on_shelf(application.city, by, title="Mandate")
    return Mandate.objects.create(
        application=application, letter=letter, delegate=by, departments="Planning", given_at=NOW, **told
    )


def certified(place, stage="A", *, status=Certificate.Status.ACTIVE, expires_at=FAR):
    """A certificate of STAGE in PLACE's name, with the decision it came from."""
    application = case(stage, state="decided", place=place)
    body, _new = Committee.objects.get_or_create(
        mechanism=application.mechanism, defaults={"name": "Committee", "quorum": 3, "constituencies": []}
    )
    meeting = body.meetings.create(
        mechanism=body.mechanism, reference=f"MEET-{application.reference}", scheduled_at=NOW, cut_off_at=NOW
    )
    item = meeting.items.create(application=application, report=report(application))
    decision = Decision.objects.create(
        reference=f"DEC-{application.reference}", item=item, application=application, kind="grant", decided_at=NOW
    )
    return Certificate.objects.create(
        reference=f"CERT-{application.reference}",
        decision=decision,
        application=application,
        city=place,
        mechanism=application.mechanism,
        stage=stage,
        level="silver",
        holder=place.name,
        name_key=place.name,
        status=status,
        granted_at=NOW,
        effective_at=NOW,
        expires_at=expires_at,
    )


def criterion(*mandatory):
    """A criterion of as many requirements as MANDATORY has members: A1.1, A1.2, …"""
    told = dict.fromkeys(Requirement.__dataclass_fields__)
    requirements = tuple(
        Requirement(**{**told, "key": f"A1.{number}", "mandatory": must}) for number, must in enumerate(mandatory, 1)
    )
    return Criterion(**{**dict.fromkeys(Criterion.__dataclass_fields__), "key": "A1", "requirements": requirements})


GROUPS = ["academia", "civil_society", "government"]
ACADEMIA, CIVIL, LOCAL, NATIONAL = (
    Constituency.ACADEMIA,
    Constituency.CIVIL_SOCIETY,
    Constituency.LOCAL_GOVERNMENT,
    Constituency.NATIONAL_GOVERNMENT,
)
