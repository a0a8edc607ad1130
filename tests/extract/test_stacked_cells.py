"""Cells below each other with a bar between two of one row: every row is certain, and read as in any other layout."""

import pytest

from extract.content import Grid
from extract.model import Report
from extract.readers import read
from extract.reading import read_report
from monitor.samples import SampleReport, make_history

SAMPLES = [
    *make_history(5, "青石市民政局", [2023], dense=True),
    *make_history(6, "青石市水务局", [2024]),
    *make_history(7, "青石市教育局", [2020], form="2019", dense=True),
]
BETWEEN = ["\n|\n", " |\n", "\n| ", "\n｜\n", "\n  |  \n", "\n│\n", "|\n"]


def stacked(sample: SampleReport, between: str) -> str:
    return "\n".join(line.replace("\t", between) for line in sample.text().split("\n"))


def reading(text: str) -> Report:
    found = read_report(text.encode(), "a.txt")
    assert isinstance(found, Report)
    return found


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: f"{one.form} {one.year}")
def test_a_report_whose_cells_stand_below_each_other_is_the_plain_one(sample: SampleReport, between: str) -> None:
    plain, report = reading(sample.text()), reading(stacked(sample, between))
    assert not report.problems
    assert {(row.table, row.code): row.values for row in report.rows} == {
        (row.table, row.code): row.values for row in plain.rows
    }


@pytest.mark.parametrize("between", BETWEEN)
def test_a_row_that_lost_a_cell_is_told_and_no_figure_moves(between: str) -> None:
    sample = SAMPLES[0]
    text = stacked(sample, between)
    begin = text.index("（一）予以公开")
    first = sample.printed("T3[granted,natural_person]")
    head, _, rest = text[begin:].partition(f"{between}{first}{between}")
    report = reading(text[:begin] + head + between + rest)
    (row,) = [one for one in report.rows if (one.table, one.code) == ("T3", "granted")]
    assert set(row.values) == {None}
    assert "t3.alignment" in {one.code for one in report.problems}


@pytest.mark.parametrize(
    "text",
    [
        "甲\n|\n1\n|\n乙\n|\n2\n|\n完。",  # a bar behind every cell: the rows are not told
        "甲\n|\n1\n丙丙丙丙。",
        "说明\n| 一\n正文\n正文",
    ],
)
def test_a_few_bars_are_no_rows(text: str) -> None:
    grids = [block for block in read(text.encode(), "a.txt").blocks if isinstance(block, Grid)]
    assert all(not grid.columns_known for grid in grids)
