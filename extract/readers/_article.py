"""Which part of a page is the article, and what the page says of itself (metadata, titles)."""

import re
from typing import cast

from lxml import etree

# Body containers in order of trust: `#id`, `.class` or tag, lower case. One more CMS is one more line.
CONTAINERS = (
    "ucapcontent", "#ucap-content",
    ".trs_editor_view", ".trs_ueditor", ".trs_editor",
    "#zoom", "#zoomcon", ".zoom",
    "#xxgk_content", ".xxgk_content",
    "#vsb_content", "#vsb_content_*", ".v_news_content",
    "#ivs_content",
    ".article-con*", ".article_con*", "#articlecontent", ".articlecontent",
    ".detail-content", ".contentxxgk", ".gzk-article", ".wzzw-article", ".con_con", ".main-txt", ".tyxxy_main",
    ".content-*",
)
_RANKS = {name: rank for rank, name in enumerate(CONTAINERS)}
_NAMES = "|".join(re.escape(name).replace(r"\*", r"\S*") for name in CONTAINERS)
_KNOWN = re.compile(rf"(?:^|(?<= ))(?:{_NAMES})(?= |$)")
CELLS_FOR_TABLES = 30  # a page with so many cells holds the form's tables
SHARE_OF_CELLS = 0.7
SHARE_OF_TEXT = 0.5
MIN_TEXT = 300

# Old pages put the id on other elements than a division; `id()` is a look-up, however large the page.
_by_id = etree.XPath("id('zoom Zoom zoomcon UCAP-CONTENT vsb_content ivs_content xxgk_content')")
_cells = etree.XPath("count(descendant::td) + count(descendant::th)")
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
    for element in [*cast(list[etree._Element], _by_id(root)), *root.iter("div", "article", "section", "ucapcontent")]:
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
    """The place in CONTAINERS of the most trusted name that the element bears."""
    identity, classes = element.get("id") or "", element.get("class") or ""
    names = f"{element.tag} #{identity.strip()} .{' .'.join(classes.split())}".lower()
    found = _KNOWN.findall(names)
    return min(map(_rank_of, found)) if found else None


def _rank_of(name: str) -> int:
    if name in _RANKS:
        return _RANKS[name]
    return min(rank for known, rank in _RANKS.items() if known.endswith("*") and name.startswith(known[:-1]))


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
