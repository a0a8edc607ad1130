"""`gouji missing`: a day on which nobody looked says so; an absence that was explained bears its reason."""

import json
from datetime import date

import pytest
from sqlite_utils import Database

from crawler.ground.config import Config
from crawler.ground.data import DataDir
from crawler.ledger.portals import sync
from monitor.asking.missing import answer
from monitor.checking.check import check
from monitor.findings import decide, load
from tests.monitor.test_absence import CONFIG, local, publish, sweep
from tests.monitor.test_cli_edge import gouji

NOW = local("2026-06-01T12:00:00")
TOML = """
[[portal]]
id = "qingshi"
name = "青石市人民政府"
start_url = "http://127.0.0.1/nb/"
"""


@pytest.fixture
def register(db: Database) -> Database:
    for code, name, kind in (
        ("jy", "青石市教育局", "department"),
        ("cz", "青石市财政局", "department"),
        ("hk", "青石市河口镇人民政府", "township"),
    ):
        db.execute(
            "insert into agencies (code, name, kind, level, source) values (?, ?, ?, 'county', '登记册')",
            [code, name, kind],
        )
    sync(db, CONFIG)
    for day in ("2026-02-01", "2026-02-05", "2026-02-10"):
        sweep(db, local(f"{day}T02:30:00"))
    return db


def missing(data: DataDir, *arguments: str) -> str:
    data.config_path.write_text(TOML, encoding="utf-8")
    result = gouji("missing", "--data", str(data.root), "--year", "2025", *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize(
    ("day", "looked", "last"),
    [
        ("2026-01-31", False, None),
        ("2026-02-01", True, "2026-02-01"),
        ("2026-02-04", False, "2026-02-01"),
        ("2026-02-10", True, "2026-02-10"),
        ("2026-05-01", False, "2026-02-10"),
    ],
)
def test_whether_anybody_looked_on_the_day(register: Database, day: str, looked: bool, last: str | None) -> None:
    told = answer(register, CONFIG, NOW, year=2025, on=date.fromisoformat(day))
    assert (told.looked_on, told.last_look, told.first_look) == (looked, last, "2026-02-01")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-01-31", "到 2026-01-31 为止没有查看过任何门户（第一次是 2026-02-01）"),
        ("2026-02-04", "2026-02-04 这一天没有查看过门户；上一次查看是 2026-02-01"),
        ("2026-02-05", ""),
    ],
)
def test_a_day_on_which_nobody_looked_says_so(register: Database, data: DataDir, day: str, said: str) -> None:
    lines = missing(data, "--on", day).splitlines()
    assert lines[0].startswith(f"2025年度报告，截至 {day}：应公布 2（")
    assert lines[1].startswith(said)
    assert bool(said) == ("查看过" in lines[1])
    english = missing(data, "--on", day, "--lang", "en")
    assert bool(said) == ("nobody" in english)


def test_where_nobody_ever_looked_it_is_said_without_a_day(db: Database) -> None:
    told = answer(db, Config(), NOW, year=2025, on=date(2026, 2, 1))
    assert (told.looked_on, told.last_look, told.first_look) == (False, None, None)


def test_an_explained_absence_bears_its_reason(register: Database, data: DataDir) -> None:
    check(register, CONFIG, NOW)
    for one in load(register, "rule = 'pub.state' and agency = 'jy'"):
        decide(register, one.id or 0, "explained", "2025年底与\x1b[31m体育局合并，由新机构公布", NOW)
    for one in load(register, "rule = 'pub.state' and agency = 'cz'"):
        decide(register, one.id or 0, "acknowledged", "已电话催办", NOW)
    told = {one.agency: one for one in answer(register, CONFIG, NOW, year=2025).entries}
    assert told["jy"].decision == "explained"
    assert told["jy"].state == "overdue_confirmed", "a decision is no publication"
    assert told["jy"].decided_on == "2026-06-01"
    assert told["hk"].decision == ""
    printed = missing(data)
    assert "已解释（2026-06-01）：2025年底与\\x1b[31m体育局合并，由新机构公布" in printed
    assert "已知悉（2026-06-01）：已电话催办" in printed
    assert "explained (2026-06-01)" in missing(data, "--lang", "en")
    assert {one["decision"] for one in json.loads(missing(data, "--json"))["entries"]} == {
        "explained",
        "acknowledged",
        "",
    }


def test_a_published_report_bears_no_decision_on_its_absence(register: Database, data: DataDir) -> None:
    check(register, CONFIG, NOW)
    for one in load(register, "rule = 'pub.state'"):
        decide(register, one.id or 0, "explained", "机构改革", NOW)
    publish(register, "青石市教育局", local("2026-01-20T09:00:00"))
    told = {one.agency: one for one in answer(register, CONFIG, NOW, year=2025).entries}
    assert (told["jy"].state, told["jy"].decision) == ("published", "")
    assert told["cz"].decision == "explained"


def test_only_bodies_of_one_kind(register: Database, data: DataDir) -> None:
    assert json.loads(missing(data, "--kind", "township", "--json"))["counts"]["no_duty"] == 1
    assert "青石市财政局" not in missing(data, "--kind", "township", "--all")
    assert "应公布 2（" in missing(data, "--kind", "department")
    assert gouji("missing", "--data", str(data.root), "--kind", "局").exit_code == 2
