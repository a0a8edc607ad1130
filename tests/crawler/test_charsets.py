"""Pages in two charsets, cut or broken: each part is read in its own, figures stay, and nothing is made up."""

import random
import re

import pytest

from crawler.pages.charsets import GBK, UTF8, decoded
from crawler.pages.page import decode
from extract.readers import Unreadable, read
from extract.readers._charset import to_utf8
from monitor.samples import make_history

PAGE = make_history(7, "示例县财政局", [2023], dense=True)[0].html()
FOOTER = (
    "<div>主办：望溪县人民政府办公室　承办：望溪县政务服务和数据管理局　<a href='/map'>网站地图</a> <a>其他</a> <a>局</a> "
    "ICP备 2023004567号 · 访问量：<b>12345</b>　邮编 071000 甪直镇</div></body></html>"
)
PART = re.compile(r"</body>\s*</html>\s*")
CHARSETS = (UTF8, GBK)


def both(page: bytes) -> str:
    """The text, on which the crawl and the reader agree."""
    text = decode(page)
    assert to_utf8(page).decode() == text
    return text


@pytest.mark.parametrize("outer", CHARSETS)
@pytest.mark.parametrize("inner", CHARSETS)
@pytest.mark.parametrize("where", ["below", "above", "amid"])
def test_an_included_part_is_read_in_its_own_charset(outer: str, inner: str, where: str) -> None:
    page = PART.sub("", PAGE)
    at = {"below": len(page), "above": page.index("<body>") + 6, "amid": page.index("<p", len(page) // 2)}[where]
    mixed = page[:at].encode(outer) + FOOTER.encode(inner) + page[at:].encode(outer)
    assert both(mixed) == page[:at] + FOOTER + page[at:]
    assert decoded(mixed).charset == ("gbk" if outer == GBK else "utf-8")
    assert not decoded(mixed).lost


@pytest.mark.parametrize("outer", CHARSETS)
@pytest.mark.parametrize("inner", CHARSETS)
def test_parts_may_stand_side_by_side_without_a_tag_between(outer: str, inner: str) -> None:
    one, other = "本报告由望溪县财政局编制，欢迎来电咨询", "望溪县人民政府办公室版权所有"
    mixed = f"{PAGE}<p>{one}".encode(outer) + other.encode(inner) + f"{one}</p>".encode(outer)
    assert both(mixed) == f"{PAGE}<p>{one}{other}{one}</p>"


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_page_cut_in_the_middle_of_a_character_loses_that_one_alone(charset: str) -> None:
    body = PAGE.encode(charset)
    text = "一、总体情况"
    for size in range(body.index(text.encode(charset)), body.index(text.encode(charset)) + 14):
        found = both(body[:size])
        assert PAGE.startswith(found.rstrip("\ufffd"))
        assert len(found) - len(found.rstrip("\ufffd")) <= 1


@pytest.mark.parametrize("charset", CHARSETS)
def test_broken_bytes_are_lost_and_never_read_in_the_other_charset(charset: str) -> None:
    dice = random.Random(5)
    body = PAGE.encode(charset)
    wide = [at for at, byte in enumerate(body) if byte >= 0xA0]
    for _ in range(60):
        at = dice.choice(wide)
        broken = body[:at] + body[at + 1 :]
        found = both(broken)
        assert re.findall("[0-9]+", found) == re.findall("[0-9]+", PAGE)
        strange = [char for char in found if char not in PAGE and char != "\ufffd"]
        if charset == UTF8:
            assert "\ufffd" in found
            assert not strange
        assert len(strange) < 40  # GB18030 goes out of step, to the end of the run at most


def test_a_truly_broken_page_stays_a_problem() -> None:
    dice = random.Random(3)
    noise = [dice.randrange(0x80, 0x100) for _ in range(4000)]
    torn = bytes(noise[at % 4000] if byte >= 0x80 and at % 3 else byte for at, byte in enumerate(PAGE.encode()))
    for body in (torn, b"<p>" + bytes(noise) + b"</p>"):
        assert decoded(body).lost
        with pytest.raises(Unreadable) as refused:
            read(body, "a.html")
        assert refused.value.problem.code == "decode_error"


def test_figures_of_a_page_with_a_foreign_footer_are_those_of_the_page() -> None:
    page = PART.sub("", PAGE)
    mixed = page.encode() + FOOTER.encode("gbk", "replace")
    assert read(mixed, "a.html").blocks[:-3] == read(page.encode() + FOOTER.encode(), "a.html").blocks[:-3]


def test_single_foreign_bytes_and_other_charsets_stay_what_they_were() -> None:
    assert decode("<p>财政局 ".encode() + b"\xa9\xb7 2024</p>") == "<p>财政局 \ufffd\ufffd 2024</p>"
    assert decode('<meta charset="big5"><p>臺北市政府</p>'.encode("big5")) == '<meta charset="big5"><p>臺北市政府</p>'
    assert decode('<meta charset="windows-1250"><p>财政局</p>'.encode("gbk")).endswith("<p>财政局</p>")
    assert decoded("\ufeff甲".encode()) == ("甲", "utf-8", 0)
    assert decoded("\ufeff甲".encode("utf-16-le")).text == "甲"
    assert decode('<meta charset="utf-16"><p>财政局</p>'.encode("gbk")).endswith("<p>财政局</p>")
    assert decode("年报".encode("gbk")) == "年报"
    assert decode("联通".encode("gbk")) == "联通"
