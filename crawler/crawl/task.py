"""What a crawl is asked for, that it is the only one in its directory, and how it ended."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from crawler.families import names
from crawler.ground.config import Config, Portal
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError, UsageError
from crawler.ground.hosts import is_loopback
from crawler.ledger import looks
from crawler.ledger.portal_state import PortalOutcome


@dataclass(frozen=True, slots=True)
class CrawlOutcome:
    """One crawl: its row in `crawls`, and every portal's state. Unfinished: stopped, and to be continued."""

    crawl: int
    finished: bool
    portals: tuple[PortalOutcome, ...]

    @property
    def reports_found(self) -> int:
        return sum(portal.reports_found for portal in self.portals)

    @property
    def new_documents(self) -> int:
        return sum(portal.new_documents for portal in self.portals)

    @property
    def requests(self) -> int:
        return sum(portal.requests for portal in self.portals)

    @property
    def errors(self) -> int:
        return sum(portal.errors for portal in self.portals)

    @property
    def exit_status(self) -> int:
        """0, or 3 when a portal could not be reached or the crawl was stopped."""
        return 0 if self.finished and all(portal.reached for portal in self.portals) else 3


@dataclass(frozen=True, slots=True)
class Task:
    """What a crawl is for: these portals, reports of one year or all, known ones looked at again or as they are due."""

    portals: tuple[Portal, ...]
    year: int | None = None
    everything: bool = False
    # When the hours end in which we may crawl; None: whenever it takes.
    until: datetime | None = None

    @property
    def selection(self) -> str:
        """The question as it is kept: only the same one may be continued."""
        chosen: list[Any] = [[[portal.id, portal.start_url] for portal in self.portals], self.year]
        return json.dumps(chosen + ["everything"] * self.everything, ensure_ascii=False)

    def whole(self, db: Database, config: Config, now: datetime) -> frozenset[str]:
        """The portals whose lists are to be read to their ends, known ground or not."""
        days = looks.recheck_days(config.crawl, now)
        return frozenset(
            portal.id for portal in self.portals if self.everything or looks.whole_due(db, portal.id, now, days)
        )


def choose(config: Config, portal_ids: tuple[str, ...]) -> tuple[Portal, ...]:
    """The portals to crawl; UsageError says what is missing in gouji.toml."""
    by_id = {portal.id: portal for portal in config.portals}
    for wanted in portal_ids:
        if wanted not in by_id:
            known = ", ".join(by_id) or "none"
            raise UsageError(
                f"there is no portal '{wanted}' in gouji.toml; configured: {known}",
                f"gouji.toml 里没有门户 '{wanted}'；有：{known}",
            )
    chosen = tuple(by_id[wanted] for wanted in dict.fromkeys(portal_ids)) if portal_ids else config.portals
    for portal in chosen:
        if portal.family and portal.family not in names():
            raise UsageError(
                f"portal '{portal.id}': there is no family '{portal.family}'; known: {', '.join(sorted(names()))}",
                f"门户 '{portal.id}'：没有建站系统 '{portal.family}'；可写：{', '.join(sorted(names()))}",
            )
    if not config.crawl.contact.strip() and not all(is_loopback(portal.start_url) for portal in chosen):
        raise UsageError(
            "a crawl needs an address for people who want to complain: write contact = "
            '"mailto:you@example.org" under [crawl] in gouji.toml',
            '抓取要留下联系方式：请在 gouji.toml 的 [crawl] 下写 contact = "mailto:you@example.org"',
        )
    return chosen


@contextmanager
def alone(data: DataDir) -> Iterator[None]:
    """One crawl per data directory at a time; the lock goes with the process, however that ends."""
    with (data.root / "crawl.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise GoujiError(
                f"another crawl is at work in {data.root}; wait for it to end",
                f"另一次抓取正在用 {data.root}；请等它结束",
            ) from error
        yield
