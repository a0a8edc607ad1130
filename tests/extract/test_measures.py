"""A column of table 2 under a heading that is not the form's holds another measure: kept as printed, stated as nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.ground.clock import stamp
from crawler.ground.data import DataDir, connect, create
from crawler.ground.schema import migrations as crawler_migrations
from extract.model import Report, Row
from extract.reading import read_report
from extract.store.load import load_reports
from extract.store.schema import migrations as extract_migrations
from extract.store.write import Reading, save
from monitor.samples import make_history

Layout = Callable[[str, str], str]
NOW = datetime(2026, 2, 1, tzinfo=UTC)
REPORT = make_history(5, "青石市民政局", [2024])[0].with_cell("T2[charges,amount_10k_yuan]", 6271)
CHARGES = "本年收费金额（单位：万元）"
DECISIONS = "本年处理决定数量"


def page(old: str, new: str, count: int = -1) -> str:
    text = REPORT.html("plain")
    assert old in text
    return text.replace(old, new, count)


def lines(old: str, new: str) -> str:
    text = REPORT.text()
    assert old in text
    return text.replace(old, new)


def reading(text: str) -> Report:
    found = read_report(text.encode(), "a.html" if text.lstrip().startswith("<") else "a.txt")
    assert isinstance(found, Report)
    return found


def row(report: Report, item: str) -> Row:
    return next(one for one in report.rows if one.table == "T2" and one.code == item)


def is_other(report: Report, item: str, at: int = 0) -> bool:
    """Whether the figure is kept as words and told; else it is read, and nothing is told."""
    one = row(report, item)
    told = [problem.code for problem in report.problems if problem.where == f"T2[{item},{one.members[at]}]"]
    if one.states[at] == "number":
        assert told == []
        return False
    assert (one.values[at], one.states[at], told) == (None, "text", ["other_measure"])
    assert one.raws[at]
    return True


OTHERS = [
    "本年收费金额（单位：元）",
    "本年收费金额（元）",
    "本年收费金额（单位：亿元）",
    "本年收费金额（亿元）",
    "本年收费金额(单位：千元)",
    "本年收费金额（单位：百万元）",
    "本年收费金额（单位:万美元）",
    "本年收费金额，单位元",
    "上年收费金额（单位：万元）",
    "上一年度收费金额（万元）",
    "累计收费金额（单位：万元）",
    "历年累计收费金额（万元）",
    "2023年收费金额（单位：万元）",
    "本年收费件数",
    "收费项目数量",
    "收费金额比上年增减（万元）",
    "本年收费项目数",
    "本年收费金额（单位：¥）",
    "本年收费金额（单位：RMB）",
    "近三年收费金额（单位：万元）",
    "本年减免收费金额（单位：万元）",
]
RIGHT = [
    CHARGES,
    "本年收费金额（万元）",
    "本年收费金额",
    "本年收费金额（单位:万元）",
    "本年收费金额 单位：万元",
    "本年收费金额（人民币万元）",
    "本年收费金额（单位：万元，保留4位小数）",
    "2024年收费金额（单位：万元）",
    "收费金额（万元）",
    "本年收费金额（单位：万元人民币）",
]


@pytest.mark.parametrize("heading", OTHERS)
@pytest.mark.parametrize("layout", [page, lines])
def test_an_amount_under_another_heading_is_no_amount_of_the_form(heading: str, layout: Layout) -> None:
    assert is_other(reading(layout(CHARGES, heading)), "charges")


@pytest.mark.parametrize("heading", RIGHT)
@pytest.mark.parametrize("layout", [page, lines])
def test_another_spelling_of_the_forms_heading_is_right(heading: str, layout: Layout) -> None:
    report = reading(layout(CHARGES, heading))
    assert not is_other(report, "charges")
    assert row(report, "charges").values == (6271,)


@pytest.mark.parametrize(
    ("heading", "other"),
    [
        ("上年处理决定数量", True),
        ("累计处理决定数量", True),
        ("本年处理决定金额（万元）", True),
        ("本年处理决定数量（单位：万件）", True),
        ("2022年处理决定数量", True),
        ("本年处理人数", True),
        ("1-6月处理决定数量", True),
        ("本年受理数量", True),
        ("本年制发页数", True),
        ("本年处理决定数量（件）", False),
        ("本年处理决定数", False),
        ("2024年处理决定数量", False),
    ],
)
def test_decisions_under_another_heading_are_none_of_the_form(heading: str, other: bool) -> None:
    report = reading(page(DECISIONS, heading))
    assert [is_other(report, item) for item in ("licenses", "penalties", "coercive_measures")] == [other] * 3


def test_a_heading_speaks_of_its_own_block_alone() -> None:
    report = reading(page(DECISIONS, "上年处理决定数量", 1))
    assert [is_other(report, item) for item in ("licenses", "penalties", "coercive_measures", "charges")] == [
        True,
        False,
        False,
        False,
    ]


def test_a_column_among_others_is_judged_by_its_own_heading() -> None:
    report = reading(page("本年制发件数", "上年制发件数"))
    for item in ("government_rules", "normative_documents"):
        assert [is_other(report, item, at) for at in range(3)] == [True, False, False]
    assert not any(
        is_other(reading(page("现行有效件数", "现行有效件数（历史累计）")), "normative_documents", at)
        for at in (0, 1, 2)
    )


@pytest.mark.parametrize(("caption", "other"), [("单位：元", True), ("（单位：元）", True), ("单位：万元", False)])
def test_a_unit_above_the_table_counts_whatever_the_heading_says(caption: str, other: bool) -> None:
    bare = page(CHARGES, "本年收费金额").replace('<table border="1">', f'<p>{caption}</p><table border="1">', 1)
    assert is_other(reading(bare), "charges") is other
    # Against the heading's own unit: which of both is true the document does not say, so neither is stated.
    own = page('<table border="1">', f'<p>{caption}</p><table border="1">', 1)
    assert is_other(reading(own), "charges") is other


def test_it_is_stored_as_it_was_read(tmp_path: Path) -> None:
    db = connect(create(DataDir(tmp_path / "data")), (crawler_migrations, extract_migrations))
    db.execute("insert into agencies (code, name) values ('a', '青石市民政局')")
    report = reading(page(CHARGES, "本年收费金额（单位：元）"))
    save(db, [Reading("d", "http://x/a.html", report, stamp(NOW))], "1", NOW)
    code = db.execute("select agency from reports").fetchone()[0]
    assert row(load_reports(db, code)[0].report, "charges") == row(report, "charges")
    stored = db.execute("select value, raw from disclosure where item = 'charges'").fetchone()
    assert stored == (None, "6271")
    cell = db.execute('select raw, state from cells where "table" = ? and row = ?', ["T2", "charges"]).fetchone()
    assert cell == ("6271", "text")
