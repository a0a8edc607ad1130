"""The prose of a section as sentences: without white space and in one width, each character's place kept."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

ENDS = frozenset("。；！？;!?")
# A line that ends with one of these, or is as short as a heading, ends what it says.
CLOSED = frozenset("。；！？：;!?:")
BEGINS = re.compile(
    r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|第[一二三四五六七八九十]{1,3}|[#*]|[一二三四五六七八九十]是"
)
HEADING = 25
# Characters of a sentence: a longer one is told in parts, cut behind the next pause, or else anywhere but in a number.
LONGEST = 4000
PAUSES = frozenset("，、,")
COUNTING = frozenset("0123456789.,零〇○一二两三四五六七八九十百千万亿")
FOLDED = {"，": ",", "．": ".", "\u3002": "。"}


class Sentence(NamedTuple):
    """`text` without white space and full width; `places[i]` is where its i-th character stands in the section.

    `heading`: it is a line of its own that ends with no stop; `opens`: the first of its paragraph.
    """

    text: str
    places: tuple[int, ...]
    heading: bool
    opens: bool

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the sentence stands in the section."""
        return self.places[start], self.places[end - 1] + 1


@lru_cache(maxsize=4096)
def fold(char: str) -> str:
    """One character in one width; what would become several stays as it is."""
    if char in "，；：！？（）。、":
        return char
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a section in order; a line torn by a page goes on in the next one."""
    chars: list[str] = []
    places: list[int] = []
    line_start, opens = 0, True
    for line in text.splitlines(keepends=True):
        shown = line.strip()
        if chars and (BEGINS.match(shown) or not shown):
            yield from _told(chars, places, True, opens)
            chars, places, opens = [], [], True
        for at, char in enumerate(line, line_start):
            if char.isspace():
                continue
            chars.append(fold(char))
            places.append(at)
            if chars[-1] in ENDS or (len(chars) >= LONGEST and _may_cut(chars)):
                yield from _told(chars, places, False, opens)
                chars, places, opens = [], [], False
        line_start += len(line)
        if chars and (len(shown) <= HEADING or shown[-1] in CLOSED):
            yield from _told(chars, places, shown[-1] not in CLOSED, opens)
            chars, places = [], []
        if not chars:
            opens = True
    if chars:
        yield from _told(chars, places, False, opens)


def _may_cut(chars: Sequence[str]) -> bool:
    """Whether a sentence that is too long may end here."""
    if chars[-1] in PAUSES:
        return chars[-2] not in COUNTING
    return len(chars) >= 2 * LONGEST and chars[-1] not in COUNTING


def _told(chars: list[str], places: list[int], heading: bool, opens: bool) -> Iterator[Sentence]:
    yield Sentence("".join(chars), tuple(places), heading and len(chars) <= HEADING, opens)
