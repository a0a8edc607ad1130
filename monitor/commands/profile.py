"""`gouji profile`: one body over all its years, as a Word file, a page or a PDF."""

from contextlib import closing
from pathlib import Path

import click

from crawler.agencies.lookup import find_agency
from crawler.ground.clock import local_date, now
from monitor.asking.body_profile import body_profile
from monitor.commands.options import command, json_option, session
from monitor.commands.paper_file import keep_paper, paper_path
from monitor.duty.clock import read_clock, said
from monitor.papers.profile import profile as compose
from monitor.schema import open_database
from monitor.words.terminal import inert


@command(
    step=244,
    example="gouji profile 示例县财政局 档案.docx\ngouji profile 财政局 档案.html\ngouji profile 财政局 档案.pdf",
)
@click.argument("agency")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="覆盖改过的文件 · overwrite a file that was edited, or is not gouji's")
@json_option
def profile(agency: str, file: Path, force: bool) -> None:
    """写一个机关的历年档案（FILE 的结尾定格式：.docx、.html、.pdf）：公布、版本、结转链、主要数、指标、发现和处理。

    Writes one body over all its years (the ending of FILE says how): publication, versions, the carry-over chain, main
    figures, rates beside its peers', findings and decisions, what could not be read.
    """
    call = session()
    ending = paper_path(file)
    at = now()
    with closing(open_database(call.data)) as db:
        clock = read_clock(db, at)
        told = body_profile(db, call.data.config(), clock.sure, find_agency(db, agency))
    if clock.kind:
        call.note(inert(call.text(*said(clock))))
    keep_paper(call, file, ending, compose(told, call.lang, local_date(at)), at, force=force)
    call.emit(
        {
            "file": str(file),
            "agency": told.body.code,
            "agency_name": told.body.name,
            "years": list(told.of),
            "versions": len(told.versions),
            "findings": sorted(one.id or 0 for one in told.findings),
            "unread": len(told.unread),
        }
    )
    call.say(
        call.text(
            f"已写好 {inert(str(file))}：{inert(told.body.name)}，{told.of[0]}–{told.of[-1]} 年度",
            f"written: {inert(str(file))}: {inert(told.body.name)}, {told.of[0]}–{told.of[-1]}",
        )
    )
