"""What `missing` and `status` both say of a day: the counts, whether anybody looked, what people decided."""

from crawler.ground.vocabulary import Bilingual
from monitor.asking.missing import ORDER, Coverage
from monitor.commands.options import CallOptions
from monitor.duty.deadlines import texts
from monitor.duty.standing import State
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
        "名录里还没有机关：gouji agencies import 名录.csv，或 gouji agencies learn",
        "the register is empty: gouji agencies import FILE.csv, or gouji agencies learn",
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
