"""The bound on attributes counts what the parser counts, whatever stands around them, and is itself quick."""

import random
import time
from collections.abc import Callable

import pytest
from lxml import etree

from crawler.pages.asks import Ask
from crawler.pages.markup import MIN_GUARDED, too_many_attributes
from crawler.pages.page import Page, parse

MANY = 12_000
NAMES = " ".join(f"q{number:09}" for number in range(MANY))
PIECES = (
    "<p",
    "<a ",
    "<",
    ">",
    '"',
    "'",
    "=",
    " ",
    "/",
    "<!--",
    "-->",
    "--!>",
    "<!-->",
    "<!",
    "<?",
    "?>",
    "]]>",
    "<![CDATA[",
    "<script",
    "</script>",
    "</script ",
    "<style>",
    "</style>",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea>",
    "<xmp>",
    "</xmp>",
    "<noscript>",
    "<iframe>",
    "</iframe>",
    "</p",
    "&#11;",
    "\x0c",
    "\t",
    "\n",
    "x",
    "data:",
    "--",
    "!",
    "-",
)


def most(markup: str) -> int:
    """The attributes of the tag that has most, as the parser reads it."""
    root = etree.fromstring(f"<i>{markup}".encode(), etree.HTMLParser(encoding="utf-8", huge_tree=True))
    return max((len(element.attrib) for element in root.iter(etree.Element)), default=0)


@pytest.mark.parametrize("seed", range(2))
def test_no_soup_hides_them(seed: int) -> None:
    """Wherever the parser finds them, so does the bound; where it finds none, a page is hardly ever refused."""
    chance = random.Random(seed)
    hidden = 0
    for _ in range(40):
        parts = chance.choices(PIECES, k=chance.randint(1, 14))
        parts.insert(chance.randint(0, len(parts)), NAMES)
        markup = "".join(parts)
        if most(markup) > MANY * 0.9:
            assert too_many_attributes(f"<i>{markup}".encode()), markup.replace(NAMES, "[…]")
        hidden += 1
    assert hidden == 40


@pytest.mark.parametrize(
    "made",
    [
        f"<p {NAMES}>",
        f'<p x"data:{NAMES}>',
        f"<p x'{NAMES}>",
        f"<p/{NAMES.replace(' ', '/')}>",
        f'<p ="{NAMES}>',
        f"<p a<b {NAMES}>",
        f"<p a='>' {NAMES}>",
        f'<p a="<" {NAMES}>',
        f"<p a <!--{NAMES}>",
        f"<p\x0c{NAMES}>",
        "<p " + "".join(f'q{n}="">' for n in range(3)) + f"<p {NAMES}>",
        "<p " + "".join(f'q{n:05}=">"' for n in range(MANY)) + ">",
        "<p " + "".join(f'q{n:05}=" data:,x"' for n in range(MANY)) + ">",
        f"<!--><p {NAMES}>",
        f"<svg><p {NAMES}>",
        f"<noscript><p {NAMES}>",
        f"<p title='<!--'><p {NAMES}>-->",
    ],
)
def test_each_of_these_is_refused_by_the_crawl_too(made: str) -> None:
    assert most(made) > MANY * 0.9
    page = f"<html><body><ul><li><a href=a.html>一</a></ul>{made}"
    assert too_many_attributes(page.encode())
    assert parse(page) is None
    refused = Page("http://127.0.0.1/", page.encode(), Ask("http://127.0.0.1/"))
    assert refused.refused
    assert refused.links == ()


@pytest.mark.parametrize(
    "made",
    [
        f"<!-- <p {NAMES}> -->",
        f"<script>i<n {NAMES} > 1</script>",
        f"<title><p {NAMES}></title>",
        f"{NAMES}",
        f'<img src="data:image/png;base64,{"A/b+ =" * MANY}">',
        f"<p style='{'a: b; ' * MANY}'>",
        f"<p>{'<b>x</b> ' * MANY}",
        f"<textarea><p {NAMES}></textarea>",
        "<p " + " ".join(f"q{n}" for n in range(200)) + ">" * 3,
    ],
)
def test_none_of_these_is(made: str) -> None:
    page = f"<html><body>{made}{'<p>一二三</p>' * MIN_GUARDED}"
    assert not too_many_attributes(page.encode())
    assert parse(page) is not None


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "<a" * n,
        lambda n: "<p " + "a " * n,
        lambda n: "<p a" + " " * n,
        lambda n: "<p " + "a   " * n,
        lambda n: "<!--" * n,
        lambda n: "<script>" * n,
        lambda n: "<p a='" * n,
        lambda n: "<p " + "/" * n,
        lambda n: "<script>x</script" * n,
        lambda n: '="<' * n,
        lambda n: "= " * n,
        lambda n: "<p a=" + 'b="' * n,
        lambda n: "<p " + "a=\n\n" * n,
        lambda n: "<!" * n,
        lambda n: "</" * n,
        lambda n: "<title" * n,
    ],
)
def test_the_bound_is_itself_linear(make: Callable[[int], str]) -> None:
    measured: list[float] = []
    for size in (100_000, 400_000):
        body = make(size).encode()
        taken = []
        for _ in range(3):  # a machine that does something else at that moment is asked again
            begin = time.process_time()
            too_many_attributes(body)
            taken.append(time.process_time() - begin)
        measured.append(min(taken))
    assert measured[1] < max(0.1, measured[0] * 9), measured
