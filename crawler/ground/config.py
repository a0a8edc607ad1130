"""`gouji.toml` → frozen dataclasses; an unknown key or a wrong type is an error that names the line."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

from crawler.ground.clock import closing
from crawler.ground.config_archive import ArchiveSettings as ArchiveSettings
from crawler.ground.config_archive import complaints as complaints_of_archive
from crawler.ground.config_engine import EngineSettings as EngineSettings
from crawler.ground.config_engine import complaints as complaints_of_engine
from crawler.ground.config_mail import ChannelCheck, any_channel, complaints
from crawler.ground.config_mail import MailSettings as MailSettings
from crawler.ground.config_mail import Subscription as Subscription
from crawler.ground.config_portal import complaints as complaints_of_portal
from crawler.ground.config_reuse import ReuseSettings as ReuseSettings
from crawler.ground.config_reuse import complaints as complaints_of_reuse
from crawler.ground.config_sections import Sections
from crawler.ground.config_serve import ServeSettings as ServeSettings
from crawler.ground.config_serve import complaints as complaints_of_serve
from crawler.ground.config_text import decode, parse_text
from crawler.ground.errors import Both
from crawler.ground.vocabulary import KINDS, LEVELS

S = TypeVar("S")
KNOWN = (
    "[crawl], [mail], [schedule], [duty], [reuse], [engine], [archive], [serve], [[portal]], [[deadline]], "
    "[[subscription]]"
)


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """`[crawl]`. `delay` is in seconds between two requests to one host; `timeout` per request.

    `recheck_days`: known reports are looked at again within this many days (if not set: 7 from January to April, else
    30). `window` is the part of the day (Asia/Shanghai) in which `gouji watch` crawls. `daily_cap` limits the requests
    to one host on one day (0: no limit). `drop` is the share of a portal's reports that may be lost from one crawl to
    the next before we treat it as our own failure. When a crawl's WARC file reaches `warc_size` megabytes, a new one
    is begun; `gouji tidy` may remove what is older than `warc_days` (0: nothing). `page_seconds` are for one page.
    """

    contact: str = ""
    delay: float = 2.0
    timeout: float = 60.0
    recheck_days: int | None = None
    window: str = ""
    daily_cap: int = 0
    drop: float = 0.5
    warc_size: float = 1000.0
    warc_days: int = 0
    page_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """`[schedule]`. `cron` is five fields in Asia/Shanghai; `every` (seconds) replaces it when above 0.

    `season_cron`, if set, applies from January to April, and `cron` in the other months. `health_port` is where
    `gouji watch` answers on loopback whether it is healthy (0: nowhere).
    """

    cron: str = "30 2 * * *"
    season_cron: str = ""
    every: float = 0.0
    crawl_timeout: float = 6 * 3600.0
    health_port: int = 0


@dataclass(frozen=True, slots=True)
class Portal:
    """`[[portal]]`: one watched annual-report column.

    `delay` replaces that of `[crawl]`. `allow_hosts` are other hosts ("host" or "host:port") that may be asked; those
    outside its domain only for files. `legacy_tls` and `verify_certificate` allow weak connections: documents fetched
    that way are marked (`fetches.detail`). `cron` is the portal's own schedule in `gouji watch`, instead of that of
    `[schedule]`.
    """

    id: str
    start_url: str
    name: str = ""
    family: str = ""
    delay: float | None = None
    allow_hosts: tuple[str, ...] = ()
    legacy_tls: bool = False
    verify_certificate: bool = True
    cron: str = ""

    @property
    def called(self) -> str:
        """What people call it: its name, else its address without what every address has."""
        return self.name or self.start_url.partition("://")[2].rstrip("/") or self.id


@dataclass(frozen=True, slots=True)
class DutySettings:
    """`[duty]`. `grace_days` are added to the legal deadline before any body is called late."""

    grace_days: int = 0


@dataclass(frozen=True, slots=True)
class LocalDeadline:
    """`[[deadline]]`: the day that a local order sets, as MM-DD of the year after the report year.

    It covers the bodies whose division begins with `division`, whose parent (name or code) is `parent`, whose portal
    is `portal`, and that are of these kinds and levels; a key that is left out does not restrict anything.
    """

    due: str
    basis: str
    division: str = ""
    parent: str = ""
    portal: str = ""
    kinds: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    first_year: int = 2019
    last_year: int = 0
    grace_days: int = 0


@dataclass(frozen=True, slots=True)
class Config:
    """The whole `gouji.toml`."""

    crawl: CrawlSettings = field(default_factory=CrawlSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)
    portals: tuple[Portal, ...] = ()
    duty: DutySettings = field(default_factory=DutySettings)
    reuse: ReuseSettings = field(default_factory=ReuseSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    archive: ArchiveSettings = field(default_factory=ArchiveSettings)
    serve: ServeSettings = field(default_factory=ServeSettings)
    deadlines: tuple[LocalDeadline, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()


def read_config(path: Path, channels: ChannelCheck = any_channel) -> Config:
    """Reads `gouji.toml`; an absent file is the default configuration. UsageError as `parse_config` says."""
    return parse_config(path.read_bytes(), path, channels) if path.exists() else Config()


def parse_config(body: bytes, path: Path, channels: ChannelCheck = any_channel) -> Config:
    """The settings in the file's bytes. UsageError with file, line and what to do for bad TOML, keys, types, values,
    and for the complaints of `channels`."""
    text = decode(body, path)
    return _Reader(path, text, channels).config(parse_text(path, text))


def month_and_day(text: str) -> tuple[int, int]:
    """Month and day of `MM-DD`; (0, 0) if it is not a day of every year."""
    match = re.fullmatch(r"([0-9]{2})-([0-9]{2})", text)
    try:
        day = date(2001, int(match[1]), int(match[2])) if match else None
    except ValueError:
        day = None
    return (day.month, day.day) if day else (0, 0)


def window_end(settings: CrawlSettings, now: datetime) -> datetime | None:
    """When the current crawl window ends; None outside the window, or if none is set."""
    window = hours(settings.window)
    return closing(*window, now) if window else None


def hours(window: str) -> tuple[time, time] | None:
    """Beginning and end of `HH:MM-HH:MM`; None if it is not a valid window."""
    match = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", window)
    try:
        begin, end = (time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))) if match else (None, None)
    except ValueError:
        return None
    return (begin, end) if begin is not None and end is not None and begin != end else None


class _Reader(Sections):
    def __init__(self, path: Path, text: str, channels: ChannelCheck) -> None:
        super().__init__(path, text)
        self.channels = channels

    def config(self, data: Mapping[str, Any]) -> Config:
        for key in data:
            if f"[{key}]" not in KNOWN:
                self.fail(key, (f"unknown key '{key}'; known: {KNOWN}", f"没有 '{key}' 这一项；可写：{KNOWN}"))
        portals = tuple(self.portals(data.get("portal", [])))
        return Config(
            crawl=self.crawl(data.get("crawl", {})),
            mail=self.section("mail", MailSettings, data.get("mail", {})),
            schedule=self.section("schedule", ScheduleSettings, data.get("schedule", {})),
            portals=portals,
            duty=self.section("duty", DutySettings, data.get("duty", {})),
            reuse=self.checked("reuse", ReuseSettings, data.get("reuse", {}), complaints_of_reuse),
            engine=self.checked("engine", EngineSettings, data.get("engine", {}), complaints_of_engine),
            archive=self.checked("archive", ArchiveSettings, data.get("archive", {}), complaints_of_archive),
            serve=self.checked("serve", ServeSettings, data.get("serve", {}), complaints_of_serve),
            deadlines=tuple(self.deadlines(data.get("deadline", []))),
            subscriptions=tuple(self.subscriptions(data.get("subscription", []), frozenset(one.id for one in portals))),
        )

    def subscriptions(self, entries: Any, portals: frozenset[str]) -> Iterator[Subscription]:
        self.listed("subscription", entries)
        for index, entry in enumerate(entries):
            found = self.section("subscription", Subscription, entry, index)
            for key, message in complaints(found, portals, self.channels):
                self.fail(key, message, index, "subscription")
            yield found

    def crawl(self, entry: Any) -> CrawlSettings:
        found = self.section("crawl", CrawlSettings, entry)
        if found.window and hours(found.window) is None:
            self.fail(
                "window",
                (
                    f"'{found.window}' is no part of a day; write it as \"22:00-06:00\"",
                    f"'{found.window}' 不是一天中的时段；写成 \"22:00-06:00\"",
                ),
            )
        if found.recheck_days is not None and not 1 <= found.recheck_days <= 366:
            self.fail(
                "recheck_days",
                ("'recheck_days' must be a number of days from 1 to 366", "'recheck_days' 要是 1 到 366 之间的天数"),
            )
        if found.warc_size <= 0:
            self.fail("warc_size", ("'warc_size' must be a number of megabytes above 0", "'warc_size' 要大于 0（MB）"))
        if found.page_seconds <= 0:
            self.fail("page_seconds", ("'page_seconds' must be above 0", "'page_seconds' 要大于 0（秒）"))
        if not 0 < found.drop <= 1:
            self.fail("drop", ("'drop' must be a share above 0 and up to 1", "'drop' 要大于 0、不超过 1"))
        return found

    def checked(self, name: str, kind: type[S], entry: Any, wrong: Callable[[S], Iterable[tuple[str, Both]]]) -> S:
        """A section whose values have complaints of their own."""
        found = self.section(name, kind, entry)
        for key, message in wrong(found):
            self.fail(key, message, 0, name)
        return found

    def deadlines(self, entries: Any) -> Iterator[LocalDeadline]:
        self.listed("deadline", entries)
        for index, entry in enumerate(entries):
            found = self.section("deadline", LocalDeadline, entry, index)
            if month_and_day(found.due) == (0, 0):
                self.fail(
                    "due",
                    (
                        f"'{found.due}' is no day of every year; write it as \"01-20\"",
                        f"'{found.due}' 不是每年都有的日子；写成 \"01-20\"",
                    ),
                    index,
                    "deadline",
                )
            if not found.basis.strip():
                self.fail(
                    "basis", ("'basis' must name the order that sets this day", "'basis' 要写明依据"), index, "deadline"
                )
            if found.division and not (found.division.isascii() and found.division.isdigit()):
                self.fail(
                    "division",
                    (
                        f"'{found.division}' must be the first digits of a division code",
                        f"'{found.division}' 要是行政区划代码的前几位",
                    ),
                    index,
                    "deadline",
                )
            for key, values, known in (("kinds", found.kinds, KINDS), ("levels", found.levels, LEVELS)):
                for value in values:
                    if value not in known:
                        self.fail(
                            key,
                            (
                                f"'{value}' is unknown; one of {', '.join(known)}",
                                f"没有 '{value}' 这一种；可写 {', '.join(known)}",
                            ),
                            index,
                            "deadline",
                        )
            yield found

    def portals(self, entries: Any) -> list[Portal]:
        self.listed("portal", entries)
        result: list[Portal] = []
        for index, entry in enumerate(entries):
            portal = self.section("portal", Portal, entry, index)
            for key, message in complaints_of_portal(portal.start_url, portal.allow_hosts):
                self.fail(key, message, index, "portal")
            if portal.id in {other.id for other in result}:
                twice = (
                    f"the id '{portal.id}' stands twice; ids must differ",
                    f"编号 '{portal.id}' 出现了两次；各门户的编号不能相同",
                )
                self.fail("id", twice, index, "portal")
            result.append(portal)
        return result
