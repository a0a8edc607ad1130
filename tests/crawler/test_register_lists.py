"""A list as people keep it: headings, values, encodings, separators, contacts, portals; nothing of it needs a workbook."""

import codecs
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.agencies.codes import check_character, is_credit_code
from crawler.agencies.contacts import Contact, addresses, keep, of, phone_in
from crawler.agencies.ending import end_duty, later_reports, remove
from crawler.agencies.headings import field_of, said, value_of, words
from crawler.agencies.list_cells import CellReader, Told, is_organization_code
from crawler.agencies.list_portals import WatchedPortals
from crawler.agencies.list_rows import ListReading
from crawler.agencies.list_sheet import ListSheet, letter, table_of
from crawler.agencies.list_text import decoded, sheet_of_text
from crawler.agencies.lookup import find_agency
from crawler.agencies.recode import rename_code
from crawler.agencies.register import ensure_agency
from crawler.agencies.register_import import import_rows
from crawler.ground.config import Config, Portal
from crawler.ground.errors import UsageError
from crawler.ground.vocabulary import KINDS, LEVELS
from crawler.ledger.portals import sync
from tests.crawler.test_register import rows, whole

__all__ = ["whole"]
FILE = Path("名录.csv")
CODE = "11620403013912770D"
SHILI = Portal("shili", "http://www.shili.gov.cn/zfxxgk/nb/", "示例县人民政府")
QINGSHI = Portal("qingshi", "https://www.qingshi.gov.cn/nb/", "青石市人民政府")


def read(*lines: list[str], portals: tuple[Portal, ...] = (), sheet: ListSheet | None = None) -> ListReading:
    """A list of these rows, from the first one on."""
    sheet = sheet or ListSheet("名单")
    for number, line in enumerate(lines, 1):
        sheet.rows[number] = {column: text for column, text in enumerate(line, 1) if text}
    table = table_of(sheet)
    assert table is not None
    reading = ListReading()
    reading.add(0, table, CellReader(WatchedPortals(portals)))
    reading.settle()
    return reading


def taken(reading: ListReading) -> dict[str, str]:
    return {column.heading: column.field for column in reading.tables[0].columns}


def codes(reading: ListReading) -> list[str]:
    return [note.code for note in reading.notes]


# --- headings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("镇街名称", "name"),
        ("乡镇街道名称", "name"),
        ("编制单位", "name"),
        ("上级主管单位", "parent"),
        ("业务主管部门", "parent"),
        ("责任领导", "officer"),
        ("第一责任人", "officer"),
        ("單位名稱", "name"),
        ("統一社會信用代碼", "code"),
        ("單位類別", "kind"),
        ("上級單位", "parent"),
        ("聯絡員", "person"),
        ("聯繫人", "person"),
        ("聯系電話", "phone"),
        ("郵箱", "email"),
        ("職務", "role"),
        ("責任領導", "officer"),
        ("網站地址", "portal"),
    ],
)
def test_more_headings_and_traditional_characters_are_understood(heading: str, field: str) -> None:
    found = field_of(heading)
    assert found is not None
    assert found[0] == field


@pytest.mark.parametrize(
    ("name", "cell", "code"),
    [
        ("kind", "鄉鎮", "township"),
        ("kind", "開發區", "zone"),
        ("kind", "辦公室", "office"),
        ("level", "縣級", "county"),
    ],
)
def test_values_in_traditional_characters_are_understood(name: str, cell: str, code: str) -> None:
    assert value_of(name, cell) == code


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("单位名称", "name"), ("部门", "name"), ("机关", "name"), ("单位全称", "name"), ("* 单位 名称：", "name"),
        ("单位名称（规范全称）", "name"), ("部门（单位）名称", "name"), ("单\n位", "name"), ("name", "name"),
        ("统一社会信用代码", "code"), ("信用代码", "code"), ("统一社会信用代码\n（18位）", "code"), ("CODE", "code"),
        ("类别", "kind"), ("单位性质", "kind"), ("层级", "level"), ("级别", "level"),
        ("上级单位", "parent"), ("主管部门", "parent"), ("区划", "division"), ("行政区划代码", "division"),
        ("网站", "portal"), ("公开栏目网址", "portal"), ("门户", "portal"), ("门户编号", "portal"),
        ("联系人", "person"), ("信息员", "person"), ("联系人及电话", "person"), ("分管领导", "officer"),
        ("电话", "phone"), ("办公电话", "phone"), ("手机", "phone"), ("联系人电话", "phone"), ("分管领导手机", "phone"),
        ("邮箱", "email"), ("联系人邮箱", "email"), ("Ｅ-mail", "email"), ("职务", "role"),
        ("曾用名", "also"), ("简称", "also"), ("起始年度", "first_year"), ("last_year", "last_year"),
    ],
)  # fmt: skip
def test_a_heading_is_understood(heading: str, field: str) -> None:
    found = field_of(heading)
    assert found is not None
    assert found[0] == field


@pytest.mark.parametrize(
    "heading",
    [
        "序号",
        "备注",
        "传真",
        "监督电话",
        "政府网站标识码",
        "示例县信息公开联系人及联系电话一览表",
        "",
        "？",
        "单位名称" * 9,
    ],
)
def test_what_only_looks_like_a_heading_is_none(heading: str) -> None:
    assert field_of(heading) is None


def test_every_field_is_understood_by_the_words_of_the_template_in_both_languages() -> None:
    for name, both in words().names.items():
        for text in (both.zh, both.en):
            found = field_of(text)
            assert found is not None, text
            assert found[0] == name


@pytest.mark.parametrize(
    ("name", "cell", "code"),
    [
        ("kind", "政府", "government"), ("kind", "办公室", "office"), ("kind", "部门", "department"), ("kind", "乡镇", "township"),
        ("kind", "街道", "street"), ("kind", "开发区/管委会", "zone"), ("kind", "管委会", "zone"), ("kind", "垂管", "vertical"),
        ("kind", "公共企事业", "institution"), ("kind", "事业单位", "institution"), ("kind", " Department ", "department"),
        ("kind", "县直部门（单位）", "department"), ("kind", "其他", ""), ("kind", "群众", None),
        ("level", "国家", "national"), ("level", "省", "province"), ("level", "市", "prefecture"), ("level", "县", "county"),
        ("level", "乡", "township"), ("level", "乡镇级", "township"), ("level", "COUNTY", "county"), ("level", "正科级", ""),
    ],
)  # fmt: skip
def test_kinds_and_levels_are_understood_in_both_languages(name: str, cell: str, code: str | None) -> None:
    assert value_of(name, cell) == code


def test_every_code_has_its_word_and_is_understood_by_it() -> None:
    for name, known in (("kind", KINDS), ("level", LEVELS)):
        for code in known:
            assert value_of(name, said(name, code)) == value_of(name, code) == code
            assert said(name, code, "en") == code


# --- the table on a sheet -----------------------------------------------------------------------------------


def test_the_headings_stand_below_title_rows() -> None:
    reading = read(
        ["示例县政府信息公开工作人员联系电话一览表"],
        ["填报单位：示例县政府办"],
        ["序号", "单位名称", "联系人", "电话", "备注"],
        ["1", "示例县教育局", "张三", "0350-5550101", "略"],
    )
    assert reading.tables[0].first == 3
    assert taken(reading) == {"序号": "", "单位名称": "name", "联系人": "person", "电话": "phone", "备注": ""}
    (row,) = reading.rows
    assert (row.name, row.contacts, row.line) == ("示例县教育局", (Contact("张三", "0350-5550101"),), 4)


def test_a_heading_of_two_rows_with_merged_groups() -> None:
    sheet = ListSheet("名单", merged={(1, 1): (2, 1), (1, 2): (1, 3), (1, 4): (1, 6)})
    reading = read(
        ["单位名称", "分管领导", "", "联系人"],
        ["", "姓名", "电话", "姓名", "手机", "职务"],
        ["示例县教育局", "李四", "12", "张三", "13800000000", "科员"],
        sheet=sheet,
    )
    assert reading.rows[0].contacts == (Contact("张三", "13800000000", "", "科员"), Contact("李四", "", "", "分管领导"))
    assert codes(reading) == ["no_phone"]


def test_a_heading_of_two_rows_in_a_text_that_knows_no_merging() -> None:
    reading = read(
        ["单位名称", "联系人", "", ""],
        ["", "姓名", "办公电话", "邮箱"],
        ["示例县教育局", "张三", "5550101", "a@example.org"],
    )
    assert reading.rows[0].contacts == (Contact("张三", "5550101", "a@example.org"),)


def test_a_stronger_heading_is_the_name_and_the_other_one_is_named() -> None:
    reading = read(["部门", "单位全称", "科室"], ["教育", "示例县教育局", "办公室"])
    assert reading.rows[0].name == "示例县教育局"
    assert {one.heading: one.why for one in reading.tables[0].columns if not one.field} == {
        "部门": "second",
        "科室": "unknown",
    }


@pytest.mark.parametrize(
    ("line", "sort"),
    [
        (["", "合计", "", "2"], "footer"),
        (["填表人：王五", "", "", ""], "footer"),
        (["", "填表人：王五　填表日期：2025年11月", "", ""], "footer"),
        (["一、县政府工作部门", "", "", ""], "section"),
        (["", "（二）乡镇", "", ""], "section"),
        (["", "单位名称", "类别", "电话"], "heading"),
        (["", "示例：青石县教育局", "部门", "1"], "example"),
    ],
)
def test_a_row_that_is_no_body_is_passed_over_and_named(line: list[str], sort: str) -> None:
    reading = read(["序号", "单位名称", "类别", "电话"], ["1", "示例县教育局", "部门"], line, ["3"])
    assert [row.name for row in reading.rows] == ["示例县教育局"]
    assert {one: [spot.line for spot in spots] for one, spots in reading.passed.items()} == {sort: [3]}
    assert reading.errors == []


def test_notes_below_the_list_are_no_bodies() -> None:
    reading = read(
        ["单位名称", "电话"], ["示例县教育局", "5550101"], ["填表说明："], ["请用规范全称"], ["示例县民政局", "5550102"]
    )
    assert [row.name for row in reading.rows] == ["示例县教育局", "示例县民政局"]


def test_a_row_without_a_name_is_bad_and_says_what_to_do() -> None:
    reading = read(["单位名称", "联系人"], ["示例县教育局", "张三"], ["", "李四"])
    ((spot, (english, chinese)),) = reading.errors
    assert spot.said == ("sheet “名单”, row 3", "工作表“名单”第 3 行")
    assert "'name' is empty" in english
    assert "A 列" in chinese


def test_a_name_merged_over_two_rows_has_the_contacts_of_both() -> None:
    sheet = ListSheet("名单", merged={(2, 1): (3, 1)})
    reading = read(
        ["单位名称", "联系人", "电话"], ["示例县教育局", "张三", "5550101"], ["", "李四", "5550102"], sheet=sheet
    )
    assert reading.rows[0].contacts == (Contact("张三", "5550101"), Contact("李四", "5550102"))


def test_hidden_rows_and_columns_are_named_and_not_taken() -> None:
    sheet = ListSheet("名单", hidden_rows=frozenset({3}), hidden_columns=frozenset({2}))
    reading = read(["单位名称", "类别"], ["示例县教育局", "政府"], ["示例县民政局", "部门"], sheet=sheet)
    assert [(row.name, row.kind) for row in reading.rows] == [("示例县教育局", "")]
    assert [spot.line for spot in reading.passed["hidden"]] == [3]
    assert reading.tables[0].columns[1].why == "hidden"


def test_a_sheet_without_headings_is_no_list() -> None:
    for lines in (
        {1: {1: "请认真填写"}},
        {1: {1: "单位名称", 2: "是否上报", 3: "份数"}},
        {1: {1: "电话", 2: "邮箱"}},
        {},
    ):
        assert table_of(ListSheet("", lines)) is None


def test_a_column_without_a_heading_is_named_and_in_a_text_it_is_a_comma_too_many() -> None:
    lines = (["单位名称", "电话"], ["示例县教育局", "5550101", "", "略"])
    reading = read(*lines)
    assert [(one.number, one.why) for one in reading.tables[0].columns if not one.field] == [(4, "blank")]
    ((spot, (_, chinese)),) = read(*lines, sheet=ListSheet()).errors
    assert (spot.said[1], chinese.split("；")[0]) == ("第 2 行", "2 列却有 4 格")


def test_a_control_character_is_bad_and_a_person_loses_it() -> None:
    reading = read(["单位名称", "联系人"], ["示例县\x1b[31m教育局", "张三"], ["示例县民政局", "李\x1b四"])
    assert [spot.line for spot, _ in reading.errors] == [2]
    assert reading.rows[0].contacts == (Contact("李 四"),)


def test_columns_have_the_letters_of_a_spreadsheet() -> None:
    assert [letter(number) for number in (1, 26, 27, 703)] == ["A", "Z", "AA", "AAA"]


# --- cells --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["9.11E+17", "1.16204E+17", "1.16204030139127e+17", "116204030139127000"])
def test_a_code_that_excel_made_a_number_is_told_and_never_taken(cell: str) -> None:
    reading = read(["单位名称", "统一社会信用代码"], ["示例县教育局", cell])
    assert (reading.rows[0].code, codes(reading), reading.errors) == ("", ["rounded"], [])
    assert "Excel" in reading.notes[0].said[1]


def test_no_rounded_code_is_taken_because_its_check_character_happens_to_be_right() -> None:
    first = next(
        code
        for number in range(10**14, 10**14 + 5000)
        if is_credit_code(code := f"1{number}000"[:18])
        and code.endswith("000")
        and not is_organization_code(code[8:17])
    )
    assert read(["单位名称", "信用代码"], ["示例县教育局", first]).rows[0].code == ""


def test_a_number_of_more_than_fifteen_digits_is_no_code_whatever_it_shows() -> None:
    sheet = ListSheet("名单", marks={(2, 2): "rounded"})
    assert read(["单位名称", "信用代码"], ["示例县教育局", CODE], sheet=sheet).rows[0].code == ""


@pytest.mark.parametrize(
    "cell", [CODE, CODE.lower(), f" {CODE[:8]} {CODE[8:]} ", "１１" + CODE[2:], f"{CODE[:8]}-{CODE[8:]}"]
)
def test_a_code_is_taken_as_people_write_it(cell: str) -> None:
    assert read(["单位名称", "信用代码"], ["示例县教育局", cell]).rows[0].code == CODE


def test_a_code_with_a_slip_is_bad_and_an_absent_one_is_not() -> None:
    wrong = CODE[:17] + ("0" if check_character(CODE[:17]) != "0" else "1")
    assert len(read(["单位名称", "信用代码"], ["示例县教育局", wrong]).errors) == 1
    for cell in ("", "-", "无", "／", "暂无"):
        reading = read(["单位名称", "信用代码"], ["示例县教育局", cell])
        assert (reading.rows[0].code, reading.errors, reading.notes) == ("", [], [])


def test_names_are_joined_over_line_breaks_and_freed_of_spaces() -> None:
    reading = read(["单位名称", "类别"], ["　示例县\n教育局 ", "部门"], ["示例县 民 政 局", ""])
    assert [row.name for row in reading.rows] == ["示例县教育局", "示例县民政局"]


def test_an_unknown_kind_is_told_and_left_to_the_name() -> None:
    reading = read(["单位名称", "类别", "级别"], ["示例县教育局", "外星", "县"], ["示例县民政局", "部门", "月级"])
    assert [(row.kind, row.level) for row in reading.rows] == [("", "county"), ("department", "")]
    assert codes(reading) == ["unknown_value", "unknown_value"]
    assert "可写 政府、办公室" in reading.notes[0].said[1]


def test_a_column_of_which_no_value_is_known_is_passed_over() -> None:
    reading = read(["单位名称", "级别"], ["示例县教育局", "正科级"], ["示例县民政局", "副科级"])
    assert (reading.tables[0].columns[1].why, reading.notes) == ("values", [])


def test_in_our_own_columns_an_unknown_code_is_bad() -> None:
    assert len(read(["name", "kind"], ["示例县教育局", "某种"]).errors) == 1


def test_the_level_of_a_county_level_city_is_its_divisions() -> None:
    reading = read(["单位名称", "层级", "区划"], ["高平市财政局", "市级", "140581"], ["太原市财政局", "市级", "140100"])
    assert [row.level for row in reading.rows] == ["county", "prefecture"]


@pytest.mark.parametrize(
    ("cell", "division", "told"),
    [("140581", "140581", []), ("高平市（140581）", "140581", []), ("高平市", "140581", []), ("某处", "", ["unknown_place"]),
     ("1.40581E+11", "", ["rounded"]), ("140581100", "140581100", [])],
)  # fmt: skip
def test_a_division_is_a_code_or_a_place(cell: str, division: str, told: list[str]) -> None:
    reading = read(["单位名称", "区划"], ["高平市财政局", cell])
    assert (reading.rows[0].division, codes(reading)) == (division, told)


def test_years_are_years_and_a_day_is_none() -> None:
    reading = read(["单位名称", "起始年度"], ["示例县教育局", "2019年度"], ["示例县民政局", "2020 年"])
    assert [row.first_year for row in reading.rows] == [2019, 2020]
    sheet = ListSheet("名单", marks={(2, 2): "day"})
    assert len(read(["单位名称", "起始年度"], ["示例县教育局", "2020-01-01"], sheet=sheet).errors) == 1
    assert len(read(["单位名称", "起始年度"], ["示例县教育局", "43831"]).errors) == 1


def test_a_formula_without_a_value_is_told_and_no_name() -> None:
    sheet = ListSheet("名单", marks={(2, 1): "unsure", (3, 2): "unsure", (3, 3): "unsure"})
    reading = read(["单位名称", "信用代码", "电话"], ["?", "", ""], ["示例县民政局", "?", "?"], sheet=sheet)
    assert [row.name for row in reading.rows] == ["示例县民政局"]
    assert [spot.line for spot, _ in reading.errors] == [2]
    assert codes(reading) == ["no_value", "no_value"]


def test_other_names_are_kept_but_no_short_one_without_its_place() -> None:
    reading = read(["单位名称", "曾用名", "简称"], ["示例县教育局", "示例县教育体育局、示例县教育委员会", "教育局"])
    assert reading.rows[0].also == ("示例县教育体育局", "示例县教育委员会")
    assert codes(reading) == ["short_name"]


# --- contacts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "good", "bad"),
    [
        ("a@example.org", ["a@example.org"], []),
        ("ａ＠example.org；b@example.org", ["a@example.org", "b@example.org"], []),
        ("mailto:a@example.org", ["a@example.org"], []),
        ("<a@example.org>", ["a@example.org"], []),
        ("zs@@example.org", [], ["zs@@example.org"]),
        ("不详", [], ["不详"]),
        ("a@localhost", [], ["a@localhost"]),
        ("a@example.org\r\nBcc: b@example.org", ["a@example.org", "b@example.org"], ["Bcc"]),
        ("张三@示例.中国", [], ["张三@示例.中国"]),
        ("=cmd|'/c calc'!A1", [], ["=cmd", "c", "calc'!A1"]),
        ("..a@example.org", [], ["..a@example.org"]),
    ],
)
def test_what_is_no_address_is_kept_out(cell: str, good: list[str], bad: list[str]) -> None:
    assert addresses(cell) == (good, bad)


@pytest.mark.parametrize(
    ("cell", "phone", "rest"),
    [
        ("0350-5550101", "0350-5550101", ""),
        ("张三 13800000000", "13800000000", "张三"),
        ("５５５０１０１", "5550101", ""),
        ("（0350）5550101转8", "(0350)5550101转8", ""),
        ("5550101、5550102", "5550101、5550102", ""),
        ("无人", "", "无人"),
        ("12", "", "12"),
    ],
)
def test_telephones_are_found_beside_words(cell: str, phone: str, rest: str) -> None:
    assert phone_in(cell) == (phone, rest)


def test_the_persons_of_a_row_have_what_stands_behind_them() -> None:
    reading = read(
        ["单位名称", "联系人", "办公电话", "手机", "邮箱", "职务", "负责人", "联系电话"],
        ["示例县教育局", "张三", "5550101", "13800000000", "a@example.org;坏", "科员", "王五", "5550109"],
    )
    assert reading.rows[0].contacts == (
        Contact("张三", "5550101、13800000000", "a@example.org", "科员"),
        Contact("王五", "5550109", "", "负责人"),
    )
    assert codes(reading) == ["no_address"]


def test_a_telephone_alone_is_a_contact_too_and_a_name_beside_it_its_name() -> None:
    assert read(["单位名称", "电话"], ["示例县教育局", "5550101"]).rows[0].contacts == (Contact("", "5550101"),)
    assert read(["单位名称", "联系方式"], ["示例县教育局", "张三5550101"]).rows[0].contacts == (
        Contact("张三", "5550101"),
    )


def test_a_zero_that_a_number_lost_is_told() -> None:
    sheet = ListSheet("名单", marks={(2, 2): "number", (3, 2): "number"})
    reading = read(["单位名称", "电话"], ["示例县教育局", "3505550101"], ["示例县民政局", "13800000000"], sheet=sheet)
    assert codes(reading) == ["lost_zero"]


# --- the same body twice ------------------------------------------------------------------------------------


def test_two_lines_that_agree_are_one_body_with_both_contacts() -> None:
    reading = read(["单位名称", "类别", "联系人"], ["示例县教育局", "部门", "张三"], ["示例县教育局", "", "李四"])
    assert [[one.name for one in row.contacts] for row in reading.rows] == [["张三", "李四"]]
    assert (codes(reading), reading.errors) == (["twice"], [])


@pytest.mark.parametrize(
    ("one", "two"),
    [(["示例县教育局", "部门"], ["示例县教育局", "政府"]), (["示例县政府办", ""], ["示例县人民政府办公室", ""])],
)
def test_two_lines_that_contradict_each_other_are_bad(one: list[str], two: list[str]) -> None:
    ((spot, (_, chinese)),) = read(["单位名称", "类别"], one, two).errors
    assert spot.line == 3
    assert "第 2 行" in chinese


# --- portals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "portal", "told"),
    [
        ("shili", "shili", []),
        ("示例县人民政府", "shili", []),
        ("http://www.shili.gov.cn/zfxxgk/nb/", "shili", []),
        ("https://shili.gov.cn/zfxxgk/nb/2024.html", "shili", []),
        ("www.shili.gov.cn", "shili", []),
        ("jyj.shili.gov.cn/gk", "shili", []),
        ("http://www.elsewhere.gov.cn/", "http://www.elsewhere.gov.cn/", ["portal_elsewhere"]),
        ("别的", "别的", []),
    ],
)
def test_a_portal_may_be_an_address(cell: str, portal: str, told: list[str]) -> None:
    reading = read(["单位名称", "网站"], ["示例县教育局", cell], portals=(SHILI, QINGSHI))
    assert (reading.rows[0].portal, codes(reading)) == (portal, told)


def test_an_address_of_several_portals_is_told() -> None:
    twin = Portal("shili-2", "http://www.shili.gov.cn/other/", "示例县人民政府办公室")
    reading = read(["单位名称", "网站"], ["示例县教育局", "http://www.shili.gov.cn/"], portals=(SHILI, twin))
    assert codes(reading) == ["portal_several"]
    reading = read(["单位名称", "网站"], ["示例县教育局", "http://www.shili.gov.cn/other/x"], portals=(SHILI, twin))
    assert reading.rows[0].portal == "shili-2"


def test_where_one_portal_is_watched_it_may_be_left_empty() -> None:
    lines = (["单位名称", "网站"], ["示例县教育局", ""], ["高平市财政局", ""])
    assert [row.portal for row in read(*lines, portals=(SHILI,)).rows] == ["shili", "shili"]
    assert [row.portal for row in read(*lines, portals=(SHILI, QINGSHI)).rows] == ["", ""]
    gaoping = Portal("gaoping", "http://www.example.gov.cn/", "高平市人民政府")
    other = read(["单位名称"], ["太原市财政局"], ["高平市教育局"], portals=(gaoping,))
    assert [row.portal for row in other.rows] == ["", "gaoping"], "a body of another place does not publish there"


def test_an_address_that_is_watched_later_is_its_portals_then(whole: Database) -> None:
    code = ensure_agency(whole, "示例县教育局", source="import", portal="http://www.shili.gov.cn/jyj/")
    sync(whole, Config(portals=(QINGSHI,)))
    assert rows(whole, "select portal from agencies") == [("http://www.shili.gov.cn/jyj/",)]
    sync(whole, Config(portals=(QINGSHI, SHILI)))
    assert rows(whole, f"select portal from agencies where code = '{code}'") == [("shili",)]


# --- texts --------------------------------------------------------------------------------------------------

TEXT = "单位名称,类别\r\n示例县教育局,部门\r\n示例县鱟鱼镇人民政府,乡镇\r\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_a_text_in_any_usual_encoding(encoding: str) -> None:
    text = TEXT if encoding != "gbk" else TEXT.replace("鱟", "鲎")
    body = text.encode(encoding)
    if encoding == "utf-16-be":
        body = codecs.BOM_UTF16_BE + body
    assert decoded(FILE, body).lstrip("\ufeff") == text
    assert table_of(sheet_of_text(FILE, body)) is not None


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00\xd8\x00\xd8", "name\nÄgypten, Österreich\n".encode("latin-1"), bytes(range(128, 256))]
)
def test_a_text_in_no_known_encoding_says_what_to_do(body: bytes) -> None:
    with pytest.raises(UsageError) as caught:
        decoded(FILE, body)
    assert "另存为" in caught.value.zh
    assert "xlsx" in caught.value.message


@pytest.mark.parametrize("separator", [",", "\t", ";", "，", "|"])
def test_a_text_with_any_usual_separator(separator: str) -> None:
    text = f'单位名称{separator}电话\n"示例县,教育局"{separator}1\n示例县民政局{separator}2\n'
    sheet = sheet_of_text(FILE, text.encode())
    assert sheet.rows[2] == {1: "示例县,教育局", 2: "1"}
    assert sheet.rows[3] == {1: "示例县民政局", 2: "2"}


def test_a_quotation_left_open_is_told_with_its_line() -> None:
    with pytest.raises(UsageError) as caught:
        sheet_of_text(FILE, '单位名称,电话\n示例县教育局,"1\n'.encode())
    assert "第 2 行" in caught.value.zh


# --- the database -------------------------------------------------------------------------------------------


def test_what_a_new_list_leaves_open_of_a_person_stays(whole: Database) -> None:
    code = ensure_agency(whole, "示例县教育局", source="import")
    keep(whole, code, [Contact("张三", "5550101", "a@example.org", "科员"), Contact("王五", "5550103")])
    assert keep(whole, code, [Contact("张三", "5550102")])
    assert of(whole)[code] == [Contact("张三", "5550102", "a@example.org", "科员")]


def test_contacts_are_replaced_by_new_ones_and_go_with_their_body(whole: Database) -> None:
    code = ensure_agency(whole, "示例县教育局", source="import")
    assert keep(whole, code, [Contact("张三", "5550101")])
    assert not keep(whole, code, [])
    assert not keep(whole, code, [Contact("张三", "5550101")])
    assert keep(whole, code, [Contact("李四"), Contact("", "", "a@example.org")])
    rename_code(whole, code, CODE)
    assert of(whole) == {CODE: [Contact("李四"), Contact("", "", "a@example.org")]}
    assert of(whole, ["x"]) == {}


def test_a_list_is_imported_with_names_and_contacts_or_not_at_all(whole: Database) -> None:
    lines = (
        ["单位名称", "曾用名", "联系人", "上级单位"],
        ["示例县教育局", "示例县教委会", "张三", "示例县人民政府"],
        ["示例县人民政府"],
    )
    result, found = import_rows(whole, FILE, read(*lines).rows)
    assert (result.added, result.contacts, len(found)) == (2, 1, 2)
    assert rows(whole, "select parent from agencies where name = '示例县教育局'") == [("示例县人民政府",)]
    assert find_agency(whole, "示例县教委会").name == "示例县教育局"
    assert import_rows(whole, FILE, read(*lines).rows)[0].unchanged == 2
    with pytest.raises(UsageError):
        import_rows(
            whole, FILE, read(["单位名称", "曾用名"], ["示例县粮食局", ""], ["示例县民政局", "示例县教育局"]).rows
        )
    assert rows(whole, "select count(*) from agencies") == [(2,)]


def test_a_duty_ends_and_may_go_on(whole: Database) -> None:
    ensure_agency(whole, "示例县粮食局", source="import")
    body = find_agency(whole, "示例县粮食局")
    whole.execute("update agencies set first_year = 2019")
    assert end_duty(whole, body, 2024) is None
    assert rows(whole, "select last_year from agencies") == [(2024,)]
    assert end_duty(whole, body, None) == 2024
    with pytest.raises(UsageError):
        end_duty(whole, body, 2018)
    whole.table("documents").insert({"sha256": "a", "url": "u", "first_seen": "x", "agency": body.code, "year": 2025})
    assert later_reports(whole, body.code, 2024) == [2025]


def test_a_slip_is_removed_only_where_nothing_hangs_on_it(whole: Database) -> None:
    code = ensure_agency(whole, "示例县教育剧", source="import")
    keep(whole, code, [Contact("张三")])
    body = find_agency(whole, code)
    remove(whole, body)
    for table in ("agencies", "agency_names", "contacts"):
        assert rows(whole, f"select count(*) from {table}") == [(0,)]
    parent = ensure_agency(whole, "示例县人民政府", source="import")
    child = ensure_agency(whole, "示例县教育局", source="import")
    whole.execute("update agencies set parent = ? where code = ?", [parent, child])
    whole.table("documents").insert({"sha256": "a", "url": "u", "first_seen": "x", "agency": child})
    for name, told in (("示例县人民政府", "1 项下级机关"), ("示例县教育局", "1 项文件")):
        with pytest.raises(UsageError) as caught:
            remove(whole, find_agency(whole, name))
        assert told in caught.value.zh
        assert "agencies end" in caught.value.zh
    assert rows(whole, "select count(*) from agencies") == [(2,)]


def test_what_is_told_of_a_cell_is_told_in_both_languages() -> None:
    told = Told()
    reader = CellReader(WatchedPortals([SHILI]))
    reader.choice("kind", "外星", told)
    reader.division("某处", told)
    reader.code("116204030139127000", told)
    reader.portal("http://x.example.org/", told)
    assert len(told.notes) == 4
    assert all(not english.isascii() or english for _, (english, chinese) in told.notes if chinese)
