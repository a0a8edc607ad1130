"""The first page: who had published by when, who is missing, what is new, what was not read, how portals are."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlite_utils import Database

from crawler.agencies.lookup import names_of
from crawler.ground.clock import stamp
from monitor.asking.missing import ORDER
from monitor.asking.portals import watched
from monitor.asking.unread import Unread
from monitor.findings import Finding, load
from monitor.pages.ask import Ask, Shown
from monitor.pages.findings_table import findings_table
from monitor.pages.kept import Held
from monitor.pages.site import Site
from monitor.pages.tables import MOST_SHOWN, PageCell, PageTable, page_table
from monitor.pages.whole import Beginning
from monitor.words.terminal import moment

QUIET = timedelta(days=7)  # what counts as new for whoever comes for the first time
AGO = timedelta(minutes=2)  # what is said to be of now
NEW = (
    "id in (select id from findings where class <> 'info' and status in ('open', 'regressed') and changed_at > ? "
    "order by changed_at desc limit ?)"
)
MOST_NEW = 50


def start(site: Site, ask: Ask) -> Shown:
    """The whole page."""
    say = ask.say
    year, division = ask.number("year"), ask.args.get("division", "")
    held = site.whole("beginning", ask.at, year, division)
    assert held is not None
    assert isinstance(held.value, Beginning)
    told = held.value
    to_open: Any = site.whole("unread", ask.at, wait=False)
    with site.reading() as db:
        since = ask.seen.partition("|")[0]
        fresh = _new(db, since or stamp(ask.at - QUIET))
        names = {**told.names, **names_of(db, sorted({one.key.agency for one in fresh}))}
        portals = watched(db)
    states = [
        (say.state(state), told.counts[state], ask.to("missing", year=told.year, state=state))
        for state in ORDER
        if told.counts[state]
    ]
    bad = [one for one in portals if one.state not in (None, "ok")]
    return Shown(
        "start",
        say(f"{told.year} 年度报告", f"Reports for {told.year}"),
        {
            "told": told,
            "coverage": told,
            "states": states,
            "drawn": told.drawn[say.lang],
            "portals": len(portals),
            "troubled": [(one.name or one.id, say.coded("portal_state", one.state), one.id) for one in bad],
            "open": told.open,
            "unread": None if to_open is None else _of_year(to_open.value, told, division),
            "since": since[:10],
            "as_of": as_of(ask, held),
        },
        (
            findings_table(ask, told.first, names, "open"),
            findings_table(ask, fresh, names, "new"),
            _missing(ask, told),
        ),
    )


def as_of(ask: Ask, held: Held) -> str:
    """What a page says that was worked out a while ago; "" for what is of now."""
    if held.at >= ask.at - AGO:
        return ""
    at = moment(stamp(held.at))
    return ask.say(f"统计截至 {at}，正在更新。", f"Counted at {at}; being counted again.")


def _of_year(found: Sequence[Unread], told: Beginning, division: str) -> int:
    """How many things there are to open of this year and, where divisions were chosen, of their bodies."""
    return sum(one.year == told.year and (not division or one.agency in told.bodies) for one in found)


def _new(db: Database, since: str) -> list[Finding]:
    found = load(db, NEW, [since, MOST_NEW])
    return sorted(found, key=lambda one: one.changed_at, reverse=True)


def _missing(ask: Ask, told: Beginning) -> PageTable:
    say = ask.say
    rows = [
        (PageCell(name, ask.to("body", code)), PageCell(say.state(state), tone="bad"), due)  # type: ignore[arg-type]  # a str that is one of the Literal
        for code, name, state, due in (told.absent if ask.is_file else told.absent[:MOST_SHOWN])
    ]
    heads = (say("机关", "body"), say("情况", "state"), say("期限", "due"))
    title = say("没有公布", "not published")
    return page_table("missing", title, heads, rows, say("没有。", "None."), len(told.absent))
