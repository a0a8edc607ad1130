"""Another data directory is taken in: each thing once, in any order, twice without harm, killed at any moment."""

import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.ground import archive
from crawler.ground.data import DataDir
from monitor.cli import main
from monitor.merge.numbers import NAMED
from monitor.merge.plan import left, plan
from monitor.samples import make_history
from monitor.schema import open_database
from tests.crawler.crawling import Bench
from tests.portals.pages import entry, listing
from tests.portals.site import Site

ROOT = Path(__file__).parent.parent.parent
START = "/zfxxgknb/"
NAMES = ("甲", "乙", "丙")
TABLES = tuple(plan())
TIMES = (
    "at",
    "since",
    "until",
    "checked_at",
    "last_ok",
    "first_seen",
    "last_seen",
    "looked_at",
    "seen_at",
    "started_at",
)
NUMBERS = ("id", "crawl", "listed_in", "finished_at", "whole_at", "state_since", "looks", "portals", "selection")


@contextmanager
def sites() -> Iterator[dict[str, Site]]:
    """Three portals with three reports each."""
    made = {name: Site(f"127.0.3.{at}") for at, name in enumerate(NAMES, 1)}
    for name, site in made.items():
        lines = []
        for number in range(3):
            report = make_history(number, f"{name}县{['财政局', '教育局', '民政局'][number]}", [2025], dense=True)[0]
            date = f"{report.published_on:%Y-%m-%d}"
            site.pages[f"{START}{number}.html"] = report.html()
            lines.append(entry(f"{number}.html", report.title, date))
        site.pages[START] = listing(lines)
    started: list[Site] = []
    try:
        for site in made.values():
            site.__enter__()
            started.append(site)
        yield made
    finally:
        for site in started:
            site.__exit__(None, None, None)


def gouji(root: Path, *arguments: object, status: int = 0) -> str:
    result = CliRunner().invoke(main, [*map(str, arguments), "--data", str(root)])
    assert result.exit_code == status, result.output
    return result.stdout


def rows(root: Path, *, but: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Every row of every table that is taken over, as text, without the columns named."""
    with closing(open_database(DataDir(root))) as db:
        found = {}
        for table in TABLES:
            names = [str(row[1]) for row in db.execute(f'pragma table_info("{table}")') if row[1] not in but]
            listed = ", ".join(f'"{name}"' for name in names)
            found[table] = sorted(map(repr, db.execute(f'select {listed} from "{table}"')))
        return found


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One directory that crawled all portals, and one for each of them."""
    place = tmp_path_factory.mktemp("crawled")
    roots = {}
    with sites() as made:
        urls = {name: site.url + START for name, site in made.items()}
        for name, watched in [("all", urls), *((name, {name: url}) for name, url in urls.items())]:
            bench = Bench(place / name)
            bench.watch(watched)
            ran = bench.crawl()
            assert ran.status == 0, ran
            roots[name] = bench.data.root
    return roots


def test_every_table_is_taken_over_or_left_with_a_reason(tmp_path: Path) -> None:
    with closing(open_database(DataDir(Path(str(tmp_path))))) as db:
        there = {name for name in db.table_names() if not name.startswith(("_", "sqlite_"))}
    assert there == {*plan(), *left()}
    assert not {*plan()} & left()


def test_every_column_that_names_a_crawl_is_numbered_with_it(tmp_path: Path) -> None:
    with closing(open_database(DataDir(tmp_path))) as db:
        tables = [name for name in db.table_names() if not name.startswith(("_", "sqlite_"))]
        columns = {(table, one.name) for table in tables for one in db.table(table).columns}
        referring = {
            (table, one.column)
            for table in tables
            for one in db.table(table).foreign_keys
            if one.other_table == "crawls" and one.column is not None
        }
    said = {(table, name) for table, name in columns if name == "crawl" or name.endswith("_crawl")}
    anew = {("sweeps", "crawl")}  # left, and summed up again from the ledger
    assert {table for table, _ in anew} <= left()
    assert (referring | said) - anew == {*NAMED} - {("crawls", "id"), ("looks", "listed_in")}
    assert {*NAMED} <= columns


def test_whatever_a_crawl_writes_its_number_into_is_numbered_with_it(tmp_path: Path) -> None:
    """However the column is called: a number that nothing else has is looked for everywhere."""
    bench, number = Bench(tmp_path), 7_000_000
    with closing(open_database(bench.data)) as db, db.atomic():
        db.execute(
            "insert into crawls (id, started_at, finished_at, outcome) values (?, '2025-01-01', '2025-01-01', 'done')",
            [number],
        )
    with sites() as made:
        bench.watch({name: site.url + START for name, site in made.items()})
        for night in (1, 9):
            assert bench.crawl(now=f"2026-02-{night:02d}T08:00:00+08:00").status == 0
    gouji(bench.data.root, "extract")
    gouji(bench.data.root, "check")
    found = set()
    with closing(open_database(bench.data)) as db:
        for table in (name for name in db.table_names() if not name.startswith(("_", "sqlite_"))):
            for one in db.table(table).columns:
                within = f'select 1 from "{table}" where "{one.name}" between ? and ? limit 1'
                if db.execute(within, [number, number + 9]).fetchone():
                    found.add((table, one.name))
    assert {("crawls", "id"), ("fetches", "crawl"), ("looks", "listed_in")} <= found
    assert found - {*NAMED} <= {("sweeps", "crawl")}, "add it to NAMED"


def test_shards_taken_together_are_one_crawl(crawled: dict[str, Path], tmp_path: Path) -> None:
    gouji(tmp_path / "one", "merge", *(crawled[name] for name in NAMES))
    gouji(tmp_path / "other", "merge", *(crawled[name] for name in reversed(NAMES)))
    but = (*TIMES, *NUMBERS)
    whole = rows(crawled["all"], but=but)
    for name in ("one", "other"):
        joined = rows(tmp_path / name, but=but)
        for table in ("agencies", "agency_names", "portals", "documents", "looks", "fetches", "crawl_portals"):
            assert joined[table] == whole[table], table
    assert rows(tmp_path / "one", but=("id", "crawl", "listed_in")) == rows(
        tmp_path / "other", but=("id", "crawl", "listed_in")
    )
    gouji(tmp_path / "one", "extract")
    facts = json.loads(gouji(tmp_path / "one", "show", "甲县财政局", "2025", "--json"))
    assert facts["status"] == "complete"


def test_a_second_time_changes_no_row(crawled: dict[str, Path], tmp_path: Path) -> None:
    shards = [crawled[name] for name in NAMES]
    gouji(tmp_path / "one", "merge", *shards)
    before = rows(tmp_path / "one")
    again = json.loads(gouji(tmp_path / "one", "merge", *shards, "--json"))
    assert rows(tmp_path / "one") == before
    assert all(not one["added"] and not one["changed"] and not one["bodies"] for one in again.values())


def test_what_is_merged_into_what_has_it_already_changes_nothing(crawled: dict[str, Path], tmp_path: Path) -> None:
    gouji(tmp_path / "one", "merge", crawled["all"])
    before = rows(tmp_path / "one")
    assert before == rows(crawled["all"])
    gouji(tmp_path / "one", "merge", crawled["all"])
    assert rows(tmp_path / "one") == before


def test_an_older_ledger_stands_before_a_newer_one(crawled: dict[str, Path], tmp_path: Path) -> None:
    gouji(tmp_path / "one", "merge", crawled["丙"], crawled["甲"])
    with closing(open_database(DataDir(tmp_path / "one"))) as db:
        assert list(db.execute("select id from fetches order by id")) == list(
            db.execute("select id from fetches order by at, id")
        )
        begun = [row[0] for row in db.execute("select started_at from crawls order by id")]
        assert begun == sorted(begun)
        assert not list(db.execute("pragma foreign_key_check"))


def test_a_merge_that_is_killed_is_begun_anew(crawled: dict[str, Path], tmp_path: Path) -> None:
    gouji(tmp_path / "whole", "merge", crawled["all"])
    line = [sys.executable, "-m", "monitor.cli", "--data", str(tmp_path / "one"), "merge", str(crawled["all"])]
    for pause in (0.2, 0.6, 0.9, 1.2):
        asking = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
        try:
            asking.wait(pause)
        except subprocess.TimeoutExpired:
            os.killpg(asking.pid, signal.SIGKILL)
            asking.wait()
    gouji(tmp_path / "one", "merge", crawled["all"])
    assert rows(tmp_path / "one") == rows(tmp_path / "whole")


def test_portals_of_one_name_and_two_addresses_stay_two(crawled: dict[str, Path], tmp_path: Path) -> None:
    other = tmp_path / "other"
    gouji(other, "merge", crawled["甲"])
    with closing(open_database(DataDir(other))) as db:
        db.execute("update portals set start_url = 'http://elsewhere.example/' where id = '甲'")
    result = json.loads(gouji(other, "merge", crawled["甲"], "--json"))
    renamed = result[str(crawled["甲"])]["renamed_portals"]
    assert set(renamed) == {"甲"}
    assert renamed["甲"].startswith("甲-")
    before = rows(other)
    gouji(other, "merge", crawled["甲"])
    assert rows(other) == before


def test_a_body_with_a_better_code_is_one_body(crawled: dict[str, Path], tmp_path: Path) -> None:
    code = "11370000MB00000002"
    (tmp_path / "名录.csv").write_text(f"code,name\n{code},甲县财政局\n", encoding="utf-8")
    gouji(tmp_path / "one", "agencies", "import", tmp_path / "名录.csv", status=0)
    gouji(tmp_path / "one", "merge", crawled["甲"])
    gouji(tmp_path / "one", "extract")
    with closing(open_database(DataDir(tmp_path / "one"))) as db:
        assert [row[0] for row in db.execute("select code from agencies where name = '甲县财政局'")] == [code]
        assert list(db.execute("select count(*) from current_reports where agency = ?", [code])) == [(1,)]


def decided(root: Path, status: str, at: str, note: str) -> None:
    with closing(open_database(DataDir(root))) as db:
        db.execute(
            "insert or replace into findings (rule, class, agency, year, subject, status, note, decided_at, message) "
            "values ('t3.balance', 'fatal', '甲县财政局', 2025, 'x', ?, ?, ?, 'm')",
            [status, note, at],
        )


def test_decisions_come_over_and_the_later_stands(crawled: dict[str, Path], tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for root in (ours, theirs):
        gouji(root, "merge", crawled["甲"])
    decided(theirs, "explained", "2026-02-03T00:00:00Z", "合并统计")
    assert json.loads(gouji(ours, "merge", theirs, "--json"))[str(theirs)]["decisions"] == 1
    decided(theirs, "false_positive", "2026-02-05T00:00:00Z", "误报")
    result = json.loads(gouji(ours, "merge", theirs, "--json", status=1))[str(theirs)]
    assert [one["theirs"] for one in result["conflicts"]] == ["false_positive"]
    assert json.loads(gouji(ours, "merge", theirs, "--json"))[str(theirs)]["decisions"] == 0
    with closing(open_database(DataDir(ours))) as db:
        assert list(db.execute("select status, note from findings")) == [("false_positive", "误报")]


def test_what_is_no_data_directory_is_said_and_costs_itself_alone(crawled: dict[str, Path], tmp_path: Path) -> None:
    for name in ("none", "text", "nothing", "foreign", "holed"):
        (tmp_path / name).mkdir()
    (tmp_path / "text" / "gouji.db").write_bytes(b"no database at all, but a text of some length" * 200)
    (tmp_path / "nothing" / "gouji.db").touch()
    with closing(sqlite3.connect(tmp_path / "foreign" / "gouji.db")) as db:
        db.execute("create table theirs (a)")
    whole = bytearray((crawled["乙"] / "gouji.db").read_bytes())
    whole[4096 : len(whole) // 2] = bytes(len(whole) // 2 - 4096)
    (tmp_path / "holed" / "gouji.db").write_bytes(whole)
    one = tmp_path / "one"
    (tmp_path / "link").symlink_to(one)
    gouji(one, "merge", crawled["甲"])
    before = rows(one)
    wanted = {
        "none": "里没有 gouji.db",
        "text": "读不了",
        "nothing": "0 字节",
        "foreign": "别的程序的数据库",
        "holed": "已损坏",
        "absent": "没有数据目录",
        "one": "本身",
        "link": "本身",
    }
    for name, said in wanted.items():
        result = CliRunner().invoke(main, ["--lang", "zh", "merge", str(tmp_path / name), "--data", str(one)])
        assert result.exit_code == 3, result.output
        assert said in result.output
        assert str(tmp_path / name) in result.output, "by the name by which whoever asked knows it"
        assert "gouji-merge-" not in result.output
    assert rows(one) == before
    gouji(one, "merge", tmp_path / "nothing", crawled["乙"], status=3)
    gouji(tmp_path / "other", "merge", crawled["甲"], crawled["乙"])
    assert rows(one) == rows(tmp_path / "other")


def test_a_full_disk_is_told_in_the_readers_language(
    crawled: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(archive, "_write", full)
    arguments = ["merge", str(crawled["all"]), "--data", str(tmp_path / "d")]
    told = CliRunner().invoke(main, arguments)
    assert (told.exit_code, "磁盘满了" in told.stderr, "No space" in told.stderr) == (3, True, False), told.stderr
    assert "No space left" in CliRunner().invoke(main, [*arguments, "--lang", "en"]).stderr


def test_a_body_that_their_archive_lost_is_named(crawled: dict[str, Path], tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    gouji(theirs, "merge", crawled["甲"])
    path = next(path for path in sorted((theirs / "archive").glob("??/*")) if path.is_file())
    path.chmod(0o644)
    path.write_bytes(b"other bytes")
    result = json.loads(gouji(tmp_path / "one", "merge", theirs, "--json", status=1))[str(theirs)]
    assert result["lost"] == [path.name]


def test_bodies_that_their_rows_name_and_nobody_has_are_named(crawled: dict[str, Path], tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    gouji(theirs, "merge", crawled["甲"])
    names = sorted(path.name for path in (theirs / "archive").glob("??/*") if path.is_file())
    shutil.rmtree(theirs / "archive")  # the database was copied without it
    for _ in range(2):
        result = json.loads(gouji(tmp_path / "one", "merge", theirs, "--json", status=1))[str(theirs)]
        assert result["lost"] == names
    gouji(tmp_path / "one", "merge", crawled["甲"])
    gouji(tmp_path / "one", "merge", theirs)
