"""A crawl in shards is one crawl: whoever crawls them, in however many, killed at any moment."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.ground.config import Portal
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError
from extract.engine.chosen import unsaid
from extract.engine.crew import Crew
from monitor.cli import main
from monitor.schema import open_database
from monitor.shards.hosts import dealt, groups
from monitor.shards.work import written
from tests.clusters import Cluster
from tests.crawler.crawling import Bench
from tests.monitor.test_merge import NUMBERS, TIMES, gouji, rows
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Reply, Seen, Site

ROOT = Path(__file__).parent.parent.parent
START = "/zfxxgknb/"
PORTALS = 20
COMPARED = ("agencies", "agency_names", "portals", "documents", "looks", "fetches", "crawl_portals", "portal_states")


def site(at: int) -> Site:
    body, date = f"第{at}县财政局", "2026-01-20"
    pages: dict[str, bytes | str | Reply] = {
        f"{START}a.html": report(body, 2025, published=date, n=at),
        START: listing([entry("a.html", report_title(body, 2025), date)]),
    }
    return Site(f"127.0.7.{at}", pages)


@pytest.fixture(scope="module")
def sites() -> Iterator[dict[str, Site]]:
    made = {f"p{at:02d}": site(at) for at in range(1, PORTALS + 1)}
    for one in made.values():
        one.__enter__()
    yield made
    for one in made.values():
        one.__exit__(None, None, None)


def bench(root: Path, sites: dict[str, Site], count: int = PORTALS) -> Bench:
    made = Bench(root)
    made.watch({name: one.url + START for name, one in list(sites.items())[:count]})
    return made


@pytest.fixture(scope="module")
def whole(sites: dict[str, Site], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one crawl of all portals makes."""
    one = bench(tmp_path_factory.mktemp("whole"), sites)
    with one.begin() as running:
        assert running.wait(600) == 0
    return one.data.root


def same(root: Path, other: Path) -> None:
    """All that is no time and no number is the same; and the archive, byte for byte."""
    ours, theirs = (rows(one, but=(*TIMES, *NUMBERS)) for one in (root, other))
    for table in COMPARED:
        assert ours[table] == theirs[table], table
    assert bodies(root) == bodies(other)


def bodies(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "archive").glob("??/*") if path.is_file()}


def asked(sites: dict[str, Site]) -> int:
    return sum(len(one.asked()) for one in sites.values())


# --- who belongs together --------------------------------------------------------------------------------------


def portal(name: str, host: str, *allow: str) -> Portal:
    return Portal(id=name, start_url=f"http://{host}/", allow_hosts=allow)


def test_no_host_is_asked_by_two_shards() -> None:
    portals = [
        portal("a", "www.shili.gov.cn"),
        portal("b", "zfgb.shili.gov.cn"),  # files.shili.gov.cn may be asked by both
        portal("c", "www.bieshi.gov.cn", "files.shili.gov.cn:8081"),
        portal("d", "www.disan.gov.cn", "cdn.example.com"),
        portal("e", "www.disi.gov.cn", "cdn.example.com"),
        portal("f", "127.0.0.1:8080"),
        portal("g", "127.0.0.1:9090"),
        portal("h", "127.0.0.2:8080"),
    ]
    assert [[one.id for one in group] for group in groups(portals)] == [["a", "b", "c"], ["d", "e"], ["f", "g"], ["h"]]
    assert [[one.id for one in shard] for shard in dealt(portals, 2)] == [["a", "b", "c", "h"], ["d", "e", "f", "g"]]
    assert len(dealt(portals, 20)) == 4
    assert {one.id for shard in dealt(portals, 3) for one in shard} == set("abcdefgh")
    assert dealt(list(reversed(portals)), 1) == [tuple(reversed(portals))]


# --- one crawl -------------------------------------------------------------------------------------------------


def test_twenty_shards_of_tasks_are_one_crawl(sites: dict[str, Site], whole: Path, tmp_path: Path) -> None:
    sharded = bench(tmp_path, sites).data.root
    before = asked(sites)
    with closing(Cluster(tmp_path / "cluster", workers=2)) as cluster:
        told = json.loads(gouji(sharded, "crawl", "--shards", 20, "--engine", cluster.address, "--json"))
    assert told["finished"]
    assert told["reports_found"] == PORTALS
    assert [one["error"] for one in told["shards"]] == [None] * 20
    assert asked(sites) - before == 2 * PORTALS
    same(sharded, whole)
    assert len(list((sharded / "warc").glob("*.warc.gz"))) == 20
    assert not (sharded / "shards").exists()


def test_a_cluster_that_is_killed_in_the_middle_goes_on(sites: dict[str, Site], tmp_path: Path) -> None:
    """The one who waits for the crawl is killed, and the worker that is at it."""
    one = bench(tmp_path, sites, 3)
    root = one.data.root
    with closing(Cluster(tmp_path / "cluster", workers=1)) as cluster:
        line = [sys.executable, "-m", "monitor.cli", "--data", str(root), "crawl", "--shards", "3"]
        running = subprocess.Popen([*line, "--engine", cluster.address], cwd=ROOT, start_new_session=True)
        end = time.monotonic() + 60
        while not list((root / "shards").glob("[0-9].json")):
            assert time.monotonic() < end
            assert running.poll() is None
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        cluster.kill(cluster.workers[0])
        cluster.start_worker()
        told = json.loads(gouji(root, "crawl", "--shards", 3, "--engine", cluster.address, "--json"))
        assert [one["error"] for one in told["shards"]] == [None] * 3
    other = bench(tmp_path / "other", sites, 3)
    other.crawl()
    for table in ("agencies", "portals", "documents", "looks"):
        ours, theirs = (rows(each, but=(*TIMES, *NUMBERS))[table] for each in (root, other.data.root))
        assert ours == theirs, table
    assert bodies(root) == bodies(other.data.root)
    with closing(open_database(one.data)) as db:
        assert list(db.execute("select count(*) from crawls where finished_at is null")) == [(0,)]


def test_a_shard_that_fails_on_a_worker_costs_itself_alone(sites: dict[str, Site], tmp_path: Path) -> None:
    one = bench(tmp_path, sites, 2)
    with closing(Cluster(tmp_path / "cluster", workers=1)) as cluster, site(98) as bad:
        bad.pages[START] = killer("fatal", cluster.folder, str(bad.pages[START]))
        one.watch({"fatal": bad.url + START})
        fails_alone(one.data.root, "--engine", cluster.address)


def test_where_nobody_crawls_it_is_said_of_crawling(sites: dict[str, Site], tmp_path: Path) -> None:
    with closing(Cluster(tmp_path / "cluster")) as cluster:
        for crawling, words in ((True, "crawls"), (False, "reads")):
            with pytest.raises(GoujiError, match=f"nobody at tcp:.* {words} with this version of gouji"):
                Crew(cluster.address, unsaid, patience=0.0, crawling=crawling).open()


def test_a_second_crawl_in_shards_knows_what_the_first_found(sites: dict[str, Site], tmp_path: Path) -> None:
    one = bench(tmp_path, sites, 3).data.root
    gouji(one, "crawl", "--shards", 2)
    before = rows(one, but=(*TIMES, *NUMBERS))["documents"]
    again = json.loads(gouji(one, "crawl", "--shards", 3, "--all", "--json"))
    assert again["new_documents"] == 0
    assert rows(one, but=(*TIMES, *NUMBERS))["documents"] == before
    with closing(open_database(DataDir(one))) as db:
        assert list(db.execute("select count(*) from crawls where outcome = 'done'")) == [(5,)]
        assert list(db.execute("select count(distinct url), count(*) from documents")) == [(3, 3)]
        assert not list(db.execute("pragma foreign_key_check"))


def test_killed_at_any_moment_the_same_command_goes_on(sites: dict[str, Site], tmp_path: Path) -> None:
    one = bench(tmp_path / "one", sites, 4)
    line = [sys.executable, "-m", "monitor.cli", "--data", str(one.data.root), "crawl", "--shards", "4"]
    for pause in (1.0, 3.0, 5.0):
        running = subprocess.Popen(
            line, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            running.wait(pause)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
            time.sleep(0.2)  # the crawls that it held end with it
    told = json.loads(gouji(one.data.root, "crawl", "--shards", 4, "--json"))
    assert told["finished"]
    other = bench(tmp_path / "other", sites, 4)
    other.crawl()
    for table in ("agencies", "portals", "documents", "looks"):
        ours, theirs = (rows(root, but=(*TIMES, *NUMBERS))[table] for root in (one.data.root, other.data.root))
        assert ours == theirs, table
    assert bodies(one.data.root) == bodies(other.data.root)
    with closing(open_database(DataDir(one.data.root))) as db:
        assert list(db.execute("select count(*) from crawls where finished_at is null")) == [(0,)]


def test_a_merge_that_failed_midway_is_done_again(
    sites: dict[str, Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = bench(tmp_path, sites, 3).data.root
    calls: list[str] = []

    def dies(path: Path, value: Mapping[str, Any]) -> None:
        calls.append(path.name)
        if path.name == "2.json":
            raise KeyboardInterrupt
        written(path, value)

    monkeypatch.setattr("monitor.shards.run.written", dies)
    CliRunner().invoke(main, ["crawl", "--shards", "3", "--data", str(one)])
    assert "2.json" in calls
    monkeypatch.undo()
    before = asked(sites)
    assert json.loads(gouji(one, "crawl", "--shards", 3, "--json"))["finished"]
    assert asked(sites) - before <= 4  # of what was crawled, nothing again
    with closing(open_database(DataDir(one))) as db:
        assert list(db.execute("select count(*) from crawls")) == [(3,)]
        assert list(db.execute("select count(*) from documents")) == [(3,)]


def killer(portal: str, root: Path, good: str) -> Callable[[Seen], Reply]:
    """The machine runs out of memory, say: the crawl that first asks this is killed."""
    killed: list[int] = []

    def fatal(_: Seen) -> Reply:
        if not killed:
            killed.extend(
                int(path.parent.name)
                for path in Path("/proc").glob("[0-9]*/cmdline")
                if os.fsencode(root) in (line := said(path)) and f"--portal={portal}".encode() in line
            )
            for process in killed:
                os.kill(process, signal.SIGKILL)
        return Reply(good)

    return fatal


def test_a_shard_that_fails_costs_itself_alone_and_is_named(sites: dict[str, Site], tmp_path: Path) -> None:
    one = bench(tmp_path, sites, 2)
    with site(99) as bad:
        bad.pages[START] = killer("fatal", one.data.root, str(bad.pages[START]))
        one.watch({"fatal": bad.url + START})
        fails_alone(one.data.root)


def fails_alone(root: Path, *engine: str) -> None:
    """One of three shards fails at first; the same command crawls it."""
    result = CliRunner().invoke(main, ["crawl", "--shards", "3", *engine, "--data", str(root)])
    assert result.exit_code == 3, result.output
    assert "没有抓成（fatal，" in result.stderr
    with closing(open_database(DataDir(root))) as db:
        assert list(db.execute("select count(*) from documents")) == [(2,)]
    gouji(root, "crawl", "--shards", 3, *engine)
    with closing(open_database(DataDir(root))) as db:
        assert list(db.execute("select count(*) from documents")) == [(3,)]


def said(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize(
    "options", [("--engine", "tcp://127.0.0.1:9"), ("--shards", "2", "--engine", "http://a:1"), ("--shards", "0")]
)
def test_what_makes_no_sense_is_said(sites: dict[str, Site], tmp_path: Path, options: tuple[str, ...]) -> None:
    one = bench(tmp_path, sites, 1).data.root
    result = CliRunner().invoke(main, ["crawl", *options, "--data", str(one)])
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
