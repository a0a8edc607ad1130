"""One sheet of a workbook as a person sees it → paragraphs and grids with the places of their cells."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from extract.content import DOUBT, Content, Grid, GridRow, Left
from extract.place import Place, SheetCell
from extract.readers._doubts import FIGURES
from extract.readers._spans import MAX_CELLS, too_many_cells
from extract.readers._unreadable import refuse

At = tuple[int, int]  # row and column, from 1

MOST_SHEETS = 200
MOST_MERGED = 20_000
MOST_LOOKS = 20_000_000
# A heading of a section, or of a table: no row of a table, if it is alone in its row.
_HEADING = re.compile(
    r"\s{0,9}(?:[一二三四五六七八九十]{1,2}\s{0,9}[、.．]|附[件表图]?\s{0,9}[0-9一二三四五]?\s{0,9}[:：])"
)
LONGEST_LABEL = 40  # a lone text that is longer is prose
ALIKE = 0.6  # share of the labels of a sheet that stand on another one too: the same form, filled in twice
FEWEST_LABELS = 5
FEWEST_FIGURES = 3


@dataclass(slots=True)
class Sheet:
    """What a reader of a format found in one sheet: texts as they are shown, DOUBT before what is not certain.

    `merged` has the last cell of each merged range by its first one; `drawn` the cells without text that have borders,
    `reshaped` those in which a number format shows another figure than the one that is stored.
    """

    number: int
    name: str = ""
    cells: dict[At, str] = field(default_factory=dict)
    merged: dict[At, At] = field(default_factory=dict)
    drawn: set[At] = field(default_factory=set)
    reshaped: set[At] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False
    images: int = 0
    left: set[Left] = field(default_factory=set)
    most: int = MAX_CELLS
    covered: set[At] = field(default_factory=set)
    looks: int = 0  # at cells, for conditions and drawings

    def cover(self, cells: Iterable[At]) -> None:
        """Keeps which cells something lies over: neither a figure nor that there is none is seen there."""
        for at in cells:
            self.covered.add(at)
            self.look(1)

    def look(self, times: int) -> None:
        """Counts how often cells are looked at for what may hide them; raises Unreadable beyond all measure."""
        self.looks += times
        if self.looks > MOST_LOOKS or len(self.covered) > MAX_CELLS:
            raise too_many_cells()

    def put(self, row: int, column: int, text: str) -> None:
        """Keeps the text of a cell; raises Unreadable for a sheet beyond all measure."""
        if text:
            self.cells[row, column] = text
            if len(self.cells) > self.most:
                raise too_many_cells()

    def put_number(self, row: int, column: int, text: str, number: Decimal | None) -> None:
        """The same; `number` is what is stored, None for a text."""
        self.put(row, column, text)
        if number is not None and not _is(number, text):
            self.reshaped.add((row, column))

    def draw(self, row: int, column: int) -> None:
        """Keeps that an empty cell has borders; of too many nobody needs to know."""
        if len(self.drawn) < MAX_CELLS:
            self.drawn.add((row, column))

    def merge(self, first: At, last: At) -> None:
        """Keeps a merged range."""
        if last > first:
            self.merged[first] = last
            if len(self.merged) > MOST_MERGED:
                raise too_many_cells()


def _is(number: Decimal, text: str) -> bool:
    try:
        return Decimal(text.replace(",", "")) == number
    except InvalidOperation:
        return False


def doubtful(text: str) -> str:
    """A cell of which a person sees something else, or nothing: no figure to rely on. A label stays what it is."""
    words = "".join(text.replace(DOUBT, "").split())
    return text if words and not FIGURES.fullmatch(words) else DOUBT + words


def content_of(sheets: Sequence[Sheet]) -> Content:
    """The Content of a workbook's sheets, in order, as far as they are shown.

    Raises Unreadable where there is nothing, or where sheets hold the same form for several bodies or years.
    """
    if len(sheets) > MOST_SHEETS:
        raise refuse("too_large", f"工作表超过 {MOST_SHEETS} 张，不是年度报告。")
    blocks: list[str | Grid] = []
    left = set[Left]()
    labels = list[frozenset[str]]()
    images = 0
    for sheet in sheets:
        if sheet.hidden:
            if sheet.cells:
                left.add("hidden")
            continue
        own = list(_blocks(_Seen(sheet)))
        labels.append(_labels(own))
        blocks += own
        images += sheet.images
        left |= sheet.left
        if any(at[0] in sheet.hidden_rows or at[1] in sheet.hidden_columns for at in sheet.cells):
            left.add("hidden")
    if _are_alike(labels):
        raise refuse("several_reports", "几张工作表是同一张表格各填了一份（几个机关或几个年度），没有分开，未读取。")
    if not blocks and not images:
        raise refuse("no_text", "工作簿里没有看得见的内容。")
    return Content(tuple(blocks), images=images, left=frozenset(left))


def _labels(blocks: Sequence[str | Grid]) -> frozenset[str]:
    """The labels of a sheet that holds figures as well; none of one that does not."""
    texts = [text for block in blocks if isinstance(block, Grid) for row in block.rows for text in row.texts if text]
    figures = sum(FIGURES.fullmatch(text.replace(DOUBT, "")) is not None for text in texts)
    if figures < FEWEST_FIGURES:
        return frozenset()
    return frozenset(text for text in texts if not FIGURES.fullmatch(text.replace(DOUBT, "")))


def _are_alike(labels: Sequence[frozenset[str]]) -> bool:
    some = [one for one in labels if len(one) >= FEWEST_LABELS]
    return any(
        len(one & other) >= ALIKE * min(len(one), len(other))
        for at, one in enumerate(some[:MOST_SHEETS])
        for other in some[at + 1 : at + 20]
    )


class _Seen:
    """A sheet without its hidden rows and columns: rows and columns are counted as one sees them, from 0."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        used = {*sheet.cells, *sheet.drawn, *sheet.merged}
        self.rows = sorted({row for row, _ in used} - sheet.hidden_rows)
        self.columns = sorted({column for _, column in used} - sheet.hidden_columns)
        # Rows and columns that only a merged range reaches into are seen, too, but say nothing.
        self.texts: dict[At, str] = {}
        self.places: dict[At, At] = {}
        self.spans: dict[At, At] = {}
        self.covered: dict[At, At] = {}
        self.drawn = set[At]()
        self._settle()

    def _settle(self) -> None:
        row_of = {row: at for at, row in enumerate(self.rows)}
        column_of = {column: at for at, column in enumerate(self.columns)}
        inside = dict[At, At]()
        steps = 0
        for (top, left), (bottom, right) in self.sheet.merged.items():
            rows = range(bisect_left(self.rows, top), bisect_left(self.rows, bottom + 1))
            columns = range(bisect_left(self.columns, left), bisect_left(self.columns, right + 1))
            steps += len(rows) * len(columns)
            if steps > 4 * MAX_CELLS:
                raise too_many_cells()
            if not rows or not columns:
                inside[top, left] = (-1, -1)
                continue
            corner = rows[0], columns[0]
            inside[top, left] = corner
            self.spans[corner] = len(rows), len(columns)
            self.covered.update(dict.fromkeys(((row, column) for row in rows for column in columns), corner))
        for at, text in self.sheet.cells.items():
            seen = inside.get(at) or (row_of.get(at[0], -1), column_of.get(at[1], -1))
            if min(seen) >= 0 and self.covered.get(seen, seen) == seen:
                self.texts[seen], self.places[seen] = text, at
        for at in self.sheet.drawn:
            seen = row_of.get(at[0], -1), column_of.get(at[1], -1)
            if min(seen) >= 0:
                self.drawn.add(self.covered.get(seen, seen))
        self.counts = Counter(row for row, _ in self.texts)
        under = [(row_of.get(row, -1), column_of.get(column, -1)) for row, column in self.sheet.covered]
        self._hide({self.covered.get(seen, seen) for seen in under if min(seen) >= 0})

    def _hide(self, under: set[At]) -> None:
        """Of a cell below something nobody knows what it holds. A picture beside a heading leaves that a heading."""
        open_rows = set[int]()
        for row, columns in self.by_row().items() if under else ():
            texts = [self.texts[row, column] for column in columns if (row, column) in self.texts]
            if len(texts) > 1 or (texts and not _is_prose(self, row, columns, texts[0])):
                open_rows.add(row)
        for at in under:
            if at in self.texts or at in self.drawn or at[0] in open_rows:
                self.texts[at] = doubtful(self.texts.get(at, ""))

    def by_row(self) -> dict[int, list[int]]:
        """The columns in which each row has something: a text, borders, or a merged range."""
        found: dict[int, list[int]] = {}
        for row, column in sorted({*self.texts, *self.drawn, *self.spans}):
            found.setdefault(row, []).append(column)
        return found

    def place(self, row: int, column: int) -> Place:
        top, left = self.places.get((row, column), (self.rows[row], self.columns[column]))
        return SheetCell(self.sheet.number, top, left)


def _blocks(seen: _Seen) -> Iterator[str | Grid]:
    """Paragraphs and grids: a grid is rows with no empty row and no heading between them."""
    by_row = seen.by_row()
    reached = _reached(seen)
    table: list[int] = []
    for row, number in enumerate(seen.rows):
        columns = by_row.get(row, [])
        texts = [seen.texts[row, column] for column in columns if (row, column) in seen.texts]
        broken = bool(row) and number - seen.rows[row - 1] > 1 and not _are_hidden(seen, row)
        if table and (broken or not (texts or row in reached)):
            yield from _grid(seen, table, by_row)
            table = []
        if len(texts) > 1 or row in reached or (texts and not _is_prose(seen, row, columns, texts[0])):
            table.append(row)
        elif texts:
            if table:
                yield from _grid(seen, table, by_row)
                table = []
            yield from _paragraphs(texts[0])
    if table:
        yield from _grid(seen, table, by_row)


def _are_hidden(seen: _Seen, row: int) -> bool:
    return all(number in seen.sheet.hidden_rows for number in range(seen.rows[row - 1] + 1, seen.rows[row]))


def _reached(seen: _Seen) -> set[int]:
    """The rows that belong together with a row beside them: a merged range spans both, and is not alone in them."""
    before = [0]
    for row in range(len(seen.rows)):
        before.append(before[-1] + seen.counts.get(row, 0))
    found = set[int]()
    for (row, column), (deep, _) in seen.spans.items():
        own = (row, column) in seen.texts
        if deep > 1 and before[row + deep] - before[row] > own:
            found.update(range(row, row + deep))
    return found


def _is_prose(seen: _Seen, row: int, columns: Sequence[int], text: str) -> bool:
    """Whether the only text of a row is a heading or a paragraph, and no row of a table without figures."""
    if len({seen.covered.get((row, column), (row, column)) for column in columns}) > 1:
        return False  # there are empty cells with borders beside it
    if len(text) > LONGEST_LABEL or "\n" in text or _HEADING.match(text):
        return True
    below = row + 1 < len(seen.rows) and seen.rows[row + 1] == seen.rows[row] + 1
    return not below or seen.counts.get(row + 1, 0) < 2


def _paragraphs(text: str) -> Iterator[str]:
    for line in () if text.startswith(DOUBT) else text.replace(DOUBT, " ").splitlines():
        if words := " ".join(line.split()):
            yield words


def _grid(seen: _Seen, table: Sequence[int], by_row: Mapping[int, Sequence[int]]) -> Iterator[str | Grid]:
    inside = set(table)
    first = min(column for row in table for column in by_row.get(row, [0]))
    behind = 1 + max(
        column + seen.spans.get((row, column), (1, 1))[1] - 1 for row in table for column in by_row.get(row, [0])
    )
    if (behind - first) * len(table) > MAX_CELLS:
        raise too_many_cells()
    rows: list[GridRow] = []
    places: list[tuple[Place, ...]] = []
    for row in table:
        columns = [c for c in range(first, behind) if seen.covered.get((row, c), (row, c)) == (row, c)]
        spans = [seen.spans.get((row, column), (1, 1)) for column in columns]
        rows.append(
            GridRow(
                tuple(" ".join(seen.texts.get((row, column), "").split()) for column in columns),
                tuple(column - first for column in columns),
                tuple(across for _, across in spans),
                tuple(sum(row + down in inside for down in range(deep)) for deep, _ in spans),
            )
        )
        places.append(tuple(seen.place(row, column) for column in columns))
    yield Grid(tuple(rows), places=tuple(places))
