"""Instants and dates: UTC ISO 8601 for instants, Asia/Shanghai for dates. The clock is read only here."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The wall clock in UTC. Call it at the edge (a command, a job) and pass the value on."""
    return datetime.now(UTC)


def stamp(instant: datetime) -> str:
    """An instant as it is stored: UTC, ISO 8601, microseconds, so that text order is time order."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def local_date(instant: datetime) -> date:
    """The date in Asia/Shanghai at this instant; deadlines and `published_on` are such dates."""
    return instant.astimezone(SHANGHAI).date()


def parse_stamp(text: str) -> datetime:
    """The instant that `stamp` wrote."""
    return datetime.fromisoformat(text)


def closing(begin: time, end: time, instant: datetime) -> datetime | None:
    """When the daily time window (Asia/Shanghai) around this instant ends; None if the instant is outside it."""
    here = instant.astimezone(SHANGHAI)
    # The window may have begun yesterday, or may end tomorrow.
    for day in (here.date() - timedelta(days=1), here.date()):
        opens = datetime.combine(day, begin, SHANGHAI)
        closes = datetime.combine(day + timedelta(days=end <= begin), end, SHANGHAI)
        if opens <= here < closes:
            return closes.astimezone(UTC)
    return None
