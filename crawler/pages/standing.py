"""Where the links of a page stand: in which of its lists or menus, under which heading, beside which cell; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree, html

from crawler.pages.column_entries import one_body
from crawler.pages.elements import beginning
from crawler.pages.page import Link, Page, squeeze
from crawler.pages.signs import YEAR_FOLDER, bare, group_kinds, names_column

HIGHEST = 6  # levels above a link at which a heading may stand
LONGEST = 40  # characters of a heading
LABELLED = re.compile(r"^[^:：]{2,6}[:：]\s?")
MOST_CELLS = 12
MOST_STEPS = (
    200_000  # into and out of elements: a list of a thousand entries takes a tenth; what follows stands under nothing
)
MENU = re.compile(r"(?:^|[\s_-])(?:nav|menu|foot|header|friend|crumb|location|position|dqwz|links?)", re.IGNORECASE)
MENU_TAGS = frozenset({"nav", "header", "footer", "select"})
HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "dt", "th", "caption", "legend"})
NO_HEADINGS = frozenset({"a", "script", "style", "option", "select"})
OTHERS = "\0"  # a heading of something else: what stands above it is none of the links below
WORDS = re.compile("[\u3400-\u9fff]{2}")
BREAKS = frozenset({"br", "hr"})


@dataclass(frozen=True)
class Standing:
    """`group`: the heading or the cell that names a body or a kind of bodies; for the others see ListItem."""

    group: str
    year: int | None
    among: int


def standing(page: Page) -> Iterator[tuple[Link, Standing]]:
    """Every link of a page, and where it stands."""
    numbers: dict[html.HtmlElement, int] = {}
    menus: dict[html.HtmlElement, bool] = {}
    heads = _headings(page.tree) if page.tree is not None else {}
    for link in page.links:
        shared = link.group
        number = numbers.setdefault(_list_of(shared), len(numbers) + 1)
        group, year = heads.get(link.node, ("", None))
        yield link, Standing(beside(link) or group, year, -number if _in_menu(shared, menus) else number)


def beside(link: Link) -> str:
    """The text in the row of a link, and not its own, that names one body: a cell, a label behind the title."""
    above = list(islice(link.node.iterancestors(), HIGHEST))
    row = next((one for one in above if one.tag in ("tr", "li")), None)
    if row is None or (row.tag == "li" and row in link.crowded):
        return ""
    if row.tag == "tr":
        cells = [cell for cell in islice(row, MOST_CELLS) if cell.tag in ("td", "th")]
        texts = [beginning(cell, LONGEST + 1) for cell in cells if cell not in above]
        texts += [beginning(cell, LONGEST + 1) for cell in _reaching(row)]
    else:
        texts = [text for text in islice(row.itertext(), MOST_CELLS) if squeeze(text) not in link.text]
    return next((text for one in texts if (text := _telling(one)) and one_body(text)), "")


def _reaching(row: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The cells of rows above that reach down into a row."""
    for distance, above in enumerate(islice(row.itersiblings("tr", preceding=True), 60), 1):
        for cell in islice(above, 3):
            spans = cell.get("rowspan") or "" if cell.tag in ("td", "th") else ""
            if spans.isdecimal() and int(spans[:4]) > distance:
                yield cell


def _list_of(shared: html.HtmlElement) -> html.HtmlElement:
    """The list a link stands in: where its row holds several links, what holds the rows."""
    if shared.tag in ("tr", "li", "dd", "td") and (above := shared.getparent()) is not None:
        return above
    return shared


def _in_menu(node: html.HtmlElement, known: dict[html.HtmlElement, bool]) -> bool:
    if node not in known:
        passed = list[html.HtmlElement]()
        found = False
        for one in (node, *node.iterancestors()):
            if one in known:
                found = known[one]
                break
            passed.append(one)
            if one.tag in MENU_TAGS or MENU.search(f"{one.get('class') or ''} {one.get('id') or ''}"[:200]):
                found = True
                break
        known.update(dict.fromkeys(passed, found))
    return known[node]


def _headings(tree: html.HtmlElement) -> dict[html.HtmlElement, tuple[str, int | None]]:
    """The nearest headings before each link, in an element that holds both: of bodies, and of a year; in one walk."""
    found: dict[html.HtmlElement, tuple[str, int | None]] = {}
    # Of each element that is open: the last headings in it, whether it holds links, and whether any text.
    groups, years, linked, worded = [""], list[int | None]([None]), [False], [False]
    for event, node in islice(etree.iterwalk(tree, events=("start", "end")), MOST_STEPS):
        if event == "start":
            if node.tag == "a":
                group = next((one for one in groups[: -HIGHEST - 1 : -1] if one), "")
                year = next((one for one in years[: -HIGHEST - 1 : -1] if one), None)
                found[node] = group.strip(OTHERS), year
            groups.append(_heading(node.text) if node.text else "")
            years.append(None)
            linked.append(node.tag in NO_HEADINGS)
            worded.append(bool(node.text))
            continue
        groups.pop()
        years.pop()
        text = beginning(node, LONGEST + 1) if (said := worded.pop()) and not linked[-1] else ""
        worded[-1] |= said or bool(node.tail)
        if linked.pop():
            linked[-1] = True
            continue
        if not text:
            pass
        elif told := _heading(text):
            groups[-1] = told
        elif year := _year(text):
            years[-1] = year
        elif node.tag in HEADS and WORDS.search(text) and not names_column(text):
            groups[-1] = OTHERS
        if node.tag in BREAKS and (told := _heading(node.tail or "")):
            groups[-1] = told
    return found


def _heading(text: str) -> str:
    """A text that names one body or a kind of bodies; "" for all others."""
    told = _telling(text) if len(text) <= LONGEST else ""
    return told if len(told) > 1 and (group_kinds(told) or one_body(told)) else ""


def _year(text: str) -> int | None:
    """The year of a heading that is nothing but a year: 2025年, 2025年度报告."""
    text = bare(text)
    return int(text[:4]) if len(text) <= LONGEST and YEAR_FOLDER.fullmatch(text) else None


def _telling(text: str) -> str:
    """A heading or cell without its label and brackets; "" for what is too long to be one."""
    if not WORDS.search(text):
        return ""
    text = LABELLED.sub("", squeeze(text).strip("[]【】()（）《》·:： "))
    return text if len(text) <= LONGEST else ""
