"""Which part of a page is the article, and what the page says of itself (metadata, titles)."""

import re
from collections import Counter
from typing import cast

from lxml import etree

from crawler.pages.markup import permitted
from extract.readers._flatten import BEGINS, CELL, END_TABLE, ENDS, TABLE, flatten

# Body containers in order of trust: `#id`, `.class` or tag, lower case. One more CMS is one more line.
CONTAINERS = (
    "ucapcontent",
    "#ucap-content",
    ".trs_editor_view",
    ".trs_ueditor",
    ".trs_editor",
    "#zoom",
    "#zoomcon",
    ".zoom",
    "#xxgk_content",
    ".xxgk_content",
    "#vsb_content",
    "#vsb_content_*",
    ".v_news_content",
    "#ivs_content",
    ".article-con*",
    ".article_con*",
    "#articlecontent",
    ".articlecontent",
    ".detail-content",
    ".contentxxgk",
    ".gzk-article",
    ".wzzw-article",
    ".con_con",
    ".main-txt",
    ".tyxxy_main",
    ".content-*",
)
_RANKS = {name: rank for rank, name in enumerate(CONTAINERS)}
_PREFIXES = {name[:-1]: rank for name, rank in _RANKS.items() if name.endswith("*")}
_ANY_PREFIX = tuple(_PREFIXES)
CELLS_FOR_TABLES = 30  # a page with so many cells holds the form's tables
SHARE_OF_CELLS = 0.7
SHARE_OF_TEXT = 0.5
MIN_TEXT = 300
MOST_TITLES = 20  # elements of a name among which one may be a title

# Old pages put the id on other elements than a division; `id()` is a look-up, however large the page.
_by_id = etree.XPath(
    "id('zoom Zoom zoomcon UCAP-CONTENT vsb_content ivs_content xxgk_content')[not(self::span or self::font)]"
)
_text = etree.XPath("string(.)", smart_strings=False)
_head_table = re.compile(f"{TABLE}[^{TABLE}{END_TABLE}]*+{END_TABLE}")


def marked_article(root: etree._Element) -> str:
    """The marked text of the article where its container is certain (after the tables that stand before it, 索引号 and
    发布机构 among them), else of the whole page."""
    containers = _containers(root)
    marked = flatten(root, containers)
    cells = marked.count(CELL)
    for number in range(len(containers)):
        before, _, rest = marked.partition(BEGINS[number])
        inside = rest.partition(ENDS[number])[0]
        if (
            inside.count(CELL) >= SHARE_OF_CELLS * cells
            if cells >= CELLS_FOR_TABLES
            else len(inside) >= max(MIN_TEXT, SHARE_OF_TEXT * len(marked))
        ):
            marked = "".join([*_head_table.findall(before), inside])
            break
    for number in range(len(containers)):
        marked = marked.replace(BEGINS[number], "").replace(ENDS[number], "")
    return marked


def _containers(root: etree._Element) -> list[etree._Element]:
    """The elements that bear a container's name, most trusted first."""
    ranked: dict[etree._Element, int] = {}
    for element in [*cast(list[etree._Element], _by_id(root)), *root.iter("div", "article", "section", "ucapcontent")]:
        identity, classes = element.get("id"), element.get("class")
        if identity or classes or element.tag == "ucapcontent":
            names = f"{element.tag} #{(identity or '').strip()} .{' .'.join((classes or '').split())}".lower()
            known = [rank for name in names.split(" ") if (rank := _rank_of(name)) is not None]
            if known:
                ranked[element] = min(known)
    return sorted(ranked, key=ranked.__getitem__)[: len(BEGINS)]


def _rank_of(name: str) -> int | None:
    if name in _RANKS:
        return _RANKS[name]
    if name.startswith(_ANY_PREFIX):
        return min(rank for prefix, rank in _PREFIXES.items() if name.startswith(prefix))
    return None


def metadata(root: etree._Element) -> tuple[str, dict[str, str]]:
    """The page's title and its metadata by lower-case name; the first of a name wins, empty ones do not count.

    Besides <meta>: `title` (<title>), `h1`, `ucaptitle`, `publishtime`.
    """
    meta: dict[str, str] = {}
    looked: Counter[str] = Counter()
    for element in root.iter("meta", "title", "h1", "ucaptitle", "publishtime"):
        if element.tag == "meta":
            name, value = element.get("name") or "", element.get("content") or ""
        elif (name := str(element.tag)) in meta or looked[name] >= MOST_TITLES:
            continue  # one within the other, each holds the text of all below
        else:
            looked[name] += 1
            value = str(_text(element))
        name, value = name.strip().lower(), " ".join(permitted(value).split())
        if name and value and value != "null":
            meta.setdefault(name, value)
    title = next((meta[name] for name in ("articletitle", "ucaptitle", "title", "h1") if name in meta), "")
    return title, meta
