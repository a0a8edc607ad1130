"""Tables that lost all borders: finds labels in running text, and cuts the figures between only if one cut is possible.

「规章000」 can only be 0, 0, 0; 「行政规范性文件8855698」 can be cut in many ways and stays `ambiguous` with its
alignments listed. A row of 表三 or 表四 is cut by its own sum if exactly one cut satisfies it; that sum is then
spent: it has chosen the reading, so it is not evidence any more.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from extract.form.columns import REMEDY_COLUMNS, columns_of
from extract.form.form_file import FORMS
from extract.form.forms import MEMBERS, TRACK_MEMBERS, TableCode
from extract.form.template import normalize
from extract.model import Problem, Row
from extract.place import TextSpan, join, row_place, split, stretches
from extract.tables.alignment import adds_up, segment, settle
from extract.tables.expected import unread
from extract.tables.recognition import by_labels, by_words_alone, same_form
from extract.tables.rows import make_row

FIGURES = re.compile(r"[^\d+\-]*([\d\s.+\-]*(?:\d(?:万?元)?)?)")
REMEDIES = re.compile(r"总\s*计\s*(\d[\d\s]*)")
STROKES = re.compile(r"[/／\\—–－]|(?<![\u4e00-\u9fff])无(?![\u4e00-\u9fff])")  # cells without a figure
RUN_TOGETHER = re.compile(r"(?<![\d.,，])0\d")  # no number begins with 0, so here several figures are joined
LISTED = 6
HEADER = 400  # characters before the first line of 表三 that may be its header
NEAR = 200  # characters between a heading of 表四 and its first total
LONGEST_TABLE = 100_000  # characters: no table of the form is longer, including all its words
FEWEST_ROWS = 5  # from this many labels of 表三 on, the running text is taken as the table

Mark = tuple[int, int, str | None]  # begin and end of a label, and its row (None: no row)


@dataclass(frozen=True, slots=True)
class Flat:
    """Rows read from running text; empty if the text has no such table."""

    forms: dict[str, str]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    spent: frozenset[str]


def read_flat(paragraphs: Sequence[str], wanted: frozenset[str], known: Mapping[str, str]) -> Flat:
    """Looks for the tables in `wanted` ("T2", "T3", "T4") in the prose; `known` are the forms of the other tables."""
    reader = _Reader(tuple(paragraphs), known)
    reader.disclosure()
    reader.applications()
    reader.remedies()
    return reader.settle(wanted)


class _Run(NamedTuple):
    """The figures after one label; None if there is something else among them.

    They begin at position `at` of the text with the word `begins`; if there are none, both are those of the label.
    """

    table: TableCode
    code: str
    figures: str | None
    at: int
    begins: str


def _spaced(label: str) -> str:
    """A pattern for the label that allows white space and quotes anywhere, and both kinds of brackets."""
    brackets = {"（": "[（(]", "）": "[）)]", "，": "[，,]", "：": "[:：]", ".": "[.．、]", "、": "[、.．]"}
    return r"[\s“”\"]*".join(brackets.get(char, re.escape(char)) for char in normalize(label))


def _ordinal(label: str) -> str:
    match = re.match(r"（[一二三四五六七]）|[一二三四]、|\d\.", label)
    return _spaced(match[0]) if match else ""


def _any(labels: Iterable[str]) -> str:
    return f"(?:{'|'.join(dict.fromkeys(map(_spaced, labels)))})"


APPLICATIONS = re.compile(_any(form.applications.begins for form in FORMS.forms))
DISCLOSURE = re.compile(_any(form.disclosure.blocks[0].heading for form in FORMS.forms))
AFTER_DISCLOSURE = re.compile(_spaced("三、收到和处理"))
LAST_APPLICATIONS = re.compile(_any(form.applications.ends for form in FORMS.forms) + r"[^\d]{0,30}[\d\s]*")
REMEDY_HEAD = re.compile(_any(form.remedies.tracks[-1].labels[0] for form in FORMS.forms))
REMEDY_WORDS = "".join(
    sorted({char for form in FORMS.forms for one in form.remedies.members for text in one.labels for char in text})
)
SCATTERED = re.compile(rf"[{REMEDY_WORDS}\s]{{0,{NEAR}}}(\d[\d\s]*)")  # a header torn into single characters
DETECTED = frozenset(form.applications.name for form in FORMS.forms if form.detect.get("T3"))
ASIDE = re.compile(r"(?<=.)（[^（）]*）$")  # a remark in brackets after a label's name


class _Reader:
    def __init__(self, paragraphs: Sequence[str], known: Mapping[str, str]) -> None:
        self.text = " ".join(paragraphs)
        self.begins = [0, *accumulate(len(paragraph) + 1 for paragraph in paragraphs)]
        self.known = known
        self.forms: dict[str, str] = {}
        self.runs: list[_Run] = []
        self.rows: list[Row] = []
        self.problems: list[Problem] = []
        self.spent: set[str] = set()

    def disclosure(self) -> None:
        start = DISCLOSURE.search(self.text)
        if start is None:
            return
        behind = start.start() + LONGEST_TABLE
        ends = [pattern.search(self.text, start.start(), behind) for pattern in (APPLICATIONS, AFTER_DISCLOSURE)]
        end = min((found.start() for found in ends if found), default=min(len(self.text), start.start() + 1500))
        region = self.text[start.start() : end]
        words = normalize(region)
        found = by_words_alone("T2", words)
        if found:
            self.forms["T2"] = name = by_labels("T2", words, found)[0]
            self._collect("T2", region, _marks(region, _item_patterns(name)), start.start())

    def applications(self) -> None:
        start = APPLICATIONS.search(self.text)
        if start is None:
            return
        behind = start.start() + LONGEST_TABLE
        end = LAST_APPLICATIONS.search(self.text, start.start(), behind)
        region = self.text[start.start() : end.end() if end else behind]
        # A form without words of its own is recognized by the rows that are missing.
        names = (
            by_words_alone("T3", normalize(region))
            or [name for name in FORMS.names("T3") if name not in DETECTED]
            or FORMS.names("T3")
        )
        marks = {name: _marks(region, _row_patterns(name)) for name in names}
        lacking = {name: len(FORMS.applications(name).rows) - _rows_in(marks[name]) for name in names}
        names = [name for name in names if lacking[name] == min(lacking.values())]
        if len(names) > 1:
            around = self.text[max(0, start.start() - HEADER) : start.start() + len(region)]
            names = by_labels("T3", normalize(around), names)
        name = names[0]
        if _rows_in(marks[name]) >= FEWEST_ROWS:
            self.forms["T3"] = name
            self._collect("T3", region, marks[name], start.start())

    def remedies(self) -> None:
        for head in REMEDY_HEAD.finditer(self.text):
            total = REMEDIES.search(self.text, head.end(), head.end() + NEAR)
            found = total and REMEDIES.match(self.text, total.start())  # the figures may go on beyond `NEAR`
            found = found or SCATTERED.match(self.text, head.end())
            if found:
                self.forms["T4"] = same_form("T4", {**self.known, **self.forms})
                self.runs.append(_Run("T4", "", found[1].strip(), found.start(1), found[1].split()[0]))
                return

    def _collect(self, table: TableCode, region: str, marks: list[Mark], begin: int) -> None:
        for (label, at, code), after in _with_next(marks, len(region)):
            if code is not None:
                found = _figures(region[at:after])
                figures = found and found[1].strip()
                where, words = (at + found.start(1), figures) if found and figures else (label, region[label:at])
                self.runs.append(_Run(table, code, figures, begin + where, words.split()[0]))

    def _place(self, at: int, pieces: Sequence[str]) -> str:
        """The place of these pieces, the first of which begins at position `at` of the text."""
        found = []
        for start, end in stretches(self.text, pieces, at):
            number = bisect_right(self.begins, start) - 1
            found.append(TextSpan(number, start - self.begins[number], end - self.begins[number]))
        return row_place(found)

    def settle(self, wanted: frozenset[str]) -> Flat:
        """Cuts the runs of the wanted tables. Figures without borders are cut only if this text evidently prints
        its zeros (a number never begins with 0, so 「000」 is three) and no row is too short to have them all: if
        blank cells left no trace, cells cannot be separated."""
        runs = [run for run in self.runs if run.figures is not None]
        glued = any(RUN_TOGETHER.search(run.figures or "") for run in runs)
        dropped = any(sum(map(str.isdigit, run.figures or "")) < len(MEMBERS) for run in runs if run.table == "T3")
        for run in self.runs:
            if run.table not in wanted:
                continue
            if run.table == "T4":
                self._remedies(run, glued and not dropped)
            else:
                self._row(run, glued, dropped)
        forms = {table: form for table, form in self.forms.items() if table in wanted}
        return Flat(forms, tuple(self.rows), tuple(self.problems), frozenset(self.spent))

    def _row(self, run: _Run, glued: bool, dropped: bool) -> None:
        columns = columns_of(run.table, run.code, self.forms[run.table])
        width, pieces = len(columns.names), tuple((run.figures or "").split())
        whole = len(pieces) == width and (width == 1 or not glued)
        ways = [pieces] if whole else segment(run.figures, width) if run.figures is not None else []
        certain = whole or (glued and not dropped)
        if run.table == "T3" and len(ways) > 1 and certain and (settled := settle(ways, width - 1)):
            ways = [settled]
            self.spent.add(f"t3.row_sum[{run.code}]")
        if len(ways) == 1 and certain:
            self.rows.append(make_row(run.table, run.code, columns, ways[0], self._place(run.at, ways[0])))
        else:
            self._open(run, run.code, columns.names, ways)

    def _remedies(self, run: _Run, certain: bool) -> None:
        size, figures = len(TRACK_MEMBERS), run.figures or ""
        tracks = FORMS.remedies(self.forms["T4"]).codes
        width = len(tracks) * size
        pieces = tuple(figures.split())
        ways = [pieces] if len(pieces) == width else segment(figures, width)
        if len(ways) > 1 and certain:
            ways = [
                way for way in ways if all(adds_up(way[at : at + size], size - 1) for at in range(0, width, size))
            ] or ways
            self.spent.update(f"t4.sum[{track}]" for track in tracks if len(ways) == 1)
        for number, track in enumerate(tracks):
            parts = {way[number * size : (number + 1) * size] for way in ways}
            if len(ways) == 1 and (certain or len(pieces) == width):
                places = split(self._place(run.at, ways[0]), width)[number * size : (number + 1) * size]
                self.rows.append(make_row("T4", track, REMEDY_COLUMNS, next(iter(parts)), join(places)))
            else:
                self._open(run, track, TRACK_MEMBERS, sorted(parts))

    def _open(self, run: _Run, code: str, names: Sequence[str], ways: Sequence[Sequence[str]]) -> None:
        table, raw = run.table, run.figures or ""
        listed = "；".join(" ".join(way) for way in ways[:LISTED])
        detail = f"数字连在一起，无法确定各列：{raw[:80] or '（空）'}"
        self.problems.append(
            Problem("run_together", detail + (f"；可能的读法：{listed}" if listed else ""), f"{table}[{code}]", table)
        )
        self.rows.append(unread(table, code, names, "ambiguous", raw[:200] or None, self._place(run.at, [run.begins])))


def _rows_in(marks: Sequence[Mark]) -> int:
    return sum(code is not None for _, _, code in marks)


@lru_cache(maxsize=16)
def _row_patterns(name: str) -> list[tuple[str | None, re.Pattern[str]]]:
    """Patterns for rows' and groups' labels of 表三 in the form's order: ordinal, own words, no digits."""
    patterns: list[tuple[str | None, re.Pattern[str]]] = []
    table = FORMS.applications(name)
    heads = {group.code: group.label for group in table.groups}
    for row in table.rows:
        above = [heads.pop("", "")] if row.role == "leaf" else []
        above += [heads.pop(row.group, "")] if row.group else []
        patterns += [(None, re.compile(_spaced(head))) for head in above if head]
        words = ASIDE.sub("", normalize(row.label))
        body = words[len(re.match(r"(?:（.）|.、|\d\.)?", words)[0]) :]  # type: ignore[index]  # the pattern may be empty, it always matches
        heart = "|".join(_spaced(part) for part in {body, *(row.exact or row.contains)})
        patterns.append((row.code, re.compile(rf"{_ordinal(row.label)}\s*(?:{heart}|[^\d\s]{{0,12}}?(?:{heart}))")))
    return patterns


@lru_cache(maxsize=16)
def _item_patterns(name: str) -> list[tuple[str | None, re.Pattern[str]]]:
    patterns: list[tuple[str | None, re.Pattern[str]]] = []
    table = FORMS.disclosure(name)
    for block in table.blocks:
        patterns.append((None, re.compile(_spaced(block.heading))))
        for item in block.items:
            labels = sorted(table.labels[item], key=len, reverse=True)
            patterns.append((item, re.compile("|".join(_spaced(label) for label in labels))))
    return patterns


def _marks(region: str, patterns: Iterable[tuple[str | None, re.Pattern[str]]]) -> list[Mark]:
    """The position of each label, searched in the form's order, so that a word of the prose is not taken for one."""
    marks: list[Mark] = []
    at = 0
    for code, pattern in patterns:
        found = pattern.search(region, at)
        if found:
            marks.append((found.start(), found.end(), code))
            at = found.end()
    return marks


def _with_next(marks: list[Mark], end: int) -> list[tuple[Mark, int]]:
    return [(mark, marks[index + 1][0] if index + 1 < len(marks) else end) for index, mark in enumerate(marks)]


def _figures(region: str) -> re.Match[str] | None:
    """The run of figures after a label, as group 1; None if there is something else among them."""
    match = FIGURES.match(region)
    if match is None:
        return None
    rest = region[match.end() :]
    if re.search(r"\d", rest) or STROKES.search(region):
        return None
    return match
