"""One step of bench/season.py, in a process of its own: `python -m bench._season_steps STEP DIR INSTANT`."""

import json
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from crawler.ground.archive import open_archive
from crawler.ground.data import DataDir, connect, require
from crawler.ground.schema import migrations as crawled
from extract.engine.chosen import chosen
from extract.engine.engine import Asked
from extract.engine.local import LocalEngine
from extract.reading import read_archived
from extract.run import extract
from extract.store.schema import migrations as read
from monitor.alerts.alert import alert
from monitor.checking.check import check
from monitor.demo.servers import Mailbox, serve_mail
from monitor.schema import open_database

Counts = Mapping[str, object]
ELSEWHERE = ("doc", "wps", "xls")  # LibreOffice may do the work, in a process that outlives the document
FEW = {"tif": 2}  # documents of a format that are read again


def step_extract(data: DataDir, now: datetime) -> Counts:
    """Reads what is pending."""
    engine = chosen(data)
    assert isinstance(engine, LocalEngine)
    with closing(connect(data, (crawled, read))) as db:
        done = extract(db, data, now=now, engine=engine)
    return {"read": done.read, "reports": done.reports, "outcomes": dict(done.outcomes)}


def step_check(data: DataDir, now: datetime) -> Counts:
    """Judges."""
    with closing(open_database(data)) as db:
        result = check(db, require(data).config(), now)
    return {"checked": result.checked, "open": result.open}


def step_digest(data: DataDir, now: datetime) -> Counts:
    """Sends what is due to a mail server of its own."""
    box = Mailbox()
    with serve_mail(box) as port, closing(open_database(data)) as db:
        config = require(data).config()
        mail = replace(config.mail, port=port, sender="gouji@example.org", recipients=("all@example.org",))
        alert(db, data, replace(config, mail=mail), now)
    return {"mails": len(box.messages)}


def step_formats(data: DataDir, now: datetime) -> Counts:  # noqa: ARG001 - as every step
    """Reads a few documents of each format again, one after the other: what one costs."""
    costs: dict[str, list[float]] = {}
    with closing(connect(data, (crawled, read))) as db:
        rows = db.execute(
            "select d.sha256, d.url, coalesce(d.title, '') from documents d join reports r on r.document = d.sha256 "
            "group by d.sha256 order by d.rowid desc"
        ).fetchall()
    archive = open_archive(data)
    for sha256, url, title in rows:
        kind = url.rpartition(".")[2]
        if len(costs.setdefault(kind, [])) < FEW.get(kind, 12):
            work, begun = time.process_time(), time.perf_counter()
            read_archived(archive, *Asked(sha256, url, title, True, {}))
            elapsed, work = time.perf_counter() - begun, time.process_time() - work
            costs[kind].append(elapsed if kind in ELSEWHERE else work)
    return {"formats": {kind: sorted(values)[len(values) // 2] for kind, values in costs.items()}}


STEPS = {"extract": step_extract, "check": step_check, "digest": step_digest, "formats": step_formats}


def main(step: str, root: str, now: str) -> None:
    print(json.dumps(STEPS[step](DataDir(Path(root)), datetime.fromisoformat(now))))


if __name__ == "__main__":
    main(*sys.argv[1:])
