"""Which portals belong into one shard: those that may ask one host, wherever their documents lie."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from crawler.ground.config import Portal
from crawler.ground.hosts import host_named, registered_domain
from crawler.ground.urls import host_of


def dealt(portals: Sequence[Portal], number: int) -> list[tuple[Portal, ...]]:
    """At most `number` shards of about as many portals each; none of them asks a host that another asks.

    A portal may ask its own domain (`www.` as well as `files.`), and elsewhere the hosts that gouji.toml allows it:
    whoever shares one of these shares a shard. Always dealt alike.
    """
    shards: list[list[Portal]] = [[] for _ in range(number)]
    for group in sorted(groups(portals), key=lambda group: (-len(group), group[0].id)):
        min(shards, key=len).extend(group)
    places = {portal.id: at for at, portal in enumerate(portals)}
    return [tuple(sorted(shard, key=lambda one: places[one.id])) for shard in shards if shard]


def groups(portals: Sequence[Portal]) -> list[list[Portal]]:
    """The portals that belong together, as hosts that several may ask join them."""
    parent = {portal.id: portal.id for portal in portals}

    def first(name: str) -> str:
        while parent[name] != name:
            parent[name] = name = parent[parent[name]]
        return name

    owners: dict[str, str] = {}
    for portal in portals:
        for domain in _domains(portal):
            parent[first(portal.id)] = first(owners.setdefault(domain, portal.id))
    found: defaultdict[str, list[Portal]] = defaultdict(list)
    for portal in portals:
        found[first(portal.id)].append(portal)
    return list(found.values())


def _domains(portal: Portal) -> Iterator[str]:
    """Where it may ask; by domains, as a file server of its own domain is nowhere written down."""
    yield registered_domain(host_of(portal.start_url))
    yield from (registered_domain(host_named(entry)) for entry in portal.allow_hosts)
