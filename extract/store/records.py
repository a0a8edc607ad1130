"""The rows written for a report: for each table a record with fields named like its columns, and its SQL."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from extract.content import Number
from extract.form.forms import MEMBERS, TRACK_MEMBERS
from extract.model import Indicator, Section


def plain(value: Number | None) -> int | float | None:
    """A figure as SQLite keeps it; its printed decimals stand in `raw`."""
    return float(value) if isinstance(value, Decimal) else value


class Figure(NamedTuple):
    """One figure of 表二 (table `disclosure`)."""

    report: int
    item: str
    measure: str
    value: int | float | None
    raw: str | None
    unit: str | None
    place: str


class Cell(NamedTuple):
    """A cell that is not a plain number (table `cells`)."""

    report: int
    table: str
    row: str
    member: str
    raw: str | None
    state: str
    place: str


class Prose(NamedTuple):
    """One section (table `sections`)."""

    report: int
    section: int
    heading: str
    text: str
    paragraph: int
    offset: int
    pages: str | None

    @classmethod
    def of(cls, report: int, one: Section) -> "Prose":
        """The row of a section."""
        pages = json.dumps(one.pages) if one.pages else None
        return cls(report, one.number, one.heading, one.text, one.paragraph, one.offset, pages)


class Statistic(NamedTuple):
    """One figure of a report before 2019 (table `indicators`)."""

    report: int
    line: int
    indicator: str
    label: str
    period: str
    value: int | float | None
    unit: str
    raw: str | None
    state: str
    place: str

    @classmethod
    def of(cls, report: int, one: Indicator) -> "Statistic":
        """The row of an indicator."""
        value = plain(one.value)
        return cls(report, one.line, one.code, one.label, one.period, value, one.unit, one.raw, one.state, one.place)


class Unread(NamedTuple):
    """Something that could not be read (table `problems`)."""

    document: str
    report: int | None
    code: str
    detail: str
    where: str
    url: str
    table: str
    facts: str | None


class ReportRow(NamedTuple):
    """One reading (table `reports`); the id is last, as the update statement needs it."""

    agency: str | None
    agency_name: str | None
    year: int | None
    template: str
    status: str
    document: str
    published_on: str | None
    first_seen: str
    parser: str
    url: str
    title: str
    form_t2: str | None
    form_t3: str | None
    form_t4: str | None
    period_from: str | None
    period_to: str | None
    spent: str
    titled: bool
    altered: str
    evidence: str
    weak: bool
    id: int


class ReadingRow(NamedTuple):
    """How one document was read (table `readings`)."""

    document: str
    url: str
    outcome: str
    ways: str | None = None
    agreed: int | None = None
    differed: int | None = None
    once: str | None = None
    parser: str = ""
    at: str = ""
    parts: str | None = None


class Told(NamedTuple):
    """What a reading tells about its document (table `documents`), for columns that are still empty."""

    agency: str | None
    name: str | None
    year: int | None
    title: str | None
    published: str | None
    sha256: str
    url: str


Line = tuple[int | str | Number | None, ...]
APPLICATIONS = ("report", "disposition", *MEMBERS, "place")  # the columns of a line of 表三
REMEDIES = ("report", "track", *TRACK_MEMBERS, "place")
# The tables whose rows belong to a report, with the columns of their records.
CHILDREN: dict[str, tuple[str, ...]] = {
    "disclosure": Figure._fields,
    "applications": APPLICATIONS,
    "subtotals": APPLICATIONS,
    "remedies": REMEDIES,
    "cells": Cell._fields,
    "sections": Prose._fields,
    "problems": Unread._fields,
    "indicators": Statistic._fields,
}


def insert(table: str, columns: Iterable[str]) -> str:
    """The SQL that inserts a record with these columns."""
    names = list(columns)
    return f"insert into {table} ({', '.join(map(_quoted, names))}) values ({', '.join('?' * len(names))})"


def _quoted(name: str) -> str:
    return f'"{name}"'


INSERT_REPORT = insert("reports", ReportRow._fields)
UPDATE_REPORT = (
    f"update reports set {', '.join(f'{name} = ?' for name in ReportRow._fields[:-1])}, checked = null where id = ?"
)
INSERT_READING = (
    f"{insert('readings', ReadingRow._fields)} on conflict (document, url) do update set parser = excluded.parser, "
    "at = excluded.at, outcome = excluded.outcome, ways = excluded.ways, agreed = excluded.agreed, "
    "differed = excluded.differed, once = excluded.once, parts = excluded.parts"
)
UPDATE_DOCUMENT = (
    "update documents set agency = coalesce(:agency, agency), agency_name = coalesce(:name, agency_name), "
    "year = coalesce(:year, year), title = coalesce(nullif(title, ''), :title), "
    "dated_by = case when published_on is null and :published is not null then 'report' else dated_by end, "
    "published_on = coalesce(published_on, :published) where sha256 = :sha256 and url = :url"
)
