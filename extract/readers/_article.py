"""Which part of a page is the article, and what the page says of itself (metadata, titles)."""

import re
from collections import Counter
from itertools import islice
from typing import cast

from lxml import etree

from crawler.families._articles import articles
from crawler.pages.markup import permitted
from crawler.pages.titles import recognize
from extract.readers._flatten import BEGINS, CELL, END_TABLE, ENDS, TABLE, flatten

# Containers of the article in order of trust, as the families of crawler/families say them.
_RANKS = {name.lower(): rank for rank, name in reversed([*enumerate(articles())])}
_PREFIXES = {name[:-1]: rank for name, rank in _RANKS.items() if name.endswith("*")}
_ANY_PREFIX = tuple(_PREFIXES)
_TAGS = tuple(name for name in _RANKS if name[0] not in "#.")
CELLS_FOR_TABLES = 30  # a page with so many cells holds the form's tables
SHARE_OF_CELLS = 0.7
SHARE_OF_TEXT = 0.5
MIN_TEXT = 300
MOST_LINKS = 2000  # of a page, among which neighbours are looked for
MOST_TITLES = 20  # elements of a name among which one may be a title

# Old pages put the id on other elements than a division; `id()` is a look-up, however large the page.
_by_id = etree.XPath(
    f"id('{' '.join(sorted({name[1:] for name in articles() if name[0] == '#' and name[-1] != '*'}))}')"
    "[not(self::span or self::font)]"
)
_text = etree.XPath("string(.)", smart_strings=False)
_head_table = re.compile(f"{TABLE}[^{TABLE}{END_TABLE}]*+{END_TABLE}")


def marked_article(root: etree._Element) -> tuple[str, etree._Element | None]:
    """The marked text of the article and its container where that is certain (after the tables that stand before it,
    索引号 and 发布机构 among them), else that of the whole page."""
    containers = _containers(root)
    article: etree._Element | None = None
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
            article = containers[number]
            break
    for number in range(len(containers)):
        marked = marked.replace(BEGINS[number], "").replace(ENDS[number], "")
    return marked, article


def _containers(root: etree._Element) -> list[etree._Element]:
    """The elements that bear a container's name, most trusted first."""
    ranked: dict[etree._Element, int] = {}
    for element in [*cast(list[etree._Element], _by_id(root)), *root.iter("div", "article", "section", *_TAGS)]:
        identity, classes = element.get("id"), element.get("class")
        if identity or classes or element.tag in _TAGS:
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


def linked_titles(root: etree._Element) -> frozenset[str]:
    """Titles of reports that lead to another page: the neighbours of this one, or a list beside it."""
    found = set[str]()
    for element in islice(root.iter("a"), MOST_LINKS):
        words = str(_text(element))
        if "开" not in words:
            continue  # no title of a report
        href = (element.get("href") or "").strip()
        # A title may be an anchor itself; what leads on by script is told by the list that it stands in.
        by_script = href.startswith("#") or href.lower().startswith("javascript:")
        if href and (not by_script or next(element.iterancestors("li"), None) is not None):
            text = " ".join(permitted(words).split())
            if recognize(text) is not None:
                found.add(text)
    return frozenset(found)


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
