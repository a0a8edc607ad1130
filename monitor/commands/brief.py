"""`gouji brief`: the bulletin of a supervisor on one report year, as a Word file, a page or a PDF."""

from contextlib import closing
from pathlib import Path

import click

from crawler.ground.clock import local_date, now
from crawler.ground.vocabulary import KINDS
from monitor.asking.bulletin import bulletin
from monitor.commands.options import command, json_option, session
from monitor.commands.paper_file import keep_paper, paper_path
from monitor.duty.clock import read_clock, said
from monitor.papers.brief import brief as compose
from monitor.schema import open_database
from monitor.words.terminal import inert


@command(
    step=242,
    example="gouji brief 通报.docx\ngouji brief --year 2025 --division 3412 通报.html\n"
    "gouji brief --year 2025 --kind department 通报.pdf",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--year", type=click.IntRange(1900, 2999), help="报告年度（默认为上一年） · the report year")
@click.option("--division", default="", metavar="DIGITS", help="行政区划代码的前几位 · only divisions that begin so")
@click.option("--kind", default="", type=click.Choice(["", *KINDS]), metavar="KIND", help="只说这一类机关 · one kind")
@click.option("--force", is_flag=True, help="覆盖改过的文件 · overwrite a file that was edited, or is not gouji's")
@json_option
def brief(file: Path, year: int | None, division: str, kind: str, force: bool) -> None:
    """写通报（FILE 的结尾定格式：.docx、.html、.pdf）：公布进度，未公布和迟公布，哪里不符，指标，逐条附依据和存档。

    Writes the bulletin on a report year (the ending of FILE says how): publication day by day, who is missing or late,
    what does not tie with the typical case, indicators against last year and by group, an annex with every case.
    """
    call = session()
    ending = paper_path(file)
    at = now()
    with closing(open_database(call.data)) as db:
        clock = read_clock(db, at)
        told = bulletin(db, call.data.config(), clock.sure, year=year, division=division, kind=kind)
    if clock.kind:
        call.note(inert(call.text(*said(clock))))
    keep_paper(call, file, ending, compose(told, call.lang, local_date(at)), at, force=force)
    call.emit(
        {
            "file": str(file),
            "year": told.year,
            "on": told.coverage.on,
            "division": division,
            "kind": kind,
            "bodies": len(told.entries),
            "due": told.coverage.due,
            "counts": dict(told.coverage.counts),
            "findings": sorted(one.id or 0 for one in told.open),
            "settled": sorted(one.id or 0 for one in told.settled),
            "unread": len(told.unread),
        }
    )
    call.say(
        call.text(
            f"已写好 {inert(str(file))}：{told.year} 年度，机关 {len(told.entries)} 个，"
            f"未了结的发现 {len(told.open)} 项；印发前请过目",
            f"written: {inert(str(file))}: {told.year}, {len(told.entries)} bodies, {len(told.open)} open findings; "
            "read it before it goes out",
        )
    )
