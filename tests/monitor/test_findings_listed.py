"""`gouji findings` lists what is open; `--all` the rest; `--csv` and `--xlsx` say the same in plain words. 表三 fits 80."""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlite_utils import Database

from crawler.ground.data import DataDir
from extract.model import Report
from monitor.findings import save
from monitor.words.kinds import status_words
from monitor.words.report import report_lines
from monitor.words.terminal import width
from tests.monitor.building import make_report
from tests.monitor.test_cli_edge import gouji
from tests.monitor.test_glance import BODIES, find

STATES = ("open", "regressed", "acknowledged", "explained", "shadow", "false_positive", "resolved")


@pytest.fixture
def listed(db: Database, data: DataDir) -> DataDir:
    for code, (name, kind) in BODIES.items():
        db.execute("insert into agencies (code, name, kind, source) values (?, ?, ?, 'x')", [code, name, kind])
    with db.atomic():
        save(db, [find("jy", "t3.balance", "explain", state, subject=f"s{state}") for state in STATES])
        save(db, [find("cz", "t4.corrected", "info", state, subject=f"i{state}") for state in ("open", "resolved")])
        save(db, [find("mz", "claim.cell", "explain", evidence={"sentence": "=1+1", "url": "javascript:alert(1)"})])
    return data


def run(data: DataDir, *arguments: str, status: int = 0) -> str:
    result = gouji("findings", "--data", str(data.root), *arguments)
    assert result.exit_code == status, result.output
    return result.stdout


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ((), {"open": 2, "regressed": 1}),
        (("--agency", "青石市教育局"), {"open": 1, "regressed": 1, "shadow": 1}),
        (("--agency", "财政局"), {"open": 1}),
        (("--class", "info"), {"open": 1}),
        (("--status", "explained"), {"explained": 1}),
        (("--status", "resolved"), {"resolved": 2}),
        (("--all",), dict.fromkeys(STATES, 1) | {"open": 3, "resolved": 2}),
    ],
)
def test_what_is_open_is_listed_and_the_rest_when_asked_for(
    listed: DataDir, arguments: tuple[str, ...], shown: Mapping[str, int]
) -> None:
    printed = run(listed, *arguments, "--lang", "en")
    assert {
        state: count for state in STATES if (count := printed.count(f"\n        {status_words(state, 'en')} · "))
    } == shown


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_terminal_shows_words_and_no_codes(listed: DataDir, lang: str) -> None:
    said = run(listed, "--all", "--lang", lang)
    assert ("待核 · " if lang == "zh" else "open · ") in said
    for code in ("t3.", "claim.", "fatal", "explain ", "T3["):
        assert code not in said


def test_the_files_that_were_written_are_named(listed: DataDir, tmp_path: Path) -> None:
    path = tmp_path / "待核.xlsx"
    assert f"已写好 {path}" in run(listed, "--xlsx", str(path))


def test_what_is_not_listed_is_counted_by_its_state(listed: DataDir) -> None:
    last = run(listed).splitlines()[-1]
    assert last.startswith("另有 7 项未列（已知悉 1、已解释 1、误报 1、已消除 1、参考和试行的 3）")
    assert "gouji findings --all" in last
    assert len(json.loads(run(listed, "--json"))) == 10, "JSON leaves nothing out"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_files_hold_the_same_list_without_codes(listed: DataDir, tmp_path: Path, lang: str) -> None:
    table, book = tmp_path / "待核.csv", tmp_path / "待核.xlsx"
    run(listed, "--csv", str(table), "--xlsx", str(book), "--lang", lang)
    body = table.read_bytes()
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    with CalamineWorkbook.from_path(str(book)) as opened:
        cells = [[str(cell) for cell in row] for row in opened.get_sheet_by_index(0).to_python()]
    assert len(rows) == len(cells) == 4
    assert [row[1] for row in rows] == [row[1].lstrip("'") for row in cells]
    assert {row[3] for row in rows[1:]} == ({"待核", "复发"} if lang == "zh" else {"open", "back again"})
    for code in ("t3.", "claim.", "fatal", "T3[", "'jy'"):
        assert code not in body.decode()
    assert "=1+1" in "".join(map(str, cells)), "a text in the workbook, and guarded in the CSV"
    assert ",=1" not in body.decode()


def test_a_file_that_was_edited_stays(listed: DataDir, tmp_path: Path) -> None:
    path = tmp_path / "待核.csv"
    run(listed, "--csv", str(path))
    path.write_text("改过", encoding="utf-8")
    run(listed, "--csv", str(path), status=2)
    assert path.read_text(encoding="utf-8") == "改过"
    run(listed, "--csv", str(path), "--force")


def test_a_finding_of_which_nothing_can_be_said_costs_its_row_alone(
    listed: DataDir, db: Database, tmp_path: Path
) -> None:
    db.execute(
        "update findings set class = 'x', suspect = '[1]', evidence = '{\"operands\": 7}' where rule = 'claim.cell'"
    )
    path = tmp_path / "待核.csv"
    gouji("findings", "--data", str(listed.root), "--all", "--csv", str(path))
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert len(rows) == 11


def reports() -> list[tuple[str, Report]]:
    found: dict[str, dict[tuple[str, str, str], object]] = {}
    for name, value in (
        ("零", 0),
        ("大", 1234567),
        ("空", ""),
        ("字", "详见附件一所列各项说明文字"),
        ("点", "1,234.5678万元"),
    ):
        members = ("natural_person", "business", "research", "social", "legal_services", "other", "total")
        found[name] = {("T3", row, one): value for row in ("received", "granted", "processed") for one in members}
    made = [
        (f"{name}{form}", make_report(cells, form=form)) for name, cells in found.items() for form in ("2019", "2021")
    ]
    return [*made, ("样", make_report({}, form="2021"))]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("name", "report"), reports(), ids=lambda one: one if isinstance(one, str) else "")
def test_table_three_fits_a_terminal(name: str, report: Report, lang: str) -> None:
    marks = {"T3[granted,total]": "*", "T3[received,other]": "?"}
    for given in ({}, marks):
        lines = report_lines(report, given, lang)
        start = next(at for at, line in enumerate(lines) if line.startswith(("表三", "Table 3")))
        end = lines.index("", start)
        assert max(map(width, lines[start:end])) <= 80, name
        if lang == "zh" and name[0] in "零空样":
            assert not any("…" in line for line in lines[start:end]), "no label is cut where figures are short"
