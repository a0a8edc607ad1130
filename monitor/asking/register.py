"""The register: who is in it, whom it is proposed to take in, and what in it leads nowhere."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.agencies.agency import Agency
from crawler.agencies.learn import propose
from crawler.agencies.names import full_name
from crawler.agencies.proposal import Proposal

COLUMNS = ", ".join(Agency._fields)


def register(db: Database) -> list[Agency]:
    """Every body, in its order."""
    return [Agency(*row) for row in db.execute(f"select {COLUMNS} from agencies order by rowid")]


def unknown_parents(db: Database) -> list[tuple[str, int]]:
    """Whom bodies have as their parent and the register does not know, each with the number of those bodies."""
    return [
        (str(parent), int(count))
        for parent, count in db.execute(
            "select a.parent, count(*) from agencies a left join agencies p on p.code = a.parent "
            "where a.parent <> '' and p.code is null group by a.parent order by a.parent"
        )
    ]


def proposals(db: Database, year: int, portals: Collection[str] = (), spared: Collection[str] = ()) -> list[Proposal]:
    """Whom to take in for a report year: of these portals (none given: all), without those of these names."""
    left = {full_name(name) for name in spared}
    return [
        one for one in propose(db, year) if (not portals or one.portal in portals) and full_name(one.name) not in left
    ]


def no_longer_listed(db: Database, listed: Collection[str], year: int) -> list[Agency]:
    """The registered bodies that still owe for a report year and are not among these, of their places and portals.

    A list of another place says nothing of them.
    """
    bodies = register(db)
    known = [one for one in bodies if one.code in listed]
    places = {(one.division or "")[:6] for one in known} - {""}
    portals = {one.portal or "" for one in known} - {""}
    return [
        one
        for one in bodies
        if one.code not in listed
        and one.registered
        and one.source is not None
        and (one.last_year is None or one.last_year >= year)
        and ((one.division or "")[:6] in places or (one.portal or "") in portals or not (one.division or one.portal))
    ]


def without_portal(db: Database, listed: Collection[str]) -> int:
    """How many of these bodies have no portal."""
    return sum(1 for one in register(db) if one.code in listed and not one.portal)


@dataclass(frozen=True, slots=True)
class Seen:
    """What bodies can be learned from: documents, those of them that nobody has read yet, rosters, watched portals."""

    documents: int
    unread: int
    rosters: int
    portals: int


def seen(db: Database, portals: int) -> Seen:
    """What there is to learn from, on so many watched portals."""
    documents, rosters = (
        int(db.execute(f"select count(*) from {table}").fetchone()[0]) for table in ("documents", "rosters")
    )
    unread = db.execute(
        "select count(*) from documents d where d.agency is null and not exists "
        "(select 1 from readings r where r.document = d.sha256 and r.url = d.url)"
    ).fetchone()[0]
    return Seen(documents, int(unread), rosters, portals)
