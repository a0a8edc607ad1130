"""Rules compiled for the forms of one report (or of two years), once: what to evaluate, and what cannot be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from operator import itemgetter
from typing import Any, NamedTuple

from extract.form.form_file import FORMS
from extract.form.forms import TABLES
from extract.model import Report
from monitor.reconcile.evaluate import Point, compile_batch, compile_point
from monitor.reconcile.formula import (
    NEWEST,
    Compare,
    Connective,
    FormNames,
    Linear,
    Node,
    compile_formula,
    compile_value,
    has_cell,
    has_cells,
    names_of,
    operands,
)
from monitor.reconcile.rule import Case, Rule
from monitor.reconcile.rulebook import Rulebook
from monitor.reconcile.vector import AMOUNTS, SIZE, SLOTS


class Shape(NamedTuple):
    """The forms of the tables found in one report; None is a table that was not found."""

    t2: str | None
    t3: str | None
    t4: str | None

    def names(self) -> list[FormNames]:
        """The table names for each form the report may use: those found, the missing ones filled in from that form."""
        found: dict[str, str] = {table: name for table, name in zip(TABLES, self, strict=True) if name is not None}
        sure: dict[str, str] = next(({table: found[table]} for table in ("T3", "T2", "T4") if table in found), {})
        return [
            FormNames(*(found.get(table, name) for table, name in zip(TABLES, names_of(form), strict=True)))
            for form in FORMS.alike(found) or FORMS.alike(sure)
        ]

    def found(self, table: str) -> bool:
        return {"T2": self.t2, "T3": self.t3, "S3": self.t3, "T4": self.t4}[table] is not None


def shape(report: Report) -> Shape:
    return Shape(*map(report.forms.get, TABLES))


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """One relation at one subject, ready to be evaluated over a flat vector."""

    rule: Rule
    case: int
    subject: str
    name: str
    binding: Mapping[str, str]
    node: Node
    main: Compare | None
    point: Point
    slots: tuple[int, ...]
    codes: Callable[[Sequence[int]], Any]
    subtotals: tuple[int, ...]
    exact: bool  # there is no amount among its cells: each is an exact number
    show: Mapping[str, Linear]


class Batch(NamedTuple):
    """All checks of one rule; `all_hold` evaluates them all at once, if their shape allows it."""

    rule: Rule
    checks: tuple[PlannedCheck, ...]
    all_hold: Point | None
    conditional: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """`batches`: the checks by rule; `methods`: rules that are code; `absent`: rules that cannot be evaluated, and why.

    `conditional`: whether the rule applies depends on the body, or on what happened to it.
    """

    batches: tuple[Batch, ...]
    methods: tuple[tuple[Rule, bool], ...]
    absent: tuple[tuple[Rule, str], ...]


@lru_cache(maxsize=512)
def plan(book: Rulebook, shapes: tuple[Shape | None, ...], yearly: bool) -> Plan:
    """What to do for a report with these forms (newest year first; None: no report of that year)."""
    batches: list[Batch] = []
    methods: list[tuple[Rule, bool]] = []
    absent: list[tuple[Rule, str]] = []
    for rule in book.rules.values():
        if bool(rule.years) != yearly:
            continue
        checks = next((checks for years in _years(shapes) if (checks := tuple(_checks(rule, years)))), ())
        if not checks and not (rule.method and any(_has_needs(rule, years[0]) for years in _years(shapes))):
            continue
        if rule.if_stated or not (reason := _lacks(rule, shapes)):
            conditional = bool(rule.years or rule.bodies or rule.except_bodies)
            if rule.method:
                methods.append((rule, conditional))
            else:
                batches.append(Batch(rule, checks, compile_batch([check.node for check in checks]), conditional))
        else:
            absent.append((rule, reason))
    return Plan(tuple(batches), tuple(methods), tuple(absent))


@lru_cache(maxsize=8)
def texts_alone(book: Rulebook) -> Plan:
    """What to do for a report from before the forms: rules between the years that are about its text."""
    rules = (rule for rule in book.rules.values() if rule.years and rule.params.get("before_forms"))
    return Plan((), tuple((rule, True) for rule in rules), ())


Years = tuple[FormNames | None, ...]


def _years(shapes: tuple[Shape | None, ...]) -> Iterator[Years]:
    """The possible forms of these years, the newest first; more than one only if a table was not found."""
    return product(*([None] if found is None else found.names() for found in shapes))


def _has_needs(rule: Rule, forms: FormNames | None) -> bool:
    return all(has_cell(forms or NEWEST, cell) for cell in rule.needs)


def _lacks(rule: Rule, shapes: tuple[Shape | None, ...]) -> str:
    for table, back in sorted(rule.tables):
        found = shapes[back] if back < len(shapes) else None
        if found is None:
            return "year_missing"
        if not found.found(table):
            return "table_missing"
    return ""


def _checks(rule: Rule, years: Years) -> Iterator[PlannedCheck]:
    """Every relation of the rule whose cells are all in the forms of these years."""
    now = years[0] or NEWEST
    for number, case in enumerate(rule.cases):
        for binding in case.bindings(now):
            check = _check(rule, number, case, now, binding)
            if check is not None and has_cells(check.node, years):
                yield check


def _check(rule: Rule, number: int, case: Case, forms: FormNames, binding: dict[str, str]) -> PlannedCheck | None:
    holds = compile_formula(case.holds, forms, binding)
    node = holds
    if case.when:
        node = Connective("or", (Connective("not", (compile_formula(case.when, forms, binding),)), holds))
    slots = operands(node)
    subtotals = tuple(slot for slot in slots if slot < SIZE and SLOTS[slot].table == "S3")
    if not slots:
        return None  # a sum over lines that this form does not have
    subject = case.subject.format(**binding) or ",".join(binding.values()) or "report"
    show = {name: compile_value(text, forms, binding) for name, text in case.show.items()}
    codes = itemgetter(*slots) if len(slots) > 1 else lambda values: (values[slots[0]],)
    return PlannedCheck(
        rule,
        number,
        subject,
        f"{rule.id}[{subject}]",
        binding,
        node,
        holds if isinstance(holds, Compare) else None,
        compile_point(node),
        slots,
        codes,
        subtotals,
        all(SLOTS[slot % SIZE].member not in AMOUNTS for slot in slots),
        show,
    )
