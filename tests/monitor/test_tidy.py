"""What grows is tidied by rule: no recording goes on which a version, a finding or a state rests, and never a body."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from crawler.ground.data import DataDir
from crawler.wire.recording import Recording
from monitor.recordings import old_recordings
from monitor.schema import open_database
from tests.crawler.crawling import Bench
from tests.monitor.test_merge import gouji
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Site

START = "/zfxxgknb/"
NOW = datetime(2027, 6, 1, tzinfo=UTC)
BODY = "青石县财政局"
# The first finds the report; the next three nothing; the fifth finds it again, as its day has come.
NIGHTS = [datetime(2026, 2, 1 + 2 * at, tzinfo=UTC) for at in range(4)] + [datetime(2026, 3, 20, tzinfo=UTC)]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path, "delay = 0.0\nwarc_days = 365")
    site = Site("127.0.9.1")
    site.pages[f"{START}a.html"] = report(BODY, 2025, published="2026-01-20")
    site.pages[START] = listing([entry("a.html", report_title(BODY, 2025), "2026-01-20")])
    with site:
        made.watch({"shi": site.url + START})
        for night in NIGHTS:
            assert made.crawl(now=f"{night:%Y-%m-%dT%H:%M:%S}+00:00").status == 0
    return made


def going(data: DataDir, now: datetime = NOW) -> list[str]:
    """The crawls, by the beginning of their file's name, whose recording may go."""
    with closing(open_database(data)) as db:
        return [one.path.name.partition("-")[0] for one in old_recordings(db, data, now) if not one.rested]


def last_seen_in(bench: Bench) -> str:
    return str(bench.rows("select max(crawl) from fetches where sha256 in (select sha256 from documents)")[0][0])


@time_machine.travel(NOW, tick=False)
def test_what_shows_a_version_stays_and_what_shows_nothing_goes(bench: Bench) -> None:
    last = last_seen_in(bench)
    assert last != "1"
    assert going(bench.data) == [one for one in "2345" if one != last]
    assert going(bench.data, NIGHTS[2] + timedelta(days=366)) == [one for one in "23" if one != last]
    told = json.loads(gouji(bench.data.root, "tidy", "--json", "--dry-run"))
    assert len(list(bench.data.warc.iterdir())) == 5
    bodies = {path: path.read_bytes() for path in bench.data.archive.glob("??/*")}
    ledger = bench.rows("select * from fetches order by id")
    done = json.loads(gouji(bench.data.root, "tidy", "--json"))
    assert done["recordings"] == told["recordings"]
    assert sorted(path.name[0] for path in bench.data.warc.iterdir()) == sorted({"1", last})
    assert {path: path.read_bytes() for path in bench.data.archive.glob("??/*")} == bodies
    assert bench.rows("select * from fetches order by id") == ledger
    assert json.loads(gouji(bench.data.root, "tidy", "--json"))["recordings"] == []
    assert Recording(sorted(bench.data.warc.glob("1-*"))).information


@pytest.mark.parametrize("change", ["opened_at", "changed_at", "resolved_at", "decided_at"])
def test_what_was_known_when_a_finding_changed_stays(bench: Bench, change: str) -> None:
    before = going(bench.data)
    assert "3" in before
    with closing(open_database(bench.data)) as db, db.atomic():
        db.execute("insert into agencies (code, name) values ('q', ?)", [BODY])
        db.execute("update documents set agency = 'q'")
        db.execute(
            "insert into findings (rule, class, agency, year, subject, verdict, status, responsibility, message, "
            f"opened_at, {change}) values ('pub.state', 'explain', 'q', 2025, '', 'late', 'open', 'source', '', "
            "'2025-01-01', ?)"
            if change != "opened_at"
            else "insert into findings (rule, class, agency, year, subject, verdict, status, responsibility, message, "
            "opened_at) values ('pub.state', 'explain', 'q', 2025, '', 'late', 'open', 'source', '', ?)",
            [(NIGHTS[2] + timedelta(hours=5)).isoformat(timespec="microseconds")],
        )
    assert going(bench.data) == [one for one in before if one != "3"]


def test_a_finding_of_a_body_met_at_no_portal_rests_on_all(bench: Bench) -> None:
    before = going(bench.data)
    with closing(open_database(bench.data)) as db, db.atomic():
        db.execute("insert into agencies (code, name) values ('x', '无门户县审计局')")
        db.execute(
            "insert into findings (rule, class, agency, year, subject, verdict, status, responsibility, message, "
            "opened_at) values ('pub.state', 'explain', 'x', 2025, '', 'late', 'open', 'source', '', ?)",
            [(NIGHTS[1] + timedelta(hours=5)).isoformat(timespec="microseconds")],
        )
    assert going(bench.data) == [one for one in before if one != "2"]


def test_without_a_rule_or_without_its_crawl_nothing_goes(bench: Bench) -> None:
    with closing(open_database(bench.data)) as db, db.atomic():
        db.execute("update crawls set finished_at = null where id = 2")
        db.execute("update crawls set started_at = '2020-01-01' where id = 3")
    assert not {"2", "3"} & {*going(bench.data)}
    bench.crawl_section = "delay = 0.0"
    bench.watch({})
    assert going(bench.data) == []
    assert "抓取记录 0 份" in gouji(bench.data.root, "tidy")


def test_the_database_is_written_without_its_gaps(bench: Bench) -> None:
    with closing(open_database(bench.data)) as db:
        with db.atomic():
            db.execute("create table gap (x)")
            db.conn.executemany("insert into gap values (?)", [("x" * 1000,)] * 3000)
        with db.atomic():
            db.execute("drop table gap")
        db.execute("pragma wal_checkpoint(truncate)")
    documents = bench.rows("select * from documents")
    told = json.loads(gouji(bench.data.root, "tidy", "--json"))
    assert told["database_after"] < told["database_before"] - 2_000_000
    assert bench.rows("select * from documents") == documents
