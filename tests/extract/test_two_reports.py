"""Files that hold more than one report, or a report and something else: told apart, and no figure of another year's."""

import io
from collections.abc import Sequence
from functools import lru_cache

import pypdfium2
import pytest
from pypdfium2 import raw
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from extract.content import Content, Grid, plain_row
from extract.model import Problem, Report, cell_name
from extract.parse import parse
from extract.run import read_report
from monitor.samples import SampleReport, make_history
from tests.extract.pdf_pages import font, printed

BODY, OTHER = "示例县财政局", "示例县教育局"


@lru_cache(maxsize=8)
def made(body: str, year: int) -> tuple[SampleReport, bytes]:
    report = make_history(len(body) + ord(body[3]) % 7, body, [year], dense=True)[0]
    return report, printed(report)


def page(lines: Sequence[str]) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setFont(font(), 12)
    for number, line in enumerate(lines):
        canvas.drawString(80, 780 - 24 * number, line)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def bound(*bodies: bytes) -> bytes:
    """The pages of all of them, one after the other."""
    with pypdfium2.PdfDocument.new() as found:
        for body in bodies:
            with pypdfium2.PdfDocument(body) as one:
                found.import_pages(one)
        out = io.BytesIO()
        found.save(out)
    return out.getvalue()


def beside(one: bytes, other: bytes) -> bytes:
    """The pages of both side by side, as a browser prints two of them on a sheet."""
    with (
        pypdfium2.PdfDocument(one) as left,
        pypdfium2.PdfDocument(other) as right,
        pypdfium2.PdfDocument.new() as turns,
    ):
        for at in range(max(len(left), len(right))):
            for side in (left, right):
                if at < len(side):
                    turns.import_pages(side, [at])
        with pypdfium2.PdfDocument(raw.FPDF_ImportNPagesToOne(turns.raw, 2 * A4[0], A4[1], 2, 1)) as sheets:
            out = io.BytesIO()
            sheets.save(out)
    return out.getvalue()


def refused(body: bytes) -> str:
    result = read_report(body, "年报.pdf")
    assert isinstance(result, Problem), result.title
    return result.code


def test_two_years_side_by_side_are_a_comparison() -> None:
    one, other = made(BODY, 2022)[1], made(BODY, 2023)[1]
    assert refused(beside(one, other)) == refused(beside(other, one)) == "several_reports"


def test_two_bodies_side_by_side_are_no_report_of_either() -> None:
    assert refused(beside(made(BODY, 2023)[1], made(OTHER, 2023)[1])) == "several_reports"


def test_two_reports_behind_a_covering_letter_are_several() -> None:
    letter = page(["关于报送政府信息公开工作年度报告的函", "现将我局近两年的年度报告随函报送。"])
    assert refused(bound(letter, made(BODY, 2022)[1], made(BODY, 2023)[1])) == "several_reports"


LETTER = (
    "关于报送2023年政府信息公开工作年度报告的函",
    "县人民政府办公室：",
    "现将我局年度报告随函报送，请审阅。",
    BODY,
)
FORWARDED = ("县政务公开办公室转发的通知", f"现将《{BODY}2023年政府信息公开工作年度报告》转发你们。", "2024年2月18日")
ANNEX = ("附件1", "2023年主动公开规范性文件目录", "示例县财政资金管理办法  示财〔2023〕1号")


@pytest.mark.parametrize(("before", "after"), [(LETTER, ANNEX), (FORWARDED, ()), ((), ANNEX)])
def test_a_report_is_read_behind_a_covering_letter_and_before_an_annex(
    before: Sequence[str], after: Sequence[str]
) -> None:
    sample, body = made(BODY, 2023)
    report = read_report(bound(*[page(before)][: len(before)], body, *[page(after)][: len(after)]), "年报.pdf")
    assert isinstance(report, Report)
    assert (report.agency_name, report.year) == (BODY, 2023)
    found = {
        cell_name(row.table, row.code, member): raw
        for row in report.rows
        for member, raw in zip(row.members, row.raws, strict=True)
    }
    assert found == {name: sample.printed(name) for name in sample.cells}


# --- other ways to print two years in one table, or two tables ----------------------------------------------------

TITLE = f"{BODY}2023年政府信息公开工作年度报告"
ROWS = (
    "本年新收政府信息公开申请数量",
    "上年结转政府信息公开申请数量",
    "（一）予以公开",
    "（七）总计",
    "结转下年度继续办理",
)


def table(start: int, *, heads: Sequence[str] = (), times: int = 1) -> Grid:
    rows = [plain_row((label, *(str(start + at) for at in range(7 * times)))) for label in ROWS]
    return Grid((*([plain_row(("", *heads))] if heads else []), *rows))


def of(*blocks: str | Grid) -> Report | Problem:
    return parse(Content((TITLE, "三、收到和处理政府信息公开申请情况", *blocks)))


@pytest.mark.parametrize(
    "blocks",
    [
        ("2022年", table(0), "2023年", table(20)),
        ("2022年度数据 2023年度数据", table(0), table(20)),
        ("2023年", table(0), "上年", table(0)),
        ("2022年度", table(0), "2023年度", table(0)),
        (table(0), table(20)),
        (table(0, heads=("2022年", "2023年"), times=2),),
        (table(0, heads=("2023年度", "上年度"), times=2),),
    ],
)
def test_a_table_that_is_there_for_two_years_is_a_comparison(blocks: Sequence[str | Grid]) -> None:
    result = of(*blocks)
    assert isinstance(result, Problem)
    assert result.code == "several_reports"


@pytest.mark.parametrize(
    "blocks",
    [
        (table(0),),
        (table(0), table(0)),  # printed twice
        ("2023年", table(0)),
        ("与上年相比，变化不大。", table(0)),
        (table(0), Grid((plain_row(("", "2022年", "2023年")), plain_row(("新收政府信息公开申请", "5", "0"))))),
    ],
)
def test_a_report_that_tells_of_the_year_before_as_well_is_one(blocks: Sequence[str | Grid]) -> None:
    assert isinstance(of(*blocks), Report)
