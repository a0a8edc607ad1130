"""`gouji rules`: the rule set, and what each rule has found."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import click
from sqlite_utils import Database

from monitor.asking.rules import RuleOnFile, find_rule
from monitor.asking.rules import rules as all_rules
from monitor.commands.options import CallOptions, command, json_option, session
from monitor.reconcile.rulebook import load
from monitor.schema import open_database
from monitor.words.kinds import class_words
from monitor.words.terminal import clip, inert, table

LONGEST_BASIS = 48


@command(step=205, example="gouji rules\ngouji rules claim.cell\ngouji check --backtest claim.cell")
@click.argument("rule", required=False)
@json_option
def rules(rule: str | None) -> None:
    """列出核对规则：类别、是否试行、查出多少、经人判断有多少是对的、依据。写明规则则全文显示。

    精确率：评测集上和本处经人判断的发现中，确有其事的比例。没有数据目录时只列规则。

    The rules of the check: class, whether on trial, hits, precision, basis. With RULE, all of one.
    """
    call = session()
    book = load()
    chosen = find_rule(book, rule) if rule is not None else None
    with _database(call) as db:
        found = [one for one in all_rules(db, book) if chosen is None or one.rule is chosen]
    if chosen is not None:
        call.emit(_json(found[0]))
        for line in _whole(call, found[0]):
            call.say(line)
        return
    call.emit([_json(one) for one in found])
    for line in table([_headings(call), *(_row(call, one) for one in found)], right=(3, 4)):
        call.say(line)


@contextmanager
def _database(call: CallOptions) -> Iterator[Database | None]:
    """The database, where there is one."""
    if not call.data.database.exists():
        yield None
        return
    with closing(open_database(call.data)) as db:
        yield db


def _headings(call: CallOptions) -> list[str]:
    return [
        call.text(*words)
        for words in (
            ("规则", "rule"),
            ("类别", "class"),
            ("状态", "status"),
            ("查出", "hits"),
            ("精确率", "precision"),
            ("依据", "basis"),
        )
    ]


def _row(call: CallOptions, one: RuleOnFile) -> list[str]:
    status = call.text({"shadow": "试行", "active": "正式"}[one.status], one.status)
    basis = clip(one.rule.basis, LONGEST_BASIS)
    return [
        one.rule.id,
        class_words(one.rule.rule_class, call.lang),
        status,
        str(one.hits),
        precision(one),
        inert(basis),
    ]


def precision(one: RuleOnFile) -> str:
    """`97% (68/70)`; – where nobody knows yet."""
    return f"{one.right / one.told:.0%} ({one.right}/{one.told})" if one.told else "–"


def _whole(call: CallOptions, one: RuleOnFile) -> list[str]:
    rule = one.rule
    formulas = [rule.formula(case) for case in range(len(rule.cases))]
    rows = [
        (call.text("规则", "rule"), f"{rule.id}（{rule.version}）"),
        (call.text("类别", "class"), class_words(rule.rule_class, call.lang)),
        (call.text("状态", "status"), call.text({"shadow": "试行", "active": "正式"}[one.status], one.status)),
        *((call.text("关系", "relation"), case.relation[call.lang]) for case in rule.cases if case.relation),
        *((call.text("算式", "formula"), formula) for formula in formulas),
        (call.text("依据", "basis"), rule.basis),
        (call.text("例外", "exceptions"), rule.exceptions or "–"),
        (call.text("说法", "message"), rule.message[call.lang]),
        (call.text("查出", "hits"), f"{one.hits}"),
        (call.text("未了", "standing"), f"{one.standing}"),
        (
            call.text("经人判断", "decided"),
            call.text(f"{one.decided}，误报 {one.false}", f"{one.decided}, false {one.false}"),
        ),
        (call.text("精确率", "precision"), precision(one)),
    ]
    return table([(name, inert(text)) for name, text in rows])


def _json(one: RuleOnFile) -> dict[str, Any]:
    rule = one.rule
    return {
        "rule": rule.id,
        "version": rule.version,
        "class": rule.rule_class,
        "status": one.status,
        "forms": sorted(rule.forms),
        "formulas": [rule.formula(case) for case in range(len(rule.cases))],
        "basis": rule.basis,
        "exceptions": rule.exceptions,
        "hits": one.hits,
        "standing": one.standing,
        "precision": {"right": one.right, "told": one.told} if one.told else None,
        "examples": {
            "passing": [dict(some) for some in rule.passing],
            "failing": [dict(some) for some in rule.failing],
        },
    }
