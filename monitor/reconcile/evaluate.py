"""Two ways to evaluate a compiled formula: fast, on plain numbers; and three-valued, on intervals."""

import operator
from collections.abc import Callable, Mapping, Sequence

from extract.content import Number
from monitor.reconcile.formula import Compare, Linear, Node
from monitor.reconcile.vector import Interval, Low

Point = Callable[[Sequence[Number]], bool]
TEST: Mapping[str, Callable[[Number, Number], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
}


def _zero(_values: Sequence[Number]) -> Number:
    return 0


def compile_point(node: Node) -> Point:
    """A function of the flat vector that takes every cell as the number in it."""
    if isinstance(node, Compare):
        return _compile_compare(node)
    parts = [compile_point(part) for part in node.parts]
    if node.op == "not":
        inner = parts[0]
        return lambda v: not inner(v)
    if node.op == "and":
        return lambda v: all(part(v) for part in parts)
    return lambda v: any(part(v) for part in parts)


def _compile_compare(node: Compare) -> Point:
    test = TEST[node.op]
    terms, constant = node.difference.terms, node.difference.constant
    left = _total([slot for slot, c in terms if c == 1])
    right = _total([slot for slot, c in terms if c == -1])
    rest = tuple((slot, c) for slot, c in terms if c not in (1, -1))
    if rest:
        return lambda v: test(left(v) + sum(c * v[slot] for slot, c in rest) + constant, right(v))
    if constant:
        return lambda v: test(left(v) + constant, right(v))
    if node.op == "==":
        return lambda v: left(v) == right(v)
    return lambda v: test(left(v), right(v))


def compile_batch(nodes: Sequence[Node]) -> Point | None:
    """A function for all of these at once, if they are equations with equal numbers of cells: the sums run in C.

    None if they are not; then they are evaluated one by one.
    """
    sides: list[tuple[list[int], list[int]]] = []
    for node in nodes:
        if not isinstance(node, Compare) or node.op != "==" or node.difference.constant:
            return None
        if any(c not in (1, -1) for _, c in node.difference.terms):
            return None
        terms = node.difference.terms
        sides.append(([slot for slot, c in terms if c == 1], [slot for slot, c in terms if c == -1]))
    if len(sides) < 2 or len({(len(left), len(right)) for left, right in sides}) != 1:
        return None
    if not sides[0][0] or not sides[0][1]:
        return None
    left = _sums([left for left, _ in sides])
    right = _sums([right for _, right in sides])
    return lambda v: left(v) == right(v)


def _sums(rows: list[list[int]]) -> Callable[[Sequence[Number]], list[Number]]:
    """The sum of each of several runs of slots, all of the same length."""
    width = len(rows[0])
    pick = operator.itemgetter(*(slot for row in rows for slot in row))
    if width == 1:
        return lambda v: list(pick(v))
    if width == 2:
        first, second = (operator.itemgetter(*column) for column in zip(*rows, strict=True))
        return lambda v: list(map(operator.add, first(v), second(v)))
    return lambda v: list(map(sum, zip(*[iter(pick(v))] * width)))  # noqa: B905  # one iterator, whole chunks


def _total(slots: list[int]) -> Callable[[Sequence[Number]], Number]:
    if not slots:
        return _zero
    if len(slots) == 1:
        return operator.itemgetter(slots[0])
    if slots == list(range(slots[0], slots[0] + len(slots))):
        run = slice(slots[0], slots[0] + len(slots))
        return lambda v: sum(v[run])
    pick = operator.itemgetter(*slots)
    return lambda v: sum(pick(v))


def bounds(line: Linear, interval: Callable[[int], Interval]) -> Interval:
    """The least and the greatest value of a linear expression; None means unbounded."""
    low: Low = line.constant
    high: Low = line.constant
    for slot, coefficient in line.terms:
        least, most = interval(slot) if coefficient > 0 else interval(slot)[::-1]
        low = None if low is None or least is None else low + coefficient * least
        high = None if high is None or most is None else high + coefficient * most
    return low, high


def three_valued(node: Node, interval: Callable[[int], Interval]) -> bool | None:
    """True: holds for all possible values of the cells; False: broken for all of them; None: it depends."""
    if isinstance(node, Compare):
        return _decide(node.op, *bounds(node.difference, interval))
    parts = [three_valued(part, interval) for part in node.parts]
    if node.op == "not":
        return None if parts[0] is None else not parts[0]
    decisive = node.op == "or"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _decide(op: str, low: Low, high: Low) -> bool | None:
    """Compares with 0 a difference that is between `low` and `high`."""
    if op in (">=", ">"):
        mirrored = (None if high is None else -high, None if low is None else -low)
        return _decide("<=" if op == ">=" else "<", *mirrored)
    if op == "!=":
        equal = _decide("==", low, high)
        return None if equal is None else not equal
    if op == "==":
        if low == high == 0:
            return True
        return False if (low is not None and low > 0) or (high is not None and high < 0) else None
    strict = op == "<"
    if high is not None and (high < 0 or (high == 0 and not strict)):
        return True
    return False if low is not None and (low > 0 or (low == 0 and strict)) else None
