"""The public register for programs: open to everyone, searched as its page is, never ranked (R-A5, R-E7)."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from certification import access, rules, search
from certification.api.standards import level_of
from certification.models import Certificate
from sdgcities.api import asking
from sdgcities.api.about import Open
from sdgcities.api.asking import Parameter, link
from sdgcities.api.doors import PUBLIC, Collection, Document, Row, Thing, one_of
from sdgcities.canonical import moment

PLACE = {"reference": ("^CERT-[0-9]{4}-[0-9]{5,}$", "CERT-2026-00001")}
COLUMNS = (
    "reference", "holder", "city__slug", "city__country_id", "mechanism__key", "stage", "level", "status",
    "granted_at", "effective_at", "expires_at", "digest",
)  # fmt: skip
EXAMPLE = {
    "id": "CERT-2026-00001",
    "holder": "Los Angeles",
    "city": "los-angeles",
    "country": "USA",
    "mechanism": "global",
    "stage": "A",
    "level": "silver",
    "status": "active",
    "granted_at": "2026-09-20T10:00:00Z",
    "effective_at": "2026-09-20T10:00:00Z",
    "expires_at": "2029-09-20T22:59:59Z",
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "document": "https://sdgcities.example/api/v1/register/CERT-2026-00001/document/",
    "page": "https://sdgcities.example/register/CERT-2026-00001/",
    "pdf": "https://sdgcities.example/register/CERT-2026-00001.pdf",
}


class EntrySerializer(serializers.Serializer[Any]):
    """A certificate in the register: the recognition of a milestone, not a rating of the city."""

    id = serializers.CharField(help_text="The certificate's reference, which is never used again.")
    holder = serializers.CharField(required=False, help_text="Who holds it, as it was issued.")
    city = serializers.CharField(required=False, help_text="The id of the city.")
    country = serializers.CharField(required=False, help_text="The city's country, ISO 3166-1 alpha-3.")
    mechanism = serializers.CharField(required=False, help_text="Whose committee decided: global, or a national one.")
    stage = serializers.CharField(required=False, help_text="The id of the stage.")
    level = serializers.CharField(required=False, help_text="The level, such as silver; it includes the lower ones.")
    status = serializers.ChoiceField(
        Certificate.Status.values, required=False, help_text="Where it stands now; over is over (R-E3)."
    )
    granted_at = serializers.DateTimeField(required=False, help_text="When the committee decided.")
    effective_at = serializers.DateTimeField(required=False, help_text="From when it is valid.")
    expires_at = serializers.DateTimeField(required=False, help_text="Until when it is valid.")
    digest = serializers.CharField(required=False, help_text="SHA-256 of the document, in hex.")
    document = serializers.URLField(required=False, help_text="The document as issued.")
    page = serializers.URLField(required=False, help_text="The page for people.")
    pdf = serializers.URLField(required=False, help_text="The paper.")


class EventSerializer(serializers.Serializer[Any]):
    """A line of a certificate's history."""

    status = serializers.CharField(help_text="What it became.")
    at = serializers.DateTimeField(help_text="When.")
    note = serializers.CharField(allow_blank=True, help_text="Why, if it was said.")


class WholeEntrySerializer(EntrySerializer):
    """A certificate in the register with its history."""

    history = EventSerializer(
        many=True, required=False, help_text="What became of it, oldest first; nothing is deleted."
    )


def entry(at: datetime, *columns: Any) -> Row:
    """A certificate's members from its columns, as it stands at AT."""
    reference, holder, city, country, mechanism, stage, level, status, granted, effective, expires, digest = columns
    return {
        "id": reference,
        "holder": holder,
        "city": city,
        "country": country,
        "mechanism": mechanism,
        "stage": stage,
        "level": level,
        "status": search.status_of(status, expires, at).value,
        "granted_at": moment(granted),
        "effective_at": moment(effective),
        "expires_at": moment(expires),
        "digest": digest,
        "document": link("register", reference, "document"),
        "page": asking.address(f"/register/{reference}/"),
        "pdf": asking.address(f"/register/{reference}.pdf"),
    }


class Entries(Open, Collection):
    """Every certificate ever issued, searched as on the register's page. Anyone may read it, without signing in."""

    shape = EntrySerializer
    caching = PUBLIC
    tag, operation, summary, example = "register", "listRegister", "The public register", EXAMPLE
    columns = COLUMNS
    orders = search.ORDERS
    refuses = staticmethod(rules.sorts_by_no_score)

    @classmethod
    def filters(cls) -> list[Parameter]:
        """As on the page, and by the day of the grant."""
        return [
            asking.text("q", "Words in the name of the holder or the city, in any of its languages.", "angeles"),
            level_of(),
            asking.country("Those of cities of one country, ISO 3166-1 alpha-3."),
            asking.choice("status", "Those that stand like this now.", Certificate.Status.values, "active"),
            asking.since("Those granted on that day or later (UTC)."),
        ]

    def rows(self, **named: Any) -> "QuerySet[Any, Any]":
        """Those that were asked for."""
        asked = self.asked
        rows = search.found(access.certificates(), asked.get("q", ""), asked.get("level", ""), asked.get("country", ""))
        rows = search.standing(rows, asked.get("status", ""), self.at)
        return rows.filter(granted_at__gte=asked["since"]) if "since" in asked else rows

    def row(self, *columns: Any) -> Row:
        """One entry."""
        return entry(self.at, *columns)


class Entry(Open, Thing):
    """One certificate with its history."""

    shape = WholeEntrySerializer
    caching = PUBLIC
    tag, operation, summary = "register", "readRegister", "One certificate of the register"
    example = {**EXAMPLE, "history": [{"status": "active", "at": "2026-09-20T10:00:00Z", "note": ""}]}
    places = PLACE

    def find(self, **named: Any) -> Row:
        """The one of that reference."""
        rows = access.certificates().filter(reference=named["reference"])
        told = entry(self.at, *one_of(rows, COLUMNS))
        history = access.certificate(named["reference"]).history.order_by("at", "pk")
        events = [{"status": one.status, "at": moment(one.at), "note": one.note} for one in history]
        return {**told, "history": events}


class EntryDocument(Open, Document):
    """The certificate as it was issued: one RFC 8785 text, whose SHA-256 is the digest in the register."""

    shape = EntrySerializer
    caching = PUBLIC
    tag, operation, summary = "register", "readRegisterDocument", "A certificate's document as issued"
    example = {"kind": "certificate", "id": "CERT-2026-00001", "level": "silver"}
    places = PLACE

    def text(self, **named: Any) -> str:
        """The text."""
        return access.certificate(named["reference"]).text
