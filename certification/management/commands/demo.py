"""``manage.py demo``: plays the demonstration world, keeps what was done, and says who can sign in."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certification.management.people import ADMINISTRATOR, CAST, CITIES, CITY, COMMITTEE, PANELS, PASSWORD, Cast
from certification.management.world import play
from certification.models import Application, Certificate
from sdgcities import proving, storage
from sdgcities.actions import checkpointing
from sdgcities.jobs import work_until_empty
from sdgcities.models import Entry

EVERYBODY = (ADMINISTRATOR, *CAST)
FEW = {CITIES: 4, PANELS: 2, COMMITTEE: 2}  # how many of a group the short list shows; of the others all
LETTERS = "letters.txt"


class Command(BaseCommand):
    """Plays the world through the verbs; run again, it goes on where it stopped."""

    help = "Plays the demonstration world and works the queue empty; may be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer --json, one JSON object as the last line, and --people, everybody who can sign in."""
        parser.add_argument("--json", action="store_true", help="end with one JSON object")
        parser.add_argument("--people", action="store_true", help="say who can sign in, all of them, and play nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what ships, play, work, tell."""
        if options["people"]:
            self.tell(EVERYBODY)
            return
        if not settings.DEMONSTRATION:
            raise CommandError(
                "The demonstration plays only where DEMONSTRATION=1 is set, so that no page passes for real."
            )
        call_command("load_reference", verbosity=0)
        call_command("load_library", verbosity=0)
        played = play(say=lambda month: self.stderr.write(f"playing {month}"))
        for refusal in played.refused:
            self.stderr.write(f"passed over: {refusal}")
        with letters_kept():
            work_until_empty()
        checked()
        if options["json"]:
            self.stdout.write(json.dumps(self.outcome()))
        else:
            self.tell(short(EVERYBODY))

    def outcome(self) -> dict[str, object]:
        """What was reached, as the README promises it: the silver case of Los Angeles."""
        application = Application.objects.filter(city__slug=CITY, stage="A").order_by("started_at")[0]
        report = application.reports.filter(draft=False).order_by("-version")[0]
        path = folder() / f"{application.reference}-report-{report.version}.pdf"
        path.write_bytes(storage.open_kept(report.pdf_sha256).read())
        certificate = application.certificates.get()
        return {
            "application": application.reference,
            "report_pdf": str(path),
            "certificate": f"/register/{certificate.reference}/",
            "register": Certificate.objects.count(),
            "journal": Entry.objects.count(),
        }

    def tell(self, people: Iterable[Cast]) -> None:
        """Print one sign-in a line, group by group."""
        self.stdout.write("\nDemonstration: no city has been certified.\n")
        self.stdout.write(f"Sign in with one of these addresses and the password {PASSWORD}\n")
        for group, members in groupby(people, key=lambda one: one.group):
            self.stdout.write(f"\n  {group}")
            for one in members:
                self.stdout.write(f"    {one.email:<38} {one.name}, {one.does}")
        self.stdout.write(f"\nAll {len(EVERYBODY)} people: .venv/bin/python manage.py demo --people")
        self.stdout.write(f"Their letters: {(folder() / LETTERS).relative_to(settings.BASE_DIR)}\n")


def checked() -> None:
    """Verify the journal of all that was played, and sign a checkpoint of it where there is a key."""
    if settings.SIGNING_KEYS.get("journal"):
        checkpointing.make(by=None, at=timezone.now())
    elif fault := proving.verify().fault:
        raise CommandError(fault.words)


def short(people: Iterable[Cast]) -> Iterator[Cast]:
    """The first few of each group."""
    for group, members in groupby(people, key=lambda one: one.group):
        yield from list(members)[: FEW.get(group)]


def folder() -> Path:
    """Where the demonstration lays what it made, for whoever wants to look."""
    made = Path(settings.VAR) / "demonstration"
    made.mkdir(parents=True, exist_ok=True)
    return made


@contextmanager
def letters_kept() -> Iterator[None]:
    """Letters that would go to the screen go to a file while the world is played: there are hundreds."""
    with (folder() / LETTERS).open("a", encoding="utf-8") as file, redirect_stdout(file):
        yield
    sys.stdout.flush()
