"""Frames and glyphs → the texts of cells: a figure only where it is surely the cell's own, and surely seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from extract.readers._pdf_frames import SAME, Cell, Frame
from extract.readers._pdf_lines import FIGURES, TextLine, doubted, is_figure, joined, lines_of
from extract.readers._pdf_page import UPRIGHT, Box, Glyph, Page, Stroke, Turn
from extract.readers._pdf_specks import specked, specks_of
from extract.readers._pdf_struck import MOST_COVERS, covers_of

TOUCHING = 0.12  # of a line's height: digits so near, on both sides of a border, look like one number
OVER_BORDER = 0.15  # of its width or height a digit may reach over a border
MARK = 2.0  # times the usual size: such a character is a watermark
HANGING = frozenset("，。、；：！？）》”’」』】")  # they may hang over the border behind the text before them
WIDEST_BREAK = 2.0  # times the line's height, between the lines of one cell
NARROWEST_BREAK = 0.6  # nearer ones are printed one over the other


@dataclass(slots=True)
class Table:
    """One frame with the text of each of its cells; `page` is where it begins."""

    frame: Frame
    page: int
    texts: list[str]
    lines: list[int] = field(default_factory=list)  # how many lines each cell has
    turn: Turn = UPRIGHT

    @property
    def box(self) -> Box:
        return self.frame.box


def tables_of(page: Page, frames: Sequence[Frame]) -> tuple[list[Table], list[Glyph]]:
    """The tables of a page, and the glyphs that stand in none."""
    inside: list[dict[int, list[Glyph]]] = [{} for _ in frames]
    boxes = [frame.box for frame in frames]
    rest: list[Glyph] = []
    for glyph in page.glyphs:
        x, y = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
        for number, box in enumerate(boxes):
            if box[0] <= x <= box[2] and box[1] <= y <= box[3]:
                if glyph.char in HANGING:
                    x = max(box[0], glyph.left - glyph.size / 2)
                inside[number].setdefault(frames[number].cell(x, y), []).append(glyph)
                break
        else:
            rest.append(glyph)
    specks = specks_of(page.strokes)
    return [_table(page, frame, some, specks) for frame, some in zip(frames, inside, strict=True) if some], rest


def _table(page: Page, frame: Frame, inside: dict[int, list[Glyph]], specks: Sequence[Stroke]) -> Table:
    usual = _usual(glyph.size for some in inside.values() for glyph in some)
    lines: dict[int, list[TextLine]] = {}
    for number, some in inside.items():
        own = [glyph for glyph in some if glyph.size <= MARK * usual or glyph.size <= _height(frame.cells[number])]
        if own:
            lines[number] = lines_of(own)
    least = _least_free(frame, lines)
    written = {number: _around(some) for number, some in lines.items()}
    doubts = _doubts(page, frame, inside).union(specked(frame, specks, written))
    texts = []
    for number, cell in enumerate(frame.cells):
        some_lines = lines.get(number, [])
        text, sure = _text(some_lines, cell, least)
        unsure = not sure or number in doubts or cell.torn
        if unsure and is_figure(text) and (number in doubts if HANGING.issuperset(text) else True):
            text = doubted(text)
        texts.append(text)
    counts = [len(lines.get(number, ())) for number in range(len(frame.cells))]
    return Table(frame, page.number, texts, counts, page.turn)


def _around(lines: Sequence[TextLine]) -> Box:
    lefts, tops, rights, bottoms = zip(*(line.box for line in lines), strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def _height(cell: Cell) -> float:
    return cell.box.bottom - cell.box.top


def _usual(sizes: Iterable[float]) -> float:
    found = sorted(sizes)
    return found[len(found) // 2]


def _least_free(frame: Frame, lines: dict[int, list[TextLine]]) -> float:
    """The least width that any line of the table leaves free in its cell: lines are filled so far, and no further."""
    free = [
        frame.cells[number].box.right - frame.cells[number].box.left - line.box.right + line.box.left
        for number, some in lines.items()
        for line in some
    ]
    return min(free, default=0.0)


def _text(lines: Sequence[TextLine], cell: Cell, least: float) -> tuple[str, bool]:
    """The text of a cell, and whether it is sure: digits on two lines are one number only if one had no room."""
    sure = all(line.sure for line in lines)
    texts = [line.text for line in lines]
    if len(lines) < 2 or not all(text and set(text) <= FIGURES for text in texts):
        return joined(texts), sure
    for line, following in pairwise(lines):
        width = line.box.right - line.box.left
        digit = width / len(line.text)
        free = cell.box.right - cell.box.left - width
        pitch = following.box.top - line.box.top
        if free - digit >= least or not NARROWEST_BREAK * line.size <= pitch <= WIDEST_BREAK * line.size:
            return " ".join(texts), False
    return "".join(texts), sure


def _doubts(page: Page, frame: Frame, inside: dict[int, list[Glyph]]) -> set[int]:
    """Cells whose figure may not be what their characters say: crossed out, drawn, covered, run over a border."""
    found: set[int] = set()
    covers = covers_of(page)
    if len(covers) > MOST_COVERS:
        return {*range(len(frame.cells))}
    for box in covers:
        found |= _under(frame, box)
    for number, some in inside.items():
        cell = frame.cells[number].box
        for glyph in some:
            if glyph.char in FIGURES:
                width, height = glyph.right - glyph.left, glyph.bottom - glyph.top
                wide, high = OVER_BORDER * width, OVER_BORDER * height
                if not (cell.left - wide <= glyph.left and glyph.right <= cell.right + wide):
                    found |= {number, frame.cell(glyph.left, glyph.y), frame.cell(glyph.right, glyph.y)}
                if not (cell.top - high * 2 <= glyph.top and glyph.bottom <= cell.bottom + high * 2):
                    found.add(number)
    found |= {frame.cell(x, y) for x, y in page.slanted if frame.box.holds(x, y)}
    return (
        found
        | _run_over(frame, inside)
        | {
            frame.cell(x, y + by)
            for x, y in page.crossings
            if frame.box.holds(x, y)
            for by in (-2 * SAME, 2 * SAME)  # the rule may be taken for a border, and half of the cell for blank
        }
    )


def _under(frame: Frame, box: Box) -> set[int]:
    """The cells that a picture or a drawing lies in, wholly or for the most part of either."""
    outer = frame.box
    if box.right < outer.left or box.left > outer.right or box.bottom < outer.top or box.top > outer.bottom:
        return set()
    found = set()
    for number, cell in enumerate(frame.cells):
        left, top = max(cell.box.left, box.left), max(cell.box.top, box.top)
        common = Box(left, top, min(cell.box.right, box.right), min(cell.box.bottom, box.bottom))
        if common.right <= common.left or common.bottom <= common.top:
            continue
        if common.area > 0.1 * cell.box.area or common.area > 0.5 * box.area:
            found.add(number)
    return found if len(found) < len(frame.cells) else set()


def _run_over(frame: Frame, inside: dict[int, list[Glyph]]) -> set[int]:
    """Cells beside a border that a number may run over: a digit on either side of it, as near as in one number."""
    found: set[int] = set()
    near = [
        (glyph, number)
        for number, some in inside.items()
        for glyph in some
        if glyph.char in FIGURES and glyph.left - frame.cells[number].box.left < TOUCHING * glyph.size
    ]
    for glyph, number in near:
        beside = frame.cell(frame.cells[number].box.left - SAME, glyph.y)
        for other in inside.get(beside, ()) if beside != number else ():
            level = other.char in FIGURES and abs(other.y - glyph.y) < 0.3 * glyph.size
            if level and abs(glyph.left - other.right) < TOUCHING * glyph.size:
                found |= {number, beside}
    return found
