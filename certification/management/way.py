"""The way of one case: declared in cases.py, made of the verbs the browser uses, as far as the case goes."""

from certification.management import closing, handing, judging
from certification.management.acts import Act
from certification.management.cases import Case
from certification.management.walk import Walk

STEPS = (
    ("start", 0, handing.start),
    ("describe", 2, handing.describe),
    ("shelve", 4, handing.shelve),
    ("mandate", 6, handing.mandate),
    ("answer", handing.FIRST_ANSWER, handing.answer),
    ("submit", 24, handing.submit),
    ("take_up", 27, handing.take_up),
    ("return", 29, handing.give_back),
    ("verify", 29, handing.verify),
    ("accept", 31, handing.accept),
    ("object", 34, handing.object_to),
    ("declare", 36, judging.declare),
    ("retract", 38, handing.retract),
    ("find", 40, judging.find),
    ("third", 52, judging.call_third),
    ("ask", 55, judging.ask),
    ("reconcile", 66, judging.reconcile),
    ("draft", 68, judging.send_draft),
    ("respond", 76, judging.respond),
    ("sign", 79, judging.sign),
    ("name_checker", 80, closing.name_checker),
    ("take_file", 82, closing.declare_and_take),
    ("recommend", 85, closing.recommend),
    ("agenda", 87, closing.put_on_agenda),
)  # the step's name, how many days after the begin, and what is done
BRANCHES = ("return", "retract", "ask")  # where the way of some cases ends, and other cases do not pass


def acts(case: Case) -> list[Act]:
    """All acts of CASE up to its step `until`, and those that follow a deferral."""
    walk = Walk(case)
    for name, day, step in STEPS:
        if name not in BRANCHES or name == case.until:
            walk.day(day)
            step(walk)
        if name == case.until:
            break
    if case.again:
        closing.again(walk)
    return walk.acts
