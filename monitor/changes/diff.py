"""What changed between two reports: from year to year, or from version to version of one year. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from extract.content import Number, State
from extract.form.form_file import FORMS
from extract.form.forms import MEMBERS, Applications
from extract.model import Report, Row, Section, cell_name

CellKey = tuple[str, str, str]
SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")


class CellValue(NamedTuple):
    """What a cell says. `value` None: not stated."""

    value: Number | None
    raw: str | None
    state: State


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that says something else; a side that is None has no such cell."""

    cell: str
    before: CellValue | None
    after: CellValue | None

    @property
    def delta(self) -> Number | None:
        """after − before, where both are stated."""
        if self.before is None or self.after is None:
            return None
        if self.before.value is None or self.after.value is None:
            return None
        return self.after.value - self.before.value


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the comparison itself: what was folded, what was left out and why."""

    code: Literal["other_folded", "forms_differ", "table_missing"]
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences of one section that went or came."""

    section: int
    heading: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All of it. `compared` counts the cells that were set side by side."""

    changes: tuple[CellChange, ...]
    compared: int
    remarks: tuple[Remark, ...] = ()
    prose: tuple[Prose, ...] = ()


def between_years(earlier: Report, later: Report) -> Difference:
    """Cells of two years of one agency. Where the form changed, like is set beside like only."""
    remarks: list[Remark] = []
    before, after = earlier.rows, later.rows
    forms = (earlier.forms.get("T3"), later.forms.get("T3"))
    if forms[0] and forms[1] and forms[0] != forms[1]:
        for code, parts in _divided(FORMS.applications(forms[0]), FORMS.applications(forms[1])).items():
            before, after = _one_row(before, code, parts), _one_row(after, code, parts)
            remarks.append(Remark("other_folded", (f"T3[{code}]", *(f"T3[{part}]" for part in parts))))
    left, right = figures_of(before), figures_of(after)
    forms = (earlier.forms.get("T2"), later.forms.get("T2"))
    if all(forms) and forms[0] != forms[1]:
        unlike = tuple(dict.fromkeys(key for key in (*left, *right) if key[0] == "T2" and not _alike(key, left, right)))
        left = {key: figure for key, figure in left.items() if key not in unlike}
        right = {key: figure for key, figure in right.items() if key not in unlike}
        remarks += [Remark("forms_differ", tuple(cell_name(*key) for key in unlike))] if unlike else []
    return _difference(left, right, earlier, later, remarks)


def between_versions(earlier: Report, later: Report) -> Difference:
    """Two versions of one report: every cell, and the sentences of every section."""
    found = _difference(figures_of(earlier.rows), figures_of(later.rows), earlier, later, [])
    return Difference(found.changes, found.compared, found.remarks, _prose(earlier.sections, later.sections))


def _alike(key: CellKey, left: Mapping[CellKey, CellValue], right: Mapping[CellKey, CellValue]) -> bool:
    # One code means one thing in every form; what one of them does not have has nothing beside it.
    return key in left and key in right


def _divided(one: Applications, two: Applications) -> dict[str, tuple[str, ...]]:
    """What is a row in one of two forms and a group in the other, with the rows of the group."""
    return {
        code: parts for row, group in ((one, two), (two, one)) for code in row.codes if (parts := group.parts_of(code))
    }


def figures_of(rows: Sequence[Row]) -> dict[CellKey, CellValue]:
    """Every cell of these rows by table, row and member."""
    return {
        (row.table, row.code, member): CellValue(value, raw, state)
        for row in rows
        for member, value, raw, state in zip(row.members, row.values, row.raws, row.states, strict=True)
    }


def _one_row(rows: Sequence[Row], code: str, codes: Collection[str]) -> tuple[Row, ...]:
    """A group as one row: its rows are added up where all of them are stated."""
    parts = [row for row in rows if row.table == "T3" and row.code in codes]
    if len(parts) != len(codes):
        return tuple(rows)
    sums = [_sum([row.values[at] for row in parts]) for at in range(len(MEMBERS))]
    states: tuple[State, ...] = tuple(
        "number" if value is not None else _worst([row.states[at] for row in parts]) for at, value in enumerate(sums)
    )
    raws = tuple(str(value) if value is not None else None for value in sums)
    folded = Row("T3", code, MEMBERS, raws, tuple(sums), states)
    result: list[Row] = []
    for row in rows:
        if row is parts[0]:
            result.append(folded)
        elif row not in parts:
            result.append(row)
    return tuple(result)


def _sum(values: Sequence[Number | None]) -> Number | None:
    total: Number = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _worst(states: Sequence[State]) -> State:
    return next(state for state in states if state != "number")


def _difference(
    left: Mapping[CellKey, CellValue],
    right: Mapping[CellKey, CellValue],
    earlier: Report,
    later: Report,
    remarks: Sequence[Remark],
) -> Difference:
    lost = tuple(table for table in ("T2", "T3", "T4") if (table in earlier.forms) != (table in later.forms))
    keys = [key for key in dict.fromkeys((*left, *right)) if key[0] not in lost]
    changes = tuple(
        CellChange(cell_name(*key), left.get(key), right.get(key))
        for key in keys
        if _says(left.get(key)) != _says(right.get(key))
    )
    missing = [Remark("table_missing", (table,)) for table in lost]
    return Difference(changes, len(keys), (*remarks, *missing))


def _says(figure: CellValue | None) -> tuple[object, ...] | None:
    # 12 and １２ say the same; so do an empty cell and a cell with a space.
    if figure is None:
        return None
    return figure.state, figure.value, figure.raw if figure.state == "text" else None


def _prose(earlier: Sequence[Section], later: Sequence[Section]) -> tuple[Prose, ...]:
    before = {section.number: section for section in earlier}
    after = {section.number: section for section in later}
    found: list[Prose] = []
    for number in sorted(before.keys() | after.keys()):
        old = sentences(before.get(number))
        new = sentences(after.get(number))
        removed, added = _moved(old, new)
        if removed or added:
            heading = after[number].heading if number in after else before[number].heading
            found.append(Prose(number, heading, removed, added))
    return tuple(found)


def sentences(section: Section | None) -> list[str]:
    """The sentences of a section, each trimmed."""
    if section is None:
        return []
    return [sentence.strip() for sentence in SENTENCE.findall(section.text) if sentence.strip()]


def _moved(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentences that went and those that came, in their order; one that only stands elsewhere did neither.

    Counted, not aligned: an alignment of sentences that repeat costs more than the square of their number.
    """
    return _beyond(old, new), _beyond(new, old)


def _beyond(sentences: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """What stands here oftener than there: the last so many of each, for sentences are mostly added below."""
    spare = Counter(others)
    found: list[str] = []
    for sentence in sentences:
        if spare[sentence]:
            spare[sentence] -= 1
        else:
            found.append(sentence)
    return tuple(found)
