"""`gouji agencies learn`, `events` and `unmatched`: the register out of what was found, and over the years."""

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from crawler.agencies.events import import_events
from crawler.agencies.headings import said
from crawler.agencies.learn import Proposal, Unmatched, accept
from crawler.agencies.learn import unmatched as find_unmatched
from crawler.ground.clock import local_date, now
from crawler.ground.data import create
from crawler.ground.errors import Both
from monitor.asking.register import Seen, proposals, seen
from monitor.commands.options import CallOptions, command, json_option, session
from monitor.schema import open_database
from monitor.words.terminal import table

ORIGINS = {
    "publisher": ("曾公布年报", "has published"),
    "roster": ("公布情况名单", "on a roster"),
    "title": ("见于标题", "in a title"),
    "department": ("门户部门名单", "in a portal's list of departments"),
}
WHY = {
    "unknown": ("名录中没有", "not in the register"),
    "several": ("有几个同名机关", "several bear the name"),
    "met": ("只见于文件", "met in documents only"),
    "short": ("简称，可指其中之一", "short for one of these"),
    "nameless": ("没有写明机关", "names nobody"),
}


@command(example="gouji agencies learn\ngouji agencies learn --yes --except 青石市第一中学")
@click.option("--year", type=click.IntRange(1900, 2999), help="为哪一报告年度（默认去年） · for which report year")
@click.option("--portal", "portals", multiple=True, metavar="ID", help="只取这个门户的 · of this portal only")
@click.option("--except", "spared", multiple=True, metavar="NAME", help="不收这个机关，可重复 · leave this one out")
@click.option("--yes", is_flag=True, help="不再询问，直接收入名录 · enter them without asking")
@json_option
def learn(year: int | None, portals: tuple[str, ...], spared: tuple[str, ...], yes: bool) -> None:
    """由所见拟名录：去年公布过的机关、门户上的公布情况名单和部门名单、标题中的机关；经人同意才收入。

    Proposes bodies for the register: who published last year, whom rosters and lists of departments on portals name,
    whom titles name. Nothing is entered before a person agrees (or with --yes).
    """
    call = session()
    with closing(open_database(call.data)) as db:
        found = proposals(db, year or local_date(now()).year - 1, portals, spared)
        _show(call, found, seen(db, len(call.data.config().portals)))
        taken = accept(db, found) if found and (yes or _agreed(call, len(found))) else 0
    call.emit({"accepted": taken, "proposals": [{**asdict(one), "owes": one.owes} for one in found]})
    if taken:
        call.say(
            call.text(
                f"已收入 {taken} 个。此后由 gouji check 判断其是否按时公布。",
                f"{taken} entered; gouji check watches them from now on.",
            )
        )
    elif found:
        call.say(
            call.text(
                "没有收入。加 --yes 收入全部，--except 名称 可除外。",
                "None was entered. --yes enters them all, --except NAME leaves one out.",
            )
        )


def _agreed(call: CallOptions, count: int) -> bool:
    if call.as_json or not sys.stdin.isatty():
        return False
    return click.confirm(call.text(f"收入这 {count} 个机关？", f"enter these {count} bodies?"), default=False)


def _show(call: CallOptions, found: Sequence[Proposal], seen: Seen) -> None:
    if seen.unread:
        call.say(
            call.text(
                f"另有 {seen.unread} 份文件还没有读：先 gouji extract，名录会更全",
                f"{seen.unread} documents have not been read yet: gouji extract first makes this more complete",
            )
        )
    if not found:
        _nothing(call, seen)
        return
    head = (
        call.text("机关", "body"),
        call.text("类别", "kind"),
        call.text("层级", "level"),
        call.text("区划", "division"),
        call.text("门户", "portal"),
        call.text("年度", "years"),
        "",
    )
    rows = [
        (
            one.name,
            said("kind", one.kind, call.lang),
            said("level", one.level, call.lang) or "–",
            one.division or "–",
            one.portal or "–",
            _span(one.years),
            call.text(*ORIGINS[one.origin])
            + (call.text("；又作", "; also ") + "、".join(one.spellings) if one.spellings else "")
            + ("" if one.owes else call.text("；依法无须单独报送", "; owes none by law")),
        )
        for one in found
    ]
    for line in table([head, *rows]):
        call.say(line)
    call.say(call.text(f"共 {len(found)} 个机关可收入名录", f"{len(found)} bodies could be entered"))


def _nothing(call: CallOptions, seen: Seen) -> None:
    """What must be done before bodies can be proposed; or that nothing is left to propose."""
    if seen.documents or seen.rosters:
        call.say(
            call.text(
                "没有可拟收的机关：所见的机关都已在名录中（或只见于更早的年度：可用 --year）。",
                "Nothing to propose: every body that was found is in the register (or was found for earlier years "
                "only: see --year).",
            )
        )
        return
    first: Both = (
        (
            "watch a portal first: gouji portal add ADDRESS; then gouji crawl, gouji extract",
            "先关注一个门户：gouji portal add 网址；再 gouji crawl、gouji extract",
        )
        if not seen.portals
        else ("crawl first: gouji crawl, then gouji extract", "先抓取：gouji crawl，再 gouji extract")
    )
    call.say(
        call.text(
            f"还没有任何文件，无从拟名录。{first[1]}；或收入已有的文件：gouji add 文件夹、gouji extract。"
            "已有名单的，直接导入：gouji agencies import 名录.xlsx",
            f"There are no documents yet, so no body can be proposed: {first[0]}; or take in files you have: gouji add "
            "FOLDER, gouji extract. A list that you have is imported with: gouji agencies import LIST.xlsx",
        )
    )


def _span(years: Sequence[int]) -> str:
    if not years:
        return "–"
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}（{len(years)}）"


@command(example="gouji agencies events 变动.csv")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def events(file: Path) -> None:
    """导入机关变动（CSV）：更名 renamed、合并 merged、拆分 split、撤销 abolished、口径变化 scope、别名 alias。

    Imports what happened to bodies: columns agency, event, from_year (the first report year it holds for), successor,
    old_name, new_name, basis. Rules over two years and the chain pause there.
    """
    call = session()
    with closing(open_database(create(call.data))) as db:
        result = import_events(db, file)
    call.emit({"added": result.added, "known": result.known, "rechecked": sorted(result.rechecked)})
    call.say(
        call.text(
            f"新增变动 {result.added} 条，已有 {result.known} 条；有关报告将由 gouji check 重新核对",
            f"{result.added} events new, {result.known} known; gouji check judges their reports anew",
        )
    )


@command(example="gouji agencies unmatched")
@json_option
def unmatched() -> None:
    """列出标题或报告中有、名录中没有（或分不清）的机关名称，附相近的名录名称；没有写明机关的报告也在其中。

    Prints the names of titles and reports that no registered body bears, with the registered ones most like them; and
    the reports that name nobody.
    """
    call = session()
    with closing(open_database(call.data)) as db:
        found = find_unmatched(db)
    call.emit([asdict(one) for one in found])
    head = (
        call.text("名称", "name"),
        call.text("年度", "years"),
        call.text("门户", "portal"),
        call.text("缘由", "why"),
        call.text("相近", "like"),
    )
    if found:
        for line in table([head, *(_unmatched_row(call, one) for one in found)]):
            call.say(line)
        call.say(
            call.text(
                "收入名录：gouji agencies learn；别名或旧名：gouji agencies events（alias、renamed）",
                "enter them: gouji agencies learn; spellings and earlier names: gouji agencies events",
            )
        )
    call.say(call.text(f"共 {len(found)} 个名称", f"{len(found)} names"))


def _unmatched_row(call: CallOptions, one: Unmatched) -> tuple[str, ...]:
    name = one.name or f"「{one.title or one.url}」"
    return (name, _span(one.years), one.portal or "–", call.text(*WHY[one.why]), "、".join(one.candidates) or "–")
