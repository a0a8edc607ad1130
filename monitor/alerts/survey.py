"""A survey of the subscriptions: who gets what, which open findings nobody gets, which rules cry wolf."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.ground.config import Config
from monitor.subscriptions import Recipient, SubscribedBody, Topic, load_bodies, portals_of, readers_of, wants

FEWEST_DECIDED = 10  # fewer decisions say nothing about a rule
LEAST_PRECISION = 0.7

OPEN = (
    "select agency, rule, class, verdict, count(*) from findings where status in ('open', 'regressed') "
    "and class <> 'info' group by agency, rule, class, verdict"
)
# A person looked at these: what was dismissed was our mistake, what was acknowledged or explained was none.
DECIDED = (
    "select rule, count(*), sum(status = 'false_positive') from findings where status in "
    "('acknowledged', 'explained', 'false_positive') or (status = 'resolved' and decided_at is not null) "
    "group by rule order by rule"
)


@dataclass(frozen=True, slots=True)
class Noise:
    """What people decided about a rule's findings."""

    rule: str
    decided: int
    dismissed: int

    @property
    def precision(self) -> float:
        """The share that was no false alarm."""
        return 1 - self.dismissed / self.decided


@dataclass(frozen=True, slots=True)
class Survey:
    """Readers with how many open findings they get, (rule, class, count) of those nobody gets, rules too noisy.

    `unknown`: (reader, name) of bodies and portals that a subscription names and nobody is: a slip, or an old name or
    code. `gone`: whom `unsubscribed` keeps from getting anything.
    """

    readers: tuple[tuple[Recipient, int], ...]
    unread: tuple[tuple[str, str, int], ...]
    noisy: tuple[Noise, ...]
    unknown: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()


def survey(db: Database, config: Config) -> Survey:
    """The survey as of now."""
    readers, bodies = readers_of(config), load_bodies(db)
    portals = {
        reader.key: portals_of(reader, bodies.values(), (one.id for one in config.portals)) for reader in readers
    }
    counts: Counter[str] = Counter()
    unread: Counter[tuple[str, str]] = Counter()
    for agency, rule, kind, verdict, count in db.execute(OPEN):
        topic, body = Topic(agency, rule, kind, verdict), bodies.get(agency, SubscribedBody(agency))
        getting = [reader for reader in readers if wants(reader, topic, body, portals[reader.key])]
        for reader in getting:
            counts[reader.key] += count
        if not getting:
            unread[rule, kind] += count
    return Survey(
        tuple((reader, counts[reader.key]) for reader in readers),
        tuple((rule, kind, count) for (rule, kind), count in sorted(unread.items())),
        noisy(db),
        tuple(_unknown(readers, bodies, config)),
        tuple(sorted(set(config.mail.unsubscribed))),
    )


def _unknown(
    readers: Iterable[Recipient], bodies: Mapping[str, SubscribedBody], config: Config
) -> Iterator[tuple[str, str]]:
    known = {*bodies, *(body.name for body in bodies.values())}
    watched = {portal.id for portal in config.portals}
    for reader in readers:
        named = [
            *((name, known) for one in reader.interests for name in one.agencies),
            *((name, watched) for one in reader.interests for name in one.portals),
        ]
        yield from ((reader.recipient, name) for name, there in named if name not in there)


def noisy(db: Database) -> tuple[Noise, ...]:
    """Rules of whose decided findings too many were dismissed."""
    found = (Noise(rule, decided, dismissed) for rule, decided, dismissed in db.execute(DECIDED))
    return tuple(one for one in found if one.decided >= FEWEST_DECIDED and one.precision < LEAST_PRECISION)
