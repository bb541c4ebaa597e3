"""Work done later for certification: each job makes one paper from one stored text, and may run twice unharmed."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certification import reports
from certification.actions import issuing, publishing, reconciling
from certification.models import Certificate, Decision, StageReport, Submission
from sdgcities import storage
from sdgcities.jobs import job, progress


@job("certification.write_receipt", _("Print a receipt"))
def write_receipt(*, submission_id: str, **_more: object) -> None:
    """Print the receipt of a submission."""
    submission = Submission.objects.get(pk=submission_id)
    if not submission.receipt_sha256:
        kept = storage.keep(reports.receipt(submission.text))
        publishing.receipt_written(submission, sha256=kept.sha256, at=timezone.now())


@job("certification.write_report", _("Print a stage report"))
def write_report(*, report_id: str, **_more: object) -> None:
    """Print a stage report, draft or signed."""
    report = StageReport.objects.select_related("application__city").get(pk=report_id)
    if not report.pdf_sha256:
        progress(10)
        kept = storage.keep(reports.stage_report(report.text))
        progress(90)
        publishing.report_written(report, sha256=kept.sha256, size=kept.size, at=timezone.now())


@job("certification.write_letter", _("Print a letter of decision"))
def write_letter(*, decision_id: str, **_more: object) -> None:
    """Print the letter of a decision."""
    decision = Decision.objects.get(pk=decision_id)
    if not decision.letter_sha256:
        kept = storage.keep(reports.letter(decision.text))
        publishing.letter_written(decision, sha256=kept.sha256, at=timezone.now())


@job("certification.write_certificate", _("Print a certificate"))
def write_certificate(*, certificate_id: str, **_more: object) -> None:
    """Print a certificate."""
    certificate = Certificate.objects.get(pk=certificate_id)
    if not certificate.pdf_sha256:
        kept = storage.keep(reports.certificate(certificate.text))
        publishing.certificate_written(certificate, sha256=kept.sha256, at=timezone.now())


@job("certification.expire_certificates", _("Let certificates expire whose time is over"))
def expire_certificates(**_more: object) -> None:
    """Let certificates expire whose time is over (R-E3)."""
    issuing.expire_due(at=timezone.now())


@job("certification.lapse_clarifications", _("Let questions lapse whose time is over"))
def lapse_clarifications(**_more: object) -> None:
    """Let questions lapse whose time is over without an answer."""
    reconciling.lapse_overdue(at=timezone.now())
