"""Header rows: whether the columns are in the form's order. They must be, because a figure is known by its place."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, pairwise

from extract.content import Grid, GridRow
from extract.form.form_file import FORMS
from extract.form.forms import MEMBERS, TRACK_MEMBERS, Column
from extract.form.template import Token, heading, normalize
from extract.tables.row_words import HEADER_WORDS, REMEMBERED, Tokens

MEMBER_RANK = {code: rank for rank, code in enumerate(MEMBERS)}
ORGANIZATIONS = frozenset(MEMBERS[1:5])  # 其他 also occurs in rows; these four occur only in the header
RESULT_RANK = {code: rank for rank, code in enumerate(TRACK_MEMBERS)}
LAST_RESULTS = TRACK_MEMBERS[-2:]


def _track_rank() -> dict[str, int]:
    """The tracks and the headings above them, each with its highest rank in any form."""
    found: dict[str, int] = {}
    for form in FORMS.forms:
        order = dict.fromkeys(code for track in form.remedies.tracks for code in (track.group, track.code) if code)
        found |= {code: max(rank, found.get(code, 0)) for rank, code in enumerate(order)}
    return found


def _disordered() -> frozenset[tuple[str, str]]:
    """Pairs of measures in a wrong order: no block has the second after the first; across blocks, ranks decide."""
    blocks = [[column.code for column in block.measures] for form in FORMS.forms for block in form.disclosure.blocks]
    rank: dict[str, int] = {}
    for block in blocks:
        rank |= {code: max(place, rank.get(code, 0)) for place, code in enumerate(block)}
    behind = {pair for block in blocks for pair in combinations(block, 2)}
    return frozenset(
        (one, two)
        for one in rank
        for two in rank
        if (one, two) not in behind and ((two, one) in behind or rank[two] <= rank[one])
    )


def _characters(members: Iterable[Column]) -> tuple[frozenset[str], ...]:
    return tuple({frozenset(normalize(label)) for member in members for label in member.labels})


FEWEST_HEADS = 3  # names of columns in one row
LONG = 6  # characters: so long a heading may have one that is another
CHARACTERS = {
    "T3": _characters(member for form in FORMS.forms for member in form.applications.members),
    "T4": _characters(member for form in FORMS.forms for member in form.remedies.members),
}
TRACK_RANK = _track_rank()
DISORDERED = _disordered()


@dataclass(slots=True)
class Headers:
    """What a document's header rows say: by table, what is out of order; by grid, the columns of the figures."""

    disorder: dict[str, str] = field(default_factory=dict)
    columns: dict[tuple[str, int], dict[str, set[int]]] = field(default_factory=dict)
    # By table and grid: what is printed lowest above each column of the grid, "" where it is a word of the form.
    lowest: dict[tuple[str, int], dict[int, str]] = field(default_factory=dict)
    # By table and grid: its header rows, each with the first column and the columns of its cells.
    drawn: dict[tuple[str, int], list[tuple[tuple[int, int], ...]]] = field(default_factory=dict)
    # By grid, what a header of 表三 says whose members are in another order than the form's.
    unsettled: dict[int, str] = field(default_factory=dict)
    counted: set[int] = field(default_factory=set)  # grids of those whose columns are but the order of their cells
    last: str = ""  # the last kind of 法人 named in this grid since its last line of figures
    _grid: int = -1

    def take(self, table: str, grid: int, tokens: Tokens, cells: GridRow, known: bool) -> None:
        """Takes one header row. `known`: the column numbers of this grid can be trusted."""
        texts, columns = cells.texts, cells.columns
        if grid != self._grid:
            self._grid, self.last = grid, ""
        found, wrong = (_columns if len(tokens) <= REMEMBERED else _columns.__wrapped__)(table, tokens)
        if table == "T3" and self._members([code for code, _ in found]):
            # Where each has its own column in a grid that tells columns, the headings themselves say whose they are.
            # In one that tells none, a row of all the members and nothing else gives their order among the figures.
            known = known or self._counts(grid, found, tokens)
            if known:
                self.unsettled.setdefault(grid, " ".join(text for text in texts if text))
            else:
                wrong = True
        if table == "T3" and not known and _total_before(tokens):
            wrong = True  # then it is unknown which columns are below 法人
        if table != "T2":
            if known:
                self.lowest.setdefault((table, grid), {}).update(_lowest(table, tokens, texts, columns))
            elif table == "T3" and _amid(tokens, texts):
                wrong = True
        if wrong:
            self.disorder[table] = " ".join(text for text in texts if text)
        if known:
            heads = tuple([(columns[at], cells.colspans[at]) for at, one in enumerate(tokens) if one.kind != "value"])
            self.drawn.setdefault((table, grid), []).append(heads)
        if known and found:
            places = self.columns.setdefault((table, grid), {})
            for code, at in found:
                places.setdefault(code, set()).add(columns[at])

    def _members(self, codes: Sequence[str]) -> bool:
        if len(codes) > 1 and ("foreign" in codes or not _ascends([MEMBER_RANK[code] for code in codes])):
            return True
        for code in codes:
            if code == "foreign" and self.last:
                return True
            if code in ORGANIZATIONS:
                if self.last and MEMBER_RANK[code] <= MEMBER_RANK[self.last]:
                    return True
                self.last = code
        return False

    def _counts(self, grid: int, found: Sequence[tuple[str, int]], tokens: Tokens) -> bool:
        """Whether a row is all members and nothing else: then it counts the columns that its grid does not tell."""
        codes = [code for code, _ in found]
        whole = len(tokens) == len(codes) and sorted(codes) == sorted(MEMBERS)
        if whole:
            self.counted.add(grid)
        return whole

    def over(self, table: str, grid: int, columns: Sequence[int]) -> bool:
        """Whether these are the columns that this grid's header gives to the figures."""
        places = self.columns.get((table, grid), {})
        if sum(map(len, places.values())) != len(columns):
            return False
        return sorted(column for found in places.values() for column in found) == list(columns)

    def stands_under(self, table: str, grid: int, column: int, wide: int) -> bool:
        """Whether a cell is as wide as one heading above it, which no other heading divides: it spans nothing else.

        Where a heading of a group is wider than what it is above, an office cuts the columns so.
        """
        rows = self.drawn.get((table, grid), ())
        above = [at for at, row in enumerate(rows) if (column, wide) in row]
        return bool(above) and not any(
            begin < column + wide and column < begin + size for row in rows[above[-1] + 1 :] for begin, size in row
        )


def tells_columns(grid: Grid) -> bool:
    """Whether cell positions tell columns: rows of different lengths without any merged cell have lost their spans."""
    if not grid.columns_known:
        return False
    plain = all(max(row.colspans) == max(row.rowspans) == 1 for row in grid.rows if row.texts)
    return not plain or len({len(row.texts) for row in grid.rows if row.texts}) == 1


def _ascends(ranks: Sequence[int]) -> bool:
    return all(left < right for left, right in pairwise(ranks))


def _lowest(table: str, tokens: Tokens, texts: Sequence[str], columns: Sequence[int]) -> Iterator[tuple[int, str]]:
    for one, text, column in zip(tokens, texts, columns, strict=True):
        if one.kind != "value":
            yield column, text if is_strange(table, one, text) else ""


def is_strange(table: str, one: Token, text: str) -> bool:
    """Whether a heading is none of the form's, and no part of one that was torn or lost a character."""
    if one.kind != "text":
        return one.code == "foreign"
    label = heading(text)
    return not any(len({*label} - known) <= (len(label) >= LONG) for known in CHARACTERS[table])


def _amid(tokens: Tokens, texts: Sequence[str]) -> bool:
    """Whether a strange heading stands among those of the columns, where cells do not tell which column is below it."""
    at = [number for number, one in enumerate(tokens) if one.code in MEMBER_RANK and one.kind != "value"]
    if len(at) < FEWEST_HEADS:
        return False
    begin = at[0] if tokens[at[0]].code == MEMBERS[0] else max(at[0] - 1, 0)  # before 自然人 is the labels' heading
    return any(is_strange("T3", tokens[number], texts[number]) for number in range(begin, len(tokens)))


@lru_cache(maxsize=1024)
def _columns(table: str, tokens: Tokens) -> tuple[list[tuple[str, int]], bool]:
    """The columns that a header row names, each with its cell; and whether this row alone shows a wrong order."""
    if table == "T2":
        return [], _measures([token for token in tokens if token.kind == "head" and token.table == "T2"])
    heads = [
        (HEADER_WORDS.get(token.code, token.code), at, token)
        for at, token in enumerate(tokens)
        if token.kind != "value"
    ]
    if table == "T3":
        found = [(code, at) for code, at, _ in heads if code in MEMBER_RANK or code == "foreign"]
        return found, _stranger(found, tokens)
    found = [
        (code, at) for code, at, token in heads if code in RESULT_RANK and (token.kind == "head" or code == "total")
    ]
    return found, _results([code for code, _ in found]) or _tracks(tokens)


def _stranger(found: Sequence[tuple[str, int]], tokens: Tokens) -> bool:
    """Whether there is a foreign column: a row that names the kinds of 法人, and then an unknown word."""
    if not ORGANIZATIONS.issubset(code for code, _ in found):
        return False
    return any(token.kind == "text" for token in tokens[found[0][1] :])


def _total_before(tokens: Tokens) -> bool:
    """Whether 总计 comes before a heading of several columns."""
    codes = [HEADER_WORDS.get(token.code, token.code) for token in tokens if token.table == "T3"]
    return "total" in codes and "" in codes[codes.index("total") :]


def _results(codes: Sequence[str]) -> bool:
    """Whether the results are out of order: a whole header repeats the five words, in a torn one the rest ascend."""
    if set(codes) == set(TRACK_MEMBERS):
        return list(codes) != list(TRACK_MEMBERS) * (len(codes) // len(TRACK_MEMBERS))
    return any(RESULT_RANK[right] <= RESULT_RANK[left] and left not in LAST_RESULTS for left, right in pairwise(codes))


def _tracks(tokens: Iterable[Token]) -> bool:
    return not _ascends([TRACK_RANK[token.code] for token in tokens if token.code in TRACK_RANK])


def _measures(heads: Iterable[Token]) -> bool:
    last = ""
    for head in heads:
        if (last, head.code) in DISORDERED:
            return True
        last = head.code  # 信息内容 has no code and begins a block
    return False
