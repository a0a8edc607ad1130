"""Lines → rows of the form: which cell is which column, what stays unread and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from extract.content import DOUBT, State
from extract.form.columns import REMEDY_COLUMNS, Columns, columns_of
from extract.form.form_file import FORMS
from extract.form.forms import MEMBERS, TABLES, TRACK_MEMBERS, TableCode
from extract.form.numbers import read_counts, read_figure, read_figures
from extract.model import Facts, Problem, Row
from extract.place import grid_place, row_place
from extract.tables.alignment import align, kept, settle
from extract.tables.expected import expected, unread
from extract.tables.line import TRACK_CELLS, Line, Lines
from extract.tables.other_order import below_headings, orders_of
from extract.tables.shapes import Shapes
from extract.tables.shifted import shifted_applications, shifted_remedies
from extract.tables.subtotals import adds_up

LISTED = 6  # alignments named in a problem
UNPLACED = frozenset({"unknown_row", "row_without_label", "row_of_other_form"})  # problems of rows with no place
WIDTHS = {"T3": len(MEMBERS)}  # tables whose lines all have the same number of columns


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one document in the form's order, with the problems of what could not be read."""

    forms: dict[str, str]
    rows: tuple[Row, ...] = ()
    subtotals: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    spent: frozenset[str] = frozenset()


def make_row(table: TableCode, code: str, columns: Columns, raws: Sequence[str], place: str) -> Row:
    """Reads one aligned row, cell by cell; a cell that is not a number keeps its raw text and state."""
    figures = read_counts(raws) if columns.counts else read_figures(raws, columns.kinds)
    values, states, units, _ = zip(*figures, strict=True)
    if "illegible" in states:
        raws = [text.replace(DOUBT, "").strip() for text in raws]
    return Row(table, code, columns.names, tuple(raws), values, states, place, units if table == "T2" else ())


def build_tables(lines: Lines, forms: dict[str, str]) -> Tables:
    """All tables that were found, as rows of their forms."""
    builder = _Builder(lines, forms)
    for line in lines.lines:
        builder.take(line)
    for line in builder.prose:
        if (line.table, line.code) not in builder.rows:
            builder.take(line)
    return builder.finish()


class _Builder:
    def __init__(self, lines: Lines, forms: dict[str, str]) -> None:
        self.lines = lines
        self.forms = forms
        self.rows: dict[tuple[str, str], Row] = {}
        self.subtotals: dict[str, Row] = {}
        self.guessed: list[Line] = []
        self.problems: list[Problem] = list(lines.problems)
        self.spent: set[str] = set()
        self.conflicts: set[tuple[str, str]] = set()
        self.expected = dict(expected(forms))
        self.tracks = FORMS.remedies(forms["T4"]).codes if "T4" in forms else ()
        self.shapes = Shapes()
        self.disorder = dict(lines.headers.disorder)
        self.prose = [line for line in lines.prose if line.table in forms]
        self.orders = orders_of(lines.headers, (*lines.lines, *self.prose))
        if self.orders is None:
            self.disorder.setdefault("T3", next(iter(lines.headers.unsettled.values()), "各列的位置"))
        for line in (*lines.lines, *self.prose):
            if len(line.texts) > 1 and len(line.texts) > (width := WIDTHS.get(line.table) or self._width(line)):
                self.shapes.see(line, self._block(line), width)
        if self.shapes.crowded["T3"] and self.shapes.overflow("T3", lines.lines):
            self.disorder.setdefault("T3", "多数行的数字比格式的列多")
        self.problems += [
            Problem("header_order", f"各列与格式不同，整表未采用：{words[:120]}", table, table)
            for table in TABLES
            if table in forms and (words := self.disorder.get(table))
        ]

    def _width(self, line: Line) -> int:
        if line.table == "T4":
            return TRACK_CELLS if line.code else TRACK_CELLS * len(self.tracks)
        return len(columns_of(line.table, line.code, self.forms[line.table]).names)

    def _block(self, line: Line) -> str:
        block = FORMS.disclosure(self.forms["T2"]).block_of(line.code) if line.table == "T2" else None
        return block.heading if block else ""

    def take(self, line: Line) -> None:
        if line.table == "T4":
            self._remedies(line)
            return
        if line.guessed:
            self.guessed.append(line)
            return
        form = self.forms[line.table]
        columns = columns_of(line.table, line.code, form)
        known = (line.table, line.code) in self.expected
        if line.group and not known:
            if any(line.texts):
                self.subtotals.setdefault(line.code, self._read(line, columns))
        elif not known:
            self._problem("row_of_other_form", f"{form} 年格式的表里没有这一行，未采用", line)
        else:
            self._keep(self._read(line, columns), line)

    def _keep(self, row: Row, line: Line) -> None:
        key = (row.table, row.code)
        before = self.rows.get(key)
        if before is None:
            self.rows[key] = row
        elif key in self.conflicts:
            return
        elif "ambiguous" in before.states:
            self.rows[key] = row if "ambiguous" not in row.states else before
        elif "ambiguous" not in row.states and (before.values != row.values or before.states != row.states):
            self._problem("conflicting_rows", "同一行出现两次而数字不同，两处都未采用", line)
            raw = " ".join(text or "" for text in before.raws) + " ｜ " + " ".join(text or "" for text in row.raws)
            self.rows[key] = unread(row.table, row.code, row.members, "ambiguous", raw[:200], _somewhere(line))
            self.conflicts.add(key)

    def _read(self, line: Line, columns: Columns) -> Row:
        texts, width = line.texts, len(columns.names)
        if line.table == "T3" and self.orders and line.table not in self.disorder:
            keep = None if self._lost(line) else below_headings(line, self.orders[line.grid])
            if keep:
                return make_row(line.table, line.code, columns, [texts[at] for at in keep], _place_of(line, keep))
            self._problem("header_order", f"各列与格式不同，这行和栏名对不上，未采用：{' '.join(texts)[:120]}", line)
        elif line.table not in self.disorder:
            if len(texts) == width == sum(line.colspans) and not line.tall and not self._lost(line):
                return make_row(line.table, line.code, columns, texts, _place(line))
            keep = self._aligned(line, width)
            if keep is None:
                keep = self._settled(line, width)
            if keep is not None:
                return make_row(line.table, line.code, columns, [texts[at] for at in keep], _place_of(line, keep))
        printed = " ".join(texts).strip()[:200]
        return unread(line.table, line.code, columns.names, "ambiguous", printed, _somewhere(line))

    def _lost(self, line: Line) -> bool:
        """Whether a cell may be padding and a figure lost, although there are as many cells as columns."""
        if line.places and not line.texts[-1] and any(line.texts):
            return True  # one cell per line: an empty one at the end may be padding
        return "" in line.texts and line.grid >= 0 and self.shapes.short(self.lines.lines, line)

    def _aligned(self, line: Line, width: int) -> Sequence[int] | None:
        """The cells that are the columns; None if it is not certain which figure belongs where."""
        size = len(line.texts)
        if line.tall or (size == width and self._lost(line)):
            return None
        if size == 1 and line.colspans[0] >= width > 1 and read_figure(line.texts[0]).state != "number":
            return [0] * width  # 「无」, 「见附件」 or nothing, printed once across all columns
        keep: Sequence[int] | None = None
        if line.table == "T4" or size == width:
            keep = align(line.texts, width).keep
        elif size > width:
            keep = self.shapes.place(line, self._block(line), width)
            if keep is not None and line.places and any(line.texts) and not line.texts[keep[-1]]:
                return None  # a figure's line may be lost, with padding in its place
        if keep is not None and line.table != "T2" and any(line.colspans[at] > 1 for at in keep):
            over = tuple(line.columns[at] for at in keep)
            heads = self.lines.headers
            if not (
                heads.over(line.table, line.grid, over)
                or self.shapes.usual(self.lines.lines, line, over)
                or all(heads.stands_under(line.table, line.grid, line.columns[at], line.colspans[at]) for at in keep)
            ):
                return None  # one cell spans two columns
        return keep

    def _settled(self, line: Line, width: int) -> Sequence[int] | None:
        """Lists the alignments of a row that does not fit; of too many figures, a single alignment may add up."""
        texts = line.texts
        stated = sum(map(bool, texts))
        candidates = align(texts, width).candidates
        # Beside a group's label there may be anything, so there a sum must not decide.
        settled = settle(candidates, width - 1) if line.table == "T3" and stated > width and not line.group else None
        listed = "；".join(" ".join(text or "□" for text in row) for row in candidates[:LISTED])
        detail = f"应有 {width} 个数，印出 {stated} 个：{' '.join(texts).strip()[:120]}"
        detail += line.spanning
        detail += f"；可能的对齐：{listed}" if listed else ""
        if settled:
            self.spent.add(f"t3.row_sum[{line.code}]")
            detail += "；只有一种与本行合计相符，按它读取，本行的合计关系不再作为检验"
        else:
            detail += "；无法确定，未采用"
        facts: Facts = {"settled": True} if settled else {}
        self._problem("t3.alignment" if line.table == "T3" else "row_width", detail, line, facts)
        return kept(texts, settled) if settled else None

    def _remedies(self, line: Line) -> None:
        width = self._width(line)
        keep = self._aligned(line, width) if "T4" not in self.disorder else None
        if keep is None and "T4" not in self.disorder:
            stated = sum(map(bool, line.texts))
            detail = f"表四数据行应有 {width} 个数，印出 {stated} 个：{' '.join(line.texts)[:120]}{line.spanning}"
            self._problem("t4.width", detail, line)
        for number, track in enumerate((line.code,) if line.code else self.tracks):
            part = keep[number * TRACK_CELLS : (number + 1) * TRACK_CELLS] if keep else ()
            if part:
                row = make_row("T4", track, REMEDY_COLUMNS, [line.texts[at] for at in part], _place_of(line, part))
            else:
                row = unread("T4", track, TRACK_MEMBERS, "ambiguous", " ".join(line.texts)[:200], _somewhere(line))
            self._keep(row, line._replace(code=track))

    def _problem(self, code: str, detail: str, line: Line, facts: Facts | None = None) -> None:
        where = f"{line.table}[{line.code}]" if line.code else line.table
        self.problems.append(Problem(code, detail, where, line.table, facts or {}))

    def _take_guessed(self) -> None:
        """Rows 小计 that say no group: what tells them is no evidence any more."""
        for line in self.guessed:
            form = self.forms["T3"]
            row = self._read(line, columns_of("T3", line.code, form))
            if adds_up(row, self.rows, FORMS.applications(form).leaves):
                self.subtotals.setdefault(line.code, row)
                self.spent.update(f"t3.subtotal[{line.code},{member}]" for member in MEMBERS)
            else:
                printed = " ".join(line.texts)[:200]
                self._problem(
                    "unknown_row", f"有一行小计，不知是哪一项的，未采用：{printed}", line, {"grid": line.grid}
                )

    def _spend_sums(self) -> None:
        """Spends the sums: a row of 表三 without a place may be part of （七）总计 or of a group: none is evidence.

        Figures beside a group's label that are not a subtotal may belong to such a row.
        """
        grids = {line.grid for line in self.lines.lines if line.table == "T3"}
        if any(
            problem.code in UNPLACED and (problem.table == "T3" or problem.facts.get("grid") in grids)
            for problem in self.problems
        ) or any("ambiguous" in row.states and _has_figures(row) for row in self.subtotals.values()):
            self.spent.update(f"t3.column_sum[{member}]" for member in MEMBERS)
            self.spent.update(f"t3.subtotal[{group},{member}]" for group in self.subtotals for member in MEMBERS)

    def _open_shifted(self) -> None:
        """Rows of which a value may be lost are left open: whose the others are nobody can tell."""
        found = [("T4", track) for track in shifted_remedies(self.rows, self.tracks)]
        if "T3" in self.forms:
            found += [("T3", code) for code in shifted_applications(self.rows, FORMS.applications(self.forms["T3"]))]
        for table, code in found:
            row = self.rows[table, code]
            printed = " ".join(raw or "□" for raw in row.raws)
            nobodys = unread(row.table, code, row.members, "ambiguous", place=row.place)
            self.rows[table, code] = nobodys._replace(raws=row.raws)
            detail = f"有一格空着，各数按位置对不上：{printed}；可能丢了一个数，其余移了位，未采用"
            self.problems.append(
                Problem("t3.alignment" if table == "T3" else "t4.width", detail, f"{table}[{code}]", row.table)
            )

    def finish(self) -> Tables:
        """Puts the rows in the form's order; what the form has and the document lacks becomes a `missing` row."""
        self._take_guessed()
        self._open_shifted()
        rows: list[Row] = []
        torn = any(problem.code in ("row_without_label", "unknown_row") for problem in self.problems)
        for key, members in self.expected.items():
            row = self.rows.get(key)
            if row is None:
                state: State = "ambiguous" if torn and key[0] == "T3" else "missing"
                row = unread(key[0], key[1], members, state)
                self.problems.append(Problem("row_missing", "没有找到这一行", f"{key[0]}[{key[1]}]", key[0]))
            rows.append(row)
        self._spend_sums()
        return Tables(
            self.forms, tuple(rows), tuple(self.subtotals.values()), tuple(self.problems), frozenset(self.spent)
        )


def _has_figures(row: Row) -> bool:
    return any(any(map(str.isdigit, raw or "")) for raw in row.raws)


def _place(line: Line) -> str:
    """The place of all cells of a line."""
    return row_place(line.places) if line.places else grid_place(line.grid, line.row, line.columns)


def _place_of(line: Line, keep: Sequence[int]) -> str:
    """The place of those cells of a line that are columns of the form."""
    if line.places:
        return row_place(line.places[at] for at in keep)
    return grid_place(line.grid, line.row, tuple(line.columns[at] for at in keep))


def _somewhere(line: Line) -> str:
    """The place where a line's figures begin, when it is not decided which figure belongs where."""
    return str(line.places[0]) if line.grid < 0 else grid_place(line.grid, line.row)
