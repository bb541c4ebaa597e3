"""The acts of certification in words, for the journal's readers; what a case shows to whom stands in ``timeline``."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certification import access, timeline
from certification.flow import MOVES
from certification.models import Application, Certificate, Meeting, Part
from sdgcities import acts, journal, reading
from sdgcities.acts import Thing
from sdgcities.models import Entry, User

acts.tell(
    _("Where a case stands"),
    {
        "application.started": timeline.TITLES["start"],
        **{f"application.{move.name}": timeline.TITLES[move.name] for move in MOVES},
    },
)
acts.tell(
    _("The city's application"),
    {
        "application.scope": _("Territory described"),
        "application.mandate": _("Mandate given"),
        "answer.saved": _("Answer saved"),
        "evidence.linked": _("Evidence linked to a requirement"),
        "evidence.unlinked": _("Evidence taken off a requirement"),
        "submission.made": _("Submission frozen under its digest"),
        "receipt.written": _("Receipt printed"),
        "objection.raised": _("Objection to a member of the panel"),
        "clarification.answered": timeline.TITLES["clarified"],
        "response.handed_in": timeline.TITLES["responded"],
        "response.extended": timeline.TITLES["extended"],
    },
)
acts.tell(
    _("Screening and the people in a case"),
    {
        "mandate.verified": timeline.TITLES["mandate_verified"],
        "objection.ruled": _("Objection ruled on"),
        "part.joined": _("Part in the case begun"),
        "part.left": _("Part in the case ended"),
        "interest.declared": _("Declaration of interests signed"),
        "interest.recused": timeline.TITLES["stood-aside"],
    },
)
acts.tell(
    _("The panel and the file check"),
    {
        "finding.allocated": _("Criterion given to an evaluator"),
        "finding.saved": _("Finding saved"),
        "finding.filed": _("Finding filed"),
        "criterion.reconciled": _("Criterion reconciled"),
        "clarification.asked": _("Question asked of the city"),
        "clarification.lapsed": _("Question lapsed without an answer"),
        "report.drafted": _("Draft report frozen under its digest"),
        "report.signed": _("Stage report frozen under its digest"),
        "report.written": _("Report printed"),
        "file.checked": _("Recommendation on the file written"),
        "application.review_by_others": _("Criteria in doubt given to other evaluators"),
    },
)
acts.tell(
    _("The committee and certificates"),
    {
        "meeting.planned": _("Meeting planned"),
        "meeting.opened": _("Meeting opened"),
        "meeting.attended": _("Member present at a meeting"),
        "meeting.closed": _("Meeting closed"),
        "item.listed": _("Case listed for a meeting"),
        "item.opened": _("Item opened"),
        "item.departed": _("Finding of the committee's own recorded"),
        "item.carried": _("Item carried over to the next meeting"),
        "item.removed": _("Item taken off the agenda"),
        "vote.cast": _("Vote cast"),
        "decision.made": _("Decision recorded"),
        "letter.written": _("Letter of decision printed"),
        "certificate.issued": _("Certificate issued"),
        "certificate.written": _("Certificate printed"),
        "certificate.superseded": _("Certificate superseded by a higher level"),
        "certificate.expired": _("Certificate expired"),
    },
)
acts.tell(
    _("Standard, bodies and seats"),
    {
        "standard.published": _("Standard published"),
        "mechanism.made": _("Mechanism made"),
        "panel.made": _("Panel made"),
        "committee.made": _("Committee made"),
        "seat.made": _("Seat given"),
        "seat.sent": _("Organisation behind a seat recorded"),
        "seat.ended": _("Seat ended"),
    },
)
acts.name(
    {
        "certification.application": _("Case"),
        "certification.answer": _("Answer"),
        "certification.evidencelink": _("Evidence"),
        "certification.submission": _("Submission"),
        "certification.objection": _("Objection"),
        "certification.clarification": _("Question"),
        "certification.response": _("Response"),
        "certification.part": _("Part"),
        "certification.declaration": _("Declaration"),
        "certification.recusal": _("Standing aside"),
        "certification.finding": _("Finding"),
        "certification.reconciliation": _("Reconciliation"),
        "certification.stagereport": _("Report"),
        "certification.filecheck": _("File check"),
        "certification.meeting": _("Meeting"),
        "certification.attendance": _("Attendance"),
        "certification.agendaitem": _("Item"),
        "certification.vote": _("Vote"),
        "certification.committeefinding": _("Finding"),
        "certification.decision": _("Decision"),
        "certification.certificate": _("Certificate"),
        "certification.standard": _("Standard"),
        "certification.mechanism": _("Mechanism"),
        "certification.panel": _("Panel"),
        "certification.committee": _("Committee"),
        "certification.seat": _("Seat"),
    }
)


def entries_of(application: Application) -> QuerySet[Entry]:
    """All entries of a case: of its own row, and those whose body names its reference."""
    return reading.of_case(application.reference, journal.name_of(application))


@acts.tells_about
def about(text: str) -> QuerySet[Entry] | None:
    """The entries of the case, certificate or meeting whose reference TEXT is."""
    reference = text.strip().upper()
    application = Application.objects.filter(reference=reference).first()
    if application is not None:
        return entries_of(application)
    others: tuple[QuerySet[Certificate] | QuerySet[Meeting], ...] = (
        Certificate.objects.filter(reference=reference),
        Meeting.objects.filter(reference=reference),
    )
    row = next((found for rows in others if (found := rows.first()) is not None), None)
    return journal.of(row) if row is not None else None


@acts.finds("case")
def cases(keys: Collection[str], reader: User, at: datetime) -> dict[str, Thing]:
    """Cases by their references, with the page of what has happened in them where READER may open it."""
    opened = access.applications_for(reader, at=at).filter(reference__in=keys).values_list("reference", flat=True)
    return {one: Thing(one, reverse("case-timeline", args=[one])) for one in opened}


@acts.finds("certification.application")
def applications(keys: Collection[str], reader: User, at: datetime) -> dict[str, Thing]:
    """Cases by their own rows."""
    rows = Application.objects.filter(pk__in=keys).values_list("pk", "reference")
    opened = set(access.applications_for(reader, at=at).filter(pk__in=keys).values_list("pk", flat=True))
    return {
        str(pk): Thing(reference, reverse("case-timeline", args=[reference]) if pk in opened else "")
        for pk, reference in rows
    }


@acts.finds("certification.certificate")
def certificates(keys: Collection[str], reader: User, at: datetime) -> dict[str, Thing]:
    """Certificates by their references, with their pages in the register."""
    rows = access.certificates().filter(pk__in=keys).values_list("pk", "reference")
    return {str(pk): Thing(reference, reverse("register-certificate", args=[reference])) for pk, reference in rows}


@acts.finds("certification.meeting")
def meetings(keys: Collection[str], reader: User, at: datetime) -> dict[str, Thing]:
    """Meetings by their references, with their pages where READER may open them."""
    rows = access.meetings_for(reader, at=at).filter(pk__in=keys).values_list("pk", "reference")
    return {str(pk): Thing(reference, reverse("committee-meeting", args=[reference])) for pk, reference in rows}


@acts.finds("certification.part")
def parts_held(keys: Collection[str], reader: User, at: datetime) -> dict[str, Thing]:
    """Parts by what they are and who holds them."""
    rows = Part.objects.filter(pk__in=keys).select_related("person")
    return {str(one.pk): Thing(f"{one.get_part_display()} · {one.person}") for one in rows}


@acts.tells_parts
def parts(entries: Collection[Entry]) -> dict[int, str]:
    """The part that people had in the case, by the number of each entry that is of one."""
    of: dict[int, str] = {}
    for entry in entries:
        told = reading.case_named(entry)
        label, _colon, key = entry.object.partition(":")
        if told or label == "certification.application":
            of[entry.seq] = told or key
    actors = {entry.actor for entry in entries if entry.seq in of and entry.actor}
    known = Q(application__reference__in=[one for one in of.values() if one.startswith("SDGC-")])
    known |= Q(application__in=[one for one in of.values() if not one.startswith("SDGC-")])
    held = Part.objects.filter(known, person__in=actors).select_related("application")
    kinds = {(key, one.person_id): one for one in held for key in (one.application.reference, str(one.application_id))}
    found = {entry.seq: kinds.get((of[entry.seq], entry.actor)) for entry in entries if entry.actor and entry.seq in of}
    return {
        entry.seq: str(part.get_part_display())
        for entry in entries
        if (part := found.get(entry.seq)) is not None and timeline.ran(part, entry.at)
    }
