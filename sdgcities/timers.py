"""What comes round by itself: one table, read by beat and by the embedded worker alike. No Django in here."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Timer:
    """A job that is asked for once in every span of time; spans are counted from the epoch, in UTC."""

    name: str
    every: timedelta

    def key(self, at: datetime) -> str:
        """Name the span that AT lies in: whoever asks twice in one span asks for the same job."""
        return f"timer:{int(at.timestamp() // self.every.total_seconds())}"


TIMERS: tuple[Timer, ...] = (
    Timer("sdgcities.forget_jobs", every=timedelta(days=1)),
    Timer("sdgcities.make_checkpoint", every=timedelta(hours=1)),
    Timer("sdgcities.tidy_files", every=timedelta(days=1)),
    Timer("certification.expire_certificates", every=timedelta(hours=1)),
    Timer("certification.lapse_clarifications", every=timedelta(hours=1)),
)
