"""Whether a document was read whole: which part of it may have stayed unread, so that no absence is told of it."""

import re
from collections.abc import Iterator, Mapping, Sequence

from extract.content import UNREAD, Content, Grid
from extract.form.form_file import FORMS
from extract.form.forms import TABLES
from extract.form.template import bare, normalize, token
from extract.model import Problem, Section
from extract.tables.line import Lines
from extract.tables.recognition import LONGEST_LINE, OWN_LABELS
from extract.tables.rows import Tables

FEWEST_FIGURES = 5  # so many numbers by themselves, and of no row that was read
FEWEST_LABELS = 2  # so many labels of a table by themselves are what is left of it
LONGEST_ENDING = 400
SHORTEST_ENDING = 20  # characters of a last line that may have been cut off
SECTIONS = 6
ELSEWHERE = re.compile(
    r"(?:见|参见|参阅|查看|查阅|下载|点击|点此)[^。；，]{0,8}(?:附件|附表|附图|统计表|表格|链接|此处|原文|附后)"
    r"|附[件表图](?:下载|查看|[:：]|[0-9一二三四五]{1,2}[:：.、])|如[下上]图|见[下上]图|扫描件|图片版|表格略|表略|此表略"
)
ENDED = re.compile(r"[。！？；：.!?…）)”】》\]]$|\d日$")
PARTS: Mapping[str, str] = {
    "attachment": "有附件没有读",
    "elsewhere": "正文说另见附件、附表或图",
    "image": "正文有图片",
    "drawing": "正文有图形、影像，表格可能在其中",
    "cell_image": "表格的单元格里有图片",
    "field": "表格里有填写框",
    "frame": "页面里嵌着别的页面",
    "script": "表格可能由脚本生成",
    "further_page": "还有下一页没有读",
    "cut_off": "文件不完整，没有结尾",
    "hidden": "有隐藏的工作表、行、列，或可以关闭的图层，其中的内容没有采用",
    "labels": "正文里散见这张表的行名、栏名",
    "figures": "有数字没有归属",
}
# These are told of the tracks' own heading as well, which the title of section four repeats.
HEADINGS = frozenset(
    bare(normalize(label)) for form in FORMS.forms for group in form.remedies.groups for label in group.labels
)


def unread_part(content: Content, lines: Lines, tables: Tables, sections: Sequence[Section]) -> Problem | None:
    """The problem that not all was read for sure; None where a reader of the page would see no more than we did.

    Where the three tables were read completely, a picture, a link to a file or a frame is no doubt.
    """
    states = {state for row in tables.rows for state in row.states}
    tabled = len(tables.forms) == len(TABLES) and UNREAD.isdisjoint(states)
    parts = set[str]()
    if not tabled or "blank" in states:
        parts |= content.left & {"field", "cell_image"}
    if not (tabled and {section.number for section in sections}.issuperset(range(1, SECTIONS + 1))):
        parts |= content.left & {"further_page", "cut_off"}
        parts |= {"cut_off"} if _breaks_off(sections) else set()
    if not tabled:
        parts |= content.left & {"attachment", "frame", "script", "drawing", "hidden"}
        parts |= set(_elsewhere(content, lines, tables))
    if not parts:
        return None
    told = [part for part in PARTS if part in parts]
    detail = "不能确定整份文件都读到了：" + "、".join(PARTS[part] for part in told)
    return Problem("part_unread", detail, facts={"parts": told})


def _elsewhere(content: Content, lines: Lines, tables: Tables) -> Iterator[str]:
    texts = [block for block in content.blocks if isinstance(block, str)]
    grids = [block for block in content.blocks if isinstance(block, Grid)]
    cells = [text for grid in grids for row in grid.rows for text in row.texts]
    if content.images:
        yield "image"
    if any(map(refers, texts)) or any(map(refers, cells)):
        yield "elsewhere"
    pieces = {bare(normalize(piece)) for one in (*texts, *cells) if len(one) <= LONGEST_LINE for piece in one.split()}
    for table in TABLES:
        if table not in tables.forms and any(
            len(pieces & (own - HEADINGS)) >= FEWEST_LABELS for own in OWN_LABELS[table]
        ):
            yield "labels"
    if _strays(texts, grids, lines):
        yield "figures"


def _strays(texts: Sequence[str], grids: Sequence[Grid], lines: Lines) -> bool:
    """Numbers that stand by themselves, in lines of their own or in a table of which no row was read."""
    pieces = [text.split() for text in texts if len(text) <= LONGEST_LINE]
    alone = sum(len(some) for some in pieces if all(map(_is_number, some)))
    used = {line.grid for line in (*lines.lines, *lines.prose)}
    return alone >= FEWEST_FIGURES or any(
        number not in used and sum(_is_number(text) for row in grid.rows for text in row.texts) >= FEWEST_FIGURES
        for number, grid in enumerate(grids)
    )


def _is_number(text: str) -> bool:
    return token(text).state == "number"


def refers(text: str) -> bool:
    """Whether a text says that something stands elsewhere, or is a picture."""
    return ELSEWHERE.search(text) is not None


def _breaks_off(sections: Sequence[Section]) -> bool:
    """The last sections are not there, and the text ends in the middle of a sentence."""
    last = sections[-1] if sections else None
    if last is None or last.number >= SECTIONS:
        return False
    line = last.text.rstrip()[-LONGEST_ENDING:].rpartition("\n")[2]
    return len(line) >= SHORTEST_ENDING and ENDED.search(line) is None
