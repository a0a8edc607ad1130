"""The machine that runs the real pipeline through the world of bench/years.py, and everything that goes wrong on it."""

import math
import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlite_utils import Database

from bench._world import Page, World
from crawler.ground.clock import SHANGHAI, local_date, stamp
from crawler.ground.config import Config
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError
from crawler.ledger import documents, fetches, looks, portals
from crawler.ledger.fetches import Fetch
from crawler.ledger.portals import State
from crawler.pages.asks import Ask
from crawler.pages.verdicts import Word
from extract.store.write import Reading, save
from monitor.alerts.alert import alert
from monitor.checking.check import check
from monitor.demo.servers import Mailbox
from monitor.schema import open_database

PARSER = "years"
FINE = 2000  # steps of the database between two moments at which a process may die
UNREAD = """
select d.sha256, d.url, d.first_seen, d.published_on, d.portal from documents d
left join readings r on r.document = d.sha256 and r.url = d.url where r.document is null
"""
# The ledger's verdict on a list page. A column that has lost its entries can still be read.
LIST_VERDICT: Mapping[State, Word] = {
    "ok": "ok",
    "failing": "ok",
    "unreachable": "unreachable",
    "challenge": "challenge",
    "forbidden": "forbidden",
    "throttled": "throttled",
    "soft_404": "soft_404",
}


class Killed(Exception):  # noqa: N818  # caused by the machine, not an error of the program
    """The process was killed."""


class Office(Mailbox):
    """A mail server that may be down, or may accept a mail whose sender then dies or never gets the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.down = False
        self.mute = False
        self.accepted = 0
        self.at: list[datetime] = []
        self.now = datetime.min

    async def handle_DATA(self, server: Any, session: object, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if self.down:
            return "451 4.3.0 out of order"
        self.at.append(self.now)
        self.accepted += 1
        if self.mute:
            server.transport.abort()
        return await super().handle_DATA(server, session, envelope)


@dataclass(slots=True)
class Machine:
    """Runs the pipeline day by day, and records what its crawls saw: by portal and day, by page and version."""

    world: World
    data: DataDir
    config: Config
    office: Office
    dice: random.Random
    daily_kills: bool = True
    progress: Callable[[str], None] = lambda _line: None
    db: Database = field(init=False)
    healthy: dict[str, list[date]] = field(default_factory=dict)
    troubled: dict[str, dict[date, State]] = field(default_factory=dict)
    seen: dict[tuple[str, str], date] = field(default_factory=dict)
    runs: list[date] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)
    mails_down: list[date] = field(default_factory=list)
    keys: dict[str, str] = field(init=False)
    spent: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.db = open_database(self.data)
        self.keys = {url: looks.look_key(Ask(url)) for url in self.world.pages}

    def live(self) -> None:
        """All days of these years: one run each day from January to April, else one each Monday."""
        day = self.world.first
        while day <= self.world.last:
            if day.month <= 4 or day.weekday() == 0:
                self.day(day)
            if day.day == 1:
                self.progress(f"{day}  {len(self.office.messages)} mails")
            day += timedelta(days=1)
        self.db.close()

    def day(self, day: date) -> None:
        """One run; an interrupted one is started again, as a service manager does."""
        now = datetime.combine(day, time(2, 30), SHANGHAI).astimezone(UTC)
        if self.dice.random() < 0.03:
            # The clock of the machine is wrong by hours, in either direction.
            now += timedelta(hours=self.dice.choice((-2, 5, 14)))
            self._count("clock")
        self.office.down = self.dice.random() < 0.03
        self.mails_down += [day] * self.office.down
        self._count("mail") if self.office.down else None
        fault = self.dice.choice(("crawl", "read", "check", "check", "alert", "posted", "mute", "disk", "outbox"))
        for attempt in range(4):
            # Faults happen in the first attempt only.
            if self._attempt(now + attempt * timedelta(minutes=7), fault if attempt == 0 and self.daily_kills else ""):
                self.runs.append(day)
                return
        raise AssertionError(f"{day}: the run does not come to its end")

    def _attempt(self, now: datetime, fault: str) -> bool:
        self.office.now = now
        try:
            self._road(now, fault)
        except (Killed, sqlite3.OperationalError, GoujiError):
            self._count(fault)
            # What was only in memory is lost, and so is what was written but not committed.
            self.db.close()
            self.db = open_database(self.data)
            return False
        return True

    def _count(self, fault: str) -> None:
        self.faults[fault] = self.faults.get(fault, 0) + 1

    def _road(self, now: datetime, fault: str) -> None:
        with self._dying("crawl", fault):
            self._crawl(now)
        with self._dying("read", fault):
            self._read(now + timedelta(minutes=1))
        with self._dying("check", fault), self._full_disk(fault == "disk"):
            check(self.db, self.config, now + timedelta(minutes=2))
        with self._dying("alert", fault), self._no_outbox(fault == "outbox"):
            if fault == "posted":
                self._die_after(self.office.accepted)
            self.office.mute = fault == "mute"
            result = alert(self.db, self.data, self.config, now + timedelta(minutes=3))
            self.db.conn.set_progress_handler(None, 0)
            if self.office.mute and result.failed:
                raise Killed

    # --- faults --------------------------------------------------------------------------------------------------

    @contextmanager
    def _dying(self, step: str, fault: str) -> Iterator[None]:
        """The process dies at a random moment of this step; the last run tells how long the step takes."""
        left = self.dice.uniform(0, self.spent.get(step, 0)) if step == fault else math.inf
        used = 0

        def burn() -> int:
            nonlocal used
            used += 1
            return int(used > left)

        self.db.conn.set_progress_handler(burn, FINE)
        yield
        self.db.conn.set_progress_handler(None, 0)
        self.spent[step] = used

    def _die_after(self, letters: int) -> None:
        """The server has accepted a mail, and the sender dies before it can record that."""
        self.db.conn.set_progress_handler(lambda: int(self.office.accepted > letters), 5)

    @contextmanager
    def _full_disk(self, full: bool) -> Iterator[None]:
        if not full:
            yield
            return
        pages = self.db.execute("pragma page_count").fetchone()[0]
        self.db.execute(f"pragma max_page_count = {pages}")
        yield
        self.db.execute("pragma max_page_count = 1073741823")

    @contextmanager
    def _no_outbox(self, lost: bool) -> Iterator[None]:
        if not lost:
            yield
            return
        kept = self.data.outbox.with_name("outbox.kept")
        self.data.outbox.rename(kept)
        self.data.outbox.write_text("")
        try:
            yield
        finally:
            self.data.outbox.unlink()
            kept.rename(self.data.outbox)

    # --- the crawl: the database as crawler.crawl.run leaves it ---

    def _crawl(self, now: datetime) -> None:
        row = self.db.execute("select id from crawls where finished_at is null order by id desc limit 1").fetchone()
        crawl = (
            int(row[0])
            if row
            else int(
                self.db.execute(
                    "insert into crawls (started_at, portals) values (?, ?) returning id",
                    [stamp(now), len(self.world.portals)],
                ).fetchone()[0]
            )
        )
        day = local_date(now)
        for portal in self.world.portals:
            with self.db.atomic():
                self._visit(crawl, portal, now)
        end = now + timedelta(seconds=30)
        with self.db.atomic():
            self.db.execute("update crawls set finished_at = ?, outcome = 'done' where id = ?", [stamp(end), crawl])
            for portal in self.world.portals:
                portals.set_state(self.db, portal, self.world.state(portal, day), end)
        for portal in self.world.portals:
            self._note(portal, day)

    def _note(self, portal: str, day: date) -> None:
        state = self.world.state(portal, day)
        if state != "ok":
            self.troubled.setdefault(portal, {})[day] = state
        elif day not in (days := self.healthy.setdefault(portal, [])):
            days.append(day)

    def _visit(self, crawl: int, portal: str, now: datetime) -> None:
        day, state = local_date(now), self.world.state(portal, local_date(now))
        start = f"http://127.0.0.1/{portal}/"
        verdict = LIST_VERDICT[state]
        fetches.enter(self.db, crawl, Fetch(portal, start, "list", verdict), now)
        if state != "ok":
            return
        known: dict[str, str | None] = dict(
            self.db.execute("select key, verdict from looks where portal = ?", [portal]).fetchall()
        )
        rebuilt = self.world.rebuilt.get(portal)
        anew = rebuilt is not None and 0 <= (day - rebuilt).days < 7
        wanted: dict[str, Ask] = {}
        for page in self.world.by_portal.get(portal, ()):
            # A list is read down to the first known entries; removed pages are not in it.
            if page.there(day) and (anew or known.get(self.keys[page.url]) in (None, *looks.GONE)):
                shown = rebuilt if anew and rebuilt else page.printed
                ask = Ask(page.url, "detail", title=_title(page), date=shown.isoformat())
                place = looks.ListPlace(crawl, portal, start, 1)
                if looks.listed(self.db, place, ask, "generic", page.year).wanted:
                    wanted[page.url] = ask
        for ask in looks.due(self.db, portal, now, looks.recheck_days(self.config.crawl, now), None):
            wanted.setdefault(ask.url, ask)
        for url, ask in wanted.items():
            self._look(crawl, portal, self.world.pages[url], ask, now)

    def _look(self, crawl: int, portal: str, page: Page, ask: Ask, now: datetime) -> None:
        day = local_date(now)
        if not page.there(day):
            fetches.enter(self.db, crawl, Fetch(portal, page.url, "detail", "not_found", 404), now)
            looks.learned(self.db, portal, ask, page.url, "not_found", now, year=page.year, crawl=crawl)
            return
        version = page.version(day)
        sha256 = page.hash(version)
        earlier = self.db.execute("select 1 from documents where url = ? limit 1", [page.url]).fetchone()
        fresh = documents.record(
            self.db,
            sha256=sha256,
            url=page.url,
            now=now,
            portal=portal,
            title=_title(page),
            agency_name=page.body.name,
            year=page.year,
            media_type="text/html",
            published_on=page.printed.isoformat(),
        )
        verdict: Word = ("changed" if earlier else "new") if fresh else "same"
        fetches.enter(self.db, crawl, Fetch(portal, page.url, "detail", verdict, 200, sha256), now)
        looks.learned(self.db, portal, ask, page.url, verdict, now, year=page.year, crawl=crawl)
        self.seen.setdefault((page.url, version), day)

    # --- the reading: the database as extract.run leaves it ------------------------------------------------------

    def _read(self, now: datetime) -> None:
        readings = []
        for sha256, url, first_seen, published_on, portal in self.db.execute(UNREAD).fetchall():
            page = self.world.pages[url]
            version = next(name for _, name in page.versions if page.hash(name) == sha256)
            readings.append(
                Reading(sha256, url, self.world.report(page, version), first_seen, published_on, portal=portal)
            )
        for start in range(0, len(readings), 50):
            save(self.db, readings[start : start + 50], PARSER, now)


def _title(page: Page) -> str:
    return f"{page.body.name}{page.year}年政府信息公开工作年度报告"
