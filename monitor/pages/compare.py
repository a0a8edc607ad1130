"""The page of one body beside its peers, and that of one rule: basis, precision, examples, what it found."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from crawler.agencies.agency import agency_of
from crawler.agencies.lookup import find_agency, names_of
from monitor.asking.compare import PEERS, ComparedYear, Comparison, comparison
from monitor.asking.rules import RuleOnFile
from monitor.asking.rules import rules as all_rules
from monitor.findings import load
from monitor.pages.ask import Answer, Ask, Moved, Shown
from monitor.pages.findings_table import TONES, findings_table
from monitor.pages.pages import NotThereError
from monitor.pages.site import Site
from monitor.pages.tables import MOST_SHOWN, PageCell, PageTable, page_table
from monitor.reconcile.rulebook import load as load_rulebook
from monitor.words.cells import cell_words
from monitor.words.kinds import class_words, kind_of
from monitor.words.peers import BY, peers_words
from monitor.words.rates import cases_words, interval_words, percent, points, state_words, why_no_step

FOUND = "id in (select id from findings where rule = ? order by changed_at desc limit ?)"


def compare_page(site: Site, ask: Ask) -> Answer:
    """What `gouji compare` says, with the quartiles of the peers."""
    say, by = ask.say, ask.args.get("by", "")
    wanted = (by,) if by in PEERS and by != "kind" else ()
    with site.reading() as db:
        ref = find_agency(db, ask.parts["code"])
        if ref.code != ask.parts["code"]:
            return Moved(ask.to("compare", ref.code))
        own = agency_of(db, ref.code)
        kind, level = (own.kind or "", own.level or "") if own is not None else ("", "")
    held = site.whole("peers", ask.at, kind, level) if kind and not wanted else None
    group: Any = held.value if held is not None else None
    with site.reading() as db:
        told = comparison(db, ref, None, wanted, group=group)
    words = peers_words(told.kind, told.level, told.by, told.unknown, told.peers, ask.lang)
    caution = say(
        "分母不足 30 不算比率；* 表示所依据的格有疑误。不排名。",
        "No rate below a denominator of 30; * rests on a doubtful cell. Nobody is ranked.",
    )
    choices = [("", say(*BY["kind"])), *((name, say(*BY[name])) for name in PEERS if name != "kind")]
    return Shown(
        "list",
        say(f"{ref.name}：与同类机关", f"{ref.name} and its peers"),
        {"intro": f"{words}。{caution}", "fields": [("by", say("与谁相比", "peers"), by, choices)]},
        tuple(_rates(ask, told)),
    )


def _rates(ask: Ask, told: Comparison) -> Iterator[PageTable]:
    say = ask.say
    heads = (
        say("年度", "year"), say("分子/分母", "cases"), say("比率", "rate"), say("95% 区间", "95 %"),
        say("比上年", "step"), say("下四分位", "lower quartile"), say("中位", "median"),
        say("上四分位", "upper quartile"), say("有比率的机关", "bodies with a rate"), say("说明", "remark"),
    )  # fmt: skip
    for one in told.rates:
        title = f"{one.indicator.name[ask.lang]} = {one.indicator.formula[ask.lang]}"
        rows = [_row(ask, told, at) for at in reversed(one.years)]
        yield page_table(one.indicator.id.replace(".", "_"), title, heads, rows)


def _row(ask: Ask, told: Comparison, at: ComparedYear) -> Sequence[PageCell | str | int]:
    rate, peers = at.rate, at.peers
    remark = state_words(rate, ask.lang) if rate.value is None else why_no_step(at.why_no_step, ask.lang)
    middle = (peers.lower, peers.median, peers.upper) if peers else (None, None, None)
    return (
        PageCell(at.year, ask.to("report", told.body.code, at.year)),
        cases_words(rate),
        (percent(rate.value) if rate.value is not None else "–") + ("*" if at.doubtful else ""),
        interval_words(rate) or "–",
        points(at.step) if at.step is not None else "–",
        *(percent(one) if one is not None else "–" for one in middle),
        f"{at.with_rate}/{at.with_report}" if at.with_report else "–",
        remark,
    )


def rule_page(site: Site, ask: Ask) -> Shown:
    """One rule."""
    say, wanted = ask.say, ask.parts["rule"]
    with site.reading() as db:
        one = next((found for found in all_rules(db, load_rulebook()) if found.rule.id == wanted), None)
        if one is None:
            raise NotThereError("there is no such rule", "没有这条规则")
        found, names = _found(db, wanted)
    kind = kind_of(one.rule.id).name(ask.lang)
    right = f"{one.right / one.told:.0%}（{one.right}/{one.told}）" if one.told else say("还没有人判断过", "not known")
    facts: list[tuple[PageCell | str | int, ...]] = [
        (say("性质", "asks"), PageCell(class_words(one.rule.rule_class, ask.lang), tone=TONES[one.rule.rule_class])),
        (say("状态", "status"), say("试行：不告诉任何人", "on trial") if one.rule.shadow else say("正式", "active")),
        (say("依据", "basis"), one.rule.basis),
        (say("例外", "exceptions"), one.rule.exceptions or "–"),
        (say("查出", "hits"), one.hits),
        (say("未了", "standing"), one.standing),
        (say("精确率", "precision"), right),
    ]
    return Shown(
        "list",
        say(f"核对规则：{kind}", f"Rule: {kind}"),
        {"intro": say("都是提示，不是结论。", "Hints, no verdicts."), "fields": ()},
        (
            page_table("facts", say("这条规则", "the rule"), ("", ""), facts),
            _examples(ask, one),
            findings_table(ask, found, names, "hits"),
        ),
    )


def _found(db: Database, rule: str) -> tuple[list[Any], Mapping[str, str]]:
    found = sorted(load(db, FOUND, [rule, MOST_SHOWN]), key=lambda one: one.changed_at, reverse=True)
    return list(found), names_of(db, sorted({one.key.agency for one in found}))


def _examples(ask: Ask, one: RuleOnFile) -> PageTable:
    """What the rule lets pass and what it finds, as far as that is cells and prose."""
    say, rows = ask.say, []
    for words, tone, examples in (
        (say("查出", "is found"), "bad", one.rule.failing),
        (say("通过", "passes"), "good", one.rule.passing),
    ):
        for example in examples:
            said = "；".join(_parts(ask, example))
            if said:
                rows.append((PageCell(words, tone=tone), said))  # type: ignore[arg-type]  # a str that is one of the Literal
    heads = (say("结果", "result"), say("例", "example"))
    return page_table("examples", say("例", "examples"), heads, rows, say("没有可列的例。", "None to show."))


def _parts(ask: Ask, example: Mapping[str, Any]) -> Iterator[str]:
    for name, value in example.items():
        words = cell_words(name, ask.lang)
        if words != name:
            yield f"{words} {'、'.join(map(str, value)) if isinstance(value, list) else value}"
        elif name == "prose":
            yield f"“{value}”"
