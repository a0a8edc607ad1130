"""One shard is crawled in its own data directory, here or on a worker; what came of it is written down beside it."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError
from monitor.service.crawl_process import crawl_run
from monitor.service.lock import exclusive
from monitor.service.steps import Settings

OUTCOME = "outcome.json"  # in the directory of a shard that is crawled
LOG = "crawl.log"


@dataclass(frozen=True, slots=True)
class Order:
    """What is crawled in one shard, as the command line of the crawler has it, and for how many seconds at most."""

    arguments: Sequence[str]
    limit: float
    lang: str = "zh"


def crawl_shard(shard: DataDir, order: Order, stop: Callable[[], bool]) -> Mapping[str, Any]:
    """Crawls it, or goes on where it was killed; at once what came of it where it is crawled already.

    GoujiError where it was not crawled to its end, Stopped where `stop` said so.
    """
    if (known := outcome_of(shard.root)) is not None:
        return known
    with exclusive(shard), (shard.root / LOG).open("ab") as log:
        settings = Settings(crawl_arguments=order.arguments, lang=order.lang, crawl_output=log.fileno(), stop=stop)
        crawled = crawl_run(shard, settings, order.limit)
    if crawled.status is None:
        raise GoujiError(
            f"it ran into [schedule] crawl_timeout ({order.limit:g} s) and was ended",
            f"超过 [schedule] crawl_timeout（{order.limit:g} 秒），已中止",
        )
    if crawled.outcome is None or not crawled.outcome["finished"]:
        last = _last_line(shard.root / LOG)
        raise GoujiError(
            f"the crawler ended with status {crawled.status}: {last}", f"抓取以状态 {crawled.status} 结束：{last}"
        )
    written(shard.root / OUTCOME, crawled.outcome)
    return crawled.outcome


def outcome_of(shard: Path) -> Mapping[str, Any] | None:
    """What came of a shard that is crawled; None of any other."""
    return read(shard / OUTCOME)


def read(path: Path) -> Mapping[str, Any] | None:
    """What `written` wrote there."""
    try:
        found: Mapping[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return found


def written(path: Path, value: Mapping[str, Any]) -> None:
    """Writes it, whole or not at all."""
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "")
