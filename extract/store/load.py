"""SQLite → reports: what was stored comes back as it was read, a batch of agencies at a time."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from extract.content import Number, State
from extract.form.columns import columns_of
from extract.form.forms import MEMBERS, TRACK_MEMBERS
from extract.form.numbers import read_figure
from extract.model import Problem, Report, Row, Section
from extract.tables.rows import expected_rows, make_row

HEAD = (
    "id, document, url, first_seen, published_on, agency, agency_name, year, title, form_t2, form_t3, form_t4, "
    "period_from, period_to, spent, titled, altered"
)
WIDE = {
    "T3": ("applications", "disposition", MEMBERS),
    "T4": ("remedies", "track", TRACK_MEMBERS),
    "T3.subtotal": ("subtotals", "disposition", MEMBERS),
}
Cells = dict[str, tuple[str | None, State]]  # of one line, by member
NUMBER: State = "number"
PLAIN = (NUMBER,) * max(len(MEMBERS), len(TRACK_MEMBERS))


@dataclass(frozen=True, slots=True)
class StoredReport:
    """One stored report with its reading rebuilt. Instants and dates are ISO text."""

    id: int
    document: str
    url: str
    first_seen: str
    published_on: str | None
    agency: str
    agency_name: str
    year: int
    report: Report


def load_reports(db: Database, agency: str) -> list[StoredReport]:
    """The current reports of one agency, by year."""
    return list(iter_reports(db, [agency]))


def load_versions(db: Database, agency: str, year: int) -> list[StoredReport]:
    """Every kept reading of one agency and year, oldest first; the current one is the one `load_reports` gives."""
    return _load(
        db.conn, f"select {HEAD} from reports where agency = ? and year = ? order by first_seen, id", (agency, year)
    )


def iter_reports(db: Database, agencies: Sequence[str]) -> Iterator[StoredReport]:
    """The current reports of some agencies, by agency and year. Memory holds this batch only."""
    marks = ", ".join("?" * len(agencies))
    yield from _load(
        db.conn, f"select {HEAD} from current_reports where agency in ({marks}) order by agency, year", tuple(agencies)
    )


def _load(conn: sqlite3.Connection, query: str, values: tuple[object, ...]) -> list[StoredReport]:
    heads = conn.execute(query, values).fetchall()
    if not heads:
        return []
    batch = _Batch(conn, [head[0] for head in heads])
    return [
        StoredReport(head[0], head[1], head[2], head[3], head[4], head[5], head[6] or "", head[7], batch.report(head))
        for head in heads
    ]


class _Batch:
    """All child rows of some reports, one query per table."""

    def __init__(self, conn: sqlite3.Connection, ids: Sequence[int]) -> None:
        self.conn = conn
        self.ids = ", ".join(str(number) for number in ids)
        self.cells: dict[tuple[int, str, str], Cells] = {}
        for number, kind, line, member, raw, state in self._rows('report, "table", row, member, raw, state', "cells"):
            self.cells.setdefault((number, kind, line), {})[member] = (raw, state)
        self.rows: dict[tuple[int, str, str], Row] = {}
        self.subtotals: dict[int, list[Row]] = {}
        self.printed: dict[tuple[int, str], dict[str, tuple[str | None, str]]] = {}
        for number, item, measure, raw, place in self._rows("report, item, measure, raw, place", "disclosure"):
            self.printed.setdefault((number, item), {})[measure] = (raw, place)
        for table in WIDE:
            self._wide(table)
        self.sections: dict[int, list[Section]] = {}
        for number, section, heading, text in self._rows("report, section, heading, text", "sections"):
            self.sections.setdefault(number, []).append(Section(section, heading, text))
        self.problems: dict[int, list[Problem]] = {}
        for number, _, code, detail, where in self._rows('report, rowid, code, detail, "where"', "problems"):
            self.problems.setdefault(number, []).append(Problem(code, detail, where))

    def _rows(self, columns: str, table: str) -> sqlite3.Cursor:
        return self.conn.execute(f"select {columns} from {table} where report in ({self.ids}) order by 1, 2")

    def _wide(self, table: str) -> None:
        name, key, members = WIDE[table]
        for number, code, *rest in self._rows(f"report, {key}, {', '.join(members)}, place", name):
            values: tuple[Number | None, ...] = tuple(rest[:-1])
            cells = self.cells.get((number, table, code))
            raws: tuple[str | None, ...] = tuple(map(str, values))
            states = PLAIN[: len(members)]
            if cells is not None:  # else every cell is a plain number
                raws = tuple(
                    cells[member][0] if member in cells else raw for member, raw in zip(members, raws, strict=True)
                )
                states = tuple(cells[member][1] if member in cells else "number" for member in members)
            if cells is not None and None in values:
                # A printed number that is no count (「5.5」) stands in `cells` only.
                values = tuple(
                    read_figure(cells[member][0] or "").value
                    if value is None and member in cells and cells[member][1] == "number"
                    else value
                    for member, value in zip(members, values, strict=True)
                )
            row = Row("T4" if table == "T4" else "T3", code, members, raws, values, states, rest[-1] or "")
            if table == "T3.subtotal":
                self.subtotals.setdefault(number, []).append(row)
            else:
                self.rows[number, table, code] = row

    def _item(self, number: int, blank: Row, form: str) -> Row:
        """A line of 表二 is read again from its raw text: amounts keep their printed decimals that way."""
        printed = self.printed.get((number, blank.code))
        if printed is None:
            return blank
        columns = columns_of("T2", blank.code, form)
        place = printed[columns.names[0]][1]
        cells = self.cells.get((number, "T2", blank.code)) or {}
        if any(state in ("missing", "ambiguous", "illegible") for _, state in cells.values()):
            known = [cells.get(name) for name in columns.names]
            states: tuple[State, ...] = tuple(cell[1] if cell else "ambiguous" for cell in known)
            raws = tuple(cell[0] if cell else None for cell in known)
            return Row("T2", blank.code, blank.members, raws, (None,) * len(raws), states, place)
        return make_row("T2", blank.code, columns, [printed[name][0] or "" for name in columns.names], place)

    def report(self, head: tuple[object, ...]) -> Report:
        number = int(str(head[0]))
        forms = {table: str(form) for table, form in zip(("T2", "T3", "T4"), head[9:12], strict=True) if form}
        rows = [
            self._item(number, blank, forms["T2"])
            if blank.table == "T2"
            else self.rows.get((number, blank.table, blank.code), blank)
            for blank in expected_rows(forms)
        ]
        period = (str(head[12]), str(head[13])) if head[12] and head[13] else None
        return Report(
            title=str(head[8] or ""),
            agency_name=str(head[6] or ""),
            year=int(str(head[7])),
            forms=forms,
            rows=tuple(rows),
            subtotals=tuple(self.subtotals.get(number, ())),
            sections=tuple(self.sections.get(number, ())),
            problems=tuple(self.problems.get(number, ())),
            spent=frozenset(json.loads(str(head[14]))),
            period=period,
            published_on=str(head[4]) if head[4] else None,
            titled=bool(head[15]),
            altered=tuple(json.loads(str(head[16]))),
        )
