"""Who gets what: the readers of gouji.toml, what each wants to hear, and how grave a finding is."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

from sqlite_utils import Database

from crawler.ground.config import Config, Subscription
from crawler.ground.config_mail import MAIL, SEVERITIES

HEALTH = "health"
SOURCE_RULE = "pub.source"
# States of a portal that its readers meet as well, and the end of them. That it lost its reports, repeats a page or
# turns every question away to its home page may be our own doing: that is the operator's to find out.
PLAINLY_DOWN = frozenset(
    {"unreachable", "forbidden", "challenge", "login", "robots", "tls", "throttled", "ok", "not_watched"}
)
PROVINCE = 2  # digits of a division code that name the province


class Topic(NamedTuple):
    """What a subscription looks at in a finding."""

    agency: str
    rule: str
    finding_class: str
    verdict: str


class SubscribedBody(NamedTuple):
    """What a subscription looks at in the body (for a portal's own findings: in the portal) a finding is about."""

    code: str
    name: str = ""
    division: str = ""
    portal: str = ""

    @property
    def province(self) -> str:
        """The code of the province; "" where the division is not known."""
        return self.division[:PROVINCE].ljust(6, "0") if len(self.division) >= PROVINCE else ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient on one channel, with all that was subscribed for them. `operator`: hears of the service too."""

    recipient: str
    language: str
    period: str
    interests: tuple[Subscription, ...] = ()
    operator: bool = False
    channel: str = MAIL
    url_env: str = ""
    heartbeat: bool = True

    @property
    def key(self) -> str:
        """Their name in `notices`: an address, or the channel and the name of what is no address."""
        return self.recipient if self.channel == MAIL else f"{self.channel}:{self.recipient}"

    def watches(self, body: SubscribedBody) -> bool:
        """Whether they named this very body."""
        return any(body.code in one.agencies or body.name in one.agencies for one in self.interests)


def readers_of(config: Config) -> tuple[Recipient, ...]:
    """Everybody who is told something, each once: what several entries say of one recipient is put together."""
    mail = config.mail
    everything = [Subscription(one.strip(), period=mail.period, heartbeat=mail.heartbeat) for one in mail.recipients]
    operators = [one.strip() for one in (mail.operators or mail.recipients)]
    found: dict[tuple[str, str], Recipient] = {}
    for one in [*everything, *(replace(one, recipient=one.recipient.strip()) for one in config.subscriptions)]:
        place = (one.channel, one.recipient)
        before = found.get(place)
        found[place] = _reader(one, mail.language) if before is None else _both(before, one)
    for address in operators:
        place = (MAIL, address)
        found[place] = replace(
            found.get(place) or Recipient(address, mail.language, mail.period, heartbeat=mail.heartbeat), operator=True
        )
    gone = {one.strip() for one in mail.unsubscribed}
    return tuple(one for one in found.values() if one.recipient and one.recipient not in gone)


def _reader(one: Subscription, language: str) -> Recipient:
    return Recipient(
        one.recipient, one.language or language, one.period, (one,), False, one.channel, one.url_env, one.heartbeat
    )


def _both(reader: Recipient, one: Subscription) -> Recipient:
    # Of two periods the one that tells sooner; the language of the first.
    order = ("at_once", "daily", "season", "weekly")
    period = min(reader.period, one.period, key=order.index)
    heartbeat = reader.heartbeat or one.heartbeat
    return replace(reader, interests=(*reader.interests, one), period=period, heartbeat=heartbeat)


# --- what they want to hear ----------------------------------------------------------------------------------


def wants(reader: Recipient, topic: Topic, body: SubscribedBody, portals: frozenset[str] = frozenset()) -> bool:
    """Whether this reader hears of such findings. `portals` are those of the bodies they hear of (`portals_of`).

    What is about the service goes to operators; a portal that is plainly down also to those who hear of its bodies.
    """
    if topic.finding_class == HEALTH:
        return reader.operator or (
            topic.rule == SOURCE_RULE and topic.agency in portals and topic.verdict in PLAINLY_DOWN
        )
    return any(_covers(one, body) and _picks(one, topic) for one in reader.interests)


def covers(reader: Recipient, bodies: Iterable[SubscribedBody]) -> frozenset[str] | None:
    """The codes of the bodies this reader hears of; None for all there are, known or not."""
    if any(not (one.divisions or one.portals or one.agencies) for one in reader.interests):
        return None
    named = {code for one in reader.interests for code in one.agencies}
    return frozenset(named | {body.code for body in bodies if any(_covers(one, body) for one in reader.interests)})


def _covers(one: Subscription, body: SubscribedBody) -> bool:
    return (
        not (one.divisions or one.portals or one.agencies)
        or any(body.division.startswith(division) for division in one.divisions)
        or (bool(body.portal) and body.portal in one.portals)
        or body.code in one.agencies
        or body.name in one.agencies
    )


def _picks(one: Subscription, topic: Topic) -> bool:
    grave = severity(topic)
    return (
        (not one.classes or topic.finding_class in one.classes)
        and (not one.rules or any(fnmatchcase(topic.rule, pattern) for pattern in one.rules))
        and grave in SEVERITIES
        and SEVERITIES.index(grave) >= SEVERITIES.index(one.min_severity)
    )


def portals_of(reader: Recipient, bodies: Iterable[SubscribedBody], every: Iterable[str]) -> frozenset[str]:
    """The portals whose trouble concerns this reader."""
    if any(not (one.divisions or one.portals or one.agencies) for one in reader.interests):
        return frozenset(every)
    named = {portal for one in reader.interests for portal in one.portals}
    return frozenset(
        named | {body.portal for body in bodies if body.portal and any(_covers(one, body) for one in reader.interests)}
    )


# --- how grave it is -------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _severities() -> Mapping[str, Mapping[str, str]]:
    file = resources.files("monitor") / "severity.toml"
    found: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    return found


def severity(topic: Topic) -> str:
    """high, medium, low or info."""
    by_rule, by_class = _severities()["rule"], _severities()["class"]
    for name in (f"{topic.rule}:{topic.verdict}", topic.rule):
        # Of an informative class nothing is made weightier by its rule: pub.changed with a note is no alarm.
        if name in by_rule and topic.finding_class not in ("info", HEALTH):
            return by_rule[name]
    return by_class[topic.finding_class]


# --- the bodies ------------------------------------------------------------------------------------------------


def load_bodies(db: Database) -> dict[str, SubscribedBody]:
    """Every body by code; where the register names no portal, the one its last document came from."""
    seen: dict[str, str] = {
        code: portal
        for code, portal, _ in db.execute(
            "select d.agency, d.portal, max(d.last_seen) from documents d join agencies a on a.code = d.agency "
            "where coalesce(a.portal, '') = '' and coalesce(d.portal, '') <> '' group by d.agency"
        )
    }
    return {
        code: SubscribedBody(code, name, division or "", portal or seen.get(code, ""))
        for code, name, division, portal in db.execute(
            "select code, name, division, portal from agencies order by rowid"
        )
    }
