"""Which pages docs/screens.md shows, area by area, through whose eyes; which addresses it leaves out, and why."""

from dataclasses import dataclass
from pathlib import Path

from django.urls import URLPattern, get_resolver

PAGE = Path(__file__).parents[1] / "docs" / "screens.md"
FOLDER = PAGE.with_suffix("")
TEMPLATES = Path(__file__).parents[1] / "templates"
WIDTHS = (1280, 375)
LANGUAGES = ("en", "ar")
ANONYMOUS = ""


@dataclass(frozen=True)
class Area:
    """A section of the page: its heading, how its url names begin, and whose eyes fit it best, the first who can see it."""

    heading: str
    begins: tuple[str, ...]
    eyes: tuple[str, ...]


AREAS = (
    Area(
        "For everyone",
        (
            "home",
            "scheme",
            "register",
            "goals",
            "countries",
            "library",
            "sources",
            "journal",
            "api-docs",
            "people-accept",
        ),
        (ANONYMOUS,),
    ),
    Area(
        "Signing in and one's account",
        ("account_", "mfa_", "account-", "tokens-"),
        (ANONYMOUS, "auditor", "ministry", "delegate"),
    ),
    Area("The desk", ("desk",), ("delegate",)),
    Area("The city: its evidence and its data", ("shelf-", "data-"), ("delegate",)),
    Area("The city: its cases", ("city-",), ("delegate", "newcity", "delegate-utrecht")),
    Area("The secretariat", ("secretariat-",), ("secretariat",)),
    Area("The panel", ("panel-",), ("evaluator5", "evaluator4", "evaluator1")),
    Area("The panel's lead", ("lead-",), ("lead", "lead-fr", "lead-ar")),
    Area("The file checker", ("checker-",), ("checker", "checker3", "checker2")),
    Area("The committee", ("committee-",), ("chair", "secretariat")),
    Area("What has happened in a case", ("case-",), ("delegate", "secretariat")),
    Area("Papers", ("report-", "decision-"), ("delegate",)),
    Area("People, organisations, jobs", ("people-", "organisations-", "jobs-"), ("secretariat", "administrator")),
    Area("The journal", ("journal-",), ("secretariat", "auditor")),
    Area("When something cannot be", ("failure-",), (ANONYMOUS,)),
)

# Addresses that no picture shows. Who adds one says why.
DOWNLOAD = "hands out a file, no page"
POSTED = "takes a form only; opened, it is failure-405"
LEFT_OUT = {
    "health": "JSON, for the machine next door",
    "register-json": DOWNLOAD,
    "register-pdf": DOWNLOAD,
    "report-pdf": DOWNLOAD,
    "report-json": DOWNLOAD,
    "report-draft-pdf": DOWNLOAD,
    "report-draft-json": DOWNLOAD,
    "report-schema": DOWNLOAD,
    "decision-letter": DOWNLOAD,
    "city-receipt-pdf": DOWNLOAD,
    "shelf-download": DOWNLOAD,
    "panel-evidence": DOWNLOAD,
    "secretariat-evidence": DOWNLOAD,
    "mfa_download_recovery_codes": DOWNLOAD,
    "account_set_password": "for an account without a password, and nobody has one: an invitation is accepted with a password",
    "account_confirm_login_code": "signing in by a code in a letter is not in use",
    "set_language": POSTED,
    "people-resend": POSTED,
    "jobs-retry": POSTED,
    "journal-checkpoint": POSTED,
    "journal-checkpoints": DOWNLOAD,
    "journal-consistency": "JSON, for programs",
    "journal-program": DOWNLOAD,
    "did": "JSON, for programs",
    "journal-export": POSTED,
    "secretariat-take-up": POSTED,
    "checker-take-file": POSTED,
    "committee-act-on-meeting": POSTED,
    "committee-act-on-item": POSTED,
}


def names() -> list[str]:
    """Every url name but the admin's and the programs', and each page of failure."""
    return [*addresses(get_resolver().url_patterns), *failures()]


def failures() -> list[str]:
    """The pages that are answered when a request cannot be, each as failure-<its template>."""
    return [f"failure-{path.stem}" for path in sorted(TEMPLATES.glob("[45]*.html"))] + ["failure-locked"]


def addresses(patterns):
    """The url names of PATTERNS that people open."""
    for one in patterns:
        if not isinstance(one, URLPattern):
            yield from addresses(one.url_patterns) if one.namespace != "admin" else ()
        elif not one.name.startswith("api-") or one.name == "api-docs":
            yield one.name


def area_of(name: str) -> Area:
    """The section that NAME belongs to: the one that knows it by most letters."""
    told = [(len(begin), area) for area in AREAS for begin in area.begins if name.startswith(begin)]
    return max(told, key=lambda one: one[0])[1]


def file_of(name: str, width: int, language: str) -> str:
    """What the picture of NAME is called."""
    return f"{name}-{width}-{language}.webp"


def files_of(name: str) -> list[str]:
    """The pictures of NAME as they stand side by side."""
    return [file_of(name, width, language) for language in LANGUAGES for width in WIDTHS]
