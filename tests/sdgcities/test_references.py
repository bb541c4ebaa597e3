"""Promises of references: counted by prefix and year, never given twice."""

from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from sdgcities.models import Counter
from sdgcities.references import next_reference

AT = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.django_db
def test_numbers_count_by_prefix_and_year():
    given = [next_reference("SDGC", at=AT), next_reference("SDGC", at=AT), next_reference("CERT", at=AT)]
    assert [*given, next_reference("SDGC", at=AT.replace(year=2027))] == [
        "SDGC-2026-00001",
        "SDGC-2026-00002",
        "CERT-2026-00001",
        "SDGC-2027-00001",
    ]


def test_a_number_outside_a_transaction_is_an_error(transactional_db):
    with pytest.raises(RuntimeError):
        next_reference("SDGC", at=AT)


def test_eight_who_ask_at_one_moment_get_eight_numbers(transactional_db):
    start, given = Barrier(8), []

    def ask():
        try:
            start.wait()
            with transaction.atomic():
                given.append(next_reference("SDGC", at=AT))
        finally:
            connection.close()

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == [f"SDGC-2026-0000{number}" for number in range(1, 9)]
    assert Counter.objects.get().last == 8
