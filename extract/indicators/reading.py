"""Content → the indicators of a report before 2019: from grids, else from lines of text, with or without borders."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from extract.content import Content, Grid, GridRow
from extract.form.numbers import TEXT, Figure, read_figure
from extract.form.template import normalize
from extract.indicators.catalogue import AMONG, Column, catalogue, printed_year
from extract.indicators.running import Line, read_running
from extract.model import Indicator, Period, Problem
from extract.place import GridCell, TextSpan

AMOUNTS = frozenset({"元", "万元"})
MISSING, UNCUT = Figure(None, "missing"), Figure(None, "ambiguous")
FURNITURE = 12  # letters of what may stand between two pages: 「— 12 —」, 「第 3 页 共 9 页」
PERIODS: tuple[Period, ...] = ("year", "cumulative")


class Read(NamedTuple):
    """The indicators in their order, the name of their table ("" where there is none), and what could not be read."""

    indicators: tuple[Indicator, ...]
    form: str
    problems: tuple[Problem, ...]


class _Header(NamedTuple):
    """Where the columns of a table begin: its name, its unit (None: it has none), the figures by period."""

    name: int
    unit: int | None
    figures: tuple[tuple[Period, int], ...]


def read_indicators(content: Content, year: int) -> Read:
    """Every table of indicators for this year; one that is of another year, or has columns nobody named, is told."""
    reader = _Reader(year)
    grid = -1
    for block in content.blocks:
        if isinstance(block, Grid):
            grid += 1
            reader.grid(block, grid)
        elif len(block.strip()) > FURNITURE:
            reader.header = None
    if not reader.found:
        reader.text([block for block in content.blocks if isinstance(block, str)])
    form = catalogue().form(one.code for one in reader.found) if reader.found else ""
    return Read(tuple(reader.found), form, tuple(reader.problems))


class _Reader:
    def __init__(self, year: int) -> None:
        self.year = year
        self.found: list[Indicator] = []
        self.problems: list[Problem] = []
        self.lines = 0
        self.parent = ""
        self.header: _Header | None = None
        self.width = 0

    def grid(self, grid: Grid, number: int) -> None:
        """A table; one as wide as that above, with no more than a page's foot between, goes on under its header."""
        width = max((column + 1 for row in grid.rows for column in row.columns), default=0)
        if width != self.width:
            self.header = None
        self.width = width
        for at, row in enumerate(grid.rows):
            heads = [catalogue().column(text) for text in row.texts]
            if "name" in heads and not {"unit", "year", "cumulative"}.isdisjoint(heads):
                self.header = self._header(row, heads)
            elif self.header is not None:
                self._row(self.header, row, number, at)

    def _header(self, row: GridRow, heads: Sequence[Column | None]) -> _Header | None:
        others = [text for text, head in zip(row.texts, heads, strict=True) if text.strip() and head is None]
        columns = [(head, column) for head, column in zip(heads, row.columns, strict=True) if head is not None]
        if (
            "year" not in heads
            or others
            or len({head for head, _ in columns}) < len(columns)
            or not self._of_this_year(row.texts)
        ):
            self._unread("统计表的栏目与格式不同，没有读：" + "、".join(text.strip()[:20] for text in row.texts))
            return None
        place = dict(columns)
        return _Header(
            place["name"], place.get("unit"), tuple((period, place[period]) for period in PERIODS if period in place)
        )

    def _of_this_year(self, heads: Sequence[str]) -> bool:
        years = {year for head in heads if (year := printed_year(head))}
        return not years or years == {self.year}

    def _row(self, header: _Header, row: GridRow, grid: int, at: int) -> None:
        cells = dict(zip(row.columns, row.texts, strict=True))
        first = min(column for _, column in header.figures) if header.unit is None else header.unit
        labels = [text for column, text in zip(row.columns, row.texts, strict=True) if column < first and text.strip()]
        if not labels:
            if any(text.strip() for text in row.texts):
                self._unread("统计表有一行没有指标名称")
            return
        unit = cells.get(header.unit, "") if header.unit is not None else ""
        figures = [(period, cells.get(column), GridCell(grid, at, column)) for period, column in header.figures]
        if not any(raw and raw.strip() for _, raw, _ in figures) and not unit.strip():
            self._line(labels[-1], "", [])  # a heading, which may tell what stands below it
            return
        self._line(labels[-1], unit, [(period, raw, str(place)) for period, raw, place in figures])

    def text(self, paragraphs: Sequence[str]) -> None:
        begins = [0, *accumulate(len(paragraph) + 1 for paragraph in paragraphs)]
        for line in read_running("\n".join(paragraphs)):
            if line.heads and not self._of_this_year(line.heads):
                self._unread("统计表是别的年度的，没有读")
                return
            self._running(line, begins)

    def _running(self, line: Line, begins: Sequence[int]) -> None:
        periods = PERIODS[: line.columns]
        if line.columns == 2 and [text for text, _ in line.figures] == ["0"]:
            # Of two cells one is blank. The year's is 0 either way: where all years together have none, it has none.
            raw, start = line.figures[0]
            place = _span(begins, start, start + 1)
            self._line(line.label, line.unit, [("year", raw, place), ("cumulative", "", place)])
            return
        if len(line.figures) != line.columns:
            place = _span(begins, line.start, line.end)
            raw = " ".join(text for text, _ in line.figures)
            self._line(line.label, line.unit, [(period, raw, place) for period in periods], cut=False)
            return
        figures = [
            (period, raw, _span(begins, start, start + len(raw)))
            for period, (raw, start) in zip(periods, line.figures, strict=True)
        ]
        self._line(line.label, line.unit, figures)

    def _line(
        self, printed: str, unit: str, figures: Sequence[tuple[Period, str | None, str]], *, cut: bool = True
    ) -> None:
        label = AMONG.sub("", " ".join(printed.split())).strip()
        code = catalogue().code(label, self.parent)
        if code in catalogue().parents:
            self.parent = code
        self.lines += bool(figures)
        for period, raw, place in figures:
            figure = printed_figure(raw, unit) if cut else UNCUT
            self.found.append(
                Indicator(self.lines, code, label, period, raw, figure.value, figure.state, unit.strip(), place)
            )
        if not cut:
            self._unread(f"数字连在一起或多少不合，无法确定：{label[:30]}", "run_together")

    def _unread(self, detail: str, code: str = "table_unread") -> None:
        self.problems.append(Problem(code, detail))


def printed_figure(raw: str | None, unit: str) -> Figure:
    """The figure of a cell in a line with this unit; a cell that prints another unit is text."""
    if raw is None:
        return MISSING
    plain = normalize(unit)
    figure = read_figure(raw, "amount" if plain in AMOUNTS else "count")
    return TEXT if figure.unit is not None and figure.unit != plain else figure


def _span(begins: Sequence[int], start: int, end: int) -> str:
    paragraph = _paragraph(begins, start)
    return str(TextSpan(paragraph, start - begins[paragraph], end - begins[paragraph]))


def _paragraph(begins: Sequence[int], at: int) -> int:
    return next(_downward(begins, at))


def _downward(begins: Sequence[int], at: int) -> Iterator[int]:
    return (number for number in range(len(begins) - 1, -1, -1) if begins[number] <= at)
