"""`gouji compare`: the body's years, its peers' quartiles, what is not compared and why; as text, JSON and files."""

import csv
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from python_calamine import load_workbook

from crawler.ground.clock import stamp
from crawler.ground.data import DataDir, create
from extract.model import Report
from extract.run import read_report
from extract.store.write import Reading, save
from monitor.cli import main
from monitor.samples import make_history
from monitor.schema import open_database
from monitor.words.terminal import width

NOW = datetime(2025, 2, 1, tzinfo=UTC)
YEARS = (2022, 2023, 2024)
BODIES = ("甲县教育局", "乙县教育局", "丙县教育局", "丁县教育局", "戊县教育局", "己县财政局")
MARKED = "<b>=1+1</b>县教育局"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    found = create(DataDir(tmp_path_factory.mktemp("compare") / "data"))
    readings = list(_readings())
    with closing(open_database(found)) as db:
        save(db, readings, "test", NOW)
        db.execute("update agencies set kind = 'department', level = 'county', division = '341201'")
        db.execute("update agencies set division = '341202' where name = ?", [BODIES[4]])
        db.execute(
            "insert into agencies (code, name, kind, level, source) values ('无报告局', '无报告局', 'department', 'county', 'csv')"
        )
        db.execute(
            "update agencies set kind = '' where name = ?",
            [MARKED],
        )
        db.execute("insert into agency_events (agency, event, from_year) values (?, 'scope', 2024)", [BODIES[1]])
    return found


def _readings() -> Iterator[Reading]:
    for number, name in enumerate((*BODIES, MARKED)):
        for sample in make_history(number, "示例县教育局", YEARS, dense=True):
            found = read_report(sample.html().encode(), "page.html")
            assert isinstance(found, Report)
            evidence = tuple(one._replace(agency_name=name if one.agency_name else "") for one in found.evidence)
            own = replace(found, agency_name=name, title=f"{name}{sample.year}年报告", evidence=evidence)
            key = sha256(f"{name}/{sample.year}".encode()).hexdigest()
            yield Reading(key, f"http://127.0.0.1/{number}/{sample.year}.html", own, stamp(NOW))


def run(data: DataDir, *line: str) -> Result:
    return CliRunner().invoke(main, ["compare", "--data", str(data.root), *line])


def asked(data: DataDir, *line: str) -> Any:
    result = run(data, *line, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_every_year_is_shown_with_what_it_is_made_of(data: DataDir) -> None:
    told = asked(data, BODIES[0])
    rate = told["indicators"][0]
    assert (rate["id"], [one["year"] for one in rate["years"]]) == ("disclosure", list(YEARS))
    for one in rate["years"]:
        found = one["rate"]
        assert found["value"] == round(found["numerator"] / found["denominator"], 6)
        assert found["low"] < found["value"] < found["high"]
        assert one["url"].startswith("http://127.0.0.1/0/")
    assert rate["years"][0]["no_step"] == "no_report"
    assert rate["years"][1]["step"] is not None


def test_peers_are_of_the_same_kind_and_level_and_the_body_is_none_of_them(data: DataDir) -> None:
    told = asked(data, BODIES[0], "2024")
    assert told["peers"] == {"by": ["kind"], "count": 6}
    year = told["indicators"][0]["years"][0]
    assert (year["peers"]["count"], year["peers_with_report"]) == (5, 5)
    assert year["peers"]["lower"] <= year["peers"]["median"] <= year["peers"]["upper"]


def test_peers_may_be_narrowed_by_field_and_division(data: DataDir) -> None:
    assert asked(data, BODIES[0], "2024", "--peers", "field")["peers"] == {"by": ["kind", "field"], "count": 4}
    narrow = asked(data, BODIES[0], "2024", "--peers", "field", "--peers", "division")
    assert narrow["peers"]["count"] == 3
    assert narrow["indicators"][0]["years"][0]["peers"] is None, "fewer than four have no quartiles"


def test_a_body_that_changed_is_not_compared_with_its_year_before(data: DataDir) -> None:
    year = asked(data, BODIES[1], "2024")["indicators"][0]["years"][0]
    assert (year["step"], year["no_step"]) == (None, "changed")
    assert "机关自这一年起有变动，不与上年相比" in run(data, BODIES[1]).output


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("year", [(), ("2024",)])
def test_the_table_fits_a_terminal_and_holds_no_code(data: DataDir, lang: str, year: tuple[str, ...]) -> None:
    result = run(data, BODIES[0], *year, "--lang", lang)
    assert result.exit_code == 0
    rows = [line for line in result.output.splitlines() if "/" in line and "%" in line]
    assert len(rows) > 5
    assert max(map(width, rows)) <= 80
    for code in ("T3[", "no_report", "with_rate", "disclosure_of"):
        assert code not in result.output


def test_nobody_to_compare_with_is_said_in_a_sentence(data: DataDir) -> None:
    assert "名录没有写明它的类别" in run(data, "=1+1").output
    assert "名录没有写明它的上级、它的门户" in run(data, BODIES[0], "--peers", "parent", "--peers", "portal").output
    alone = run(data, BODIES[4], "--peers", "division", "--peers", "field")
    assert "名录中没有同类同级、同一行政区划、同一业务的其他机关" in alone.output


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        (("县教育局",), 2, "可能是"),
        (("没有这个局",), 2, "没有机关"),
        (("无报告局",), 3, "还没有读到"),
        ((BODIES[0], "2031"), 3, "有：2022, 2023, 2024"),
    ],
)
def test_what_cannot_be_compared_is_said_clearly(data: DataDir, line: tuple[str, ...], status: int, said: str) -> None:
    result = run(data, *line)
    assert (result.exit_code, said in result.stderr) == (status, True)
    assert "Traceback" not in result.output


def test_a_cell_that_the_report_contradicts_marks_its_rates_until_it_is_settled(data: DataDir) -> None:
    with closing(open_database(data)) as db:
        db.execute(
            "insert into findings (id, rule, class, agency, year, subject, verdict, status, message, evidence, suspect, "
            "opened_at, changed_at) values (1, 't3.row_sum', 'fatal', ?, 2023, 'granted', 'fail', 'open', '', '{}', ?, "
            "'2025-01-01', '2025-01-01')",
            [BODIES[2], json.dumps({"cell": "T3[granted,total]", "value": 3})],
        )
    found = {one["id"]: [year["doubtful"] for year in one["years"]] for one in asked(data, BODIES[2])["indicators"]}
    assert found["disclosure"] == [False, True, False]
    assert found["refusal"] == [False, False, False], "the cell is located: other rates do not rest on it"
    assert "* 所涉的格有未了结的不平" in run(data, BODIES[2]).output
    with closing(open_database(data)) as db:
        db.execute("update findings set status = 'resolved'")
    assert not any(year["doubtful"] for one in asked(data, BODIES[2])["indicators"] for year in one["years"])


def test_the_files_open_and_texts_are_inert(data: DataDir, tmp_path: Path) -> None:
    book, text = tmp_path / "对比.xlsx", tmp_path / "对比.csv"
    assert run(data, "=1+1", "--all", "--xlsx", str(book), "--csv", str(text)).exit_code == 0
    cells = load_workbook(str(book)).get_sheet_by_index(0).to_python()
    assert cells[0][0] == MARKED
    head = next(at for at, row in enumerate(cells) if row[0] == "比率名称")
    assert isinstance(cells[head + 1][5], float)
    rows = list(csv.reader(text.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0][:3] == ["比率名称", "算式", "年度"]
    assert len(rows) == 1 + 16 * len(YEARS)
    assert all(not field.startswith(("=", "+", "@")) for row in rows for field in row)


def test_a_file_of_another_sort_is_refused_before_anything_is_written(data: DataDir, tmp_path: Path) -> None:
    result = run(data, BODIES[0], "--xlsx", str(tmp_path / "对比.doc"), "--csv", str(tmp_path / "a.csv"))
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []
