"""Lines and cells as the form prints them, ordinals too: `T3[granted,total]` is 表三·（一）予以公开·总计."""

import re
from functools import cache

from extract.labels import PARTS, label, labels, row_kind

# What the form prints before a line of 表三; the leaves of a group are numbered in their order.
ORDINALS = {"received": "一、", "brought_forward": "二、", "granted": "（一）", "granted_in_part": "（二）",
            "carried_forward": "四、", "other": "（六）"}
GROUPS = {"refused": "（三）", "unavailable": "（四）", "not_processed": "（五）", "other": "（六）"}
CELL = re.compile(r"(T[234]|S3)\[([a-z_.0-9]+)(?:,([a-z_0-9]+))?\]")


@cache
def _numbers() -> dict[str, str]:
    numbers: dict[str, int] = {}
    found: dict[str, str] = {}
    for code in labels()["disposition"]:
        group, dot, _leaf = code.partition(".")
        if dot:
            numbers[group] = numbers.get(group, 0) + 1
            found[code] = f"{numbers[group]}."
    return found


def group_words(code: str, language: str = "zh") -> str:
    """The head of a group of 表三: （三）不予公开."""
    return (GROUPS[code] if language == "zh" else "") + label(code, language, "group")


def row_label(table: str, code: str, language: str = "zh", *, short: bool = False) -> str:
    """A line with its ordinal: 1.属于国家秘密; the code itself where no form has such a line."""
    kind = row_kind(table, code)
    if code not in labels()[kind]:
        return code
    if kind == "group":
        return group_words(code, language)
    words = label(code, language, kind, short=short)
    if language != "zh" or table != "T3":
        return words
    ordinal = ORDINALS.get(code) or _numbers().get(code) or ""
    return ordinal + words.removesuffix("（其他处理）")


def column_label(table: str, code: str, language: str = "zh") -> str:
    """The words above a column; the code itself where no form has such a column."""
    _, kind = PARTS[table]
    return label(code, language, kind) if code in labels()[kind] else code


def row_words(table: str, code: str, language: str = "zh") -> str:
    """A line in words that stand alone: a leaf of 表三 with its group, a track of 表四 with its kind."""
    words = row_label(table, code, language)
    if language != "zh":
        return words
    group, dot, _leaf = code.partition(".")
    if table == "T3" and dot and group in GROUPS:
        return f"{group_words(group)}·{words}"
    if table == "T4" and code.startswith("litigation"):
        return f"行政诉讼·{words}"
    return words


def cell_words(cell: str, language: str = "zh") -> str:
    """`T3[granted,total]` → 表三·（一）予以公开·总计; a text that names no cell comes back as it is."""
    match = CELL.fullmatch(cell)
    if match is None:
        return cell
    table, row, member = match.groups()
    parts = [label(table, language, "table"), row_words(table, row, language)]
    if member:
        parts.append(column_label(table, member, language))
    return ("·" if language == "zh" else " / ").join(parts)
