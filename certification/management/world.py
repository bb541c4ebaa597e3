"""The whole world of the demonstration: its people and bodies, its cases, its meetings, played by date."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta

from certification.flow import FINAL
from certification.management import acts as playing
from certification.management import bodies, meetings, way
from certification.management.acts import Act, Played
from certification.management.cases import CASES, SITTINGS, Case
from certification.management.people import CAST, CITY
from certification.models import Application

FORMER = bodies.BEGIN + timedelta(days=1)  # when the earlier demonstration let Los Angeles begin


def play(*, cases: Sequence[Case] = CASES, say: Callable[[str], object] | None = None) -> Played:
    """Play what is not played yet: all of it, or CASES with their people and the meetings that need no other case."""
    whole = len(cases) == len(CASES)
    cast = CAST if whole else bodies.some({one.city for one in cases}, {one.language for one in cases})
    first = playing.play(bodies.acts(cast=cast), say=say)
    rest = playing.play(_of(cases), say=say)
    return Played(first.made + rest.made, first.refused + rest.refused)


def _of(cases: Sequence[Case]) -> Iterator[Act]:
    known = {(one.city.slug, one.stage): one for one in _applications()}
    for case in cases:
        scripted = way.acts(case)
        found = known.get((case.city, case.stage))
        if found is None or found.started_at == scripted[0].at or _is_former(found):
            yield from scripted
    keys = {case.key for case in cases}
    for sitting in SITTINGS:
        told = sitting if keys >= {item.case for item in sitting.items} else None
        if told and not meetings.is_over(told):
            yield from meetings.acts(told)


def _is_former(application: Application) -> bool:
    """Whether an earlier demonstration began this and stopped halfway: what it did is refused again, the rest goes on."""
    begun = (application.city.slug, application.stage, application.started_at)
    return begun == (CITY, "A", FORMER) and application.state not in FINAL


def _applications() -> Iterable[Application]:
    return Application.objects.select_related("city").order_by("-started_at")
