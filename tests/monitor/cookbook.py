"""The database of docs/queries.md: nine bodies, two portals, six years, known troubles.

`python -m tests.monitor.cookbook DIR` makes it. What the crawler would have left is written by the functions it uses; reading and checking are the real ones.
"""

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlite_utils import Database

from crawler.agencies.register_import import import_csv
from crawler.ground.archive import Archive, open_archive
from crawler.ground.clock import SHANGHAI, stamp
from crawler.ground.config import Config, Portal
from crawler.ground.data import DataDir, create
from crawler.ground.reasons import quoted
from crawler.ledger.documents import record
from crawler.ledger.fetches import Fetch, enter
from crawler.ledger.portals import State, set_state, sync
from extract.run import extract
from monitor.checking.check import check
from monitor.findings import decide
from monitor.samples import SampleReport, make_history
from monitor.schema import open_database

QINGSHI = Portal("qingshi", "http://www.qingshi.example/zwgk/nb/", "青石市人民政府")
LINHE = Portal("linhe", "http://www.linhe.example/nb/", "临河县人民政府")
CONFIG = Config(portals=(QINGSHI, LINHE))
YEARS = range(2019, 2025)
BODIES = {
    "青石市人民政府": "government",
    "青石市人民政府办公室": "office",
    **{f"青石市{name}局": "department" for name in ("教育", "财政", "民政", "统计", "审计")},
    "临河县教育局": "department",
    "临河县财政局": "department",
}
# Days on which both portals were looked at.
SWEEPS = [
    date(year, month, day)
    for year in range(2020, 2026)
    for month, day in ((1, 25), (2, 1), (2, 5), (2, 12), (4, 2))
    if (year, month) != (2025, 4)
]
DARK = date(2025, 1, 25)  # from here on the portal of 临河县 cannot be reached
EDUCATION, FINANCE, CIVIL, STATISTICS, AUDIT = (name for name in BODIES if name.startswith("青石市") and "局" in name)
OFFICE = "青石市人民政府办公室"
CORRECTED = (EDUCATION, 2022)  # replaced at its address without a word, a year after it was published
MISSING = (AUDIT, 2024)
LATE = (CIVIL, 2023)


def build(root: Path) -> DataDir:
    """Makes the data directory: register, crawls, readings, findings, two decisions."""
    data = create(DataDir(root))
    with closing(open_database(data)) as db:
        import_csv(db, _register(root))
        sync(db, CONFIG)
        waiting = sorted(reports(), key=lambda one: (one.published_on, one.agency))
        for number, day in enumerate(SWEEPS, 1):
            due = [one for one in waiting if one.published_on <= day]
            waiting = [one for one in waiting if one.published_on > day]
            now = datetime.combine(day, time(2, 30), SHANGHAI).astimezone(UTC)
            _sweep(db, open_archive(data), number, due, now)
            if day.month == 4 or day == SWEEPS[-1]:
                extract(db, data, now=now, workers=1)
                check(db, CONFIG, now + timedelta(hours=1), years=range(day.year - 1, day.year))
        _decisions(db, now + timedelta(days=1))
    return data


def reports() -> list[SampleReport]:
    """Every version that was ever published, with what is wrong in it."""
    found: list[SampleReport] = []
    for number, agency in enumerate(BODIES):
        for report in make_history(number + 40, agency, YEARS, dense=agency != STATISTICS):
            if (agency, report.year) == MISSING or (report.year == 2024 and agency.startswith("临河县")):
                continue
            found += _versions(report)
    return found


def _versions(report: SampleReport) -> list[SampleReport]:
    key = (report.agency, report.year)
    if key == (EDUCATION, 2023):
        report = report.with_cell("T3[granted,total]", report.count("T3[granted,total]") + 1)
    if key == (FINANCE, 2024):
        report = report.with_broken_carry(2)
    if key == (OFFICE, 2024):
        report = report.with_cell("T4[reconsideration,total]", 0)
    if key == (STATISTICS, 2024):
        report = report.with_cells(
            {name: None for name in report.cells if name.startswith("T3[") and report.figures[name] == 0}
        )
    if key == LATE:
        return [replace(report, published_on=date(2024, 2, 8))]
    if key == CORRECTED:
        wrong = report.with_cell("T3[granted_in_part,total]", report.count("T3[granted_in_part,total]") + 3)
        return [wrong, replace(report, published_on=date(2024, 1, 30))]
    return [report]


def _register(root: Path) -> Path:
    path = root / "register.csv"
    rows = [
        f"{name},{kind},{'county' if name.startswith('临河县') else 'prefecture'},"
        f"{'linhe' if name.startswith('临河县') else 'qingshi'}"
        for name, kind in BODIES.items()
    ]
    path.write_text("\n".join(["name,kind,level,portal", *rows, ""]), encoding="utf-8")
    return path


def _sweep(db: Database, archive: Archive, crawl: int, due: Sequence[SampleReport], now: datetime) -> None:
    """One crawl: both lists, the new reports, and one attachment that nobody can read."""
    with db.atomic():
        db.execute(
            "insert into crawls (id, started_at, finished_at, outcome, portals, requests, reports_found, "
            "new_documents, errors) values (?, ?, ?, ?, 2, ?, ?, ?, 0)",
            [crawl, stamp(now), stamp(now + timedelta(minutes=9)), "done", len(due) + 2, len(due), len(due)],
        )
        for portal in CONFIG.portals:
            dark = portal is LINHE and now.astimezone(SHANGHAI).date() >= DARK
            enter(
                db,
                crawl,
                Fetch(portal.id, portal.start_url, "list", "unreachable" if dark else "ok", None if dark else 200),
                now,
            )
            state: State = "unreachable" if dark else "ok"
            set_state(db, portal.id, state, now + timedelta(minutes=8), quoted("连接超时") if dark else ())
        for minute, report in enumerate(due, 1):
            _take(db, archive, crawl, report, now + timedelta(seconds=minute))
        if crawl == 1:
            _attachment(db, archive, now)


def _take(db: Database, archive: Archive, crawl: int, report: SampleReport, now: datetime) -> None:
    portal = LINHE if report.agency.startswith("临河县") else QINGSHI
    number = list(BODIES).index(report.agency)
    url = f"{portal.start_url}{report.year}/{number}.html"
    sha256 = archive.put(report.html().encode())
    verdict = "changed" if (report.agency, report.year) == CORRECTED and report.published_on.year > 2023 else "new"
    enter(db, crawl, Fetch(portal.id, url, "detail", "changed" if verdict == "changed" else "new", 200, sha256), now)
    record(
        db,
        sha256=sha256,
        url=url,
        now=now,
        portal=portal.id,
        title=report.title,
        agency_name=report.agency,
        year=report.year,
        media_type="text/html",
        published_on=report.published_on.isoformat(),
    )


def _attachment(db: Database, archive: Archive, now: datetime) -> None:
    sha256 = archive.put("%PDF-1.4 只有开头".encode())
    record(
        db,
        sha256=sha256,
        url=f"{QINGSHI.start_url}2019/4.pdf",
        now=now,
        portal="qingshi",
        title=f"{CIVIL}2019年政府信息公开工作年度报告",
        agency_name=CIVIL,
        year=2019,
        media_type="application/pdf",
        attachment_of=f"{QINGSHI.start_url}2019/4.html",
    )


def _decisions(db: Database, now: datetime) -> None:
    for rule, agency, status, reason in (
        ("year.carry", FINANCE, "explained", "上年有两件由市民政局移交，已电话核实"),
        ("t4.sum", OFFICE, "acknowledged", "已发核实函，等待更正"),
    ):
        for (finding,) in db.execute(
            "select id from findings where rule = ? and agency = ? and year = 2024 "
            "and status = 'open' order by id limit 1",
            [rule, agency],
        ).fetchall():
            decide(db, finding, "explained" if status == "explained" else "acknowledged", reason, now)


if __name__ == "__main__":
    sys.stdout.write(f"{build(Path(sys.argv[1])).database}\n")
