"""A database of 150,000 reports: size, `check` after 1,000 new ones, `missing`, `export`, every query of the cookbook.

`python -m bench.load [COUNT [DIR]]`; a DIR that already holds such a database is used as it is.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from bench._samples import PATTERNS, as_body, county, patterns
from bench.check import reading as plain_reading
from crawler.ground.clock import stamp
from crawler.ground.data import DataDir, create
from extract.fingerprint import reader_fingerprint
from extract.model import Report
from extract.run import BATCH
from extract.store.prose_index import bring_up_to_date
from extract.store.write import Reading, save
from monitor.schema import open_database

COUNT = 150_000
NEW = 1_000
YEARS = range(2019, 2025)
PORTALS = 75
SILENT = 97  # one body in this many has not published for 2024
LOOKS = 200  # nights on which every portal was looked at
LISTS = 5  # pages of a portal's lists, each one line of the ledger every night; each document has one line besides
# Bodies that the cookbook asks for by name; all others have numbered names.
NAMED = ("青石市审计局", "青石市财政局", "青石市教育局")
NOW = datetime(2025, 2, 10, tzinfo=UTC)
FIRST = NOW - timedelta(days=LOOKS)
MOST_CHECK, MOST_QUERY = 60.0, 1.0
PAGE = Path(__file__).parent.parent / "docs" / "queries.md"


def name_of(body: int) -> str:
    return NAMED[body] if body < len(NAMED) else f"{county(body)}教育局"


def portal_of(body: int) -> str:
    return f"p{body % PORTALS}"


def start_url(portal: int) -> str:
    return f"http://127.0.0.1/{portal}/"


def reading(report: Report, body: int) -> Reading:
    """The report as if published by body number `body`."""
    found = plain_reading(report, body)
    name = name_of(body)
    named = as_body(report, name)
    seen = stamp(datetime(named.year or 2019, 1, 20, tzinfo=UTC) + timedelta(days=366 + body % 9))
    return replace(found, result=named, first_seen=seen, published_on=seen[:10], portal=portal_of(body))


def build(root: Path, count: int) -> None:
    """Fills a data directory: register, documents, ledger, readings."""
    data = create(DataDir(root))
    with data.config_path.open("a", encoding="utf-8") as file:
        file.writelines(f'[[portal]]\nid = "p{n}"\nstart_url = "{start_url(n)}"\n' for n in range(PORTALS))
    db = open_database(data)
    sources = patterns([*YEARS, 2025], sparse=True)
    bodies = max(count // len(YEARS), len(NAMED))
    _register(db, bodies)
    work = (
        reading(report, body)
        for body in range(bodies)
        for report in sources[body % PATTERNS][: len(YEARS)]
        if report.year != 2024 or body % SILENT
    )
    _store(db, work)
    _ledger(db)
    bring_up_to_date(db)  # as an extract does at its end
    db.close()


def _register(db: Database, bodies: int) -> None:
    with db.atomic():
        db.conn.executemany(
            "insert into portals (id, name, start_url, state, state_since, last_ok, active) "
            "values (?, ?, ?, 'ok', ?, ?, 1)",
            [(f"p{n}", f"门户{n}", start_url(n), stamp(FIRST), stamp(NOW)) for n in range(PORTALS)],
        )
        db.conn.executemany(
            "insert into portal_states (portal, state, since) values (?, 'ok', ?)",
            [(f"p{n}", stamp(FIRST)) for n in range(PORTALS)],
        )
        rows = [(name_of(body), name_of(body), portal_of(body)) for body in range(bodies)]
        db.conn.executemany(
            "insert into agencies (code, name, kind, level, portal, source) "
            "values (?, ?, 'department', 'county', ?, 'bench')",
            rows,
        )
        db.conn.executemany("insert into agency_names (agency, name) values (?, ?)", [row[:2] for row in rows])


def _store(db: Database, work: Iterator[Reading]) -> None:
    batch: list[Reading] = []
    for one in work:
        batch.append(one)
        if len(batch) == BATCH * 8:
            _save(db, batch)
            batch = []
    _save(db, batch)


def _save(db: Database, batch: Sequence[Reading]) -> None:
    rows = [
        (one.document, one.url, one.portal, one.first_seen, one.first_seen, one.published_on, "text/html")
        for one in batch
    ]
    with db.atomic():
        db.conn.executemany(
            "insert into documents (sha256, url, portal, first_seen, last_seen, published_on, "
            "media_type) values (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
    save(db, batch, reader_fingerprint(), NOW)


def _ledger(db: Database) -> None:
    """Fills the ledger: the lists that were looked at, and every document once."""
    with db.atomic():
        db.conn.executemany(
            "insert into crawls (id, started_at, finished_at, outcome) values (?, ?, ?, 'done')",
            [
                (look + 1, stamp(FIRST + timedelta(days=look)), stamp(FIRST + timedelta(days=look)))
                for look in range(LOOKS)
            ],
        )
        db.conn.executemany(
            "insert into fetches (crawl, portal, url, at, status, verdict, kind) "
            "values (?, ?, ?, ?, 200, 'ok', 'list')",
            [
                (look + 1, f"p{portal}", f"{start_url(portal)}{page or ''}", stamp(FIRST + timedelta(days=look)))
                for look in range(LOOKS)
                for portal in range(PORTALS)
                for page in range(LISTS)
            ],
        )
        db.execute(
            "insert into fetches (crawl, portal, url, at, status, sha256, verdict, kind) select 1, portal, url, "
            "first_seen, 200, sha256, 'new', 'detail' from documents"
        )
        # Every report's page is known and looked at again; one in a hundred cannot be read.
        db.execute(
            "insert into looks (portal, key, url, kind, ask, year, verdict, looked_at, looks, spread, "
            "listed_in) select portal, url, url, 'detail', json_object('url', url, 'title', title), year, "
            "iif(rowid % 100, 'same', 'server_error'), ?, 30, rowid % 7, ? from documents",
            [stamp(NOW), LOOKS],
        )


def renew(root: Path) -> None:
    """Adds NEW reports, of a year for which there was none yet."""
    with closing(open_database(DataDir(root))) as db:
        sources = patterns([*YEARS, 2025], sparse=True)
        _store(db, (reading(sources[body % PATTERNS][len(YEARS)], body) for body in range(NEW)))


@dataclass(frozen=True, slots=True)
class Ran:
    """One command in a process of its own: what it took, the end of its output, its status."""

    seconds: float
    processor: float
    memory: float
    said: str
    status: int

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s (processor {self.processor:.2f} s, peak {self.memory:.0f} MB)"


def gouji(root: Path, *arguments: str) -> Ran:
    """Runs one command on this data directory."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "monitor.cli", "--data", str(root), *arguments], stdout=out, stderr=subprocess.STDOUT
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        out.seek(0)
        said = out.read().strip().splitlines() or [""]
    return Ran(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said[-1][:100], process.returncode)


def queries() -> Iterator[tuple[str, str]]:
    """Title and SQL of every question of the cookbook."""
    for title, block in re.findall(r"## (\d+\..*?)\n.*?```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        arguments = shlex.split(block.replace(r"\$", "$"))
        yield title, arguments[3]


def measure(root: Path) -> None:
    """Prints seconds for each query, each on a fresh connection."""
    print(f"queries of the cookbook, wanted: at most {MOST_QUERY:.0f} s each")
    for title, sql in queries():
        with closing(open_database(DataDir(root))) as db:
            start, cpu = time.perf_counter(), time.process_time()
            rows = len(db.execute(sql).fetchall())
            seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        print(
            f"  {seconds:7.3f} s (processor {cpu:6.3f} s)  {rows:6} rows  "
            f"{'' if seconds <= MOST_QUERY else 'SLOW '}{title}",
            flush=True,
        )


def main() -> None:
    """Prints everything."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(scratch) / "data"
        if not (root / "gouji.db").exists():
            start = time.perf_counter()
            build(root, count)
            print(f"{count} reports stored in {time.perf_counter() - start:.0f} s", flush=True)
            first = gouji(root, "check")
            print(f"first check: {first} {first.said}", flush=True)
        with closing(open_database(DataDir(root))) as db:
            db.execute("pragma wal_checkpoint(truncate)")
            stored = db.execute("select count(*) from reports").fetchone()[0]
        size = (root / "gouji.db").stat().st_size
        print(f"{stored} reports: {size / 1e9:.2f} GB on disk, {size / stored:.0f} bytes per report", flush=True)
        measure(root)
        renew(root)
        again = gouji(root, "check")
        print(f"check after {NEW} new reports: {again}   wanted: at most {MOST_CHECK:.0f} s {again.said}", flush=True)
        absent = gouji(root, "missing", "--year", "2024", "--on", "2025-02-01")
        print(f"missing: {absent}   wanted: at most {MOST_QUERY:.0f} s {absent.said}", flush=True)
        for flag in ("--no-parquet", "--parquet"):
            written = gouji(root, "export", str(Path(scratch) / "out"), flag)
            print(f"export {flag}: {written} {written.said}", flush=True)


if __name__ == "__main__":
    main()
