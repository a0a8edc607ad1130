"""One crawl from beginning to end, in this process: begun or taken up again, worked through, brought to an end."""

import logging
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

from sqlite_utils import Database

from crawler.crawl.harvest import Harvest
from crawler.crawl.page_workers import PageWorkers
from crawler.crawl.process import fetch
from crawler.crawl.task import CrawlOutcome, Task, alone, choose
from crawler.crawl.visits import Visits
from crawler.ground.archive import open_archive
from crawler.ground.clock import parse_stamp, stamp
from crawler.ground.config import Config, Portal, window_end
from crawler.ground.contained import Failed, contained
from crawler.ground.data import DataDir, connect, require
from crawler.ground.errors import GoujiError
from crawler.ground.hosts import refusal
from crawler.ground.schema import migrations
from crawler.ground.urls import resolve
from crawler.ledger import fetches, looks, marks
from crawler.ledger.closing import abandon, examined, left, settle
from crawler.ledger.frontier import Frontier
from crawler.ledger.portals import remember_open, sync
from crawler.pages.asks import Ask
from crawler.wire.recorder import recorded_as
from crawler.wire.resolver import public

log = logging.getLogger(__name__)

# A crawl that stopped longer ago than this is not taken up again: its lists are stale.
TAKEN_UP = timedelta(hours=12)


def crawl(
    data: DataDir,
    portal_ids: tuple[str, ...],
    year: int | None,
    now: datetime,
    readers: PageWorkers,
    *,
    everything: bool = False,
    in_window: bool = False,
) -> CrawlOutcome:
    """Crawls the named portals (none named: all), or goes on with a crawl that was killed.

    With `everything` each known report is looked at again, due or not, and all is asked for without conditions; with
    `in_window` the hours that gouji.toml sets are kept; what cannot be asked within them is left for the next crawl.

    Raises UsageError for an unknown portal or a missing contact, GoujiError when nothing can be kept.
    One call per process: the reactor starts once.
    """
    config = require(data).config()
    until = window_end(config.crawl, now) if in_window else None
    if in_window and config.crawl.window and until is None:
        raise GoujiError(
            f'it is not the time to crawl: [crawl] window = "{config.crawl.window}" (Asia/Shanghai)',
            f'现在不是抓取的时段：[crawl] window = "{config.crawl.window}"（北京时间）',
        )
    if config.crawl.window and not in_window:
        log.info(
            "crawling outside the window %s, as this crawl was started by hand",
            config.crawl.window,
            extra={"zh": "不在 %s 这个时段里：这次抓取是人手启动的"},
        )
    task = Task(choose(config, portal_ids), year, everything, until)
    with alone(data), closing(connect(data, [migrations])) as db:
        sync(db, config)
        return _run(data, db, config, task, ticking(now), readers)


def ticking(now: datetime) -> Callable[[], datetime]:
    # A crawl takes hours: the instants of its ledger move on from the one that was passed in.
    begun = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - begun)


def _run(
    data: DataDir, db: Database, config: Config, task: Task, clock: Callable[[], datetime], readers: PageWorkers
) -> CrawlOutcome:
    marks.count(db, data.root)
    number = _begin(db, config, task, clock())
    frontier = Frontier(db, number)
    frontier.cap = config.crawl.daily_cap
    frontier.spent = fetches.asked_today(db, clock()) if frontier.cap else Counter()
    whole = task.whole(db, config, clock())
    harvest = Harvest(db, frontier, {portal.id: portal for portal in task.portals}, task.year, clock, whole)
    log.info(
        "crawl %d: %d portals, %d requests to make",
        number,
        len(task.portals),
        frontier.pending,
        extra={"zh": "第 %d 次抓取：门户 %d，待请求 %d"},
    )
    archive = open_archive(data)
    archive.sweep()
    begun = str(db.execute("select started_at from crawls where id = ?", [number]).fetchone()[0])
    with marks.Marks(data.root, number) as working:
        broken = fetch(
            config,
            task.portals,
            Visits(archive, harvest, working),
            readers,
            recorded_as(
                data.warc,
                number,
                task.portals,
                task.year,
                clock(),
                begun=begun,
                megabytes=config.crawl.warc_size,
                everything=task.everything,
            ),
            until=task.until,
            afresh=task.everything,
        )
    marks.count(db, data.root)
    remember_open(db, task.portals, public)
    if broken is not None:
        raise broken
    frontier.put_back()
    outcome = CrawlOutcome(
        number,
        not frontier.unfinished(),
        tuple(examined(db, number, portal.id, task.year, config.crawl.drop) for portal in task.portals),
    )
    _end(db, frontier, outcome, whole if task.year is None else frozenset(), clock())
    return outcome


def _begin(db: Database, config: Config, task: Task, now: datetime) -> int:
    """The number of a crawl to be continued, else of a new one with its first requests in place."""
    with db.atomic():
        row = db.execute(
            "select id, started_at, selection from crawls where finished_at is null order by id desc limit 1"
        ).fetchone()
        if row and row[2] == task.selection and now - parse_stamp(str(row[1])) < TAKEN_UP:
            return int(row[0])
        abandon(db, config.crawl.drop, stamp(now))
        number = int(
            db.execute(
                "insert into crawls (started_at, portals, selection) values (?, ?, ?) returning id",
                [stamp(now), len(task.portals), task.selection],
            ).fetchone()[0]
        )
        days = looks.recheck_days(config.crawl, now)
        seed(db, number, task, now, days)
    return number


def seed(db: Database, crawl: int, task: Task, now: datetime, days: int) -> None:
    """The first requests of a crawl: each portal's column, and the known reports whose next look is due."""
    frontier = Frontier(db, crawl)
    for portal in task.portals:
        frontier.push(portal.id, Ask(url=resolve(portal.start_url, portal.start_url) or portal.start_url))
        failed = contained(
            lambda portal=portal: _due(frontier, portal, task, now, days),  # type: ignore[misc]  # bound as it is now
            beyond=(sqlite3.Error,),
        )
        if isinstance(failed, Failed):
            # Its lists name its reports all the same.
            log.error(
                "%s: what is due there cannot be told: %s",
                portal.id,
                failed.detail,
                extra={"zh": "%s：说不出那里该看什么：%s"},
            )


def _due(frontier: Frontier, portal: Portal, task: Task, now: datetime, days: int) -> None:
    for ask in looks.due(frontier.db, portal.id, now, days, task.year, everything=task.everything):
        if refusal(ask.url, portal.start_url, portal.allow_hosts) is None:
            frontier.push(portal.id, ask)


def _end(db: Database, frontier: Frontier, outcome: CrawlOutcome, whole: frozenset[str], now: datetime) -> None:
    with db.atomic():
        db.execute(
            "update crawls set requests = ?, reports_found = ?, new_documents = ?, errors = ?, outcome = ?, "
            "finished_at = ? where id = ?",
            [
                outcome.requests,
                outcome.reports_found,
                outcome.new_documents,
                outcome.errors,
                ("done" if outcome.exit_status == 0 else "unreached") if outcome.finished else "stopped",
                stamp(now) if outcome.finished else None,
                outcome.crawl,
            ],
        )
        waiting = left(db, outcome.crawl)
        for portal in outcome.portals:
            # A crawl that was stopped has looked at some portals to their ends all the same.
            if portal.id not in waiting:
                settle(db, outcome.crawl, portal, portal.id in whole, stamp(now))
        if not outcome.finished:
            return
        looks.unfinished_files(db, outcome.crawl)
        frontier.clear()
