"""`python -m crawler --data DIR [--portal ID]… [--year Y]`: one crawl, its outcome as one line of JSON."""

import argparse
import json
import sys
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.ground.console import leave, progress

if TYPE_CHECKING:
    from crawler.crawl.page_workers import PageWorkers
    from crawler.crawl.task import CrawlOutcome
    from crawler.ground.data import DataDir
    from crawler.ledger.portal_state import PortalOutcome

# Each process that reads pages loads this module, too: what a crawl needs besides is loaded by `main`.


def main(arguments: list[str]) -> int:
    """Crawls; the exit status is 0, 3 when a portal could not be reached, or that of the error."""
    parser = argparse.ArgumentParser(prog="python -m crawler", description="Crawls the configured portals once.")
    parser.add_argument("--data", help="the data directory")
    parser.add_argument("--portal", action="append", default=[], metavar="ID", help="only this portal (repeatable)")
    parser.add_argument("--year", type=int, help="only reports on this year")
    parser.add_argument(
        "--all",
        action="store_true",
        dest="everything",
        help="look at every known report again, whether its next look is due or not",
    )
    parser.add_argument(
        "--in-window",
        action="store_true",
        help="only within the hours that [crawl] window sets; what is left waits for the next crawl",
    )
    parser.add_argument(
        "--now",
        type=datetime.fromisoformat,
        metavar="INSTANT",
        help="the instant this crawl begins at (ISO 8601 with offset); by default the wall clock's",
    )
    parser.add_argument(
        "--replay",
        action="append",
        default=[],
        type=Path,
        metavar="WARC",
        help="run this recorded crawl again, with no network (all its files that lie beside it)",
    )
    parser.add_argument("--lang", choices=("en", "zh"), default="en", help="the language of what it says")
    parser.add_argument("--quiet", action="store_true", help="no progress lines on standard error")
    chosen = parser.parse_args(arguments)
    if chosen.now is not None and chosen.now.tzinfo is None:
        parser.error("--now needs an offset, as in 2026-02-01T08:00:00+08:00")
    progress(quiet=chosen.quiet, lang=chosen.lang)
    from crawler.crawl.page_workers import PageWorkers
    from crawler.crawl.reading import prepare
    from crawler.ground.data import locate
    from crawler.ground.errors import GoujiError
    from crawler.ground.privacy import confine

    try:
        data = locate(chosen.data)
        confine(data.root)
        with PageWorkers(prepare) as readers:  # they start while the rest is loaded
            outcome = _crawled(data, chosen, readers)
    except GoujiError as error:
        sys.stderr.write(f"{error.said(chosen.lang)}\n")
        return error.exit_status
    sys.stdout.write(json.dumps(as_json(outcome), ensure_ascii=False) + "\n")
    return outcome.exit_status


def _crawled(data: "DataDir", chosen: argparse.Namespace, readers: "PageWorkers") -> "CrawlOutcome":
    import crawler.wire.early  # noqa: F401  (before all that loads Scrapy from deeper)
    from crawler.ground import clock

    portals = tuple(chosen.portal)
    if chosen.replay:
        from crawler.crawl.replay import replay

        return replay(data, chosen.replay, portals, chosen.year, chosen.now, readers)
    from crawler.crawl.run import crawl

    return crawl(
        data,
        portals,
        chosen.year,
        chosen.now or clock.now(),
        readers,
        everything=chosen.everything,
        in_window=chosen.in_window,
    )


def as_json(outcome: "CrawlOutcome") -> dict[str, object]:
    """The outcome as the command line and other programs read it."""
    return {
        "crawl": outcome.crawl,
        "finished": outcome.finished,
        "reports_found": outcome.reports_found,
        "new_documents": outcome.new_documents,
        "requests": outcome.requests,
        "errors": outcome.errors,
        "portals": [_portal(portal) for portal in outcome.portals],
    }


def _portal(portal: "PortalOutcome") -> dict[str, object]:
    from crawler.ground.reasons import as_json

    return {**asdict(replace(portal, said=())), "detail": portal.detail, "said": as_json(portal.said)}


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
