"""The season in which reports appear, and the period in which one reader gets one digest (pure; Asia/Shanghai)."""

from datetime import UTC, datetime, time, timedelta

from crawler.ground.clock import SHANGHAI, local_date

MONTHS = range(1, 5)  # January to April: reports are published, and both of the law's days pass


def in_season(instant: datetime) -> bool:
    """Whether reports are being published about now."""
    return local_date(instant).month in MONTHS


def span(period: str, now: datetime) -> tuple[datetime, datetime]:
    """Beginning and end of the period that `now` lies in: a day, or a week from Monday on.

    `season` and `at_once` (which has no period of its own, but a heartbeat) are daily in season, weekly otherwise.
    """
    daily = period == "daily" or (period != "weekly" and in_season(now))
    day = local_date(now)
    first = day if daily else day - timedelta(days=day.weekday())
    begin = datetime.combine(first, time(), SHANGHAI)
    # By the calendar, not by hours: the zone decides how long a day is.
    end = datetime.combine(first + timedelta(days=1 if daily else 7), time(), SHANGHAI)
    return begin.astimezone(UTC), end.astimezone(UTC)
