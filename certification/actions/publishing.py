"""Noting that paper was written: the file first, then the row, once (trust.md §5)."""

from datetime import datetime

from certification.actions.telling import officials, players, tell
from certification.models import Certificate, Decision, Part, StageReport, Submission
from sdgcities import journal
from sdgcities.journal import journaled


@journaled
def receipt_written(submission: Submission, *, sha256: str, at: datetime) -> None:
    """Note the receipt's PDF; the second who comes changes nothing."""
    if Submission.objects.filter(pk=submission.pk, receipt_sha256="").update(receipt_sha256=sha256):
        told = {"application": submission.application.reference, "sha256": sha256}
        journal.record("receipt.written", submission, by=None, at=at, **told)


@journaled
def report_written(report: StageReport, *, sha256: str, size: int, at: datetime) -> None:
    """Note the report's PDF and tell the city and the panel once; the second who comes changes nothing."""
    waiting = StageReport.objects.filter(pk=report.pk, pdf_sha256="")
    if not waiting.update(pdf_sha256=sha256, pdf_size=size, written_at=at):
        return
    told = {"application": report.application.reference, "sha256": sha256, "digest": report.digest}
    journal.record("report.written", report, by=None, at=at, **told)
    people = officials(report.application.city, at=at)
    people += [] if report.draft else players(report.application, Part.Kind.LEAD)
    tell(people, "report_written", report.application, f"report:{report.pk}", report=report)


@journaled
def letter_written(decision: Decision, *, sha256: str, at: datetime) -> None:
    """Note the letter's PDF; the second who comes changes nothing."""
    if Decision.objects.filter(pk=decision.pk, letter_sha256="").update(letter_sha256=sha256):
        told = {"application": decision.application.reference, "sha256": sha256}
        journal.record("letter.written", decision, by=None, at=at, **told)


@journaled
def certificate_written(certificate: Certificate, *, sha256: str, at: datetime) -> None:
    """Note the certificate's PDF; the second who comes changes nothing."""
    if Certificate.objects.filter(pk=certificate.pk, pdf_sha256="").update(pdf_sha256=sha256):
        told = {"application": certificate.application.reference, "sha256": sha256}
        journal.record("certificate.written", certificate, by=None, at=at, **told)
