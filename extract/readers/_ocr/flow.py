"""Lines of text outside of tables → paragraphs in reading order."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from extract.readers._ocr.raster import Box

CENTRED = 0.06  # of the page's width by which a line begins later than its neighbours: a new paragraph


class Line(NamedTuple):
    """A line of text where it stands."""

    box: Box
    text: str


def joined(pieces: Iterable[Line]) -> list[Line]:
    """Pieces of text as lines: what stands side by side at one height is one line, from left to right."""
    rows: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda one: one.box.middle[1]):
        row = rows[-1] if rows else []
        last = row[-1].box if row else None
        if last and piece.box.middle[1] - last.middle[1] < 0.5 * min(last.height, piece.box.height):
            row.append(piece)
        else:
            rows.append([piece])
    return [_line(sorted(row, key=lambda one: one.box.left)) for row in rows]


def _line(row: Sequence[Line]) -> Line:
    box = Box(
        row[0].box.left,
        min(one.box.top for one in row),
        max(one.box.right for one in row),
        max(one.box.bottom for one in row),
    )
    text = row[0].text
    for before, after in pairwise(row):
        near = after.box.left - before.box.right < 0.6 * before.box.height
        text += after.text if near and not _both_latin(text, after.text) else " " + after.text
    return Line(box, text)


def _both_latin(before: str, after: str) -> bool:
    return before[-1:].isascii() and after[:1].isascii()


def _are_words(before: str, after: str) -> bool:
    """Whether a full line and the one that carries it on are parted by a space: 12月3 and 1日 are of one number."""
    return _both_latin(before, after) and not (before[-1:].isdigit() and after[:1].isdigit())


def paragraphs(lines: Sequence[Line], width: int) -> list[tuple[Box, str]]:
    """Lines of one column → paragraphs with their boxes. An indented line, or one after a short line, begins one."""
    if not lines:
        return []
    left = min(line.box.left for line in lines)
    right = max(line.box.right for line in lines)
    found: list[tuple[Box, str]] = []
    for at, line in enumerate(lines):
        before = lines[at - 1] if at else None
        if before and _goes_on(before, line, left, right, width):
            box, text = found[-1]
            around = Box(
                min(box.left, line.box.left), box.top, max(box.right, line.box.right), max(box.bottom, line.box.bottom)
            )
            found[-1] = (around, text + (" " if _are_words(text, line.text) else "") + line.text)
        else:
            found.append((line.box, line.text))
    return found


def _goes_on(before: Line, line: Line, left: int, right: int, width: int) -> bool:
    """Whether a line carries on the one before: that one is full, and this one is not indented."""
    tall = max(before.box.height, line.box.height)
    full = right - before.box.right < 2.5 * tall
    indented = line.box.left - left > 1.2 * line.box.height
    near = line.box.top - before.box.bottom < 1.5 * tall
    alike = 0.6 < line.box.height / max(1, before.box.height) < 1.6
    return full and not indented and near and alike and right - left > 0.3 * width
