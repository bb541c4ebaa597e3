"""What has happened in a case, in words, for the people who may read it: its steps, and all acts that a reader may know.

``SHOWN`` is the table: which act each kind of reader sees. What a person did they always see themselves. Findings stay
blind (R-C5), declarations of interest are the secretariat's (R-B3), an objection is between the city and the secretariat
(R-B5), votes by name and who looked at evidence are for those who oversee (R-H1, R-H3).
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certification import access, rules
from certification.flow import MOVES
from certification.models import Application, Part, Step
from sdgcities import acts, roles
from sdgcities.acts import Thing
from sdgcities.models import Entry, Membership, User
from sdgcities.roles import Role

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
# Who came last, or left, is the panel's own affair; who checks the file is not the city's to know (R-C9, R-H3).
UNNAMED = frozenset({"findings-in", "stood-aside", "take_file", "send_back"})
OPEN_NOTES = frozenset({"return", "retract", "extended", "clarified"})

STEP_OF = {
    "application.started": "start",
    **{f"application.{move.name}": move.name for move in MOVES},
    "mandate.verified": "mandate_verified",
    "clarification.answered": "clarified",
    "response.handed_in": "responded",
    "response.extended": "extended",
    "interest.recused": "stood-aside",
}


class Reader(StrEnum):
    """As what somebody reads a case."""

    CITY = "city"
    EVALUATOR = "evaluator"
    LEAD = "lead"
    CHECKER = "file_checker"
    COMMITTEE = "committee"
    OVERSEER = "overseer"


ALL = frozenset(Reader)
OVERSEER = frozenset({Reader.OVERSEER})
CITY = OVERSEER | {Reader.CITY}
LEAD = OVERSEER | {Reader.LEAD}
PANEL = LEAD | {Reader.EVALUATOR}
COMMITTEE = OVERSEER | {Reader.COMMITTEE}

SHOWN: dict[str, frozenset[Reader]] = {
    **{f"application.{move.name}": ALL for move in MOVES},
    # the city's own work, and what passes between it and the secretariat
    "application.started": CITY,
    "application.scope": CITY,
    "application.mandate": CITY,
    "answer.saved": CITY,
    "evidence.linked": CITY,
    "evidence.unlinked": CITY,
    "evidence.frozen": CITY,
    "submission.made": CITY,
    "receipt.written": CITY,
    "mandate.verified": CITY,
    "objection.raised": CITY,
    "objection.ruled": CITY,
    # questions and answers
    "clarification.asked": CITY | PANEL,
    "clarification.answered": CITY | PANEL,
    "clarification.lapsed": CITY | PANEL,
    "response.handed_in": CITY | PANEL,
    "response.extended": CITY | PANEL,
    # the panel: blind until all have filed, so that who filed is the lead's to know, and what, nobody's here
    "part.joined": LEAD,
    "part.left": LEAD,
    "interest.declared": OVERSEER,
    "interest.recused": CITY | LEAD,
    "finding.allocated": LEAD,
    "finding.saved": OVERSEER,
    "finding.filed": LEAD,
    "criterion.reconciled": LEAD,
    "application.review_by_others": LEAD,
    "evidence.viewed": OVERSEER,
    # papers
    "report.drafted": CITY | LEAD,
    "report.signed": ALL,
    "report.written": CITY | LEAD,
    "file.checked": OVERSEER | {Reader.CHECKER},
    # the committee
    "item.listed": COMMITTEE,
    "item.opened": COMMITTEE,
    "item.departed": COMMITTEE,
    "item.carried": COMMITTEE,
    "item.removed": COMMITTEE,
    "vote.cast": OVERSEER,
    "decision.made": CITY | COMMITTEE,
    "letter.written": CITY,
    "certificate.issued": ALL,
    "certificate.written": CITY,
    "certificate.superseded": ALL,
    "certificate.expired": ALL,
}


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


# --- all acts, for one reader


def reader_of(user: User, application: Application, *, at: datetime) -> Reader:
    """As what USER, who may open the case, reads it: the city its own, overseers all, judges by their part."""
    if access.is_official(user, application.city, at=at):
        return Reader.CITY
    if access.oversees(user, at=at):
        return Reader.OVERSEER
    part = rules.assigned(user, at=at).filter(application=application).first()
    readers = {
        Part.Kind.EVALUATOR: Reader.EVALUATOR,
        Part.Kind.LEAD: Reader.LEAD,
        Part.Kind.FILE_CHECKER: Reader.CHECKER,
    }
    return readers.get(Part.Kind(part.part), Reader.COMMITTEE) if part else Reader.COMMITTEE


def visible(entries: QuerySet[Entry], reader: Reader, user: User) -> QuerySet[Entry]:
    """Those of a case's ENTRIES that USER sees as READER: what the table shows, and what they did themselves."""
    shown = [act for act, readers in SHOWN.items() if reader in readers]
    return entries.filter(Q(act__in=shown) | Q(act__in=list(SHOWN), actor=user.pk))


@dataclass(frozen=True, slots=True)
class Line:
    """One act in words: what was done, by whom (if the reader may know) in which part, when, to what, and why."""

    title: str
    at: datetime
    who: Thing | None
    part: str
    place: str
    thing: Thing | None
    why: str
    seq: int


def told(
    entries: Collection[Entry], application: Application, *, reader: Reader, user: User, at: datetime
) -> list[Line]:
    """ENTRIES of a case in words for USER, who reads it as READER, in a fixed number of queries."""
    bodies = {entry.seq: json.loads(entry.body) for entry in entries}
    steps = _steps(application, entries)
    parts = list(application.parts.select_related("person").order_by("started_at", "pk"))
    actors = {entry.actor for entry in entries if entry.actor}
    house = _house(actors)
    people = acts.found([f"sdgcities.user:{one}" for one in actors], reader=user, at=at)
    things = _things(entries, reader, user, at)
    lines = []
    for entry in entries:
        move, body = _move(entry, bodies[entry.seq]), bodies[entry.seq]
        part = next((one for one in parts if one.person_id == entry.actor), None)
        named = entry.actor is not None and _named(reader, user, part, move, house.get(entry.actor))
        step = steps.get((move, entry.at))
        lines.append(
            Line(
                title=str(TITLES[move]) if move in TITLES else acts.words(entry.act),
                at=entry.at,
                who=people.get(f"sdgcities.user:{entry.actor}") if named else None,
                part=_part(part, entry, house) if reader == Reader.OVERSEER or move not in UNNAMED else "",
                place=str(body.get("requirement") or body.get("criterion") or ""),
                thing=things.get(entry.object),
                why=step.note if step and (reader == Reader.OVERSEER or _open(reader, move)) else "",
                seq=entry.seq,
            )
        )
    return lines


def ran(part: Part, at: datetime) -> bool:
    """Whether PART ran at AT; the act that ends it is still done in it."""
    return part.started_at <= at and (part.ended_at is None or part.ended_at >= at)


def _move(entry: Entry, body: Mapping[str, object]) -> str:
    """The step that ENTRY tells of as well, or nothing."""
    return f"objection_{body['ruling']}" if entry.act == "objection.ruled" else STEP_OF.get(entry.act, "")


def _steps(application: Application, entries: Collection[Entry]) -> dict[tuple[str, datetime], Step]:
    moments = [entry.at for entry in entries]
    if not moments:
        return {}
    found = application.steps.filter(at__gte=min(moments), at__lte=max(moments))
    return {(step.move, step.at): step for step in found.order_by("id")}


def _house(actors: Iterable[object]) -> dict[object, str]:
    """Who of the ACTORS holds or held a role of the house, in words."""
    held = Membership.objects.filter(user__in=list(actors), role__in=(*roles.HOUSE_ROLES, Role.AUDITOR))
    return {one.user_id: str(one.get_role_display()) for one in held.order_by("starts_on", "pk")}


def _named(reader: Reader, user: User, part: Part | None, move: str, house: str | None) -> bool:
    """Whether READER is told the name of whoever acted in PART, or for the HOUSE (R-H3)."""
    if reader == Reader.OVERSEER or (part is not None and part.person_id == user.pk):
        return True
    if reader == Reader.CITY:
        return move not in UNNAMED and (part is None or part.part != Part.Kind.FILE_CHECKER)
    if part is None:
        return house is not None
    on_the_panel = part.part in {Part.Kind.EVALUATOR, Part.Kind.LEAD} and part.ended_at is None
    return reader == Reader.LEAD and on_the_panel


def _part(part: Part | None, entry: Entry, house: Mapping[object, str]) -> str:
    if part is not None and ran(part, entry.at):
        return str(part.get_part_display())
    return house.get(entry.actor, "")


def _open(reader: Reader, move: str) -> bool:
    return reader == Reader.CITY and move in OPEN_NOTES


def _things(entries: Collection[Entry], reader: Reader, user: User, at: datetime) -> Mapping[str, Thing]:
    """What was seen or taken, and whose part began or ended: for those who oversee alone."""
    named = [one.object for one in entries if one.object.startswith(("tracks.evidenceversion:", "certification.part:"))]
    return acts.found(named, reader=user, at=at) if reader == Reader.OVERSEER else {}
