"""Rules compiled for the forms of one report (or of two years), once: what to evaluate, what cannot be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from operator import itemgetter
from typing import Any, NamedTuple

from extract.model import Report
from monitor.reconcile.evaluate import Point, compile_batch, compile_point
from monitor.reconcile.formula import Compare, Forms, Group, Linear, Node, compile_formula, compile_value, operands
from monitor.reconcile.rulebook import Case, Rule, Rulebook
from monitor.reconcile.vector import AMOUNTS, SIZE, SLOTS

NEWEST = "2021"


class Shape(NamedTuple):
    """The forms found in one report; None is a table that was not found."""

    t2: str | None
    t3: str | None
    t4: bool

    def form(self, table: str) -> str | None:
        if table == "T4":
            return "both" if self.t4 else None
        return self.t2 if table == "T2" else self.t3


def shape(report: Report) -> Shape:
    forms = report.forms
    return Shape(forms.get("T2"), forms.get("T3"), "T4" in forms)


@dataclass(frozen=True, slots=True)
class Check:
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
    exact: bool  # no amount among its cells: each is a point
    show: Mapping[str, Linear]


class Batch(NamedTuple):
    """All checks of one rule; `all_hold` asks them at once where their shape allows it."""

    rule: Rule
    checks: tuple[Check, ...]
    all_hold: Point | None
    conditional: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """`batches` by rule; `methods` rules that are code; `absent` rules that cannot be evaluated, and why.

    `conditional`: it depends on the body, or on what happened to it, whether the rule is asked.
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
        if bool(rule.years) != yearly or not _fits(rule, shapes):
            continue
        if rule.if_stated or not (reason := _lacks(rule, shapes)):
            conditional = bool(rule.years or rule.bodies or rule.except_bodies)
            if rule.method:
                methods.append((rule, conditional))
            else:
                checks = tuple(_checks(rule, shapes))
                batches.append(Batch(rule, checks, compile_batch([check.node for check in checks]),
                                     conditional))
        else:
            absent.append((rule, reason))
    return Plan(tuple(batches), tuple(methods), tuple(absent))


def _fits(rule: Rule, shapes: tuple[Shape | None, ...]) -> bool:
    """Whether the rule speaks of these forms. Where a table is not found, the other table's form stands for it."""
    for table, back in rule.tables:
        found = shapes[back] if back < len(shapes) else None
        if table == "T4" or found is None:
            continue
        form = found.t2 if table == "T2" else found.t3
        form = form or found.t3 or found.t2
        if form is not None and form not in (rule.forms_before if back else rule.forms):
            return False
    return True


def _lacks(rule: Rule, shapes: tuple[Shape | None, ...]) -> str:
    for table, back in sorted(rule.tables):
        found = shapes[back] if back < len(shapes) else None
        if found is None:
            return "year_missing"
        if found.form("T3" if table == "S3" else table) is None:
            return "table_missing"
    return ""


def _checks(rule: Rule, shapes: tuple[Shape | None, ...]) -> Iterator[Check]:
    now = shapes[0]
    t2 = (now.t2 if now else None) or NEWEST
    t3 = (now.t3 if now else None) or NEWEST
    known = {found.t2 for found in shapes[:rule.years + 1] if found is not None and found.t2 is not None}
    for number, case in enumerate(rule.cases):
        if not known <= case.forms:
            continue
        letters = tuple(case.loops)
        for codes in product(*(case.codes(letter, t3) for letter in letters)):
            check = _check(rule, number, case, (t2, t3), dict(zip(letters, codes, strict=True)))
            if check is not None:
                yield check


def _check(rule: Rule, number: int, case: Case, forms: Forms, binding: dict[str, str]) -> Check | None:
    holds = compile_formula(case.holds, forms, binding)
    node = holds
    if case.when:
        node = Group("or", (Group("not", (compile_formula(case.when, forms, binding),)), holds))
    slots = operands(node)
    subtotals = tuple(slot for slot in slots if slot < SIZE and SLOTS[slot].table == "S3")
    if rule.if_stated and len(subtotals) == len(slots):
        return None  # a group without leaves in this form: （六） of the 2019 form is a row, not a group
    subject = case.subject.format(**binding) or ",".join(binding.values()) or "report"
    show = {name: compile_value(text, forms, binding) for name, text in case.show.items()}
    codes = itemgetter(*slots) if len(slots) > 1 else lambda values: (values[slots[0]],)
    return Check(rule, number, subject, f"{rule.id}[{subject}]", binding, node,
                 holds if isinstance(holds, Compare) else None, compile_point(node), slots, codes, subtotals,
                 all(SLOTS[slot % SIZE].member not in AMOUNTS for slot in slots), show)
