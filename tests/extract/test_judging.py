"""The bench judges fairly: what a tool's tables give is found where labels meet, and nothing wrong passes for read."""

from collections import Counter

from bench._judge import judged, kind_of, tally
from bench._meeting import figures
from bench._papers import Paper, placed, text_of
from bench._traps.sheets import Taste, pages_of
from bench._traps.wording import WORDINGS, as_made
from extract.reading import read_report
from monitor.samples import SampleReport, make_history

[REPORT] = make_history(5, "示例县财政局", [2023], dense=True)
Rows = list[list[str]]


def _grids(report: SampleReport, *, repeated: bool) -> list[Rows]:
    """The tables as tools give them: a merged cell once, or in each place that it covers."""
    grids: list[Rows] = []
    for block in report.blocks(word=True):
        if isinstance(block, str):
            continue
        cells = placed(block)
        grid = [[""] * max(column + cell.colspan for _, column, cell in cells) for _ in block]
        for row, column, cell in cells:
            for down in range(cell.rowspan if repeated else 1):
                for right in range(cell.colspan if repeated else 1):
                    grid[row + down][column + right] = text_of(report, cell)
        grids.append(grid)
    return grids


def _truth(report: SampleReport) -> dict[str, str]:
    return {name: report.printed(name) for name in report.cells}


def test_every_figure_is_found_in_tables_that_are_whole() -> None:
    for repeated in (False, True):
        assert figures(_grids(REPORT, repeated=repeated)) == _truth(REPORT)


def test_pieces_of_a_table_that_lost_their_header_and_a_column_of_labels_are_found_too() -> None:
    two, three, four = _grids(REPORT, repeated=False)
    narrow = [row[1:] for row in three[12:-1]]
    assert figures([two, three[:12], narrow, three[-1:], four]) == _truth(REPORT)


def test_a_figure_in_the_wrong_column_is_no_figure_of_its_label() -> None:
    two, three, four = _grids(REPORT, repeated=False)
    moved = [row if at < 3 else [*row[:3], "5", *row[3:9]] for at, row in enumerate(three)]
    found = figures([two, moved, four])
    assert found["T3[received,business]"] == REPORT.printed("T3[received,natural_person]")


def test_a_figure_told_otherwise_or_as_blank_is_wrong_and_one_not_told_is_unread() -> None:
    assert kind_of("12", 12, "number", "12") == "exact"
    assert kind_of("１２", 12, "number", "１２") == "exact"
    assert kind_of("1,234", 1234, "number", "1,234") == "exact"
    assert kind_of("21", 21, "number", "12") == "wrong"
    assert kind_of("12", 21, "number", "12") == "wrong"
    assert kind_of("", None, "blank", "12") == "wrong"
    assert kind_of("0", 0, "number", "") == "wrong"
    assert kind_of("12", None, "ambiguous", "12") == kind_of("1 2", None, "text", "12") == "unread"
    assert kind_of("—", None, "dash", "—") == "exact"


def test_what_is_stated_of_a_paper_that_is_no_report_is_stated_wrongly() -> None:
    page = REPORT.html("plain").encode()
    paper = Paper(REPORT, "html", "no report", "a.html", page, {})
    _, wrong = tally(judged(paper, read_report(page, "a.html")))
    assert wrong


def test_each_wording_prints_all_figures_of_the_report_and_each_page_keeps_its_texts() -> None:
    for name, wording in WORDINGS.items():
        draft = wording(REPORT)
        cells = [cell.name for block in draft.body if not isinstance(block, str) for row in block for cell in row]
        assert sorted(filter(None, cells)) == sorted(REPORT.cells), name
    draft = as_made(REPORT)
    for taste in (Taste(), Taste(cut=True), Taste(framed=True, cut=True), Taste(narrow=True, cut=True)):
        printed = Counter(sign for page in pages_of(draft, taste) for one in page.texts for sign in one.text)
        rows = [row for block in draft.body if not isinstance(block, str) for row in block]
        wanted = Counter(sign for row in rows for cell in row for sign in text_of(draft, cell))
        assert wanted <= printed, taste
