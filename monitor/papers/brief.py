"""The bulletin of a supervisor on one report year, as a paper: publication, what does not tie, the indicators."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from monitor.asking.bulletin import Bulletin
from monitor.asking.unread import Unread, reason_words
from monitor.papers.brief_annex import BINDING, BriefCases, annex
from monitor.papers.cases import Case, cases, decision_table, source_cell
from monitor.papers.coverage import MISSING, WAITING, entries_of, publication, unjudged
from monitor.papers.figures import indicators
from monitor.papers.paper import Column, DataTable, Heading, Paper, Part, paragraph, table
from monitor.papers.speech import Speech
from monitor.words.kinds import kinds
from monitor.words.terminal import cut

LONGEST = 120  # characters of a typical case: the annex has the whole


def brief(told: Bulletin, lang: str, day: date) -> Paper:
    """The paper (pure)."""
    say = Speech(lang)
    names = {one.agency: one.name for one in told.entries}
    binding = cases([one for one in told.open if one.finding_class in BINDING], names, lang)
    asked = cases([one for one in told.open if one.finding_class not in BINDING], names, lang, len(binding) + 1)
    found = BriefCases(binding, asked, cases(told.settled, names, lang))
    title = say(
        f"关于{_scope(say, told)}{told.year}年度政府信息公开工作年度报告公布和核对情况的通报",
        f"Annual reports on open government information for {told.year}: publication and checks{_scope(say, told)}",
    )
    parts = (
        paragraph(say(f"（截至{say.day(told.coverage.on)}）", f"(as of {say.day(told.coverage.on)})"), "subtitle"),
        *_overview(say, told, found),
        *publication(say, told),
        *_checks(say, found),
        *indicators(say, told),
        *_ours(say, told),
        *_signature(say, day),
        *annex(say, told, found, names),
    )
    footer = say(f"{told.year}年度报告公布和核对情况", f"annual reports for {told.year}")
    return Paper(title, lang, parts, footer)


def _scope(say: Speech, told: Bulletin) -> str:
    """Whose reports: of the division asked for, where it has a name."""
    parts = []
    if told.division:
        name = say.division(told.division.ljust(6, "0"))
        parts.append(say(f"区划{told.division}", f"division {told.division}") if name.isdigit() else name)
    if told.kind:
        parts.append(say.coded("agency_kind", told.kind))
    return say("".join(parts), f" ({', '.join(parts)})" if parts else "")


# --- the overview ---------------------------------------------------------------------------------------------------


def _overview(say: Speech, told: Bulletin, found: BriefCases) -> Iterator[Part]:
    yield Heading(say("一、总体情况", "1. Overview"))
    coverage, entries = told.coverage, told.entries
    states = Counter(one.state for one in entries)
    late, missing, waiting = (len(entries_of(told, each)) for each in (("published_late",), MISSING, WAITING))
    excused = len(entries_of(told, (*MISSING, *WAITING, "published_late"), decided=True))
    in_time = sum(1 for one in entries if one.state == "published" and one.due)
    parts = [
        (in_time, say("按期公布", "published in time")),
        (late, say("迟公布", "late")),
        (missing, say("逾期未公布", "missing")),
        (waiting, say("过期限、待确认", "past the day, to be confirmed")),
        (excused, say("迟于期限、已有说明", "late or missing, explained")),
        (states["not_due"] + states["due_soon"], say("尚未到期", "not due yet")),
        (states["not_assessable"], say("无法判断", "cannot be judged")),
    ]
    counted = say.listed(say(f"{words} {count} 个", f"{count} {words}") for count, words in parts if count)
    free = sum(1 for one in entries if not one.due)
    yield paragraph(
        say(
            f"名录所列 {len(entries)} 个机关中，应公布 {told.year} 年度报告的 {coverage.due} 个"
            + (f"：{counted}。" if counted else "。")
            + (f"没有规定期限的 {free} 个，其中已公布 {coverage.unasked} 个。" if free else ""),
            f"Of {len(entries)} bodies in the register {coverage.due} owe a report for {told.year}"
            + (f": {counted}." if counted else ".")
            + (f" For {free} no day is set; {coverage.unasked} of them published." if free else ""),
        )
    )
    if states["not_assessable"]:
        yield paragraph(
            say(
                "“无法判断”是门户连不上、没有查看或有文件没能读取，出在我们这一边，不计入未公布（见第五部分）。",
                "“Cannot be judged” is ours: a portal out of reach, not looked at, or a paper that we could not read; "
                "it is not counted as missing (section 5).",
            )
        )
    yield paragraph(_found(say, told, found))
    yield paragraph(
        say(
            "所列核对事项都是附带证据的提示，不是结论：数照录原文，未作改动；可能是笔误，可能另有原因，也可能是我们读取有误。"
            "各处的格、原文、依据、网页和存档件见附件，请逐项核实。",
            "What is listed are hints with evidence, no verdicts: figures stand as printed. They may be slips, may "
            "have reasons, or be misread by us. Cells, sentences, basis, page and archived copy are in the annex.",
        )
    )


def _found(say: Speech, told: Bulletin, found: BriefCases) -> str:
    bodies = len({one.first.key.agency for one in found.binding})
    fatal = sum(1 for one in found.binding if one.first.finding_class == "fatal")
    if not found.binding and not found.asked:
        return say(
            f"读到报告 {_reports(told)} 份，没有未了结的核对事项。",
            f"{_reports(told)} reports were read; nothing about them is open.",
        )
    rest = len(found.binding) - fatal
    open_zh, open_en = "没有不平和需说明的", "Nothing fails to add up or needs an explanation"
    if found.binding:
        open_zh = (
            f"其中 {bodies} 个机关有核对事项 {len(found.binding)} 处未了结（数据不平 {fatal} 处，需说明 {rest} 处）"
        )
        open_en = (
            f"{len(found.binding)} matters about {bodies} bodies are open ({fatal} do not add up, {rest} to explain)"
        )
    settled = say(f"；另有 {len(found.settled)} 处已有说明或经核实排除", f"; {len(found.settled)} more are settled")
    return say(
        f"读到报告 {_reports(told)} 份，{open_zh}，请确认的 {len(found.asked)} 处"
        + (settled if found.settled else "")
        + "。",
        f"{_reports(told)} reports were read. {open_en}, {len(found.asked)} are to be confirmed"
        + (settled if found.settled else "")
        + ".",
    )


def _reports(told: Bulletin) -> int:
    return len(told.rates)


# --- what does not tie ----------------------------------------------------------------------------------------------


def _checks(say: Speech, found: BriefCases) -> Iterator[Part]:
    yield Heading(say("三、数据核对情况", "3. What does not tie"))
    told = [*found.binding, *found.asked]
    if told:
        yield _by_kind(say, told)
    else:
        yield paragraph(say("没有未了结的事项。", "Nothing is open."))
    for kind in kinds().values():
        typical = _typical([one for one in told if one.kind == kind.id])
        if typical is not None:
            what = cut(typical.told.line, LONGEST)
            yield paragraph(
                say(
                    f"{kind.name(say.lang)}：如{typical.name}，{what}（附件1第 {typical.number} 项）。",
                    f"{kind.name(say.lang)}: {typical.name}, {what} (annex 1, no. {typical.number}).",
                )
            )
    if found.settled:
        yield Heading(say("已说明或经核实排除的", "Explained, or looked into"), 2)
        yield decision_table(say, found.settled)


def _by_kind(say: Speech, told: Sequence[Case]) -> DataTable:
    columns = (
        Column(say("类别", "kind"), 2),
        Column(say("涉及机关", "bodies"), 1, "right"),
        Column(say("不平", "do not add up"), 1, "right"),
        Column(say("需说明", "to explain"), 1, "right"),
        Column(say("请确认", "to confirm"), 1, "right"),
    )
    rows = []
    for kind in kinds().values():
        mine = [one for one in told if one.kind == kind.id]
        if mine:
            counts = Counter(one.first.finding_class for one in mine)
            bodies = len({one.first.key.agency for one in mine})
            rows.append((kind.name(say.lang), bodies, *(counts[name] for name in (*BINDING, "confirm"))))
    return table(columns, rows)


def _typical(told: Sequence[Case]) -> Case | None:
    """The case that shows a kind best: the gravest, one whose cell is located before others, the first of them."""
    weight = {name: at for at, name in enumerate((*BINDING, "confirm"))}
    return min(
        told,
        key=lambda one: (
            weight[one.first.finding_class],
            not (one.first.suspect or {}).get("cell"),
            one.first.status == "acknowledged",
            one.number,
        ),
        default=None,
    )


# --- what is ours ---------------------------------------------------------------------------------------------------


def _ours(say: Speech, told: Bulletin) -> Iterator[Part]:
    yield Heading(say("五、无法判断和未读的", "5. Not to be judged, not read"))
    yield paragraph(
        say(
            "以下出在查看和读取上，不是对有关机关的评价。",
            "What follows is about our looking and reading, and no judgement on the bodies.",
        )
    )
    yield Heading(say("（一）无法判断是否公布", "5.1 Whether they published cannot be judged"), 2)
    yield from unjudged(say, told)
    yield Heading(say("（二）未读或未读全", "5.2 Not read, or not wholly"), 2)
    if told.unread:
        yield _unread(say, told.unread)
    else:
        yield paragraph(say("没有。", "None."))
    if told.nobodys:
        yield paragraph(
            say(f"另有 {told.nobodys} 份文件不知是哪个机关的。", f"{told.nobodys} more papers are of nobody known."),
            "note",
        )


def _unread(say: Speech, found: Sequence[Unread]) -> DataTable:
    columns = (
        Column(say("单位", "body"), 2),
        Column(say("未读什么", "what was not read"), 4),
        Column(say("来源", "source"), 1.6),
    )
    return table(
        columns,
        [(one.name, reason_words(one, say.lang), source_cell(say, one.url, one.document)) for one in found],
    )


def _signature(say: Speech, day: date) -> Iterator[Part]:
    yield paragraph(say("（印发单位）", "(issued by)"), "sign")
    yield paragraph(say.day(day), "sign")
