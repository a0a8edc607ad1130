"""Twice the page takes about twice the time: everything that the crawl does with a page, an answer, a title, a robots.txt."""

from collections.abc import Callable

import pytest
from scrapy.http import Response

from crawler.ground.urls import address, clean, identity, without_user
from crawler.pages import signs
from crawler.pages.file_names import file_name
from crawler.pages.sniff import media_type
from crawler.pages.titles import recognize
from crawler.wire.robots import rules_of
from tests.crawler.hostile import ANSWERS, OPAQUE, PAGES, page_of, read_whole
from tests.doubling.growth import grown_text, seconds

LARGEST = 200_000  # characters
SHOWS = 0.01  # seconds: what takes longer is measured well enough
AGENT = "gouji/0.1.0 (+mailto:someone@example.org)"


def linear(make: Callable[[int], str], use: Callable[[str], object]) -> None:
    found = grown_text(make, use, largest=LARGEST, shows=SHOWS)
    assert not found.steep, found


@pytest.mark.parametrize("name", PAGES)
def test_twice_the_page_takes_about_twice_the_time(name: str) -> None:
    linear(PAGES[name], lambda text: read_whole(page_of(text.encode())))


@pytest.mark.parametrize("name", ANSWERS)
def test_twice_the_answer_takes_about_twice_the_time(name: str) -> None:
    def use(text: str) -> None:
        for family in OPAQUE:
            read_whole(page_of(text.encode(), family, method="POST" if family in ("epoint", "jpage") else "GET"))

    linear(ANSWERS[name], use)


ADDRESSES = {
    "slashes": lambda n: "/" * n,
    "slashes and @": lambda n: "http:" + "/@" * n,
    "user": lambda n: "http://" + "a" * n,
    "levels": lambda n: "../" * n,
    "dots": lambda n: "http://" + "a." * n,
    "escapes": lambda n: "/a?b=" + "%41;" * n,
    "sessions": lambda n: "/" + ";jsessionid=" * n,
    "parameters": lambda n: "/?" + "utm_a=1&" * n,
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_twice_the_address_takes_about_twice_the_time(name: str) -> None:
    def use(text: str) -> None:
        found = address("http://127.0.6.99/", text, 10_000_000)
        identity(clean(found))
        without_user(text)

    linear(ADDRESSES[name], use)


NAMES: dict[str, Callable[[int], str]] = {
    "words of many bodies": lambda n: f"某县2024年{'乡镇' * n}科政府信息公开工作年度报告",
    "endings": lambda n: "政府信息公开年度报告" + ".txt" * n,
    "topics": lambda n: "政府信息公开" * n + "年报",
    "brackets": lambda n: "（，" * n + "政府信息公开年度报告（" * n,
    "years": lambda n: "2024年 " * n + "政府信息公开年报",
    "letters": lambda n: "ﷺ" * n + "政府信息公开年度报告",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_title_however_it_is_made_is_read_in_no_time(name: str) -> None:
    for count in (10, 20, 40, 80, 160):
        assert min(seconds(lambda count=count: recognize(NAMES[name](count))) for _ in range(5)) < 0.1  # type: ignore[misc]  # mypy infers no lambda with a default
    linear(
        NAMES[name],
        lambda text: (
            recognize(text),
            signs.promise(text, "/"),
            signs.decoy(text),
            signs.looks_like_a_report(text),
            signs.names_column(text),
        ),
    )


ROBOTS: dict[str, Callable[[int], str]] = {
    "names and rules": lambda n: (
        "".join(f"User-agent: a{at}\n" for at in range(n)) + "".join(f"Disallow: /{at}\n" for at in range(n))
    ),
    "names that are ours": lambda n: "User-agent: g\nUser-agent: go\n" * n + "Allow: /*a*a*a*a$\n" * n,
    "wild cards": lambda n: "User-agent: *\nDisallow: /" + "*a" * n + "\n",
    "rules": lambda n: "User-agent: *\n" + "Disallow: /*a*b*c$\n" * n,
    "numbers": lambda n: f"User-agent: *\nCrawl-delay: {'9' * n}\nRequest-rate: {'9' * n}/{'9' * n}\n",
}


@pytest.mark.parametrize("name", ROBOTS)
def test_twice_the_robots_txt_takes_about_twice_the_time(name: str) -> None:
    def use(text: str) -> None:
        rules = rules_of(Response("http://127.0.6.99/robots.txt", body=text.encode()), AGENT)
        assert rules is not None
        rules.can_fetch("http://127.0.6.99/" + "a" * 500, AGENT)
        rules.crawl_delay(AGENT)

    linear(ROBOTS[name], use)


HEADS: dict[str, Callable[[int], str]] = {
    "comments": lambda n: "<!---->" * n + "x",
    "dashes": lambda n: "<!--" + "-" * n,
    "declarations": lambda n: "<?xml >" * n,
    "tags": lambda n: "<table " * n,
    "zip": lambda n: "PK\x03\x04" * n,
    "central": lambda n: "PK\x03\x04" + "PK\x01\x02" * n,
}


@pytest.mark.parametrize("name", HEADS)
def test_twice_the_file_is_told_apart_in_about_twice_the_time(name: str) -> None:
    linear(HEADS[name], lambda text: (media_type(text.encode(), "a" + ".b" * 100), file_name(text.encode())))


def test_a_robots_txt_says_the_same_after_its_other_names_are_left_out() -> None:
    text = (
        "User-agent: baidu\nUser-agent: gouji\nDisallow: /a # not here\nuser agent: *\nDisallow: /\n\n"
        "User-Agent gou*\nDisallow: /b\nUseragent: x\nAllow: /a\nSitemap: http://127.0.6.99/s.xml\n"
    )
    rules = rules_of(Response("http://127.0.6.99/robots.txt", body=text.encode()), AGENT)
    assert rules is not None
    assert [rules.can_fetch(f"http://127.0.6.99/{path}", AGENT) for path in "abc"] == [False, True, True]
    assert not rules.can_fetch("http://127.0.6.99/c", "another/1.0")
