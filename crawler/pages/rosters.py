"""Who must publish, according to a portal: pages 「年度报告公布情况」, and its lists of departments and townships."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Literal

from lxml import etree, html

from crawler.agencies.names import classify, clean
from crawler.ground.urls import clean as clean_url
from crawler.ground.urls import host_of
from crawler.pages.elements import beginning
from crawler.pages.page import Page, parse, squeeze
from crawler.pages.signs import is_roster

# How the name of a body ends; a text that does not end this way is not a body.
BODY = re.compile(
    r"(?:局|委|办|会|府|厅|室|部|署|院|所|站|处|队|行|镇|乡|街道|中心|公司|学校|集团|"
    r"(?:供销|合作|联合|联)社|(?:残|文|侨|工商)联)"
    r"(?:（[^（）]{1,30}）)?"
)
# Parts of a web site and meetings, whose names end like bodies.
NO_BODY = re.compile(
    r"(?:新闻|资讯|互动|下载|个人|用户|会员|办事|视频|图片|帮助|服务)中心|"
    r".*(?:发布|听证|座谈|推进|常务|全体|培训|工作)会"
)
# Groups of bodies, whose names end like bodies: 乡镇街道, 各街道办事处, 乡镇（街道）.
COLLECTIVE = re.compile(
    r"各(?:级|有关|直属)?(?:部门|单位|[省市县区州旗乡镇街委办局]).*|"
    r"[省市县区州旗]?[级直属辖]*(?:乡|镇|街道?|委办局|[、和及与（）()/])+(?:人民政府|政府|办事处|办)?"
)
HEAD_NAME = re.compile(r"单位|机关|部门|名称|机构|镇街|乡镇")
HEAD_STATE = re.compile(r"公布|发布|公开|公示|完成|情况|状态|时间|日期|是否")
YES = re.compile(r"^(?:是|有|√|✓|✔|已.{0,8}|按时.{0,4}|公布|发布|完成|及时.{0,4})$")
DATED = re.compile(r"20\d\d[-年./]\d{1,2}[-月./]\d{1,2}")
NO = re.compile(r"^(?:否|无|×|✗|✘|未.{0,8}|没有.{0,6}|逾期未.{0,6})$")
YEAR = re.compile(r"(?<!\d)(20[0-3]\d)\s*年")
DUE = re.compile(r"应(?:当)?(?:编制|公布|发布|公开)[^，。；;,]{0,30}?(\d{1,4})\s*[个家]")
RATE = re.compile(r"(?:公布|发布|公开)率(?:为|达到?|是)?\s*(\d{1,3}(?:\.\d+)?)\s*[%％]")
CLAUSE_END = re.compile(r"[。；;\n]")
COLON = re.compile(r"[：:]\s*")
TOLD = re.compile(r"(?:已|按时|按期|均)[^应]{0,12}(?:公布|发布|公开)")
MISSED = re.compile(r"未(?:按时|按期|及时|按规定)?(?:编制|公布|发布|公开)|逾期|没有(?:公布|发布)")
ASIDE = re.compile(r"（(?:包括|其中|含)[^（）]{0,80}）")
SPLIT = re.compile(r"[、，,\n\t]|(?<!\d)\d+[.．、]|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
LONGEST_NAME = 40
LONGEST_SAID, LONGEST_LIST = 160, 6000
MOST = 2000
# At least this many names in a row, this share of which are bodies, are a list of departments.
LEAST, SHARE = 5, 0.8
HIGHEST = 6  # levels above an anchor
CELLS = frozenset({"td", "th"})
APART = frozenset({"table", "script", "style"})
BREAKS = frozenset({"p", "div", "br", "li", "h1", "h2", "h3"})
Table = list[list[list[str]]]  # rows of cells, each the pieces of its text


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One body of a roster; `published` is None if the page does not say."""

    name: str
    published: bool | None


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster as a page gives it. `due` is the number of bodies that the page states."""

    url: str
    title: str
    year: int | None
    due: int | None
    entries: tuple[RosterEntry, ...]
    document: str = ""
    kind: Literal["roster", "departments"] = "roster"


def on_page(page: Page, listed: str, titles: Iterable[str]) -> Roster:
    """The roster on a page, with the title that calls it one: the page's own, or the one in the list that named it."""
    found = [listed, *islice(titles, 4)]
    named = next((title for title in found if is_roster(title)), next(filter(None, reversed(found)), ""))
    return read(page.text, clean_url(page.url), named)


def departments(page: Page, title: str) -> Roster | None:
    """The bodies whose lists a column links to: departments and townships in a row, with hardly anything between."""
    here = host_of(page.url)
    named = [
        (link.node, next(filter(None, map(body, dict.fromkeys((link.label, link.text)))), ""))
        for link in page.links
        if host_of(link.url) == here
    ]
    if page.tree is not None:
        named += [(option, body(beginning(option, LONGEST_SAID))) for option in page.tree.iter("option")]
    anchors: dict[html.HtmlElement, list[str]] = {}
    for node, name in named:
        for above in islice(node.iterancestors(), HIGHEST):
            anchors.setdefault(above, []).append(name)
    names = {
        name: None
        for row in anchors.values()
        if sum(map(bool, row)) >= max(LEAST, SHARE * len(row))
        for name in row
        if name
    }
    entries = tuple(RosterEntry(name, None) for name in islice(names, MOST))
    return Roster(clean_url(page.url), title, None, None, entries, kind="departments") if entries else None


def read(text: str, url: str, title: str) -> Roster:
    """The roster on a page; without entries if the page names no bodies."""
    tree = parse(text)
    tables, prose = _parts(tree) if tree is not None else ([], "")
    found = dict(_from_tables(tables))
    years = YEAR.findall(title) or YEAR.findall(prose)[:1]
    due = DUE.search(prose)
    for name, published in _from_prose(prose):
        found.setdefault(name, published)
    # The year of the reports: a title with two years does not decide it.
    return Roster(
        url,
        title,
        int(years[0]) if len(set(years)) == 1 else None,
        int(due[1]) if due else None,
        tuple(RosterEntry(name, published) for name, published in list(found.items())[:MOST]),
    )


def _parts(tree: html.HtmlElement) -> tuple[list[Table], str]:
    """The tables of a page, and the lines of text outside them. Each text is used once: in its innermost table."""
    tables, within, prose = list[Table](), list[Table](), list[str]()
    # Where text is put: into the lines, into a cell, or nowhere (None).
    places: list[list[str] | None] = [prose]
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event == "start":
            if node.tag == "table":
                within.append([])
                tables.append(within[-1])
            elif node.tag == "tr" and within:
                within[-1].append([])
            if node.tag in APART:
                places.append(None)
            elif node.tag in CELLS and within:
                cell = list[str]()
                if within[-1]:
                    within[-1][-1].append(cell)
                places.append(cell)
            said = node.text
        else:
            if node.tag == "table":
                within.pop()
            if node.tag in APART or (node.tag in CELLS and within):
                places.pop()
            said = f"\n{node.tail or ''}" if node.tag in BREAKS and places[-1] is prose else node.tail
        if said and places[-1] is not None:
            places[-1].append(said)
    lines = (squeeze(line) for line in "".join(prose).splitlines())
    return tables, "\n".join(line for line in lines if line)


def _from_tables(tables: Iterable[Table]) -> Iterator[tuple[str, bool | None]]:
    for table in tables:
        rows = [[squeeze("".join(cell)) for cell in row] for row in table]
        heads = next(
            (
                (at, row)
                for at, row in enumerate(rows[:4])
                if len(row) > 1 and any(HEAD_NAME.search(cell) for cell in row)
            ),
            None,
        )
        if heads is not None:
            yield from _below(heads[1], rows[heads[0] + 1 :])


def _below(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[tuple[str, bool | None]]:
    # Two lists side by side (序号 单位 是否 序号 单位 是否): the states up to the next name belong to a name.
    places = [at for at, cell in enumerate(head) if HEAD_NAME.search(cell) and not HEAD_STATE.search(cell)]
    told = [
        [at for at in range(place + 1, following) if HEAD_STATE.search(head[at])]
        for place, following in pairwise([*places, len(head)])
    ]
    for row in rows:
        for place, states in zip(places, told, strict=True) if len(row) == len(head) else ():
            if name := body(row[place]):
                yield name, next((said for at in states if (said := state(row[at])) is not None), None)


def _from_prose(prose: str) -> Iterator[tuple[str, bool | None]]:
    rate = RATE.search(prose)
    everyone = rate is not None and float(rate[1]) == 100
    for clause in CLAUSE_END.split(ASIDE.sub("", prose)):
        colon = COLON.search(clause)
        if colon is None:
            continue
        said = clause[max(colon.start() - LONGEST_SAID, 0) : colon.start()]
        names = [name for name in map(body, SPLIT.split(clause[colon.end() :][:LONGEST_LIST])) if name]
        if len(names) < 2 and not MISSED.search(said):
            continue
        missed = MISSED.search(said[-60:])
        told = everyone or TOLD.search(said[-60:]) is not None
        for name in names:
            yield name, False if missed else True if told else None


def body(text: str) -> str:
    """The clean name of a body; empty if the text is not one."""
    name = clean(text).strip("。，、；：.")
    fits = (
        2 < len(name) <= LONGEST_NAME
        and BODY.search(name[-12:])
        and _ends(name)
        and not (NO_BODY.fullmatch(name) or COLLECTIVE.fullmatch(name))
    )
    return name if fits else ""


def owes_one(text: str) -> bool:
    """Whether this body's list has one report a year: a government's list may also hold its office's reports."""
    name = body(text)
    return bool(name) and classify(name)[0] not in ("government", "office")


def _ends(name: str) -> bool:
    return any(match.end() == len(name) for match in BODY.finditer(name))


def state(text: str) -> bool | None:
    """Whether a cell says published (True) or not published (False); None: neither."""
    text = squeeze(text)
    return False if NO.match(text) else True if YES.match(text) or DATED.search(text) else None
