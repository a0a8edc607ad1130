"""What `missing` and `status` both say of a day: the counts, whether anybody looked, what people decided."""

from crawler.ground.vocabulary import Bilingual
from monitor.asking.missing import ORDER, Coverage, CoverageEntry, local_day
from monitor.commands.options import CallOptions
from monitor.duty.deadlines import texts
from monitor.duty.standing import ABSENT, State
from monitor.words.terminal import inert

DECIDED = {
    "explained": Bilingual("已解释", "explained"),
    "acknowledged": Bilingual("已知悉", "acknowledged"),
    "false_positive": Bilingual("判为误报", "called a false alarm"),
}


def state_words(call: CallOptions, state: State) -> str:
    """How a body stands, in words."""
    words = texts().standing[state]
    return call.text(words.zh, words.en)


def nobody_registered(call: CallOptions) -> str:
    """What is to be done where the register is empty."""
    return call.text(
        "名录里还没有机关：gouji agencies import 名录.xlsx，或 gouji agencies learn",
        "the register is empty: gouji agencies import LIST.xlsx, or gouji agencies learn",
    )


def head(call: CallOptions, told: Coverage) -> str:
    """`应公布 30（未到期 1，已公布 29）；没有规定期限 10（已公布 8）`"""
    owing = {state: told.counts[state] for state in ORDER if state != "no_duty"}
    owing["published"] -= told.unasked
    counts = call.text("，", ", ").join(
        f"{state_words(call, state)} {count}" for state, count in owing.items() if count
    )
    listed = call.text(f"（{counts}）", f" ({counts})") if counts else ""
    free, there = told.counts["no_duty"] + told.unasked, told.unasked
    rest = (
        call.text(f"；没有规定期限 {free}（已公布 {there}）", f"; {free} without a day to keep ({there} published)")
        if free
        else ""
    )
    return (
        call.text(
            f"{told.year}年度报告，截至 {told.on}：应公布 {told.due}",
            f"reports for {told.year} as of {told.on}: {told.due} due",
        )
        + listed
        + rest
    )


def not_looked(call: CallOptions, told: Coverage) -> str:
    """That nobody looked at a portal on the day, and what the answer then rests on; "" where somebody did."""
    if told.looked_on:
        return ""
    if told.last_look:
        return call.text(
            f"{told.on} 这一天没有查看过门户；上一次查看是 {told.last_look}，以下按那时所见和印明的日期",
            f"nobody looked at a portal on {told.on}; the last look before was on {told.last_look}: what follows rests "
            "on that, and on printed dates",
        )
    since = told.first_look
    zh = f"（第一次是 {since}）" if since else ""
    en = f" (the first look was on {since})" if since else ""
    return call.text(
        f"到 {told.on} 为止没有查看过任何门户{zh}：以下只凭收入的文件和印明的日期，看不到的一概无法判断",
        f"nobody had looked at any portal by {told.on}{en}: what follows rests on files taken in and printed dates; "
        "of the rest nothing can be said",
    )


def decision(call: CallOptions, status: str, note: str, day: str | None) -> str:
    """What a person decided, with the reason: `已解释（2026-02-05）：机构改革…`; "" where nobody did."""
    if status not in DECIDED:
        return ""
    words, why = DECIDED[status], "；".join(inert(line) for line in note.splitlines())
    on = call.text(f"（{day}）", f" ({day})") if day else ""
    return call.text(words.zh, words.en) + on + (call.text("：", ": ") + why if why else "")


def ledger_words(call: CallOptions, entry: CoverageEntry) -> str:
    """What the state rests on, in a few words."""
    if entry.state == "not_assessable":
        return call.text(entry.reason, entry.reason_en)
    if entry.first_seen:
        if not entry.by:
            return call.text(
                f"{local_day(entry.first_seen)} 收到，公布日期不明",
                f"received {local_day(entry.first_seen)}, day of publication not known",
            )
        by = texts().by[entry.by]
        day, days = str(entry.day), ""
        if entry.days_late and entry.by == "first_seen":
            day = call.text(f"不晚于 {entry.day}", f"no later than {entry.day}")
            days = call.text(f"，至多迟 {entry.days_late} 天", f", at most {entry.days_late} days late")
        elif entry.days_late:
            days = call.text(f"，迟 {entry.days_late} 天", f", {entry.days_late} days late")
        return f"{day}{days}{call.text(f'（{by.zh}）', f' ({by.en})')}"
    if entry.state not in ABSENT:
        return ""
    if not entry.portals:
        return call.text(texts().seen["files"].zh, texts().seen["files"].en)
    first, last = local_day(entry.first_look), local_day(entry.last_look or entry.last_healthy)
    shown = "、".join(inert(str(portal["name"])) for portal in entry.portals)
    return call.text(
        f"门户 {shown} 正常，期限后查看 {entry.looks} 次均未见到（{first}—{last}）",
        f"portal {shown} healthy, not found in {entry.looks} looks after the due day ({first} to {last})",
    )
