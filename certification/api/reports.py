"""Stage reports and one's own certificates for programs: those that the pages show to a person."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from rest_framework import serializers

from certification import access, rules, search
from certification.api.register import COLUMNS as CERTIFICATE
from certification.api.register import EXAMPLE as CERTIFICATE_EXAMPLE
from certification.api.register import EntrySerializer, entry
from certification.api.standards import level_of
from certification.models import Certificate
from sdgcities.api import asking
from sdgcities.api.asking import Parameter, address, link
from sdgcities.api.doors import Collection, Document, Row, Thing, one_of
from sdgcities.canonical import moment

APPLICATION = "SDGC-[0-9]{4}-[0-9]{5,}"
PLACE = {"report": (f"^{APPLICATION}-report-[1-9][0-9]{{0,3}}(-draft)?$", "SDGC-2026-00042-report-1")}
COLUMNS = (
    "application__reference", "version", "draft", "digest", "frozen_at", "pdf_sha256", "application__stage",
    "application__city__slug", "application__city__country_id",
)  # fmt: skip
EXAMPLE = {
    "id": "SDGC-2026-00042-report-1",
    "application": "SDGC-2026-00042",
    "version": 1,
    "draft": False,
    "city": "los-angeles",
    "country": "USA",
    "stage": "A",
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "frozen_at": "2026-10-01T09:00:00Z",
    "document": "https://sdgcities.example/api/v1/reports/SDGC-2026-00042-report-1/document/",
    "page": "https://sdgcities.example/case/SDGC-2026-00042/reports/1/",
    "pdf": "https://sdgcities.example/case/SDGC-2026-00042/reports/1/pdf/",
}


class ReportSerializer(serializers.Serializer[Any]):
    """For each criterion whether it is met and why, and what would close each gap; frozen when signed (R-C8)."""

    id = serializers.CharField(help_text="The application's reference and the version; a draft says so.")
    application = serializers.CharField(required=False, help_text="The id of the application.")
    version = serializers.IntegerField(required=False, help_text="The version.")
    draft = serializers.BooleanField(required=False, help_text="Whether it is the draft that the city responds to.")
    city = serializers.CharField(required=False, help_text="The id of the city.")
    country = serializers.CharField(required=False, help_text="The city's country, ISO 3166-1 alpha-3.")
    stage = serializers.CharField(required=False, help_text="The id of the stage.")
    digest = serializers.CharField(required=False, help_text="SHA-256 of the document, in hex.")
    frozen_at = serializers.DateTimeField(required=False, help_text="When it was written or signed.")
    document = serializers.URLField(required=False, help_text="The report as it was frozen.")
    page = serializers.URLField(required=False, help_text="The report for a person who is signed in on the pages.")
    pdf = serializers.URLField(
        required=False, allow_null=True, help_text="The paper, for the same; null until it is printed."
    )


def _told(*columns: Any) -> Row:
    reference, version, draft, digest, frozen_at, printed, stage, city, country = columns
    key = f"{reference}-report-{version}{'-draft' if draft else ''}"
    page = reverse(f"report-{'draft-' if draft else ''}html", args=[reference, version])
    return {
        "id": key,
        "application": reference,
        "version": version,
        "draft": draft,
        "city": city,
        "country": country,
        "stage": stage,
        "digest": digest,
        "frozen_at": moment(frozen_at),
        "document": link("reports", key, "document"),
        "page": address(page),
        "pdf": address(f"{page}pdf/") if printed else None,
    }


class Reports(Collection):
    """The stage reports you may read: the city and the lead drafts too, judges who declared and overseers signed ones."""

    shape = ReportSerializer
    tag, operation, summary, example = "reports", "listReports", "The stage reports you may read", EXAMPLE
    columns = COLUMNS
    orders = {"date": ("-frozen_at", "application__reference", "version", "draft")}
    refuses = staticmethod(rules.sorts_by_no_score)

    @classmethod
    def filters(cls) -> list[Parameter]:
        """By case, country and day."""
        return [
            asking.key("application", "Those of one application.", APPLICATION, "SDGC-2026-00042"),
            asking.choice("draft", "Drafts alone, or signed ones alone.", ["true", "false"], "false"),
            asking.country("Those of cities of one country, ISO 3166-1 alpha-3."),
            asking.since("Those of that day or later (UTC)."),
        ]

    def rows(self, **named: Any) -> "QuerySet[Any, Any]":
        """Those that were asked for."""
        columns = {
            "application": "application__reference",
            "country": "application__city__country",
            "since": "frozen_at__gte",
        }
        narrowed = {column: self.asked[name] for name, column in columns.items() if name in self.asked}
        if "draft" in self.asked:
            narrowed["draft"] = self.asked["draft"] == "true"
        return access.all_reports_for(self.person, at=self.at).filter(**narrowed)

    def row(self, *columns: Any) -> Row:
        """One report."""
        return _told(*columns)


def _named(key: str) -> dict[str, Any]:
    """What the id of a report says, or 404."""
    draft = key.endswith("-draft")
    reference, sign, number = key.removesuffix("-draft").rpartition("-report-")
    if not sign or not number.isdecimal() or len(number) > len("9999") or str(int(number)) != number:
        raise Http404
    return {"application__reference": reference, "version": int(number), "draft": draft}


class OneReport(Thing):
    """One stage report, if you may read it. The report itself is its `document`."""

    shape = ReportSerializer
    tag, operation, summary, example = "reports", "readReport", "One stage report", EXAMPLE
    places = PLACE

    def find(self, **named: Any) -> Row:
        """The one of that id."""
        rows = access.all_reports_for(self.person, at=self.at).filter(**_named(named["report"]))
        return _told(*one_of(rows, COLUMNS))


class ReportDocument(Document):
    """The report as it was frozen: one RFC 8785 text, whose SHA-256 is its digest."""

    shape = ReportSerializer
    tag, operation, summary = "reports", "readReportDocument", "A stage report as it was frozen"
    example = {"kind": "stage-report", "application": "SDGC-2026-00042", "version": 1, "criteria": []}
    places = PLACE

    def text(self, **named: Any) -> str:
        """The text."""
        rows = access.all_reports_for(self.person, at=self.at).filter(**_named(named["report"]))
        return str(one_of(rows, ["text"])[0])


# --- certificates of one's own cases


class CertificateSerializer(EntrySerializer):
    """A certificate with the case it comes from."""

    application = serializers.CharField(required=False, help_text="The id of the application.")
    decision = serializers.CharField(required=False, help_text="The reference of the committee's decision.")


OWN = (*CERTIFICATE, "application__reference", "decision__reference")
OWN_EXAMPLE = {**CERTIFICATE_EXAMPLE, "application": "SDGC-2026-00042", "decision": "DEC-2026-00007"}


class Certificates(Collection):
    """The certificates of the cases that you may open. The register has all of them, for everyone."""

    shape = CertificateSerializer
    tag, operation, summary, example = "certificates", "listCertificates", "Certificates of your cases", OWN_EXAMPLE
    columns = OWN
    orders = search.ORDERS
    refuses = staticmethod(rules.sorts_by_no_score)

    @classmethod
    def filters(cls) -> list[Parameter]:
        """By case, level, place, status and day."""
        return [
            asking.key("application", "Those of one application.", APPLICATION, "SDGC-2026-00042"),
            level_of(),
            asking.country("Those of cities of one country, ISO 3166-1 alpha-3."),
            asking.choice("status", "Those that stand like this now.", Certificate.Status.values, "active"),
            asking.since("Those granted on that day or later (UTC)."),
        ]

    def rows(self, **named: Any) -> "QuerySet[Any, Any]":
        """Those that were asked for."""
        asked = self.asked
        columns = {"application": "application__reference", "since": "granted_at__gte"}
        narrowed = {column: asked[name] for name, column in columns.items() if name in asked}
        rows = access.certificates_for(self.person, at=self.at).filter(**narrowed)
        rows = search.found(rows, "", asked.get("level", ""), asked.get("country", ""))
        return search.standing(rows, asked.get("status", ""), self.at)

    def row(self, *columns: Any) -> Row:
        """One certificate."""
        *certificate, application, decision = columns
        return {**entry(self.at, *certificate), "application": application, "decision": decision}


class OneCertificate(Thing):
    """One certificate of a case that you may open."""

    shape = CertificateSerializer
    tag, operation, summary, example = "certificates", "readCertificate", "One certificate of your cases", OWN_EXAMPLE
    places = {"reference": ("^CERT-[0-9]{4}-[0-9]{5,}$", "CERT-2026-00001")}

    def find(self, **named: Any) -> Row:
        """The one of that reference."""
        rows = access.certificates_for(self.person, at=self.at).filter(reference=named["reference"])
        *certificate, application, decision = one_of(rows, OWN)
        return {**entry(self.at, *certificate), "application": application, "decision": decision}
