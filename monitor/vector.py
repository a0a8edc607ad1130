"""A report as one flat vector: a slot per cell of any form, so that a compiled rule is a few index look-ups.

Unstated cells are 0 in `values` (a rule that fails on that is asked again with intervals) and are marked
in `codes`.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from crawler.errors import GoujiError
from extract.labels import FORMS, PARTS, items, labels
from extract.model import MEMBERS, TRACK_MEMBERS, Number, Report, Row, State, cell_name

# How much a cell says, worst last: stated, unstated (blank, dash, none, text), then what blocks a rule.
STATED, UNSTATED, MISSING, AMBIGUOUS, ILLEGIBLE, ABSENT = range(6)
CODE: dict[State, int] = {
    "number": STATED, "blank": UNSTATED, "dash": UNSTATED, "none": UNSTATED, "text": UNSTATED,
    "missing": MISSING, "ambiguous": AMBIGUOUS, "illegible": ILLEGIBLE}
BLOCKED = {MISSING: "missing", AMBIGUOUS: "ambiguous", ILLEGIBLE: "illegible", ABSENT: "missing"}
AMOUNTS = frozenset({"amount_10k_yuan", "amount"})
# 本年增/减 may be negative, so an unstated one may be any number.
SIGNED = frozenset({"change"})
DECIMALS = re.compile(r"\d[.．](\d+)")

Low = int | Fraction | None
Interval = tuple[Low, Low]
FREE: Interval = (None, None)
UNKNOWN: Interval = (0, None)


class Slot(NamedTuple):
    """One cell of any form."""

    table: str
    row: str
    member: str

    @property
    def name(self) -> str:
        return cell_name(self.table, self.row, self.member)


def _slots() -> tuple[Slot, ...]:
    found: list[Slot] = []
    known = labels()
    for table in ("T3", "S3", "T4"):
        kind, _ = PARTS[table]
        members = TRACK_MEMBERS if table == "T4" else MEMBERS
        found.extend(Slot(table, row, member) for row in known[kind] for member in members)
    for item in known["item"]:
        measures = dict.fromkeys(name for form in FORMS for name in items(form).get(item, ()))
        found.extend(Slot("T2", item, measure) for measure in measures)
    return tuple(found)


SLOTS = _slots()
INDEX: dict[tuple[str, str, str], int] = {tuple(slot): number for number, slot in enumerate(SLOTS)}  # type: ignore[misc]
SIZE = len(SLOTS)
_ZEROS: list[Number] = [0] * SIZE
_ABSENT = [ABSENT] * SIZE


@dataclass(slots=True)
class Vector:
    """One report (or nothing, where that year has none) in slots; made once, not changed afterwards."""

    report: Report | None
    values: list[Number]
    codes: list[int]
    rows: dict[tuple[str, str], Row]
    clean: bool  # every cell of every row found is a plain number

    def cell(self, slot: int) -> tuple[str | None, Number | None, State, str]:
        """Raw text, value, state and place of a cell."""
        table, code, member = SLOTS[slot]
        row = self.rows.get((table, code))
        if row is None or member not in row.members:
            return None, None, "missing", ""
        at = row.members.index(member)
        state: State = "ambiguous" if self.codes[slot] == AMBIGUOUS else row.states[at]
        value = row.values[at] if state == "number" else None
        return row.raws[at], value, state, row.place

    def interval(self, slot: int) -> Interval:
        """What the cell may truly be: a point, ±½ of the last printed decimal of an amount, or unknown."""
        member = SLOTS[slot].member
        if self.codes[slot] != STATED:
            return FREE if member in SIGNED else UNKNOWN
        value = self.values[slot]
        if isinstance(value, int) and (value == 0 or member not in AMOUNTS):
            return value, value
        exact = Fraction(value)
        if member not in AMOUNTS or not exact:  # a printed 0 is zero
            return exact, exact
        half = Fraction(1, 2 * 10 ** self._decimals(slot))
        return exact - half, exact + half

    def _decimals(self, slot: int) -> int:
        raw, value, _, _ = self.cell(slot)
        match = DECIMALS.search(unicodedata.normalize("NFKC", raw)) if raw else None
        if match:
            return len(match.group(1))
        exponent = value.as_tuple().exponent if raw is None and isinstance(value, Decimal) else 0
        return max(0, -exponent) if isinstance(exponent, int) else 0


_LAYOUT: dict[tuple[str, str, tuple[str, ...]], slice | tuple[int, ...]] = {}
_ALL_STATED: dict[int, tuple[str, ...]] = {size: ("number",) * size for size in range(1, 16)}
_STATED_CODES: dict[int, list[int]] = {size: [STATED] * size for size in range(1, 16)}


def _layout(table: str, code: str, members: tuple[str, ...]) -> slice | tuple[int, ...]:
    try:
        places = tuple(INDEX[table, code, member] for member in members)
    except KeyError as error:
        raise GoujiError(f"a row of the report has a code no form knows: {table}[{code}] {error}") from error
    found: slice | tuple[int, ...] = places
    if places and places == tuple(range(places[0], places[0] + len(places))):
        found = slice(places[0], places[0] + len(places))
    _LAYOUT[table, code, members] = found
    return found


def nothing() -> Vector:
    """The vector of a year without a report: every cell absent."""
    return Vector(None, list(_ZEROS), list(_ABSENT), {}, False)


def vectorize(report: Report) -> Vector:
    """The report in slots. A row that stands twice with different content is ambiguous."""
    vector = Vector(report, _ZEROS.copy(), _ABSENT.copy(), {}, True)
    for row in report.rows:
        _place(vector, row, row.table)
    for row in report.subtotals:
        _place(vector, row, "S3")
    return vector


def _place(vector: Vector, row: Row, table: str) -> None:
    key = (table, row.code)
    where = _LAYOUT.get((table, row.code, row.members)) or _layout(table, row.code, row.members)
    before = vector.rows.get(key)
    if before is not None:
        _conflict(vector, before, row, where)
        return
    vector.rows[key] = row
    size = len(row.members)
    if isinstance(where, slice) and row.states == _ALL_STATED[size]:
        vector.values[where] = row.values  # type: ignore[assignment]  # all are numbers
        vector.codes[where] = _STATED_CODES[size]
        return
    vector.clean = vector.clean and table == "S3"
    places: Sequence[int] = range(where.start, where.stop) if isinstance(where, slice) else where
    for slot, value, state in zip(places, row.values, row.states, strict=True):
        vector.codes[slot] = CODE[state]
        if state == "number":
            if value is None:
                raise GoujiError(f"{SLOTS[slot].name} is called a number and has no value")
            vector.values[slot] = value


def _conflict(vector: Vector, before: Row, row: Row, where: slice | tuple[int, ...]) -> None:
    if (before.members, before.values, before.states) == (row.members, row.values, row.states):
        return
    vector.clean = False
    for slot in range(where.start, where.stop) if isinstance(where, slice) else where:
        vector.codes[slot] = AMBIGUOUS
