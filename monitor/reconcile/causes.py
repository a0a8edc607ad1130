"""How a figure may have become wrong: swapped digits, a factor of ten, a split or copied figure, a lost row."""

from collections.abc import Sequence
from typing import NamedTuple

from extract.content import Number
from extract.form.forms import MEMBERS
from extract.form.labels import dispositions
from monitor.reconcile.sheet import Sheet


class Adjustment(NamedTuple):
    """A cell, its stated figure, and the one that would satisfy the checks (None: they leave it open)."""

    slot: int
    cell: str
    stated: Number
    value: Number | None

    @property
    def place(self) -> tuple[str, str]:
        """Row and member."""
        row, member = self.cell[3:-1].split(",")
        return row, member


def cause_of(changes: Sequence[Adjustment], sheet: Sheet) -> str | None:
    """The likeliest cause of one explanation, or None."""
    if len(changes) == 1:
        return _of_one(changes[0], sheet)
    return _of_pair(changes[0], changes[1], sheet)


def _of_one(change: Adjustment, sheet: Sheet) -> str | None:
    if change.value is None:
        return None
    stated, value = str(change.stated), str(change.value)
    if _swapped(stated, value):
        return "transposed_digits"
    if change.stated and change.value and (change.stated == 10 * change.value or change.value == 10 * change.stated):
        return "factor_ten"
    if change.stated and _split(change, sheet):
        return "split_digits"
    return _copied(change, sheet)


def _swapped(stated: str, value: str) -> bool:
    """Whether two neighbouring digits are swapped."""
    if len(stated) != len(value):
        return False
    wrong = [at for at, (left, right) in enumerate(zip(stated, value, strict=True)) if left != right]
    return (
        len(wrong) == 2
        and wrong[1] == wrong[0] + 1
        and stated[wrong[0]] == value[wrong[1]]
        and stated[wrong[1]] == value[wrong[0]]
    )


def _neighbours(change: Adjustment, sheet: Sheet) -> tuple[dict[str, Number], dict[str, Number]]:
    """The stated cells to the left and right of a cell, and those above and below it."""
    row, member = change.place
    rows = dispositions(sheet.report.forms["T3"])
    across = {name: value for name in _beside(MEMBERS, member) if (value := sheet.stated("T3", row, name)) is not None}
    along = {name: value for name in _beside(rows, row) if (value := sheet.stated("T3", name, member)) is not None}
    return across, along


def _beside(names: Sequence[str], name: str) -> tuple[str, ...]:
    at = names.index(name)
    return tuple(names[max(0, at - 1) : at]) + tuple(names[at + 1 : at + 2])


def _split(change: Adjustment, sheet: Sheet) -> bool:
    """Whether the proposed figure is this cell's digits joined with a neighbour's."""
    row, member = change.place
    at = MEMBERS.index(member)
    before = sheet.stated("T3", row, MEMBERS[at - 1]) if at else None
    after = sheet.stated("T3", row, MEMBERS[at + 1]) if at + 1 < len(MEMBERS) else None
    joined = {f"{before}{change.stated}" if before else "", f"{change.stated}{after}" if after is not None else ""}
    return str(change.value) in joined


def _copied(change: Adjustment, sheet: Sheet) -> str | None:
    across, along = _neighbours(change, sheet)
    if not change.stated:
        return None
    if change.stated in along.values():
        return "copied_row"
    return "copied_column" if change.stated in across.values() else None


def _of_pair(first: Adjustment, second: Adjustment, sheet: Sheet) -> str | None:
    if first.value is None or second.value is None:
        return None
    (row, member), (other_row, other_member) = first.place, second.place
    moved = first.stated - first.value, second.stated - second.value
    if moved[0] + moved[1] == 0 and (row == other_row or member == other_member):
        if first.stated == second.value and second.stated == first.value:
            return "swapped_cells"
        return "misallocated"
    if row == other_row and _joined(first, second):
        return "split_digits"
    if row == other_row and moved[0] == moved[1]:
        if first.value == 0 and _only(row, (member, other_member), sheet):
            return "counted_twice"
        return "omitted_row" if moved[0] < 0 and not first.stated and not second.stated else None
    return None


def _joined(first: Adjustment, second: Adjustment) -> bool:
    """Whether it is 「1」「2」 where it should be 12 and 0."""
    whole = f"{first.stated}{second.stated}"
    return (first.stated != 0 and (str(first.value), second.value) == (whole, 0)) or (
        first.stated != 0 and (first.value, str(second.value)) == (0, whole)
    )


def _only(row: str, members: Sequence[str], sheet: Sheet) -> bool:
    """Whether these are the only cells of the row that are not 0, so that the whole row would disappear."""
    return all(not sheet.stated("T3", row, member) for member in MEMBERS if member not in members)
