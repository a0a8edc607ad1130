"""`gouji show`: a report as read, suspected cells marked, where it came from, what was found in it."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from crawler.agencies.lookup import AgencyRef, find_agency
from crawler.ground.archive import open_archive
from crawler.ground.clock import now
from crawler.ground.errors import GoujiError, UsageError, reason
from extract.store.load import StoredReport
from monitor.asking.report import ReportOnFile, report
from monitor.commands.options import CallOptions, command, json_option, session
from monitor.reconcile.rulebook import load as load_rulebook
from monitor.schema import open_database
from monitor.words.claims import claim_lines, claims_json
from monitor.words.finding import finding_json, finding_lines
from monitor.words.places import where_lines
from monitor.words.report import (
    failure_json,
    failure_lines,
    problem_lines,
    read_words,
    report_json,
    report_lines,
    suspect_marks,
    twice_words,
)
from monitor.words.terminal import inert, moment, table


@command(
    step=160,
    example="gouji show 示例县财政局 2024\ngouji show 财政局 2024 --where\ngouji show 财政局 2024 --image 表.png",
)
@click.argument("agency")
@click.argument("year", required=False, type=click.IntRange(1900, 2999))
@click.option("--places", is_flag=True, help="每行注明在文件中的位置 · say where in the document each row stands")
@click.option("--where", is_flag=True, help="逐格说明在原件的何处 · say where in the document each figure stands")
@click.option(
    "--image",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.png",
    help="把所在的页或表画成图，框出疑误的格 · draw the page or table, doubtful cells outlined",
)
@json_option
def show(agency: str, year: int | None, places: bool, where: bool, image: Path | None) -> None:
    """显示读到的报告：疑误的格作标记，并注明出处和未了的发现。不写年度则取最近一年。

    The report as read: suspected cells marked, where it came from, what is open. Without YEAR, the newest.
    """
    call = session()
    if image is not None and image.suffix.lower() != ".png":
        raise UsageError(f"'{image}' does not end in .png", f"'{image}' 的结尾应是 .png")
    with closing(open_database(call.data)) as db:
        shown = report(db, find_agency(db, agency), now(), year)
    body, stored = shown.body, shown.stored
    call.emit(_json(call, shown))
    for line in _head(call, body, stored):
        call.say(line)
    marks = suspect_marks(one.suspect for one in shown.findings if one.suspect is not None)
    for line in report_lines(stored.report, marks, call.lang, places=places):
        call.say(line)
    for line in claim_lines(load_rulebook(), shown.claims, call.lang):
        call.say(line)
    if where:
        _say_where(call, stored)
    if image is not None:
        _draw(call, shown, image)
    _say_rest(call, shown, {body.code: body.name})


def _say_where(call: CallOptions, stored: StoredReport) -> None:
    heads = (call.text("格", "cell"), call.text("原文", "printed"), call.text("在原件的何处", "where it stands"))
    call.say()
    for line in table([heads, *where_lines(stored.report, call.lang)], indent="  "):
        call.say(inert(line))


def _draw(call: CallOptions, shown: ReportOnFile, target: Path) -> None:
    """Writes the picture, as PNG."""
    from monitor.asking.pictures import picture_of  # a question without a picture needs no reader of pictures

    with closing(open_database(call.data)) as db:
        picture = picture_of(db, open_archive(call.data), shown)
    try:
        picture.save(target, "PNG")
    except OSError as error:
        raise GoujiError(f"cannot write {target}: {error.strerror}", f"写不了 {target}：{reason(error)[1]}") from error
    call.say()
    call.say(call.text(f"图已写入 {target}", f"the picture is in {target}"))


def _source_json(call: CallOptions, stored: StoredReport) -> dict[str, Any]:
    """Where a stored report came from."""
    return {
        "report": stored.id,
        "document": stored.document,
        "url": stored.url,
        "archived": open_archive(call.data).where(stored.document),
        "first_seen": stored.first_seen,
        "published_on": stored.published_on,
    }


def _json(call: CallOptions, shown: ReportOnFile) -> dict[str, Any]:
    stored = shown.stored
    names = {stored.agency: stored.agency_name}
    return {
        "agency": stored.agency,
        "year": stored.year,
        "source": _source_json(call, stored),
        **{key: value for key, value in report_json(stored.report).items() if key != "year"},
        "claims": claims_json(shown.claims),
        "unread": [failure_json(one) for one in shown.unread],
        "findings": [finding_json(one, names) for one in shown.findings],
    }


def _head(call: CallOptions, body: AgencyRef, stored: StoredReport) -> list[str]:
    read = stored.report
    rows = [
        (call.text("机关", "agency"), f"{body.name}（{body.code}）" if body.code != body.name else body.name),
        (call.text("标题", "title"), read.title),
        (call.text("年度", "year"), f"{stored.year}"),
        (call.text("格式", "form"), read.template or "–"),
        (call.text("状态", "status"), call.text(*read_words(read.status))),
        *([(call.text("读法", "read"), twice_words(read, call.lang))] if read.ways else []),
        (call.text("发布", "published"), stored.published_on or "–"),
        (call.text("初见", "first seen"), moment(stored.first_seen)),
        (call.text("网址", "url"), stored.url),
        (call.text("文件", "document"), stored.document),
        (call.text("存档", "archived"), open_archive(call.data).where(stored.document)),
    ]
    return table(rows)


def _say_rest(call: CallOptions, shown: ReportOnFile, names: Mapping[str, str]) -> None:
    problems = shown.stored.report.problems
    if problems:
        call.say()
        call.say(call.text("读取中的问题（不是对发布机关的判断）", "problems of reading (nothing about the publisher)"))
        for line in problem_lines(problems, call.lang):
            call.say(line)
    if shown.unread:
        call.say()
        call.say(
            call.text(
                "没能读的文件（是我们的问题；以上是以前读到的）",
                "documents that could not be read (our problem; what stands above was read before)",
            )
        )
        for line in failure_lines(shown.unread, call.lang):
            call.say(line)
    call.say()
    call.say(call.text(f"未了的发现：{len(shown.findings)} 项", f"findings that stand: {len(shown.findings)}"))
    for one in shown.findings:
        for line in finding_lines(call.lang, one, names):
            call.say(inert(line))
