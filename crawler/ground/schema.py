"""Tables of the crawl, m006 onwards (before: crawler.ground.schema_first): a new step goes to the end, in its order."""

from sqlite_utils import Database

from crawler.ground.columns import grow
from crawler.ground.schema_asks import typed
from crawler.ground.schema_first import migrations as migrations


@migrations()
def m006_looks(db: Database) -> None:
    # What we know of each report's page, and when each is looked at again. One row per page, twins included.
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
    # Each crawl's figures for each portal, beside the figure they were measured against, and by family.
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
    # The list whose paging ended here because all it named was known.
    db.table("frontier").add_column("known", str)


@migrations()
def m007_rosters(db: Database) -> None:
    # What pages of the kind 「年度报告公布情况」 say: who had to publish and who did.
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
    # Lists of departments and townships that a platform shows beside its columns, told from rosters.
    db.table("rosters").add_column("kind", str, not_null_default="roster")


@migrations()
def m009_open_host(db: Database) -> None:
    # The host of a portal that stood on the open network: if its name leads inside one day, that is no portal of ours.
    db.table("portals").add_column("open_host", str)


@migrations()
def m010_dates(db: Database) -> None:
    # Every date that may be the one of publication, as JSON, and which of them `published_on` is.
    db.table("documents").add_column("dates", str)
    db.table("documents").add_column("dated_by", str)


@migrations()
def m011_looks_year(db: Database) -> None:
    # What of a year's reports stands in a list and could not be read: few among all, and asked for by every judgement.
    db.table("looks").create_index(["year", "verdict"])


@migrations()
def m012_headings(db: Database) -> None:
    # What a page calls itself that stands under a report's title and is none (`not_report`), where that is certain.
    db.table("looks").add_column("heading", str)


@migrations()
def m013_looks_url(db: Database) -> None:
    # Whether a document's page still stands is asked for each one whose title names another body.
    db.table("looks").create_index(["portal", "url"])


@migrations()
def m014_costly_pages(db: Database) -> None:
    # How often the work on a request's answer was begun and did not come to its end, and the hash of the answer's
    # bytes: written before the work begins, so that whatever ends the crawl meanwhile has been counted.
    db.table("frontier").add_column("tries", int, not_null_default=0)
    db.table("frontier").add_column("tried", str)
    # The pages on which that happened, beyond the crawl in which it did.
    db.table("costly_pages").create(
        {"portal": str, "key": str, "url": str, "sha256": str, "tries": int, "cause": str, "at": str},
        pk=("portal", "key"),
        not_null={"portal", "key", "url", "tries", "cause", "at"},
        strict=True,
    )


@migrations()
def m015_typed_asks(db: Database) -> None:
    # What the crawl knows of a request and what its family remembers stood in one dict: each has a place of its own.
    # An unfinished crawl goes on with what it had still to ask.
    for table in ("frontier", "looks"):
        kept = db.execute(f"select rowid, ask from {table} where ask is not null").fetchall()
        db.conn.executemany(f"update {table} set ask = ? where rowid = ?", [(typed(ask), row) for row, ask in kept])


@migrations()
def m016_known_ground(db: Database) -> None:
    # 1: a list that was read only as far as something new was found. Until now only `detail` told.
    db.table("fetches").add_column("known_ground", int)
    db.execute(
        "update fetches set known_ground = detail like '%read as far as known ground%' "
        "where coalesce(kind, 'list') = 'list' and detail is not null"
    )


grow(migrations, "crawler.ground")
