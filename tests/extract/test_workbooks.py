"""Workbooks are read as they are shown, cell by cell; what is shown cannot be known is illegible, never a figure."""

import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from extract.content import Number, State
from extract.form.forms import MEMBERS
from extract.model import Problem, Report, cell_name
from extract.place import SheetCell, read_place, split
from extract.reading import read_report
from monitor.samples import Figure, SampleReport, make_history
from tests.doubling.books import ole
from tests.extract.workbooks import Change, Write, Written

AGENCY = "示例县财政局"
CELL = "T3[received,business]"
YEARS = (2019, 2021, 2024)


@cache
def sample(year: int = 2024) -> SampleReport:
    [report] = make_history(7, AGENCY, [year], dense=year % 2 == 0)
    return report


def read(body: bytes, name: str = "年报.xlsx") -> Report:
    result = read_report(body, name)
    assert isinstance(result, Report), result
    return result


def refused(body: bytes, name: str = "年报.xlsx") -> str:
    result = read_report(body, name)
    assert isinstance(result, Problem), "it was read"
    return result.code


def cells(report: Report) -> dict[str, tuple[Number | None, State]]:
    return {
        cell_name(row.table, row.code, member): (value, state)
        for row in report.rows
        for member, value, state in zip(row.members, row.values, row.states, strict=True)
    }


def assert_exact(report: Report, figures: Mapping[str, Figure], but: tuple[str, ...] = ()) -> None:
    read = cells(report)
    assert {name: read[name][0] for name in figures if name not in but} == {
        name: value for name, value in figures.items() if name not in but
    }


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(("sheets", "framed"), [(1, True), (3, False), (3, True)])
def test_a_workbook_is_read_exactly_and_twice(year: int, sheets: int, framed: bool) -> None:
    report = read(Written(sample(year), sheets=sheets, framed=framed).body)
    assert_exact(report, sample(year).figures)
    assert (report.agency_name, report.year, report.status) == (AGENCY, year, "complete")
    assert report.ways == ("xml", "calamine")
    assert report.agreed == len(sample(year).figures)
    assert not report.problems


def test_a_figure_has_its_sheet_and_its_cell_as_people_write_them() -> None:
    written = Written(sample(), sheets=3)
    report = read(written.body)
    for row in report.rows:
        for member, place in zip(row.members, split(row.place, len(row.members)), strict=True):
            sheet, line, column = written.places[cell_name(row.table, row.code, member)]
            assert read_place(place) == SheetCell(sheet + 1, line + 1, column + 1)


# A number, its format, and what is shown: a figure as it stands there, or a state without one.
SHOWN: list[tuple[float, str, Number | State]] = [
    (5.0, "General", 5),
    (5, "0", 5),
    (5, "000", 5),
    (1234, "#,##0", 1234),
    (1234567, "#,##0", 1234567),
    (12.3456, "0.00", Decimal("12.35")),
    (12.5, "0.00", Decimal("12.50")),
    (2.5, "0", 3),
    (0.1 + 0.2, "General", Decimal("0.3")),
    (25, "0件", 25),
    (25, '0"件"', 25),
    (3, '0"人"', "text"),
    (0.25, "0%", "text"),
    (251000, '0!.0,"万"', "text"),
    (-5, "0;[Red]0", "illegible"),
    (-5, "0;[Red]-0", -5),
    (-5, "0_);(0)", "text"),
    (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "dash"),
    (12, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', 12),
    (0, "0;-0;;@", "illegible"),
    (7, ";;;", "illegible"),
    (7, "[>5]0;0.0", "illegible"),
    (7, "[DBNum1]General", "illegible"),
    (7, "[$¥-804]0", "illegible"),
    (7, "0.00E+00", "illegible"),
    (7.5, "# ?/?", "illegible"),
    (45311, "yyyy/m/d", "text"),
    (45311, "m/d", "text"),
    (45311.5, "yyyy/m/d", "illegible"),
    (45311, 'h"时"', "illegible"),
    (123456789012345, "General", "illegible"),
    (7, "[White]0", "illegible"),
    (7, '"1"0', "illegible"),
]


def every_format() -> tuple[Write, dict[str, str], dict[str, Number | State]]:
    """All of SHOWN in one workbook, each in a cell of its own, and what is to be read there."""
    rows = ("received", "brought_forward", "granted", "granted_in_part", "carried_forward")
    names = [f"T3[{row},{member}]" for row in rows for member in MEMBERS]
    told = dict(zip(names, SHOWN, strict=False))
    assert len(told) == len(SHOWN)

    def write(page: Any, form: Any, row: int, column: int, name: str, _: Figure) -> bool:
        if name in told:
            page.write_number(row, column, told[name][0], form)
        return name in told

    return write, {name: code for name, (_, code, _) in told.items()}, {name: one for name, (_, _, one) in told.items()}


def test_a_number_is_stated_as_it_is_shown() -> None:
    write, formats, expected = every_format()
    report = read(Written(sample(), write=write, formats=formats).body)
    found = cells(report)
    for name, one in expected.items():
        right = (None, one) if isinstance(one, str) else (one, "number")
        assert found[name] == right, (formats[name], found[name])
    assert_exact(report, sample().figures, but=tuple(expected))
    assert report.differed == 0


def formula(value: object, text: str = "=SUM(1,2)") -> Write:
    def write(page: Any, form: Any, row: int, column: int, name: str, _: Figure) -> bool:
        if name == CELL:
            page.write_formula(row, column, text, form, value)
        return name == CELL

    return write


def changed(body: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The package with one member changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            text = old.read(info)
            new.writestr(info.filename, change(text.decode()).encode() if info.filename == name else text)
    return target.getvalue()


def computed(body: bytes) -> bytes:
    """As a program leaves it that has computed every formula."""
    return changed(body, "xl/workbook.xml", lambda text: text.replace(' fullCalcOnLoad="1"', ""))


def test_the_result_of_a_formula_is_what_is_shown_once_it_was_computed() -> None:
    body = Written(sample(), write=formula(3)).body
    assert cells(read(computed(body)))[CELL] == (3, "number")
    # As a library writes it that does not compute: a nought that nobody will ever see.
    assert cells(read(body))[CELL] == (None, "illegible")


@pytest.mark.parametrize("value", ["#REF!", "#DIV/0!", "#N/A", "#VALUE!", True, ""])
def test_a_formula_without_a_figure_is_illegible_and_no_blank(value: object) -> None:
    assert cells(read(computed(Written(sample(), write=formula(value)).body)))[CELL] == (None, "illegible")


def test_a_formula_that_was_never_computed_is_illegible() -> None:
    body = computed(Written(sample(), write=formula(3)).body)
    for empty in ("", "<v></v>", "<v/>"):
        bare = changed(
            body,
            "xl/worksheets/sheet1.xml",
            lambda text, empty=empty: text.replace("</f><v>3</v>", f"</f>{empty}"),  # type: ignore[misc]  # mypy infers no lambda with a default
        )
        assert cells(read(bare))[CELL] == (None, "illegible")


TEXTS: list[tuple[str, Number | State]] = [
    ("007", 7),
    ("12", 12),
    ("1,234", 1234),
    ("1 2", "text"),
    ("1\n2", "text"),
    ("3件", 3),
    ("/", "dash"),
    ("无", "none"),
    ("", "blank"),
    ("#REF!", "text"),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_a_text_is_what_stands_in_it(text: str, expected: Number | State) -> None:
    def write(page: Any, form: Any, row: int, column: int, name: str, _: Figure) -> bool:
        if name == CELL:
            page.write_string(row, column, text, form) if text else page.write_blank(row, column, None, form)
        return name == CELL

    found, state = cells(read(Written(sample(), write=write).body))[CELL]
    assert (state if isinstance(expected, str) else found) == expected


Trap = Callable[[Any, Written, int, int, int], None]


def trap(change: Trap, name: str = CELL) -> Change:
    def then(book: Any, written: Written) -> None:
        change(book, written, *written.places[name])

    return then


def struck(book: Any, written: Written, sheet: int, row: int, column: int) -> None:
    written.pages[sheet].write_number(row, column, 77, book.add_format({"font_strikeout": True, "border": 1}))


def white(book: Any, written: Written, sheet: int, row: int, column: int) -> None:
    written.pages[sheet].write_number(row, column, 77, book.add_format({"font_color": "#FFFFFF", "border": 1}))


def wrong(book: Any, written: Written, sheet: int, row: int, column: int) -> None:
    written.pages[sheet].write_formula(row, column, "=1/0", written.cell, "#DIV/0!")


def partly_struck(book: Any, written: Written, sheet: int, row: int, column: int) -> None:
    strike, plain = book.add_format({"font_strikeout": True}), book.add_format()
    written.pages[sheet].write_rich_string(row, column, strike, "7", plain, "8", written.cell)


def raised(book: Any, written: Written, sheet: int, row: int, column: int) -> None:
    small, plain = book.add_format({"font_script": 1}), book.add_format()
    written.pages[sheet].write_rich_string(row, column, plain, "7", small, "1", written.cell)


def long_decimals(book: Any, written: Written, sheet: int, row: int, column: int) -> None:
    written.pages[sheet].write_number(row, column, 1.123456789012, written.cell)


def narrow(book: Any, written: Written, sheet: int, row: int, column: int) -> None:
    written.pages[sheet].write_number(row, column, 160.5964, written.cell)
    written.pages[sheet].set_column(column, column, 4)


def repainted(book: Any, written: Written, sheet: int, row: int, column: int) -> None:
    shape = {"type": "cell", "criteria": ">=", "value": 0, "format": book.add_format({"num_format": ";;;"})}
    written.pages[sheet].write_number(row, column, 77, written.cell)
    written.pages[sheet].conditional_format(row, column, row, column, shape)


@pytest.mark.parametrize(
    "change", [struck, white, partly_struck, raised, long_decimals, narrow, repainted], ids=lambda one: one.__name__
)
def test_a_figure_that_is_shown_otherwise_than_it_is_stored_is_illegible(change: Trap) -> None:
    report = read(Written(sample(), then=trap(change)).body)
    assert cells(report)[CELL] == (None, "illegible")
    assert {one.code for one in report.problems} == {"cell_illegible"}
    assert_exact(report, sample().figures, but=(CELL,))


def test_noughts_that_a_sheet_does_not_show_are_illegible() -> None:
    written = Written(sample(2021), then=lambda book, one: one.pages[0].hide_zero())
    for name, (value, state) in cells(read(written.body)).items():
        assert (value, state) == ((None, "illegible") if sample(2021).figures[name] == 0 else (value, "number"))


def test_the_pronunciation_of_a_label_is_no_part_of_it() -> None:
    body = changed(
        Written(sample()).body,
        "xl/sharedStrings.xml",
        lambda text: re.sub(r"<si><t([^>]*)>([^<]+)</t>", r'<si><t\1>\2</t><rPh sb="0" eb="1"><t>9</t></rPh>', text),
    )
    assert_exact(read(body), sample().figures)


def test_a_hidden_row_or_column_is_left_out_and_said() -> None:
    def hide(book: Any, written: Written) -> None:
        sheet, row, _ = written.places[CELL]
        written.pages[sheet].set_row(row, None, None, {"hidden": True})

    report = read(Written(sample(), then=hide).body)
    assert cells(report)[CELL] == (None, "missing")
    assert {one.code for one in report.problems} >= {"row_missing", "part_unread"}

    def hide_column(book: Any, written: Written) -> None:
        sheet, _, column = written.places[CELL]
        written.pages[sheet].set_column(column, column, None, None, {"hidden": True})

    report = read(Written(sample(), then=hide_column).body)
    stated = {name: value for name, (value, _) in cells(report).items() if value is not None}
    assert stated.items() <= sample().figures.items()
    assert report.problems


def test_a_hidden_sheet_is_no_part_of_the_report() -> None:
    def more(book: Any, written: Written) -> None:
        page = book.add_worksheet("旧")
        page.write_string(0, 0, "一、本年新收政府信息公开申请数量")
        page.write_number(0, 1, 99)
        page.hide()

    assert_exact(read(Written(sample(), then=more).body), sample().figures)


def test_what_lies_below_a_merged_cell_is_not_shown() -> None:
    def below(text: str) -> str:
        return re.sub(r'(<c r="B3"[^>]*)/>', r"\1><v>99</v></c>", text)

    body = changed(Written(sample()).body, "xl/worksheets/sheet1.xml", below)
    assert_exact(read(body), sample().figures)


def test_several_reports_in_one_workbook_are_told_apart() -> None:
    first, second = Written(sample(2021)), Written(sample(2024))
    body = joined(first.body, second.body)
    assert refused(body) == "several_reports"


def joined(first: bytes, second: bytes) -> bytes:
    """The first workbook with the second one's first sheet added to it, its strings inside its cells."""
    with zipfile.ZipFile(io.BytesIO(second)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        strings = re.findall(r"<si>(.*?)</si>", package.read("xl/sharedStrings.xml").decode(), re.S)
    sheet = re.sub(
        r'<c r="(\w+)"[^>]*? t="s"><v>(\d+)</v></c>',
        lambda found: f'<c r="{found[1]}" t="inlineStr"><is>{strings[int(found[2])]}</is></c>',
        re.sub(r' s="\d+"', "", sheet),
    )
    body = changed(
        first,
        "xl/workbook.xml",
        lambda text: text.replace("</sheets>", '<sheet name="另" sheetId="9" r:id="rId99"/></sheets>'),
    )
    body = changed(
        body,
        "xl/_rels/workbook.xml.rels",
        lambda text: text.replace(
            "</Relationships>",
            '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet99.xml"/></Relationships>',
        ),
    )
    target = io.BytesIO(body)
    with zipfile.ZipFile(target, "a") as package:
        package.writestr("xl/worksheets/sheet99.xml", sheet)
    return target.getvalue()


def test_the_places_of_cells_may_go_without_saying() -> None:
    """Some programs write no names of cells: they stand in order."""
    figures = {name: row for name, (_, row, _) in Written(sample(), framed=True).places.items()}
    body = changed(
        Written(sample()).body,
        "xl/worksheets/sheet1.xml",
        lambda text: re.sub(r'<c r="[A-J]\d+"', "<c", re.sub(r'<row r="\d+"', "<row", text)),
    )
    report = read(body)
    stated = {name: value for name, (value, _) in cells(report).items() if value is not None}
    assert figures.keys() >= stated.keys()
    assert stated.items() <= sample().figures.items()


# ---------------------------------------------------------------- other formats, by LibreOffice

FORMATS = {"xls": "xls:MS Excel 97", "ods": "ods"}


def soffice() -> str:
    program = shutil.which("soffice")
    if program is None:
        assert not os.environ.get("CI"), "LibreOffice is not installed"
        pytest.skip("LibreOffice is not installed")
    return program


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], bytes]:
    """Workbooks by LibreOffice, all of them at once: by their names and formats."""
    program, folder = soffice(), tmp_path_factory.mktemp("office")
    for name, body in originals().items():
        (folder / f"{name}.xlsx").write_bytes(body)
    for kind in FORMATS.values():
        subprocess.run(
            [
                *(program, f"-env:UserInstallation={folder.as_uri()}/profile", "--headless", "--convert-to", kind),
                *("--outdir", str(folder), *map(str, sorted(folder.glob("*.xlsx")))),
            ],
            check=True,
            capture_output=True,
            timeout=300,
        )
    return lambda name, kind: (folder / f"{name}.{kind}").read_bytes()


IN_OTHERS: dict[str, Trap] = {
    "T3[other.other,business]": struck,
    "T3[other.other,research]": white,
    "T3[other.other,social]": partly_struck,
    "T3[other.other,other]": raised,
    "T3[other.other,total]": wrong,
}
HIDDEN_ROW = "not_processed.complaint"


@cache
def originals() -> dict[str, bytes]:
    write, formats, _ = every_format()

    def then(book: Any, written: Written) -> None:
        for name, change in IN_OTHERS.items():
            trap(change, name)(book, written)
        sheet, row, _ = written.places[f"T3[{HIDDEN_ROW},total]"]
        written.pages[sheet].set_row(row, None, None, {"hidden": True})

    return {
        **{f"y{year}": Written(sample(year), sheets=3 if year % 2 else 1).body for year in (2019, 2024)},
        "traps": Written(sample(), write=write, formats=formats, then=then).body,
    }


@pytest.mark.parametrize("kind", FORMATS)
def test_other_formats_are_read_exactly_and_twice(kind: str, converted: Callable[[str, str], bytes]) -> None:
    for year in (2019, 2024):
        report = read(converted(f"y{year}", kind), f"年报.{kind}")
        assert_exact(report, sample(year).figures)
        assert report.agreed == len(sample(year).figures)
        assert report.status == "complete"


@pytest.mark.parametrize("kind", FORMATS)
def test_other_formats_state_numbers_as_they_are_shown(kind: str, converted: Callable[[str, str], bytes]) -> None:
    _, formats, expected = every_format()
    report = read(converted("traps", kind))
    read_cells = cells(report)
    for name, one in expected.items():
        # The program that wrote it shows all digits of a long number, and says in the file that it does.
        shown = value if (value := read_cells[name][0]) == 123456789012345 and kind == "ods" else one
        assert value == (None if isinstance(shown, str) else shown), (name, formats[name], read_cells[name])
    assert report.differed == 0
    assert {read_cells[name] for name in IN_OTHERS} == {(None, "illegible")}
    hidden = [name for name in read_cells if name.startswith(f"T3[{HIDDEN_ROW},")]
    assert {read_cells[name] for name in hidden} == {(None, "missing")}
    assert_exact(report, sample().figures, but=(*expected, *IN_OTHERS, *hidden))


@pytest.mark.parametrize("kind", FORMATS)
def test_the_bytes_decide_and_not_the_name(kind: str, converted: Callable[[str, str], bytes]) -> None:
    for name in ("年报.doc", "年报.et", "download.jsp?id=1", "年报.xlsx"):
        assert_exact(read(converted("y2024", kind), name), sample().figures)


@pytest.mark.parametrize("kind", ["xlsx", *FORMATS])
def test_a_damaged_workbook_is_one_problem(kind: str, request: pytest.FixtureRequest) -> None:
    body = originals()["y2024"] if kind == "xlsx" else request.getfixturevalue("converted")("y2024", kind)
    for part in (0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
        result = read_report(body[: int(len(body) * part)], f"年报.{kind}")
        if isinstance(result, Report):  # what is gone is not of the sheets
            assert_exact(result, sample().figures)
        else:
            assert result.code in ("damaged_file", "unsupported_format", "not_a_report")


def test_a_page_with_the_name_of_a_workbook_is_read_as_a_page() -> None:
    assert_exact(read(sample().html().encode(), "年报.xls"), sample().figures)


def test_a_bomb_is_one_problem() -> None:
    body = changed(Written(sample()).body, "xl/sharedStrings.xml", lambda text: text + " " * (20 << 20))
    assert refused(body) == "too_large"


def test_foreign_entities_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("泄密")
    body = changed(
        Written(sample()).body,
        "xl/sharedStrings.xml",
        lambda text: text.replace(
            "<sst", f'<!DOCTYPE sst [<!ENTITY e SYSTEM "{(tmp_path / "secret").as_uri()}">]><sst', 1
        ).replace("自然人", "&e;"),
    )
    result = read_report(body, "年报.xlsx")
    assert "泄密" not in str(result)


def test_a_protected_workbook_is_one_problem() -> None:
    body = bytearray(Written(sample()).body)
    for at in [found.start() for found in re.finditer(b"PK\x01\x02", body)]:
        body[at + 8] |= 1
    assert refused(bytes(body)) == "encrypted"
    for name in ("年报.xlsx", "年报.docx"):
        assert refused(ole(b"\0" * 9000, "EncryptedPackage"), name) == "encrypted"


def test_records_of_old_workbooks_may_be_wrong_and_cost_one_problem() -> None:
    for stream in (b"", b"\xff" * 9000, bytes(range(256)) * 40, b"\x09\x08\x10\x00" + b"\0" * 5000):
        assert refused(ole(stream), "年报.xls") in ("damaged_file", "no_text")
