"""Who could judge a case: a panel's members with what is known against them and how much they carry already."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.flow import FINAL
from certification.models import Application, Declaration, Panel, Part, Recusal, Seat
from sdgcities import roles
from sdgcities.models import Membership, User
from sdgcities.roles import Role


@dataclass(frozen=True, slots=True)
class Candidate:
    """One member in term: seat, running cases, and reasons against a part in this case."""

    person: User
    seat: Seat
    load: int
    conflicts: tuple[str, ...]

    @property
    def label(self) -> str:
        """Name, load and conflicts in one line, for a list of choices."""
        told = ngettext("%(name)s: %(load)s running case", "%(name)s: %(load)s running cases", self.load)
        words = [told % {"name": self.person, "load": self.load}]
        return "; ".join([*words, *self.conflicts])


def panel_for(application: Application) -> Panel | None:
    """The panel of the application's mechanism that works in its language (EB4 §26b)."""
    return Panel.objects.filter(mechanism=application.mechanism_id, language=application.language).first()


def candidates(panel: Panel | None, application: Application, *, at: datetime) -> list[Candidate]:
    """PANEL's members in term, by name, in a fixed number of queries; nobody before there is a panel."""
    if panel is None:
        return []
    day = at.date()
    seats = Seat.objects.filter(panel=panel, starts_on__lte=day, ends_on__gte=day, person__is_active=True)
    known = {seat.person_id: seat for seat in seats.select_related("person").order_by("duty", "starts_on", "pk")}
    people = list(known)
    against = _against(people, application, at=at)
    running = Part.objects.filter(person__in=people, part__in=(Part.Kind.LEAD, Part.Kind.EVALUATOR), ended_at=None)
    load = Counter(
        running.exclude(application__state__in=[one.value for one in FINAL]).values_list("person_id", flat=True)
    )
    found = [Candidate(seat.person, seat, load[key], tuple(against.get(key, ()))) for key, seat in known.items()]
    return sorted(found, key=lambda one: (one.person.name, str(one.person.pk)))


def _against(people: list[UUID], application: Application, *, at: datetime) -> dict[UUID, list[str]]:
    sets = (
        (Membership.objects.filter(user__in=people, city=application.city_id).values_list("user_id", flat=True),
         _("works or worked for this city")),
        (Part.objects.filter(person__in=people, application=application).values_list("person_id", flat=True),
         _("has a part in this case already")),
        (Recusal.objects.filter(person__in=people, application=application).values_list("person_id", flat=True),
         _("stood aside from this case")),
        (Declaration.objects.filter(person__in=people, application=application, conflict=True)
         .values_list("person_id", flat=True), _("declared a conflict")),
        (roles.running(at).filter(user__in=people, role__in=(Role.SECRETARIAT, Role.ADMINISTRATOR))
         .values_list("user_id", flat=True), _("belongs to the secretariat")),
    )  # fmt: skip
    found: dict[UUID, list[str]] = {}
    for keys, words in sets:
        for key in set(keys):
            found.setdefault(key, []).append(words)
    return found
