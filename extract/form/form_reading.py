"""One generation's TOML → the form it describes, part by part; an error names the file."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn, get_args

from crawler.ground.errors import UsageError
from extract.form.forms import (
    MEMBERS,
    TABLES,
    TRACK_MEMBERS,
    Applications,
    Block,
    CodeWords,
    Column,
    Disclosure,
    Disposition,
    Form,
    Heading,
    Kind,
    Remedies,
    Role,
    Track,
)

BESIDE_LEAVES: tuple[Role, ...] = ("flow", "opening", "total", "closing")  # each of them on one line at most
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
ID = re.compile(r"[\w-]+")
WORDS = frozenset({"zh", "en", "short_zh", "short_en"})
KEYS = {
    "form": {"id", "notice", "first_year", "last_year", "headings", "detect", *TABLES},
    "T2": {"name", "same_as", "heads", "block"},
    "block": {"heading", "measures", "items"},
    "T3": {"name", "same_as", "heads", "foreign", "relation", "members", "groups", "rows", "begins", "ends"},
    "T4": {"name", "same_as", "members", "torn", "groups", "tracks"},
    "column": {"code", "kind", "labels", *WORDS},
    "item": {"code", "labels", *WORDS},
    "heading": {"code", "label", "labels", *WORDS},
    "track": {"code", "labels", "group", *WORDS},
    "row": {"code", "role", "label", "exact", "contains", *WORDS},
}
Entry = Mapping[str, Any]


class FormReading:
    """One file of a form, read part by part."""

    def __init__(self, name: str, entry: Entry) -> None:
        self.name = name
        self.entry = entry
        self.words: dict[tuple[str, str], CodeWords] = {}
        self.known(entry, "form", "")
        self.id = self.text(entry, "id", "")
        if not ID.fullmatch(self.id):
            self.fail(f"an id is of letters, digits, _ and -, not {self.id}")

    def form(self, others: Mapping[str, "FormReading"]) -> Form:
        first, last = self.entry.get("first_year"), self.entry.get("last_year")
        if type(first) is not int or type(last) not in (int, type(None)) or (last is not None and last < first):
            self.fail("needs first_year, and last_year (if any) not before it")
        detect = self.entry.get("detect", {})
        if unknown := detect.keys() - set(TABLES):
            self.fail(f"[detect] knows {', '.join(TABLES)}, not {', '.join(sorted(unknown))}")
        return Form(
            self.id,
            first,
            last,
            self.texts(self.entry, "headings", ""),
            {table: self.texts(detect, table, "[detect]") for table in detect},
            self.table("T2", others)._disclosure(),
            self.table("T3", others)._applications(),
            self.table("T4", others)._remedies(),
            self.words,
            str(self.entry.get("notice", "")),
        )

    def table(self, table: str, others: Mapping[str, "FormReading"]) -> "FormReading":
        """The file that defines this table: this one, or that of the form it is taken from."""
        entry = self.part(self.entry, table, "")
        if "same_as" not in entry:
            self.known(entry, table, f"[{table}]")
            return self
        other = others.get(str(entry["same_as"]))
        if len(entry) > 1 or other is None or other is self:
            self.fail(f"[{table}] same_as names another form and nothing else stands with it")
        return other.table(table, {one: file for one, file in others.items() if one != self.id})

    def _disclosure(self) -> Disclosure:
        table = self.entry["T2"]
        blocks, labels = [], {}
        for entry in self.parts(table, "block", "[T2]"):
            where = f"[T2] {entry.get('heading', '')}"
            self.known(entry, "block", where)
            items = self.parts(entry, "items", where)
            for item in items:
                code = self.code(item, "item", where, "item")
                if code in labels:
                    self.fail(f"{where}: the item {code} stands twice")
                labels[code] = self.texts(item, "labels", where)
            blocks.append(
                Block(
                    self.text(entry, "heading", where),
                    self.columns(entry, "measures", where, "measure"),
                    tuple(item["code"] for item in items),
                )
            )
        return Disclosure(self.called(table), self.texts(table, "heads", "[T2]"), tuple(blocks), labels)

    def _applications(self) -> Applications:
        table, where = self.entry["T3"], "[T3]"
        members = self.columns(table, "members", where, "member")
        self.fits(members, MEMBERS, where, "applications")
        groups = self.headings(table, where, "group")
        rows = tuple(self.row(entry, {group.code for group in groups}) for entry in self.parts(table, "rows", where))
        self.unique([row.code for row in rows], where)
        for role in BESIDE_LEAVES:
            if sum(row.role == role for row in rows) > 1:
                self.fail(f"{where}: two rows have the role {role}")
        blocks = [row.group or row.code for row in rows]
        for code in {row.group for row in rows if row.group}:
            at = blocks.index(code)
            if set(blocks[at : at + blocks.count(code)]) != {code}:
                self.fail(f"{where}: the rows of the group {code} do not stand together")
        relation = table.get("relation")
        words = (self.text(relation, "words", where), self.text(relation, "called", where)) if relation else None
        return Applications(
            self.called(table),
            self.texts(table, "heads", where),
            self.texts(table, "foreign", where),
            words,
            members,
            groups,
            rows,
            table.get("begins", rows[0].label),
            table.get("ends", rows[-1].label),
        )

    def row(self, entry: Entry, groups: set[str]) -> Disposition:
        where = f"[T3] row {entry.get('code', '')}"
        code, role = self.code(entry, "row", where, "disposition"), entry.get("role", "leaf")
        if role not in get_args(Role):
            self.fail(f"{where}: a role is one of {', '.join(get_args(Role))}, not {role}")
        found = Disposition(
            code,
            role,
            self.text(entry, "label", where),
            self.texts(entry, "exact", where),
            self.texts(entry, "contains", where),
        )
        if found.group and (found.group not in groups or role != "leaf"):
            self.fail(f"{where}: there is no group {found.group} for it among the groups")
        return found

    def _remedies(self) -> Remedies:
        table, where = self.entry["T4"], "[T4]"
        members = self.columns(table, "members", where, "result")
        self.fits(members, TRACK_MEMBERS, where, "remedies")
        groups = self.headings(table, where, "")
        tracks = tuple(
            Track(self.code(entry, "track", where, "track"), self.texts(entry, "labels", where), entry.get("group", ""))
            for entry in self.parts(table, "tracks", where)
        )
        self.unique([track.code for track in tracks], where)
        if wrong := {track.group for track in tracks} - {"", *(group.code for group in groups)}:
            self.fail(f"{where}: there is no group {', '.join(sorted(wrong))}")
        return Remedies(self.called(table), members, self.texts(table, "torn", where), groups, tracks)

    def headings(self, table: Entry, where: str, kind: str) -> tuple[Heading, ...]:
        found = []
        for entry in self.parts(table, "groups", where) if "groups" in table else ():
            code = self.code(entry, "heading", where, kind) if entry.get("code") else ""
            labels = self.texts(entry, "labels", where)
            found.append(Heading(code, entry.get("label", labels[0]), labels))
        self.unique([heading.code for heading in found], where)
        return tuple(found)

    def columns(self, entry: Entry, key: str, where: str, kind: str) -> tuple[Column, ...]:
        found = []
        for column in self.parts(entry, key, where):
            how = column.get("kind", "count")
            if how not in get_args(Kind):
                self.fail(f"{where}: a column is read as one of {', '.join(get_args(Kind))}, not {how}")
            found.append(Column(self.code(column, "column", where, kind), how, self.texts(column, "labels", where)))
        self.unique([column.code for column in found], where)
        return tuple(found)

    def fits(self, columns: Sequence[Column], wanted: tuple[str, ...], where: str, table: str) -> None:
        found = tuple(column.code for column in columns)
        if found != wanted or any(column.kind != "count" for column in columns):
            self.fail(
                f"{where}: the members must be the counts that the table {table} has columns for, in its order: "
                f"{', '.join(wanted)}; here they are {', '.join(found)}"
            )

    def called(self, table: Entry) -> str:
        return str(table.get("name", self.id))

    def code(self, entry: Entry, keys: str, where: str, kind: str) -> str:
        """The code of an entry; words given with it are stored."""
        self.known(entry, keys, where)
        code = self.text(entry, "code", where)
        if not CODE.fullmatch(code):
            self.fail(f"{where}: a code is of a-z, 0-9, _ and at most one full stop, not {code}")
        if WORDS & entry.keys():
            zh, en = self.text(entry, "zh", f"{where} {code}"), self.text(entry, "en", f"{where} {code}")
            self.words[kind, code] = CodeWords(zh, en, entry.get("short_zh", zh), entry.get("short_en", en))
        return code

    def part(self, entry: Entry, key: str, where: str) -> Entry:
        found = entry.get(key)
        return found if isinstance(found, dict) else self.fail(f"{where} needs [{key}]".strip())

    def parts(self, entry: Entry, key: str, where: str) -> Sequence[Entry]:
        found = entry.get(key)
        if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
            self.fail(f"{where} needs {key}")
        return found

    def text(self, entry: Entry, key: str, where: str) -> str:
        found = entry.get(key)
        return found if isinstance(found, str) and found.strip() else self.fail(f"{where} needs {key}".strip())

    def texts(self, entry: Entry, key: str, where: str) -> tuple[str, ...]:
        found = entry.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
            self.fail(f"{where}: {key} is a list of texts")
        if key == "labels" and not found:
            self.fail(f"{where} needs labels")
        return tuple(found)

    def unique(self, codes: Iterable[str], where: str) -> None:
        seen: set[str] = set()
        for code in codes:
            if code in seen:
                self.fail(f"{where}: the code {code or '(none)'} stands twice")
            seen.add(code)

    def known(self, entry: Entry, keys: str, where: str) -> None:
        if unknown := entry.keys() - KEYS[keys]:
            self.fail(f"{where} does not know {', '.join(sorted(unknown))}".strip())

    def fail(self, message: str) -> NoReturn:
        raise UsageError(f"{self.name}: {message}", zh=f"{self.name}：{message}")
