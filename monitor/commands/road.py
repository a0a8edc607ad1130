"""Steps of the road: `gouji crawl`, `gouji extract`, `gouji check`."""

from contextlib import closing
from dataclasses import asdict
from typing import Any

import click

from crawler.clock import now
from crawler.data import DataDir
from crawler.errors import GoujiError
from extract.run import extract as read_documents
from monitor.check import check as evaluate
from monitor.lock import exclusive
from monitor.options import Session, command, json_option, leave, session
from monitor.progress import progress
from monitor.road import Settings, crawl_process
from monitor.schema import open_database
from monitor.terminal import table

COUNTS = ("portals", "requests", "reports_found", "new_documents", "errors")


@command(example="gouji crawl\ngouji crawl --portal gaoping --year 2024")
@click.option("--portal", "portals", multiple=True, metavar="ID", help="只抓这个门户，可重复 · this portal only")
@click.option("--year", type=click.IntRange(1900, 2999), help="只抓这一年度的报告 · reports of this year only")
@json_option
def crawl(portals: tuple[str, ...], year: int | None) -> None:
    """抓取门户上新增或改动的报告。有门户连不上时退出状态为 3（其余照做）。

    Fetches what is new or changed; exit status 3 when a portal could not be reached (the rest is done).
    """
    call = session()
    data = call.data
    config = data.config()
    with closing(open_database(data)) as db:
        before = int(db.execute("select coalesce(max(id), 0) from crawls").fetchone()[0])
    arguments = [part for portal in portals for part in ("--portal", portal)]
    arguments += ["--year", str(year)] if year is not None else []
    with exclusive(data):
        status = crawl_process(data, Settings(crawl_arguments=arguments), config.schedule.crawl_timeout)
    found = _crawled(data, before)
    call.emit({"exit_status": status, **found})
    if found["crawl"] is not None:
        call.say(call.text("抓取完毕：", "crawled: ") + _counts(call, found["crawl"]))
        for line in table([(one["id"], one["state"] or "–", one["detail"] or "") for one in found["portals"]],
                          indent="  "):
            call.say(line)
    if status is None:
        raise GoujiError(f"the crawl ran into [schedule] crawl_timeout ({config.schedule.crawl_timeout:g} s)")
    leave(status)


def _crawled(data: DataDir, before: int) -> dict[str, Any]:
    with closing(open_database(data)) as db:
        row = db.execute(f"select id, started_at, finished_at, outcome, {', '.join(COUNTS)} from crawls "
                         "where id > ? order by id desc limit 1", [before]).fetchone()
        names = ("id", "started_at", "finished_at", "outcome", *COUNTS)
        portals = db.execute("select id, state, detail from portals where active = 1 order by id").fetchall()
    return {"crawl": dict(zip(names, row, strict=True)) if row else None,
            "portals": [dict(zip(("id", "state", "detail"), one, strict=True)) for one in portals]}


def _counts(call: Session, row: dict[str, Any]) -> str:
    words = {"portals": ("门户", "portals"), "requests": ("请求", "requests"), "reports_found": ("年报", "reports"),
             "new_documents": ("新文件", "new documents"), "errors": ("错误", "errors")}
    return call.text("，", ", ").join(f"{call.text(*words[name])} {row[name] or 0}" for name in COUNTS)


@command(example="gouji extract\ngouji extract --all")
@click.option("--all", "everything", is_flag=True, help="全部重读 · read everything again")
@json_option
def extract(everything: bool) -> None:
    """阅读尚未由本版本读过的文件，把报告存入数据库。

    Reads the documents that this version has not read, and stores the reports.
    """
    call = session()
    with closing(open_database(call.data)) as db, progress(call.text("阅读", "reading")) as move:
        result = read_documents(db, call.data, everything=everything, now=now(), progress=move)
    call.emit({"read": result.read, "reports": result.reports, "outcomes": dict(result.outcomes)})
    call.say(call.text(f"读文件 {result.read} 份，得年报 {result.reports} 份",
                       f"{result.read} documents read, {result.reports} are reports"))
    for line in table([(name, str(count)) for name, count in result.outcomes.most_common()], right=(1,), indent="  "):
        call.say(line)
    if result.reports:
        call.say(call.text("下一步：gouji check", "next: gouji check"))


@command(example="gouji check\ngouji check --all --json")
@click.option("--all", "everything", is_flag=True, help="全部重新核对 · evaluate everything again")
@json_option
def check(everything: bool) -> None:
    """按全部规则核对，登记、更新、消除问题。

    Evaluates every rule; opens, updates, resolves findings.
    """
    call = session()
    with closing(open_database(call.data)) as db, progress(call.text("核对", "checking")) as move:
        result = evaluate(db, call.data.config(), now(), everything=everything, progress=move)
        standing = db.execute("select class, count(*) from findings where status in ('open', 'regressed') "
                              "group by class order by class").fetchall()
    call.emit({**asdict(result), "open_by_class": dict(standing)})
    call.say(call.text(
        f"核对报告 {result.checked} 份：新 {result.opened}，有变 {result.updated}，"
        f"消除 {result.resolved}，复发 {result.regressed}",
        f"{result.checked} reports checked: {result.opened} new, {result.updated} changed, "
        f"{result.resolved} resolved, {result.regressed} regressed"))
    listed = call.text("，", ", ").join(f"{name} {count}" for name, count in standing) or "0"
    call.say(call.text(f"待核的问题：{listed}（gouji findings 查看）", f"open findings: {listed} (see gouji findings)"))
