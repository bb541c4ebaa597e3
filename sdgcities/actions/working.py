"""What the secretariat does about jobs that failed."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from sdgcities import jobs, journal, roles
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.models import Job, User


@journaled
def retry(job: Job, *, by: User, at: datetime) -> None:
    """Let a failed job be tried again."""
    if not roles.runs_the_house(by, at=at):
        raise Refused(_("Only the secretariat can have a job tried again. Write to it what you wait for."))
    if not jobs.again(job):
        raise Refused(
            _("This job is not failed any more, or the same work is waiting already. Look at the list again.")
        )
    journal.record("job.retried", job, by=by, at=at, name=job.name)
