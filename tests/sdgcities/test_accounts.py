"""Promises of a person's own account."""

import pytest

from sdgcities import journal
from sdgcities.actions import accounts
from sdgcities.errors import Refused
from tests.sdgcities import people_world as world
from tests.sdgcities.people_world import AT

pytestmark = pytest.mark.django_db


def test_a_person_keeps_the_own_name_language_and_time_zone():
    one = world.person("one")
    accounts.keep(one, name=" One Person ", language="ar", time_zone="Africa/Nairobi", by=one, at=AT)
    one.refresh_from_db()
    assert (one.name, one.language, one.time_zone) == ("One Person", "ar", "Africa/Nairobi")
    entry = journal.of(one).get()
    assert entry.act == "person.account"
    assert "One Person" not in entry.body
    accounts.keep(one, name="One Person", language="ar", time_zone="Africa/Nairobi", by=one, at=AT)
    assert journal.of(one).count() == 1


def test_nobody_changes_another_s_account():
    one = world.person("one")
    for by in (world.secretary(), world.administrator()):
        with pytest.raises(Refused, match="own account"):
            accounts.keep(one, name="Other", language="en", time_zone="UTC", by=by, at=AT)
    one.refresh_from_db()
    assert one.name == "One"


@pytest.mark.parametrize("wrong", [{"name": "  "}, {"language": "xx"}, {"time_zone": "Mars/Base"}])
def test_what_cannot_be_is_refused(wrong):
    one = world.person("one")
    told = {"name": "Other", "language": "fr", "time_zone": "UTC"} | wrong
    with pytest.raises(Refused):
        accounts.keep(one, **told, by=one, at=AT)
    one.refresh_from_db()
    assert (one.name, one.language) == ("One", "en")
