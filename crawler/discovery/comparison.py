"""Compares how a portal answers now with what is known of it: its state, and its listed reports with those we hold."""

from dataclasses import dataclass

from sqlite_utils import Database

from crawler.agencies.register import find_agency
from crawler.discovery.sighting import ListedReport, SearchResult, SiteSection
from crawler.ground.config import Portal
from crawler.ground.reasons import Detail, Reason, says
from crawler.ground.urls import identity
from crawler.ledger import crawl_figures
from crawler.ledger.portal_state import STATE_OF, UNREACHED
from crawler.ledger.portals import State


@dataclass(frozen=True, slots=True)
class Comparison:
    """`listed` of which `new` are not yet held; `before` were found by the last crawl (None: there was none).

    `unattributed` are those of the listed of which neither the title says whose they are nor what we hold of them.
    """

    state: State
    said: Detail
    in_reach: bool
    family: str
    listed: int
    new: int
    complete: bool
    held: int
    before: int | None
    before_at: str | None
    proposals: tuple[str, ...]
    unattributed: tuple[ListedReport, ...]


def compare(db: Database, portal: Portal, found: SearchResult, drop: float) -> Comparison:
    """What a look at a portal means; nothing is written. A loss of more than the share `drop` is a failure."""
    held = {
        identity(str(url))
        for (url,) in db.execute(
            "select distinct url from documents where portal = ? and attachment_of is null", [portal.id]
        )
    }
    last = db.execute(
        "select p.found, c.started_at from crawl_portals p join crawls c on c.id = p.crawl where p.portal = ? "
        "order by p.crawl desc limit 1",
        [portal.id],
    ).fetchone()
    own = next((one for one in found.columns if identity(one.start_url) == identity(portal.start_url)), None)
    listed = own.reports.keys() if own else set()
    state, said = _state(found, own, len(held))
    complete = own is not None and not own.unread and not own.trouble and not found.broken
    most = crawl_figures.most(db, portal.id)
    if state == "ok" and complete and most is not None and len(listed) < most * (1 - drop):
        state, said = "failing", (Reason("reports_fewer", found=len(listed), before=most),)
    return Comparison(
        state,
        said,
        state not in UNREACHED,
        own.family if own else "",
        len(listed),
        len(listed - held),
        complete,
        len(held),
        int(last[0]) if last else None,
        str(last[1]) if last else None,
        tuple(one.start_url for one in found.columns if one is not own and one.reports),
        _unattributed(db, portal, own) if own else (),
    )


def _unattributed(db: Database, portal: Portal, own: SiteSection) -> tuple[ListedReport, ...]:
    """The entries that name nobody, or nobody in the register; while there is none, those that name nobody."""
    settled = {
        identity(str(url))
        for (url,) in db.execute(
            "select distinct url from documents where portal = ? and agency is not null", [portal.id]
        )
    }
    register = db.execute("select 1 from agencies limit 1").fetchone() is not None
    return tuple(
        one
        for key, one in own.reports.items()
        if key not in settled
        and (not one.agency or (register and find_agency(db, one.agency, portal=portal.id) is None))
    )


def _state(found: SearchResult, own: SiteSection | None, held: int) -> tuple[State, Detail]:
    first = next((one for one in found.sights if one.verdict != "redirect"), None)
    if not found.reached and first is not None:
        return STATE_OF.get(first.verdict, "failing"), (first.failure,)
    if found.broken:
        return "failing", found.broken
    if own is None and found.moved:
        return "redirected", found.moved
    if own is not None and own.trouble:
        repeats = says(tuple(own.trouble), "page_repeats")
        return "repeating" if repeats else "failing", (own.trouble[0],)
    if own is None or not own.reports:
        if held:
            return "failing", (Reason("none_listed_held", count=held),)
        return "empty", (Reason("none_listed"),)
    return "ok", ()
