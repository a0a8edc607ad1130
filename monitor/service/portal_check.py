"""Looks at portals through the crawler: its process does the network work and returns what it saw as one value."""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError
from crawler.ground.surroundings import needed
from monitor.service.leash import leashed

# Forty requests per portal, each with delay and answer time, take less than this: longer means that it hangs.
LIMIT = 3600.0


class Looked(NamedTuple):
    """How the process ended, and what it saw; empty if it could not look (it wrote the reason to standard error)."""

    status: int
    seen: Mapping[str, Any]


def look(data: DataDir, arguments: Sequence[str], *, quiet: bool, lang: str) -> Looked:
    """Runs `python -m crawler.discovery`, which cannot outlive this process (`monitor.service.leash`)."""
    where = ("--data", str(data.root.absolute()), "--lang", lang, *(["--quiet"] if quiet else []))
    command = leashed("crawler.discovery", *where, *arguments)
    with (
        tempfile.TemporaryFile() as printed,
        subprocess.Popen(  # noqa: S603  # our own command line
            command, stdin=subprocess.PIPE, stdout=printed, env=needed(os.environ), start_new_session=True
        ) as process,
    ):
        try:
            status = process.wait(LIMIT)
        except subprocess.TimeoutExpired as error:
            raise GoujiError(
                f"looking at the portal took longer than {LIMIT:g} s and was ended",
                f"看这个门户超过了 {LIMIT:g} 秒，已停止",
            ) from error
        finally:
            # Closing its standard input ends the whole group.
            assert process.stdin is not None
            process.stdin.close()
        printed.seek(0)
        lines = printed.read().splitlines()
    return Looked(status, json.loads(lines[-1]) if status == 0 and lines else {})
