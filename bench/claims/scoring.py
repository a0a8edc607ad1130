"""What a reader of claims finds in a sentence against what was written down: recall and precision, field by field."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from bench.claims.entries import Claim, Sentence, key_of
from bench.claims.figures import numbers


class Found(NamedTuple):
    """A claim that a reader found; `start` and `end` are where its words stand in the sentence."""

    concept: str
    relation: str
    value: float | None
    start: int
    end: int


Named = TypeVar("Named", Claim, Found)


@dataclass
class Score:
    """Counts by concept: claims written down, found of them, and found although nobody claims them."""

    expected: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def add(self, sentence: Sentence, found: Iterable[Found]) -> tuple[list[str], list[Found]]:
        """Counts one sentence; gives back the concepts that were missed, and what is no claim."""
        left = _once(found)
        missed: list[str] = []
        for claim in _once(sentence.claims):
            self.expected[claim.concept] += 1
            at = next((at for at, one in enumerate(left) if key_of(*one[:3]) in claim.keys), None)
            if at is None:
                missed.append(claim.concept)
            else:
                self.right[claim.concept] += 1
                del left[at]
        left = [one for one in left if not excused(sentence, one)]
        self.wrong.update(one.concept for one in left)
        return missed, left

    def recall(self, concepts: Sequence[str] = ()) -> float:
        """The share of what was written down that was found, over these concepts or all."""
        expected = sum(self.expected[concept] for concept in concepts or self.expected)
        return sum(self.right[concept] for concept in concepts or self.expected) / expected if expected else 1.0

    def precision(self, concepts: Sequence[str] = ()) -> float:
        """The share of what was found that was written down, over these concepts or all."""
        named = concepts or [*(self.right | self.wrong)]
        right = sum(self.right[concept] for concept in named)
        told = right + sum(self.wrong[concept] for concept in named)
        return right / told if told else 1.0


def excused(sentence: Sentence, found: Found) -> bool:
    """Whether the words in `either` hold it: by its number, or, where it has none, by its place."""
    for words in sentence.either:
        at = sentence.text.index(words)
        if found.value and abs(found.value) in [*numbers(words)]:
            return True
        if not found.value and found.start < at + len(words) and at < found.end:
            return True
    return False


def _once(claims: Iterable[Named]) -> list[Named]:
    """However often a sentence says that all is answered, it is one statement."""
    left: list[Named] = []
    for one in claims:
        if one.concept != "completion" or not any(other.concept == "completion" for other in left):
            left.append(one)
    return left
