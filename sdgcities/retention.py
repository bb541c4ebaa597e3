"""What is kept, how long, and on what ground: one table, read by the timer, by the rules and by docs/running.md. No Django in here."""

from dataclasses import dataclass
from datetime import datetime, timedelta

CYCLES = 2  # of one city, under one mechanism, for one stage: the current and the previous are kept (R-H2)


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of record; DAYS after it has done its work the timer drops it, or never where DAYS is None."""

    kind: str
    what: str
    days: int | None
    since: str
    ground: str

    @property
    def for_ever(self) -> bool:
        """Whether no timer ever drops it."""
        return self.days is None

    def before(self, at: datetime) -> datetime:
        """The instant before which it must have done its work to be dropped at AT.

        Raises ValueError for what no timer drops.
        """
        if self.days is None:
            message = f"No timer drops {self.kind}."
            raise ValueError(message)
        return at - timedelta(days=self.days)


TABLE: tuple[Kept, ...] = (
    Kept(
        "cases",
        "Applications, answers, evidence and its files, findings, reports, votes, decisions, certificates",
        None,
        "",
        "R-H2: at least the current and the previous cycle; no timer drops an older one either",
    ),
    Kept("journal", "The journal and its checkpoints", None, "", "R-H1: it is only ever added to"),
    Kept("people", "Accounts, roles, seats", None, "", "until somebody of the secretariat erases the person's data"),
    Kept("letters", "Letters that were sent", 180, "they were sent", "long enough to answer who was told what"),
    Kept("jobs", "Work that was done; what failed stays", 30, "it was done", "long enough to look for a cause"),
    Kept("forms", "Digests of forms that were sent", 1, "they were sent", "a form sent twice is done once"),
    Kept("sessions", "Sessions, and what was typed in them", 0, "they expired", "nobody can use them any more"),
    Kept("sign_ins", "Failed sign-ins", 30, "they were tried", "long enough to see an attack"),
    Kept("invitations", "Invitations nobody accepted", 90, "they lapsed", "long enough to write again"),
)
BY_KIND = {one.kind: one for one in TABLE}
