"""The data directory that a shard begins with: what is known of its portals, out of ours."""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from sqlite_utils import Database

from crawler.ground.config import Config, Portal
from crawler.ground.data import DataDir, connect, create
from crawler.ground.schema import migrations
from monitor.merge.plan import plan

# Taken whole: the register by which bodies are known, and what the others refer to.
WHOLE = frozenset({"agencies", "agency_names", "agency_events", "contacts", "portals"})
# The crawls that have to do with a portal of the shard, each with all its portals: by these a crawl is known again.
CRAWLS = " union ".join(
    f"select {column} from known.{table} where portal in (select id from temp.ours) and {column} is not null"
    for table, column in (("crawl_portals", "crawl"), ("fetches", "crawl"), ("looks", "listed_in"))
)
# Kept by its crawl, where the others are by their portal.
BY_CRAWL = {"crawls": "id", "crawl_portals": "crawl"}
DELETE = "\x7f"  # allowed in a text of JSON, but not of TOML


def seeded(data: DataDir, config: Config, portals: Sequence[Portal], target: Path) -> DataDir:
    """Makes the data directory of a shard at `target`, whole or not at all."""
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    shard = create(DataDir(partial), settings(config))
    with closing(connect(shard, [migrations])) as db:
        db.execute("attach ? as known", [str(data.database)])
        db.execute("create temp table ours (id text primary key)")
        db.conn.executemany("insert into temp.ours values (?)", [(portal.id,) for portal in portals])
        db.execute(f"create temp table looked as {CRAWLS}")
        db.execute("pragma foreign_keys = off")
        with db.atomic():
            for table in plan():
                _take(db, table)
        db.execute("detach known")
    os.replace(partial, target)  # noqa: PTH105  # a name for a folder that is complete
    return DataDir(target)


def _take(db: Database, table: str) -> None:
    theirs, ours = _columns(db, "known", table), _columns(db, "main", table)
    names = ", ".join(f'"{name}"' for name in ours if name in theirs)
    db.execute(f'delete from main."{table}"')
    db.execute(
        f'insert into main."{table}" ({names}) select {names} from known."{table}" where {_where(table, theirs)}'
    )


def _where(table: str, columns: Sequence[str]) -> str:
    """Which rows of a table concern the shard."""
    if table in WHOLE:
        return "true"
    if table in BY_CRAWL:
        return f"{BY_CRAWL[table]} in temp.looked"
    return "portal in (select id from temp.ours)" if "portal" in columns else "true"


def _columns(db: Database, side: str, table: str) -> list[str]:
    return [str(row[1]) for row in db.execute(f'pragma {side}.table_info("{table}")')]


def settings(config: Config) -> str:
    """The gouji.toml of a shard: how to crawl and all portals, as ours says; nothing of mail, archive or schedule."""
    lines = ["[crawl]", *_lines(asdict(config.crawl))]
    for portal in config.portals:
        lines += ["", "[[portal]]", *_lines(asdict(portal))]
    return "\n".join(lines) + "\n"


def _lines(values: dict[str, object]) -> Iterator[str]:
    """Texts, numbers and lists of texts are written in TOML as in JSON, but for one character."""
    for name, value in values.items():
        if value is not None:
            text = json.dumps(value, ensure_ascii=False).replace(DELETE, r"\u007f")
            yield f"{name} = {text}"
