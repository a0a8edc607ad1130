"""Which agency a person means: its code, a name it bears or bore, or a part of a name that only one bears."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.ground.errors import UsageError

MOST_LISTED = 12
# All, so that a code or a name is looked up on either side.
NAMES = "select code, name from agencies union all select agency, name from agency_names"


def in_full(name: str, code: str) -> tuple[str, str]:
    """A body by name and code as a sentence names it, in Chinese and English; by its name where that is its code."""
    return (f"{name}（{code}）", f"{name} ({code})") if name != code else (name, name)


@dataclass(frozen=True, slots=True)
class AgencyRef:
    """A body of the register."""

    code: str
    name: str


def find_agency(db: Database, given: str) -> AgencyRef:
    """The agency meant by this text; UsageError when there is none, or several (which it lists)."""
    wanted = given.strip()
    if not wanted:
        raise UsageError(
            "name an agency: its code, its name or a part of its name", "请写明机关：代码、名称或名称的一部分"
        )
    part = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    for condition, value in (("code = ?", wanted), ("name = ?", wanted), ("name like ? escape '\\'", f"%{part}%")):
        rows = db.execute(
            f"select distinct code from ({NAMES}) where {condition} order by code limit 200", [value]
        ).fetchall()
        found = _named(db, [str(row[0]) for row in rows])
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(
                f"'{wanted}' could be {_list(found)}; write more of the name, or the code",
                f"'{wanted}' 可能是 {_list(found)}；请把名称写全，或写代码",
            )
    raise UsageError(
        f"there is no agency '{wanted}'; the register is printed by: gouji agencies list",
        f"没有机关 '{wanted}'；名录：gouji agencies list",
    )


def names_by_code(db: Database) -> dict[str, str]:
    """The present name of every agency, in the register's order."""
    return {str(code): str(name) for code, name in db.execute("select code, name from agencies order by rowid")}


def named_like(db: Database, part: str, most: int | None = None) -> tuple[list[AgencyRef], int]:
    """The agencies with this in their name or code, in the register's order: so many, and how many there are."""
    where = "from agencies where instr(name, :part) or instr(code, :part) or :part = ''"
    asked = {"part": part, "most": -1 if most is None else most}
    whole = int(db.execute(f"select count(*) {where}", asked).fetchone()[0])
    rows = db.execute(f"select code, name {where} order by rowid limit :most", asked)
    return [AgencyRef(str(code), str(name)) for code, name in rows], whole


def names_of(db: Database, codes: Sequence[str]) -> dict[str, str]:
    """The present names of some agencies."""
    return {one.code: one.name for one in _named(db, codes)}


def _named(db: Database, codes: Sequence[str]) -> list[AgencyRef]:
    marks = ", ".join("?" * len(codes))
    rows = db.execute(f"select code, name from agencies where code in ({marks}) order by rowid", codes)
    return [AgencyRef(str(code), str(name)) for code, name in rows]


def _list(found: Sequence[AgencyRef]) -> str:
    shown = ", ".join(f"{one.name} ({one.code})" if one.code != one.name else one.name for one in found[:MOST_LISTED])
    return shown + (f" … ({len(found)} in all)" if len(found) > MOST_LISTED else "")
