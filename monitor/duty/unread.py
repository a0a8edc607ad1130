"""Bodies whose report may lie unread among the documents: nobody is overdue because we could not read it."""

from collections.abc import Iterator, Sequence

from sqlite_utils import Database

from crawler.agencies.register import find_agency
from crawler.pages.titles import recognize
from monitor.duty.debtor import Debtor

# Whose report a title without a name may be, where it stands among those of others.
NAMELESS = ("government", "office")
# Counting is quick, and most of the time every document has been read.
ANY = "select (select count(*) from documents) > (select count(*) from readings)"
# Never read, by no version of the reader; what has no year may be of any whose end it was first seen after.
UNREAD = """
select coalesce(d.agency_name, ''), coalesce(d.title, ''), coalesce(d.portal, ''), d.year from documents d
where (d.year = :year or (d.year is null and d.first_seen >= :begin)) and d.first_seen <= :at
  and not exists (select 1 from readings r where r.document = d.sha256 and r.url = d.url)
"""


def unread_bodies(db: Database, debtors: Sequence[Debtor], year: int, at: str, *, watched: bool) -> Iterator[str]:
    """Their codes. `watched`: portals are; then a file that names nobody speaks for none, as its body would publish
    on its portal."""
    if not db.execute(ANY).fetchone()[0]:
        return
    for name, title, portal, known in db.execute(
        UNREAD, {"year": year, "at": at, "begin": f"{year + 1}-01-01"}
    ).fetchall():
        info = recognize(title)
        if known is None and info is not None and info.year not in (None, year):
            continue
        name = name or (info.agency_name if info is not None else "")
        if name:
            code = find_agency(db, name, portal=portal)
            yield from (code,) if code else ()
        elif portal or not watched:
            yield from whose(debtors, portal)


def whose(debtors: Sequence[Debtor], portal: str) -> Iterator[str]:
    """The bodies whose report an entry of this portal may be that names nobody; of a file, every body."""
    own = [debtor for debtor in debtors if not portal or debtor.portal == portal]
    yield from (one.code for one in own if not portal or len(own) == 1 or one.kind in NAMELESS)
