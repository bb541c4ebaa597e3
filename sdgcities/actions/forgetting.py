"""What the timer drops once it has been kept long enough: the rows behind the table of retention (R-H2)."""

from datetime import UTC, datetime
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from sdgcities import journal
from sdgcities.journal import journaled
from sdgcities.models import Counter, Invitation, Job, Mail, Salt, Sent, User
from sdgcities.retention import BY_KIND

TIDIED = "TIDIED"  # the counter of a year that the journal tells of


@journaled
def forget(*, by: User | None, at: datetime) -> dict[str, int]:
    """Drop what is over at AT (BY nobody: the timer asks) and give how many rows of each kind; the journal hears of it when there was anything."""
    dropped = {kind: sum(_drop(rows) for rows in found) for kind, found in over(at).items()}
    told = {kind: number for kind, number in dropped.items() if number}
    if told:
        counter = Counter.objects.get_or_create(prefix=TIDIED, year=at.astimezone(UTC).year)[0]
        journal.record("records.forgotten", counter, by=by, at=at, **told)
    return dropped


def _drop(rows: QuerySet[Any]) -> int:
    """Drop ROWS, and the salts of those that had one, and give how many they were."""
    if rows.model is Invitation:
        known = [journal.name_of(one) for one in rows.only("pk")]
        Salt.objects.filter(object__in=known).delete()
    return rows.delete()[1].get(rows.model._meta.label, 0)


def over(at: datetime) -> dict[str, list[QuerySet[Any]]]:
    """By kind of the table: the rows that are over at AT."""
    before = {kind: one.before(at) for kind, one in BY_KIND.items() if not one.for_ever}
    lapsed = Q(expires_at__lt=before["invitations"]) | Q(cancelled_at__lt=before["invitations"])
    unclaimed = Invitation.objects.filter(lapsed, accepted_at__isnull=True)
    return {
        "letters": [Mail.objects.filter(sent_at__lt=before["letters"])],
        "jobs": [Job.objects.filter(state=Job.State.DONE, finished_at__lt=before["jobs"])],
        "forms": [Sent.objects.filter(at__lt=before["forms"])],
        "sessions": [Session.objects.filter(expire_date__lt=before["sessions"])],
        "sign_ins": [
            model.objects.filter(attempt_time__lt=before["sign_ins"])
            for model in (AccessAttempt, AccessFailureLog, AccessLog)
        ],
        "invitations": [unclaimed],
    }
