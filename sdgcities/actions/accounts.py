"""What people keep of themselves: name, language of pages and letters, time zone."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import available_timezones

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from sdgcities import journal
from sdgcities.actions import people
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.models import User


@journaled
def keep(
    user: User,
    *,
    name: str,
    language: str,
    time_zone: str,
    working_languages: Sequence[str] | None = None,
    by: User,
    at: datetime,
) -> None:
    """Keep USER's own name, language and time zone, and working languages if given; nobody changes another's."""
    if user.pk != by.pk:
        raise Refused(_("You may change only your own account. Ask the secretariat for the rest."))
    told = {"name": name.strip(), "language": language, "time_zone": time_zone}
    if not told["name"]:
        raise Refused(_("Enter your name."))
    if language not in dict(settings.LANGUAGES):
        raise Refused(_("Choose one of the languages."))
    if time_zone not in available_timezones():
        raise Refused(_("Choose one of the time zones."))
    held = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if working_languages is not None and sorted(set(working_languages)) != held.working_languages:
        people.describe(
            user, languages=working_languages, competences=held.competences, country=held.country, by=by, at=at
        )
    changed = [field for field, value in told.items() if getattr(held, field) != value]
    if not changed:
        return
    for field in changed:
        setattr(held, field, told[field])
        setattr(user, field, told[field])
    held.save(update_fields=changed)
    name_digest = journal.keyed(held.name, of=held)
    journal.record("person.account", held, by=by, at=at, name=name_digest, language=language, time_zone=time_zone)
