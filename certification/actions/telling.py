"""Writing to the people of a case: each letter once, in each one's language."""

from collections.abc import Iterable
from datetime import datetime

from certification.models import Application, Part
from sdgcities import roles
from sdgcities.mailing import post
from sdgcities.models import City, User


def officials(city: City, *, at: datetime) -> list[User]:
    """The officials of CITY, once each, by name."""
    found = {person.pk: person for role in roles.CITY_ROLES for person in roles.people_with(role, at=at, city=city)}
    return sorted(found.values(), key=lambda person: (person.name, str(person.pk)))


def players(application: Application, *kinds: Part.Kind) -> list[User]:
    """The people who play one of KINDS in the case now, by name."""
    parts = application.parts.filter(part__in=kinds, ended_at__isnull=True).select_related("person")
    return sorted((part.person for part in parts), key=lambda person: (person.name, str(person.pk)))


def tell(people: Iterable[User], template: str, application: Application, key: str, **context: object) -> None:
    """Write TEMPLATE to each of PEOPLE, once under KEY; inside a verb only."""
    for person in people:
        told = {"application": application, "city": application.city, **context}
        post(template, to=person, key=f"{key}:{person.pk}", **told)  # type: ignore[arg-type]  # no language among them
