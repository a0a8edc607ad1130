"""What a page shows, as plain data: one bad entry, family or address drops itself, and it is said."""

import asyncio
import json
import pickle
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from crawler.crawl.lists import gathered, reports, sound
from crawler.crawl.page_workers import PageWorkers, Unmarked
from crawler.crawl.reading import prepare, read_answer
from crawler.crawl.records import ListPage, NoReport, PageQuestion, PageSeen, ReportPage
from crawler.discovery.search import Discovery
from crawler.discovery.sighting import Sight, Sought
from crawler.families.base import Family
from crawler.ground.contained import Failed
from crawler.ground.reasons import Reason, told
from crawler.ground.workers import MEBIBYTE
from crawler.pages.asks import Ask, Source
from crawler.pages.page import ListItem, Page
from crawler.pages.verdicts import Answer
from tests.crawler.crawling import Bench
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Reply, Site

NOW = datetime(2026, 2, 1, tzinfo=UTC)
URL = "http://127.0.0.1/zfxxgknb/"
TITLE = report_title("青石市水利局", 2025)
HALVES = ("\udfff", "\ud83d", "\ud800", "\udc80")


def shown(body: bytes | str, ask: Ask | None = None, **said: Any) -> PageSeen:
    data = body.encode() if isinstance(body, str) else body
    seen = read_answer(PageQuestion(Answer(URL, 200, data), ask or Ask(URL), NOW, **said))
    # What comes out of a worker is what goes in at the other end.
    assert pickle.loads(pickle.dumps(seen)) == seen  # our own
    return seen


def test_a_list_shows_its_reports_and_where_it_goes_on() -> None:
    page = shown(
        listing([entry("1.html", TITLE, "2026-01-20")], '<script>createPageHTML(3, 0, "index", "html");</script>')
    ).shown
    assert isinstance(page, ListPage)
    [found] = page.found
    assert (found.item.title, found.item.date, found.info and found.info.year) == (TITLE, "2026-01-20", 2025)
    assert [ask.url for ask in page.asks] == [f"{URL}index_1.html"]
    assert (page.families, page.broken, page.short) == (("trs", "generic"), None, ())


def test_what_stands_in_the_way_shows_nothing() -> None:
    seen = read_answer(PageQuestion(Answer(URL, 404, b"gone"), Ask(URL), NOW))
    assert (seen.verdict.word, seen.shown) == ("not_found", None)


def test_what_is_held_is_read_again() -> None:
    seen = read_answer(
        PageQuestion(
            Answer(URL, 304, report("青石市水利局", 2025).encode()), Ask(URL, "detail", title=TITLE), NOW, held=True
        )
    )
    assert seen.verdict.word == "unchanged"
    assert isinstance(seen.shown, ReportPage)
    assert seen.titled


def test_a_page_that_says_nothing_is_no_report() -> None:
    page = shown(listing([]), Ask(URL, "detail")).shown
    assert isinstance(page, NoReport)


class Stumbling(Family):
    name: ClassVar[str] = ""
    order: ClassVar[int] = 1

    def recognizes(self, page: Page) -> bool:
        return True

    def items(self, page: Page) -> Iterator[ListItem]:
        yield ListItem(f"{URL}1.html", TITLE)
        raise OverflowError("the date of the second entry")

    def more(self, page: Page) -> Iterator[Ask]:
        raise KeyError("page")


class Sound(Stumbling):
    def items(self, page: Page) -> Iterator[ListItem]:
        yield ListItem(f"{URL}2.html", report_title("青石市教育局", 2025))
        yield ListItem("http://[half/3.html", report_title("青石市民政局", 2025))
        yield ListItem(f"{URL}4.html", report_title("青石市财政局", 2025))


def test_one_family_that_stumbles_over_an_entry_takes_no_other_along() -> None:
    troubles: list[Reason] = []
    found = reports(Page(URL, b"", Ask(URL)), [Stumbling(), Sound()], troubles)
    assert [one.item.url for one in found] == [f"{URL}{number}.html" for number in (1, 2, 4)]
    assert len(troubles) == 2
    assert "the date of the second entry" in str(troubles[0])
    assert "青石市民政局" in str(troubles[1]), "an entry that cannot be read is named"
    assert gathered([Stumbling()], lambda family: family.more(Page(URL, b"", Ask(URL))), troubles) == []
    assert "KeyError" in str(troubles[-1])


@pytest.mark.parametrize("half", HALVES)
def test_addresses_with_half_a_character_are_told_from_the_others(half: str) -> None:
    troubles: list[Reason] = []
    asks = [
        Ask(f"{URL}{half}"),
        Ask(URL, body=half),
        Ask(URL, state={"guid": half}),
        Ask(URL, source=Source(agency=half)),
        Ask(URL, title=f"年报{half}"),
    ]
    assert sound(asks, troubles) == [Ask(URL, title="年报\ufffd")]
    assert len(troubles) == len(asks) - 1


@pytest.mark.parametrize(("place", "half"), list(zip(("address", "title", "date"), HALVES, strict=False)))
def test_an_entry_with_half_a_character_drops_itself_alone(tmp_path: Path, place: str, half: str) -> None:
    """In a list of gkmlpt: the others are fetched; this one is told, unless its page can be asked for all the same."""
    bench = Bench(tmp_path)
    with Site("127.0.22.1") as site:
        bad = {"title": report_title("青石市民政局", 2025), "url": f"{site.url}/bad.html", "date": 1768896000}
        if place == "address":
            bad["url"] = f"{site.url}/{half}.html"
        elif place == "title":
            bad["title"] = f"青石市民政局2025年政府信息公开{half}工作年度报告"
        else:
            bad["first_publish_time"] = half
        good = {"title": TITLE, "url": f"{site.url}/good.html", "date": 1768896000}
        tree = json.dumps([{"id": 7, "name": "政府信息公开年报", "children": []}], ensure_ascii=False)
        site.pages = {
            "/": f"<title>政府信息公开平台</title><script>var _CONFIG={{SID:'12',TREE:{tree}}};</script>",
            "/gkmlpt/api/all/7": Reply(json.dumps({"articles": [bad, good], "total": 2}), kind="application/json"),
            "/good.html": report("青石市水利局", 2025),
            "/bad.html": report("青石市民政局", 2025),
        }
        bench.watch({"shi": f"{site.url}/"})
        ran = bench.crawl()
        bodies = {body for (body,) in bench.rows("select agency_name from documents")}
        if place != "address":
            assert bodies == {"青石市水利局", "青石市民政局"}
            assert ran.portal("shi")["state"] == "ok"
            return
        assert bodies == {"青石市水利局"}
        assert ran.portal("shi")["state"] == "ok"
        [(detail,)] = bench.rows("select detail from fetches where verdict = 'refused'")
        assert "cannot be read" in detail
        # As long as it is listed, that body's report is one that stands there and was not read.
        assert bench.rows("select verdict, year from looks where url like 'unreadable:%'") == [(None, 2025)]
        bench.crawl(now="2026-02-02T08:00:00+08:00")
        assert all("%EF%BF%BD" not in path for path in site.paths()), "nobody asks for an address that is none"
        assert bench.rows("select count(*) from fetches where verdict = 'refused'") == [(2,)]


def stumble(text: str) -> str:
    raise ValueError(text)


def devour(size: int) -> int:
    return len(bytearray(size))


def test_readers_tell_an_error_from_want_of_memory_and_go_on() -> None:
    async def each() -> list[object]:
        with PageWorkers(prepare, seconds=30, memory=512 * MEBIBYTE) as readers:
            question = PageQuestion(Answer(URL, 200, listing([]).encode()), Ask(URL), NOW)
            return [
                await readers.read(Unmarked(), stumble, "why"),
                await readers.read(Unmarked(), devour, 1 << 30),
                await readers.read(Unmarked(), read_answer, question),
            ]

    error, memory, seen = asyncio.run(each())
    assert error == Failed("error", "ValueError: why")
    assert memory == Failed("out_of_memory")
    assert isinstance(seen, PageSeen)


def test_what_is_under_way_when_readers_close_counts_nothing() -> None:
    async def closed() -> object:
        with PageWorkers(prepare, seconds=60) as readers:
            task = asyncio.ensure_future(readers.read(Unmarked(), wait, 60.0))
            await readers.read(Unmarked(), devour, 1)
            readers.close()
            return await task

    ended = asyncio.run(closed())
    assert isinstance(ended, Failed)
    assert ended.cause == "unavailable"


def wait(seconds: float) -> None:
    time.sleep(seconds)


def test_a_look_at_a_portal_ends_within_its_time() -> None:
    async def never(ask: Ask, _: Sought) -> Sight:
        await asyncio.Event().wait()
        return Sight(ask.url, ask.kind, "ok")

    search = Discovery(URL, never)
    asyncio.run(search.run(0.05))
    assert told(search.result.broken, "en") == "the look was ended after 0.05 s"
    assert (search.result.reached, search.result.exhausted) == (False, True)


def test_a_look_that_breaks_off_says_so() -> None:
    async def broken(ask: Ask, _: Sought) -> Sight:
        raise RuntimeError(ask.url)

    search = Discovery(URL, broken)
    asyncio.run(search.run(10))
    assert told(search.result.broken, "en") == f"the look broke off: RuntimeError: {URL}"
