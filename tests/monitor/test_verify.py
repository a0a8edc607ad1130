"""`gouji verify`: the judgement on drafts without a data directory; the wrong cell named with its value."""

import json
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import main
from monitor.samples import SampleReport, make_history


def verify(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["verify", *map(str, arguments)])


def write(folder: Path, sample: SampleReport, name: str = "") -> Path:
    path = folder / (name or f"{sample.agency}{sample.year}.html")
    path.write_text(sample.html(), encoding="utf-8")
    return path


@pytest.fixture
def sample() -> SampleReport:
    return make_history(7, "示例县财政局", [2023], dense=True)[0]


def test_a_report_that_adds_up(sample: SampleReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = verify(write(tmp_path, sample))
    assert result.exit_code == 0, result.output
    for words in ("表二", "表三", "表四", "示例县财政局", "2023", "成立：", "t3.balance"):
        assert words in result.output
    assert [path.name for path in tmp_path.iterdir()] == [f"{sample.agency}2023.html"]


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_the_wrong_cell_is_named_with_its_value_on_one_line(form: str, tmp_path: Path) -> None:
    good = make_history(7, "示例县财政局", [2023], form=form, dense=True)[0]
    stated = good.count("T3[granted,total]")
    result = verify(write(tmp_path, good.with_cell("T3[granted,total]", stated + 1)))
    assert result.exit_code == 1
    line = f"T3[granted,total] 表三·（一）予以公开·总计：现为 {stated + 1}，应为 {stated}（提示，未改动）"
    assert any(line in printed for printed in result.output.splitlines())
    assert "t3.row_sum[granted]" in result.output
    assert f"{stated + 1}*" in result.output


def test_the_wrong_cell_in_json(sample: SampleReport, tmp_path: Path) -> None:
    stated = sample.count("T3[refused.state_secret,business]")
    path = write(tmp_path, sample.with_cell("T3[refused.state_secret,business]", stated + 1))
    result = verify(path, "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["ok"] is False
    (file,) = found["files"]
    (suspect,) = file["suspects"]
    assert (suspect["cell"], suspect["value"], suspect["stated"]) == (
        "T3[refused.state_secret,business]",
        stated,
        stated + 1,
    )
    failed = {
        (one["rule"], one["subject"])
        for one in file["verdicts"]
        if one["verdict"] == "fail" and one["class"] == "fatal"
    }
    assert failed == {("t3.row_sum", "refused.state_secret"), ("t3.column_sum", "business")}
    assert all(one["message"] for one in file["verdicts"] if one["verdict"] == "fail")
    assert file["report"]["agency_name"] == "示例县财政局"


def test_a_wrong_total_of_table_4_names_its_rivals(sample: SampleReport, tmp_path: Path) -> None:
    cell = "T4[reconsideration,total]"
    result = verify(write(tmp_path, sample.with_cell(cell, sample.count(cell) + 1)))
    assert result.exit_code == 1
    assert "t4.sum[reconsideration]" in result.output
    assert "可能是" in result.output
    assert cell in result.output


def test_english(sample: SampleReport, tmp_path: Path) -> None:
    stated = sample.count("T3[granted,total]")
    result = verify(write(tmp_path, sample.with_cell("T3[granted,total]", stated + 1)), "--lang", "en")
    assert f"is {stated + 1}, should be {stated} (proposed, nothing changed)" in result.output


def test_an_absent_file(tmp_path: Path) -> None:
    result = verify(tmp_path / "没有.html")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.stderr
    assert json.loads(verify(tmp_path / "没有.html", "--json").stdout).keys() == {"error"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\x01\x02\xff" * 500,
        b"<html><body>\xe4\xbd\xa0</body></html>",
        b"<table" * 5000,
        "关于召开会议的通知\n请各单位参加。".encode(),
    ],
)
def test_what_is_no_report_is_one_clear_problem(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "文件\n<b>=1+1.html"
    path.write_bytes(body)
    result = verify(path)
    assert result.exit_code == 1
    assert result.stderr == ""
    assert "读不出" in result.output
    assert "文件\\n<b>=1+1.html" in result.output
    found = json.loads(verify(path, "--json").stdout)
    assert len(found["files"][0]["problems"]) == 1


def test_a_bad_file_leaves_the_others_judged(sample: SampleReport, tmp_path: Path) -> None:
    write(tmp_path, sample)
    (tmp_path / "空.html").write_bytes(b"")
    found = json.loads(verify(tmp_path, "--json").stdout)
    assert [file["ok"] for file in found["files"]] == [False, True] or (
        [file["ok"] for file in found["files"]] == [True, False]
    )


def test_folders_follow_no_links_and_read_no_pipes(sample: SampleReport, tmp_path: Path) -> None:
    folder = tmp_path / "甲" / "乙"
    folder.mkdir(parents=True)
    write(folder, sample)
    (folder / "链接.html").symlink_to(folder / f"{sample.agency}2023.html")
    (tmp_path / "甲" / "环").symlink_to(tmp_path / "甲")
    os.mkfifo(folder / "管道.html")
    found = json.loads(verify(tmp_path / "甲", "--json").stdout)
    assert len(found["files"]) == 1
    assert verify(folder / "管道.html").exit_code == 2


def test_two_years_of_one_agency_are_compared(tmp_path: Path) -> None:
    earlier, later = make_history(7, "示例县财政局", [2022, 2023], dense=True)
    write(tmp_path, earlier)
    good = json.loads(verify(write(tmp_path, later), tmp_path / f"{earlier.agency}2022.html", "--json").stdout)
    assert good["ok"] is True
    assert good["files"][0]["passed"]["year.carry"] == 7
    result = verify(write(tmp_path, later.with_broken_carry()), tmp_path / f"{earlier.agency}2022.html")
    assert result.exit_code == 1
    assert "year.carry[natural_person]" in result.output
    assert "year.carry[total]" in result.output


def test_blanks_do_not_fail(sample: SampleReport, tmp_path: Path) -> None:
    zero = make_history(8, "示例县某局", [2023])[0]
    blank = zero.with_cells(
        {name: None for name, value in zero.figures.items() if value == 0 and name.startswith("T3[")}
    )
    result = verify(write(tmp_path, blank))
    assert result.exit_code == 0, result.output
    assert "空白按 0 计则成立" in result.output


def test_a_hostile_file_costs_itself_alone(sample: SampleReport, tmp_path: Path) -> None:
    """One that is beyond the bounds, one that cannot be read, one of two lines that were taken for one: each is told."""
    good = write(tmp_path, sample)
    many = " ".join(f"a{number}" for number in range(60_000))
    (tmp_path / "attributes.html").write_text(f"<h1>{sample.title}</h1><p {many}>x</p>", encoding="utf-8")
    (tmp_path / "lines.txt").write_text(
        "收到政府信息公开申请\t\t\t\t\t\t\t\t8\t（七）总计\n上年结转政府信息\t\t\t3\t\t\t\t\t\t年\n", encoding="utf-8"
    )
    (tmp_path / "control.html").write_text(
        re.sub("(<td[^>]*>)", "\\1&#11;\x0c", sample.html()).replace("年度报告", "年度\x01报告"), encoding="utf-8"
    )
    result = verify(tmp_path, "--json")
    assert result.exit_code == 1, result.output
    told = {Path(one["file"]).name: one for one in json.loads(result.stdout)["files"]}
    assert told[good.name]["ok"]
    assert told["control.html"]["report"] == told[good.name]["report"]
    assert [one["code"] for one in told["attributes.html"]["problems"]] == ["too_many_attributes"]
    assert told["lines.txt"]["problems"]
    for one in told.values():
        assert "internal_error" not in [problem["code"] for problem in one["problems"]]
