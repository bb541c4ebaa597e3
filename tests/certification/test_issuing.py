"""Certificates come from grants alone, hold what they must and end (rules.md, part E)."""

from datetime import UTC, datetime, timedelta

import pytest

from certification import snapshots
from certification.actions import issuing
from certification.models import Certificate
from sdgcities import canonical
from sdgcities.models import Job
from tests.certification import deciding_world as case
from tests.certification import factories
from tests.certification.deciding_world import UNMET, certified, refused

pytestmark = pytest.mark.django_db


def test_may_issue_from_a_grant():
    """R-E1, R-E2: whole, under its digest, once."""
    w = case.voted()
    decision = case.close(w)
    certificate = Certificate.objects.get()
    document = canonical.load(certificate.text)
    assert canonical.digest(certificate.text) == certificate.digest
    assert (document["id"], document["holder"], document["level"]) == (certificate.reference, "Los Angeles", "silver")
    assert document["decision"]["digest"] == decision.digest
    assert [event.status for event in certificate.history.all()] == ["active"]
    assert Job.objects.filter(name="certification.write_certificate").count() == 1
    assert issuing.issue(decision, by=None, at=w.at) == certificate


def test_may_not_issue_from_a_refusal():
    """R-E1"""
    w = case.voted(results=UNMET, choices=("no", "no", "no", "no", "no", "no"))
    decision = case.close(w)
    refused(lambda: issuing.issue(decision, by=None, at=w.at), "R-E1")
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("lacking", ["body", "holder", "scope", "level", "standard", "mechanism", "id", "disclaimer"])
def test_may_not_issue_a_certificate_with_less(lacking, monkeypatch):
    """R-E2: and then the decision is not made either."""
    w = case.voted()
    whole = snapshots.certificate
    monkeypatch.setattr(snapshots, "certificate", lambda *args, **told: {**whole(*args, **told), lacking: ""})
    refused(lambda: case.close(w), "R-E2")
    assert (Certificate.objects.count(), w.case.state) == (0, "on_agenda")


def test_may_expire_after_the_policys_years():
    """R-E3: at the last instant of the day, where the city is."""
    w = case.voted()
    case.close(w)
    certificate = Certificate.objects.get()
    assert certificate.expires_at == datetime(2030, 11, 11, 7, 59, 59, tzinfo=UTC)


def test_may_not_issue_without_an_expiry_after_the_start(monkeypatch):
    """R-E3"""
    w = case.voted()
    monkeypatch.setattr(issuing, "expiry", lambda application, at: at)
    refused(lambda: case.close(w), "R-E3")


def test_the_timer_lets_a_certificate_expire_neutrally():
    """R-E3: at its last instant it stands, after it it is expired; asked twice, nothing more happens."""
    w = case.voted()
    case.close(w)
    certificate = Certificate.objects.get()
    assert issuing.expire_due(at=certificate.expires_at) == 0
    after = certificate.expires_at + timedelta(seconds=1)
    assert (issuing.expire_due(at=after), issuing.expire_due(at=after)) == (1, 0)
    certificate.refresh_from_db()
    assert certificate.status == "expired"
    assert [event.status for event in certificate.history.order_by("at")] == ["active", "expired"]


def test_a_higher_level_supersedes_the_lower_with_a_line_of_history():
    """R-E7"""
    w = factories.world()
    certified(w, "A")
    certified(w, "B")
    silver = Certificate.objects.get(stage="A")
    assert silver.status == "superseded"
    assert [event.status for event in silver.history.order_by("id")] == ["active", "superseded"]
