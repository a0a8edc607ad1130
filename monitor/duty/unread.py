"""Bodies whose report may lie unread among the documents: nobody is overdue because we could not read it."""

from collections.abc import Iterator, Sequence

from sqlite_utils import Database

from crawler.agencies.register import find_agency, maybe_theirs, namesakes
from crawler.agencies.short_names import of_portal
from crawler.pages.titles import recognize
from monitor.duty.debtor import Debtor

# Counting is quick, and most of the time every document has been read.
ANY = "select (select count(*) from documents) > (select count(*) from readings)"
# Never read, by no version of the reader; what has no year may be of any whose end it was first seen after.
UNREAD = """
select coalesce(d.agency, ''), coalesce(d.agency_name, ''), coalesce(d.title, ''), coalesce(d.portal, ''), d.year,
       coalesce(d.listed_under, '')
from documents d
where (d.year = :year or (d.year is null and d.first_seen >= :begin)) and d.first_seen <= :at
  and not exists (select 1 from readings r where r.document = d.sha256 and r.url = d.url)
"""
# Read as a report, of nobody known: neither itself nor its file says whose it is, nor does the same paper elsewhere.
# One without a year may be of the year before it was first seen.
NAMELESS = """
select distinct coalesce(d.portal, ''), coalesce(d.listed_under, '') from documents d
where (d.year = :year or (d.year is null and d.first_seen >= :begin and d.first_seen < :end)) and d.first_seen <= :at
  and d.agency is null and d.agency_name is null and d.attachment_of is null
  and exists (select 1 from reports r where r.document = d.sha256 and r.url = d.url and r.agency is null)
  and not exists (select 1 from documents f where f.attachment_of = d.url and f.agency is not null)
  and not exists (select 1 from documents o where o.sha256 = d.sha256 and o.agency is not null)
"""
# Strong evidence of a report that rests on what other evidence contradicts.
CONTRADICTED = """
select distinct json_extract(e.value, '$.agency_name'), coalesce(d.portal, '')
from reports r join documents d on d.sha256 = r.document and d.url = r.url, json_each(r.evidence) e
where r.weak = 1 and r.year = :year and d.first_seen <= :at and json_valid(r.evidence)
  and json_extract(e.value, '$.strong') and json_extract(e.value, '$.agency_name') not in ('', r.agency_name)
"""
# Holds the reports of several bodies, none of which was read: as long as nothing else stands at its address.
SEVERAL = """
select distinct coalesce(d.portal, ''), coalesce(d.listed_under, '')
from problems p join documents d on d.sha256 = p.document and d.url = p.url
where p.code = 'several_reports' and d.first_seen <= :at
  and (d.year = :year or (d.year is null and d.first_seen >= :begin and d.first_seen < :end))
  and not exists (select 1 from documents n where n.url = d.url and n.sha256 <> d.sha256 and n.first_seen <= :at
    and n.last_seen >= d.last_seen)
"""


def unread_bodies(db: Database, debtors: Sequence[Debtor], year: int, at: str, *, watched: bool) -> Iterator[str]:
    """Their codes. `watched`: portals are; then a file that names nobody speaks for none, as its body would publish
    on its portal."""
    if not db.execute(ANY).fetchone()[0]:
        return
    for code, name, title, portal, known, group in db.execute(
        UNREAD, {"year": year, "at": at, "begin": f"{year + 1}-01-01"}
    ).fetchall():
        info = recognize(title)
        if known is None and info is not None and info.year not in (None, year):
            continue
        name = name or (info.agency_name if info is not None else "")
        if code:
            yield code
        elif name:
            yield from named(db, name, portal)
        elif portal or not watched:
            yield from whose(db, debtors, portal, group)


def nameless_bodies(db: Database, debtors: Sequence[Debtor], year: int, at: str, *, watched: bool) -> Iterator[str]:
    """The codes of those whose report one may be that was read, and says nowhere whose it is."""
    yield from _beside(db, NAMELESS, debtors, year, at, watched=watched)


def contradicted_bodies(db: Database, year: int, at: str) -> Iterator[str]:
    """The codes of those whose name stands in a report as well that is filed under another body's."""
    for name, portal in db.execute(CONTRADICTED, {"year": year, "at": at}).fetchall():
        yield from named(db, name, portal)


def gathered_bodies(db: Database, debtors: Sequence[Debtor], year: int, at: str, *, watched: bool) -> Iterator[str]:
    """The codes of those whose report one may be among several in one document, which was not taken apart."""
    yield from _beside(db, SEVERAL, debtors, year, at, watched=watched)


def _beside(db: Database, query: str, debtors: Sequence[Debtor], year: int, at: str, *, watched: bool) -> Iterator[str]:
    """The codes of the bodies of each portal that has such a document of this year."""
    asked = {"year": year, "at": at, "begin": f"{year + 1}-01-01", "end": f"{year + 2}-01-01"}
    for portal, group in db.execute(query, asked).fetchall():
        if portal or not watched:
            yield from whose(db, debtors, portal, group)


def named(db: Database, name: str, portal: str) -> Iterator[str]:
    """The body that a title of this portal names; where that is not certain, all that it may be."""
    code = find_agency(db, name, portal=portal)
    yield from (code,) if code else namesakes(db, name, portal=portal) | maybe_theirs(db, name, portal=portal)


def whose(db: Database, debtors: Sequence[Debtor], portal: str, group: str = "") -> Iterator[str]:
    """The bodies whose report an entry of this portal may be that names nobody; of a file, every body.

    `group`: what it stands under. A group of one kind (乡镇) holds no report of another.
    """
    from crawler.pages.signs import group_kinds  # it loads what reads pages, which most questions do without

    kinds = group_kinds(group)
    if portal:
        for body in of_portal(db, portal, wide=True, anywhere=True):
            if not kinds or not body.kind or body.kind in kinds:
                yield body.code
    else:
        yield from (one.code for one in debtors)
