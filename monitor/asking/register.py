"""The register: who is in it, whom it is proposed to take in, and what in it leads nowhere."""

from collections.abc import Collection

from sqlite_utils import Database

from crawler.agencies.agency import Agency
from crawler.agencies.learn import Proposal, propose
from crawler.agencies.names import full_name

COLUMNS = ", ".join(Agency._fields)


def register(db: Database) -> list[Agency]:
    """Every body, by division and name."""
    return [Agency(*row) for row in db.execute(f"select {COLUMNS} from agencies order by division, name, code")]


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
