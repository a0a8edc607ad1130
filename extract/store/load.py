"""SQLite → reports: rebuilds stored reports as they were read, one batch of agencies at a time."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from sqlite_utils import Database

from extract.content import Number, State
from extract.form.columns import columns_of
from extract.form.forms import MEMBERS, TRACK_MEMBERS
from extract.form.numbers import read_figure
from extract.indicators.reading import printed_figure
from extract.model import Evidence, Facts, Indicator, Problem, Report, Row, Section
from extract.place import join
from extract.tables.expected import expected_rows
from extract.tables.rows import make_row


class _Head(NamedTuple):
    """The columns queried from `reports`, under their own names; only rows with a body and a year."""

    id: int
    document: str
    url: str
    first_seen: str
    published_on: str | None
    agency: str
    agency_name: str | None
    year: int
    title: str | None
    template: str | None
    form_t2: str | None
    form_t3: str | None
    form_t4: str | None
    period_from: str | None
    period_to: str | None
    spent: str
    titled: int
    altered: str
    evidence: str | None
    weak: int | None


HEAD = ", ".join(_Head._fields)
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


def load_reports(db: Database, agency: str, years: Sequence[int] | None = None) -> list[StoredReport]:
    """The current reports of one agency, by year; those of these years, where some are named."""
    if years is None:
        return list(iter_reports(db, [agency]))
    marks = ", ".join("?" * len(years))
    query = f"select {HEAD} from current_reports where agency = ? and year in ({marks}) order by year"
    return _load(db.conn, query, (agency, *years))


def load_versions(db: Database, agency: str, year: int) -> list[StoredReport]:
    """Every stored reading of one agency and year, oldest first; `load_reports` gives the current one."""
    return _load(
        db.conn, f"select {HEAD} from reports where agency = ? and year = ? order by first_seen, id", (agency, year)
    )


def iter_reports(db: Database, agencies: Sequence[str]) -> Iterator[StoredReport]:
    """The current reports of some agencies, by agency and year. Only this batch is in memory."""
    marks = ", ".join("?" * len(agencies))
    yield from _load(
        db.conn, f"select {HEAD} from current_reports where agency in ({marks}) order by agency, year", tuple(agencies)
    )


def _load(conn: sqlite3.Connection, query: str, values: tuple[object, ...]) -> list[StoredReport]:
    heads = [_Head(*head) for head in conn.execute(query, values)]
    if not heads:
        return []
    batch = _Batch(conn, [head.id for head in heads])
    return [
        StoredReport(
            id=head.id,
            document=head.document,
            url=head.url,
            first_seen=head.first_seen,
            published_on=head.published_on,
            agency=head.agency,
            agency_name=head.agency_name or "",
            year=head.year,
            report=batch.report(head),
        )
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
        self.printed: dict[tuple[int, str], dict[str, tuple[str | None, str | None]]] = {}
        for number, item, measure, raw, place in self._rows("report, item, measure, raw, place", "disclosure"):
            self.printed.setdefault((number, item), {})[measure] = (raw, place)
        for table in WIDE:
            self._wide(table)
        self.sections: dict[int, list[Section]] = {}
        for number, section, heading, text, paragraph, offset, paged in self._rows(
            "report, section, heading, text, coalesce(paragraph, 0), coalesce(offset, 0), pages", "sections"
        ):
            pages = tuple((first, page) for first, page in json.loads(paged)) if paged else ()
            self.sections.setdefault(number, []).append(Section(section, heading, text, paragraph, offset, pages))
        self.problems: dict[int, list[Problem]] = {}
        columns = 'report, rowid, code, detail, "where", coalesce("table", \'\'), facts'
        for number, _, code, detail, where, table, facts in self._rows(columns, "problems"):
            told: Facts = json.loads(facts) if facts else {}
            self.problems.setdefault(number, []).append(Problem(code, detail, where, table, told))
        self.twice: dict[int, tuple[tuple[str, ...], int, int, tuple[str, ...]]] = {
            number: (tuple(json.loads(ways)), agreed, differed, tuple(json.loads(once or "[]")))
            for number, ways, agreed, differed, once in conn.execute(
                "select r.id, g.ways, g.agreed, g.differed, g.once from reports r "
                "join readings g on g.document = r.document "
                f"and g.url = r.url and g.parser = r.parser where r.id in ({self.ids}) and g.ways is not null"
            )
        }
        self.indicators: dict[int, list[Indicator]] = {}
        columns = "report, line, indicator, label, period, raw, state, unit, place"
        for number, line, code, label, period, raw, state, unit, place in self._rows(columns, "indicators"):
            value = printed_figure(raw, unit).value if state == "number" else None
            read = Indicator(line, code, label, period, raw, value, state, unit, place)
            self.indicators.setdefault(number, []).append(read)

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
                # A printed number that is not a count (「5.5」) is only in `cells`.
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
        """Reads a line of 表二 again from its raw text, so that amounts keep their printed decimals."""
        printed = self.printed.get((number, blank.code))
        if printed is None:
            return blank
        columns = columns_of("T2", blank.code, form)
        cells = self.cells.get((number, "T2", blank.code)) or {}
        if any(state in ("missing", "ambiguous", "illegible") for _, state in cells.values()):
            places = tuple([printed[name][1] for name in columns.names])
            place = _one_place(places if len(set(places)) > 1 else places[:1])  # one: which figure is whose is open
            whole = make_row("T2", blank.code, columns, [printed[name][0] or "" for name in columns.names], place)
            known = [cells.get(name) for name in columns.names]
            return whole._replace(
                raws=tuple(cell[0] if cell else raw for cell, raw in zip(known, whole.raws, strict=True)),
                values=tuple(
                    None if cell and cell[1] != "number" else value
                    for cell, value in zip(known, whole.values, strict=True)
                ),
                states=tuple(cell[1] if cell else state for cell, state in zip(known, whole.states, strict=True)),
            )
        place = _one_place(tuple([printed[name][1] for name in columns.names]))
        row = make_row("T2", blank.code, columns, [printed[name][0] or "" for name in columns.names], place)
        # A number under a heading of something else was read as words.
        other = [name in cells and cells[name][1] == "text" for name in columns.names]
        return row if not any(other) else _worded(row, other)

    def report(self, head: _Head) -> Report:
        number = head.id
        ways, agreed, differed, once = self.twice.get(number, ((), 0, 0, ()))
        printed = {"T2": head.form_t2, "T3": head.form_t3, "T4": head.form_t4}
        forms = {table: form for table, form in printed.items() if form}
        rows = [
            self._item(number, blank, forms["T2"])
            if blank.table == "T2"
            else self.rows.get((number, blank.table, blank.code), blank)
            for blank in expected_rows(forms)
        ]
        return Report(
            title=head.title or "",
            agency_name=head.agency_name or "",
            year=head.year,
            forms=forms,
            rows=tuple(rows),
            subtotals=tuple(self.subtotals.get(number, ())),
            sections=tuple(self.sections.get(number, ())),
            problems=tuple(self.problems.get(number, ())),
            spent=frozenset(json.loads(head.spent)),
            period=(head.period_from, head.period_to) if head.period_from and head.period_to else None,
            published_on=head.published_on or None,
            titled=bool(head.titled),
            altered=tuple(json.loads(head.altered)),
            evidence=tuple(Evidence(**one) for one in json.loads(head.evidence or "[]")),
            weak=bool(head.weak),
            indicators=tuple(self.indicators.get(number, ())),
            indicator_form=(head.template or "") if number in self.indicators else "",
            ways=ways,
            agreed=agreed,
            differed=differed,
            once=once,
        )


def _worded(row: Row, other: Sequence[bool]) -> Row:
    return row._replace(
        values=tuple(None if hit else value for value, hit in zip(row.values, other, strict=True)),
        states=tuple("text" if hit else state for state, hit in zip(row.states, other, strict=True)),
    )


@lru_cache(maxsize=4096)
def _one_place(places: tuple[str | None, ...]) -> str:
    """The place of a line of 表二 from its figures' places; older readings give each figure the line's place."""
    first = places[0] or ""
    return first if "," in first else join(tuple(place or "" for place in places))
