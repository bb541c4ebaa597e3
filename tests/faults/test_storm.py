"""Jobs under fire: workers killed, the broker emptied and killed, the database cut off, and every report there once.

Held afterwards: each report is written once, its file is whole, named by its digest, and byte for byte what an
undisturbed print of the same frozen text gives; no file lies on the disk without a row; no job is left or given up. Each
notification exists once. Its letter is delivered at least once, and in a copy only where a try of its job was cut off
(between the mail server's yes and our note, which no transaction spans): the copy is the same letter under the same
Message-ID, by which the reader's program knows it. How many copies there were is told.
"""

import os
import random

import pytest

from tests.faults.judging import judged
from tests.faults.storm import Plan, Storm, table

QUICK = {"children": 2, "groups": 2, "reports": 6, "pause": 0.2, "lease": 3, "tick": 1}
FULL = {"children": 25, "groups": 25, "reports": 200}
SERVERS = {"flushes": 1, "broker_deaths": 1}
pytestmark = pytest.mark.xdist_group("storm")


@pytest.fixture
def storm(tmp_path, full):
    """A storm over PostgreSQL, Redis and Celery, or over SQLite and two embedded workers: told and judged."""
    seed = int(os.environ.get("STORM_SEED") or random.SystemRandom().randrange(10**6))

    def over(*, celery):
        servers = {**SERVERS, "cuts": 5 if full else 1} if celery else {}
        plan = Plan(**(FULL if full else QUICK), **servers)
        print(
            f"\nstorm over {'PostgreSQL, Redis and Celery' if celery else 'SQLite and two embedded workers'}, {seed=}"
        )
        came = Storm(plan, tmp_path, celery=celery, seed=seed).run()
        print(table(came, plan))
        judged(came, plan)

    return over


@pytest.mark.servers
def test_no_report_and_no_letter_is_lost_or_made_twice_under_celery(storm):
    storm(celery=True)


@pytest.mark.embedded
def test_no_report_and_no_letter_is_lost_or_made_twice_by_embedded_workers(storm):
    storm(celery=False)
