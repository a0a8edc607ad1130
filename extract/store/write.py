"""Readings → SQLite: one transaction writes a batch and settles which reading of a year is current."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlite_utils import Database

from crawler.agencies.names import clean
from crawler.agencies.register import ensure_agency, fuller_name
from crawler.ground.clock import stamp
from extract.collector import collector_paused
from extract.model import Problem, Report, Row
from extract.prose.other_paper import CODE as OTHER_PAPER
from extract.store.current import settle_current
from extract.store.failures import clear
from extract.store.records import (
    CHILDREN,
    INSERT_READING,
    INSERT_REPORT,
    UPDATE_DOCUMENT,
    UPDATE_REPORT,
    Cell,
    Figure,
    Line,
    Prose,
    ReadingRow,
    ReportRow,
    Statistic,
    Told,
    Unread,
    insert,
    plain,
)
from extract.store.weak_names import weak_name


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading one document: a report, or the problem that prevented one. Dates are ISO text.

    The hints are what the list page or the crawl knew; they count only if the document itself does not say it.
    """

    document: str
    url: str
    result: Report | Problem
    first_seen: str
    published_on: str | None = None
    hint_agency: str = ""
    hint_year: int | None = None
    portal: str = ""
    hint_group: str = ""
    parts: str = ""


def save(db: Database, readings: Sequence[Reading], parser: str, now: datetime) -> list[int]:
    """Writes a batch in one transaction and settles which reading is current. Returns the ids of the reports.

    A document that the same parser version reads again keeps the id of its report; with another version, the old
    reading stays, marked as superseded.
    """
    with db.atomic(), collector_paused():
        batch = _Batch(db, parser, [reading.document for reading in readings])
        for reading in readings:
            batch.take(reading)
        batch.write(stamp(now))
    return batch.ids


@dataclass(slots=True)
class _Rows:
    """The records of one batch, by table."""

    disclosure: list[Figure] = field(default_factory=list)
    applications: list[Line] = field(default_factory=list)
    subtotals: list[Line] = field(default_factory=list)
    remedies: list[Line] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    sections: list[Prose] = field(default_factory=list)
    problems: list[Unread] = field(default_factory=list)
    indicators: list[Statistic] = field(default_factory=list)
    inserts: list[ReportRow] = field(default_factory=list)
    updates: list[ReportRow] = field(default_factory=list)
    documents: list[Told] = field(default_factory=list)
    readings: list[ReadingRow] = field(default_factory=list)


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
        # A page whose pictures changed is another version: there since another instant.
        self.known: dict[tuple[str, str, str | None], tuple[int, str | None]] = {
            (document, url, since): (number, agency)
            for document, url, since, number, agency in self.conn.execute(
                f"select document, url, first_seen, id, agency from reports where document in ({marks}) and parser = ?",
                (*documents, parser),
            )
        }
        self.next_id = int(self.conn.execute("select coalesce(max(id), 0) + 1 from reports").fetchone()[0])

    def take(self, reading: Reading) -> None:
        result = reading.result
        outcome = result.status if isinstance(result, Report) else result.code
        self.rows.readings.append(_reading(reading, outcome))
        old = self.known.get((reading.document, reading.url, reading.first_seen))
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
        """Another paper under a report's title: only that title tells whose report should be there."""
        agency = self._agency(reading.hint_agency, reading.portal)
        self.rows.documents.append(
            Told(agency, reading.hint_agency or None, reading.hint_year, None, None, reading.document, reading.url)
        )

    def _forget(self, number: int) -> None:
        """The document is not a report after all: deletes this parser version's reading of it."""
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
        said = [one.agency_name for one in report.evidence if one.strong]
        if clean(name):
            name = fuller_name(self.db, name, said, portal=reading.portal)
        else:
            name = weak_name(self.db, report.evidence, reading.hint_group, reading.portal)
        year = report.year if report.year is not None else reading.hint_year
        agency = self._agency(name, reading.portal)
        if old is None:
            number, self.next_id = self.next_id, self.next_id + 1
        else:
            number = old
            self._clear(number)
        start, end = report.period or (None, None)
        published = reading.published_on or report.published_on
        row = ReportRow(
            agency=agency,
            agency_name=name or None,
            year=year,
            template=report.template,
            status=status,
            document=reading.document,
            published_on=published,
            first_seen=reading.first_seen,
            parser=self.parser,
            url=reading.url,
            title=report.title,
            form_t2=report.forms.get("T2"),
            form_t3=report.forms.get("T3"),
            form_t4=report.forms.get("T4"),
            period_from=start,
            period_to=end,
            spent=_json(sorted(report.spent)),
            titled=report.titled,
            altered=_json(report.altered),
            evidence=json.dumps([one._asdict() for one in report.evidence], ensure_ascii=False),
            weak=report.weak or not report.agency_name or report.year is None,
            id=number,
        )
        (self.rows.inserts if old is None else self.rows.updates).append(row)
        self.rows.documents.append(
            Told(agency, name or None, year, report.title, published, reading.document, reading.url)
        )
        self._children(number, report)
        self._problems(reading, number, report.problems)
        self.ids.append(number)
        if agency is not None:
            self.touched.add(agency)

    def _children(self, number: int, report: Report) -> None:
        rows = self.rows
        for row in report.rows:
            values = row.values
            whole = None not in values and Decimal not in map(type, values)
            if row.table == "T2":
                rows.disclosure.extend(_figures(number, row))
            else:
                target = rows.applications if row.table == "T3" else rows.remedies
                target.append((number, row.code, *(values if whole else _counts(row)), row.place))
            if not whole or row.raws != tuple(map(str, values)):
                rows.cells.extend(_cells(number, row, row.table))
        for row in report.subtotals:
            rows.subtotals.append((number, row.code, *_counts(row), row.place))
            rows.cells.extend(_cells(number, row, "T3.subtotal"))
        rows.indicators.extend(Statistic.of(number, one) for one in report.indicators)
        rows.sections.extend(Prose.of(number, one) for one in report.sections)

    def _problems(self, reading: Reading, number: int | None, problems: Iterable[Problem]) -> None:
        self.rows.problems.extend(
            Unread(
                reading.document,
                number,
                one.code,
                one.detail,
                one.where,
                reading.url,
                one.table,
                json.dumps(one.facts, ensure_ascii=False) if one.facts else None,
            )
            for one in problems
        )

    def write(self, at: str) -> None:
        rows, many = self.rows, self.conn.executemany
        many(
            INSERT_READING,
            [row._replace(parser=self.parser, at=at) for row in rows.readings],
        )
        clear(self.conn, [(row.document, row.url) for row in rows.readings])
        many(INSERT_REPORT, rows.inserts)
        many(UPDATE_REPORT, rows.updates)
        for table, columns in CHILDREN.items():
            many(insert(table, columns), getattr(rows, table))
        many(UPDATE_DOCUMENT, [one._asdict() for one in rows.documents])
        settle_current(self.conn, self.touched)


def _reading(reading: Reading, outcome: str) -> ReadingRow:
    result = reading.result
    if isinstance(result, Problem) or not result.ways:
        return ReadingRow(reading.document, reading.url, outcome, parts=reading.parts or None)
    ways = json.dumps(result.ways, ensure_ascii=False)
    once = json.dumps(result.once) if result.once else None
    return ReadingRow(
        reading.document,
        reading.url,
        outcome,
        ways,
        result.agreed,
        result.differed,
        once=once,
        parts=reading.parts or None,
    )


def _figures(number: int, row: Row) -> list[Figure]:
    units = row.units or (None,) * len(row.members)
    return [
        Figure(number, row.code, member, plain(value), raw, unit, place)
        for member, value, raw, unit, place in zip(
            row.members, row.values, row.raws, units, row.cell_places, strict=True
        )
    ]


def _cells(number: int, row: Row, table: str) -> list[Cell]:
    return [
        Cell(number, table, row.code, member, raw, state, place)
        for member, raw, value, state, place in zip(
            row.members, row.raws, row.values, row.states, row.cell_places, strict=True
        )
        if state != "number" or raw != str(value) or isinstance(value, Decimal)
    ]


def _counts(row: Row) -> tuple[int | None, ...]:
    """Counts as their columns store them; 「5.5」 is not a count and is only in `cells`, as printed."""
    return tuple(None if value is None or value % 1 else int(value) for value in row.values)


def _json(words: Sequence[str]) -> str:
    return json.dumps(words, ensure_ascii=False) if words else "[]"
