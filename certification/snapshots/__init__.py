"""Documents made from rows once and never again: submission, report, decision, certificate (decided.md, Snapshots).

Each is a plain table for RFC 8785: a schema number, strings, whole numbers and lists; paper is made from it alone.
"""

from certification.snapshots.common import arcs, stage_of
from certification.snapshots.decided import certificate, decision, results_on_record
from certification.snapshots.handed_in import submission
from certification.snapshots.reported import reconciled, report

__all__ = [
    "arcs",
    "certificate",
    "decision",
    "reconciled",
    "report",
    "results_on_record",
    "stage_of",
    "submission",
]
