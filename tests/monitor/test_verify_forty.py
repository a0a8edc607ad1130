"""Many drafts at once: those that hold take one line, who is wrong stands last, as text and as a workbook."""

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from monitor.samples import make_history
from monitor.words.terminal import width
from tests.monitor.test_verify_many import verify

CELL = "T3[granted,total]"
HOLDING, WRONG = 6, ("坏一", "坏二", "无字")


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six that hold; one with a wrong cell, one with a wrong sum of 表四, one that is no report."""
    folder = tmp_path_factory.mktemp("草稿")
    for number in range(HOLDING):
        sample = make_history(number, f"示例县第{number}局", [2025], dense=True)[0]
        (folder / f"好{number}.html").write_text(sample.html(), encoding="utf-8")
    one, two = (
        make_history(9 + at, f"示例县{name}局", [2025], dense=True)[0] for at, name in enumerate(("教育", "民政"))
    )
    total = "T4[reconsideration,total]"
    (folder / "坏一.html").write_text(one.with_cell(CELL, one.count(CELL) + 1).html(), encoding="utf-8")
    (folder / "坏二.html").write_text(two.with_cell(total, two.count(total) + 3).html(), encoding="utf-8")
    (folder / "无字.txt").write_text("这不是年报。", encoding="utf-8")
    return folder


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_is_wrong_stands_last(drafts: Path, lang: str) -> None:
    result = verify(drafts, "--lang", lang)
    assert result.exit_code == 1, result.output
    lines = result.output.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("■"))
    assert "3" in lines[start]
    assert [line.split()[0].partition(".")[0] for line in lines[start + 1 : -2]] == list(WRONG)
    [first, second, third] = lines[start + 1 : -2]
    assert ("表三·（一）予以公开·总计 应为" if lang == "zh" else "should be") in first
    assert ("表四" if lang == "zh" else "Table 4") in second, "no cell can be told: what does not hold"
    assert ("未读" if lang == "zh" else "not read") in third
    assert "T3[" not in "".join(lines[start:])
    assert "T4[" not in "".join(lines[start:])


def test_of_those_that_hold_one_line_each_unless_all_is_asked_for(drafts: Path) -> None:
    brief, full = verify(drafts).output, verify(drafts, "--full").output
    for number in range(HOLDING):
        assert brief.count(f"示例县第{number}局") == 1
        [line] = [line for line in brief.splitlines() if f"示例县第{number}局" in line]
        assert width(line) <= 80
        assert full.count(f"示例县第{number}局") > 1
    for wrong in WRONG:
        assert f"{wrong}." in brief
    assert brief.count("文件：") == len(WRONG)
    assert full.count("文件：") == HOLDING + len(WRONG)
    assert full.splitlines()[-1] == brief.splitlines()[-1] == "共 9 份：6 份成立，3 份有不符或读不出之处"


def test_a_single_draft_is_told_in_full(drafts: Path) -> None:
    printed = verify(drafts / "好0.html").output
    assert "表三 收到和处理政府信息公开申请情况" in printed
    assert "■" not in printed


def test_all_that_hold_end_without_a_list_of_the_wrong(drafts: Path) -> None:
    result = verify(drafts / "好0.html", drafts / "好1.html")
    assert result.exit_code == 0
    assert "■" not in result.output
    assert "文件：" not in result.output


def test_the_workbook_names_them_on_a_sheet_of_their_own(drafts: Path, tmp_path: Path) -> None:
    target = tmp_path / "核对.xlsx"
    verify(drafts, "--xlsx", target)
    with CalamineWorkbook.from_path(str(target)) as book:
        assert book.sheet_names == ["核对结果", "不成立的"]
        every, wrong = (book.get_sheet_by_index(at).to_python() for at in (0, 1))
    assert len(every) == 1 + HOLDING + len(WRONG)
    assert wrong[0] == ["文件", "机关", "年度", "结论", "疑误的格", "不符之处"]
    assert [Path(str(row[0])).stem for row in wrong[1:]] == list(WRONG)
    assert all(row[5] for row in wrong[1:])
    assert "T3[" not in str(every) + str(wrong)


def test_where_all_hold_the_sheet_says_so(drafts: Path, tmp_path: Path) -> None:
    target = tmp_path / "核对.xlsx"
    verify(drafts / "好0.html", "--xlsx", target)
    with CalamineWorkbook.from_path(str(target)) as book:
        assert book.get_sheet_by_index(1).to_python()[1][0] == "各份都成立。"
