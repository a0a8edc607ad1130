"""`pub.column`: a report that stands on another portal than its body's; silence while its own column may name it."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

from crawler.agencies.register import ensure_agency
from crawler.ground.clock import SHANGHAI
from extract.run import extract
from monitor.checking.check import check
from monitor.findings import Finding, load
from monitor.schema import open_database
from tests.crawler.crawling import Bench, only
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Site

BODY, LISTED, NEW, MOVED = "青石市教育局", "青石市民政局", "青石市水利局", "青石市财政局"
FIRST, DOWN, LATER, LAST = "2026-01-12", "2026-01-22", "2026-02-02", "2026-02-20"
PATHS = {BODY: "jy", LISTED: "mz", NEW: "sl", MOVED: "cz"}
COLUMN, NEWS = "/zfxxgknb/", "/tzgg/"


def put(site: Site, column: str, *reports: tuple[str, int], dead: tuple[str, int] | None = None) -> None:
    """The reports that a column of the site lists; the address of a `dead` one leads to nothing."""
    for body, year in reports:
        site.pages[f"{column}{PATHS[body]}{year}.html"] = report(body, year, published=f"{year + 1}-01-10")
    site.pages[column] = listing(
        entry(f"./{PATHS[body]}{year}.html", report_title(body, year))
        for body, year in (*reports, *filter(None, [dead]))
    )


def on(bench: Bench, day: str) -> list[Finding]:
    """The crawl, the reading and the check of one day."""
    bench.crawl(now=f"{day}T03:00:00+08:00")
    at = datetime.fromisoformat(f"{day}T04:00:00").replace(tzinfo=SHANGHAI)
    with closing(open_database(bench.data)) as db:
        extract(db, bench.data, now=at, workers=1)
        check(db, bench.data.config(), at)
        return load(db, "rule = 'pub.column'")


def test_a_report_that_stands_elsewhere_until_its_column_lists_it(tmp_path: Path) -> None:
    # Of the others: a dead link in its column, no report there before, a register that names the other portal.
    known = ((BODY, 2024), (LISTED, 2024), (NEW, 2023), (MOVED, 2024))
    with Site("127.0.4.1") as site:
        news = f"{site.url}{NEWS}"
        put(site, COLUMN, *known, dead=(LISTED, 2025))
        put(site, NEWS, (BODY, 2025), (LISTED, 2025), (NEW, 2025), (MOVED, 2025))
        bench = Bench(tmp_path, "delay = 0.0\ntimeout = 20.0\ncontact = 'mailto:test@example.org'")
        bench.watch({"column": only(site), "news": news})
        with closing(open_database(bench.data)) as db, db.atomic():
            for name in PATHS:
                ensure_agency(db, name, source="import", portal="news" if name == MOVED else "column")
        assert on(bench, FIRST) == [], "its own column may follow"
        page = site.pages.pop(COLUMN)
        assert on(bench, DOWN) == [], "its own column is not to be had"
        site.pages[COLUMN] = page
        [told] = on(bench, LATER)
        assert (told.key.agency, told.key.year, told.verdict, told.finding_class, told.status) == (
            BODY,
            2025,
            "elsewhere",
            "confirm",
            "open",
        )
        assert told.evidence["url"] == f"{news}jy2025.html"
        assert (told.evidence["column"], told.evidence["listed"]) == ("column", news)
        assert len(told.evidence["document"]) == 64, "the archived page"
        assert told.evidence["url"] in told.message
        assert told.evidence["url"] in told.message_en
        put(site, COLUMN, *known, (BODY, 2025))
        assert [one.status for one in on(bench, LAST)] == ["resolved"]
