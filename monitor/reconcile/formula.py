"""The handbook's notation → a tree of linear comparisons over slots (evaluated in monitor/reconcile/evaluate.py).

    T3[received, m] + T3[brought_forward, m] == T3[processed, m] + T3[carried_forward, m]
    T3[carried_forward, m](Y-1)        the year before
    sum(T3[r, m] for r in leaves)      also any(…) and all(…); leaves[g], measures[i]

Python's own parser reads the text, which is never executed.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import NamedTuple, NoReturn, TypeVar

from crawler.ground.errors import UsageError
from extract.form.form_file import FORMS
from extract.form.forms import MEMBERS, Form
from extract.form.labels import cells, dispositions, items, labels, leaves
from monitor.reconcile.vector import INDEX, SIZE, SLOTS, Slot

DEEPEST_YEAR = 2
TABLES = ("T2", "T3", "T4", "S3")
Built = TypeVar("Built")
Binding = Mapping[str, str]


class FormNames(NamedTuple):
    """The names of a report's three tables in their forms."""

    t2: str
    t3: str
    t4: str


def names_of(form: Form) -> FormNames:
    return FormNames(form.disclosure.name, form.applications.name, form.remedies.name)


NEWEST = names_of(FORMS.newest)


@dataclass(frozen=True, slots=True)
class Linear:
    """Σ coefficient · slot + constant. A slot of an earlier year is `slot + SIZE * years back`."""

    terms: tuple[tuple[int, int], ...] = ()
    constant: int = 0

    def scaled(self, factor: int) -> "Linear":
        if factor == 0:
            return Linear()
        return Linear(tuple((slot, c * factor) for slot, c in self.terms), self.constant * factor)

    def plus(self, other: "Linear", sign: int = 1) -> "Linear":
        total = dict(self.terms)
        for slot, coefficient in other.terms:
            total[slot] = total.get(slot, 0) + sign * coefficient
        terms = tuple((slot, c) for slot, c in total.items() if c)
        return Linear(terms, self.constant + sign * other.constant)


@dataclass(frozen=True, slots=True)
class Compare:
    """`left op right`; `difference` is left − right, with common cells merged."""

    op: str
    left: Linear
    right: Linear
    difference: Linear


@dataclass(frozen=True, slots=True)
class Connective:
    """`and`/`or`/`not` over parts."""

    op: str
    parts: tuple["Node", ...]


Node = Compare | Connective
COMPARE: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.LtE: "<=",
    ast.Lt: "<",
    ast.GtE: ">=",
    ast.Gt: ">",
}


def named_set(name: str, forms: FormNames) -> tuple[str, ...] | None:
    """The named set that a quantifier runs over: members, kinds (without 总计), rows, leaves, groups, tracks."""
    if name == "leaves":
        return leaves(forms.t3)
    if name == "rows":
        return dispositions(forms.t3)
    if name == "groups":
        return tuple(dict.fromkeys(row.group for row in FORMS.applications(forms.t3).rows if row.group))
    if name == "tracks":
        return FORMS.remedies(forms.t4).codes
    return {"members": MEMBERS, "kinds": MEMBERS[:-1]}.get(name)


@lru_cache(maxsize=4096)
def has_cell(forms: FormNames, cell: Slot) -> bool:
    """Whether these tables have such a cell; there may also be one beside the label of a group (S3)."""
    if cell.table == "S3":
        return cell.row in (named_set("groups", forms) or ())
    name = {"T2": forms.t2, "T3": forms.t3, "T4": forms.t4}[cell.table]
    return cell.member in cells(cell.table, name).get(cell.row, ())


def has_cells(node: "Node", years: Sequence[FormNames | None]) -> bool:
    """Whether the forms of these years (newest first; None: no report) have every cell of the formula."""
    for slot in operands(node):
        back, place = divmod(slot, SIZE)
        forms = years[back] if back < len(years) else None
        if forms is not None and not has_cell(forms, SLOTS[place]):
            return False
    return True


@lru_cache(maxsize=512)
def parse(text: str) -> ast.expr:
    """The syntax tree; UsageError if the text is not a single expression."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UsageError(f"cannot read the formula '{text}': {error}") from error


@lru_cache(maxsize=512)
def uses(text: str) -> frozenset[tuple[str, int]]:
    """The tables that a formula uses, each with the number of years back."""
    compiler = _Compiler(text, NEWEST, {})
    found: set[tuple[str, int]] = set()
    back: dict[int, int] = {}
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Subscript):
            back[id(node.func)] = compiler.years_back(node)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in TABLES:
            found.add((node.value.id, back.get(id(node), 0)))
    return frozenset(found)


def compile_formula(text: str, forms: FormNames, binding: Binding) -> Node:
    """The compiled formula for these forms and one binding of the quantified names."""
    return _Compiler(text, forms, binding).truth(parse(text))


def compile_value(text: str, forms: FormNames, binding: Binding) -> Linear:
    """A compiled value for a message: a sum of cells."""
    return _Compiler(text, forms, binding).linear(parse(text))


class _Compiler:
    def __init__(self, text: str, forms: FormNames, binding: Binding) -> None:
        self.text = text
        self.forms = forms
        self.names = dict(binding)

    def truth(self, node: ast.expr) -> Node:
        if isinstance(node, ast.BoolOp):
            op = "and" if isinstance(node.op, ast.And) else "or"
            return Connective(op, tuple(self.truth(part) for part in node.values))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return Connective("not", (self.truth(node.operand),))
        if isinstance(node, ast.Compare):
            return self.comparison(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("any", "all"):
            parts = tuple(self.each(node, self.truth))
            return Connective("or" if node.func.id == "any" else "and", parts)
        return self.fail(node)

    def comparison(self, node: ast.Compare) -> Node:
        sides = [self.linear(side) for side in (node.left, *node.comparators)]
        parts: list[Node] = []
        for op, left, right in zip(node.ops, sides[:-1], sides[1:], strict=True):
            if type(op) not in COMPARE:
                return self.fail(node)
            parts.append(Compare(COMPARE[type(op)], left, right, left.plus(right, -1)))
        return parts[0] if len(parts) == 1 else Connective("and", tuple(parts))

    def linear(self, node: ast.expr) -> Linear:
        if isinstance(node, ast.Constant) and type(node.value) is int:
            return Linear((), node.value)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return self.linear(node.operand).scaled(-1)
        if isinstance(node, ast.BinOp):
            return self.arithmetic(node)
        if isinstance(node, ast.Subscript):
            return Linear(((self.slot(node), 1),))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sum":
            total = Linear()
            for part in self.each(node, self.linear):
                total = total.plus(part)
            return total
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Subscript):
            return Linear(((self.slot(node.func) + SIZE * self.years_back(node), 1),))
        return self.fail(node)

    def arithmetic(self, node: ast.BinOp) -> Linear:
        left, right = self.linear(node.left), self.linear(node.right)
        if isinstance(node.op, ast.Add):
            return left.plus(right)
        if isinstance(node.op, ast.Sub):
            return left.plus(right, -1)
        if isinstance(node.op, ast.Mult) and not (left.terms and right.terms):
            return right.scaled(left.constant) if not left.terms else left.scaled(right.constant)
        return self.fail(node)

    def each(self, node: ast.Call, build: Callable[[ast.expr], Built]) -> list[Built]:
        """The parts of `f(part for name in set for …)`."""
        if len(node.args) != 1 or node.keywords or not isinstance(node.args[0], ast.GeneratorExp):
            self.fail(node)
        loop = node.args[0]
        names: list[str] = []
        sets: list[tuple[str, ...]] = []
        for part in loop.generators:
            if not isinstance(part.target, ast.Name) or part.ifs or part.is_async:
                self.fail(part)
            names.append(part.target.id)
            sets.append(self.range(part.iter))
        outer = self.names
        built = []
        for chosen in product(*sets):
            self.names = outer | dict(zip(names, chosen, strict=True))
            built.append(build(loop.elt))
        self.names = outer
        return built

    def range(self, node: ast.expr) -> tuple[str, ...]:
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            code = self.code(node.slice)
            if node.value.id == "leaves":
                # A group may be a single line in another generation of the form.
                return tuple(leaf for leaf in leaves(self.forms.t3) if leaf == code or leaf.startswith(f"{code}."))
            if node.value.id == "measures" and code in labels()["item"]:
                return items(self.forms.t2).get(code, ())
        found = named_set(node.id, self.forms) if isinstance(node, ast.Name) else None
        if found is None and isinstance(node, ast.Tuple):
            found = tuple(self.code(element) for element in node.elts)
        return found if found is not None else self.fail(node)

    def slot(self, node: ast.Subscript) -> int:
        if not isinstance(node.value, ast.Name) or not isinstance(node.slice, ast.Tuple):
            self.fail(node)
        codes = [self.code(part) for part in node.slice.elts]
        found = INDEX.get((node.value.id, codes[0], codes[1])) if len(codes) == 2 else None
        if found is None:
            name = f"{node.value.id}[{','.join(codes)}]"
            raise UsageError(f"the formula '{self.text}' names {name}, which no form has")
        return found

    def code(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return self.names.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            return f"{self.code(node.value)}.{node.attr}"
        return self.fail(node)

    def years_back(self, node: ast.Call) -> int:
        argument = node.args[0] if len(node.args) == 1 and not node.keywords else None
        if isinstance(argument, ast.BinOp) and isinstance(argument.op, ast.Sub):
            year, back = argument.left, argument.right
            if (
                isinstance(year, ast.Name)
                and year.id == "Y"
                and isinstance(back, ast.Constant)
                and type(back.value) is int
                and 1 <= back.value <= DEEPEST_YEAR
            ):
                return back.value
        return self.fail(node)

    def fail(self, node: ast.AST) -> NoReturn:
        part = ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__
        raise UsageError(f"the formula '{self.text}' has a part that is not allowed: {part}")


def operands(node: Node) -> tuple[int, ...]:
    """Every slot that the formula uses, once, in the order of the text."""
    if isinstance(node, Connective):
        return tuple(dict.fromkeys(slot for part in node.parts for slot in operands(part)))
    return tuple(dict.fromkeys(slot for side in (node.left, node.right) for slot, _ in side.terms))
