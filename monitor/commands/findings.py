"""`gouji findings` and what a person decides about one: `acknowledge`, `explain`, `dismiss`."""

from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime

import click

from crawler.clock import now
from monitor.agencies import find_agency, names_by_code
from monitor.commands.options import Session, command, json_option, session
from monitor.findings import Decision, Finding, decide, load
from monitor.schema import open_database
from monitor.text.finding_text import CLASSES, STATUS, finding_json, finding_lines


@command(example="gouji findings --status open --class fatal\n"
                 "gouji findings --agency 财政局 --year 2024 --json")
@click.option("--status", "statuses", multiple=True, type=click.Choice(list(STATUS)),
              help="状态，可重复 · status; may be repeated")
@click.option("--class", "classes", multiple=True, type=click.Choice(CLASSES), help="类别，可重复 · class")
@click.option("--agency", help="机关：代码、名称或名称的一部分 · agency: code, name or part of it")
@click.option("--year", type=click.IntRange(1900, 2999), help="报告年度 · report year")
@click.option("--rule", help="规则编号，如 t3.row_sum，或其开头，如 year. · rule id or its beginning")
@json_option
def findings(statuses: tuple[str, ...], classes: tuple[str, ...], agency: str | None, year: int | None,
             rule: str | None) -> None:
    """列出核对中发现的问题及其状态。

    Lists what was found and the state it is in.
    """
    call = session()
    with closing(open_database(call.data)) as db:
        code = find_agency(db, agency).code if agency is not None else None
        where, parameters = _conditions(statuses, classes, code, year, rule)
        found = load(db, where, parameters)
        names = names_by_code(db)
    order = list(STATUS)
    found.sort(key=lambda one: (order.index(one.status), CLASSES.index(one.finding_class), names.get(
        one.key.agency, one.key.agency), -one.key.year, one.key.rule, one.key.subject))
    call.emit([finding_json(one, names) for one in found])
    for one in found:
        for line in finding_lines(call.lang, one, names):
            call.say(line)
    call.say(_summary(call, found))


def _conditions(statuses: Sequence[str], classes: Sequence[str], code: str | None, year: int | None,
                rule: str | None) -> tuple[str, list[object]]:
    parts: list[str] = ["1 = 1"]
    values: list[object] = []
    for column, wanted in (("status", statuses), ("class", classes)):
        if wanted:
            parts.append(f"{column} in ({', '.join('?' * len(wanted))})")
            values.extend(wanted)
    for column, one in (("agency", code), ("year", year)):
        if one is not None:
            parts.append(f"{column} = ?")
            values.append(one)
    if rule is not None:
        parts.append("substr(rule, 1, ?) = ?" if rule.endswith(".") else "rule = ?")
        values.extend([len(rule), rule] if rule.endswith(".") else [rule])
    return " and ".join(parts), values


def _summary(call: Session, found: Sequence[Finding]) -> str:
    counts = {name: sum(one.status == name for one in found) for name in STATUS}
    parts = [f"{call.text(STATUS[name], name)} {count}" for name, count in counts.items() if count]
    total = call.text(f"共 {len(found)} 项", f"{len(found)} findings")
    colon, comma = call.text("：", ": "), call.text("，", ", ")
    return total + (colon + comma.join(parts) if parts else "")


def _decide(finding: int, status: Decision, reason: str, until: date | None = None) -> None:
    call = session()
    with closing(open_database(call.data)) as db:
        decided = decide(db, finding, status, reason, now(), until)
        names = names_by_code(db)
    call.emit(finding_json(decided, names))
    for line in finding_lines(call.lang, decided, names):
        call.say(line)


FINDING = click.argument("finding", metavar="ID", type=click.IntRange(1, 2**63 - 1))
REASON = click.option("--reason", required=True, metavar="TEXT", help="理由，必填并留存 · required, and kept")


@command(example='gouji acknowledge 12 --reason "已电话通知，等更正" --until 2026-12-31')
@FINDING
@REASON
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE",
              help="到这一天为止（含） · holds until this day")
@json_option
def acknowledge(finding: int, reason: str, until: datetime | None) -> None:
    """知悉一个问题：不再提醒，直到数字改变或期限已过。

    Takes note of a finding: it stays quiet until its figures change or the day is past.
    """
    _decide(finding, "acknowledged", reason, until.date() if until else None)


@command(example='gouji explain 12 --reason "机构改革，2023年底与商务局合并"')
@FINDING
@REASON
@json_option
def explain(finding: int, reason: str) -> None:
    """接受一个问题的解释；同一处明年再不符时会再次提示这个解释。

    Accepts an explanation; it is offered again when the same place breaks next year.
    """
    _decide(finding, "explained", reason)


@command(example='gouji dismiss 12 --reason "读取有误，原件为 60"')
@FINDING
@REASON
@json_option
def dismiss(finding: int, reason: str) -> None:
    """判定为误报（状态 false_positive）。

    Declares the finding a false alarm (status false_positive).
    """
    _decide(finding, "false_positive", reason)
