"""Readings → SQLite: one transaction writes a batch and settles which reading of a year is current."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlite_utils import Database

from crawler.clock import stamp
from crawler.register import ensure_agency
from extract.model import Number, Problem, Report, Row

TABLES = ("disclosure", "applications", "subtotals", "remedies", "cells", "sections", "problems")


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading one document: a report, or the problem that there is none. Dates are ISO text."""

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
    with db.atomic():
        ids = [number for reading in readings if (number := _save_one(db.conn, db, reading, parser, now))]
    return ids


def _save_one(conn: sqlite3.Connection, db: Database, reading: Reading, parser: str, now: datetime) -> int | None:
    result = reading.result
    outcome = result.status if isinstance(result, Report) else result.code
    conn.execute("insert into readings (document, url, parser, at, outcome) values (?, ?, ?, ?, ?) "
                 "on conflict (document, url) do update set parser = excluded.parser, at = excluded.at, "
                 "outcome = excluded.outcome", (reading.document, reading.url, parser, stamp(now), outcome))
    conn.execute("delete from problems where document = ? and url = ? and report is null",
                 (reading.document, reading.url))
    if isinstance(result, Problem):
        _withdraw(conn, reading, parser)
        _insert_problems(conn, reading, None, [result])
        return None
    name = result.agency_name or reading.hint_agency
    year = result.year if result.year is not None else reading.hint_year
    agency = ensure_agency(db, name, source="document", portal=reading.portal) if name else None
    number = _report_row(conn, reading, result, parser, agency, name, year)
    _fill(conn, number, result)
    _insert_problems(conn, reading, number, result.problems)
    conn.execute("update documents set agency = coalesce(?, agency), agency_name = coalesce(?, agency_name), "
                 "year = coalesce(?, year), title = coalesce(nullif(title, ''), ?), "
                 "published_on = coalesce(published_on, ?) where sha256 = ? and url = ?",
                 (agency, name or None, year, result.title, result.published_on, reading.document, reading.url))
    if agency is not None and year is not None:
        settle_current(conn, agency, year)
    return number


def _withdraw(conn: sqlite3.Connection, reading: Reading, parser: str) -> None:
    """The document is no report after all: readings of this parser version go, older ones lose their place."""
    rows = conn.execute("select id, agency, year from reports where document = ? and url = ? and parser = ?",
                        (reading.document, reading.url, parser)).fetchall()
    for number, agency, year in rows:
        _clear(conn, number)
        conn.execute("update reports set superseded_by = null where superseded_by = ?", (number,))
        conn.execute("delete from reports where id = ?", (number,))
        if agency is not None and year is not None:
            settle_current(conn, agency, year)


def _report_row(conn: sqlite3.Connection, reading: Reading, report: Report, parser: str, agency: str | None,
                name: str, year: int | None) -> int:
    start, end = report.period or (None, None)
    values = (agency, name or None, year, report.template, report.status, reading.document,
              reading.published_on or report.published_on, reading.first_seen, parser, reading.url, report.title,
              report.forms.get("T2"), report.forms.get("T3"), report.forms.get("T4"), start, end,
              json.dumps(sorted(report.spent)))
    old = conn.execute("select id, agency, year from reports where document = ? and url = ? and parser = ?",
                       (reading.document, reading.url, parser)).fetchone()
    columns = ("agency, agency_name, year, template, status, document, published_on, first_seen, parser, url, title, "
               "form_t2, form_t3, form_t4, period_from, period_to, spent")
    if old is None:
        marks = ", ".join("?" * len(values))
        return int(conn.execute(f"insert into reports ({columns}) values ({marks})", values).lastrowid or 0)
    number = int(old[0])
    _clear(conn, number)
    sets = ", ".join(f"{column.strip()} = ?" for column in columns.split(","))
    conn.execute(f"update reports set {sets}, checked = null where id = ?", (*values, number))
    if old[1] is not None and (old[1], old[2]) != (agency, year):
        settle_current(conn, old[1], old[2])
    return number


def _clear(conn: sqlite3.Connection, number: int) -> None:
    for table in TABLES:
        conn.execute(f"delete from {table} where report = ?", (number,))


def settle_current(conn: sqlite3.Connection, agency: str, year: int | None) -> None:
    """Decides which reading of (agency, year) is current; the others point to it. The agency is checked again.

    The newest version at one address wins; between addresses (page, mobile twin, attachment) a readable one,
    then the newest, then the complete one, then the page rather than its attachment.
    """
    rows = conn.execute(
        "select r.id, r.url, r.first_seen, r.status, coalesce(r.published_on, ''), d.attachment_of is not null "
        "from reports r left join documents d on d.sha256 = r.document and d.url = r.url "
        "where r.agency = ? and r.year is ? order by r.id", (agency, year)).fetchall()
    newest: dict[str, tuple[int, str, str, str, bool]] = {}
    for number, url, seen, status, published, attached in rows:
        if url not in newest or (seen, number) >= (newest[url][1], newest[url][0]):
            newest[url] = (number, seen, status, published, bool(attached))
    if not newest:
        return
    rank = {"complete": 2, "partial": 1, "unreadable": 0}
    winner = max(newest.values(), key=lambda one: (one[2] != "unreadable", one[1], one[3], rank[one[2]], not one[4],
                                                   one[0]))[0]
    conn.execute("update reports set superseded_by = case when id = ? then null else ? end "
                 "where agency = ? and year is ?", (winner, winner, agency, year))
    conn.execute("update reports set checked = null where agency = ?", (agency,))


def _fill(conn: sqlite3.Connection, number: int, report: Report) -> None:
    disclosure: list[tuple[object, ...]] = []
    applications: list[tuple[object, ...]] = []
    remedies: list[tuple[object, ...]] = []
    cells: list[tuple[object, ...]] = []
    for row in report.rows:
        if row.table == "T3":
            applications.append((number, row.code, *row.values, row.place))
        elif row.table == "T4":
            remedies.append((number, row.code, *row.values, row.place))
        else:
            units = row.units or (None,) * len(row.members)
            disclosure.extend((number, row.code, member, _plain(value), raw, unit, row.place) for member, value, raw, unit
                              in zip(row.members, row.values, row.raws, units, strict=True))
        _add_cells(cells, number, row)
    subtotals = [(number, row.code, *row.values, row.place) for row in report.subtotals]
    for row in report.subtotals:
        _add_cells(cells, number, row, "T3.subtotal")
    _insert(conn, "disclosure", disclosure)
    _insert(conn, "applications", applications)
    _insert(conn, "remedies", remedies)
    _insert(conn, "subtotals", subtotals)
    _insert(conn, "cells", cells)
    _insert(conn, "sections", [(number, s.number, s.heading, s.text) for s in report.sections])


def _add_cells(cells: list[tuple[object, ...]], number: int, row: Row, table: str = "") -> None:
    for member, raw, value, state in zip(row.members, row.raws, row.values, row.states, strict=True):
        if state != "number" or raw != str(value):
            cells.append((number, table or row.table, row.code, member, raw, state, row.place))


def _insert(conn: sqlite3.Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        conn.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)


def _insert_problems(conn: sqlite3.Connection, reading: Reading, number: int | None,
                     problems: Iterable[Problem]) -> None:
    conn.executemany('insert into problems (document, report, code, detail, "where", url) values (?, ?, ?, ?, ?, ?)',
                     [(reading.document, number, p.code, p.detail, p.where, reading.url) for p in problems])


def _plain(value: Number | None) -> int | float | None:
    return float(value) if isinstance(value, Decimal) else value
