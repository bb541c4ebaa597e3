"""The job that prints a stage report, from its row in the queue to the file noted in the case; beside bare WeasyPrint."""

from collections.abc import Callable
from io import BytesIO
from itertools import count

import measure

PAIRS = 12
GAPS = ("A1.2", "A2.3", "A3.3")


def reported() -> object:
    """A signed report of the first stage, with evidence for every requirement and three gaps."""
    from tests.certification import report_world

    return report_world.reported(
        report_world.judged(report_world.in_review(report_world.submitted(report_world.world())), gaps=GAPS)
    )


def job(report: object) -> Callable[[], object]:
    """The whole job, as a worker does it: asked for, claimed, printed, kept, noted, and the people told."""
    from django.db import transaction

    from certification.models import StageReport
    from sdgcities import jobs

    rows, numbers = StageReport.objects.filter(pk=report.pk), count()

    def done() -> None:
        rows.update(pdf_sha256="", pdf_size=0)
        with transaction.atomic():
            asked = jobs.later("certification.write_report", key=f"bench:{next(numbers)}", report_id=report.pk)
        jobs.run(asked.pk)
        measure.must(rows.get().pdf_sha256, "the job wrote no report")

    return done


def bare(page: str, digest: str) -> Callable[[], bytes]:
    """The reference: the finished HTML through WeasyPrint, with the same style, fonts and kind of PDF."""
    from django.conf import settings
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    folder = settings.BASE_DIR / "static" / "css"
    style = CSS(folder / "paper.css", font_config=fonts)

    def printed() -> bytes:
        target = BytesIO()
        HTML(string=page, base_url=folder.as_uri() + "/").write_pdf(
            target,
            stylesheets=[style],
            font_config=fonts,
            pdf_variant="pdf/ua-1",
            pdf_identifier=bytes.fromhex(digest)[:16],
            pdf_tags=True,
        )
        return target.getvalue()

    return printed


def page_of(report: object) -> str:
    """The finished HTML of REPORT, as the job gives it to the printer."""
    from certification import reports
    from sdgcities import paper

    given: list[str] = []
    printer = paper.printed

    def note(page: str, *, digest: str) -> bytes:
        given.append(page)
        return printer(page, digest=digest)

    paper.printed = note
    try:
        reports.stage_report(report.text)
    finally:
        paper.printed = printer
    return given[0]


def stage_report() -> None:
    """The whole job beside the bare printing of what it prints; both give the same bytes."""
    with measure.database():
        from certification.models import StageReport
        from sdgcities import storage

        report = reported()
        measure.settle()
        ours, reference = job(report), bare(page_of(report), report.digest)
        ours()
        kept = StageReport.objects.get(pk=report.pk).pdf_sha256
        with storage.open_kept(kept) as file:
            measure.must(file.read() == reference(), "the two sides print different bytes")
        found = measure.pairs(ours, reference, times=PAIRS)
    measure.tell("stage_report", found, aim=1.3, note="layout is nearly all of it")


if __name__ == "__main__":
    stage_report()
