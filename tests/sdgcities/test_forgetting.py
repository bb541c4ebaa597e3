"""Promises of retention: one table says what is kept how long; the timer drops that much and no more; the page says the same."""

from datetime import timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.utils import timezone

from sdgcities import canonical, journal, retention
from sdgcities.actions import forgetting, people
from sdgcities.models import Counter, Entry, Invitation, Job, Mail, Role, Salt, Sent
from sdgcities.tasks import forget_jobs
from tests.sdgcities import people_world as world
from tests.sdgcities.people_world import AT

RUNNING = Path(__file__).parents[2] / "docs" / "running.md"
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def test_case_records_and_the_journal_are_dropped_by_no_timer():
    assert [one.kind for one in retention.TABLE if one.for_ever] == ["cases", "journal", "people"]
    for one in retention.TABLE:
        if one.for_ever:
            with pytest.raises(ValueError, match=one.kind):
                one.before(AT)
        else:
            assert one.before(AT) == AT - timedelta(days=one.days)
    assert retention.CYCLES == 2


@pytest.mark.django_db
def test_every_other_kind_of_the_table_has_its_rows_and_no_rows_are_of_another_kind():
    assert [one.kind for one in retention.TABLE if not one.for_ever] == list(forgetting.over(AT))


def test_the_page_says_what_the_table_says():
    page = RUNNING.read_text(encoding="utf-8").split("## What is kept, and how long")[1].split("\n## ")[0]
    stands = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| what")]
    assert stands == [row(one) for one in retention.TABLE]


def row(one):
    span = "always" if one.for_ever else f"{one.days} {'day' if one.days == 1 else 'days'} after {one.since}"
    return f"| {one.what} | {span} | {one.ground} |"


@pytest.fixture
def old(db):
    """One row of each kind on either side of its time, at AT; by kind those that stay."""
    by = world.person("secretary", Role.SECRETARIAT, on=AT - 2000 * DAY)
    made = {}

    def both(kind, make):
        edge = retention.BY_KIND[kind].before(AT)
        make("gone", edge - SECOND)
        made[kind] = make("kept", edge + SECOND)

    def letter(name, at):
        told = {"to_address": f"{name}@example.org", "subject": "S", "body": "B", "language": "en", "key": name}
        return Mail.objects.create(**told, sent_at=at, created_at=at)

    def invitation(name, at):
        told = people.invite(f"{name}-invited@example.org", by=by, at=at - people.OPEN_FOR).invitation
        assert Invitation.objects.filter(pk=told.pk).update(expires_at=at)
        return told

    def attempt(name, at):
        for model, more in ((AccessAttempt, {"failures_since_start": 1}), (AccessLog, {}), (AccessFailureLog, {})):
            one = model.objects.create(username=name, ip_address="127.0.0.1", **more)
            model.objects.filter(pk=one.pk).update(attempt_time=at)
        return one

    both("letters", letter)
    both("jobs", lambda name, at: Job.objects.create(name="x", key=name, state=Job.State.DONE, finished_at=at))
    both("forms", lambda name, at: Sent.objects.create(digest=name, at=at))
    both("sessions", lambda name, at: Session.objects.create(session_key=name, session_data="", expire_date=at))
    both("sign_ins", attempt)
    both("invitations", invitation)
    return made


@pytest.mark.django_db
def test_the_timer_drops_what_is_over_to_the_second_and_the_journal_counts_it(old):
    Mail.objects.create(
        to_address="x@example.org", subject="S", body="B", language="en", key="unsent", created_at=AT - 999 * DAY
    )
    Job.objects.create(name="x", state=Job.State.FAILED, finished_at=AT - 999 * DAY)
    user = world.person("claims")
    by = world.person("chief", Role.ADMINISTRATOR, on=AT - 2000 * DAY)
    claimed = people.invite("claimed@example.org", by=by, at=AT - 999 * DAY).invitation
    Invitation.objects.filter(pk=claimed.pk).update(accepted_by=user, accepted_at=AT - 998 * DAY)
    before = list(Entry.objects.values_list())
    told = forgetting.forget(by=None, at=AT)
    assert told == {"letters": 1, "jobs": 1, "forms": 1, "sessions": 1, "sign_ins": 3, "invitations": 1}
    assert set(Mail.objects.filter(key__in=["gone", "kept", "unsent"]).values_list("key", flat=True)) == {
        "kept",
        "unsent",
    }
    assert set(Sent.objects.values_list("digest", flat=True)) == {"kept"}
    assert set(Session.objects.values_list("session_key", flat=True)) == {"kept"}
    assert {one.username for model in (AccessAttempt, AccessLog, AccessFailureLog) for one in model.objects.all()} == {
        "kept"
    }
    assert Job.objects.filter(key="kept").exists()
    assert Job.objects.filter(state=Job.State.FAILED).exists()
    assert set(Invitation.objects.values_list("pk", flat=True)) == {old["invitations"].pk, claimed.pk}
    assert Salt.objects.count() == Invitation.objects.count()
    assert list(Entry.objects.values_list())[: len(before)] == before
    said = Entry.objects.get(act="records.forgotten")
    assert canonical.load(said.body) == told
    assert (said.object, said.actor, said.at) == (journal.name_of(Counter.objects.get(prefix="TIDIED")), None, AT)


@pytest.mark.django_db
def test_where_nothing_is_over_the_journal_hears_nothing(old):
    forgetting.forget(by=None, at=AT)
    again = forgetting.forget(by=None, at=AT)
    assert set(again.values()) == {0}
    assert Entry.objects.filter(act="records.forgotten").count() == 1


@pytest.mark.django_db
def test_the_timer_s_job_asks_for_it():
    Sent.objects.create(digest="old", at=timezone.now() - 2 * DAY)
    forget_jobs()
    assert not Sent.objects.exists()
