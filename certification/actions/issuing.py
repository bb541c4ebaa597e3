"""Certificates: issued by code from a grant alone, superseded by a higher level, expired by the clock (part E)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from certification import rules, snapshots
from certification.models import Application, Certificate, CertificateEvent, Decision
from certification.policy import policy_of
from sdgcities import canonical, journal, names
from sdgcities.deadlines import last_instant
from sdgcities.jobs import later
from sdgcities.journal import journaled
from sdgcities.models import User
from sdgcities.references import next_reference


@journaled
def issue(decision: Decision, *, by: User | None, at: datetime) -> Certificate:
    """Issue the certificate of DECISION, once; lower levels of the city are superseded with it (R-E1, R-E2, R-E3)."""
    rules.comes_from_grant(decision)
    application = Application.objects.hold(decision.application_id)
    known = Certificate.objects.filter(decision=decision).first()
    if known is not None:
        return known
    _expire_former(application, by=by, at=at)
    reference, expires_at = next_reference("CERT", at=at), expiry(application, at)
    rules.certificate_expires(at, expires_at)
    document = snapshots.certificate(decision, reference=reference, effective_at=at, expires_at=expires_at, at=at)
    rules.certificate_is_whole(document)
    text = canonical.text(document)
    certificate = Certificate.objects.create(
        reference=reference,
        decision=decision,
        application=application,
        city=application.city,
        mechanism=application.mechanism,
        stage=application.stage,
        level=document["level"],
        holder=document["holder"],
        name_key=names.key(document["holder"])[:400],
        granted_at=decision.decided_at,
        effective_at=at,
        expires_at=expires_at,
        text=text,
        digest=canonical.digest(text),
    )
    _tell(certificate, Certificate.Status.ACTIVE, gettext_noop("Granted"), at=at)
    told = {"application": application.reference, "reference": reference, "digest": certificate.digest}
    journal.record("certificate.issued", certificate, by=by, at=at, **told)
    _supersede_lower(certificate, by=by, at=at)
    later(
        "certification.write_certificate",
        key=f"certificate:{certificate.pk}",
        about=application.reference,
        certificate_id=certificate.pk,
    )
    return certificate


def expiry(application: Application, at: datetime) -> datetime:
    """The last instant, where the city is, of the day the policy's years after AT (R-E3)."""
    zone = application.city.time_zone
    day = at.astimezone(ZoneInfo(zone)).date()
    year = day.year + policy_of(application.mechanism.policy).validity_years
    leap = day.month == 2 and day.day == 29  # noqa: PLR2004 - the day that not every year has
    return last_instant(at, days=(day.replace(year=year, day=28 if leap else day.day) - day).days, zone=zone)


def _expire_former(application: Application, *, by: User | None, at: datetime) -> None:
    """Let the city's former certificate of this level expire if its time is over and the timer has not come by yet."""
    former = Certificate.objects.filter(
        city=application.city_id, stage=application.stage, status=Certificate.Status.ACTIVE, expires_at__lt=at
    )
    for one in former.order_by("reference"):
        expire(one, by=by, at=at)


def _supersede_lower(certificate: Certificate, *, by: User | None, at: datetime) -> None:
    stages = [stage.key for stage in certificate.application.standard.content.stages]
    lower = Certificate.objects.held().filter(
        city=certificate.city_id,
        stage__in=stages[: stages.index(certificate.stage)],
        status=Certificate.Status.ACTIVE,
    )
    for held in lower.order_by("reference"):
        _change(held, Certificate.Status.SUPERSEDED, gettext_noop("Superseded by a higher level"), by=by, at=at)


@journaled
def expire(certificate: Certificate, *, by: User | None, at: datetime) -> None:
    """Let CERTIFICATE expire, neutrally, when its time is over; asked again, nothing happens (R-E3)."""
    held = Certificate.objects.hold(certificate.pk)
    if held.status == Certificate.Status.ACTIVE and held.expires_at < at:
        _change(held, Certificate.Status.EXPIRED, gettext_noop("The validity period ended"), by=by, at=at)


def expire_due(*, at: datetime) -> int:
    """Let every certificate expire whose time is over; for the timer. Gives how many did."""
    due = list(Certificate.objects.filter(status=Certificate.Status.ACTIVE, expires_at__lt=at).order_by("reference"))
    for certificate in due:
        expire(certificate, by=None, at=at)
    return len(due)


def _change(held: Certificate, status: Certificate.Status, note: str, *, by: User | None, at: datetime) -> None:
    held.status = status
    held.save(update_fields=["status"])
    _tell(held, status, note, at=at)
    told = {"application": held.application.reference, "reference": held.reference}
    journal.record(f"certificate.{status.value}", held, by=by, at=at, **told)


def _tell(certificate: Certificate, status: Certificate.Status, note: str, *, at: datetime) -> None:
    CertificateEvent.objects.create(certificate=certificate, status=status, at=at, note=note)
