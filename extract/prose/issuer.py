"""Whose page it is, where no title and no sentence names a body: metadata, source line, breadcrumb, signature.

All of it is weak: it may be of the editor. Whether it decides, the register says (`extract/store/weak_names.py`).
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise, zip_longest

from crawler.pages.column_entries import one_body
from crawler.pages.days import PRINTED, WRITTEN
from extract.content import Content, Grid
from extract.model import Evidence

METADATA = ("contentsource", "author", "source", "publisher", "organization", "department")
LABEL = re.compile(
    r"(?:信息来源|稿源|来源|发布机构|发布单位|发布机关|公开机构|公开单位|公开机关|公开主体|所属机构|责任部门|责任单位|制发机关|"
    r"发文机关|编制单位|编制机关|供稿单位|供稿|作者)"
)
LABELLED = re.compile(rf"{LABEL.pattern}\s*[:：]\s*([^\s:：|｜]{{2,40}})")
DAY = re.compile(rf"(?:{PRINTED}\s{{0,3}}[日号]?|{WRITTEN})")
STEP = re.compile("[>＞»›]")
LONGEST_LINE = 300
LONGEST_NAME = 40
FIRST, LAST = 14, 12  # paragraphs at either end of the document
MOST_ROWS, MOST_CELLS = 8, 20


def issuers(content: Content, crumbs: Sequence[str]) -> Iterator[Evidence]:
    """Every body that these places name. `crumbs`: the lines that say where in its portal the page stands."""
    for key in METADATA:
        if name := one_body(content.meta.get(key, "")[:LONGEST_NAME]):
            yield Evidence("source", False, name, None, content.meta[key])
    lines = [block for block in content.blocks if isinstance(block, str)]
    for line in lines[:FIRST]:
        for found in LABELLED.finditer(line[:LONGEST_LINE]):
            if name := one_body(found[1].strip("【】[]（）()")):
                yield Evidence("source", False, name, None, found[0])
    yield from _in_head_block(content)
    for line in crumbs:
        for step in STEP.split(line[:LONGEST_LINE])[:-1]:
            if name := one_body(step.strip()):
                yield Evidence("crumb", False, name, None, step.strip())
    yield from _signatures(lines[-LAST:])


def _in_head_block(content: Content) -> Iterator[Evidence]:
    """The cell beside 发布机构 in the table above the article."""
    grids = [block for block in content.blocks[:6] if isinstance(block, Grid)]
    for row in (row for grid in grids[:1] for row in islice(grid.rows, MOST_ROWS)):
        cells = row.texts[:MOST_CELLS]
        for label, text in pairwise(cells):
            if LABEL.fullmatch(label.strip(" :：")) and (name := one_body(text[:LONGEST_NAME].strip())):
                yield Evidence("source", False, name, None, f"{label}{text}")


def _signatures(lines: Sequence[str]) -> Iterator[Evidence]:
    """A body's name and a day below the text, on one line or on two."""
    for line, below in zip_longest(lines, lines[1:], fillvalue=""):
        day = DAY.search(line[:LONGEST_LINE])
        alone = day is not None and not line[day.end() :].strip(" 。　")
        said = line[: day.start()] if day is not None and alone else line
        if (alone or DAY.fullmatch(below.strip())) and len(said) <= LONGEST_NAME and (name := one_body(said.strip())):
            yield Evidence("signature", False, name, None, said.strip())
