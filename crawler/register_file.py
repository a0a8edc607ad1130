"""The register as a person keeps it (CSV) → rows; every bad line is named, with what to do about it."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.bodies import KINDS, LEVELS, clean, full_name
from crawler.codes import is_credit_code
from crawler.errors import UsageError

COLUMNS = ("code", "name", "level", "kind", "parent", "division", "portal", "first_year", "last_year", "source")
LARGEST = 50_000_000
SHOWN = 20
EARLIEST, LATEST = 2000, 2100
DIVISION = re.compile(r"\d{6}|\d{9}|\d{12}")
# What a Chinese register is made of, when it was not saved as UTF-8.
CHINESE = re.compile("[\t\r\n -~\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u2014\u2018-\u201d\u2026\u00b7]*")


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of the register; "" and None where the cell is empty."""

    line: int
    code: str
    name: str
    level: str
    kind: str
    parent: str
    division: str
    portal: str
    first_year: int | None
    last_year: int | None
    source: str


def read_register(path: Path) -> list[RegisterRow]:
    """All rows of the register, or a UsageError that names the file and every bad line (the first twenty)."""
    records = _records(path, _text(path))
    try:
        first, header = next(records)
    except StopIteration:
        raise UsageError(f"{path}: the file is empty; its first line must name the columns: "
                         f"{','.join(COLUMNS)}") from None
    columns = _header(path, first, header)
    rows: list[RegisterRow] = []
    errors: list[tuple[int, str]] = []
    for line, record in records:
        cells = [cell.strip() for cell in record]
        if not any(cells):
            continue
        problems = list(_shape(record, columns))
        row = None if problems else _row(line, dict(zip(columns, cells, strict=False)), problems)
        errors.extend((line, problem) for problem in problems)
        if row and not problems:
            rows.append(row)
    errors.extend(_duplicates(rows))
    refuse(path, errors)
    return rows


def refuse(path: Path, errors: list[tuple[int, str]]) -> None:
    """Raises one UsageError for all bad lines, in their order; returns when there are none."""
    if not errors:
        return
    lines = [f"  line {line}: {problem}" for line, problem in sorted(errors)[:SHOWN]]
    if len(errors) > SHOWN:
        lines.append(f"  … and {len(errors) - SHOWN} more")
    raise UsageError(f"{path}: nothing was imported; mend these lines and import again:\n" + "\n".join(lines))


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


def _header(path: Path, line: int, header: list[str]) -> list[str]:
    columns = [clean(cell).lower() for cell in header]
    while columns and not columns[-1]:
        columns.pop()  # trailing commas of a spreadsheet
    known = f"known columns: {', '.join(COLUMNS)}"
    if len(columns) == 1 and re.search(r"[;\t]|;", "".join(header)):
        raise UsageError(f"{path}, line {line}: the columns must be separated by commas")
    unknown = [cell.strip() for cell, column in zip(header, columns, strict=False) if column not in COLUMNS]
    if unknown:
        shown = ", ".join(f"'{_shown(cell)}'" for cell in unknown[:5])
        raise UsageError(f"{path}, line {line}: unknown column {shown}; {known}")
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise UsageError(f"{path}, line {line}: the column '{twice[0]}' stands twice")
    if "name" not in columns:
        raise UsageError(f"{path}, line {line}: the column 'name' is missing; {known}")
    return columns


def _shape(record: list[str], columns: list[str]) -> Iterator[str]:
    if any(cell.strip() for cell in record[len(columns):]):
        yield f"{len(record)} cells for {len(columns)} columns; put a cell that holds a comma in quotation marks"
    for column, cell in zip(columns, record, strict=False):
        if re.search(r"[\r\n\v\f\x85\u2028\u2029]", cell):
            yield f"'{column}' holds a line break; write it on one line"
        elif re.search(r"[\x00-\x08\x0e-\x1f\x7f]", cell):
            yield f"'{column}' holds a control character"


def _row(line: int, cells: dict[str, str], problems: list[str]) -> RegisterRow:
    name = clean(cells["name"])
    if not name:
        problems.append("'name' is empty")
    elif len(name) > 100:
        problems.append("'name' is longer than 100 characters")
    first, last = (_year(cells.get(column, ""), column, problems) for column in ("first_year", "last_year"))
    if first is not None and last is not None and first > last:
        problems.append(f"first_year {first} is after last_year {last}")
    division = unicodedata.normalize("NFKC", cells.get("division", ""))
    if division and not DIVISION.fullmatch(division):
        problems.append(f"division '{_shown(division)}' is not 6, 9 or 12 digits")
    return RegisterRow(
        line=line, name=name, division=division, first_year=first, last_year=last,
        code=_code(cells.get("code", ""), name, division, problems),
        level=_choice(cells.get("level", ""), "level", LEVELS, problems),
        kind=_choice(cells.get("kind", ""), "kind", KINDS, problems),
        parent=clean(cells.get("parent", "")), portal=cells.get("portal", ""), source=cells.get("source", ""))


def _code(cell: str, name: str, division: str, problems: list[str]) -> str:
    code = clean(cell)
    if not code or code in (name, f"{division}-{name}"):
        return ""  # the code that the row gets by itself
    if not re.fullmatch("[0-9A-Za-z]+", code):
        return code  # a code of ours, out of the list that gouji prints; the import knows whether it exists
    code = code.upper()
    if len(code) != 18:
        problems.append(f"code '{_shown(code)}' has {len(code)} characters; a 统一社会信用代码 has 18 "
                        "(leave the cell empty where it is not known)")
    elif not is_credit_code(code):
        problems.append(f"code '{code}' is no 统一社会信用代码: its check character is wrong; look for a slip")
    return code


def _choice(cell: str, column: str, known: tuple[str, ...], problems: list[str]) -> str:
    value = cell.lower()
    if value and value not in known:
        problems.append(f"{column} '{_shown(cell)}' is unknown; one of {', '.join(known)}")
    return value


def _year(cell: str, column: str, problems: list[str]) -> int | None:
    text = unicodedata.normalize("NFKC", cell)
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{4}", text) or not EARLIEST <= int(text) <= LATEST:
        problems.append(f"{column} '{_shown(cell)}' is not a year between {EARLIEST} and {LATEST}")
        return None
    return int(text)


def _duplicates(rows: list[RegisterRow]) -> Iterator[tuple[int, str]]:
    """The same body on two lines: the same code, or one name that no division tells apart."""
    codes: dict[str, int] = {}
    names: dict[str, dict[str, RegisterRow]] = {}
    for row in rows:
        if row.code and codes.setdefault(row.code, row.line) != row.line:
            yield row.line, f"the code {row.code} stands on line {codes[row.code]} already"
        namesakes = names.setdefault(full_name(row.name), {})
        # A name without a division could be any of its namesakes.
        other = namesakes.get(row.division) or namesakes.get("") or (
            None if row.division else next(iter(namesakes.values()), None))
        if other:
            yield row.line, (f"'{row.name}' is on line {other.line} already as '{other.name}'; if they are two "
                             "bodies, give both their division")
        namesakes.setdefault(row.division, row)


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[:60])
