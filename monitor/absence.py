"""Who owes a report and has not published it: rule `pub.state`, judged only while the portal was healthy."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlite_utils import Database

from crawler.bodies import full_name
from crawler.clock import local_date, parse_stamp
from crawler.config import Config
from crawler.register import find_agency
from monitor.deadlines import Deadline, Words, deadline_for, texts
from monitor.findings import Finding, Key, Observation, load
from monitor.sources import RULE as SOURCE_RULE
from monitor.sources import Source, healthy_sweeps, load_sources, source_observations

RULE = "pub.state"
SUBJECT = "report"
# Bodies first met in a document or on a portal are no register: nobody has said yet that they owe a report.
UNREGISTERED = ("document", "portal")


@dataclass(frozen=True, slots=True)
class Debtor:
    """A registered body as far as its duty goes."""

    code: str
    name: str
    kind: str
    level: str
    portal: str
    first_year: int | None
    last_year: int | None

    @property
    def shown(self) -> Words:
        """The body by name and code, as it stands in a sentence."""
        if self.name == self.code:
            return Words(self.name, self.name)
        return Words(f"{self.name}（{self.code}）", f"{self.name} ({self.code})")

    def deadline(self, year: int) -> Deadline | None:
        """The deadline of its report for this year; None where it owes none."""
        if (self.first_year or year) > year or (self.last_year or year) < year:
            return None
        return deadline_for(self.kind, self.level, year)


@dataclass(frozen=True, slots=True)
class Published:
    """The first version we saw of a body's report."""

    first_seen: str
    published_on: str | None
    document: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Watch:
    """The portals a body's report would stand on, and when each healthy sweep looked at all of them."""

    sources: tuple[Source, ...]
    sweeps: tuple[str, ...] = ()

    def healthy_after(self, instant: datetime) -> bool:
        """Whether every portal is healthy and was looked at after this instant; true where there is none."""
        return all(source.healthy_after(instant) for source in self.sources)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The line at the end of a digest: of the bodies whose day is past, how many were found."""

    year: int
    due: int = 0
    found: int = 0
    not_assessable: int = 0
    sources: int = 0
    unhealthy: int = 0


def judge(debtor: Debtor, year: int, published: Published | None, watch: Watch, now: datetime,
          doubtful: bool = False) -> Observation | None:
    """What is to be said of one body's report for one year (pure); None when there is nothing to say.

    `doubtful`: we hold a report that may be this body's or a namesake's.
    """
    key = Key(debtor.code, year, RULE, SUBJECT)
    deadline = debtor.deadline(year)
    if deadline is None:
        return _observation(key, "holds", "not_due", debtor, {})
    evidence = {"due": deadline.due(year).isoformat(), "grace_days": deadline.grace_days,
                "layer": deadline.layer, "basis": deadline.basis, "basis_en": deadline.basis_en, "portals": [
                    {"id": source.id, "name": source.name, "state": source.state, "last_ok": source.last_ok}
                    for source in watch.sources]}
    if published is not None:
        return _published(key, debtor, deadline, published, watch, evidence)
    over = deadline.over(year)
    if now < over:
        return None
    if doubtful:
        return _observation(key, "unknown", "not_assessable", debtor, evidence, reason=texts().seen["doubtful"].zh)
    troubled = [source for source in watch.sources if not source.healthy_after(over)]
    if troubled:
        return _observation(key, "unknown", "not_assessable", debtor, evidence, reason="、".join(
            f"门户{source.shown}：{texts().state[source.state].zh}" if source.state != "ok"
            else f"门户{source.shown}在期限之后还没有查看过" for source in troubled))
    sweeps = tuple(at for at in watch.sweeps if parse_stamp(at) >= over)
    return _overdue(key, debtor, watch, sweeps, evidence)


def _overdue(key: Key, debtor: Debtor, watch: Watch, sweeps: tuple[str, ...],
             evidence: dict[str, object]) -> Observation:
    bounds = texts()
    confirmed = len(sweeps) >= bounds.confirm_sweeps and (
        parse_stamp(sweeps[-1]) - parse_stamp(sweeps[0]) >= timedelta(days=bounds.confirm_days))
    names = "、".join(source.shown for source in watch.sources)
    looked = [local_date(parse_stamp(at)).isoformat() for at in sweeps]
    if not watch.sources:
        seen, words = bounds.seen["files"], {}
    elif confirmed:
        seen = bounds.seen["sweeps"]
        words = {"portals": names, "first": looked[0], "last": looked[-1], "count": str(len(sweeps))}
    else:
        last = min(parse_stamp(source.last_ok) for source in watch.sources if source.last_ok)
        seen, words = bounds.seen["portal"], {"portals": names, "last": local_date(last).isoformat()}
    evidence |= {"sweeps": len(sweeps), "first_sweep": sweeps[0] if sweeps else None,
                 "last_sweep": sweeps[-1] if sweeps else None}
    return _observation(key, "broken", "overdue_confirmed" if confirmed else "overdue", debtor, evidence,
                        seen=Words(seen.zh.format(**words), seen.en.format(**words)))


def _published(key: Key, debtor: Debtor, deadline: Deadline, published: Published, watch: Watch,
               evidence: dict[str, object]) -> Observation:
    due = deadline.due(key.year)
    day = local_date(parse_stamp(published.first_seen))
    if not watch.sources:
        # Nobody watched: the day a file was handed to us says nothing, only a printed date can.
        day = date.fromisoformat(published.published_on) if published.published_on else due
    late = (day - due).days > deadline.grace_days
    verdict = "published_late" if late else "published"
    evidence |= {"first_seen": published.first_seen, "published_on": published.published_on,
                 "document": published.document, "url": published.url}
    return _observation(key, "holds", verdict, debtor, evidence, late=day)


def _observation(key: Key, effect: str, verdict: str, debtor: Debtor, evidence: dict[str, object], *,
                 reason: str = "", seen: Words | None = None, late: date | None = None) -> Observation:
    seen = seen or Words("", "")
    due = str(evidence.get("due", ""))
    days = (late - date.fromisoformat(due)).days if late and due else 0
    told = texts().message.get(verdict)
    zh, en = (text.format(who=who, year=key.year, due=due, seen=words, late=late, days=days)
              for text, who, words in ((told.zh, debtor.shown.zh, seen.zh), (told.en, debtor.shown.en, seen.en))
              ) if told else ("", "")
    holds = effect == "holds"
    if holds:
        evidence = {**evidence, "message": zh, "message_en": en}
    return Observation(
        key, "holds" if holds else "broken" if effect == "broken" else "unknown", verdict, "explain", zh, en,
        evidence, None, "source", reason=zh if holds else reason)


# --- the register against what was found -----------------------------------------------------------------

def observe_absences(db: Database, config: Config, now: datetime,
                     years: Collection[int] = ()) -> list[tuple[Finding | None, Observation]]:
    """Judges every registered body for last year and the years asked for, and whatever is still open.

    Each observation comes with the finding it meets. `pub.source` of every portal is among them.
    """
    current = local_date(now).year - 1
    kept = {finding.key: finding for finding in load(db, "rule in (?, ?)", [RULE, SOURCE_RULE])}
    sources = load_sources(db, config)
    observations = source_observations(sources, kept.values(), now)
    still = {(key.agency, key.year) for key, finding in kept.items()
             if key.rule == RULE and finding.status != "resolved"}
    debtors = list(_debtors(db))
    watches = _Watches(db, config, sources)
    for year in sorted({current, *years, *(year for _, year in still)}):
        whole = year == current or year in years
        found = _found_in(db, debtors, year)
        for debtor in debtors:
            # What was published or never due matters only where a finding waits for it.
            published = found.by_code.get(debtor.code)
            waits = whole and published is None and debtor.deadline(year) is not None
            if waits or (debtor.code, year) in still:
                seen = judge(debtor, year, published, watches.of(debtor, year), now, debtor.code in found.doubtful)
                observations += [seen] if seen is not None else []
    return [(kept.get(seen.key), seen) for seen in observations]


def measure_coverage(db: Database, config: Config, now: datetime) -> Coverage:
    """Of the bodies whose report for last year is due (or here already), how many were found."""
    year = local_date(now).year - 1
    debtors, sources = list(_debtors(db)), load_sources(db, config)
    found, watches = _found_in(db, debtors, year), _Watches(db, config, sources)
    due = missing = unassessable = 0
    for debtor in debtors:
        deadline = debtor.deadline(year)
        absent = debtor.code not in found.by_code
        if deadline is None or (absent and now < deadline.over(year)):
            continue
        due += 1
        missing += absent
        healthy = watches.of(debtor, year).healthy_after(deadline.over(year))
        unassessable += absent and (debtor.code in found.doubtful or not healthy)
    watched = [source for source in sources.values() if source.state != "not_watched"]
    return Coverage(year, due, due - missing, unassessable, len(watched),
                    sum(source.state != "ok" for source in watched))


class _Watches:
    """The watch of each body; sweeps are counted once for each set of portals."""

    def __init__(self, db: Database, config: Config, sources: Mapping[str, Source]) -> None:
        self.db, self.sources = db, sources
        self.every = tuple(portal.id for portal in config.portals)
        self.known: dict[tuple[tuple[str, ...], int], Watch] = {}

    def of(self, debtor: Debtor, year: int) -> Watch:
        # With no portal configured there are only files, whatever the register says about portals.
        ids = ((debtor.portal,) if debtor.portal else self.every) if self.every else ()
        if (ids, year) not in self.known:
            self.known[ids, year] = self._watch(ids, year)
        return self.known[ids, year]

    def _watch(self, ids: tuple[str, ...], year: int) -> Watch:
        after = datetime.fromisoformat(f"{year + 1}-01-01T00:00:00+08:00")
        sources = tuple(self.sources.get(id_) or Source(id_, id_, "not_watched") for id_ in ids)
        if not sources or any(source.state != "ok" for source in sources):
            return Watch(sources)
        # With several portals the one looked at least often decides.
        sweeps = min((healthy_sweeps(self.db, source.id, after) for source in sources), key=len)
        return Watch(sources, tuple(sweeps))


def _debtors(db: Database) -> Iterator[Debtor]:
    for row in db.execute("select code, name, coalesce(kind, ''), coalesce(level, ''), coalesce(portal, ''), "
                          "first_year, last_year from agencies where coalesce(source, '') not in (?, ?) "
                          "order by code", UNREGISTERED):
        yield Debtor(*row)


@dataclass(frozen=True, slots=True)
class _Found:
    """The reports of one year: by code the first version, and the bodies of which one we hold may be theirs."""

    by_code: Mapping[str, Published]
    doubtful: frozenset[str]


def _found_in(db: Database, debtors: Sequence[Debtor], year: int) -> _Found:
    found: dict[str, Published] = {}
    doubtful: set[str] = set()
    names: _Names | None = None
    for agency, name, portal, seen, printed, document, url in db.execute(
            "select agency, agency_name, portal, min(first_seen), published_on, sha256, url from documents "
            "where year = ? group by agency, agency_name, portal union all "
            "select agency, agency_name, null, min(first_seen), published_on, document, url from reports "
            "where year = ? and agency is not null group by agency", [year, year]):
        code = agency
        if code is None and name:
            names = names or _Names(db, debtors)
            code = find_agency(db, name, portal=portal or "")
            doubtful |= names.bearers(name) if code is None else set()
        if code and seen and (code not in found or seen < found[code].first_seen):
            found[code] = Published(seen, printed, document, url)
    return _Found(found, frozenset(doubtful))


class _Names:
    """Which bodies bear or bore a name, in any spelling."""

    def __init__(self, db: Database, debtors: Sequence[Debtor]) -> None:
        self.codes: dict[str, set[str]] = {}
        for code, name in [*((debtor.code, debtor.name) for debtor in debtors),
                           *db.execute("select agency, name from agency_names")]:
            self.codes.setdefault(full_name(name), set()).add(code)

    def bearers(self, name: str) -> set[str]:
        return self.codes.get(full_name(name), set())
