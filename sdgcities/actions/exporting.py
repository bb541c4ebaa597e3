"""Taking the journal out as a file: written down before the first row leaves the house (R-H1)."""

from collections.abc import Mapping
from datetime import datetime

from sdgcities import journal
from sdgcities.journal import journaled
from sdgcities.models import Entry, User


@journaled
def export(form: str, choices: Mapping[str, str], *, by: User, at: datetime) -> int:
    """Note that BY takes the journal out as FORM (csv, lines) under these CHOICES; give the number of its last row.

    The door has asked for the right. CHOICES hold no free text: what somebody searched for comes as its keyed digest.
    """
    last = Entry.objects.order_by("-seq").first() or Entry(seq=0)
    journal.record("journal.exported", last, by=by, at=at, form=form, last=last.seq, **choices)
    return last.seq
