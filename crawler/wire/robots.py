"""robots.txt, obeyed: one look per site and crawl; a missing file or an HTML page in its place has no rules.

One that cannot be had (no answer, one that breaks off) disallows all until it can be: RFC 9309, 2.3.1.4.
"""

import codecs
import logging
import re
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.python.failure import Failure

from crawler.ground.hosts import refusal
from crawler.ground.reasons import Reason
from crawler.ground.urls import host_of, led_to, resolve
from crawler.pages.page import decode
from crawler.pages.verdicts import Answer, answer_verdict
from crawler.wire.unasked import Unasked

log = logging.getLogger(__name__)

LONGEST = 500 * 1024  # bytes of a robots.txt that are read
LONGEST_DELAY = 120.0  # seconds; a longer Crawl-delay would stop the crawl
MOST_HOPS = 5
AGENT = re.compile(r"\s*user[- ]?agent\s*(?:[:\s])(.*)", re.IGNORECASE | re.DOTALL)
MOST_NAMES = 20  # names of robots that may be ours: gouji, go, mailto …
OTHER = "somebody-else"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# A whole answer, under whatever name a server between it and us gave it.
ANSWERED = (200, 203, 206)
NO_ANSWER = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    ConnectError,
    ConnectionClosed,
)


class RobotsRefusal(Unasked):
    """A site's robots.txt asks us to stay away from this address."""


class RobotsUnknown(Unasked):
    """A site cannot say what it allows: until it can, all is disallowed."""


class RobotsUnheard(Unasked):
    """A site's robots.txt could not be had, for the reason in `failure`; the next request asks for it again."""

    def __init__(self, robots: str, failure: Failure) -> None:
        super().__init__(Reason("robots_unheard", robots=robots, why=""))
        self.robots, self.failure = robots, failure


class RobotsMiddleware:
    """Asks for robots.txt before the first request to a site, keeps Crawl-delay, refuses what is disallowed."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent: str = crawler.settings["USER_AGENT"]
        self.rules: dict[str, Protego | None] = {}
        # site → the status with which its robots.txt could not be had
        self.broken: dict[str, int] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsMiddleware":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("robots"):
            return
        parts = urlsplit(request.url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self.rules:
            self.rules[site] = await self.read(site)
            self.keep_delay(site)
        rules = self.rules[site]
        if site in self.broken:
            raise RobotsUnknown(Reason("robots_unknown", robots=f"{site}/robots.txt", status=self.broken[site]))
        if rules is not None and not rules.can_fetch(request.url, self.agent):
            raise RobotsRefusal(Reason("robots_disallows", robots=f"{site}/robots.txt", url=request.url))

    async def read(self, site: str) -> Protego | None:
        """The rules of a site; None when it states none."""
        url = f"{site}/robots.txt"
        for _ in range(MOST_HOPS + 1):
            response = await self.fetch(url)
            if response is None:
                return None
            word = answer_verdict(Answer(response.url, response.status, response.body)).word
            if response.status >= 500 and word == "server_error":
                # RFC 9309, 2.3.1.4: all is disallowed as long as the server cannot say; the next crawl asks again.
                self.broken[site] = response.status
            if response.status not in (301, 302, 303, 307, 308):
                return rules_of(response, self.agent)
            target = resolve(url, led_to(response.headers.get("Location") or b""))
            if target is None or refusal(target, site) is not None:
                return None
            url = target
        return None

    async def fetch(self, url: str) -> Response | None:
        engine = self.crawler.engine
        assert engine is not None
        request = Request(url, callback=NO_CALLBACK, priority=1000, meta={"robots": True}, dont_filter=True)
        try:
            return await engine.download_async(request)
        except NO_ANSWER as error:
            raise RobotsUnheard(url, Failure(error)) from error  # type: ignore[no-untyped-call]  # Twisted's
        except IgnoreRequest as error:
            log.debug("%s was not asked for: %s", url, error)
            return None

    def keep_delay(self, site: str) -> None:
        rules = self.rules[site]
        delay = rules.crawl_delay(self.agent) if rules is not None else None
        if delay:
            slow_down(self.crawler, host_of(site), min(float(delay), LONGEST_DELAY))


def rules_of(response: Response, agent: str) -> Protego | None:
    """The rules an answer states for us: only a real robots.txt does."""
    if response.status not in ANSWERED:
        return None
    text = without_remarks(written(response.body[:LONGEST]))
    return None if text.lstrip("\ufeff \t\r\n").startswith("<") else Protego.parse(concerning(text, agent))


def written(body: bytes) -> str:
    """The text of a robots.txt; one in UTF-16 may lack the mark that says so."""
    for first, charset in ((0, "utf-16-be"), (1, "utf-16-le")):
        half = body[first::2]
        if not body.startswith(UTF_16) and half.count(0) > len(half) // 2:
            return body.decode(charset, "replace")
    return decode(body).replace("\0", "")


def without_remarks(text: str) -> str:
    """A robots.txt without comments of HTML, which also keep what they hold from being a rule."""
    parts: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts.append(text[position:start])
        position = end + 3
    # One that never ends keeps nothing from being read.
    return "".join([*parts, text[position:].replace("<!--", "")])


def concerning(text: str, agent: str) -> str:
    """A robots.txt in which all other robots bear one name: many names times many rules would fill the memory.

    Of the names that may be ours the longest speaks, as it does in the library that reads the rules.
    """
    lines = text.splitlines()
    named = {
        at: found[1].strip().lower().replace("*", "") or "*"
        for at, line in enumerate(lines)
        if (found := AGENT.match(line.partition("#")[0]))
    }
    ours = sorted({name for name in named.values() if name in agent.lower()}, key=len)[-MOST_NAMES:]
    return "\n".join(
        f"User-agent: {named[at] if named[at] in ('*', *ours) else OTHER}" if at in named else line
        for at, line in enumerate(lines)
    )


def slow_down(crawler: Crawler, host: str, delay: float) -> None:
    """From now on at least `delay` seconds between two requests to a host."""
    engine = crawler.engine
    slot = engine.downloader.slots.get(host) if engine is not None else None
    if slot is not None:
        slot.delay = max(slot.delay, delay)
