"""What a reading is worth: each figure exact, wrong, or unread; of the statistics before 2019 and of no-reports too."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from bench._meeting import number
from bench._papers import Paper
from extract.model import Problem, Report, cell_name

READ = frozenset({"number", "blank", "dash", "none", "text"})
ORDINAL = re.compile("^(?:其中[:：])?(?:（[一二三四五六七八九十]）|[一二三四五六七八九十]、|[0-9][.、])?(?:其中[:：])?")


class Verdict(NamedTuple):
    """One figure: the cell, what is printed, what was read; `exact`, `wrong`, `unread`, `left` where none is seen."""

    cell: str
    printed: str
    read: str
    kind: str


def judged(paper: Paper, result: Report | Problem) -> Iterator[Verdict]:
    if isinstance(result, Problem):
        yield from (Verdict(name, printed, result.code, "unread") for name, printed in paper.truth.items())
        yield from (Verdict(label, printed, result.code, "unread") for label, printed in paper.indicators)
        return
    found = {
        cell_name(row.table, row.code, member): (raw or "", value, state)
        for row in result.rows
        for member, raw, value, state in zip(row.members, row.raws, row.values, row.states, strict=True)
    }
    for name, printed in paper.truth.items():
        raw, value, state = found.get(name, ("", None, "missing"))
        yield Verdict(name, printed, f"{raw} ({state})", kind_of(raw, value, state, printed))
    for name in sorted(paper.unseen):  # whatever is stated of these no person has seen
        raw, _, state = found.get(name, ("", None, "missing"))
        yield Verdict(name, "", f"{raw} ({state})", "wrong" if state == "number" else "left")
    yield from _indicators(paper, result)
    if not paper.truth and not paper.indicators:  # no report: what is stated of it is stated wrongly
        for name, (raw, _, state) in found.items():
            if state == "number":
                yield Verdict(name, "", raw, "wrong")


def kind_of(raw: str, value: object, state: str, printed: str) -> str:
    """`exact`: as printed, and the same number; `wrong`: stated otherwise, or said to be blank; `unread`: none.

    A cell of a workbook may be told by its number or as it is shown.
    """
    if state not in READ:
        return "unread"
    try:
        expected = float(number(printed))
    except ValueError:  # no plain number: no more is asked than what is printed
        return "exact" if "".join(raw.split()) == printed else "wrong"
    if state == "text":  # words stand there, for us: no figure is stated
        return "unread"
    return "exact" if state == "number" and float(str(value)) == expected else "wrong"


def _indicators(paper: Paper, report: Report) -> Iterator[Verdict]:
    given: dict[str, list[tuple[str, str, object]]] = {}
    for one in report.indicators:
        given.setdefault(_label(one.label), []).append((one.raw or "", one.state, one.value))
    for label, printed in paper.indicators:
        raw, state, value = given[_label(label)].pop(0) if given.get(_label(label)) else ("", "missing", None)
        yield Verdict(label, printed, f"{raw} ({state})", kind_of(raw, value, state, printed))


def _label(text: str) -> str:
    return ORDINAL.sub("", "".join(text.split()).replace("(", "（").replace(")", "）"))


def tally(verdicts: Iterator[Verdict]) -> tuple[Counter[str], list[Verdict]]:
    """How many of each kind, and the wrong ones."""
    all_of = list(verdicts)
    return Counter(one.kind for one in all_of), [one for one in all_of if one.kind == "wrong"]
