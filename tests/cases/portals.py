"""Portals of the cases: one runs as a process, gouji looks at it on the days that right.json names."""

import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from urllib.request import urlopen

from crawler.agencies.register_import import import_csv
from crawler.ground.clock import stamp
from crawler.ground.data import DataDir
from extract.run import extract
from monitor.asking.missing import CoverageEntry, answer
from monitor.checking.check import check
from monitor.schema import open_database
from tests.cases import CASES, PORTAL, Entry, entries, kinds
from tests.crawler.crawling import Bench
from tests.hostile.road import gouji

YEAR = 2025
ID = "cases"
CRAWLED = (0, 3)  # 3: the portal could not be reached, or keeps us out


@dataclass(frozen=True)
class Asked:
    """One request that a portal answered: seconds at its begin and at the end of the answer, and what was asked for."""

    begin: float
    end: float
    target: str


@dataclass(frozen=True)
class Walked:
    """What there is after the last look at a portal."""

    data: DataDir
    standing: Mapping[str, CoverageEntry]
    missing: str
    """What `gouji missing` printed about that day."""
    asked: tuple[Asked, ...]
    broken: tuple[str, ...]
    """Looks at which a step was not done whole."""


class Portal:
    """A portal that runs: the address of its column, and what it was asked for."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        self.lines = process.stdout
        self.column = self.lines.readline().strip()
        self.asked: list[Asked] = []
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        for line in self.lines:
            begin, end, target = line.rstrip("\n").split(" ", 2)
            self.asked.append(Asked(float(begin), float(end), target))

    def move(self) -> None:
        """On to its next state."""
        with urlopen(urljoin(self.column, "/_next"), timeout=20) as answered:
            assert answered.status == 200


@contextmanager
def serving(path: Path) -> Iterator[Portal]:
    """A portal as a process; it is ended at the end, and then all that it was asked for is known."""
    with subprocess.Popen([sys.executable, "-B", str(path)], stdout=subprocess.PIPE, encoding="utf-8") as process:
        portal = Portal(process)
        try:
            yield portal
        finally:
            process.terminate()
            portal.reader.join(20)


def name(kind: str, entry: Entry, number: int) -> str:
    """How one part of what is right of a portal is named: 24-cache-busters/portal/portal.py#1."""
    return f"{kind}/{entry['portal']}#{number}"


def parts() -> dict[str, Mapping[str, Any]]:
    """All parts of all portals by name."""
    return {
        name(kind, entry, number): part
        for kind in kinds(PORTAL)
        for entry in entries(kind, PORTAL)
        for number, part in enumerate(entry["parts"], 1)
    }


def walk(kind: str, entry: Entry, folder: Path) -> Walked:
    """Every look at a portal, one after another, and who stood how after the last."""
    bench, broken = Bench(folder, f"delay = {entry.get('delay', 0.0)}\ntimeout = 20.0"), list[str]()
    bench.options[ID] = f'name = "{entry["portal_name"]}"' if "portal_name" in entry else ""
    with serving(CASES / kind / entry["portal"]) as portal, closing(open_database(bench.data)) as db:
        bench.watch({ID: portal.column})
        import_csv(db, register(entry["register"], folder))
        config = bench.data.config()
        for look in entry["looks"]:
            if look.get("next"):
                portal.move()
            now = datetime.fromisoformat(look["now"]).replace(tzinfo=UTC)
            ran = bench.crawl(*["--all"] * bool(look.get("all")), now=stamp(now))
            done = (extract(db, bench.data, now=now, workers=1), check(db, config, now))
            if ran.status not in CRAWLED or not all(one.whole for one in done):
                broken.append(f"{look['now']}: {ran} {done}")
        told = answer(db, config, now, year=YEAR)
    standing = {one.name: one for one in told.entries}
    printed = gouji(bench.data, "missing", "--year", str(YEAR), "--on", f"{now:%Y-%m-%d}").out
    return Walked(bench.data, standing, printed, tuple(portal.asked), tuple(broken))


def register(bodies: list[str], folder: Path) -> Path:
    """The register of a case as a file."""
    path = folder / "register.csv"
    lines = [f"{body},department,county,{YEAR}\n" for body in bodies]
    path.write_text("".join(["name,kind,level,first_year\n", *lines]), encoding="utf-8")
    return path
