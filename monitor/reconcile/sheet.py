"""One report and the years before it in one vector, and the cells behind its slots."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extract.content import Number
from extract.model import Report
from monitor.reconcile.outcome import Context, Operand, Outcome, Side
from monitor.reconcile.rulebook import Rulebook
from monitor.reconcile.vector import INDEX, SIZE, SLOTS, STATED, UNSTATED, Interval, Vector, nothing, vectorize

if TYPE_CHECKING:
    from monitor.reconcile.claimed import JudgedClaim


@dataclass(slots=True)
class Sheet:
    """The data that rules are evaluated on. A slot of an earlier year is `slot + SIZE * years back`."""

    vectors: tuple[Vector, ...]
    values: list[Number]
    codes: list[int]
    clean: bool
    context: Context
    book: Rulebook
    year: int | None
    history: Mapping[int, Report] = field(default_factory=dict)
    so_far: list[Outcome] = field(default_factory=list)  # outcomes of the formulas, for the methods
    claims: "tuple[JudgedClaim, ...] | None" = None  # of the prose, once they are asked for

    @property
    def report(self) -> Report:
        report = self.vectors[0].report
        assert report is not None
        return report

    def interval(self, slot: int) -> Interval:
        return self.vectors[slot // SIZE].interval(slot % SIZE)

    def interval_if_zero(self, slot: int) -> Interval:
        """Like `interval`, but unstated cells are taken as 0."""
        return (0, 0) if self.codes[slot] == UNSTATED else self.interval(slot)

    def operand(self, slot: int, side: Side = "") -> Operand:
        back, place = divmod(slot, SIZE)
        raw, value, state, where = self.vectors[back].cell(place)
        return Operand(*SLOTS[place], raw, value, state, where, back, side)

    def stated(self, table: str, row: str, member: str, back: int = 0) -> Number | None:
        """The number in a cell, or None if none is stated."""
        slot = INDEX[table, row, member] + SIZE * back
        return self.values[slot] if self.codes[slot] == STATED else None


def single(book: Rulebook, report: Report, context: Context) -> Sheet:
    """The sheet of one report without earlier years."""
    vector = vectorize(report)
    return Sheet((vector,), vector.values, vector.codes, vector.clean, context, book, report.year)


def several(book: Rulebook, history: Mapping[int, Report], year: int, depth: int, context: Context) -> Sheet:
    """The sheet of the report of `year` and of the `depth` years before it; a year without a report is empty."""
    vectors = tuple(vectorize(history[y]) if y in history else nothing() for y in range(year, year - depth - 1, -1))
    values = [value for vector in vectors for value in vector.values]
    codes = [code for vector in vectors for code in vector.codes]
    return Sheet(vectors, values, codes, False, context, book, year, history)
