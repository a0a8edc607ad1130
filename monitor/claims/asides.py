"""What a text tells aside from the body's own figures: an exercise of the supervisor's, a part of the body. Each lasts
until the body's own are spoken of again, over the end of a sentence too.
"""

import re
from typing import NamedTuple

from monitor.claims.places import InOrder
from monitor.claims.tokens import Span, Token, Words, spans

# What speaks of the whole body again, and what of the applications that it received itself.
WHOLE_BODY = re.compile(r"[合总共]计|累计|全年|本年|全[国省市县区州盟旗镇乡]|本机关|本单位|本局|我[局办委镇市县区]")
CAME_IN = re.compile(
    r"(?:收到|受理|接到|接收|新收)(?!了?(?:答复|回复|反馈|回音|告知))|结转|本年|年[末底]|截至|尚有|20\d\d年度?[,，]|全年(?!共?(?:提交|发出|开展|组织|模拟|暗访))"
)


class Open(NamedTuple):
    """What one sentence leaves open for the next one of its paragraph."""

    exercise: bool = False
    part: bool = False


NOTHING = Open()


class Asides:
    """The exercises and parts of the body in a sentence; `before`: what the one before it left open."""

    def __init__(self, words: Words, before: Open = NOTHING) -> None:
        self._before = before
        self._end = len(words.text)
        self._exercises, self._parts = words.exercises, words.parts_of_body
        self._came_in = spans(CAME_IN, words.text) if words.exercises or before.exercise else None
        self._whole = spans(WHOLE_BODY, words.text) if words.parts_of_body or before.part else None

    def exercise(self, end: int, at: int) -> bool:
        """Whether what is said at a place of the clause up to `end` is of an exercise or a sample."""
        last = self._exercises.last(end)
        named_behind = last is not None and last.start >= at
        return named_behind or _lasts(self._exercises, self._came_in, at, self._before.exercise)

    def part(self, at: int) -> bool:
        """Whether what is said at a place is of a part of the body."""
        return _lasts(self._parts, self._whole, at, self._before.part)

    def left_open(self) -> Open:
        """What the end of the sentence leaves open."""
        return Open(self.exercise(self._end, self._end), self.part(self._end))


def _lasts(begin: InOrder[Token], end: InOrder[Span] | None, at: int, before: bool) -> bool:
    """Whether what such a word begins goes on up to a place; `before`: it was begun in the sentence before."""
    begun = begin.last_within(0, at)
    ended = end.last_within(0, at) if end is not None else None
    if begun is None:
        return before and ended is None
    return ended is None or ended.start < begun.start
