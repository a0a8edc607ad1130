"""Pages as an office program lays them out, row by row and cut where the page ends; a PDF or an OFD is made of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bench._papers import Printable, placed, size_of, text_of
from monitor.samples.layout import FormCell, FormTable

WIDTH, HEIGHT, MARGIN = 595.0, 842.0, 56.0  # points: A4
BODY, SMALL = 12.0, 9.0
LEAD = 1.35


class Text(NamedTuple):
    """One line of text: its left end and baseline, from the upper left corner of the page."""

    x: float
    y: float
    size: float
    text: str


class Rule(NamedTuple):
    """A ruling line from one point to another."""

    x: float
    y: float
    to_x: float
    to_y: float


@dataclass(slots=True)
class Page:
    texts: list[Text] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Taste:
    """How a program lays out: `cut`: rows are cut between their lines at the end of a page; `framed`: each section
    stands in a frame; `high`: figures stand at the top of their cell, above the middle of the wrapped label;
    `narrow`: the figures' columns are so narrow that long figures wrap."""

    cut: bool = False
    framed: bool = False
    high: bool = False
    narrow: bool = False
    ruled: bool = True


def width_of(text: str, size: float) -> float:
    return sum(size if ord(sign) > 0x2000 else size / 2 for sign in text)


def wrapped(text: str, size: float, room: float) -> list[str]:
    """A text in lines no wider than the room; a line break of its own is kept."""
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for sign in part:
            if line and width_of(line + sign, size) > room:
                lines.append(line)
                line = ""
            line += sign
        lines.append(line)
    return lines


def pages_of(report: Printable, taste: Taste) -> list[Page]:
    writer = _Writer(taste)
    writer.line(report.title, BODY * 1.3)
    for block in report.blocks():
        if isinstance(block, str):
            writer.paragraph(block)
        else:
            writer.table(report, block)
    writer.end_frame()
    for number, page in enumerate(writer.pages, 1):
        page.texts.append(Text(WIDTH / 2 - 15, HEIGHT - MARGIN + 24, BODY, f"- {number} -"))
    return writer.pages


class _Writer:
    def __init__(self, taste: Taste) -> None:
        self.taste = taste
        self.pages = [Page()]
        self.at = MARGIN
        self.frame: float | None = None

    @property
    def page(self) -> Page:
        return self.pages[-1]

    def turn(self) -> None:
        again = self.frame is not None
        self.end_frame()
        self.pages.append(Page())
        self.at = MARGIN
        if again:
            self.frame = self.at

    def end_frame(self) -> None:
        if self.frame is not None:
            self.box(MARGIN - 4, self.frame - 2, WIDTH - MARGIN + 4, self.at + 2)
        self.frame = None

    def box(self, left: float, top: float, right: float, bottom: float) -> None:
        sides = ((left, top, right, top), (left, bottom, right, bottom), (left, top, left, bottom))
        self.page.rules += [Rule(*side) for side in (*sides, (right, top, right, bottom))]

    def line(self, text: str, size: float) -> None:
        if self.at + size * 1.6 > HEIGHT - MARGIN:
            self.turn()
        self.page.texts.append(Text(MARGIN, self.at + size, size, text))
        self.at += size * 1.6

    def paragraph(self, text: str) -> None:
        if self.taste.framed and text[1:2] == "、" and text[0] in "一二三四五六":
            self.end_frame()
            self.at += 8
            self.frame = self.at
        for line in wrapped("\u3000\u3000" + text, BODY, WIDTH - 2 * MARGIN):
            self.line(line, BODY)

    def table(self, report: Printable, table: FormTable) -> None:
        edges = list(self.edges(table))
        cells = placed(table)
        lines = {
            (row, column): wrapped(text_of(report, cell), SMALL, edges[column + cell.colspan] - edges[column] - 4)
            for row, column, cell in cells
        }
        heights = _heights(table, cells, lines)
        first = 0
        while first < len(table):
            room = HEIGHT - MARGIN - self.at
            last, used = first, 0.0
            while last < len(table) and used + heights[last] <= room:
                used += heights[last]
                last += 1
            part = 0.0  # of the row at the break, what still has room on this page
            if last < len(table) and self.taste.cut and room - used > 1.5 * SMALL * LEAD:
                part = room - used
            if last == first and not part:
                self.turn()
                continue
            self.rows(cells, lines, edges, heights, (first, last, part))
            if part:
                heights[last] = max(heights[last] - part, SMALL * LEAD * 1.3)
            if last < len(table):
                self.turn()
            first = last
        self.at += 10

    def edges(self, table: FormTable) -> Iterator[float]:
        columns = size_of(table)[1]
        figures = max(sum(1 for cell in row if cell.name) for row in table)
        labels = max(columns - figures, 0)
        wide = WIDTH - 2 * MARGIN
        share = 0.68 if self.taste.narrow else 0.45
        widths = (
            [wide * share / labels] * labels + [wide * (1 - share) / figures] * figures
            if labels and figures
            else [wide / columns] * columns
        )
        at = MARGIN
        yield at
        for one in widths:
            at += one
            yield at

    def rows(
        self,
        cells: Sequence[tuple[int, int, FormCell]],
        lines: dict[tuple[int, int], list[str]],
        edges: Sequence[float],
        heights: Sequence[float],
        piece: tuple[int, int, float],
    ) -> None:
        """The rows from the first to before the last, and so much of the last as has room; what is drawn is gone."""
        first, last, part = piece
        tops = [self.at]
        for height in (*heights[first:last], *([part] if part else ())):
            tops.append(tops[-1] + height)
        end = first + len(tops) - 1
        for row, column, cell in cells:
            begin, stop = max(row, first), min(row + cell.rowspan, end)
            if begin >= stop:
                continue
            top, bottom = tops[begin - first], tops[stop - first]
            if self.taste.ruled:
                self.box(edges[column], top, edges[column + cell.colspan], bottom)
            whole = row + cell.rowspan <= last
            step = SMALL * LEAD
            have = lines[row, column]
            fit = have[:] if whole else have[: max(int((bottom - top - 2) / step), 0)]
            del have[: len(fit)]
            centre = not (self.taste.high and cell.name) and whole
            begin_y = (top + bottom - step * len(fit)) / 2 if centre else top + 2
            for at, text in enumerate(fit):
                x = (edges[column] + edges[column + cell.colspan] - width_of(text, SMALL)) / 2
                self.page.texts.append(Text(x, begin_y + at * step + SMALL, SMALL, text))
        self.at = tops[-1]


def _heights(
    table: FormTable, cells: Sequence[tuple[int, int, FormCell]], lines: dict[tuple[int, int], list[str]]
) -> list[float]:
    step = SMALL * LEAD
    heights = [step * 1.4] * len(table)
    for wide in (False, True):
        for row, column, cell in cells:
            if (cell.rowspan > 1) != wide:
                continue
            lacking = step * len(lines[row, column]) + 4 - sum(heights[row : row + cell.rowspan])
            if lacking > 0:
                heights[row + cell.rowspan - 1] += lacking
    return heights
