"""The circuit breaker: if too many bodies of one portal or province flip in one check, it is more likely our fault
than theirs. Their news is held back, the operator is told (`pub.sweep`), and a later healthy sweep releases it.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

from sqlite_utils import Database

from crawler.ground.clock import local_date, parse_stamp, stamp
from crawler.ground.config import Config, MailSettings
from crawler.ground.errors import UsageError
from monitor.checking.debounce import last_checks
from monitor.checking.pace import Slow, slow_provinces
from monitor.checking.transitions import observe
from monitor.findings import Finding, Key, Observation, load, save
from monitor.subscriptions import SubscribedBody, load_bodies

RULE = "pub.sweep"
SUBJECT = "breaker"
ABSENCES = ("pub.state", "pub.due")  # on a due day many bodies may be late without any fault of ours
CONFIRM_HOURS = 20  # a sweep that confirms must come from another night, not from a moment later
MOST_NAMES = 20

# New trouble since the last finished check, about bodies and years that it already knew.
FLIPS = """
select f.agency, f.rule from findings f
where f.changed_at > :before and f.status in ('open', 'regressed') and f.class not in ('info', 'health')
  and (f.status = 'regressed' or (f.opened_at > :before and (f.rule like 'pub.%' or exists (
    select 1 from reports r where r.agency = f.agency and r.year = f.year and r.first_seen <= :before))))
"""


class Flips(NamedTuple):
    """The bodies of one scope that flipped: those called late, and those with any other trouble."""

    absent: frozenset[str]
    other: frozenset[str]


@dataclass(frozen=True, slots=True)
class Trip:
    """A scope (the id of a portal, or the code of a province) in which too many bodies flipped at once."""

    scope: str
    bodies: tuple[str, ...]
    total: int
    percent: float


def trip(scope: str, flips: Flips, total: int, settings: MailSettings) -> Trip | None:
    """The trip, if there are too many flips for this number of bodies (pure)."""
    for bodies, percent in ((flips.other, settings.breaker_percent), (flips.absent, settings.breaker_absent_percent)):
        if len(bodies) >= max(settings.breaker_fewest, 1) and len(bodies) * 100 > percent * total:
            return Trip(scope, tuple(sorted(bodies)), total, percent)
    return None


def scopes_of(body: SubscribedBody) -> tuple[str, ...]:
    """The scopes by which a body can be held back: its portal and its province."""
    return tuple(scope for scope in (body.portal, body.province) if scope)


def observe_flips(db: Database, config: Config, now: datetime) -> list[tuple[Finding | None, Observation]]:
    """The breaker's observations on this check; call it at the end, when the check's findings are stored."""
    past = {one.key: one for one in load(db, "rule = ? and subject = ?", [RULE, SUBJECT])}
    kept = {one.key.agency: one for one in past.values() if one.status != "resolved"}
    before = last_checks(db, now)
    seen = [observation for one in kept.values() if (observation := _confirmed(db, one, now))]
    year = local_date(now).year - 1
    for found, who in _trips(db, config, before[0]) if before else ():
        if found.scope not in kept:
            seen.append(_held(found, who, Key(found.scope, year, RULE, SUBJECT), now))
    holding = {*kept, *(one.key.agency for one in seen)}
    for slow in slow_provinces(db, now, before[0], **_words()["pace"]) if before else ():
        key = Key(slow.province, year, RULE, SUBJECT)
        if slow.province not in holding and not (key in past and "then" in past[key].evidence):
            seen.append(_slow(db, slow, key, now))
    return [(past.get(one.key), one) for one in seen]


def _trips(db: Database, config: Config, before: str) -> Iterator[tuple[Trip, "Who"]]:
    rows = db.execute(FLIPS, {"before": before}).fetchall()
    if len({agency for agency, _ in rows}) < max(config.mail.breaker_fewest, 1):
        return
    bodies = load_bodies(db)
    totals: dict[str, int] = {}
    for body in bodies.values():
        for scope in scopes_of(body):
            totals[scope] = totals.get(scope, 0) + 1
    held: set[str] = set()
    # Portals first: if all flips of a province come from one portal, only that portal is held.
    names_of = {portal.id: portal.called for portal in config.portals}
    portals = {body.portal for body in bodies.values()}
    groups = _grouped(rows, bodies)
    for scope in sorted(groups, key=lambda scope: (scope not in portals, scope)):
        flips = Flips(groups[scope].absent - held, groups[scope].other - held)
        found = trip(scope, flips, totals[scope], config.mail)
        if found is not None:
            held |= set(found.bodies)
            names = tuple(bodies[code].name for code in found.bodies)
            sources = tuple(sorted({bodies[code].portal for code in found.bodies} - {""}))
            yield found, Who(names_of.get(scope, scope), "portal" if scope in portals else "province", names, sources)


@dataclass(frozen=True, slots=True)
class Who:
    """The words for a scope: its name and kind, its bodies' names, and the portals whose next sweep can confirm."""

    name: str
    kind: str
    bodies: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def _grouped(rows: Collection[tuple[str, str]], bodies: Mapping[str, SubscribedBody]) -> dict[str, Flips]:
    found: dict[str, tuple[set[str], set[str]]] = {}
    for agency, rule in rows:
        for scope in scopes_of(bodies.get(agency, SubscribedBody(agency))):
            absent, other = found.setdefault(scope, (set(), set()))
            (absent if rule in ABSENCES else other).add(agency)
    return {scope: Flips(frozenset(absent), frozenset(other)) for scope, (absent, other) in found.items()}


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(
        (resources.files("monitor.checking") / "breaker.toml").read_text(encoding="utf-8")
    )
    return found


def _told(name: str, scope: str, who: Mapping[str, Any], **values: object) -> tuple[str, str]:
    texts = _words()
    zh, en = (
        texts["message"][name][lang].format(
            who=texts["who"][who["kind"]][lang].format(name=who["name"], scope=scope), scope=scope, **values
        )
        for lang in ("zh", "en")
    )
    return zh, en


def _held(found: Trip, who: Who, key: Key, now: datetime) -> Observation:
    named = {"kind": who.kind, "name": who.name}
    more = " …" if len(who.bodies) > MOST_NAMES else ""
    zh, en = _told(
        "held",
        found.scope,
        named,
        flipped=len(found.bodies),
        total=found.total,
        percent=f"{found.percent:g}",
        names="、".join(who.bodies[:MOST_NAMES]) + more,
    )
    evidence = {
        "check": stamp(now),
        "bodies": list(found.bodies),
        "flipped": len(found.bodies),
        "total": found.total,
        "percent": found.percent,
        "portals": list(who.sources),
        **named,
    }
    return Observation(key, "broken", "held", "health", zh, en, evidence, None, "unclear")


def _slow(db: Database, slow: Slow, key: Key, now: datetime) -> Observation:
    bodies = load_bodies(db)
    who = {"kind": "province", "name": slow.province}
    names = "、".join(bodies[code].name for code in slow.bodies[:MOST_NAMES])
    more = " …" if len(slow.bodies) > MOST_NAMES else ""
    facts = {"year": key.year, "found": slow.found, "then": slow.then, "percent": _words()["pace"]["share"]}
    zh, en = _told("slow", slow.province, who, names=names + more, **facts)
    evidence = {
        "check": stamp(now),
        "bodies": list(slow.bodies),
        **facts,
        **who,
        "portals": sorted({bodies[code].portal for code in slow.bodies} - {""}),
    }
    return Observation(key, "broken", "slow", "health", zh, en, evidence, None, "unclear")


def _confirmed(db: Database, held: Finding, now: datetime) -> Observation | None:
    """The observation that releases a scope, if a later healthy sweep of each of its portals saw the same."""
    portals = held.evidence.get("portals") or []
    since = parse_stamp(held.evidence["check"]) + timedelta(hours=CONFIRM_HOURS)
    fresh = {
        row[0]
        for row in db.execute(
            "select distinct portal from sweeps "
            "where at >= ? and ended <= ? and seen = 1 and coalesce(state, 'ok') = 'ok'",
            [stamp(since), stamp(now)],
        )
    }
    if not portals or not set(portals) <= fresh:
        return None
    zh, en = _told("confirmed", held.key.agency, held.evidence)
    return Observation(held.key, "holds", "confirmed", "health", zh, en, {"message": zh, "message_en": en}, reason=zh)


# --- what is held ------------------------------------------------------------------------------------------------


def held_scopes(db: Database) -> frozenset[str]:
    """The portals and provinces whose news is held back now."""
    return frozenset(
        row[0]
        for row in db.execute(
            "select agency from findings where rule = ? and subject = ? and status in ('open', 'regressed')",
            [RULE, SUBJECT],
        )
    )


def release(db: Database, scope: str, now: datetime) -> int:
    """Releases this portal or province on a person's decision; returns how many bodies that concerns."""
    with db.atomic():
        held = [
            one
            for one in load(db, "rule = ? and subject = ? and agency = ?", [RULE, SUBJECT, scope])
            if one.status in ("open", "regressed")
        ]
        if not held:
            standing = sorted(held_scopes(db))
            raise UsageError(
                f"nothing is held for '{scope}'; held now: {', '.join(standing) or 'nothing'}",
                f"'{scope}' 没有暂缓的通报；现在暂缓的：{'、'.join(standing) or '没有'}",
            )
        for one in held:
            zh, en = _told("released", scope, one.evidence)
            seen = Observation(
                one.key, "holds", "released", "health", zh, en, {"message": zh, "message_en": en}, reason=zh
            )
            after = observe(one, seen, now)
            save(db, [replace(after, verdict="released")] if after else [])
    return sum(len(one.evidence.get("bodies", ())) for one in held)
