"""Portals as the judgement sees them: healthy or not, since when, how often looked at; rule `pub.source`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlite_utils import Database

from crawler.ground.clock import local_date, parse_stamp, stamp
from crawler.ground.config import Config
from monitor.duty.deadlines import texts
from monitor.failures import OURSELVES, Failures, told
from monitor.findings import Finding, Key, Observation

RULE = "pub.source"
SUBJECT = "portal"
LOSS_RULE = "pub.sweep"
LOSS_SUBJECT = "yield"
UNWATCHED_RULE = "pub.unwatched"
UNWATCHED_SUBJECT = "register"
MOST_NAMED, MOST_KEPT = 5, 100  # portals in a sentence, and in the evidence
# The newest figures of each portal, of crawls for all years.
NEWEST = """
select f.portal, f.crawl, f.found, f.before, f.dropped from crawl_portals f join (
  select w.portal, max(w.crawl) as crawl from crawl_portals w join crawls c on c.id = w.crawl
  where json_extract(c.selection, '$[1]') is null group by w.portal) n on n.portal = f.portal and n.crawl = f.crawl
"""


@dataclass(frozen=True, slots=True)
class Source:
    """One portal: `name` is what people call it, `state` one of the table's states, `never_seen` or `not_watched`."""

    id: str
    name: str
    state: str
    since: str | None = None
    last_ok: str | None = None

    @property
    def shown(self) -> str:
        """The portal as a person calls it."""
        return f"「{self.name}」"

    def healthy_after(self, instant: datetime) -> bool:
        """Whether it is healthy now and was seen so after this instant."""
        return self.state == "ok" and self.last_ok is not None and parse_stamp(self.last_ok) >= instant


def load_sources(db: Database, config: Config) -> dict[str, Source]:
    """Every portal we watch (gouji.toml) and every one we ever watched (the table), by id."""
    watched = {portal.id: portal.called for portal in config.portals}
    found: dict[str, Source] = {}
    for id_, name, state, since, last_ok in db.execute("select id, name, state, state_since, last_ok from portals"):
        now = (state or "never_seen") if id_ in watched else "not_watched"
        found[id_] = Source(id_, watched.get(id_) or name or id_, now, since, last_ok)
    for id_, name in watched.items():
        found.setdefault(id_, Source(id_, name, "never_seen"))
    return found


def unwatched(db: Database, config: Config) -> list[tuple[str, int]]:
    """Portals that the register names and gouji.toml does not have, each with how many bodies: none can be judged."""
    watched = {portal.id for portal in config.portals}
    return [
        (str(portal), int(count))
        for portal, count in db.execute(
            "select portal, count(*) from agencies where coalesce(portal, '') <> '' and coalesce(source, '') not in "
            "('document', 'portal') group by portal order by portal"
        )
        if portal not in watched
    ]


def unwatched_observation(
    db: Database, config: Config, existing: Iterable[Finding], now: datetime
) -> Observation | None:
    """`pub.unwatched`: one finding for the operator, however many portals and bodies it concerns."""
    stray = unwatched(db, config)
    known = next((one for one in existing if one.key.rule == UNWATCHED_RULE), None)
    if not stray and (known is None or known.status == "resolved"):
        return None
    key = known.key if known else Key(OURSELVES, local_date(now).year - 1, UNWATCHED_RULE, UNWATCHED_SUBJECT)
    named = "、".join(f"「{portal}」{count}" for portal, count in stray[:MOST_NAMED]) + "…" * (len(stray) > MOST_NAMED)
    bodies = sum(count for _, count in stray)
    zh, en = told("unwatched" if stray else "watched", count=bodies, portals=named)
    evidence = {"bodies": bodies, "portals": [portal for portal, _ in stray[:MOST_KEPT]]}
    if stray:
        return Observation(key, "broken", "not_watched", "health", zh, en, evidence)
    return Observation(
        key, "holds", "watched", "health", zh, en, {**evidence, "message": zh, "message_en": en}, reason=zh
    )


def sources_at(db: Database, config: Config, instant: datetime) -> dict[str, Source]:
    """The same portals as they were at a past instant, as the history of their states tells."""
    at = stamp(instant)
    then: dict[str, tuple[str, str]] = {
        portal: (state, since)
        for portal, state, since in db.execute(
            "select portal, state, since from portal_states where since <= ? and (until is null or until > ?)", [at, at]
        )
    }
    seen: dict[str, str] = dict(
        db.execute(
            "select portal, max(ended) from sweeps where ended <= ? and seen = 1 and coalesce(state, 'ok') = 'ok' "
            "group by portal",
            [at],
        ).fetchall()
    )
    return {
        id_: replace(
            one, state=then.get(id_, ("never_seen", ""))[0], since=then.get(id_, ("", None))[1], last_ok=seen.get(id_)
        )
        for id_, one in load_sources(db, config).items()
    }


def observe_sources(
    db: Database, config: Config, now: datetime, failures: Failures
) -> list[tuple[Finding | None, Observation]]:
    """How every portal stands (`pub.source`, `pub.sweep`), and which ones nobody watches (`pub.unwatched`)."""
    kept = {one.key: one for one in failures.load(db, "rule in (?, ?, ?)", [RULE, LOSS_RULE, UNWATCHED_RULE])}
    sources = load_sources(db, config)
    stray = unwatched_observation(db, config, kept.values(), now)
    seen = [
        *source_observations(sources, kept.values(), now),
        *loss_observations(db, sources, kept.values(), now),
        *([stray] if stray else ()),
    ]
    return [(kept.get(one.key), one) for one in seen]


def source_observations(sources: Mapping[str, Source], existing: Iterable[Finding], now: datetime) -> list[Observation]:
    """`pub.source` of each portal; an outage that lasts over New Year stays one finding."""
    years = {
        finding.key.agency: finding.key.year
        for finding in existing
        if finding.key.rule == RULE and finding.status != "resolved"
    }
    default = local_date(now).year - 1
    gone = {id_: Source(id_, id_, "not_watched") for id_ in years if id_ not in sources}
    seen: list[Observation] = []
    for source in (*sources.values(), *gone.values()):
        if source.state == "not_watched" and source.id not in years:
            continue
        seen.append(_observe(source, years.get(source.id, default), now))
    return seen


def _observe(source: Source, year: int, now: datetime) -> Observation:
    state = texts().state[source.state]
    day = local_date(parse_stamp(source.since) if source.since else now).isoformat()
    message = texts().message["source"]
    fine = source.state in ("ok", "not_watched")
    return Observation(
        Key(source.id, year, RULE, SUBJECT),
        "holds" if fine else "broken",
        source.state,
        "health",
        message.zh.format(who=source.shown, since=day, state=state.zh),
        message.en.format(who=source.shown, since=day, state=state.en),
        {"state": source.state, "since": source.since, "last_ok": source.last_ok},
        None,
        "unclear",
        reason=f"门户{source.shown}：{state.zh}" if fine else "",
    )


def loss_observations(
    db: Database, sources: Mapping[str, Source], existing: Iterable[Finding], now: datetime
) -> list[Observation]:
    """`pub.sweep` of each portal whose lists name far fewer reports than before; its state holds back the rest."""
    years = {
        finding.key.agency: finding.key.year
        for finding in existing
        if finding.key.rule == LOSS_RULE and finding.key.subject == LOSS_SUBJECT and finding.status != "resolved"
    }
    seen: list[Observation] = []
    for portal, crawl, found, before, dropped in db.execute(NEWEST):
        source = sources.get(portal)
        if source is None or not (dropped or portal in years):
            continue
        words = {"who": source.shown, "found": found, "before": before}
        message = texts().message["loss" if dropped else "no_loss"]
        zh, en = message.zh.format(**words), message.en.format(**words)
        seen.append(
            Observation(
                Key(portal, years.get(portal, local_date(now).year - 1), LOSS_RULE, LOSS_SUBJECT),
                "broken" if dropped else "holds",
                "fewer" if dropped else "ok",
                "health",
                zh,
                en,
                {"crawl": crawl, "found": found, "before": before},
                None,
                "unclear",
                reason="" if dropped else zh,
            )
        )
    return seen
