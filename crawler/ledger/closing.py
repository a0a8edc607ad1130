"""What is stored at the end of a crawl: each portal's state and figures, also when the crawl was interrupted."""

import json
import logging

from sqlite_utils import Database

from crawler.ground.clock import parse_stamp
from crawler.ground.contained import Failed, contained
from crawler.ground.reasons import Reason, packed
from crawler.ledger import costly, crawl_figures, fetches, looks
from crawler.ledger.fetches import Fetch
from crawler.ledger.portal_state import PortalOutcome, examine
from crawler.ledger.portals import set_state

log = logging.getLogger(__name__)

# The Chinese line has no code in it: what is the matter is said in words when the crawl is over.
WELL, UNWELL = ("%s：" + said + "%.0s，年报 %d，新文件 %d，请求 %d" for said in ("正常", "不正常"))
OPEN = "state in ('pending', 'in_flight')"


def examined(db: Database, crawl: int, portal: str, year: int | None, drop: float) -> PortalOutcome:
    """The state of a portal after a crawl; if that cannot be determined, it is our failure, for this portal only."""
    outcome = contained(lambda: examine(db, crawl, portal, year, drop))
    if not isinstance(outcome, Failed):
        return outcome
    log.error("%s: its state cannot be told: %s", portal, outcome.detail, extra={"zh": "%s：说不出它的状态：%s"})
    return PortalOutcome(
        portal,
        "failing",
        (Reason("state_unknown", error=outcome.detail),),
        reached=False,
        reports_found=0,
        new_documents=0,
        requests=0,
        errors=1,
        lists_read=False,
    )


def settle(db: Database, crawl: int, portal: PortalOutcome, whole: bool, at: str) -> None:
    """Stores the result for a portal that was crawled to its end: state, figures, and whether all lists were read."""
    now = parse_stamp(at)
    set_state(db, portal.id, portal.state, now, portal.said)
    db.execute(
        "insert or replace into crawl_portals (crawl, portal, state, detail, said, requests, found, before, new, "
        "vanished, errors, whole, dropped) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            crawl,
            portal.id,
            portal.state,
            portal.detail or None,
            packed(portal.said),
            portal.requests,
            portal.reports_found,
            portal.before,
            portal.new_documents,
            portal.vanished,
            portal.errors,
            int(whole),
            int(portal.dropped),
        ],
    )
    crawl_figures.keep(db, crawl, portal.id, portal.yields)
    if whole and portal.lists_read:
        looks.was_whole(db, portal.id, now)
    log.info(
        "%s: %s, %d reports, %d new, %d requests",
        portal.id,
        portal.state,
        portal.reports_found,
        portal.new_documents,
        portal.requests,
        extra={"zh": WELL if portal.state == "ok" else UNWELL},
    )


def left(db: Database, crawl: int) -> dict[str, int]:
    """How many requests a crawl has still to make, by portal; finished portals are absent."""
    return dict(
        db.execute(
            f"select portal, count(*) from frontier where crawl = ? and {OPEN} group by portal", [crawl]
        ).fetchall()
    )


def abandon(db: Database, drop: float, now: str) -> None:
    """Ends interrupted crawls that are not continued; they must not count as healthy looks.

    A portal that was not crawled to its end is `failing` from then on: its lists and reports were not all asked
    for; a portal that was not asked at all keeps its state.
    """
    for crawl, selection in db.execute("select id, selection from crawls where finished_at is null").fetchall():
        _cut_off(db, crawl, json.loads(selection)[1] if selection else None, drop)
        costly.carry(db, crawl, now)
        looks.unfinished_files(db, crawl)
        db.execute("delete from frontier where crawl = ?", [crawl])
        db.execute("update crawls set finished_at = ?, outcome = 'abandoned' where id = ?", [now, crawl])


def _cut_off(db: Database, crawl: int, year: int | None, drop: float) -> None:
    # Portals that were finished during the crawl already have their row, unless the crawl was killed.
    judged = {row[0] for row in db.execute("select portal from crawl_portals where crawl = ?", [crawl])}
    waiting = left(db, crawl)
    for portal, at in db.execute(
        "select portal, max(at) from fetches where crawl = ? group by portal", [crawl]
    ).fetchall():
        later = db.execute("select 1 from portals where id = ? and checked_at > ?", [portal, at]).fetchone()
        if later or (portal in judged and portal not in waiting):
            continue
        if portal in waiting:
            url = db.execute("select start_url from portals where id = ?", [portal]).fetchone()[0]
            fetches.enter(
                db,
                crawl,
                Fetch(portal, url, "list", "bound", said=(Reason("cut_off", count=waiting[portal]),)),
                parse_stamp(at),
            )
        settle(db, crawl, examined(db, crawl, portal, year, drop), False, at)
