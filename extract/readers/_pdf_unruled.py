"""Tables without rules → grids: rows by their lines, columns by where the figures stand."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extract.content import DOUBT, Grid, plain_row
from extract.place import PageBox
from extract.readers._pdf_headings import with_headings
from extract.readers._pdf_lines import ORDINAL, Piece, TextLine, doubted, joined
from extract.readers._pdf_page import Box, Turn
from extract.readers._pdf_touching import parted
from extract.readers._text_columns import SHORT, Stretch, aligned
from extract.readers._text_lines import FIGURE, SECTION, SENTENCE_ENDS

PITCH = 1.7  # of a line's height: lines of one label are no further apart
FULL = 2.2  # of a line's height: a label goes on below only where it left no more room
MANY = 9  # figures in one row: 表四 has a single one, of fifteen
UNIT = 10  # per point


class Run(NamedTuple):
    """Lines that are a table."""

    grid: Grid


class _Row(NamedTuple):
    pieces: tuple[Piece, ...]
    box: Box
    page: int
    sure: bool
    turn: Turn


def unruled(lines: Sequence[TextLine]) -> Iterator[Run | list[TextLine]]:
    """The lines in order, those that are a table as one run."""
    prose: list[TextLine] = []
    at = 0
    while at < len(lines):
        end = at
        last = min(len(lines), at + MOST_LINES)
        while end < last and (_is_row(lines[end]) or (end > at and _between(lines, end))):
            end += 1
        if _is_table(lines[at:end]):
            if prose:
                yield prose
                prose = []
            yield Run(_grid(lines[at:end]))
            at = end
        else:
            prose += lines[at : max(end, at + 1)]
            at = max(end, at + 1)
    if prose:
        yield prose


def _is_table(lines: Sequence[TextLine]) -> bool:
    """Whether two rows have figures, or one has so many that they are no words of a sentence."""
    rows = sum(any(map(_is_figure, line.pieces[1:])) for line in lines)
    return rows >= 2 or any(sum(map(_is_figure, line.pieces)) >= MANY for line in lines)


def _is_row(line: TextLine) -> bool:
    return len(line.pieces) >= 2 and not line.text.endswith(SENTENCE_ENDS[:1])


def _is_figure(piece: Piece) -> bool:
    return FIGURE.fullmatch(piece.text) is not None


MOST_LINES = 1_000  # of one table
MOST_BETWEEN = 10  # lines of one label that have no figure beside them


def _between(lines: Sequence[TextLine], at: int) -> bool:
    """A short line between two rows: a part of a label, or a heading as wide as the table."""
    for line in lines[at : at + MOST_BETWEEN]:
        if _is_row(line):
            return True
        text = line.text
        if len(text) > SHORT or (text.endswith(SENTENCE_ENDS) and not ORDINAL.match(text)) or SECTION.fullmatch(text):
            return False
    return False


def _grid(found: Sequence[TextLine]) -> Grid:
    lines = with_headings(parted(found))
    labels = [piece for line in lines for piece in line.pieces if not _is_figure(piece)]
    rows = [row for block in _blocks(lines, labels) for row in _merged(block)]
    texts = aligned([[_stretch(piece) for piece in row.pieces] for row in rows])
    places = [_places(row, cells) for cells, row in zip(texts, rows, strict=True)]
    texts = [cells if row.sure else [_doubtful(text) for text in cells] for cells, row in zip(texts, rows, strict=True)]
    return Grid(tuple(map(plain_row, texts)), columns_known=False, places=tuple(places))


def _places(row: _Row, cells: Sequence[str]) -> tuple[PageBox, ...]:
    """Where each cell stands: a figure in its own breadth, a blank one somewhere in the row."""
    pieces = iter(row.pieces)
    boxes = []
    for text in cells:
        piece = next(pieces, None) if text else None
        own = piece is not None and piece.text == text
        boxes.append(row.box._replace(left=piece.left, right=piece.right) if piece is not None and own else row.box)
    return tuple(PageBox(row.page, *map(round, row.turn.shown(box))) for box in boxes)


def _doubtful(text: str) -> str:
    return doubted(text) if any(char.isdigit() for char in text) and FIGURE.fullmatch(text) else text.replace(DOUBT, "")


def _stretch(piece: Piece) -> Stretch:
    return Stretch(piece.text, round(piece.left * UNIT), round(piece.right * UNIT), _is_figure(piece), 0)


def _blocks(lines: Sequence[TextLine], labels: Sequence[Piece]) -> Iterator[list[TextLine]]:
    """Lines that may be one row: a label over several lines, and the figures beside it at whatever height."""
    block: list[TextLine] = []
    for line in lines:
        if block and (_begins(block, line) or _is_next(block, line, labels)):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _begins(block: Sequence[TextLine], line: TextLine) -> bool:
    words = [piece for piece in line.pieces if not _is_figure(piece)]
    before = block[-1]
    if line.page == before.page and line.box.top - before.box.top > PITCH * max(line.size, before.size):
        return True
    if not words:
        return any(map(_has_any, block))
    if _has_any(line) and any(map(_has_any, block)):
        return True
    return any(ORDINAL.match(piece.text) and not _is_beside(block, line, piece) for piece in words)


def _is_beside(block: Sequence[TextLine], line: TextLine, piece: Piece) -> bool:
    """Whether a numbered piece is the label of a group of rows, at whatever height beside the labels of one of them."""
    labels = [one for other in block for one in other.pieces if not _is_figure(one)]
    if not labels or any(one.left < piece.right for one in labels):
        return False
    before = block[-1]
    beside = [one for one in line.pieces if one.left >= piece.right and not _is_figure(one)]
    goes_on = any(_over(one, other) for one in beside for other in labels)
    level = line.page == before.page and line.box.top < before.box.bottom
    return goes_on or (level and not beside)


def _is_next(block: Sequence[TextLine], line: TextLine, labels: Sequence[Piece]) -> bool:
    """Whether the label above a line's own ended: it left room before the edge that other labels reach."""
    above = [(one, other) for other in block for one in other.pieces if not _is_figure(one)]
    for piece in line.pieces:
        if not _is_figure(piece):
            for one, beside in [pair for pair in above if _over(pair[0], piece)][-1:]:
                if len(one.text) == len(piece.text) == 1:
                    continue  # signs of an upright label: each leaves room, and none says where a row ends
                edge = max(other.right for other in labels if abs(other.left - one.left) < 2 * line.size)
                edge = min([edge, *(other.left for other in beside.pieces if other.left > one.right)])
                if one.right < edge - FULL * line.size:
                    return True
    return False


def _over(one: Piece, other: Piece) -> bool:
    return one.left < other.right and one.right > other.left


def _has_any(line: TextLine) -> bool:
    return any(map(_is_figure, line.pieces))


def _merged(block: Sequence[TextLine]) -> list[_Row]:
    """One row, where one line has figures and the others are the rest of its label; else each line for itself."""
    figured = [line for line in block if _has_any(line)]
    first = min((piece.left for line in figured for piece in line.pieces if _is_figure(piece)), default=0.0)
    labels = [piece for line in block for piece in line.pieces if not _is_figure(piece)]
    if len(figured) != 1 or any(piece.right > first + 1 for piece in labels):
        return [_Row(tuple(line.pieces), line.box, line.page, line.sure, line.turn) for line in block]
    columns: list[list[Piece]] = []
    for piece in labels:
        own = next((some for some in columns if _over(piece, some[0])), None)
        if own is None:
            columns.append([piece])
        else:
            own.append(piece)
    words = [
        Piece(joined([piece.text for piece in some]), min(p.left for p in some), max(p.right for p in some))
        for some in sorted(columns, key=lambda some: some[0].left)
    ]
    figures = [piece for piece in figured[0].pieces if _is_figure(piece)]
    box = Box(
        min(line.box.left for line in block),
        min(line.box.top for line in block),
        max(line.box.right for line in block),
        max(line.box.bottom for line in block),
    )
    return [_Row((*words, *figures), box, block[0].page, all(line.sure for line in block), block[0].turn)]
