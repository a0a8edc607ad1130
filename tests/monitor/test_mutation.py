"""Every single wrong cell of 表三 is named with its true value; two wrong cells are never taken for one."""

import random
from collections.abc import Mapping

import pytest

from extract.form.forms import MEMBERS
from extract.form.labels import dispositions, leaves
from monitor.reconcile.engine import check_report
from monitor.reconcile.locate import locate, locate_sheet, residuals_of, single_cells
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import load
from monitor.reconcile.sheet import single
from monitor.reconcile.vector import INDEX, SIZE
from tests.monitor.building import make_report

BOOK = load()
FORMS = [("2019", 161), ("2021", 175)]
KINDS = MEMBERS[:6]
Table = dict[tuple[str, str, str], object]


def sound_table(form: str, seed: int = 1, leaves_from: Mapping[tuple[str, str, str], object] | None = None) -> Table:
    """表三 with no zero in any column, every identity true; the applicants of the leaves may be given."""
    dice = random.Random(seed)
    rows = {row: {kind: dice.randint(2, 40) for kind in KINDS} for row in leaves(form)}
    if leaves_from is not None:
        rows = {row: {kind: int(str(leaves_from["T3", row, kind])) for kind in KINDS} for row in rows}
    done = {kind: sum(row[kind] for row in rows.values()) for kind in KINDS}
    after, before = ({kind: dice.randint(2, 9) for kind in KINDS} for _ in range(2))
    received = {kind: done[kind] + after[kind] - before[kind] for kind in KINDS}
    rows |= {"processed": done, "carried_forward": after, "brought_forward": before, "received": received}
    return {
        ("T3", row, member): value
        for row, cells in rows.items()
        for member, value in (cells | {"total": sum(cells.values())}).items()
    }


@pytest.mark.parametrize(("form", "cells"), FORMS)
@pytest.mark.parametrize("delta", [1, -1])
def test_every_cell_is_named(form: str, cells: int, delta: int) -> None:
    table = sound_table(form)
    assert len(table) == cells
    year = 2020 if form == "2019" else 2023
    sound = check_report(BOOK, make_report(table, form=form, year=year), Context())
    assert not [o for o in sound.failed if BOOK[o.rule].rule_class == "fatal"]
    sets = set()
    for key, true in table.items():
        assert isinstance(true, int)
        report = make_report({**table, key: true + delta}, form=form, year=year)
        failed = check_report(BOOK, report, Context()).failed
        sets.add(frozenset(o.name for o in failed if BOOK[o.rule].rule_class == "fatal"))
        found = locate(BOOK, report)
        assert found is not None
        assert (found.cell, found.value, found.rivals) == (f"T3[{key[1]},{key[2]}]", true, ())
    assert len(sets) == cells
    assert sorted({len(some) for some in sets}) == [2, 3]
    assert sum(len(some) == 3 for some in sets) == 7


@pytest.mark.parametrize(("form", "cells"), FORMS)
def test_two_wrong_cells_are_never_one(form: str, cells: int) -> None:
    sheet = single(BOOK, make_report(sound_table(form), form=form, year=2023), Context())
    slots = [INDEX["T3", row, member] for row in dispositions(form) for member in MEMBERS]
    assert len(slots) == cells
    true, dice = list(sheet.values), random.Random(5)
    for _ in range(10_000):
        sheet.values[:] = true
        pair = dice.sample(slots, 2)
        for slot in pair:
            sheet.values[slot] += dice.choice((-2, -1, 1, 2, 3, 10))
        residuals = residuals_of(sheet)
        assert any(residual.failing for residual in residuals)
        assert not single_cells(residuals, sheet)


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_two_wrong_cells_are_among_the_rivals(form: str) -> None:
    sheet = single(BOOK, make_report(sound_table(form, 3), form=form, year=2023), Context())
    slots = [INDEX["T3", row, member] for row in dispositions(form) for member in MEMBERS]
    true, dice = list(sheet.values), random.Random(9)
    for _ in range(500):
        sheet.values[:] = true
        pair = set(dice.sample(slots, 2))
        for slot in pair:
            sheet.values[slot] += dice.choice((-2, -1, 1, 2))
        found = locate_sheet(sheet)
        assert found is not None
        assert found.cell is None
        assert any(
            {c.slot: c.value for c in rival.changes} == {slot: true[slot] for slot in pair} for rival in found.rivals
        )


def test_slots_are_one_year() -> None:
    assert max(INDEX.values()) == SIZE - 1
