"""Taking part in a case and leaving it (R-B1, R-B10, R-D7, R-H4)."""

from datetime import datetime

from certification import rules
from certification.models import Application, Declaration, Objection, Part
from sdgcities import access as permissions
from sdgcities import journal, roles
from sdgcities.journal import journaled
from sdgcities.models import City, User


@journaled
def join(application: Application, person: User, kind: Part.Kind, *, by: User, at: datetime) -> Part:
    """Give PERSON a part in the case and the right to open it; the same part again is no news."""
    held = Application.objects.hold(application.pk)
    rules.secretariat_stays_out(person, kind, at=at)
    rules.part_is_free(person, held, kind)
    rules.not_recused(person, held)
    rules.others_review(person, held)
    part, new = Part.objects.get_or_create(application=held, person=person, defaults={"part": kind, "started_at": at})
    if not new and part.ended_at is not None:
        part.ended_at, part.ended_because = None, ""
        part.save(update_fields=["ended_at", "ended_because"])
    permissions.grant(person, "read_case", held)
    journal.record("part.joined", part, by=by, at=at, application=held.reference, part=part.part, person=str(person.pk))
    return part


def membership_is_free(person: User, role: str, *, city: City | None, at: datetime) -> None:
    """Say, when the ground floor asks by name, whether PERSON may come to work for CITY; or refuse (R-B1)."""
    if city is not None and role in roles.CITY_ROLES:
        rules.city_is_free(person, city)


@journaled
def leave_all(person: User, *, by: User, at: datetime) -> None:
    """End, when the ground floor says by name that PERSON's account is closed, their part in every case (R-H4)."""
    running = Part.objects.select_for_update(of=("self",)).filter(person=person, ended_at__isnull=True)
    for part in running.select_related("application").order_by("pk"):
        leave(part, because="closed", by=by, at=at)


@journaled
def leave(part: Part, *, because: str, by: User | None, at: datetime) -> None:
    """End PART; access ends with it, at once (R-H4)."""
    part.ended_at, part.ended_because = at, because
    part.save(update_fields=["ended_at", "ended_because"])
    permissions.revoke(part.person, "read_case", part.application)
    journal.record("part.left", part, by=by, at=at, application=part.application.reference, because=because)


def forget_words(person: User) -> None:
    """Empty, when the ground floor erases PERSON's data, what was written about the person and not about a case (R-H2).

    That are the reasons of ties they declared and the words of objections to them; that there was one, and how it was
    ruled, stays.
    """
    Declaration.objects.filter(person=person).update(explanation="")
    Objection.objects.filter(person=person).update(reasons="", answer="")
