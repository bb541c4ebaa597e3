"""Certificates in the register: one granted by the committee, and further rows like it."""

from datetime import timedelta

from certification.models import Certificate, CertificateEvent, Decision
from sdgcities import names
from tests.certification import deciding_world as case
from tests.certification import factories


def granted(w=None, **told):
    w = case.voted(w, **told)
    case.close(w)
    return Certificate.objects.get(application=w.application)


def another(certificate, number, name):
    """A further row of the register: the list is under test, not the way there."""
    place = factories.city(name, of=factories.country("DEU", "DE", "Germany"))
    old = certificate.decision.item
    meeting = old.meeting
    meeting.pk, meeting.reference = None, f"MEET-{number}"
    meeting._state.adding = True
    meeting.save()
    item = type(old).objects.create(meeting=meeting, application=old.application, report=old.report, state="closed")
    decision = Decision.objects.create(
        reference=f"DEC-{number}",
        item=item,
        application=old.application,
        kind="grant",
        reasons="As the report says.",
        text="{}",
        digest="0" * 64,
        decided_at=certificate.granted_at,
    )
    fresh = Certificate.objects.get(pk=certificate.pk)
    fresh.pk, fresh.reference, fresh.decision, fresh.city = None, f"CERT-{number}", decision, place
    fresh.holder, fresh.name_key = name, names.key(name)
    fresh._state.adding = True
    fresh.save()
    CertificateEvent.objects.create(certificate=fresh, status="active", at=fresh.granted_at)
    return fresh


def certificates(*holders):
    """A certificate for each name, each granted a day after the one before."""
    known = Certificate.objects.order_by("granted_at").last()
    made = []
    for holder in holders:
        if known is None:
            known = granted(city=factories.city(holder))
            fresh = known
        else:
            number = Certificate.objects.count() + 1
            fresh = another(known, f"2026-{number:05d}", holder)
            fresh.granted_at = known.granted_at + timedelta(days=number)
            fresh.save(update_fields=["granted_at"])
        made.append(fresh)
    return made
