"""Readings → SQLite: one transaction writes a batch and settles which reading of a year is current."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlite_utils import Database

from crawler.agencies.names import clean
from crawler.agencies.register import ensure_agency
from crawler.ground.clock import stamp
from extract.collector import collector_paused
from extract.content import Number
from extract.model import Problem, Report, Row
from extract.prose.other_paper import CODE as OTHER_PAPER
from extract.store.current import settle_current
from extract.store.failures import clear

CHILDREN = ("disclosure", "applications", "subtotals", "remedies", "cells", "sections", "problems")
REPORT_COLUMNS = (
    "agency, agency_name, year, template, status, document, published_on, first_seen, parser, url, "
    "title, form_t2, form_t3, form_t4, period_from, period_to, spent, titled, altered, id"
)
INSERT_REPORT = f"insert into reports ({REPORT_COLUMNS}) values ({', '.join('?' * 20)})"
UPDATE_REPORT = (
    f"update reports set ({REPORT_COLUMNS.removesuffix(', id')}, checked) = ({', '.join('?' * 19)}, null) where id = ?"
)
INSERT_READING = (
    "insert into readings (document, url, parser, at, outcome) values (?, ?, ?, ?, ?) "
    "on conflict (document, url) do update set parser = excluded.parser, at = excluded.at, "
    "outcome = excluded.outcome"
)
UPDATE_DOCUMENT = (
    "update documents set agency = coalesce(?, agency), agency_name = coalesce(?, agency_name), "
    "year = coalesce(?, year), title = coalesce(nullif(title, ''), ?), "
    "dated_by = case when published_on is null and ? is not null then 'report' else dated_by end, "
    "published_on = coalesce(published_on, ?) where sha256 = ? and url = ?"
)
Values = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading one document: a report, or the problem that there is none. Dates are ISO text.

    The hints are what the list page or the crawl knew; they count only where the document itself is silent.
    """

    document: str
    url: str
    result: Report | Problem
    first_seen: str
    published_on: str | None = None
    hint_agency: str = ""
    hint_year: int | None = None
    portal: str = ""


def save(db: Database, readings: Sequence[Reading], parser: str, now: datetime) -> list[int]:
    """Writes a batch in one transaction and settles which reading is current. Returns the ids of the reports.

    A document read again by the same parser version keeps the id of its report; by another version, the old
    reading stays and is superseded.
    """
    with db.atomic(), collector_paused():
        batch = _Batch(db, parser, [reading.document for reading in readings])
        for reading in readings:
            batch.take(reading)
        batch.write(stamp(now))
    return batch.ids


@dataclass(slots=True)
class _Rows:
    """Rows of one batch by table, in the columns' order."""

    children: dict[str, list[Values]] = field(default_factory=lambda: {table: [] for table in CHILDREN})
    inserts: list[Values] = field(default_factory=list)
    updates: list[Values] = field(default_factory=list)
    documents: list[Values] = field(default_factory=list)
    outcomes: list[tuple[str, str, str]] = field(default_factory=list)


class _Batch:
    """Collects the rows of many readings, so that each table is written once."""

    def __init__(self, db: Database, parser: str, documents: Sequence[str]) -> None:
        self.db = db
        self.conn: sqlite3.Connection = db.conn
        self.parser = parser
        self.rows = _Rows()
        self.ids: list[int] = []
        self.agencies: dict[tuple[str, str], str] = {}
        self.touched: set[str] = set()
        marks = ", ".join("?" * len(documents))
        self.known: dict[tuple[str, str], tuple[int, str | None]] = {
            (document, url): (number, agency)
            for document, url, number, agency in self.conn.execute(
                f"select document, url, id, agency from reports where document in ({marks}) and parser = ?",
                (*documents, parser),
            )
        }
        self.next_id = int(self.conn.execute("select coalesce(max(id), 0) + 1 from reports").fetchone()[0])

    def take(self, reading: Reading) -> None:
        result = reading.result
        outcome = result.status if isinstance(result, Report) else result.code
        self.rows.outcomes.append((reading.document, reading.url, outcome))
        old = self.known.get((reading.document, reading.url))
        if old is not None and old[1] is not None:
            self.touched.add(old[1])
        if isinstance(result, Problem):
            if old is not None:
                self._forget(old[0])
            self._problems(reading, None, [result])
            if result.code == OTHER_PAPER:
                self._listed(reading)
            return
        self._report(reading, result, outcome, old[0] if old else None)

    def _listed(self, reading: Reading) -> None:
        """Another paper under a report's title: whose report should stand there is known by that title alone."""
        agency = self._agency(reading.hint_agency, reading.portal)
        self.rows.documents.append(
            (agency, reading.hint_agency or None, reading.hint_year, None, None, None, reading.document, reading.url)
        )

    def _forget(self, number: int) -> None:
        """The document is no report after all: this parser version's reading of it goes."""
        self._clear(number)
        self.conn.execute("update reports set superseded_by = null where superseded_by = ?", (number,))
        self.conn.execute("delete from reports where id = ?", (number,))

    def _clear(self, number: int) -> None:
        for table in CHILDREN:
            self.conn.execute(f"delete from {table} where report = ?", (number,))

    def _agency(self, name: str, portal: str) -> str | None:
        if not clean(name):
            return None
        known = self.agencies.get((name, portal))
        if known is None:
            known = ensure_agency(self.db, name, source="document", portal=portal)
            self.agencies[name, portal] = known
        return known

    def _report(self, reading: Reading, report: Report, status: str, old: int | None) -> None:
        name = report.agency_name or reading.hint_agency
        year = report.year if report.year is not None else reading.hint_year
        agency = self._agency(name, reading.portal)
        if old is None:
            number, self.next_id = self.next_id, self.next_id + 1
        else:
            number = old
            self._clear(number)
        start, end = report.period or (None, None)
        published = reading.published_on or report.published_on
        row = (
            agency,
            name or None,
            year,
            report.template,
            status,
            reading.document,
            published,
            reading.first_seen,
            self.parser,
            reading.url,
            report.title,
            report.forms.get("T2"),
            report.forms.get("T3"),
            report.forms.get("T4"),
            start,
            end,
            _json(sorted(report.spent)),
            report.titled,
            _json(report.altered),
            number,
        )
        (self.rows.inserts if old is None else self.rows.updates).append(row)
        self.rows.documents.append(
            (agency, name or None, year, report.title, published, published, reading.document, reading.url)
        )
        self._children(number, report)
        self._problems(reading, number, report.problems)
        self.ids.append(number)
        if agency is not None:
            self.touched.add(agency)

    def _children(self, number: int, report: Report) -> None:
        children = self.rows.children
        cells, applications, remedies = children["cells"], children["applications"], children["remedies"]
        for row in report.rows:
            values = row.values
            whole = None not in values and Decimal not in map(type, values)
            if row.table == "T2":
                units = row.units or (None,) * len(row.members)
                children["disclosure"].extend(
                    [
                        (number, row.code, member, _plain(value), raw, unit, row.place)
                        for member, value, raw, unit in zip(row.members, values, row.raws, units, strict=True)
                    ]
                )
            else:
                target = applications if row.table == "T3" else remedies
                target.append((number, row.code, *(values if whole else _counts(row)), row.place))
            if not whole or row.raws != tuple(map(str, values)):
                _add_cells(cells, number, row, row.table)
        for row in report.subtotals:
            children["subtotals"].append((number, row.code, *_counts(row), row.place))
            _add_cells(cells, number, row, "T3.subtotal")
        children["sections"].extend((number, s.number, s.heading, s.text) for s in report.sections)

    def _problems(self, reading: Reading, number: int | None, problems: Iterable[Problem]) -> None:
        self.rows.children["problems"].extend(
            (None, reading.document, number, p.code, p.detail, p.where, reading.url) for p in problems
        )

    def write(self, at: str) -> None:
        rows, many = self.rows, self.conn.executemany
        many(INSERT_READING, [(document, url, self.parser, at, outcome) for document, url, outcome in rows.outcomes])
        clear(self.conn, [(document, url) for document, url, _ in rows.outcomes])
        many(INSERT_REPORT, rows.inserts)
        many(UPDATE_REPORT, rows.updates)
        for table, values in rows.children.items():
            if values:
                many(f"insert into {table} values ({', '.join('?' * len(values[0]))})", values)
        many(UPDATE_DOCUMENT, rows.documents)
        settle_current(self.conn, self.touched)


def _add_cells(cells: list[Values], number: int, row: Row, table: str) -> None:
    for member, raw, value, state in zip(row.members, row.raws, row.values, row.states, strict=True):
        if state != "number" or raw != str(value) or isinstance(value, Decimal):
            cells.append((number, table, row.code, member, raw, state, row.place))


def _counts(row: Row) -> tuple[int | None, ...]:
    """Counts as their columns hold them; 「5.5」 is none, and stands in `cells` alone, as printed."""
    return tuple(None if value is None or value % 1 else int(value) for value in row.values)


def _json(words: Sequence[str]) -> str:
    return json.dumps(words, ensure_ascii=False) if words else "[]"


def _plain(value: Number | None) -> int | float | None:
    return float(value) if isinstance(value, Decimal) else value
