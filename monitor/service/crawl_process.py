"""The crawl of a pipeline run, in a separate process that can be ended at any moment."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from crawler.ground.data import DataDir
from crawler.ground.errors import Stopped as Stopped
from crawler.ground.surroundings import needed
from monitor.service.leash import leashed
from monitor.service.steps import Settings

GRACE = 20.0  # seconds that a crawl over its time limit gets to end by itself,
STOP_GRACE = 3.5  # and one that must stop with gouji: what it has not stored is fetched again later


class Crawled(NamedTuple):
    """How a crawl ended: its exit status (None: it exceeded the time limit) and the outcome it printed."""

    status: int | None
    outcome: Mapping[str, Any] | None


def crawl_run(data: DataDir, settings: Settings, limit: float) -> Crawled:
    """Runs `python -m crawler` in a new session. If asked to stop, ends the crawl and raises Stopped.

    The crawl cannot outlive this process (`monitor.service.leash`), and no process of it outlives this call.
    """
    chosen = [f"--portal={portal}" for portal in settings.portals or ()]
    where = ("--data", str(data.root.absolute()), "--lang", settings.lang)
    command = leashed("crawler", *where, *chosen, *settings.crawl_arguments)
    with (
        tempfile.TemporaryFile() as printed,
        subprocess.Popen(  # noqa: S603  # our own command line
            command,
            stdin=subprocess.PIPE,
            stdout=printed,
            stderr=settings.crawl_output,
            env=needed(os.environ),
            start_new_session=True,
        ) as process,
    ):
        try:
            status = _wait(process, settings, limit)
        finally:
            _end(process, STOP_GRACE if settings.stop() else GRACE)
        printed.seek(0)
        lines = printed.read().splitlines()
    # The outcome is the last line; a crawl that was interrupted printed none.
    return Crawled(status, json.loads(lines[-1]) if status is not None and lines else None)


def _wait(process: subprocess.Popen[bytes], settings: Settings, limit: float) -> int | None:
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if settings.stop():
            raise Stopped
        try:
            return process.wait(min(0.2, max(0.0, deadline - time.monotonic())))
        except subprocess.TimeoutExpired:
            continue
    return None


def _end(process: subprocess.Popen[bytes], grace: float) -> None:
    """Asks the whole process group to end, then kills it."""
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
