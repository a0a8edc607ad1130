"""`gouji merge DIR…`: takes other data directories in."""

from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from crawler.ground.data import create
from crawler.ground.errors import Both, GoujiError
from monitor.commands.options import CallOptions, command, json_option, leave, session
from monitor.commands.progress import progress
from monitor.merge.merge import MergeResult, other_than, take_in
from monitor.schema import open_database
from monitor.service.lock import exclusive
from monitor.words.terminal import inert, table

CONFLICTS = 1  # the exit status where two offices disagree, or their archive lacks something
TABLES = {
    "agencies": ("机关", "bodies"),
    "documents": ("文件", "documents"),
    "crawls": ("抓取", "crawls"),
    "fetches": ("台账", "requests of the ledger"),
    "looks": ("看过的网页", "pages looked at"),
    "portals": ("门户", "portals"),
    "rosters": ("名单", "lines of rosters"),
}


@command(step=75, example="gouji merge 分片1 分片2 --data 数据\ngouji merge 兄弟单位的数据目录")
@click.argument("folders", nargs=-1, required=True, metavar="DIR…", type=click.Path(path_type=Path))
@json_option
def merge(folders: tuple[Path, ...]) -> None:
    """收入别的数据目录：存档、台账、文件、门户状态、查看记录和人作的决定，每样一次，先后不论；再收一次什么也不变。

    数字由 gouji extract 从收入的文件重读，问题由 gouji check 重新核对。两边说法不同的，以我们的为准并一一列出；两边都
    对同一问题作过决定的，以后作的为准。有不一致或缺件时退出状态为 1（其余照做）；
    收不进的一个个说明，不影响别的，退出状态为 3。

    Takes other data directories in: archive, ledger, documents, states, looks and decisions, each once, in any order; a
    second time changes nothing. Figures are read from the documents by `extract`, findings found by `check`. Where the
    two sides differ ours stays, and is named; of two decisions the later stands. Exit status 1 then (the rest is done),
    3 where a directory cannot be taken in: it is named and costs itself alone.
    """
    call = session()
    data = create(call.data)
    results: dict[str, MergeResult] = {}
    failures: list[Both] = []
    with exclusive(data), closing(open_database(data)) as db:
        for folder in folders:
            try:
                source = other_than(data, folder)
                with exclusive(source), progress(call.text("收入", "taking in")) as move:
                    results[str(folder)] = take_in(db, data, source, move)
            except GoujiError as error:
                failures.append((error.said("en"), error.said("zh")))
    call.emit({name: asdict(result) for name, result in results.items()})
    for name, result in results.items():
        _say(call, name, result)
    if failures:
        raise GoujiError(f"not taken in: {len(failures)}", f"{len(failures)} 个没有收入", failures)
    call.say(call.text("下一步：gouji extract，再 gouji check", "next: gouji extract, then gouji check"))
    if any(result.conflicts or result.differing or result.lost for result in results.values()):
        leave(CONFLICTS)


def _say(call: CallOptions, name: str, result: MergeResult) -> None:
    call.say(
        call.text(
            f"{inert(name)}：存档 {result.bodies} 份，决定 {result.decisions} 项",
            f"{inert(name)}: {result.bodies} archived files, {result.decisions} decisions",
        )
    )
    rows = [
        (call.text(*words), str(result.added.get(table_, 0)), str(result.changed.get(table_, 0)))
        for table_, words in TABLES.items()
    ]
    head = ("", call.text("新", "new"), call.text("改", "changed"))
    for line in table([head, *rows], right=(1, 2), indent="  "):
        call.say(line)
    for line in _matters(call, result):
        call.say(f"  {inert(line)}")


def _matters(call: CallOptions, result: MergeResult) -> list[str]:
    """What somebody should look at."""
    lines = [
        call.text(
            f"{code} 的 {column}：我们是 {ours}，那边是 {theirs}；没有改",
            f"{column} of {code}: ours {ours}, theirs {theirs}; not changed",
        )
        for code, column, ours, theirs in result.differing
    ]
    lines += [
        call.text(
            f"{one.agency} {one.year} 年的同一问题，两边决定不同；以后作的为准",
            f"{one.agency} {one.year}: two decisions on one finding differ; the later one stands",
        )
        for one in result.conflicts
    ]
    lines += [
        call.text(f"那边的存档缺少或损坏：{one}", f"missing or damaged in their archive: {one}") for one in result.lost
    ]
    lines += [
        call.text(f"门户 {old} 改称 {new}", f"the portal {old} is called {new} here")
        for old, new in result.renamed_portals.items()
    ]
    if result.unwatched:
        named = call.text("、", ", ").join(result.unwatched)
        lines.append(
            call.text(
                f"不在 gouji.toml 里、不会再看的门户：{named}；要看就把它们的 [[portal]] 抄过来",
                f"portals that gouji.toml does not name, and that are not looked at: {named}; copy their [[portal]]",
            )
        )
    if result.unfinished:
        lines.append(
            call.text(
                f"{result.unfinished} 次抓取还没有跑完，跑完再收一次",
                f"{result.unfinished} crawls have not ended; merge again when they have",
            )
        )
    return lines
