"""From a portal's start address to documents in the archive: static lists, the TRS pager, attachments, versions."""

from pathlib import Path

import pytest

from crawler.ground.archive import open_archive
from tests.crawler.crawling import Bench, only
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Reply, Site

PDF = b"%PDF-1.4\n" + b"x" * 100


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def trs_site(host: str, pages: int = 3, per_page: int = 2) -> Site:
    """A TRS column: the count of pages stands only in the script, page k is `index_{k-1}`."""
    site = Site(host)
    number = 0
    for page in range(pages):
        entries = []
        for _ in range(per_page):
            title = report_title(f"示例县第{number}局", 2025)
            href = f"202601/t202601{10 + number}_{5000 + number}.html"
            site.pages[f"/zfxxgknb/{href}"] = report(f"示例县第{number}局", 2025, published=f"2026-01-{10 + number}")
            entries.append(entry(f"./{href}", title, f"01-{10 + number}", cut=True))
            number += 1
        entries.append(entry(f"./202601/t20260109_{page}.html", "示例县2026年政府信息公开工作要点", "01-09"))
        body = listing(entries, f'<script>createPageHTML({pages}, {page}, "index", "html");</script>')
        site.pages["/zfxxgknb/" if page == 0 else f"/zfxxgknb/index_{page}.html"] = body
    return site


def test_trs_column_is_read_to_its_last_page(bench: Bench) -> None:
    with trs_site("127.0.1.10") as site:
        bench.watch({"shili": only(site)})
        ran = bench.crawl()
        assert ran.status == 0
        assert ran.portal("shili")["state"] == "ok"
        assert ran.portal("shili")["reports_found"] == 6
        rows = bench.rows(
            "select url, title, agency_name, year, published_on, media_type, portal, sha256 from documents order by url"
        )
        assert len(rows) == 6
        url, title, agency, year, published, kind, portal, sha256 = rows[0]
        assert url == f"{site.url}/zfxxgknb/202601/t20260110_5000.html"
        assert (title, agency, year) == ("示例县第0局2025年政府信息公开工作年度报告", "示例县第0局", 2025)
        assert (published, kind, portal) == ("2026-01-10", "text/html", "shili")
        assert open_archive(bench.data).read(sha256).decode() == report("示例县第0局", 2025, published="2026-01-10")
        # The off-by-one guess and the page beyond the last are never asked.
        assert [path for path in site.paths() if "index_3" in path] == []
        assert not [path for path in site.paths() if path.startswith("/zfxxgknb/202601/t20260109")]
        assert bench.rows("select family, state from portals") == [("trs", "ok")]


def test_next_links_numbered_pages_and_options(bench: Bench) -> None:
    pagers = {
        "xiaye": '<div><a href="list1.html">首页</a><a href="list{n}.html">下一页</a></div>',
        "shuzi": '<div class="pages"><b>{p}</b> <a href="list{n}.html">{n}</a> <a href="list3.html">尾页</a></div>',
        "xuanze": '<select><option value="list1.html">第1页</option><option value="list{n}.html">第{n}页</option>',
        "rel": '<link rel="next" href="list{n}.html">',
    }
    sites = {name: Site(f"127.0.1.{20 + index}") for index, name in enumerate(pagers)}
    for name, site in sites.items():
        for page in (1, 2, 3):
            title = report_title(f"青石市第{page}局", 2024)
            site.pages[f"/zfxxgknb/{page}.html"] = report(f"青石市第{page}局", 2024)
            pager = pagers[name].format(p=page, n=page + 1) if page < 3 else ""
            site.pages[f"/zfxxgknb/list{page}.html"] = listing([entry(f"{page}.html", title, "2025-01-20")], pager)
    try:
        for site in sites.values():
            site.__enter__()
        bench.watch({name: f"{site.url}/zfxxgknb/list1.html" for name, site in sites.items()})
        ran = bench.crawl()
    finally:
        for site in sites.values():
            site.__exit__(None, None, None)
    states = {one["id"]: (one["state"], one["reports_found"]) for one in ran.outcome["portals"]}
    assert states == dict.fromkeys(pagers, ("ok", 3))
    assert bench.rows("select distinct published_on from documents") == [("2025-01-20",)]


def test_attachments_are_kept_and_tied_to_their_page(bench: Bench) -> None:
    site = Site("127.0.1.30")
    extra = (
        '<p>附件：<a href="./P0202601.pdf">年度报告.pdf</a> '
        '<a href="/system/_content/download.jsp?wbfileid=3B">正文.docx</a> <a href="../other.exe">工具</a></p>'
    )
    site.pages = {
        "/zfxxgknb/": listing(
            [
                entry("a.html", report_title("青石市教育局", 2025), "2026-01-12"),
                entry("b.pdf", report_title("青石市民政局", 2025), "2026-01-13"),
            ]
        ),
        "/zfxxgknb/a.html": report("青石市教育局", 2025, published="2026-01-12", extra=extra),
        "/zfxxgknb/P0202601.pdf": Reply(PDF, kind="application/octet-stream"),
        "/zfxxgknb/b.pdf": Reply(PDF + b"b", kind="application/pdf"),
        "/system/_content/download.jsp": Reply(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, kind="text/html"),
    }
    with site:
        bench.watch({"shi": only(site)})
        assert bench.crawl().status == 0
        rows = bench.rows("select url, attachment_of, media_type, agency_name, year from documents order by url")
    page = f"{site.url}/zfxxgknb/a.html"
    assert rows == [
        (f"{site.url}/system/_content/download.jsp?wbfileid=3B", page, rows[0][2], "青石市教育局", 2025),
        (f"{site.url}/zfxxgknb/P0202601.pdf", page, "application/pdf", "青石市教育局", 2025),
        (page, None, "text/html", "青石市教育局", 2025),
        (f"{site.url}/zfxxgknb/b.pdf", None, "application/pdf", "青石市民政局", 2025),
    ]
    assert "/other.exe" not in site.paths()


def test_second_crawl_is_conditional_and_a_change_is_a_new_version(bench: Bench) -> None:
    with trs_site("127.0.1.31", pages=2) as site:
        bench.watch({"shili": only(site)})
        bench.crawl(now="2026-02-01T08:00:00+08:00")
        first = bench.rows("select url, sha256, first_seen, last_seen from documents order by url")
        site.log.clear()
        changed = "/zfxxgknb/202601/t20260110_5000.html"
        site.pages[changed] = report("示例县第0局", 2025, published="2026-01-10", n=4)
        ran = bench.crawl(now="2026-02-08T08:00:00+08:00")
        assert ran.status == 0
        assert ran.outcome["new_documents"] == 1
        assert all("if-none-match" in seen.headers for seen in site.asked())
    second = bench.rows("select url, sha256, first_seen, last_seen from documents order by url, first_seen")
    assert len(second) == len(first) + 1
    assert second[0] == first[0], "the old version stays as it was"
    assert second[1][0] == first[0][0]
    assert second[1][1] != first[0][1]
    for before, after in zip(first[1:], second[2:], strict=True):
        assert before[:3] == after[:3]
        assert before[3] < after[3], "an unchanged page was seen again"
    verdicts = dict(bench.rows("select verdict, count(*) from fetches where crawl = 2 group by verdict"))
    assert verdicts == {"unchanged": 5, "changed": 1}


def test_one_year_and_one_portal(bench: Bench) -> None:
    site = Site(
        "127.0.1.32",
        {
            "/zfxxgknb/": listing(
                [
                    entry("a.html", report_title("青石市教育局", 2025)),
                    entry("b.html", report_title("青石市教育局", 2024)),
                ]
            ),
            "/zfxxgknb/a.html": report("青石市教育局", 2025),
            "/zfxxgknb/b.html": report("青石市教育局", 2024),
        },
    )
    with site, Site("127.0.1.33") as other:
        bench.watch({"shi": only(site), "bie": only(other)})
        ran = bench.crawl("--portal", "shi", "--year", "2024")
        assert (ran.status, ran.portal("shi")["state"]) == (0, "ok")
        assert bench.rows("select year from documents") == [(2024,)]
        assert other.log == []
        assert bench.crawl("--portal", "wu").status == 2


def test_year_folders_and_a_folder_that_is_a_report(bench: Bench) -> None:
    site = Site(
        "127.0.1.34",
        {
            "/zfxxgknb/": listing(
                [
                    '<li><a href="2025n/">2025年</a></li><li><a href="2024n/">2024年</a></li>',
                    '<li><a href="/tjnj/2024/">2024年</a></li>',
                ]
            ),
            "/zfxxgknb/2025n/": listing(['<li><a href="bm/">部门年报</a></li>']),
            "/zfxxgknb/2025n/bm/": listing([entry("a.html", report_title("青石市教育局", 2025))]),
            "/zfxxgknb/2025n/bm/a.html": report("青石市教育局", 2025),
            "/zfxxgknb/2024n/": report("青石市人民政府", 2024),
        },
    )
    with site:
        bench.watch({"shi": only(site)})
        ran = bench.crawl()
        assert ran.portal("shi")["state"] == "ok"
    assert "/tjnj/2024/" not in site.paths()
    assert bench.rows("select agency_name, year from documents order by year") == [
        ("青石市人民政府", 2024),
        ("青石市教育局", 2025),
    ]


def test_without_contact_only_loopback_is_crawled(bench: Bench) -> None:
    bench.watch({"yuan": "http://www.example.gov.cn/zfxxgknb/"})
    ran = bench.crawl()
    assert ran.status == 2
    assert "contact" in ran.errors
