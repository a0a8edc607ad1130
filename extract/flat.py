"""Tables that lost every border: labels found in running text, the figures between them cut only where one cut exists.

「规章000」 can only be 0, 0, 0; 「行政规范性文件8855698」 can be many things and stays `ambiguous` with its
alignments listed. A row of 表三 or 表四 is cut by its own sum where exactly one cut satisfies it; that sum is then
spent: it chose the reading and is no evidence any more.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extract.align import adds_up, segment, settle
from extract.model import MEMBERS, TRACK_MEMBERS, TRACKS, Problem, Row, Table
from extract.rows import columns_of, make_row, unread
from extract.template import TEMPLATES, Template, normalize

FIGURES = re.compile(r"[^\d+\-]*([\d\s.+\-]*(?:\d(?:万?元)?)?)")
APPLICATIONS = re.compile(r"一\s*、\s*本\s*年\s*新\s*收\s*政\s*府\s*信\s*息\s*公\s*开\s*申\s*请")
DISCLOSURE = re.compile(r"第\s*二\s*十\s*条\s*第\s*[（(]\s*一\s*[）)]\s*项")
REMEDIES = re.compile(r"总\s*计\s*(\d[\d\s]*)")
REMEDY_HEAD = re.compile(r"复\s*议\s*后\s*起\s*诉")
LISTED = 6


@dataclass(frozen=True, slots=True)
class Flat:
    """Rows read from running text, by table; empty where the text has no such table."""

    forms: dict[str, str]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    spent: frozenset[str]


def read_flat(paragraphs: Iterable[str], wanted: frozenset[str]) -> Flat:
    """Looks for the tables in `wanted` ("T2", "T3", "T4") in the prose."""
    text = " ".join(paragraphs)
    reader = _Reader(text)
    if "T2" in wanted:
        reader.disclosure()
    if "T3" in wanted:
        reader.applications()
    if "T4" in wanted:
        reader.remedies()
    return Flat(reader.forms, tuple(reader.rows), tuple(reader.problems), frozenset(reader.spent))


def _spaced(label: str) -> str:
    """A pattern of the label with white space allowed anywhere, either kind of brackets, quotes left out."""
    brackets = {"（": "[（(]", "）": "[）)]", "，": "[，,]", "：": "[:：]", ".": "[.．、]", "、": "[、.．]"}
    return r"[\s“”\"]*".join(brackets.get(char, re.escape(char)) for char in normalize(label))


def _ordinal(label: str) -> str:
    match = re.match(r"（[一二三四五六七]）|[一二三四]、|\d\.", label)
    return _spaced(match[0]) if match else ""


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.forms: dict[str, str] = {}
        self.rows: list[Row] = []
        self.problems: list[Problem] = []
        self.spent: set[str] = set()

    def applications(self) -> None:
        start = APPLICATIONS.search(self.text)
        if start is None:
            return
        end = re.compile(_spaced("四、结转下") + r"[^\d]{0,30}[\d\s]*").search(self.text, start.start())
        region = self.text[start.start():end.end() if end else len(self.text)]
        form = "2021" if any(word in normalize(region) for word in TEMPLATES["2021"].detect["T3"]) else "2019"
        template = TEMPLATES[form]
        marks = _marks(region, _row_patterns(template))
        if sum(code is not None for _, _, code in marks) < 5:
            return
        self.forms["T3"] = form
        runs = {code: _figures(region[at:after]) for (_, at, code), after in _with_next(marks, len(region))
                if code is not None}
        # Fewer digits than columns: this text drops blanks, so nowhere can a cell be told from its neighbour.
        dropped = any(run is not None and sum(char.isdigit() for char in run) < len(MEMBERS) for run in runs.values())
        for code, run in runs.items():
            self._keep("T3", code, form, run, dropped)

    def disclosure(self) -> None:
        start = DISCLOSURE.search(self.text)
        if start is None:
            return
        end = APPLICATIONS.search(self.text, start.start())
        heading = re.compile(_spaced("三、收到和处理")).search(self.text, start.start())
        ends = [found.start() for found in (end, heading) if found]
        region = self.text[start.start():min(ends, default=min(len(self.text), start.start() + 1500))]
        hits = {name: sum(word in normalize(region) for word in template.detect["T2"])
                for name, template in TEMPLATES.items()}
        form = max(hits, key=lambda name: hits[name])
        if not hits[form]:
            return
        self.forms["T2"] = form
        marks = _marks(region, _item_patterns(TEMPLATES[form]))
        for (_, at, code), after in _with_next(marks, len(region)):
            if code is not None:
                self._keep("T2", code, form, _figures(region[at:after]), False)

    def remedies(self) -> None:
        head = None
        for head in REMEDY_HEAD.finditer(self.text):
            found = REMEDIES.search(self.text, head.end())
            if found and found.start() - head.end() < 200:
                break
        else:
            return
        self.forms["T4"] = "both"
        size = len(TRACK_MEMBERS)
        ways = segment(found[1].strip(), len(TRACKS) * size)
        if len(ways) > 1:
            ways = [way for way in ways if all(adds_up(way[at:at + size], size - 1) for at in range(0, len(way), size))
                    ] or ways
            self.spent.update(f"t4.sum[{track}]" for track in TRACKS if len(ways) == 1)
        columns = columns_of("T4", "", "both")
        for number, track in enumerate(TRACKS):
            parts = {way[number * size:(number + 1) * size] for way in ways}
            if len(ways) == 1:
                self.rows.append(make_row("T4", track, columns, next(iter(parts)), "text"))
            else:
                self._open("T4", track, TRACK_MEMBERS, found[1].strip(), sorted(parts))

    def _keep(self, table: Table, code: str, form: str, run: str | None, dropped: bool) -> None:
        columns = columns_of(table, code, form)
        ways = segment(run, len(columns)) if run is not None else []
        if table == "T3" and len(ways) > 1 and not dropped and (settled := settle(ways, len(MEMBERS) - 1)):
            ways = [settled]
            self.spent.add(f"t3.row_sum[{code}]")
        if len(ways) == 1 and not dropped:
            self.rows.append(make_row(table, code, columns, ways[0], "text"))
        else:
            self._open(table, code, [name for name, _ in columns], run or "", ways)

    def _open(self, table: Table, code: str, names: Sequence[str], raw: str, ways: Sequence[Sequence[str]]) -> None:
        listed = "；".join(" ".join(way) for way in ways[:LISTED])
        self.problems.append(Problem(
            "run_together", f"数字连在一起，无法确定各列：{raw[:80] or '（空）'}" + (f"；可能的读法：{listed}" if listed else ""),
            f"{table}[{code}]"))
        self.rows.append(unread(table, code, names, "ambiguous", raw[:200] or None, "text"))


Mark = tuple[int, int, str | None]


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
    """The run of figures after a label; None when something else stands between figures."""
    match = FIGURES.match(region)
    if match is None:
        return None
    rest = region[match.end():]
    return None if re.search(r"\d", rest) else match[1].strip()
