"""The words of one sentence in their order, each as long as it can be; and the clauses between its commas."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from monitor.claims.dictionary import Concept, Dictionary

COMMA = re.compile("[,，；：:;]")
APPLICATION = "application"
ELSEWHERE = "elsewhere"


class Token(NamedTuple):
    """A word of the dictionary in a sentence."""

    start: int
    end: int
    role: str
    name: str
    concept: Concept | None


class Words:
    """The tokens of a sentence by their roles, and its clauses."""

    def __init__(self, text: str, dictionary: Dictionary) -> None:
        self.text = text
        self.commas = [match.start() for match in COMMA.finditer(text)]
        found: dict[str, list[Token]] = {
            "talk": [],
            "field": [],
            "behind": [],
            "scope": [],
            "limit": [],
            "subordinate": [],
        }
        for word in dictionary.words:
            found[word.role] += [
                Token(*match.span(), word.role, word.name, word.concept) for match in word.pattern.finditer(text)
            ]
        leaves = [one for one in found["field"] if one.concept and one.concept.kind == "leaf"]
        talks = _longest([one for one in found["talk"] if one.name != ELSEWHERE or not _within(one, leaves)])
        self.talks = [one for one in talks if not self._of_another(one, talks)]
        self.fields = _longest(found["field"], several=True)
        self.behind = _longest(found["behind"], several=True)
        self.scopes = _longest(found["scope"])
        self.limits = found["limit"]
        self.subordinate = found["subordinate"]

    def _of_another(self, one: Token, talks: Sequence[Token]) -> bool:
        """不动产登记受理申请: applications of what the clause named before."""
        if (
            one.name != APPLICATION
            or "公开" in self.text[one.start : one.end]
            or "信息" in self.text[one.start : one.end]
        ):
            return False
        start, _ = self.clause(one.start)
        return any(other.name == ELSEWHERE and start <= other.start < one.start for other in talks)

    def clause(self, at: int) -> tuple[int, int]:
        """The part between commas in which a place stands."""
        here = bisect_right(self.commas, at)
        start = self.commas[here - 1] + 1 if here else 0
        return start, self.commas[here] if here < len(self.commas) else len(self.text)

    def talk(self, at: int, inherited: str) -> str:
        """What is talked about at a place: the last subject before it, else the first one behind it in its clause."""
        before = [one for one in self.talks if one.start < at]
        if before:
            return before[-1].name
        _, end = self.clause(at)
        behind = next((one.name for one in self.talks if one.start < end), "")
        if behind and (behind != ELSEWHERE or not inherited):
            return behind
        return inherited or (APPLICATION if any(one.name == APPLICATION for one in self.talks) else "")


def _within(one: Token, others: Sequence[Token]) -> bool:
    return any(other.start <= one.start and one.end <= other.end for other in others)


def _longest(tokens: Sequence[Token], *, several: bool = False) -> list[Token]:
    """Without those that stand within a longer one; `several` words may share one place."""
    kept: list[Token] = []
    for one in sorted(tokens, key=lambda token: (token.start, -token.end)):
        if kept and one.end <= kept[-1].end and not (several and (one.start, one.end) == kept[-1][:2]):
            continue
        kept.append(one)
    return kept
