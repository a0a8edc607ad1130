"""`gouji crawl` on 50 loopback hosts, compared with a bare Scrapy spider that only downloads the same URLs; memory too.

Hashing, archive, WARC and database are on. `python -m bench.crawling [--hosts N] [--pages N] [--few N] [--many N]`.

What the crawls wrote is deleted at the end, not between them: for minutes after many files were deleted, ext4 searches
their inodes for every new file. Anything that deleted thousands of files before (a test run) slows this down, too.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crawler.ground.data import DataDir, create

PORT = 8931
ROUNDS = 5
WANTED, MOST_MEMORY = 0.8, 1.2
PER_LIST = 20
PAGE = 16_000  # bytes of a report's page
SERVER = "bench._portal"
ROOT = Path(__file__).parents[1]
BARE = """
import sys
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess

class Bare(Spider):
    name = "bare"
    async def start(self):
        lines = open(sys.argv[1]).read().split()
        for line in lines:
            yield Request(line, dont_filter=True)
    def parse(self, response):
        pass

process = AsyncCrawlerProcess({
    "LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "ROBOTSTXT_OBEY": False,
    "CONCURRENT_REQUESTS": 256, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 0, "RETRY_ENABLED": False})
process.crawl(Bare)
process.start()
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One crawl in a process of its own."""

    seconds: float
    pages: int
    memory: float


@contextmanager
def portals(hosts: int, pages: int) -> Iterator[list[str]]:
    """Serves the hosts from a process of its own; yields their start addresses."""
    command = [sys.executable, "-m", SERVER, str(PORT), str(hosts), str(pages), str(PER_LIST), str(PAGE)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        server.stdout.readline()
        try:
            yield [f"http://127.0.9.{number + 1}:{PORT}/nb/" for number in range(hosts)]
        finally:
            server.terminate()


def ours(starts: list[str], folder: Path) -> Measured:
    """`python -m crawler` into a fresh data directory."""
    data = create(DataDir(Path(tempfile.mkdtemp(dir=folder)) / "data"))
    tables = "".join(f'[[portal]]\nid = "p{number}"\nstart_url = "{start}"\n' for number, start in enumerate(starts))
    data.config_path.write_text(f"[crawl]\ndelay = 0.0\n{tables}", encoding="utf-8")
    seconds, memory, printed = timed([sys.executable, "-m", "crawler", "--quiet", "--data", str(data.root)])
    told = json.loads(printed)
    assert told["errors"] == 0, told
    return Measured(seconds, told["requests"] + len(starts), memory)


def bare(urls: list[str]) -> Measured:
    """A spider that downloads the same addresses, robots.txt among them, and does nothing with them."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(urls))
        file.flush()
        seconds, memory, _ = timed([sys.executable, "-c", BARE, file.name])
        return Measured(seconds, len(urls), memory)


def addresses(starts: list[str], pages: int) -> list[str]:
    """The addresses that a crawl asks for, the hosts taking turns."""
    lists = [""] + [f"index_{number}.html" for number in range(1, -(-pages // PER_LIST))]
    paths = ["../robots.txt", *lists, *(f"{number}.html" for number in range(pages))]
    return [f"{start}{path}".replace("/nb/../", "/") for path in paths for start in starts]


def timed(command: list[str]) -> tuple[float, float, str]:
    """Seconds, peak memory in MB and the output of a process."""
    wrapped = [
        sys.executable,
        "-c",
        "import json, resource, subprocess, sys; "
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True, check=True); "
        "peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss; "
        "print(json.dumps([peak, done.stdout]))",
        *command,
    ]
    begun = time.perf_counter()
    done = subprocess.run(wrapped, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    seconds = time.perf_counter() - begun
    peak, printed = json.loads(done.stdout)
    return seconds, peak / 1024, printed


def main() -> None:
    """Prints the ratios against their floors."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--few", type=int, default=2_000)
    parser.add_argument("--many", type=int, default=20_000)
    with tempfile.TemporaryDirectory() as folder:
        measure(parser.parse_args(), Path(folder))


def measure(chosen: argparse.Namespace, folder: Path) -> None:
    """Measures both: the speed in several rounds, then the memory of a small and a large crawl."""
    with portals(chosen.hosts, chosen.pages) as starts:
        urls = addresses(starts, chosen.pages)
        pairs = [(bare(urls), ours(starts, folder)) for _ in range(ROUNDS)]
    speeds = [[one.pages / one.seconds for one in pair] for pair in pairs]
    for name, values in zip(("bare spider", "gouji crawl"), zip(*speeds, strict=True), strict=True):
        print(f"{name:28} {statistics.median(values):8.0f} pages/s")
    ratio = statistics.median(mine / floor for floor, mine in speeds)
    print(f"{'gouji against bare':28} {ratio:8.2f} x        wanted: at least {WANTED} x")
    memory = []
    for count in (chosen.few, chosen.many):
        with portals(chosen.hosts, count // chosen.hosts) as starts:
            measured = ours(starts, folder)
        memory.append(measured.memory)
        print(f"{f'peak at {measured.pages} pages':28} {measured.memory:8.0f} MB   {measured.seconds:6.1f} s")
    print(f"{'memory':28} {memory[1] / memory[0]:8.2f} x        wanted: at most {MOST_MEMORY} x")


if __name__ == "__main__":
    main()
