"""What `gouji crawl --shards N` does and says."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from crawler.ground.clock import now
from crawler.ground.data import DataDir
from crawler.ground.errors import UsageError
from extract.engine.chosen import insist
from extract.engine.crew import Crew
from monitor.commands.options import CallOptions
from monitor.commands.progress import progress
from monitor.schema import open_database
from monitor.service.lock import exclusive
from monitor.shards.run import Question, ShardsResult, crawl_in_shards
from monitor.words.terminal import inert

COULD_NOT = 3
SUMS = ("reports_found", "new_documents", "requests", "errors")
MOST_NAMED = 12  # portals in one sentence


def sharded(
    call: CallOptions, data: DataDir, question: Question, engine: str | None, *, replayed: bool
) -> Mapping[str, Any]:
    """The outcome of a crawl in shards, as that of one crawl, with its shards."""
    if not question.number or replayed:
        raise UsageError(
            "--engine belongs to a crawl in shards: give --shards N with it, and no --replay",
            "--engine 用于分片抓取：要和 --shards N 一起写，不能有 --replay",
        )
    address = data.config().engine.address if engine is None else engine
    crew = None
    if address:
        insist(address)
        crew = Crew(address, lambda said: call.note(inert(call.text(said[1], said[0]))), crawling=True)
    with (
        exclusive(data),
        closing(open_database(data)) as db,
        progress(call.text("分片抓取", "crawling shards")) as move,
    ):
        result = crawl_in_shards(db, data, question, now(), crew, move)
    outcome = _outcome(result)
    call.emit(outcome)
    return outcome


def _outcome(result: ShardsResult) -> dict[str, Any]:
    found = list(result.outcomes.values())
    return {
        "crawl": None,
        "finished": not result.failures,
        **{name: sum(one[name] for one in found) for name in SUMS},
        "portals": sorted((portal for one in found for portal in one["portals"]), key=lambda one: str(one["id"])),
        "shards": [
            {"shard": name, "portals": portals, "error": result.failures.get(name)}
            for name, portals in result.portals.items()
        ],
        "lost": result.lost,
    }


def say_shards(call: CallOptions, outcome: Mapping[str, Any]) -> int:
    """Says what a person should know of the shards; the exit status."""
    for shard in outcome["shards"]:
        if shard["error"] is not None:
            named = call.text("、", ", ").join(map(inert, shard["portals"][:MOST_NAMED]))
            more = call.text(" 等", " and others") if len(shard["portals"]) > MOST_NAMED else ""
            call.note(
                call.text(
                    f"第 {shard['shard']} 片没有抓成（{named}{more}，共 {len(shard['portals'])} 个门户）："
                    f"{inert(shard['error'])}。其余都已收入；同一条命令再抓这一片",
                    f"shard {shard['shard']} was not crawled ({named}{more}; {len(shard['portals'])} portals): "
                    f"{inert(shard['error'])}. The others are taken in; the same command crawls this one again",
                )
            )
    for name in outcome["lost"]:
        call.note(call.text(f"分片的存档缺少或损坏：{name}", f"missing or damaged in a shard's archive: {name}"))
    whole = outcome["finished"] and not outcome["lost"] and all(portal["reached"] for portal in outcome["portals"])
    return 0 if whole else COULD_NOT
