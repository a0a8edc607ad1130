"""A document read twice: where both ways agree the figure is the publisher's, where they differ nobody states one."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from extract import readers as readers_module
from extract.content import Content, Grid, Second, plain_row
from extract.model import Report
from extract.parse import parse
from extract.place import PageBox, SheetCell, read_place, row_place
from extract.places import with_own_places
from extract.readers import read
from extract.readers._unreadable import refuse
from extract.second_reading import read_again
from extract.store.load import load_reports
from extract.store.write import Reading, save
from monitor.samples import make_history
from monitor.words.report import WAYS, twice_words
from tests.extract.test_store import db as db

WAYS_NAMED = re.compile(r'Second\(\("(\w+)", "(\w+)"\)')
NOW = datetime(2026, 2, 1, tzinfo=UTC)
BODY = make_history(7, "示例县财政局", [2023], dense=True)[0].html().encode()
CONTENT = read(BODY, "page.html")


def report(content: Content) -> Report:
    result = parse(content)
    assert isinstance(result, Report)
    return result


def with_other_figure() -> Content:
    """The same content, the first figure of its last row being another one."""
    *_, last = [block for block in CONTENT.blocks if isinstance(block, Grid)]
    at = next(at for at, text in enumerate(last.rows[-1].texts) if text.isdigit())
    texts = list(last.rows[-1].texts)
    texts[at] = str(int(texts[at]) + 1)
    wrong = replace(last, rows=(*last.rows[:-1], last.rows[-1]._replace(texts=tuple(texts))))
    return replace(CONTENT, blocks=tuple(wrong if block is last else block for block in CONTENT.blocks))


def test_what_both_ways_give_is_stated_and_counted() -> None:
    once = report(CONTENT)
    twice = read_again(once, replace(CONTENT, second=Second(("boxes", "stream"), lambda: CONTENT)))
    assert twice.rows == once.rows
    assert (twice.ways, twice.differed) == (("boxes", "stream"), 0)
    assert twice.agreed == sum(value is not None for row in once.rows for value in row.values) > 150


def test_what_the_two_differ_on_is_stated_by_nobody_and_told() -> None:
    once = report(CONTENT)
    twice = read_again(once, replace(CONTENT, second=Second(("boxes", "stream"), with_other_figure)))
    [problem] = [one for one in twice.problems if one.code == "readings_differ"]
    assert problem.where.startswith("T4[")
    ambiguous = [(row, at) for row in twice.rows for at, state in enumerate(row.states) if state == "ambiguous"]
    [(row, at)] = ambiguous
    assert row.values[at] is None
    assert row.raws[at]
    assert (twice.differed, twice.doubt) == (1, "not_whole")


def test_a_second_way_that_reads_nothing_says_nothing() -> None:
    def nothing() -> Content:
        raise refuse("no_text", "没有文字")

    once = report(CONTENT)
    for read_it in (nothing, lambda: Content(("没有表格",))):
        assert read_again(once, replace(CONTENT, second=Second(("boxes", "stream"), read_it))) == once


def test_the_places_that_a_reader_gives_are_those_of_the_figures() -> None:
    row = plain_row(("1.通过国家保密审查", *"1234567"))
    boxes = tuple(PageBox(2, 50 * at, 100, 50 * at + 40, 120) for at in range(8))
    content = Content((Grid((row,), places=(boxes,)),))
    once = report(CONTENT)
    columns = ",".join(str(at + 1) for at in range(len(once.rows[0].members)))
    placed = replace(once, rows=(once.rows[0]._replace(place=f"g0 r0 c{columns}"),))
    [told] = with_own_places(placed, content).rows
    assert told.places == boxes[1 : len(told.members) + 1]
    somewhere = replace(once, rows=(once.rows[0]._replace(place="g0 r0"),))
    [told] = with_own_places(somewhere, content).rows
    assert set(told.places) == {PageBox(2, 0, 100, 390, 120)}
    assert with_own_places(once, CONTENT) is once


def test_boxes_and_cells_of_sheets_are_written_and_read_back() -> None:
    for place in (PageBox(1, 0, 1, 22, 333), SheetCell(2, 5, 2), SheetCell(1, 14, 27), SheetCell(1, 1, 703)):
        assert read_place(str(place)) == place
    assert str(SheetCell(1, 14, 28)) == "sheet 1 AB14"
    cells = [PageBox(1, 72, 10, 90, 20), PageBox(1, 95, 10, 110, 20)]
    assert row_place(cells) == "page 1 box 72-10-90-20,95-10-110-20"


def test_how_a_document_was_read_comes_back_with_it(db: Database) -> None:
    twice = read_again(report(CONTENT), replace(CONTENT, second=Second(("boxes", "stream"), with_other_figure)))
    save(db, [Reading("a" * 64, "http://127.0.0.1/a.pdf", twice, "2024-01-20T00:00:00Z")], "1", NOW)
    [stored] = load_reports(db, db.execute("select code from agencies").fetchone()[0])
    assert (stored.report.ways, stored.report.agreed, stored.report.differed) == (twice.ways, twice.agreed, 1)
    assert [row.values for row in stored.report.rows] == [row.values for row in twice.rows]
    assert "两遍，按方框位置和按文字次序：" in twice_words(stored.report)
    assert "1 differ" in twice_words(stored.report, "en")


def test_every_way_that_a_reader_names_has_its_words() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (Path(readers_module.__file__).parent).rglob("*.py")]
    named = {way for text in sources for found in WAYS_NAMED.findall(text) for way in found}
    assert named
    assert named | {"xml", "records", "calamine"} == set(WAYS)
