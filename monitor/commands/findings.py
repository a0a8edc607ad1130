"""`gouji findings` and what a person decides about one: `acknowledge`, `explain`, `dismiss`."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime

import click
from sqlite_utils import Database

from crawler.agencies.lookup import find_agency, names_by_code
from crawler.ground.clock import now
from crawler.ground.contained import Failed, contained
from monitor.commands.options import CallOptions, command, json_option, leave, session
from monitor.findings import Decision, Finding, decide, load
from monitor.schema import open_database
from monitor.words.finding import CLASSES, STATUS, finding_json, finding_lines
from monitor.words.terminal import inert

COULD_NOT = 3  # the exit status where not all could be shown; the rest was
AT_ONCE = 500  # findings in memory
TROUBLE = "class <> 'info' and status <> 'shadow'"
IN_ORDER = """
select f.id from findings f left join agencies a on a.code = f.agency where {where}
order by {status}, {finding_class}, coalesce(a.name, f.agency), f.year desc, f.rule, f.subject
"""


@command(example="gouji findings --status open --class fatal\ngouji findings --agency 财政局 --year 2024 --json")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice(list(STATUS)),
    help="状态，可重复 · status; may be repeated",
)
@click.option("--class", "classes", multiple=True, type=click.Choice(CLASSES), help="类别，可重复 · class")
@click.option("--agency", help="机关：代码、名称或名称的一部分 · agency: code, name or part of it")
@click.option("--year", type=click.IntRange(1900, 2999), help="报告年度 · report year")
@click.option("--rule", help="规则编号，如 t3.row_sum，或其开头，如 year. · rule id or its beginning")
@click.option("--all", "everything", is_flag=True, help="连参考（info）和试行（shadow）的也列出 · info and shadow too")
@json_option
def findings(
    statuses: tuple[str, ...],
    classes: tuple[str, ...],
    agency: str | None,
    year: int | None,
    rule: str | None,
    everything: bool,
) -> None:
    """列出核对中发现的问题及其状态。参考（info）和试行（shadow）的，问到时（写明机关、状态、类别或规则）才列出。

    Lists what was found and the state it is in; info and shadow where asked for. --json leaves nothing out.
    """
    call = session()
    with closing(open_database(call.data)) as db:
        code = find_agency(db, agency).code if agency is not None else None
        where, parameters = _conditions(statuses, classes, code, year, rule)
        asked = everything or statuses or classes or agency is not None or rule is not None
        counts = _counts(db, where, parameters)
        shown = where if asked or call.as_json else f"({where}) and {TROUBLE}"
        listed = counts if shown == where else _counts(db, shown, parameters)
        names = names_by_code(db)
        found = _in_order(db, shown, parameters, call.room)
        if call.as_json:
            call.emit_each(finding_json(one, names) for one in found)
            return
        odd = [one for one in found if not _say(call, one, names)]
    for line in call.rest(listed.total()):
        call.say(line)
    call.say(_summary(call, listed))
    if more := counts.total() - listed.total():
        call.say(
            call.text(
                f"另有参考（info）和试行（shadow）的 {more} 项未列：gouji findings --all",
                f"{more} more of class info or in state shadow: gouji findings --all",
            )
        )
    if odd:
        leave(COULD_NOT)


def _say(call: CallOptions, finding: Finding, names: Mapping[str, str]) -> bool:
    """Prints one finding; False where its row holds what nothing can be said of. The others are printed."""
    lines = contained(lambda: finding_lines(call.lang, finding, names))
    if isinstance(lines, Failed):
        why = inert(lines.detail or lines.cause)
        lines = [
            call.text(
                f"#{finding.id}  这一项存下的数据读不出来（{why}）：请运行 gouji doctor --full",
                f"#{finding.id}  what is stored of it cannot be read ({why}): run gouji doctor --full",
            )
        ]
        finding = replace(finding, id=None)
    for line in lines:
        call.say(line)
    return finding.id is not None


def _conditions(
    statuses: Sequence[str], classes: Sequence[str], code: str | None, year: int | None, rule: str | None
) -> tuple[str, list[object]]:
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


def _counts(db: Database, where: str, parameters: Sequence[object]) -> Counter[str]:
    """How many findings are in each status."""
    return Counter(
        dict(
            db.execute(
                f"select status, count(*) from findings where {where} group by status", list(parameters)
            ).fetchall()
        )
    )


def _in_order(db: Database, where: str, parameters: Sequence[object], most: int | None) -> Iterator[Finding]:
    """The findings as a person wants to read them; memory holds their numbers and a few of them."""
    query = IN_ORDER.format(where=where, status=_rank("f.status", STATUS), finding_class=_rank("f.class", CLASSES))
    ids = [row[0] for row in db.execute(query, list(parameters))][:most]
    for start in range(0, len(ids), AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        found = {one.id: one for one in load(db, f"id in ({', '.join('?' * len(batch))})", batch)}
        yield from (found[one] for one in batch)


def _rank(column: str, names: Iterable[str]) -> str:
    return f"case {column} {' '.join(f'when {name!r} then {at}' for at, name in enumerate(names))} end"


def _summary(call: CallOptions, counts: Mapping[str, int]) -> str:
    parts = [f"{call.text(STATUS[name], name)} {counts[name]}" for name in STATUS if counts[name]]
    found = sum(counts.values())
    total = call.text(f"共 {found} 项", f"{found} findings")
    colon, comma = call.text("：", ": "), call.text("，", ", ")
    return total + (colon + comma.join(parts) if parts else "")


def _decide(findings: Sequence[int], status: Decision, reason: str, until: date | None = None) -> None:
    """All of them or, where one cannot be decided, none."""
    call = session()
    with closing(open_database(call.data)) as db:
        with db.atomic():
            decided = [decide(db, one, status, reason, now(), until) for one in dict.fromkeys(findings)]
        names = names_by_code(db)
    told = [finding_json(one, names) for one in decided]
    call.emit(told if len(findings) > 1 else told[0])
    for one in decided:
        for line in finding_lines(call.lang, one, names):
            call.say(line)


FINDINGS = click.argument("findings", metavar="ID…", nargs=-1, required=True, type=click.IntRange(1, 2**63 - 1))
REASON = click.option("--reason", required=True, metavar="TEXT", help="理由，必填并留存 · required, and kept")


@command(example='gouji acknowledge 12 13 --reason "已电话通知，等更正" --until 2026-12-31')
@FINDINGS
@REASON
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="到这一天为止（含） · holds until this day"
)
@json_option
def acknowledge(findings: tuple[int, ...], reason: str, until: datetime | None) -> None:
    """知悉问题（可写几个编号）：不再提醒，直到数字改变或期限已过。

    Takes note of findings: they stay quiet until their figures change or the day is past.
    """
    _decide(findings, "acknowledged", reason, until.date() if until else None)


@command(example='gouji explain 12 --reason "机构改革，2023年底与商务局合并"')
@FINDINGS
@REASON
@json_option
def explain(findings: tuple[int, ...], reason: str) -> None:
    """接受解释（可写几个编号）；同一处明年再不符时会再次提示这个解释。

    Accepts an explanation; it is offered again when the same place breaks next year.
    """
    _decide(findings, "explained", reason)


@command(example='gouji dismiss 12 --reason "读取有误，原件为 60"')
@FINDINGS
@REASON
@json_option
def dismiss(findings: tuple[int, ...], reason: str) -> None:
    """判定为误报（可写几个编号；状态 false_positive）。

    Declares findings false alarms (status false_positive).
    """
    _decide(findings, "false_positive", reason)
