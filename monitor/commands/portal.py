"""`gouji portal` (add, list, check): where we look, how it is found, and how it answers now."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

import click

from crawler.discovery.enrol import append, known, suggest
from crawler.ground.clock import now
from crawler.ground.config import Portal
from crawler.ground.data import create, require
from crawler.ground.errors import UsageError
from crawler.ground.hosts import is_loopback
from crawler.ledger.portals import name_family, sync
from crawler.ledger.rosters import store
from crawler.pages.rosters import Roster, RosterEntry
from monitor.asking.portals import watched
from monitor.commands.options import CallOptions, group, json_option, leave, session
from monitor.commands.portal_words import checked_lines, column_lines, listed_lines, roster_line, sight_lines
from monitor.schema import open_database
from monitor.service.portal_check import look
from monitor.words.reasons import reason_words
from monitor.words.terminal import inert

COULD_NOT = 3
USAGE = 2


@group(step=50, example="gouji portal add http://www.example.gov.cn/\ngouji portal list\ngouji portal check")
def portal() -> None:
    """所关注的门户栏目（写在 gouji.toml 里）。

    The watched columns of portals, as gouji.toml names them.
    """


@portal.command("list", example="gouji portal list")
@json_option
def list_portals() -> None:
    """列出门户及其状态。

    Prints the portals and the state each was in when last looked at.
    """
    call = session()
    with closing(open_database(call.data)) as db:
        if db.writable:
            sync(db, call.data.config())
        rows = [asdict(one) for one in watched(db)]
    call.emit(rows)
    for line in listed_lines(call, rows):
        call.say(line)
    call.say(call.text(f"共 {len(rows)} 个门户", f"{len(rows)} portals"))


@portal.command(
    "add",
    example="gouji portal add http://www.example.gov.cn/\n"
    "gouji portal add http://www.example.gov.cn/zfxxgknb/ --id shili --name 示例县 --yes",
)
@click.argument("url")
@click.option("--id", "identifier", metavar="ID", help="门户编号（默认取自网址） · id, by default out of the address")
@click.option("--name", help="门户名称（默认取自网页） · name, by default off the page")
@click.option("--yes", is_flag=True, help="不询问，直接加入 · add without asking")
@json_option
def add(url: str, identifier: str | None, name: str | None, yes: bool) -> None:
    """从首页或任何一页找到年报栏目，列出所见，经同意后写入 gouji.toml。

    Finds the annual-report column from any page, shows it, and adds it when you agree.
    """
    call = session()
    data = create(call.data)
    open_database(data).close()
    config = data.config()
    if identifier is not None and identifier in {one.id for one in config.portals}:
        raise UsageError(call.text(f"gouji.toml 里已有门户 '{identifier}'", f"gouji.toml has a portal '{identifier}'"))
    looked = look(data, ["--", url if "://" in url else f"http://{url}"], quiet=call.as_json, lang=call.lang)
    if looked.status:
        call.emit({"error": "the crawler could not look; its reason stands on standard error"})
        leave(looked.status)
    seen = looked.seen
    _show(call, seen)
    fresh = [one for one in seen["columns"] if known(config.portals, one["start_url"]) is None]
    for one in seen["columns"]:
        if one not in fresh:
            call.say(
                call.text(
                    f"已在 gouji.toml 中：{inert(one['start_url'])}",
                    f"already in gouji.toml: {inert(one['start_url'])}",
                )
            )
    portals = _named(seen, fresh, [one.id for one in config.portals], identifier, name)
    agreed = bool(portals) and _agreed(call, portals, yes)
    if agreed:
        _keep(call, portals, seen, fresh)
    call.emit({**seen, "added": [one.id for one in portals] if agreed else []})
    if not seen["columns"]:
        leave(COULD_NOT)
    if portals and not agreed and not _terminal():
        call.note(
            call.text(
                "没有加入：标准输入不是终端，请加 --yes", "nothing was added: standard input is no terminal; say --yes"
            )
        )
        leave(USAGE)


@portal.command("check", example="gouji portal check\ngouji portal check shili --json")
@click.argument("ids", nargs=-1, metavar="[ID]…")
@json_option
def check(ids: tuple[str, ...]) -> None:
    """看看各门户现在怎样、凭什么这样说；不存文件，不改状态。有连不上的，退出状态为 3。

    Looks at the portals as they are now, and says why; stores nothing. Exit status 3 when one cannot be reached.
    """
    call = session()
    data = require(call.data)
    if not data.config().portals:
        raise UsageError(
            call.text(
                "gouji.toml 里还没有门户；加一个：gouji portal add URL",
                "gouji.toml names no portal; add one: gouji portal add URL",
            )
        )
    open_database(data).close()
    looked = look(data, ["--check", "--", *ids], quiet=call.as_json, lang=call.lang)
    if looked.status:
        call.emit({"error": "the crawler could not look; its reason stands on standard error"})
        leave(looked.status)
    portals = looked.seen["portals"]
    call.emit(portals)
    for one in portals:
        for line in checked_lines(call, one):
            call.say(line)
    if not all(one["in_reach"] for one in portals):
        leave(COULD_NOT)


def _show(call: CallOptions, seen: Mapping[str, Any]) -> None:
    if seen["moved"]:
        moved = inert(reason_words(seen["moved"], seen["moved_said"], call.lang))
        call.say(
            call.text(
                f"所给的网址不在原处：{moved}；改从首页寻找",
                f"the address is not where it was: {moved}; looking from the front page",
            )
        )
    for number, column in enumerate(seen["columns"], 1):
        for line in column_lines(call, column, number):
            call.say(line)
    for roster in seen["rosters"]:
        call.say(roster_line(call, roster))
    if seen["exhausted"]:
        call.say(
            call.text(
                f"看了 {len(seen['sights'])} 个网页就停下了，其余留给抓取",
                f"stopped after {len(seen['sights'])} pages; the rest is for the crawl",
            )
        )
    host = urlsplit(seen["asked"]).hostname or ""
    if not host.endswith(".gov.cn") and not is_loopback(seen["asked"]):
        call.say(
            call.text(
                f"注意：{inert(host)} 不是 .gov.cn 网站；整站仿冒并不少见，请确认",
                f"mind: {inert(host)} is no .gov.cn site; whole clones of sites exist, make sure",
            )
        )
    if not seen["columns"]:
        call.say(call.text("没有找到年报栏目。看过的网页：", "no annual-report column was found. Looked at:"))
        for line in sight_lines(call, seen["sights"]):
            call.say(line)
        call.say(
            call.text(
                "没有加入。请核对网址；知道年报栏目的网址时，直接写那个网址；连不上的，过些时候再试",
                "nothing was added. Check the address; where you know the column's own, give that one; "
                "what did not answer may do so later",
            )
        )


def _named(
    seen: Mapping[str, Any],
    columns: Sequence[Mapping[str, Any]],
    taken: Sequence[str],
    identifier: str | None,
    name: str | None,
) -> list[Portal]:
    """The portals to add: ids that differ, names that tell several columns of one site apart."""
    used, result = list(taken), []
    site = name or seen["site_name"] or urlsplit(seen["asked"]).hostname or ""
    for column in columns:
        wanted = (
            identifier
            if identifier and identifier not in used
            else suggest(column["start_url"], used)
            if not identifier
            else _numbered(identifier, used)
        )
        label = column["name"] if len(columns) > 1 and column["name"] else ""
        result.append(Portal(wanted, column["start_url"], f"{site} {label}".strip()))
        used.append(wanted)
    return result


def _numbered(identifier: str, used: Sequence[str]) -> str:
    number = 2
    while f"{identifier}-{number}" in used:
        number += 1
    return f"{identifier}-{number}"


def _agreed(call: CallOptions, portals: Sequence[Portal], yes: bool) -> bool:
    if yes or not _terminal():
        return yes
    listed = call.text("、", ", ").join(inert(f"{one.id} ({one.start_url})") for one in portals)
    return click.confirm(call.text(f"加入 gouji.toml：{listed}？", f"add to gouji.toml: {listed}?"), err=True)


def _terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _keep(
    call: CallOptions, portals: Sequence[Portal], seen: Mapping[str, Any], columns: Sequence[Mapping[str, Any]]
) -> None:
    append(call.data, portals)
    with closing(open_database(call.data)) as db:
        sync(db, call.data.config())
        with db.atomic():
            for one, column in zip(portals, columns, strict=True):
                name_family(db, one.id, column["family"])
        store(db, portals[0].id, [_roster(one) for one in seen["rosters"]], now())
    for one in portals:
        call.say(call.text(f"已加入：{inert(one.id)}  {inert(one.name)}", f"added: {inert(one.id)}  {inert(one.name)}"))
    call.say(
        call.text(
            "下一步：gouji run 走一遍（抓取、阅读、核对、通报），或 gouji watch 每天自动",
            "next: gouji run (crawl, extract, check, alert once), or gouji watch for every night",
        )
    )


def _roster(seen: Mapping[str, Any]) -> Roster:
    return Roster(
        seen["url"],
        seen["title"],
        seen["year"],
        seen["due"],
        tuple(RosterEntry(one["name"], one["published"]) for one in seen["entries"]),
        seen["document"],
    )
