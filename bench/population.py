"""A large population for the queue's benchmarks: cities, applications, a panel member with a right on each."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from uuid import uuid4

STAGES = "ABCD"
BATCH = 2000


def populate(size: int) -> object:
    """Make SIZE applications in review, all of one panel member, and give the member."""
    from tests.certification import factories

    world = factories.world()
    member = world.evaluators[0]
    _load(_cities(size, world))
    _load(_applications(size, world))
    for rows in (_parts, _rights, _findings):
        _load(rows(member))
    return member


def _load(rows: Iterator[object]) -> None:
    while batch := list(islice(rows, BATCH)):
        type(batch[0]).objects.bulk_create(batch)


def _cities(size: int, world: object) -> Iterator[object]:
    from sdgcities.models import City

    country = world.city.country
    for number in range(size // len(STAGES)):
        name = f"City {number * 7919 % size:06d}"
        yield City(slug=f"bench-{number}", name=name, names={"en": name}, country=country, time_zone="UTC")


def _applications(size: int, world: object) -> Iterator[object]:
    from certification.models import Application
    from sdgcities.models import City

    number = 0
    for city in City.objects.filter(slug__startswith="bench-").order_by("slug").iterator():
        for stage in STAGES:
            number += 1
            begun = world.at - timedelta(minutes=number * 7919 % size)
            yield Application(
                reference=f"SDGC-2020-{number:06d}",
                city=city,
                mechanism=world.mechanism,
                standard=world.standard,
                panel=world.panel,
                stage=stage,
                language="en",
                state="in_review",
                started_at=begun,
                submitted_at=begun,
            )


def _own() -> Iterator[object]:
    from certification.models import Application

    return Application.objects.filter(reference__startswith="SDGC-2020-").order_by("reference").iterator()


def _parts(member: object) -> Iterator[object]:
    from certification.models import Part

    for one in _own():
        yield Part(application=one, person=member, part="evaluator", started_at=one.started_at)


def _rights(member: object) -> Iterator[object]:
    from django.contrib.auth.models import Permission

    from certification.models import ApplicationUserObjectPermission

    read = Permission.objects.get(codename="read_case")
    for one in _own():
        yield ApplicationUserObjectPermission(user=member, permission=read, content_object=one)


def _findings(member: object) -> Iterator[object]:
    from certification.models import Finding

    for one in _own():
        yield Finding(id=uuid4(), application=one, cycle=1, criterion=f"{one.stage}1", person=member)
