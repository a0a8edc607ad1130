"""Addresses that differ in nothing but what is junk elsewhere: two reports where a list says so, one where it does not."""

from pathlib import Path

from tests.crawler.crawling import Bench
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Answerer, Reply, Seen, Site

START = "/zfxxgknb/"


def test_two_bodies_behind_one_page_are_two_reports_in_every_crawl(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bodies = {"a1": "青石市教育局", "b2": "青石市财政局", "c3": "青石市民政局"}
    entries = [entry(f"show.html?spm={mark}", report_title(name, 2025)) for mark, name in bodies.items()]
    entries += [
        entry("2.html?spm=d4", report_title("青石市水利局", 2025)),
        entry("2.html?spm=e5", report_title("青石市水利局", 2024)),
        entry("3.html?spm=f6", report_title("青石市审计局", 2025)),
        entry("4.html", report_title("青石市司法局", 2025)),
        entry("4.html", report_title("青石市司法局", 2024)),
        entry("5.html?spm=g7", report_title("青石市统计局", 2025)),
    ]
    turn = 0

    def show(seen: Seen) -> Reply:
        return Reply(report(bodies[seen.path.rpartition("=")[2]], 2025))

    def column(_: Seen) -> Reply:
        return Reply(listing([one.replace("spm=f6", f"spm=f{turn}") for one in entries]))

    pages: dict[str, bytes | str | Reply | Answerer] = {
        START: column,
        **{f"{START}show.html?spm={mark}": show for mark in bodies},
        f"{START}2.html?spm=d4": report("青石市水利局", 2025),
        f"{START}2.html?spm=e5": report("青石市水利局", 2024),
        **{f"{START}3.html?spm=f{at}": report("青石市审计局", 2025) for at in range(3)},
        f"{START}3.html": report("青石市审计局", 2025),
        f"{START}4.html": report("青石市司法局", 2025),
    }
    with Site("127.0.5.61", pages) as site:
        bench.watch({"shi": site.url + START})
        for day in (1, 2, 3):
            bench.crawl("--all", now=f"2026-02-0{day}T08:00:00+08:00")
            turn += 1
    found = bench.rows("select replace(url, ?, ''), agency_name, year from documents order by 1", site.url + START)
    assert found == [
        ("2.html?spm=d4", "青石市水利局", 2025),
        ("2.html?spm=e5", "青石市水利局", 2024),
        ("3.html", "青石市审计局", 2025),
        ("4.html", "青石市司法局", 2025),
        ("show.html?spm=a1", "青石市教育局", 2025),
        ("show.html?spm=b2", "青石市财政局", 2025),
        ("show.html?spm=c3", "青石市民政局", 2025),
    ]
    # Two years at one address: the second is known as one that was not read.
    assert bench.rows("select year from looks where verdict = 'unreadable'") == [(2024,)]
    # A dead link is told under the address that the list gave.
    assert bench.rows("select count(*) from fetches where url like '%5.html?spm=g7' and verdict = 'not_found'")[0][0]
