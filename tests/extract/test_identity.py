"""Whose report and which year: what is printed where, and what of it is believed."""

from pathlib import Path

import pytest

from crawler.ground.data import DataDir, create
from extract.content import Content
from extract.model import Problem, Report
from extract.parse import parse
from extract.reading import read_report
from tests.hostile.road import gouji, query

HEADINGS = (
    "一、总体情况",
    "{year}年，本单位按期公开。",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
NEXT = "临溪县盐务局2021年政府信息公开工作年度报告"


def report(*above: str, year: int = 2023, below: tuple[str, ...] = (), meta: dict[str, str] | None = None) -> Report:
    body = tuple(line.format(year=year) for line in HEADINGS)
    read = parse(Content((*above, *body, *below), meta=meta or {}))
    assert isinstance(read, Report), read
    return read


@pytest.mark.parametrize(
    ("title", "compiler", "weak"),
    [
        ("临溪县水务局", "临溪县水利局", True),
        ("临溪县水务局", "邻县水务局", True),
        ("临溪县水务局", "临溪县水务局办公室", False),
        ("临溪县水务局", "县水务局", False),
        ("临溪县人民政府", "临溪县行政审批局", False),
        ("临溪县人民政府", "邻县人民政府办公室", True),
    ],
)
def test_a_compiler_that_cannot_speak_for_the_body_of_the_title_makes_it_doubtful(
    title: str, compiler: str, weak: bool
) -> None:
    read = report(f"{title}2023年政府信息公开工作年度报告", f"本报告由{compiler}编制。")
    assert (read.agency_name, read.weak) == (title, weak)


@pytest.mark.parametrize(
    "sentence",
    [
        "现公布临溪县水务局2023年政府信息公开工作年度报告。",
        "现将临溪县水务局2023年度政府信息公开工作情况报告如下：",
        "根据《中华人民共和国政府信息公开条例》的规定，特编制《临溪县水务局2023年政府信息公开工作年度报告》。",
        "临溪县水务局根据国务院办公厅的要求，编制了2023年政府信息公开工作年度报告。",
        "临溪县水务局依照《条例》第五十条，现公布2023年度报告。",
        "本报告是临溪县水务局2023年政府信息公开年度报告。",
        "《临溪县水务局2023年政府信息公开工作年度报告》已经审定，现予公布。",
        "临溪县水务局2023年政府信息公开工作年度报告已编制完成，现予以公开。",
        "本报告由临溪县水务局编制，统计期限自2023年1月1日起至12月31日止。",
        "本年度报告由临溪县水务局负责编制，所列数据的统计期限为2023年1月至12月。",
        "以下是临溪县水务局2023年政府信息公开年度报告。",
        "现将临溪县水务局2023年政府信息公开工作年度报告公布如下。",
        "编制单位：临溪县水务局。统计期限：2023.01.01-2023.12.31。",
    ],
)
def test_body_and_year_are_read_from_the_first_sentences(sentence: str) -> None:
    read = report(sentence)
    assert (read.agency_name, read.year, read.titled, read.weak) == ("临溪县水务局", 2023, False, False)


def test_a_frame_that_names_another_body_than_the_article_makes_both_doubtful() -> None:
    title = "临溪县水务局2023年政府信息公开工作年度报告"
    assert report(title, meta={"title": "临溪县教育局2023年政府信息公开工作年度报告"}).weak
    assert not report(title, meta={"title": "县水务局2023年政府信息公开工作年度报告"}).weak


def test_a_title_without_a_name_takes_it_from_the_first_sentence() -> None:
    read = report("2023年政府信息公开工作年度报告", "本报告由临溪县水务局编制。")
    assert (read.agency_name, read.year, read.weak) == ("临溪县水务局", 2023, False)


@pytest.mark.parametrize(
    "sentence",
    [
        "对照《临溪县盐务局2021年政府信息公开工作年度报告》逐条整改。",
        "去年公布的《临溪县盐务局2021年政府信息公开工作年度报告》列出三项不足。",
        "上一篇：临溪县盐务局2021年政府信息公开工作年度报告",
        "下一条：临溪县盐务局2021年政府信息公开工作年度报告",
        "相关链接 临溪县盐务局2021年政府信息公开工作年度报告",
        "本报告由我局编制。",
        "本报告由各部门编制。",
    ],
)
@pytest.mark.parametrize("below", [False, True], ids=["above", "below"])
def test_another_report_is_never_taken_for_this_one(sentence: str, below: bool) -> None:
    read = report(*([] if below else [sentence]), below=(sentence,) if below else ())
    assert (read.agency_name, read.year) == ("", None)


def test_a_title_below_the_headings_is_not_this_reports_own() -> None:
    assert report(below=(NEXT,)).agency_name == ""


def test_a_link_is_never_the_title() -> None:
    lines = "".join(f"<p>{line.format(year=2023)}</p>" for line in HEADINGS)
    page = f"<html><body><ul><li><a href='/7.html'>{NEXT}</a></li></ul><p>本报告由临溪县水务局编制。</p>{lines}</body></html>"
    read = read_report(page.encode(), "page.html")
    assert isinstance(read, Report)
    assert read.agency_name == "临溪县水务局"
    assert read.year is None


def test_of_several_titles_the_one_that_the_sentences_and_the_period_bear_out_counts() -> None:
    read = report(
        NEXT,
        "临溪县水务局2023年政府信息公开工作年度报告",
        "本报告由临溪县水务局编制，统计期限为2023年1月1日至2023年12月31日。",
    )
    assert (read.agency_name, read.year) == ("临溪县水务局", 2023)


@pytest.mark.parametrize(
    ("titled", "period", "prose", "filed", "weak"),
    [
        (2023, 2023, 2023, 2023, False),
        (2025, 2024, None, 2025, True),
        (2022, 2023, 2023, 2023, True),
        (2023, 2022, 2023, 2023, True),
    ],
)
def test_the_year_is_the_one_that_most_speaks_for(
    titled: int, period: int, prose: int | None, filed: int, weak: bool
) -> None:
    title = f"临溪县水务局{titled}年政府信息公开工作年度报告"
    span = f"所列数据的统计期限自{period}年1月1日起至{period}年12月31日止。"
    read = (
        report(title, span, year=prose)
        if prose
        else parse(Content((title, span, HEADINGS[0], "按期公开。", *HEADINGS[2:])))
    )
    assert isinstance(read, Report)
    assert (read.year, read.weak) == (filed, weak)


def test_plans_and_earlier_years_say_nothing_of_the_year() -> None:
    text = (
        "临溪县水务局2023年政府信息公开工作年度报告",
        HEADINGS[0],
        "2022年基础较好，2023年又有进展。",
        *HEADINGS[2:],
    )
    read = parse(Content(text))
    assert isinstance(read, Report)
    assert not [one for one in read.evidence if one.source == "prose"]
    read = report("临溪县水务局2023年政府信息公开工作年度报告", below=("下一步，计划在2024年扩大公开。",))
    assert {one.year for one in read.evidence} == {2023}


def test_the_headings_of_the_form_alone_make_a_report_and_prose_about_it_does_not() -> None:
    assert report().status == "unreadable"
    other = parse(Content(("一、总体情况", "全年发布信息422条。", "二、下一步打算", "再接再厉。")))
    assert isinstance(other, Problem)
    assert other.code == "not_a_report"


def page(title: str, sentence: str, received: int) -> str:
    lines = "".join(f"<p>{line.format(year=2023)}</p>" for line in HEADINGS)
    return f"<html><body><h1>{title}</h1><p>{sentence}</p>{lines}<p>收到申请{received}件。</p></body></html>"


def test_a_report_on_weak_evidence_never_supersedes_one_on_strong_evidence(tmp_path: Path) -> None:
    data = create(DataDir(tmp_path / "data"))
    title = "临溪县水务局2023年政府信息公开工作年度报告"
    for name, text in (
        ("strong.html", page(title, "", 3)),
        ("weak.html", page(title, "统计期限自2022年1月1日起至2022年12月31日止。", 9)),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert gouji(data, "add", str(tmp_path / name)).status == 0
        assert gouji(data, "extract").status == 0
    rows = query(data, "select url, weak from reports where superseded_by is null and year = 2023")
    assert [(url.rpartition("/")[2], weak) for url, weak in rows] == [("strong.html", 0)]
