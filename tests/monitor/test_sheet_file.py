"""Workbooks: foreign texts neither act nor break the file, links lead only where they may, numbers stay what they are."""

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from crawler.ground.errors import GoujiError
from monitor.export.sheet_file import Cell, Linked, Sheet, Tone, Value, write_book, write_sheet
from monitor.export.sheet_text import LONGEST_TEXT, link_target, sheet_name


def read(path: Path, sheet: int = 0) -> list[list[object]]:
    with CalamineWorkbook.from_path(str(path)) as book:
        return [list(row) for row in book.get_sheet_by_index(sheet).to_python(skip_empty_area=False)]


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as book:
        return book.read(name).decode()


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", '=HYPERLINK("http://x","y")', "{=1}"]
)
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    path = tmp_path / "表.xlsx"
    write_book(path, [Sheet(text, [text], [[text], [Linked(text, "http://a.example/x")]], title=text, notes=[text])])
    assert read(path)[-2:] == [[text], [text]]
    assert "<f>" not in part(path, "xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    "text", ["\0", "甲\x1b[31m乙", "\ud800", "\ufffe", "a\u202eb", "x" * 40_000, "</t><f>1</f>", "_x0041_"]
)
def test_what_no_cell_may_hold_breaks_no_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "表.xlsx"
    write_book(path, [Sheet("甲", ["头" + text], [[text]])])
    [[_], [found]] = read(path)
    assert len(str(found)) <= LONGEST_TEXT
    assert not set(str(found)) & set("\0\x1b\u202e\ufffe")


@pytest.mark.parametrize(
    ("target", "leads"),
    [
        ("http://www.example.gov.cn/a.html?b=1&c=2#d", "http://www.example.gov.cn/a.html?b=1&c=2#d"),
        ("https://例.gov.cn/年报", "https://例.gov.cn/年报"),
        ("一览的原件/示例县财政局2025.html", "external:一览的原件/示例县财政局2025.html"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("data:text/html,x", None),
        ("mailto:a@b.example", None),
        ("../../etc/passwd", None),
        ("a/../../b", None),
        ("/etc/passwd", None),
        ("\\\\server\\share\\a", None),
        ("//server/share/a", None),
        ("C:/a.exe", None),
        ("http://", None),
        ("http://[::1", None),
        ("http://a.example/\r\nX: y", None),
        ("http://a.example/ b", None),
        ("internal:Sheet1!A1", None),
        ("external:a.html", None),
        ("http://a.example/" + "a" * 3000, None),
        ("", None),
    ],
)
def test_a_link_leads_to_a_page_or_to_a_file_beside_the_workbook(
    tmp_path: Path, target: str, leads: str | None
) -> None:
    assert link_target(target) == leads
    path = tmp_path / "表.xlsx"
    write_book(path, [Sheet("甲", ["页"], [[Linked("看", target)]])])
    assert read(path) == [["页"], ["看"]]
    assert ("<hyperlink " in part(path, "xl/worksheets/sheet1.xml")) == (leads is not None)


def test_the_names_of_sheets_are_mended_and_told_apart() -> None:
    taken: set[str] = set()
    names = []
    for text in ("未公布", "未公布", "a/b[c]:*?", "'", "", "History", "长" * 40, "长" * 40, "甲\0"):
        names.append(sheet_name(text, taken))
        taken.add(names[-1].casefold())
    assert names == [
        "未公布",
        "未公布 2",
        "a b c",
        "Sheet",
        "Sheet 2",
        "History_",
        "长" * 31,
        "长" * 29 + " 2",
        "甲\ufffd",
    ]


def test_a_number_is_a_number_and_a_code_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    row: list[Value | Cell] = [
        7,
        Decimal("160.5964"),
        date(2026, 1, 31),
        None,
        Cell(0.5, "good", "0.0%"),
        2**60,
        float("nan"),
        123,
    ]
    write_book(path, [Sheet("甲", [str(at) for at in range(8)], [row], as_text=[7])])
    assert read(path)[1] == [7.0, 160.5964, date(2026, 1, 31), "", 0.5, str(2**60), "nan", "123"]


def test_several_sheets_each_with_title_headings_in_sight_filter_and_paper(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    tones: tuple[Tone, ...] = ("", "good", "warn", "bad", "unsure", "quiet")
    cells = [[Cell("机关", tone), Cell(1, tone)] for tone in tones]
    write_book(
        path,
        [
            Sheet("总览", ["机关", "数"], cells, title="2025年度", notes=["截至 2026-02-01"], tone="good"),
            Sheet("未公布", ["机关", "数"], [], empty="没有"),
            Sheet("模板", ["类别", "代码"], [["部门", "1"]], choices={0: ["部门", "乡镇"]}, as_text=[1], blank=100),
        ],
    )
    assert read(path)[:4] == [["2025年度", ""], ["截至 2026-02-01", ""], ["", ""], ["机关", "数"]]
    assert read(path, 1) == [["机关", "数"], ["没有", ""]]
    first, third = (part(path, f"xl/worksheets/sheet{number}.xml") for number in (1, 3))
    assert 'topLeftCell="B5"' in first
    assert '<autoFilter ref="A4:B10"/>' in first
    assert 'paperSize="9"' in first
    assert 'orientation="landscape"' in first
    assert 'fitToHeight="0"' in first
    assert 'sqref="A2:A102"' in third
    assert "部门,乡镇" in third


def test_what_does_not_fit_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    with pytest.raises(GoujiError, match="more than a sheet"):
        write_book(path, [Sheet("甲", ["a"], [["b"]] * 1_050_000)])
    with pytest.raises(GoujiError, match="drop-down"):
        write_book(path, [Sheet("甲", ["a"], [["b"]], choices={0: ["长" * 300]})])
    assert not path.exists()
    with pytest.raises(GoujiError, match="cannot write"):
        write_sheet(tmp_path / "没有" / "表.xlsx", "甲", ["a"], [["b"]])
