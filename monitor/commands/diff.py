"""`gouji diff`: year over year, and version over version, for one agency."""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import click

from crawler.agencies.lookup import find_agency
from crawler.ground.errors import UsageError
from extract.store.load import StoredReport
from monitor.asking.diff import VersionsCompared, YearsCompared, compare_versions, compare_years
from monitor.changes.diff import CellChange, CellValue, Difference, Remark
from monitor.commands.options import CallOptions, command, json_option, session
from monitor.reconcile.outcome import Outcome
from monitor.reconcile.rulebook import Rulebook, load
from monitor.schema import open_database
from monitor.words.cells import cell_words
from monitor.words.report import cell_text
from monitor.words.terminal import inert, moment, table
from monitor.words.verdict_json import outcome_json
from monitor.words.verdicts import message, reason_words

YEAR = click.IntRange(1900, 2999)


@command(
    step=170,
    example="gouji diff 示例县财政局\ngouji diff 示例县财政局 2023 2024\ngouji diff 示例县财政局 2024 --versions",
)
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
    book = load()
    with closing(open_database(call.data)) as db:
        body = find_agency(db, agency)
        found = (
            compare_versions(db, body, years[0] if years else None)
            if versions
            else compare_years(db, book, body, years)
        )
    if isinstance(found, VersionsCompared):
        call.emit(_versions_json(found))
        _say_versions(call, found)
    else:
        call.emit(_years_json(found, book))
        _say_years(call, found, book)


def _say_years(call: CallOptions, found: YearsCompared, book: Rulebook) -> None:
    earlier, later = str(found.earlier.year), str(found.later.year)
    call.say(inert(f"{found.body.name}  {earlier} → {later}"))
    lines = _relation_lines(call, found.relations, book)
    for line in (*lines, *_difference_lines(call, found.difference, earlier, later)):
        call.say(line)


def _say_versions(call: CallOptions, found: VersionsCompared) -> None:
    name, year, versions = inert(found.body.name), found.year, found.versions
    call.say(call.text(f"{name} {year}：{len(versions)} 个版本", f"{name} {year}: {len(versions)} versions"))
    for line in table([(one.stored.document[:12], moment(one.since), one.stored.url) for one in versions], indent="  "):
        call.say(line)
    for step in found.steps:
        before, after = step.earlier.stored.document[:12], step.later.stored.document[:12]
        call.say()
        call.say(f"{before} → {after}")
        for line in _difference_lines(call, step.difference, before, after):
            call.say(line)


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
        return reason_words(book, one.reason, call.lang)
    if one.left is None or one.right is None:
        return ""
    return f"{one.left} {'=' if one.left == one.right else '/'} {one.right}"


def _years_json(found: YearsCompared, book: Rulebook) -> dict[str, Any]:
    return {
        "agency": found.body.code,
        "agency_name": found.body.name,
        "earlier": _source(found.earlier),
        "later": _source(found.later),
        **_difference_json(found.difference),
        "relations": [outcome_json(book, one) for one in found.relations],
    }


def _versions_json(found: VersionsCompared) -> dict[str, Any]:
    return {
        "agency": found.body.code,
        "agency_name": found.body.name,
        "year": found.year,
        "versions": [{**_source(one.stored), "since": one.since} for one in found.versions],
        "differences": [
            {
                "earlier": step.earlier.stored.document,
                "later": step.later.stored.document,
                **_difference_json(step.difference),
            }
            for step in found.steps
        ],
    }


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
