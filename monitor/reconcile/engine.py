"""Evaluates the rule book: the five verdicts for one report, and for one year compared with earlier years."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from extract.content import Number
from extract.model import Report
from monitor.reconcile.evaluate import three_valued
from monitor.reconcile.formula import DEEPEST_YEAR, Linear
from monitor.reconcile.methods import METHODS
from monitor.reconcile.outcome import Context, Operand, Outcome, Outcomes, Side, Verdict
from monitor.reconcile.plan import Plan, PlannedCheck, plan, shape, texts_alone
from monitor.reconcile.rule import Rule
from monitor.reconcile.rulebook import Rulebook
from monitor.reconcile.sheet import Sheet, several, single
from monitor.reconcile.vector import ABSENT, BLOCKED, MISSING, STATED, UNSTATED

Pairs = tuple[tuple[str, str], ...]
Methods = Collection[str] | None


def check_report(
    book: Rulebook, report: Report, context: Context, *, detail: bool = False, methods: Methods = None
) -> Outcomes:
    """Every rule that needs only this report. With `detail`, passes and their operands are returned, too; with
    `methods`, of the rules that are no formulas these alone.

    No rule is about reports from before the forms.
    """
    if report.before_forms:
        return Outcomes({})
    sheet = single(book, report, context)
    return _evaluate(sheet, plan(book, (shape(report),), False), detail, methods)


def check_years(
    book: Rulebook,
    history: Mapping[int, Report],
    year: int,
    context: Context,
    *,
    detail: bool = False,
    methods: Methods = None,
) -> Outcomes:
    """Every rule that compares the report of `year` with earlier ones of the same body (report by year).

    Reports from before the forms are compared by their text alone, and only with such.
    """
    if year in history and history[year].before_forms:
        older = {number: report for number, report in history.items() if report.before_forms}
        return _evaluate(several(book, older, year, DEEPEST_YEAR, context), texts_alone(book), detail, methods)
    history = {number: report for number, report in history.items() if not report.before_forms}
    if year not in history:
        return Outcomes({})
    sheet = several(book, history, year, DEEPEST_YEAR, context)
    shapes = tuple(shape(v.report) if v.report is not None else None for v in sheet.vectors)
    return _evaluate(sheet, plan(book, shapes, True), detail, methods)


def _evaluate(sheet: Sheet, todo: Plan, detail: bool, methods: Methods) -> Outcomes:
    passed: dict[str, int] = {}
    others = [one for rule, reason in todo.absent for one in _sure(rule, sheet, (_blocked(rule, reason, sheet),))]
    passes: list[Outcome] = []
    plain = sheet.clean and not sheet.report.spent and not detail
    values = sheet.values
    for rule, checks, all_hold, conditional in todo.batches:
        if (rule.if_stated and not sheet.report.subtotals) or (conditional and _left_out(rule, sheet, others)):
            continue
        doubtful: Sequence[PlannedCheck] = checks
        if plain and not rule.if_stated:
            if all_hold is not None and all_hold(values):
                passed[rule.id] = len(checks)
                continue
            doubtful = [check for check in checks if not check.point(values)]
        passed[rule.id] = len(checks) - len(doubtful)
        for outcome in filter(None, (judge_report(check, sheet, detail) for check in doubtful)):
            if outcome.verdict == "pass":
                passed[rule.id] += 1
                passes.append(outcome)
            else:
                others.append(outcome)
    sheet.so_far = others
    for rule, conditional in todo.methods:
        if methods is not None and rule.method not in methods:
            continue
        if conditional and _left_out(rule, sheet, others):
            continue
        result = METHODS[rule.method](rule, sheet)
        passed[rule.id] = result.passed
        others.extend(_sure(rule, sheet, result.outcomes))
    return Outcomes(passed, tuple(others), tuple(passes) if detail else (), sheet.claims or ())


def _sure(rule: Rule, sheet: Sheet, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
    """What a rule says; where it says that something is absent, and the document may not have been read whole, that
    nobody can tell: the fault would be ours.
    """
    if not rule.absence or all(one.verdict not in rule.opens for one in outcomes) or not sheet.report.doubt:
        return outcomes
    doubt = sheet.report.doubt
    blocked = Outcome(rule.id, "report", "not_assessable", reason=doubt, year=sheet.year, responsibility="parser")
    return (*(one for one in outcomes if one.verdict not in rule.opens and one.subject != "report"), blocked)


def _left_out(rule: Rule, sheet: Sheet, others: list[Outcome]) -> bool:
    """Whether a rule is not applied to this body; if the reason is not the kind of body, `others` gets an outcome."""
    reason = _suspended(rule, sheet)
    if reason and reason != "not_for_body":
        others.append(_blocked(rule, reason, sheet))
    return bool(reason)


def _suspended(rule: Rule, sheet: Sheet) -> str:
    """Why a rule is not applied to this body at all; "" if it is."""
    if rule.years and rule.id != "year.body_changed" and _body_changed(rule, sheet):
        return "body_changed"
    return _asked(rule.bodies, rule.except_bodies, sheet.context.kind, sheet.context.level)


@lru_cache(maxsize=1024)
def _asked(bodies: Pairs, spared: Pairs, kind: str, level: str) -> str:
    wanted = _among(bodies, kind, level) if bodies else True
    excepted = _among(spared, kind, level)
    if wanted is False or excepted:
        return "not_for_body"
    return "body_unknown" if wanted is None or excepted is None else ""


def _body_changed(rule: Rule, sheet: Sheet) -> bool:
    if sheet.year is None:
        return False
    return any(sheet.year - back in sheet.context.body_changed for back in range(rule.years))


def _among(bodies: Pairs, kind: str, level: str) -> bool | None:
    """Whether the body is one of these (kind, level) pairs; None if too little is known about it."""
    answers = []
    for pair in bodies:
        parts = [None if not have else have == want for want, have in zip(pair, (kind, level), strict=True) if want]
        answers.append(False if False in parts else None if None in parts else True)
    return True if True in answers else None if None in answers else False


def _blocked(rule: Rule, reason: str, sheet: Sheet) -> Outcome:
    return Outcome(rule.id, "report", "not_assessable", reason=reason, year=sheet.year, responsibility="unclear")


def judge_report(check: PlannedCheck, sheet: Sheet, detail: bool = True) -> Outcome | None:
    """The verdict of one check; None if the rule does not apply (a subtotal that is not printed)."""
    verdict, reason = _verdict(check, sheet)
    if verdict is None:
        return None
    if not detail and verdict != "fail":
        return Outcome(
            check.rule.id,
            check.subject,
            verdict,
            reason=reason,
            year=sheet.year,
            case=check.case,
            binding=check.binding,
            unstated=() if verdict == "pass" else _unstated(check, sheet),
        )
    return _outcome(check, sheet, verdict, reason)


def _verdict(check: PlannedCheck, sheet: Sheet) -> tuple[Verdict | None, str]:
    worst = STATED if sheet.clean and not check.subtotals else max(check.codes(sheet.codes))
    if any(sheet.codes[slot] in (ABSENT, UNSTATED) for slot in check.subtotals):
        return None, ""
    if sheet.report.spent and check.name in sheet.report.spent:
        return "not_assessable", "spent"
    if worst >= MISSING:
        return "not_assessable", BLOCKED[worst]
    good: Verdict = "pass" if worst == STATED else "holds_if_blanks_zero"
    if check.point(sheet.values):
        return good, ""
    if (worst == STATED and check.exact) or three_valued(check.node, sheet.interval) is False:
        return "fail", ""
    if worst == STATED or three_valued(check.node, sheet.interval_if_zero) is not False:
        return good, ""  # amounts that agree within the precision of their printed decimals
    return "not_assessable", "unstated"


def _unstated(check: PlannedCheck, sheet: Sheet) -> tuple[str, ...]:
    return tuple(sheet.operand(slot).name for slot in check.slots if sheet.codes[slot] != STATED)


def _outcome(check: PlannedCheck, sheet: Sheet, verdict: Verdict, reason: str) -> Outcome:
    show = {name: _value(line, sheet) for name, line in check.show.items()}
    left, right = show.pop("left", None), show.pop("right", None)
    delta: Number | None = None
    if check.main is not None and left is None:
        left, right = _value(check.main.left, sheet), _value(check.main.right, sheet)
    if left is not None and right is not None:
        delta = left - right
    facts = {name: str(value) for name, value in show.items()}
    return Outcome(
        check.rule.id,
        check.subject,
        verdict,
        left,
        right,
        delta,
        _operands(check, sheet),
        _unstated(check, sheet),
        reason,
        sheet.year,
        check.case,
        check.binding,
        facts,
    )


def _operands(check: PlannedCheck, sheet: Sheet) -> tuple[Operand, ...]:
    sides: dict[int, Side] = {}
    if check.main is not None:
        sides |= {slot: "left" for slot, _ in check.main.left.terms}
        sides |= {slot: "right" for slot, _ in check.main.right.terms}
    return tuple(sheet.operand(slot, sides.get(slot, "")) for slot in check.slots)


def _value(line: Linear, sheet: Sheet) -> Number:
    return sum((c * sheet.values[slot] for slot, c in line.terms), start=line.constant)
