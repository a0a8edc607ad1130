"""A document that could not be read: said, not ending with 0, and nobody is called overdue for it."""

import json
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.ground.clock import now
from crawler.ground.data import DataDir
from monitor.cli import main
from monitor.samples import make_history
from monitor.schema import open_database
from monitor.service.pipeline import run_once
from monitor.service.pipeline_words import Wording
from monitor.service.steps import Settings
from monitor.service.watch import once
from tests.archives import ENDLESS, EndlessArchive, through
from tests.monitor import service as watched
from tests.monitor.service import Service, make_data, rows, until

BODIES = ("青石市教育局", "青石市财政局", "青石市民政局")
REGISTER = "code,name,level,kind,parent,division,portal,first_year,last_year,source\n" + "".join(
    f",{name},county,department,,,,2019,,\n" for name in BODIES
)
REFUSE = (
    "create trigger refuse before insert on readings when new.url like '%{name}%' begin select raise(abort, 'x'); end"
)


def gouji(data: DataDir, *arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, ["--data", str(data.root), *arguments], env={"GOUJI_DATA": None})
    assert result.exit_code == status, result.output
    return result.stdout


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    """Three bodies owe a report for last year; two files were handed in, one of them cannot be stored once it is read."""
    data = make_data(tmp_path / "数据")
    folder = tmp_path / "件"
    folder.mkdir()
    for number, body in enumerate(BODIES[:2]):
        sample = make_history(number, body, [now().year - 1])[0]
        (folder / f"{number}.html").write_text(sample.html(), encoding="utf-8")
    (tmp_path / "register.csv").write_text(REGISTER, encoding="utf-8")
    gouji(data, "agencies", "import", str(tmp_path / "register.csv"))
    gouji(data, "add", str(folder))
    with closing(open_database(data)) as db:
        db.execute(REFUSE.format(name="/1.html"))
    return data


def test_extract_says_which_and_ends_with_3(data: DataDir) -> None:
    told = json.loads(gouji(data, "extract", "--json", status=3))
    assert (told["read"], told["reports"], told["left"], told["resting"]) == (2, 1, 0, 0)
    assert [(Path(one["url"]).name, one["code"]) for one in told["unread"]] == [("1.html", "internal_error")]
    text = gouji(data, "extract", status=3)
    assert "1.html" in text
    assert "没能读" in text
    gouji(data, "--lang", "en", "extract", status=3)
    assert "extract --all" in gouji(data, "extract")


def test_the_road_goes_on_and_nobody_is_overdue_for_it(data: DataDir) -> None:
    """The unread file bears no name yet: with no portal watched it may be that of any body that has none."""
    result = run_once(data, now, Settings(crawl_output=subprocess.DEVNULL))
    steps = {step.name: step for step in result.steps}
    assert (steps["extract"].outcome, steps["check"].outcome, result.exit_status) == ("trouble", "done", 3)
    assert steps["extract"].counts["unread"] == 1
    assert "1.html: internal_error" in steps["extract"].detail
    assert "没能读" in Wording("zh").step(steps["extract"])
    assert "门户" not in Wording("zh").finished(1, result.end)
    assert overdue(data) == []
    with closing(open_database(data)) as db:
        db.execute("drop trigger refuse")
    assert once(data, now, lambda _step: None) == 0
    late = now().month > 2 or (now().month == 2 and now().day > 1)
    assert overdue(data) == ([BODIES[2]] if late else [])


def overdue(data: DataDir) -> list[str]:
    return [
        name
        for (name,) in rows(
            data,
            "select a.name from findings f join agencies a on a.code = f.agency "
            "where f.rule = 'pub.state' and f.verdict like 'overdue%' "
            "and f.status in ('open', 'regressed')",
        )
    ]


def test_show_tells_what_could_not_be_read(data: DataDir) -> None:
    with closing(open_database(data)) as db:
        db.execute("drop trigger refuse")
    gouji(data, "extract")
    with closing(open_database(data)) as db:
        db.execute(REFUSE.format(name="/1.html"))
    gouji(data, "extract", "--all", status=3)
    told = json.loads(gouji(data, "show", BODIES[1], "--json"))
    assert [(Path(one["url"]).name, one["code"]) for one in told["unread"]] == [("1.html", "internal_error")]
    assert told["status"] == "complete"
    assert "没能读的文件" in gouji(data, "show", BODIES[1])
    assert json.loads(gouji(data, "show", BODIES[0], "--json"))["unread"] == []


def test_a_watch_that_reads_for_ever_ends_within_seconds(tmp_path: Path) -> None:
    """SIGTERM while one document takes for ever, within the system: what was read before it is stored."""
    data = make_data(tmp_path)
    (tmp_path / "a.html").write_text(make_history(1, BODIES[0], [2023])[0].html(), encoding="utf-8")
    (tmp_path / "b.html").write_bytes(ENDLESS)
    gouji(data, "add", str(tmp_path / "a.html"))
    gouji(data, "add", str(tmp_path / "b.html"))
    with closing(open_database(data)) as db:
        db.execute(
            "insert into runs (job, due_at, started_at, finished_at, outcome) "
            "values ('watch', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z', 'done')"
        )
    service = Service(data, through(EndlessArchive, watched.gouji("watch", data)))
    try:
        until(lambda: rows(data, "select count(*) from readings") == [(1,)], "the other document is read")
    finally:
        status = service.end(signal.SIGTERM)
    assert status == 0
    assert rows(data, "select count(*) from current_reports") == [(1,)]
    assert rows(data, "select count(*) from failures") == [(0,)]
    with pytest.raises(sqlite3.OperationalError):
        rows(data, "select nothing from failures")
