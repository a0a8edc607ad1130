"""`gouji agencies import` and its kin on files of every sort: made by xlsxwriter, by LibreOffice, as CSV, as a page."""

import io
import json
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner

from crawler.agencies.contacts import of
from crawler.ground.data import DataDir
from extract.readers._office import converter
from extract.sheet_lists import list_sheets
from monitor.cli import main
from monitor.schema import open_database
from tests.monitor.test_cli_road import Gouji, gouji
from tests.office import LIBREOFFICE

__all__ = ["gouji"]
CODE = "11620403013912770D"
LIST = (
    ("示例县政府信息公开年报报送单位一览表",),
    ("填报单位：示例县人民政府办公室",),
    ("序号", "单位名称", "统一社会信用代码", "类别", "层级", "联系人", "联系电话", "电子邮箱", "备注"),
    (1, "示例县人民政府", "", "政府", "县", "张三", "0350-5550101", "zs@example.org", "略"),
    (2, "示例县人民政府办公室", "", "办公室", "县", "张四", "0350-5550102", "", ""),
    (3, "示例县教育局", CODE, "部门", "县", "李五", 13800000000, "ls@example.org", ""),
    ("", "合计", "", 3, "", "", "", "", ""),
    ("填表人：王六",),
)
Fill = Callable[[Any, Any], None]


def book(path: Path, rows: Sequence[Sequence[object]] = LIST, *more: Fill, name: str = "名单") -> Path:
    """A workbook of these rows; each of `more` gets the book and its sheet."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as made:
        sheet = made.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(at, column, value)
                else:
                    sheet.write(at, column, value)
        for fill in more:
            fill(made, sheet)
    path.write_bytes(target.getvalue())
    return path


def names(gouji: Gouji) -> list[str]:
    return sorted(one["name"] for one in gouji.json("agencies", "list"))


def people(gouji: Gouji) -> dict[str, list[dict[str, str]]]:
    return {one["name"]: one["contacts"] for one in gouji.json("agencies", "list", "--contacts") if one["contacts"]}


def test_the_list_of_a_clerk(tmp_path: Path, gouji: Gouji) -> None:
    told = gouji("agencies", "import", book(tmp_path / "名录.xlsx")).stdout
    for words in (
        "表头在第 3 行",
        "B“单位名称”→单位名称",
        "略过的列：A“序号”；I“备注”",
        "类别：政府 1、办公室 1、部门 1",
        "新增 3",
        "联系人 3 位",
    ):
        assert words in told
    listed = {one["name"]: one for one in gouji.json("agencies", "list")}
    assert {name: one["kind"] for name, one in listed.items()} == {
        "示例县人民政府": "government",
        "示例县人民政府办公室": "office",
        "示例县教育局": "department",
    }
    assert listed["示例县教育局"]["code"] == CODE
    (one,) = people(gouji)["示例县教育局"]
    assert one == {"name": "李五", "phone": "13800000000", "email": "ls@example.org", "role": ""}
    assert "李五" in gouji("agencies", "list", "--contacts").stdout
    again = gouji.json("agencies", "import", tmp_path / "名录.xlsx")
    assert (again["added"], again["updated"], again["unchanged"], again["contacts"]) == (0, 0, 3, 3)
    assert again["sheets"][0]["ignored"] == {"序号": "unknown", "备注": "unknown"}


def test_in_english_it_speaks_english(tmp_path: Path, gouji: Gouji) -> None:
    told = gouji("--lang", "en", "agencies", "import", book(tmp_path / "list.xlsx")).stdout
    for words in (
        "headings in row 3, 3 bodies below",
        "→name",
        "columns passed over",
        "3 new, 0 changed",
        "3 contacts",
    ):
        assert words in told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_the_same_list_as_text(tmp_path: Path, gouji: Gouji, encoding: str, separator: str) -> None:
    path = tmp_path / "名录.csv"
    path.write_bytes("\r\n".join(separator.join(map(str, row)) for row in LIST).encode(encoding))
    assert gouji.json("agencies", "import", path)["added"] == 3
    assert len(people(gouji)) == 3


def test_a_page_that_calls_itself_xls(tmp_path: Path, gouji: Gouji) -> None:
    path = tmp_path / "名录.xls"
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in LIST)
    path.write_text(
        f"<html><meta charset=utf-8><table><tr>{'</tr><tr>'.join(lines)}</tr></table></html>", encoding="utf-8"
    )
    assert gouji.json("agencies", "import", path)["added"] == 3


@LIBREOFFICE
def test_the_formats_of_other_programs(tmp_path: Path) -> None:
    """XLS (ET is the same) and ODS: cells, hidden rows and sheets, numbers of too many digits."""
    made = book(tmp_path / "名录.xlsx", LIST, _hidden_row, _long_number, _other_sheet)
    (tmp_path / "out").mkdir()
    for ending in ("xls", "ods"):
        profile = (tmp_path / "profile").as_uri()
        subprocess.run(
            [converter(), f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", ending,
             "--outdir", str(tmp_path / "out"), str(made)],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
    (tmp_path / "out" / "名录.xls").rename(tmp_path / "out" / "名录.et")
    for path in (made, *sorted((tmp_path / "out").iterdir())):
        own = Gouji(tmp_path / path.suffix)
        told = own.json("agencies", "import", path)
        assert told["added"] == 2, path
        assert told["sheets_left"] == {"旧": "hidden"}, path
        assert [one["row"] for one in told["rows_left"]["hidden"]] == [5], path
        assert [(one["code"], one["row"]) for one in told["notes"]] == [("rounded", 6)], path
        assert people(own)["示例县教育局"][0]["phone"] == "13800000000", path


def _hidden_row(_: Any, sheet: Any) -> None:
    sheet.set_row(4, None, None, {"hidden": True})


def _long_number(_: Any, sheet: Any) -> None:
    sheet.write_number(5, 2, 116204030139127703)


def _other_sheet(made: Any, _: Any) -> None:
    sheet = made.add_worksheet("旧")
    sheet.write_row(0, 0, ["单位名称", "电话"])
    sheet.write_row(1, 0, ["示例县旧局", "5550109"])
    sheet.hide()


def test_several_sheets_with_headings_are_all_taken_and_one_may_be_chosen(tmp_path: Path, gouji: Gouji) -> None:
    def towns(made: Any, _: Any) -> None:
        sheet = made.add_worksheet("乡镇")
        sheet.write_row(0, 0, ["单位名称", "级别"])
        sheet.write_row(1, 0, ["示例县龙山镇人民政府", "乡镇"])
        made.add_worksheet("说明").write(0, 0, "请认真填写")

    path = book(tmp_path / "名录.xlsx", LIST, towns)
    told = gouji.json("agencies", "import", path, "--sheet", "乡镇")
    assert (told["added"], told["sheets_left"]) == (1, {"名单": "not_asked", "说明": "not_asked"})
    told = gouji.json("agencies", "import", path)
    assert (told["added"], told["unchanged"], told["sheets_left"]) == (3, 1, {"说明": "no_heading"})
    assert "没有名为“别的”的工作表" in gouji("agencies", "import", path, "--sheet", "别的", status=2).stderr


def test_the_same_row_of_two_sheets_is_told_apart(tmp_path: Path, gouji: Gouji) -> None:
    def second(made: Any, _: Any) -> None:
        sheet = made.add_worksheet("乡镇")
        sheet.write_row(0, 0, ["单位名称", "信用代码"])
        sheet.write_row(1, 0, ["示例县龙山镇人民政府", CODE[:17]])

    told = gouji(
        "agencies", "import", book(tmp_path / "a.xlsx", [("单位名称", "信用代码"), ("", "1")], second), status=2
    ).stderr
    assert "工作表“名单”第 2 行" in told
    assert "工作表“乡镇”第 2 行" in told
    assert names(gouji) == [], "nothing half written"


def test_merged_headings_formulas_days_and_rounded_codes(tmp_path: Path, gouji: Gouji) -> None:
    def fill(made: Any, sheet: Any) -> None:
        for at, words in (
            ("A1:A2", "单位名称"),
            ("B1:B2", "统一社会信用代码"),
            ("C1:C2", "起始年度"),
            ("D1:E1", "联系人"),
        ):
            sheet.merge_range(at, words)
        sheet.write_row(1, 3, ["姓名", "手机"])
        sheet.write_row(2, 0, ["示例县\n教育局", 9.1e17, 2019, "张三"])
        sheet.write_formula(2, 4, "=13800000000+0")
        sheet.write_number(3, 1, 116204030139127703, made.add_format({"num_format": "0"}))
        sheet.write_string(3, 0, "示例县民政局")
        sheet.write_datetime(3, 4, date(2024, 1, 2), made.add_format({"num_format": "yyyy-mm-dd"}))

    told = gouji.json("agencies", "import", book(tmp_path / "a.xlsx", [], fill))
    assert [(one["code"], one["row"]) for one in told["notes"]] == [
        ("rounded", 3), ("no_value", 3), ("rounded", 4), ("contact_cell", 4),
    ]  # fmt: skip
    assert names(gouji) == ["示例县教育局", "示例县民政局"]
    assert people(gouji) == {"示例县教育局": [{"name": "张三", "phone": "", "email": "", "role": ""}]}
    assert all(one["code"] == one["name"] for one in gouji.json("agencies", "list"))


def test_a_formula_in_the_name_refuses_the_file(tmp_path: Path, gouji: Gouji) -> None:
    def formula(_: Any, sheet: Any) -> None:
        sheet.write_formula(2, 0, "=A2")

    path = book(tmp_path / "a.xlsx", [("单位名称", "电话"), ("示例县教育局", "5550101"), ("", "5550102")], formula)
    assert "工作表“名单”第 3 行" in gouji("agencies", "import", path, status=2).stderr
    assert names(gouji) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04\x14\x00", "文件损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "这种格式还不能读取"),
        ("请认真填写\n谢谢\n".encode(), "没有找到表头"),
        ("单位名称,电话\n".encode(), "下面却没有机关"),
        (b"%PDF-1.4\n", "文件损坏"),
    ],
)
def test_a_file_that_is_no_list_says_what_to_do(tmp_path: Path, gouji: Gouji, body: bytes, told: str) -> None:
    path = tmp_path / "名录.xlsx"
    path.write_bytes(body)
    found = gouji("agencies", "import", path, status=2)
    assert told in found.stderr
    assert "请" in found.stderr or "gouji agencies template" in found.stderr
    english = gouji("--lang", "en", "agencies", "import", path, status=2).stderr
    assert "save it" in english or "gouji agencies template" in english or "fill in" in english


def test_a_workbook_under_a_password_says_so(tmp_path: Path, gouji: Gouji) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0\0"
    path = tmp_path / "名录.xlsx"
    path.write_bytes(ole)
    assert "密码" in gouji("agencies", "import", path, status=2).stderr
    assert "password" in gouji("--lang", "en", "agencies", "import", path, status=2).stderr


def test_on_a_terminal_it_asks_and_nothing_is_written_on_no(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, root = book(tmp_path / "名录.xlsx"), tmp_path / "数据"
    monkeypatch.setattr("monitor.commands.register_import.on_terminal", lambda: True)
    line = ["--data", str(root), "agencies", "import", str(path)]
    no = CliRunner().invoke(main, line, input="n\n")
    assert "将会：新增 3" in no.stdout
    assert "什么都没有写入" in no.stdout
    assert names(Gouji(root)) == []
    assert "新增 3，更新 0" in CliRunner().invoke(main, line, input="y\n").stdout
    assert len(names(Gouji(root))) == 3
    book(path, [LIST[2], LIST[3]])
    # Two are gone: one owes no more, one was a slip.
    CliRunner().invoke(main, line, input="y\ny\n2\n3\n")
    assert sorted((one["name"], one["last_year"] is None) for one in Gouji(root).json("agencies", "list"))[0] == (
        "示例县人民政府",
        True,
    )
    assert len(names(Gouji(root))) == 2


def test_without_a_terminal_or_with_a_dry_run_nobody_is_asked(tmp_path: Path, gouji: Gouji) -> None:
    path = book(tmp_path / "名录.xlsx")
    told = gouji("agencies", "import", path, "--dry-run").stdout
    assert "将会：新增 3" in told
    assert names(gouji) == []
    assert "?" not in gouji("agencies", "import", path, "--yes").stdout
    assert len(names(gouji)) == 3


def test_who_is_no_longer_in_the_list_is_told(tmp_path: Path, gouji: Gouji) -> None:
    gouji("agencies", "import", book(tmp_path / "一.xlsx"))
    shorter = book(tmp_path / "二.xlsx", [LIST[2], LIST[3], LIST[4]])
    told = gouji("agencies", "import", shorter).stdout
    assert "另有 1 个机关不在这份名单中：示例县教育局" in told
    assert "gouji agencies end" in told
    assert gouji.json("agencies", "import", shorter)["no_longer_listed"] == [{"code": CODE, "name": "示例县教育局"}]
    gouji("agencies", "end", "示例县教育局", "--year", "2020")
    assert gouji.json("agencies", "import", shorter)["no_longer_listed"] == []
    assert gouji.json("agencies", "end", "示例县教育局", "--undo")["last_year"] is None
    assert "请写 --year" in gouji("agencies", "end", "示例县教育局", status=2).stderr
    assert "已从名录删去" in gouji("agencies", "remove", "示例县教育局").stdout
    assert len(names(gouji)) == 2


def test_a_list_of_another_place_says_nothing_of_this_one(tmp_path: Path, gouji: Gouji) -> None:
    (tmp_path / "一.csv").write_text("单位名称,区划\n高平市财政局,140581\n", encoding="utf-8")
    (tmp_path / "二.csv").write_text("单位名称,区划\n泽州县财政局,140525\n", encoding="utf-8")
    gouji("agencies", "import", tmp_path / "一.csv")
    assert gouji.json("agencies", "import", tmp_path / "二.csv")["no_longer_listed"] == []
    assert gouji.json("agencies", "import", tmp_path / "二.csv")["no_longer_listed"] == []


def test_the_template_is_filled_in_and_comes_back(tmp_path: Path, gouji: Gouji) -> None:
    path = tmp_path / "名录.xlsx"
    assert "gouji agencies import" in gouji("agencies", "template", path).stdout
    assert "有表头，下面却没有机关" in gouji("agencies", "import", path, status=2).stderr
    assert "不会动它" in gouji("agencies", "template", path, status=2).stderr
    assert "以 .xlsx 结尾" in gouji("agencies", "template", tmp_path / "名录.csv", status=2).stderr
    sheet, explained = list_sheets(path)
    (head,) = [number for number, row in sheet.rows.items() if "单位名称" in row.values() and len(row) > 5]
    assert len(sheet.rows[head + 1]) > 5, "the example"
    assert set(sheet.rows[head].values()) < {row.get(1) for row in explained.rows.values()}
    filled = [tuple(sheet.rows[head].values()), tuple(sheet.rows[head + 1].get(n, "") for n in sheet.rows[head])]
    filled.append(
        (
            "示例县教育局",
            CODE,
            "部门",
            "县",
            "",
            "",
            "",
            "2019",
            "",
            "示例县教育体育局",
            "张三",
            "科员",
            "5550101",
            "a@example.org",
        )
    )
    told = gouji.json("agencies", "import", book(tmp_path / "填好.xlsx", filled))
    assert (told["added"], told["notes"], list(told["rows_left"])) == (1, [], ["example"])
    english = gouji.json("--lang", "en", "agencies", "template", tmp_path / "register")
    assert english["file"].endswith("register.xlsx")
    assert "name" in str(list_sheets(Path(english["file"]))[0].rows)


def test_a_body_on_the_one_watched_portal_and_an_address_on_none(tmp_path: Path, gouji: Gouji) -> None:
    gouji("init")
    (gouji.root / "gouji.toml").write_text(
        '[[portal]]\nid = "shili"\nname = "示例县人民政府"\nstart_url = "http://www.shili.gov.cn/nb/"\n',
        encoding="utf-8",
    )
    path = tmp_path / "名录.csv"
    path.write_text(
        "单位名称,网站\n示例县教育局,\n示例县民政局,http://www.shili.gov.cn/mzj/\n示例县卫生局,http://www.wsj.gov.cn/\n",
        encoding="utf-8",
    )
    told = gouji.json("agencies", "import", path)
    assert {one["name"]: one["portal"] for one in gouji.json("agencies", "list")} == {
        "示例县教育局": "shili",
        "示例县民政局": "shili",
        "示例县卫生局": "http://www.wsj.gov.cn/",
    }
    assert [one["code"] for one in told["notes"]] == ["portal_elsewhere"]
    assert told["unwatched"] == {"http://www.wsj.gov.cn/": 1}


def test_cells_are_inert_wherever_they_are_said(tmp_path: Path, gouji: Gouji) -> None:
    evil = '=HYPERLINK("http://x.example.org")\x1b[31m'
    path = tmp_path / "名录.csv"
    quoted = evil.replace('"', '""')
    path.write_text(f'单位名称,邮箱,"{quoted}"\n示例县教育局,"{quoted}",1\n', encoding="utf-8")
    told = gouji("agencies", "import", path)
    assert "\x1b" not in told.output
    assert people(gouji) == {}
    json.loads(gouji("agencies", "list", "--contacts", "--json").stdout)


def test_contacts_do_not_leave_with_an_export(tmp_path: Path, gouji: Gouji) -> None:
    gouji("agencies", "import", book(tmp_path / "名录.xlsx"))
    with closing(open_database(DataDir(gouji.root))) as db:
        assert sum(map(len, of(db).values())) == 3
    gouji("export", tmp_path / "数据集", "--no-parquet")
    assert not any("contacts" in path.name for path in (tmp_path / "数据集").rglob("*"))
    assert not any("5550101" in path.read_text("utf-8", "replace") for path in (tmp_path / "数据集").rglob("*.csv"))


def test_the_register_is_printed_in_the_language_of_the_call(tmp_path: Path, gouji: Gouji) -> None:
    gouji("agencies", "import", book(tmp_path / "名录.xlsx"))
    told = gouji("agencies", "list").stdout
    for words in ("单位名称", "层级", "办公室", "部门", "县", "导入"):
        assert words in told
    assert "department" not in told
    english = gouji("--lang", "en", "agencies", "list").stdout
    for words in ("level", "kind", "department", "county", "import"):
        assert words in english
    assert "部门" not in english
