"""Tables of the crawl from m006 on (earlier steps: crawler.ground.schema_first); a new step goes to the end."""

from sqlite_utils import Database

from crawler.ground.columns import grow
from crawler.ground.schema_asks import typed
from crawler.ground.schema_first import migrations as migrations


@migrations()
def m006_looks(db: Database) -> None:
    # What we know about each report's page, and when it is looked at again. One row per page, twins included.
    db.table("looks").create(
        {
            "portal": str,
            "key": str,
            "url": str,
            "kind": str,
            "ask": str,
            "family": str,
            "year": int,
            "verdict": str,
            "looked_at": str,
            "looks": int,
            "spread": int,
            "gone_since": str,
            "listed_in": int,
            "chain": str,
            "page": int,
        },
        pk=("portal", "key"),
        not_null={"portal", "key", "url", "kind", "looks", "spread"},
        defaults={"looks": 0},
        strict=True,
    )
    # Each crawl's figures for each portal, with the figure they were compared with; and by family.
    db.table("crawl_portals").create(
        {
            "crawl": int,
            "portal": str,
            "state": str,
            "detail": str,
            "requests": int,
            "found": int,
            "before": int,
            "new": int,
            "vanished": int,
            "errors": int,
            "whole": int,
            "dropped": int,
        },
        pk=("crawl", "portal"),
        foreign_keys=[("crawl", "crawls", "id")],
        strict=True,
    )
    db.table("crawl_portals").create_index(["portal", "crawl"])
    db.table("crawl_yields").create(
        {"crawl": int, "portal": str, "family": str, "found": int, "new": int, "errors": int},
        pk=("crawl", "portal", "family"),
        foreign_keys=[("crawl", "crawls", "id")],
        strict=True,
    )
    # When every page of a portal's lists was last read, and how often that was.
    db.table("portals").add_column("whole_at", str)
    db.table("portals").add_column("whole_looks", int)
    # The list whose paging stopped at this page because everything the page named was known.
    db.table("frontier").add_column("known", str)


@migrations()
def m007_rosters(db: Database) -> None:
    # What pages like 「年度报告公布情况」 say: who had to publish and who did.
    db.table("rosters").create(
        {
            "id": int,
            "portal": str,
            "url": str,
            "title": str,
            "agency_name": str,
            "year": int,
            "published": int,
            "document": str,
            "seen_at": str,
        },
        pk="id",
        not_null={"portal", "url", "agency_name", "seen_at"},
        strict=True,
    )
    db.table("rosters").create_index(["agency_name", "year"])
    db.table("rosters").create_index(["url"])


@migrations()
def m008_departments(db: Database) -> None:
    # Distinguishes rosters from lists of departments and townships that a platform shows beside its columns.
    db.table("rosters").add_column("kind", str, not_null_default="roster")


@migrations()
def m009_open_host(db: Database) -> None:
    # A portal's host that was on the public internet: if its name one day leads to a private address, it is refused.
    db.table("portals").add_column("open_host", str)


@migrations()
def m010_dates(db: Database) -> None:
    # Every date that may be the publication date, as JSON, and the rule that chose `published_on` among them.
    db.table("documents").add_column("dates", str)
    db.table("documents").add_column("dated_by", str)


@migrations()
def m011_looks_year(db: Database) -> None:
    # For listed reports of a year that could not be read: few among all, and queried by every judgement.
    db.table("looks").create_index(["year", "verdict"])


@migrations()
def m012_headings(db: Database) -> None:
    # The heading of a page that is listed as a report but is not one (`not_report`), if that is certain.
    db.table("looks").add_column("heading", str)


@migrations()
def m013_looks_url(db: Database) -> None:
    # For every document whose title names another body, the check queries whether its page is still online.
    db.table("looks").create_index(["portal", "url"])


@migrations()
def m014_costly_pages(db: Database) -> None:
    # How often the work on a request's answer was begun and did not finish, and the hash of the answer's
    # bytes: written before the work begins, so that it is counted even if the crawl is killed meanwhile.
    db.table("frontier").add_column("tries", int, not_null_default=0)
    db.table("frontier").add_column("tried", str)
    # The pages on which that happened, kept after the crawl has ended.
    db.table("costly_pages").create(
        {"portal": str, "key": str, "url": str, "sha256": str, "tries": int, "cause": str, "at": str},
        pk=("portal", "key"),
        not_null={"portal", "key", "url", "tries", "cause", "at"},
        strict=True,
    )


@migrations()
def m015_typed_asks(db: Database) -> None:
    # One dict held what the crawl knows of a request and what its family remembers: now each has its own place.
    # An unfinished crawl can go on with its remaining requests.
    for table in ("frontier", "looks"):
        kept = db.execute(f"select rowid, ask from {table} where ask is not null").fetchall()
        db.conn.executemany(f"update {table} set ask = ? where rowid = ?", [(typed(ask), row) for row, ask in kept])


@migrations()
def m016_known_ground(db: Database) -> None:
    # 1: a list that was read only as far as something new was found. Until now only `detail` said so.
    db.table("fetches").add_column("known_ground", int)
    db.execute(
        "update fetches set known_ground = detail like '%read as far as known ground%' "
        "where coalesce(kind, 'list') = 'list' and detail is not null"
    )


@migrations()
def m017_contacts(db: Database) -> None:
    # Whom to write to at a body: persons or desks, as the list of the register has them.
    db.table("contacts").create(
        {"agency": str, "name": str, "phone": str, "email": str, "role": str},
        not_null={"agency"},
        foreign_keys=[("agency", "agencies", "code")],
        strict=True,
    )
    db.table("contacts").create_index(["agency"])


grow(migrations, "crawler.ground")
