"""Deadlines as instants: the last second of a day where the city is. No Django in here."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LAST_SECOND = time(23, 59, 59)
SIGHT = timedelta(days=3653)  # ten years: nobody plans beyond, and the calendar's last days cannot be counted on from


def last_instant(at: datetime, *, days: int, zone: str | ZoneInfo) -> datetime:
    """Give 23:59:59, in ZONE, of the day DAYS calendar days after the day of AT there; in UTC.

    Where clocks go back over midnight and 23:59:59 comes twice, the later one is meant.
    """
    place = zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)
    day = at.astimezone(place).date() + timedelta(days=days)
    return datetime.combine(day, LAST_SECOND, tzinfo=place).replace(fold=1).astimezone(UTC)


def in_time(at: datetime, deadline: datetime) -> bool:
    """Say whether an act at AT keeps DEADLINE; at the instant itself it does."""
    return at <= deadline


def in_sight(day: date, *, at: datetime) -> bool:
    """Say whether DAY lies within ten years of AT, before or after."""
    return abs(day - at.date()) <= SIGHT
