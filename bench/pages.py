"""The pages under load: 20 readers over HTTP beside a `check` that writes; each page against plain Datasette's tables.

`python -m bench.pages [COUNT [DIR]] [--requests N] [--no-check]`: a DIR with a database (of bench.load, checked or
not) is used as it is. The reports are stored by the writing functions of the house, some thousand sample reports taken
over by name: what is measured is reading, and the rows are those of an extract.

Three tables. `new`: each request asks for another body, report or finding, so that nothing of it is kept; `again`: the
same few; `all mixed`: pages of all kinds at once, each for another. In the first two all readers ask for one kind of
page and wait for nothing but its answer. `processor` is what the server has used for one request: of a busy machine, it
is this that tells.
"""

import argparse
import http.client
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from bench.load import COUNT, build, name_of
from crawler.ground.data import DataDir
from monitor.schema import open_database

READERS = 20
EACH = 200  # requests for one page
SOAK = 10_000  # requests, after which memory is what it was
MEDIAN, P95, SEARCH, RATIO = 0.200, 0.500, 1.0, 2.0
WORDS = ("公开", "申请", "依申请公开", "网站", "监督保障", "培训", "重点领域", "答复")
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its address for a number, and the plain table of the same rows, if there is one to hold it against."""

    name: str
    address: Callable[[int], str]
    plain: Callable[[int], str] | None = None
    most: float = P95


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of each request, processor time of the server for one; `numbers` says what each asked for."""

    seconds: Sequence[float]
    processor: float
    failed: int
    numbers: Sequence[int] = ()

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)]


class Server:
    """A server in a process of its own."""

    def __init__(self, port: int, process: "subprocess.Popen[str]") -> None:
        self.port, self.process = port, process
        self.local = threading.local()

    def ask(self, path: str) -> int:
        """The status; a connection is kept by each reader, as browsers do, and made anew where the server ended it."""
        try:
            return self._asked(path)
        except http.client.RemoteDisconnected:
            return self._asked(path)

    def _asked(self, path: str) -> int:
        kept = getattr(self.local, "kept", None)
        if kept is None:
            kept = self.local.kept = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            kept.request("GET", path)
            found = kept.getresponse()
            found.read()
        except (OSError, http.client.HTTPException):
            kept.close()
            self.local.kept = None
            raise
        return int(found.status)

    def processor(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self) -> float:
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


@contextmanager
def serving(root: Path) -> Iterator[Server]:
    command = [sys.executable, "-m", "monitor.cli", "serve", "--port", "0", "--data", str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        one = Server(int(urlsplit(line.partition("http:")[2].strip()).port or 0), process)
        try:
            for _ in range(2400):
                with suppress(OSError):
                    if one.ask("/health") == 200:
                        break
                time.sleep(0.05)
            yield one
        finally:
            process.terminate()
            process.wait(30)


def measure(server: Server, address: Callable[[int], str], numbers: Sequence[int]) -> Measured:
    """All readers at once, each asking for the next as soon as it has been answered."""
    left, lock = list(numbers), threading.Lock()
    seconds: list[float] = []
    asked: list[int] = []
    failed = [0]

    def reader() -> None:
        while True:
            with lock:
                if not left:
                    return
                number = left.pop()
            start = time.perf_counter()
            try:
                status = server.ask(address(number))
            except (OSError, http.client.HTTPException):
                status = 0
            took = time.perf_counter() - start
            with lock:
                seconds.append(took)
                asked.append(number)
                failed[0] += status != 200

    before = server.processor()
    threads = [threading.Thread(target=reader) for _ in range(READERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return Measured(seconds, (server.processor() - before) / len(seconds), failed[0], asked)


def pages(bodies: int, findings: Sequence[int]) -> Sequence[Page]:
    def body(number: int) -> str:
        return quote(name_of(number % bodies), safe="")

    def table(name: str, **where: str) -> str:
        return f"/gouji/{name}?{urlencode(where)}"

    def words(number: int) -> str:
        return quote(WORDS[number % len(WORDS)])

    return (
        Page("first page", lambda _: "/?year=2024", lambda _: table("agencies", _size="100")),
        Page("missing", lambda _: "/missing?year=2024", lambda _: table("documents", year="2024", _size="200")),
        Page("findings", lambda _: "/findings", lambda _: table("findings", status="open", _size="200")),
        Page("bodies", lambda _: "/bodies", lambda _: table("agencies", _size="200")),
        Page("portals", lambda _: "/portals", lambda _: table("portals")),
        Page("rules", lambda _: "/rules"),
        Page("unread", lambda _: "/unread", lambda _: table("problems", _size="200")),
        Page("body", lambda n: f"/body/{body(n)}", lambda n: table("reports", agency=name_of(n % bodies))),
        Page(
            "report",
            lambda n: f"/report/{body(n)}/{2019 + n % 5}",
            lambda n: table("applications", report=str(1 + n % (bodies * 5))),
        ),
        Page(
            "versions",
            lambda n: f"/report/{body(n)}/{2020 + n % 4}/versions",
            lambda n: table("reports", agency=name_of(n % bodies)),
        ),
        Page(
            "finding",
            lambda n: f"/finding/{findings[n % len(findings)]}",
            lambda n: table("findings", id=str(findings[n % len(findings)])),
        ),
        Page("search", lambda n: f"/search?q={words(n)}", None, SEARCH),
    )


def told(page: Page, one: Measured, plain: Measured | None) -> str:
    median = SEARCH if page.most == SEARCH else MEDIAN
    ratio = one.median / plain.median if plain is not None else 0.0
    wrong = [
        *(["median"] if one.median > median else []),
        *(["p95"] if one.p95 > page.most else []),
        *(["ratio"] if ratio > RATIO else []),
        *([f"{one.failed} failed"] if one.failed else []),
    ]
    beside = f"{plain.median * 1000:7.0f} {ratio:6.2f}" if plain is not None else f"{'–':>7} {'–':>6}"
    return (
        f"{page.name:12} {one.median * 1000:7.0f} {one.p95 * 1000:7.0f} {one.processor * 1000:9.1f}  {beside}  "
        f"{'; '.join(wrong) or 'ok'}"
    )


def run(server: Server, every: Sequence[Page], each: int, bodies: int) -> None:
    dice = random.Random(15)
    for title, width in (("new", bodies), ("again", 10)):
        print(f"{title:12} {'median':>7} {'p95':>7} {'processor':>9}  {'plain':>7} {'ratio':>6}   (ms)", flush=True)
        for page in every:
            numbers = [dice.randrange(width) for _ in range(each)]
            server.ask(page.address(numbers[0]))
            one = measure(server, page.address, numbers)
            plain = measure(server, page.plain, numbers) if page.plain is not None else None
            print(told(page, one, plain), flush=True)


def soak(server: Server, every: Sequence[Page], count: int, bodies: int) -> None:
    """Many requests of all kinds, each for another body, report or finding: memory after each tenth of them."""
    dice = random.Random(16)

    def by_number(number: int) -> str:
        return every[number % len(every)].address(number)

    sizes = list[float]()
    seconds: dict[int, list[float]] = {at: [] for at in range(len(every))}
    processor, failed = 0.0, 0
    for _ in range(10):
        one = measure(server, by_number, [dice.randrange(bodies * len(every)) for _ in range(count // 10)])
        sizes.append(server.memory())
        for number, took in zip(one.numbers, one.seconds, strict=True):
            seconds[number % len(every)].append(took)
        processor, failed = processor + one.processor / 10, failed + one.failed
    print(f"{'all mixed':12} {'median':>7} {'p95':>7}   (ms)")
    for at, page in enumerate(every):
        print(told(page, Measured(seconds[at], processor, 0), None), flush=True)
    together = [took for some in seconds.values() for took in some]
    print(told(Page("together", by_number), Measured(together, processor, failed), None), flush=True)
    curve = "  ".join(f"{count * at // 10}: {size:.0f}" for at, size in enumerate(sizes, 1))
    print(f"memory (MB) after so many requests: {curve}", flush=True)


def main() -> None:
    """Prints everything."""
    parser = argparse.ArgumentParser()
    parser.add_argument("count", nargs="?", type=int, default=COUNT)
    parser.add_argument("root", nargs="?", type=Path)
    parser.add_argument("--requests", type=int, default=EACH)
    parser.add_argument("--soak", type=int, default=SOAK)
    parser.add_argument("--no-check", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = given.root or Path(scratch) / "data"
        if not (root / "gouji.db").exists():
            start, used = time.perf_counter(), time.process_time()
            build(root, given.count)
            took, used = time.perf_counter() - start, time.process_time() - used
            print(f"{given.count} reports stored in {took:.0f} s (processor {used:.0f} s)", flush=True)
        with closing(open_database(DataDir(root))) as db:
            bodies = int(db.execute("select count(distinct agency) from reports").fetchone()[0])
            reports = int(db.execute("select count(*) from reports").fetchone()[0])
            findings = [row[0] for row in db.execute("select id from findings order by id limit 20000")]
        with serving(root) as server, _checking(root, not given.no_check) as writing:
            print(f"{reports} reports, {READERS} readers, load {os.getloadavg()[0]:.1f}", flush=True)
            every = pages(bodies, findings or [1])
            run(server, every, given.requests, bodies)
            state = "was not asked for" if writing is None else "still writes" if writing.poll() is None else "is done"
            print(f"check {state}", flush=True)
            if given.soak:
                soak(server, every, given.soak, bodies)


@contextmanager
def _checking(root: Path, wanted: bool) -> Iterator["subprocess.Popen[bytes] | None"]:
    """A check of the whole, that is ended with the measurement; None where none is wanted."""
    if not wanted:
        yield None
        return
    with subprocess.Popen(
        [sys.executable, "-m", "monitor.cli", "--data", str(root), "check"], stdout=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
