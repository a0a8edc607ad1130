"""Rules over years that cannot be formulas: copies, zeros year after year, applications lost between years."""

from itertools import pairwise

from extract.content import Number
from extract.model import Report
from monitor.reconcile.outcome import Outcome
from monitor.reconcile.result import Result, broken, passing, unknown
from monitor.reconcile.rule import Rule
from monitor.reconcile.sheet import Sheet
from monitor.reconcile.vector import INDEX, SIZE, SLOTS, STATED


def figure(report: Report | None, table: str, row: str, member: str) -> Number | None:
    """A stated number of a report, or None."""
    for line in report.rows if report is not None else ():
        if line.table == table and line.code == row and member in line.members:
            at = line.members.index(member)
            return line.values[at] if line.states[at] == "number" else None
    return None


def _received(report: Report | None) -> Number | None:
    return figure(report, "T3", "received", "total")


def _rows(report: Report, tables: tuple[str, ...]) -> dict[tuple[str, str], tuple[object, ...]] | None:
    """Values and states of every line; None if something was not read."""
    found: dict[tuple[str, str], tuple[object, ...]] = {}
    for row in report.rows:
        if row.table in tables:
            if any(state in ("missing", "ambiguous", "illegible") for state in row.states):
                return None
            found[row.table, row.code] = (row.values, row.states)
    return found


def all_zero(rule: Rule, sheet: Sheet) -> Result:
    """Fails on no application after a year with some, or in `years_of_zero` years while peers have many."""
    now = _received(sheet.report)
    if now is None:
        return unknown(rule, sheet, "unstated")
    if now != 0:
        return passing()
    year = sheet.year
    assert year is not None
    before = _received(sheet.history.get(year - 1))
    if before is not None and before > 0:
        return _zero(rule, sheet, {"since": "zero_after", "before": str(before)})
    run = rule.params["years_of_zero"]
    zeros = [_received(sheet.history.get(y)) for y in range(year, year - run, -1)]
    median = sheet.context.peers_median
    if all(value == 0 for value in zeros) and median is not None and median > rule.params["peers_median"]:
        return _zero(rule, sheet, {"since": "zero_run", "years": run, "median": rule.params["peers_median"]})
    return passing() if before is not None else unknown(rule, sheet, "year_missing")


def _zero(rule: Rule, sheet: Sheet, facts: dict[str, str | int]) -> Result:
    slot = INDEX["T3", "received", "total"]
    operands = tuple(sheet.operand(slot + SIZE * back) for back in (0, 1))
    return Result(0, (Outcome(rule.id, "report", "fail", operands=operands, year=sheet.year, facts=facts),))


def copied(rule: Rule, sheet: Sheet) -> Result:
    """Fails if all cells of 表三 are as in the year before, although applications were received."""
    before = sheet.vectors[1].report
    assert before is not None
    now, then = _rows(sheet.report, ("T3",)), _rows(before, ("T3",))
    received = _received(sheet.report)
    if now is None or then is None or received is None:
        return unknown(rule, sheet, "ambiguous" if now is None or then is None else "unstated")
    if received <= 0 or now != then:
        return passing()
    return broken(rule, sheet, {"report": {"received": str(received)}})


def same_numbers(rule: Rule, sheet: Sheet) -> Result:
    """Fails if `cells` or more numbers above `above` are as in the year before, or all of 表三 and 表四 is."""
    before = sheet.vectors[1].report
    assert before is not None
    same = [
        slot
        for slot in range(SIZE)
        if sheet.codes[slot] == STATED == sheet.codes[slot + SIZE]
        and sheet.values[slot] == sheet.values[slot + SIZE] > rule.params["above"]
        and SLOTS[slot].member not in rule.params["skip"]
    ]
    now, then = _rows(sheet.report, ("T3", "T4")), _rows(before, ("T3", "T4"))
    whole = (
        now is not None
        and now == then
        and any(sheet.values[slot] for slot in range(SIZE) if SLOTS[slot].table in ("T3", "T4"))
    )
    if len(same) < rule.params["cells"] and not whole:
        return passing()
    operands = tuple(sheet.operand(slot) for slot in same)
    facts: dict[str, str | int] = {
        "count": len(same),
        "whole": int(whole),
        "since": "same_tables" if whole else "same_cells",
    }
    return Result(0, (Outcome(rule.id, "report", "fail", operands=operands, year=sheet.year, facts=facts),))


def lost_applications(rule: Rule, sheet: Sheet) -> Result:
    """The sum over the known years of what was carried forward but not brought forward the year after."""
    year = sheet.year
    assert year is not None
    years = sorted(y for y in sheet.history if y <= year)
    lost: Number = 0
    links = 0
    for earlier, later in pairwise(years):
        out = figure(sheet.history[earlier], "T3", "carried_forward", "total")
        into = figure(sheet.history[later], "T3", "brought_forward", "total")
        changed = later in sheet.context.body_changed
        if later - earlier == 1 and not changed and out is not None and into is not None:
            lost += out - into
            links += 1
    if not links:
        return unknown(rule, sheet, "year_missing")
    if lost == 0:
        return passing()
    return Result(
        0, (Outcome(rule.id, "report", "fail", left=lost, right=0, delta=lost, year=year, facts={"links": links}),)
    )


def body_changed(rule: Rule, sheet: Sheet) -> Result:
    """Reports that, by the register, the body was renamed, merged, split or changed in scope since last year."""
    if sheet.year in sheet.context.body_changed:
        return broken(rule, sheet, {"report": {}})
    return passing()
