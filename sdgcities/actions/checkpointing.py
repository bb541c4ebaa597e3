"""Checkpoints: the journal read whole, its size and root signed and published (R-H1)."""

from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from sdgcities import canonical, journal, keys, proving
from sdgcities.errors import Refused
from sdgcities.jobs import later
from sdgcities.models import Checkpoint, Entry, Job, PublicKey, User
from sdgcities.verify_journal import CHECKPOINT, signed_text

LOCK = 7_310_004_121  # PostgreSQL's advisory lock for this; any number that nothing else takes
OWN = Q(act__in=("journal.checkpointed", "key.published"))  # what a checkpoint itself leaves in the journal


def make(*, by: User | None, at: datetime) -> Checkpoint:
    """Verify the journal from its first row and sign what it says; the last checkpoint where nothing was added since.

    Raises Refused where the journal does not hold (nothing is ever signed over a broken one), or no key is set.
    The rows are read before the transaction begins: they only grow, so what was right stays right.
    """
    verdict = proving.verify()
    if verdict.fault:
        raise Refused(
            _("The journal does not hold, so no checkpoint is signed: %(fault)s") % {"fault": verdict.fault.words},
            "R-H1",
        )
    return _sign(verdict, by=by, at=at)


@journal.journaled
def ask(*, by: User, at: datetime) -> Job:
    """Have a checkpoint made by the worker, which alone holds the key."""
    job = later("sdgcities.make_checkpoint", key="checkpoint:asked", by=by.pk)
    journal.record("journal.checkpoint_asked", job, by=by, at=at)
    return job


@journal.journaled
def _sign(verdict: proving.Verdict, *, by: User | None, at: datetime) -> Checkpoint:
    _one_after_the_other()
    last = Checkpoint.objects.order_by("-size").first()
    if last is not None and (last.size >= verdict.size or not _news(last.size)):
        return last
    signer = keys.signer("journal")
    _publish(signer, by=by, at=at)
    told = {
        "type": CHECKPOINT,
        "at": canonical.moment(at),
        "consistency": proving.proved(last, verdict.size, verdict.root),
        "key": signer.id,
        "root": verdict.root,
        "size": verdict.size,
    }
    line = canonical.text({**told, "signature": signer.sign(signed_text(told))})
    made = Checkpoint.objects.create(size=verdict.size, root=verdict.root, at=at, line=line)
    journal.record("journal.checkpointed", made, by=by, at=at, size=made.size, root=made.root, line=line)
    return made


def _one_after_the_other() -> None:
    """Let one checkpoint be made at a time, so that each is proved from the one before it; on SQLite all writing is so."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _news(size: int) -> bool:
    return Entry.objects.filter(seq__gt=size).exclude(OWN).exists()


def _publish(signer: keys.Signer, *, by: User | None, at: datetime) -> None:
    told = {"purpose": signer.purpose, "multibase": signer.multibase, "since": at}
    key, fresh = PublicKey.objects.get_or_create(fragment=signer.fragment, defaults=told)
    if key.multibase != signer.multibase:
        raise Refused(
            _("The published key is not the one that signs. Somebody changed it: ask whoever runs this site."), "R-H1"
        )
    if fresh:
        journal.record("key.published", key, by=by, at=at, fragment=key.fragment, multibase=key.multibase)
