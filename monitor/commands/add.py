"""`gouji add`: files one already has, into the archive."""

import os
from contextlib import closing
from pathlib import Path

import click

from crawler.files.intake import add as take_in
from crawler.ground.clock import now
from crawler.ground.data import create
from crawler.ground.errors import UsageError
from monitor.commands.options import command, json_option, leave, session
from monitor.schema import open_database
from monitor.words.terminal import inert


@command(step=70, example="gouji add 下载/ 2024年报告.html\ngouji add --data 数据 年报.zip")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@json_option
def add(paths: tuple[Path, ...]) -> None:
    """收入手头已有的文件（文件夹连同下级；zip）；没有数据目录则新建。

    Takes in files one already has (folders with all below; zips); makes the data directory when there is none.
    """
    call = session()
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError(call.text(f"没有这个文件或文件夹：{path}", f"there is no file or folder {path}"))
    data = create(call.data)
    with closing(open_database(data)) as db:
        result = take_in(db, data, paths, now())
    call.emit(
        {
            "added": result.added,
            "known": result.known,
            "refused": [{"name": one.name, "reason": one.reason} for one in result.refused],
        }
    )
    call.say(
        call.text(
            f"新收 {result.added} 份，已有 {result.known} 份，未收 {len(result.refused)} 份",
            f"{result.added} new, {result.known} known, {len(result.refused)} refused",
        )
    )
    for one in result.refused:
        call.note(inert(call.text(f"  {one.name}：{one.zh}", f"  {one.name}: {one.reason}")))
    if result.added:
        call.say(call.text("下一步：gouji extract", "next: gouji extract"))
    if result.refused and not result.added and not result.known:
        leave(3)
