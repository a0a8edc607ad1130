"""Words in the prose of the current reports: each place with whose it is, section and clause, the word marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from sqlite_utils import Database

from crawler.ground.database import Waiting
from crawler.ground.errors import UsageError
from extract.store.prose_index import FOLDING, bring_up_to_date, candidates, fold

FIRST = 50  # reports that are read together
AROUND = 60  # characters of a clause before and behind the word
ENDS = frozenset("。！？；!?;\n\r")
OF_AGENCY = "select id from current_reports where agency = ? order by year desc, id desc"
SECTIONS = """
select r.id, r.agency, coalesce(a.name, r.agency_name, r.agency), r.year, s.section,
       coalesce(s.heading, ''), coalesce(s.text, ''), r.document, r.url
from reports r join sections s on s.report = r.id left join agencies a on a.code = r.agency
where r.id in ({marks}) {year} order by s.report, s.section
"""


@dataclass(frozen=True, slots=True)
class Place:
    """One clause that holds a word. `marks` are its beginnings and ends in the clause, `more` where the clause was cut.

    `section` is 0 for what stands above the first heading.
    """

    agency: str
    name: str
    year: int
    report: int
    section: int
    heading: str
    clause: str
    marks: tuple[tuple[int, int], ...]
    cut: tuple[bool, bool]
    document: str
    url: str


@dataclass(frozen=True, slots=True)
class _Section:
    report: int
    agency: str
    name: str
    year: int
    number: int
    heading: str
    text: str
    document: str
    url: str


def search(
    db: Waiting, words: Sequence[str], *, agency: str = "", year: int | None = None, limit: int
) -> tuple[list[Place], bool]:
    """The places of a report that holds all the words, and whether there are more than `limit`; the newest year first.

    Exact for words of any length; full width or half and white space do not count. UsageError where no word is given.
    """
    wanted = tuple(dict.fromkeys(folded for word in words for part in word.split() if (folded := fold(part))))
    if not wanted:
        raise UsageError("name a word to search for", "请写明要找的词")
    if db.writable:
        bring_up_to_date(db)
    found = list(islice(_places(db, wanted, agency, year), limit + 1))
    kept = sorted(found[:limit], key=lambda one: (-one.year, one.name, one.agency))
    return kept, len(found) > limit


def _places(db: Database, words: Sequence[str], agency: str, year: int | None) -> Iterator[Place]:
    for reports in _reports(db, words, agency, year):
        for sections in _read(db, reports, year):
            yield from _of_report(sections, words)


def _reports(db: Database, words: Sequence[str], agency: str, year: int | None) -> Iterator[list[int]]:
    if agency:  # one body's reports are few: they are read without the index
        yield [int(row[0]) for row in db.execute(OF_AGENCY, [agency])]
    else:
        yield from candidates(db, words, FIRST, year)


def _read(db: Database, reports: Sequence[int], year: int | None) -> Iterator[list[_Section]]:
    """The sections of each of these reports, in the order of the reports."""
    query = SECTIONS.format(marks=", ".join("?" * len(reports)), year="and r.year = ?" if year is not None else "")
    found: dict[int, list[_Section]] = {}
    for row in db.execute(query, [*reports, *([year] if year is not None else [])]):
        found.setdefault(int(row[0]), []).append(_Section(*row))
    yield from (found[report] for report in reports if report in found)


def _of_report(sections: Sequence[_Section], words: Sequence[str]) -> Iterator[Place]:
    texts = [(one, text, fold(text)) for one in sections for text in (one.heading, one.text)]
    if not all(any(word in folded for _, _, folded in texts) for word in words):
        return
    for section, text, folded in texts:
        if any(word in folded for word in words):
            for clause, marks, cut in _clauses(text, merge(*(_spans(folded, word) for word in words))):
                yield Place(
                    section.agency,
                    section.name,
                    section.year,
                    section.report,
                    section.number,
                    section.heading,
                    clause,
                    marks,
                    cut,
                    section.document,
                    section.url,
                )


def _spans(folded: str, word: str) -> Iterator[tuple[int, int]]:
    at = folded.find(word)
    while at >= 0:
        yield at, at + len(word)
        at = folded.find(word, at + len(word))


def _clauses(
    text: str, spans: Iterator[tuple[int, int]]
) -> Iterator[tuple[str, tuple[tuple[int, int], ...], tuple[bool, bool]]]:
    """Each clause with what stands in it of these spans of the folded text; a long one is cut around its first.

    One after the other, as far as somebody asks: a text may hold a word a million times.
    """
    origin = [at for at, char in enumerate(text) for _ in FOLDING[ord(char)]]
    places = ((origin[start], origin[end - 1] + 1) for start, end in spans)
    place = next(places, None)
    while place is not None:
        first, last = place
        start = next((at + 1 for at in range(first - 1, max(-1, first - AROUND - 1), -1) if text[at] in ENDS), None)
        end = next((at for at in range(last, min(len(text), last + AROUND)) if text[at] in ENDS), None)
        begin = max(0, first - AROUND) if start is None else start
        stop = min(len(text), last + AROUND) if end is None else end
        inside = []
        while place is not None and place[0] < stop:
            inside.append(place)
            stop = max(stop, place[1])
            place = next(places, None)
        marks = tuple((one - begin, two - begin) for one, two in inside)
        yield text[begin:stop], marks, (start is None and begin > 0, end is None and stop < len(text))
