"""[schedule] of gouji.toml → a trigger, and the last moment when a run was due (pure; Asia/Shanghai)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from crawler.ground.clock import SHANGHAI
from crawler.ground.config import Portal, ScheduleSettings
from crawler.ground.errors import UsageError
from monitor.alerts.seasons import MONTHS, in_season

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
# How far back to search for the last due moment: most schedules have one within the first windows.
WINDOWS = (timedelta(hours=1), timedelta(days=1), timedelta(days=32), timedelta(days=366), timedelta(days=1500))
CHANGES = 10  # a trigger that never fires in its part of the year will not in later years either


class Trigger(Protocol):
    """The method of an APScheduler trigger that we use."""

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None: ...


def trigger_of(settings: ScheduleSettings) -> Trigger:
    """The trigger; UsageError if `cron` is not valid.

    `every` counts from a fixed moment, not from the start of the service, so that a restart does not shift the times.
    """
    if settings.every > 0:
        found: Trigger = IntervalTrigger(seconds=settings.every, start_date=EPOCH, timezone=UTC)
        return found
    rest = _named("cron", settings.cron)
    if not settings.season_cron:
        return rest
    season: Trigger = Seasonal(_named("season_cron", settings.season_cron), rest)
    return season


def portal_trigger(portal: Portal) -> Trigger:
    """The trigger of a portal with its own `cron`."""
    return _named("cron", portal.cron, f"[[portal]] {portal.id}")


def _named(key: str, cron: str, where: str = "[schedule]") -> Trigger:
    try:
        return _cron(cron)
    except (ValueError, KeyError) as error:
        raise UsageError(
            f'gouji.toml, {where}: {key} = "{cron}" is not minute, hour, day of month, month and day of week ({error})',
            f'gouji.toml 的 {where}：{key} = "{cron}" 不是“分 时 日 月 周”五项（{error}）',
        ) from error


class Seasonal(BaseTrigger):  # type: ignore[misc]  # apscheduler has no types
    """One trigger from January to April, another one in the other months."""

    def __init__(self, season: Trigger, rest: Trigger) -> None:
        self.season, self.rest = season, rest

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The first moment when the trigger of that part of the year fires."""
        now = _after(previous, now)
        for _ in range(CHANGES):
            moment = (self.season if in_season(now) else self.rest).get_next_fire_time(None, now)
            turn = _turn(now)
            if moment is not None and moment < turn:
                return moment
            now = turn
        return None


class Together(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Several triggers as one: it fires whenever any of them fires."""

    def __init__(self, parts: Sequence[Trigger]) -> None:
        self.parts = parts

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The earliest moment of all."""
        now = _after(previous, now)
        moments = [part.get_next_fire_time(None, now) for part in self.parts]
        return min((moment for moment in moments if moment is not None), default=None)


def _after(previous: datetime | None, now: datetime) -> datetime:
    """The moment from which to search: just after the last firing, if there was one."""
    return now if previous is None else min(now, previous) + timedelta(microseconds=1)


def _turn(now: datetime) -> datetime:
    """When the present part of the year (the season, or the rest) ends."""
    here = now.astimezone(SHANGHAI)
    if in_season(now):
        return datetime(here.year, MONTHS.stop, 1, tzinfo=SHANGHAI)
    return datetime(here.year + 1, MONTHS.start, 1, tzinfo=SHANGHAI)


def last_due(settings: ScheduleSettings, now: datetime) -> datetime | None:
    """The latest moment up to `now` when a run was due; None if there was none in four years."""
    if settings.every > 0:
        step = timedelta(seconds=settings.every)
        return EPOCH + (now - EPOCH) // step * step
    return last_fire(trigger_of(settings), now)


def last_fire(trigger: Trigger, now: datetime) -> datetime | None:
    """The latest moment up to `now` when the trigger fired; None if there was none in four years."""
    for window in WINDOWS:
        *_, last = (None, *_fires(trigger, now - window, now))
        if last is not None:
            return last.astimezone(UTC)
    return None


def next_due(settings: ScheduleSettings, now: datetime) -> datetime | None:
    """The first moment after `now` when a run is due."""
    return trigger_of(settings).get_next_fire_time(None, (now + timedelta(microseconds=1)).astimezone(SHANGHAI))


def _fires(trigger: Trigger, start: datetime, end: datetime) -> Iterator[datetime]:
    moment = trigger.get_next_fire_time(None, start.astimezone(SHANGHAI))
    while moment is not None and moment <= end:
        yield moment
        moment = trigger.get_next_fire_time(None, moment + timedelta(seconds=1))


def _cron(text: str) -> Trigger:
    """Five fields with the meaning of crontab, which APScheduler differs from: Sunday is 0 or 7, and if both day fields
    are restricted, either of them is enough."""
    fields = text.split()
    if len(fields) != 5:
        raise ValueError(f"five fields are needed, not {len(fields)}")
    minute, hour, day, month, weekday = fields
    weekday = _weekdays(weekday)

    def make(day: str, weekday: str) -> Trigger:
        found: Trigger = CronTrigger(
            minute=minute, hour=hour, day=day, month=month, day_of_week=weekday, timezone=SHANGHAI
        )
        return found

    if day == "*" or weekday == "*":
        return make(day, weekday)
    either: Trigger = OrTrigger([make(day, "*"), make("*", weekday)])
    return either


def _weekdays(field: str) -> str:
    """`1-5`, `0`, `*/2` → names of weekdays, because APScheduler's numbers begin on Monday."""
    if field == "*":
        return field
    days: set[int] = set()
    for part in field.lower().split(","):
        span, _, step = part.partition("/")
        first, dash, last = ("0", "-", "6") if span == "*" else span.partition("-")
        begin = _weekday(first)
        end = _weekday(last) if dash else 6 if step else begin
        if end < begin or int(step or 1) < 1:
            raise ValueError(f"'{part}' is no range of weekdays")
        days.update(day % 7 for day in range(begin, end + 1, int(step or 1)))
    return ",".join(WEEKDAYS[day] for day in sorted(days))


def _weekday(text: str) -> int:
    day = WEEKDAYS.index(text[:3]) if text[:3] in WEEKDAYS else int(text)
    if not 0 <= day <= 7:
        raise ValueError(f"'{text}' is no weekday")
    return day
