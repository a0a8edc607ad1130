"""Which part of a page is the article, and what the page says of itself (metadata, titles)."""

import re
from typing import cast

from lxml import etree

# Body containers in order of trust: `#id`, `.class` or tag, lower case. One more CMS is one more line.
CONTAINERS = tuple(re.compile(pattern) for pattern in (
    r"ucapcontent|#ucap-content",
    r"\.trs_editor_view|\.trs_ueditor|\.trs_editor",
    r"#zoom|#zoomcon|\.zoom",
    r"[#.]xxgk_content",
    r"[#.]vsb_content(_\d+)?|\.v_news_content",
    r"#ivs_content",
    r"\.article[-_]con\w*|#articlecontent|\.articlecontent",
    r"\.detail[-_]content|\.contentxxgk|\.gzk-article|\.wzzw-article|\.con_con|\.main-txt|\.tyxxy_main",
    r"\.content-\w+|\.article",
))
CELLS_FOR_TABLES = 30  # a page with so many cells holds the form's tables
SHARE_OF_CELLS = 0.7
SHARE_OF_TEXT = 0.5
MIN_TEXT = 300

_ids = etree.XPath("//*[@id]")
_cells = etree.XPath("count(.//td) + count(.//th)")
_text = etree.XPath("string(.)")
_preceding_tables = etree.XPath("preceding::table")
_images = etree.XPath("count(.//img)")


def text_of(element: etree._Element) -> str:
    """All character data below the element."""
    return str(_text(element))


def count_images(element: etree._Element) -> int:
    """How many <img> stand below the element."""
    return int(cast(float, _images(element)))


def container(root: etree._Element) -> etree._Element | None:
    """The article's container when it is certain: a known name that holds the page's tables, or most of its text."""
    ranked: list[tuple[int, etree._Element]] = []
    seen: set[etree._Element] = set()
    for element in [*cast(list[etree._Element], _ids(root)), *root.iter("div", "article", "section", "ucapcontent")]:
        if element not in seen:
            seen.add(element)
            rank = _rank(element)
            if rank is not None:
                ranked.append((rank, element))
    if not ranked:
        return None
    all_cells = cast(float, _cells(root))
    ranked.sort(key=lambda pair: pair[0])
    for _, element in ranked[:12]:
        if all_cells >= CELLS_FOR_TABLES:
            if cast(float, _cells(element)) >= SHARE_OF_CELLS * all_cells:
                return element
        elif len(text_of(element).strip()) >= max(MIN_TEXT, SHARE_OF_TEXT * len(_visible_text(root))):
            return element
    return None


def _rank(element: etree._Element) -> int | None:
    names = [element.tag] if element.tag == "ucapcontent" else []
    identity, classes = element.get("id"), element.get("class")
    if identity:
        names.append("#" + identity.strip().lower())
    if classes:
        names.extend("." + name for name in classes.lower().split())
    for rank, pattern in enumerate(CONTAINERS):
        if any(pattern.fullmatch(name) for name in names):
            return rank
    return None


def _visible_text(root: etree._Element) -> str:
    hidden = sum(len(text_of(element)) for element in root.iter("script", "style", "title"))
    text = text_of(root)
    return text[: max(0, len(text) - hidden)]


def head_tables(article: etree._Element) -> list[etree._Element]:
    """The tables before the article (索引号, 发布机构, …), outermost ones only."""
    chosen: list[etree._Element] = []
    for table in cast(list[etree._Element], _preceding_tables(article)):
        if not any(ancestor in chosen for ancestor in table.iterancestors("table")):
            chosen.append(table)
    return chosen


def metadata(root: etree._Element) -> tuple[str, dict[str, str]]:
    """The page's title and its metadata by lower-case name; the first of a name wins, empty ones do not count.

    Besides <meta>: `title` (<title>), `h1`, `ucaptitle`, `publishtime`.
    """
    meta: dict[str, str] = {}
    for element in root.iter("meta", "title", "h1", "ucaptitle", "publishtime"):
        if element.tag == "meta":
            name, value = element.get("name") or "", element.get("content") or ""
        else:
            name, value = str(element.tag), text_of(element)
        name, value = name.strip().lower(), " ".join(value.split())
        if name and value and value != "null":
            meta.setdefault(name, value)
    title = next((meta[name] for name in ("articletitle", "ucaptitle", "title", "h1") if name in meta), "")
    return title, meta
