"""Places in the database: every figure's own in `facts` and `cells`, and older readings still show theirs."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.ground.data import DataDir, connect, create
from crawler.ground.schema import migrations as crawler_migrations
from extract.model import Report, cell_name
from extract.place import GridCell, TextSpan, join, read_place, row_place, split, split_sql
from extract.run import read_report
from extract.store.load import load_reports
from extract.store.schema import migrations as extract_migrations
from extract.store.write import save
from monitor.samples import make_history
from tests.extract import forms_printed as forms
from tests.extract.test_store import NOW, reading

ROWS = {
    "g1 r5 c3,4,5": ("g1 r5 c3", "g1 r5 c4", "g1 r5 c5"),
    "g1 r5 c3,3,3": ("g1 r5 c3", "g1 r5 c3", "g1 r5 c3"),
    "g0 r5 c0;g0 r6 c0;g0 r6 c1": ("g0 r5 c0", "g0 r6 c0", "g0 r6 c1"),
    "p12 s5-6,8-10,11-12": ("p12 s5-6", "p12 s8-10", "p12 s11-12"),
    "p12 s5-6;p13 s0-1;p13 s2-3": ("p12 s5-6", "p13 s0-1", "p13 s2-3"),
}
ONE_FOR_ALL = ("g0 r5", "g0 r5 c2", "p3 s4-5", "text", "")


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return connect(create(DataDir(tmp_path / "data")), (crawler_migrations, extract_migrations))


def in_sql(db: Database, place: str, at: int) -> object:
    return db.execute(f"select {split_sql('place', at)} from (select ? as place)", [place]).fetchone()[0]


def test_a_row_names_its_cells_in_order(db: Database) -> None:
    for place, cells in ROWS.items():
        assert split(place, len(cells)) == cells
        assert join(cells) == place
        known = [read_place(cell) for cell in cells]
        assert row_place(one for one in known if one) == place
        assert [in_sql(db, place, at) for at in range(len(cells))] == list(cells)
    for place in ONE_FOR_ALL:
        assert split(place, 3) == (place,) * 3
        assert [in_sql(db, place, at) for at in range(3)] == [place] * 3
    assert (read_place("g0 r5"), read_place("text"), read_place("")) == (GridCell(0, 5), None, None)
    assert read_place("p3 s4-5") == TextSpan(3, 4, 5)


def report(layout: str) -> Report:
    figures = forms.Figures()
    tables = forms.disclosure(figures), forms.applications(figures), forms.remedies(figures)
    if layout == "page":
        result = read_report(forms.page(*map(forms.html, tables)).encode(), "a.html")
    elif layout == "cell_lines":
        result = read_report(forms.text(*map(forms.cell_lines, tables)).encode(), "a.txt")
    elif layout == "running_text":
        body = ["".join(f"<p>{' '.join(cell.text for cell in row)}</p>" for row in table) for table in tables]
        result = read_report(forms.page(*body).encode(), "a.html")
    else:
        [sample] = make_history(3, "青石县水务局", [2023])
        names = ("T3[granted,total]", "T2[licenses,decisions]", "T4[reconsideration,upheld]")
        result = read_report(sample.with_cells(dict.fromkeys(names, "")).html().encode(), "a.html")
    assert isinstance(result, Report)
    return result


@pytest.mark.parametrize("layout", ["page", "cell_lines", "running_text", "blanks"])
def test_every_figure_has_its_own_place(db: Database, layout: str) -> None:
    result = report(layout)
    save(db, [reading("a", result)], "1", NOW)
    wanted = {
        cell_name(row.table, row.code, member): place
        for row in result.rows
        for member, place in zip(row.members, row.cell_places, strict=True)
    }
    facts = {
        cell_name(concept[:2], concept[3:], member): place
        for concept, member, place in db.execute("select concept, member, place from facts")
    }
    assert facts == wanted
    assert len(set(facts.values())) > 100
    cells = {
        cell_name(*names): place
        for *names, place in db.execute('select "table", row, member, place from cells where "table" like \'T_\'')
    }
    assert cells.items() <= wanted.items()
    assert bool(cells) == (layout == "blanks")
    [stored] = load_reports(db, "青石县水务局")
    assert [row.place for row in stored.report.rows] == [row.place for row in result.rows]
    assert [row.places for row in stored.report.rows] == [row.places for row in result.rows]


def test_an_older_reading_shows_its_places(db: Database) -> None:
    """Each figure of 表二 had the place of its row, and so had each cell; a table in running text had `text`."""
    result = report("blanks")
    save(db, [reading("a", result)], "1", NOW)
    for row in result.rows:
        if row.table == "T2":
            db.execute("update disclosure set place = ? where item = ?", [row.place, row.code])
        db.execute('update cells set place = ? where "table" = ? and row = ?', [row.place, row.table, row.code])
    [stored] = load_reports(db, "青石县水务局")
    assert stored.report.rows == result.rows
    for old in ("text", None):
        for table in ("disclosure", "applications", "remedies"):
            db.execute(f"update {table} set place = ?", [old])
        [stored] = load_reports(db, "青石县水务局")
        assert {row.place for row in stored.report.rows} == {old or ""}
        assert {place for row in stored.report.rows for place in row.places} == {None}
        assert {place for (place,) in db.execute("select place from facts")} == {old}
