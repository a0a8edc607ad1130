"""A run of cells → the columns of the form; if their number does not fit, lists the alignments and does not guess."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

LONGEST_COUNT = 15  # digits, as for a figure in extract/form/numbers.py
SPARE = 3  # with more surplus cells than this, the alignments are not worth listing


@dataclass(frozen=True, slots=True)
class Alignment:
    """`start`/`keep`: positions of the cells taken, one per column, or None if they cannot be decided.

    `candidates` are the readings that remain possible (a few at most, for the message); `offset_open`
    says that the cells fit but padding hides where they begin.
    """

    keep: tuple[int, ...] | None
    candidates: tuple[tuple[str, ...], ...] = ()
    offset_open: bool = False


def align(cells: Sequence[str], width: int) -> Alignment:
    """Exactly `width` cells: they are the row. More cells: blanks before and after the run of figures are padding
    (if the run itself is as wide as the form). Otherwise the alignments are listed and none is chosen."""
    if len(cells) == width:
        return Alignment(tuple(range(width)))
    stated = [index for index, text in enumerate(cells) if text]
    if len(cells) < width:
        return Alignment(None, _insertions(cells, width))
    if not stated:
        return Alignment(tuple(range(width)))
    first, last = stated[0], stated[-1]
    span = last - first + 1
    if span == width:
        return Alignment(tuple(range(first, last + 1)))
    if span < width:
        starts = range(max(0, last - width + 1), min(first, len(cells) - width) + 1)
        return Alignment(None, tuple(tuple(cells[s : s + width]) for s in starts), offset_open=True)
    return Alignment(None, _omissions(cells[first : last + 1], width))


def settle(candidates: Sequence[tuple[str, ...]], total: int) -> tuple[str, ...] | None:
    """The only candidate whose members add up to its total, or None. The row sum is then used up as evidence."""
    fitting = [cells for cells in candidates if adds_up(cells, total)]
    return fitting[0] if len(fitting) == 1 else None


def kept(cells: Sequence[str], candidate: Sequence[str]) -> tuple[int, ...]:
    """The positions of a candidate's cells among all cells; if one of two equal cells was left out, the
    first is taken."""
    found: list[int] = []
    at = next(index for index, text in enumerate(cells) if text)
    for text in candidate:
        at = cells.index(text, at) + 1
        found.append(at - 1)
    return tuple(found)


def adds_up(cells: Sequence[str], total: int) -> bool:
    """Whether all cells are counts and the one at `total` is the sum of the others."""
    if not all(cell.isascii() and cell.isdigit() and len(cell) <= LONGEST_COUNT for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    return sum(numbers) == 2 * numbers[total]


def _omissions(cells: Sequence[str], width: int) -> tuple[tuple[str, ...], ...]:
    """The rows that remain when surplus blanks or zeros are dropped: a stray cell is empty or 0, never a figure."""
    spare = len(cells) - width
    droppable = [index for index, text in enumerate(cells) if text in ("", "0")]
    if spare > SPARE or len(droppable) < spare:
        return ()
    rows = {
        tuple(text for index, text in enumerate(cells) if index not in dropped)
        for dropped in map(frozenset, combinations(droppable, spare))
    }
    return tuple(sorted(rows))


def _insertions(cells: Sequence[str], width: int) -> tuple[tuple[str, ...], ...]:
    """The rows that are possible when lost cells are put back as blanks; only for the message."""
    lost = width - len(cells)
    if lost > SPARE or not any(cells):
        return ()
    rows = set()
    for places in combinations(range(width), lost):
        rest = iter(cells)
        rows.add(tuple("" if place in places else next(rest) for place in range(width)))
    return tuple(sorted(rows))


def segment(text: str, width: int, limit: int = 5000) -> list[tuple[str, ...]]:
    """The ways to cut joined figures into `width` numbers: spaces are borders, no leading zeros.

    「0000000」 has one way, 「713000074」 several. Empty if a text without borders is too long or has more than
    `limit` ways (then nothing is proved).
    """
    pieces = tuple(text.split())
    if len(pieces) < width and len(text) > 64:
        return []
    ways = [*islice(_cut(pieces, width, (), set()), limit + 1)]
    return ways if len(ways) <= limit else []


def _cut(
    pieces: tuple[str, ...], left: int, done: tuple[str, ...], dead: set[tuple[tuple[str, ...], int]]
) -> Iterator[tuple[str, ...]]:
    """The ways to cut `pieces` into `left` numbers, after those cut before (`done`). `dead`: inputs without any way,
    kept because they are reached many times."""
    if len(pieces) > left or sum(map(len, pieces)) < left or (pieces, left) in dead:
        return
    if not pieces:
        yield done
        return
    head, rest = pieces[0], pieces[1:]
    found = False
    for end in _ends(head):
        for way in _cut((head[end:], *rest) if end < len(head) else rest, left - 1, (*done, head[:end]), dead):
            found = True
            yield way
    if not found:
        dead.add((pieces, left))


def _ends(rest: str) -> list[int]:
    """Lengths of the numbers that `rest` can begin with: -?(0|[1-9]\\d*)(\\.\\d+)?(万?元)?"""
    start = 1 if rest[0] in "+-" else 0
    digits = start
    while digits < len(rest) and rest[digits].isdigit():
        digits += 1
    if digits == start:
        return []
    whole = [start + 1] if rest[start] == "0" else list(range(start + 1, digits + 1))
    ends: list[int] = []
    for end in whole:
        if end == digits and digits < len(rest) and rest[digits] == ".":
            fraction = digits + 1
            while fraction < len(rest) and rest[fraction].isdigit():
                fraction += 1
            ends.extend(_with_unit(rest, stop) for stop in range(digits + 2, fraction + 1))
        else:
            ends.append(_with_unit(rest, end))
    return ends


def _with_unit(rest: str, end: int) -> int:
    for unit in ("万元", "元"):
        if rest.startswith(unit, end):
            return end + len(unit)
    return end
