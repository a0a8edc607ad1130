"""Tables that go on over a page → one grid; a row that the page cut in two → one row."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from extract.content import DOUBT, Grid, GridRow
from extract.place import PageBox, Place
from extract.readers._pdf_cells import Table
from extract.readers._pdf_lines import ORDINAL, UNITS, TextLine, doubted, is_figure, joined

SAME_BORDER = 6.0  # points between the same border on two pages
THINNEST = 5.0  # points: a row that is lower and has no text is the space between two rules
NONE = "无"  # stands in the place of a figure
PROSE = 45  # characters in a cell as wide as the table, from which on it holds text
ENDS = tuple("。；！？：")
OVERHANG = 1.5  # of its height a line may stand below the rule at the cut
WORDS = re.compile(r"[\u3400-\u9fff]{1,12}")


class Part(NamedTuple):
    """A cell in the columns of the whole table."""

    text: str
    column: int
    colspan: int
    rowspan: int
    place: Place


Row = list[Part]


def goes_on(above: Table, below: Table) -> bool:
    """Whether a table at the top of a page is the rest of the one at the foot of the page before."""
    one, two = above.frame.xs, below.frame.xs
    if below.page <= above.page or abs(one[0] - two[0]) > SAME_BORDER or abs(one[-1] - two[-1]) > SAME_BORDER:
        return False
    few, many = sorted((one, two), key=len)
    return all(min(abs(x - other) for other in many) <= SAME_BORDER for x in few)


def with_overhang(above: Table, line: TextLine) -> Table | None:
    """The table with a line in its cells that stands right below it at the foot of its page; None where it is no such.

    A browser that cuts a row draws the rule at the cut, and the last words of a cell below it. A figure is never
    taken so.
    """
    if line.page != above.page or line.turn != above.turn or not line.sure:
        return None
    if not -SAME_BORDER <= line.box.top - above.box.bottom <= OVERHANG * line.size:
        return None
    last = len(above.frame.ys) - 1
    lowest = [(at, cell.box) for at, cell in enumerate(above.frame.cells) if cell.row + cell.rowspan == last]
    texts = list(above.texts)
    for piece in line.pieces:
        over = [at for at, box in lowest if box.left <= piece.left and piece.right <= box.right]
        if len(over) != 1 or is_figure(texts[over[0]]) or not WORDS.fullmatch(piece.text):
            return None
        texts[over[0]] = joined([texts[over[0]], piece.text])
    return replace(above, texts=texts)


def stitched(tables: Sequence[Table]) -> list[str | Grid]:
    """The blocks of one table that is printed on one page or on several."""
    borders: list[float] = []
    for x in sorted(x for table in tables for x in table.frame.xs):
        if not borders or x - borders[-1] > SAME_BORDER:
            borders.append(x)
    rows: list[Row] = []
    before: Table | None = None
    for table in tables:
        own = _rows(table, borders)
        if before is not None and rows and own:
            _mend(rows, own, open_between=before.frame.open_bottom or table.frame.open_top)
        rows += own
        before = table
    return list(_blocks(rows, len(borders) - 1))


def _rows(table: Table, borders: Sequence[float]) -> list[Row]:
    rows: list[Row] = [[] for _ in range(len(table.frame.ys) - 1)]
    for cell, text in zip(table.frame.cells, table.texts, strict=True):
        left, right = _border(borders, cell.box.left), _border(borders, cell.box.right)
        place = PageBox(table.page, *map(round, table.turn.shown(cell.box)))
        rows[cell.row].append(Part(text, left, max(1, right - left), cell.rowspan, place))
    ys = table.frame.ys
    return [
        row
        for number, row in enumerate(rows)
        if row and (any(part.text for part in row) or ys[number + 1] - ys[number] >= THINNEST)
    ]


def _border(borders: Sequence[float], x: float) -> int:
    at = bisect_left(borders, x)
    return at - 1 if at == len(borders) or (at and x - borders[at - 1] < borders[at] - x) else at


def _mend(rows: list[Row], below: list[Row], *, open_between: bool) -> None:
    """Joins the last row above and the first below, where the page cut one row in two.

    Where they may be two halves and cannot be joined, nobody knows whose the figures are.
    """
    above, first = rows[-1], below[0]
    for strip, of in ((above, rows), (first, below)):
        if not any(part.text for part in strip):  # what the page cut off of a row has nothing on it: no figure is there
            of.remove(strip)
            return
    spans = {part.column: part for part in first}
    halves = [(part, spans.get(part.column)) for part in above]
    pairs = [(one, two) for one, two in halves if two is not None and one.colspan == two.colspan]
    heads = any(one.text and two.text and _is_words(one) > _is_words(two) for one, two in pairs)
    if heads or not _may_be_cut(above, first):
        return  # words above and figures below: a heading and its first row
    if len(pairs) < len(above) or not _is_cut(pairs, open_between=open_between):
        if pairs or open_between:
            rows[-1], below[0] = _open(above), _open(first)
        return
    joint = {one.column for one, _ in pairs}
    rows[-1] = [_both(one, two) for one, two in pairs]
    rest = [part for part in first if part.column not in joint]
    below[:1] = [rest] if any(part.text for part in rest) else []


def _may_be_cut(above: Row, first: Row) -> bool:
    """Whether no figure, or no label of its own, stands in one of two rows."""
    words = [part.text for part in first if _is_words(part)]
    if any(ORDINAL.match(text) for text in words):
        return False
    return _has_figures(above) != _has_figures(first) or not words


def _has_figures(row: Iterable[Part]) -> bool:
    return any(part.text and not _is_words(part) for part in row)


def _is_words(part: Part) -> bool:
    """Whether a cell has words; a unit without a figure is what a page left of a label."""
    text = part.text
    return bool(text) and (not is_figure(text) or all(char in UNITS and char not in NONE for char in text))


def _open(row: Row) -> Row:
    """The row with its figures, and its empty cells behind a label, as nobody's."""
    labels = [at for at, part in enumerate(row) if part.text and not is_figure(part.text)]
    first = labels[-1] + 1 if labels else 0
    return [part._replace(text=doubted(part.text)) if at >= first else part for at, part in enumerate(row)]


def _is_cut(pairs: Sequence[tuple[Part, Part]], *, open_between: bool) -> bool:
    """Whether two rows are halves: the figures stand in one, and the words of the other go on below or above."""
    upper, lower = zip(*pairs, strict=True)
    if _has_figures(upper) and _has_figures(lower):
        return False
    if any(one.text and two.text and _is_words(one) != _is_words(two) for one, two in pairs):
        return False  # words above and a figure below: a heading and its first row
    if open_between:
        return True
    return any(map(_is_words, upper)) and any(map(_is_words, lower))


def _both(one: Part, two: Part) -> Part:
    text = joined([text for text in (one.text, two.text) if text])
    if one.text and two.text and is_figure(one.text + two.text):
        text = doubted(text)
    place = two.place if two.text and not one.text else one.place
    return one._replace(text=text, place=place)


def _blocks(rows: Iterable[Row], width: int) -> Iterable[str | Grid]:
    """Grids, and between them the text that stands in cells as wide as the whole table."""
    run: list[Row] = []
    for row in rows:
        if len(row) == 1 and row[0].colspan == width and row[0].rowspan == 1 and _is_prose(row[0].text):
            if run:
                yield _grid(run)
            run = []
            yield row[0].text.replace(DOUBT, "")
        else:
            run.append(row)
    if run:
        yield _grid(run)


def _is_prose(text: str) -> bool:
    return len(text) >= PROSE or text.endswith(ENDS) or SECTION.match(text) is not None


SECTION = re.compile(r"[一二三四五六]、[^。；]{0,20}(?:情况|事项|措施)$")


def _grid(rows: Sequence[Row]) -> Grid:
    texts = tuple(
        GridRow(
            tuple(part.text for part in row),
            tuple(part.column for part in row),
            tuple(part.colspan for part in row),
            tuple(part.rowspan for part in row),
        )
        for row in rows
    )
    return Grid(texts, places=tuple(tuple(part.place for part in row) for row in rows))
