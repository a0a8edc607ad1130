"""`gouji chain`: the carry-over over all years, for one agency or for all."""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import click

from crawler.agencies.lookup import find_agency
from crawler.ground.errors import UsageError
from monitor.asking.chain import AllChains, BodyChain, all_chains, body_chain
from monitor.changes.body_changes import BodyChange
from monitor.commands.options import CallOptions, command, json_option, session
from monitor.reconcile.chain import Chain, ChainLink, YearTotal
from monitor.schema import open_database
from monitor.words.cells import column_label
from monitor.words.chain import EVENTS, STATES
from monitor.words.terminal import inert, table

SHOWN = 12  # characters of a hash


@command(step=180, example="gouji chain 示例县财政局\ngouji chain --all\ngouji chain --all --json")
@click.argument("agency", required=False)
@click.option("--all", "everything", is_flag=True, help="全部机关 · every agency")
@json_option
def chain(agency: str | None, everything: bool) -> None:
    """历年结转：上年“结转下年度继续办理”与下年“上年结转”逐年相接，换格式也不断；机关有变动处暂停。

    The carry-over chain over all years: what one report carried forward against what the next brought forward, by kind
    of applicant, and how many applications were lost or appeared. It runs across a change of form and pauses
    where the body was renamed, merged, split or changed its scope.
    """
    call = session()
    if (agency is None) == (not everything):
        raise UsageError(call.text("写一个机关，或写 --all", "name one agency, or write --all"))
    with closing(open_database(call.data)) as db:
        found = body_chain(db, find_agency(db, agency)) if agency is not None else all_chains(db)
    if isinstance(found, AllChains):
        call.emit(_all_json(found))
        _say_all(call, found)
        return
    call.emit(_body_json(found))
    for line in _lines(call, found.chain, found.events):
        call.say(line)


def _lines(call: CallOptions, found: Chain, events: Sequence[BodyChange]) -> list[str]:
    lines = [inert(found.name), ""]
    head = ("", call.text("结转下年", "carried"), call.text("上年结转", "brought"), call.text("相差", "lost"), "")
    lines += table([head, *(_row(call, link) for link in found.links)], right=(1, 2, 3), indent="  ")
    for link in found.links:
        lines += _evidence(call, found, link, events)
    if len(found.nodes) < 2:
        lines.append(
            call.text(
                f"只有 {found.nodes[0].year} 年的报告，无从相接。",
                f"there is only the report of {found.nodes[0].year}: nothing to link.",
            )
        )
        return lines
    return [
        *lines,
        "",
        call.text(
            f"相接 {found.compared} 处：结转后未见的 {found.lost} 件，无来由出现的 {found.appeared} 件",
            f"{found.compared} links compared: {found.lost} applications lost, {found.appeared} appeared",
        ),
    ]


def _evidence(call: CallOptions, found: Chain, link: ChainLink, events: Sequence[BodyChange]) -> list[str]:
    """What a link that does not hold rests on, and why one is suspended."""
    years = f"  {link.earlier} → {link.later}  "
    if link.state == "suspended":
        told = [event for event in events if link.earlier < event.year <= link.later]
        renamed = call.text("名录所记的名称自此不同", "the register has another name from then on")
        return [years + "；".join(_event(call, event) for event in told) if told else years + renamed]
    if link.state != "broken":
        return []
    parts = [joint for joint in link.broken if joint.member != "total"]
    listed = "；".join(
        f"{column_label('T3', joint.member, call.lang)} {joint.carried} → {joint.brought}" for joint in parts
    )
    by_year = {node.year: node for node in found.nodes}
    papers = [
        f"{' ' * len(years)}{year}  {by_year[year].document[:SHOWN]}  {inert(by_year[year].url)}".rstrip()
        for year in (link.earlier, link.later)
    ]
    return [f"{years}{listed}".rstrip(), *papers]


def _event(call: CallOptions, event: BodyChange) -> str:
    text = call.text(*EVENTS[event.event]).format(
        name=inert(event.name),
        successor=inert(event.successor),
        old=inert(event.old_name or "…"),
        new=inert(event.new_name or event.name),
    )
    basis = f"（{inert(event.basis)}）" if event.basis else ""
    return f"{text}{basis}"


def _row(call: CallOptions, link: ChainLink) -> tuple[str, ...]:
    total = link.joints[-1] if link.joints else None
    figures = (total.carried, total.brought, total.lost) if total else (None, None, None)
    return (
        f"{link.earlier} → {link.later}",
        *("–" if one is None else str(one) for one in figures),
        call.text(*STATES[link.state]),
    )


def _say_all(call: CallOptions, found: AllChains) -> None:
    for lines in (_year_lines(call, found.years), _broken_lines(call, found.broken)):
        for line in lines:
            call.say(line)
    states, lost, appeared = found.states, found.lost, found.appeared
    listed = call.text("，", ", ").join(f"{call.text(*STATES[state])} {count}" for state, count in states.most_common())
    call.say(
        call.text(
            f"机关 {len(found.chains)} 个，年度衔接 {states.total()} 处（{listed or '无'}）：",
            f"{len(found.chains)} agencies, {states.total()} links ({listed or 'none'}): ",
        )
        + call.text(f"结转后未见 {lost} 件，无来由出现 {appeared} 件", f"{lost} applications lost, {appeared} appeared")
    )


def _year_lines(call: CallOptions, years: Sequence[YearTotal]) -> list[str]:
    if not years:
        return []
    head = call.text(
        "年度 相接 不符 暂停 结转下年 上年结转 未见 多出",
        "years compared broken suspended carried brought lost appeared",
    ).split()
    rows = [
        (
            f"{one.earlier} → {one.later}",
            *map(
                str,
                (one.compared, one.broken, one.suspended, one.carried, one.brought, one.lost, one.appeared),
            ),
        )
        for one in years
    ]
    return [*table([head, *rows], right=range(1, 8)), ""]


def _broken_lines(call: CallOptions, broken: Sequence[Chain]) -> list[str]:
    if not broken:
        return []
    head = (
        call.text("机关", "agency"),
        call.text("首次不符", "first broken"),
        call.text("未见", "lost"),
        call.text("多出", "appeared"),
    )
    rows = [(one.name, str(one.first_broken), str(one.lost), str(one.appeared)) for one in broken[: call.room]]
    return [*table([head, *rows], right=(2, 3)), *call.rest(len(broken))]


def _all_json(found: AllChains) -> dict[str, Any]:
    return {
        "agencies": len(found.chains),
        "links": dict(found.states),
        "lost": found.lost,
        "appeared": found.appeared,
        "broken": len(found.broken),
        "years": [year._asdict() for year in found.years],
        "chains": [_json(one) for one in found.chains],
    }


def _body_json(found: BodyChain) -> dict[str, Any]:
    return {
        **_json(found.chain),
        "events": [event._asdict() for event in found.events],
        "reports": [{"year": node.year, "document": node.document, "url": node.url} for node in found.chain.nodes],
    }


def _json(found: Chain) -> dict[str, Any]:
    return {
        "agency": found.agency,
        "agency_name": found.name,
        "years": [node.year for node in found.nodes],
        "lost": found.lost,
        "appeared": found.appeared,
        "first_broken": found.first_broken,
        "links": [
            {
                "earlier": link.earlier,
                "later": link.later,
                "state": link.state,
                "members": {
                    joint.member: {
                        "carried_forward": joint.carried,
                        "brought_forward": joint.brought,
                        "lost": joint.lost,
                    }
                    for joint in link.joints
                },
            }
            for link in found.links
        ],
    }
