"""How lists of cases are sorted and turned: by date, name or country, never by anything that ranks (R-A5)."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from certification.models import Application

ORDERS = {
    "name": ("city__name", "reference"),
    "country": ("city__country_id", "city__name", "reference"),
    "date": ("submitted_at", "reference"),
}
ROWS = 50
T = TypeVar("T")
M = TypeVar("M", bound=Model)
FARTHEST = 10_000  # a page further on is nobody's: an address, not a reader, asks for it


@dataclass(frozen=True, slots=True)
class Leaf(Generic[T]):
    """One page of a list whose length is not counted, since counting costs what the whole list costs."""

    rows: list[T]
    number: int
    has_next: bool

    @property
    def previous(self) -> int:
        """The number of the page before, or 0."""
        return self.number - 1

    @property
    def next(self) -> int:
        """The number of the page after, or 0."""
        return self.number + 1 if self.has_next else 0


def sorts() -> list[tuple[str, str]]:
    """The orders a reader can choose from."""
    return [("date", _("Date of submission")), ("name", _("Name of the city")), ("country", _("Country"))]


def ordered(cases: QuerySet[Application], sort: str) -> QuerySet[Application]:
    """CASES in the order SORT, with what a row shows; a minus before the name turns it round."""
    known = cases.select_related("city__country", "standard")
    return known.defer("standard__text").order_by(*by(sort))


def by(sort: str, through: str = "") -> list[str]:
    """The fields of the order SORT, seen from a model that reaches the case THROUGH a relation."""
    sign = "-" if sort.startswith("-") else ""
    return [f"{sign}{through}{one}" for one in ORDERS[sort.removeprefix("-")]]


def leaf(rows_in_order: QuerySet[Any, T], asked: str | None) -> Leaf[T]:
    """The page of ROWS_IN_ORDER that was ASKED for, or the first; in one query."""
    number = _number(asked)
    begin = (number - 1) * ROWS
    rows = list(rows_in_order[begin : begin + ROWS + 1])
    return Leaf(rows[:ROWS], number, len(rows) > ROWS)


def _number(asked: str | None) -> int:
    try:
        number = int(asked or 1)
    except ValueError:
        return 1
    return number if 1 <= number <= FARTHEST else 1
