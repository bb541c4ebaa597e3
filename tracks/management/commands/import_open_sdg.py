"""Import the series of an Open SDG repository into a city's data track."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from sdgcities.errors import Refused
from sdgcities.models import City, User
from tracks import access
from tracks.actions import measuring


class Command(BaseCommand):
    """`manage.py import_open_sdg <city-slug> <folder> --by <e-mail>`."""

    help = "Import an Open SDG folder (raw/, meta/) for a city, as one of its officials; every row is accounted for."

    def add_arguments(self, parser: CommandParser) -> None:
        """City, folder, and on whose behalf."""
        parser.add_argument("city")
        parser.add_argument("folder", type=Path)
        parser.add_argument("--by", required=True, help="e-mail of an official of the city")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and tell what became of the rows."""
        now = timezone.now()
        city = City.objects.filter(slug=options["city"]).first()
        by = User.objects.filter(email__iexact=options["by"]).first()
        if city is None or by is None or not access.may_work(by, city, at=now):
            raise CommandError("There is no such city, or no such official of it.")
        try:
            run = measuring.import_open_sdg(city, folder=options["folder"], by=by, at=now)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{run.rows_read} rows read, {run.rows_kept} kept")
        for reason, count in run.report["counts"].items():
            self.stdout.write(f"  {reason}: {count}")
