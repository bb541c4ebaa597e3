"""The ground floor's jobs, and the two Celery tasks: the bell and the clock."""

from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sdgcities import jobs, mailing, storage
from sdgcities.actions import checkpointing, forgetting
from sdgcities.models import User


@jobs.job("sdgcities.send_mail", _("Send a letter by mail"))
def send_mail(*, mail_id: str, **_more: object) -> None:
    """Send one letter."""
    mailing.send(mail_id)


@jobs.job("sdgcities.forget_jobs", _("Tidy away what is kept no longer"))
def forget_jobs(**_more: object) -> None:
    """Drop what has been kept as long as the table of retention says."""
    forgetting.forget(by=None, at=timezone.now())


@jobs.job("sdgcities.make_checkpoint", _("Verify the journal and sign a checkpoint"))
def make_checkpoint(*, by: str | None = None, **_more: object) -> None:
    """Make one, for who asked or for the timer, which lets it be where no key was ever set (check --deploy says so)."""
    if by is None and not settings.SIGNING_KEYS.get("journal"):
        return
    checkpointing.make(by=User.objects.filter(pk=by).first() if by else None, at=timezone.now())


@jobs.job("sdgcities.tidy_files", _("Clear away files that nothing names"))
def tidy_files(**_more: object) -> None:
    """Drop what killed processes left on the disk."""
    storage.tidy(at=timezone.now())


@shared_task(name="sdgcities.ring", ignore_result=True)
def ring(job_id: str) -> None:
    """Do the job that the bell rings for; if another has it, nothing happens."""
    jobs.run(UUID(job_id), beating=True)


@shared_task(name="sdgcities.tick", ignore_result=True)
def tick() -> None:
    """Look at the timers."""
    jobs.tick(at=timezone.now())
