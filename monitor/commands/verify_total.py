"""The end of `gouji verify`: one sentence for one draft that holds, a closing table for several, also as a workbook."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from crawler.ground.errors import UsageError
from monitor.checking.drafts import BINDING, Judgement
from monitor.commands.options import CallOptions
from monitor.export.sheet_file import write_sheet
from monitor.reconcile.rulebook import Rulebook
from monitor.words.cells import cell_words
from monitor.words.terminal import clip, inert, table

LONGEST_NAME = 40
CONFIRM = frozenset({"confirm"})


def total_lines(call: CallOptions, judgements: Sequence[Judgement], book: Rulebook) -> list[str]:
    """What stands at the end, for people."""
    if len(judgements) == 1:
        return ["", _sentence(call, judgements[0], book)] if judgements[0].holds(book) else []
    good = sum(one.holds(book) for one in judgements)
    rows = [[clip(inert(one.draft.path.name), LONGEST_NAME), *map(inert, _row(call, one, book))] for one in judgements]
    return [
        "",
        call.text("一览", "at a glance"),
        *table([_headings(call), *rows], indent="  "),
        "",
        call.text(
            f"共 {len(judgements)} 份：{good} 份成立，{len(judgements) - good} 份有不符或读不出之处",
            f"{len(judgements)} files: {good} hold, {len(judgements) - good} do not or cannot be read",
        ),
    ]


def check_target(target: Path, files: Sequence[Path]) -> None:
    """UsageError where the table would be written over what is to be judged, or into no folder."""
    if any(target.resolve() == path.resolve() for path in files):
        raise UsageError(f"{target} is itself to be judged", f"{target} 本身就在要核对的文件里，请换一个文件名")
    if target.is_dir() or not target.absolute().parent.is_dir():
        raise UsageError(f"{target} is no file that can be written", f"{target} 不能写：上级文件夹不存在，或它是文件夹")


def write_total(call: CallOptions, target: Path, judgements: Sequence[Judgement], book: Rulebook) -> None:
    """The closing table as a workbook."""
    rows = [[str(one.draft.path), *_row(call, one, book)] for one in judgements]
    write_sheet(
        target, call.text("核对结果", "result"), _headings(call), [[inert(text) for text in row] for row in rows]
    )


def _headings(call: CallOptions) -> list[str]:
    return [
        call.text(*words)
        for words in (
            ("文件", "file"),
            ("机关", "agency"),
            ("年度", "year"),
            ("结论", "verdict"),
            ("疑误的格", "suspected cell"),
        )
    ]


def _row(call: CallOptions, one: Judgement, book: Rulebook) -> list[str]:
    report = one.report
    agency = report.agency_name if report else ""
    year = str(report.year) if report and report.year is not None else ""
    return [agency or "–", year or "–", _verdict(call, one, book), _suspected(call, one) or "–"]


def _verdict(call: CallOptions, one: Judgement, book: Rulebook) -> str:
    if one.report is None:
        return call.text("没有读成：", "not read: ") + "；".join(problem.detail for problem in one.problems)
    parts = []
    if failed := len(one.failed(book, BINDING)):
        parts.append(call.text(f"不符 {failed} 项", f"{failed} do not hold"))
    if unread := sum(not problem.facts.get("settled") for problem in one.problems):
        parts.append(call.text(f"读不准 {unread} 处", f"{unread} not read for sure"))
    if asked := len(one.failed(book, CONFIRM)):
        parts.append(call.text(f"请确认 {asked} 项", f"{asked} to confirm"))
    if one.holds(book):
        parts.insert(0, call.text("成立", "holds"))
    return call.text("，", ", ").join(parts)


def _suspected(call: CallOptions, one: Judgement) -> str:
    """The cells in the form's words with what they should be; what cannot be decided is said so."""
    return call.text("；", "; ").join(_cell(call, suspect.as_json()) for suspect in one.suspects)


def _cell(call: CallOptions, suspect: dict[str, object]) -> str:
    cell, value = suspect.get("cell"), suspect.get("value")
    if not isinstance(cell, str):
        return call.text("不能确定是哪一格", "cannot be told")
    words = cell_words(cell, call.lang)
    if not isinstance(value, (int, Decimal)):
        return words
    return call.text(f"{words} 应为 {value}", f"{words} should be {value}")


def _sentence(call: CallOptions, one: Judgement, book: Rulebook) -> str:
    passed = sum((one.passed or {}).values())
    asked = len(one.failed(book, CONFIRM))
    return call.text(
        f"结论：这份报告成立，读到的 {passed} 项勾稽关系全部相符"
        + (f"；另有 {asked} 项请确认（见上）。" if asked else "，没有发现不符。"),
        f"result: this report holds; all {passed} relations agree"
        + (f"; {asked} more are to be confirmed, see above." if asked else "."),
    )
