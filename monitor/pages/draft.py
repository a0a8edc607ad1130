"""The page that checks drafts: read in the isolated workers, held against what is stored, and forgotten."""

import threading
from collections.abc import Iterator

from crawler.ground.errors import UsageError
from extract.model import cell_name
from monitor.asking.unread import problem_words
from monitor.checking.beside import stored_beside
from monitor.checking.drafts import BINDING, Judgement, judge_drafts, read_drafts
from monitor.checking.sources import Source, sources_of
from monitor.findings import Finding, Key
from monitor.pages.ask import Answer, Ask, Shown
from monitor.pages.report_cells import form_tables, relations_of
from monitor.pages.site import Site
from monitor.pages.tables import PageCell, PageTable, page_table
from monitor.reconcile.rulebook import Rulebook
from monitor.reconcile.rulebook import load as load_rulebook
from monitor.words.plain import in_words
from monitor.words.verdicts import message

MOST_BYTES = 60 << 20  # of one form
MOST_DRAFTS = 60
MOST_TEXT = 2 << 20  # characters of a pasted text
AT_ONCE = threading.BoundedSemaphore(2)  # forms that are read side by side: who comes third is told


def draft_page(site: Site, ask: Ask) -> Answer:
    """The form and, where one was sent, what was found."""
    title = ask.say("核对草稿", "Check a draft")
    if not ask.sent:
        return Shown("draft", title, {"drafts": (), "asked": False})
    wanted = list(_sources(ask))
    if not wanted:
        raise UsageError("choose a file, or paste a table", "请选一个文件，或粘贴一张表")
    if len(wanted) > MOST_DRAFTS:
        raise UsageError(f"at most {MOST_DRAFTS} files at once", f"一次最多 {MOST_DRAFTS} 个文件")
    if not AT_ONCE.acquire(blocking=False):
        raise UsageError("others are having drafts read: try again in a while", "正在读别人的草稿，请稍后再试")
    try:
        drafts = [*read_drafts(wanted)]
    finally:
        AT_ONCE.release()
    book = load_rulebook()
    with site.reading() as db:
        beside = [*stored_beside(db, site.config(), [one.result for one in drafts])]
    told = judge_drafts(drafts, book, beside)
    shown = [_shown(ask, one, book) for one in told]
    return Shown("draft", title, {"drafts": shown, "asked": True}, (_summary(ask, told, book),))


def _sources(ask: Ask) -> Iterator[Source]:
    for one in ask.files:
        yield from sources_of(one.name, one.body)
    text = ask.form.get("text", "")[:MOST_TEXT]
    if text.strip():
        name = "粘贴.html" if "<t" in text.lower() else "粘贴.txt"
        yield from sources_of(name, text.encode())


def _summary(ask: Ask, told: list[Judgement], book: Rulebook) -> PageTable:
    say = ask.say
    rows = []
    for one in told:
        report = one.report
        wrong = len(one.failed(book, BINDING))
        rows.append(
            (
                one.draft.path.name,
                report.agency_name if report else "",
                report.year if report and report.year is not None else "",
                _result(ask, one, book, wrong),
                wrong,
                len(one.problems),
            )
        )
    heads = (
        say("文件", "file"), say("机关", "body"), say("年度", "year"), say("结果", "result"),
        say("不符", "do not hold"), say("未读", "not read"),
    )  # fmt: skip
    return page_table("drafts", say("一览", "summary"), heads, rows)


def _result(ask: Ask, one: Judgement, book: Rulebook, wrong: int) -> PageCell:
    """What became of one draft; what was not read says nothing about it."""
    if wrong:
        return PageCell(ask.say("有不符", "does not hold"), tone="bad")
    if one.holds(book):
        return PageCell(ask.say("成立", "holds"), tone="good")
    if one.report is None:
        return PageCell(ask.say("未读", "not read"), tone="unsure")
    return PageCell(ask.say("没有读全", "not read whole"), tone="unsure")


def _shown(ask: Ask, one: Judgement, book: Rulebook) -> dict[str, object]:
    """One draft: its tables with the cells in doubt, and what does not hold in words."""
    report = one.report
    agency = report.agency_name if report else ""
    year = (report.year if report else None) or 0
    key = Key(agency, year, "t3.row_sum", "")
    suspects = [
        Finding(key, "fatal", "fail", "open", "source", "", "", {}, suspect.as_json(), "", "")
        for suspect in one.suspects
    ]
    relations = relations_of(book, one.others, agency, year, ask.lang)
    tables = form_tables(ask, report, suspects, relations) if report else []
    values = {
        cell_name(row.table, row.code, member): raw
        for row in (report.rows if report else ())
        for member, raw in zip(row.members, row.raws, strict=True)
    }
    return {
        "name": one.draft.path.name,
        "report": report,
        "holds": one.holds(book),
        "forms": tables,
        "wrong": [in_words(message(book, found, ask.lang), ask.lang) for found in one.failed(book, BINDING)],
        "confirm": [
            in_words(message(book, found, ask.lang), ask.lang) for found in one.failed(book, frozenset({"confirm"}))
        ],
        "problems": list(dict.fromkeys(problem_words(problem, ask.lang) for problem in one.problems)),
        "beside": one.beside.years if one.beside else (),
        "suspects": [
            (cell, values.get(cell) or "", value)
            for suspect in (found.as_json() for found in one.suspects)
            if (cell := suspect.get("cell")) and (value := suspect.get("value")) is not None
        ],
    }
