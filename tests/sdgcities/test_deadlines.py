"""Promises of deadlines: the last second of a day where the city is, in three time zones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdgcities.deadlines import in_time, last_instant

ZONES = ("America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland")
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive, values are not


@given(at=MOMENTS, days=st.integers(0, 400), zone=st.sampled_from(ZONES))
def test_a_deadline_is_the_last_second_of_its_day_there(at, days, zone):
    deadline = last_instant(at, days=days, zone=zone)
    there = deadline.astimezone(ZoneInfo(zone))
    assert deadline.tzinfo is UTC
    assert there.date() == at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    assert (there.hour, there.minute, there.second) == (23, 59, 59)
    assert (deadline + timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() == there.date() + timedelta(days=1)


@given(at=MOMENTS, zone=st.sampled_from(ZONES))
def test_the_day_of_the_act_is_wholly_in_time(at, zone):
    assert in_time(at.replace(microsecond=0), last_instant(at, days=0, zone=zone))


def test_at_the_instant_itself_an_act_is_in_time_and_a_second_later_is_not():
    deadline = last_instant(datetime(2026, 11, 21, 5, tzinfo=UTC), days=14, zone="America/Los_Angeles")
    assert deadline == datetime(2026, 12, 5, 7, 59, 59, tzinfo=UTC)  # the 20th there still, so the 4th
    assert in_time(deadline, deadline)
    assert not in_time(deadline + timedelta(seconds=1), deadline)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 3, 7, 20, tzinfo=UTC), datetime(2026, 3, 9, 6, 59, 59, tzinfo=UTC)),  # clocks go forward
        (datetime(2026, 10, 31, 20, tzinfo=UTC), datetime(2026, 11, 2, 7, 59, 59, tzinfo=UTC)),  # clocks go back
    ],
)
def test_a_change_of_clocks_moves_the_instant_and_not_the_hour(at, expected):
    assert last_instant(at, days=1, zone="America/Los_Angeles") == expected
