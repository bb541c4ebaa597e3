"""The steps of a case in words, for the people who may read them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certification.models import Application

TITLES: dict[str, Promise] = {
    "start": _("Application started"),
    "submit": _("Handed in"),
    "take_up": _("Screening begun"),
    "mandate_verified": _("Mandate verified"),
    "return": _("Returned to the city with reasons"),
    "accept": _("Accepted for review"),
    "objection_upheld": _("Objection upheld: the member left the panel"),
    "objection_dismissed": _("Objection dismissed: the member stays"),
    "ask": _("Clarification asked of the city"),
    "clarified": _("Clarification answered"),
    "answer": _("Back in review with the city's answers"),
    "lapse": _("Time for clarification over"),
    "send_draft": _("Draft report sent to the city"),
    "review_again": _("Back in review: a member left the panel"),
    "extended": _("Time for the response extended"),
    "responded": _("The city responded"),
    "sign": _("Stage report signed"),
    "take_file": _("File check begun"),
    "send_back": _("Sent back to the panel"),
    "put_on_agenda": _("On the committee's agenda"),
    "decide": _("Decided"),
    "reopen": _("Sent back to review by others"),
    "resume": _("Deferred: waiting for what is missing"),
    "retract": _("Retracted by the city"),
    "findings-in": _("All findings are in"),
    "stood-aside": _("A member stood aside"),
}
UNNAMED = frozenset({"findings-in", "stood-aside"})  # who came last, or left, is the panel's own affair
OPEN_NOTES = frozenset({"return", "retract", "extended", "clarified"})


def of(application: Application, *, inside: bool = False) -> list[Mapping[str, object]]:
    """The steps so far, oldest first, in one query; INSIDE readers see every note, the city only what was told to it."""
    steps = application.steps.select_related("by").order_by("id")
    return [
        {
            "title": TITLES.get(step.move, step.move.replace("_", " ")),
            "at": step.at,
            "zone": application.city.time_zone,
            "by": step.by if inside or step.move not in UNNAMED else None,
            "text": step.note if inside or step.move in OPEN_NOTES else "",
        }
        for step in steps
    ]
