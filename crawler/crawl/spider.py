"""The one spider: it carries answers from the wire to the crawl's dealings with its portals, and back."""

import asyncio
import hashlib
import logging
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, ParamSpec, TypeVar

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CloseSpider,
)
from scrapy.http import Response
from scrapy.logformatter import LogFormatter
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from crawler.crawl.page_workers import PageWorkers
from crawler.crawl.progress import TICK, Progress
from crawler.crawl.reading import read_answer
from crawler.crawl.unanswered import patience, verdict_of
from crawler.crawl.visits import VisitOutcome, Visits
from crawler.ground.archive import ArchiveError
from crawler.ground.contained import Failed
from crawler.ground.errors import GoujiError
from crawler.ground.reasons import Reason, quoted
from crawler.ground.urls import address, host_of, led_to, resolve
from crawler.ledger.commits import Commits
from crawler.ledger.frontier import MOST_TRIES, FrontierEntry
from crawler.pages.file_names import file_name
from crawler.pages.verdicts import Answer, Verdict, based
from crawler.wire.bounded import MOST_HEADERS
from crawler.wire.robots import LONGEST_DELAY, RobotsUnknown, slow_down

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

# Files that become durable together share the work of the disk.
WRITERS = 16
FAR = 366 * 86400.0
# Refresh: 0; url=/nb/list.html
LONGEST_REFRESH = 2200  # bytes
REFRESH = re.compile(
    r"\s{0,9}\d{1,2}(?:\.\d{0,9})?\s{0,9}[;,]\s{0,9}(?:url\s{0,9}=\s{0,9})?[\"']?([^\"'<>\s]{1,2000})[\"']?\s{0,9}",
    re.IGNORECASE,
)


class PortalSpider(Spider):
    """Asks what the frontier says; never parses a table."""

    name = "portals"

    def __init__(self, visits: Visits, readers: PageWorkers, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.visits, self.readers = visits, readers
        self.progress = Progress(visits.frontier)
        # Also has Twisted forget the time-outs of requests that were answered: it looks when a timer goes off.
        self.ticking = LoopingCall(self.progress.tick)
        # What ends the crawl at once (a full disk, a broken archive); raised again when the engine has stopped.
        self.broken: GoujiError | None = None
        self.commits = Commits(visits.harvest.db, lambda: readers.under_way > 0)
        self.writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="archive")
        # The crawl was told to stop: what is still under way is left to the next one.
        self.stopping = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "PortalSpider":
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.stumbled, signal=signals.spider_error)
        crawler.signals.connect(spider.opened, signal=signals.spider_opened)
        crawler.signals.connect(spider.ended, signal=signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Nothing of its own: the frontier was seeded, or is that of a crawl to be finished."""
        nothing: tuple[Any, ...] = ()
        for request in nothing:
            yield request

    def now(self) -> datetime:
        return self.visits.harvest.clock()

    async def answered(self, response: Response) -> None:
        entry: FrontierEntry = response.meta["entry"]
        size = sum(len(name) + sum(map(len, values)) for name, values in dict.items(response.headers))
        with self._sound():
            if size > MOST_HEADERS:
                outcome: VisitOutcome | None = await self._settled(
                    lambda: self.visits.failed(entry, based("too_large", "headers_large", bytes=size))
                )
            else:
                outcome = await self._read(entry, response)
        if outcome is not None:
            wait = seconds(_header(response, b"Retry-After"), self.now()) if outcome.slow_down else 0.0
            self._after(entry, outcome, wait)

    async def failed(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy adds it
        entry: FrontierEntry = request.meta["entry"]
        if self.stopping:
            return
        with self._sound():
            if isinstance(failure.value, GoujiError):
                raise failure.value  # what crossed the wire could not be written down
            outcome = await self._settled(
                lambda: self.visits.failed(
                    entry,
                    verdict_of(failure, entry.ask.url, patience(request)),
                    final=isinstance(failure.value, RobotsUnknown),
                )
            )
        self._after(entry, outcome, 0.0)

    async def _read(self, entry: FrontierEntry, response: Response) -> VisitOutcome | None:
        """Has an answer read, and acts upon it; None where the crawl was stopped meanwhile."""
        answer, etag, modified = answer_of(response), _header(response, b"Etag"), _header(response, b"Last-Modified")
        held = self.visits.known(answer.url) if answer.status == 304 else None
        try:
            if held is not None:
                body = await self._beside(self.visits.archive.read, held.sha256)
                answer, etag, modified = replace(answer, body=body), etag or held.etag, modified or held.last_modified
            elif answer.status == 304:
                return await self._settled(
                    lambda: self.visits.afresh(entry, (Reason("status_without_conditions", status=304),))
                )
        except ArchiveError as error:
            said = quoted(str(error))
            return await self._settled(lambda: self.visits.afresh(entry, said))
        # What has once cost too much is known by its bytes.
        sha256 = await self._sum(answer.body) if self.visits.is_costly(entry) else ""
        if sha256 and self.visits.tries(entry, sha256) >= MOST_TRIES:
            return await self._settled(lambda: self.visits.give_up(entry, sha256))
        seen = await self.readers.read(
            self.visits.marks.of(entry.id, entry.tries, sha256),
            read_answer,
            self.visits.question(entry, answer, held=held is not None),
        )
        if self.stopping:
            return None
        if isinstance(seen, Failed):
            sha256 = sha256 or await self._sum(answer.body)
            return await self._settled(lambda: self.visits.broke_off(entry, seen, sha256))
        if seen.verdict.word == "ok":
            # The disk makes bytes durable while other hosts are asked; the host of these waits for it.
            await self._beside(self.visits.archive.put, answer.body, seen.sha256)
        return await self._settled(lambda: self.visits.answered(entry, answer, seen, etag, modified))

    async def _settled(self, act: Callable[[], VisitOutcome]) -> VisitOutcome:
        """Acts within the transaction that is open, and waits until it is committed."""
        committed = self.commits.join()
        outcome = act()
        await committed
        return outcome

    async def _sum(self, body: bytes) -> str:
        return await self._beside(lambda: hashlib.sha256(body).hexdigest())

    async def _beside(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.writers, partial(work, *args, **kwargs))

    def opened(self) -> None:
        self.ticking.start(TICK, now=False)

    def ended(self) -> None:
        self.stopping = True
        if self.ticking.running:
            self.ticking.stop()
        self.readers.close()
        self.commits.commit()
        self.writers.shutdown()

    def stumbled(self, failure: Failure, response: Response | Failure) -> None:
        """A mistake of ours while handling an answer: the request is closed as unreadable, the crawl goes on."""
        request: Request = response.request  # type: ignore[union-attr,assignment]  # Scrapy adds it to both
        entry: FrontierEntry = request.meta["entry"]
        with self._sound():
            outcome = self.visits.failed(entry, Verdict("unreadable", quoted(repr(failure.value))))
        self._after(entry, outcome, 0.0)

    @contextmanager
    def _sound(self) -> Iterator[None]:
        # Where nothing can be kept any more, nothing may be asked any more; the next crawl goes on from here.
        try:
            yield
        except GoujiError as error:
            self.broken = error
            raise CloseSpider("broken") from error
        except sqlite3.Error as error:
            self.broken = GoujiError(
                f"the database cannot be written: {error}; is the disk full, or another "
                "program holding it? The next crawl goes on from here"
            )
            raise CloseSpider("broken") from error

    def _after(self, entry: FrontierEntry, outcome: VisitOutcome, wait: float) -> None:
        host = host_of(entry.ask.url)
        if outcome.slow_down and wait > LONGEST_DELAY:
            self.visits.leave(entry, outcome.verdict, Reason("left_alone", seconds=round(wait)))
        elif outcome.slow_down:
            own = self.crawler.settings.getdict("DOWNLOAD_SLOTS").get(host, {})
            delay = float(own.get("delay", self.crawler.settings.getfloat("DOWNLOAD_DELAY")))
            slow_down(self.crawler, host, min(max(delay * 2**entry.attempts, wait), LONGEST_DELAY))
        self.visits.frontier.release(entry)
        log.debug("%s %s %s", entry.portal, outcome.verdict, entry.ask.url)
        self.progress.answers += 1


def answer_of(response: Response) -> Answer:
    """What matters of a response."""
    location = led_to(_last(response, b"Location"))
    named, refresh = _last(response, b"Content-Disposition"), _last(response, b"Refresh")[:LONGEST_REFRESH]
    cookies = b"; ".join(dict.get(response.headers, b"Set-Cookie", ())).decode("latin-1")
    return Answer(
        url=response.url,
        status=response.status,
        body=response.body,
        location=address(response.url, location) if location else "",
        cookies=cookies,
        name=file_name(named) if named else "",
        # One that leads nowhere leaves the page what it is.
        refresh=(resolve(response.url, refreshed(led_to(refresh))) or "") if refresh else "",
        part=_header(response, b"Content-Range"),
    )


def refreshed(header: str) -> str:
    """The address that a `Refresh` leads to at once or soon; "" where it only asks to look again."""
    found = REFRESH.fullmatch(header)
    return found[1] if found else ""


def _last(response: Response, name: bytes) -> bytes:
    """The last value of a header, by its name as the dictionary holds it: its own way there writes each name anew."""
    values: Sequence[bytes] = dict.get(response.headers, name, ())
    return values[-1] if values else b""


def _header(response: Response, name: bytes) -> str:
    value = _last(response, name).decode("latin-1")
    # What no header may hold is not sent back, nor kept.
    return value[:300] if value.isprintable() else ""


def seconds(text: str, now: datetime) -> float:
    """How long a `Retry-After` asks to wait: a number of seconds, or a date; 0 for what is neither."""
    if text.isascii() and text.isdigit():
        return min(float(text), FAR)
    try:
        until = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), FAR)


class QuietFormatter(LogFormatter):
    """Spares the lines about each request that nobody reads: the ledger tells more."""

    def crawled(self, *_seen: Any) -> Any:
        return None
