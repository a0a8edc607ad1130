"""Takes a register from a file into the database, all of it or, with every bad line named, nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlite_utils import Database

from crawler.agencies.agency import MET, Agency, agency_of
from crawler.agencies.codes import is_credit_code
from crawler.agencies.contacts import keep
from crawler.agencies.divisions import division_of
from crawler.agencies.events import join_met
from crawler.agencies.names import classify
from crawler.agencies.recode import rename_code
from crawler.agencies.refusal import Spot, refuse_rows
from crawler.agencies.register import bearers, enter, find_agency, keep_name, narrow
from crawler.agencies.register_file import COLUMNS, RegisterRow, read_register
from crawler.ground.errors import Both, GoujiError

LINK = """
update agencies set parent = :parent
where code in (select value from json_each(:bodies)) and parent is not :parent returning code
"""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many bodies of the file were new, changed, and known as they are; how many contacts the file has."""

    added: int
    updated: int
    unchanged: int
    contacts: int = 0


def import_csv(db: Database, path: Path) -> ImportResult:
    """Takes in a register (`code,name,level,kind,parent,division,portal,first_year,last_year,source`; UTF-8).

    A body is known by its code, else by any of its names; an empty cell changes nothing. All or nothing: a
    UsageError names every bad line. A file that a Chinese Excel saved in GB18030 is read where it cannot be
    anything else (every character is one of GB 2312); else the error tells to save it as UTF-8.
    """
    return import_rows(db, path, read_register(path))[0]


def import_rows(db: Database, path: Path, rows: Sequence[RegisterRow]) -> tuple[ImportResult, frozenset[str]]:
    """Takes in the rows of a register, all or nothing; also the codes of their bodies."""
    with db.atomic():
        run = _Import(db)
        for row in rows:
            run.take(row)
        refuse_rows(path, run.errors)
        run.link(rows)
    states = list(run.states.values())
    contacts = sum(len(row.contacts) for row in rows)
    result = ImportResult(states.count("added"), states.count("updated"), states.count("unchanged"), contacts)
    return result, frozenset(run.codes.values())


@dataclass(slots=True)
class _Import:
    """One import under way: what became of each body, and which lines are bad."""

    db: Database
    errors: list[tuple[Spot, Both]] = field(default_factory=list)
    spots: dict[str, Spot] = field(default_factory=dict)
    states: dict[Spot, str] = field(default_factory=dict)
    codes: dict[Spot, str] = field(default_factory=dict)

    def take(self, row: RegisterRow) -> None:
        """Enters or updates the body of one line, all but its parent."""
        try:
            known = self._known(row)
            self._take(row, known)
        except GoujiError as error:
            self.errors.append((row.spot, (error.message, error.zh)))

    def _take(self, row: RegisterRow, known: Agency | None) -> None:
        code = self._code(row, known)
        if not row.division and not (known and known.division):
            row = replace(row, division=division_of(row.name))
        if known is None:
            kind, level = classify(row.name, row.division)
            enter(
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
        told = [self._name(code, name) for name in row.also]
        changed = keep(self.db, code, row.contacts) or any(told) or changed
        self.states[row.spot] = "added" if known is None else "updated" if changed else "unchanged"
        self.spots[code], self.codes[row.spot] = row.spot, code

    def _name(self, code: str, name: str) -> bool:
        """Keeps another name of a body; whether it is new."""
        if self.db.execute("select 1 from agency_names where agency = ? and name = ?", [code, name]).fetchone():
            return False
        join_met(self.db, code, name)
        keep_name(self.db, code, name)
        return True

    def link(self, rows: Sequence[RegisterRow]) -> None:
        """Sets the parents of the lines' bodies: a code, or the name of a body that is known by now."""
        below: dict[str, dict[str, Spot]] = {}
        for row in rows:
            if row.parent:
                below.setdefault(row.parent, {})[self.codes[row.spot]] = row.spot
        for said, bodies in below.items():
            is_code = agency_of(self.db, said) is not None
            parent = said if is_code else find_agency(self.db, said) or said
            for (code,) in self.db.execute(LINK, {"parent": parent, "bodies": json.dumps(list(bodies))}).fetchall():
                if self.states[bodies[code]] == "unchanged":
                    self.states[bodies[code]] = "updated"

    def _known(self, row: RegisterRow) -> Agency | None:
        by_code = agency_of(self.db, row.code) if row.code else None
        if row.code and not by_code and not is_credit_code(row.code):
            raise GoujiError(
                f"code '{row.code}' is no 统一社会信用代码 and no body of the register has it; leave the cell empty",
                f"代码 '{row.code}' 不是统一社会信用代码，名录里也没有机构用它；请空着",
            )
        named = [agency for agency in bearers(self.db, row.name) if _may_be(row, agency)]
        if by_code is None:
            named = narrow(named, row.division, row.portal)
            if len(named) > 1:
                codes = ", ".join(agency.code for agency in named[:3])
                raise GoujiError(
                    f"several bodies bear the name '{row.name}' ({codes}); give its code or division",
                    f"不止一个机构叫 '{row.name}'（{codes}）；请写明统一社会信用代码或行政区划代码",
                )
            by_code = named[0] if named else None
        elif row.code and len(named) == 1 and named[0].code != by_code.code and named[0].name != by_code.name:
            # The body was met in a document under its new name before the register told of the renaming.
            self._free(named[0].code)
            rename_code(self.db, named[0].code, by_code.code)
            by_code = agency_of(self.db, by_code.code)
        if by_code:
            self._free(by_code.code)
        elif agency_of(self.db, self._code(row, None)):
            raise GoujiError(
                f"another body has the code '{self._code(row, None)}'; give the division of this one",
                f"另一个机构已用代码 '{self._code(row, None)}'；请写明这一个的行政区划代码",
            )
        return by_code

    def _free(self, code: str) -> None:
        if spot := self.spots.get(code):
            raise GoujiError(
                f"this is the body of {spot.said[0]} (code {code}) by another name",
                f"这与{spot.said[1]}是同一个机构（代码 {code}），只是名称不同",
            )

    def _code(self, row: RegisterRow, known: Agency | None) -> str:
        if row.code:
            return row.code
        own = f"{row.division}-{row.name}" if row.division else row.name
        if known is None or (known.code == known.name and row.division and not agency_of(self.db, own)):
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
        keep_name(self.db, code, known.name)
        keep_name(self.db, code, after.name)
        return True


def _may_be(row: RegisterRow, agency: Agency) -> bool:
    """Whether a line's body and a namesake in the database can be the same one."""
    if row.division and agency.given_division and row.division != agency.given_division:
        return False
    two_codes = is_credit_code(row.code) and is_credit_code(agency.code) and row.code != agency.code
    return not two_codes or row.division == (agency.division or "")
