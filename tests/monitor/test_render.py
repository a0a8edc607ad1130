"""A report is laid out as its form; suspected cells are marked; nothing in it can act on a terminal."""

import json

import pytest

from extract.model import Report, Row
from extract.parse import parse
from extract.readers import read
from monitor.samples import SampleReport, make_history
from monitor.words.cells import cell_words
from monitor.words.report import RIVAL, SUSPECT, report_json, report_lines, suspect_line, suspect_marks
from monitor.words.terminal import inert, to_json, width


def as_read(sample: SampleReport) -> Report:
    report = parse(read(sample.html().encode(), "report.html"))
    assert isinstance(report, Report)
    return report


@pytest.mark.parametrize(("form", "lines"), [("2021", 25 + 4), ("2019", 23 + 3)])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_row_and_figure_is_printed(form: str, lines: int, lang: str) -> None:
    sample = make_history(5, "示例县财政局", [2022], form=form, dense=True)[0]
    printed = report_lines(as_read(sample), {}, lang)
    start = next(at for at, line in enumerate(printed) if line.startswith(("表三", "Table 3")))
    end = next(at for at, line in enumerate(printed) if line.startswith(("表四", "Table 4")))
    table = printed[start + 1 : end - 1]
    assert len(table) == lines + 1
    figures = [line.split()[-7:] for line in table[1:] if line.split()[-1].isdigit()]
    assert len(figures) == len([name for name in sample.cells if name.startswith("T3[")]) // 7
    assert len({width(line) for line in table if line.split()[-1].isdigit()}) == 1
    assert f"{form}" in printed[start]


def test_states_are_told_apart_from_zero() -> None:
    sample = make_history(5, "示例县财政局", [2022], dense=True)[0].with_cells(
        {
            "T3[granted,business]": None,
            "T3[granted,research]": "/",
            "T3[granted,social]": "见附件",
            "T3[granted,legal_services]": 0,
        }
    )
    line = next(line for line in report_lines(as_read(sample), {}) if "予以公开" in line and "不" not in line)
    assert line.split()[2:6] == ["空", "/", "见附件", "0"]
    assert any("空 = 空白" in line for line in report_lines(as_read(sample), {}))


def test_suspects_and_rivals_are_marked() -> None:
    marks = suspect_marks([{"cell": "T3[granted,total]", "value": 60, "rivals": [{"cell": "T3[received,total]"}]}])
    assert marks == {"T3[granted,total]": SUSPECT, "T3[received,total]": RIVAL}
    report = as_read(make_history(5, "示例县财政局", [2022], dense=True)[0])
    lines = report_lines(report, marks)
    assert sum(line.rstrip().endswith("*") for line in lines) == 1
    assert next(line for line in lines if line.endswith("*")).lstrip().startswith("（一）予以公开")
    assert "* = 疑误" in lines[-1]
    widths = {width(line.rstrip("*?")) for line in lines if "公开" in line and line[-2:-1].isdigit()}
    assert len(widths) <= 2


def test_places_say_where_a_row_stands() -> None:
    report = as_read(make_history(5, "示例县财政局", [2022])[0])
    row = next(row for row in report.rows if row.code == "granted")
    assert any(line.endswith(row.place) and "予以公开" in line for line in report_lines(report, {}, places=True))


def test_hostile_cells_are_inert_and_short() -> None:
    hostile = "\x1b[2J\u202e" + "长" * 500
    row = Row("T3", "granted", ("total",), (hostile,), (None,), ("text",))
    report = Report("", "", None, {"T3": "2021"}, (row,))
    lines = report_lines(report, {})
    assert all(inert(line) == line for line in lines)
    assert all(width(line) < 120 for line in lines)


def test_a_table_that_was_not_found_is_said() -> None:
    lines = report_lines(Report("", "", None, {}, ()), {})
    assert sum("没有读到这张表" in line for line in lines) == 3


def test_json_holds_every_cell_with_state() -> None:
    sample = make_history(5, "示例县财政局", [2022])[0]
    found = json.loads(to_json(report_json(as_read(sample))))
    cells = {
        f"{row['table']}[{row['row']},{member}]": cell for row in found["rows"] for member, cell in row["cells"].items()
    }
    assert set(cells) == set(sample.cells)
    assert cells["T3[granted,total]"] == {
        "value": sample.figures["T3[granted,total]"],
        "raw": sample.printed("T3[granted,total]"),
        "state": "number",
        "place": "g1 r5 c9",
    }
    assert found["status"] == "complete"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("T3[granted,total]", "表三·（一）予以公开·总计"),
        ("T3[refused.state_secret,social]", "表三·（三）不予公开·1.属于国家秘密·社会公益组织"),
        ("T3[other.other,other]", "表三·（六）其他处理·3.其他·其他"),
        ("T3[processed]", "表三·（七）总计"),
        ("T4[litigation_direct,pending]", "表四·行政诉讼·未经复议直接起诉·尚未审结"),
        ("report", "report"),
    ],
)
def test_words_of_the_form(cell: str, words: str) -> None:
    assert cell_words(cell) == words


def test_the_line_of_a_suspect() -> None:
    suspect = {"cell": "T3[granted,total]", "value": 60}
    evidence = {"operands": [{"cell": "T3[granted,total]", "raw": "61", "value": 61}]}
    assert suspect_line(suspect, evidence) == (
        "T3[granted,total] 表三·（一）予以公开·总计：现为 61，应为 60（提示，未改动）"
    )
    assert "should be 60" in suspect_line(suspect, evidence, "en")


@pytest.mark.parametrize(
    ("form", "own", "other"),
    [("2019", "本年新制作数量", "本年制发件数"), ("2021", "本年制发件数", "本年新制作数量")],
)
def test_columns_are_headed_in_the_words_of_the_form_that_was_found(form: str, own: str, other: str) -> None:
    text = "\n".join(report_lines(as_read(make_history(5, "示例县财政局", [2022], form=form)[0]), {}))
    assert own in text
    assert other not in text
