"""`gouji status`: the year at a glance, one line per body; on the terminal, as JSON, as a workbook."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from itertools import groupby
from pathlib import Path

import click

from crawler.ground.archive import open_archive
from crawler.ground.clock import now
from crawler.ground.vocabulary import KINDS
from crawler.ground.writing import write
from monitor.asking.glance import BodyYear, Glance, glance
from monitor.asking.missing import ORDER
from monitor.commands.copies import Wanted, keep_copies
from monitor.commands.coverage_words import decision, head, nobody_registered, not_looked, state_words
from monitor.commands.options import CallOptions, command, json_option, session
from monitor.duty.clock import read_clock, said
from monitor.export.sheet_file import book_bytes
from monitor.schema import open_database
from monitor.words.terminal import clip, inert, table, wrap

LINE, NAME = 80, 26  # columns of a terminal; of a body's name on it
HEADS = (
    ("机关", "body"),
    ("期限", "due"),
    ("公布", "came"),
    ("迟", "late"),
    ("读取", "read"),
    ("数据", "off"),
    ("文表", "text"),
    ("待核", "open"),
    ("未读", "see"),
)
READ = {"complete": ("全", "all"), "partial": ("部分", "part"), "unreadable": ("未读", "none"), "": ("–", "–")}


@command(
    step=185, example="gouji status\ngouji status --year 2025 --xlsx 一览.xlsx\ngouji status --division 3412 --json"
)
@click.option("--year", type=click.IntRange(1900, 2999), help="报告年度（默认为上一年） · the report year")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="公布情况截至哪一天（默认今天） · publication as of the end of this day",
)
@click.option("--division", default="", metavar="DIGITS", help="行政区划代码的前几位 · only divisions that begin so")
@click.option("--kind", type=click.Choice(KINDS), help="机关类别 · only bodies of this kind")
@click.option(
    "--xlsx",
    "target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="另存为工作簿，每个问题一张表 · as a workbook, one sheet per question",
)
@click.option("--copies/--no-copies", default=True, help="工作簿旁另存原件（默认存） · keep the originals beside it")
@click.option("--force", is_flag=True, help="覆盖改过的工作簿 · overwrite a workbook that was edited")
@json_option
def status(
    year: int | None,
    on: datetime | None,
    division: str,
    kind: str | None,
    target: Path | None,
    copies: bool,
    force: bool,
) -> None:
    """一年一览：每个机关一行，公布没有、迟了几天、读到没有、数据是否相符、文表是否一致、待核几项、还有什么要人看。

    The year at a glance, a line per body: published or not, days late, read, figures that do not agree, prose against
    tables, open findings, what a person has to open. As a workbook: a sheet per question, with links.
    """
    call = session()
    with closing(open_database(call.data)) as db:
        clock = read_clock(db, now())
        found = glance(
            db,
            call.data.config(),
            clock.sure,
            year=year,
            on=on.date() if on else None,
            division=division,
            kind=kind or "",
        )
    if clock.kind:
        call.note(inert(call.text(*said(clock))))
    if target is not None:
        _keep(call, found, target, copies=copies, force=force)
    call.emit(
        {
            "year": found.coverage.year,
            "on": found.coverage.on,
            "counts": found.coverage.counts,
            "due": found.coverage.due,
            "unasked": found.coverage.unasked,
            "looked_on": found.coverage.looked_on,
            "last_look": found.coverage.last_look,
            "sums": found.sums,
            "bodies": found.bodies,
        }
    )
    for line in _lines(call, found, asked=on is not None):
        call.say(line)
    if target is not None:
        call.say(call.text(f"\n工作簿：{inert(str(target))}", f"\nworkbook: {inert(str(target))}"))


def _keep(call: CallOptions, found: Glance, target: Path, *, copies: bool, force: bool) -> None:
    """The workbook, and the originals that its lines lead to, beside it."""
    from monitor.commands.status_book import sheets  # it loads what only a workbook needs

    year = found.coverage.year
    wanted = [
        *(Wanted(one.document, one.url or "", f"{one.name}{year}") for one in found.bodies if one.document),
        *(Wanted(one.document, one.url, f"{one.name}{year}") for one in found.unread if one.document),
    ]
    kept = keep_copies(open_archive(call.data), call.data.sums, target, wanted, force=force) if copies else {}
    write({target: book_bytes(sheets(call, found, kept))}, call.data.sums, force=force)


def summary(call: CallOptions, found: Glance) -> list[str]:
    """What stands above the lines: who published, and what was found."""
    sums, told = found.sums, found.coverage
    lines = [head(call, told)]
    lines.append(
        call.text(
            f"读全 {sums.read_whole} 份；数据不符 {sums.untied} 个机关，文表不符 {sums.contradicted} 个；"
            f"报告里待核的发现 {sums.open_findings} 项（是否公布另计）；需人工查看 {sums.to_open} 个",
            f"{sums.read_whole} read whole; figures do not agree: {sums.untied} bodies; prose against tables: "
            f"{sums.contradicted}; findings in reports to look into: {sums.open_findings} (absence not counted); "
            f"to be opened: {sums.to_open}",
        )
    )
    if sums.unregistered:
        lines.append(
            call.text(
                f"名录之外还有 {sums.unregistered} 个机关公布了这一年的报告：gouji agencies learn",
                f"{sums.unregistered} bodies outside the register published, too: gouji agencies learn",
            )
        )
    if sums.nobodys:
        lines.append(
            call.text(
                f"另有 {sums.nobodys} 份不知是谁的、没能读的文件：gouji unread",
                f"{sums.nobodys} documents of nobody known could not be read: gouji unread",
            )
        )
    return lines


def _lines(call: CallOptions, found: Glance, *, asked: bool) -> list[str]:
    if not found.bodies:
        return [nobody_registered(call)]
    above = [*summary(call, found), not_looked(call, found.coverage) if asked else ""]
    lines = [line for text in above for line in wrap(text, LINE)]
    shown = found.bodies[: call.room]
    rows = [[call.text(*words) for words in HEADS], *(_row(call, one, found.coverage.year) for one in shown)]
    laid = table(rows, right=range(3, len(HEADS)), indent="  ")
    for state in ORDER:
        here = [(one, line) for one, line in zip(shown, laid[1:], strict=True) if one.state == state]
        if here:
            lines += ["", f"■ {state_words(call, state)} {found.coverage.counts[state]}", laid[0]]
        for why, group in groupby(here, key=lambda pair: _why(call, pair[0])):
            lines += [line for _, line in group]
            lines += wrap(why, LINE, indent="      ")
    lines += call.rest(len(found.bodies))
    said = call.text(
        "数据、文表：不符几项（无 = 未见不符，– = 不能说）；未读：要人看几处（gouji unread）",
        "off, text: how many do not agree (0 = none seen, – = cannot say); see: to be opened by you (gouji unread)",
    )
    return [*lines, "", *wrap(said, LINE)]


def _why(call: CallOptions, one: BodyYear) -> str:
    """What people decided about an absence, or why it cannot be judged; said once below those it is true of."""
    return decision(call, one.decision, one.note, one.decided_on) or call.text(one.reason, one.reason_en)


def _row(call: CallOptions, one: BodyYear, year: int) -> Sequence[str]:
    late = str(one.days_late) if one.days_late else ""
    return (
        clip(inert(one.name), NAME),
        _day(one.due, year),
        _day(one.published, year),
        f"≤{late}" if late and one.by == "first_seen" else late,
        call.text(*READ.get(one.read, READ[""])),
        counted(call, one.untied, known=one.tied is not None),
        counted(call, one.contradicted, known=one.tied is not None or bool(one.contradicted)),
        str(one.open_findings or ""),
        str(one.unread or ""),
    )


def counted(call: CallOptions, count: int, *, known: bool) -> str:
    """How many do not agree; where none was seen, that, and where it cannot be said, a dash."""
    return str(count) if count else call.text("无", "0") if known else "–"


def _day(day: str | None, year: int) -> str:
    """A day of the year after the report year without its year."""
    return (day or "–").removeprefix(f"{year + 1}-")
