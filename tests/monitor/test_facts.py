"""What decides is a field that survives storing; the sentence beside it may say anything, in either language."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_type_hints

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from crawler.ground.clock import stamp
from crawler.ground.contained import CAUSES, Failed
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError
from extract.model import Facts, Problem
from extract.store.load import load_versions
from extract.store.schema import m006_facts_of_problems
from extract.store.write import Reading, save
from monitor.checking.drafts import Draft, Judgement
from monitor.cli import main
from monitor.export.cells import exact
from monitor.reconcile.engine import check_report
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import load
from monitor.service.pipeline_words import Wording, in_chinese
from monitor.service.runs import STOPPED, End
from monitor.service.status import Status, trouble
from monitor.service.steps import Step
from tests.monitor.building import make_report

NOW = datetime(2026, 2, 1, tzinfo=UTC)
ALL_FACTS = Facts(
    parts=["image"],
    printed=True,
    images=2,
    grid=0,
    settled=True,
    heading="关于报送的函",
    sentence="现将有关情况报送如下",
)
IMAGES = Problem("table_missing", "没有找到表三", "T3", "T3", {"images": 2})


def reasons(problem: Problem) -> list[tuple[str, str]]:
    book, report = load(), replace(make_report({}, lacking=("T3",)), problems=(problem,))
    outcomes = check_report(book, report, Context()).others
    return [(one.verdict, one.reason) for one in outcomes if one.rule == "form.table_missing"]


@pytest.mark.parametrize("detail", ["没有找到表三", "正文有 2 张图片，表格可能是图片", "", "no such table"])
def test_what_an_image_is_does_not_hang_on_the_words(detail: str) -> None:
    assert reasons(replace(IMAGES, detail=detail)) == [("not_assessable", "image")]
    assert reasons(replace(IMAGES, detail=detail, facts={})) == [("fail", "")]


@pytest.mark.parametrize("detail", ["只有一种与本行合计相符，按它读取", "无法确定，未采用", ""])
def test_whether_a_row_was_read_does_not_hang_on_the_words(detail: str) -> None:
    told = Problem("t3.alignment", detail, "T3[processed]", "T3", {"settled": True})
    for problem, holds in ((told, True), (replace(told, facts={}), False)):
        report = replace(make_report({}, spent=("t3.row_sum[processed]",)), problems=(problem,))
        assert Judgement(Draft(Path("a.html"), "", report)).holds(load()) is holds


def test_facts_survive_storing(db: Database) -> None:
    assert ALL_FACTS.keys() == get_type_hints(Facts).keys()
    problems = (IMAGES, Problem("unknown_row", "有一行", "g0 r3", facts=ALL_FACTS), Problem("no_year", "没有读到年度"))
    report = replace(make_report({}, year=2023), problems=problems)
    db.execute("insert into agencies (code, name) values ('a', '示例县民政局')")
    save(db, [Reading("d", "http://x/a.html", report, stamp(NOW))], "1", NOW)
    agency, year = db.execute("select agency, year from reports").fetchone()
    (stored,) = load_versions(db, agency, year)
    assert stored.report.problems == problems


def test_what_earlier_readings_said_in_a_sentence_becomes_a_field_once(db: Database) -> None:
    for code, detail, where in (
        ("table_missing", "没有找到表三；正文有 12 张图片，表格可能是图片", "T3"),
        ("table_missing", "没有找到表四", "T4"),
        ("other_paper", "关于报送年报的函：现报送如下：一", "letter"),
        ("unknown_row", "有一行", "g0 r3"),
        ("t3.alignment", "应有 7 个数", "T3[granted]"),
    ):
        db.execute('insert into problems (code, detail, "where") values (?, ?, ?)', [code, detail, where])
    m006_facts_of_problems(db)
    found = db.execute('select "table", facts from problems order by id').fetchall()
    assert [(table, json.loads(facts) if facts else None) for table, facts in found] == [
        ("T3", {"images": 12}),
        ("T4", None),
        ("", {"heading": "关于报送年报的函", "sentence": "现报送如下：一"}),
        ("", None),
        ("T3", None),
    ]


# --- said in the language asked for ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "outcome", "zh", "well"),
    [
        (End(), "done", "完成", True),
        (End(troubled=("crawl",)), "trouble: crawl", "有门户不正常（抓取）", True),
        (End(("alert",), ("crawl",)), "failed: alert; trouble: crawl", "失败（通报）；有门户不正常（抓取）", False),
        (End(error="failed: crawl; trouble: x"), "failed: failed: crawl; trouble: x", "失败", False),
        (End(stopped=True), STOPPED, "应要求停止，下次启动时补做", False),
    ],
)
def test_how_a_run_ended_is_known_without_reading_it(end: End, outcome: str, zh: str, well: bool) -> None:
    assert (end.outcome, in_chinese(end), end.well) == (outcome, zh, well)
    status = Status("waiting", outcome=end.outcome, outcome_zh=in_chinese(end), well=end.well)
    why = trouble(status, NOW)
    assert why == (None if well else (f"the last run ended with: {outcome}", f"上一次运行的结果：{zh}"))


def test_a_step_tells_what_went_wrong_in_both_languages() -> None:
    step = Step("alert", "failed", detail="no such user", zh="没有这个用户")
    assert "没有这个用户" in Wording("zh").step(step)
    assert "no such user" in Wording("en").step(step)


def test_a_failure_has_words_where_nobody_else_said_any() -> None:
    assert Failed("error", "ValueError: x").words == ("ValueError: x", "ValueError: x")
    assert Failed("too_slow").words == CAUSES["too_slow"]


def test_a_figure_that_is_none_is_told_in_both() -> None:
    with pytest.raises(GoujiError) as error:
        exact("12件")
    assert "不是数" in error.value.zh


@pytest.mark.parametrize(("lang", "said"), [("zh", "空的 zip"), ("en", "an empty zip")])
def test_what_is_not_taken_in_is_told_in_the_language_of_the_call(
    data: DataDir, tmp_path: Path, lang: str, said: str
) -> None:
    (tmp_path / "空.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    ran = CliRunner().invoke(main, ["add", str(tmp_path / "空.zip"), "--data", str(data.root), "--lang", lang])
    assert said in ran.stderr
