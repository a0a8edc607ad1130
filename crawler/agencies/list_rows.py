"""A list as people keep it → rows of the register, what is told about them, and what was passed over; pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from crawler.agencies.contacts import one_line
from crawler.agencies.headings import (
    is_example,
    is_footer,
    is_nothing,
    is_section,
    label,
    plain,
    value_of,
)
from crawler.agencies.list_cells import CellReader, Told, settled_level
from crawler.agencies.list_contacts import contacts_of
from crawler.agencies.list_sheet import ListColumn, ListTable, letter
from crawler.agencies.names import clean
from crawler.agencies.refusal import Spot
from crawler.agencies.register import everywhere
from crawler.agencies.register_file import RegisterRow, duplicates, row_of
from crawler.ground.errors import Both

ALSO_PARTS = str.maketrans("，,；;/\n\r", "、" * 7)
MOST_BEYOND = 20
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about a row; `spot` is None where it is about the file."""

    code: str
    said: Both
    spot: Spot | None = None


@dataclass(slots=True)
class ListReading:
    """What was read of a file. `passed` are the rows that are no bodies, by their sort: example, footer, hidden …"""

    rows: list[RegisterRow] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    errors: list[tuple[Spot, Both]] = field(default_factory=list)
    tables: list[ListTable] = field(default_factory=list)
    passed: dict[str, list[Spot]] = field(default_factory=dict)

    def add(self, order: int, table: ListTable, reader: CellReader) -> None:
        """Takes in one sheet of the file."""
        rows = _Rows(order, table, reader, self)
        self.tables.append(replace(table, columns=tuple(rows.columns)))
        rows.take()

    def settle(self) -> None:
        """Joins the lines of one body that say the same, and finds those that do not."""
        self.rows = list(_joined(self.rows, self.notes))
        self.errors.extend(duplicates(self.rows))


class _Rows:
    """The rows of one sheet while they are read."""

    def __init__(self, order: int, table: ListTable, reader: CellReader, into: ListReading) -> None:
        self.order, self.table, self.sheet, self.reader, self.into = order, table, table.sheet, reader, into
        self.numbers = sorted(number for number in self.sheet.rows if number >= table.below)
        self.columns = [self._checked(column) for column in table.columns]
        self.last = max(column.number for column in table.columns)
        if self.sheet.name:
            self.columns.extend(self._beyond())
        self.taken = [column for column in self.columns if column.field]
        self.people = [
            column for column in self.taken if column.field in ("person", "officer", "phone", "email", "role")
        ]
        self.names = [column for column in self.taken if column.field == "name"]
        self.above: dict[int, int] = {}
        for (top, left), (bottom, _) in self.sheet.merged.items():
            if bottom > top >= table.below and any(column.number == left for column in self.names):
                self.above.update(dict.fromkeys(range(top + 1, min(bottom, top + 50) + 1), top))
        self.ended = False

    def _checked(self, column: ListColumn) -> ListColumn:
        """A column of which no cell holds what its heading promises is ignored, and named."""
        if column.field not in ("kind", "level") or plain(column.heading) == column.field:
            return column
        cells = [self.sheet.rows[number].get(column.number, "") for number in self.numbers]
        found = [value_of(column.field, cell) for cell in cells if cell.strip() and not is_nothing(cell)]
        return column._replace(field="", why="values") if len(found) > 1 and not any(found) else column

    def _beyond(self) -> Iterator[ListColumn]:
        """The columns of a workbook that have cells and no heading; in a text they are a comma too many."""
        known = {column.number for column in self.columns}
        found = {column for number in self.numbers for column, text in self.sheet.rows[number].items() if text.strip()}
        return (ListColumn(column, "", "", "blank") for column in sorted(found - known)[:MOST_BEYOND])

    def take(self) -> None:
        """Every row below the headings."""
        for number in self.numbers:
            cells = {column: text for column, text in self.sheet.rows[number].items() if text.strip()}
            spot = Spot(self.order, number, self.sheet.name)
            sort = self._sort(number, cells)
            if sort == "body":
                self._body(spot, cells)
            elif sort == "more":
                self._more(spot, cells)
            elif sort == "nameless":
                self.into.errors.append((spot, self._nameless()))
            elif sort:
                self.into.passed.setdefault(sort, []).append(spot)

    def _nameless(self) -> Both:
        return (
            f"'name' is empty; for another contact of the body above, write its name here, too "
            f"(column {letter(self.names[0].number)})",
            f"{label('name')}（{letter(self.names[0].number)} 列）是空的；"
            "若是上一单位的另一位联系人，请把单位名称也写上",
        )

    def _sort(self, number: int, cells: Mapping[int, str]) -> str:
        """What a row is: `body`, `more` contacts of the one above, `nameless`, or no body ("" for an empty one)."""
        if not cells:
            return ""
        first = cells[min(cells)]
        if not any(column.number in cells for column in self.taken):
            heads = len(cells) == 1 and (is_section(first) or self._is_wide(number, min(cells)))
            return "footer" if is_footer(first) else "section" if heads else ""  # else a serial number alone
        if number in self.sheet.hidden_rows:
            return "hidden"
        name = next((cells[column.number] for column in self.names if column.number in cells), "")
        filled = sum(1 for column in self.taken if column.number in cells)
        if (is_footer(first) or is_footer(name)) and (not name or is_footer(name) or filled < 2):
            self.ended = self.ended or not plain(first).endswith(("计", "total"))
            return "footer"
        if number in self.above and not name:
            return "more"
        if len(cells) == 1 and (is_section(first) or self._is_wide(number, min(cells))):
            return "section" if not self.ended else "footer"
        if not name:
            return "footer" if self.ended and filled < 2 else "nameless"
        if any(plain(name) == plain(part) for column in self.names for part in column.heading.split(" / ")):
            return "heading"
        if is_example(name):
            return "example"
        return "footer" if self.ended and filled < 2 else "body"

    def _is_wide(self, number: int, column: int) -> bool:
        _, right = self.sheet.merged.get((number, column), (number, column))
        return right - column >= 2

    def _read(self, number: int, cells: Mapping[int, str], column: ListColumn, told: Told) -> str:
        cell = cells.get(column.number, "")
        mark = self.sheet.marks.get((number, column.number))
        if not cell or (is_nothing(cell) and column.field != "name"):
            return ""
        return self.reader.readable(column.field, cell, mark, told)

    def _body(self, spot: Spot, cells: Mapping[int, str]) -> None:
        told = Told()
        said: dict[str, str] = {}
        also: list[str] = []
        for column in self.taken:
            if column in self.people:
                continue
            cell = self._read(spot.line, cells, column, told)
            if CONTROL.search(cell):
                told.problems.append(
                    (f"'{column.field}' holds a control character", f"{label(column.field)}里有控制字符，请重新键入")
                )
            if column.field == "also":
                also.extend(self._also(cell, told))
            elif cell and column.field not in said:
                said[column.field] = self._value(column, cell, told)
        name = clean(said.get("name", ""))
        if not self.sheet.name and max(cells) > self.last:
            told.problems.append(
                (
                    f"{max(cells)} cells for {self.last} columns; put a cell that holds a separator in quotation marks",
                    f"{self.last} 列却有 {max(cells)} 格；格里有分隔符的要加英文双引号",
                )
            )
        if not told.problems:
            division = said.get("division", "")
            said["level"] = settled_level(said.get("level", ""), name, division)
            said["portal"] = said.get("portal") or self.reader.portals.only(name, division)
            row = row_of(spot.line, {"name": "", **said}, told.problems)
            contacts = tuple(contacts_of(self.people, self._people(spot.line, cells), told))
            others = tuple(one for one in dict.fromkeys(also) if one != name)
            if not told.problems:
                self.into.rows.append(replace(row, sheet=spot.sheet, order=spot.order, also=others, contacts=contacts))
        self._tell(spot, told)

    def _more(self, spot: Spot, cells: Mapping[int, str]) -> None:
        """Another contact in a row over which the cell of the name reaches."""
        told = Told()
        top = Spot(self.order, self.above[spot.line], self.sheet.name)
        at = next((at for at in range(len(self.into.rows) - 1, -1, -1) if self.into.rows[at].spot == top), None)
        contacts = tuple(contacts_of(self.people, self._people(spot.line, cells), told))
        if at is not None:
            self.into.rows[at] = replace(self.into.rows[at], contacts=(*self.into.rows[at].contacts, *contacts))
        self._tell(spot, told)

    def _people(self, number: int, cells: Mapping[int, str]) -> dict[int, tuple[str, str]]:
        """The cells of the contacts by their columns, each with its mark."""
        return {
            column.number: (cells[column.number], self.sheet.marks.get((number, column.number)) or "")
            for column in self.people
            if column.number in cells and not is_nothing(cells[column.number])
        }

    def _tell(self, spot: Spot, told: Told) -> None:
        self.into.notes.extend(Note(code, sentence, spot) for code, sentence in told.notes)
        self.into.errors.extend((spot, problem) for problem in told.problems)

    def _value(self, column: ListColumn, cell: str, told: Told) -> str:
        field_ = column.field
        if field_ == "code":
            return self.reader.code(cell, told)
        if field_ in ("kind", "level"):
            ours = plain(column.heading) == field_ and value_of(field_, cell) is None
            return cell.strip() if ours else self.reader.choice(field_, cell, told)
        if field_ == "division":
            return self.reader.division(cell, told)
        if field_ == "portal":
            return self.reader.portal(one_line(cell), told)
        if field_ in ("first_year", "last_year"):
            return self.reader.year(cell)
        return cell if field_ in ("name", "parent") else one_line(cell)

    def _also(self, cell: str, told: Told) -> Iterator[str]:
        """The other names of a body; a short one without its place is every county's, and is known by itself."""
        for part in cell.translate(ALSO_PARTS).split("、"):
            name = clean(part)
            if name and everywhere(name):
                told.note(
                    "short_name",
                    f"'{name}' names no place and is kept as no name of this body: short names are known as such",
                    f"“{name}”没有地名，不作曾用名登记（简称由程序自行识别）",
                )
            elif 1 < len(name) <= 100:
                yield name


def _joined(rows: Sequence[RegisterRow], notes: list[Note]) -> Iterator[RegisterRow]:
    """Two lines of one name that contradict each other in nothing are one body with the contacts of both."""
    found: dict[str, RegisterRow] = {}
    for row in rows:
        first = found.get(row.name)
        if first is None or any(
            one and two and one != two for one, two in zip(_facts(first), _facts(row), strict=True)
        ):
            found[row.name if first is None else f"{row.name} {row.spot}"] = row
            continue
        there, dort = first.spot.said
        notes.append(
            Note(
                "twice",
                (
                    f"'{row.name}' stands on {there} already; taken once, with the contacts of both",
                    f"“{row.name}”在{dort}已有；只收一个，联系人合在一起",
                ),
                row.spot,
            )
        )
        facts = {name: getattr(first, name) or getattr(row, name) for name in FACTS}
        found[row.name] = replace(
            first,
            **facts,
            also=tuple(dict.fromkeys((*first.also, *row.also))),
            contacts=tuple(dict.fromkeys((*first.contacts, *row.contacts))),
        )
    yield from found.values()


FACTS = ("code", "level", "kind", "parent", "division", "portal", "first_year", "last_year", "source")


def _facts(row: RegisterRow) -> list[object]:
    return [getattr(row, name) for name in FACTS]
