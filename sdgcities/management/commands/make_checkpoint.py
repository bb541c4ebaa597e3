"""``manage.py make_checkpoint``: verify the journal and sign a checkpoint now, as the timer does every hour (R-H1)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sdgcities.actions import checkpointing
from sdgcities.errors import Refused


class Command(BaseCommand):
    """Signs over all rows until now; needs the signing key."""

    help = "Verifies the journal and signs a checkpoint of it; the line is printed as it is published."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it."""
        try:
            made = checkpointing.make(by=None, at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(made.line)
