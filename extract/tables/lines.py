"""Grids → lines of the form: a line is a label and the cells after it; only the wording decides, never the position."""

from bisect import bisect_right
from itertools import count
from operator import itemgetter
from typing import NamedTuple

from extract.content import Content, Grid, GridRow
from extract.form.form_file import FORMS
from extract.form.forms import MEMBERS, TableCode
from extract.form.template import Token, token
from extract.model import Problem
from extract.place import GridCell, TextSpan, stretches
from extract.tables.headers import tells_columns
from extract.tables.line import BELOW, ROWS_TOO, TOTALS, TRACK_CELLS, WORDED, Line, Lines
from extract.tables.regroup import Regrouped, regroup
from extract.tables.row_words import HEADINGS, LABELS, LAST_WORDS, RowWords, label_at, names_columns, track_in, words_of
from extract.tables.subtotals import bare_subtotal, inner_totals

# The number of cells of 表四 when all its tracks are in one row.
REMEDY_CELLS = frozenset(TRACK_CELLS * len(form.remedies.tracks) for form in FORMS.forms)
FEWEST_REMEDIES = min(REMEDY_CELLS)
ABOVE_TRACKS = frozenset(group.code for form in FORMS.forms for group in form.remedies.groups)
FEW_FIGURES = 5  # a row with this many figures and no label is a row of the form that lost its label
LONGEST_PARAGRAPH = 100


class _Row(NamedTuple):
    cells: GridRow
    tokens: tuple[Token, ...]
    words: RowWords
    grid: int
    number: int
    rows: tuple[int, ...]  # the row of each cell, if the cells are from several rows

    def line(self, table: TableCode, code: str, begin: int, end: int, group: bool = False) -> Line:
        """The line with the cells from `begin` to `end`; its label is the cell before them."""
        texts, columns, colspans, rowspans = self.cells
        tallest = max(rowspans[begin:end])
        rows = self.rows[begin:end]
        return Line(
            table,
            code,
            texts[begin:end],
            columns[begin:end],
            colspans[begin:end],
            self.grid,
            rows[0] if rows else self.number,
            group,
            tallest > (rowspans[begin - 1] if begin else tallest),
            (begin - 1, len(texts)),
            tuple(GridCell(self.grid, *where) for where in zip(rows, columns[begin:end], strict=True)) if rows else (),
        )


def find_lines(content: Content) -> Lines:
    """Walks through all grids in document order. Each of 表二, 表三 and 表四 may be spread over several grids."""
    walk = _Walk()
    grid = paragraph = -1
    for block in content.blocks:
        if isinstance(block, Grid):
            grid += 1
            known = tells_columns(block)
            rows = map(Regrouped, count(), block.rows) if block.columns_known else regroup(block.rows)
            for row in rows:
                if row.cells.texts:
                    walk.row(row, grid, known)
            walk.supported = True
        else:
            paragraph += 1
            walk.paragraph(paragraph, block)
    walk.finish()
    return walk.found


class _Walk:
    """The state of one walk: the table of the last word that names one, and the labels that wait for their figures."""

    def __init__(self) -> None:
        self.found = Lines()
        self.context = ""
        self.grid = -1  # the grid of the last line of 表二 or 表三
        self.leaf = ""  # the disposition of the last line of 表三
        self.tracks: list[str] = []
        self.remedies_open = False
        self.remedies: tuple[int, str] | None = None  # the grid of the last line of 表四, and its track
        self.row_per_track = False
        self.supported = False  # what came before was a paragraph of form words, or a grid
        self.waiting: tuple[TableCode, str] | None = None
        self.widows: list[tuple[TableCode, str]] = []
        self.attached: list[Line] = []
        self.lost: list[Problem] = []

    def paragraph(self, number: int, text: str) -> None:
        """Takes a paragraph "label figures" below other words of the form as a line (of a table that lost its grid)."""
        if len(text) > LONGEST_PARAGRAPH:
            self.supported = False
            return
        pieces = text.split()
        kinds = [one[0] for one in map(token, pieces)]
        if "value" not in kinds:
            # 表四 as one table for each track, with the track named above
            if track := track_in(text):
                self.context, self.tracks, self.row_per_track = "T4", [track], False
            self.supported = token(text).kind in HEADINGS or not HEADINGS.isdisjoint(kinds)
            return
        first = kinds.index("value")
        label = token("".join(pieces[:first])) if first else None
        self.supported &= set(kinds[first:]) == {"value"}
        if not self.supported or label is None or label.kind not in ("row", "item") or label.code in LAST_WORDS:
            return
        table: TableCode = "T2" if label.kind == "item" else "T3"
        texts, ones = tuple(pieces[first:]), (1,) * (len(pieces) - first)
        places = tuple(TextSpan(number, *ends) for ends in stretches(text, pieces))[first:]
        columns = tuple(range(len(texts)))
        self.found.prose.append(Line(table, label.code, texts, columns, ones, -1, -1, places=places))

    def row(self, found: Regrouped, grid: int, known: bool) -> None:
        cells = found.cells
        tokens = tuple(map(token, cells.texts))
        words = words_of(tokens)
        row = _Row(cells, tokens, words, grid, found.number, found.rows)
        if words.word_tokens:
            if words.table:
                self._context(words)
            if self.context in WORDED:
                self.found.words[self.context] += cells.texts
            if words.heading and self._header(row, known):
                return
            if names_columns(words):
                return
            if words.label >= 0 and self._labelled(row, words.label):
                return
        self._unlabelled(row)

    def _context(self, words: RowWords) -> None:
        if words.table != "T4":
            self.context = words.table
            return
        for _, one in words.word_tokens:
            if one.table == "T4":
                if self.context != "T4":
                    self.tracks = []
                    self.row_per_track = one.kind != "track" and one.code not in ABOVE_TRACKS
                self.context = "T4"
                self.remedies_open = True
                if one.kind == "track" and one.code not in self.tracks:
                    self.tracks.append(one.code)
            elif one.table == "T2":
                self.context = "T2"
            elif one.table == "T3" and one.code not in LAST_WORDS:
                self.context = "T3"

    def _header(self, row: _Row, known: bool) -> bool:
        """Takes a row with header words and no figures: it is not a line, but tells the order of the columns."""
        if row.words.stated:
            return False
        last, word = row.words.word_tokens[-1]
        if (
            self.context == "T4"
            and self.row_per_track
            and word.kind == "track"
            and (len(row.tokens) - last > TRACK_CELLS)
        ):
            return False  # not a header: a track with five blank cells
        if self.context:
            self.found.headers.take(self.context, row.grid, row.tokens, row.cells, known)
        return True

    def _labelled(self, row: _Row, at: int) -> bool:
        """Takes the line whose label is at `at`, and further lines after it in the same row."""
        taken = False
        while at >= 0 and self._begins_line(row.tokens[at]):
            end = _next_label(row, at)
            self._line(row, row.tokens[at], at + 1, end)
            taken = True
            at = label_at(row.tokens, end) if end < len(row.tokens) else -1
        return taken

    def _begins_line(self, label: Token) -> bool:
        """「总计」 or 「其他」 only where it means its row: below the leaves, or below （五） or （六）."""
        if label.code in LAST_WORDS:
            below = bool(self.leaf) if label.code in TOTALS else self.leaf in BELOW[label.code]
            return below and self.context == "T3"
        return label.kind != "group" or bool(label.code)  # 三、本年度办理结果 has no figures

    def _line(self, row: _Row, label: Token, begin: int, end: int) -> None:
        table: TableCode = "T2" if label.kind == "item" else "T3"
        stated = any(row.cells.texts[begin:end])
        self.grid = row.grid
        if begin == end or (not stated and table == "T3" and sum(row.cells.colspans[begin:end]) < len(MEMBERS)):
            if label.kind != "group":
                self._wait((table, label.code))
            return
        if self.waiting:
            self._wait(None)
        if label.kind == "group" and label.code not in ROWS_TOO and not stated:
            return
        self.remedies_open = False
        self.found.tables.add(table)
        if table == "T3":
            self.leaf = label.code
        self.found.headers.last = ""
        self.found.lines.append(row.line(table, label.code, begin, end, label.kind == "group"))

    def _wait(self, label: tuple[TableCode, str] | None) -> None:
        """Lets a label without figures wait for a row that has only figures; another label ends the wait."""
        if self.waiting:
            self.widows.append(self.waiting)
        self.waiting = label

    def _unlabelled(self, row: _Row) -> None:
        if (self.remedies_open or self._again(row)) and self._remedies(row):
            return
        numbers, size = row.words.numbers, len(row.tokens)
        if not numbers:
            return
        if self.context == "T3" and (found := bare_subtotal(row.tokens, row.cells.texts, self.leaf)):
            self.found.lines.append(row.line("T3", found[0], found[1] + 1, size, True)._replace(guessed=True))
            return
        words = bool(row.words.word_tokens)
        lost = numbers >= FEW_FIGURES and numbers >= size - 3
        if self.waiting and not words:
            table, code = self.waiting
            self.waiting = None
            self.attached.append(row.line(table, code, 0, size))
        elif words and (lost or (row.grid == self.grid and self.context in ("T2", "T3"))):
            self._signal("unknown_row", "有一行数字的行名不认识，未采用：", row)
        elif lost:
            self._signal("row_without_label", "有一行数字没有行名，未采用：", row)

    def _signal(self, code: str, detail: str, row: _Row) -> None:
        printed = " ".join(row.cells.texts)[:200]
        self.lost.append(Problem(code, detail + printed, f"g{row.grid} r{row.number}", facts={"grid": row.grid}))

    def _again(self, row: _Row) -> bool:
        """Whether a second complete row of figures is below the line of 表四: nothing says which year either is for."""
        if not self.remedies or self.remedies[0] != row.grid or not row.words.numbers:
            return False
        words = all(one.kind == "text" or one.code == "foreign" for _, one in row.words.word_tokens)
        figures = sum(one.kind == "value" for one in row.tokens)
        return words and figures in ((TRACK_CELLS,) if self.remedies[1] else REMEDY_CELLS)

    def _remedies(self, row: _Row) -> bool:
        """表四: takes a row with all its cells, or a row of five for the only track that waits for figures."""
        word_tokens = row.words.word_tokens
        tracks = [at for at, one in word_tokens if one.kind == "track"]
        size = len(row.tokens)
        if tracks:
            begin = tracks[-1] + 1
        elif size in REMEDY_CELLS and len(word_tokens) < size:
            begin = 0
        else:
            begin = next((at for at, one in enumerate(row.tokens) if one.kind == "value"), size)
        rest = size - begin
        if any(at >= begin and one.kind != "text" for at, one in word_tokens):
            return False
        if not rest or (not any(row.cells.texts[begin:]) and rest < (TRACK_CELLS if tracks else FEWEST_REMEDIES)):
            return False
        waiting = [row.tokens[at].code for at in tracks] or (self.tracks if len(self.tracks) == 1 else [])
        code = waiting[-1] if waiting and rest < FEWEST_REMEDIES else ""
        if self.remedies and not waiting and self.remedies[0] == row.grid:
            code = self.remedies[1]  # no track was named since
        self.remedies = (row.grid, code)
        self.found.tables.add("T4")
        self.found.lines.append(row.line("T4", code, begin, size))
        self.tracks = []
        self.remedies_open = bool(code)
        return True

    def finish(self) -> None:
        """Gives rows of only figures to the labels above, but only if no other row lost its label or its figures."""
        self._wait(None)
        self.found.lines = inner_totals(self.found.lines)
        read = {(line.table, line.code) for line in self.found.lines}
        if not self.lost and read.issuperset(self.widows):
            for line in self.attached:
                self.found.tables.add(line.table)
                self.found.lines.append(line)
        else:
            self.lost += [
                Problem(
                    "row_without_label",
                    "有一行数字没有行名，未采用：" + " ".join(line.texts)[:200],
                    f"g{line.grid} r{line.row}",
                    facts={"grid": line.grid},
                )
                for line in self.attached
            ]
        self.found.problems += self.lost


def _next_label(row: _Row, at: int) -> int:
    """Where the next label in the same row is, if there are values between: two lines drawn side by side."""
    word_tokens = row.words.word_tokens
    for place in range(bisect_right(word_tokens, at, key=itemgetter(0)), len(word_tokens)):
        following, one = word_tokens[place]
        if one.kind in LABELS and any(row.cells.texts[at + 1 : following]):
            return following
    return len(row.tokens)
