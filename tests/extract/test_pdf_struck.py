"""PDF: a figure that was struck, overprinted, or is not of one hand is nobody's; what only looks so is one still."""

from collections.abc import Callable, Mapping

import pytest
from reportlab.lib.pagesizes import A4

from bench._traps import drawing
from bench._traps.sheets import Page, Rule, Text
from extract.content import DOUBT, Grid
from extract.model import Report
from extract.readers import pdf
from extract.run import read_report
from tests.extract.pdf_pages import XS, YS, Small

CELL = "T2[government_rules,made]"
Draw = Callable[[Small], None]


def states(body: bytes) -> dict[str, tuple[str, str]]:
    report = read_report(body, "年报.pdf")
    assert isinstance(report, Report), report
    return {
        f"{row.table}[{row.code},{member}]": (raw or "", state)
        for row in report.rows
        for member, raw, state in zip(row.members, row.raws, row.states, strict=True)
    }


def _line(page: Small, left: float, right: float, y: float, width: float = 0.6) -> None:
    page.canvas.setLineWidth(width)
    page.canvas.line(left, A4[1] - y, right, A4[1] - y)
    page.canvas.setLineWidth(1)


def middle(page: Small) -> float:
    return page.at(0, 0)[1] - 3.4


def struck(page: Small) -> None:
    _line(page, page.at(0, 0)[0] - 1, page.at(0, 0)[0] + 6, middle(page))


def struck_from_border_to_border(page: Small) -> None:
    _line(page, XS[1], XS[2], middle(page))


def row_struck(page: Small) -> None:
    _line(page, XS[0], XS[2], middle(page))


def struck_thickly(page: Small) -> None:
    x, y = page.at(0, 0)
    page.canvas.rect(x - 1, A4[1] - y + 1.4, 8, 3.6, stroke=0, fill=1)


def deleted_beside(page: Small) -> None:
    x, y = page.at(0, 0)
    page.text(x + 5, y, "73")
    _line(page, x + 5, x + 15, middle(page))


def printed_over(page: Small) -> None:
    x, y = page.at(0, 0)
    page.text(x + 3, y, "73")


def in_red(page: Small) -> None:
    page.canvas.setFillColorRGB(1, 0, 0)
    page.text(page.at(0, 0)[0] + 5, page.at(0, 0)[1], "3")
    page.canvas.setFillGray(0)


def raised(page: Small) -> None:
    page.text(page.at(0, 0)[0] + 5, page.at(0, 0)[1] - 2, "3", 6)


def lowered(page: Small) -> None:
    page.text(page.at(0, 0)[0] + 5, page.at(0, 0)[1] + 1.5, "3", 6)


def smaller(page: Small) -> None:
    page.text(page.at(0, 0)[0] + 5, page.at(0, 0)[1], "3", 7)


def higher(page: Small) -> None:
    page.text(page.at(0, 0)[0] + 5, page.at(0, 0)[1] - 1.5, "3")


DOUBTFUL = (
    struck, struck_from_border_to_border, row_struck, struck_thickly, deleted_beside, printed_over,
    in_red, raised, lowered, smaller, higher,
)  # fmt: skip


@pytest.mark.parametrize("draw", DOUBTFUL)
def test_a_struck_or_corrected_figure_is_not_stated_and_not_called_blank(draw: Draw) -> None:
    page = Small()
    draw(page)
    found = states(page.done())
    assert found[CELL][1] in ("illegible", "ambiguous")
    assert found["T2[normative_documents,in_force]"] == ("66", "number")
    assert found["T2[normative_documents,made]"] == ("8", "number")


def test_a_struck_figure_in_a_narrow_cell_makes_no_row_of_its_own() -> None:
    page = Small(figures=("", "0", "11", "8", "26", "66"))
    x = XS[1] + 2.0
    while x < XS[2] - 6:  # as wide as its cell
        page.text(x, page.at(0, 0)[1], "7")
        x += 5
    struck_from_border_to_border(page)
    grid = next(block for block in pdf.read(page.done(), "").blocks if isinstance(block, Grid))
    assert [len(row.texts) for row in grid.rows] == [4, 4, 4]
    assert grid.rows[1].texts[1].endswith(DOUBT)


@pytest.mark.parametrize("by", [-2.5, 0.0, 2.5])
def test_a_rule_at_the_height_of_a_border_beside_it_strikes_as_well(by: float) -> None:
    page = Small()
    for x in (XS[2], XS[3]):  # the borders of rows that only other columns have
        _line(page, x, XS[-1], middle(page) + by)
    struck(page)
    assert states(page.done())[CELL][1] in ("illegible", "ambiguous", "missing")


def underlined(page: Small) -> None:
    _line(page, page.at(0, 0)[0] - 1, page.at(0, 0)[0] + 6, page.at(0, 0)[1] + 1.5)


def in_pieces(page: Small) -> None:
    page.text(page.at(0, 0)[0] + 5, page.at(0, 0)[1], "2")


def nearly_black(page: Small) -> None:
    page.canvas.setFillGray(0.03)
    in_pieces(page)
    page.canvas.setFillGray(0)


@pytest.mark.parametrize(("draw", "text"), [(underlined, "1"), (in_pieces, "12"), (nearly_black, "12")])
def test_what_only_looks_so_is_a_figure(draw: Draw, text: str) -> None:
    page = Small()
    draw(page)
    assert states(page.done())[CELL] == (text, "number")


def drawn_beside(page: Small) -> None:
    x, y = page.at(0, 0)[0], A4[1] - page.at(0, 0)[1]
    page.canvas.bezier(x + 7, y, x + 11, y + 8, x + 4, y + 8, x + 7, y)


def noted_over(page: Small) -> None:
    x, y = page.at(0, 0)[0], A4[1] - page.at(0, 0)[1]
    page.canvas.freeTextAnnotation("5", "/Helv 10 Tf 0 g", Rect=[x - 2, y - 2, x + 20, y + 14], relative=0)


@pytest.mark.parametrize("draw", [struck, struck_thickly, in_red, lowered, printed_over, drawn_beside, noted_over])
def test_the_same_holds_in_a_table_without_rules(draw: Draw) -> None:
    page = Small(ruled=False)
    assert states(page.done())[CELL] == ("1", "number")
    page = Small(ruled=False)
    draw(page)
    found = states(page.done())
    assert found[CELL][1] in ("illegible", "ambiguous", "missing")
    assert found["T2[normative_documents,in_force]"] == ("66", "number")


def _flat(signs: Mapping[str, tuple[int, int]], lines: tuple[tuple[float, float, str], ...]) -> bytes:
    """A page in a font that tells no height, as Chromium makes them: the box of a sign is that of its ink."""
    page = Page([Text(x, y, 10, text) for x, y, text in lines], [])
    for y in YS:
        page.rules.append(Rule(XS[0], y, XS[-1], y))
    for x in XS:
        page.rules.append(Rule(x, YS[0], x, YS[-1]))
    return drawing.type3([page], mapped=True, inks=signs)


LINES = (
    (100, 60, "示例县财政局2024年政府信息公开工作年度报告"),
    (80, 100, "一、总体情况"),
    *((XS[at] + 2, YS[0] + 18, text) for at, text in enumerate(("信息内容", "制发一", "废止—", "有效"))),
    *((XS[at] + 2, YS[1] + 18, text) for at, text in enumerate(("规章", "22.7067", "1,234", "-"))),
    *((XS[at] + 2, YS[2] + 18, text) for at, text in enumerate(("三安全一稳定", "8", "—", "0.5"))),
)
INKS = {"一": (380, 460), "—": (330, 400), "-": (250, 310), ".": (0, 110), ",": (-120, 110), "、": (-60, 120)}


def test_a_sign_of_one_flat_stroke_and_a_point_are_seen_in_a_font_that_tells_no_height() -> None:
    content = pdf.read(_flat(INKS, LINES), "")
    grid = next(block for block in content.blocks if isinstance(block, Grid))
    assert [row.texts for row in grid.rows] == [
        ("信息内容", "制发一", "废止—", "有效"),
        ("规章", "22.7067", "1,234", "-"),
        ("三安全一稳定", "8", "—", "0.5"),
    ]
    assert "一、总体情况" in content.blocks
