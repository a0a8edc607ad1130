"""Rules that are not formulas: counts, lists of unstated cells, reading problems, offsets, forms, section 六."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from extract.form.form_file import FORMS
from extract.form.forms import TABLES
from extract.form.numbers import shows_figure
from extract.model import Problem
from monitor.reconcile.claim_rules import claims, two_numbers, year_changes
from monitor.reconcile.fees import fees
from monitor.reconcile.foreign_names import foreign_name
from monitor.reconcile.histories import all_zero, body_changed, copied, lost_applications, same_numbers
from monitor.reconcile.locate import PARITY, residuals_of
from monitor.reconcile.misallocation import offsetting
from monitor.reconcile.outcome import Outcome
from monitor.reconcile.pictures import image_only
from monitor.reconcile.prose_sums import internal
from monitor.reconcile.residue import duplicate_words, generic_text, residue
from monitor.reconcile.result import Result, broken, passing, unknown
from monitor.reconcile.reuse import confession, last_year, other_body
from monitor.reconcile.rule import Rule
from monitor.reconcile.sections import fee_statement, section_five, sections, subheads_of_overview
from monitor.reconcile.sheet import Sheet
from monitor.reconcile.structure import header_altered, oversight, period, publisher, title
from monitor.reconcile.vector import AMOUNTS, INDEX, MISSING, SIGNED, SLOTS, STATED, UNSTATED, decimals
from monitor.reconcile.years_named import cited_notice, report_year

__all__ = ["METHODS", "Method"]

Method = Callable[[Rule, Sheet], Result]
Pick = Callable[[Sequence[Any]], Sequence[Any]]


class Span(NamedTuple):
    """The range of slots of one table."""

    first: int
    end: int


def _spans() -> Mapping[str, Span]:
    found = {}
    for table, slots in groupby(range(len(SLOTS)), key=lambda slot: SLOTS[slot].table):
        run = list(slots)
        found[table] = Span(run[0], run[-1] + 1)
    return found


SPANS = _spans()
PRICES = tuple(slot for slot in range(*SPANS["T2"]) if SLOTS[slot].member in AMOUNTS)


@lru_cache(maxsize=8)
def _counted(table: str) -> tuple[tuple[int, ...], Pick]:
    """The slots of a table's counts, and the function that picks them."""
    slots = tuple(slot for slot in range(*SPANS[table]) if SLOTS[slot].member not in AMOUNTS)
    whole = len(slots) == SPANS[table].end - SPANS[table].first
    return slots, itemgetter(slice(*SPANS[table])) if whole else itemgetter(*slots)


def counts(rule: Rule, sheet: Sheet) -> Result:
    """Every stated count is a whole number ≥ 0 (a change: any whole number). One outcome per cell."""
    slots, pick = _counted(rule.params["table"])
    values = pick(sheet.values)
    stated = pick(sheet.codes).count(STATED)
    if min(values) >= 0 and type(sum(values)) is int:  # a single Decimal among them would make the sum a Decimal
        return passing(stated)
    wrong = [
        slot
        for slot, value in zip(slots, values, strict=True)
        if value != int(value) or (value < 0 and SLOTS[slot].member not in SIGNED)
    ]
    return Result(stated - len(wrong), tuple(_cell(rule, sheet, slot) for slot in wrong))


def amounts(rule: Rule, sheet: Sheet) -> Result:
    """Every stated amount is ≥ 0 and has at most `decimals` decimals. One outcome per cell."""
    outcomes, passed = [], 0
    for slot in PRICES:
        if sheet.codes[slot] != STATED:
            continue
        value = sheet.values[slot]
        exact = value.normalize() if isinstance(value, Decimal) else value
        if value >= 0 and decimals(exact) <= rule.params["decimals"]:
            passed += 1
        else:
            outcomes.append(_cell(rule, sheet, slot))
    return Result(passed, tuple(outcomes))


def _cell(rule: Rule, sheet: Sheet, slot: int) -> Outcome:
    operand = sheet.operand(slot, "left")
    return Outcome(rule.id, operand.name, "fail", left=operand.value, operands=(operand,), year=sheet.year)


def unstated(rule: Rule, sheet: Sheet) -> Result:
    """All cells of a table without a number, as one outcome: the table is complete only if blank means zero.

    A line that we did not find may still be in the document: then it is unclear whose fault the missing cells are.
    Of a cell that prints a figure, which we cannot read as one, nothing is said: it is filled.
    """
    if sheet.clean:
        return passing()
    first, end = SPANS[rule.params["table"]]
    rows = {row.code for row in sheet.report.rows if row.table == rule.params["table"]}
    found = [slot for slot in range(first, end) if sheet.codes[slot] in (UNSTATED, MISSING) and SLOTS[slot].row in rows]
    if not found:
        return passing()
    every = (sheet.operand(slot) for slot in found)
    operands = tuple(one for one in every if one.state != "text" or not shows_figure(one.raw or ""))
    if not operands:
        ours = Outcome(
            rule.id, "report", "not_assessable", reason="not_whole", year=sheet.year, responsibility="parser"
        )
        return Result(0, (ours,))
    blank = all(operand.state in ("blank", "dash", "none") for operand in operands)
    return Result(
        0,
        (
            Outcome(
                rule.id,
                "report",
                "holds_if_blanks_zero" if blank else "not_assessable",
                operands=operands,
                unstated=tuple(operand.name for operand in operands),
                reason="" if blank else "unstated",
                year=sheet.year,
                facts={"count": len(operands)},
                responsibility="unclear" if any(operand.state == "missing" for operand in operands) else "",
            ),
        ),
    )


def problems(rule: Rule, sheet: Sheet) -> Result:
    """The reader's problems with this table that have one of `codes`: they blame our reading, never the publisher."""
    if not sheet.report.problems:
        return passing()
    found: dict[str, list[Problem]] = {}
    for problem in sheet.report.problems:
        if problem.code in rule.params["codes"] and problem.table in ("", rule.params["table"]):
            found.setdefault(problem.where or "report", []).append(problem)
    return broken(rule, sheet, {where: {"detail": "；".join(p.detail for p in some)} for where, some in found.items()})


def table_missing(rule: Rule, sheet: Sheet) -> Result:
    """Every table the form has was found."""
    year = sheet.year
    if year is not None and year < FORMS.first_year:
        return Result(0)
    lacking = [table for table in rule.params["expected"] if table not in sheet.report.forms]
    if not lacking:
        return passing(len(rule.params["expected"]))
    found = broken(rule, sheet, {table: {} for table in lacking})
    return Result(len(rule.params["expected"]) - len(lacking), found.outcomes)


def template(rule: Rule, sheet: Sheet) -> Result:
    """The form of each table is the one due for the report year."""
    if sheet.year is None:
        return unknown(rule, sheet, "year_unknown")
    forms, due = sheet.report.forms, FORMS.due(sheet.year)
    found = [table for table in TABLES if table in forms and len(FORMS.names(table)) > 1] if due else []
    wrong: dict[str, dict[str, str | int]] = {
        table: {"found": FORMS.id_of(table, forms[table]), "due": due.id}
        for table in found
        if due and forms[table] != due.table(table).name
    }
    return Result(len(found) - len(wrong), broken(rule, sheet, wrong).outcomes if wrong else ())


def fee_row(rule: Rule, sheet: Sheet) -> Result:
    """Applications ended because a fee notice was not paid: section 六 should then mention fee notices."""
    slot = INDEX[rule.needs[0]]
    if sheet.codes[slot] != STATED:
        return unknown(rule, sheet, "unstated" if sheet.codes[slot] == UNSTATED else "missing")
    if sheet.values[slot] <= 0:
        return passing()
    section = next((part for part in sheet.report.sections if part.number == rule.params["section"]), None)
    if section is None:
        return unknown(rule, sheet, "section_missing")
    if any(word in section.text for word in rule.params["words"]):
        return passing()
    operand = sheet.operand(slot, "left")
    return Result(0, (Outcome(rule.id, "report", "fail", left=operand.value, operands=(operand,), year=sheet.year),))


def misallocated(rule: Rule, sheet: Sheet) -> Result:
    """Two residuals ±k in two columns (or rows) and nothing else: applications counted one column (or row) off."""
    doubts = {outcome.verdict for outcome in sheet.so_far if outcome.rule in PARITY}
    if "fail" not in doubts:
        if doubts == {"holds_if_blanks_zero"}:
            return Result(0, (Outcome(rule.id, "report", "holds_if_blanks_zero", year=sheet.year),))
        return unknown(rule, sheet, "unstated") if doubts else passing()
    found = offsetting(residuals_of(sheet))
    if found is None:
        return passing()
    size = abs(found.size)
    facts: dict[str, str | int] = {
        "size": size,
        "too_high": found.too_high,
        "too_low": found.too_low,
        "across": found.across,
    }
    return broken(rule, sheet, {f"{found.too_high},{found.too_low}": facts})


METHODS: Mapping[str, Method] = {
    "counts": counts,
    "amounts": amounts,
    "unstated": unstated,
    "problems": problems,
    "table_missing": table_missing,
    "template": template,
    "fee_row": fee_row,
    "misallocated": misallocated,
    "all_zero": all_zero,
    "copied": copied,
    "same_numbers": same_numbers,
    "lost_applications": lost_applications,
    "body_changed": body_changed,
    "sections": sections,
    "title": title,
    "publisher": publisher,
    "report_year": report_year,
    "period": period,
    "oversight": oversight,
    "header_altered": header_altered,
    "claims": claims,
    "internal": internal,
    "two_numbers": two_numbers,
    "year_changes": year_changes,
    "subheads": subheads_of_overview,
    "section_five": section_five,
    "fee_statement": fee_statement,
    "fees": fees,
    "cited_notice": cited_notice,
    "residue": residue,
    "generic_text": generic_text,
    "duplicate_words": duplicate_words,
    "foreign_name": foreign_name,
    "image_only": image_only,
    "last_year": last_year,
    "other_body": other_body,
    "confession": confession,
}
