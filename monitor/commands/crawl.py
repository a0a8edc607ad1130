"""`gouji crawl`: fetches what is new, in one process or in shards."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from crawler.ground.config import Config
from crawler.ground.data import require
from crawler.ground.errors import GoujiError, UsageError
from monitor.commands.options import CallOptions, command, json_option, leave, session
from monitor.commands.portal_words import state_word
from monitor.commands.shards import say_shards, sharded
from monitor.schema import open_database
from monitor.service.crawl_process import crawl_run
from monitor.service.lock import exclusive
from monitor.service.steps import Settings
from monitor.shards.run import Question
from monitor.words.reasons import reason_words
from monitor.words.terminal import inert, table


@command(
    step=60,
    example="gouji crawl\ngouji crawl --portal gaoping --year 2024\n"
    "gouji crawl --replay gouji-data/warc/7-20260201T000000-00001.warc.gz\n"
    "gouji crawl --shards 20 --engine tcp://10.0.0.5:8786",
)
@click.option("--portal", "portals", multiple=True, metavar="ID", help="只抓这个门户，可重复 · this portal only")
@click.option("--year", type=click.IntRange(1900, 2999), help="只抓这一年度的报告 · reports of this year only")
@click.option(
    "--replay",
    "recordings",
    multiple=True,
    metavar="WARC",
    type=click.Path(exists=True, dir_okay=False, resolve_path=True, path_type=Path),
    help="不连网，用存下的 WARC 重演那次抓取（连同旁边的其他各段） · run a recorded crawl again, offline",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="已知的报告也都再看一遍，不论到没到期 · look at every known report again, due or not",
)
@click.option(
    "--shards",
    type=click.IntRange(1, 999),
    metavar="N",
    help="分成最多 N 片同时抓，每个网站只归一片，抓完收入 · in so many shards, each host in one, taken in afterwards",
)
@click.option(
    "--engine",
    metavar="ADDRESS",
    help="由这个 dask 调度器的工作机来抓各片（默认按 [engine]，再默认本机） · the dask scheduler whose workers crawl",
)
@json_option
def crawl(
    portals: tuple[str, ...],
    year: int | None,
    recordings: tuple[Path, ...],
    everything: bool,
    shards: int | None,
    engine: str | None,
) -> None:
    """抓取门户上新增或改动的报告。有门户连不上时退出状态为 3（其余照做）。

    --shards 分片抓取：中途被杀，同一条命令接着抓；一片没抓成，只影响它自己，会点名，退出状态为 3。

    Fetches what is new or changed; exit status 3 when a portal could not be reached (the rest is done). With --shards
    the same command goes on with what was killed; a shard that fails costs itself alone and is named.
    """
    call = session()
    data = require(call.data)
    config = data.config()
    if not recordings:
        _known(call, config, portals)
    if shards is not None or engine is not None:
        question = Question(shards or 0, portals, year, everything, call.lang)
        outcome = sharded(call, data, question, engine, replayed=bool(recordings))
        _say_outcome(call, outcome)
        leave(say_shards(call, outcome))
    arguments = [f"--portal={portal}" for portal in portals]
    arguments += ["--year", str(year)] if year is not None else []
    arguments += ["--all"] * everything
    arguments += [f"--replay={recording}" for recording in recordings]
    # Open while the crawl lasts: it closes last, and says how the database was left.
    with exclusive(data), closing(open_database(data)):
        crawled = crawl_run(data, Settings(crawl_arguments=arguments, lang=call.lang), config.schedule.crawl_timeout)
    if crawled.status is None:
        raise GoujiError(
            call.text(
                f"抓取超过 [schedule] crawl_timeout（{config.schedule.crawl_timeout:g} 秒），已中止",
                f"the crawl ran into [schedule] crawl_timeout ({config.schedule.crawl_timeout:g} s) and was ended",
            )
        )
    if crawled.outcome is not None:
        call.emit(crawled.outcome)
        _say_outcome(call, crawled.outcome)
    elif call.as_json:
        call.emit({"error": f"the crawler ended with status {crawled.status}; its reason stands on standard error"})
    leave(crawled.status)


def _known(call: CallOptions, config: Config, portals: Sequence[str]) -> None:
    known = {portal.id for portal in config.portals}
    if not known:
        raise UsageError(
            call.text(
                "gouji.toml 里还没有门户：写一个 [[portal]]，有 id 和 start_url",
                "gouji.toml names no portal: write a [[portal]] with id and start_url",
            )
        )
    for portal in portals:
        if portal not in known:
            raise UsageError(
                call.text(
                    f"gouji.toml 里没有门户 '{portal}'；有：{'、'.join(sorted(known))}",
                    f"gouji.toml has no portal '{portal}'; it has: {', '.join(sorted(known))}",
                )
            )


def _say_outcome(call: CallOptions, outcome: Mapping[str, Any]) -> None:
    words = {
        "requests": ("请求", "requests"),
        "reports_found": ("年报", "reports"),
        "new_documents": ("新文件", "new documents"),
        "errors": ("错误", "errors"),
    }
    parts = [f"{call.text(*words[name])} {outcome[name]}" for name in words]
    call.say(call.text("抓取：", "crawled: ") + call.text("，", ", ").join(parts))
    rows = [
        (portal["id"], state_word(call, portal["state"]), str(portal["reports_found"]), str(portal["new_documents"]))
        for portal in outcome["portals"]
    ]
    head = (
        call.text("门户", "portal"),
        call.text("状态", "state"),
        call.text("年报", "reports"),
        call.text("新", "new"),
    )
    for line in table([head, *rows], right=(2, 3), indent="  "):
        call.say(line)
    for portal in outcome["portals"]:
        if portal["detail"]:
            why = reason_words(portal["detail"], portal["said"], call.lang)
            call.say(f"  {inert(portal['id'])}: {inert(why)}")
