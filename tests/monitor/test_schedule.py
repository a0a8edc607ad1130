"""The schedule: five crontab fields as crontab means them, in Beijing time; the last and the next moment due."""

from datetime import UTC, datetime

import pytest

from crawler.ground.clock import SHANGHAI
from crawler.ground.config import ScheduleSettings
from crawler.ground.errors import UsageError
from monitor.alerts.seasons import span
from monitor.service.schedule import last_due, next_due


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("cron", "now", "last", "following"),
    [
        ("30 2 * * *", "2025-02-01 10:00", "2025-02-01 02:30", "2025-02-02 02:30"),
        ("30 2 * * *", "2025-02-01 02:30", "2025-02-01 02:30", "2025-02-02 02:30"),
        ("30 2 * * *", "2025-02-01 02:29", "2025-01-31 02:30", "2025-02-01 02:30"),
        ("*/15 * * * *", "2025-02-01 10:07", "2025-02-01 10:00", "2025-02-01 10:15"),
        ("0 6 1 1-4 *", "2025-12-24 00:00", "2025-04-01 06:00", "2026-01-01 06:00"),
        # 2025-02-02 is a Sunday: 0 and 7 and sun
        ("0 6 * * 0", "2025-02-05 00:00", "2025-02-02 06:00", "2025-02-09 06:00"),
        ("0 6 * * 7", "2025-02-05 00:00", "2025-02-02 06:00", "2025-02-09 06:00"),
        ("0 6 * * SUN", "2025-02-05 00:00", "2025-02-02 06:00", "2025-02-09 06:00"),
        ("0 6 * * 1-5", "2025-02-03 05:00", "2025-01-31 06:00", "2025-02-03 06:00"),
        ("0 6 * * 5-7", "2025-02-03 05:00", "2025-02-02 06:00", "2025-02-07 06:00"),
        # both days restricted: either is enough
        ("0 6 15 * 1", "2025-02-15 07:00", "2025-02-15 06:00", "2025-02-17 06:00"),
        ("0 6 29 2 *", "2026-01-01 00:00", "2024-02-29 06:00", "2028-02-29 06:00"),
    ],
)
def test_cron(cron: str, now: str, last: str, following: str) -> None:
    settings = ScheduleSettings(cron=cron)
    assert last_due(settings, beijing(now)) == beijing(last)
    assert next_due(settings, beijing(now)) == beijing(following)


def test_every_counts_from_a_fixed_moment() -> None:
    settings = ScheduleSettings(every=90)
    now = datetime(2025, 2, 1, 0, 1, 40, tzinfo=UTC)
    assert last_due(settings, now) == datetime(2025, 2, 1, 0, 1, 30, tzinfo=UTC)
    assert next_due(settings, now) == datetime(2025, 2, 1, 0, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "cron",
    [
        "",
        "30 2 * *",
        "61 2 * * *",
        "30 2 * * 8",
        "30 2 * * 5-1",
        "30 2 * * x",
        "30 2 * * */0",
        "a b c d e",
        "30 2 31 2 1-9",
    ],
)
def test_a_wrong_cron_is_named(cron: str) -> None:
    with pytest.raises(UsageError, match=r"gouji\.toml"):
        next_due(ScheduleSettings(cron=cron), beijing("2025-01-01 00:00"))


def test_a_day_that_never_comes_is_never_due() -> None:
    assert last_due(ScheduleSettings(cron="0 0 31 2 *"), beijing("2025-01-01 00:00")) is None


@pytest.mark.parametrize(
    ("now", "last", "following"),
    [
        ("2026-02-10 12:00", "2026-02-10 02:30", "2026-02-11 02:30"),  # daily in season
        ("2026-04-30 12:00", "2026-04-30 02:30", "2026-05-04 03:00"),  # then Mondays
        ("2026-05-01 12:00", "2026-04-30 02:30", "2026-05-04 03:00"),
        ("2026-12-31 12:00", "2026-12-28 03:00", "2027-01-01 02:30"),
    ],
)
def test_the_season_has_its_own_cron(now: str, last: str, following: str) -> None:
    settings = ScheduleSettings(cron="0 3 * * 1", season_cron="30 2 * * *")
    assert last_due(settings, beijing(now)) == beijing(last)
    assert next_due(settings, beijing(now)) == beijing(following)


def test_a_wrong_season_cron_is_named() -> None:
    with pytest.raises(UsageError, match="season_cron"):
        next_due(ScheduleSettings(season_cron="daily"), beijing("2026-01-01 00:00"))


def test_a_season_cron_that_never_fires_in_its_months_leaves_the_other_alone() -> None:
    settings = ScheduleSettings(cron="0 3 1 6 *", season_cron="0 0 1 7 *")
    assert next_due(settings, beijing("2026-01-05 00:00")) == beijing("2026-06-01 03:00")


@pytest.mark.parametrize(
    ("period", "now", "begin", "end"),
    [
        ("season", "2026-02-01 23:59", "2026-02-01 00:00", "2026-02-02 00:00"),
        ("season", "2026-05-01 08:00", "2026-04-27 00:00", "2026-05-04 00:00"),
        ("season", "2026-12-31 08:00", "2026-12-28 00:00", "2027-01-04 00:00"),
        ("season", "2027-01-01 00:00", "2027-01-01 00:00", "2027-01-02 00:00"),
        ("daily", "2026-07-15 08:00", "2026-07-15 00:00", "2026-07-16 00:00"),
        ("weekly", "2026-02-01 08:00", "2026-01-26 00:00", "2026-02-02 00:00"),
        ("at_once", "2026-02-01 08:00", "2026-02-01 00:00", "2026-02-02 00:00"),
    ],
)
def test_the_period_of_a_digest(period: str, now: str, begin: str, end: str) -> None:
    assert span(period, beijing(now)) == (beijing(begin), beijing(end))
