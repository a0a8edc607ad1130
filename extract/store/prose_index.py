"""The index of the prose: which current reports may hold a word of any length. Brought up to date by what changed.

FTS5 splits text into words, and Chinese has none between spaces; its trigrams know no word of one or two characters. So
every character and every pair of neighbours is a term here, written in hexadecimal figures: no text and no query can be
anything but data to FTS5, whatever it looks like. Terms say which reports to read, and reading them says what is there.

Triggers note each report whose prose or standing changed (`_prose_pending`), in the transaction that changes it; a
report is indexed and its note taken away in one transaction: whatever was killed when, the next call goes on.
"""

import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from sqlite_utils import Database

BATCH = 500  # reports of one transaction
MOST_TERMS = 48  # of one word: more would not narrow it further
FEWEST_STALE = 2000  # rows that no report stands for any more, before the index is made anew
SCHEMA = (
    "create virtual table _prose using fts5(terms, content='', detail=none, columnsize=0, tokenize='ascii')",
    # Larger pieces that are merged less often: half the time and three quarters of the size.
    "insert into _prose (_prose, rank) values ('hashsize', 16777216)",
    "insert into _prose (_prose, rank) values ('automerge', 8)",
    "create table _prose_rows (line integer primary key autoincrement, report integer not null unique)",
    "create table _prose_pending (report integer primary key)",
    "create trigger _prose_added after insert on sections begin "
    "insert or ignore into _prose_pending (report) values (new.report); end",
    "create trigger _prose_removed after delete on sections begin "
    "insert or ignore into _prose_pending (report) values (old.report); end",
    "create trigger _prose_settled after update of superseded_by on reports "
    "when old.superseded_by is not new.superseded_by begin "
    "insert or ignore into _prose_pending (report) values (new.id); end",
    "insert into _prose_pending (report) select distinct report from sections",
)
FOUND = """
select r.id from _prose p join _prose_rows l on l.line = p.rowid join reports r on r.id = l.report
where p._prose match :terms and r.superseded_by is null and r.agency is not null and r.year is not null
and (:year is null or r.year = :year)
and r.id not in (select report from _prose_pending) order by p.rowid desc
"""
# (The cross: of what waits there is nothing, mostly.)
NOT_INDEXED = "select c.id from _prose_pending p cross join current_reports c on c.id = p.report"


class _Folding(dict[int, str]):
    """One form for every character, full width or half, large or small; white space is left out."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = "".join(one for one in unicodedata.normalize("NFKC", char).casefold() if not one.isspace())
        self[code] = folded = "" if char.isspace() else folded
        return folded


FOLDING = _Folding()


class Stale(NamedTuple):
    """How much of the index stands for reports, and how much for none any more."""

    lines: int
    reports: int


def fold(text: str) -> str:
    """A text as it is searched: in one form, without white space."""
    return text.translate(FOLDING)


def waiting(db: Database) -> int:
    """How many reports are to be indexed."""
    return int(db.execute("select count(*) from _prose_pending").fetchone()[0])


def bring_up_to_date(db: Database) -> int:
    """Indexes what changed since the last call; how many reports that were. Killed, the next call does the rest."""
    done = 0
    while True:
        some = [int(row[0]) for row in db.execute(f"select report from _prose_pending limit {BATCH}")]
        if not some:
            return done
        with db.atomic():
            _index(db.conn, some)
        done += len(some)


def _index(conn: sqlite3.Connection, reports: Sequence[int]) -> None:
    marks = ", ".join("?" * len(reports))
    conn.execute(f"delete from _prose_rows where report in ({marks})", reports)
    conn.execute(f"delete from _prose_pending where report in ({marks})", reports)
    prose: dict[int, list[str]] = {}
    for report, heading, text in conn.execute(
        "select s.report, coalesce(s.heading, ''), coalesce(s.text, '') from sections s "
        f"join reports r on r.id = s.report where s.report in ({marks}) "
        "and r.superseded_by is null order by s.report, s.section",
        reports,
    ):
        prose.setdefault(report, []).extend((heading, text))
    for report, texts in prose.items():
        line = conn.execute("insert into _prose_rows (report) values (?)", (report,)).lastrowid
        conn.execute("insert into _prose (rowid, terms) values (?, ?)", (line, " ".join(_terms(map(fold, texts)))))
    stale = Stale(*conn.execute("select coalesce(max(line), 0), count(*) from _prose_rows").fetchone())
    if stale.lines - stale.reports > max(stale.reports, FEWEST_STALE):
        _begin_anew(conn)


def _begin_anew(conn: sqlite3.Connection) -> None:
    conn.execute("insert into _prose (_prose) values ('delete-all')")
    conn.execute("insert or ignore into _prose_pending (report) select report from _prose_rows")
    conn.execute("delete from _prose_rows")
    conn.execute("delete from sqlite_sequence where name = '_prose_rows'")


def candidates(db: Database, words: Sequence[str], size: int, year: int | None = None) -> Iterator[list[int]]:
    """The current reports (for a year) that hold every term of these folded words, the newest readings first.

    They come some at a time; before them, whatever they hold, those that are not indexed yet (of a directory that
    cannot be written).
    """
    terms = {term for word in words for term in _narrowing(word)}
    asked = {"terms": " ".join(sorted(terms)), "year": year}
    for query in (NOT_INDEXED, FOUND):
        cursor = db.conn.execute(query, asked)
        while some := [int(row[0]) for row in islice(cursor, size)]:
            yield some


def _terms(texts: Iterator[str]) -> set[str]:
    pairs: set[tuple[str, str]] = set()
    chars: set[str] = set()
    for text in texts:
        chars.update(text)
        pairs.update(pairwise(text))
    figures = {char: _term(char) for char in chars}
    return {*figures.values(), *[f"{figures[one]}x{figures[two]}" for one, two in pairs]}


def _narrowing(word: str) -> list[str]:
    """The terms of a word: itself, or its pairs; of a long one so many, from its beginning to its end."""
    if len(word) == 1:
        return [_term(word)]
    pairs = len(word) - 1
    step = max(1, -(-pairs // MOST_TERMS))
    return [_term(word[at], word[at + 1]) for at in range(0, pairs, step)]


def _term(one: str, two: str = "") -> str:
    return f"{ord(one):x}x{ord(two):x}" if two else f"{ord(one):x}"
