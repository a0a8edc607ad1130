"""Crawls and requests are known by numbers that tell their order: two ledgers get one numbering, by the hour."""

from collections.abc import Mapping, Sequence

from sqlite_utils import Database

# Where a crawl is named by its number.
NAMED = (
    ("crawls", "id"),
    ("fetches", "crawl"),
    ("crawl_portals", "crawl"),
    ("crawl_yields", "crawl"),
    ("looks", "listed_in"),
    ("frontier", "crawl"),
    ("checks", "crawl"),
)
SAME = ("started_at", "finished_at", "outcome", "selection", "requests")  # what makes two crawls one, with the portals


def agree(db: Database) -> None:
    """Numbers the crawls of both sides by when they began, so that each has one number and a later one the higher.

    `other` is a copy of ours and may be changed. What was summed up by number is summed up anew.
    """
    ours, theirs = _crawls(db, "main"), _crawls(db, "other")
    known = {what: number for number, what in ours}
    new = [(number, what) for number, what in theirs if what not in known]
    if not new:
        _renumber(db, "other", {number: known[what] for number, what in theirs})
        return
    rows: list[tuple[str, int, str, int]] = [(what[0] or "", 0, "main", number) for number, what in ours]
    rows += [(what[0] or "", 1, "other", number) for number, what in new]
    # None of ours changes its number unless one of theirs is older than it.
    order = {(side, number): at for at, (_, _, side, number) in enumerate(sorted(rows), 1)}
    first = min(what[0] or "" for _, what in new)
    if all((what[0] or "") < first for _, what in ours):
        top = max((number for number, _ in ours), default=0)
        order = {("main", number): number for number, _ in ours}
        order |= {("other", number): top + at for at, (number, _) in enumerate(sorted(new, key=_began), 1)}
    mine = {number: order["main", number] for number, _ in ours}
    if mine != {number: number for number in mine}:
        _renumber(db, "main", mine)
    db.execute("delete from main.sweeps")
    their = {number: mine[known[what]] if what in known else order["other", number] for number, what in theirs}
    _renumber(db, "other", their)


def in_order(db: Database) -> None:
    """Numbers the requests again from the first that stands after a later one."""
    first = db.execute(
        "select min(at) from (select at, max(at) over (order by id rows between unbounded preceding and 1 preceding) "
        "as before from fetches) where at < before"
    ).fetchone()[0]
    if first is None:
        return
    base = db.execute(
        "select coalesce(max(id), 0) from fetches where id < (select min(id) from fetches where at > ?)", [first]
    ).fetchone()[0]
    db.execute(
        "create temp table numbers as select id, row_number() over (order by at, id) + ? as number "
        "from fetches where id > ?",
        [base, base],
    )
    db.execute(
        "update fetches set id = -(select number from temp.numbers n where n.id = fetches.id) where id > ?", [base]
    )
    db.execute("update fetches set id = -id where id < 0")
    db.execute("drop table temp.numbers")


def _began(crawl: tuple[int, Sequence[str | None]]) -> tuple[str, int]:
    return crawl[1][0] or "", crawl[0]


def _crawls(db: Database, side: str) -> list[tuple[int, tuple[str | None, ...]]]:
    rows = db.execute(
        f"select id, {', '.join(SAME)}, (select group_concat(portal, ' ') from "
        f"(select portal from {side}.crawl_portals p "
        f"where p.crawl = c.id order by portal)) from {side}.crawls c order by id"
    )
    return [(int(row[0]), tuple(row[1:])) for row in rows]


def _renumber(db: Database, side: str, numbers: Mapping[int, int]) -> None:
    """Twice, because a number that one gives up another may take."""
    moved = {old: new for old, new in numbers.items() if old != new}
    for table, column in NAMED:
        for old, new in moved.items():
            db.execute(f"update {side}.{table} set {column} = ? where {column} = ?", [-new, old])
        db.execute(f"update {side}.{table} set {column} = -{column} where {column} < 0")
