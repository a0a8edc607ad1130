"""Storing reports, compared with a bare `executemany` of the same rows in transactions of the same size."""

import sqlite3
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench._samples import page, reports
from crawler.ground.data import DataDir, create
from extract.model import Report
from extract.run import BATCH, read_report
from extract.store.write import Reading, save
from monitor.schema import open_database

FLOOR = 0.5
COUNT = 400
ROUNDS = 5
NOW = datetime(2026, 2, 1, tzinfo=UTC)
TABLES = (
    "agencies",
    "agency_names",
    "reports",
    "disclosure",
    "applications",
    "subtotals",
    "remedies",
    "cells",
    "sections",
    "problems",
    "readings",
)


def readings() -> list[Reading]:
    """Sample reports as `extract` hands them to the writer."""
    found = []
    for number, sample in enumerate(reports(COUNT)):
        result = read_report(page(sample), "page.html")
        assert isinstance(result, Report)
        found.append(Reading(f"{number:064x}", f"http://127.0.0.1/{number}.html", result, "2026-02-01T00:00:00+00:00"))
    return found


def ours(folder: Path, work: list[Reading]) -> float:
    """Processor seconds to save all readings."""
    db = open_database(create(DataDir(folder)))
    start = time.process_time()
    for at in range(0, len(work), BATCH):
        save(db, work[at : at + BATCH], "bench", NOW)
    spent = time.process_time() - start
    db.close()
    return spent


def bare(folder: Path, source: Path) -> float:
    """Processor seconds to write the rows that `ours` left, table by table, BATCH reports per transaction."""
    rows: dict[str, list[tuple[object, ...]]] = {}
    with sqlite3.connect(source) as written:
        for table in TABLES:
            rows[table] = written.execute(f"select * from {table}").fetchall()
    db = open_database(create(DataDir(folder)))
    start = time.process_time()
    for at in range(0, COUNT, BATCH):
        db.execute("begin")
        for table, all_rows in rows.items():
            part = all_rows[len(all_rows) * at // COUNT : len(all_rows) * (at + BATCH) // COUNT]
            if part:
                db.conn.executemany(f"insert into {table} values ({', '.join('?' * len(part[0]))})", part)
        db.execute("commit")
    spent = time.process_time() - start
    db.close()
    return spent


def main() -> None:
    """Prints medians and the ratio of speeds, the two sides measured alternately."""
    work = readings()
    ratios, left, right = [], [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            left.append(ours(Path(folder) / "ours", work))
            right.append(bare(Path(folder) / "bare", Path(folder) / "ours" / "gouji.db"))
            ratios.append(right[-1] / left[-1])
    print(f"{COUNT} reports, {BATCH} per transaction, {ROUNDS} rounds, medians of processor time per report")
    print(f"{'bare executemany (floor)':40} {statistics.median(right) / COUNT * 1e6:8.0f} µs")
    print(f"{'save':40} {statistics.median(left) / COUNT * 1e6:8.0f} µs   {statistics.median(ratios):5.2f} x its speed")
    print(f"wanted: at least {FLOOR} x")


if __name__ == "__main__":
    main()
