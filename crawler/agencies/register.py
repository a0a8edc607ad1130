"""The register of bodies that must publish: taken in from a file, met in documents, found by any of their names."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from crawler.agencies.codes import is_credit_code
from crawler.agencies.csv_file import refuse
from crawler.agencies.divisions import division_of
from crawler.agencies.names import classify, clean, full_name, place_of, relative_unit, spellings
from crawler.agencies.places import at_home
from crawler.agencies.recode import rename_code
from crawler.agencies.register_file import COLUMNS, RegisterRow, read_register
from crawler.ground.errors import Both, GoujiError

__all__ = ["ImportResult", "classify", "ensure_agency", "find_agency", "import_csv", "namesakes", "rename_code"]

MET = (None, "document", "portal")  # sources of a body that nobody has entered in the register yet
GENERIC = 9  # 发展和改革委员会: so short a name without a place may be borne by a body of every county


class Agency(NamedTuple):
    """One row of `agencies`."""

    code: str
    name: str
    level: str | None
    kind: str | None
    parent: str | None
    division: str | None
    portal: str | None
    first_year: int | None
    last_year: int | None
    source: str | None

    @property
    def given_division(self) -> str:
        """The division that a person gave; one that the name alone told excludes nothing and is in no code."""
        return "" if self.code == self.name else self.division or ""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many bodies of the file were new, changed, and known as they are."""

    added: int
    updated: int
    unchanged: int


def import_csv(db: Database, path: Path) -> ImportResult:
    """Takes in a register (`code,name,level,kind,parent,division,portal,first_year,last_year,source`; UTF-8).

    A body is known by its code, else by any of its names; an empty cell changes nothing. All or nothing: a
    UsageError names every bad line. A file that a Chinese Excel saved in GB18030 is read where it cannot be
    anything else (every character is one of GB 2312); else the error tells to save it as UTF-8.
    """
    rows = read_register(path)
    with db.atomic():
        run = _Import(db)
        for row in rows:
            run.take(row)
        refuse(path, run.errors)
        for row in rows:
            run.link(row)
    states = list(run.states.values())
    return ImportResult(states.count("added"), states.count("updated"), states.count("unchanged"))


def find_agency(db: Database, name: str, *, division: str = "", portal: str = "") -> str | None:
    """The code of the body that bears or bore this name, in any spelling; None when none or several do."""
    found = _find(db, _complete(db, clean(name), portal), division, portal)
    return found[0].code if len(found) == 1 else None


def namesakes(db: Database, name: str, *, portal: str = "") -> frozenset[str]:
    """The codes of all bodies that a document of this name on this portal might be of, settled or not."""
    name = _complete(db, clean(name), portal)
    bare = _bare(db, name, portal) if portal and _everywhere(name) else []
    return frozenset(agency.code for agency in (*_named(db, name), *bare))


def ensure_agency(db: Database, name: str, *, source: str, division: str = "", portal: str = "") -> str:
    """The code of the body with this name; a body not known yet gets its row at once.

    What is known now and was not before (division, portal) is added, and a better code takes its place.
    """
    name = _complete(db, clean(name), portal)
    if not name:
        raise GoujiError("a body needs a name to be entered in the register", "机构要有名称才能收入名录")
    with db.atomic():
        found = _find(db, name, division, portal)
        if len(found) != 1:
            return _create(db, name, source, division, portal)
        agency = found[0]
        if (division and not agency.division) or (portal and not agency.portal):
            db.execute(
                "update agencies set division = coalesce(division, ?), portal = coalesce(portal, ?) where code = ?",
                [division or None, portal or None, agency.code],
            )
        better = f"{division}-{agency.name}"
        if division and not agency.division and agency.code == agency.name and not _get(db, better):
            rename_code(db, agency.code, better)
            return better
        return agency.code


def _create(db: Database, name: str, source: str, division: str, portal: str) -> str:
    code = f"{division}-{name}" if division else name
    if _get(db, code):
        # A namesake has this code. The portal tells them apart; without one they cannot be told apart.
        if not portal or _get(db, f"{portal}-{name}"):
            return f"{portal}-{name}" if portal else code
        code = f"{portal}-{name}"
    kind, level = classify(name, division or division_of(name))
    _insert(db, Agency(code, name, level or None, kind, None, division or None, portal or None, None, None, source))
    return code


def _insert(db: Database, agency: Agency) -> None:
    db.execute(
        f"insert into agencies ({', '.join(COLUMNS)}) values ({', '.join('?' * len(COLUMNS))})",
        [getattr(agency, column) for column in COLUMNS],
    )
    _name(db, agency.code, agency.name)


def _name(db: Database, code: str, name: str) -> None:
    db.execute("insert or ignore into agency_names (agency, name) values (?, ?)", [code, name])


def _get(db: Database, code: str) -> Agency | None:
    row = db.execute(f"select {', '.join(COLUMNS)} from agencies where code = ?", [code]).fetchone()
    return Agency(*row) if row else None


def _named(db: Database, name: str) -> list[Agency]:
    """The bodies of this name in any spelling; only where there is none, those that once bore it."""
    names = spellings(name)
    marks = ", ".join("?" * len(names))
    columns = ", ".join(f"a.{column}" for column in COLUMNS)
    rows = db.execute(f"select {columns} from agencies a where a.name in ({marks})", list(names)).fetchall()
    if not rows:
        rows = db.execute(
            f"select distinct {columns} from agency_names n join agencies a on a.code = n.agency "
            f"where n.name in ({marks})",
            list(names),
        ).fetchall()
    return [Agency(*row) for row in rows]


def _find(db: Database, name: str, division: str, portal: str) -> list[Agency]:
    found = [
        agency
        for agency in _named(db, name)
        if not (division and agency.given_division and agency.given_division != division)
    ]
    if portal:
        everywhere = _everywhere(name)
        found = at_home(db, found, portal, alone=everywhere)
        if not found and everywhere and not relative_unit(name):
            found = _bare(db, name, portal)
    return _narrow(found, division, portal)


def _bare(db: Database, name: str, portal: str) -> list[Agency]:
    """教育局 on a portal is the 教育局 of the bodies that publish there, whatever their place."""
    rows = db.execute(f"select {', '.join(COLUMNS)} from agencies where portal = ?", [portal]).fetchall()
    row = db.execute("select name from portals where id = ?", [portal]).fetchone()
    own = _named(db, place_of(str(row[0])) + name) if row and row[0] and place_of(str(row[0])) else []
    bodies = {agency.code: agency for agency in (*(Agency(*one) for one in rows), *at_home(db, own, portal))}
    return [
        agency
        for agency in bodies.values()
        if place_of(agency.name) and full_name(agency.name.removeprefix(place_of(agency.name))) == full_name(name)
    ]


def _narrow(found: list[Agency], division: str, portal: str) -> list[Agency]:
    """Among several namesakes the one of this division, else of this portal."""
    for column, value in ((5, division), (6, portal)):
        if len(found) > 1 and value:
            found = [agency for agency in found if agency[column] == value] or found
    return found


def _everywhere(name: str) -> bool:
    """Whether every county may have a body of this name: 教育局, 市人民政府办公室."""
    if relative_unit(name):
        return True
    kind, level = classify(name)
    return len(name) <= GENERIC and kind in ("department", "office", "institution") and not level


def _complete(db: Database, name: str, portal: str) -> str:
    """市人民政府办公室 on the portal of 青石市 is 青石市人民政府办公室; any other name stays as it is."""
    unit = relative_unit(name)
    if not unit or not portal:
        return name
    row = db.execute("select name from portals where id = ?", [portal]).fetchone()
    place = place_of(str(row[0])) if row and row[0] else ""
    return place + name.lstrip("本我全").removeprefix(unit) if place.endswith(unit) else name


@dataclass(slots=True)
class _Import:
    """One import under way: what became of each body, and which lines are bad."""

    db: Database
    errors: list[tuple[int, Both]] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)

    def take(self, row: RegisterRow) -> None:
        """Enters or updates the body of one line, all but its parent."""
        try:
            known = self._known(row)
        except GoujiError as error:
            self.errors.append((row.line, (error.message, error.zh)))
            return
        code = self._code(row, known)
        if not row.division and not (known and known.division):
            row = replace(row, division=division_of(row.name))
        if known is None:
            kind, level = classify(row.name, row.division)
            _insert(
                self.db,
                Agency(
                    code,
                    row.name,
                    row.level or level or None,
                    row.kind or kind,
                    None,
                    row.division or None,
                    row.portal or None,
                    row.first_year,
                    row.last_year,
                    row.source or "import",
                ),
            )
        elif code != known.code:
            rename_code(self.db, known.code, code)
        changed = known is not None and self._update(row, known, code)
        self.states[row.line] = "added" if known is None else "updated" if changed else "unchanged"
        self.lines[code], self.codes[row.line] = row.line, code

    def link(self, row: RegisterRow) -> None:
        """Sets the parent of a line's body: a code, or the name of a body that is known by now."""
        if not row.parent:
            return
        code = self.codes[row.line]
        parent = row.parent if _get(self.db, row.parent) else find_agency(self.db, row.parent) or row.parent
        cursor = self.db.execute(
            "update agencies set parent = ? where code = ? and parent is not ?", [parent, code, parent]
        )
        if cursor.rowcount and self.states[row.line] == "unchanged":
            self.states[row.line] = "updated"

    def _known(self, row: RegisterRow) -> Agency | None:
        by_code = _get(self.db, row.code) if row.code else None
        if row.code and not by_code and not is_credit_code(row.code):
            raise GoujiError(
                f"code '{row.code}' is no 统一社会信用代码 and no body of the register has it; leave the cell empty",
                f"code '{row.code}' 不是统一社会信用代码，名录里也没有机构用它；请空着",
            )
        named = [agency for agency in _named(self.db, row.name) if _may_be(row, agency)]
        if by_code is None:
            named = _narrow(named, row.division, row.portal)
            if len(named) > 1:
                codes = ", ".join(agency.code for agency in named[:3])
                raise GoujiError(
                    f"several bodies bear the name '{row.name}' ({codes}); give its code or division",
                    f"不止一个机构叫 '{row.name}'（{codes}）；请写明 code 或 division",
                )
            by_code = named[0] if named else None
        elif row.code and len(named) == 1 and named[0].code != by_code.code and named[0].name != by_code.name:
            # The body was met in a document under its new name before the register told of the renaming.
            self._free(named[0].code)
            rename_code(self.db, named[0].code, by_code.code)
            by_code = _get(self.db, by_code.code)
        if by_code:
            self._free(by_code.code)
        elif _get(self.db, self._code(row, None)):
            raise GoujiError(
                f"another body has the code '{self._code(row, None)}'; give the division of this one",
                f"另一个机构已用代码 '{self._code(row, None)}'；请写明这一个的 division",
            )
        return by_code

    def _free(self, code: str) -> None:
        if code in self.lines:
            raise GoujiError(
                f"this is the body of line {self.lines[code]} (code {code}) by another name",
                f"这与第 {self.lines[code]} 行是同一个机构（代码 {code}），只是名称不同",
            )

    def _code(self, row: RegisterRow, known: Agency | None) -> str:
        if row.code:
            return row.code
        own = f"{row.division}-{row.name}" if row.division else row.name
        if known is None or (known.code == known.name and row.division and not _get(self.db, own)):
            return own
        return known.code

    def _update(self, row: RegisterRow, known: Agency, code: str) -> bool:
        kind, level = classify(row.name, row.division)
        after = Agency(
            code,
            row.name,
            row.level or known.level or level or None,
            row.kind or known.kind or kind,
            known.parent,
            row.division or known.division,
            row.portal or known.portal,
            row.first_year or known.first_year,
            row.last_year or known.last_year,
            row.source or ("import" if known.source in MET else known.source),
        )
        if after == known:
            return False
        sets = ", ".join(f"{column} = ?" for column in COLUMNS[1:])
        self.db.execute(
            f"update agencies set {sets} where code = ?", [*(getattr(after, column) for column in COLUMNS[1:]), code]
        )
        _name(self.db, code, known.name)
        _name(self.db, code, after.name)
        return True


def _may_be(row: RegisterRow, agency: Agency) -> bool:
    """Whether a line's body and a namesake in the database can be the same one."""
    if row.division and agency.given_division and row.division != agency.given_division:
        return False
    two_codes = is_credit_code(row.code) and is_credit_code(agency.code) and row.code != agency.code
    return not two_codes or row.division == (agency.division or "")
