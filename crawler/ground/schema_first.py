"""The first tables of the crawl, m001 to m005: register, portals, fetches, documents, pending requests."""

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
    # The requests that a crawl has still to make. They survive `kill -9`: an unfinished crawl goes on from here.
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
    # The portals and the year that a crawl was started for: only the same selection may be continued.
    db.table("crawls").add_column("selection", str)


@migrations()
def m004_portal_states(db: Database) -> None:
    # Every state of a portal, from when to when, so that its health on any past day can be queried for years.
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
    # What happened to a body, and from which report year on: years before and after that are not compared.
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
    # For probes of a report's page that found it gone: few among all, and queried by every check.
    db.execute(
        "create index idx_fetches_gone on fetches (at, url) where verdict in ('not_found', 'soft_404', 'redirected')"
    )
