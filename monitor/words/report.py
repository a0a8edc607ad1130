"""A report in the layout of the form, for a terminal and as JSON; suspected cells are marked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from extract.content import Number, State
from extract.form.form_file import FORMS
from extract.form.forms import MEMBERS, TRACK_MEMBERS
from extract.model import Period, Problem, Report, Row, cell_name
from extract.store.failures import Failure
from monitor.words.cells import cell_words, column_label, group_words, problem_place, row_label
from monitor.words.terminal import clip, inert, table, width
from monitor.words.twice import WAYS as WAYS
from monitor.words.twice import read_words as read_words
from monitor.words.twice import twice_words as twice_words

TITLES = {
    "T2": ("表二 主动公开政府信息情况", "Table 2  proactive disclosure"),
    "T3": ("表三 收到和处理政府信息公开申请情况", "Table 3  applications"),
    "T4": ("表四 行政复议、行政诉讼情况", "Table 4  reconsideration and litigation"),
}
# Signs for figures that are not stated; a dash, 无 and text are shown as printed.
UNSTATED: Mapping[State, str] = {"blank": "空", "missing": "缺", "ambiguous": "？", "illegible": "不清"}
LEGEND = {
    "空": ("空白", "blank"),
    "缺": ("没有这一格", "no such cell"),
    "？": ("无法确定归属，未取数", "ambiguous, not read"),
    "不清": ("无法辨认", "illegible"),
}
WIDEST_CELL = 16
LINE, NARROW_CELL = 80, 6  # columns of a terminal; of a cell of 表三, which has seven
# 表三 with its heads in full fits no terminal.
HEADS: Mapping[str, tuple[str, str]] = {
    "商业企业": ("企业", "business"),
    "科研机构": ("科研", "research"),
    "社会公益组织": ("公益", "social"),
    "法律服务机构": ("法律", "legal"),
}
PERIODS: Mapping[Period, tuple[str, str]] = {"year": ("本年度", "year"), "cumulative": ("历年累计", "cumulative")}
OUTER_ROLES = frozenset({"flow", "opening", "closing"})
SUSPECT, RIVAL = "*", "?"
KNOWN = frozenset(form.id for form in FORMS.forms)  # a name that several forms share means nothing to people
MOST_RIVALS = 5  # the most rivals named in one line


def report_lines(report: Report, marks: Mapping[str, str], lang: str = "zh", *, places: bool = False) -> list[str]:
    """The three tables as read. `marks` gives signs to print after cells; `places` adds the places of the rows."""
    layout = _Layout(report, marks, lang, places)
    if report.before_forms:
        return ["", *layout.indicators()]
    lines: list[str] = []
    used: set[str] = set()
    for name, build in (("T2", layout.disclosure), ("T3", layout.applications), ("T4", layout.remedies)):
        rows = [row for row in report.rows if row.table == name]
        lines += ["", layout.title(name)]
        lines += build(rows) if rows else ["  " + layout.say("没有读到这张表。", "this table was not found.")]
        used |= {UNSTATED[state] for row in rows for state in row.states if state in UNSTATED}
    legend = layout.legend(used)
    return [*lines, "", f"  {legend}"] if legend else lines


def cell_text(raw: str | None, value: Number | None, state: State) -> str:
    """The text for one cell: as the document prints it, or a sign if it is not stated."""
    if state in UNSTATED:
        return UNSTATED[state]
    return clip(inert(raw if raw is not None else str(value)), WIDEST_CELL)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Lays out the three tables of one report."""

    report: Report
    marks: Mapping[str, str]
    lang: str
    places: bool

    def say(self, zh: str, en: str) -> str:
        return en if self.lang == "en" else zh

    def title(self, name: str) -> str:
        form = self.report.forms.get(name)
        title = self.say(*TITLES[name])
        return title + self.say(f"（{form} 年格式）", f" (form of {form})") if form in KNOWN else title

    def form(self, name: str) -> str:
        return self.report.forms.get(name, "")

    def legend(self, used: set[str]) -> str:
        parts = [f"{sign} = {self.say(*LEGEND[sign])}" for sign in LEGEND if sign in used]
        if SUSPECT in self.marks.values():
            parts.append(f"{SUSPECT} = {self.say('疑误', 'suspected')}")
        if RIVAL in self.marks.values():
            parts.append(f"{RIVAL} = {self.say('也可能是这一格', 'or this cell')}")
        return "  ".join(parts)

    def cells(self, row: Row, widest: int = WIDEST_CELL) -> list[str]:
        texts = [
            clip(cell_text(raw, value, state), widest)
            for raw, value, state in zip(row.raws, row.values, row.states, strict=True)
        ]
        if self.marks:
            texts = [
                text + self.marks.get(cell_name(row.table, row.code, member), " ")
                for text, member in zip(texts, row.members, strict=True)
            ]
        return [*texts, row.place] if self.places else texts

    def short(self, name: str, member: str) -> str:
        words = column_label(name, member, self.lang, self.form(name))
        return self.say(words[:4], words.split()[0])

    def disclosure(self, rows: Sequence[Row]) -> list[str]:
        lines: list[str] = []
        longest = max(width(row_label("T2", row.code, self.lang, form=self.form("T2"))) for row in rows)
        for members, block in groupby(rows, key=lambda row: row.members):
            heads = [column_label("T2", member, self.lang, self.form("T2")) for member in members]
            body = [[row_label("T2", row.code, self.lang, form=self.form("T2")), *self.cells(row)] for row in block]
            figures = range(1, len(members) + 1)
            lines += table([[" " * longest, *heads], *body], right=figures, indent="  ")
        return lines

    def applications(self, rows: Sequence[Row]) -> list[str]:
        lines = [["", *(self.head(member) for member in MEMBERS)]]
        subtotals = {row.code: row for row in self.report.subtotals}
        form = self.form("T3")
        roles = {row.code: row.role for row in FORMS.applications(form).rows}
        group = ""
        for row in rows:
            head, dot, _leaf = row.code.partition(".")
            if dot and head != group:
                printed = self.cells(subtotals[head], NARROW_CELL) if head in subtotals else []
                lines.append([f" {group_words(head, self.lang, form)}", *printed])
            group = head if dot else ""
            depth = 0 if roles[row.code] in OUTER_ROLES else 2 if dot else 1
            label = row_label("T3", row.code, self.lang, short=roles[row.code] != "total", form=form)
            if dot and self.lang == "en":  # its group stands above it
                label = label.rpartition(": ")[2]
            lines.append([" " * depth + label, *self.cells(row, NARROW_CELL)])
        return table(lines, right=range(1, 8), indent="  ", limits={0: LINE - 2 - self.taken(lines)})

    def head(self, member: str) -> str:
        """What stands above a column of 表三."""
        printed = column_label("T3", member, "zh", self.form("T3"))
        return self.say(*HEADS[printed]) if printed in HEADS else self.short("T3", member)

    def taken(self, lines: Sequence[Sequence[str]]) -> int:
        """The columns of the terminal that the figures of 表三 and the gaps before them take."""
        return sum(2 + max(width(line[at]) for line in lines if at < len(line)) for at in range(1, 1 + len(MEMBERS)))

    def remedies(self, rows: Sequence[Row]) -> list[str]:
        heads = ["", *(self.short("T4", member) for member in TRACK_MEMBERS)]
        body = [[row_label("T4", row.code, self.lang, form=self.form("T4")), *self.cells(row)] for row in rows]
        return table([heads, *body], right=range(1, 6), indent="  ")

    def indicators(self) -> list[str]:
        if not self.report.indicators:
            return [self.say("2019 年以前的报告，没有统计表。", "a report from before 2019, without statistics.")]
        periods = [one for one in PERIODS if any(figure.period == one for figure in self.report.indicators)]
        heads = [self.say(*PERIODS[one]) for one in periods]
        lines = [["", self.say("单位", "unit"), *heads]]
        for _, figures in groupby(self.report.indicators, key=lambda one: one.line):
            cells = {one.period: one for one in figures}
            first = next(iter(cells.values()))
            texts = [cell_text(one.raw, one.value, one.state) if (one := cells.get(p)) else "" for p in periods]
            lines.append([first.label, first.unit, *texts, *([first.place] if self.places else [])])
        title = self.say("2019 年以前的统计表", "statistics from before 2019")
        return [title, *table(lines, right=range(2, 2 + len(periods)), indent="  ")]


def suspect_marks(suspects: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The signs for suspected cells and their rivals, for `report_lines`."""
    marks: dict[str, str] = {}
    for suspect in suspects:
        for rival in suspect.get("rivals") or ():
            for change in _changes(rival):
                marks.setdefault(str(change["cell"]), RIVAL)
        if suspect.get("cell"):
            marks[str(suspect["cell"])] = SUSPECT
    return marks


def _changes(rival: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The changed cells of a rival, which may be one cell or several together."""
    return rival.get("cells") or [rival]


def report_json(report: Report) -> dict[str, Any]:
    """The report as one JSON object: forms, every cell with value, raw text, state and place."""
    return {
        "title": report.title,
        "agency_name": report.agency_name,
        "year": report.year,
        "template": report.template,
        "status": report.status,
        "forms": report.forms,
        "published_on": report.published_on,
        "period": report.period,
        "rows": [_row_json(row) for row in report.rows],
        "subtotals": [_row_json(row) for row in report.subtotals],
        "indicators": [one._asdict() for one in report.indicators],
        "spent": report.spent,
        "problems": [{"code": one.code, "detail": one.detail, "where": one.where} for one in report.problems],
    }


def _row_json(row: Row) -> dict[str, Any]:
    cells = {
        member: {"value": value, "raw": raw, "state": state, "place": place}
        for member, value, raw, state, place in zip(
            row.members, row.values, row.raws, row.states, row.cell_places, strict=True
        )
    }
    return {"table": row.table, "row": row.code, "place": row.place, "cells": cells}


def problem_lines(problems: Sequence[Problem], lang: str) -> list[str]:
    """What could not be read: in Chinese the place and the reader's words; in English the code before them."""
    placed = [(one.code, one.where) if lang == "en" else (problem_place(one.where),) for one in problems]
    return table([(*place, one.detail) for place, one in zip(placed, problems, strict=True)], indent="  ")


def failure_lines(failures: Iterable[Failure], lang: str) -> list[str]:
    """Documents that could not be read at all, and why."""
    rows = [(one.problem.code, one.url, one.problem.detail) for one in failures]
    return table(rows if lang == "en" else [row[1:] for row in rows], indent="  ")


def failure_json(failure: Failure) -> dict[str, Any]:
    """A document that could not be read, as one JSON object."""
    return {
        "document": failure.document,
        "url": failure.url,
        "title": failure.title,
        "code": failure.problem.code,
        "detail": failure.problem.detail,
    }


def suspect_line(suspect: Mapping[str, Any], evidence: Mapping[str, Any], lang: str = "zh") -> str:
    """One line: the suspected cell as our code and in the form's words, its figure, the proposed figure.

    If several cells could be the wrong one, it names them and chooses none.
    """
    english = lang == "en"
    cell = suspect.get("cell")
    if cell is None:
        return inert(_undecided(suspect, lang))
    now = next(
        (
            one.get("raw") if one.get("raw") is not None else one.get("value")
            for one in evidence.get("operands", ())
            if one.get("cell") == cell
        ),
        None,
    )
    value = suspect.get("value")
    if english:
        stands = f"is {now}, " if now is not None else ""
        proposed = f"should be {value} (proposed, nothing changed)" if value is not None else "is suspected"
        return inert(f"{cell} {cell_words(cell, lang)}: {stands}{proposed}")
    stands = f"现为 {now}，" if now is not None else ""
    proposed = f"应为 {value}（提示，未改动）" if value is not None else "疑误（提示，未改动）"
    return inert(f"{cell} {cell_words(cell)}：{stands}{proposed}")


def _undecided(suspect: Mapping[str, Any], lang: str) -> str:
    english = lang == "en"
    rivals = suspect.get("rivals") or ()
    shown = [
        (" and " if english else " 与 ").join(_proposal(change, lang) for change in _changes(rival))
        for rival in rivals[:MOST_RIVALS]
    ]
    left_out = len(rivals) + int(suspect.get("more") or 0) - len(shown)
    if not shown:
        where = [str(suspect[key]) for key in ("row", "column") if suspect.get(key)]
        inside = " ".join(where)
        if english:
            return f"the wrong cell cannot be told ({inside})" if where else "the wrong cell cannot be told"
        return f"不能确定是哪一格（{inside}）" if where else "不能确定是哪一格"
    if english:
        more = f"; {left_out} more" if left_out else ""
        return f"one of: {'; or '.join(shown)}{more} (proposed, nothing chosen)"
    more = f"；另有 {left_out} 种" if left_out else ""
    return f"可能是：{'；或 '.join(shown)}{more}（提示，未选定）"


def _proposal(change: Mapping[str, Any], lang: str) -> str:
    cell, value = str(change["cell"]), change.get("value")
    words = f"{cell} {cell_words(cell, lang)}"
    if value is None:
        return words
    return f"{words} should be {value}" if lang == "en" else f"{words} 应为 {value}"
