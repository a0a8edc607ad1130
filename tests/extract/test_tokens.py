"""The second reading of pages and of Word documents: the same cells in the same places, by another way."""

from collections.abc import Sequence
from typing import Literal

import pytest

from extract.content import DOUBT, Content, Grid
from extract.model import Report
from extract.parse import parse
from extract.readers import Unreadable, read
from extract.readers._html_tokens import tables_of
from extract.second_reading import read_again
from monitor.samples import SampleReport, make_history
from tests.extract import word_files as word

REPORTS = [
    *make_history(3, "青石市财政局", [2020, 2023]),
    *make_history(3, "青石市财政局", [2022], form="2021+2019"),
]
DRAWN_OTHERWISE = frozenset({"merged as of old"})  # what goes on beside one that goes on below has no column for sure
DATA = "<tr><td>甲</td><td>1</td><td>2</td><td>3</td></tr>"


def grids(content: Content) -> list[Grid]:
    return [block for block in content.blocks if isinstance(block, Grid)]


def both(markup: str) -> tuple[list[Grid], list[Grid]]:
    """The tables of a page by its tree, and by its tags."""
    content = read(f"<html><body><p>某某年度报告</p>{markup}</body></html>".encode(), "a.html")
    assert content.second is not None
    return grids(content), grids(content.second.read())


def texts(grid: Grid) -> list[Sequence[str]]:
    return [row.texts for row in grid.rows]


@pytest.mark.parametrize("style", ["word", "plain"])
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: f"{report.form}-{report.year}")
def test_a_page_has_the_same_grids_both_ways(report: SampleReport, style: Literal["word", "plain"]) -> None:
    body = report.html(style).encode()
    content = read(body, "a.html")
    assert content.second is not None
    assert grids(content.second.read()) == grids(content)
    for charset in ("gb18030", "utf-16", "utf-8-sig"):
        again = read(body.decode().replace("utf-8", charset.removesuffix("-sig")).encode(charset), "a.html").second
        assert again is not None
        assert grids(again.read()) == grids(content), charset


@pytest.mark.parametrize("style", word.STYLES)
@pytest.mark.parametrize("report", REPORTS[:3], ids=lambda report: f"{report.form}-{report.year}")
def test_a_word_document_reads_the_same_both_ways(report: SampleReport, style: str) -> None:
    content = read(word.report_docx(report, word.STYLES[style]), "a.docx")
    assert content.second is not None
    found = read_again(read_of(content), content)
    assert (found.ways, found.differed, found.once) == (("grid", "tokens"), 0, ())
    if style not in DRAWN_OTHERWISE:
        figured = [grid.rows for grid in grids(content) if len(grid.rows) > 3]
        theirs = {grid.rows for grid in grids(content.second.read())}
        assert len(figured) == 3
        assert all(rows in theirs for rows in figured)


def read_of(content: Content) -> Report:
    report = parse(content)
    assert isinstance(report, Report)
    return report


@pytest.mark.parametrize(
    "markup",
    [
        f"<table>{DATA * 3}</table>",
        f"<TABLE border=1>{DATA.upper() * 3}</TABLE>",
        "<table>" + "<tr><td>甲<td>1<td>2<td>3" * 3 + "</table>",
        f"<table><thead>{DATA}</thead><tbody>{DATA}{DATA}</tbody></table>",
        f"<table><tbody><tr><td rowspan=0>甲</td><td>1</td><td>2</td><td>3</td></tr>{DATA}</tbody><tbody>{DATA}</tbody>"
        "</table>",
        f"<table><tr><td rowspan='9' colspan='2'>甲</td><td>1</td><td>2</td><td>3</td></tr>{DATA}{DATA}</table>",
        f'<table><tr><td COLSPAN = "2;">甲</td><td>1</td><td rowspan=2>2</td><td>3</td></tr>{DATA}{DATA}</table>',
        f"<table>{DATA.replace('1', '<!-- 9 <td>8</td> -->1')}{DATA}{DATA}</table>",
        f"<table>{DATA.replace('1', '<p><span>1</span><b>7</b></p>')}{DATA}{DATA}</table>",
        f"<table>{DATA.replace('1', '1<br>7')}{DATA.replace('2', '&nbsp;&#50;&#x200b;')}{DATA}</table>",
        f"<table>{DATA.replace('1', '<o:p>&nbsp;</o:p>')}{DATA.replace('1', '')}{DATA}</table>",
        f"<table>{DATA.replace('1', '&lt;5')}{DATA}{DATA}</table>",
        f"<table>{DATA}<!--[if gte mso 9]>{DATA}<![endif]-->{DATA}{DATA}</table>",
        f"<table>{DATA}<script>document.write('<tr><td>9</td></tr>')</script>{DATA}{DATA}</table>",
        f"<style>table td {{ color: red }}</style><table>{DATA}{DATA}{DATA}</table><script>'<table>'</script>",
        f"<table>{DATA * 2}</table><p>中间</p><table>{DATA * 3}</table>",
    ],
)
def test_however_a_table_is_written_its_cells_are_the_same(markup: str) -> None:
    tree, tags = both(markup)
    assert tree
    assert tags[: len(tree)] == tree


def test_a_table_in_a_cell_is_one_of_its_own() -> None:
    inner = f"<table>{DATA * 3}</table>"
    tree, tags = both(f"<table><tr><td>框</td><td>{inner}</td></tr><tr><td>尾</td><td>{inner}</td></tr></table>")
    assert [texts(grid) for grid in tree] == [[("甲", "1", "2", "3")] * 3] * 2
    assert all(grid in tags for grid in tree)
    assert max(len(text) for grid in tags for row in grid.rows for text in row.texts) == 1


def test_what_is_no_plain_text_has_no_second_opinion() -> None:
    for inside in ("<select><option>5</select>", "<script>w(5)</script>", '<b title="a>5">6</b>', "<svg><text>5</svg>"):
        _, [tags] = both(f"<table>{DATA.replace('1', inside)}{DATA}{DATA}</table>")
        assert DOUBT in tags.rows[0].texts[1]
        assert texts(tags)[1] == ("甲", "1", "2", "3")


def test_spans_beyond_all_measure_are_refused() -> None:
    body = "<table>" + "<tr><td rowspan=60000 colspan=1000>1</td></tr>" * 1500 + "</table>"
    with pytest.raises(Unreadable):
        tables_of(body.encode())
    assert grids(tables_of(b"<table><tr><td>1")) == grids(tables_of(b"<table><tr><td>1</td></tr></table>"))
    assert tables_of(b"<p>no table</p></table>").blocks == ()


def test_changes_are_taken_as_accepted_by_both_ways() -> None:
    rows = [
        word.row(word.cell(word.paragraph(word.run("甲"))), *(word.cell(word.paragraph(word.run(n))) for n in "123"))
        for _ in range(4)
    ]
    rows[1] = rows[1].replace("<w:tr>", "<w:tr><w:trPr><w:del w:id='1' w:author='a'/></w:trPr>", 1)
    rows[2] = rows[2].replace(
        word.run("1"), f"<w:del w:id='2' w:author='a'>{word.run('9')}</w:del><w:ins w:id='3'>{word.run('7')}</w:ins>"
    )
    content = read(word.docx(word.table(*rows)), "a.docx")
    assert content.second is not None
    assert [texts(grid) for grid in grids(content)] == [[("甲", *"123"), ("甲", *"723"), ("甲", *"123")]]
    assert grids(content.second.read()) == grids(content)
