"""Which engine reads: the one that an address names, or that of this machine."""

import os
from importlib.util import find_spec

from crawler.ground.archive import open_archive
from crawler.ground.config_engine import ADDRESS, wrong_address
from crawler.ground.data import DataDir
from crawler.ground.errors import Both, GoujiError, UsageError
from extract.engine.cluster import ClusterEngine
from extract.engine.crew import Crew
from extract.engine.engine import BOUNDS, Bounds, Engine
from extract.engine.fetched import Say, Waiting
from extract.engine.local import LocalEngine


def unsaid(_: Both) -> None:
    """Nobody is there to be told."""


def chosen(
    data: DataDir, address: str = "", *, workers: int | None = None, bounds: Bounds = BOUNDS, say: Say = unsaid
) -> Engine:
    """The engine at this address; "" for `workers` processes of this machine (as many as it has cores).

    UsageError for what is no address, GoujiError where dask is not installed.
    """
    if not address:
        return LocalEngine(open_archive(data), workers or os.cpu_count() or 1, bounds, Waiting(say))
    insist(address)
    return ClusterEngine(Crew(address, say), open_archive(data), bounds, Waiting(say))


def insist(address: str) -> None:
    """UsageError for what is no address of a scheduler, GoujiError where dask is not installed."""
    if not ADDRESS.fullmatch(address):
        raise UsageError(*wrong_address(address))
    if find_spec("distributed") is None:
        raise GoujiError(
            "work on other machines needs dask: pip install 'gouji[scale]'",
            "要让别的机器来干，需要 dask：pip install 'gouji[scale]'",
        )
