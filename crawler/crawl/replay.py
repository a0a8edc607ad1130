"""A recorded crawl run again with no network: the same answers, therefore the same documents."""

import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from crawler.crawl.harvest import Harvest
from crawler.crawl.page_workers import PageWorkers
from crawler.crawl.process import fetch
from crawler.crawl.run import seed, ticking
from crawler.crawl.task import CrawlOutcome, Task, alone
from crawler.crawl.visits import Visits
from crawler.ground.archive import open_archive
from crawler.ground.clock import parse_stamp, stamp
from crawler.ground.config import Config, Portal
from crawler.ground.data import DataDir, connect, require
from crawler.ground.errors import UsageError
from crawler.ground.schema import migrations
from crawler.ledger import looks, marks
from crawler.ledger.frontier import Frontier
from crawler.ledger.portal_state import examine
from crawler.ledger.portals import set_state, sync
from crawler.wire.recording import Recording, whole_crawl

log = logging.getLogger(__name__)

REPLAYED = "replayed"
# Nothing waits for nobody, and no handler is left that could reach a network.
OFFLINE = {"DOWNLOAD_DELAY": 0.0, "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https", "file", "data", "s3", "ftp"))}


@dataclass(frozen=True, slots=True)
class RecordedQuestion:
    """What the recorded crawl was asked for, and when."""

    portals: tuple[Portal, ...]
    year: int | None
    started: datetime
    everything: bool = False


def replay(
    data: DataDir,
    paths: Sequence[Path],
    portal_ids: tuple[str, ...],
    year: int | None,
    now: datetime | None,
    readers: PageWorkers,
) -> CrawlOutcome:
    """Runs a recorded crawl again, at the instant it began (or at `now`), into this data directory.

    `paths` are WARC files of one crawl; those of it that lie beside them are taken too. Raises UsageError when they
    are none.
    """
    config = require(data).config()
    paths = whole_crawl(paths)
    recording = Recording(paths)
    question = question_of(recording)
    chosen = _choose(question.portals, portal_ids)
    clock = ticking(now or question.started)
    if recording.torn:
        log.warning("the last record of a file is torn: the crawl that wrote it was killed; the rest is sound")
    with alone(data), closing(connect(data, [migrations])) as db:
        sync(db, config)
        task = Task(chosen, question.year if year is None else year, question.everything)
        marks.count(db, data.root)
        number = _begin(db, config, task, paths, clock())
        frontier = Frontier(db, number)
        whole = task.whole(db, config, clock())
        harvest = Harvest(db, frontier, {portal.id: portal for portal in chosen}, task.year, clock, whole)
        with marks.Marks(data.root, number) as working:
            broken = fetch(
                config, chosen, Visits(open_archive(data), harvest, working), readers, OFFLINE, recording=recording
            )
        marks.count(db, data.root)
        if broken is not None:
            raise broken
        outcome = CrawlOutcome(
            number, not frontier.unfinished(), tuple(examine(db, number, portal.id) for portal in chosen)
        )
        _end(db, frontier, outcome, whole if task.year is None else frozenset(), clock())
    return outcome


def question_of(recording: Recording) -> RecordedQuestion:
    """What the first record of the file says; UsageError where it is no crawl of ours."""
    where = recording.paths[0]
    try:
        said = json.loads(recording.information["gouji-crawl"])
        portals = tuple(_portal(one) for one in said["portals"])
        year = None if said["year"] is None else int(said["year"])
        return RecordedQuestion(portals, year, parse_stamp(str(said["started"])), bool(said.get("everything", False)))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"{where}: not recorded by gouji: its first record does not say which portals were crawled"
        ) from error


def _portal(said: Mapping[str, Any]) -> Portal:
    # What a later version of gouji said of a portal is left aside.
    known = {one.name for one in fields(Portal)}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in said.items() if name in known
    }
    return Portal(**values)


def _choose(portals: tuple[Portal, ...], portal_ids: tuple[str, ...]) -> tuple[Portal, ...]:
    by_id = {portal.id: portal for portal in portals}
    for wanted in portal_ids:
        if wanted not in by_id:
            raise UsageError(f"the recorded crawl has no portal '{wanted}', but: {', '.join(by_id)}")
    return tuple(by_id[wanted] for wanted in dict.fromkeys(portal_ids)) if portal_ids else portals


def _begin(db: Database, config: Config, task: Task, paths: Sequence[Path], now: datetime) -> int:
    # Finished from the start: a replay that is killed is none to be continued, nor does it end an unfinished crawl.
    with db.atomic():
        db.execute("delete from frontier where crawl in (select id from crawls where outcome = ?)", [REPLAYED])
        for portal in task.portals:
            db.execute(
                "insert or ignore into portals (id, name, start_url, family, active) values (?, ?, ?, ?, 0)",
                [portal.id, portal.called, portal.start_url, portal.family or None],
            )
        number = int(
            db.execute(
                "insert into crawls (started_at, finished_at, portals, selection, outcome) values (?, ?, ?, ?, ?) "
                "returning id",
                [stamp(now), stamp(now), len(task.portals), json.dumps([path.name for path in paths]), REPLAYED],
            ).fetchone()[0]
        )
        seed(db, number, task, now, looks.recheck_days(config.crawl, now))
    return number


def _end(db: Database, frontier: Frontier, outcome: CrawlOutcome, whole: frozenset[str], now: datetime) -> None:
    with db.atomic():
        db.execute(
            "update crawls set requests = ?, reports_found = ?, new_documents = ?, errors = ?, finished_at = ? "
            "where id = ?",
            [outcome.requests, outcome.reports_found, outcome.new_documents, outcome.errors, stamp(now), outcome.crawl],
        )
        for portal in outcome.portals:
            # How a portal was then says nothing where it was looked at later.
            later = db.execute(
                "select 1 from portals where id = ? and checked_at > ?", [portal.id, stamp(now)]
            ).fetchone()
            if later is None:
                set_state(db, portal.id, portal.state, now, portal.said)
            if portal.id in whole and portal.lists_read:
                looks.was_whole(db, portal.id, now)
        looks.unfinished_files(db, outcome.crawl)
        frontier.clear()
