"""What must hold after a storm: asked of what stood in the database, on the disk and in the mail server."""

from collections import Counter


def judged(came, plan):
    struck(came, plan)
    reported(came.told, plan)
    lying(came.told["files"])
    delivered(came)
    assert came.told["journal"] is None  # its chain holds, whoever died while adding to it
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
    assert came.told["lost_tries"] >= came.holding // 2  # some may have been at their last word


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
