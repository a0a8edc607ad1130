"""What a look at a portal found, in words."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from monitor.codebook import code_lists
from monitor.commands.options import CallOptions
from monitor.words.reasons import reason_words
from monitor.words.terminal import inert, moment, table

SHOWN = 8  # reports and refused titles of a column that are shown; --json has them all
LIMIT = 60


def column_lines(call: CallOptions, column: Mapping[str, Any], number: int) -> Iterator[str]:
    """A column: where, why, which reports, what was left aside."""
    reports, refused = column["reports"], column["refused"]
    name = column["name"] or call.text("（无名栏目）", "(a column without a name)")
    yield f"{number}. {inert(name)}  {inert(column['start_url'])}"
    yield call.text("   建站系统：", "   CMS family: ") + (column["family"] or call.text("未认出", "not recognized"))
    for why in column["why"]:
        said = code_lists()["column_evidence"][why["code"]][call.lang]
        yield call.text("   依据：", "   because: ") + said + inert(f" {why['what']}" if why["what"] else "")
    if column["folders"]:
        folders = call.text("、", ", ").join(inert(one) for one in column["folders"])
        yield call.text(f"   分目录：{folders}", f"   folders: {folders}")
    years = call.text("、", ", ").join(str(year) for year in column["years"]) or call.text("年度不明", "years unknown")
    more = (
        call.text(f"（还有 {column['unread']} 页没有看）", f" ({column['unread']} pages not looked at)")
        if column["unread"]
        else ""
    )
    yield call.text(f"   年报 {len(reports)} 份，{years}{more}", f"   {len(reports)} reports of {years}{more}")
    rows = [
        (str(one["year"] or "–"), one["agency"] or "–", one["date"] or "–", one["title"]) for one in reports[:SHOWN]
    ]
    yield from table(rows, indent="     ", limits={1: 30, 3: LIMIT})
    if len(reports) > SHOWN:
        yield call.text(f"     …… 另 {len(reports) - SHOWN} 份", f"     … and {len(reports) - SHOWN} more")
    yield from _refused_lines(call, refused)
    for trouble, said in zip(column["trouble"], column["trouble_said"], strict=True):
        yield call.text("   问题：", "   trouble: ") + inert(reason_words(trouble, said, call.lang))


def _refused_lines(call: CallOptions, refused: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not refused:
        return
    counts = Counter(one["reason"] for one in refused)
    listed = call.text("，", ", ").join(f"{reason(call, word)} {count}" for word, count in counts.most_common())
    yield call.text(f"   不是年报的标题 {len(refused)} 条：{listed}", f"   {len(refused)} titles refused: {listed}")
    rows = [(reason(call, one["reason"]), one["title"]) for one in refused[:SHOWN]]
    yield from table(rows, indent="     ", limits={1: LIMIT})


def reason(call: CallOptions, word: str) -> str:
    """Why a title was refused."""
    return code_lists()["refusal"][word][call.lang]


def roster_line(call: CallOptions, roster: Mapping[str, Any]) -> str:
    """A roster: of which year, how many bodies, how many of them without a report."""
    entries = roster["entries"]
    missing = sum(one["published"] is False for one in entries)
    year = roster["year"] or call.text("年度不明", "year unknown")
    return call.text(
        f"名单：{inert(roster['title'])}（{year}，{len(entries)} 个机关，未公布 {missing}）{inert(roster['url'])}",
        f"roster: {inert(roster['title'])} ({year}, {len(entries)} bodies, {missing} not published) "
        f"{inert(roster['url'])}",
    )


def sight_lines(call: CallOptions, sights: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every request and its answer."""
    rows = [
        (
            str(one["status"] or "–"),
            code_lists()["fetch_verdict"][one["verdict"]][call.lang],
            one["url"],
            reason_words(one["detail"], one["said"], call.lang) if one["verdict"] not in ("ok", "redirect") else "",
        )
        for one in sights
    ]
    return table(rows, indent="  ", limits={2: 100, 3: 80})


def listed_lines(call: CallOptions, portals: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The configured portals as they were when last looked at; of each that is not well, why and what to do."""
    head = call.text("编号,名称,状态,自,最近正常,栏目", "id,name,state,since,last ok,column").split(",")
    yield from table(
        [
            head,
            *(
                (
                    one["id"],
                    one["name"] or "–",
                    state_word(call, one["state"]),
                    moment(one["state_since"]) if one["state_since"] else "–",
                    moment(one["last_ok"]) if one["last_ok"] else "–",
                    one["start_url"],
                )
                for one in portals
            ),
        ],
        limits={0: 30, 1: 30, 5: 100},
    )
    for one in portals:
        if one["state"] not in (None, "ok"):
            yield ""
            yield inert(one["id"]) + call.text("：", ": ") + _state(call, one["state"])
            if one["detail"]:
                yield call.text("  依据：", "  evidence: ") + inert(reason_words(one["detail"], one["said"], call.lang))
            yield call.text("  怎么办：", "  what to do: ") + code_lists()["portal_advice"][one["state"]][call.lang]


def state_word(call: CallOptions, state: str | None) -> str:
    """A portal's state in a column: in Chinese its words, in English the code that the documentation speaks of."""
    if state is None:
        return call.text("还没有看过", "never looked at")
    return call.text(code_lists()["portal_state"][state].zh, state)


def _state(call: CallOptions, state: str) -> str:
    words = code_lists()["portal_state"][state][call.lang]
    return call.text(words, f"{state} ({words})")


def checked_lines(call: CallOptions, portal: Mapping[str, Any]) -> Iterator[str]:
    """A configured portal as it answers now, beside what is known of it."""
    yield f"{inert(portal['id'])}  {inert(portal['name'])}  {_state(call, portal['state'])}"
    if portal["detail"]:
        yield call.text("  依据：", "  evidence: ") + inert(reason_words(portal["detail"], portal["said"], call.lang))
    if portal["state"] != "ok":
        yield call.text("  怎么办：", "  what to do: ") + code_lists()["portal_advice"][portal["state"]][call.lang]
    part = "" if portal["complete"] or not portal["listed"] else call.text("（没有看完）", " (not all pages seen)")
    before = (
        call.text("还没有抓取过", "never crawled")
        if portal["before"] is None
        else call.text(
            f"上次抓取（{moment(portal['before_at'])}）{portal['before']} 份",
            f"{portal['before']} in the last crawl ({moment(portal['before_at'])})",
        )
    )
    yield call.text(
        f"  列出年报 {portal['listed']} 份{part}，其中新的 {portal['new']} 份；已存 {portal['held']} 份，{before}",
        f"  {portal['listed']} reports listed{part}, {portal['new']} of them new; {portal['held']} held, {before}",
    )
    if portal["unattributed"]:
        count = len(portal["unattributed"])
        yield call.text(f"  看不出是哪个机关的 {count} 份：", f"  {count} of which nobody can say whose they are:")
        rows = [(one["title"], one["url"]) for one in portal["unattributed"][:SHOWN]]
        yield from table(rows, indent="    ", limits={0: 80, 1: 100})
    if portal["family"]:
        yield call.text(f"  建站系统：{portal['family']}", f"  CMS family: {portal['family']}")
    for url in portal["proposals"]:
        yield call.text(
            f"  栏目可能在 {inert(url)}：核实后请改 gouji.toml 中的 start_url（不会自动改）",
            f"  the column may be at {inert(url)}: look, then change start_url in gouji.toml "
            "(it is never changed for you)",
        )
    yield from sight_lines(call, portal["sights"])
