"""Each crawl's figures, compared with those of earlier crawls: found, new, gone, and the yield of each family."""

from dataclasses import dataclass

from sqlite_utils import Database

# How many earlier crawls a figure is compared with: a loss is reported that long, then it counts as normal.
RECENT = 7
# Named by a list of this crawl, or listed beyond the page where only known entries were left, or found beside a list.
FOUND = """
with stopped as (select known as chain, min(json_extract(ask, '$.page')) as page from frontier
                 where crawl = :crawl and portal = :portal and known is not null group by known)
select coalesce(l.family, 'generic'), count(*) from looks l left join stopped s on s.chain = l.chain
where l.portal = :portal and l.kind in ('detail', 'own') and coalesce(l.verdict, '') not in ('not_report', 'ok')
  and (l.listed_in = :crawl or l.page >= s.page or (l.page = 0 and l.chain in (
       select json_extract(ask, '$.url') from frontier where crawl = :crawl and portal = :portal and kind = 'list'
       and verdict in ('ok', 'unchanged')))) and (:year is null or l.year is null or l.year = :year)
group by 1
"""
BROUGHT = """
select coalesce(nullif(json_extract(f.ask, '$.source.family'), ''), p.family, 'generic'),
       sum(f.verdict in ('new', 'changed')), sum(f.verdict is null or f.verdict in ({bad}))
from frontier f join portals p on p.id = f.portal where f.crawl = ? and f.portal = ? group by 1
"""
BEFORE = """
select max(found) from (
  select f.found from crawl_portals f join crawls c on c.id = f.crawl
  where f.portal = ? and f.crawl < ? and json_extract(c.selection, '$[1]') is null
  order by f.crawl desc limit ?)
"""


@dataclass(frozen=True, slots=True)
class Yield:
    """How many reports one family found at one portal."""

    family: str
    found: int
    new: int
    errors: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One portal's figures. `before` is the most that recent earlier crawls found, None if there was none."""

    yields: tuple[Yield, ...]
    before: int | None
    vanished: int

    @property
    def found(self) -> int:
        return sum(one.found for one in self.yields)

    def dropped(self, drop: float) -> bool:
        """Whether a larger share was lost than `drop` allows."""
        return self.before is not None and self.found < self.before * (1 - drop)


def measure(db: Database, crawl: int, portal: str, year: int | None, bad: frozenset[str]) -> Figures:
    """The figures of a portal from the frontier of a crawl that has finished it; `bad` are the verdicts for trouble."""
    found = dict(db.execute(FOUND, {"crawl": crawl, "portal": portal, "year": year}).fetchall())
    words = ", ".join(f"'{word}'" for word in sorted(bad))
    brought = {
        family: (new or 0, errors or 0)
        for family, new, errors in db.execute(BROUGHT.format(bad=words), [crawl, portal])
    }
    yields = tuple(
        Yield(family, found.get(family, 0), *brought.get(family, (0, 0))) for family in sorted({*found, *brought})
    )
    before = most(db, portal, crawl) if year is None else None
    gone = db.execute("select count(*) from looks where portal = ? and gone_since is not null", [portal]).fetchone()[0]
    return Figures(yields, before, int(gone))


def most(db: Database, portal: str, crawl: int = 1 << 62) -> int | None:
    """The most reports that recent crawls (before this one) found at a portal; None if there was none."""
    found = db.execute(BEFORE, [portal, crawl, RECENT]).fetchone()[0]
    return None if found is None else int(found)


def keep(db: Database, crawl: int, portal: str, yields: tuple[Yield, ...]) -> None:
    """Stores the yield of each family, for comparisons between crawls."""
    for one in yields:
        db.execute(
            "insert or replace into crawl_yields (crawl, portal, family, found, new, errors) values (?, ?, ?, ?, ?, ?)",
            [crawl, portal, one.family, one.found, one.new, one.errors],
        )
