"""The storm's judge: each way in which a report, a file or a letter can be lost or doubled is seen by it."""

from collections import Counter
from copy import deepcopy

import pytest

from tests.faults.judging import judged
from tests.faults.servers import absent
from tests.faults.storm import Came, Plan

PLAN = Plan(reports=2, children=3, groups=2, cuts=1)


def report(case):
    return {
        "case": case,
        "version": 1,
        "sha256": case * 64,
        "undisturbed": case * 64,
        "noted": 1,
        "asked": 1,
        "letters": [f"signed:{case}"],
        "due": [f"signed:{case}"],
    }


def came():
    told = {
        "cases": 2,
        "reports": [report("a"), report("b")],
        "letters": {"<1>": {"sent": True, "tries": 1}, "<2>": {"sent": True, "tries": 2}},
        "jobs": {"done": 4},
        "lost_tries": 4,
        "files": {"spoiled": 0, "unnamed": [], "absent": [], "torn": 1, "tidied": [1, 0], "left": True},
        "journal": None,
    }
    deliveries = [("<1>", "one"), ("<2>", "two"), ("<2>", "two")]
    return Came(1, Counter(child=3, group=2, cut=1), holding=4, told=told, deliveries=deliveries)


def put(*path, value):
    def spoil(one):
        place = one.told
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return spoil


SPOILED = {
    "a report is missing": lambda one: one.told["reports"].pop(),
    "a report is there twice": put("reports", 1, "case", value="a"),
    "a report was never written": put("reports", 0, "sha256", value=""),
    "a report differs from its undisturbed print": put("reports", 0, "undisturbed", value="c" * 64),
    "a report is noted twice": put("reports", 0, "noted", value=2),
    "a report was asked for twice": put("reports", 0, "asked", value=2),
    "the journal does not hold": put("journal", value=["deleted", 7, "Row 7 is missing."]),
    "a report is another version": put("reports", 0, "version", value=2),
    "a notification is missing": put("reports", 0, "letters", value=[]),
    "a notification is there twice": put("reports", 0, "letters", value=["signed:a", "signed:a"]),
    "a file is spoiled": put("files", "spoiled", value=1),
    "a file has no row": put("files", "unnamed", value=["d" * 64]),
    "a row has no file": put("files", "absent", value=["d" * 64]),
    "a torn file stays": put("files", "tidied", value=[0, 0]),
    "more than torn files is tidied": put("files", "tidied", value=[1, 1]),
    "other files are left than rows name": put("files", "left", value=False),
    "a job failed": put("jobs", value={"done": 3, "failed": 1}),
    "a job waits": put("jobs", value={"done": 3, "queued": 1}),
    "a letter was not delivered": lambda one: one.deliveries.pop(0),
    "a letter is not noted as sent": put("letters", "<1>", "sent", value=False),
    "a letter comes twice though no try of it was cut off": lambda one: one.deliveries.append(("<1>", "one")),
    "a letter comes more often than it was tried": lambda one: one.deliveries.append(("<2>", "two")),
    "the copy of a letter is another letter": lambda one: one.deliveries.__setitem__(2, ("<2>", "three")),
    "a letter comes that nobody wrote": lambda one: one.deliveries.append(("<3>", "three")),
    "a fault did not strike": lambda one: one.struck.subtract(cut=1),
    "the kills struck no job": lambda one: setattr(one, "holding", 3),
    "no try was cut off": put("lost_tries", value=0),
}


def test_a_storm_that_lost_nothing_passes():
    judged(came(), PLAN)


@pytest.mark.parametrize("what", SPOILED)
def test_the_judge_sees_that(what):
    spoiled = deepcopy(came())
    SPOILED[what](spoiled)
    with pytest.raises(AssertionError):
        judged(spoiled, PLAN)


def test_a_plan_strikes_everything_once_in_the_order_of_the_work():
    import random

    plan = Plan(reports=200, children=25, groups=25, flushes=1, broker_deaths=1, cuts=5)
    faults = plan.faults(random.Random(1))
    shares = [share for share, _what, _blind in faults]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] < 1
    assert Counter(what for _share, what, _blind in faults) == Counter(child=25, group=25, flush=1, broker=1, cut=5)
    assert sum(blind for _share, _what, blind in faults) == 10


def test_what_is_missing_for_the_own_servers_is_told(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert "redis-server" in absent()
