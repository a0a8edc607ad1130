"""`gouji verify` on what clerks have: several files, folders, archives, standard input; a closing table; one sentence."""

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from monitor.cli import main
from monitor.samples import SampleReport, make_history
from tests.extract.workbooks import Written

CELL = "T3[granted,total]"


def verify(*arguments: object, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["verify", *map(str, arguments)], input=stdin)


@pytest.fixture
def sample() -> SampleReport:
    return make_history(7, "示例县财政局", [2023], dense=True)[0]


def test_one_draft_that_holds_ends_with_one_sentence(sample: SampleReport) -> None:
    result = verify("-", stdin=Written(sample).body)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1].startswith("结论：这份报告成立，")
    assert "一览" not in result.output
    result = verify("-", stdin=b"")
    assert result.exit_code == 1
    assert "文件是空的" in result.output
    assert "成立，" not in result.output


def test_several_drafts_end_with_a_table_that_is_a_workbook_too(sample: SampleReport, tmp_path: Path) -> None:
    folder, target = tmp_path / "草稿", tmp_path / "核对.xlsx"
    folder.mkdir()
    (folder / "甲.xlsx").write_bytes(Written(sample).body)
    stated = sample.count(CELL)
    wrong = make_history(8, "示例县教育局", [2023], dense=True)[0]
    right = wrong.count(CELL)
    with zipfile.ZipFile(tmp_path / "附件.zip", "w") as package:
        package.writestr("乙.html", wrong.with_cell(CELL, right + 1).html())
        package.writestr("丙/=1+1.txt", "这不是年报。")
        package.writestr("__MACOSX/._乙.html", b"\0")
    result = verify(folder, tmp_path / "附件.zip", "-", "--xlsx", target, stdin=sample.html().encode())
    assert result.exit_code == 1, result.output
    assert stated
    lines = result.output.splitlines()
    assert lines[-1] == "共 4 份：2 份成立，2 份有不符或读不出之处"
    closing = lines[lines.index("一览") :]
    [line] = [line for line in closing if "示例县教育局" in line]
    assert "乙.html" in line
    assert f"表三·（一）予以公开·总计 应为 {right}" in line
    assert "T3[" not in "".join(closing)
    with CalamineWorkbook.from_path(str(target)) as book:
        rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == ["文件", "机关", "年度", "结论", "疑误的格"]
    assert [Path(str(row[0])).name for row in rows[1:]] == ["甲.xlsx", "乙.html", "=1+1.txt", "-"]
    assert [str(row[3])[:2] for row in rows[1:]] == ["成立", "不符", "未读", "成立"]
    found = json.loads(verify(tmp_path / "附件.zip", "--json").stdout)
    assert [Path(one["file"]).parts[-2:] for one in found["files"]] == [("附件.zip!", "乙.html"), ("丙", "=1+1.txt")]


def test_the_table_is_never_written_over_a_draft(sample: SampleReport, tmp_path: Path) -> None:
    path = tmp_path / "甲.xlsx"
    path.write_bytes(Written(sample).body)
    before = path.read_bytes()
    for target in (path, tmp_path / "没有" / "表.xlsx", tmp_path):
        result = verify(path, "--xlsx", target)
        assert result.exit_code == 2, result.output
    assert path.read_bytes() == before
