"""Shards are crawled by processes of this machine, so many at a time as it has cores."""

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from crawler.ground.contained import Failed, contained
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError
from monitor.shards.work import Order, crawl_shard

LEAST = 4  # processes: a crawl waits for hosts most of its time


def crawled_here(shards: Sequence[tuple[str, DataDir, Order]]) -> Iterator[tuple[str, Failed | None]]:
    """Each shard by its name as it is crawled, or how that failed. Whoever takes no more ends what is under way."""
    stop = threading.Event()
    with ThreadPoolExecutor(max(os.cpu_count() or 1, LEAST)) as pool:
        try:
            under_way = {pool.submit(_crawl, shard, order, stop): name for name, shard, order in shards}
            for future in as_completed(under_way):
                yield under_way[future], future.result()
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


def _crawl(shard: DataDir, order: Order, stop: threading.Event) -> Failed | None:
    try:
        outcome = contained(lambda: crawl_shard(shard, order, stop.is_set), beyond=(GoujiError,))
    except GoujiError as error:
        return Failed("error", error.said(order.lang))
    return outcome if isinstance(outcome, Failed) else None
