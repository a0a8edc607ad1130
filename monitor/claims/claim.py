"""One checkable statement of the prose."""

from dataclasses import dataclass
from typing import Literal

from extract.content import Number

# `denial`: the text says that there was none; `universal`: all were of one kind, or all was done.
Relation = Literal["=", "≈", "≥", "denial", "universal"]


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement: `concept`, a field of the dictionary, stands in `relation` to `value`, in `unit` as printed.

    `clause` is as printed and begins at `start` (characters of the section's text); `at` is where the number, or the
    word that denies, stands in the clause. `whole` is the sentence that it is part of, without white space. `section`
    is the number of its heading; `sentence` counts within the section from 0.
    `scope` is whose figures these are, as printed; "" where it is not said. `limits` are words that narrow what is
    said (上述答复). `handled`: told with 办理, which may mean what was processed. `weak`: the words may mean something
    near the concept only. A change is signed: down is negative. `of` is the place among the text's claims of the one
    that a share or a change speaks of.
    """

    concept: str
    relation: Relation
    value: Number | None
    unit: str
    clause: str
    section: int
    start: int
    at: int
    sentence: int
    approximate: bool = False
    scope: str = ""
    limits: tuple[str, ...] = ()
    handled: bool = False
    of: int | None = None
    weak: bool = False
    whole: str = ""
