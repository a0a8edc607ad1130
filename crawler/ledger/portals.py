"""The table of portals: what is watched, and the state of each at our last look; independent of any judgement."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Literal, get_args

from sqlite_utils import Database

from crawler.agencies.list_portals import WatchedPortals
from crawler.ground.clock import stamp
from crawler.ground.config import Config, Portal
from crawler.ground.hosts import host_named, literal
from crawler.ground.reasons import Detail, packed, told
from crawler.ground.urls import host_of

State = Literal[
    "ok",
    "empty",
    "unreachable",
    "challenge",
    "forbidden",
    "robots",
    "login",
    "redirected",
    "soft_404",
    "throttled",
    "repeating",
    "tls",
    "failing",
]
STATES: frozenset[str] = frozenset(get_args(State))

UPSERT = """
insert into portals (id, name, start_url, family, active) values (:id, :name, :start_url, :family, 1)
on conflict (id) do update set name = :name, active = 1, start_url = :start_url,
  family = coalesce(nullif(:family, ''), case when start_url = :start_url then family end)
"""


def sync(db: Database, config: Config) -> None:
    """Makes the table agree with `gouji.toml`: new portals are added, dropped ones become inactive, none is deleted.

    Bodies whose list gave an address on a site that nobody watched then are bodies of its portal from now on.
    """
    with db.atomic():
        db.execute("update portals set active = 0")
        for portal in config.portals:
            db.execute(
                UPSERT,
                {
                    "id": portal.id,
                    "name": portal.called,
                    "start_url": portal.start_url,
                    "family": portal.family,
                },
            )
        watched = WatchedPortals(config.portals)
        for (given,) in db.execute("select distinct portal from agencies where portal like '%://%'").fetchall():
            portal_id, why = watched.meant(str(given))
            if not why:
                db.execute("update agencies set portal = ? where portal = ?", [portal_id, given])


def name_family(db: Database, portal: str, family: str | None) -> None:
    """Stores which CMS family a portal was found to use, if none is known yet."""
    db.execute("update portals set family = ? where id = ? and coalesce(family, '') = ''", [family or None, portal])


def set_state(db: Database, portal: str, state: State, now: datetime, said: Detail = ()) -> None:
    """Stores the portal's state and since when; `last_ok` moves only with `ok` (an unchanged state keeps its date)."""
    if state not in STATES:
        raise ValueError(f"'{state}' is no state of a portal")
    at = stamp(now)
    rests = [told(said, "en") or None, packed(said)]
    _keep_history(db, portal, state, at, rests)
    db.execute(
        "update portals set state_since = case when state is ? then state_since else ? end, state = ?, "
        "checked_at = ?, last_ok = case when ? = 'ok' then ? else last_ok end, detail = ?, said = ? where id = ?",
        [state, at, state, at, state, at, *rests, portal],
    )


def _keep_history(db: Database, portal: str, state: State, at: str, rests: Sequence[str | None]) -> None:
    """Ends the previous state and begins this one; an unchanged state continues."""
    db.execute(
        "update portal_states set until = ? where portal = ? and until is null and state <> ?", [at, portal, state]
    )
    db.execute(
        "insert or replace into portal_states (portal, state, since, detail, said) select ?, ?, ?, ?, ? "
        "where not exists (select 1 from portal_states where portal = ? and until is null)",
        [portal, state, at, *rests, portal],
    )


def open_hosts(db: Database) -> frozenset[str]:
    """The hosts of portals that were once on the public internet."""
    return frozenset(row[0] for row in db.execute("select open_host from portals where open_host is not null"))


def remember_open(db: Database, portals: Iterable[Portal], public: Collection[str]) -> None:
    """Stores which portals' hosts had public addresses in this crawl."""
    for portal in portals:
        host = host_of(portal.start_url)
        if host in public:
            db.execute("update portals set open_host = ? where id = ? and open_host is not ?", [host, portal.id, host])


def named_hosts(portals: Iterable[Portal], once_open: Collection[str]) -> list[str]:
    """The hosts that may have private addresses: the portals' own, and IP addresses written in gouji.toml.

    A name that once had a public address may not: somebody may have changed it to lead us into the internal network.
    """
    return [
        host
        for portal in portals
        for host in (host_of(portal.start_url), *filter(literal, map(host_named, portal.allow_hosts)))
        if literal(host) or host not in once_open
    ]


def read_whole(db: Database, portals: Iterable[str]) -> None:
    """Makes the next crawl read these portals' lists to their ends."""
    db.conn.executemany("update portals set whole_at = null where id = ?", [(portal,) for portal in portals])
