"""Documents that could not be read: they stay pending, tries are counted, and earlier readings stay valid."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.ground.clock import stamp
from extract.model import Problem

TRIES = 3  # after this many failures with one version of the reader, a document waits for the next version or `--all`
# These are not the document's fault but the archive's or the machine's, so they do not count as tries.
NO_FAULT = frozenset({"archive_damaged", "reader_unavailable", "converter_missing"})
CODES = frozenset({"too_slow", "too_large", "reader_crashed", "internal_error"}) | NO_FAULT
COUNT = """
insert into failures (document, url, parser, code, tries, at) values (:document, :url, :parser, :code, :counted, :at)
on conflict (document, url) do update set
  tries = case when failures.parser = excluded.parser then failures.tries else 0 end + excluded.tries,
  parser = excluded.parser, code = excluded.code, at = excluded.at
"""
# Only one failure is stored as a problem: it is replaced; problems of an earlier reading stay.
FORGET = """
delete from problems where document = :document and url = :url and report is null
  and code = (select code from failures where document = :document and url = :url)
"""
TELL = "insert into problems (document, url, code, detail, \"where\") values (:document, :url, :code, :detail, '')"
OF_BODY = """
select f.document, f.url, coalesce(d.title, ''), p.code, p.detail from failures f
join documents d on d.sha256 = f.document and d.url = f.url
join problems p on p.document = f.document and p.url = f.url and p.report is null and p.code = f.code
where d.agency = ? and (? is null or d.year is null or d.year = ?) order by f.at desc, f.url
"""
RESTING = "select count(*) from failures where parser = ? and tries >= ?"


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be read this time, and why."""

    document: str
    url: str
    title: str
    problem: Problem

    def as_json(self) -> dict[str, str]:
        """The failure as commands print it for programs."""
        return {
            "document": self.document,
            "url": self.url,
            "title": self.title,
            "code": self.problem.code,
            "detail": self.problem.detail,
        }


def record(db: Database, failures: Sequence[Failure], parser: str, now: datetime) -> None:
    """Stores that these documents could not be read, in one transaction."""
    if not failures:
        return
    rows = [
        {
            "document": one.document,
            "url": one.url,
            "parser": parser,
            "code": one.problem.code,
            "detail": one.problem.detail,
            "counted": int(one.problem.code not in NO_FAULT),
            "at": stamp(now),
        }
        for one in failures
    ]
    with db.atomic():
        for statement in (FORGET, COUNT, TELL):
            db.conn.executemany(statement, rows)


def clear(conn: sqlite3.Connection, read: Sequence[tuple[str, str]]) -> None:
    """Deletes the failures of these (document, url), which were read now, and their problems without a report."""
    conn.executemany("delete from failures where document = ? and url = ?", read)
    conn.executemany("delete from problems where document = ? and url = ? and report is null", read)


def resting(db: Database, parser: str) -> int:
    """How many documents this version of the reader does not try any more."""
    return int(db.conn.execute(RESTING, (parser, TRIES)).fetchone()[0])


def failures_of(db: Database, agency: str, year: int | None = None) -> list[Failure]:
    """The documents of a body (of one year, or of unknown year) that could not be read."""
    rows = db.conn.execute(OF_BODY, (agency, year, year))
    return [Failure(document, url, title, Problem(code, detail)) for document, url, title, code, detail in rows]
