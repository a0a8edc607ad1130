"""`gouji diff`: year over year, and version over version, for one agency."""

from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from typing import Any

import click
from sqlite_utils import Database

from crawler.agencies.lookup import AgencyRef, find_agency, in_full
from crawler.ground.errors import GoujiError, UsageError
from extract.store.load import StoredReport, load_reports
from monitor.changes.diff import CellChange, CellValue, Difference, Remark, between_versions, between_years
from monitor.changes.versions import Version, load_papers, load_standing
from monitor.checking.batch import contexts
from monitor.commands.options import CallOptions, command, json_option, session
from monitor.failures import readable
from monitor.reconcile.engine import check_years
from monitor.reconcile.outcome import Outcome
from monitor.reconcile.rulebook import Rulebook, load
from monitor.schema import open_database
from monitor.words.cells import cell_words
from monitor.words.report import cell_text
from monitor.words.terminal import inert, moment, table
from monitor.words.verdict_json import outcome_json
from monitor.words.verdicts import message

YEAR = click.IntRange(1900, 2999)


@command(example="gouji diff 示例县财政局\ngouji diff 示例县财政局 2023 2024\ngouji diff 示例县财政局 2024 --versions")
@click.argument("agency")
@click.argument("years", nargs=-1, type=YEAR, metavar="[YEAR YEAR]")
@click.option("--versions", is_flag=True, help="同一年度的各个版本相比 · the versions of one year")
@json_option
def diff(agency: str, years: tuple[int, ...], versions: bool) -> None:
    """两个年度相比：变动的数字、结转和存量的衔接；或同一年度各版本相比。不写年度则取最近两年。

    Year over year: the figures that changed, whether carry-over and stocks fit; or version over version.
    Without years, the newest two.
    """
    call = session()
    if len(years) > (1 if versions else 2):
        raise UsageError(call.text("最多写两个年度；--versions 只写一个", "two years at most; one with --versions"))
    with closing(open_database(call.data)) as db:
        body = find_agency(db, agency)
        if versions:
            _diff_versions(call, db, body, years)
        else:
            _diff_years(call, db, body, years)


def _diff_years(call: CallOptions, db: Database, body: AgencyRef, years: Sequence[int]) -> None:
    reports = {one.year: one for one in _load(db, body)}
    earlier, later = _pair(call, body, sorted(reports), years)
    found = between_years(reports[earlier].report, reports[later].report)
    book = load()
    history = {year: one.report for year, one in reports.items()}
    relations: Sequence[Outcome] = ()
    if later - earlier == 1:
        told = check_years(book, history, later, contexts(db, [body.code])[body.code], detail=True)
        relations = [one for one in (*told.others, *told.passes) if one.rule.startswith("year.")]
    call.emit(
        {
            "agency": body.code,
            "agency_name": body.name,
            "earlier": _source(reports[earlier]),
            "later": _source(reports[later]),
            **_difference_json(found),
            "relations": [outcome_json(book, one) for one in relations],
        }
    )
    call.say(inert(f"{body.name}  {earlier} → {later}"))
    lines = _relation_lines(call, relations, book)
    for line in (*lines, *_difference_lines(call, found, str(earlier), str(later))):
        call.say(line)


def _load(db: Database, body: AgencyRef) -> list[StoredReport]:
    return readable(in_full(body.name, body.code), lambda: load_reports(db, body.code))


def _pair(call: CallOptions, body: AgencyRef, known: Sequence[int], years: Sequence[int]) -> tuple[int, int]:
    there = ", ".join(map(str, known)) or call.text("没有", "none")
    for year in years:
        if year not in known:
            raise GoujiError(
                call.text(
                    f"没有读到{body.name} {year} 年的报告；已有：{there}",
                    f"no report of {body.name} for {year} has been read; there are: {there}",
                )
            )
    later = max(years) if years else max(known, default=0)
    earlier = min(years) if len(years) == 2 else max((year for year in known if year < later), default=0)
    if not earlier or earlier == later:
        raise GoujiError(
            call.text(
                f"要有两个年度的报告才能相比；{body.name} 已有：{there}",
                f"two years are needed to compare; {body.name} has: {there}",
            )
        )
    return earlier, later


def _diff_versions(call: CallOptions, db: Database, body: AgencyRef, years: Sequence[int]) -> None:
    reports = _load(db, body)
    year = years[0] if years else max((one.year for one in reports), default=0)
    versions = _distinct(
        readable(in_full(body.name, body.code), lambda: load_standing(db, body.code, year, load_papers(db, body.code)))
    )
    if not versions:
        raise GoujiError(
            call.text(
                f"没有读到{body.name} {year or ''} 的报告", f"no report of {body.name} {year or ''} has been read"
            )
        )
    pairs = list(pairwise(versions))
    found = [between_versions(one.stored.report, two.stored.report) for one, two in pairs]
    call.emit(
        {
            "agency": body.code,
            "agency_name": body.name,
            "year": year,
            "versions": [{**_source(one.stored), "since": one.since} for one in versions],
            "differences": [
                {"earlier": one.stored.document, "later": two.stored.document, **_difference_json(difference)}
                for (one, two), difference in zip(pairs, found, strict=True)
            ],
        }
    )
    call.say(
        call.text(
            f"{inert(body.name)} {year}：{len(versions)} 个版本", f"{inert(body.name)} {year}: {len(versions)} versions"
        )
    )
    for line in table([(one.stored.document[:12], moment(one.since), one.stored.url) for one in versions], indent="  "):
        call.say(line)
    for (one, two), difference in zip(pairs, found, strict=True):
        before, after = one.stored.document[:12], two.stored.document[:12]
        call.say()
        call.say(f"{before} → {after}")
        for line in _difference_lines(call, difference, before, after):
            call.say(line)


def _distinct(versions: Sequence[Version]) -> list[Version]:
    """Each document once, at whatever address; once more where it came back after another."""
    documents: set[str] = set()
    found: list[Version] = []
    for one in versions:
        if one.stored.document not in documents or one.since != one.stored.first_seen:
            found.append(one)
        documents.add(one.stored.document)
    return found


def _difference_lines(call: CallOptions, found: Difference, before: str, after: str) -> list[str]:
    lines = [
        "",
        call.text(
            f"变动的格：{len(found.changes)}（比了 {found.compared} 格）",
            f"cells that changed: {len(found.changes)} of {found.compared}",
        ),
    ]
    if found.changes:
        rows = [("", before, after, call.text("增减", "change"), ""), *(_row(call, one) for one in found.changes)]
        lines += table(rows, right=(1, 2, 3), indent="  ")
    lines += [f"  {line}" for remark in found.remarks for line in _remark(call, remark)]
    for part in found.prose:
        lines += ["", inert(part.heading) or call.text("正文之前", "above the report")]
        lines += [f"  − {inert(sentence)}" for sentence in part.removed]
        lines += [f"  + {inert(sentence)}" for sentence in part.added]
    return lines


def _row(call: CallOptions, change: CellChange) -> tuple[str, ...]:
    delta = change.delta
    return (
        change.cell,
        _figure(change.before),
        _figure(change.after),
        f"{delta:+}" if delta is not None else "–",
        cell_words(change.cell, call.lang),
    )


def _figure(figure: CellValue | None) -> str:
    return "–" if figure is None else cell_text(figure.raw, figure.value, figure.state)


def _remark(call: CallOptions, remark: Remark) -> list[str]:
    cells = ", ".join(remark.cells)
    if remark.code == "other_folded":
        whole, *parts = remark.cells
        words = cell_words(whole, call.lang)
        return [
            call.text(
                f"{words}：格式改变，{len(parts)} 行合为一行相比",
                f"{words}: the form changed, {len(parts)} rows are compared as one",
            )
        ]
    return [
        {
            "forms_differ": call.text(
                f"表二格式改变，含义不同、未作比较：{cells}",
                f"the form of table 2 changed; these mean different things: {cells}",
            ),
            "table_missing": call.text(f"有一年没有读到 {cells}，未作比较", f"{cells} was read in one of the two only"),
        }[remark.code]
    ]


def _relation_lines(call: CallOptions, relations: Sequence[Outcome], book: Rulebook) -> list[str]:
    if not relations:
        return [
            "",
            call.text(
                "两个年度不相连，不核对结转和存量。",
                "the years do not follow each other: carry-over and stocks are not compared.",
            ),
        ]
    marks = {
        "pass": call.text("相符", "holds"),
        "fail": call.text("不符", "broken"),
        "holds_if_blanks_zero": call.text("空白按 0 计则相符", "holds if blanks are zero"),
        "not_assessable": call.text("无法判断", "not assessable"),
    }
    lines = ["", call.text("年度之间的关系", "relations between the years")]
    order = ["fail", "not_assessable", "holds_if_blanks_zero", "pass"]
    rows = [
        (marks[one.verdict], one.name, _relation(call, one, book))
        for one in sorted(relations, key=lambda one: order.index(one.verdict))
    ]
    return [*lines, *table(rows, indent="  ")]


def _relation(call: CallOptions, one: Outcome, book: Rulebook) -> str:
    if one.verdict == "fail":
        return message(book, one, call.lang)
    if one.reason:
        return book.reasons[one.reason][call.lang] if one.reason in book.reasons else one.reason
    if one.left is None or one.right is None:
        return ""
    return f"{one.left} {'=' if one.left == one.right else '/'} {one.right}"


def _source(one: StoredReport) -> dict[str, Any]:
    return {
        "report": one.id,
        "year": one.year,
        "document": one.document,
        "url": one.url,
        "first_seen": one.first_seen,
        "published_on": one.published_on,
        "template": one.report.template,
    }


def _difference_json(found: Difference) -> dict[str, Any]:
    return {
        "compared": found.compared,
        "changes": [
            {"cell": one.cell, "before": _figure_json(one.before), "after": _figure_json(one.after), "delta": one.delta}
            for one in found.changes
        ],
        "remarks": [{"code": one.code, "cells": one.cells} for one in found.remarks],
        "prose": [
            {"section": one.section, "heading": one.heading, "removed": one.removed, "added": one.added}
            for one in found.prose
        ],
    }


def _figure_json(figure: CellValue | None) -> dict[str, Any] | None:
    return figure._asdict() if figure is not None else None
