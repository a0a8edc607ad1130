"""A CSV file as a person keeps it → records with line numbers; every bad line is named, with what to do about it."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crawler.agencies.bodies import clean
from crawler.errors import UsageError

LARGEST = 50_000_000
SHOWN = 20
EARLIEST, LATEST = 2000, 2100
# What a Chinese register is made of, when it was not saved as UTF-8.
CHINESE = re.compile("[\t\r\n -~\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u2014\u2018-\u201d\u2026\u00b7]*")


@dataclass(slots=True)
class Sheet:
    """The records of one file, and the bad lines found so far."""

    path: Path
    columns: list[str]
    records: Iterator[tuple[int, list[str]]]
    errors: list[tuple[int, str]] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[int, dict[str, str], list[str]]]:
        """Each line that is not empty and well shaped: its number, its cells by column, a list for its problems."""
        for line, record in self.records:
            cells = [cell.strip() for cell in record]
            if not any(cells):
                continue
            problems = list(shape(record, self.columns))
            if not problems:
                yield line, dict(zip(self.columns, cells, strict=False)), problems
            self.errors.extend((line, problem) for problem in problems)


def open_sheet(path: Path, columns: Sequence[str], required: Sequence[str]) -> Sheet:
    """The file with its header read; a UsageError for what is no such table."""
    records = _records(path, _text(path))
    try:
        first, header = next(records)
    except StopIteration:
        raise UsageError(f"{path}: the file is empty; its first line must name the columns: "
                         f"{','.join(columns)}") from None
    return Sheet(path, _header(path, first, header, columns, required), records)


def refuse(path: Path, errors: list[tuple[int, str]]) -> None:
    """Raises one UsageError for all bad lines, in their order; returns when there are none."""
    if not errors:
        return
    lines = [f"line {line}: {problem}" for line, problem in sorted(errors)[:SHOWN]]
    if len(errors) > SHOWN:
        lines.append(f"… and {len(errors) - SHOWN} more")
    raise UsageError(f"{path}: nothing was imported; mend these lines and import again:", lines)


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            raise UsageError(f"{path}: no such file; give the path of a CSV file")
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path}: larger than {LARGEST // 1_000_000} MB; this is no register")
        body = path.read_bytes()
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if body.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UsageError(f"{path}: this is a workbook, not a CSV file; save it as “CSV UTF-8” and import that")
    for encoding in ("utf-8-sig", "gb2312"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Excel on a Chinese system saves GB18030. It is taken only where nothing else can be meant: where every
        # character is one of GB 2312, which a Western or Taiwanese file is not.
        if encoding == "utf-8-sig" or CHINESE.fullmatch(text):
            return text
    raise UsageError(f"{path}: the file is not UTF-8; in Excel choose “Save as”, file type “CSV UTF-8”, "
                     "and import the new file")


def _records(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UsageError(f"{path}: nothing was imported; line {line}: not readable as CSV ({error}); "
                             "is a quotation mark left open?") from error
        yield line, record


def _header(path: Path, line: int, header: list[str], known_columns: Sequence[str],
            required: Sequence[str]) -> list[str]:
    columns = [clean(cell).lower() for cell in header]
    while columns and not columns[-1]:
        columns.pop()  # trailing commas of a spreadsheet
    known = f"known columns: {', '.join(known_columns)}"
    if len(columns) == 1 and re.search(r"[;\t]|;", "".join(header)):
        raise UsageError(f"{path}, line {line}: the columns must be separated by commas")
    unknown = [cell.strip() for cell, column in zip(header, columns, strict=False) if column not in known_columns]
    if unknown:
        listed = ", ".join(f"'{shown(cell)}'" for cell in unknown[:5])
        raise UsageError(f"{path}, line {line}: unknown column {listed}; {known}")
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise UsageError(f"{path}, line {line}: the column '{twice[0]}' stands twice")
    for name in required:
        if name not in columns:
            raise UsageError(f"{path}, line {line}: the column '{name}' is missing; {known}")
    return columns


def shape(record: list[str], columns: Sequence[str]) -> Iterator[str]:
    """What is wrong with the shape of a record."""
    if any(cell.strip() for cell in record[len(columns):]):
        yield f"{len(record)} cells for {len(columns)} columns; put a cell that holds a comma in quotation marks"
    for column, cell in zip(columns, record, strict=False):
        if re.search(r"[\r\n\v\f\x85\u2028\u2029]", cell):
            yield f"'{column}' holds a line break; write it on one line"
        elif re.search(r"[\x00-\x08\x0e-\x1f\x7f]", cell):
            yield f"'{column}' holds a control character"


def year_of(cell: str, column: str, problems: list[str]) -> int | None:
    """A year in a cell; None where it is empty, or wrong (then `problems` says so)."""
    text = unicodedata.normalize("NFKC", cell)
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{4}", text) or not EARLIEST <= int(text) <= LATEST:
        problems.append(f"{column} '{shown(cell)}' is not a year between {EARLIEST} and {LATEST}")
        return None
    return int(text)


def shown(text: str) -> str:
    """A cell as it can be shown in an error."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[:60])
