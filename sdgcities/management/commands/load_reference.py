"""``manage.py load_reference``: countries, cities and the framework of the goals, as they ship with the product."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from sdgcities.actions import referencing


class Command(BaseCommand):
    """Loads what ships under sdgcities/reference; run again, it brings the rows up to date."""

    help = "Loads countries, income groups, cities, goals, targets and indicators; may be run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load all sets and say how many rows each has."""
        counted = referencing.load(by=None, at=timezone.now())
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{key}: {number}" for key, number in counted.items()))
