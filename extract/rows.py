"""Lines → rows of the form: which form each table is, which cell is which column, what stays unread and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.align import Alignment, align, settle
from extract.lines import REMEDY_CELLS, TRACK_CELLS, Line, Lines
from extract.model import MEMBERS, TRACK_MEMBERS, TRACKS, Number, Problem, Row, State, Table
from extract.numbers import Kind, read_figure
from extract.template import TEMPLATES, Template, normalize

LISTED = 6  # alignments named in a problem


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one document in the form's order, with what could not be read."""

    forms: dict[str, str]
    rows: tuple[Row, ...] = ()
    subtotals: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    spent: frozenset[str] = frozenset()


def find_forms(lines: Lines, text: str) -> dict[str, str]:
    """The form of each table, from its own labels and lines; never from the year. `text` helps where labels tore."""
    forms: dict[str, str] = {}
    words = normalize("".join(lines.words))
    if "T2" in lines.tables:
        forms["T2"] = _disclosure_form(lines, words)
    if "T3" in lines.tables:
        codes = {line.code for line in lines.lines if line.table == "T3"}
        if any(code.startswith("other.") for code in codes):
            forms["T3"] = "2021"
        elif "other" in codes:
            forms["T3"] = "2019"
        else:
            torn = normalize(text)
            forms["T3"] = "2021" if any(word in torn for word in TEMPLATES["2021"].detect["T3"]) else (
                forms.get("T2", "2021"))
    if "T4" in lines.tables:
        forms["T4"] = "both"
    return forms


def _disclosure_form(lines: Lines, words: str) -> str:
    hits = {name: sum(words.count(word) for word in template.detect["T2"]) for name, template in TEMPLATES.items()}
    best = max(hits, key=lambda name: hits[name])
    if hits[best]:
        return best
    wide = any(line.code == "licenses" and sum(bool(cell.text) for cell in line.cells) == 3 for line in lines.lines)
    return "2019" if wide else "2021"


def unread(table: Table, code: str, members: Sequence[str], state: State, raw: str | None = None,
           place: str = "") -> Row:
    """A row of which no cell is stated: `missing` (not there) or `ambiguous` (there, and not settled)."""
    size = len(members)
    return Row(table, code, tuple(members), (raw,) * size, (None,) * size, (state,) * size, place)


def make_row(table: Table, code: str, columns: Sequence[tuple[str, Kind]], raws: Sequence[str], place: str) -> Row:
    """Reads one aligned row, cell by cell; a cell that is no number keeps its raw text and state."""
    figures = [read_figure(raw, column[1]) for raw, column in zip(raws, columns, strict=True)]
    values, states, units, _ = zip(*figures, strict=True)
    return Row(table, code, tuple([column[0] for column in columns]), tuple(raws), values, states, place,
               units if table == "T2" else ())


APPLICATION_COLUMNS: tuple[tuple[str, Kind], ...] = tuple((member, "count") for member in MEMBERS)
REMEDY_COLUMNS: tuple[tuple[str, Kind], ...] = tuple((member, "count") for member in TRACK_MEMBERS)


def columns_of(table: Table, code: str, form: str) -> tuple[tuple[str, Kind], ...]:
    """The columns of one line of the form, in its order, with how they are read; () where the form has no such line."""
    if table == "T3":
        return APPLICATION_COLUMNS
    if table == "T4":
        return REMEDY_COLUMNS
    block = TEMPLATES[form].block_of(code)
    return tuple((column.code, column.kind) for column in block.measures) if block else ()


def build_tables(lines: Lines, forms: dict[str, str]) -> Tables:
    """All tables that were found, as rows of their forms."""
    builder = _Builder(lines, forms)
    for line in lines.lines:
        builder.take(line)
    return builder.finish()


class _Builder:
    def __init__(self, lines: Lines, forms: dict[str, str]) -> None:
        self.lines = lines
        self.forms = forms
        self.rows: dict[tuple[str, str], Row] = {}
        self.subtotals: dict[str, Row] = {}
        self.problems: list[Problem] = list(lines.problems)
        self.spent: set[str] = set()
        self.misordered = self._misordered()
        self.offsets = self._offsets()

    def _offsets(self) -> dict[tuple[Table, tuple[int, int]], int]:
        """Where the figures begin in rows of one shape, learnt from the rows of that shape that leave no doubt."""
        seen: dict[tuple[Table, tuple[int, int]], Counter[int]] = {}
        for line in self.lines.lines:
            if line.table == "T3" and len(line.cells) > len(MEMBERS):
                kept = align([cell.text for cell in line.cells], len(MEMBERS)).keep
                if kept and any(cell.text for cell in line.cells):
                    seen.setdefault((line.table, line.shape), Counter())[kept[0]] += 1
        return {shape: next(iter(starts)) for shape, starts in seen.items() if len(starts) == 1}

    def _misordered(self) -> set[str]:
        """Tables whose printed header names all members in another order than the form: position means nothing then."""
        by_grid: dict[int, list[tuple[int, str]]] = {}
        for table, grid, _, heads in self.lines.heads:
            if table == "T3":
                by_grid.setdefault(grid, []).extend(heads)
        orders = [_in_order(heads) for heads in by_grid.values()]
        wrong = any(set(order) == set(MEMBERS) and order != list(MEMBERS) for order in orders)
        return {"T3"} if wrong else set()

    def take(self, line: Line) -> None:
        if line.table == "T4":
            self._remedies(line)
            return
        form = self.forms[line.table]
        known = line.code in TEMPLATES[form].dispositions if line.table == "T3" else True
        columns = columns_of(line.table, line.code, form)
        if not columns or not known:
            if not (line.group and line.table == "T3"):
                self._problem("row_of_other_form", f"{form} 年格式的表里没有这一行，未采用", line)
                return
        row = self._read(line, columns)
        if line.group and not known:
            if any(cell.text for cell in line.cells):
                self.subtotals.setdefault(line.code, row)
            return
        self._keep(row, line)

    def _keep(self, row: Row, line: Line) -> None:
        key = (row.table, row.code)
        before = self.rows.get(key)
        if before is None:
            self.rows[key] = row
        elif before.values != row.values or before.states != row.states:
            self._problem("conflicting_rows", "同一行出现两次而数字不同，两处都未采用", line)
            raw = " ".join(text or "" for text in before.raws) + " ｜ " + " ".join(text or "" for text in row.raws)
            self.rows[key] = unread(row.table, row.code, row.members, "ambiguous", raw[:200], row.place)

    def _read(self, line: Line, columns: tuple[tuple[str, Kind], ...]) -> Row:
        texts = [cell[0] for cell in line.cells]
        names = [column[0] for column in columns]
        if line.table in self.misordered:
            self._problem("header_order", "表头的列序与格式不同，整表未采用", line)
            return unread(line.table, line.code, names, "ambiguous", " ".join(texts)[:200], _place(line, ()))
        merged = line.table == "T3" and any([cell[2] > 1 for cell in line.cells])
        if len(texts) == len(columns) and not merged:
            return make_row(line.table, line.code, columns, texts, _place(line, range(len(texts))))
        found = align(texts, len(columns))
        keep = found.keep
        if keep is None and found.offset_open and line.table == "T3":
            start = self.offsets.get((line.table, line.shape))
            keep = tuple(range(start, start + len(columns))) if start is not None else None
        if keep is not None and merged and any(line.cells[index].colspan > 1 for index in keep):
            keep = None  # one cell drawn over two columns: whose figure it is cannot be told
        if keep is not None:
            return make_row(line.table, line.code, columns, [texts[index] for index in keep], _place(line, keep))
        return self._unsettled(line, columns, texts, found)

    def _unsettled(self, line: Line, columns: tuple[tuple[str, Kind], ...], texts: list[str],
                   found: Alignment) -> Row:
        names = [name for name, _ in columns]
        stated = sum(bool(text) for text in texts)
        settled = settle(found.candidates, names.index("total")) if line.table == "T3" and stated > len(names) else None
        listed = "；".join(" ".join(text or "□" for text in row) for row in found.candidates[:LISTED])
        code = "t3.alignment" if line.table == "T3" else "row_width"
        detail = f"应有 {len(columns)} 个数，印出 {stated} 个：{' '.join(texts).strip()[:120]}"
        detail += f"；可能的对齐：{listed}" if listed else ""
        where = _place(line, ())
        if settled:
            self.spent.add(f"t3.row_sum[{line.code}]")
            self._problem(code, detail + "；只有一种与本行合计相符，按它读取，本行的合计关系不再作为检验", line)
            return make_row(line.table, line.code, columns, settled, where)
        self._problem(code, detail + "；无法确定，未采用", line)
        return unread(line.table, line.code, names, "ambiguous", " ".join(texts).strip()[:200], where)

    def _remedies(self, line: Line) -> None:
        columns = columns_of("T4", "", "both")
        width = TRACK_CELLS if line.code else REMEDY_CELLS
        texts = [cell.text for cell in line.cells]
        found = align(texts, width)
        keep = found.keep
        if keep is not None and any(line.cells[index].colspan > 1 for index in keep):
            keep = None
        tracks = (line.code,) if line.code else TRACKS
        if keep is None:
            stated = sum(bool(text) for text in texts)
            self._problem("t4.width", f"表四数据行应有 {width} 个数，印出 {stated} 个：{' '.join(texts)[:120]}", line)
        for number, track in enumerate(tracks):
            part = keep[number * TRACK_CELLS:(number + 1) * TRACK_CELLS] if keep else ()
            row = (make_row("T4", track, columns, [texts[index] for index in part], _place(line, part)) if part
                   else unread("T4", track, TRACK_MEMBERS, "ambiguous", " ".join(texts)[:200], _place(line, ())))
            self._keep(row, replace(line, code=track))

    def _problem(self, code: str, detail: str, line: Line) -> None:
        self.problems.append(Problem(code, detail, f"{line.table}[{line.code}]" if line.code else line.table))

    def finish(self) -> Tables:
        """Puts the rows in the form's order; what the form has and the document lacks becomes a `missing` row."""
        rows: list[Row] = []
        torn = any(problem.code == "row_without_label" for problem in self.problems)
        for blank in expected_rows(self.forms):
            row = self.rows.get((blank.table, blank.code))
            if row is None:
                state: State = "ambiguous" if torn and blank.table == "T3" else "missing"
                row = unread(blank.table, blank.code, blank.members, state)
                self.problems.append(Problem("row_missing", "没有找到这一行", f"{row.table}[{row.code}]"))
            rows.append(row)
        return Tables(self.forms, tuple(rows), tuple(self.subtotals.values()), tuple(self.problems),
                      frozenset(self.spent))


def expected_rows(forms: dict[str, str]) -> list[Row]:
    """Every row that these forms have, in the form's order, as `missing`."""
    rows: list[Row] = []
    if "T2" in forms:
        for block in TEMPLATES[forms["T2"]].blocks:
            names = tuple(column.code for column in block.measures)
            rows.extend(unread("T2", item, names, "missing") for item in block.items)
    if "T3" in forms:
        template: Template = TEMPLATES[forms["T3"]]
        rows.extend(unread("T3", code, MEMBERS, "missing") for code in template.dispositions)
    if "T4" in forms:
        rows.extend(unread("T4", track, TRACK_MEMBERS, "missing") for track in TRACKS)
    return rows


def _in_order(heads: Sequence[tuple[int, str]]) -> list[str]:
    """Member codes by their column; a code that stands in two columns makes the header useless."""
    columns: dict[str, int] = {}
    for column, code in heads:
        if code in columns and columns[code] != column:
            return []
        columns[code] = column
    if len(set(columns.values())) != len(columns):
        return []
    return sorted(columns, key=lambda code: columns[code])


def _place(line: Line, keep: Sequence[int]) -> str:
    if line.grid < 0:
        return "text"
    columns = ",".join([str(line.cells[index][1]) for index in keep])
    return f"g{line.grid} r{line.row}" + (f" c{columns}" if columns else "")
