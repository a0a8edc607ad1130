"""A crawl in shards from beginning to end: dealt, crawled, taken in; killed at any moment, the same command goes on."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlite_utils import Database

from crawler.crawl.task import choose
from crawler.ground.clock import parse_stamp, stamp
from crawler.ground.config import Config, Portal
from crawler.ground.contained import Failed, contained
from crawler.ground.data import DataDir
from crawler.ledger import marks
from crawler.ledger.closing import abandon
from crawler.ledger.portals import sync
from extract.engine.crew import Crew
from monitor.merge.merge import MergeResult, take_in
from monitor.schema import open_database
from monitor.shards.hosts import dealt
from monitor.shards.local import crawled_here
from monitor.shards.remote import crawled_there, settle
from monitor.shards.seed import seeded
from monitor.shards.work import Order, outcome_of, read, written

PLAN = "plan.json"
TAKEN_UP = timedelta(hours=12)  # as for a crawl that was killed: after that its lists are stale
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Question:
    """What is crawled: these portals (none named: all), reports of one year or all, in so many shards."""

    number: int
    portals: tuple[str, ...] = ()
    year: int | None = None
    everything: bool = False
    lang: str = "zh"

    def arguments(self, portals: Sequence[str]) -> list[str]:
        return [
            *(f"--portal={one}" for one in portals),
            *(("--year", str(self.year)) if self.year is not None else ()),
            *(["--all"] * self.everything),
        ]


@dataclass(slots=True)
class ShardsResult:
    """The outcome of each shard that was crawled and taken in, by its name; how the others failed, which are left for
    the same command; `portals` by shard."""

    portals: dict[str, list[str]]
    outcomes: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


def crawl_in_shards(
    db: Database, data: DataDir, question: Question, now: datetime, crew: Crew | None, told: Told
) -> ShardsResult:
    """Crawls with the workers of `crew`, or with processes of this machine. The caller holds the lock of `data`.

    UsageError for an unknown portal or a missing contact; GoujiError where nobody crawls.
    """
    config = data.config()
    chosen = choose(config, question.portals)
    home = data.root / "shards"
    plan = _plan(db, data, config, home, question, chosen, now)
    result = ShardsResult(plan["shards"])
    for name in result.portals:
        settle(home / name)
        if (done := read(home / f"{name}.json")) is not None:
            result.outcomes[name] = done
    waiting = [name for name in result.portals if name not in result.outcomes]
    by_id = {portal.id: portal for portal in chosen}
    for name in waiting:
        if not (home / name).is_dir():
            seeded(data, config, [by_id[one] for one in result.portals[name]], home / name)
    told(len(result.outcomes), len(result.portals))
    for name, failed in _crawled(home, plan, question, config, waiting, crew):
        if failed is None:
            failed = _taken(db, data, home, name, result)
        if failed is not None:
            result.failures[name] = failed.words[question.lang == "zh"]
        told(len(result.outcomes) + len(result.failures), len(result.portals))
    if not result.failures:
        shutil.rmtree(home)
    return result


def _plan(
    db: Database, data: DataDir, config: Config, home: Path, question: Question, chosen: Sequence[Portal], now: datetime
) -> Mapping[str, Any]:
    """The plan of a run that was killed if it is for the same, else a new one."""
    asked = [
        question.number,
        [[one.id, one.start_url, *one.allow_hosts] for one in chosen],
        question.year,
        question.everything,
    ]
    known = read(home / PLAN)
    if known is not None and known["asked"] == asked and now - parse_stamp(known["at"]) < TAKEN_UP:
        return known
    if known is not None:
        _leave(db, data, home, known, config, now)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700)
    marks.count(db, data.root)
    abandon(db, config.crawl.drop, stamp(now))
    sync(db, config)
    shards = dealt(chosen, question.number)
    width = len(str(len(shards)))
    plan = {
        "asked": asked,
        "at": stamp(now),
        "run": uuid4().hex,
        "shards": {f"{at:0{width}d}": [one.id for one in shard] for at, shard in enumerate(shards, 1)},
    }
    written(home / PLAN, plan)
    return plan


def _leave(db: Database, data: DataDir, home: Path, plan: Mapping[str, Any], config: Config, now: datetime) -> None:
    """Takes in what an earlier run crawled, though it did not come to its end: as a crawl that is not gone on with."""
    for name in plan["shards"]:
        settle(home / name)
        shard = DataDir(home / name)
        if not shard.database.is_file() or (home / f"{name}.json").exists():
            continue
        with closing(open_database(shard)) as theirs:
            marks.count(theirs, shard.root)
            abandon(theirs, config.crawl.drop, stamp(now))
        _take(db, data, home, name)


def _crawled(
    home: Path, plan: Mapping[str, Any], question: Question, config: Config, names: Sequence[str], crew: Crew | None
) -> Iterator[tuple[str, Failed | None]]:
    limit = config.schedule.crawl_timeout
    back = [name for name in names if outcome_of(home / name) is not None]
    yield from ((name, None) for name in back)
    orders = [
        (name, DataDir(home / name), Order(question.arguments(plan["shards"][name]), limit, question.lang))
        for name in names
        if name not in back
    ]
    if crew is None:
        yield from crawled_here(orders)
    elif orders:
        yield from crawled_there(crew, plan["run"], orders)


def _taken(db: Database, data: DataDir, home: Path, name: str, result: ShardsResult) -> Failed | None:
    """Takes a shard in, and its directory away; written down, so that it is neither crawled nor taken in again."""
    outcome = outcome_of(home / name)
    if outcome is None:
        return Failed("unavailable")
    took = contained(lambda: _take(db, data, home, name))
    if isinstance(took, Failed):
        return took
    result.lost += took.lost
    written(home / f"{name}.json", outcome)
    shutil.rmtree(home / name, ignore_errors=True)
    result.outcomes[name] = outcome
    return None


def _take(db: Database, data: DataDir, home: Path, name: str) -> MergeResult:
    """What is in the shard is in ours afterwards, once, what crossed the wire too."""
    shard = DataDir(home / name)
    took = take_in(db, data, shard, lambda _at, _of: None)
    if shard.warc.is_dir():
        data.warc.mkdir(exist_ok=True)
        for path in sorted(shard.warc.iterdir()):
            os.replace(path, _free(data.warc, path.name, name))  # noqa: PTH105  # within one data directory
    return took


def _free(folder: Path, name: str, shard: str) -> Path:
    """CRAWL-TIME-SERIAL: shards may have begun crawls of one number in one second."""
    crawl, at, serial = name.split("-", 2)
    return folder / f"{crawl}-{at}s{shard}-{serial}"
