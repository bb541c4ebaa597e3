"""Who may take part in a case, and as what (R-B1 to R-B10, R-H4)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from certification.flow import FINAL
from certification.models import (
    Application,
    Committee,
    Declaration,
    Mechanism,
    Meeting,
    Objection,
    Panel,
    Part,
    Recusal,
    Seat,
)
from certification.policy import policy_of
from certification.rules.registry import rule
from sdgcities import access as mechanism_access
from sdgcities import roles
from sdgcities.errors import Refused
from sdgcities.models import City, Membership, User
from sdgcities.roles import Role

JUDGING = frozenset({Part.Kind.EVALUATOR, Part.Kind.LEAD, Part.Kind.FILE_CHECKER, Part.Kind.DECIDER})
BY_ROLE = {Part.Kind.FILE_CHECKER: Role.FILE_CHECKER, Part.Kind.SECRETARIAT: Role.SECRETARIAT}


def is_administrator(person: User, *, at: datetime) -> bool:
    """Whether PERSON belongs to the secretariat or administers the site (R-B10)."""
    return (
        person.is_superuser
        or person.is_staff
        or roles.holds(person, Role.SECRETARIAT, at=at)
        or roles.holds(person, Role.ADMINISTRATOR, at=at)
    )


@rule("R-B10")
def secretariat_stays_out(person: User, kind: Part.Kind, *, at: datetime) -> None:
    """Refuse a judging part to the secretariat and to administrators; being superuser changes nothing (R-B10)."""
    if kind in JUDGING and is_administrator(person, at=at):
        raise Refused(
            _("The secretariat and administrators can neither evaluate nor decide. Choose somebody else."), "R-B10"
        )


@rule("R-B1")
def part_is_free(person: User, application: Application, kind: Part.Kind) -> None:
    """Refuse a second part in the same case, and any judging part to the city's own people (R-B1)."""
    held = Part.objects.filter(application=application, person=person).first()
    if held is not None and held.part != kind:
        raise Refused(
            _("%(person)s already has another part in this case (%(part)s). Choose somebody else.")
            % {"person": person, "part": held.get_part_display()},
            "R-B1",
        )
    works_there = Membership.objects.filter(user=person, city=application.city).exists()
    if kind != Part.Kind.CITY and works_there:
        raise Refused(
            _("%(person)s works or worked for this city and cannot judge it. Choose somebody else.")
            % {"person": person},
            "R-B1",
        )


@rule("R-B1")
def city_is_free(person: User, city: City) -> None:
    """Refuse a place in CITY to whoever plays another part in one of its running cases (R-B1)."""
    held = Part.objects.filter(person=person, application__city=city).exclude(part=Part.Kind.CITY)
    running = held.exclude(application__state__in=[state.value for state in FINAL])
    if (part := running.order_by("application__reference").first()) is not None:
        raise Refused(
            _(
                "%(person)s has another part (%(part)s) in a running case of this city, so cannot work for it. Name somebody else."
            )
            % {"person": person, "part": part.get_part_display()},
            "R-B1",
        )


@rule("R-B1")
def lead_files_no_first_finding(person: User, application: Application) -> None:
    """Refuse the lead a finding in the case they reconcile (R-B1)."""
    if Part.objects.filter(application=application, person=person, part=Part.Kind.LEAD).exists():
        raise Refused(_("The panel lead reconciles findings and files none. Allocate somebody else."), "R-B1")


@rule("R-B3", allows=True)
def has_declared(person: User, application: Application) -> bool:
    """Whether PERSON signed that no conflict stands between them and this case (R-B3)."""
    return declarations(person).filter(application=application).exists()


def declarations(person: User) -> QuerySet[Declaration]:
    """What PERSON signed without a conflict, in whichever case (R-B3)."""
    return Declaration.objects.filter(person=person, conflict=False)


@rule("R-B3")
def must_have_declared(person: User, application: Application) -> None:
    """Refuse until the declaration of interest is signed without a conflict (R-B3)."""
    if not has_declared(person, application):
        raise Refused(_("Sign your declaration of interest for this case first."), "R-B3")


@rule("R-B4")
def not_recused(person: User, application: Application) -> None:
    """Refuse whoever stood aside from this case (R-B4)."""
    if Recusal.objects.filter(application=application, person=person).exists():
        raise Refused(_("You stood aside from this case, so you cannot act in it. Others go on with it."), "R-B4")


@rule("R-B5")
def no_open_objection(person: User, application: Application) -> None:
    """Refuse a member while the city's objection to them is open or was upheld (R-B5)."""
    standing = (Objection.Ruling.OPEN, Objection.Ruling.UPHELD)
    if Objection.objects.filter(application=application, person=person, ruling__in=standing).exists():
        raise Refused(_("The city has objected to this member. The secretariat answers the objection first."), "R-B5")


TIED = "tied"  # why an evaluator's part ended when the committee tied twice


@rule("R-D7")
def others_review(person: User, application: Application) -> None:
    """Refuse whoever judged what was in doubt when the committee tied twice: others review it (R-D7)."""
    if Part.objects.filter(application=application, person=person, ended_because=TIED).exists():
        raise Refused(
            _("%(person)s judged what the committee could not settle in two votes. Choose somebody else.")
            % {"person": person},
            "R-D7",
        )


def seats_in_term(person: User, *, at: datetime) -> QuerySet[Seat]:
    """The seats PERSON holds on the day of AT (R-B6)."""
    day = at.date()
    return Seat.objects.filter(person=person, starts_on__lte=day, ends_on__gte=day)


@rule("R-B6")
def seat_in_term(seat: Seat, *, at: datetime) -> None:
    """Refuse an act outside the seat's term (R-B6)."""
    if not seat.starts_on <= at.date() <= seat.ends_on:
        raise Refused(_("This seat's term does not cover today. Ask the secretariat who sits now."), "R-B6")


@rule("R-B6")
def term_begins_ahead(starts_on: date, *, at: datetime) -> None:
    """Refuse a seat dated back: nobody is given a place in what has happened already (R-B6)."""
    if starts_on < at.date():
        raise Refused(_("A seat begins today or later. Choose a first day that is not over."), "R-B6")


@rule("R-B6")
def seat_was_there(seat: Seat, meeting: Meeting) -> None:
    """Refuse a part in MEETING to a seat that was given after it was opened (R-B6, R-B8)."""
    if seat.made_at is not None and meeting.opened_at is not None and seat.made_at > meeting.opened_at:
        raise Refused(
            _("This seat was given after the meeting was opened. It takes part from the next meeting on."), "R-B6"
        )


@rule("R-B6")
def term_allowed(person: User, body: Panel | Committee, mechanism: Mechanism, *, term: int) -> None:
    """Refuse more consecutive terms than the mechanism's policy allows (R-B6, EB4 §26b)."""
    if term > policy_of(mechanism.policy).consecutive_terms:
        raise Refused(
            _("%(person)s has served the longest time in a row that %(body)s allows. Choose somebody else.")
            % {"person": person, "body": body.name},
            "R-B6",
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person holds now, read once: the bodies they sit in, their roles, the cities they work for."""

    leads: frozenset[UUID]
    panels: frozenset[UUID]
    committees: frozenset[UUID]
    mechanisms: frozenset[UUID]
    roles: frozenset[str]
    cities: frozenset[UUID]

    @property
    def judges(self) -> bool:
        """Whether a part in judging a case could be theirs at all."""
        return bool(self.panels or self.mechanisms or Role.FILE_CHECKER in self.roles)

    @property
    def oversees(self) -> bool:
        """Whether they read every submitted case: secretariat and auditor."""
        return bool(self.roles & {Role.SECRETARIAT, Role.AUDITOR})


def standing(person: User, *, at: datetime) -> Standing:
    """What PERSON holds at AT, in two queries, so that a list asks only what could be theirs (bench/bench_api.py)."""
    seats = list(
        seats_in_term(person, at=at).values_list("panel_id", "duty", "committee_id", "committee__mechanism_id")
    )
    held = list(roles.running(at).filter(user=person).values_list("role", "city_id"))
    return Standing(
        leads=frozenset(panel for panel, duty, _body, _of in seats if panel and duty == Seat.Duty.LEAD),
        panels=frozenset(panel for panel, _duty, _body, _of in seats if panel),
        committees=frozenset(body for _panel, _duty, body, _of in seats if body),
        mechanisms=frozenset(of for _panel, _duty, _body, of in seats if of),
        roles=frozenset(role for role, _city in held),
        cities=frozenset(city for role, city in held if city and role in roles.CITY_ROLES),
    )


def assigned(
    person: User, *, at: datetime, held: Standing | None = None, among: Collection[str] = tuple(Part.Kind)
) -> QuerySet[Part]:
    """PERSON's parts that give access now: each runs, and so does the seat or the role by which it is played (R-H4).

    The parts that no seat and no role stands behind yet (adviser, inspector, appeal handler) run until they are ended.
    HELD is what the person holds, where it was read before; AMONG keeps the kinds of part that are asked for.
    """
    held = held or standing(person, at=at)
    by_role = [kind for kind, role in BY_ROLE.items() if role in held.roles]
    by_nothing = (Part.Kind.ADVISER, Part.Kind.INSPECTOR, Part.Kind.APPEAL_HANDLER)
    kept = Q(part__in=[kind for kind in (*by_nothing, *by_role) if kind in among])
    by_seat = (
        (Part.Kind.LEAD, "panel", held.leads),
        (Part.Kind.EVALUATOR, "panel", held.panels),
        (Part.Kind.DECIDER, "mechanism", held.mechanisms),
        (Part.Kind.CITY, "city", held.cities),
    )
    for kind, place, known in by_seat:
        if known and kind in among:
            kept |= Q(part=kind, **{f"application__{place}__in": known})
    return Part.objects.filter(kept, person=person, ended_at__isnull=True)


@rule("R-H4", allows=True)
def is_assigned(person: User, application: Application, *, at: datetime) -> bool:
    """Whether PERSON's part in the case runs, and the seat or role behind it: access ends with either (R-B6, R-H4)."""
    running = assigned(person, at=at).filter(application=application).exists()
    return running and mechanism_access.has(person, "read_case", application)


@rule("R-B3", "R-H4", allows=True)
def may_read_evidence(person: User, application: Application, *, at: datetime) -> bool:
    """Whether a judge of the case may open its evidence: assigned now, and declared (R-B3, R-H4)."""
    return has_declared(person, application) and is_assigned(person, application, at=at)
