"""The numbers that the public sees: stable, counted by year, never given twice."""

from datetime import UTC, datetime

from django.db import connection

from sdgcities.models import Counter


def next_reference(prefix: str, *, at: datetime) -> str:
    """Give the next number, such as ``SDGC-2026-00042``, inside the caller's transaction.

    The counter's row is held until that transaction ends: two who ask at one moment get two numbers.
    """
    if not connection.in_atomic_block:
        message = "A reference is given inside the transaction that uses it."
        raise RuntimeError(message)
    year = at.astimezone(UTC).year
    Counter.objects.bulk_create([Counter(prefix=prefix, year=year)], ignore_conflicts=True)
    held = Counter.objects.held().get(prefix=prefix, year=year)
    held.last += 1
    held.save(update_fields=["last"])
    return f"{prefix}-{year}-{held.last:05d}"
