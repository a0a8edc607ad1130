"""The form's own words for our codes: `T3[granted,total]` is 表三·（一）予以公开·总计; read from extract/templates."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

TABLES = {"T2": "表二", "T3": "表三", "T4": "表四"}
# The groups of 表三 as the form numbers them.
GROUPS = {"refused": "（三）不予公开", "unavailable": "（四）无法提供", "not_processed": "（五）不予处理",
          "other": "（六）其他处理"}
CELL = re.compile(r"(T[234])\[([a-z_.0-9]+)(?:,([a-z_0-9]+))?\]")
# Both forms know these; the form in force now is asked first.
NEWEST_FIRST = ("2021", "2019")


@dataclass(frozen=True, slots=True)
class Words:
    """One form: label of each row and of each column, by table and code, and the rows in the form's order."""

    rows: dict[tuple[str, str], str]
    columns: dict[tuple[str, str], str]
    order: dict[tuple[str, str], int]


@cache
def _words(form: str) -> Words:
    text = (resources.files("extract") / "templates" / f"{form}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    rows: dict[tuple[str, str], str] = {}
    columns: dict[tuple[str, str], str] = {}
    for block in data["T2"]["block"]:
        rows |= {("T2", item["code"]): item["labels"][0] for item in block["items"]}
        columns |= {("T2", measure["code"]): measure["labels"][0] for measure in block["measures"]}
    rows |= {("T3", row["code"]): row["label"] for row in data["T3"]["rows"]}
    columns |= _first_labels("T3", data["T3"]["members"])
    rows |= _first_labels("T4", data["T4"]["tracks"])
    columns |= _first_labels("T4", data["T4"]["members"])
    return Words(rows, columns, {key: at for at, key in enumerate(rows)})


def _first_labels(table: str, entries: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    return {(table, entry["code"]): entry["labels"][0] for entry in entries}


def _find(kind: str, table: str, code: str, form: str | None) -> str:
    forms = (form, *NEWEST_FIRST) if form in NEWEST_FIRST else NEWEST_FIRST
    for name in forms:
        found: str | None = getattr(_words(str(name)), kind).get((table, code))
        if found is not None:
            return found
    return code


def row_label(table: str, code: str, form: str | None = None) -> str:
    """The label printed at the head of the row; the code itself where no form has such a row."""
    if (table, code) == ("T3", "other"):
        return GROUPS["other"]
    return _find("rows", table, code, form)


def column_label(table: str, code: str, form: str | None = None) -> str:
    """The label printed above the column."""
    return _find("columns", table, code, form)


def row_order(table: str, code: str, form: str | None = None) -> int:
    """The place of a row in its form, for putting rows in the order of the page."""
    for name in (form, *NEWEST_FIRST) if form in NEWEST_FIRST else NEWEST_FIRST:
        found = _words(str(name)).order.get((table, code))
        if found is not None:
            return found
    return len(_words("2021").order)


def row_words(table: str, code: str, form: str | None = None) -> str:
    """The row in words that stand alone: a leaf of 表三 with its group, a track of 表四 with its kind."""
    label = row_label(table, code, form)
    group, dot, _leaf = code.partition(".")
    if table == "T3" and dot and group in GROUPS:
        return f"{GROUPS[group]}·{label}"
    if table == "T4" and code.startswith("litigation"):
        return f"行政诉讼·{label}"
    return label


def cell_words(cell: str, form: str | None = None) -> str:
    """`T3[granted,total]` → 表三·（一）予以公开·总计; a text that names no cell comes back as it is."""
    match = CELL.fullmatch(cell)
    if match is None:
        return cell
    table, row, member = match.groups()
    parts = [TABLES[table], row_words(table, row, form)]
    if member:
        parts.append(column_label(table, member, form))
    return "·".join(parts)
