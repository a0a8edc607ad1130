"""Who must publish, as a crawl meets it: rosters that lists name, departments beside a column; and what is proposed."""

from pathlib import Path

import pytest

from crawler.agencies.learn import placed, propose
from crawler.ledger.portals import sync
from crawler.pages.asks import Ask
from crawler.pages.page import Page
from crawler.pages.rosters import departments
from tests.crawler.crawling import Bench, only
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Site

ROSTER = "示例县2025年度政府信息公开工作年度报告公布情况"
PROSE = (
    "<p>应公布年度报告单位3个，按时公布率100%。名单为：示例县人民政府、示例县教育局、灵溪镇人民政府。"
    "未按时公布单位0个。</p>"
)
DEPARTMENTS = "".join(
    f'<li><a href="/bm/{at}/">{name}</a></li>'
    for at, name in enumerate(("教育局", "县公安局", "民政局", "灵溪镇", "湖滨街道办事处", "国家税务总局示例县税务局"))
)


def columns(bodies: str = "") -> Site:
    site = Site("127.0.8.41")
    pages = site.pages
    pages["/zfxxgknb/"] = listing(
        [entry("a.html", report_title("示例县教育局", 2025), "2026-01-20"), entry("r.html", ROSTER, "2026-02-01")],
        bodies,
    )
    pages["/zfxxgknb/a.html"] = report("示例县教育局", 2025, published="2026-01-20")
    pages["/zfxxgknb/r.html"] = f"<html><title>{ROSTER}</title><h1>{ROSTER}</h1>{PROSE}</html>"
    return site


def test_every_crawl_keeps_the_rosters_that_its_lists_name(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with columns() as site:
        bench.options["a"] = 'name = "示例县人民政府"'
        bench.watch({"a": only(site)})
        first = bench.crawl()
        entries = "select agency_name, year, published, kind, document is not null from rosters order by id"
        assert bench.rows(entries) == [
            (name, 2025, 1, "roster", 1) for name in ("示例县人民政府", "示例县教育局", "灵溪镇人民政府")
        ]
        assert first.portal("a")["reports_found"] == 1, "a roster is no report"
        assert bench.rows("select count(*) from documents") == [(1,)]
        site.log.clear()
        bench.crawl(now="2026-02-02T08:00:00+08:00")
        assert "/zfxxgknb/r.html" not in site.paths(), "read once, until all lists are read again"
        site.pages["/zfxxgknb/r.html"] = (
            f"<html><title>{ROSTER}</title>{PROSE.replace('示例县教育局', '示例县审计局')}</html>"
        )
        bench.crawl("--all", now="2026-02-03T08:00:00+08:00")
        assert ("示例县审计局",) in bench.rows("select agency_name from rosters")
        assert ("示例县教育局",) not in bench.rows("select agency_name from rosters")


def test_departments_beside_a_column_are_proposed(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with columns(f"<ul>{DEPARTMENTS}</ul>") as site:
        bench.options["a"] = 'name = "示例县人民政府"'
        bench.watch({"a": only(site)})
        bench.crawl()
    db = bench.db
    sync(db, bench.data.config())
    found = {one.name: one for one in propose(db, 2025)}
    assert {name for name, one in found.items() if one.origin == "department"} == {
        "示例县公安局",
        "示例县民政局",
        "示例县湖滨街道办事处",
        "国家税务总局示例县税务局",
    }
    assert (found["示例县民政局"].first_year, found["示例县民政局"].years) == (2025, ())
    assert found["示例县教育局"].origin != "department", "it published, and a roster names it"
    db.close()


def test_the_list_of_a_body_that_has_published_can_wait_and_no_other(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    site = Site("127.0.8.42")
    site.pages["/zfxxgknb/"] = listing(
        [], '<a href="jyj/">县教育局</a><a href="gaj/">县公安局</a><a href="xzf/">县政府</a>'
    )
    for folder, name, year in (("jyj", "教育局", 2025), ("gaj", "公安局", 2024), ("xzf", "人民政府", 2025)):
        site.pages[f"/zfxxgknb/{folder}/"] = listing(
            [entry("a.html", report_title(f"示例县{name}", year), "2026-01-20")]
        )
        site.pages[f"/zfxxgknb/{folder}/a.html"] = report(f"示例县{name}", year, published="2026-01-20")
    with site:
        bench.watch({"a": only(site)})
        bench.crawl()
        site.log.clear()
        second = bench.crawl(now="2026-02-02T08:00:00+08:00")
        # The office's report may come where the government's stands.
        assert site.paths() == ["/zfxxgknb/", "/zfxxgknb/gaj/", "/zfxxgknb/xzf/"]
        assert (second.portal("a")["state"], second.portal("a")["reports_found"]) == ("ok", 3)
        site.log.clear()
        bench.crawl(now="2026-02-10T08:00:00+08:00")
        assert "/zfxxgknb/jyj/" in site.paths(), "with the whole lists it is read again"


def test_a_portal_all_of_whose_lists_wait_is_well(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    site = Site("127.0.8.43")
    site.pages["/zfxxgknb/"] = listing([], '<a href="jyj/">县教育局</a><a href="2019n/">2019年</a>')
    for folder, year in (("jyj", 2025), ("2019n", 2019)):
        site.pages[f"/zfxxgknb/{folder}/"] = listing(
            [entry("a.html", report_title("示例县教育局", year), "2026-01-20")]
        )
        site.pages[f"/zfxxgknb/{folder}/a.html"] = report("示例县教育局", year, published="2026-01-20")
    with site:
        bench.watch({"a": only(site)})
        bench.crawl()
        site.log.clear()
        second = bench.crawl(now="2026-02-02T08:00:00+08:00").portal("a")
        assert site.paths() == ["/zfxxgknb/"]
    assert (second["state"], second["reports_found"]) == ("ok", 2)


def page(markup: str) -> Page:
    return Page("http://127.0.0.1/zfxxgknb/", markup.encode(), Ask("http://127.0.0.1/zfxxgknb/"))


def test_a_list_of_departments_is_bodies_in_a_row_and_hardly_anything_else() -> None:
    found = departments(page(f"<div><a href='/'>首页</a><ul>{DEPARTMENTS}</ul></div>"), "政府信息公开年报")
    assert found is not None
    assert [one.name for one in found.entries][:2] == ["教育局", "县公安局"]
    assert found.kind == "departments"
    few = "<ul><li><a href='/a/'>教育局</a></li><li><a href='/b/'>公安局</a></li></ul>"
    mixed = "<ul>" + DEPARTMENTS + "".join(f"<li><a href='/{at}'>通知公告{at}</a></li>" for at in range(9)) + "</ul>"
    elsewhere = DEPARTMENTS.replace('href="', 'href="http://www.example.com')
    reports = "".join(entry(f"/{at}.html", report_title("示例县教育局", 2000 + at)) for at in range(9))
    for markup in (few, mixed, f"<ul>{elsewhere}</ul>", f"<ul>{reports}</ul>", ""):
        assert departments(page(markup), "") is None, markup


@pytest.mark.parametrize(
    ("written", "place", "name"),
    [
        ("教育局", "示例县", "示例县教育局"),
        ("县教育局", "示例县", "示例县教育局"),
        ("区教育局", "示例县", ""),
        ("灵溪镇人民政府", "示例县", "示例县灵溪镇人民政府"),
        ("云岭区教育局", "青石市", "云岭区教育局"),
        ("云岭区灵溪镇人民政府", "青石市", "云岭区灵溪镇人民政府"),
        ("教育局", "", ""),
        ("国家税务总局示例县税务局", "示例县", "国家税务总局示例县税务局"),
    ],
)
def test_a_name_gets_the_place_of_its_portal(written: str, place: str, name: str) -> None:
    assert placed(written, place) == name
