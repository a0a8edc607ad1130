"""One worker against two, and a dask cluster against the pool of this machine, for PDFs, scans and pages.

`python -m bench.engine [--pdfs N] [--scans N] [--pages N] [--rounds N] [--only KIND]`. Each reading is a process of its
own, with readers that are up already; a worker of the cluster is pinned to a core of its own, the rest runs where
there is room. Elapsed seconds say nothing on a machine that is busy with other work; processor seconds do, with what
they allow at best.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from sqlite_utils import Database

from bench._papers import pdf
from bench._samples import page, reports
from bench._scans import Print, as_tiff, drawn
from crawler.ground.archive import open_archive
from crawler.ground.data import DataDir, create
from extract.engine.cluster import ClusterEngine
from extract.engine.crew import Crew
from extract.engine.engine import BOUNDS, Engine
from extract.engine.fetched import Waiting
from extract.engine.local import LocalEngine
from extract.run import extract
from monitor.schema import open_database
from tests.clusters import Cluster

NOW = datetime(2026, 2, 1, tzinfo=UTC)
FASTER, DEARER = 1.8, 1.10
TICKS = os.sysconf("SC_CLK_TCK")
# What docs/scale.md has whoever keeps a cluster set: dask looks at its workers for charts that nobody sees.
QUIET = {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False", "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "500ms"}
WARM = 2  # documents for each worker, read before the clock is started


class Ran(NamedTuple):
    """One reading of all documents: elapsed seconds; processor seconds of who stores, of all parts, of the busiest."""

    elapsed: float
    writer: float
    work: float
    busiest: float

    @property
    def best(self) -> float:
        """Seconds on a machine with a core for each process."""
        return max(self.writer, self.busiest)


class KeptLocal(LocalEngine):
    """The pool of this machine, up from one reading to the next."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stays."""


class KeptCluster(ClusterEngine):
    """The same with a cluster."""

    def __enter__(self) -> "KeptCluster":
        if self.crew.client is None:
            super().__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stays."""


def bodies(kind: str, count: int) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of different documents of this kind."""
    for number, report in enumerate(reports(count)):
        if kind == "html":
            yield f"{number}.html", page(report)
        elif kind == "pdf":
            yield f"{number}.pdf", pdf(report, ("ruled", "paged", "unruled")[number % 3])
        else:
            yield f"{number}.tif", as_tiff(drawn(report, Print(dpi=150)))


def read_all(root: Path, documents: Sequence[tuple[str, bytes]], address: str, workers: int) -> Ran:
    """Reads these by the cluster at `address`, or by a pool of so many; run it in a fresh process."""
    os.setsid()  # all processes of one part are one session
    data = create(DataDir(root))
    archive = open_archive(data)
    engine: Engine
    engine = (
        KeptCluster(Crew(address, print), archive, BOUNDS, Waiting(print))
        if address
        else KeptLocal(archive, workers, BOUNDS, Waiting(print))
    )
    with closing(open_database(data)) as db:
        keys = [archive.put(body) for _, body in documents]
        for first, last in ((0, WARM * workers), (WARM * workers, len(documents))):
            _add(db, [(keys[at], f"http://127.0.0.1/{documents[at][0]}") for at in range(first, last)])
            before, mine, begun = processor_time(), time.process_time(), time.perf_counter()
            done = extract(db, data, now=NOW, engine=engine)
            assert done.reports == last - first, done
    elapsed, writer = time.perf_counter() - begun, time.process_time() - mine
    spent = {pid: used - before.get(pid, 0.0) for pid, used in processor_time().items()}
    others = [used for pid, used in spent.items() if pid != os.getpid()]
    return Ran(elapsed, writer, writer + sum(others), max(others))


def _add(db: Database, rows: Sequence[tuple[str, str]]) -> None:
    with db.atomic():
        db.conn.executemany(
            "insert into documents (sha256, url, first_seen, title) values (?, ?, '2026-01-20', '')", rows
        )


def processor_time() -> Mapping[int, float]:
    """Seconds that each process has used which descends from who measures: reader, scheduler, worker, this one."""
    found: dict[int, tuple[int, float]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        found[int(stat.parent.name)] = int(words[1]), (int(words[11]) + int(words[12])) / TICKS
    root = os.getppid()
    ours = {root}
    while more := {pid for pid, (parent, _) in found.items() if parent in ours and pid not in ours}:
        ours |= more
    return {pid: found[pid][1] for pid in ours - {root} if pid in found}


class Pinned(Cluster):
    """A cluster of so many workers, each with a core of its own."""

    def __init__(self, folder: Path, count: int) -> None:
        super().__init__(folder)
        free = os.sched_getaffinity(0)
        for core in sorted(free)[:count]:
            os.sched_setaffinity(0, {core})  # what is started now inherits it
            self.start_worker()
        os.sched_setaffinity(0, free)


def measured(scratch: Path, documents: Sequence[tuple[str, bytes]], workers: int, *, cluster: bool) -> Ran:
    """One reading, its processes all new."""
    place = Path(tempfile.mkdtemp(dir=scratch))
    alone = get_context("spawn")
    if not cluster:
        with ProcessPoolExecutor(1, mp_context=alone) as pool:
            return pool.submit(read_all, place / "data", documents, "", workers).result()
    with closing(Pinned(place / "cluster", workers)) as made, ProcessPoolExecutor(1, mp_context=alone) as pool:
        return pool.submit(read_all, place / "data", documents, made.address, workers).result()


WAYS: Mapping[str, tuple[int, bool]] = {
    "pool, 1 worker": (1, False),
    "pool, 2 workers": (2, False),
    "cluster, 1 worker": (1, True),
    "cluster, 2 workers": (2, True),
}


def compare(scratch: Path, kind: str, count: int, rounds: int) -> None:
    """Prints all four ways for one kind of documents, and what is wanted of them."""
    documents = [*bodies(kind, count + 2 * WARM)]
    runs: dict[str, list[Ran]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, (workers, cluster) in WAYS.items():
            runs[name].append(measured(scratch, documents[: count + WARM * workers], workers, cluster=cluster))
    size = sum(len(body) for _, body in documents) / len(documents) / 1000
    print(f"-- {kind}: {count} documents of {size:.0f} KB, {rounds} round(s), medians, ms a document", flush=True)
    for name, several in runs.items():
        elapsed, writer, work, best = (
            statistics.median(values) / count * 1000
            for values in zip(*((one.elapsed, one.writer, one.work, one.best) for one in several), strict=True)
        )
        print(f"{name:20} elapsed {elapsed:8.1f}  processor {work:8.1f} (storing {writer:6.1f})  at best {best:8.1f}")
    bound = kind != "html"
    for name in ("pool", "cluster"):
        one, two = runs[f"{name}, 1 worker"], runs[f"{name}, 2 workers"]
        told(f"{name}: 2 workers against 1", one, two, f"wanted: at least {FASTER} x" if bound else "")
    local, there = runs["pool, 2 workers"], runs["cluster, 2 workers"]
    told("cluster against pool", there, local, f"wanted: at most {DEARER:.2f} x" if bound else "printed, not bound")


def told(name: str, slow: Sequence[Ran], fast: Sequence[Ran], wanted: str) -> None:
    """A ratio by the clock, by what was possible at best, and by the work of all processes."""
    pairs = [*zip(slow, fast, strict=True)]
    elapsed, best, work = (
        statistics.median(getattr(one, what) / getattr(other, what) for one, other in pairs)
        for what in ("elapsed", "best", "work")
    )
    print(f"{name:28} elapsed {elapsed:5.2f} x  at best {best:5.2f} x  processor {work:5.2f} x   {wanted}", flush=True)


def main() -> None:
    """Prints a table for each kind."""
    parser = argparse.ArgumentParser(prog="python -m bench.engine")
    parser.add_argument("--pdfs", type=int, default=200)
    parser.add_argument("--scans", type=int, default=6)
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", choices=("pdf", "scan", "html"), help="one kind alone")
    asked = parser.parse_args()
    os.environ.update(QUIET)
    print(f"{len(os.sched_getaffinity(0))} cores; load {os.getloadavg()[0]:.1f} at the beginning")
    with tempfile.TemporaryDirectory() as scratch:
        for kind, count in (("pdf", asked.pdfs), ("html", asked.pages), ("scan", asked.scans)):
            if asked.only in (None, kind):
                compare(Path(scratch), kind, count, asked.rounds)


if __name__ == "__main__":
    main()
