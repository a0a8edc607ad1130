"""Tables of the crawl: who must publish, what is watched, what was fetched, what is kept."""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("crawler")


@migrations()
def m001_register(db: Database) -> None:
    db.table("agencies").create(
        {
            "code": str,
            "name": str,
            "level": str,
            "kind": str,
            "parent": str,
            "division": str,
            "portal": str,
            "first_year": int,
            "last_year": int,
            "source": str,
        },
        pk="code",
        not_null={"name"},
        strict=True,
    )
    db.table("agencies").create_index(["name"])
    db.table("agency_names").create(
        {"agency": str, "name": str, "from_year": int, "to_year": int},
        pk=("agency", "name"),
        foreign_keys=[("agency", "agencies", "code")],
        strict=True,
    )
    db.table("agency_names").create_index(["name"])


@migrations()
def m002_crawl(db: Database) -> None:
    db.table("portals").create(
        {
            "id": str,
            "name": str,
            "start_url": str,
            "family": str,
            "state": str,
            "state_since": str,
            "checked_at": str,
            "last_ok": str,
            "detail": str,
            "active": int,
        },
        pk="id",
        defaults={"active": 1},
        strict=True,
    )
    db.table("crawls").create(
        {
            "id": int,
            "started_at": str,
            "finished_at": str,
            "outcome": str,
            "portals": int,
            "requests": int,
            "reports_found": int,
            "new_documents": int,
            "errors": int,
        },
        pk="id",
        strict=True,
    )
    db.table("fetches").create(
        {
            "id": int,
            "crawl": int,
            "portal": str,
            "url": str,
            "at": str,
            "status": int,
            "sha256": str,
            "verdict": str,
            "etag": str,
            "last_modified": str,
            "detail": str,
        },
        pk="id",
        foreign_keys=[("crawl", "crawls", "id")],
        strict=True,
    )
    db.table("fetches").create_index(["url", "id"])
    db.table("fetches").create_index(["portal", "at"])
    db.table("documents").create(
        {
            "sha256": str,
            "url": str,
            "portal": str,
            "agency": str,
            "year": int,
            "title": str,
            "media_type": str,
            "published_on": str,
            "first_seen": str,
            "last_seen": str,
            "attachment_of": str,
            "agency_name": str,
        },
        pk=("sha256", "url"),
        not_null={"sha256", "url", "first_seen"},
        strict=True,
    )
    db.table("documents").create_index(["agency", "year"])
    db.table("documents").create_index(["url"])


@migrations()
def m003_frontier(db: Database) -> None:
    # What is still to be asked in a crawl. It survives `kill -9`: an unfinished crawl goes on from here.
    db.table("frontier").create(
        {
            "id": int,
            "crawl": int,
            "portal": str,
            "host": str,
            "kind": str,
            "key": str,
            "ask": str,
            "priority": int,
            "state": str,
            "attempts": int,
            "found": int,
            "signature": str,
            "verdict": str,
        },
        pk="id",
        not_null={"crawl", "portal", "key", "ask", "state"},
        foreign_keys=[("crawl", "crawls", "id")],
        strict=True,
    )
    db.table("frontier").create_index(["crawl", "portal", "key"], unique=True)
    db.table("frontier").create_index(["crawl", "signature"])
    db.table("frontier").create_index(["crawl", "host", "state", "priority", "id"])
    db.table("fetches").add_column("kind", str)
    db.table("fetches").create_index(["crawl", "portal"])
    db.table("fetches").create_index(["sha256"])
    # Which portals and year a crawl was asked for: only the same question may be continued.
    db.table("crawls").add_column("selection", str)


@migrations()
def m004_portal_states(db: Database) -> None:
    # Every state a portal was in, from when to when: whether it was healthy on any past day can be asked for years.
    db.table("portal_states").create(
        {"portal": str, "state": str, "since": str, "until": str, "detail": str},
        pk=("portal", "since"),
        not_null={"portal", "state", "since"},
        strict=True,
    )
    db.execute(
        "insert into portal_states (portal, state, since, detail) select id, state, state_since, detail "
        "from portals where state is not null and state_since is not null"
    )


@migrations()
def m005_agency_events(db: Database) -> None:
    # What happened to a body and from which report year on: years before and after are not compared.
    db.table("agency_events").create(
        {
            "id": int,
            "agency": str,
            "event": str,
            "from_year": int,
            "successor": str,
            "old_name": str,
            "new_name": str,
            "basis": str,
        },
        pk="id",
        not_null={"agency", "event"},
        foreign_keys=[("agency", "agencies", "code")],
        strict=True,
    )
    db.table("agency_events").create_index(["agency"])
    db.table("agency_events").create_index(["successor"])
    # Probes of a report's page that found it gone: few among all, and asked for by every check.
    db.execute(
        "create index idx_fetches_gone on fetches (at, url) where verdict in ('not_found', 'soft_404', 'redirected')"
    )


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
def m015_said(db: Database) -> None:
    # What a judgement rests on as codes with fields (JSON), to be told in any language; `detail` is the English of it.
    for table in ("fetches", "portals", "portal_states", "crawl_portals"):
        db.table(table).add_column("said", str)
    # 1: a list that was read only as far as something new was found. Until now only `detail` told.
    db.table("fetches").add_column("known_ground", int)
    db.execute(
        "update fetches set known_ground = detail like '%read as far as known ground%' "
        "where coalesce(kind, 'list') = 'list' and detail is not null"
    )
