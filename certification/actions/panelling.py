"""What every verb of the technical panel asks and weighs first (R-B3 to R-B6, R-B10, R-C4 to R-C6)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from certification import flow, rules, snapshots
from certification.actions.telling import players
from certification.models import Application, EvidenceLink, Mark, Part, Seat
from certification.policy import policy_of
from certification.rules import Marked
from certification.standard import Criterion
from sdgcities.errors import Refused
from sdgcities.models import User

AT_WORK = (flow.State.IN_REVIEW, flow.State.CLARIFICATION)


@dataclass(frozen=True, slots=True)
class MarkInput:
    """What somebody says of one requirement; an empty mark is not made yet."""

    mark: str
    reason: str = ""
    override: str = ""


@dataclass(frozen=True, slots=True)
class CheckInput:
    """What somebody says of one piece of evidence; an empty verdict is not given yet."""

    verdict: str
    reason: str = ""


# --- who acts, and when


def acts(by: User, held: Application, need: str, *, at: datetime) -> None:
    """Refuse unless BY may act in the case as the panel's lead or as one of its evaluators, as NEED says."""
    rules.secretariat_stays_out(by, Part.Kind.LEAD if need == "lead" else Part.Kind.EVALUATOR, at=at)
    rules.not_recused(by, held)
    rules.no_open_objection(by, held)
    in_term(by, held, at=at)
    rules.must_have_declared(by, held)
    rules.must(by, need, held, at=at)


def in_term(person: User, held: Application, *, at: datetime) -> None:
    """Refuse an act of PERSON outside the term of their seat in the case's panel (R-B6)."""
    own = Seat.objects.filter(person=person, panel=held.panel_id)
    seat = rules.seats_in_term(person, at=at).filter(panel=held.panel_id).first() or own.order_by("-ends_on").first()
    if seat is not None:
        rules.seat_in_term(seat, at=at)


def in_state(held: Application, *states: flow.State) -> None:
    """Refuse what cannot be done while the case stands where it stands."""
    if held.state not in states:
        raise Refused(
            _("This cannot be done now: the application is %(state)s. Load the page again to see what can.")
            % {"state": held.get_state_display()}
        )


def leads(application: Application) -> list[User]:
    """Who leads the case now: one person, or none after a recusal."""
    return players(application, Part.Kind.LEAD)


def evaluators(application: Application) -> list[User]:
    """Who evaluates in the case now, by name."""
    return players(application, Part.Kind.EVALUATOR)


# --- what a criterion rests on


def needed(application: Application) -> int:
    """How many evaluators each criterion needs: the policy's number, at least two (R-C5)."""
    return max(2, policy_of(application.mechanism.policy).evaluators_a_criterion)


def criterion_of(application: Application, key: str) -> Criterion:
    """The criterion of that key in the application's stage."""
    found = {one.key: one for one in snapshots.stage_of(application).criteria}
    if key not in found:
        raise Refused(_("This stage has no criterion %(key)s. Choose one of those it has.") % {"key": key})
    return found[key]


def links_of(application: Application, criterion: Criterion) -> list[EvidenceLink]:
    """The evidence linked to CRITERION, requirement by requirement, the newest version of a piece last."""
    keys = [requirement.key for requirement in criterion.requirements]
    links = application.links.filter(requirement__in=keys).select_related("version__evidence")
    return sorted(
        links,
        key=lambda link: (keys.index(link.requirement), link.version.evidence.title, link.version.number, link.pk),
    )


def stale_links(application: Application, criterion: Criterion, links: Iterable[EvidenceLink]) -> set[UUID]:
    """The links whose document was older than its requirement allows on the day of submission (R-C4)."""
    asked = {requirement.key: requirement for requirement in criterion.requirements}
    day = application.submitted_at
    if day is None:
        return set()
    return {link.pk for link in links if rules.is_stale(asked[link.requirement], link.version.dated_on, at=day)}


def weighed(
    application: Application,
    criterion: Criterion,
    marks: Mapping[str, MarkInput],
    links: Collection[EvidenceLink],
    verified: Collection[UUID],
) -> dict[str, Marked]:
    """MARKS that were made, each with the verified evidence it rests on; stale when all of that is (R-C4)."""
    stale = stale_links(application, criterion, links)
    found = {}
    for key, one in marks.items():
        carry = {link.pk for link in links if link.requirement == key and link.pk in verified}
        if one.mark:
            found[key] = Marked(one.mark, one.reason, len(carry), bool(carry) and carry <= stale, one.override)
    return found


def may_be_not_applicable(criterion: Criterion, marks: Mapping[str, MarkInput]) -> None:
    """Refuse “not applicable” where the standard does not allow it (R-C6)."""
    for requirement in criterion.requirements:
        given = marks.get(requirement.key)
        if given and given.mark == Mark.NOT_APPLICABLE and not requirement.may_be_not_applicable:
            raise Refused(
                _("%(key)s applies to every city: mark it met or not met.") % {"key": requirement.key}, "R-C6"
            )


def first_ones_filed(by: User, held: Application, criterion: str) -> None:
    """Refuse the lead what rests on findings while one of them is still to be filed (R-C5)."""
    if not rules.may_see_findings(by, held, criterion):
        raise Refused(
            _("Criterion %(key)s waits for findings that are not filed yet. Come back when all are.")
            % {"key": criterion},
            "R-C5",
        )
