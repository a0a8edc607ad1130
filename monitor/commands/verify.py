"""`gouji verify`: the judgement on drafts and reports, without a data directory."""

import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import click

from crawler.ground.contained import Failed, contained
from extract.model import Report, cell_name
from monitor.checking.drafts import BINDING, Beside, Draft, Judgement, judge_drafts, not_judged, read_drafts
from monitor.checking.sources import find_files, sources
from monitor.commands.options import CallOptions, command, json_option, leave, session
from monitor.commands.verify_total import beside_words, check_target, total_lines, write_total
from monitor.reconcile.locate import Suspect
from monitor.reconcile.outcome import Outcome
from monitor.reconcile.rulebook import Rulebook, load
from monitor.words.claims import claim_lines, claims_json
from monitor.words.kinds import class_words
from monitor.words.report import problem_lines, read_words, report_json, report_lines, suspect_line, suspect_marks
from monitor.words.terminal import inert, table
from monitor.words.verdict_json import outcome_json
from monitor.words.verdicts import message, reason_words

GROUPS = (
    ("不符", "does not hold", BINDING),
    ("请确认", "please confirm", frozenset({"confirm"})),
    ("备注", "notes", frozenset({"info"})),
    ("读取存疑", "doubtful reading", frozenset({"health"})),
)


@command(
    step=150,
    example="gouji verify 草稿.html\ngouji verify 2023年报.docx 2024年报.docx\ngouji verify 文件夹 --xlsx 核对.xlsx\n"
    "gouji verify --data 数据 草稿.docx",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--xlsx",
    "target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="把一览表另存为工作簿 · the closing table as a workbook, too",
)
@click.option("--full", is_flag=True, help="几份时，成立的也逐份细说 · of several, details of those that hold, too")
@json_option
def verify(files: tuple[Path, ...], target: Path | None, full: bool) -> None:
    """核对草稿或报告：打印读到的三张表、每条规则的结论和疑误的格。写明 --data 则还与已存的往年报告对照。

    不需要数据目录，什么也不存。可以给几份文件、文件夹、压缩包，或用 - 从标准输入读；几份时成立的只占一行，
    末尾列出不成立的各份。
    有不成立的关系或读不出的内容时退出状态为 1。

    Checks drafts or reports: the tables as read, every rule's verdict, the suspected cell. Needs no data directory;
    with --data, they are also held against the bodies' stored reports of earlier years, and nothing is stored.
    Of several, those that hold take one line, and who does not stands last. Exit status 1 when something does not hold
    or cannot be read.
    """
    call = session()
    book = load()
    found = find_files(files)
    if target is not None:
        check_target(target, found)
    drafts = [*read_drafts(sources(found, sys.stdin.buffer))]
    judgements = judge_drafts(drafts, book, _beside(call, drafts))
    brief = len(judgements) > 1 and not full
    shown = [_shown(call, one, book, brief=brief) for one in judgements]
    judgements = [one.judgement for one in shown]
    holds = all(one.holds(book) for one in judgements)
    call.emit({"ok": holds, "files": [one.value for one in shown]})
    for number, lines in enumerate(one.lines for one in shown if one.lines):
        for line in ("", *lines) if number else lines:
            call.say(line)
    if not call.as_json:
        for line in total_lines(call, judgements, book):
            call.say(line)
    if target is not None:
        write_total(call, target, judgements, book)
    if not holds:
        leave(1)


def _beside(call: CallOptions, drafts: Sequence[Draft]) -> list[Beside]:
    """What the data directory that the line names holds of the drafts' bodies; nothing where it names none."""
    if call.data_given is None:
        return []
    if not call.data.database.exists():
        call.note(
            call.text(
                f"{inert(str(call.data.root))} 里没有存过报告，没有与往年对照",
                f"nothing is stored in {inert(str(call.data.root))}: the drafts are not held against earlier years",
            )
        )
        return []
    # Without a data directory, nothing of the database is loaded.
    from monitor.checking.beside import stored_beside
    from monitor.schema import open_database

    with closing(open_database(call.data)) as db:
        return list(stored_beside(db, call.data.config(), [draft.result for draft in drafts]))


class _Shown(NamedTuple):
    """A judgement as it is told: its JSON (None without `--json`), its lines (none with it, or where one is enough)."""

    judgement: Judgement
    value: dict[str, Any] | None
    lines: Sequence[str]


def _shown(call: CallOptions, one: Judgement, book: Rulebook, *, brief: bool) -> _Shown:
    """One file's judgement, put into words; what cannot be is said of this file alone. `brief`: only what is wrong."""

    def tell(told: Judgement) -> _Shown:
        if call.as_json:
            return _Shown(told, _json(told, book), ())
        return _Shown(told, None, () if brief and told.holds(book) else _lines(call, told, book))

    done = contained(lambda: tell(one))
    return tell(not_judged(one.draft, done)) if isinstance(done, Failed) else done


def _lines(call: CallOptions, one: Judgement, book: Rulebook) -> list[str]:
    lines = [call.text("文件：", "file: ") + inert(str(one.draft.path))]
    report = one.report
    if report is None:
        return lines + _problem_lines(call, one)
    lines += _head(call, report, one.beside)
    suspects = [suspect.as_json() for suspect in one.suspects]
    lines += report_lines(report, suspect_marks(suspects), call.lang)
    lines += claim_lines(book, one.claims, call.lang)
    lines += _problem_lines(call, one)
    for zh, en, classes in GROUPS:
        failed = one.failed(book, classes)
        if failed:
            lines += ["", call.text(f"{zh}：{len(failed)} 项", f"{en}: {len(failed)}")]
            for outcome in failed:
                lines += _outcome_lines(call, outcome, book)
    if suspects:
        lines += ["", call.text("疑误的格", "suspected cells")]
        lines += ["  " + suspect_line(suspect, stated(report, suspect), call.lang) for suspect in suspects]
    return [*lines, *_rest(call, one, book)]


def _head(call: CallOptions, report: Report, beside: Beside | None) -> list[str]:
    return table(
        [
            (call.text("机关", "agency"), report.agency_name or "–"),
            (call.text("年度", "year"), str(report.year) if report.year is not None else "–"),
            (call.text("标题", "title"), report.title or "–"),
            (call.text("格式", "form"), report.template or "–"),
            (call.text("读取", "reading"), call.text(*read_words(report.status))),
            *([(call.text("对照", "beside"), beside_words(call, beside))] if beside else []),
        ]
    )


def _problem_lines(call: CallOptions, one: Judgement) -> list[str]:
    if not one.problems:
        return []
    title = call.text(
        "读不出或读不准之处（不是对发布机关的判断）", "what could not be read (nothing about the publisher)"
    )
    return ["", title, *problem_lines(one.problems, call.lang)]


def _outcome_lines(call: CallOptions, outcome: Outcome, book: Rulebook) -> list[str]:
    words = [inert(line) for line in message(book, outcome, call.lang).splitlines()]
    # A subject that is a cell or a row of the form has its brackets already.
    name = f"{outcome.rule}  {outcome.subject}" if outcome.subject.endswith("]") else outcome.name
    return [
        f"  {inert(name)}  {class_words(book[outcome.rule].rule_class, call.lang)}",
        *(f"      {line}" for line in words),
    ]


def _rest(call: CallOptions, one: Judgement, book: Rulebook) -> list[str]:
    """What holds, as counts, and what could not be judged, with the reason."""
    rest = [outcome for outcome in one.others if outcome.verdict not in book[outcome.rule].opens]
    zero = Counter(outcome.rule for outcome in rest if outcome.verdict == "holds_if_blanks_zero")
    unknown = Counter((outcome.rule, outcome.reason) for outcome in rest if outcome.verdict == "not_assessable")
    lines: list[str] = []
    if zero:
        lines += ["", call.text("空白按 0 计则成立", "holds if blanks are zero")]
        lines += table([(rule, str(count)) for rule, count in zero.items()], right=(1,), indent="  ")
    if unknown:
        lines += ["", call.text("无法判断", "not assessable")]
        lines += table(
            [(rule, str(count), reason_words(book, reason, call.lang)) for (rule, reason), count in unknown.items()],
            right=(1,),
            indent="  ",
        )
    passed = {rule: count for rule, count in (one.passed or {}).items() if count}
    total = sum(passed.values())
    lines += ["", call.text(f"成立：{total} 项", f"holds: {total}")]
    lines += table([(rule, str(count)) for rule, count in passed.items()], right=(1,), indent="  ")
    return lines


def stated(report: Report, suspect: dict[str, Any]) -> dict[str, Any]:
    """What the report states in the suspected cell, in the shape of a finding's evidence."""
    operands = [
        {"cell": cell_name(row.table, row.code, member), "raw": raw, "value": value}
        for row in report.rows
        for member, raw, value in zip(row.members, row.raws, row.values, strict=True)
    ]
    return {"operands": [one for one in operands if one["cell"] == suspect.get("cell")]}


def _suspect_json(report: Report, suspect: Suspect) -> dict[str, Any]:
    found = suspect.as_json()
    operands = stated(report, found)["operands"]
    return {
        **found,
        "stated": operands[0]["value"] if operands else None,
        "text": suspect_line(found, {"operands": operands}),
    }


def _json(one: Judgement, book: Rulebook) -> dict[str, Any]:
    report = one.report
    return {
        "file": one.draft.path,
        "sha256": one.draft.sha256,
        "ok": one.holds(book),
        "report": report_json(report) if report is not None else None,
        "problems": [
            {"code": problem.code, "detail": problem.detail, "where": problem.where} for problem in one.problems
        ],
        "verdicts": [outcome_json(book, outcome) for outcome in one.others],
        "passed": one.passed or {},
        "claims": claims_json(one.claims),
        **({"beside": _beside_json(one.beside)} if one.beside else {}),
        "suspects": [_suspect_json(report, suspect) for suspect in one.suspects] if report is not None else [],
    }


def _beside_json(beside: Beside) -> dict[str, Any]:
    return {"agency": beside.agency or None, "years": beside.years, "lack": beside.lack}
