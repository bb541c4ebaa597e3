"""What is kept of a case, and how long a case still needs its people (R-H2)."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from certification.flow import FINAL, State
from certification.models import Application, Certificate, Decision, Mandate, Part, Submission
from certification.rules.registry import rule
from sdgcities import canonical
from sdgcities.errors import Refused
from sdgcities.models import User
from sdgcities.retention import CYCLES

OVER = [state.value for state in FINAL]


@rule("R-H2")
def nobody_waits_for(person: User, *, at: datetime) -> None:
    """Refuse to erase PERSON's data while a case they judged, or are named in as delegate, runs or can be appealed (R-H2)."""
    judged = Part.objects.filter(person=person).exclude(part=Part.Kind.CITY).values("application_id")
    named = Mandate.objects.filter(delegate=person).values("application_id")
    theirs = Q(pk__in=judged) | Q(pk__in=named)
    running = Application.objects.filter(theirs).exclude(state__in=OVER).order_by("reference").first()
    if running is not None:
        raise Refused(
            _("Case %(reference)s is running and still needs this person's name. Erase the data when it has ended.")
            % {"reference": running.reference},
            "R-H2",
        )
    open_to_appeal = Decision.objects.filter(application__in=judged, appeal_until__gte=at)
    if (decision := open_to_appeal.order_by("reference").first()) is not None:
        raise Refused(
            _("Decision %(reference)s can still be appealed. Erase the data when the time for that is over.")
            % {"reference": decision.reference},
            "R-H2",
        )


@rule("R-H2")
def may_be_removed(application: Application, *, at: datetime) -> None:
    """Refuse to remove anything of a case that belongs to the current or the previous cycle, or still stands (R-H2).

    A cycle is one application of a city for one stage under one mechanism, from its start to its decision.
    """
    later = Application.objects.filter(
        city=application.city_id,
        mechanism=application.mechanism_id,
        stage=application.stage,
        state=State.DECIDED.value,
        started_at__gt=application.started_at,
    )
    if application.state not in OVER or later.count() < CYCLES:
        raise Refused(
            _("Case %(reference)s belongs to the current or the previous cycle, and all of it is kept.")
            % {"reference": application.reference},
            "R-H2",
        )
    stands = application.certificates.filter(status=Certificate.Status.ACTIVE, expires_at__gte=at).exists()
    if stands or application.decisions.filter(appeal_until__gte=at).exists():
        raise Refused(
            _("The certificate or the decision of case %(reference)s still stands, and all of it is kept.")
            % {"reference": application.reference},
            "R-H2",
        )


def papers_naming(person: User) -> list[str]:
    """The submissions that carry PERSON's name: they are frozen with their digest and stay as they are (R-H2)."""
    named = Q(submitted_by=person) | Q(application__mandate__delegate=person)
    if person.name:
        named |= Q(text__contains=canonical.text(person.name))  # as the whole value of a member
    found = Submission.objects.filter(named).select_related("application")
    return [
        _("%(reference)s, submission %(number)s") % {"reference": one.application.reference, "number": one.number}
        for one in found.order_by("application__reference", "number")
    ]
