"""What a page holds besides the text that is taken from it: files, frames, fields, pictures in cells, scripts."""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from crawler.ground.urls import is_attachment
from extract.content import Left
from extract.readers._flatten import SPAN

MOST = 2000  # elements of a kind that are looked at
MOST_SCRIPT = 400_000  # characters of a script
TAIL = 4096  # bytes at the end of a page
LONGEST_NAME = 200  # characters of a link's words
DATA_CELLS = 4  # a row with so many cells holds data; one with fewer may lay out the page
FRAMES = ("iframe", "frame", "embed", "object")
FIELDS = ("input", "select", "textarea")
DRAWN = ("img", "svg", "canvas")
# What may show a table without a word of it; `img` is counted for itself.
SHOWN = ("svg", "canvas", "picture", "video", "image", "imagedata", "v:imagedata", "map")
BLOCKS = ("div", "table", "td")
HIGHEST = 12  # elements above one that are looked at
AROUND = frozenset({"a", "button", "header", "nav", "footer", "label", "li"})  # a sign in one of these is no table
SENT = frozenset({"hidden", "button", "submit", "reset", "image"})  # fields that show no figure
FURTHER = frozenset(
    {"下一页", "下页", "后一页", "[2]", "【2】", "第2页", "第二页", "余下全文", "阅读全文", "查看全文", "展开全文"}
)
# Outside a certain article a file is one of this report only where its words say so.
OF_REPORT = re.compile("附件|附表|统计|年度报告|年报|全文|正文|表格")
OF_OTHERS = re.compile("申请表|指南|目录|规定|制度|条例|办法|上一篇|下一篇")
# Words of the three tables that a script has no other use for, also escaped.
WORDS = ("自然人", "商业企业", "科研机构", "行政许可", "行政处罚", "结果维持", "尚未审结", "复议后起诉", "现行有效")
FEWEST_WORDS = 2
_IN_SCRIPT = tuple((word, "".join(f"\\u{ord(char):04x}" for char in word)) for word in WORDS)
_BACKGROUND = re.compile(r"url\s{0,9}\(", re.I)
_ANY_BACKGROUND = re.compile(rb"background|url|&#", re.I)  # in markup; a letter may be written as its number
_DATA = re.compile(r"\[\s{0,9}\d+\s{0,9},\s{0,9}\d+")  # a script that is handed figures
_ENDED = re.compile(rb"</(?:html|body)\b", re.I)
_BEGUN = re.compile(rb"<(?:html|body)\b", re.I)
_text = etree.XPath("string(.)", smart_strings=False)


def is_cut_off(markup: bytes) -> bool:
    """A page that begins as one and does not end as one."""
    if _ENDED.search(markup, max(0, len(markup) - TAIL)):
        return False  # as nearly all do
    return _BEGUN.search(markup) is not None and _ENDED.search(markup) is None


def left_in(root: etree._Element, article: etree._Element | None, markup: bytes, pieces: bytes) -> frozenset[Left]:
    """The kinds of what stays unread. `article` is the container of the article, where it is certain; `pieces` holds
    each different piece of the markup once."""
    found = set(_left(root, article))
    if (
        "drawing" not in found
        and _ANY_BACKGROUND.search(pieces)
        and _has_background(root if article is None else article)
    ):
        found.add("drawing")
    if is_cut_off(markup):
        found.add("cut_off")
    return frozenset(found)


def _left(root: etree._Element, article: etree._Element | None) -> Iterator[Left]:
    inside = root if article is None else article
    if any(_shows(element) for element in islice(inside.iter(*FRAMES), MOST)):
        yield "frame"
    if any(_in_cell(element) and not _is_silent(element) for element in islice(inside.iter(*FIELDS), MOST)):
        yield "field"
    if any(_in_cell(element, alone=True) for element in islice(inside.iter(*DRAWN), MOST)):
        yield "cell_image"
    if any(_is_shown(element) for element in islice(inside.iter(*SHOWN), MOST)):
        yield "drawing"
    yield from _links(root, article)
    if article is not None and any(_DATA.search(str(_text(one))[:MOST_SCRIPT]) for one in article.iter("script")):
        yield "script"
    if any(map(_holds_tables, islice(root.iter("script", "template", "noscript"), MOST))):
        yield "script"


def _links(root: etree._Element, article: etree._Element | None) -> Iterator[Left]:
    own = set() if article is None else {*islice(article.iter("a"), MOST)}
    for element in islice(root.iter("a"), MOST):
        href = (element.get("href") or "").strip()
        if is_file(href) and (element in own or _named(element)):
            yield "attachment"
        elif element in own and "".join(str(_text(element)).split()) in FURTHER:
            yield "further_page"


def is_file(href: str) -> bool:
    """Whether an address leads to a file and not to a page, as far as it says."""
    try:
        return bool(href) and is_attachment(href)
    except ValueError:  # no address at all
        return False


def _named(element: etree._Element) -> bool:
    words = f"{element.get('title') or ''} {str(_text(element))[:LONGEST_NAME]}"
    return OF_REPORT.search(words) is not None and OF_OTHERS.search(words) is None


def _shows(element: etree._Element) -> bool:
    """A frame with an address and a size; those without are there for a script."""
    address = element.get("src") or element.get("data") or ""
    return bool(address.strip()) and element.get("width") not in ("0", "1") and element.get("height") not in ("0", "1")


def _is_shown(element: etree._Element) -> bool:
    return AROUND.isdisjoint(above.tag for above in islice(element.iterancestors(), HIGHEST))


def _has_background(inside: etree._Element) -> bool:
    """A block within the article that is empty, and shows a picture behind what it does not say."""
    return any(
        (element.get("background") or _BACKGROUND.search(element.get("style") or ""))
        and not str(_text(element)).strip()  # the dearer question: the text of a block is that of all below it
        for element in islice(inside.iter(*BLOCKS), MOST)
    )


def _is_silent(element: etree._Element) -> bool:
    return element.tag == "input" and (element.get("type") or "").strip().lower() in SENT


def _in_cell(element: etree._Element, *, alone: bool = False) -> bool:
    """In a cell of a table that holds data; `alone`: and nothing is written beside it."""
    cell = next(element.iterancestors("td", "th"), None)
    row = None if cell is None else cell.getparent()
    if cell is None or row is None or sum(1 for _ in row.iterchildren("td", "th")) < DATA_CELLS:
        return False
    # Flattening writes the spans of a cell before its text.
    return not alone or not str(_text(cell)).rpartition(SPAN)[2].strip()


def _holds_tables(element: etree._Element) -> bool:
    text = str(_text(element))[:MOST_SCRIPT]
    if not text:
        return False
    lower = text.lower() if "\\u" in text.lower() else text
    return sum(word in text or escaped in lower for word, escaped in _IN_SCRIPT) >= FEWEST_WORDS
