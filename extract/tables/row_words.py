"""What the words of one row say by themselves, whatever the figures beside them; the same in every report."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from extract.form.form_file import FORMS
from extract.form.template import Token, bare, normalize

REMEMBERED = 64  # cells of a row: none of a form has more
LABELS = frozenset(("row", "item", "group"))
HEADINGS = frozenset(("head", "track", "block"))


def _header_words() -> dict[str, str]:
    """Rows of 表三 whose labels are words of its header as well (总计, 其他), each with its column."""
    return {
        row.code: member.code
        for form in FORMS.forms
        for row in form.applications.rows
        for member in form.applications.members
        if {bare(normalize(text)) for text in (row.label, *row.exact)} & {*map(normalize, member.labels)}
    }


HEADER_WORDS = _header_words()
LAST_WORDS = frozenset(HEADER_WORDS)  # labels of rows only below other rows of 表三

Tokens = tuple[Token, ...]
Telling = tuple[tuple[int, Token], ...]


class RowWords(NamedTuple):
    """What the tokens of a row say by themselves: those that are no values, of which kinds and table they are.

    `stated`: there is a figure or a sign for none; `numbers` counts the figures; `label` is where the first label
    stands, or -1; `table` is that of the last word that belongs to one alone, "T4" if any word is of 表四.
    """

    telling: Telling
    heading: bool
    label: int
    stated: bool
    numbers: int
    table: str


def words_of(tokens: Tokens) -> RowWords:
    """What these tokens say; remembered, for a row of one form has the same words in every report."""
    return _words_of(tokens) if len(tokens) <= REMEMBERED else _words_of.__wrapped__(tokens)


@lru_cache(maxsize=4096)
def _words_of(tokens: Tokens) -> RowWords:
    telling = tuple((at, one) for at, one in enumerate(tokens) if one.kind != "value")
    kinds = {one.kind for _, one in telling}
    tables = [one.table for _, one in telling if one.table and (one.table != "T3" or one.code not in LAST_WORDS)]
    states = [one.state for one in tokens if one.kind == "value"]
    return RowWords(
        telling,
        not HEADINGS.isdisjoint(kinds),
        -1 if LABELS.isdisjoint(kinds) else label_at(tokens, 0),
        any(state != "blank" for state in states),
        states.count("number"),
        "T4" if "T4" in tables else tables[-1] if tables else "",
    )


def label_at(tokens: Sequence[Token], start: int) -> int:
    """The last label before the values; an unknown word between labels is passed over, after one it is a value."""
    found = -1
    for at in range(start, len(tokens)):
        one = tokens[at]
        kind = one[0]
        if kind == "value":
            if one.state == "blank":
                continue
            break
        if kind in LABELS:
            if found >= 0 and kind == "group" and tokens[found].kind != "group":
                break
            found = at
        elif found >= 0 and tokens[found].kind != "group":
            break
    return found
