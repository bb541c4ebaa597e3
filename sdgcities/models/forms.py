"""Forms that were sent: so that a browser which goes back, reloads or presses twice does nothing twice."""

from django.db import models
from django.utils import timezone


class Sent(models.Model):
    """One form as one page gave it out, filled in one way; where it led once it was done."""

    digest = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    location = models.CharField(max_length=2000, blank=True)

    def __str__(self) -> str:
        """Give its digest."""
        return self.digest
