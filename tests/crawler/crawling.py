"""Runs the crawler as a process on a data directory of its own, as the command line does."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlite_utils

from crawler.ground.data import DataDir, connect, create
from crawler.ground.schema import migrations
from tests.forked import Forked, begun, forked
from tests.portals.site import Site

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    """How the process ended."""

    status: int
    outcome: dict[str, Any]
    errors: str

    def portal(self, name: str) -> dict[str, Any]:
        return next(one for one in self.outcome["portals"] if one["id"] == name)


class Bench:
    """A data directory with portals, and the crawls on it."""

    def __init__(self, root: Path, crawl: str = "delay = 0.0\ntimeout = 20.0") -> None:
        self.data = create(DataDir(root / "data"))
        self.crawl_section = crawl
        self.starts: dict[str, str] = {}
        # Further lines of a portal's table, by its id.
        self.options: dict[str, str] = {}

    def watch(self, starts: Mapping[str, str]) -> None:
        self.starts.update(starts)
        portals = "".join(
            f'[[portal]]\nid = "{name}"\nstart_url = "{url}"\n{self.options.get(name, "")}\n'
            for name, url in self.starts.items()
        )
        self.data.config_path.write_text(f"[crawl]\n{self.crawl_section}\n{portals}", encoding="utf-8")

    def command(self, *arguments: str) -> list[str]:
        """The command line of a crawl that a test starts itself, in an interpreter of its own."""
        return [sys.executable, "-W", "error", "-m", "crawler", "--data", str(self.data.root), *arguments]

    def crawl(self, *arguments: str, now: str = "2026-02-01T08:00:00+08:00") -> Ran:
        instant = ("--now", now) if now else ()
        done = forked("crawler", "--data", str(self.data.root), "--quiet", *instant, *arguments)
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr)

    def begin(self, *arguments: str, now: str = "2026-02-01T08:00:00+08:00") -> Forked:
        """A crawl that a test kills; what it says is not kept."""
        with Path(os.devnull).open("wb") as nowhere:
            where = nowhere.fileno()
            line = ("--data", str(self.data.root), "--quiet", "--now", now, *arguments)
            return begun("crawler", *line, out=where, err=where)

    def look(self) -> dict[str, str]:
        """The states that `gouji portal check` sees."""
        done = forked("crawler.discovery", "--data", str(self.data.root), "--quiet", "--check")
        assert done.returncode == 0, done.stderr
        return {one["id"]: one["state"] for one in json.loads(done.stdout)["portals"]}

    @property
    def db(self) -> sqlite_utils.Database:
        return connect(self.data, [migrations])

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        db = self.db
        try:
            return [tuple(row) for row in db.execute(sql, list(values)).fetchall()]
        finally:
            db.close()


def only(site: Site) -> str:
    """The start address of a site whose column is /zfxxgknb/."""
    return f"{site.url}/zfxxgknb/"
