"""Workbooks: what the eye does not see of a cell, for its color or for what lies over it, is no figure and no blank."""

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from PIL import Image

from extract.content import DOUBT, Grid
from extract.readers import read as read_blocks
from extract.readers._sheet_colors import PALETTE, THEME, color_of, theme_of
from tests.extract.test_workbooks import CELL, Trap, assert_exact, cells, changed, read, sample, soffice, trap
from tests.extract.workbooks import Written

Draw = Callable[[Any, int, int], None]


def inked(ink: str, ground: str | None = None, **more: object) -> Trap:
    def change(book: Any, written: Written, sheet: int, row: int, column: int) -> None:
        look = {"font_color": ink, "border": 1, **({"bg_color": ground} if ground else {}), **more}
        written.pages[sheet].write_number(row, column, 77, book.add_format(look))

    return change


def partly(ink: str, ground: str) -> Trap:
    def change(book: Any, written: Written, sheet: int, row: int, column: int) -> None:
        cell = book.add_format({"bg_color": ground, "border": 1})
        one, other = book.add_format({"font_color": ink}), book.add_format({"font_color": "#000000"})
        written.pages[sheet].write_rich_string(row, column, one, "7", other, "8", cell)

    return change


def on_condition(ground: str | None = None, **look: object) -> Trap:
    def change(book: Any, written: Written, sheet: int, row: int, column: int) -> None:
        own = book.add_format({"border": 1, **({"bg_color": ground} if ground else {})})
        written.pages[sheet].write_number(row, column, 77, own)
        rule = {"type": "cell", "criteria": ">=", "value": 0, "format": book.add_format(look)}
        written.pages[sheet].conditional_format(row, column, row, column, rule)

    return change


def scale(book: Any, written: Written, sheet: int, row: int, column: int) -> None:
    written.pages[sheet].write_number(row, column, 77, written.cell)
    colors = {"type": "2_color_scale", "min_color": "#000000", "max_color": "#FFFFFF"}
    written.pages[sheet].conditional_format(row, column, row, column, colors)


def over(draw: Draw, value: object = 77) -> Trap:
    def change(book: Any, written: Written, sheet: int, row: int, column: int) -> None:
        if value is None:
            written.pages[sheet].write_blank(row, column, None, written.cell)
        else:
            written.pages[sheet].write(row, column, value, written.cell)
        draw(written.pages[sheet], row, column)

    return change


SMALL = {"width": 60, "height": 18}


def box(page: Any, row: int, column: int) -> None:
    page.insert_textbox(row, column, "99", {**SMALL, "fill": {"color": "white"}})


def empty_box(page: Any, row: int, column: int) -> None:
    page.insert_textbox(row, column, "", {**SMALL, "fill": {"color": "white"}, "line": {"none": True}})


def words_without_ground(page: Any, row: int, column: int) -> None:
    page.insert_textbox(row, column, "9", {**SMALL, "fill": {"none": True}, "line": {"none": True}})


def unmoved(page: Any, row: int, column: int) -> None:
    page.insert_textbox(row, column, "99", {**SMALL, "object_position": 3})


def picture(page: Any, row: int, column: int, position: int = 2) -> None:
    target = io.BytesIO()
    Image.new("RGB", (60, 18), "white").save(target, "PNG")
    page.insert_image(row, column, "a.png", {"image_data": target, "object_position": position})


def unmoved_picture(page: Any, row: int, column: int) -> None:
    picture(page, row, column, 3)


UNSEEN: dict[str, Trap] = {
    "白字": inked("#FFFFFF"),
    "近白": inked("#FAFAFA"),
    "白底近白": inked("#FFFFFE", "#FFFFFF"),
    "红底红字": inked("#FF0000", "#FF0000"),
    "灰底灰字": inked("#808080", "#7F8081"),
    "黑底黑字": inked("#000000", "#000000"),
    "网格底纹": inked("#C00000", "#C00000", pattern=8, fg_color="#FFFFFF"),
    "一部分与底色相同": partly("#FFFF00", "#FFFF00"),
    "一部分是白字": partly("#FFFFFF", "#FFFFFF"),
    "条件为白字": on_condition(font_color="#FFFFFF"),
    "条件为近白": on_condition(font_color="#FEFEFE"),
    "条件与底色相同": on_condition("#FFC000", font_color="#FFC000"),
    "条件为黑底": on_condition(bg_color="#000000"),
    "色阶到黑": scale,
    "极小的字": inked("#000000", font_size=1),
    "文本框": over(box),
    "空白框": over(empty_box),
    "透明框里的字": over(words_without_ground),
    "不随单元格的框": over(unmoved),
    "图片": over(picture),
    "不随单元格的图片": over(unmoved_picture),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_a_figure_that_one_does_not_see_is_illegible(name: str) -> None:
    report = read(Written(sample(), then=trap(UNSEEN[name])).body)
    assert cells(report)[CELL] == (None, "illegible")
    stated = {one: value for one, (value, state) in cells(report).items() if state == "number"}
    assert stated.items() <= sample().figures.items()
    assert len(stated) >= len(sample().figures) - 6  # neighbors that a drawing reaches into


def test_a_blank_cell_below_a_box_is_illegible_and_no_blank() -> None:
    report = read(Written(sample(), then=trap(over(empty_box, None))).body)
    assert cells(report)[CELL] == (None, "illegible")


def ring(page: Any, row: int, column: int) -> None:
    page.insert_textbox(row, column, "", {**SMALL, "fill": {"none": True}})


def far_off(page: Any, row: int, column: int) -> None:
    page.insert_textbox(row, 20, "制表：张", {**SMALL, "fill": {"color": "white"}})


SEEN: dict[str, Trap] = {
    "深底白字": inked("#FFFFFF", "#1F4E79"),
    "红字": inked("#FF0000"),
    "浅灰底": inked("#000000", "#D9D9D9"),
    "条件为红字": on_condition(font_color="#9C0006", bg_color="#FFC7CE"),
    "条件与别处底色相同": on_condition("#FFFFFF", font_color="#FFC000"),
    "框线": over(ring),
    "表外的框": over(far_off),
}


@pytest.mark.parametrize("name", SEEN)
def test_a_figure_that_one_sees_is_stated(name: str) -> None:
    report = read(Written(sample(), then=trap(SEEN[name])).body)
    assert cells(report)[CELL] == (77, "number")
    assert_exact(report, sample().figures, but=(CELL,))


def test_a_picture_beside_a_heading_leaves_it_a_heading() -> None:
    def texts(*rows: int) -> list[str]:
        """The paragraphs of a sheet of headings and one table, with pictures beside some."""
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target, {"in_memory": True})
        page = book.add_worksheet()
        page.write_string(0, 0, "示例县财政局2024年政府信息公开工作年度报告")
        page.write_string(1, 0, "一、总体情况")
        page.write_string(2, 0, "二、主动公开政府信息情况")
        for row, line in enumerate((("信息内容", "本年制发件数", "现行有效件数"), ("规章", "1", "2"))):
            page.write_row(3 + row, 0, line)
        for row in rows:
            picture(page, row, 2)
        book.close()
        return [block for block in read_blocks(target.getvalue(), "年报.xlsx").blocks if isinstance(block, str)]

    assert texts(0, 1, 2) == texts()
    assert texts()[-1] == "二、主动公开政府信息情况"


def shrunk(book: Any, written: Written, sheet: int, row: int, column: int) -> None:
    written.pages[sheet].set_column(column, column, 0.3)


def test_no_number_is_seen_in_a_column_that_is_narrower_than_a_digit() -> None:
    assert cells(read(Written(sample(), then=trap(shrunk)).body))[CELL] == (None, "illegible")


def test_colors_of_a_theme_are_those_it_holds_lighter_or_darker_as_a_cell_says() -> None:
    from lxml import etree

    assert theme_of(None) == THEME
    theme = theme_of(etree.fromstring("<t><dk1><sysClr val='window' lastClr='FFFFFF'/></dk1></t>"))
    assert theme[1] == (255, 255, 255)
    one = etree.fromstring("<color theme='1' tint='1'/>")
    assert color_of(one, THEME, PALETTE) == (255, 255, 255)
    assert color_of(etree.fromstring("<color theme='0' tint='-0.5'/>"), THEME, PALETTE) == (128, 128, 128)
    assert color_of(etree.fromstring("<color indexed='64'/>"), THEME, PALETTE) == (0, 0, 0)
    assert color_of(etree.fromstring("<color indexed='9'/>"), THEME, PALETTE) == (255, 255, 255)
    assert color_of(etree.fromstring("<color rgb='X'/>"), THEME, PALETTE) is None


MAIN = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
NEWER = (
    '<extLst><ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}" xmlns:x14="{main}"><x14:conditionalFormattings>'
    '<x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:cfRule type="expression" priority="1" id="{{1}}"><xm:f>TRUE</xm:f><x14:dxf><font><color rgb="FF{ink}"/>'
    "</font></x14:dxf></x14:cfRule><xm:sqref>{cell}</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings>"
    "</ext></extLst></worksheet>"
)


@pytest.mark.parametrize(("ink", "state"), [("FFFFFF", "illegible"), ("C00000", "number")])
def test_a_condition_of_the_newer_kind_has_its_look_beside_it(ink: str, state: str) -> None:
    written = Written(sample())
    _, row, column = written.places[CELL]
    rule = NEWER.format(main=MAIN, ink=ink, cell=f"{chr(65 + column)}{row + 1}")
    body = changed(written.body, "xl/worksheets/sheet1.xml", lambda text: text.replace("</worksheet>", rule))
    assert cells(read(body))[CELL][1] == state


IN_OTHERS: dict[str, Trap] = {
    "T3[received,business]": over(empty_box),
    "T3[granted,business]": over(picture),
    "T3[refused.state_secret,business]": over(words_without_ground),
    "T3[refused.enforcement_file,business]": over(box),
    "T3[other.other,natural_person]": UNSEEN["灰底灰字"],
    "T3[other.other,business]": UNSEEN["近白"],
    "T3[other.other,research]": UNSEEN["红底红字"],
    "T3[other.other,social]": UNSEEN["一部分与底色相同"],
    "T3[other.other,other]": UNSEEN["白底近白"],
    "T3[carried_forward,natural_person]": UNSEEN["条件与底色相同"],
    "T3[carried_forward,business]": UNSEEN["条件为白字"],
    "T3[carried_forward,research]": UNSEEN["条件为黑底"],
    "T3[unavailable.not_held,business]": over(unmoved),
    "T3[not_processed.complaint,business]": over(unmoved_picture),
    "T3[other.other,total]": UNSEEN["极小的字"],
}
SEEN_THERE = {
    "T3[carried_forward,other]": SEEN["条件为红字"],
    "T3[processed,business]": over(ring),
    "T3[carried_forward,social]": SEEN["深底白字"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One workbook with all of these, and by LibreOffice in the other formats."""

    def then(book: Any, written: Written) -> None:
        for name, change in {**IN_OTHERS, **SEEN_THERE}.items():
            trap(change, name)(book, written)

    found = tmp_path_factory.mktemp("office")
    (found / "a.xlsx").write_bytes(Written(sample(), then=then).body)
    (found / "column.xlsx").write_bytes(pale_column())
    for kind in ("xls", "ods"):
        profile = f"-env:UserInstallation={found.as_uri()}/profile"
        books = [str(found / "a.xlsx"), str(found / "column.xlsx")]
        subprocess.run(
            [soffice(), profile, "--headless", "--convert-to", kind, "--outdir", str(found), *books],
            check=True,
            capture_output=True,
            timeout=300,
        )
    return found


def pale_column() -> bytes:
    """A table whose second column of figures is white throughout: a look of the column, not of its cells."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page, pale = book.add_worksheet(), book.add_format({"font_color": "#FFFFFF"})
    page.set_column(2, 2, None, pale)
    for row in range(5):
        page.write_row(row, 0, ["行政许可", row])
        page.write_number(row, 2, 7, pale)
    book.close()
    return target.getvalue()


@pytest.mark.parametrize("kind", ["xls", "ods", "xlsx"])
def test_other_formats_hide_the_same_figures_and_no_others(kind: str, folder: Path) -> None:
    found = cells(read((folder / f"a.{kind}").read_bytes(), f"年报.{kind}"))
    assert {name for name, (_, state) in found.items() if state != "number"} == set(IN_OTHERS)
    assert {found[name] for name in SEEN_THERE} == {(77, "number")}
    assert {name: found[name][0] for name in found if name not in {**IN_OTHERS, **SEEN_THERE}} == {
        name: value for name, value in sample().figures.items() if name not in {**IN_OTHERS, **SEEN_THERE}
    }


@pytest.mark.parametrize("kind", ["xls", "ods", "xlsx"])
def test_the_look_of_a_column_is_that_of_its_cells(kind: str, folder: Path) -> None:
    [grid] = read_blocks((folder / f"column.{kind}").read_bytes(), f"a.{kind}").blocks
    assert isinstance(grid, Grid)
    assert [row.texts for row in grid.rows] == [("行政许可", str(row), f"{DOUBT}7") for row in range(5)]
