"""The first page: who had published by when, who is missing, what is new, what was not read, how portals are."""

from datetime import date, timedelta

from sqlite_utils import Database

from crawler.agencies.lookup import names_by_code
from crawler.ground.clock import stamp
from monitor.asking.findings import FindingChoice, choose
from monitor.asking.glance import Glance, glance
from monitor.asking.missing import ORDER
from monitor.asking.portals import watched
from monitor.findings import Finding, load
from monitor.pages.ask import Ask, Shown
from monitor.pages.findings_table import findings_table
from monitor.pages.site import Site
from monitor.pages.tables import PageCell, PageTable, page_table
from monitor.papers.coverage import publication_curve

FIRST = 12  # findings on the first page; their own page has all
QUIET = timedelta(days=7)  # what counts as new for whoever comes for the first time
NEW = "class <> 'info' and status in ('open', 'regressed') and changed_at > ?"
MOST_NEW = 50
ABSENT = ("overdue_confirmed", "overdue")


def start(site: Site, ask: Ask) -> Shown:
    """The whole page."""
    say = ask.say
    with site.reading() as db:
        told = glance(db, site.config(), ask.at, year=ask.number("year"), division=ask.args.get("division", ""))
        names = names_by_code(db)
        listed = choose(db, FindingChoice(year=told.coverage.year, everything=False, only_open=True), FIRST)
        first = list(listed.found)
        since = ask.seen.partition("|")[0]
        fresh = _new(db, since or stamp(ask.at - QUIET))
        portals = watched(db)
    coverage = told.coverage
    owing = [one for one in coverage.entries if one.due]
    states = [
        (say.state(state), coverage.counts[state], ask.to("missing", year=coverage.year, state=state))
        for state in ORDER
        if coverage.counts[state]
    ]
    bad = [one for one in portals if one.state not in (None, "ok")]
    return Shown(
        "start",
        say(f"{coverage.year} 年度报告", f"Reports for {coverage.year}"),
        {
            "told": told,
            "coverage": coverage,
            "states": states,
            "drawn": publication_curve(say, owing, date.fromisoformat(coverage.on)),
            "portals": len(portals),
            "troubled": [(one.name or one.id, say.coded("portal_state", one.state), one.id) for one in bad],
            "open": listed.listed.total(),
            "since": since[:10],
        },
        (
            findings_table(ask, first, names, "open"),
            findings_table(ask, fresh, names, "new"),
            _missing(ask, told),
        ),
    )


def _new(db: Database, since: str) -> list[Finding]:
    found = load(db, NEW, [since])
    return sorted(found, key=lambda one: one.changed_at, reverse=True)[:MOST_NEW]


def _missing(ask: Ask, told: Glance) -> PageTable:
    say = ask.say
    rows = [
        (PageCell(one.name, ask.to("body", one.agency)), PageCell(say.state(one.state), tone="bad"), one.due or "")
        for one in told.coverage.entries
        if one.state in ABSENT
    ]
    heads = (say("机关", "body"), say("情况", "state"), say("期限", "due"))
    return page_table("missing", say("没有公布", "not published"), heads, rows, say("没有。", "None."))
