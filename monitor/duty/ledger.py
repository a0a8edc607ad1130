"""What the database held at an instant about who owes a report: debtors, first versions, looks at their portals."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from weakref import WeakKeyDictionary

from sqlite_utils import Database

from crawler.agencies.names import core, may_succeed
from crawler.agencies.places import homes_of, may_publish
from crawler.agencies.register import find_agency, maybe_theirs, namesakes
from crawler.ground.clock import local_date, parse_stamp, stamp
from crawler.ground.config import Config
from crawler.ground.database import Waiting
from crawler.pages.titles import TitleInfo, recognize
from monitor.duty import sweeps
from monitor.duty.debtor import Debtor, Doubt, Published, Watch
from monitor.duty.ledger_sql import (
    ANOTHERS,
    DEBTORS,
    HANDED,
    NOBODYS,
    OTHER_YEARS,
    STOOD,
    STOOD_OF,
    STRANGERS,
    UNREAD,
    UNREGISTERED,
)
from monitor.duty.sources import Source, load_sources, sources_at
from monitor.duty.unread import contradicted_bodies, gathered_bodies, named, nameless_bodies, unread_bodies, whose

END = "\U0010ffff"  # behind whatever stands for an instant: what is none is met, and not passed over
WRITTEN = str.maketrans("0123456789", "〇一二三四五六七八九")


def entry_info(title: str) -> TitleInfo | None:
    """What the title of an entry says of body and year, also where it is no report's title."""
    from crawler.pages.column_entries import meant  # it loads what reads pages, which most questions do without

    return recognize(title) or meant(title)


@dataclass(frozen=True, slots=True)
class FirstVersions:
    """The reports of one year: by code the first version, and what speaks against calling a body's report absent.

    A doubt is `doubtful` (we hold one that may be theirs), `theirs` (one names nobody, or in short), `unread` (we hold
    one that may be it, and have not been able to read it), `listed` (a list names it, and it could not be read) or
    `renamed` (a body that the register does not know has published, and may be this one by another name).
    """

    by_code: Mapping[str, Published]
    doubts: Mapping[str, Doubt]


class Ledger:
    """One instant's view; with `past` the portals are as they were then, not as they are; of one `body`, or of all."""

    def __init__(self, db: Database, config: Config, at: datetime, *, past: bool = False, body: str = "") -> None:
        sweeps.settle(db)
        # Today's view takes in all that is there: a crawl's clock may be ahead of ours.
        self.db, self.config, self.until = db, config, stamp(at) if past else END
        self.sources = sources_at(db, config, at) if past else load_sources(db, config)
        self.body = body
        self.debtors = list(_debtors(db, body))
        self.strangers = _strangers(db)
        self.every = tuple(portal.id for portal in config.portals)
        self.looks: dict[int, Mapping[str, sweeps.Looks]] = {}
        self.ever: dict[tuple[str, ...], Mapping[str, sweeps.Looks]] = {}
        self.watches: dict[tuple[tuple[str, ...], int], Watch] = {}
        self.likely: dict[str, tuple[str, ...]] = {}
        self.collected: dict[int, bool] = {}

    def found(self, year: int) -> FirstVersions:
        """What had been found of one report year, or bears the date of a day before."""
        day = local_date(parse_stamp(self.until)).isoformat() if self.until != END else END
        return _found_in(self.db, self.debtors, self._asked(year, day), watched=bool(self.every))

    def first_version(self, code: str, year: int) -> Published | None:
        """What `found` says of one body, without asking what may speak against an absence."""
        return _first_of(self.db, code, self._asked(year, END))

    def _asked(self, year: int, day: str) -> dict[str, object]:
        return {"year": year, "at": self.until, "day": day, "strangers": self.strangers}

    def known(self, published: Published | None, watch: Watch) -> Published | None:
        """What was there already, though we saw it only later: by its printed date, of days on which nobody looked.

        Once its portals are watched, a day's answer is what was known on it.
        """
        if published is None or published.first_seen <= self.until or published.handed:
            return published
        watched = watch.sources and all(source.state != "never_seen" for source in watch.sources)
        return None if watched else published

    def watch(self, debtor: Debtor, year: int) -> Watch:
        """The watch of one body; looks are counted once for each set of portals."""
        if not debtor.portal and not self.every:  # there are only files
            return Watch((), unseen=not self._collected(year))
        ids = (debtor.portal,) if debtor.portal else self._likely(debtor.division)
        if not ids:
            return Watch((), elsewhere=True)
        if (ids, year) not in self.watches:
            self.watches[ids, year] = self._watch(ids, year)
        return self.watches[ids, year]

    def _collected(self, year: int) -> bool:
        """Whether anything of this report year was taken in: where nothing was, nobody has looked for it."""
        if year not in self.collected:
            self.collected[year] = (
                self.db.execute(
                    "select 1 from documents where year = :year and first_seen <= :at union all "
                    "select 1 from reports where year = :year and first_seen <= :at limit 1",
                    {"year": year, "at": self.until},
                ).fetchone()
                is not None
            )
        return self.collected[year]

    @cached_property
    def _homes(self) -> Mapping[str, frozenset[str]]:
        return homes_of(self.db)

    def _likely(self, division: str) -> tuple[str, ...]:
        """The portals on which a body of this division would publish, where the register names none."""
        if division not in self.likely:
            self.likely[division] = (
                self.every
                if not division
                else tuple(id_ for id_ in self.every if may_publish(division, self._homes.get(id_, frozenset())))
            )
        return self.likely[division]

    def _watch(self, ids: tuple[str, ...], year: int) -> Watch:
        begin = stamp(datetime.fromisoformat(f"{year + 1}-01-01T00:00:00+08:00"))
        if self.body:  # its years are asked for one after the other
            if ids not in self.ever:
                self.ever[ids] = sweeps.healthy(self.db, "", self.until, ids)
            looks_of: Mapping[str, sweeps.Looks] = {id_: one.since(begin) for id_, one in self.ever[ids].items()}
        else:
            if year not in self.looks:
                self.looks[year] = sweeps.healthy(self.db, begin, self.until)
            looks_of = self.looks[year]
        sources = tuple(self.sources.get(id_) or Source(id_, id_, "not_watched") for id_ in ids)
        each = [looks_of.get(id_, sweeps.Looks()) for id_ in ids]
        looks = sweeps.fewest(one.whole for one in each)
        return Watch(
            sources,
            tuple(look.at for look in looks),
            tuple(look.ended for look in looks),
            any(one.other for one in each),
        )


_KNOWN: WeakKeyDictionary[Database, tuple[int, str]] = WeakKeyDictionary()


def _strangers(db: Database) -> str:
    """The bodies that nobody has registered, as JSON. All of the register is gone through for them: whoever may only
    read is told the same again until somebody has written.
    """
    if not isinstance(db, Waiting) or db.writable:
        return json.dumps([row[0] for row in db.execute(STRANGERS)])
    version = int(db.execute("pragma data_version").fetchone()[0])
    known = _KNOWN.get(db)
    if known is None or known[0] != version:
        known = _KNOWN[db] = version, json.dumps([row[0] for row in db.execute(STRANGERS)])
    return known[1]


def _debtors(db: Database, body: str = "") -> Iterator[Debtor]:
    query = DEBTORS if not body else f"select * from ({DEBTORS}) where code = ?"
    of = (*UNREGISTERED, body) if body else UNREGISTERED
    for code, name, kind, level, portal, first, last, division, parent, above in db.execute(query, of):
        yield Debtor(code, name, kind, level, portal, first, last, division, tuple(filter(None, (parent, above))))


def _found_in(db: Database, debtors: Sequence[Debtor], asked: dict[str, object], *, watched: bool) -> FirstVersions:
    year, at = int(str(asked["year"])), str(asked["at"])
    found = {code: Published(*version) for code, *version in db.execute(STOOD, asked)}
    owing = {debtor.code for debtor in debtors}
    doubts: dict[str, Doubt] = dict.fromkeys(_listed(db, debtors, asked), "listed")
    doubts |= dict.fromkeys(unread_bodies(db, debtors, year, at, watched=watched), "unread")
    doubts |= dict.fromkeys(contradicted_bodies(db, year, at), "theirs")
    doubts |= dict.fromkeys(gathered_bodies(db, debtors, year, at, watched=watched), "unread")
    doubts |= dict.fromkeys(nameless_bodies(db, debtors, year, at, watched=watched), "theirs")
    strangers: list[tuple[str, str | None]] = []
    for name, portal, seen, printed, document, url in db.execute(NOBODYS, asked):
        if not name:
            continue
        code = find_agency(db, name, portal=portal or "")
        if code is None or code not in owing:
            doubts |= dict.fromkeys(maybe_theirs(db, name, portal=portal or ""), "theirs")
            doubts |= dict.fromkeys(namesakes(db, name, portal=portal or ""), "doubtful")
            strangers.append((name, portal))
        else:
            _earlier(found, code, Published(seen, printed, document, url, handed=portal is None))
    # A file handed to us may be a draft: what stood on a portal tells more about the day of publication.
    bodies = json.dumps([debtor.code for debtor in debtors if debtor.code not in found or found[debtor.code].handed])
    for code, seen, printed, document, url in db.execute(HANDED, asked | {"bodies": bodies}):
        if seen:
            _earlier(found, code, Published(seen, printed, document, url, handed=True))
    lacking = [debtor for debtor in debtors if debtor.code not in found and debtor.code not in doubts]
    return FirstVersions(found, doubts | dict.fromkeys(_renamed(lacking, strangers), "renamed"))


def _first_of(db: Database, code: str, asked: dict[str, object]) -> Published | None:
    """The first version of one body's report: the same choice as that of all bodies."""
    found: dict[str, Published] = {}
    for _, seen, printed, document, url in db.execute(STOOD_OF.format(of="agency = :body"), asked | {"body": code}):
        if seen:
            found[code] = Published(seen, printed, document, url)
    for name, portal, seen, printed, document, url in db.execute(NOBODYS, asked):
        if name and find_agency(db, name, portal=portal or "") == code:
            _earlier(found, code, Published(seen, printed, document, url, handed=portal is None))
    if code not in found or found[code].handed:
        for _, seen, printed, document, url in db.execute(HANDED, asked | {"bodies": json.dumps([code])}):
            if seen:
                _earlier(found, code, Published(seen, printed, document, url, handed=True))
    return found.get(code)


def _renamed(lacking: Sequence[Debtor], strangers: Sequence[tuple[str, str | None]]) -> Iterator[str]:
    """The bodies that may publish by a name that the register does not know."""
    fields: dict[str, list[tuple[str, str | None]]] = {}
    for name, portal in strangers if lacking else ():
        place, field = core(name)
        if field:
            fields.setdefault(place, []).append((field, portal))
    for debtor in lacking if fields else ():
        place, field = core(debtor.name)
        if field and any(
            may_succeed(field, other)
            for other, portal in fields.get(place, ())
            if not debtor.portal or portal in (None, debtor.portal)
        ):
            yield debtor.code


def _listed(db: Database, debtors: Sequence[Debtor], asked: dict[str, object]) -> Iterator[str]:
    """The bodies whose report stands in a list, and could not be read."""
    yield from _of_other_years(db, asked)
    for portal, title in db.execute(ANOTHERS, asked).fetchall():
        if (info := recognize(title)) and info.agency_name:
            yield from named(db, info.agency_name, portal)
    year = int(str(asked["year"]))
    between = {"begin": f"{year + 1}-01-01", "end": f"{year + 2}-01-01"}
    for portal, title, agency, group, verdict, _, _ in db.execute(UNREAD, asked | between).fetchall():
        if called_none(title, verdict):
            continue
        info = entry_info(title or "")
        if name := (info.agency_name if info is not None else "") or agency or "":
            yield from named(db, name, portal)
        else:
            yield from whose(db, debtors, portal, group or "")


def called_none(title: str | None, verdict: str | None) -> bool:
    """Whether neither an entry's title calls it a report nor its page is one: it was only looked at."""
    return verdict == "not_report" and recognize(title or "") is None


def _of_other_years(db: Database, asked: dict[str, object]) -> Iterator[str]:
    """The bodies under whose title for this year stands the report for another: theirs has not been seen."""
    year = str(asked["year"])
    words = {"figures": year, "written": year.translate(WRITTEN)}
    for portal, title, name in db.execute(OTHER_YEARS, asked | words).fetchall():
        info = entry_info(title)
        if info is not None and info.year == asked["year"] and (listed := info.agency_name or name):
            yield from named(db, listed, portal)


def _earlier(found: dict[str, Published], code: str, one: Published) -> None:
    known = found.get(code)
    if known is None or (one.handed, one.first_seen) < (known.handed, known.first_seen):
        found[code] = one
