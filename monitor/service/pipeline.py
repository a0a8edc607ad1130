"""The whole road once: crawl → extract → check → alert, each step apart, so that one failing step is reported
and what can still be done is done."""

import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import partial
from typing import Any, Literal, NamedTuple

from sqlite_utils import Database

from crawler.ground.config import Config, window_end
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError
from crawler.ground.errors import Stopped as Stopped
from crawler.ground.surroundings import needed
from extract.run import extract
from monitor.alerts.alert import alert
from monitor.alerts.feed import write_feed
from monitor.checking.check import CheckResult, check
from monitor.schema import open_database
from monitor.subscriptions import readers_of

log = logging.getLogger(__name__)

Name = Literal["crawl", "extract", "check", "alert"]
Outcome = Literal["done", "trouble", "failed", "skipped"]
Clock = Callable[[], datetime]

PORTAL_TROUBLE = 3  # the crawler's exit status: some portal could not be reached, the rest is done
GRACE = 20.0  # seconds a crawl that took too long has to end by itself,
STOP_GRACE = 3.5  # and one that ends because all of gouji does: what it has not stored it fetches again
STDERR = 2
IN_WINDOW = "--in-window"  # the crawler's option for the hours that gouji.toml sets
NAMED = 5  # documents or bodies that a step names
COUNTS = ("requests", "reports_found", "new_documents", "errors")


@dataclass(frozen=True, slots=True)
class Step:
    """How one step ended. `trouble`: done, but a portal could not be reached, or a document not be read.

    `reason` is a code that `monitor.service.pipeline_words` puts into words; `detail` is somebody else's text.
    """

    name: Name
    outcome: Outcome
    counts: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RoadResult:
    """The steps in their order."""

    steps: tuple[Step, ...]

    @property
    def troubled(self) -> tuple[str, ...]:
        return tuple(step.name for step in self.steps if step.outcome in ("trouble", "failed"))

    @property
    def outcome(self) -> str:
        """As it stands in `runs`: done, or what failed, then what a portal kept from being whole."""
        parts = [
            f"{kind}: {', '.join(names)}"
            for kind in ("failed", "trouble")
            if (names := [step.name for step in self.steps if step.outcome == kind])
        ]
        return "; ".join(parts) or "done"

    @property
    def exit_status(self) -> int:
        return PORTAL_TROUBLE if self.troubled else 0


@dataclass(frozen=True, slots=True)
class Settings:
    """What a caller may set: who asks for a stop, who hears of each step, the mail password, the crawler's call.

    `on_progress` is called with a step's name, and what is done and to do in it. Within `breaking` a stop may be raised
    at any instruction: work on the database alone, which a transaction undoes. `portals` are those to crawl: None for
    all, none of them for no crawl. A road walked `by_hand` tells at once what is new; the watch tells once in each
    reader's period.
    """

    stop: Callable[[], bool] = lambda: False
    on_step: Callable[[Step], None] = lambda _step: None
    on_progress: Callable[[Name, int, int], None] = lambda _name, _done, _total: None
    breaking: Callable[[], AbstractContextManager[None]] = nullcontext
    password: str = field(default="", repr=False)
    crawl_arguments: Sequence[str] = ()
    crawl_output: int = STDERR
    portals: Sequence[str] | None = None
    by_hand: bool = False
    lang: str = "zh"
    environment: Mapping[str, str] | None = field(default=None, repr=False)


def run_once(data: DataDir, clock: Clock, settings: Settings | None = None) -> RoadResult:
    """Runs the four steps. Raises GoujiError when configuration or database cannot be opened, Stopped when asked.

    The caller holds the directory (`monitor.service.lock`). After a failed extract nothing is checked: a body whose
    report lies unread must not be called missing. Where single documents could not be read, that holds for theirs.
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
        return _extract(db, data, clock(), partial(follow, "extract"))

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
    except (GoujiError, OSError, sqlite3.Error) as error:
        return Step(name, "failed", detail=str(error))
    except Exception as error:  # a fault of one step must not take the others, or the service, down
        log.debug("%s failed", name, exc_info=True)
        return Step(name, "failed", detail=f"{type(error).__name__}: {error}")


def _extract(db: Database, data: DataDir, now: datetime, follow: Callable[[int, int], None]) -> Step:
    result = extract(db, data, now=now, progress=follow)
    counts = {**_counts(result), "unread": len(result.failures)}
    if result.whole:
        return Step("extract", "done", counts)
    # Their bodies cannot be judged (`monitor.duty.ledger`), all others can.
    named = [f"{one.url}: {one.problem.code}" for one in result.failures[:NAMED]]
    return Step("extract", "trouble", counts, "documents_unread", ", ".join(named))


def _checked(result: CheckResult) -> Step:
    if result.whole:
        return Step("check", "done", _counts(result))
    reason = f"clock_{result.clock}" if result.clock else "unjudged"
    named = [*list(result.failed.values())[:NAMED], *result.undone]
    more = "…" * (len(result.failed) > NAMED)
    return Step(
        "check", "trouble", {**_counts(result), "unjudged": len(result.failed)}, reason, "、".join(named) + more
    )


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
    # What could not be sent is sent by the next run.
    return Step("alert", "failed" if result.failed else "done", _counts(result), detail="; ".join(result.reasons))


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


class Crawled(NamedTuple):
    """How a crawl ended: its exit status (None: it ran into the time limit) and the outcome it printed."""

    status: int | None
    outcome: Mapping[str, Any] | None


def crawl_process(data: DataDir, settings: Settings, limit: float) -> int | None:
    """`crawl_run` for whoever wants the status alone."""
    return crawl_run(data, settings, limit).status


def crawl_run(data: DataDir, settings: Settings, limit: float) -> Crawled:
    """`python -m crawler` in a session of its own. Raises Stopped, with the crawl ended, when asked to stop.

    It cannot outlive this process (`monitor.service.leash`), and nothing of it outlives this call.
    """
    chosen = [f"--portal={portal}" for portal in settings.portals or ()]
    command = [
        sys.executable,
        "-m",
        "monitor.service.leash",
        sys.executable,
        "-m",
        "crawler",
        "--data",
        str(data.root.absolute()),
        "--lang",
        settings.lang,
        *chosen,
        *settings.crawl_arguments,
    ]
    with (
        tempfile.TemporaryFile() as printed,
        subprocess.Popen(  # noqa: S603  # our own command line
            command,
            stdin=subprocess.PIPE,
            stdout=printed,
            stderr=settings.crawl_output,
            env=needed(os.environ),
            start_new_session=True,
        ) as process,
    ):
        try:
            status = _wait(process, settings, limit)
        finally:
            _end(process, STOP_GRACE if settings.stop() else GRACE)
        printed.seek(0)
        lines = printed.read().splitlines()
    # The outcome is the last line; where the crawl broke off there is none.
    return Crawled(status, json.loads(lines[-1]) if status is not None and lines else None)


def _wait(process: subprocess.Popen[bytes], settings: Settings, limit: float) -> int | None:
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if settings.stop():
            raise Stopped
        try:
            return process.wait(min(0.2, max(0.0, deadline - time.monotonic())))
        except subprocess.TimeoutExpired:
            continue
    return None


def _end(process: subprocess.Popen[bytes], grace: float) -> None:
    """Asks the whole group to end, then makes it."""
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _counts(result: Any) -> dict[str, int]:
    """The whole numbers of a step's result."""
    values = {item.name: getattr(result, item.name) for item in fields(result)}
    return {name: value for name, value in values.items() if isinstance(value, int)}
