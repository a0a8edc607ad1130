"""`gouji findings` and what a person decides about one: `acknowledge`, `explain`, `dismiss`."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import click

from crawler.agencies.lookup import find_agency, names_by_code
from crawler.ground.clock import now
from crawler.ground.contained import Failed, contained
from crawler.ground.writing import write
from monitor.asking.findings import FindingChoice, FindingList, choose
from monitor.commands.finding_rows import as_csv, rows, sheet
from monitor.commands.options import CallOptions, command, json_option, leave, session
from monitor.export.sheet_file import book_bytes
from monitor.findings import Decision, Finding, decide
from monitor.schema import open_database
from monitor.words.finding import CLASSES, STATUS, finding_json, finding_lines
from monitor.words.terminal import inert

COULD_NOT = 3  # the exit status where not all could be shown; the rest was


@command(
    step=200,
    example="gouji findings --status open --class fatal\ngouji findings --agency 财政局 --year 2024 --json\n"
    "gouji findings --xlsx 待核.xlsx",
)
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
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="连已处理、已消除的，参考和试行的也列出 · decided, resolved, info, shadow too",
)
@click.option("--csv", "as_table", type=click.Path(path_type=Path), metavar="FILE", help="另存为 CSV · as CSV, too")
@click.option("--xlsx", "as_book", type=click.Path(path_type=Path), metavar="FILE", help="另存为工作簿 · as a workbook")
@click.option("--force", is_flag=True, help="覆盖改过的文件 · overwrite a file that was edited")
@json_option
def findings(
    statuses: tuple[str, ...],
    classes: tuple[str, ...],
    agency: str | None,
    year: int | None,
    rule: str | None,
    everything: bool,
    as_table: Path | None,
    as_book: Path | None,
    force: bool,
) -> None:
    """列出待核的发现；已处理、已消除的用 --all 或 --status，参考和试行的问到时（写明机关、状态、类别或规则）才列出。

    Lists what is open; --all the rest, info and shadow where asked for. --json leaves nothing out. --csv and --xlsx
    write the same list, in plain words, as a file.
    """
    call = session()
    with closing(open_database(call.data)) as db:
        code = find_agency(db, agency).code if agency is not None else None
        asked = bool(everything or statuses or classes or agency is not None or rule is not None or call.as_json)
        only_open = not (everything or statuses or call.as_json)
        choice = FindingChoice(statuses, classes, code, year, rule, everything=asked, only_open=only_open)
        kept = [path for path in (as_table, as_book) if path]
        if kept:
            _keep(call, choose(db, choice), as_table, as_book, force=force)
        told = choose(db, choice, call.room)
        if call.as_json:
            call.emit_each(finding_json(one, told.names) for one in told.found)
            return
        odd = [one for one in told.found if not _say(call, one, told.names)]
    for line in call.rest(told.listed.total()):
        call.say(line)
    call.say(_summary(call, told.listed))
    if told.others:
        call.say(_left(call, told))
    for path in kept:
        call.say(call.text(f"已写好 {inert(str(path))}", f"written: {inert(str(path))}"))
    if odd:
        leave(COULD_NOT)


def _keep(call: CallOptions, told: FindingList, as_table: Path | None, as_book: Path | None, *, force: bool) -> None:
    """The list as files: all of them, or none."""
    made = rows(call, told.found, told.names)
    files: dict[Path, bytes] = {}
    if as_table:
        files[as_table] = as_csv(call, made)
    if as_book:
        files[as_book] = book_bytes([sheet(call, made)])
    write(files, call.data.sums, force=force)


def _left(call: CallOptions, told: FindingList) -> str:
    """How many are not listed: what people decided, what is over, what is merely noted."""
    rest = {call.text(STATUS[name], name): count for name, count in told.rest.items()}
    if noted := told.others - sum(told.rest.values()):
        rest[call.text("参考和试行的", "merely noted or on trial")] = noted
    if not told.rest:
        return call.text(
            f"另有参考和试行的 {noted} 项未列：gouji findings --all",
            f"{noted} more, merely noted or on trial: gouji findings --all",
        )
    parts = call.text("、", ", ").join(f"{words} {count}" for words, count in rest.items())
    return call.text(
        f"另有 {told.others} 项未列（{parts}）：gouji findings --all",
        f"{told.others} more ({parts}): gouji findings --all",
    )


def _say(call: CallOptions, finding: Finding, names: Mapping[str, str]) -> bool:
    """Prints one finding; False where its row holds what nothing can be said of. The others are printed."""
    lines = contained(lambda: finding_lines(call.lang, finding, names))
    if isinstance(lines, Failed):
        english, chinese = map(inert, lines.words)
        lines = [
            call.text(
                f"#{finding.id}  这一项存下的数据读不出来（{chinese}）：请运行 gouji doctor --full",
                f"#{finding.id}  what is stored of it cannot be read ({english}): run gouji doctor --full",
            )
        ]
        finding = replace(finding, id=None)
    for line in lines:
        call.say(line)
    return finding.id is not None


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


@command(step=210, example='gouji acknowledge 12 13 --reason "已电话通知，等更正" --until 2026-12-31')
@FINDINGS
@REASON
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="到这一天为止（含） · holds until this day"
)
@json_option
def acknowledge(findings: tuple[int, ...], reason: str, until: datetime | None) -> None:
    """知悉发现（可写几个编号）：不再提醒，直到数字改变或期限已过。

    Takes note of findings: they stay quiet until their figures change or the day is past.
    """
    _decide(findings, "acknowledged", reason, until.date() if until else None)


@command(step=220, example='gouji explain 12 --reason "机构改革，2023年底与商务局合并"')
@FINDINGS
@REASON
@json_option
def explain(findings: tuple[int, ...], reason: str) -> None:
    """接受解释（可写几个编号）；同一处明年再不符时会再说起这个解释。

    Accepts an explanation; it is offered again when the same place breaks next year.
    """
    _decide(findings, "explained", reason)


@command(step=230, example='gouji dismiss 12 --reason "读取有误，原件为 60"')
@FINDINGS
@REASON
@json_option
def dismiss(findings: tuple[int, ...], reason: str) -> None:
    """判定为误报（可写几个编号；状态 false_positive）。

    Declares findings false alarms (status false_positive).
    """
    _decide(findings, "false_positive", reason)
