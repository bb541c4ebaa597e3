"""Who may make a move: what each needs in role, seat and part, and that the person plays no other part (R-B1, R-B10)."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from certification.models import AgendaItem, Application, Meeting, Part
from certification.rules.parts import assigned, may_read_evidence, part_is_free
from certification.rules.sitting import presides
from sdgcities import roles
from sdgcities.errors import Refused
from sdgcities.models import User
from sdgcities.roles import Role


def _is_official(person: User, application: Application, at: datetime) -> bool:
    return any(
        roles.holds(person, role, at=at, city=application.city) for role in (Role.CITY_EDITOR, Role.CITY_DELEGATE)
    )


def _judges(person: User, application: Application, kind: Part.Kind, at: datetime) -> bool:
    plays = assigned(person, at=at).filter(application=application, part=kind).exists()
    return plays and may_read_evidence(person, application, at=at)


def before_committee(application: Application) -> AgendaItem | None:
    """The item with which APPLICATION stands before a meeting in session."""
    items = application.items.filter(meeting__state=Meeting.State.OPEN).select_related("meeting", "application")
    return items.order_by("-meeting__scheduled_at", "-meeting__reference").first()


def _presides(person: User, application: Application, at: datetime) -> bool:
    item = before_committee(application)
    if item is None:
        return False
    try:
        presides(person, item, at=at)
    except Refused:
        return False
    return True


MAY: dict[str, Callable[[User, Application, datetime], bool]] = {
    "submit": lambda person, case, at: roles.holds(person, Role.CITY_DELEGATE, at=at, city=case.city),
    "edit": _is_official,
    "screen": lambda person, _case, at: roles.holds(person, Role.SECRETARIAT, at=at),
    "convene": lambda person, _case, at: roles.holds(person, Role.SECRETARIAT, at=at),
    "lead": lambda person, case, at: _judges(person, case, Part.Kind.LEAD, at),
    "evaluate": lambda person, case, at: _judges(person, case, Part.Kind.EVALUATOR, at),
    "file_check": lambda person, case, at: _judges(person, case, Part.Kind.FILE_CHECKER, at),
    "chair": _presides,
}

PARTS = {  # the part in which a need is met, and beside which the person plays no other in the case (R-B1)
    "submit": Part.Kind.CITY,
    "edit": Part.Kind.CITY,
    "screen": Part.Kind.SECRETARIAT,
    "convene": Part.Kind.SECRETARIAT,
    "lead": Part.Kind.LEAD,
    "evaluate": Part.Kind.EVALUATOR,
    "file_check": Part.Kind.FILE_CHECKER,
    "chair": Part.Kind.DECIDER,
}


def may(person: User, need: str, application: Application, *, at: datetime) -> bool:
    """Whether PERSON may do what a move NEEDs in this case now; superusers gain nothing here (R-B10)."""
    try:
        must(person, need, application, at=at)
    except Refused:
        return False
    return True


REFUSALS = {
    "submit": "R-C1",
    "edit": "R-C1",
    "screen": "R-B10",
    "convene": "R-B10",
    "lead": "R-B1",
    "evaluate": "R-B1",
    "file_check": "R-C9",
    "chair": "R-D1",
}


def must(person: User, need: str, application: Application, *, at: datetime) -> None:
    """Refuse unless PERSON may do what a move NEEDs in this case now, and plays no other part in it (R-B1)."""
    if not (person.is_active and MAY[need](person, application, at)):
        sentences = {
            "submit": _("Only the mayor's delegate can do this for the city. Ask the delegate."),
            "edit": _("Only the city's own officials can do this. Ask the delegate to invite you."),
            "screen": _("Only the secretariat can do this. Write to it what should be done."),
            "convene": _("Only the secretariat can do this. Write to it what should be done."),
            "lead": _(
                "Only the panel lead of this case can do this, in term and after a declaration of interest. Ask the lead."
            ),
            "evaluate": _(
                "Only an evaluator of this case can do this, in term and after a declaration of interest. Ask the panel lead."
            ),
            "file_check": _(
                "Only the file checker of this case can do this, after a declaration of interest. Ask the secretariat who that is."
            ),
            "chair": _("Only the committee's chair can do this. Ask the chair."),
        }
        raise Refused(sentences[need], REFUSALS[need])
    part_is_free(person, application, PARTS[need])
