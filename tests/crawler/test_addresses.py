"""Addresses in other charsets: what is asked for are the bytes that a browser would ask, and two never become one."""

from urllib.parse import unquote_to_bytes

import pytest

from crawler.ground.urls import clean, identity, led_to, resolve
from crawler.pages.articles import attachments
from crawler.pages.asks import Ask
from crawler.pages.page import Page

HERE = "http://127.0.0.1/nb/"


def page(text: str, charset: str) -> Page:
    return Page(HERE, text.encode(charset), Ask(HERE))


@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
@pytest.mark.parametrize(
    "place", ["/doc/年报甲.html", "年报.jsp?bm=教育局", "http://127.0.0.1/年报/漒.html?a=1&bm=%BD%CC镕"]
)
def test_a_location_is_followed_to_the_bytes_that_the_server_wrote(place: str, charset: str) -> None:
    target = resolve(HERE, led_to(place.encode(charset)))
    assert target is not None
    wanted = unquote_to_bytes(place.encode(charset)).removeprefix(b"http://127.0.0.1")
    asked = unquote_to_bytes(target.encode()).removeprefix(b"http://127.0.0.1")
    assert asked.removeprefix(b"/nb/") == wanted


def test_a_host_in_a_location_has_letters_and_no_bytes() -> None:
    assert resolve(HERE, led_to("http://政务.cn/年报.html".encode("gbk"))) == "http://政务.cn/%C4%EA%B1%A8.html"
    assert led_to("http://政务.cn/年报.html".encode()) == "http://政务.cn/年报.html"


@pytest.mark.parametrize(
    ("text", "charset", "asked"),
    [
        ('<a href="/s.jsp?bm=教育局&nd=2025">x</a>', "gbk", b"/s.jsp?bm=\xbd\xcc\xd3\xfd\xbe\xd6&nd=2025"),
        (
            '<a href="#" onclick="window.open(\'/s.jsp?bm=教育局\')">局</a>',
            "gb2312",
            b"/s.jsp?bm=\xbd\xcc\xd3\xfd\xbe\xd6",
        ),
        # A path is asked for in UTF-8 whatever the page is written in.
        ('<a href="/年报/1.html?bm=局">局</a>', "gbk", "/年报/1.html?bm=".encode() + b"\xbe\xd6"),
        ('<meta charset="gb2312"><a href="?bm=&#23616;">x</a>', "ascii", b"/nb/?bm=\xbe\xd6"),
        ('<meta content="text/html; charset=GBK"><a href="?bm=&#23616;">x</a>', "ascii", b"/nb/?bm=\xbe\xd6"),
        # What the charset lacks is a reference, as in browsers.
        ('<a href="?bm=&#128512;">教育局</a>', "gbk", b"/nb/?bm=&#128512;"),
        ('<meta charset="gb2312"><a href="?bm=教育局">x</a>', "utf-8", "/nb/?bm=教育局".encode()),
        ('<a href="?bm=%bd%cc&mc=教育局">x</a>', "utf-8", b"/nb/?bm=\xbd\xcc&mc=" + "教育局".encode()),
        ('<a href="?bm=%E6%95%99&mc=局">局</a>', "gbk", b"/nb/?bm=\xe6\x95\x99&mc=\xbe\xd6"),
    ],
)
def test_a_query_is_asked_for_in_the_charset_of_its_page(text: str, charset: str, asked: bytes) -> None:
    (link,) = page(text, charset).links
    assert unquote_to_bytes(link.url.removeprefix("http://127.0.0.1")) == asked


def test_a_file_is_asked_for_in_the_charset_of_its_page() -> None:
    one = page('<p>年报</p><a href="download.jsp?mc=教育局年报.pdf">附件</a>', "gbk")
    (file,) = attachments(one.text, one.url, one.charset)
    assert unquote_to_bytes(file.url).endswith("教育局年报.pdf".encode("gbk"))


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("bm=%BD%CC%D3%FD%BE%D6&nd=2025&spm=x1", "bm=%BD%CC%D3%FD%BE%D6&nd=2025"),
        ("spm=x1&bm=%b2%c6&nd=", "bm=%b2%c6&nd="),
        ("a=1+2&utm_source=w&a=%20&b", "a=1+2&a=%20&b"),
        ("bm=%E6%95%99/x:y,z&%73pm=1", "bm=%E6%95%99/x:y,z"),
        ("bm=教育局&ivk_sa=1024320u", "bm=教育局"),
        ("spm=1", ""),
    ],
)
def test_junk_is_cut_out_of_a_query_and_all_else_stays_as_it_is_written(query: str, left: str) -> None:
    assert clean(f"{HERE}s.jsp?{query}") == (f"{HERE}s.jsp?{left}" if left else f"{HERE}s.jsp")


def test_two_addresses_that_differ_in_what_is_no_utf_8_are_two() -> None:
    words = ("%BD%CC%D3%FD%BE%D6", "%B2%C6%D5%FE%BE%D6", "%FF", "%FE", "%EF%BF%BD")
    assert len({identity(f"{HERE}s.jsp?bm={word}&spm=x1") for word in words}) == len(words)
