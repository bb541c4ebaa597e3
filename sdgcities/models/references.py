"""Counters of the numbers that the public sees."""

from uuid import uuid4

from django.db import models

from sdgcities.managers import HoldQuerySet


class Counter(models.Model):
    """The last number given under one prefix in one year."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    prefix = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    objects = HoldQuerySet.as_manager()

    class Meta:
        """One row for one prefix and year."""

        constraints = (models.UniqueConstraint(fields=("prefix", "year"), name="one_counter_for_a_prefix_and_year"),)

    def __str__(self) -> str:
        """Give prefix, year and last number."""
        return f"{self.prefix}-{self.year}: {self.last}"
