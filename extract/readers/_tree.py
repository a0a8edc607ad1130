"""Markup → element tree, within bounds: size, number of tags, depth, attributes; nothing is fetched or expanded."""

import re
from typing import NamedTuple

from lxml import etree

from crawler.pages.markup import MIN_GUARDED, too_many_attributes, without_references
from crawler.pages.page import ENDS
from extract.readers._flatten import drop_marks
from extract.readers._spans import MAX_CELLS, too_many_cells
from extract.readers._unreadable import Unreadable, refuse

MAX_BYTES = 24_000_000
MAX_TAGS = 600_000
LOST = "\ufffd"

# Between two of these stands mostly one of few pieces that are repeated: so they are in what a text processor wrote.
_BETWEEN = b"tyle="
_ENDING = re.compile(ENDS.encode())
_CELL = re.compile(rb"<t[dh][\s>/]", re.I)


def too_large(size: int) -> Unreadable:
    """The refusal of a file beyond the size that any report has."""
    return refuse("too_large", f"文件过大（{size / 1e6:.0f} MB），超过 {MAX_BYTES / 1e6:.0f} MB 的上限。")


class Parsed(NamedTuple):
    """The root of a page, and each different piece of its markup once: to look for something, these are enough."""

    root: etree._Element
    pieces: bytes


def parse(markup: bytes) -> Parsed | None:
    """The page (`markup` is UTF-8), or None when nothing is in it. Raises Unreadable beyond the bounds."""
    head, between, tail = markup.rpartition(_BETWEEN)
    pieces = _BETWEEN + _BETWEEN.join({*head.split(_BETWEEN)})
    if _ENDING.search(pieces):
        head = _ENDING.sub(b"", head)
    markup = b"".join([head, between, _ENDING.sub(b"", tail)])
    root = _root(markup)
    if root is None:
        return None
    if LOST in drop_marks(root) and (known := without_references(markup)) != markup:
        # A reference to no character leaves nothing, where the parser leaves a mark of loss.
        root = _root(known)
        if root is None:
            return None
        drop_marks(root)
    return Parsed(root, b"".join([pieces, _BETWEEN, tail]))


def _root(markup: bytes) -> etree._Element | None:
    _guard(markup)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        root: etree._Element | None = etree.fromstring(markup, parser)
    except etree.ParserError:  # nothing but white space and comments
        return None
    except etree.XMLSyntaxError as error:
        _require_memory(parser)
        if any(one.type == etree.ErrorTypes.ERR_DOCUMENT_EMPTY for one in parser.error_log):
            return None
        raise refuse("broken_markup", "网页的标记损坏，无法解析。") from error
    _require_memory(parser)
    last = parser.error_log.last_error
    if last is not None and last.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        # The parser stops there: what follows would be lost without a word.
        raise refuse("too_deep", "网页的标签嵌套过深（超过 2000 层），无法完整读取。")
    return root


def _require_memory(parser: etree.HTMLParser) -> None:
    """MemoryError where the parser stopped for want of memory: else the page would pass for broken, or for shorter."""
    last = parser.error_log.last_error
    if last is not None and last.type == etree.ErrorTypes.ERR_NO_MEMORY:
        raise MemoryError


def _guard(markup: bytes) -> None:
    if len(markup) > MAX_BYTES * 2:  # room for a charset that is shorter than UTF-8
        raise too_large(len(markup))
    if len(markup) < MIN_GUARDED:
        return  # too short for any of the bounds below
    tags = markup.count(b"<")
    if tags > MAX_CELLS and len(_CELL.findall(markup)) > MAX_CELLS:
        raise too_many_cells()
    if tags > MAX_TAGS:
        raise refuse("too_many_tags", f"网页的标签超过 {MAX_TAGS} 个，不是一般的网页。")
    if too_many_attributes(markup):
        raise refuse("too_many_attributes", "网页中有标签带着成千上万个属性，无法在合理时间内读取。")
