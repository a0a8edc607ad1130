"""`gouji status`: one line per body, by the ledger and the findings alone; 80 columns; a sheet for each question."""

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlite_utils import Database

from crawler.ground.archive import open_archive
from crawler.ground.clock import stamp
from crawler.ground.data import DataDir
from crawler.ledger.documents import record
from crawler.ledger.portals import sync
from monitor.asking.glance import BodyYear, glance
from monitor.asking.missing import answer
from monitor.checking.check import check
from monitor.findings import Finding, Key, decide, load, save
from monitor.words.terminal import width, wrap
from tests.monitor.test_absence import CONFIG, local, sweep
from tests.monitor.test_cli_edge import gouji

NOW = local("2026-03-10T12:00:00")
TOML = """
[[portal]]
id = "qingshi"
name = "青石市人民政府"
start_url = "http://127.0.0.1/nb/"
"""
BODIES = {
    "jy": ("青石市教育局", "department"),
    "cz": ("=青石市财政局", "department"),
    "mz": ("青石市民政局", "department"),
    "sl": ("青石市水利局", "department"),
    "ny": ("青石市农业农村局", "department"),
    "hk": ("青石市河口镇人民政府", "township"),
}


def publish(db: Database, data: DataDir, code: str, day: str, status: str = "complete", *, judged: bool = True) -> str:
    """A document on the portal and its reading."""
    name = BODIES[code][0]
    body = f"<!doctype html><html><title>{name}</title></html>".encode()
    sha256 = open_archive(data).put(body)
    url = f"http://127.0.0.1/nb/{code}.html"
    record(db, sha256=sha256, url=url, now=local(f"{day}T09:00:00"), portal="qingshi", agency_name=name, year=2025,
           title=f"{name}2025年政府信息公开工作年度报告")  # fmt: skip
    db.execute(
        "insert into reports (agency, agency_name, year, status, document, parser, url, first_seen, checked) "
        "values (?, ?, 2025, ?, ?, 'p', ?, ?, ?)",
        [code, name, status, sha256, url, stamp(local(f"{day}T09:00:00")), "x" if judged else None],
    )
    db.execute(
        "insert into readings (document, url, parser, at, outcome) values (?, ?, 'p', ?, ?)",
        [sha256, url, stamp(NOW), status],
    )
    return sha256


def find(code: str, rule: str, weight: str = "fatal", status: str = "open", **more: Any) -> Finding:
    name = BODIES[code][0]
    at = stamp(local("2026-03-01T09:00:00"))
    key = Key(code, 2025, rule, more.pop("subject", "total"))
    return Finding(key, weight, "violated", status, more.pop("whose", "source"), f"{name}（{code}）2025年度：不一致",
                   f"{name} ({code}), 2025: off", more.pop("evidence", {}), None, at, at, **more)  # fmt: skip


@pytest.fixture
def year(db: Database, data: DataDir) -> Database:
    """教育局 in time and well, 财政局 late with trouble, 民政局 read in part, 水利局 missing, 农业农村局 missing, explained."""
    data.config_path.write_text(TOML, encoding="utf-8")
    for code, (name, kind) in BODIES.items():
        db.execute(
            "insert into agencies (code, name, kind, level, division, source) "
            "values (?, ?, ?, 'county', '990101', '登记册')",
            [code, name, kind],
        )
    sync(db, CONFIG)
    sweep(db, local("2026-01-10T02:30:00"))
    publish(db, data, "jy", "2026-01-20")
    publish(db, data, "mz", "2026-01-25", "partial")
    for day in ("2026-02-01", "2026-02-05", "2026-02-10"):
        sweep(db, local(f"{day}T02:30:00"))
    publish(db, data, "cz", "2026-02-14")
    for day in ("2026-02-15", "2026-03-10"):
        sweep(db, local(f"{day}T02:30:00"))
    check(db, CONFIG, NOW)
    for one in load(db, "rule = 'pub.state' and agency = 'ny'"):
        decide(db, one.id or 0, "explained", "机构改革，并入水利局", NOW)
    db.execute("delete from findings where rule not like 'pub.%'")
    with db.atomic():
        save(
            db,
            [
                find("cz", "t3.balance"),
                find("cz", "year.carry", "explain"),
                find("cz", "t3.unstated", "confirm"),
                find("cz", "claim.cell", "explain", evidence={"sentence": "新收申请<b>61</b>件"}),
                find("cz", "t3.outcome_share", "info"),
                find("cz", "t3.count", "fatal", "resolved"),
                find("cz", "t4.sum", "fatal", "explained", note="印刷错误"),
                find("cz", "t3.alignment", "health"),
                find("mz", "t3.row_sum", whose="parser"),
            ],
        )
    return db


def lines(db: Database, **asked: Any) -> dict[str, BodyYear]:
    return {one.agency: one for one in glance(db, CONFIG, NOW, year=2025, **asked).bodies}


def test_each_body_has_a_line_and_each_answer_a_field(year: Database) -> None:
    told = lines(year)
    assert set(told) == set(BODIES)
    well, late = told["jy"], told["cz"]
    assert (well.state, well.due, well.published, well.days_late) == ("published", "2026-01-31", "2026-01-20", None)
    assert (well.read, well.tied, well.untied, well.contradicted, well.open_findings) == ("complete", True, 0, 0, 0)
    assert (well.portal, well.portal_state) == ("qingshi", "ok")
    assert (late.state, late.days_late, late.by) == ("published_late", 14, "first_seen")
    assert (late.tied, late.untied, late.contradicted, late.open_findings) == (False, 2, 1, 4)
    assert late.decided == 1


def test_what_cannot_be_said_is_no_trouble_of_the_body(year: Database) -> None:
    told = lines(year)
    assert (told["mz"].read, told["mz"].tied, told["mz"].untied) == ("partial", None, 0), (
        "our own doubt counts for none"
    )
    assert (told["sl"].read, told["sl"].tied) == ("", None)
    year.execute("update reports set checked = null where agency = 'jy'")
    assert lines(year)["jy"].tied is None, "not judged yet"


def test_the_states_are_those_of_missing_on_every_day(year: Database) -> None:
    for day in ("2026-01-15", "2026-01-25", "2026-02-01", "2026-02-10", "2026-02-14", "2026-03-10"):
        on = date.fromisoformat(day)
        missing = {one.agency: one.state for one in answer(year, CONFIG, NOW, year=2025, on=on).entries}
        assert {code: one.state for code, one in lines(year, on=on).items()} == missing


def test_a_blocked_portal_makes_nobody_missing(year: Database) -> None:
    sweep(year, local("2026-03-10T03:30:00"), "challenge")
    told = lines(year)["sl"]
    assert (told.state, told.portal_state) == ("not_assessable", "challenge")
    assert "人机验证" in told.reason


def test_an_explained_absence_bears_its_reason(year: Database) -> None:
    told = lines(year)["ny"]
    assert (told.state, told.decision, told.note) == ("overdue_confirmed", "explained", "机构改革，并入水利局")


def test_the_filters_choose_bodies_and_what_is_said_of_them(year: Database) -> None:
    assert set(lines(year, kind="township")) == {"hk"}
    assert set(lines(year, division="9901")) == set(BODIES)
    assert lines(year, division="11") == {}
    found = glance(year, CONFIG, NOW, year=2025, kind="township")
    assert (found.findings, found.sums.open_findings, found.coverage.due) == ((), 0, 0)


def test_who_published_and_is_in_no_register_is_counted(year: Database, data: DataDir) -> None:
    BODIES["wy"] = ("青石市外语学校", "institution")
    year.execute("insert into agencies (code, name, source) values ('wy', '青石市外语学校', 'document')")
    try:
        publish(year, data, "wy", "2026-01-30")
    finally:
        del BODIES["wy"]
    found = glance(year, CONFIG, NOW, year=2025)
    assert found.sums.unregistered == 1
    assert "wy" not in {one.agency for one in found.bodies}


def run(data: DataDir, *arguments: str, status: int = 0) -> str:
    result = gouji("status", "--data", str(data.root), "--year", "2025", "--on", "2026-03-10", *arguments)
    assert result.exit_code == status, result.output
    return result.stdout


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_terminal_has_80_columns(year: Database, data: DataDir, lang: str) -> None:
    sweep(year, local("2026-03-10T03:30:00"), "challenge")
    year.execute("update agencies set name = ? where code = 'sl'", ["青石市" + "很长的名称" * 9 + "局"])
    printed = run(data, "--lang", lang)
    assert max(map(width, printed.splitlines())) <= 80
    assert "机构改革" in printed
    for code in ("overdue", "not_assessable", "published_late", "department", "T3["):
        assert code not in printed


def test_json_has_every_field_and_nothing_else_stands_on_standard_output(year: Database, data: DataDir) -> None:
    told = json.loads(run(data, "--json"))
    assert told["counts"]["overdue_confirmed"] == 2
    assert {one["agency"]: one["tied"] for one in told["bodies"]} == {
        "jy": True, "cz": False, "mz": None, "sl": None, "ny": None, "hk": None,
    }  # fmt: skip
    assert {
        "due",
        "published",
        "days_late",
        "read",
        "tied",
        "contradicted",
        "open_findings",
        "unread",
        "portal",
    } <= set(told["bodies"][0])


def book(path: Path) -> dict[str, list[list[str]]]:
    with CalamineWorkbook.from_path(str(path)) as opened:
        return {
            name: [[str(cell) for cell in row] for row in opened.get_sheet_by_name(name).to_python()]
            for name in opened.sheet_names
        }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_has_a_sheet_for_each_question_and_no_code(
    year: Database, data: DataDir, tmp_path: Path, lang: str
) -> None:
    path = tmp_path / "一览.xlsx"
    run(data, "--xlsx", str(path), "--lang", lang)
    sheets = book(path)
    text = "\n".join("\t".join(row) for rows in sheets.values() for row in rows)
    for code in (
        "T3[",
        "t3.",
        "claim.",
        "overdue_",
        "natural_person",
        "explain\t",
        "fatal",
        "\tdepartment\t",
        "\tjy\t",
    ):
        assert code not in text
    if lang == "en":
        return
    assert list(sheets) == ["总览", "未公布", "迟公布", "数据不符", "文表不符", "需人工查看", "其他发现"]
    rows = {name: [row[0] for row in rows[3:] if row[0]] for name, rows in sheets.items()}
    assert rows["未公布"] == ["青石市水利局", "青石市农业农村局"]
    assert "已解释（2026-03-10）：机构改革，并入水利局" in "\t".join(sheets["未公布"][-1])
    assert rows["迟公布"] == ["=青石市财政局"]
    assert rows["数据不符"] == ["=青石市财政局"] * 2
    assert rows["文表不符"] == ["=青石市财政局"]
    assert rows["其他发现"] == ["=青石市财政局"]
    assert sheets["需人工查看"][-1][0] == "没有要人工查看的。"
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist() if "sheet" in name}
    assert "<f>" not in "".join(parts.values())
    links = parts["xl/worksheets/_rels/sheet1.xml.rels"]
    assert "http://127.0.0.1/nb/jy.html" in links
    assert "http://127.0.0.1/nb/" in parts["xl/worksheets/_rels/sheet2.xml.rels"], "who is missing has the column"
    copies = sorted(one.name for one in (tmp_path / "一览-原件").iterdir())
    assert [name.partition("-")[0] for name in copies] == ["_青石市财政局2025", "青石市教育局2025", "青石市民政局2025"]
    assert all(name.endswith(".html") and name in links for name in copies)


def test_a_workbook_is_written_anew_but_never_over_what_somebody_edited(
    year: Database, data: DataDir, tmp_path: Path
) -> None:
    path = tmp_path / "一览.xlsx"
    run(data, "--xlsx", str(path), "--no-copies")
    assert not (tmp_path / "一览-原件").exists()
    run(data, "--xlsx", str(path), "--no-copies")
    path.write_bytes(b"edited")
    run(data, "--xlsx", str(path), "--no-copies", status=2)
    assert path.read_bytes() == b"edited"
    run(data, "--xlsx", str(path), "--no-copies", "--force")
    assert book(path)
    run(data, "--xlsx", str(tmp_path / "没有" / "a.xlsx"), status=3)


def test_what_is_gone_from_the_archive_costs_its_link_alone(year: Database, data: DataDir, tmp_path: Path) -> None:
    for file in data.archive.rglob("*"):
        if file.is_file():
            file.unlink()
    run(data, "--xlsx", str(tmp_path / "一览.xlsx"))
    assert "打开原件" not in str(book(tmp_path / "一览.xlsx"))


def test_an_empty_register_says_what_to_do(db: Database, data: DataDir) -> None:
    assert "gouji agencies import" in run(data)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("甲，乙。" * 30, 20),
        ("a" * 100, 10),
        ("gouji agencies import 名录.csv，或 gouji agencies learn" * 3, 30),
        ("", 9),
    ],
)
def test_wrapped_lines_fit_and_lose_nothing(text: str, columns: int) -> None:
    found = wrap(text, columns, indent="  ")
    assert all(width(line) <= columns for line in found)
    assert not any(line.strip()[:1] in "，。" for line in found if line.strip())
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
