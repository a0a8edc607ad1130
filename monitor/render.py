"""A report as the form lays it out, for a terminal and as JSON; suspected cells are marked."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from extract.model import MEMBERS, TRACK_MEMBERS, Number, Report, Row, State, cell_name
from monitor.terminal import clip, inert, table
from monitor.words import GROUPS, cell_words, column_label, group_words, row_label

TITLES = {"T2": ("表二 主动公开政府信息情况", "Table 2  proactive disclosure"),
          "T3": ("表三 收到和处理政府信息公开申请情况", "Table 3  applications"),
          "T4": ("表四 行政复议、行政诉讼情况", "Table 4  reconsideration and litigation")}
# What stands for a figure that is not there; a dash, 无 and text stand as they are printed.
UNSTATED: Mapping[State, str] = {"blank": "空", "missing": "缺", "ambiguous": "？", "illegible": "不清"}
LEGEND = {"空": ("空白", "blank"), "缺": ("没有这一格", "no such cell"),
          "？": ("无法确定归属，未取数", "ambiguous, not read"), "不清": ("无法辨认", "illegible")}
WIDEST_CELL = 16
WIDEST_LABEL = 40
SUSPECT, RIVAL = "*", "?"


def report_lines(report: Report, marks: Mapping[str, str], lang: str = "zh") -> list[str]:
    """The three tables as read. `marks` gives a sign to print behind a cell, by its name."""
    lines: list[str] = []
    used: set[str] = set()
    for name in ("T2", "T3", "T4"):
        rows = [row for row in report.rows if row.table == name]
        lines += ["", _title(report, name, lang)]
        if not rows:
            lines.append("  " + ("没有读到这张表。" if lang == "zh" else "this table was not found."))
            continue
        build = {"T2": _disclosure, "T3": _applications, "T4": _remedies}[name]
        lines += build(report, rows, marks, lang)
        used |= {UNSTATED[state] for row in rows for state in row.states if state in UNSTATED}
    legend = [f"{sign} = {LEGEND[sign][lang == 'en']}" for sign in LEGEND if sign in used]
    if SUSPECT in marks.values():
        legend.append("* = 疑误" if lang == "zh" else "* = suspected")
    if RIVAL in marks.values():
        legend.append("? = 也可能是这一格" if lang == "zh" else "? = or this cell")
    return [*lines, *(["", "  " + "  ".join(legend)] if legend else [])]


def _title(report: Report, name: str, lang: str) -> str:
    form = report.forms.get(name)
    title = TITLES[name][lang == "en"]
    if form not in ("2019", "2021"):
        return title
    return title + (f"（{form} 年格式）" if lang == "zh" else f" (form of {form})")


def cell_text(raw: str | None, value: Number | None, state: State) -> str:
    """What is printed for one cell: as the document prints it, or a sign for what is not stated."""
    if state in UNSTATED:
        return UNSTATED[state]
    return clip(inert(raw if raw is not None else str(value)), WIDEST_CELL)


def _cells(row: Row, marks: Mapping[str, str], *, marked: bool) -> list[str]:
    texts = [cell_text(raw, value, state)
             for raw, value, state in zip(row.raws, row.values, row.states, strict=True)]
    if not marked:
        return texts
    return [text + marks.get(cell_name(row.table, row.code, member), " ")
            for text, member in zip(texts, row.members, strict=True)]


def _disclosure(_report: Report, rows: Sequence[Row], marks: Mapping[str, str], lang: str) -> list[str]:
    lines: list[str] = []
    label_width = 2 + max(len(row_label("T2", row.code, lang)) * 2 for row in rows)
    for members, block in groupby(rows, key=lambda row: row.members):
        heads = [column_label("T2", member, lang) for member in members]
        body = [[row_label("T2", row.code, lang), *_cells(row, marks, marked=bool(marks))] for row in block]
        lines += table([["".ljust(min(label_width, 22)), *heads], *body], right=range(1, 9), indent="  ")
    return lines


def _short(table_name: str, member: str, lang: str) -> str:
    words = column_label(table_name, member, lang)
    return words[:4] if lang == "zh" else words.split()[0]


def _applications(report: Report, rows: Sequence[Row], marks: Mapping[str, str], lang: str) -> list[str]:
    lines = [["", *(_short("T3", member, lang) for member in MEMBERS)]]
    subtotals = {row.code: row for row in report.subtotals}
    group = ""
    for row in rows:
        head, dot, _leaf = row.code.partition(".")
        if dot and head != group and head in GROUPS:
            printed = _cells(subtotals[head], {}, marked=bool(marks)) if head in subtotals else []
            lines.append([f"  {group_words(head, lang)}", *printed])
        group = head if dot else ""
        depth = 0 if row.code in ("received", "brought_forward", "carried_forward") else 2 if dot else 1
        words = clip("  " * depth + row_label("T3", row.code, lang, short=True), WIDEST_LABEL)
        lines.append([words, *_cells(row, marks, marked=bool(marks))])
    return table(lines, right=range(1, 8), indent="  ")


def _remedies(_report: Report, rows: Sequence[Row], marks: Mapping[str, str], lang: str) -> list[str]:
    heads = ["", *(_short("T4", member, lang) for member in TRACK_MEMBERS)]
    body = [[row_label("T4", row.code, lang), *_cells(row, marks, marked=bool(marks))] for row in rows]
    return table([heads, *body], right=range(1, 6), indent="  ")


def suspect_marks(suspects: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The signs for suspected cells and their rivals, for `report_lines`."""
    marks: dict[str, str] = {}
    for suspect in suspects:
        for rival in suspect.get("rivals") or ():
            for cell in _rival_cells(rival):
                marks.setdefault(cell, RIVAL)
        if suspect.get("cell"):
            marks[str(suspect["cell"])] = SUSPECT
    return marks


def _rival_cells(rival: Any) -> list[str]:
    if isinstance(rival, str):
        return [rival]
    if isinstance(rival, Mapping):
        return [str(rival["cell"])] if "cell" in rival else []
    return [cell for part in rival for cell in _rival_cells(part)] if isinstance(rival, Sequence) else []


def report_json(report: Report) -> dict[str, Any]:
    """The report as one JSON object: forms, every cell with value, raw text and state."""
    return {
        "title": report.title, "agency_name": report.agency_name, "year": report.year,
        "template": report.template, "status": report.status, "forms": report.forms,
        "published_on": report.published_on, "period": report.period,
        "rows": [_row_json(row) for row in report.rows],
        "subtotals": [_row_json(row) for row in report.subtotals],
        "spent": report.spent,
        "problems": [{"code": one.code, "detail": one.detail, "where": one.where} for one in report.problems]}


def _row_json(row: Row) -> dict[str, Any]:
    cells = {member: {"value": value, "raw": raw, "state": state} for member, value, raw, state
             in zip(row.members, row.values, row.raws, row.states, strict=True)}
    return {"table": row.table, "row": row.code, "place": row.place, "cells": cells}


def suspect_line(suspect: Mapping[str, Any], evidence: Mapping[str, Any], lang: str = "zh") -> str:
    """One line: the suspected cell, in our code and in the form's words, what it says and what is proposed."""
    cell = str(suspect.get("cell", ""))
    now = next((one.get("raw") if one.get("raw") is not None else one.get("value")
                for one in evidence.get("operands", ()) if one.get("cell") == cell), None)
    value = suspect.get("value")
    if lang == "en":
        stands = f"is {now}, " if now is not None else ""
        proposed = f"should be {value} (proposed, nothing changed)" if value is not None else "is suspected"
        return inert(f"{cell} {cell_words(cell, 'en')}: {stands}{proposed}")
    stands = f"现为 {now}，" if now is not None else ""
    proposed = f"应为 {value}（提示，未改动）" if value is not None else "疑误（提示，未改动）"
    return inert(f"{cell} {cell_words(cell)}：{stands}{proposed}")
