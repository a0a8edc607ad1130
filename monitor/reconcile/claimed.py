"""Claims of the prose against the cells: a claim fails only if it fits none of the values that it may mean."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from crawler.agencies.names import place_of
from crawler.ground.errors import UsageError
from extract.content import Number
from monitor.claims.claim import Claim
from monitor.claims.dictionary import dictionary
from monitor.claims.grammar import read_claims
from monitor.reconcile.evaluate import bounds
from monitor.reconcile.formula import FormNames, Linear, compile_value, has_cell
from monitor.reconcile.meanings import (
    CARRIED,
    POINTS,
    PROCESSED,
    RECEIVED,
    Meaning,
    meanings_of,
    none_of_any,
    wholes_told,
)
from monitor.reconcile.outcome import Context, Operand, Verdict
from monitor.reconcile.plan import shape
from monitor.reconcile.sheet import Sheet
from monitor.reconcile.vector import SLOTS, STATED

ALL_OPEN = f"{RECEIVED[1]} - {PROCESSED}"
WHOLE_PLACE = 2  # characters of 全市
PLACES = "国省市县区州盟旗"
IN_PARTS = frozenset({"intake", "received", "processed"})  # what is told in parts beside its whole
AS_WHOLE = re.compile("[共总合]计?|累计|全年")


@dataclass(frozen=True, slots=True)
class Tried:
    """One value that a claim may mean: the formula, its cells, and its value where all of them are stated."""

    formula: str
    operands: tuple[Operand, ...]
    value: Number | None


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim with its verdict. `matched` is the formula that it fits; `tried` all that it might have; `reason` why it
    is not assessable. `page` is where it begins in the document, from 1; None where that has none.
    """

    claim: Claim
    verdict: Verdict
    matched: str = ""
    reason: str = ""
    tried: tuple[Tried, ...] = ()
    page: int | None = None


def judge_claims(sheet: Sheet) -> tuple[JudgedClaim, ...]:
    """Every claim of the report's prose, in order, judged by its tables."""
    if sheet.claims is None:
        report = sheet.report
        found = _read(tuple((one.number, one.text) for one in report.sections), sheet.year)
        amounts = [
            one
            for one in found
            if one.concept == "processing_fee" and one.relation != "denial" and one.value and not one.weak
        ]
        judged = [
            _fee(one, amounts) if one.concept == "processing_fee" else _judged(one, found, sheet) for one in found
        ]
        paged = {one.number: one for one in report.sections if one.pages}
        sheet.claims = tuple(
            replace(one, page=paged[one.claim.section].page(one.claim.start)) if one.claim.section in paged else one
            for one in _parts_aside(judged)
        )
    return sheet.claims


def _parts_aside(judged: Sequence[JudgedClaim]) -> Iterator[JudgedClaim]:
    """Of several numbers of one thing, one of which (or the sum of which) is the table's: a smaller one is a part."""
    told: dict[str, list[JudgedClaim]] = {}
    for one in judged:
        if one.claim.concept in IN_PARTS and one.claim.relation == "=" and one.claim.value:
            told.setdefault(one.claim.concept, []).append(one)
    totals = {
        name: max((one.claim.value or 0 for one in some if one.verdict == "pass"), default=0)
        or sum(one.claim.value or 0 for one in some)
        for name, some in told.items()
    }
    for one in judged:
        claim = one.claim
        whole = totals.get(claim.concept, 0)
        if (
            one.verdict == "fail"
            and claim.relation == "="
            and (claim.value or 0) < whole
            and not AS_WHOLE.search(claim.clause)
            and _is_told(whole, one, told)
        ):
            one = replace(one, verdict="not_assessable", reason="other_notion")
        yield one


def _is_told(whole: Number, one: JudgedClaim, told: Mapping[str, Sequence[JudgedClaim]]) -> bool:
    """Whether the whole is one of the values that the claim may mean."""
    others = told[one.claim.concept]
    return len(others) > 1 and any(tried.value == whole for tried in one.tried)


@lru_cache(maxsize=16)  # a report is judged alone and beside its other years
def _read(sections: tuple[tuple[int, str], ...], year: int | None) -> tuple[Claim, ...]:
    return read_claims(sections, year)


def _judged(claim: Claim, all_claims: Sequence[Claim], sheet: Sheet) -> JudgedClaim:
    if claim.concept == "year_change":
        return JudgedClaim(claim, "not_assessable", reason="year_missing")
    meanings = list(meanings_of(claim, all_claims))
    if not meanings:
        return JudgedClaim(claim, "not_assessable", reason="no_cell")
    if claim.concept == "completion":
        return _completion(claim, sheet)
    judged = _compared(claim, meanings, sheet)
    if judged.verdict == "pass" and claim.value == 0 and _of_one_sort(claim, all_claims, sheet):
        return JudgedClaim(claim, "not_assessable", reason="other_notion", tried=judged.tried)
    if judged.reason == "table_missing" and claim.concept == "share":
        return _share_of_told(claim, all_claims)
    if judged.verdict == "fail" and (reason := _excused(claim, sheet)):
        return JudgedClaim(claim, "not_assessable", reason=reason, tried=judged.tried)
    return judged


def _of_one_sort(claim: Claim, all_claims: Sequence[Claim], sheet: Sheet) -> bool:
    """行政诉讼0件, where there are suits of the other sort: it may mean the one sort, and may be wrong."""
    formula = none_of_any(claim, all_claims)
    return bool(formula) and value_of(formula, sheet) not in (None, 0)


def _excused(claim: Claim, sheet: Sheet) -> str:
    """Why a claim that fits nothing may be right all the same."""
    if claim.weak:
        return "other_notion"
    if _other_scope(claim.scope, sheet.context):
        return "scope"
    return "not_whole" if sheet.report.doubt else ""


def _other_scope(scope: str, context: Context) -> bool:
    """Whether the prose speaks of other bodies' figures than this report's tables give."""
    if not scope:
        return False
    kind, whose = context.kind, dictionary().whose
    if kind == "government" and scope.startswith("全") and len(scope) == WHOLE_PLACE:
        return scope[1] not in place_of(context.name)[-2:] and scope[1] in PLACES  # 全市 in the report of a county
    if kind in ("government", "zone"):
        return scope.endswith(whose["office"]) and not scope.startswith(whose["own"])
    if kind in ("township", "street"):
        return scope.startswith(whose["place"])
    return scope.startswith((*whose["place"], *whose["town"])) or (
        (scope.endswith("政府") or scope.endswith(whose["office"])) and not scope.startswith(("我", "本"))
    )


def _share_of_told(claim: Claim, all_claims: Sequence[Claim]) -> JudgedClaim:
    """A share without a table: of one of the totals that its own sentence tells."""
    wholes = wholes_told(claim, all_claims)
    if not wholes:
        return JudgedClaim(claim, "not_assessable", reason="table_missing")
    for meaning in meanings_of(claim, all_claims):
        for concept, value in wholes:
            if meaning.low <= value <= meaning.high:
                return JudgedClaim(claim, "pass", concept)
    return JudgedClaim(claim, "fail")


def _compared(claim: Claim, meanings: Sequence[Meaning], sheet: Sheet) -> JudgedClaim:
    tried: list[Tried] = []
    unstated = False
    for meaning in meanings:
        line = _line(meaning.formula, sheet)
        if line is None:
            continue
        low, high = bounds(line, sheet.interval)
        one = _tried(meaning.formula, line, sheet)
        tried.append(one)
        may_be = (low is None or low <= meaning.high) and (high is None or high >= meaning.low)
        inside = low is not None and high is not None and meaning.low <= low and high <= meaning.high
        if inside or (may_be and one.value is not None and None not in (low, high)):
            return JudgedClaim(claim, "pass", meaning.formula, tried=(one,))
        if may_be:
            unstated = True
    if not tried:
        return JudgedClaim(claim, "not_assessable", reason="table_missing")
    if unstated:
        return JudgedClaim(claim, "not_assessable", reason="unstated", tried=tuple(tried))
    return JudgedClaim(claim, "fail", tried=tuple(tried))


def _tried(formula: str, line: Linear, sheet: Sheet) -> Tried:
    slots = [slot for slot, _ in line.terms]
    operands = tuple(sheet.operand(slot, "right") for slot in slots)
    stated = all(sheet.codes[slot] == STATED for slot in slots)
    return Tried(
        formula,
        operands,
        sum((c * sheet.values[slot] for slot, c in line.terms), start=line.constant) if stated else None,
    )


def _line(formula: str, sheet: Sheet) -> Linear | None:
    """The formula for the report's forms; None where they have no such cell, or the table was not found."""
    found = shape(sheet.report)
    names = next(iter(found.names()), None)
    line = _compiled(formula, names) if names else None
    if names is None or line is None or not line.terms:
        return None
    slots = [SLOTS[slot] for slot, _ in line.terms]
    return line if all(found.found(slot.table) and has_cell(names, slot) for slot in slots) else None


@lru_cache(maxsize=1024)
def _compiled(formula: str, names: FormNames) -> Linear | None:
    try:
        return compile_value(formula, names, {})
    except UsageError:
        return None


def value_of(formula: str, sheet: Sheet) -> Number | None:
    """The value of a sum of cells, where all of them are stated."""
    line = _line(formula, sheet)
    return _tried(formula, line, sheet).value if line is not None else None


def _completion(claim: Claim, sheet: Sheet) -> JudgedClaim:
    """All was answered: nothing is left, or at least something was answered; it may be said of what was due."""
    tried = tuple(
        _tried(formula, line, sheet)
        for formula in (CARRIED, ALL_OPEN, PROCESSED, RECEIVED[1])
        if (line := _line(formula, sheet))
    )
    values = {one.formula: one.value for one in tried}
    if not tried:
        return JudgedClaim(claim, "not_assessable", reason="table_missing")
    if claim.value not in (None, 100):
        return _rate(claim, values, tried)
    for formula in (CARRIED, ALL_OPEN):
        if values.get(formula) == 0:
            return JudgedClaim(claim, "pass", formula, tried=tried[:1])
    processed, stock = values.get(PROCESSED), values.get(RECEIVED[1])
    if processed == 0 and stock is not None and stock > 0:
        return JudgedClaim(claim, "fail", tried=tried)
    return JudgedClaim(claim, "not_assessable", reason="due_only", tried=tried)


def _rate(claim: Claim, values: dict[str, Number | None], tried: tuple[Tried, ...]) -> JudgedClaim:
    """A rate below all: what was processed of all that there was."""
    processed, stock = values.get(PROCESSED), values.get(RECEIVED[1])
    if processed is not None and stock and claim.value is not None:
        difference = Fraction(processed) * 100 / Fraction(stock) - Fraction(claim.value)
        if abs(difference) <= POINTS:
            return JudgedClaim(claim, "pass", f"{PROCESSED} / ({RECEIVED[1]})", tried=tried)
    return JudgedClaim(claim, "not_assessable", reason="due_only", tried=tried)


def _fee(claim: Claim, amounts: Sequence[Claim]) -> JudgedClaim:
    """No fee was taken: no sentence names an amount. An amount has no cell of its own."""
    if claim.relation != "denial" and claim.value:
        return JudgedClaim(claim, "not_assessable", reason="no_cell")
    return JudgedClaim(claim, "fail") if amounts else JudgedClaim(claim, "pass", "processing_fee == 0")
