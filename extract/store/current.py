"""Which reading of a body's year is current, when there are several versions, twins, attachments or parsers."""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

QUERY = """
select r.id, r.agency, r.year, r.url, r.document, r.first_seen, coalesce(d.last_seen, r.first_seen), r.status,
       coalesce(r.published_on, ''), d.attachment_of is not null, r.superseded_by,
       coalesce(r.weak, 0) and d.attachment_of is null
from reports r left join documents d on d.sha256 = r.document and d.url = r.url
where r.agency in ({marks}) order by r.id
"""
# A page that went back to an earlier version: between two looks at this version, another one was seen.
RETURNED = """
select distinct r.agency from documents d join reports r on r.document = d.sha256 and r.url = d.url
where r.agency is not null and exists (
  select 1 from documents e where e.url = d.url and e.first_seen > d.first_seen and e.first_seen < d.last_seen)
"""
RANK = {"complete": 2, "partial": 1, "unreadable": 0}


class _Candidate(NamedTuple):
    id: int
    agency: str
    year: int | None
    url: str
    document: str
    first_seen: str
    last_seen: str
    status: str
    published_on: str
    attached: int
    superseded_by: int | None
    weak: int


def settle_current(conn: sqlite3.Connection, agencies: Iterable[str]) -> None:
    """Makes every reading of these agencies point to the current one, which is then checked again.

    At one address the version last seen wins, even if it was there before another one. Between addresses (page,
    mobile twin, attachment) one with strong evidence for body and year wins (an attachment has them from its
    page), then a readable one, then the page before its attachment, then the one that appeared
    most recently, then the complete one.
    """
    wanted = sorted(agencies)
    years: dict[tuple[str, int | None], list[_Candidate]] = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        for row in conn.execute(QUERY.format(marks=", ".join("?" * len(part))), part):
            candidate = _Candidate(*row)
            years.setdefault((candidate.agency, candidate.year), []).append(candidate)
    changes: list[tuple[int | None, int]] = []
    for candidates in years.values():
        winner = _winner(conn, candidates)
        pointers = {one.id: None if one.id == winner or one.year is None else winner for one in candidates}
        changes.extend((pointers[one.id], one.id) for one in candidates if one.superseded_by != pointers[one.id])
    if changes:
        conn.executemany("update reports set superseded_by = ?, checked = null where id = ?", changes)


def settle_returned(conn: sqlite3.Connection) -> None:
    """Decides again for pages that are back at an earlier version: nothing is read, but the current reading changes."""
    settle_current(conn, [str(row[0]) for row in conn.execute(RETURNED)])


def back_since(conn: sqlite3.Connection, url: str, document: str, gone: str, last_seen: str) -> str:
    """When a version was first seen again at its address after `gone`, the last look at another version."""
    at = conn.execute(
        "select min(at) from fetches where url = ? and sha256 = ? and at > ?", (url, document, gone)
    ).fetchone()[0]
    return str(at or last_seen)


def _winner(conn: sqlite3.Connection, candidates: list[_Candidate]) -> int:
    places: dict[str, list[_Candidate]] = {}
    for one in candidates:
        places.setdefault(one.url, []).append(one)
    standing = [_standing(conn, versions) for versions in places.values()]
    return max(
        standing,
        key=lambda found: (
            not found[0].weak,
            found[0].status != "unreadable",
            not found[0].attached,
            found[1],
            found[0].published_on,
            RANK[found[0].status],
            found[0].id,
        ),
    )[0].id


def _standing(conn: sqlite3.Connection, versions: list[_Candidate]) -> tuple[_Candidate, str]:
    """The present version at one address, and the instant since which it is there."""
    now = max(versions, key=lambda one: (one.last_seen, one.first_seen, one.id))
    others = [one.last_seen for one in versions if one.document != now.document]
    if not others or now.first_seen > max(others):
        return now, now.first_seen
    return now, back_since(conn, now.url, now.document, max(others), now.last_seen)
