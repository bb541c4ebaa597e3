"""Jobs under fire: workers killed, the broker emptied and killed, the database cut off, and every report there once.

Held afterwards: each report is written once, its file is whole, named by its digest, and byte for byte what an
undisturbed print of the same frozen text gives; no file lies on the disk without a row; no job is left or given up. Each
notification exists once. Its letter is delivered at least once, and in a copy only where a try of its job was cut off
(between the mail server's yes and our note, which no transaction spans): the copy is the same letter under the same
Message-ID, by which the reader's program knows it. How many copies there were is told.
"""

import os
import random
from collections import Counter

import pytest

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


def judged(came, plan):
    struck(came, plan)
    reported(came.told, plan)
    lying(came.told["files"])
    delivered(came)
    assert came.told["jobs"] == {"done": sum(came.told["jobs"].values())}


def struck(came, plan):
    """The storm was one: everything struck as planned, four kills in five while a job was held."""
    planned = {
        "child": plan.children,
        "group": plan.groups,
        "flush": plan.flushes,
        "broker": plan.broker_deaths,
        "cut": plan.cuts,
    }
    assert came.struck == Counter({what: count for what, count in planned.items() if count})
    assert came.holding >= (plan.children + plan.groups) * 4 // 5
    assert came.told["lost_tries"] >= came.holding * 4 // 5  # one may have been at its last word


def reported(told, plan):
    reports = told["reports"]
    assert told["cases"] == plan.reports
    assert (len(reports), len({one["case"] for one in reports})) == (plan.reports, plan.reports)
    assert {(one["version"], one["asked"], one["noted"]) for one in reports} == {(1, 1, 1)}
    assert [one["case"] for one in reports if one["sha256"] != one["undisturbed"]] == []
    assert [one["case"] for one in reports if one["letters"] != one["due"]] == []


def lying(files):
    """Whole files and rows name each other one to one; torn ones are the killed writers', and tidying takes them alone."""
    assert (files["spoiled"], files["unnamed"], files["absent"]) == (0, [], [])
    assert files["tidied"] == [files["torn"], 0]
    assert files["left"] is True


def delivered(came):
    letters, times = came.told["letters"], Counter(key for key, _digest in came.deliveries)
    assert sorted(times) == sorted(letters)
    assert [key for key, letter in letters.items() if not letter["sent"]] == []
    assert [key for key, count in times.items() if count > letters[key]["tries"]] == []
    assert len(set(came.deliveries)) == len(letters)
