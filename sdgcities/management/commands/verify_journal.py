"""``manage.py verify_journal``: read the whole journal and say whether it holds (R-H1)."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sdgcities import keys, proving
from sdgcities.verify_journal import Fault, Trouble, check_signature, read_checkpoints, read_keys


class Command(BaseCommand):
    """Names the first bad row and why; ends with 1 if there is one."""

    help = "Verifies the journal's chain from its first row, and its checkpoints; --checkpoints adds those that somebody kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files of whoever kept checkpoints."""
        parser.add_argument("--checkpoints", type=Path, help="JSON lines, as /journal/checkpoints.jsonl gave them")
        parser.add_argument(
            "--did", type=Path, help="the DID document kept with them; without it the site's own keys count"
        )
        parser.add_argument("--json", action="store_true", help="say it as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and tell."""
        try:
            roots, fault = _kept(options["checkpoints"], options["did"])
        except (Trouble, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        verdict = proving.Verdict(0, "", fault) if fault else proving.verify(roots)
        if options["json"]:
            told = {"size": verdict.size, "root": verdict.root, "fault": _told(verdict.fault)}
            self.stdout.write(json.dumps(told))
        elif verdict.fault:
            self.stdout.write(f"{verdict.fault.code}: {verdict.fault.words}")
        else:
            self.stdout.write(f"{verdict.size} rows, all as they were written; root {verdict.root}.")
        if verdict.fault:
            sys.exit(1)


def _kept(checkpoints: Path | None, did: Path | None) -> tuple[list[proving.Root], Fault | None]:
    """The sizes and roots of the file, or what is wrong with the file itself."""
    if checkpoints is None:
        return [], None
    known = read_keys(did.read_text(encoding="utf-8") if did else json.dumps(keys.document()))
    with checkpoints.open(encoding="utf-8", newline="\n") as file:
        found = read_checkpoints(file)
    fault = next((fault for one in found if (fault := check_signature(one, known))), None)
    return [(one.size, one.root) for one in found], fault


def _told(fault: Fault | None) -> dict[str, object] | None:
    return {"code": fault.code, "seq": fault.seq, "words": fault.words} if fault else None
