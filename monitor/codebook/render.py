"""The codebook as Markdown: every table, column and code in both languages."""

from collections.abc import Iterator, Sequence

from extract.form.labels import KINDS
from monitor.codebook import DatabaseColumn, Table, code_lists, used_lists
from monitor.reconcile.rulebook import Rulebook

# Code lists that no column names: their codes occur inside `cells` and `facts`.
INNER = ("member", "result", "table")


def table_pages(chosen: Sequence[Table], *, public: bool) -> Iterator[str]:
    """A section per table; `public` leaves out what is not exported."""
    for table in chosen:
        yield from (f"### `{table.name}`", "", table.words.zh, "", table.words.en, "")
        if table.key:
            yield from (f"主键 · key: {', '.join(f'`{name}`' for name in table.key)}", "")
        yield from ("| 列 column | 类型 type | 含义 | meaning |", "|---|---|---|---|")
        for column in table.public if public else table.columns:
            yield f"| `{column.name}` | {_type(table, column)} | {_cell(column.words.zh)} | {_cell(column.words.en)} |"
        yield ""


def code_pages(chosen: Sequence[Table]) -> Iterator[str]:
    """A section per list of codes that these tables use."""
    for name in dict.fromkeys([*used_lists(chosen), *INNER]):
        yield from (f"### `{name}`", "", "| 代码 code | 含义 | meaning |", "|---|---|---|")
        for code, words in code_lists()[name].items():
            yield f"| `{code}` | {_cell(words.zh)} | {_cell(words.en)} |"
        yield ""


def rule_pages(book: Rulebook) -> Iterator[str]:
    """One line per rule."""
    yield from ("| 规则 rule | 类别 class | 算式 formula | 依据 basis |", "|---|---|---|---|")
    for rule in book.rules.values():
        formulas = "<br>".join(f"`{_cell(rule.formula(case))}`" for case in range(len(rule.cases)))
        yield f"| `{rule.id}` | {rule.rule_class} | {formulas or '–'} | {_cell(rule.basis)} |"


def _type(table: Table, column: DatabaseColumn) -> str:
    parts: list[str] = [column.type]
    parts += [f"→ `{one.table}.{one.other_column}`" for one in table.references if one.column == column.name]
    if column.codes:
        kind = "格式的用语 form" if column.codes in KINDS else "代码 codes"
        parts.append(f"{kind}: `{column.codes}`")
    return _cell(", ".join(parts))


def _cell(text: str) -> str:
    """A text escaped to stay inside its table cell."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
