"""Lines and cells as the form prints them, with ordinals: `T3[granted,total]` is 表三·（一）予以公开·总计."""

import re
from functools import cache, lru_cache

from extract.form.form_file import FORMS
from extract.form.labels import PARTS, label, labels, row_kind
from extract.form.template import ORDINAL
from extract.tables.line import TOTALS

CELL = re.compile(r"(T[234]|S3)\[([a-z_.0-9]+)(?:,([a-z_0-9]+))?\]")
_IN_GRID = re.compile(r"g(\d+) r(\d+)")
SUBJECT = re.compile(r"(T[234])\[([^,\]]+)(?:,([^\]]+))?\]")  # the subject of a rule; a year may follow


@cache
def ordinal(code: str, form: str = "") -> str:
    """What a form prints before a line or a group of 表三: （一）, 1.; without `form`, what all forms share."""
    tables = [FORMS.applications(form)] if form else [one.applications for one in FORMS.forms]
    printed = [row.label for table in tables for row in table.rows if row.code == code]
    printed += [group.label for table in tables for group in table.groups if group.code == code]
    found = {match[0] if (match := ORDINAL.match(text)) else "" for text in printed}
    return found.pop() if len(found) == 1 else ""


def group_words(code: str, language: str = "zh", form: str = "") -> str:
    """The label of a group of 表三: （三）不予公开."""
    return (ordinal(code, form) if language == "zh" else "") + label(code, language, "group", form=form)


@lru_cache(maxsize=4096)
def row_label(table: str, code: str, language: str = "zh", *, short: bool = False, form: str = "") -> str:
    """A line's label with its ordinal: 1.属于国家秘密; the code itself if no form has such a line.

    `form` is the name of the table in its form, if known: two forms may number a line differently.
    """
    kind = row_kind(table, code)
    if code not in labels()[kind]:
        return code
    if kind == "group":
        return group_words(code, language, form)
    words = label(code, language, kind, short=short, form=form)
    if language != "zh" or table != "T3":
        return words
    group, dot, _leaf = code.partition(".")
    if not dot:
        return words if code in TOTALS else ordinal(code, form) + words  # the label of a total already includes it
    return ordinal(code, form) + words.removesuffix(f"（{label(group, language, 'group')}）")


def column_label(table: str, code: str, language: str = "zh", form: str = "") -> str:
    """The words above a column; the code itself if no form has such a column.

    Forms that share a column may head it differently: `form` is the name of the table in the one that was found.
    """
    _, kind = PARTS[table]
    words = label(code, language, kind, form=form) if code in labels()[kind] else code
    own = _own_heads(form).get(code, ()) if table == "T2" and form and language == "zh" else ()
    return own[0] if own and words not in own else words


@cache
def _own_heads(form: str) -> dict[str, tuple[str, ...]]:
    """The heads that a form of 表二 prints above each of its columns."""
    return {column.code: column.labels for block in FORMS.disclosure(form).blocks for column in block.measures}


def row_words(table: str, code: str, language: str = "zh", form: str = "") -> str:
    """A line in words that are clear without context: a leaf of 表三 with its group, a track of 表四 with its kind."""
    words = row_label(table, code, language, form=form)
    if language != "zh":
        return words
    group, dot, _leaf = code.partition(".")
    if table == "T3" and dot and group in labels()["group"]:
        return f"{group_words(group, form=form)}·{words}"
    return f"{above}·{words}" if table == "T4" and (above := _above(code)) else words


def _above(track: str) -> str:
    """The heading above a track of 表四 in the forms that have one: 行政诉讼; "" for the first track."""
    for form in FORMS.forms:
        code = next((one.group for one in form.remedies.tracks if one.code == track), "")
        for group in form.remedies.groups:
            if group.code == code:
                return group.label
    return ""


@lru_cache(maxsize=4096)
def cell_words(cell: str, language: str = "zh") -> str:
    """`T3[granted,total]` → 表三·（一）予以公开·总计; a text that is not a cell is returned unchanged."""
    match = CELL.fullmatch(cell)
    if match is None:
        return cell
    table, row, member = match.groups()
    parts = [label(table, language, "table"), row_words(table, row, language)]
    if member:
        parts.append(column_label(table, member, language))
    return ("·" if language == "zh" else " / ").join(parts)


def cell_label(table: str, row: str, member: str, language: str = "zh") -> str:
    """A cell as a sentence names it: 表三“予以公开”·“总计”."""
    _, part = PARTS[table]
    words = (label(table, language, "table"), label(row, language, row_kind(table, row)), label(member, language, part))
    if language == "zh":
        return f"{words[0]}“{words[1]}”·“{words[2]}”"
    return f"{words[0]}, {words[1]} / {words[2]}"


def subject_words(subject: str, language: str = "zh") -> str:
    """A cell, a row or a table as a sentence names it; any other subject unchanged."""
    if subject in PARTS:
        return label(subject, language, "table")
    match = SUBJECT.match(subject)
    if match is None:
        return subject
    table, row, member = match.groups()
    back = subject[match.end() :]
    if member is not None:
        return cell_label(table, row, member, language) + back
    return f"{label(table, language, 'table')} {label(row, language, row_kind(table, row), short=True)}{back}"


def problem_place(place: str) -> str:
    """The place of a problem, a cell, row or table of the form or one of the document's tables, as people name it."""
    found = _IN_GRID.fullmatch(place)
    words = f"第 {int(found[1]) + 1} 个表格第 {int(found[2]) + 1} 行" if found else subject_words(place)
    return words or "整份文件"
