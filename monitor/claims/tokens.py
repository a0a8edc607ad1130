"""The words of one sentence in their order, each as long as it can be; and the clauses between its commas."""

import re
from bisect import bisect_right
from collections.abc import Sequence, Set
from typing import NamedTuple

from monitor.claims.dictionary import MARKS, Concept, Dictionary
from monitor.claims.places import InOrder

COMMA = re.compile("[,，；：:;]")
APPLICATION = "application"
ELSEWHERE = "elsewhere"
MARKED = "依申请公开"  # an attribute of a document, where such are marked
MARKING = re.compile("属性|标注")
ROLES = ("talk", "field", "behind", *MARKS)


class Token(NamedTuple):
    """A word of the dictionary in a sentence: from `start` up to `end`."""

    start: int
    end: int
    role: str
    name: str
    concept: Concept | None


class Span(NamedTuple):
    """A part of a sentence."""

    start: int
    end: int


def spans(pattern: re.Pattern[str], text: str) -> InOrder[Span]:
    """Where a pattern matches, in order."""
    return InOrder([Span(*match.span()) for match in pattern.finditer(text)])


class Words:
    """The tokens of a sentence by their roles, and its clauses."""

    def __init__(self, text: str, dictionary: Dictionary) -> None:
        self.text = text
        self.commas = [match.start() for match in COMMA.finditer(text)]
        self.ends_of_clauses = {*self.commas, len(text)}
        found: dict[str, list[Token]] = {role: [] for role in ROLES}
        for word in dictionary.possible(set(text)):
            for match in word.pattern.finditer(text):
                for role in word.roles:
                    found[role].append(Token(*match.span(), role, word.name, word.concept))
        self.talks = InOrder(self._subjects(found["talk"], found["field"]))
        self.fields = InOrder(_longest(found["field"], several=True))
        self.behind = InOrder(_longest(found["behind"], several=True))
        self.scopes = InOrder(_longest(found["scope"]))
        self.limits = InOrder(found["limit"])
        self.subordinate = InOrder(found["subordinate"])
        self.doubtful = InOrder(found["doubtful"])
        self.parts_of_year = InOrder(found["part_of_year"])
        self.parts_of_body = InOrder(found["part_of_body"])
        self.exercises = InOrder(found["exercise"])
        self.first_of: dict[str, int] = {}  # where each subject is first named
        for one in self.talks:
            self.first_of.setdefault(one.name, one.start)
        self.subjects = self.first_of.keys()

    def any(self) -> bool:
        """Whether there is any word that a number, a denial or a universal may be about."""
        return bool(self.talks or self.fields or self.behind)

    def _subjects(self, talks: Sequence[Token], fields: Sequence[Token]) -> list[Token]:
        """What is talked about, one after the other; the name of a reason of 表三 is no other subject."""
        leaves = InOrder(_longest([one for one in fields if one.concept and one.concept.kind == "leaf"]))
        found = _longest([one for one in talks if one.name != ELSEWHERE or not _covered(one, leaves)])
        others = InOrder([one for one in found if one.name == ELSEWHERE])
        return [one for one in found if not self._of_another(one, others)]

    def _of_another(self, one: Token, others: InOrder[Token]) -> bool:
        """不动产登记受理申请: applications of what the clause named before."""
        words = self.text[one.start : one.end]
        if words == MARKED and (other := others.first(0)) is not None and other.start < one.start:
            return bool(MARKING.search(self.text, 0, one.start))
        if one.name != APPLICATION or "公开" in words or "信息" in words:
            return False
        start, _ = self.clause(one.start)
        other = others.last(one.start)
        return other is not None and start <= other.start

    def named_before(self, at: int, names: Set[str]) -> set[str]:
        """Which of these subjects the sentence names before a place."""
        return {name for name, first in self.first_of.items() if first < at and name in names}

    def clause(self, at: int) -> tuple[int, int]:
        """The part between commas in which a place stands."""
        here = bisect_right(self.commas, at)
        start = self.commas[here - 1] + 1 if here else 0
        return start, self.commas[here] if here < len(self.commas) else len(self.text)

    def talk(self, at: int, inherited: str) -> str:
        """What is talked about at a place: the last subject before it, else the first one behind it in its clause.

        `inherited` is what the sentence before talked about, "" if nothing.
        """
        before = self.talks.last(at)
        if before is not None:
            return before.name
        _, end = self.clause(at)
        first = self.talks.first(0)
        behind = first.name if first is not None and first.start < end else ""
        if behind and (behind != ELSEWHERE or not inherited):
            return behind
        return inherited or (APPLICATION if APPLICATION in self.subjects else "")


def _covered(one: Token, others: InOrder[Token]) -> bool:
    """Whether it stands within one of the others, none of which holds another."""
    other = others.last(one.start + 1)
    return other is not None and one.end <= other.end


def _longest(tokens: Sequence[Token], *, several: bool = False) -> list[Token]:
    """Without those that stand within a longer one; `several` words may share one place."""
    kept: list[Token] = []
    for one in sorted(tokens, key=lambda token: (token.start, -token.end)):
        if kept and one.end <= kept[-1].end and not (several and (one.start, one.end) == kept[-1][:2]):
            continue
        kept.append(one)
    return kept
