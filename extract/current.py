"""Which reading of an agency's year is current, where there are several versions, twins, attachments, parsers."""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

QUERY = """
select r.id, r.agency, r.year, r.url, r.first_seen, r.status, coalesce(r.published_on, ''),
       d.attachment_of is not null, r.superseded_by
from reports r left join documents d on d.sha256 = r.document and d.url = r.url
where r.agency in ({marks}) order by r.id
"""
RANK = {"complete": 2, "partial": 1, "unreadable": 0}


class _Candidate(NamedTuple):
    id: int
    agency: str
    year: int | None
    url: str
    first_seen: str
    status: str
    published_on: str
    attached: int
    superseded_by: int | None


def settle_current(conn: sqlite3.Connection, agencies: Iterable[str]) -> None:
    """Points every reading of these agencies that is not current to the one that is; that one is checked anew.

    The newest version at one address wins. Between addresses (page, mobile twin, attachment) a readable one wins,
    then the page before its attachment, then the newest, then the complete one.
    """
    wanted = sorted(agencies)
    years: dict[tuple[str, int | None], list[_Candidate]] = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start:start + 500]
        for row in conn.execute(QUERY.format(marks=", ".join("?" * len(part))), part):
            candidate = _Candidate(*row)
            years.setdefault((candidate.agency, candidate.year), []).append(candidate)
    changes: list[tuple[int | None, int]] = []
    for candidates in years.values():
        winner = _winner(candidates)
        pointers = {one.id: None if one.id == winner or one.year is None else winner for one in candidates}
        changes.extend((pointers[one.id], one.id) for one in candidates if one.superseded_by != pointers[one.id])
    if changes:
        conn.executemany("update reports set superseded_by = ?, checked = null where id = ?", changes)


def _winner(candidates: list[_Candidate]) -> int:
    newest: dict[str, _Candidate] = {}
    for one in candidates:
        known = newest.get(one.url)
        if known is None or (one.first_seen, one.id) >= (known.first_seen, known.id):
            newest[one.url] = one
    return max(newest.values(), key=lambda one: (one.status != "unreadable", not one.attached, one.first_seen,
                                                 one.published_on, RANK[one.status], one.id)).id
