"""`gouji check --backtest RULE`: what a rule would have told over everything that is stored, with examples to judge."""

from contextlib import closing
from typing import Any

from monitor.asking.rules import Backtest, Hit, backtest, find_rule
from monitor.commands.options import CallOptions
from monitor.reconcile.rulebook import Rulebook, load
from monitor.schema import open_database
from monitor.words.terminal import inert, table
from monitor.words.verdicts import message


def say_backtest(call: CallOptions, name: str) -> None:
    """Says it; nothing is stored and nobody is told."""
    book = load()
    rule = find_rule(book, name)
    with closing(open_database(call.data)) as db:
        found = backtest(db, book, rule)
    call.emit(_json(book, found))
    for line in _lines(call, book, found):
        call.say(line)


def _lines(call: CallOptions, book: Rulebook, found: Backtest) -> list[str]:
    lines = [
        call.text(
            f"报告 {found.reports} 份，能核对 {found.judged} 份，会有发现 {found.hits} 处",
            f"{found.reports} reports, {found.judged} of them could be judged, {found.hits} hits",
        )
    ]
    years = [(str(year), str(count)) for year, count in found.by_year.items()]
    places = [(place or call.text("区划不详", "no division"), str(count)) for place, count in found.by_place.items()]
    for title, rows in ((call.text("按年度", "by year"), years), (call.text("按区划", "by division"), places)):
        if rows:
            lines += ["", title, *table(rows, right=(1,), indent="  ")]
    if found.examples:
        lines += ["", call.text(f"举例 {len(found.examples)} 处，请判断", f"{len(found.examples)} examples to judge")]
    for hit in found.examples:
        lines += [f"  {inert(hit.stored.agency_name)} {hit.stored.year}  {inert(hit.stored.url)}"]
        lines += [f"      {inert(line)}" for line in message(book, hit.outcome, call.lang).splitlines()]
    return lines


def _json(book: Rulebook, found: Backtest) -> dict[str, Any]:
    return {
        "reports": found.reports,
        "judged": found.judged,
        "hits": found.hits,
        "by_year": found.by_year,
        "by_place": found.by_place,
        "examples": [_example(book, hit) for hit in found.examples],
    }


def _example(book: Rulebook, hit: Hit) -> dict[str, Any]:
    stored = hit.stored
    return {
        "agency": stored.agency,
        "agency_name": stored.agency_name,
        "year": stored.year,
        "url": stored.url,
        "document": stored.document,
        "subject": hit.outcome.subject,
        "message": message(book, hit.outcome, "zh"),
        "message_en": message(book, hit.outcome, "en"),
    }
