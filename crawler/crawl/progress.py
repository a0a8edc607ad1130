"""How far a crawl is: portals done, reports found, requests per second, time left; one line now and then."""

import logging
import sys
import time

from crawler.ledger.frontier import Frontier

log = logging.getLogger("crawler.progress")

# Seconds between two looks at the clock.
TICK = 1.0
# Seconds between two lines: where a person watches, and where they go into a log.
WATCHED, LOGGED = 3.0, 60.0


class Progress:
    """Counts answers, and says from time to time what has become of the crawl."""

    def __init__(self, frontier: Frontier) -> None:
        self.frontier = frontier
        self.answers = 0
        self.begun = self.told = time.monotonic()
        self.pause = WATCHED if sys.stderr.isatty() else LOGGED

    def tick(self) -> None:
        """Tells how far the crawl is when it is time to, also while no host answers."""
        now = time.monotonic()
        if now - self.told >= self.pause:
            self.told = now
            self.tell(now - self.begun)

    def tell(self, seconds: float) -> None:
        """Logs the state of the crawl after so many seconds."""
        portals, done, found = self.frontier.progress()
        rate = self.answers / seconds if seconds else 0.0
        pending = self.frontier.pending
        left = clock_of(pending / rate) if rate else "?"
        log.info(
            "%d of %d portals done, %d reports found, %.1f requests/s, %d to go, about %s left",
            done,
            portals,
            found,
            rate,
            pending,
            left,
            extra={"zh": "门户 %d/%d，年报 %d，每秒请求 %.1f，待请求 %d，约需 %s"},
        )


def clock_of(seconds: float) -> str:
    """`1:02:03`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
