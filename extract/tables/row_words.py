"""What the words of one row say, without the figures beside them; the same in every report."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from extract.form.form_file import FORMS
from extract.form.template import Token, bare, normalize, token

REMEMBERED = 64  # cells of a row: no form has longer rows
FEWEST_NAMES = 3  # a line of the form has at most two labels: its group's and its own
LONGEST_HEADING = 40
BETWEEN = re.compile(r"[（）【】:：、，。.·—－-]|情况|案件|部分|\s")
ASIDE = frozenset(("", "其中", "表四", "附表", "类"))
LABELS = frozenset(("row", "item", "group"))
HEADINGS = frozenset(("head", "track", "block"))


def _header_words() -> dict[str, str]:
    """Rows of 表三 whose labels are also words of its header (总计, 其他), each with that column."""
    return {
        row.code: member.code
        for form in FORMS.forms
        for row in form.applications.rows
        for member in form.applications.members
        if {bare(normalize(text)) for text in (row.label, *row.exact)} & {*map(normalize, member.labels)}
    }


HEADER_WORDS = _header_words()
LAST_WORDS = frozenset(HEADER_WORDS)  # they are labels of rows only below other rows of 表三

Tokens = tuple[Token, ...]
WordTokens = tuple[tuple[int, Token], ...]  # each with its position in the row


class RowWords(NamedTuple):
    """What the words of a row say. `word_tokens`: the tokens that are no values. `heading`: one is a header word.

    `stated`: there is a figure or a sign for "none"; `numbers` counts the figures, `values` also signs and blank cells;
    `label` is the position of the first label, or -1; `table`: of the last word that belongs to only one, "T4" if
    any word belongs to 表四.
    """

    word_tokens: WordTokens
    heading: bool
    label: int
    stated: bool
    numbers: int
    values: int
    table: str


def words_of(tokens: Tokens) -> RowWords:
    """What these tokens say; cached, because a row of one form has the same words in every report."""
    return _words_of(tokens) if len(tokens) <= REMEMBERED else _words_of.__wrapped__(tokens)


@lru_cache(maxsize=4096)
def _words_of(tokens: Tokens) -> RowWords:
    words = tuple((at, one) for at, one in enumerate(tokens) if one.kind != "value")
    kinds = {one.kind for _, one in words}
    tables = [one.table for _, one in words if one.table and (one.table != "T3" or one.code not in LAST_WORDS)]
    states = [one.state for one in tokens if one.kind == "value"]
    return RowWords(
        words,
        not HEADINGS.isdisjoint(kinds),
        -1 if LABELS.isdisjoint(kinds) else label_at(tokens, 0),
        any(state != "blank" for state in states),
        states.count("number"),
        len(states),
        "T4" if "T4" in tables else tables[-1] if tables else "",
    )


def label_at(tokens: Sequence[Token], start: int) -> int:
    """The last label before the values, or -1; an unknown word is skipped, but after a row's label it is a value."""
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


def names_columns(words: RowWords) -> bool:
    """Whether a row is an unusual header, not a line: labels of several lines, without a figure or a blank cell."""
    if words.values or len(words.word_tokens) < FEWEST_NAMES:
        return False  # nearly all rows
    return len({one.code for _, one in words.word_tokens if one.kind in LABELS and one.code}) >= FEWEST_NAMES


@lru_cache(maxsize=1024)
def track_in(text: str) -> str:
    """The track that a short line names, if all its other words belong to 表四: 「行政诉讼（未经复议直接起诉）」."""
    if len(text) > LONGEST_HEADING:
        return ""
    words = [word for word in BETWEEN.split(bare(normalize(text))) if word not in ASIDE]
    found = [token(word) for word in words]
    if not found or any(one.table != "T4" for one in found):
        return ""
    tracks = {one.code for one in found if one.kind == "track"}
    return tracks.pop() if len(tracks) == 1 and found[-1].kind == "track" else ""
