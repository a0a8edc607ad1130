"""What happened to bodies over the years: renamed, merged, split, abolished, another scope, another spelling."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from crawler.agencies.agency import MET
from crawler.agencies.csv_file import open_sheet, shown, year_of
from crawler.agencies.names import clean
from crawler.agencies.recode import rename_code
from crawler.agencies.refusal import refuse
from crawler.agencies.register import find_agency
from crawler.ground.errors import Both, GoujiError

COLUMNS = ("agency", "event", "from_year", "successor", "old_name", "new_name", "basis")
# What each event needs besides the body: the first report year of what is new, the body that takes over, a name.
NEEDS = {
    "renamed": ("from_year",),
    "merged": ("from_year", "successor"),
    "split": ("from_year", "successor"),
    "abolished": ("from_year",),
    "scope": ("from_year",),
    "alias": ("old_name",),
}
ENDING = ("merged", "abolished")


@dataclass(frozen=True, slots=True)
class Event:
    """One line. `from_year` is the first report year in which it holds."""

    line: int
    agency: str
    event: str
    from_year: int | None
    successor: str
    old_name: str
    new_name: str
    basis: str


@dataclass(slots=True)
class EventResult:
    """How many events were new and known already; `rechecked` bodies are compared over the years anew."""

    added: int = 0
    known: int = 0
    rechecked: set[str] = field(default_factory=set)


def import_events(db: Database, path: Path) -> EventResult:
    """Takes in `agency,event,from_year,successor,old_name,new_name,basis` (UTF-8 CSV), all or nothing.

    `renamed` (old_name or new_name, the other is the present name), `merged` and `split` (a line per successor),
    `abolished`, `scope` (whom its figures cover), `alias` (old_name is another spelling: no change). Rules over two
    years and the chain pause at `from_year`. A UsageError names every bad line.
    """
    events = read_events(path)
    result = EventResult()
    errors: list[tuple[int, Both]] = []
    with db.atomic():
        for event in events:
            try:
                _take(db, event, result)
            except GoujiError as error:
                errors.append((event.line, (error.message, error.zh)))
        refuse(path, errors)
        _check_again(db, result.rechecked)
    return result


def read_events(path: Path) -> list[Event]:
    """All lines, or a UsageError that names the bad ones."""
    sheet = open_sheet(path, COLUMNS, ["agency", "event"])
    events = []
    for line, cells, problems in sheet.rows():
        year = year_of(cells.get("from_year", ""), "from_year", problems)
        event = Event(
            line,
            clean(cells["agency"]),
            cells["event"].lower(),
            year,
            clean(cells.get("successor", "")),
            clean(cells.get("old_name", "")),
            clean(cells.get("new_name", "")),
            cells.get("basis", ""),
        )
        problems += _problems(event)
        if not problems:
            events.append(event)
    refuse(path, sheet.errors)
    return events


def _problems(event: Event) -> list[Both]:
    if not event.agency:
        return [("'agency' is empty", "'agency' 是空的")]
    if event.event not in NEEDS:
        return [
            (
                f"event '{shown(event.event)}' is unknown; one of {', '.join(NEEDS)}",
                f"event 没有 '{shown(event.event)}' 这一种；可写 {', '.join(NEEDS)}",
            )
        ]
    missing = [name for name in NEEDS[event.event] if not getattr(event, name)]
    found = [(f"'{event.event}' needs '{name}'", f"'{event.event}' 要写 '{name}'") for name in missing]
    if event.event == "renamed" and not event.old_name and not event.new_name:
        found.append(("'renamed' needs 'old_name' or 'new_name'", "'renamed' 要写 'old_name' 或 'new_name'"))
    return found


def _take(db: Database, event: Event, result: EventResult) -> None:
    code = _body(db, event.agency)
    successor = _body(db, event.successor) if event.successor else None
    if successor == code:
        raise GoujiError("a body cannot be its own successor", "successor 不能是机构自己")
    row = [code, event.event, event.from_year, successor, event.old_name or None, event.new_name or None]
    if db.execute(
        "select 1 from agency_events where agency = ? and event = ? and from_year is ? and successor is ? "
        "and old_name is ? and new_name is ?",
        row,
    ).fetchone():
        result.known += 1
        return
    db.execute(
        "insert into agency_events (agency, event, from_year, successor, old_name, new_name, basis) "
        "values (?, ?, ?, ?, ?, ?, ?)",
        [*row, event.basis or None],
    )
    result.added += 1
    result.rechecked |= {code, successor} - {None} if successor else {code}
    if event.event in ("renamed", "alias"):
        _rename(db, code, event)
    if event.event in ENDING and event.from_year is not None:
        db.execute(
            "update agencies set last_year = min(coalesce(last_year, 9999), ?) where code = ?",
            [event.from_year - 1, code],
        )


def _body(db: Database, given: str) -> str:
    if db.execute("select 1 from agencies where code = ?", [given]).fetchone():
        return given
    code = find_agency(db, given)
    if code is None:
        raise GoujiError(
            f"the register has no body '{shown(given)}', or several; give its code (gouji agencies list)",
            f"名录里没有 '{shown(given)}'，或者不止一个；请写代码（gouji agencies list）",
        )
    return code


def _rename(db: Database, code: str, event: Event) -> None:
    """Writes the names with their years; a body met in documents under one of them is this one."""
    present = str(db.execute("select name from agencies where code = ?", [code]).fetchone()[0])
    old, new = event.old_name or present, event.new_name or present
    year = event.from_year
    if event.event == "renamed" and old == new:
        raise GoujiError("'old_name' and 'new_name' are the same", "'old_name' 和 'new_name' 相同")
    for name in {event.old_name, event.new_name} - {""}:
        join_met(db, code, name)
    _name(db, code, old, None, year - 1 if year is not None and event.event == "renamed" else None)
    if event.event == "renamed":
        _name(db, code, new, year, None)
        newest = db.execute(
            "select name from agency_names where agency = ? order by coalesce(from_year, 0) desc, "
            "name = ? desc limit 1",
            [code, new],
        ).fetchone()
        db.execute("update agencies set name = ? where code = ?", [newest[0], code])


def join_met(db: Database, code: str, name: str) -> None:
    """A body met in documents under a name of this one is this one; GoujiError where a registered one has the name."""
    for other, source in db.execute(
        "select code, source from agencies where name = ? and code <> ?", [name, code]
    ).fetchall():
        if source not in MET:
            raise GoujiError(
                f"'{name}' is the name of a registered body ({other}); write 'merged' if it went into this one",
                f"'{name}' 是名录里另一个机构的名称（{other}）；如果是并入，请写 'merged'",
            )
        rename_code(db, other, code)


def _name(db: Database, code: str, name: str, from_year: int | None, to_year: int | None) -> None:
    db.execute(
        "insert into agency_names (agency, name, from_year, to_year) values (?, ?, ?, ?) "
        "on conflict (agency, name) do update set from_year = coalesce(excluded.from_year, from_year), "
        "to_year = coalesce(excluded.to_year, to_year)",
        [code, name, from_year, to_year],
    )


def _check_again(db: Database, codes: set[str]) -> None:
    """Their reports are judged anew by the next check, where the later stages' tables are there already."""
    if db.execute("select 1 from pragma_table_info('reports') where name = 'checked'").fetchone():
        for code in codes:
            db.execute("update reports set checked = null where agency = ?", [code])
