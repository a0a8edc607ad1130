"""Pages that are one list: who is missing by a day, all findings, what could not be read, rules, portals, rates."""

from dataclasses import replace
from datetime import date
from string import Formatter
from typing import Any

from crawler.agencies.lookup import named_like
from crawler.ground.errors import UsageError
from monitor.asking.findings import FindingChoice, choose
from monitor.asking.missing import ORDER, local_day
from monitor.asking.portals import watched
from monitor.asking.rules import rules as all_rules
from monitor.asking.unread import reason_words
from monitor.export.sheet_file import Tone
from monitor.indicators.catalogue import rate_catalogue
from monitor.pages.ask import Ask, Shown
from monitor.pages.findings_table import TONES, findings_table
from monitor.pages.site import Site
from monitor.pages.start import as_of
from monitor.pages.tables import MOST_SHOWN, PageCell, page_table
from monitor.pages.whole import Standing
from monitor.reconcile.rulebook import load as load_rulebook
from monitor.words.kinds import class_words, kind_of, status_words, statuses
from monitor.words.plain import in_words
from monitor.words.terminal import moment

MOST_FINDINGS = 2000  # of one list; a narrower question has the rest
BAD = ("overdue", "overdue_confirmed")


def _day(given: str) -> date | None:
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise UsageError(f"no day: {given!r}; write 2025-04-01", f"“{given}”不是日子；请写成 2025-04-01") from error


def missing(site: Site, ask: Ask) -> Shown:
    """How every body stood at the end of a day."""
    say, state = ask.say, ask.args.get("state", "")
    year, division, on = ask.number("year"), ask.args.get("division", ""), _day(ask.args.get("on", ""))
    held = site.whole("standing", ask.at, year, on, division)
    assert held is not None
    assert isinstance(held.value, Standing)
    told, entries = held.value.told, held.value.entries
    chosen = [one for one in entries if one.state == state] if state else entries
    rows = []
    for one in chosen if ask.is_file else chosen[:MOST_SHOWN]:
        tone: Tone = "bad" if one.state in BAD else "warn" if one.state == "published_late" else ""
        rows.append(
            (
                PageCell(one.name, ask.to("body", one.agency)),
                PageCell(say.state(one.state), tone=tone),
                one.due or "–",
                PageCell(one.day or "–", ask.to("report", one.agency, told.year) if one.day else ""),
                one.days_late if one.days_late else "",
                one.looks or "",
                local_day(one.last_look) if one.last_look else "",
                say(one.reason, one.reason_en) if one.state == "not_assessable" else "",
                "；".join(filter(None, (status_words(one.decision, ask.lang) if one.decision else "", one.note))),
            )
        )
    heads = (
        say("机关", "body"), say("情况", "state"), say("期限", "due"), say("公布", "published"),
        say("迟（天）", "days late"), say("期限后查看", "looks since"), say("最近查看", "last look"),
        say("为什么不能判断", "why nothing can be said"), say("处理", "decision"),
    )  # fmt: skip
    counts = say.listed(f"{say.state(one)} {told.counts[one]}" for one in ORDER if told.counts[one])
    return Shown(
        "list",
        say(f"{told.year} 年度报告的公布情况", f"Publication of the reports for {told.year}"),
        {
            "intro": as_of(ask, held) + say(f"截至 {told.on}：{counts}。", f"As of {told.on}: {counts}."),
            "fields": [
                ("year", say("报告年度", "report year"), str(told.year), ()),
                ("on", say("到哪一天", "at the end of"), told.on, ()),
                ("division", say("区划（前几位）", "division begins"), division, ()),
                ("state", say("情况", "state"), state, [("", say("全部", "all"))] + [(s, say.state(s)) for s in ORDER]),
            ],
        },
        (page_table("missing", say("公布情况", "publication"), heads, rows, say("没有。", "None."), len(chosen)),),
    )


def findings(site: Site, ask: Ask) -> Shown:
    """All findings of a choice."""
    say, status = ask.say, ask.args.get("status", "")
    everything = ask.args.get("all") == "1"
    wanted = (status,) if status in statuses() else ()
    choice = FindingChoice(
        wanted,
        (),
        None,
        ask.number("year"),
        everything=everything or bool(wanted),
        only_open=not (everything or wanted),
    )
    with site.reading() as db:
        told = choose(db, choice, MOST_FINDINGS if ask.is_file else MOST_SHOWN)
        whole = min(told.listed.total(), MOST_FINDINGS)
        table = replace(findings_table(ask, told.found, told.names), whole=whole)
    others = say(f"，另有 {told.others} 项未列", f"; {told.others} more not listed") if told.others else ""
    return Shown(
        "list",
        say("发现", "Findings"),
        {
            "intro": say(
                f"共 {told.listed.total()} 项{others}。都是附带证据的提示，不是结论。",
                f"{told.listed.total()} findings{others}. They are hints with evidence, no verdicts.",
            ),
            "fields": [
                ("year", say("年度", "year"), ask.args.get("year", ""), ()),
                (
                    "status",
                    say("状态", "status"),
                    status,
                    [("", say("待核", "open"))] + [(one, status_words(one, ask.lang)) for one in statuses()],
                ),
            ],
        },
        (table,),
    )


def unread_page(site: Site, ask: Ask) -> Shown:
    """What could not be read: our problem."""
    say = ask.say
    held = site.whole("unread", ask.at)
    assert held is not None
    found: Any = held.value
    rows = [
        (
            PageCell(one.name or say("机关不明", "not known"), ask.to("body", one.agency) if one.agency else ""),
            one.year if one.year is not None else "–",
            reason_words(one, ask.lang),
            PageCell(one.title or one.url, url=one.url),
            PageCell(say("存档件", "archived"), ask.to("archive", one.document)) if one.document else "",
        )
        for one in (found if ask.is_file else found[:MOST_SHOWN])
    ]
    heads = (
        say("机关", "body"),
        say("年度", "year"),
        say("为什么", "why"),
        say("网页", "page"),
        say("原件", "original"),
    )
    return Shown(
        "list",
        say("未读的", "What could not be read"),
        {
            "intro": say(
                "都是我们的问题，不说明机关有什么不对：请自己打开看。",
                "All of it is our problem and says nothing of a body: open them yourself.",
            ),
            "fields": (),
        },
        (page_table("unread", say("未读的", "unread"), heads, rows, say("没有。", "None."), len(found)),),
    )


def portals(site: Site, ask: Ask) -> Shown:
    """The portals as they were when last looked at."""
    say = ask.say
    with site.reading() as db:
        found = watched(db)
    rows = [
        (
            PageCell(one.name or one.id, url=one.start_url),
            PageCell(say.coded("portal_state", one.state) or "–", tone="" if one.state in (None, "ok") else "bad"),
            local_day(one.state_since) if one.state_since else "–",
            moment(one.checked_at) if one.checked_at else "–",
            moment(one.last_ok) if one.last_ok else "–",
        )
        for one in found
    ]
    heads = (
        say("门户", "portal"), say("状态", "state"), say("自", "since"), say("最近查看", "last look"),
        say("最近正常", "last healthy"),
    )  # fmt: skip
    return Shown(
        "list",
        say("门户", "Portals"),
        {"intro": say(f"{len(found)} 个门户栏目。", f"{len(found)} columns of portals."), "fields": ()},
        (page_table("portals", say("门户", "portals"), heads, rows, say("没有。", "None.")),),
    )


def rules(site: Site, ask: Ask) -> Shown:
    """The rule set with what each rule found here."""
    say = ask.say
    with site.reading() as db:
        found = all_rules(db, load_rulebook())
    rows = []
    for one in found:
        rule = one.rule
        relation = next((case.relation[ask.lang] for case in rule.cases if case.relation), "")
        right = f"{one.right / one.told:.0%}（{one.right}/{one.told}）" if one.told else "–"
        rows.append(
            (
                kind_of(rule.id).name(ask.lang),
                PageCell(in_words(relation or _unfilled(rule.message[ask.lang]), ask.lang), ask.to("rule", rule.id)),
                PageCell(class_words(rule.rule_class, ask.lang), tone=TONES.get(rule.rule_class, "")),
                say("试行", "on trial") if rule.shadow else say("正式", "active"),
                one.hits,
                one.standing,
                right,
                rule.basis,
            )
        )
    heads = (
        say("种类", "kind"), say("核对什么", "what is checked"), say("性质", "asks"), say("状态", "status"),
        say("查出", "hits"), say("未了", "standing"), say("精确率", "precision"), say("依据", "basis"),
    )  # fmt: skip
    words = say(
        "精确率：已判断的发现中确有其事的比例。",
        "Precision: of the hints that were looked into, those that were right.",
    )
    table = page_table("rules", say("规则", "rules"), heads, rows)
    return Shown("list", say("核对规则", "Rules"), {"intro": words, "fields": ()}, (table,))


def _unfilled(message: str) -> str:
    """A rule's message where nothing was found yet: dots for what a finding fills in."""
    return "".join(text + ("…" if name is not None else "") for text, name, *_ in Formatter().parse(message))


def indicators(_site: Site, ask: Ask) -> Shown:
    """Every rate with its formula and what to mind; the figures stand on the pages of the bodies."""
    say, found = ask.say, rate_catalogue()
    rows = [
        (one.name[ask.lang], one.formula[ask.lang], one.caveat[ask.lang], one.incomparable[ask.lang])
        for one in found.rates.values()
    ]
    heads = (say("比率", "rate"), say("算式", "formula"), say("注意", "mind"), say("何时不可比", "not comparable"))
    words = say(
        f"分母不足 {found.least} 的不算比率。不排名。各机关的数在各自的页上。",
        f"No rate below a denominator of {found.least}, and no ranking. The figures stand on the bodies' pages.",
    )
    table = page_table("indicators", say("比率", "rates"), heads, rows)
    return Shown("list", say("比率", "Rates"), {"intro": words, "fields": ()}, (table,))


def bodies(site: Site, ask: Ask) -> Shown:
    """The register."""
    say, wanted = ask.say, ask.args.get("q", "").strip()
    with site.reading() as db:
        found, whole = named_like(db, wanted, None if ask.is_file else MOST_SHOWN)
    rows = [(PageCell(one.name, ask.to("body", one.code)), one.code if one.code != one.name else "") for one in found]
    heads = (say("机关", "body"), say("代码", "code"))
    table = page_table("bodies", say("机关", "bodies"), heads, rows, say("没有。", "None."), whole)
    words = say(f"{whole} 个机关。", f"{whole} bodies.")
    field = ("q", say("名称或代码", "name or code"), wanted, ())
    return Shown("list", say("机关", "Bodies"), {"intro": words, "fields": [field]}, (table,))
