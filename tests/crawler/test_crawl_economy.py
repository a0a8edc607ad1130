"""What a second sweep costs, and what it still sees: silent changes, vanished pages, moved columns, losses."""

from pathlib import Path

from crawler.ledger.portals import read_whole
from tests.crawler.crawling import Bench
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Reply, Site, serving

START = "/zfxxgknb/"
PAGES, PER_PAGE = 12, 15


def column(pages: int = PAGES, per_page: int = PER_PAGE, first: int = 0) -> dict[str, bytes | str | Reply]:
    """A TRS column, the newest report first; every third report has a file."""
    found: dict[str, bytes | str | Reply] = {}
    for page in range(pages):
        numbers = range(first + page * per_page, first + (page + 1) * per_page)
        entries = [entry(f"{n}.html", report_title(f"青石市第{n}局", 2025), "2026-01-20") for n in numbers]
        name = START if page == 0 else f"{START}index_{page}.html"
        found[name] = listing(entries, f'<script>createPageHTML({pages}, {page}, "index", "html");</script>')
        for n in numbers:
            file = f'<a href="{n}.pdf">附件</a>' if n % 3 == 0 else ""
            found[f"{START}{n}.html"] = report(f"青石市第{n}局", 2025, extra=file)
            if n % 3 == 0:
                found[f"{START}{n}.pdf"] = f"%PDF-1.4 the file number {n}"
    return found


def test_a_second_sweep_costs_a_tenth_at_most_and_every_report_is_looked_at_in_time(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with Site("127.0.7.1", column()) as site:
        bench.watch({"shi": site.url + START})
        assert bench.crawl().portal("shi")["reports_found"] == PAGES * PER_PAGE
        first, lists = len(site.log), PAGES
        site.log.clear()
        second = bench.crawl(now="2026-02-02T02:30:00+08:00")
        assert site.paths() == [START]
        assert len(site.log) <= first / 10
        assert (second.status, second.portal("shi")["state"]) == (0, "ok")
        assert second.portal("shi")["reports_found"] == PAGES * PER_PAGE
        # By the eighth day all have been looked at once more, on no day much more than a share of them.
        loads = []
        seen: set[str] = set()
        for day in (4, 6, 8):
            site.log.clear()
            bench.crawl(now=f"2026-02-{day:02}T02:30:00+08:00")
            reports = {path for path in site.paths() if path.endswith(".html") and "index" not in path}
            assert not reports & seen
            seen |= reports
            loads.append(len(reports))
        assert len(seen) == PAGES * PER_PAGE
        assert max(loads) < PAGES * PER_PAGE / 2
        assert bench.rows(
            "select count(*) from fetches where kind = 'list' and crawl between 2 and 5 "
            "and verdict in ('ok', 'unchanged')"
        ) == [(4 + lists - 1,)], "the lists were read whole once"
        site.log.clear()
        bench.crawl("--all", now="2026-02-08T09:00:00+08:00")
        assert len(site.log) == first


def test_off_season_a_month_may_pass_and_the_configuration_may_say_otherwise(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with Site("127.0.7.2", column(2, 5)) as site:
        bench.watch({"shi": site.url + START})
        bench.crawl(now="2026-06-01T02:30:00+08:00")
        site.log.clear()
        bench.crawl(now="2026-07-01T02:30:00+08:00")
        assert len([path for path in site.paths() if path.endswith(".html")]) == 11
        site.log.clear()
        bench.crawl(now="2026-07-09T02:30:00+08:00")
        assert site.paths() == [START]
        bench.crawl_section += "\nrecheck_days = 1"
        bench.watch({})
        site.log.clear()
        bench.crawl(now="2026-07-10T02:30:00+08:00")
        assert len([path for path in site.paths() if path.endswith(".html")]) == 11


def test_what_is_new_is_found_behind_what_is_known(tmp_path: Path) -> None:
    """New reports on the first two pages: the paging goes on as long as a page shows something new."""
    bench = Bench(tmp_path)
    with Site("127.0.7.3", column(4, 5, first=7)) as site:
        bench.watch({"shi": site.url + START})
        bench.crawl()
        site.pages.update(column(6, 5, first=0))
        site.log.clear()
        ran = bench.crawl(now="2026-02-02T02:30:00+08:00")
        lists = [path for path in site.paths() if path == START or "index" in path]
        assert lists == [START, f"{START}index_1.html", f"{START}index_2.html"]
        assert ran.outcome["new_documents"] == 7 + 3
        assert bench.rows("select count(*) from documents where attachment_of is null") == [(27,)]


def test_a_look_that_stops_at_known_ground_says_so_and_the_next_can_be_asked_to_go_on(tmp_path: Path) -> None:
    """What is put in on a later page is not seen, and the ledger does not claim that it was looked for."""
    bench = Bench(tmp_path)
    short = (
        "select count(*) from fetches where kind = 'list' and crawl = ? and known_ground = 1 "
        "and detail like '%; read as far as known ground'"
    )
    with Site("127.0.7.13", column(3, 5)) as site:
        bench.watch({"shi": site.url + START})
        bench.crawl()
        late = entry("99.html", report_title("青石市第九十九局", 2025), "2026-01-20")
        site.pages[f"{START}index_2.html"] = listing([late], '<script>createPageHTML(3, 2, "index", "html");</script>')
        site.pages[f"{START}99.html"] = report("青石市第九十九局", 2025)
        ran = bench.crawl(now="2026-02-02T02:30:00+08:00")
        assert ran.outcome["new_documents"] == 0
        assert [bench.rows(short, crawl) for crawl in (1, 2)] == [[(0,)], [(1,)]]
        db = bench.db
        with db.atomic():
            read_whole(db, ["shi"])
        db.close()
        ran = bench.crawl(now="2026-02-03T02:30:00+08:00")
        assert ran.outcome["new_documents"] == 1
        assert bench.rows(short, 3) == [(0,)]


def test_a_silent_change_is_found_when_its_look_is_due(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with Site("127.0.7.4", column(1, 5)) as site:
        bench.watch({"shi": site.url + START})
        bench.crawl()
        site.pages[f"{START}2.html"] = report("青石市第2局", 2025, n=9)
        assert bench.crawl(now="2026-02-02T02:30:00+08:00").outcome["new_documents"] == 0
        assert bench.crawl(now="2026-02-08T02:30:00+08:00").outcome["new_documents"] == 1
    assert bench.rows("select count(*), count(distinct sha256) from documents where url like '%/2.html'") == [(2, 2)]
    assert bench.rows("select count(*) from fetches where verdict = 'changed'") == [(1,)]


def test_a_page_that_goes_back_to_an_earlier_version_says_so_in_the_ledger(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    path = f"{START}0.html"
    with Site("127.0.7.14", column(1, 1)) as site:
        bench.watch({"shi": site.url + START})
        bench.crawl()
        first = site.pages[path]
        for day, page in ((2, report("青石市第0局", 2025, n=9)), (3, first)):
            site.pages[path] = page
            ran = bench.crawl("--all", now=f"2026-02-0{day}T08:00:00+08:00")
        assert (ran.portal("shi")["state"], ran.outcome["new_documents"]) == ("ok", 0)
    looks = bench.rows(
        "select verdict, sha256 from fetches where url like ? and sha256 is not null order by id", f"%{path}"
    )
    assert [word for word, _ in looks] == ["new", "changed", "restored"]
    assert looks[0][1] == looks[2][1] != looks[1][1]
    assert bench.rows("select sha256 from documents where url like ? order by last_seen desc", f"%{path}") == [
        (looks[0][1],),
        (looks[1][1],),
    ]


def test_an_entry_with_a_new_date_is_looked_at_at_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with Site("127.0.7.5", column(1, 5)) as site:
        bench.watch({"shi": site.url + START})
        bench.crawl()
        page = site.pages[START]
        assert isinstance(page, str)
        at = page.index('<a href="3.html"')
        site.pages[START] = page[:at].removesuffix("<span>2026-01-20</span>") + "<span>2026-02-01</span>" + page[at:]
        site.log.clear()
        bench.crawl(now="2026-02-02T02:30:00+08:00")
        bench.crawl(now="2026-02-02T09:30:00+08:00")
        assert site.paths() == [START, f"{START}3.html", f"{START}3.pdf", START]


SOFT = "<html><title>您访问的页面不存在</title><p>您访问的页面不存在</p></html>"
HOME = Reply("", 302, {"Location": "/"})


def test_vanished_reports_stand_in_the_ledger_and_are_no_outage(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    ways = Reply("gone", 404), Reply("gone", 410), Reply(SOFT), HOME
    gone = {f"{START}{n}.html": way for n, way in enumerate(ways)}
    with Site("127.0.7.6", column(1, 9)) as site:
        bench.watch({"shi": site.url + START})
        bench.crawl()
        site.pages.update(gone)
        ran = bench.crawl("--all", now="2026-02-08T02:30:00+08:00")
        assert (ran.status, ran.portal("shi")["state"], ran.portal("shi")["vanished"]) == (0, "ok", 4)
        assert "4 reports are gone" in ran.portal("shi")["detail"]
        bench.crawl(now="2026-02-09T02:30:00+08:00")
        probes = bench.rows(
            "select substr(url, -6), verdict, count(*) from fetches where crawl > 1 and verdict in "
            "('not_found', 'soft_404', 'redirected') group by 1, 2 order by 1"
        )
        assert probes == [
            ("0.html", "not_found", 2),
            ("1.html", "not_found", 2),
            ("2.html", "soft_404", 2),
            ("3.html", "redirected", 2),
        ], "looked for again every day"
        assert bench.rows("select count(*) from documents where attachment_of is null") == [(9,)]
        site.pages.update(column(1, 9))
        ran = bench.crawl(now="2026-02-11T02:30:00+08:00")
        assert (ran.portal("shi")["vanished"], ran.portal("shi")["detail"]) == (0, "")


def test_a_column_that_is_gone_while_its_reports_stand_has_moved(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    expected = {"closed": "failing", "home": "redirected", "bare": "failing", "soft": "soft_404", "sent": "ok"}
    sites = {name: Site(f"127.0.7.{20 + at}", column(1, 5)) for at, name in enumerate(expected)}
    sent = sites["sent"]
    sent.pages.update({path.replace(START, "/new/"): page for path, page in column(1, 5).items()})
    with serving(*sites.values()):
        bench.watch({name: site.url + START for name, site in sites.items()})
        assert bench.crawl().status == 0
        del sites["closed"].pages[START]
        sites["home"].pages[START] = HOME
        sites["bare"].pages[START] = listing([])
        sites["soft"].pages[START] = SOFT
        sent.pages[START] = Reply("", 301, {"Location": "/new/"})
        ran = bench.crawl(now="2026-02-02T02:30:00+08:00")
    assert {name: ran.portal(name)["state"] for name in expected} == expected
    for name in ("closed", "home", "bare", "soft"):
        assert "3 of 3 known reports still stand" in ran.portal(name)["detail"]
        assert "moved" in ran.portal(name)["detail"]
    assert ran.portal("sent")["detail"].startswith(f"the column has moved to {sent.url}/new/")


def test_a_portal_that_lists_far_less_than_before_is_failing_and_the_figures_are_kept(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with Site("127.0.7.9", column(2, 10)) as site, Site("127.0.7.10", column(1, 5)) as other:
        bench.watch({"shi": site.url + START, "bie": other.url + START})
        bench.crawl()
        site.pages.update(column(1, 9))
        other.pages.update(column(1, 3))
        ran = bench.crawl("--all", now="2026-02-02T02:30:00+08:00")
        assert (ran.portal("shi")["state"], ran.portal("bie")["state"]) == ("failing", "ok")
        assert ran.portal("shi")["detail"] == "9 reports are listed where 20 were"
        bench.crawl("--all", now="2026-02-03T02:30:00+08:00")
        site.pages.update(column(2, 10))
        bench.crawl("--all", now="2026-02-04T02:30:00+08:00")
    assert bench.rows("select crawl, state, found, before, dropped from crawl_portals where portal = 'shi'") == [
        (1, "ok", 20, None, 0),
        (2, "failing", 9, 20, 1),
        (3, "failing", 9, 20, 1),
        (4, "ok", 20, 20, 0),
    ]
    first = "select family, found, new, errors from crawl_yields where crawl = 1 and found > 0 order by found"
    assert bench.rows(first) == [("generic", 5, 7, 0), ("generic", 20, 27, 0)]


def test_a_file_that_could_not_be_had_is_asked_for_by_the_next_crawl(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with Site("127.0.7.11", column(1, 5)) as site:
        sound = site.pages[f"{START}3.pdf"]
        site.pages[f"{START}3.pdf"] = Reply("oops", 500)
        bench.watch({"shi": site.url + START})
        bench.crawl()
        site.pages[f"{START}3.pdf"] = sound
        site.log.clear()
        ran = bench.crawl(now="2026-02-02T02:30:00+08:00")
        assert ran.outcome["new_documents"] == 1
        assert site.paths() == [START, f"{START}3.html", f"{START}3.pdf"]


def test_folders_of_years_long_past_are_opened_with_the_whole_lists_only(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    years = range(2019, 2026)
    pages: dict[str, bytes | str | Reply] = {
        START: listing([entry(f"./{year}n/", f"{year}年政府信息公开工作年度报告") for year in years])
    }
    for year in years:
        entries = [entry(f"./{n}.html", report_title(f"青石市第{n}局", year)) for n in range(3)]
        pages[f"{START}{year}n/"] = listing(entries, title=f"{year}年政府信息公开工作年度报告")
        pages |= {f"{START}{year}n/{n}.html": report(f"青石市第{n}局", year) for n in range(3)}
    with Site("127.0.7.60", pages) as site:
        bench.watch({"shi": site.url + START})
        first = bench.crawl(now="2026-06-01T02:30:00+08:00").portal("shi")
        assert (first["state"], first["reports_found"]) == ("ok", 21)
        assert len(site.paths()) == len(set(site.paths())) == 29, "a folder with a report's name is opened once"
        site.log.clear()
        second = bench.crawl(now="2026-06-02T02:30:00+08:00").portal("shi")
        assert site.paths() == [START, f"{START}2024n/", f"{START}2025n/"]
        assert (second["state"], second["reports_found"]) == ("ok", 21)
        pages[f"{START}2019n/"] = listing([])
        site.pages.update(pages)
        last = bench.crawl("--all", now="2026-06-03T02:30:00+08:00").portal("shi")
        assert last["reports_found"] == 18


def test_a_list_that_could_not_be_read_whole_stays_so_though_its_first_page_is_known(tmp_path: Path) -> None:
    entries = [entry(f"{n}.html", report_title(f"青石市第{n}局", 2025)) for n in range(4)]
    again = listing(entries, '<script>createPageHTML(3, 0, "index", "html");</script>')
    filled = listing(
        [],
        '<div ms-controller="list">' + "".join(entries) + '<li ms-repeat="list" ms-if-loop="$index<4">'
        "<a ms-attr-href=\"el.chnldocurl\"></a></li></div><script>model({recordCount:'9'})</script>",
    )
    stub = "<html><head><title>政府信息公开年报</title></head><body><!-- " + "x" * 250 + " --></body></html>"
    details = {path: page for path, page in column(1, 4).items() if path != START}
    sites = {
        "same": Site("127.0.7.61", {**details, START: again, f"{START}index_1.html": again}),
        "script": Site("127.0.7.62", {**details, START: filled}),
        "stub": Site("127.0.7.63", {**details, START: again, f"{START}index_1.html": stub}),
    }
    with serving(*sites.values()):
        bench = Bench(tmp_path)
        bench.watch({name: site.url + START for name, site in sites.items()})
        for day in (1, 2):
            ran = bench.crawl(now=f"2026-06-0{day}T02:30:00+08:00")
            assert {name: ran.portal(name)["state"] for name in sites} == {
                "same": "repeating",
                "script": "failing",
                "stub": "failing",
            }
            assert {ran.portal(name)["reports_found"] for name in sites} == {4}
            assert "4 rows stand on the page, 9 are in all" in ran.portal("script")["detail"]
            assert "a stub" in ran.portal("stub")["detail"]
