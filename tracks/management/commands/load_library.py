"""Load the tools and case studies that ship with the tracks floor."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tracks.actions import stocking


class Command(BaseCommand):
    """`manage.py load_library`: may run again at any time."""

    help = "Load tools and case studies from tracks/definitions; may run again at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how many."""
        stocked = stocking.load_library(by=None, at=timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"{stocked.tools} tools, {stocked.case_studies} case studies")
