"""`gouji missing`: who owed a report on a day, who had published it, who had not, and what cannot be said."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

import click

from crawler.ground.clock import now
from crawler.ground.vocabulary import KINDS
from monitor.asking.missing import MISSED, ORDER, Coverage, CoverageEntry, answer
from monitor.commands.coverage_words import decision, head, ledger_words, nobody_registered, not_looked, state_words
from monitor.commands.options import CallOptions, command, json_option, session
from monitor.duty.clock import read_clock, said
from monitor.duty.deadlines import texts
from monitor.duty.standing import State
from monitor.schema import open_database
from monitor.words.terminal import inert, table

# Listed one by one unless --all; of the others the number is told.
LISTED: tuple[State, ...] = ("overdue_confirmed", "overdue", "published_late", "not_assessable", "due_soon")


@command(
    step=190, example="gouji missing\ngouji missing --year 2025 --on 2026-02-01\ngouji missing --division 3412 --json"
)
@click.option("--year", type=click.IntRange(1900, 2999), help="报告年度（默认为所问之日的上一年） · the report year")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="问哪一天结束时的情形（默认今天） · how it stood at the end of this day",
)
@click.option("--division", default="", metavar="DIGITS", help="行政区划代码的前几位 · only divisions that begin so")
@click.option("--kind", type=click.Choice(KINDS), help="机关类别 · only bodies of this kind")
@click.option("--all", "everything", is_flag=True, help="连已公布、未到期的也逐个列出 · list every body")
@json_option
def missing(year: int | None, on: datetime | None, division: str, kind: str | None, everything: bool) -> None:
    """某一天：谁应公布、谁已公布、谁迟了、谁没有公布、谁无法判断，各附查看记录。

    Who owed a report on a day, who had published it in time or late, who had not, and what cannot be said, each with
    the ledger behind it: how often we looked, whether the portal was healthy, when we last looked.
    """
    call = session()
    with closing(open_database(call.data)) as db:
        clock = read_clock(db, now())
        told = answer(
            db,
            call.data.config(),
            clock.sure,
            year=year,
            on=on.date() if on else None,
            division=division,
            kind=kind or "",
            states=ORDER if everything or call.as_json else LISTED,
        )
    if clock.kind:
        call.note(inert(call.text(*said(clock))))
    call.emit(told)
    for line in _lines(call, told, everything=everything, asked=on is not None):
        call.say(line)


def _lines(call: CallOptions, told: Coverage, *, everything: bool, asked: bool) -> list[str]:
    if not any(told.counts.values()):
        return [nobody_registered(call)]
    lines = [head(call, told)]
    if asked and (why := not_looked(call, told)):
        lines.append(why)
    for state in ORDER:
        entries = [entry for entry in told.entries if entry.state == state]
        if entries and (everything or state in LISTED):
            lines += ["", f"■ {state_words(call, state)} {len(entries)}"]
            lines += [*_decided(call, entries[: call.room]), *call.rest(len(entries))]
    missed = [entry for entry in told.entries if entry.local in MISSED and entry.state not in MISSED]
    if missed:
        lines += [
            "",
            call.text(
                f"■ 晚于本地期限、未到或未超过法定期限 {len(missed)}",
                f"■ past the local day, not past the law's {len(missed)}",
            ),
        ]
        lines += [
            *table(
                [(entry.name, entry.due_local or "", entry.day or "–") for entry in missed[: call.room]], indent="  "
            ),
            *call.rest(len(missed)),
        ]
    return lines


def _decided(call: CallOptions, entries: Sequence[CoverageEntry]) -> list[str]:
    """One line for each, and below it what a person decided about it."""
    lines: list[str] = []
    for entry, line in zip(entries, table([_row(call, entry) for entry in entries], indent="  "), strict=True):
        lines.append(line)
        if said := decision(call, entry.decision, entry.note, entry.decided_on):
            lines.append(f"      {said}")
    return lines


def _row(call: CallOptions, entry: CoverageEntry) -> Sequence[str]:
    layer = texts().layer.get(entry.layer)
    due = f"{call.text(layer.zh, layer.en)} {entry.due}" if layer else ""
    return (entry.name, due, ledger_words(call, entry))
