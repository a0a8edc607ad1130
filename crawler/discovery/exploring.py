"""Looks at portals over the network, several in parallel, each with a limit of requests and of time."""

import argparse
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, replace
from typing import Any

from crawler.crawl.page_workers import PageWorkers
from crawler.crawl.process import Process, slots
from crawler.crawl.reading import prepare
from crawler.crawl.task import alone, choose
from crawler.discovery.comparison import Comparison, compare
from crawler.discovery.explorer import ExplorerSpider
from crawler.discovery.search import Discovery
from crawler.discovery.sighting import Look, SearchResult, SiteSection
from crawler.ground import reasons
from crawler.ground.archive import open_archive
from crawler.ground.clock import local_date, now
from crawler.ground.config import Config, Portal
from crawler.ground.config_portal import complaint
from crawler.ground.console import progress
from crawler.ground.data import DataDir, connect, locate, require
from crawler.ground.errors import GoujiError, UsageError
from crawler.ground.privacy import confine
from crawler.ground.reasons import told
from crawler.ground.schema import migrations
from crawler.ground.urls import host_of, resolve
from crawler.ledger.portals import named_hosts, open_hosts
from crawler.wire.settings import settings
from crawler.wire.tls import exceptions

log = logging.getLogger(__name__)

# Seconds for the whole look at one portal: forty requests, two seconds apart, and half a minute each for a slow host.
LONGEST = 1200.0
# Scrapy's own scheduler has nothing to do here: a search makes its requests itself, one after the other.
EXPLORING: Mapping[str, Any] = {"SCHEDULER": "scrapy.core.scheduler.Scheduler"}


def main(arguments: list[str]) -> int:
    """Looks and prints; the caller decides what the result means for the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m crawler.discovery", description="Looks for the annual-report columns of a portal."
    )
    parser.add_argument("--data", help="the data directory")
    parser.add_argument("--check", action="store_true", help="look at configured portals (all, or the ids given)")
    parser.add_argument("--lang", choices=("en", "zh"), default="en", help="the language of what it says")
    parser.add_argument("--quiet", action="store_true", help="no progress lines on standard error")
    parser.add_argument("asked", nargs="*", metavar="URL or ID")
    chosen = parser.parse_args(arguments)
    progress(quiet=chosen.quiet, lang=chosen.lang)
    try:
        data = locate(chosen.data)
        confine(data.root)
        result = check(data, tuple(chosen.asked)) if chosen.check else find(data, chosen.asked[0])
    except GoujiError as error:
        sys.stderr.write(f"{error.said(chosen.lang)}\n")
        return error.exit_status
    sys.stdout.write(json.dumps(result, ensure_ascii=True) + "\n")
    return 0


def find(data: DataDir, url: str) -> dict[str, object]:
    """What is behind an address; pages of rosters are archived, as evidence for what the rosters say."""
    config = require(data).config()
    if (wrong := complaint(url)) is not None:
        raise UsageError(*wrong)
    start = resolve(url, url) or url
    search = Discovery(start, _blind, today=local_date(now()))
    _explore(data, config, [(Portal("", start), search)])
    found = search.result
    archive = open_archive(data)
    kept = tuple(replace(roster, document=archive.put(search.roster_pages[roster.url])) for roster in found.rosters)
    return as_json(replace(found, rosters=kept))


def check(data: DataDir, portal_ids: tuple[str, ...]) -> dict[str, object]:
    """How configured portals answer now, compared with what is known of them; nothing is stored."""
    config = require(data).config()
    portals = choose(config, portal_ids)
    searches = [
        (
            portal,
            Discovery(
                portal.start_url,
                _blind,
                family=portal.family,
                wander=False,
                today=local_date(now()),
                allowed=portal.allow_hosts,
            ),
        )
        for portal in portals
    ]
    _explore(data, config, searches)
    with closing(connect(data, [migrations])) as db:
        return {
            "portals": [
                {
                    "id": portal.id,
                    "name": portal.called,
                    **_compared(compare(db, portal, search.result, config.crawl.drop)),
                    **as_json(search.result),
                }
                for portal, search in searches
            ]
        }


def _explore(data: DataDir, config: Config, searches: Sequence[tuple[Portal, Discovery]]) -> None:
    portals = tuple(portal for portal, _ in searches)
    choose(replace(config, portals=portals), ())
    hosts = {host_of(portal.start_url) for portal in portals}
    with ExitStack() as stack:
        if hosts & {host_of(portal.start_url) for portal in config.portals}:
            # One request per host at a time, whichever process makes it.
            stack.enter_context(alone(data))
        with closing(connect(data, [migrations])) as db:
            named = named_hosts(portals, open_hosts(db))
        known = (*config.portals, *portals)
        process = Process(
            {
                **settings(config.crawl),
                **EXPLORING,
                "PORTAL_HOSTS": named,
                "PORTAL_TLS": exceptions(known),
                "DOWNLOAD_SLOTS": slots(known),
            }
        )
        readers = stack.enter_context(PageWorkers(prepare, seconds=config.crawl.page_seconds))
        crawler = process.create_crawler(ExplorerSpider)
        process.crawl(crawler, searches=[_running(search) for _, search in searches], readers=readers)
        process.start()


def _running(search: Discovery) -> Callable[[Look], Awaitable[None]]:
    async def run(look: Look) -> None:
        search.look = look
        await search.run(LONGEST)

    return run


async def _blind(ask: object, _sought: object) -> Any:
    raise AssertionError(f"nobody looks yet: {ask}")


def as_json(found: SearchResult) -> dict[str, object]:
    """What was found, in the form that the command line reads."""
    return {
        "asked": found.asked,
        "reached": found.reached,
        "moved": told(found.moved, "en"),
        "moved_said": reasons.as_json(found.moved),
        "site_name": found.site_name,
        "exhausted": found.exhausted,
        "broken": told(found.broken, "en"),
        "columns": [_column(column) for column in found.columns],
        "rosters": [asdict(roster) for roster in found.rosters],
        "sights": [
            {
                "url": one.url,
                "kind": one.kind,
                "status": one.status,
                "verdict": one.verdict,
                "detail": told(one.said, "en"),
                "said": reasons.as_json(one.said),
            }
            for one in found.sights
        ],
    }


def _compared(one: Comparison) -> dict[str, object]:
    return {**asdict(replace(one, said=())), "detail": told(one.said, "en"), "said": reasons.as_json(one.said)}


def _column(column: SiteSection) -> dict[str, object]:
    return {
        "start_url": column.start_url,
        "name": column.name,
        "family": column.family,
        "families": column.families,
        "why": [asdict(one) for one in column.why],
        "years": column.years,
        "folders": column.folders,
        "pages": column.pages,
        "unread": column.unread,
        "trouble": [str(one) for one in column.trouble],
        "trouble_said": [reasons.as_json((one,)) for one in column.trouble],
        "reports": [asdict(one) for one in column.reports.values()],
        "refused": [asdict(one) for one in column.refused.values()],
    }
