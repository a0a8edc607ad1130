"""Whose report is awaited or missing: by which day and basis, where and when we looked, whom to write to."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from crawler.ground.config import Config
from extract.collector import collector_paused
from monitor.duty.deadlines import Deadline, Duty
from monitor.duty.debtor import Debtor, Watch
from monitor.duty.ledger import Ledger
from monitor.duty.standing import ABSENT, State, stand

COMING: frozenset[State] = frozenset({"not_due", "due_soon"})


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write to at a body; what is not known is ""."""

    name: str = ""
    phone: str = ""
    email: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Awaited:
    """One body whose report has not been seen. `due` is the day that is to come, or the one that passed.

    `looks` are the healthy looks after that day that did not find it, at the portals that `portals` names.
    """

    agency: str
    name: str
    year: int
    state: State
    due: date
    layer: str
    basis: str
    basis_en: str
    legal: date | None
    portals: tuple[str, ...]
    looks: tuple[str, ...]
    contacts: tuple[Contact, ...] = ()


def awaited(
    db: Database, config: Config, now: datetime, year: int, states: Collection[State] = COMING | ABSENT
) -> list[Awaited]:
    """Every body in one of these states, in the register's order. A day that is past is the one that decides; of those
    to come it is the next."""
    known = contacts_of(db)
    with collector_paused():
        return list(_found(Ledger(db, config, now), year, now, frozenset(states), known))


def contacts_of(db: Database) -> Mapping[str, tuple[Contact, ...]]:
    """The contacts of every body by code."""
    if "contacts" not in db.table_names():
        return {}
    found: dict[str, tuple[Contact, ...]] = {}
    for agency, *told in db.execute("select agency, name, phone, email, role from contacts order by rowid"):
        found[agency] = (*found.get(agency, ()), Contact(*(str(one or "") for one in told)))
    return found


def _found(
    ledger: Ledger,
    year: int,
    now: datetime,
    states: frozenset[State],
    known: Mapping[str, tuple[Contact, ...]],
) -> Iterator[Awaited]:
    held, config = ledger.found(year), ledger.config
    for debtor in ledger.debtors:
        duty, watch = debtor.duty(year, config.deadlines, config.duty.grace_days), ledger.watch(debtor, year)
        published = ledger.known(held.by_code.get(debtor.code), watch)
        found = stand(duty.deciding, year, published, watch, now, held.doubts.get(debtor.code, ""))
        day = _day(duty, year, now, found.state) if found.state in states else None
        if day is not None:
            yield _one(debtor, year, found.state, day, duty, watch, known.get(debtor.code, ()))


def _day(duty: Duty, year: int, now: datetime, state: State) -> Deadline | None:
    """The day that is told: the next one to come, or the one that passed."""
    days = [day for day in (duty.first, duty.deciding) if day is not None]
    coming = [day for day in days if now < day.over(year)]
    return min(coming, key=lambda day: day.over(year)) if state in COMING and coming else duty.deciding


def _one(
    debtor: Debtor,
    year: int,
    state: State,
    day: Deadline,
    duty: Duty,
    watch: Watch,
    contacts: tuple[Contact, ...],
) -> Awaited:
    return Awaited(
        debtor.code,
        debtor.name,
        year,
        state,
        day.due(year),
        day.layer,
        day.basis,
        day.basis_en,
        duty.legal.due(year) if duty.legal else None,
        tuple(source.shown for source in watch.sources),
        watch.sweeps_since(day.over(year)) if state in ABSENT and watch.sources else (),
        contacts,
    )
