"""Two readings of one document: what both give is the publisher's; where they differ, nobody knows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from extract.content import UNREAD, Content, Grid, Number, State
from extract.form.forms import TABLES
from extract.model import Problem, Report, Row, cell_name, row_name
from extract.parse import parse
from extract.place import GridCell, PageBox, Place
from extract.readers import Unreadable


def read_again(report: Report, content: Content, hint: str = "") -> Report:
    """The report with what its document's second reading says of it; as it is where there is none to be had."""
    if content.second is None or not report.forms:
        return report
    try:
        again = content.second.read()
        if _same_grids(report, content, again):
            # What is read of the same grids is the same: all that is stated, both ways give.
            return replace(report, ways=content.second.ways, agreed=sum(map(_stated, _all_rows(report))))
        other = parse(again, hint)
    except Unreadable:
        return report
    if not isinstance(other, Report) or not other.forms:
        return report
    return compared(report, other, content.second.ways)


def _same_grids(report: Report, content: Content, again: Content) -> bool:
    """Whether the second reading has each grid that a row was taken from, cell by cell."""
    grids = [block.rows for block in content.blocks if isinstance(block, Grid)]
    theirs = {block.rows for block in again.blocks if isinstance(block, Grid)}
    used = {row.place.partition(" ")[0] for row in _all_rows(report) if row.place}
    return len(report.forms) == len(TABLES) and all(
        place[:1] == "g" and grids[int(place[1:])] in theirs for place in used
    )


def _all_rows(report: Report) -> Sequence[Row]:
    return (*report.rows, *report.subtotals)


def _stated(row: Row) -> int:
    return len(row.values) - row.values.count(None)


@dataclass(slots=True)
class _Comparison:
    """How far two readings agree: figures on which they do, cells on which not, rows that not both of them state."""

    agreed: int = 0
    problems: list[Problem] = field(default_factory=list)
    once: list[str] = field(default_factory=list)

    def rows(self, mine: Iterable[Row], theirs: Iterable[Row], name: str = "") -> tuple[Row, ...]:
        """The rows, what differs being left open; `name`: what their table is called, where it is not its own."""
        beside = {(row.table, row.code): row for row in theirs}
        return tuple(
            [self._row(row, _below_headings(row, beside.get((row.table, row.code))), name or row.table) for row in mine]
        )

    def _row(self, row: Row, beside: Row | None, name: str) -> Row:
        states, values = list[State](row.states), list[Number | None](row.values)
        alike = 0
        for at, member in enumerate(row.members):
            if beside is None or _says_nothing(row, at, beside):
                continue
            if values[at] == beside.values[at] or _same_text(row.raws[at], beside.raws[at]):
                alike += values[at] is not None
                continue
            detail = f"两种方法读到的不一样：“{row.raws[at] or ''}”和“{beside.raws[at] or ''}”，都不采用"
            self.problems.append(Problem("readings_differ", detail, cell_name(row.table, row.code, member), row.table))
            states[at], values[at] = "ambiguous", None
        self.agreed += alike
        if alike < len(values) - values.count(None):
            self.once.append(row_name(name, row.code))
        return row._replace(states=tuple(states), values=tuple(values))

    def tables(self, mine: Report, other: Report) -> None:
        """Tables that only the second reading has whole, or on another form: ours is not to be relied on."""
        for table, form in other.forms.items():
            rows = [row for row in other.rows if row.table == table]
            whole = all(UNREAD.isdisjoint(row.states) for row in rows)
            if whole and mine.forms.get(table) != form:
                detail = "两种方法读到的表不一样，一种没有读到这张表，或读成另一年的格式"
                code = next(row.table for row in rows)
                self.problems.append(Problem("readings_differ", detail, code, code))


def _below_headings(row: Row, beside: Row | None) -> Row | None:
    """A row of a reading that has no columns, as it is printed: each figure is that of the member whose heading the
    other reading found in this place of the row."""
    columns = _columns(row.places)
    if beside is None or len(columns) != len(row.members) or columns == sorted(columns):
        return beside
    if row.members != beside.members or any(isinstance(place, GridCell) for place in beside.places):
        return beside  # it has columns, and headings of its own
    at = [sorted(columns).index(column) for column in columns]
    return beside._replace(
        raws=tuple(beside.raws[one] for one in at),
        values=tuple(beside.values[one] for one in at),
        states=tuple(beside.states[one] for one in at),
    )


def _columns(places: Sequence[Place | None]) -> list[int]:
    """Where the figures of a row stand beside one another: their columns, or the left edges of their boxes."""
    grid = [place.column for place in places if isinstance(place, GridCell) and place.column is not None]
    boxes = [place.left for place in places if isinstance(place, PageBox)]
    return grid or (boxes if len(set(boxes)) == len(boxes) else [])


def _says_nothing(row: Row, at: int, beside: Row) -> bool:
    """Whether one of the two leaves the cell open; where only the second has it, the first has lost it."""
    if beside.states[at] in UNREAD:
        return True
    return row.states[at] in UNREAD and (row.states[at] != "missing" or beside.values[at] is None)


def _same_text(one: str | None, other: str | None) -> bool:
    """What is printed is read alike, whatever it was taken for."""
    return bool(one) and one == other


def compared(report: Report, other: Report, ways: tuple[str, str]) -> Report:
    """Cells of which the two say different things become `ambiguous`, each with a problem of ours that names both."""
    found = _Comparison()
    rows = found.rows(report.rows, other.rows)
    subtotals = found.rows(report.subtotals, other.subtotals, "S3")
    found.tables(report, other)
    return replace(
        report,
        rows=rows,
        subtotals=subtotals,
        problems=(*report.problems, *found.problems),
        ways=ways,
        agreed=found.agreed,
        differed=len(found.problems),
        once=tuple(found.once),
    )
