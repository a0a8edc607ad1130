"""Grids → lines of the form: a line is a label and the cells that follow it; wording decides, never position."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from extract.model import Content, Grid, GridCell, Problem, Table
from extract.template import Token, token

REMEDY_CELLS = 15
TRACK_CELLS = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled line: `code` is an item, a disposition, a group with figures of its own, or a track ("" = all 15).

    `cells` are the physical cells after the label; `headed` the member columns known from the header, if any.
    """

    table: Table
    code: str
    cells: tuple[GridCell, ...]
    grid: int
    row: int
    group: bool = False
    shape: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Lines:
    """What the grids of one document say. `heads` are the header cells of 表二 and 表三 by grid, for the order check."""

    lines: list[Line] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    heads: list[tuple[Table, int, int, tuple[tuple[int, str], ...]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)


def find_lines(content: Content) -> Lines:
    """Walks every grid in document order. Words of 表二/表三/表四 may stand in any number of grids."""
    walk = _Walk()
    number = -1
    for block in content.blocks:
        if isinstance(block, Grid):
            number += 1
            rows = block.rows if block.columns_known else tuple(_regroup(block.rows))
            for index, row in enumerate(rows):
                walk.row(row, number, index)
        else:
            walk.text(block)
    return walk.found


def _regroup(rows: Iterable[Sequence[GridCell]]) -> Iterator[tuple[GridCell, ...]]:
    """One cell per line without borders: a line of the form begins at each label and takes the values after it."""
    current: list[GridCell] = []
    open_values = False
    for cell in (cell for row in rows for cell in row):
        value = token(cell.text).kind == "value"
        if current and open_values and not value:
            yield tuple(current)
            current = []
        current.append(cell)
        open_values = value
        if not value and current[:-1]:
            # a label after a label: the first one had no values
            yield tuple(current[:-1])
            current = [cell]
    if current:
        yield tuple(current)


class _Walk:
    """The state of one walk: which table the last telling word belonged to, which tracks wait for figures."""

    def __init__(self) -> None:
        self.found = Lines()
        self.context = ""
        self.dispositions = 0
        self.tracks: list[str] = []
        self.remedies_open = False

    def text(self, paragraph: str) -> None:
        """A paragraph of the form "label figures" with spaces between is a line too (a table that lost its grid)."""
        if len(paragraph) > 120 or not paragraph[-1:].isdigit():
            return
        pieces = paragraph.split()
        first = next((i for i, piece in enumerate(pieces) if token(piece).kind == "value"), 0)
        if first and all(token(piece).kind == "value" for piece in pieces[first:]):
            label = token("".join(pieces[:first]))
            if label.kind in ("row", "item") and label.code not in ("processed", "other.other"):
                cells = [GridCell("".join(pieces[:first]), 0)]
                cells += [GridCell(piece, index) for index, piece in enumerate(pieces[first:], 1)]
                self.row(tuple(cells), -1, -1)

    def row(self, cells: tuple[GridCell, ...], grid: int, index: int) -> None:
        tokens = [token(cell[0]) for cell in cells]
        telling = [one for one in tokens if one.kind != "value"]
        if telling:
            self._context(telling)
            if self.context == "T2":
                self.found.words.extend(cell.text for cell in cells)
            if self._header(cells, tokens, telling, grid, index):
                return
        label, at = self._label(tokens) if telling else (None, -1)
        if label is None:
            self._unlabelled(cells, tokens, grid, index)
            return
        rest = cells[at + 1:]
        table: Table = "T2" if label.kind == "item" else "T3"
        if not rest or (label.kind != "item" and all(not cell.text for cell in rest) and len(rest) < 7):
            return
        if label.kind == "group" and label.code != "other" and not any(cell.text for cell in rest):
            return
        self.remedies_open = False
        self.found.tables.add(table)
        self.dispositions += table == "T3"
        self.found.lines.append(Line(table, label.code, tuple(rest), grid, index, label.kind == "group",
                                     (at, len(cells))))

    def _context(self, telling: Sequence[Token]) -> None:
        for one in telling:
            if one.kind == "track" or (one.kind == "head" and one.table == "T4"):
                if self.context != "T4":
                    self.tracks = []
                self.context = "T4"
                self.remedies_open = True
                if one.kind == "track":
                    self.tracks.append(one.code)
            elif one.kind in ("block", "item") or (one.kind == "head" and one.table == "T2"):
                self.context = "T2"
            elif one.table == "T3" and one.code not in ("processed", "other.other", "total", "other"):
                self.context = "T3"

    def _header(self, cells: Sequence[GridCell], tokens: Sequence[Token], telling: Sequence[Token], grid: int,
                index: int) -> bool:
        """A row with header words is no line; its columns are kept to check the order of the members."""
        if not any(one.kind in ("head", "track", "block") for one in telling):
            return False
        heads = [(cell.column, one.code) for cell, one in zip(cells, tokens, strict=True)
                 if one.kind == "head" and one.code]
        stated = any(one.kind == "value" and one.figure and one.figure.state == "number" for one in tokens)
        if self.context == "T4":
            return not stated
        # 其他 and 总计 are header words and labels of rows; beside another header word they are header words.
        if not stated:
            for column, code in self._ambiguous_heads(cells, tokens):
                heads.append((column, code))
            if self.context in ("T2", "T3"):
                table: Table = "T2" if self.context == "T2" else "T3"
                self.found.heads.append((table, grid, index, tuple(sorted(heads))))
            return True
        return False

    @staticmethod
    def _ambiguous_heads(cells: Sequence[GridCell], tokens: Sequence[Token]) -> list[tuple[int, str]]:
        codes = {"other.other": "other", "processed": "total"}
        return [(cell.column, codes[one.code]) for cell, one in zip(cells, tokens, strict=True)
                if one.kind == "row" and one.code in codes]

    def _label(self, tokens: Sequence[Token]) -> tuple[Token | None, int]:
        """The last label before the values; an unknown word between labels is passed over, after one it is a value."""
        label, at = None, -1
        for index, one in enumerate(tokens):
            if one.kind in ("row", "item", "group"):
                if one.kind == "group" and (label is not None and label.kind != "group"):
                    break
                label, at = one, index
            elif one.kind == "value":
                if one.figure is not None and one.figure.state == "blank":
                    continue
                break
            elif label is not None and label.kind != "group":
                break
        if label is not None and label.code in ("processed", "other.other") and not self._rows_begun():
            return None, -1
        if label is not None and label.kind == "group" and not label.code:
            return None, -1
        return label, at

    def _rows_begun(self) -> bool:
        return self.context == "T3" and self.dispositions > 0

    def _unlabelled(self, cells: tuple[GridCell, ...], tokens: Sequence[Token], grid: int, index: int) -> None:
        values = [one for one in tokens if one.kind == "value"]
        numbers = sum(one.figure is not None and one.figure.state == "number" for one in values)
        if self.remedies_open and values and self._remedies(cells, tokens, grid, index):
            return
        if numbers >= 5 and numbers >= len(cells) - 3:
            self.found.problems.append(Problem(
                "row_without_label", "有一行数字没有行名，未采用：" + " ".join(cell.text for cell in cells)[:200],
                f"g{grid} r{index}"))

    def _remedies(self, cells: tuple[GridCell, ...], tokens: Sequence[Token], grid: int, index: int) -> bool:
        """表四: the row of 15 cells, or a row of five under the one track that waits for figures."""
        begin = next((i for i, one in enumerate(tokens) if one.kind == "value"), len(cells))
        rest = cells[begin:]
        if any(token(cell.text).kind in ("head", "row", "item", "group") for cell in rest):
            return False
        if not any(cell.text for cell in rest) and len(rest) < REMEDY_CELLS:
            return False
        labels = [one.code for one in tokens[:begin] if one.kind == "track"]
        waiting = labels or (self.tracks if len(self.tracks) == 1 else [])
        stated = sum(bool(cell.text) for cell in rest)
        code = waiting[-1] if waiting and stated <= TRACK_CELLS < REMEDY_CELLS else ""
        self.found.tables.add("T4")
        self.found.lines.append(Line("T4", code, tuple(rest), grid, index))
        self.tracks = []
        self.remedies_open = bool(code)
        return True
