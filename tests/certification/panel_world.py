"""Stages of a case in the panel's hands, walked through the verbs, for the tests of reviewing and checking."""

import pytest

from certification.actions import responding, reviewing
from certification.actions.reviewing import CheckInput, MarkInput
from certification.models import Finding, Result
from sdgcities.errors import Refused
from sdgcities.models import Mail
from tests.certification import factories as make


def declared(w, *people):
    for one in people:
        reviewing.declare(w.application, conflict=False, by=one, at=w.at)
    return w


def at_work(*, evaluators=2):
    """A case in review in which lead and evaluators have declared."""
    w = make.in_review(make.world(), evaluators=evaluators)
    return declared(w, w.lead, *w.evaluators[:evaluators])


def criteria(w):
    return w.standard.content.stage(w.stage).criteria


def own(w, person, criterion="A1"):
    return Finding.objects.get(application=w.application, criterion=criterion, person=person, cycle=w.case.cycle)


def saved(
    w, person, criterion="A1", *, result=Result.MET, rationale="Read and compared.", mark=None, verdict="verified"
):
    """PERSON's work on a criterion, complete: each requirement marked, each piece checked."""
    finding = own(w, person, criterion)
    requirements = w.standard.content.criterion(criterion).requirements
    given = mark or {Result.MET: "met", Result.PARTLY: "met"}.get(result, "not_met")
    links = w.application.links.filter(requirement__in=[one.key for one in requirements])
    return reviewing.save_finding(
        finding,
        result=result,
        rationale=rationale,
        marks={one.key: MarkInput(given, "" if given == "met" else "Not shown.") for one in requirements},
        checks={link.pk: CheckInput(verdict, "" if verdict == "verified" else "Says nothing.") for link in links},
        by=person,
        at=w.at,
    )


def filed(w, person, criterion="A1", **how):
    return reviewing.file(saved(w, person, criterion, **how), by=person, at=w.at)


def all_filed(w, **how):
    for one in criteria(w):
        for person in w.evaluators[:2]:
            filed(w, person, one.key, **how)
    return w


def settle(w, criterion="A1", *, result=Result.MET, mark=None, reason="Both read it alike.", closing="", override=""):
    requirements = w.standard.content.criterion(criterion).requirements
    given = mark or ("met" if result in {Result.MET, Result.PARTLY} else "not_met")
    return reviewing.reconcile(
        w.application,
        criterion=criterion,
        result=result,
        marks={one.key: MarkInput(given, "" if given == "met" else "Not shown.", override) for one in requirements},
        reason=reason,
        closing=closing,
        by=w.lead,
        at=w.at,
    )


def settled(w):
    all_filed(w)
    for one in criteria(w):
        settle(w, one.key)
    return w


def drafted():
    w = settled(at_work())
    reviewing.send_draft(w.application, by=w.lead, at=w.later(days=1))
    w.application = w.case
    return w


def reported():
    w = drafted()
    responding.respond(w.application, text="We agree.", corrections={}, by=w.delegate, at=w.later(days=1))
    reviewing.sign(w.application, by=w.lead, at=w.later(days=1))
    w.application = w.case
    return w


def refused(rule, verb, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        verb(*args, **kwargs)
    assert refusal.value.rule == rule
    return str(refusal.value)


def mails(key):
    return Mail.objects.filter(key__startswith=key)
