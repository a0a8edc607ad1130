"""Word documents: what a person sees in them is read, all changes accepted; what is not sure is no figure."""

import zipfile
from io import BytesIO

import pytest

from extract.content import Content, Grid
from extract.form.numbers import read_figure
from extract.model import Report, cell_name
from extract.readers import read
from extract.run import read_report
from monitor.samples import SampleReport, make_history
from tests.extract import word_files as word
from tests.extract.word_files import cell, docx, plain, row, table

SEEDS = (1,)
REPORTS = [
    report
    for seed in SEEDS
    for report in (
        *make_history(seed, "青石市财政局", [2020, 2023], dense=seed == 1),
        *make_history(seed, "青石市财政局", [2022], form="2021+2019", dense=seed == 1),
    )
]
named = [f"{report.form}-{report.seed}" for report in REPORTS]


def content(body: str) -> Content:
    return read(docx(body), "a.docx")


def misread(report: SampleReport, body: bytes, name: str = "a.docx") -> dict[str, object]:
    """What a document states otherwise than it prints."""
    found = read_report(body, name)
    assert isinstance(found, Report), found
    assert (found.title, found.agency_name, found.year) == (report.title, report.agency, report.year)
    assert [one.number for one in found.sections if one.number] == [1, 2, 3, 4, 5, 6]
    assert not found.problems
    cells = {
        cell_name(one.table, one.code, member): (raw, state)
        for one in found.rows
        for member, raw, state in zip(one.members, one.raws, one.states, strict=True)
    }
    return {
        name: (report.printed(name), cells.get(name))
        for name in report.cells
        if cells.get(name) not in ((report.printed(name), "number"), ("", "blank"), (None, "blank"))
        or (cells[name][0] or "") != report.printed(name)
    }


@pytest.mark.parametrize("style", word.STYLES)
@pytest.mark.parametrize("report", REPORTS, ids=named)
def test_every_figure_is_read_however_the_tables_are_drawn(report: SampleReport, style: str) -> None:
    assert misread(report, word.report_docx(report, word.STYLES[style])) == {}


@pytest.mark.parametrize(("numbered", "split"), [(True, False), (False, True)])
def test_headings_numbered_by_a_list_and_a_table_for_each_block(numbered: bool, split: bool) -> None:
    body = word.report_docx(REPORTS[0], word.merged, numbered=numbered, split=split)
    assert misread(REPORTS[0], body) == {}


def test_what_python_docx_writes() -> None:
    assert misread(REPORTS[1], word.by_python_docx(REPORTS[1])) == {}


def test_the_same_document_as_one_flat_file_and_in_the_strict_names() -> None:
    body = word.report_docx(REPORTS[0], word.merged)
    with zipfile.ZipFile(BytesIO(body)) as package:
        document = package.read("word/document.xml").decode()
    part = (
        '<pkg:part pkg:name="/word/document.xml"><pkg:xmlData>'
        + document.partition("?>")[2]
        + "</pkg:xmlData></pkg:part>"
    )
    flat = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package '
        f'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{part}</pkg:package>'
    )
    assert misread(REPORTS[0], flat.encode(), "a.doc") == {}
    strict = document.replace(word.W, "http://purl.oclc.org/ooxml/wordprocessingml/main")
    assert misread(REPORTS[0], docx("", more={"word/document.xml": strict})) == {}


def test_a_main_part_of_another_name() -> None:
    relation = word.relation("officeDocument", "/word/document2.xml")
    more = {"_rels/.rels": word.RELATIONS.format(relation), "word/document2.xml": word.document_xml(plain("第二份"))}
    assert read(docx(plain("第一份"), more=more), "a").blocks == ("第二份",)


def test_cells_hidden_under_merged_ones_are_no_figures() -> None:
    over, under = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    tail = [cell(plain("1"))] * 3
    rows = [
        row(cell(plain("甲")), cell(plain("12"), over), *tail),
        row(cell(plain("乙")), cell(plain("5"), under), *tail),
    ]
    (grid,) = content(table(*rows)).blocks
    assert isinstance(grid, Grid)
    assert read_figure(grid.rows[0].texts[1]).value is None
    assert grid.rows[0].rowspans[1] == 2
    same = [rows[0], row(cell(plain("乙")), cell(plain("12"), under), *tail)]
    (grid,) = content(table(*same)).blocks
    assert isinstance(grid, Grid)
    assert read_figure(grid.rows[0].texts[1]).value == 12


def test_rows_that_begin_further_right_and_cells_that_go_on_from_nothing() -> None:
    tail = [cell(plain(str(at))) for at in range(4)]
    first = row(*tail, look='<w:gridBefore w:val="2"/>')
    second = row(cell(plain("乙"), "<w:vMerge/>"), cell(plain("丙"), '<w:gridSpan w:val="0"/>'), *tail)
    (grid,) = content(table(first, second)).blocks
    assert isinstance(grid, Grid)
    assert grid.rows[0].columns == (0, 2, 3, 4, 5)
    assert grid.rows[1].texts == ("乙", "丙", "0", "1", "2", "3")


def test_hidden_rows_are_no_figures() -> None:
    for look in ("<w:hidden/>", '<w:trHeight w:val="1" w:hRule="exact"/>'):
        (grid,) = content(table(row(*[cell(plain("7"))] * 4, look=look), row(*[cell(plain("8"))] * 4))).blocks
        assert isinstance(grid, Grid)
        assert [read_figure(text).value for one in grid.rows for text in one.texts] == [None] * 4 + [8] * 4


def test_tables_in_cells_follow_the_table_around_them() -> None:
    inner = table(row(*(cell(plain(text)) for text in "甲123")))
    rows = [row(*(cell(plain(text)) for text in "乙4567")), row(cell(inner + plain("")), *[cell(plain("8"))] * 4)]
    outer, nested = content(table(*rows, row(*[cell(plain("9"))] * 5))).blocks
    assert isinstance(outer, Grid)
    assert isinstance(nested, Grid)
    assert (outer.rows[0].texts, nested.rows[0].texts) == (tuple("乙4567"), tuple("甲123"))
