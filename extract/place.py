"""Where a figure stands in its document, and how that is written: a cell by itself, or all cells of a row at once.

A row's text names its cells in order: `g0 r5 c1,2,3` where they differ in nothing but their last number, else each
whole, `g0 r5 c0;g0 r6 c0`. One more kind of place is one more class here, with its notation in NOTATIONS; whoever
tells of a place writes it with `str` and needs to know no kind.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

NUMBERS = "0123456789-,"  # what stands behind the words that cells of a row have in common


class GridCell(NamedTuple):
    """The n-th grid of the Content, its row, and the column in which the cell begins, all from 0.

    Without a column: somewhere in this row.
    """

    grid: int
    row: int
    column: int | None = None

    def __str__(self) -> str:
        return grid_place(self.grid, self.row, () if self.column is None else (self.column,))


class TextSpan(NamedTuple):
    """Characters of the n-th paragraph of the Content, from 0, `end` being the one behind the last."""

    paragraph: int
    start: int
    end: int

    def __str__(self) -> str:
        return f"p{self.paragraph} s{self.start}-{self.end}"


class PageBox(NamedTuple):
    """A box on a page, counted from 1; its edges in points (a picture: pixels) from the page's upper left corner."""

    page: int
    left: int
    top: int
    right: int
    bottom: int

    def __str__(self) -> str:
        return f"page {self.page} box {self.left}-{self.top}-{self.right}-{self.bottom}"


class PictureBox(NamedTuple):
    """A box in the n-th picture of a page of the web, from 1; its edges in pixels from the picture's upper left."""

    picture: int
    left: int
    top: int
    right: int
    bottom: int

    def __str__(self) -> str:
        return f"picture {self.picture} box {self.left}-{self.top}-{self.right}-{self.bottom}"


class SheetCell(NamedTuple):
    """A cell of the n-th sheet of a workbook, row and column, all from 1; written as people write it: `sheet 1 B5`."""

    sheet: int
    row: int
    column: int

    def __str__(self) -> str:
        return f"sheet {self.sheet} {column_letters(self.column)}{self.row}"


def column_letters(column: int) -> str:
    """A, B, …, Z, AA, … for 1, 2, …"""
    letters = ""
    while column:
        column, at = divmod(column - 1, 26)
        letters = chr(ord("A") + at) + letters
    return letters


def column_number(letters: str) -> int:
    """The reverse of `column_letters`."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


Place = GridCell | TextSpan | PageBox | PictureBox | SheetCell
NOTATIONS: tuple[tuple[re.Pattern[str], Callable[..., Place]], ...] = (
    (re.compile(r"g(\d+) r(\d+)(?: c(\d+))?"), lambda *found: GridCell(*map(int, found))),
    (re.compile(r"p(\d+) s(\d+)-(\d+)"), lambda *found: TextSpan(*map(int, found))),
    (re.compile(r"page (\d+) box (\d+)-(\d+)-(\d+)-(\d+)"), lambda *found: PageBox(*map(int, found))),
    (re.compile(r"picture (\d+) box (\d+)-(\d+)-(\d+)-(\d+)"), lambda *found: PictureBox(*map(int, found))),
    (
        re.compile(r"sheet (\d+) ([A-Z]{1,3})(\d+)"),
        lambda sheet, letters, row: SheetCell(int(sheet), int(row), column_number(letters)),
    ),
)


@lru_cache(maxsize=4096)
def read_place(text: str) -> Place | None:
    """The place that a text names; None where it names none that we know."""
    for pattern, kind in NOTATIONS:
        if found := pattern.fullmatch(text):
            return kind(*(group for group in found.groups() if group is not None))
    return None


def row_place(cells: Iterable[Place]) -> str:
    """The places of a row's cells, in order, as one text."""
    return join(tuple(map(str, cells)))


def grid_place(grid: int, row: int, columns: tuple[int, ...] = ()) -> str:
    """As `row_place` of cells that lie in one row of a grid; without columns, somewhere in it."""
    return f"g{grid} r{row}" + (_columns(columns) if columns else "")


@lru_cache(maxsize=1024)
def _columns(columns: tuple[int, ...]) -> str:
    return " c" + ",".join(map(str, columns))


@lru_cache(maxsize=4096)
def join(cells: tuple[str, ...]) -> str:
    """The written places of a row's cells as one text."""
    shared = {text.rstrip(NUMBERS) for text in cells}
    if shared == {cells[0]}:
        return cells[0]  # a word without a number, as older readings have it: the same for all
    if len(shared) != 1:
        return ";".join(cells)
    [words] = shared
    return words + ",".join(text[len(words) :] for text in cells)


@lru_cache(maxsize=4096)
def split(place: str, size: int) -> tuple[str, ...]:
    """A row's place as the written places of its `size` cells; where it does not name each of them, all have it."""
    cells = place.split(";")
    if len(cells) == 1:
        words = place.rstrip(NUMBERS)
        cells = [words + last for last in place[len(words) :].split(",")]
    return tuple(cells) if len(cells) == size else (place,) * size


def split_sql(column: str, at: int) -> str:
    """SQL for the place of one cell of a row, as `split` gives it, `at` counted from 0."""
    words = f"rtrim({column}, '{NUMBERS}')"

    def one(cells: str, mark: str) -> str:
        return f"""json_extract('["' || replace({cells}, '{mark}', '","') || '"]', '$[{at}]')"""

    return (
        f"case when instr({column}, ';') then {one(column, ';')} "
        f"when instr({column}, ',') then {words} || {one(f'substr({column}, length({words}) + 1)', ',')} "
        f"else {column} end"
    )


def stretches(text: str, pieces: Iterable[str], at: int = 0) -> Iterator[tuple[int, int]]:
    """Where these pieces of a text begin and end, from `at` on, nothing but white space lying between them."""
    for piece in pieces:
        at = text.index(piece, at)
        yield at, at + len(piece)
        at += len(piece)
