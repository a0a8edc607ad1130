"""Lines and tables of all pages → blocks: running heads and page numbers gone, lines joined to paragraphs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extract.content import Grid, PageStart
from extract.readers._pdf_cells import Table, tables_of
from extract.readers._pdf_frames import frames_of
from extract.readers._pdf_lines import TextLine, joined, lines_of
from extract.readers._pdf_page import Page
from extract.readers._pdf_stitch import goes_on, stitched, with_overhang
from extract.readers._pdf_struck import beside_covers, borders
from extract.readers._pdf_unruled import Run, unruled
from extract.readers._text_lines import SECTION

Item = TextLine | Table

# Without its spaces.
NUMBERED = re.compile(r"[-—–－·~]{0,4}第?(?:\d{1,4}|[ivxIVX]{1,6})页?(?:[/／,，共之]共?\d{1,4}页?)?[-—–－·~]{0,4}")
EDGE = 0.12  # of the page: running heads stand no further from its edges
INDENT = 1.2  # of a line's height
ALIKE = 0.35  # of a line's height: lines of digits alone are set lower than those of characters
SHORT_OF = 2.2  # of a line's height a full line may end before the margin
ENDS = tuple("。；！？：")


def items_of(page: Page) -> list[Item]:
    """The tables and the other lines of a page, from top to bottom."""
    tables, rest = tables_of(page, frames_of(borders(page)))
    lines = lines_of(beside_covers(page, rest))
    for line in lines:
        line.page, line.turn = page.number, page.turn
    return sorted([*tables, *lines], key=_place)


def _place(item: Item) -> tuple[float, float]:
    return item.box.top, item.box.left


def without_furniture(pages: Sequence[tuple[float, list[Item]]]) -> list[Item]:
    """The items of all pages without page numbers and what is repeated at the head or foot of pages."""
    repeated: Counter[str] = Counter()
    for height, items in pages:
        repeated.update({_folded(item) for item in items if isinstance(item, TextLine) and _at_edge(item, height)})
    told = set[str]()
    kept: list[Item] = []
    for height, items in pages:
        for at, item in enumerate(items):
            if isinstance(item, TextLine) and (at in (0, len(items) - 1) or _at_edge(item, height)):
                folded = _folded(item)
                if NUMBERED.fullmatch("".join(item.text.split())) and _at_margin(item, height):
                    continue
                if repeated[folded] > 1 and _at_edge(item, height):
                    if folded in told or (any(char.isdigit() for char in item.text) and "年" not in item.text):
                        continue
                    told.add(folded)
            kept.append(item)
    return kept


def _folded(line: TextLine) -> str:
    """What is the same on each page: not the number of the page, but a year, which may begin another report."""
    return line.text if "年" in line.text else re.sub(r"\d+", "#", line.text)


def _at_edge(line: TextLine, height: float) -> bool:
    return line.box.bottom < EDGE * height or line.box.top > (1 - EDGE) * height


def _at_margin(line: TextLine, height: float) -> bool:
    return line.box.bottom < 2 * EDGE * height or line.box.top > (1 - 2 * EDGE) * height


class Flow(NamedTuple):
    """Paragraphs and grids in order, and where the pages begin in the paragraphs."""

    blocks: list[str | Grid]
    pages: list[PageStart]


def flow_of(items: Sequence[Item]) -> Flow:
    """Paragraphs and grids in order; tables over several pages are one."""
    blocks: list[str | Grid] = []
    pages: list[PageStart] = []
    paragraphs = 0
    prose = [item for item in items if isinstance(item, TextLine)]
    margins = _margins(prose)
    at = 0
    while at < len(items):
        end = at
        first = items[at]
        if isinstance(first, Table):
            tables, end = _table_from(items, at)
            blocks += stitched(tables)
        else:
            while end < len(items) and isinstance(items[end], TextLine):
                end += 1
            for one in _lines([item for item in items[at:end] if isinstance(item, TextLine)], margins):
                if isinstance(one, Grid):
                    blocks.append(one)
                    continue
                blocks.append(joined([line.text for line in one]))
                pages += _begun(one, paragraphs, pages[-1].page if pages else 0)
                paragraphs += 1
        at = end
    return Flow(blocks, pages)


def _table_from(items: Sequence[Item], at: int) -> tuple[list[Table], int]:
    """The parts of the table that begins here, and what comes after them."""
    first = items[at]
    tables = [first] if isinstance(first, Table) else []
    while (at := at + 1) < len(items):
        above, following = tables[-1], items[at]
        if isinstance(following, TextLine):
            below = items[at + 1] if at + 1 < len(items) else None
            filled = with_overhang(above, following) if isinstance(below, Table) and goes_on(above, below) else None
            if filled is None:
                break
            tables[-1] = filled
        elif goes_on(above, following):
            tables.append(following)
        else:
            break
    return tables, at


def _begun(lines: Sequence[TextLine], paragraph: int, page: int) -> Iterator[PageStart]:
    """Where a page other than `page`, and each further one, begins in a paragraph."""
    for at, line in enumerate(lines):
        if line.page != page:
            page = line.page
            yield PageStart(paragraph, len(joined([one.text for one in lines[:at]])), page)


def _margins(lines: Sequence[TextLine]) -> tuple[float, float]:
    lefts = sorted(line.box.left for line in lines)
    rights = sorted(line.box.right for line in lines)
    return (lefts[len(lefts) // 20], rights[-1 - len(rights) // 20]) if lines else (0.0, 0.0)


def _lines(lines: Sequence[TextLine], margins: tuple[float, float]) -> Iterator[list[TextLine] | Grid]:
    for one in unruled(lines):
        if isinstance(one, Run):
            yield one.grid
        else:
            yield from _paragraphs(one, margins)


def _paragraphs(lines: Sequence[TextLine], margins: tuple[float, float]) -> Iterator[list[TextLine]]:
    """The lines of each paragraph."""
    found: list[TextLine] = []
    for line in lines:
        if found and not _continues(found[-1], line, margins):
            yield found
            found = []
        found.append(line)
    if found:
        yield found


def _continues(before: TextLine, line: TextLine, margins: tuple[float, float]) -> bool:
    """Whether a line goes on where the one before reached the margin."""
    left, right = margins
    if SECTION.fullmatch(before.text) or SECTION.fullmatch(line.text):
        return False
    if abs(before.size - line.size) > ALIKE * line.size:
        return False
    if _is_title(before, margins) and _is_title(line, margins) and not before.text.endswith(ENDS):
        return before.page == line.page and line.box.top - before.box.bottom < line.size
    full = before.box.right >= right - SHORT_OF * before.size
    return full and line.box.left <= left + INDENT * line.size


def _is_title(line: TextLine, margins: tuple[float, float]) -> bool:
    """Whether a line is set in the middle, clear of both margins."""
    left, right = margins
    before, after = line.box.left - left, right - line.box.right
    return before > 3 * line.size and after > 3 * line.size and abs(before - after) < 2 * line.size
