"""The end of `gouji verify`: one sentence for one draft that holds, a closing table for several, also as a workbook."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from crawler.ground.errors import UsageError
from monitor.checking.drafts import BINDING, Beside, Judgement, Lack
from monitor.commands.options import CallOptions
from monitor.export.sheet_file import Cell, Sheet, Tone, write_book
from monitor.reconcile.rulebook import Rulebook
from monitor.words.cells import cell_words
from monitor.words.terminal import cut, inert, table
from monitor.words.verdicts import message

LONGEST_NAME, LONGEST_BODY = 26, 24  # columns
LONGEST_REASON = 60  # characters
VERDICT = 3  # the column of the verdict
LACKING: Mapping[Lack, tuple[str, str]] = {
    "unread": ("未读，没有对照", "not read, held against nothing"),
    "no_agency": ("看不出是哪个机关的，没有与往年对照", "it does not say whose it is: held against no earlier year"),
    "no_year": (
        "看不出是哪一年度的，没有与往年对照",
        "it does not say of which year it is: held against none",
    ),
    "unknown_body": (
        "名录里没有这个机关（gouji agencies list），没有与往年对照",
        "the register does not know the body (gouji agencies list): held against no earlier year",
    ),
    "several": (
        "名录里有几个机关叫这个名称，不能确定是哪一个，没有与往年对照",
        "several bodies of the register bear the name: held against no earlier year",
    ),
    "nothing_earlier": (
        "没有存下这个机关往年的报告（gouji add 可收入），没有与往年对照",
        "no report of an earlier year is stored (gouji add takes one in): held against none",
    ),
}
CONFIRM = frozenset({"confirm"})


def total_lines(call: CallOptions, judgements: Sequence[Judgement], book: Rulebook) -> list[str]:
    """What stands at the end, for people."""
    if len(judgements) == 1:
        return ["", _sentence(call, judgements[0], book)] if judgements[0].holds(book) else []
    good = sum(one.holds(book) for one in judgements)
    rows = [[one.draft.path.name, *_row(call, one, book)] for one in judgements]
    laid = table([_headings(call), *rows], indent="  ", limits={0: LONGEST_NAME, 1: LONGEST_BODY})
    holding = [line for one, line in zip(judgements, laid[1:], strict=True) if one.holds(book)]
    wrong = [line for one, line in zip(judgements, laid[1:], strict=True) if not one.holds(book)]
    lines = ["", call.text("一览", "at a glance"), laid[0].rstrip(), *holding]
    if wrong:
        # Who is wrong stands last: of forty, the four are read without turning back.
        title = call.text(f"不成立或读不出的 {len(wrong)} 份", f"{len(wrong)} that do not hold, or cannot be read")
        lines += [*([""] if holding else []), f"■ {title}", *wrong]
    return [
        *lines,
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
    """The closing table as a workbook, in the order of the files; on a second sheet who does not hold, and why."""
    rows: list[list[Cell]] = []
    wrong: list[list[Cell]] = []
    for one in judgements:
        texts = [inert(text) for text in (str(one.draft.path), *_row(call, one, book))]
        tone: Tone = "good" if one.holds(book) else "unsure" if one.report is None else "bad"
        row = [Cell(text, tone if at == VERDICT else "") for at, text in enumerate(texts)]
        rows.append(row)
        if not one.holds(book):
            wrong.append([*row, Cell("\n".join(inert(text) for text in _why(call, one, book)))])
    headings, why = _headings(call), call.text("不符之处", "what does not hold")
    sheets = [
        Sheet(call.text("核对结果", "result"), headings, rows),
        Sheet(
            call.text("不成立的", "not holding"),
            [*headings, why],
            wrong,
            empty=call.text("各份都成立。", "All of them hold."),
            widths={5: 60} if wrong else {},
            tone="bad" if wrong else "good",
        ),
    ]
    write_book(target, sheets)


def _why(call: CallOptions, one: Judgement, book: Rulebook) -> list[str]:
    """What does not hold, a sentence for each relation, and what could not be read."""
    told = [message(book, outcome, call.lang) for outcome in one.failed(book, BINDING)]
    return [*told, *(problem.detail for problem in one.problems if not problem.facts.get("settled"))]


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
    return [agency or "–", year or "–", _verdict(call, one, book), _suspected(call, one, book)]


def _verdict(call: CallOptions, one: Judgement, book: Rulebook) -> str:
    if one.report is None:
        return call.text("未读", "not read")
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


def _suspected(call: CallOptions, one: Judgement, book: Rulebook) -> str:
    """The cells in the form's words with what they should be; where none can be told, the first of what is wrong."""
    if one.holds(book):
        return "–"
    suspects = [suspect.as_json() for suspect in one.suspects]
    if any(isinstance(suspect.get("cell"), str) for suspect in suspects):
        return call.text("；", "; ").join(_cell(call, suspect) for suspect in suspects)
    why = [" ".join(text.split()) for text in _why(call, one, book)]
    return cut(why[0], LONGEST_REASON) if why else "–"


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


def beside_words(call: CallOptions, beside: Beside) -> str:
    """What a draft was held against, or why it was against nothing."""
    if not beside.lack:
        years = call.text("、", ", ").join(map(str, beside.years))
        return call.text(f"{beside.name}已存的 {years} 年度报告", f"the stored reports of {beside.name} for {years}")
    return call.text(*LACKING[beside.lack])
