"""Runs the whole pipeline once: crawl → extract → check → alert. A failing step is reported,
and steps that are still possible are done."""

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from functools import partial
from typing import Any

from sqlite_utils import Database

from crawler.ground.config import Config, window_end
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError
from crawler.ground.errors import Stopped as Stopped
from extract.engine.chosen import chosen
from extract.engine.engine import Engine
from extract.run import extract
from monitor.alerts.alert import alert
from monitor.alerts.feed import write_feed
from monitor.checking.check import CheckResult, check
from monitor.failures import part_words
from monitor.schema import open_database
from monitor.service.crawl_process import crawl_run
from monitor.service.steps import PORTAL_TROUBLE, Clock, Name, RoadResult, Settings, Step
from monitor.subscriptions import readers_of

log = logging.getLogger(__name__)


IN_WINDOW = "--in-window"  # the crawler's option for the hours that gouji.toml sets
NAMED = 5  # the most documents or bodies that a step names
COUNTS = ("requests", "reports_found", "new_documents", "errors")


def run_once(data: DataDir, clock: Clock, settings: Settings | None = None) -> RoadResult:
    """Runs the four steps. Raises GoujiError if configuration or database cannot be opened, Stopped if asked to stop.

    The caller holds the lock (`monitor.service.lock`). After a failed extract nothing is checked: a body whose
    report is still unread must not be called missing. If single documents could not be read, only their bodies wait.
    """
    settings = settings or Settings()
    config, db = data.config(), open_database(data)
    try:
        steps: list[Step] = []
        for name, work in _works(db, data, config, clock, settings):
            if settings.stop():
                raise Stopped
            settings.on_progress(name, 0, 0)
            unread = any(step.name == "extract" and step.outcome == "failed" for step in steps)
            steps.append(
                Step("check", "skipped", reason="unread") if name == "check" and unread else _attempt(name, work)
            )
            settings.on_step(steps[-1])
        return RoadResult(tuple(steps))
    finally:
        db.close()


def _works(
    db: Database, data: DataDir, config: Config, clock: Clock, settings: Settings
) -> list[tuple[Name, Callable[[], Step]]]:
    def read() -> Step:
        engine = chosen(data, config.engine.address, say=lambda said: log.warning("%s", said[0]))
        return _extract(db, data, clock(), engine, partial(follow, "extract"))

    def judge() -> Step:
        with settings.breaking():
            result = check(db, config, clock(), progress=partial(follow, "check"), between=stop)
            write_feed(db, data, config, clock())
        return _checked(result)

    def stop() -> None:
        if settings.stop():
            raise Stopped

    def follow(name: Name, done: int, total: int) -> None:
        settings.on_progress(name, done, total)
        if settings.stop():
            raise Stopped

    return [
        ("crawl", lambda: _crawl(data, config, settings, clock())),
        ("extract", read),
        ("check", judge),
        ("alert", lambda: _alert(db, data, config, clock(), settings)),
    ]


def _attempt(name: Name, work: Callable[[], Step]) -> Step:
    try:
        return work()
    except Stopped:
        raise
    except GoujiError as error:
        return Step(name, "failed", detail=str(error), zh=error.said("zh"))
    except (OSError, sqlite3.Error) as error:
        return Step(name, "failed", detail=str(error))
    except Exception as error:  # an error in one step must not stop the others, or the service
        log.debug("%s failed", name, exc_info=True)
        return Step(name, "failed", detail=f"{type(error).__name__}: {error}")


def _extract(db: Database, data: DataDir, now: datetime, engine: Engine, follow: Callable[[int, int], None]) -> Step:
    result = extract(db, data, now=now, engine=engine, progress=follow)
    counts = {**_counts(result), "unread": len(result.failures)}
    if result.whole:
        return Step("extract", "done", counts)
    # The bodies of these documents cannot be judged (`monitor.duty.ledger`); all others can.
    named = [f"{one.url}: {one.problem.code}" for one in result.failures[:NAMED]]
    return Step("extract", "trouble", counts, "documents_unread", ", ".join(named))


def _checked(result: CheckResult) -> Step:
    if result.whole:
        return Step("check", "done", _counts(result))
    reason = f"clock_{result.clock}" if result.clock else "unjudged"
    bodies = list(result.failed.values())[:NAMED]
    zh, en = ([*bodies, *(part_words(part)[at] for part in result.undone)] for at in (0, 1))
    more = "…" * (len(result.failed) > NAMED)
    counts = {**_counts(result), "unjudged": len(result.failed)}
    return Step("check", "trouble", counts, reason, ", ".join(en) + more, "、".join(zh) + more)


def _alert(db: Database, data: DataDir, config: Config, now: datetime, settings: Settings) -> Step:
    if not readers_of(config):
        return Step("alert", "skipped", reason="no_recipients")
    result = alert(
        db,
        data,
        config,
        now,
        password=settings.password,
        at_once=settings.by_hand,
        environment=settings.environment,
        stop=settings.stop,
        progress=partial(settings.on_progress, "alert"),
    )
    with settings.breaking():
        write_feed(db, data, config, now)
    # The next run sends what could not be sent.
    said = "; ".join(result.reasons), "；".join(result.reasons_zh)
    return Step("alert", "failed" if result.failed else "done", _counts(result), "", *said)


def _crawl(data: DataDir, config: Config, settings: Settings, now: datetime) -> Step:
    if not config.portals:
        return Step("crawl", "skipped", reason="no_portals")
    if settings.portals is not None and not settings.portals:
        return Step("crawl", "skipped", reason="none_due")
    if IN_WINDOW in settings.crawl_arguments and config.crawl.window and window_end(config.crawl, now) is None:
        return Step("crawl", "skipped", reason="outside_window", detail=config.crawl.window)
    limit = config.schedule.crawl_timeout
    crawled = crawl_run(data, settings, limit)
    if crawled.status is None:
        return Step("crawl", "failed", reason="time_limit", detail=f"{limit:g} s")
    if crawled.status not in (0, PORTAL_TROUBLE) or not crawled.outcome:
        return Step("crawl", "failed", reason="status", detail=str(crawled.status))
    portals = crawled.outcome["portals"]
    counts = {"portals": len(portals), **{name: crawled.outcome[name] for name in COUNTS}}
    troubled = [f"{portal['id']}: {portal['state']}" for portal in portals if not portal["reached"]]
    return Step("crawl", "trouble" if crawled.status else "done", counts, detail=", ".join(troubled))


def _counts(result: Any) -> dict[str, int]:
    """The whole numbers of a step's result."""
    values = {item.name: getattr(result, item.name) for item in fields(result)}
    return {name: value for name, value in values.items() if isinstance(value, int)}
