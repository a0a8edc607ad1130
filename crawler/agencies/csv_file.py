"""A CSV file as a person keeps it → records with line numbers; every bad line is named, with what to do about it."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crawler.agencies.headings import label
from crawler.agencies.names import clean
from crawler.ground.errors import Both, UsageError, reason

LARGEST = 50_000_000
EARLIEST, LATEST = 2000, 2100
# What a Chinese register is made of, when it was not saved as UTF-8.
CHINESE = re.compile("[\t\r\n -~\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u2014\u2018-\u201d\u2026\u00b7]*")


@dataclass(slots=True)
class CsvRecords:
    """The records of one file, and the bad lines found so far."""

    path: Path
    columns: list[str]
    records: Iterator[tuple[int, list[str]]]
    errors: list[tuple[int, Both]] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[int, dict[str, str], list[Both]]]:
        """Each line that is not empty and well shaped: its number, its cells by column, a list for its problems."""
        for line, record in self.records:
            cells = [cell.strip() for cell in record]
            if not any(cells):
                continue
            problems = list(shape(record, self.columns))
            if not problems:
                yield line, dict(zip(self.columns, cells, strict=False)), problems
            self.errors.extend((line, problem) for problem in problems)


def open_sheet(path: Path, columns: Sequence[str], required: Sequence[str]) -> CsvRecords:
    """The file with its header read; a UsageError for what is no such table."""
    records = _records(path, _text(path))
    try:
        first, header = next(records)
    except StopIteration:
        raise UsageError(
            f"{path}: the file is empty; its first line must name the columns: {','.join(columns)}",
            f"{path}：文件是空的；第一行要写列名：{','.join(columns)}",
        ) from None
    return CsvRecords(path, _header(path, first, header, columns, required), records)


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            raise UsageError(
                f"{path}: no such file; give the path of a CSV file", f"{path}：没有这个文件；请写 CSV 文件的路径"
            )
        if path.stat().st_size > LARGEST:
            raise UsageError(
                f"{path}: larger than {LARGEST // 1_000_000} MB; this is no register",
                f"{path}：大于 {LARGEST // 1_000_000} MB，不会是名录",
            )
        body = path.read_bytes()
    except OSError as error:
        english, chinese = reason(error)
        raise UsageError(f"{path}: cannot be read: {english}", f"{path}：读不了：{chinese}") from error
    if body.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UsageError(
            f"{path}: this is a workbook, not a CSV file; save it as “CSV UTF-8” and import that",
            f"{path}：这是工作簿，不是 CSV 文件；请在 Excel 里另存为“CSV UTF-8”再导入",
        )
    for encoding in ("utf-8-sig", "gb2312"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Excel on a Chinese system saves GB18030. It is taken only where nothing else can be meant: where every
        # character is one of GB 2312, which a Western or Taiwanese file is not.
        if encoding == "utf-8-sig" or CHINESE.fullmatch(text):
            return text
    raise UsageError(
        f"{path}: the file is not UTF-8; in Excel choose “Save as”, file type “CSV UTF-8”, and import the new file",
        f"{path}：文件不是 UTF-8 编码；请在 Excel 里选“另存为”“CSV UTF-8”，再导入新文件",
    )


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
            raise UsageError(
                f"{path}: nothing was imported; line {line}: not readable as CSV ({error}); "
                "is a quotation mark left open?",
                f"{path}：没有导入；第 {line} 行不合 CSV 的写法；引号没有合上？",
            ) from error
        yield line, record


def _header(
    path: Path, line: int, header: list[str], known_columns: Sequence[str], required: Sequence[str]
) -> list[str]:
    columns = [clean(cell).lower() for cell in header]
    while columns and not columns[-1]:
        columns.pop()  # trailing commas of a spreadsheet
    known = ", ".join(known_columns)
    if len(columns) == 1 and re.search(r"[;\t]|;", "".join(header)):
        raise UsageError(
            f"{path}, line {line}: the columns must be separated by commas",
            f"{path} 第 {line} 行：各列要用英文逗号隔开",
        )
    unknown = [cell.strip() for cell, column in zip(header, columns, strict=False) if column not in known_columns]
    if unknown:
        listed = ", ".join(f"'{shown(cell)}'" for cell in unknown[:5])
        raise UsageError(
            f"{path}, line {line}: unknown column {listed}; known columns: {known}",
            f"{path} 第 {line} 行：没有 {listed} 这一列；可用的列：{known}",
        )
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise UsageError(
            f"{path}, line {line}: the column '{twice[0]}' stands twice",
            f"{path} 第 {line} 行：列 '{twice[0]}' 出现了两次",
        )
    for name in required:
        if name not in columns:
            raise UsageError(
                f"{path}, line {line}: the column '{name}' is missing; known columns: {known}",
                f"{path} 第 {line} 行：缺少列 '{name}'；可用的列：{known}",
            )
    return columns


def shape(record: list[str], columns: Sequence[str]) -> Iterator[Both]:
    """What is wrong with the shape of a record."""
    if any(cell.strip() for cell in record[len(columns) :]):
        yield (
            f"{len(record)} cells for {len(columns)} columns; put a cell that holds a comma in quotation marks",
            f"{len(columns)} 列却有 {len(record)} 格；格里有逗号的要加英文双引号",
        )
    for column, cell in zip(columns, record, strict=False):
        if re.search(r"[\r\n\v\f\x85\u2028\u2029]", cell):
            yield f"'{column}' holds a line break; write it on one line", f"'{column}' 里有换行，请写在一行里"
        elif re.search(r"[\x00-\x08\x0e-\x1f\x7f]", cell):
            yield f"'{column}' holds a control character", f"'{column}' 里有控制字符"


def year_of(cell: str, column: str, problems: list[Both]) -> int | None:
    """A year in a cell; None where it is empty, or wrong (then `problems` says so)."""
    text = unicodedata.normalize("NFKC", cell)
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{4}", text) or not EARLIEST <= int(text) <= LATEST:
        problems.append(
            (
                f"{column} '{shown(cell)}' is not a year between {EARLIEST} and {LATEST}",
                f"{label(column)} '{shown(cell)}' 不是 {EARLIEST} 到 {LATEST} 之间的年份",
            )
        )
        return None
    return int(text)


def shown(text: str) -> str:
    """A cell as it can be shown in an error."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[:60])
