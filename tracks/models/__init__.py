"""The nouns of the tracks floor, one room per kind of work."""

from tracks.models.data import ImportRun, Observation, Series
from tracks.models.evidence import Confidentiality, Evidence, EvidenceVersion, Kind, ScanState
from tracks.models.library import CaseStudy, Tool

__all__ = [
    "CaseStudy",
    "Confidentiality",
    "Evidence",
    "EvidenceVersion",
    "ImportRun",
    "Kind",
    "Observation",
    "ScanState",
    "Series",
    "Tool",
]
