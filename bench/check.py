"""`gouji check` over 10,000 stored reports: time, memory compared with a fifth of them, and with one new report."""

import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from bench._samples import PATTERNS, as_body, county, patterns
from crawler.ground.clock import stamp
from crawler.ground.config import Config
from crawler.ground.data import DataDir, create
from extract.model import Report
from extract.run import BATCH
from extract.store.write import Reading, save
from monitor.checking.check import check
from monitor.schema import open_database

COUNT = 10_000
YEARS = (2020, 2021, 2022, 2023, 2024)
NOW = datetime(2025, 2, 10, tzinfo=UTC)
MOST_MEMORY = 1.2
MOST_INCREMENTAL = 0.01


@dataclass(frozen=True, slots=True)
class Measured:
    """One check in a process of its own: seconds, reports judged, findings open, peak memory in MB."""

    seconds: float
    checked: int
    open: int
    memory: float


def reading(report: Report, body: int, version: int = 0) -> Reading:
    """The report as if published by body number `body`."""
    name = f"{county(body)}教育局"
    key = f"{name}/{report.year}/{version}"
    return Reading(
        sha256(key.encode()).hexdigest(),
        f"http://127.0.0.1/{body}/{report.year}.html",
        as_body(report, name),
        stamp(NOW.replace(day=1 + version)),
    )


def build(root: Path, count: int) -> None:
    """A data directory with `count` stored reports and a register of their bodies."""
    db = open_database(create(DataDir(root)))
    sources = patterns(YEARS)
    work = [reading(report, body, 0) for body in range(count // len(YEARS)) for report in sources[body % PATTERNS]]
    for at in range(0, len(work), BATCH * 4):
        save(db, work[at : at + BATCH * 4], "bench", NOW)
    db.execute("update agencies set source = 'bench', kind = 'department', level = 'county'")
    db.close()


def renew(root: Path, version: int) -> None:
    """One new version of one report."""
    db = open_database(DataDir(root))
    save(db, [reading(patterns(YEARS)[1][-1], 1, version)], "bench", NOW)
    db.close()


def measure(root: Path) -> Measured:
    """Measures the check alone; run it in a fresh process."""
    db = open_database(DataDir(root))
    start = time.perf_counter()
    result = check(db, Config(), NOW)
    seconds = time.perf_counter() - start
    db.close()
    return Measured(seconds, result.checked, result.open, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def alone(root: Path) -> Measured:
    """`measure` in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, root).result()


def main() -> None:
    """Prints both ratios."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        build(small, COUNT // 5)
        build(large, COUNT)
        few, full = alone(small), alone(large)
        again = []
        for version in range(1, 6):
            renew(large, version)
            again.append(alone(large))
    incremental = sorted(again, key=lambda one: one.seconds)[len(again) // 2]
    print(f"{'full check of ' + str(few.checked):32} {few.seconds:8.2f} s  peak {few.memory:6.0f} MB")
    print(
        f"{'full check of ' + str(full.checked):32} {full.seconds:8.2f} s  peak {full.memory:6.0f} MB  "
        f"{full.memory / few.memory:5.2f} x   wanted: at most {MOST_MEMORY} x"
    )
    print(
        f"{'after one new report (' + str(incremental.checked) + ' judged)':32} {incremental.seconds:8.3f} s"
        f"  {incremental.seconds / full.seconds:17.2%}     wanted: under {MOST_INCREMENTAL:.0%}"
    )
    print(f"{full.open} findings open, {full.seconds / full.checked * 1e6:.0f} µs per report")


if __name__ == "__main__":
    main()
