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

from crawler.agencies.register import import_csv
from crawler.ground.clock import stamp
from crawler.ground.data import DataDir, create
from monitor.asking.missing import CoverageEntry, answer
from monitor.schema import open_database
from monitor.service.pipeline import Settings, run_once
from tests.cases import CASES, PORTAL, Entry, entries, kinds

YEAR = 2025
ID = "cases"


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
    asked: tuple[Asked, ...]
    broken: tuple[str, ...]
    """Steps of the road that failed."""


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
    folder.mkdir(parents=True)
    data, broken = create(DataDir(folder / "data")), []
    register = folder / "register.csv"
    register.write_text(
        "name,kind,level,first_year\n" + "".join(f"{body},department,county,{YEAR}\n" for body in entry["register"]),
        encoding="utf-8",
    )
    with serving(CASES / kind / entry["portal"]) as portal, (folder / "crawl.log").open("wb") as log:
        configure(data, entry, portal.column)
        with closing(open_database(data)) as db:
            import_csv(db, register)
        for look in entry["looks"]:
            if look.get("next"):
                portal.move()
            now = datetime.fromisoformat(look["now"]).replace(tzinfo=UTC)
            arguments = ["--now", stamp(now), *["--all"] * bool(look.get("all"))]
            road = run_once(data, clock(now), Settings(crawl_arguments=arguments, crawl_output=log.fileno()))
            broken += [f"{look['now']}: {step}" for step in road.steps if step.outcome == "failed"]
        with closing(open_database(data)) as db:
            told = answer(db, data.config(), now, year=YEAR)
    return Walked(data, {one.name: one for one in told.entries}, tuple(portal.asked), tuple(broken))


def clock(now: datetime) -> Any:
    return lambda: now


def configure(data: DataDir, entry: Entry, column: str) -> None:
    named = f'name = "{entry["portal_name"]}"\n' if "portal_name" in entry else ""
    data.config_path.write_text(
        f"[crawl]\ndelay = {entry.get('delay', 0.0)}\ntimeout = 20.0\n"
        f'[[portal]]\nid = "{ID}"\n{named}start_url = "{column}"\n',
        encoding="utf-8",
    )
