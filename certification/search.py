"""What is found in the public register, in which order, and where a certificate stands: asked by its page and by programs."""

from datetime import datetime

from django.db.models import Q, QuerySet

from certification.models import Certificate
from sdgcities import names

ORDERS = {
    "name": ("name_key", "reference"),
    "country": ("city__country_id", "name_key", "reference"),
    "date": ("-granted_at", "reference"),
}


def found(rows: QuerySet[Certificate], text: str, level: str, country: str) -> QuerySet[Certificate]:
    """Keep the certificates whose holder or city bears TEXT in its name, or that bear it as reference, of that LEVEL and
    COUNTRY; empty keeps all.
    """
    if wanted := names.sought(text):
        named = Q(name_key__contains=wanted) | Q(city__name_key__contains=wanted)
        rows = rows.filter(named | Q(reference=text.strip().upper()[:30]))
    if level:
        rows = rows.filter(level=level)
    return rows.filter(city__country=country) if country else rows


def standing(rows: QuerySet[Certificate], status: str, at: datetime) -> QuerySet[Certificate]:
    """Keep the certificates of that STATUS at AT; any other word keeps all."""
    over = Q(status=Certificate.Status.ACTIVE, expires_at__lt=at)
    if status == Certificate.Status.EXPIRED:
        return rows.filter(Q(status=status) | over)
    if status in Certificate.Status.values:
        return rows.filter(status=status).exclude(over)
    return rows


def status_of(status: str, expires_at: datetime, at: datetime) -> Certificate.Status:
    """The status at AT: over is over, also before the timer has written it down (R-E3)."""
    over = status == Certificate.Status.ACTIVE and expires_at < at
    return Certificate.Status.EXPIRED if over else Certificate.Status(status)
