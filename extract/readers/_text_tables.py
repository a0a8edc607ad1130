"""Tables whose columns are marked in every line: TAB grids and Markdown pipe tables."""

import re

from extract.content import Grid, plain_row
from extract.readers._spans import MAX_CELLS, too_many_cells
from extract.readers._text_lines import cell

_PIPE = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r":?-{3,}:?")


def grid(rows: list[list[str]]) -> Grid:
    """Rows whose cells stand in their columns, one after the other."""
    if sum(map(len, rows)) > MAX_CELLS:
        raise too_many_cells()
    return Grid(tuple(plain_row([cell(text) for text in row]) for row in rows))


def tabs(lines: list[str], start: int) -> tuple[list[str | Grid], int]:
    """A run of lines with tabs, empty cells kept. Lines that a tab merely indents are prose."""
    run = _Run(lines, start)
    first = start
    while run.at(first) and not _is_row(run, first):
        first += 1
    if first > start or not run.at(first):
        return [], max(start + 1, first)
    last = first
    while run.at(last) and _is_row(run, last):
        last += 1
    rows = [run.at(number) for number in range(first, last)]
    if not any(_filled(row) >= 2 for row in rows):
        return [], last
    return [grid(rows)], last


class _Run:
    """The rows of a run of lines with tabs from `start` on, each split when it is first looked at."""

    def __init__(self, lines: list[str], start: int) -> None:
        self.lines, self.start = lines, start
        self.rows: dict[int, list[str]] = {}

    def at(self, number: int) -> list[str]:
        """The row of this line; empty before the run and behind its end."""
        if number not in self.rows:
            line = self.lines[number] if self.start <= number < len(self.lines) else ""
            self.rows[number] = line.split("\t") if "\t" in line and line.strip() else []
        return self.rows[number]


def _filled(row: list[str]) -> int:
    return sum(1 for text in row if text.strip())


def _is_row(run: _Run, number: int) -> bool:
    """Two filled cells make a row; one does where cells follow it, or where a row beside it has as many cells."""
    row = run.at(number)
    if _filled(row) >= 2:
        return True
    beside = [near for near in (run.at(number - 1), run.at(number + 1)) if near]
    if row[-1].strip():  # only a tab before it: an indented line looks the same
        return any(len(near) == len(row) and _filled(near) >= 2 for near in beside)
    return bool(row[0].strip() and beside) or any(len(near) == len(row) for near in beside)


def pipes(lines: list[str], start: int) -> tuple[list[str | Grid], int]:
    """Markdown tables: `| a | b |` or `a | b`, separator rows dropped; each separator begins a table of its own."""
    end = start
    while end < len(lines) and _is_pipe_row(lines[end]):
        end += 1
    if end == start:
        return [], start + 1
    tables: list[list[list[str]]] = [[]]
    for number in range(start, end):
        if _is_separator(lines[number]):
            continue
        if tables[-1] and number + 1 < end and _is_separator(lines[number + 1]):
            tables.append([])
        tables[-1].append(_split(lines[number]))
    return [grid(rows) for rows in tables if rows], end


def _is_pipe_row(line: str) -> bool:
    """A separator, or text after a bar: lines that only end in bars are another notation."""
    if "|" not in line:
        return False
    if _is_separator(line):
        return True
    text = line.strip()
    if text.startswith("|"):
        return len(_PIPE.findall(text)) >= 2 and bool(text.strip("| \t"))
    parts = _PIPE.split(text)
    return len(parts) >= 3 and bool(parts[0].strip()) and any(part.strip() for part in parts[1:])


def _is_separator(line: str) -> bool:
    """`|---|:---:|`: the line below a Markdown table's header. One or two dashes are a printed dash."""
    return "---" in line and "|" in line and all(_RULE.fullmatch(part.strip()) for part in _split(line))


def _split(line: str) -> list[str]:
    text = line.strip()
    if text.startswith("|"):
        text = text[1:]
    if text.endswith("|") and not text.endswith("\\|"):
        text = text[:-1]
    return _PIPE.split(text)
