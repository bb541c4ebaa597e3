"""The papers of a case as those who wait for them know them: which job writes each, under which key, where it is fetched."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certification.models import Certificate, Decision, StageReport, Submission
from sdgcities.following import Paper


def receipt(submission: Submission, reference: str) -> Paper:
    """The receipt of SUBMISSION to the application of REFERENCE."""
    return Paper(
        title=_("Receipt"),
        job="certification.write_receipt",
        key=f"receipt:{submission.pk}",
        address=reverse("city-receipt-pdf", args=[reference, submission.number]),
        file_name=f"{reference}-receipt-{submission.number}.pdf",
        sha256=submission.receipt_sha256,
    )


def report(report: StageReport, reference: str) -> Paper:
    """The stage report REPORT, draft or signed, of the application of REFERENCE."""
    draft = "-draft" if report.draft else ""
    return Paper(
        title=_("Draft report") if report.draft else _("Stage report"),
        job="certification.write_report",
        key=f"report:{report.pk}:v{report.version}",
        address=reverse(f"report{draft}-pdf", args=[reference, report.version]),
        file_name=f"{reference}-report-{report.version}{draft}.pdf",
        sha256=report.pdf_sha256,
    )


def letter(decision: Decision) -> Paper:
    """The letter that tells DECISION."""
    return Paper(
        title=_("Letter of decision"),
        job="certification.write_letter",
        key=f"letter:{decision.pk}",
        address=reverse("decision-letter", args=[decision.reference]),
        file_name=f"{decision.reference}.pdf",
        sha256=decision.letter_sha256,
    )


def certificate(certificate: Certificate) -> Paper:
    """CERTIFICATE on paper."""
    return Paper(
        title=_("Certificate"),
        job="certification.write_certificate",
        key=f"certificate:{certificate.pk}",
        address=reverse("register-pdf", args=[certificate.reference]),
        file_name=f"{certificate.reference}.pdf",
        sha256=certificate.pdf_sha256,
    )
