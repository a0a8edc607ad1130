"""Which letters there are to write: to one body or to all, about what is open, what is missing, what is soon due."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from sqlite_utils import Database

from crawler.agencies.lookup import AgencyRef, names_by_code
from crawler.ground.clock import local_date
from crawler.ground.config import Config
from monitor.asking.awaited import COMING, Awaited, awaited
from monitor.asking.findings import FindingChoice, choose
from monitor.duty.absence import RULE
from monitor.duty.standing import ABSENT
from monitor.findings import Finding
from monitor.letter.parts import STANDING, Letter, Looks, askable, compose
from monitor.letter.reminder import remind

Mode = Literal["open", "remind", "missing"]


class Written(NamedTuple):
    """The letters, in the register's order, and how many bodies there was nothing to write to."""

    letters: tuple[Letter, ...]
    without: int


def letters_for(
    db: Database,
    config: Config,
    now: datetime,
    mode: Mode,
    *,
    agency: str | None = None,
    year: int | None = None,
    language: str = "zh",
) -> Written:
    """One letter per body; `agency` names the only one. Without `year` a reminder is about the last year, what is open
    about all."""
    day = local_date(now)
    waiting = awaited(db, config, now, year if year is not None else day.year - 1)
    if mode == "remind":
        coming = [one for one in waiting if one.state in COMING and one.due >= day and agency in (None, one.agency)]
        return _written(db, agency, [remind(one, day, language) for one in coming])
    absent = {one.agency: one for one in waiting if one.state in ABSENT}
    letters = []
    for code, found in _open(db, agency, year, missing=mode == "missing").items():
        if mode == "missing" and code not in absent:
            continue  # it came since the last check
        body = AgencyRef(code, names_by_code(db).get(code, code)) if agency else AgencyRef(code, found[0][1])
        asked = [one for one, _ in found]
        newest = max(one.key.year for one in askable(asked))
        letter = compose(body, newest, asked, day, language, _looks(absent.get(code)))
        letters += [letter] if letter else []
    return _written(db, agency, letters)


def _open(db: Database, agency: str | None, year: int | None, *, missing: bool) -> dict[str, list[tuple[Finding, str]]]:
    """What is open about each body, with its name."""
    choice = FindingChoice(tuple(sorted(STANDING)), agency=agency, year=year, rule=RULE if missing else None)
    told = choose(db, choice)
    found: dict[str, list[tuple[Finding, str]]] = {}
    for one in told.found:
        if askable([one]):
            found.setdefault(one.key.agency, []).append((one, told.names.get(one.key.agency, one.key.agency)))
    return found


def _looks(one: Awaited | None) -> Looks:
    return Looks(one.looks, one.portals) if one is not None else Looks()


def _written(db: Database, agency: str | None, letters: Sequence[Letter]) -> Written:
    places = {code: place for place, code in enumerate(names_by_code(db))}
    ordered = sorted(letters, key=lambda one: places.get(one.agency.code, len(places)))
    bodies = 1 if agency is not None else len(places)
    return Written(tuple(ordered), max(bodies - len(ordered), 0))
