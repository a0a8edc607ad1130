"""OFD pages are told like those of a PDF: rows cut by the page, frames, no rules at all; what is doubtful there is here."""

from collections import Counter

import pytest

from bench._judge import judged, tally
from bench._papers import Paper
from bench._traps import TASTES, drawing
from bench._traps.sheets import Taste, pages_of
from bench._traps.wording import Wording, as_made, grouped, shifted, torn
from extract.model import Report
from extract.reading import read_report
from tests.extract.test_ofd import CELL, SIZE, Pages, figure
from tests.extract.test_workbooks import cells, read, sample

CUT = Taste(cut=True)


def reading(taste: Taste, wording: Wording) -> Counter[str]:
    report = sample(2023)
    draft = wording(report)
    paper = Paper(report, "ofd", "", "a.ofd", drawing.ofd(pages_of(draft, taste)), draft.figures)
    result = read_report(paper.body, paper.name)
    assert isinstance(result, Report)
    count, wrong = tally(judged(paper, result))
    assert not wrong
    return count


@pytest.mark.parametrize("taste", sorted(TASTES.keys() - {"bare"}))
@pytest.mark.parametrize("wording", [as_made, shifted, torn, grouped])
def test_pages_with_rules_are_read_exactly_wherever_the_page_cuts_them(taste: str, wording: Wording) -> None:
    assert not reading(TASTES[taste], wording)["unread"]


def test_pages_without_rules_are_read_but_for_a_label_over_several_lines() -> None:
    assert reading(TASTES["bare"], as_made)["unread"] <= 7


def test_an_ofd_is_read_twice() -> None:
    draft = as_made(sample(2023))
    report = read_report(drawing.ofd(pages_of(draft, CUT)), "a.ofd")
    assert isinstance(report, Report)
    assert report.ways == ("boxes", "stream")
    assert report.agreed > 60


def shape(inside: str, *, more: str = "") -> str:
    return (
        f'<ofd:PathObject ID="990001" Boundary="{{x}} {{y}} 8 4"{more}><ofd:AbbreviatedData>{inside}'
        "</ofd:AbbreviatedData></ofd:PathObject>"
    )


BOX = "M 0 0 L 8 0 L 8 4 L 0 4 C"
DOUBTFUL = {
    "covered": figure() + shape(BOX, more=' Fill="true"'),
    "struck": figure() + shape(f"M 0 {0.65 * SIZE} L {SIZE} {0.65 * SIZE}"),
    "of two colors": figure("7") + figure("8", inside='<ofd:FillColor Value="255 0 0"/>').replace('X="0"', 'X="1.2"'),
    "with a note below": figure("7") + figure("8").replace('X="0"', 'X="1.2"').replace('Size="{size}"', 'Size="1.6"'),
    "printed over another": figure("78") + figure("3").replace('X="0"', 'X="0.6"'),
    "drawn by curves": shape("M 1 1 B 2 2 3 3 1 4", more=' Fill="true"'),
    "set far apart": figure("78", delta=' DeltaX="4"'),
    "set nobody knows how": figure("7 8"),
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_a_figure_that_one_may_see_otherwise_is_not_stated(name: str) -> None:
    report = read(Pages(sample(), change={CELL: DOUBTFUL[name]}).body, "年报.ofd")
    assert cells(report)[CELL][0] is None
    assert cells(report)[CELL][1] in ("illegible", "text", "ambiguous")


SURE = {
    "on a ground": shape(BOX, more=' Fill="true"') + figure("78"),
    "by steps that repeat": figure("178", delta=' DeltaX="g 2 1.2"'),
    "in a unit of its own": figure("78", delta=' DeltaX="12"', more=' CTM="0.1 0 0 0.1 0 0"')
    .replace('Size="{size}"', 'Size="24"')
    .replace('Y="{size}"', 'Y="24"'),
}


@pytest.mark.parametrize("name", SURE)
def test_a_figure_is_stated_however_it_is_set(name: str) -> None:
    report = read(Pages(sample(), change={CELL: SURE[name]}).body, "年报.ofd")
    assert cells(report)[CELL] == (178 if "178" in SURE[name] else 78, "number")
