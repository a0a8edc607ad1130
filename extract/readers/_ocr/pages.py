"""One picture of a page → its paragraphs and grids."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from extract.content import DOUBT, Grid, GridRow
from extract.place import PageBox
from extract.readers._ocr.engine import Said, find_text, recognize
from extract.readers._ocr.flow import Line, joined, paragraphs
from extract.readers._ocr.glyphs import ink_of, touches
from extract.readers._ocr.looks import FIGURE, SURE_OF_WORDS, Look, is_words, padded, settled, sure_words
from extract.readers._ocr.raster import Box, Sheet, straightened
from extract.readers._ocr.ruling import Cell, Table, tables_of
from extract.readers._ocr.seals import seals_of
from extract.readers._ocr.squaring import squared
from extract.readers._ocr.stacked import lines_in

if TYPE_CHECKING:
    from PIL.Image import Image

INSET = 3  # pixels within the rules
NEAR = 16  # pixels that lie between the cells on both sides of a rule, at most
SURE_OF_LINES = 0.7  # words of which a line is less sure are not read better line by line
PART = 0.15  # of a box of text, that lies in a cell, for the cell to have it


def blocks_of(image: "Image", page: int, scale: float) -> list[str | Grid]:
    """What a page says, from above; `page` counts from 1, `scale` pixels are one unit of the places of its cells."""
    import numpy as np

    sheet, lines = squared(straightened(np.asarray(image.convert("RGB"))))
    tables = tables_of(lines)
    boxes = find_text(sheet.plain)
    cells = [cell for table in tables for cell in table.cells]
    insides = [_inside(cell.box) for cell in cells]
    outside, parts = _assigned(boxes, tables, insides)
    crops = [*outside, *(box for some in parts for box in some)]
    said = recognize([box.of(sheet.plain) for box in crops])
    texts = iter(_cell_texts(sheet, cells, insides, parts, said[len(outside) :]))
    placed: list[tuple[int, str | Grid]] = [
        (table.box.top, _grid(sheet, table, [next(texts) for _ in table.cells], page, scale)) for table in tables
    ]
    heard = [(box, one) for box, one in zip(outside, said, strict=False) if _is_said(one)]
    texts_outside = sure_words(sheet, [box for box, _ in heard], [one for _, one in heard])
    words = [Line(box, text) for (box, _), text in zip(heard, texts_outside, strict=True)]
    placed += _prose(words, tables, sheet.seen.shape[1])
    return [block for _, block in sorted(placed, key=lambda one: one[0])]


def _inside(box: Box) -> Box:
    return Box(box.left + INSET, box.top + INSET, box.right - INSET, box.bottom - INSET)


def _is_said(said: Said) -> bool:
    return bool(said.text.strip()) and said.score >= SURE_OF_WORDS


def _assigned(
    boxes: Sequence[Box], tables: Sequence[Table], insides: Sequence[Box]
) -> tuple[list[Box], list[list[Box]]]:
    """The boxes outside of all tables; and for each cell the boxes, or parts of them, that lie in it."""
    outside = list[Box]()
    parts: list[list[Box]] = [[] for _ in insides]
    for box in boxes:
        if not any(box.within(table.box).area > 0.5 * box.area for table in tables):
            outside.append(box)
            continue
        for at, inside in enumerate(insides):
            part = box.within(inside)
            if part.width > 0 and part.height > 0.5 * min(box.height, inside.height) and part.area > PART * box.area:
                parts[at].append(part)
    return outside, parts


def _cell_texts(
    sheet: Sheet, cells: Sequence[Cell], insides: Sequence[Box], parts: Sequence[Sequence[Box]], said: Sequence[Said]
) -> list[str]:
    coming = iter(said)
    inks = [ink_of(sheet.black, inside) for inside in insides]
    seals = seals_of(sheet, _usual([ink.box.height for ink in inks if ink.there]))
    looks = []
    for inside, some, black in zip(insides, parts, inks, strict=True):
        pairs = [(box, next(coming)) for box in some]
        lines = joined(Line(box, one.text.strip()) for box, one in pairs if one.text.strip())
        score = min((one.score for _, one in pairs if one.text.strip()), default=0.0)
        text = "".join(
            (" " if at and lines[at - 1].text[-1:].isascii() and line.text[:1].isascii() else "") + line.text
            for at, line in enumerate(lines)
        )
        dark = ink_of(sheet.dark, inside)
        colored = dark.there and (not black.there or dark.box != black.box)
        sealed, penned = seals.within(inside) if black.there else (False, False)
        share = _share(sheet, some or [inside])
        looks.append(Look(inside, Said(text, score), len(lines), black, colored, share, sealed, penned))
    _read_by_lines(sheet, looks, parts)
    cut = _cut(sheet, cells)
    return [
        text if (cell.whole and at not in cut) or not text or is_words(text) else DOUBT + text.lstrip(DOUBT)
        for at, (cell, text) in enumerate(zip(cells, settled(sheet, looks), strict=True))
    ]


def _usual(heights: Sequence[int]) -> int:
    """The height in the middle; 0 of none."""
    return sorted(heights)[len(heights) // 2] if heights else 0


def _read_by_lines(sheet: Sheet, looks: list[Look], parts: Sequence[Sequence[Box]]) -> None:
    """Words on several lines, or seen in pieces, are read line by line: where text is found, narrow lines get lost.

    Of two readings of as many lines the surer one stands. What was seen as a figure alone is looked at elsewhere.
    """
    height = _usual([box.height for some in parts for box in some])
    lines = {
        at: found
        for at, look in enumerate(looks)
        if look.ink.there
        and not (look.first.text and FIGURE.fullmatch(look.first.text))
        and (found := lines_in(sheet.black, look.inside, height))
        and (len(found) > 1 or (len(parts[at]) > 1 and is_words(look.first.text)))
    }
    said = iter(recognize([padded(box.of(sheet.plain), 4, 8) for found in lines.values() for box in found]))
    for at, found in lines.items():
        read = [next(said) for _ in found]
        text, score = "".join(one.text.strip() for one in read), min(one.score for one in read)
        first = looks[at].first
        as_many = looks[at].lines == len(found) and is_words(first.text)
        if is_words(text) and score >= (first.score if as_many else SURE_OF_LINES):
            looks[at] = looks[at]._replace(first=Said(text, score), lines=len(found))


def _share(sheet: Sheet, boxes: Sequence[Box]) -> float:
    """The part of the ink of these boxes that is black: what else lies in the cell says nothing of its words."""
    import cv2

    black, dark = (sum(cv2.countNonZero(box.of(ink)) for box in boxes) for ink in (sheet.black, sheet.dark))
    return float(black / max(1, dark))


def _cut(sheet: Sheet, cells: Sequence[Cell]) -> set[int]:
    """The cells beside a rule that a sign runs into, on either side: it may belong to either."""
    starts = {(cell.box.top, cell.box.left): at for at, cell in enumerate(cells)}
    by_row: dict[int, list[int]] = {}
    for (top, _), at in sorted(starts.items()):
        by_row.setdefault(top // NEAR, []).append(at)
    cut = set[int]()
    for at, cell in enumerate(cells):
        left, right = touches(sheet.black, cell.box)
        if not (left or right):
            continue
        cut.add(at)
        for near in (cell.box.top // NEAR - 1, cell.box.top // NEAR, cell.box.top // NEAR + 1):
            for other in by_row.get(near, ()):
                box = cells[other].box
                cut |= {other} if left and 0 <= cell.box.left - box.right < NEAR else set()
                cut |= {other} if right and 0 <= box.left - cell.box.right < NEAR else set()
    return cut


def _grid(sheet: Sheet, table: Table, texts: Sequence[str], page: int, scale: float) -> Grid:
    """The table as a grid. Figures stand in one row each: what is not read for sure in a taller cell is no figure."""
    rows: list[list[tuple[Cell, str]]] = [[] for _ in range(table.rows)]
    for cell, text in zip(table.cells, texts, strict=True):
        rows[cell.row].append((cell, text))
    kept = [row for row in rows if row]
    return Grid(
        tuple(
            GridRow(
                tuple("" if cell.rowspan > 1 and text.startswith(DOUBT) else text for cell, text in row),
                tuple(cell.column for cell, _ in row),
                tuple(cell.colspan for cell, _ in row),
                tuple(cell.rowspan for cell, _ in row),
            )
            for row in kept
        ),
        places=tuple(tuple(_place(sheet, cell.box, page, scale) for cell, _ in row) for row in kept),
    )


def _place(sheet: Sheet, box: Box, page: int, scale: float) -> PageBox:
    left, top, right, bottom = (round(side / scale) for side in sheet.there(box))
    return PageBox(page, left, top, right, bottom)


def _prose(words: Sequence[Line], tables: Sequence[Table], width: int) -> Iterator[tuple[int, str]]:
    """The text between the tables, each stretch by itself."""
    tops = [table.box.top for table in tables]
    stretches: dict[int, list[Line]] = {}
    for line in joined(words):
        stretches.setdefault(sum(line.box.top > top for top in tops), []).append(line)
    for some in stretches.values():
        for box, text in paragraphs(some, width):
            yield box.top, text
