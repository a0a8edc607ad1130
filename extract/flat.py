"""Tables that lost every border: labels found in running text, the figures between them cut only where one cut exists.

「规章000」 can only be 0, 0, 0; 「行政规范性文件8855698」 can be many things and stays `ambiguous` with its
alignments listed. A row of 表三 or 表四 is cut by its own sum where exactly one cut satisfies it; that sum is then
spent: it chose the reading and is no evidence any more.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from extract.align import adds_up, segment, settle
from extract.columns import REMEDY_COLUMNS, columns_of
from extract.model import MEMBERS, TRACK_MEMBERS, TRACKS, Problem, Row, Table
from extract.rows import make_row, unread
from extract.template import TEMPLATES, Template, normalize

FIGURES = re.compile(r"[^\d+\-]*([\d\s.+\-]*(?:\d(?:万?元)?)?)")
APPLICATIONS = re.compile(r"一\s*、\s*本\s*年\s*新\s*收\s*政\s*府\s*信\s*息\s*公\s*开\s*申\s*请")
DISCLOSURE = re.compile(r"第\s*二\s*十\s*条\s*第\s*[（(]\s*一\s*[）)]\s*项")
REMEDIES = re.compile(r"总\s*计\s*(\d[\d\s]*)")
REMEDY_HEAD = re.compile(r"复\s*议\s*后\s*起\s*诉")
STROKES = re.compile(r"[/／\\—–－]|(?<![\u4e00-\u9fff])无(?![\u4e00-\u9fff])")  # cells without a figure
RUN_TOGETHER = re.compile(r"(?<![\d.,，])0\d")  # no number begins with 0: here figures stick to each other
LISTED = 6
NEAR = 200  # characters between a heading of 表四 and its first total
LONGEST_TABLE = 100_000  # characters: no table of the form is longer, with all its words
FEWEST_ROWS = 5  # so many labels of 表三 make a table of the running text

Mark = tuple[int, int, str | None]  # where a label begins and ends, and its row


@dataclass(frozen=True, slots=True)
class Flat:
    """Rows read from running text, by table; empty where the text has no such table."""

    forms: dict[str, str]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    spent: frozenset[str]


def read_flat(paragraphs: Iterable[str], wanted: frozenset[str]) -> Flat:
    """Looks for the tables in `wanted` ("T2", "T3", "T4") in the prose."""
    reader = _Reader(" ".join(paragraphs))
    reader.disclosure()
    reader.applications()
    reader.remedies()
    return reader.settle(wanted)


class _Run(NamedTuple):
    """The figures behind one label; None when something else stands among them."""

    table: Table
    code: str
    figures: str | None


def _spaced(label: str) -> str:
    """A pattern of the label with white space allowed anywhere, either kind of brackets, quotes left out."""
    brackets = {"（": "[（(]", "）": "[）)]", "，": "[，,]", "：": "[:：]", ".": "[.．、]", "、": "[、.．]"}
    return r"[\s“”\"]*".join(brackets.get(char, re.escape(char)) for char in normalize(label))


def _ordinal(label: str) -> str:
    match = re.match(r"（[一二三四五六七]）|[一二三四]、|\d\.", label)
    return _spaced(match[0]) if match else ""


AFTER_DISCLOSURE = re.compile(_spaced("三、收到和处理"))
LAST_APPLICATIONS = re.compile(_spaced("四、结转下") + r"[^\d]{0,30}[\d\s]*")


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
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
        region = self.text[start.start():end]
        words = normalize(region)
        hits = {name: sum(word in words for word in template.detect["T2"]) for name, template in TEMPLATES.items()}
        form = max(hits, key=lambda name: hits[name])
        if hits[form]:
            self.forms["T2"] = form
            self._collect("T2", region, _marks(region, _item_patterns(TEMPLATES[form])))

    def applications(self) -> None:
        start = APPLICATIONS.search(self.text)
        if start is None:
            return
        behind = start.start() + LONGEST_TABLE
        end = LAST_APPLICATIONS.search(self.text, start.start(), behind)
        region = self.text[start.start():end.end() if end else behind]
        words = normalize(region)
        form = "2021" if any(word in words for word in TEMPLATES["2021"].detect["T3"]) else "2019"
        marks = _marks(region, _row_patterns(TEMPLATES[form]))
        if sum(code is not None for _, _, code in marks) >= FEWEST_ROWS:
            self.forms["T3"] = form
            self._collect("T3", region, marks)

    def remedies(self) -> None:
        for head in REMEDY_HEAD.finditer(self.text):
            total = REMEDIES.search(self.text, head.end(), head.end() + NEAR)
            if found := total and REMEDIES.match(self.text, total.start()):  # the figures may go on behind that
                self.forms["T4"] = "both"
                self.runs.append(_Run("T4", "", found[1].strip()))
                return

    def _collect(self, table: Table, region: str, marks: list[Mark]) -> None:
        for (_, at, code), after in _with_next(marks, len(region)):
            if code is not None:
                self.runs.append(_Run(table, code, _figures(region[at:after])))

    def settle(self, wanted: frozenset[str]) -> Flat:
        """Cuts the runs of the wanted tables. Figures without borders are cut only where this text is seen to print
        its zeros (a number never begins with 0, so 「000」 is three) and no row is too short to have them all: where
        blank cells left no trace, no cell can be told from its neighbor."""
        runs = [run for run in self.runs if run.figures is not None]
        glued = any(RUN_TOGETHER.search(run.figures or "") for run in runs)
        dropped = any(sum(map(str.isdigit, run.figures or "")) < len(MEMBERS) for run in runs if run.table == "T3")
        for run in self.runs:
            if run.table not in wanted:
                continue
            if run.table == "T4":
                self._remedies(run.figures or "", glued and not dropped)
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
            self.rows.append(make_row(run.table, run.code, columns, ways[0], "text"))
        else:
            self._open(run.table, run.code, columns.names, run.figures or "", ways)

    def _remedies(self, figures: str, certain: bool) -> None:
        size = len(TRACK_MEMBERS)
        width = len(TRACKS) * size
        pieces = tuple(figures.split())
        ways = [pieces] if len(pieces) == width else segment(figures, width)
        if len(ways) > 1 and certain:
            ways = [way for way in ways if all(adds_up(way[at:at + size], size - 1) for at in range(0, width, size))
                    ] or ways
            self.spent.update(f"t4.sum[{track}]" for track in TRACKS if len(ways) == 1)
        for number, track in enumerate(TRACKS):
            parts = {way[number * size:(number + 1) * size] for way in ways}
            if len(ways) == 1 and (certain or len(pieces) == width):
                self.rows.append(make_row("T4", track, REMEDY_COLUMNS, next(iter(parts)), "text"))
            else:
                self._open("T4", track, TRACK_MEMBERS, figures, sorted(parts))

    def _open(self, table: Table, code: str, names: Sequence[str], raw: str, ways: Sequence[Sequence[str]]) -> None:
        listed = "；".join(" ".join(way) for way in ways[:LISTED])
        detail = f"数字连在一起，无法确定各列：{raw[:80] or '（空）'}"
        self.problems.append(Problem(
            "run_together", detail + (f"；可能的读法：{listed}" if listed else ""),
            f"{table}[{code}]"))
        self.rows.append(unread(table, code, names, "ambiguous", raw[:200] or None, "text"))


def _row_patterns(template: Template) -> list[tuple[str | None, re.Pattern[str]]]:
    """Labels and group labels of 表三 in the form's order; a label has its ordinal, its own words, and no digits."""
    patterns: list[tuple[str | None, re.Pattern[str]]] = []
    groups = {"granted": "三、本年度办理结果", "refused.state_secret": "（三）不予公开",
              "unavailable.not_held": "（四）无法提供", "not_processed.complaint": "（五）不予处理",
              "other.not_corrected": "（六）其他处理"}
    for code in template.dispositions:
        if code in groups:
            patterns.append((None, re.compile(_spaced(groups[code]))))
        label = template.labels[code]
        words = normalize(label).split("（区分")[0]
        body = words[len(re.match(r"(?:（.）|.、|\d\.)?", words)[0]):]  # type: ignore[index]  # the pattern may be empty, it always matches
        heart = "|".join(_spaced(part) for part in {body, *template.parts_of(code)})
        patterns.append((code, re.compile(rf"{_ordinal(label)}\s*(?:{heart}|[^\d\s]{{0,12}}?(?:{heart}))")))
    return patterns


def _item_patterns(template: Template) -> list[tuple[str | None, re.Pattern[str]]]:
    patterns: list[tuple[str | None, re.Pattern[str]]] = []
    for block in template.blocks:
        patterns.append((None, re.compile(_spaced(block.heading))))
        for item in block.items:
            names = sorted(template.item_labels[item], key=len, reverse=True)
            patterns.append((item, re.compile("|".join(_spaced(name) for name in names))))
    return patterns


def _marks(region: str, patterns: Iterable[tuple[str | None, re.Pattern[str]]]) -> list[Mark]:
    """Where each label stands, searched in the form's order so that a word of the prose is not taken for one."""
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


def _figures(region: str) -> str | None:
    """The run of figures after a label; None when something else stands among them."""
    match = FIGURES.match(region)
    if match is None:
        return None
    rest = region[match.end():]
    if re.search(r"\d", rest) or STROKES.search(region):
        return None
    return match[1].strip()

