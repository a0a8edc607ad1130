"""A sheet of a list as people keep it, whatever file it came from, and where in it the headings stand; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from crawler.agencies.headings import field_of, is_nothing, plain

At = tuple[int, int]  # row and column, from 1
# Why a cell is not simply the text that it shows: a formula without a value or something struck out, a number of more
# than fifteen digits, a day; or a plain number, of which leading zeros may be gone.
Mark = Literal["unsure", "rounded", "day", "number"]
FIRST_ROWS = 60  # rows among which the headings stand
DEEPEST = 3  # rows of a heading
PEOPLE = ("person", "officer")


@dataclass(slots=True)
class ListSheet:
    """Texts by row and column, from 1; `merged` has the last cell of each merged range by its first one."""

    name: str = ""
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    marks: dict[At, Mark] = field(default_factory=dict)
    merged: dict[At, At] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


class ListColumn(NamedTuple):
    """One column: its number, its heading as printed, what it is taken for ("" where it is ignored), and why not.

    `why`: `unknown`, `hidden`, `blank` (no heading), `values` (none of its values is known), or `second` (a stronger
    one of that field is there); `plate` is the heading above a person's (分管领导 above 姓名).
    """

    number: int
    heading: str
    field: str
    why: str = ""
    plate: str = ""


@dataclass(frozen=True, slots=True)
class ListTable:
    """A sheet with its headings found: `first` is the row of the headings, `below` the first row under them."""

    sheet: ListSheet
    columns: tuple[ListColumn, ...]
    first: int
    below: int

    def of(self, name: str) -> Iterator[ListColumn]:
        """The columns that are taken for a field."""
        return (column for column in self.columns if column.field == name)


def letter(column: int) -> str:
    """A column as spreadsheets name it."""
    found = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def table_of(sheet: ListSheet) -> ListTable | None:
    """The table on a sheet; None where no row heads one: one that names a body, and something else or stands alone."""
    rows = sorted(number for number in sheet.rows if number not in sheet.hidden_rows)[:FIRST_ROWS]
    for number in rows:
        fields = [found[0] for text in sheet.rows[number].values() if (found := field_of(text))]
        filled = sum(1 for text in sheet.rows[number].values() if plain(text))
        if "name" in fields and (len(fields) > 1 or filled == 1):
            return _table(sheet, number)
    return None


def _table(sheet: ListSheet, first: int) -> ListTable:
    headings = _headings(sheet, first, _depth(sheet, first))
    found = [_column(sheet, number, parts) for number, parts in sorted(headings.items())]
    strongest: dict[str, tuple[int, int]] = {}
    for column, strength in found:
        if column.field in ("name", "code", "kind", "level", "parent", "division", "portal"):
            strongest[column.field] = min(
                strongest.get(column.field, (strength, column.number)), (strength, column.number)
            )
    columns = [
        column if column.field not in strongest or strongest[column.field][1] == column.number else _second(column)
        for column, _ in found
    ]
    return ListTable(sheet, tuple(columns), first, first + _depth(sheet, first))


def _second(column: ListColumn) -> ListColumn:
    return column._replace(field="", why="second")


def _column(sheet: ListSheet, number: int, parts: list[str]) -> tuple[ListColumn, int]:
    """What a column is taken for: by its whole heading, else by its lowest row, else by the one above that."""
    heading = " / ".join(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))
    tries = ["".join(parts), *reversed(parts)] if len(parts) > 1 else parts
    found = next((one for loose in (False, True) for text in tries if (one := field_of(text, loose=loose))), None)
    above = next((one[0] for part in parts[:-1] if (one := field_of(part))), "")
    if found and found[0] == "name" and above in (*PEOPLE, "parent"):
        found = above, found[1]  # 联系人 over 名称
    if number in sheet.hidden_columns:
        return ListColumn(number, heading, "", "hidden"), 0
    if found is None:
        return ListColumn(number, heading, "", "unknown"), 0
    plate = parts[0] if len(parts) > 1 and above in PEOPLE and found[0] in PEOPLE else ""
    return ListColumn(number, heading, above if plate else found[0], plate=plate), found[1]


def _depth(sheet: ListSheet, first: int) -> int:
    """How many rows the headings have: as deep as a merged one reaches, or two where a group stands over its parts."""
    depth = 1
    for (row, _), (bottom, _) in sheet.merged.items():
        if row == first:
            depth = max(depth, min(bottom - row + 1, DEEPEST))
    if depth > 1:
        return depth
    return 2 if _has_second_row(sheet, first) else 1


def _has_second_row(sheet: ListSheet, first: int) -> bool:
    below = sheet.rows.get(first + 1, {})
    groups = {
        column
        for (row, left), (bottom, right) in sheet.merged.items()
        if row == first and bottom == row and right > left
        for column in range(left, right + 1)
    }
    if any(field_of(text) for column, text in below.items() if column in groups):
        return True
    names = [column for column, text in sheet.rows[first].items() if (one := field_of(text)) and one[0] == "name"]
    free = all(not below.get(column, "").strip() for column in names)
    return free and sum(1 for text in below.values() if field_of(text)) >= 2


def _headings(sheet: ListSheet, first: int, depth: int) -> Mapping[int, list[str]]:
    """The parts of each column's heading, from above; a merged one stands over all its columns."""
    spread: dict[At, str] = {}
    for row in range(first, first + depth):
        for column, text in sheet.rows.get(row, {}).items():
            spread.setdefault((row, column), text)
    for (row, left), (bottom, right) in sheet.merged.items():
        if first <= row < first + depth:
            text = spread.get((row, left), "")
            for under in range(row, min(bottom, first + depth - 1) + 1):
                for column in range(left, min(right, left + 50) + 1):
                    spread[under, column] = text
    found: dict[int, list[str]] = {}
    group = ""
    for column in range(1, 1 + max((column for _, column in spread), default=0)):
        parts = [spread.get((row, column), "") for row in range(first, first + depth)]
        group = parts[0] or group
        if depth > 1 and not parts[0].strip() and parts[-1].strip():
            parts[0] = group  # a group that was not merged over its parts
        if any(part.strip() for part in parts):
            found[column] = list(dict.fromkeys(part for part in parts if part.strip() and not is_nothing(part)))
    return {column: parts for column, parts in found.items() if parts}
