"""The register as a person keeps it (CSV) → rows; every bad line is named, with what to do about it."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.agencies.codes import is_credit_code
from crawler.agencies.contacts import Contact
from crawler.agencies.csv_file import open_sheet, shown, year_of
from crawler.agencies.headings import label, words
from crawler.agencies.names import clean, full_name
from crawler.agencies.refusal import Spot, refuse_rows
from crawler.ground.errors import Both
from crawler.ground.vocabulary import KINDS, LEVELS

COLUMNS = ("code", "name", "level", "kind", "parent", "division", "portal", "first_year", "last_year", "source")
DIVISION = re.compile(r"\d{6}|\d{9}|\d{12}")


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
    sheet: str = ""
    order: int = 0
    also: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @property
    def spot(self) -> Spot:
        """Where it stands in its file."""
        return Spot(self.order, self.line, self.sheet)


def read_register(path: Path) -> list[RegisterRow]:
    """All rows of the register, or a UsageError that names the file and every bad line (the first twenty)."""
    sheet = open_sheet(path, COLUMNS, ["name"])
    rows: list[RegisterRow] = []
    for line, cells, problems in sheet.rows():
        row = row_of(line, cells, problems)
        if not problems:
            rows.append(row)
    refuse_rows(path, [*((Spot(0, line), problem) for line, problem in sheet.errors), *duplicates(rows)])
    return rows


def row_of(line: int, cells: Mapping[str, str], problems: list[Both]) -> RegisterRow:
    """One row by its cells; what is wrong with them goes to `problems`."""
    name = clean(cells["name"])
    if not name:
        problems.append(("'name' is empty", f"{label('name')}是空的"))
    elif len(name) > 100:
        problems.append(("'name' is longer than 100 characters", f"{label('name')}超过 100 个字"))
    elif not name.isprintable():
        problems.append(
            (
                f"'name' holds a character that cannot be shown: '{shown(name)}'; type it anew",
                f"{label('name')}里有显示不出来的字：'{shown(name)}'，请重新键入",
            )
        )
    first, last = (year_of(cells.get(column, ""), column, problems) for column in ("first_year", "last_year"))
    if first is not None and last is not None and first > last:
        problems.append(
            (
                f"first_year {first} is after last_year {last}",
                f"{label('first_year')} {first} 晚于{label('last_year')} {last}",
            )
        )
    division = unicodedata.normalize("NFKC", cells.get("division", ""))
    if division and not DIVISION.fullmatch(division):
        problems.append(
            (
                f"division '{shown(division)}' is not 6, 9 or 12 digits",
                f"{label('division')} '{shown(division)}' 不是 6、9 或 12 位数字",
            )
        )
    return RegisterRow(
        line=line,
        name=name,
        division=division,
        first_year=first,
        last_year=last,
        code=_code(cells.get("code", ""), name, division, problems),
        level=_choice(cells.get("level", ""), "level", LEVELS, problems),
        kind=_choice(cells.get("kind", ""), "kind", KINDS, problems),
        parent=clean(cells.get("parent", "")),
        portal=cells.get("portal", ""),
        source=cells.get("source", ""),
    )


def _code(cell: str, name: str, division: str, problems: list[Both]) -> str:
    code = clean(cell)
    if not code or code in (name, f"{division}-{name}"):
        return ""  # the code that the row gets by itself
    if not re.fullmatch("[0-9A-Za-z]+", code):
        return code  # a code of ours, out of the list that gouji prints; the import knows whether it exists
    code = code.upper()
    if len(code) != 18:
        problems.append(
            (
                f"code '{shown(code)}' has {len(code)} characters; a 统一社会信用代码 has 18 "
                "(leave the cell empty where it is not known)",
                f"{label('code')} '{shown(code)}' 有 {len(code)} 位，应是 18 位（不知道就空着）",
            )
        )
    elif not is_credit_code(code):
        problems.append(
            (
                f"code '{code}' is no 统一社会信用代码: its check character is wrong; look for a slip",
                f"'{code}' 不是统一社会信用代码：校验位不对，请查有无笔误（不知道就空着）",
            )
        )
    return code


def _choice(cell: str, column: str, known: tuple[str, ...], problems: list[Both]) -> str:
    value = cell.lower()
    if value and value not in known:
        problems.append(
            (
                f"{column} '{shown(cell)}' is unknown; one of {', '.join(known)}",
                f"{label(column)}没有 '{shown(cell)}' 这一种；可写 {'、'.join(words().shown[column].values())}",
            )
        )
    return value


def duplicates(rows: list[RegisterRow]) -> Iterator[tuple[Spot, Both]]:
    """The same body on two lines: the same code, or one name that no division tells apart."""
    codes: dict[str, Spot] = {}
    names: dict[str, dict[str, RegisterRow]] = {}
    for row in rows:
        if row.code and (first := codes.setdefault(row.code, row.spot)) != row.spot:
            yield (
                row.spot,
                (
                    f"the code {row.code} stands on {first.said[0]} already",
                    f"代码 {row.code} 在{first.said[1]}已经有了",
                ),
            )
        namesakes = names.setdefault(full_name(row.name), {})
        # A name without a division could be any of its namesakes.
        other = (
            namesakes.get(row.division)
            or namesakes.get("")
            or (None if row.division else next(iter(namesakes.values()), None))
        )
        if other:
            yield (
                row.spot,
                (
                    f"'{row.name}' is on {other.spot.said[0]} already as '{other.name}'; if they are two "
                    "bodies, give both their division",
                    f"'{row.name}' 在{other.spot.said[1]}已有（'{other.name}'）；"
                    f"若是两个机构，请都写明{label('division')}",
                ),
            )
        namesakes.setdefault(row.division, row)
