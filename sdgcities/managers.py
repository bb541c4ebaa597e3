"""How a row is held (locked first, read then, and only then decided by) and how one is found by name."""

from typing import Any, Self, TypeVar

from django.db import models

from sdgcities import names

M = TypeVar("M", bound=models.Model, covariant=True)  # noqa: PLC0105 - as in Django's own stubs


class HoldQuerySet(models.QuerySet[M]):
    """A QuerySet whose rows can be held until the transaction ends."""

    def held(self) -> Self:
        """Lock the rows of this model alone; on SQLite the IMMEDIATE transaction is the lock."""
        return self.select_for_update(of=("self",))

    def hold(self, pk: Any) -> M:  # noqa: ANN401 - any primary key
        """Lock and read one row without joins: FOR UPDATE over a nullable join raises on PostgreSQL."""
        return self.select_related(None).held().get(pk=pk)


class NamedQuerySet(HoldQuerySet[M]):
    """Rows that keep the searched form of their names in ``name_key``."""

    def named(self, text: str) -> Self:
        """Keep the rows one of whose names holds TEXT, whatever the script, the case and the accents."""
        wanted = names.sought(text)
        return self.filter(name_key__contains=wanted) if wanted else self
